"""Least cost against one quantity of the plan: export supply curve, and cost of less CO2, less curtailment, more wind and solar.

The least cost is convex in the quantity. Between two solved points it lies below their chord, and above the tangents given by their
proven bounds and duals; the gaps between the two determine the next point (`next_value`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.analyses.chords import curve_of, next_value
from energy_model.analyses.exports import CLAUSE, ExportProblem
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import Answer, Shared, VariantError, without_plan
from energy_model.language import say
from energy_model.results.limit_values import limits_felt
from energy_model.results.points import plan_point
from energy_model.results.stages import Clock
from energy_model.run import prepare_study
from energy_model.solving.build import Problem
from energy_model.solving.stamp import YEARLY
from energy_model.solving.variants import Variant, hold, with_axis
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study
from energy_model.units import GWH_PER_TWH

START = 1e-4
"""A range that begins at nothing begins at this share of its end, so that the first dual is what the first unit costs."""
TO_LIMIT = 1e-4
"""Distance of the last point from the limit of the axis, as a share; duals are still finite there."""
ROW = "FRONTIER"


@dataclass(frozen=True)
class Axis:
    """A quantity against which the cost is drawn.

    Attributes
    ----------
    quantity : str
        Quantity of targets.csv whose row is moved.
    floor : bool
        Whether the plan must reach the value; otherwise it must not exceed it.
    column : str
        Column of the tables, with its unit.
    price : str
        Unit of its marginal cost.
    most : float
        Value that no plan reaches.
    reach : (float, float)
        Default range; for axes other than exports in parts of what the plan of least cost has.
    """

    quantity: str
    floor: bool
    column: str
    price: str
    most: float
    reach: tuple[float, float]


AXES = {
    "export": Axis("export_gwh", True, "export_gwh", "cny_per_mwh", 1e6, (0.0, 40.0 * GWH_PER_TWH)),
    "co2": Axis("co2_kt", False, "co2_kt", "cny_per_t", 1e7, (0.5, 1.0)),
    "curtailment": Axis("curtailment_share", False, "curtailed_gwh", "cny_per_mwh", 1e6, (0.0, 1.0)),
    "renewable-share": Axis("renewable_share", True, "renewable_share", "cny_per_mwh", 1e2, (1.0, 1.5)),
}


def read_point(shared: Shared, answer: Answer) -> dict[str, Any]:
    """Figures of a plan, and the derivative of the least cost along the axis in the last column [MCNY per unit]."""
    lp, primal = shared.problem.lp, answer.primal
    column = lp.matrix[:, [len(primal) - 1]]
    slope = -float((column.T @ answer.dual)[0])
    point = plan_point(shared.problem, shared.study, primal, answer.dual, shared.problem.lp.costs(primal))
    return {"at": float(primal[-1]), "slope": slope, "limits": limits_felt(lp, primal, answer.dual, without=(CLAUSE, ROW))} | point


class Frontier:
    """A study along one axis.

    Parameters
    ----------
    name : str
        Key of `AXES`.
    study : Study
    horizon, weather, clock
        As in `run.prepare_study`.

    Attributes
    ----------
    plan_at : float or None
        Value that the plan asks for; None where it asks for nothing.
    unit : float
        Units of energy or mass in one unit of the axis.

    Raises
    ------
    SweepError
        When the study has no exports.
    """

    def __init__(self, name: str, study: Study, horizon: Horizon, weather: Path, clock: Clock) -> None:
        self.name, self.axis = name, AXES[name]
        if name == "export":
            exports = ExportProblem(study, horizon, weather, clock)
            self.exports, self.study, problem = exports, exports.study, exports.problem
            self.plan_at: float | None = exports.volume_gwh
            labels, ids = problem.lp.rows("contract_minimum")
            share = np.array([exports.least_gwh[x] / exports.volume_gwh for (x,) in labels])
            rows, coefficients = np.append(_row(problem, "clause_at_least", CLAUSE), ids), np.append(1.0, share)
            self.unit = 1.0
        else:
            self.study, self.plan_at = _with_row(study, self.axis)
            problem = prepare_study(self.study, horizon, weather, clock)
            row = _row(problem, "clause_at_least" if self.axis.floor else "clause_at_most", ROW)
            # A share is multiplied out with the yearly load, which its row has on the right-hand side at the value 1.
            self.unit = float(problem.lp.row_lower[row]) if name == "renewable-share" else 1.0
            rows, coefficients = np.array([row]), np.array([self.unit])
        scale = 1.0 if name == "renewable-share" else YEARLY
        self.problem: Problem = replace(problem, lp=with_axis(problem.lp, rows, coefficients, self.axis.most, scale))
        self.column = len(self.problem.lp.lower) - 1

    def shared(self, exact: bool, threads: int) -> Shared:
        """Data shared by the points of this axis."""
        return Shared(self.problem, self.study, read_point, exact, threads)

    def at(self, value: float) -> Variant:
        """The variant with the axis at a value."""
        return Variant((hold("lower", [self.column], value), hold("upper", [self.column], value)))

    def limit(self) -> Variant:
        """The variant that finds the limit of the axis."""
        return Variant(objective=((self.column, -1.0 if self.axis.floor else 1.0),))


def _row(problem: Problem, family: str, label: str) -> int:
    labels, ids = problem.lp.row_ids[family]
    return int(ids[labels.index((label,))])


def _with_row(study: Study, axis: Axis) -> tuple[Study, float | None]:
    """The study with a row for the axis in place of city-wide clauses on its quantity."""
    targets = study.tables["targets"]
    same = (targets.quantity == axis.quantity) & targets.scope.isna() & targets["mode"].isin(("hard", "soft"))
    asked = float(targets.value[same].iloc[0]) if same.any() and axis.quantity != "curtailment_share" else None
    row = {
        "target": ROW,
        "quantity": axis.quantity,
        "sense": ">=" if axis.floor else "<=",
        "mode": "hard",
        "value": 0.0 if axis.quantity == "curtailment_share" else 1.0,
        "name_zh": "前沿",
        "name_en": "frontier",
        "clause": "",
        "year": study.settings.study.plan_year,
    }
    kept = pd.concat([targets[~same], pd.DataFrame([row])], ignore_index=True)
    return replace(study, tables={**study.tables, "targets": kept.astype(targets.dtypes.to_dict())}), asked


def trace(
    frontier: Frontier, shared: Shared, runner: VariantRunner, values: Iterable[float], span: tuple[float | None, float | None],
    points: int, error_share: float, console: Console,
) -> pd.DataFrame:  # fmt: skip
    """Solve points along the axis where the curve is least certain, until it is known well enough.

    Parameters
    ----------
    frontier : Frontier
    shared : Shared
        Of `Frontier.shared`.
    runner : VariantRunner
    values : iterable of float
        Points that are solved in any case.
    span : (float or None, float or None)
        Ends of the axis; None for the default of `AXES`.
    points : int
        Maximum number of points. Those of the journal come first, so that a repeated analysis gives the same answer.
    error_share : float
        Error between points that is good enough, as share of the cost that the axis adds from end to end.
    console : Console

    Returns
    -------
    DataFrame
        One row for each point, ascending: ``at``, ``cost_mcny``, ``bound_mcny``, ``slope`` [MCNY per unit], ``error_mcny`` (largest error
        of the chord to the point before), ``gap``, ``impossible``, and the figures of `results.points.plan_point`.

    Raises
    ------
    VariantError
        When no point of the range can be reached.
    """
    low, high = _ends(frontier, shared, runner, span)
    asked = {round(v, 6) for v in (low, high, *values)}
    if frontier.plan_at is not None and low <= frontier.plan_at <= high:
        asked.add(round(frontier.plan_at, 6))
    begun, limit = f"{frontier.name}=", f"{frontier.name}:limit"

    def values_of(keys: Iterable[str]) -> dict[str, float]:
        return {key: float(key.removeprefix(begun)) for key in keys if key.startswith(begun)}

    before = [v for v in values_of(runner.journal.done).values() if low <= v <= high and v not in asked]
    asked.update(before[: max(0, points - len(asked))])

    def found_in(answers: Mapping[str, dict]) -> dict[float, dict]:
        return {v: {"at": v} | answers[key] for key, v in values_of(answers).items()}

    def choose(answers: Mapping[str, dict], running: Collection[str]) -> tuple[str, Variant] | None:
        """A requested value, else the limit and the last value before it, else the value where the curve is least certain."""
        found, busy = found_in(answers), set(values_of(running).values())
        if any(p["impossible"] == "no_plan" for p in found.values()):
            if limit in answers and answers[limit]["impossible"] != "unsolved":
                asked.add(round(_last_before(frontier, answers[limit], (low, high)), 6))
            elif limit not in running and limit not in answers:
                return limit, frontier.limit()
        value = next(iter(sorted(asked - {*found} - busy)), None)
        if value is None:
            value = next_value(found, busy, error_share, points - len(found) - len(busy))
        return None if value is None else (f"{begun}{value!r}", frontier.at(value))

    answers = runner.explore(shared, choose)
    if "at" in answers.get(limit, {}):
        console.print(
            say(
                f"  Limit of the axis: {answers[limit]['at']:,.6g} {frontier.axis.column}",
                f"  可达极限：{answers[limit]['at']:,.6g} {frontier.axis.column}",
            )
        )
    return curve_of(found_in(answers))


def _last_before(frontier: Frontier, limit: dict, span: tuple[float, float]) -> float:
    """The last value before the limit of the axis; an error if no value of the range is feasible."""
    if limit["impossible"]:
        raise without_plan(limit, "any value of the axis", "坐标轴任何取值")
    reached = limit["at"] * (1 - TO_LIMIT if frontier.axis.floor else 1 + TO_LIMIT)
    if not span[0] <= reached <= span[1]:
        raise VariantError(
            say(
                f"No plan reaches a {frontier.axis.column} between {span[0]:g} and {span[1]:g}; the limit is {limit['at']:,.6g}.",
                f"{frontier.axis.column} 在 {span[0]:g} 至 {span[1]:g} 之间无可行方案；极限为 {limit['at']:,.6g}。",
            )
        )
    return float(reached)


def _ends(frontier: Frontier, shared: Shared, runner: VariantRunner, span: tuple[float | None, float | None]) -> tuple[float, float]:
    """Ends of the axis; if they are relative to the least-cost plan, that plan is solved."""
    low, high = span
    least, most = frontier.axis.reach
    if frontier.name != "export" and (low is None or high is None):
        key = f"{frontier.name}:free"
        free = runner.solve(shared, {key: Variant()})[key]
        if free["impossible"]:
            raise without_plan(free, "the study without this limit", "不加此限值的研究")
        own = free[frontier.axis.column]
        least, most = least * own, most * own
    low, high = least if low is None else low, most if high is None else high
    return max(low, START * high), high
