"""Break-even search: the value of an input at which the plan changes, such as the coal price at which solar enters."""

# Over 300 lines: what may be asked, the search and its answer in words share the same three records.

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

import numpy as np
import pandas as pd

from energy_model.analyses.changed_inputs import Change, Outcome
from energy_model.analyses.sensitivity import item_words
from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.results.assumptions import in_use
from energy_model.results.plan_figures import figure_names
from energy_model.study import contract
from energy_model.study.nearest import nearest
from energy_model.study.provenance import number_columns, source_of
from energy_model.study.study import Study

CONDITION = re.compile(r"\s*(\S+?)\s*(>=|<=|>|<)\s*([-+]?\d+\.?\d*(?:[eE][-+]?\d+)?)\s*")
DUST = {"mw": 0.1, "gwh": 0.1, "share": 1e-6, "mcny": 0.0, "mwh": 0.0}
"""By the unit at the end of a quantity: what is less than this above a strict limit is numerical noise."""
Outcomes = Literal["switches", "several", "always", "never", "impossible"]


class BreakEvenError(EnergyModelError):
    """The search is not possible in this form; the message gives the reason."""


@dataclass(frozen=True)
class Condition:
    """A quantity of a plan against a number, such as ``new_mw/solar > 0``."""

    quantity: str
    sense: str
    limit: float

    @classmethod
    def parse(cls, text: str, study: Study) -> Condition:
        """Read a condition.

        Raises
        ------
        BreakEvenError
            When it is not understood, or the study has no such quantity.
        """
        found = CONDITION.fullmatch(text)
        if not found:
            raise BreakEvenError(
                say(
                    f"The condition '{text}' is not understood; write it like new_mw/solar > 0",
                    f"条件 '{text}' 无法识别；应写成 new_mw/solar > 0 的形式",
                )
            )
        known = figure_names(study)
        if found[1] not in known:
            near = ", ".join(nearest(found[1], known, 4)) or ", ".join(known[:8])
            raise BreakEvenError(say(f"The plan has no quantity '{found[1]}'. Similar: {near}", f"方案没有量 '{found[1]}'。相近：{near}"))
        return cls(found[1], found[2], float(found[3]))

    def holds(self, value: float) -> bool | None:
        """Whether it holds; None if the plan is infeasible."""
        if math.isnan(value):
            return None
        dust = DUST[self.quantity.partition("/")[0].rpartition("_")[2]]
        if self.sense == ">":
            return value > self.limit + dust
        if self.sense == "<":
            return value < self.limit - dust
        return value >= self.limit - dust if self.sense == ">=" else value <= self.limit + dust

    def __str__(self) -> str:
        return f"{self.quantity} {self.sense} {self.limit:g}"


@dataclass(frozen=True)
class Knob:
    """The cells varied together, and their range.

    Attributes
    ----------
    name : str
        The pattern ``table/key/column``.
    table, column : str
    rows : tuple of int
    low, high : float
        Value in the unit of the column; factor on the present values, if `relative`.
    relative : bool
    confidence : str
        How sure the range is; empty where the planner gave it.
    """

    name: str
    table: str
    column: str
    rows: tuple[int, ...]
    low: float
    high: float
    relative: bool = False
    confidence: str = ""

    def at(self, value: float) -> Change:
        """Its cells at a value or factor."""
        return Change(self.table, self.column, self.rows, value, self.relative)


