"""Least cost against one quantity of the plan: the export supply curve, and the price of less CO2, less curtailment, more wind and sun.

The least cost is convex in the quantity. Between two solved points it lies below their chord, and above the tangents that their proven
bounds and duals make; such gaps say where the next point goes (`next_value`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.questions.exports import CLAUSE, ExportProblem
from energy_model.questions.variants import Answer, Shared, VariantError, VariantRunner
from energy_model.results import prices
from energy_model.results.limit_values import limits_felt
from energy_model.results.points import plan_point
from energy_model.results.stages import Clock
from energy_model.run import prepare_study
from energy_model.solving.build import Problem
from energy_model.solving.stamp import YEARLY
from energy_model.solving.variants import Variant, hold, with_axis
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, GWH_PER_TWH

START = 1e-4
"""A range that begins at nothing begins at this share of its end, so that the first dual is what the first unit costs."""
TO_LIMIT = 1e-4
"""The last point stands this share before the limit that the system can reach, where duals are still finite."""
ROW = "FRONTIER"
BUILT_MW = 1.0


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
    """Figures of a plan, and the slope of the least cost along the axis, which is the last column [MCNY per unit]."""
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
        """What the points of this axis share."""
        return Shared(self.problem, self.study, read_point, exact, threads)

    def at(self, value: float) -> Variant:
        """The variant in which the axis stands at a value."""
        return Variant((hold("lower", [self.column], value), hold("upper", [self.column], value)))

    def limit(self) -> Variant:
        """The variant that finds how far the axis can go."""
        return Variant(objective=((self.column, -1.0 if self.axis.floor else 1.0),))


def _row(problem: Problem, family: str, label: str) -> int:
    labels, ids = problem.lp.row_ids[family]
    return int(ids[labels.index((label,))])


def _with_row(study: Study, axis: Axis) -> tuple[Study, float | None]:
    """The study with a row of its own for the axis instead of the clauses of the whole city on it."""
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
    """Solve points along the axis, where the least is known about the curve, until it is known well enough.

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
        Largest number of points. Those that the journal has come first, so that a question asked again has the same answer.
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
        """A value that was asked for, else the limit and the last value before it, else where the curve is known least."""
        found, busy = found_in(answers), set(values_of(running).values())
        if any(p["impossible"] for p in found.values()):
            if limit in answers:
                asked.add(round(_last_before(frontier, answers[limit], (low, high)), 6))
            elif limit not in running:
                return limit, frontier.limit()
        value = next(iter(sorted(asked - {*found} - busy)), None)
        if value is None:
            value = next_value(found, busy, error_share, points - len(found) - len(busy))
        return None if value is None else (f"{begun}{value!r}", frontier.at(value))

    answers = runner.explore(shared, choose)
    if limit in answers:
        console.print(f"  The most that can be reached 可达极限: {answers[limit]['at']:,.6g} {frontier.axis.column}")
    return curve_of(found_in(answers))


def _last_before(frontier: Frontier, limit: dict, span: tuple[float, float]) -> float:
    """The last value before the limit of the axis; an error when no value of the range can be reached."""
    if limit["impossible"]:
        raise VariantError(f"No plan exists, whatever the value 该方案本身不可行: {limit['impossible']}")
    reached = limit["at"] * (1 - TO_LIMIT if frontier.axis.floor else 1 + TO_LIMIT)
    if not span[0] <= reached <= span[1]:
        raise VariantError(
            f"No plan reaches a {frontier.axis.column} between {span[0]:g} and {span[1]:g} 该范围内无可行方案; "
            f"the limit is 可达极限为 {limit['at']:,.6g}."
        )
    return float(reached)


