"""Two questions about a plan: what binds in it, and why there is none; each answer names the input cell behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rich.console import Console

from energy_model.formulation.policy import MODELLED
from energy_model.results import store
from energy_model.results.binding import binding
from energy_model.results.plan import check_inputs
from energy_model.run import Clock, prepare
from energy_model.solving.diagnosis import Diagnosis, diagnose
from energy_model.study.horizon import Horizon
from energy_model.study.origins import ROWS, origin
from energy_model.study.study import Study, load_study
from energy_model.units import GW_PER_MW

YEARLY_ROWS = (*(f for f in ROWS if f not in ("tie_limit", "capacity_contract", "capacity_corridor")), "land_limit")
"""Families whose rows a planner can change in one cell: they are given up first when a plan is impossible."""


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


def why_impossible(
    inputs: Path, scenario: str, horizon: Horizon, weather: Path, threads: int, console: Console
) -> tuple[Study, Diagnosis]:
    """The yearly rows of a scenario that cannot hold together over a horizon.

    Raises
    ------
    InputErrors, WeatherError, DiagnosisError
    """
    study, problem = prepare(inputs, scenario, horizon, weather, Clock(console))
    say: Callable[[str], None] = lambda line: console.print(f"  {line}", highlight=False)  # noqa: E731
    return study, diagnose(problem.lp, YEARLY_ROWS, threads=threads, log=say)


def conflict_table(study: Study, diagnosis: Diagnosis) -> pd.DataFrame:
    """Conflicts in the units and cells of the input tables.

    Returns
    -------
    DataFrame
        ``conflict`` (number, 0 for the plan as a whole), ``role`` (``conflict``, ``held_by``, ``least_change``), ``family``, ``element``,
        ``value`` (what the table says), ``possible`` (the value that would do, other things equal; NaN when no change of this row alone
        does), ``cell``.
    """
    rows = []
    for number, conflict in enumerate(diagnosis.conflicts, start=1):
        rows += [_row(study, number, "conflict", m.family, m.label, m.gives) for m in conflict.members]
        held = [(family, label) for family, label, _ in conflict.held_by if origin(study, family, label)]
        rows += [_row(study, number, "held_by", family, label, None) for family, label in held]
    rows += [_row(study, 0, "least_change", family, label, change) for family, label, change in diagnosis.least]
    return pd.DataFrame(rows)


def _row(study: Study, number: int, role: str, family: str, label: tuple, change: float | None) -> dict:
    cell = origin(study, family, label)
    row = {"conflict": number, "role": role, "family": family, "element": "/".join(map(str, label))}
    if cell is None:
        return row | {"value": float("nan"), "possible": float("nan"), "cell": ""}
    possible = float("nan") if change is None else cell.value + change / _unit(study, family, label)
    return row | {"value": cell.value, "possible": possible, "cell": str(cell)}


def _unit(study: Study, family: str, label: tuple) -> float:
    """Model units per unit of the table's column; shares are told in energy of the row and cannot be turned back into a share simply."""
    if family.startswith("clause"):
        quantity = study.tables["targets"].set_index("target").quantity[label[0]]
        return float("nan") if quantity.endswith("_share") else MODELLED[quantity]
    if family == "self_supply":
        return float("nan")
    return GW_PER_MW if family == "land_limit" else 1.0
