"""Apply a scenario or overlay to the raw tables: set, scale and add cells, and report where overlays meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from energy_model.study import contract
from energy_model.study.errors import InputError, input_error
from energy_model.study.nearest import did_you_mean, or_else
from energy_model.study.notes import Note
from energy_model.study.read import RawTable
from energy_model.study.scenario import Scenario

NO_TABLE = "see the list of tables in docs/inputs.md", "见 docs/inputs.md 的输入表清单"


@dataclass(frozen=True)
class Overlap:
    """A cell that two overlays set to different values: the later one applies.

    Attributes
    ----------
    table, key, column : str
        ``settings``, the section and the field where it is a setting.
    earlier, later : str
        Files.
    before, value : str
        What the earlier left, and what holds now.
    """

    table: str
    key: str
    column: str
    earlier: str
    later: str
    before: str
    value: str


@dataclass
class Applied:
    """Record of the application of a scenario.

    Attributes
    ----------
    errors : list of InputError
        They name the file and the entry.
    overlaps : list of Overlap
        Cells that an earlier overlay had set to another value.
    notes : list of Note
        Parts of entries that are sound but change nothing.
    """

    errors: list[InputError] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def apply_scenario(raw: dict[str, RawTable], scenario: Scenario, earlier: Mapping[str, Scenario] | None = None) -> Applied:
    """Change and add cells of the raw tables in place.

    Parameters
    ----------
    raw : dict of RawTable
    scenario : Scenario
    earlier : Mapping of file to Scenario, optional
        Overlays that were laid on before.
    """
    found = Applied()
    for kind, entries in (("set", scenario.sets), ("scale", scenario.scales)):
        for i, entry in enumerate(entries, start=1):
            _change(raw, scenario, kind, i, entry, earlier or {}, found)
    for i, entry in enumerate(scenario.adds, start=1):
        found.errors += _add(raw, scenario, i, entry)
    return found


def _change(
    raw: dict[str, RawTable], scenario: Scenario, kind: str, number: int, entry: Mapping, earlier: Mapping[str, Scenario], found: Applied
) -> None:
    """Set or scale the cells of one entry, cell by cell; an empty cell counts as its default value."""
    changes, file = entry["values" if kind == "set" else "by"], scenario.file
    where, changed_table = entry["where"], entry["table"]
    wrong = _unknown(file, number, changed_table, [*where, *changes]) or _senseless(file, kind, number, changed_table, changes)
    found.errors += wrong
    if wrong or changed_table not in raw:
        return
    table = raw[changed_table]
    if table.absent & {*where, *changes}:
        return  # the header lacks the column, which is one error
    hit, absent = _matching(table, where)
    if not hit.any():
        found.errors.append(_no_match(table, file, number, where, absent))
        return
    found.notes += [_unmatched(file, kind, number, name, value) for name, value in absent]
    conflicts: list[InputError] = []
    idle = list(changes)
    for name, value in changes.items():
        cells = table.filled(name)
        texts = {i: cell_text(value) if kind == "set" else scaled(cells[i], value) for i in map(int, np.flatnonzero(hit))}
        for i, text in texts.items():
            if same(cells[i], text):
                continue
            idle = [c for c in idle if c != name]
            if (other := earlier.get(table.changed.get((i, name), ""))) is not None:
                overlap = Overlap(table.name, table.keys()[i], name, other.file, file, cells[i], text)
                found.overlaps.append(overlap)
                if scenario.exclusive or other.exclusive:
                    conflicts.append(_conflict(overlap, number))
        for i, text in texts.items():
            if kind == "set" or not same(cells[i], text):
                table.set(i, name, text, file, scenario.source(kind, number))
    found.errors += conflicts[:1]  # one sentence for the entry, not one for each of its cells
    if kind == "scale" and len(idle) == len(changes):
        hint, hint_zh = "no cell is filled and above zero, or the factor is 1", "所选单元格均为空或为零，或系数为 1"
        found.errors.append(input_error("no_effect", file, number, ", ".join(changes), "", hint, hint_zh))
    else:
        found.notes += [_idle(file, kind, number, table.name, name) for name in idle]


def _senseless(file: str, kind: str, number: int, table: str, changes: Mapping) -> list[InputError]:
    """An entry that names no column, or scales something other than a number."""
    if not changes:
        return [input_error("no_effect", file, number, kind, "", "name at least one column", "至少写一列")]
    text = [c for c in changes if kind == "scale" and not contract.column(table, c).is_number]
    words = "only a number can be scaled", "只有数字可以按系数调整"
    return [input_error("overlay_entry", file, number, c, "", *words) for c in text[:1]]


def _matching(table: RawTable, where: Mapping) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """Rows that satisfy all conditions, and the (column, value) of those without a match; an empty cell counts as its default value."""
    hit = np.ones(len(table.cells), dtype=bool)
    absent = []
    for name, wanted in where.items():
        own = np.zeros(len(hit), dtype=bool)
        for option in wanted if isinstance(wanted, list) else [wanted]:
            text = cell_text(option)
            rows = _equals(table.cells[name], text) | _equals(table.filled(name), text)
            absent += [] if rows.any() else [(name, text)]
            own |= rows
        hit &= own
    return hit, absent


def _no_match(table: RawTable, file: str, number: int, where: Mapping, absent: list[tuple[str, str]]) -> InputError:
    hint, hint_zh = f"no row of {table.name}.csv meets all of these conditions", f"{table.name}.csv 中没有同时满足各条件的行"
    if absent:
        name, value = absent[0]
        near, near_zh = did_you_mean(value, table.filled(name).unique())
        hint = f"column {name} of {table.name}.csv nowhere holds '{value}'" + (near and f"; {near}")
        hint_zh = f"{table.name}.csv 的 {name} 列没有“{value}”" + (near_zh and f"；{near_zh}")
    return input_error("no_match", file, number, "where", str(dict(where)), hint, hint_zh)


def _unmatched(file: str, kind: str, number: int, name: str, value: str) -> Note:
    return Note(
        file,
        f"{file} 第 {number} 个 [[{kind}]]：没有一行的 {name} 为“{value}”，该条件不起作用",
        f"{file}, [[{kind}]] {number}: no row has {name} = '{value}'; this part of its condition has no effect",
    )


def _idle(file: str, kind: str, number: int, table: str, name: str) -> Note:
    why, why_zh = ("every cell holds this value already", "各单元格已是此值")
    if kind == "scale":
        why, why_zh = "its cells are empty or zero, or the factor is 1", "所选单元格均为空或为零，或系数为 1"
    return Note(
        file,
        f"{file} 第 {number} 个 [[{kind}]] 没有改动 {table}.csv 的 {name}：{why_zh}",
        f"{file}, [[{kind}]] {number} changes nothing in column {name} of {table}.csv: {why}",
    )


def _conflict(o: Overlap, number: int) -> InputError:
    hint = f"{o.earlier} changes {o.key} too, and one of them is exclusive: take one of the two"
    hint_zh = f"{o.earlier} 也改动 {o.key}，且其中之一为排他叠加，只能取其一"
    return input_error("overlay_conflict", o.later, number, o.column, o.value, hint, hint_zh)


def scaled(text: str, factor: float) -> str:
    """A number times a factor; empty and damaged cells (which are reported elsewhere) stay unchanged."""
    try:
        return f"{float(text) * factor:.10g}"
    except ValueError:
        return text


def same(a: str, b: str) -> bool:
    """Whether two cells have equal values, however written: 660 and 660.0."""
    return bool(_equals(pd.Series([a]), b)[0])


def _equals(cells: pd.Series, text: str) -> np.ndarray:
    alike = (cells == text).to_numpy(dtype=bool)
    number = pd.to_numeric(pd.Series([text]), errors="coerce")[0]
    if pd.notna(number):  # 660 in the scenario matches 660.0 in the table
        return alike | (pd.to_numeric(cells, errors="coerce") == number).to_numpy(dtype=bool)
    if text in ("TRUE", "FALSE"):
        return alike | (cells.str.upper() == text).to_numpy(dtype=bool)
    return alike


def _add(raw: dict[str, RawTable], scenario: Scenario, number: int, entry: Mapping) -> list[InputError]:
    errors = _unknown(scenario.file, number, entry["table"], list(entry["row"]))
    if errors or entry["table"] not in raw:
        return errors
    table = raw[entry["table"]]
    position = len(table.cells)
    table.cells.loc[position] = [cell_text(entry["row"].get(c, "")) for c in table.cells.columns]
    table.rows.append((scenario.file, number))
    table.sources |= {(position, c): scenario.source("add", number) for c in entry["row"]}
    return []


def _unknown(file: str, number: int, table: str, names: list[str]) -> list[InputError]:
    if table not in contract.tables():
        return [input_error("unknown_table", file, number, "table", table, *or_else(table, contract.tables(), *NO_TABLE))]
    known = [c.name for c in contract.columns(table)]
    absent = f"not a column of {table}.csv", f"{table}.csv 无此列"
    return [input_error("unknown_column", file, number, n, "", *or_else(n, known, *absent)) for n in names if n not in known]


def cell_text(value: object) -> str:
    """Write a TOML value as the text a table would hold."""
    if isinstance(value, bool):
        return str(value).upper()
    return str(value)