def next_value(found: dict[float, dict], busy: Collection[float], error_share: float, left: int) -> float | None:
    """Where to solve next; None where the curve is known well enough, or no point is left.

    A point halfway in a chord is far from both its ends, and far ways take long.  So a worker goes on from the value it solved last, in
    steps that make as many points of the open chords as are left: a convex curve that bends evenly leaves a chord in proportion to the
    square of its length.  Where one step is half a chord, or another chord is much wider open, the point is where that chord may be
    furthest from the curve.

    Parameters
    ----------
    found : dict
        Answers by value, the last one last.
    busy : collection of float
        Values that are being solved.
    error_share : float
        As in `trace`.
    left : int
        Points that may still be solved.
    """
    pieces = _open_pieces(found, busy, error_share)
    if left < 1 or not pieces:
        return None
    last, good_enough = next(reversed(found)), (sum(p.error_mcny**0.5 for p in pieces) / left) ** 2
    piece = max(pieces, key=lambda p: (last in (p.low, p.high) and p.error_mcny > good_enough, p.error_mcny))
    step = (good_enough / piece.error_mcny) ** 0.5
    if step < 0.5 and last in (piece.low, piece.high):
        step *= piece.high - piece.low
        return round(piece.low + step if last == piece.low else piece.high - step, 6)
    return round(piece.furthest, 6)


@dataclass(frozen=True)
class _Piece:
    """Part of a chord without a value that is being solved: where it may be furthest from the curve, and by how much."""

    low: float
    high: float
    furthest: float
    error_mcny: float


def _open_pieces(found: dict[float, dict], busy: Collection[float], error_share: float) -> list[_Piece]:
    """Pieces of the curve that are not known well enough."""
    if not found:
        return []
    good = curve_of(found).query("impossible == ''")
    least = max(error_share * float(good.cost_mcny.max() - good.cost_mcny.min()), 1e-9 * abs(good.cost_mcny.max()))
    pieces = []
    for (_, a), (_, b) in pairwise(good.iterrows()):
        if b.error_mcny > least:
            ends = sorted({a["at"], b["at"], *(v for v in busy if a["at"] < v < b["at"])})
            for low, high in pairwise(ends):
                share = (high - low) / (b["at"] - a["at"])
                furthest = float(b.widest_at) if share == 1 else (low + high) / 2
                pieces.append(_Piece(float(low), float(high), furthest, float(b.error_mcny) * share**2))
    return [p for p in pieces if p.error_mcny > least and round(p.furthest, 6) not in found]


def _ends(frontier: Frontier, shared: Shared, runner: VariantRunner, span: tuple[float | None, float | None]) -> tuple[float, float]:
    """Ends of the axis; where they are parts of what the plan of least cost has, that plan is solved."""
    low, high = span
    least, most = frontier.axis.reach
    if frontier.name != "export" and (low is None or high is None):
        key = f"{frontier.name}:free"
        free = runner.solve(shared, {key: Variant()})[key]
        if free["impossible"]:
            raise VariantError(f"No plan exists, whatever the value 该方案本身不可行: {free['impossible']}")
        own = free[frontier.axis.column]
        least, most = least * own, most * own
    low, high = least if low is None else low, most if high is None else high
    return max(low, START * high), high


def curve_of(found: dict[float, dict]) -> pd.DataFrame:
    """Points in order, each with the error of the chord to the point before and the place of that error, ``widest_at``."""
    table = pd.DataFrame([found[v] for v in sorted(found)])
    for name in ("cost_mcny", "bound", "slope", "gap", "violation"):
        table[name] = table[name].astype(float) if name in table else np.nan
    table = table.rename(columns={"bound": "bound_mcny"})
    table["error_mcny"] = table["widest_at"] = np.nan
    good = table.index[table.impossible == ""]
    for before, after in pairwise(good):
        table.loc[after, ["widest_at", "error_mcny"]] = chord_error(table.loc[before], table.loc[after])
    return table


def chord_error(a: pd.Series, b: pd.Series) -> tuple[float, float]:
    """Where the chord between two points can be furthest from the curve, and by how much.

    The bound of each point and its slope make a line that no plan lies below: only the bounds of the axis change from point to point, so
    the same duals prove it everywhere.
    """
    width = b["at"] - a["at"]
    bend = b.slope - a.slope
    cross = (a.bound_mcny - b.bound_mcny + b.slope * b["at"] - a.slope * a["at"]) / bend if bend > 0 else a["at"] + width / 2
    cross = float(np.clip(cross, a["at"], b["at"]))
    chord = a.cost_mcny + (b.cost_mcny - a.cost_mcny) * (cross - a["at"]) / width
    tangents = max(a.bound_mcny + a.slope * (cross - a["at"]), b.bound_mcny + b.slope * (cross - b["at"]))
    return float(np.clip(cross, a["at"] + 0.01 * width, b["at"] - 0.01 * width)), max(0.0, float(chord - tangents))