def knob(study: Study, pattern: str, low: float | None, high: float | None, relative: bool = False) -> Knob:
    """Cells in use that match a pattern ``table/key/column``, ``*`` allowed, with the range to search.

    Without `low` and `high` the range is that of sources.csv, where all cells have the same.

    Raises
    ------
    BreakEvenError
        Unknown cells, cells of several columns, cells of different values that are not turned relatively, or a range that is missing,
        reversed or outside the limits of the column.
    """
    table, column, rows, names = _cells(study, pattern)
    values = study.tables[table].loc[list(rows), column]
    if not relative and values.nunique() > 1:
        few = ", ".join(f"{n} = {v:g}" for n, v in list(zip(names, values, strict=True))[:4])
        raise BreakEvenError(
            say(
                f"The cells of '{pattern}' differ ({few}); name fewer, or add --relative",
                f"'{pattern}' 各单元格的数值不同（{few}）；请缩小范围或加 --relative",
            )
        )
    confidence = ""
    if (low is None or high is None) and not relative:
        bounds = [source_of(study.tables["sources"], table, n, column) for n in names]
        known = {(float(b.low), float(b.high), str(b.confidence)) for b in bounds if b is not None and pd.notna(b.low) and pd.notna(b.high)}
        if len(known) == 1 and all(b is not None for b in bounds):
            (lowest, highest, confidence) = next(iter(known))
            low, high = lowest if low is None else low, highest if high is None else high
    if low is None or high is None:
        raise BreakEvenError(
            say(
                f"sources.csv gives no single range for '{pattern}': add --low and --high",
                f"sources.csv 未给 '{pattern}' 统一的上下限：请加 --low 与 --high",
            )
        )
    if not low < high:
        raise BreakEvenError(
            say(f"The range runs backwards: low {low:g} is not below high {high:g}", f"范围颠倒：下限 {low:g} 不小于上限 {high:g}")
        )
    spec = contract.column(table, column)
    ends = (low * float(values.min()), high * float(values.max())) if relative else (low, high)
    if (spec.low is not None and ends[0] < spec.low) or (spec.high is not None and ends[1] > spec.high):
        low_limit, high_limit = spec.low, spec.high
        raise BreakEvenError(
            say(
                f"The range {ends[0]:g} to {ends[1]:g} exceeds the limits of {column}, {low_limit} to {high_limit}",
                f"范围 {ends[0]:g} 至 {ends[1]:g} 超出 {column} 的允许范围 {low_limit} 至 {high_limit}",
            )
        )
    return Knob(pattern, table, column, rows, float(low), float(high), relative, confidence)


