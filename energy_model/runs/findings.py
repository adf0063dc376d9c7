"""What can be said of the inputs themselves: odd values, clauses they contradict, what overlays change twice, what is not read."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from energy_model.study.given import given_clauses
from energy_model.study.plausible import WIDENED, beyond_siblings, beyond_source, oddities
from energy_model.study.study import Study
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
    """Cells that two overlays change: which one holds."""
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
    for o in (*oddities(study), *beyond_source(study), *beyond_siblings(study)):
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
    """Clauses on amounts that the study is given, which its tables miss, or exceed as only a slip of a unit does."""
    found = []
    for c in given_clauses(study):
        exceeded = c.sense == ">=" and 0 < c.value < c.reached / WIDENED
        if c.holds and not exceeded:
            continue
        file, row = study.place("targets", "value", target=c.target)
        where = file + ("" if row is None else f" row {row}")
        sign, of = {">=": "≥", "<=": "≤"}[c.sense], f" ({c.scope})" if c.scope else ""
        unit = "" if c.unit == "1" else f" {c.unit}"
        figures: dict[str, float | str] = {"target": c.target, "quantity": c.quantity, "value": c.value, "given": c.reached}
        asked, given = f"{c.quantity}{of} {sign} {c.value:,g}{unit}", f"{c.reached:z,.4f}".rstrip("0").rstrip(".") + unit
        found.append(
            Finding(
                "error" if c.mode == "hard" and not c.holds else "warning",
                "clauses",
                f"{where} {c.target}：条款要求 {asked}，输入表给出 {given}；请核对输入表或条款",
                f"{where} {c.target}: the clause asks {asked}, the tables give {given}; check the tables, or the clause",
                figures,
            )
        )
    return found


def _unread(study: Study) -> list[Finding]:
    """Files, rows and parts of entries that have no effect."""
    return [Finding("note", "reading", n.zh, n.en, {"file": n.file, "rows": ", ".join(map(str, n.rows))}) for n in unread(study)]
