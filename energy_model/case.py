"""The problem solved and the solution options: passed to every job that makes a result folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from energy_model.solving.limits import NO_LIMITS, Limits
from energy_model.study.horizon import Horizon


@dataclass(frozen=True)
class Case:
    """A scenario to solve, with its options.

    Attributes
    ----------
    inputs, results, weather : Path
        Folders.
    scenario : str
        With its overlays and weather year, such as ``outlook-2030+dear-coal@synthetic-2``.
    horizon : Horizon
    exact : bool
        Ask for exact prices (gap 1e-7) whatever the size.
    threads : int
        Of the solver, 0 for all cores.
    limits : Limits
        Of time and memory, for the solver.
    start : Path, optional
        Folder of a result of a study like this, from whose points the method on blocks starts.
    """

    inputs: Path
    scenario: str
    horizon: Horizon
    results: Path
    weather: Path
    exact: bool = False
    threads: int = 0
    limits: Limits = NO_LIMITS
    start: Path | None = None

    @property
    def folder(self) -> Path:
        """Folder of its result."""
        return self.results / self.horizon.folder(self.scenario)
