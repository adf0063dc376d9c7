"""Lay a scenario or overlay over the raw tables: set, scale and add cells, and tell where overlays meet."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.study import contract
from energy_model.study.errors import InputError, input_error
from energy_model.study.read import RawTable
from energy_model.study.scenario import Scenario


@dataclass(frozen=True)
class Overlap:
    """A cell that two overlays change to different values: the later one holds.

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


def apply_scenario(raw: dict[str, RawTable], scenario: Scenario, earlier: Mapping[str, Scenario] | None = None) -> tuple[
    list[InputError], list[Overlap]
]:
    """Change and add cells of the raw tables in place.

    Parameters
    ----------
    raw : dict of RawTable
    scenario : Scenario
    earlier : Mapping of file to Scenario, optional
        Overlays that were laid on before.

    Returns
    -------
    errors : list of InputError
        They name the file and the entry.
    overlaps : list of Overlap
        Cells that an earlier overlay had set to another value.
    """
    errors: list[InputError] = []
    overlaps: list[Overlap] = []
    for kind, entries in (("set", scenario.sets), ("scale", scenario.scales)):
        for i, entry in enumerate(entries, start=1):
            wrong, found = _change(raw, scenario, kind, i, entry, earlier or {})
            errors += wrong
            overlaps += found
    for i, entry in enumerate(scenario.adds, start=1):
        errors += _add(raw, scenario, i, entry)
    return errors, overlaps


def _change(
    raw: dict[str, RawTable], scenario: Scenario, kind: str, number: int, entry: Mapping, earlier: Mapping[str, Scenario]
) -> tuple[list[InputError], list[Overlap]]:
    """Set or scale the cells of one entry."""
    changes, file = entry["values" if kind == "set" else "by"], scenario.file
    errors = _unknown(file, number, entry["table"], [*entry["where"], *changes])
    if errors or entry["table"] not in raw:
        return errors, []
    table = raw[entry["table"]]
    hit = np.ones(len(table.cells), dtype=bool)
    for name, wanted in entry["where"].items():
        options = wanted if isinstance(wanted, list) else [wanted]
        hit &= np.logical_or.reduce([_equals(table.cells[name], cell_text(o)) for o in options])
    if kind == "scale":  # an empty cell has nothing to scale
        hit &= (table.cells[list(changes)] != "").to_numpy(dtype=bool).all(axis=1)
    if not hit.any():
        advice = f"check the codes in {entry['table']}.csv", f"请核对 {entry['table']}.csv 中的代码"
        return [input_error("no_match", file, number, "where", str(entry["where"]), *advice)], []
    overlaps: list[Overlap] = []
    keys = table.keys()
    for name, value in changes.items():
        for i in map(int, np.flatnonzero(hit)):
            before = str(table.cells.at[i, name])
            text = cell_text(value) if kind == "set" else _scaled(before, value)
            if text is None:
                fault = "only a number can be scaled", "只有数字可以按系数调整"
                return [*errors, input_error("overlay_entry", file, number, name, before, *fault)], overlaps
            other = earlier.get(table.changed.get((i, name), ""))
            if other is not None and not _equals(pd.Series([before]), text)[0]:
                overlaps.append(Overlap(table.name, keys[i], name, other.file, file, before, text))
                if scenario.exclusive or other.exclusive:
                    hint = f"{other.file} changes {keys[i]} too, and one of them is exclusive: take one of the two"
                    hint_zh = f"{other.file} 也改动 {keys[i]}，且其中之一为排他叠加，只能取其一"
                    errors.append(input_error("overlay_conflict", file, number, name, text, hint, hint_zh))
            table.cells.at[i, name] = text
            table.changed[i, name] = file
            table.sources[i, name] = scenario.source(kind, number)
    return errors[:1], overlaps  # one sentence for the entry, not one for each of its cells


def _scaled(text: str, factor: float) -> str | None:
    try:
        return f"{float(text) * factor:.10g}"
    except ValueError:
        return None


def _equals(cells: pd.Series, text: str) -> np.ndarray:
    same = (cells == text).to_numpy(dtype=bool)
    number = pd.to_numeric(pd.Series([text]), errors="coerce")[0]
    if pd.notna(number):  # 660 in the scenario matches 660.0 in the table
        return same | (pd.to_numeric(cells, errors="coerce") == number).to_numpy(dtype=bool)
    return same


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
        near = difflib.get_close_matches(table, contract.tables(), 1)
        hint = f"did you mean {near[0]}?" if near else "see the list of tables"
        return [
            input_error(
                "unknown_table",
                file,
                number,
                "table",
                table,
                hint,
                f"是否应为 {near[0]}？" if near else "见输入表清单",
            )
        ]
    known = [c.name for c in contract.columns(table)]
    errors = []
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"not a column of {table}.csv"
            errors.append(
                input_error(
                    "unknown_column",
                    file,
                    number,
                    name,
                    hint=hint,
                    hint_zh=f"是否应为 {near[0]}？" if near else f"{table}.csv 无此列",
                )
            )
    return errors


def cell_text(value: object) -> str:
    """Write a TOML value as the text a table would hold."""
    if isinstance(value, bool):
        return str(value).upper()
    return str(value)
