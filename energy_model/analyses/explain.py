"""Binding constraints of a plan, and causes of infeasibility; each answer names the input cell behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from rich.console import Console

from energy_model.plans.pathway import joined_path
from energy_model.results import store
from energy_model.results.binding import binding
from energy_model.results.read_plan import check_inputs
from energy_model.results.stages import Clock
from energy_model.run import prepare_study
from energy_model.solving.diagnosis import Diagnosis, diagnose
from energy_model.solving.limits import Limits
from energy_model.solving.memory import usable_gb
from energy_model.study.clause_quantities import MODELLED
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.origins import BY_MONTH, ROWS, Origin, origin
from energy_model.study.path_origins import RATES, PathRow, origin_in_path
from energy_model.study.pathway import Pathway, pathway_of
from energy_model.study.study import Study
from energy_model.units import GW_PER_MW

MONTHLY_ROWS = (*BY_MONTH, "planned_generation")
YEARLY_ROWS = (*(f for f in ROWS if f not in ("tie_limit", "capacity_contract", "capacity_corridor")), *MONTHLY_ROWS, "land_limit")
"""Families whose rows a planner can change in one cell: they are given up first when a plan is impossible."""
PATH_ROWS = (*YEARLY_ROWS, RATES)
"""The same for a pathway, with the build rates that link its years."""


@dataclass(frozen=True)
class Named:
    """A row or limit in the terms of a planner.

    Attributes
    ----------
    family, element : str
    cell : Origin or None
        None where it does not stand in one cell.
    per_unit : float or None
        Model units of the row in one unit of the cell; NaN where one cannot be turned into the other simply, None where the row's limit is
        the cell times what the horizon holds of its month.
    """

    family: str
    element: str
    cell: Origin | None
    per_unit: float | None


Namer = Callable[[str, tuple], Named]


def what_binds(inputs: Path, folder: Path) -> pd.DataFrame:
    """Binding rows of a finished result with the input cell behind each.

    Parameters
    ----------
    inputs : Path
        Folder of input tables.
    folder : Path
        Result folder.

    Returns
    -------
    DataFrame
        Columns of `results.binding.binding` and ``cell``, empty where no single cell stands behind the row.

    Raises
    ------
    StaleResultError
        When an input file has changed since the result was made: its rows and values could not be named truly.
    """
    data, manifest, _ = store.read_result(folder)
    check_inputs(inputs, manifest)
    study = load_study(inputs, manifest["scenario"])
    table = binding(data)
    cells = (origin(study, r.family, tuple(r.element.split("/"))) for r in table.itertuples())
    return table.assign(cell=[str(c) if c else "" for c in cells])


def searched_over(horizon: Horizon) -> Horizon:
    """Horizon in which the cause of infeasibility is looked for: one typical week in place of the year."""
    return Horizon("weeks", 1) if horizon.kind == "year" else horizon


def why_impossible(study: Study, horizon: Horizon, weather: Path, threads: int, console: Console) -> tuple[Diagnosis, pd.DataFrame]:
    """The yearly rows of a study that cannot hold together over a horizon; for a pathway, those of all investment years together.

    Returns
    -------
    diagnosis : Diagnosis
    table : DataFrame
        As `conflict_table`; elements of a pathway begin with the year.

    Raises
    ------
    InputErrors, WeatherError, DiagnosisError
    SolveError
        When the LP over the years of a pathway does not fit the memory.
    """
    say: Callable[[str], None] = lambda line: console.print(f"  {line}", highlight=False)  # noqa: E731
    if study.settings.pathway.years:
        limits = Limits(memory_gb=usable_gb())
        studies, path = joined_path(study, horizon, weather, threads, Clock(console), limits)
        diagnosis = diagnose(path.lp, PATH_ROWS, threads=threads, log=say)
        return diagnosis, conflict_table(partial(named_in_path, study, studies, pathway_of(study)), diagnosis)
    problem = prepare_study(study, horizon, weather, Clock(console))
    diagnosis = diagnose(problem.lp, YEARLY_ROWS, threads=threads, log=say)
    return diagnosis, conflict_table(partial(named, study), diagnosis)


def named(study: Study, family: str, label: tuple) -> Named:
    """A row or limit of one year."""
    return Named(family, "/".join(map(str, label)), origin(study, family, label), _unit(study, family, label))


def named_in_path(study: Study, studies: dict[int, Study], pathway: Pathway, family: str, label: tuple) -> Named:
    """A row or limit of one of the years of a pathway."""
    row = PathRow.of(family, label)
    unit = GW_PER_MW * pathway.span[row.year] if family == RATES else _unit(study, row.family, row.label)
    return Named(row.family, row.element, origin_in_path(study, studies, row), unit)


def conflict_table(name: Namer, diagnosis: Diagnosis) -> pd.DataFrame:
    """Conflicts in the units and cells of the input tables.

    Parameters
    ----------
    name : callable
        Names a row or limit from its family and label.
    diagnosis : Diagnosis

    Returns
    -------
    DataFrame
        ``conflict`` (number, 0 for the plan as a whole), ``role`` (``conflict``, ``held_by``, ``least_change``), ``family``, ``element``,
        ``value`` (what the table says), ``possible`` (the value that would do, other things equal; NaN when no change of this row alone
        does), ``cell``.
    """
    rows = []
    for number, conflict in enumerate(diagnosis.conflicts, start=1):
        rows += [_row(name(m.family, m.label), number, "conflict", m.limit, m.gives) for m in conflict.members]
        held = dict.fromkeys(name(family, label) for family, label, _ in conflict.held_by)
        rows += [_row(limit, number, "held_by") for limit in held if limit.cell]
    rows += [_row(name(m.family, m.label), 0, "least_change", m.limit, m.gives) for m in diagnosis.least]
    return pd.DataFrame(rows)


def _row(row: Named, number: int, role: str, limit: float = 0.0, change: float | None = None) -> dict:
    found = {"conflict": number, "role": role, "family": row.family, "element": row.element}
    if row.cell is None:
        return found | {"value": float("nan"), "possible": float("nan"), "cell": ""}
    possible = float("nan")
    if change is not None and row.per_unit is not None:
        possible = row.cell.value + change / row.per_unit
    elif change is not None and limit:
        possible = row.cell.value * (1.0 + change / limit)
    return found | {"value": row.cell.value, "possible": possible, "cell": str(row.cell)}


def _unit(study: Study, family: str, label: tuple) -> float | None:
    """Model units per unit of the table's column; shares are given as energy of the row, which cannot simply be converted to a share."""
    if family.startswith("clause"):
        quantity = study.tables["targets"].set_index("target").quantity[label[0]]
        return float("nan") if quantity.endswith("_share") else MODELLED[quantity]
    if family == "self_supply":
        return float("nan")
    if family in MONTHLY_ROWS:
        return None
    return GW_PER_MW if family == "land_limit" else 1.0
