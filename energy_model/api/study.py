"""A study: the inputs of one scenario, ready to be solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from energy_model.api.inputs import Inputs
from energy_model.api.plan import Plan
from energy_model.api.progress import Progress, told
from energy_model.api.temporary import TemporaryFolder
from energy_model.study.horizon import Horizon

if TYPE_CHECKING:
    import pypsa


@dataclass(frozen=True)
class Study(Inputs):
    """Inputs of one scenario that can be solved; made by `load`, `from_pypsa` or `new`.

    Attributes
    ----------
    inputs, weather : Path
        Folders.
    scenario : str
        Name of the scenario with its overlays and weather year.
    """

    def optimize(
        self,
        horizon: str = "year",
        *,
        exact: bool = False,
        threads: int = 0,
        solver: str = "blocks",
        time_limit_min: float | None = None,
        memory_limit_gb: float | None = None,
        progress: Progress | None = None,
    ) -> Plan:
        """Solve and certify the plan of least cost.

        Parameters
        ----------
        horizon : str
            ``year``, ``weeks:N`` (typical weeks weighted to a year) or ``hours:N`` (the first N hours).
        exact : bool
            Prove a gap of 1e-7 whatever the size, as for prices to be published.
        threads : int
            Of the solver; 0 for all cores.
        solver : str
            ``blocks`` (the method of this program), or another by its name, see ``docs/solvers.md``.
        time_limit_min, memory_limit_gb : float, optional
        progress : callable, optional
            Called with each line of progress; without it nothing is said.

        Returns
        -------
        Plan
            In a temporary folder, which goes with the plan; `Plan.save` keeps it.

        Raises
        ------
        InputErrors, HorizonError, WeatherError
        InfeasibleError
            No plan meets all hard clauses and limits; its ``rows`` are those that exclude each other.
        SolveError, CertificateError
        """
        from energy_model import run
        from energy_model.case import Case
        from energy_model.runlog import recorded
        from energy_model.solving.ladder import InfeasibleError
        from energy_model.solving.limits import Limits
        from energy_model.solving.solvers.by_name import require_solver

        require_solver(solver)
        kept, console, limits = TemporaryFolder(), told(progress), Limits.of(time_limit_min, memory_limit_gb, solver)
        case = Case(self.inputs, self.scenario, Horizon.parse(horizon), kept.path, self.weather, exact, threads, limits)
        try:
            with recorded(case.folder, console.print):
                folder = run.optimize(case, console)
        except InfeasibleError as fault:
            fault.rows = self.why_infeasible(horizon, threads=threads, progress=progress)
            raise
        return Plan(folder, self, (kept,))

    def to_pypsa(self, horizon: str = "hours:336", *, progress: Progress | None = None) -> pypsa.Network:
        """The study as a PyPSA network, for the part that PyPSA can represent; ``meta["left_out"]`` names the rest.

        Parameters
        ----------
        horizon : str
            ``year`` or ``hours:N``.
        progress : callable, optional

        Raises
        ------
        NotCarriedError, HorizonError, WeatherError, MissingPackageError
        """
        from energy_model.api.networks import export, to_pypsa

        kept = TemporaryFolder()
        note = export(self.checked, Horizon.parse(horizon), self.weather, kept.path / "network", 0, told(progress)).note
        return to_pypsa(kept.path / "network", note)

    def why_infeasible(self, horizon: str = "weeks:1", *, threads: int = 0, progress: Progress | None = None) -> pd.DataFrame:
        """Clauses and limits of the year that exclude each other, and the least change that makes the plan possible.

        Parameters
        ----------
        horizon : str
            The whole year is searched over one typical week.
        threads : int
        progress : callable, optional

        Returns
        -------
        DataFrame
            ``conflict``, ``role`` (``conflict``, ``held_by``, ``least_change``), ``family``, ``element``, ``value`` (of the input),
            ``possible`` (what would do), ``cell`` (file, row and column); empty where all can be met.

        Raises
        ------
        HorizonError, WeatherError, SolveError
        """
        from energy_model.analyses.explain import searched_over, why_impossible

        span = searched_over(Horizon.parse(horizon))
        return why_impossible(self.checked, span, self.weather, threads, told(progress))[1]