def _cells(study: Study, pattern: str) -> tuple[str, str, tuple[int, ...], list[str]]:
    """Table, column, rows and keys of the filled number cells in use that match a pattern."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for table in contract.tables():
        if table == "sources" or not fnmatchcase(table, pattern.partition("/")[0]):
            continue
        frame, keys = in_use(study, table), contract.keys(table)
        names = ["/".join(map(str, row)) for row in frame[list(keys)].itertuples(index=False)]
        for column in number_columns(table):
            cells = zip(frame.index, names, frame[column].notna(), strict=True)
            hit = [(int(i), n) for i, n, filled in cells if filled and fnmatchcase(f"{table}/{n}/{column}", pattern)]
            if hit:
                found[table, column] = hit
    if not found:
        near = nearest(pattern.partition("/")[0], contract.tables(), 3)
        hint = say(f" Tables of similar names: {', '.join(near)}.", f"相近的表：{', '.join(near)}。") if near else ""
        raise BreakEvenError(
            say(
                f"No numeric cell in use matches '{pattern}'; write table/key/column.{hint}",
                f"没有与 '{pattern}' 相符且在用的数值单元格；请写 表/键/列。{hint}",
            )
        )
    if len(found) > 1:
        several = ", ".join(f"{t}/…/{c}" for t, c in list(found)[:4])
        raise BreakEvenError(
            say(f"'{pattern}' matches several columns ({several}); name one", f"'{pattern}' 匹配了多列（{several}）；请只写一列")
        )
    (table, column), hit = next(iter(found.items()))
    return table, column, tuple(i for i, _ in hit), [n for _, n in hit]


@dataclass(frozen=True)
class Point:
    """One solve: the value of the input, the quantity, and whether the condition holds (None: no plan)."""

    at: float
    value: float
    holds: bool | None
    gap: float


@dataclass(frozen=True)
class Search:
    """Result of the search.

    Attributes
    ----------
    outcome : str
        ``switches``: once, between `low` and `high`; ``several``: more than once in the range, `low` and `high` are the first time;
        ``always``, ``never``: nowhere in the range; ``impossible``: no plan where the answer would be.
    low, high : float
        Bracket of the switch; NaN without one.
    points : tuple of Point
        In ascending order.
    """

    outcome: Outcomes
    low: float
    high: float
    points: tuple[Point, ...]


def search(evaluate: Callable[[float], Outcome], condition: Condition, low: float, high: float, tolerance: float, scan: int = 3) -> Search:
    """Find where a condition switches: solve both ends and `scan` values between them, then bisect the interval of the switch.

    Parameters
    ----------
    evaluate : callable
        From the value of the input to the outcome.
    condition : Condition
    low, high : float
        Range of the input.
    tolerance : float
        Width of the bracket at which the search ends, in the unit of the input.
    scan : int
        Values between the ends that are looked at, so that a plan that changes its mind twice is found out.
    """
    points: dict[float, Point] = {}

    def look(x: float) -> bool | None:
        if x not in points:
            outcome = evaluate(x)
            value = outcome.get(condition.quantity)
            points[x] = Point(x, value, condition.holds(value), outcome.gap)
        return points[x].holds

    grid = [float(x) for x in np.linspace(low, high, scan + 2)]
    states = [look(x) for x in grid]
    switches = [k for k in range(len(grid) - 1) if states[k] is not states[k + 1] and None not in (states[k], states[k + 1])]
    if not switches:
        known = {s for s in states if s is not None}
        outcome: Outcomes = "impossible" if None in states and len(known) != 1 else "always" if known == {True} else "never"
        return Search(outcome, math.nan, math.nan, tuple(points[x] for x in sorted(points)))
    left, right = grid[switches[0]], grid[switches[0] + 1]
    while right - left > tolerance:
        middle = (left + right) / 2
        state = look(middle)
        if state is None:
            break
        left, right = (middle, right) if state is points[left].holds else (left, middle)
    several = len(switches) > 1
    return Search("several" if several else "switches", left, right, tuple(points[x] for x in sorted(points)))


def most_solves(turned: Knob, tolerance: float, scan: int) -> int:
    """Solves of a search: both ends, the values between them, and the halving of one interval."""
    interval = (turned.high - turned.low) / (scan + 1)
    return scan + 2 + max(0, math.ceil(math.log2(interval / tolerance)))


def as_row(found: Search, turned: Knob, condition: Condition, tolerance: float) -> dict[str, object]:
    """Row of the table of break-evens."""
    item = item_words(turned.name, turned.table, turned.column)
    by_value = {p.at: p for p in found.points}
    bracket = [by_value.get(x, Point(x, math.nan, None, math.nan)) for x in (found.low, found.high)]
    return {
        "input": turned.name,
        "item_zh": item["item_zh"] + ("（系数）" if turned.relative else ""),
        "item_en": item["item_en"] + (" (factor)" if turned.relative else ""),
        "confidence": turned.confidence,
        "condition": str(condition),
        "outcome": found.outcome,
        "low": turned.low,
        "high": turned.high,
        "bracket_low": found.low,
        "bracket_high": found.high,
        "tolerance": tolerance,
        "reached_at_low": bracket[0].value,
        "reached_at_high": bracket[1].value,
        "solves": len(found.points),
        "gap_share": max((p.gap for p in found.points if not math.isnan(p.gap)), default=math.nan),
    }


def sentence(found: Search, turned: Knob, condition: Condition, tolerance: float) -> str:
    """The answer in words."""
    what = f"{turned.column}" + (say(" (factor)", "（系数）") if turned.relative else "")
    span = f"{turned.low:g}–{turned.high:g}"
    lost = [p.at for p in found.points if p.holds is None]
    beside = (
        say(f" No plan is possible at {', '.join(f'{x:g}' for x in lost)}.", f"在 {', '.join(f'{x:g}' for x in lost)} 处不可行。")
        if lost
        else ""
    )
    if found.outcome == "impossible":
        return say(
            f"No plan is possible in part of the range {span}, so the break-even cannot be determined.{beside}",
            f"范围 {span} 内部分不可行，无法确定临界值。{beside}",
        )
    if found.outcome in ("always", "never"):
        en, zh = ("holds everywhere", "始终成立") if found.outcome == "always" else ("holds nowhere", "始终不成立")
        return say(
            f"'{condition}' {en} in {span} of {what} where it was solved: no break-even in this range.{beside}",
            f"在 {what} 的 {span} 范围内所算各点，'{condition}' {zh}，没有临界值。{beside}",
        )
    below = next(p for p in found.points if p.at == found.low).holds
    side, side_zh = ("below", "低于") if below else ("above", "高于")
    text = say(
        f"'{condition}' switches between {found.low:.6g} and {found.high:.6g} of {what} (tolerance {tolerance:g}); it holds {side} it.",
        f"{what} 的临界区间为 {found.low:.6g} 至 {found.high:.6g}（精度 {tolerance:g}）：{side_zh}此区间时 '{condition}' 成立。",
    )
    if found.outcome == "several":
        states = ", ".join(f"{p.at:.4g}: {say('yes', '是') if p.holds else say('no', '否')}" for p in found.points if p.holds is not None)
        text += say(
            f" It is not monotone: it switches more than once, this is the first ({states}).", f"非单调，多次切换，此为第一处（{states}）。"
        )
    if found.high - found.low > tolerance:
        text += say(" The bracket could not be narrowed further.", "区间无法再缩小。")
    return text + beside
