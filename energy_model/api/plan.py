"""A plan: a finished result with its hours, tables, statistics and figures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from energy_model.api.inputs import Inputs
from energy_model.api.statistics import Statistics
from energy_model.api.temporary import TemporaryFolder
from energy_model.language import say
from energy_model.results import contract, folders, store
from energy_model.results.certificate import Certificate
from energy_model.results.read_plan import check_inputs
from energy_model.study.horizon import Horizon
from energy_model.study.nearest import likely

if TYPE_CHECKING:
    import pypsa

    from energy_model.api.plots import Plots


class Tables(Mapping[str, pd.DataFrame]):
    """Result tables by name, read when asked for; ``docs/outputs.md`` lists them with their columns and units."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tables"

    def __getitem__(self, name: str) -> pd.DataFrame:
        path = self._folder / f"{name}.csv"
        if not path.is_file():
            raise KeyError(say(f"the result has no table '{name}'. ", f"结果中没有表 '{name}'。") + likely(name, self) + self._asked(name))
        return store.read_table(path)

    def _asked(self, name: str) -> str:
        known = contract.tables().get(name)
        asked = known is not None and known.made_by != "optimize"
        return say(f"It is made by {known.made_by}.", f"该表由 {known.made_by} 生成。") if known and asked else ""

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self._folder.glob("*.csv")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<{len(self)} tables: {', '.join(self)}>"


@dataclass(frozen=True)
class Plan:
    """A finished, certified result; made by `Study.optimize` or `open`.

    Attributes
    ----------
    folder : Path
        Result folder.
    """

    folder: Path
    _study: Inputs = field(repr=False)
    _kept: tuple[TemporaryFolder, ...] = field(default=(), repr=False, compare=False)

    @property
    def manifest(self) -> dict[str, Any]:
        """Facts of the run: problem, inputs, accuracy, solver, program."""
        return store.read_manifest(self.folder)

    @property
    def scenario(self) -> str:
        """Scenario with its overlays and weather year."""
        return self.manifest["scenario"]

    @property
    def horizon(self) -> str:
        """Part of the year that was solved."""
        return self.manifest["horizon"]

    @property
    def cost_mcny(self) -> float:
        """Least cost of the horizon, scaled to a year for typical weeks [million CNY]."""
        return self.manifest["objective_mcny"]

    @property
    def certificate(self) -> Certificate:
        """Independent check of the result: proven gap, residuals, and whether it passed."""
        return Certificate(**self.manifest["certificate"])

    @property
    def study(self) -> Inputs:
        """The study that the plan was made from.

        Raises
        ------
        StaleResultError
            When an input has changed since.
        """
        check_inputs(self._study.inputs, self.manifest)
        return self._study

    @cached_property
    def data(self) -> xr.Dataset:
        """Every hour of every variable and dual, with units in the attribute ``units``; ``docs/results.md`` lists them.

        Raises
        ------
        StoreError
            When the dataset is missing, damaged, or of another version.
        """
        return store.read_dataset(self.folder)

    @property
    def tables(self) -> Tables:
        """Result tables by name."""
        return Tables(self.folder)

    @property
    def statistics(self) -> Statistics:
        """Sums of capacity, energy, curtailment, prices and cost, with units in the column names."""
        return Statistics(self.tables, self.data)

    @property
    def plot(self) -> Plots:
        """Plotly figures."""
        from energy_model.api.plots import Plots

        return Plots(self.data, self.tables, self.manifest)

    def save(self, folder: str | Path, *, pages: bool = True, overwrite: bool = False) -> Plan:
        """Keep the result in a folder, completely or not at all.

        Parameters
        ----------
        folder : str or Path
        pages : bool
            Write map, study page and workbooks too.
        overwrite : bool
            Take the place of what stands in the folder.

        Returns
        -------
        Plan
            The plan in its new folder.

        Raises
        ------
        StoreError
            When the folder is not empty, or cannot be written; it is then unchanged.
        """
        from energy_model.report.outputs import write_outputs

        target = Path(folder)
        if target.exists() and any(target.iterdir()) and not overwrite:
            raise store.StoreError(
                say(
                    f"{target} is not empty: name a new folder, or give overwrite=True.",
                    f"{target} 非空：请另选目录，或设 overwrite=True。",
                )
            )
        with folders.exclusive(target), folders.whole_folder(target) as new:
            shutil.copytree(self.folder, new, dirs_exist_ok=True)
            if pages:
                write_outputs(new)
        return Plan(target, self._study, self._kept)

    def to_pypsa(self) -> pypsa.Network:
        """The plan as a PyPSA network in which exactly the capacities of the plan may be built, for operation and analysis there.

        ``meta["left_out"]`` names what PyPSA cannot represent.

        Raises
        ------
        NotCarriedError
            Among other reasons when the plan is one of typical weeks.
        StaleResultError, WeatherError, MissingPackageError
        """
        from energy_model.api.networks import export_plan, to_pypsa

        kept, study = TemporaryFolder(), self.study
        note = export_plan(study.checked, Horizon.parse(self.horizon), study.weather, self.data, kept.path / "network").note
        return to_pypsa(kept.path / "network", note)

    def _repr_html_(self) -> str:
        """First lines of the plan in a notebook."""
        return self.summary().to_frame("").to_html(header=False)

    def summary(self) -> pd.Series:
        """Scenario, horizon, weather, cost, proven gap and verdict of the certificate."""
        m = self.manifest
        return pd.Series(
            {
                "scenario": m["scenario"],
                "horizon": m["horizon"],
                "weather": m["weather"],
                "cost_mcny": m["objective_mcny"],
                "gap_share": m["certificate"]["gap"],
                "certified": m["certificate"]["passed"],
            }
        )