CURVE = (
    "delivered_gwh", "cost_mcny", "marginal", "segment", "average_cny_per_mwh", "energy_mcny", "capacity_mcny", "corridor_mcny",
    "other_mcny", "loss_gwh", "co2_kt", "curtailed_share", "renewable_share", "changed", "error_mcny", "gap_share", "violation",
    "impossible",
)  # fmt: skip


def tables_of(frontier: Frontier, traced: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Result tables of a traced axis.

    Returns
    -------
    dict of str to DataFrame
        For exports ``supply_curve``, ``supply_curve_contracts``, ``supply_curve_corridors`` and ``average_prices``
        (`results.prices.aumann_shapley`); for other axes ``frontier_<axis>``. Each point has its cost [MCNY], the marginal cost of one more
        unit (of one less, where the axis is a ceiling) by its dual, the incremental cost from the point before, the largest error of a
        straight line to that point, and its certificate; ``changed`` says what bends the curve there, `changes`; a point that is impossible
        says why and has no figures.
    """
    axis, sign = frontier.axis, 1.0 if frontier.axis.floor else -1.0
    to_price = sign * CNY_PER_MWH_FROM_MCNY_PER_GWH / frontier.unit
    curve = traced.rename(columns={"gap": "gap_share"}).drop(columns=[axis.column], errors="ignore")
    curve = curve.assign(marginal=curve.slope * to_price).rename(columns={"at": axis.column})
    good = curve[curve.impossible == ""]
    cost = good.cost_mcny
    curve["changed"] = changes(good)
    curve["segment"] = cost.diff() / good[axis.column].diff() * to_price
    columns = [axis.column, *(c for c in CURVE if c != axis.column)]
    if frontier.name == "export":
        # More may be delivered than is asked for, where it costs nothing: the average is of what is delivered.
        total = good.delivered_gwh - good.delivered_gwh.iloc[0]
        curve["average_cny_per_mwh"] = (cost - cost.iloc[0]) * CNY_PER_MWH_FROM_MCNY_PER_GWH / total.where(total > 0)
    else:
        columns.remove("average_cny_per_mwh")
    curve = curve[columns].rename(columns={"marginal": f"marginal_{axis.price}", "segment": f"segment_{axis.price}"})
    if frontier.name != "export":
        return {f"frontier_{frontier.name.replace('-', '_')}": curve}
    good, reached = curve[curve.impossible == ""].reset_index(drop=True), traced[traced.impossible == ""]
    parts = {
        part: pd.concat(
            [pd.DataFrame(rows).assign(export_gwh=v) for v, rows in zip(good.export_gwh, reached[part], strict=True)],
            ignore_index=True,
        )
        for part in ("contracts", "corridors")
    }
    parts = {part: table[["export_gwh", *(c for c in table if c != "export_gwh")]] for part, table in parts.items()}
    found = {"supply_curve": curve, "supply_curve_contracts": parts["contracts"], "supply_curve_corridors": parts["corridors"]}
    if (good.export_gwh - frontier.exports.volume_gwh).abs().min() < 1e-3:
        found["average_prices"] = prices.aumann_shapley(good, parts["contracts"], frontier.exports.volume_gwh)
    return found


def changes(points: pd.DataFrame) -> pd.Series:
    """What bends the curve at each point: limits that begin (``X+``) or cease (``X-``) to hold the plan back, and outlets built anew."""
    before: set[str] = set()
    found = {}
    for point, limits, corridors in zip(points.index, points.limits, points.corridors, strict=True):
        now = set(limits) | {r["corridor"] for r in corridors if r["new_mw"] > BUILT_MW}
        news = [*(f"{x}+" for x in sorted(now - before)), *(f"{x}-" for x in sorted(before - now))]
        found[point] = "; ".join(news) if point != points.index[0] else ""
        before = now
    return pd.Series(found, dtype=object)
