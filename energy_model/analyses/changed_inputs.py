"""Results of a study with some input cells changed: many solves, on several workers, kept in a journal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pandas as pd
from rich.console import Console

from energy_model.analyses.variant_runner import run_items
from energy_model.journal import Journal
from energy_model.results.dataset import build_dataset
from energy_model.results.plan_figures import plan_figures
from energy_model.results.stages import Clock
from energy_model.rounds import solve_study
from energy_model.run import prepare_study
from energy_model.screen import plain_console
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.ladder import SolveError
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study
from energy_model.workers import workers


@dataclass(frozen=True)
class Change:
    """New value of cells of one column.

    Attributes
    ----------
    table, column : str
    rows : tuple of int
        Row positions of the table.
    value : float
        The value; the factor on the present values, if `relative`.
    relative : bool
    """

    table: str
    column: str
    rows: tuple[int, ...]
    value: float
    relative: bool = False


Changes = tuple[Change, ...]


@dataclass(frozen=True)
class Outcome:
    """Result of one solve.

    Attributes
    ----------
    values : dict of str to float
        As `results.plan_figures.plan_figures`; empty where the plan is impossible.
    gap : float
        Proven relative gap.
    impossible : str
        Why there is not a plan; empty where there is one.
    """

    values: Mapping[str, float]
    gap: float = math.nan
    impossible: str = ""

    def get(self, quantity: str) -> float:
        """Value of a quantity; NaN if the plan is infeasible."""
        return math.nan if self.impossible else float(self.values.get(quantity, 0.0))


@dataclass(frozen=True)
class Job:
    """Solution options of a study.

    Attributes
    ----------
    study : Study
    horizon : Horizon
    weather : Path
    exact : bool
    threads : int
    neighbour : Neighbour
        What the last solve of this process has left; workers begin with a copy.
    """

    study: Study
    horizon: Horizon
    weather: Path
    exact: bool
    threads: int
    neighbour: Neighbour = field(default_factory=Neighbour, compare=False, repr=False)


def changed(study: Study, changes: Changes) -> Study:
    """The study with some cells changed."""
    tables = dict(study.tables)
    for c in changes:
        table = tables[c.table].copy()
        rows = list(c.rows)
        values = table.loc[rows, c.column] * c.value if c.relative else pd.Series(c.value, index=rows)
        table.loc[rows, c.column] = values.round() if table[c.column].dtype.kind == "i" else values
        tables[c.table] = table
    return replace(study, tables=tables)


def evaluate(job: Job, changes: Changes) -> Outcome:
    """Solve and certify a study with some cells changed.

    Raises
    ------
    CertificateError
        When the result fails its independent check.
    """
    study, quiet = changed(job.study, changes), plain_console(quiet=True)
    problem = prepare_study(study, job.horizon, job.weather, Clock(quiet))
    try:
        problem, (solution, _, certificate, whole), _ = solve_study(study, problem, job.exact, job.threads, quiet, neighbour=job.neighbour)
    except SolveError as fault:
        return Outcome({}, impossible=" ".join(str(fault).split()))
    data = build_dataset(problem, study, solution.primal, solution.dual)
    gap = max(certificate.gap, whole.get("gap", 0.0))
    return Outcome(plan_figures(certificate.objective_mcny, data), gap)


def solve_points(
    job: Job, points: Mapping[str, Changes], count: int, journal: Journal, console: Console, scheduler: str | None = None
) -> dict[str, Outcome]:
    """Solve every point missing from the journal, with progress.

    Parameters
    ----------
    job : Job
    points : Mapping of str to Changes
        Changes by the key of the point in the journal.
    count : int
        Workers.
    journal : Journal
    console : Console
    scheduler : str, optional
        Dask scheduler whose workers are taken instead.

    Raises
    ------
    CertificateError, WorkerError
    """
    with workers(count, scheduler) as pool:
        found = run_items(_evaluated, job, points, pool, journal, console)
    return {key: Outcome(**value) for key, value in found.items()}


def _evaluated(job: Job, changes: Changes) -> dict:
    return asdict(evaluate(job, changes))
