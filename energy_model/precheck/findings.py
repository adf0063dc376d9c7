"""Findings on the inputs: implausible values, clauses they contradict, cells changed by two overlays, unread parts."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from energy_model.precheck.clause_reach import unreachable
from energy_model.study.clause_quantities import QUANTITIES
from energy_model.study.given import given_clauses
from energy_model.study.neighbours import city_of
from energy_model.study.plausible import WIDENED, odd_cells
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.study.unread import unread

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One statement about a study.

    Attributes
    ----------
    severity : {"error", "warning", "note"}
    topic : str
    zh, en : str
        The sentence.
    figures : dict
        The numbers in it, with units in their names.
    """

    severity: str
    topic: str
    zh: str
    en: str
    figures: dict[str, float | str]

    def as_dict(self) -> dict:
        """Plain values for JSON."""
        return asdict(self)


def of_inputs(study: Study) -> list[Finding]:
    """All findings about the inputs of a study."""
    return [*_overlaps(study), *_odd(study), *_given(study), *_unread(study)]


def _overlaps(study: Study) -> list[Finding]:
    """Cells changed by two overlays, and the one that applies."""
    return [
        Finding(
            "note",
            "overlays",
            f"{o.earlier} 与 {o.later} 都改动 {o.table} {o.key} 的 {o.column}：{o.before} → {o.value}，以后者为准",
            f"{o.earlier} and {o.later} both change {o.column} of {o.table} {o.key}: {o.before} -> {o.value}; the later one holds",
            {"table": o.table, "key": o.key, "column": o.column, "before": o.before, "value": o.value},
        )
        for o in study.overlaps
    ]


def _odd(study: Study) -> list[Finding]:
    found = []
    for o in odd_cells(city_of(study)):  # figures of neighbours are sums over a province
        where = f"{o.file}" + ("" if o.row is None else f" row {o.row}")
        figures: dict[str, float | str] = {"file": o.file, "row": o.row or 0, "column": o.column, "value": o.value}
        figures |= {"low": o.low, "high": o.high, "times_off": o.times_off}
        found.append(
            Finding(
                "warning",
                "plausibility",
                f"{where} {o.name}：{o.column} = {o.value:g}，常见范围 {o.low:g}–{o.high:g}，相差 {o.times_off:.3g} 倍，请核对单位",
                f"{where} {o.name}: {o.column} = {o.value:g} is {o.times_off:.3g} times outside the usual {o.low:g} to {o.high:g}"
                f" ({o.why}); check the unit",
                figures,
            )
        )
    return found


def _given(study: Study) -> list[Finding]:
    """Clauses on given amounts that the tables miss, or exceed so far that a unit error is likely."""
    found = []
    for c in given_clauses(study):
        exceeded = c.sense == ">=" and 0 < c.value < c.reached / WIDENED
        if not c.holds or exceeded:
            found.append(_clause(study, c.target, c.reached, ("the tables give", "输入表给出"), c.mode == "hard" and not c.holds))
    return found


def out_of_reach(study: Study, system: System) -> list[Finding]:
    """Clauses that no plan can meet; those of a pathway are judged year by year elsewhere."""
    if study.settings.pathway.years:
        return []
    found = []
    for target, bound in unreachable(system):
        t = system.target.loc[target]
        words = ("the tables allow at most", "输入表至多允许") if t.sense == ">=" else ("the tables need at least", "输入表至少需要")
        found.append(_clause(study, target, bound, words, t["mode"] == "hard"))
    return found


def _clause(study: Study, target: str, reached: float, words: tuple[str, str], impossible: bool) -> Finding:
    """Requirement of a clause compared with the tables."""
    targets = study.tables["targets"]
    t = targets[targets.target == target].iloc[0]
    file, row = study.place("targets", "value", target=target)
    where = file + ("" if row is None else f" row {row}")
    sign, of = {">=": "≥", "<=": "≤"}[t.sense], "" if pd.isna(t.scope) or not t.scope else f" ({t.scope})"
    unit = "" if (unit := QUANTITIES[t.quantity].unit) == "1" else f" {unit}"
    asked, given = f"{t.quantity}{of} {sign} {t.value:,g}{unit}", f"{reached:z,.4f}".rstrip("0").rstrip(".") + unit
    return Finding(
        "error" if impossible else "warning",
        "clauses",
        f"{where} {target}：条款要求 {asked}，{words[1]} {given}；请核对输入表或条款",
        f"{where} {target}: the clause asks {asked}, {words[0]} {given}; check the tables, or the clause",
        {"target": target, "quantity": str(t.quantity), "value": float(t.value), "given": reached},
    )


def _unread(study: Study) -> list[Finding]:
    """Files, rows and parts of entries that have no effect."""
    return [Finding("note", "reading", n.zh, n.en, {"file": n.file, "rows": ", ".join(map(str, n.rows))}) for n in unread(study)]
