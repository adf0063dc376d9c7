"""Scenarios and overlays: small TOML files that change settings and single cells of the tables."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.study import contract
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.read import RawTable
from energy_model.study.settings import Settings

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
SECTIONS = tuple(Settings.model_fields)
SCENARIOS, OVERLAYS = "scenarios", "overlays"
"""Folders inside the inputs: whole scenarios, and changes to be laid over one."""
ENTRIES: dict[str, dict[str, type]] = {
    "set": {"table": str, "where": dict, "values": dict},
    "scale": {"table": str, "where": dict, "by": dict},
    "add": {"table": str, "row": dict},
}
"""Entries of a file and their parts."""
ORIGIN = ("source", "confidence")
"""Where the figures of an entry are from; needed in overlays, allowed in scenarios."""
CONFIDENCE = ("sourced", "derived", "own knowledge", "judgement")


@dataclass(frozen=True)
class Scenario:
    """One scenario or overlay file.

    Attributes
    ----------
    name, purpose_en, purpose_zh : str
    file : str
        File inside the inputs folder.
    settings : Mapping
        Sections of the settings it overrides.
    sets, scales, adds : tuple of Mapping
        ``[[set]]`` entries (table, where, values), ``[[scale]]`` entries (table, where, by) and ``[[add]]`` entries (table, row).
    exclusive : bool
        Whether no other overlay may change the cells that this one changes.
    """

    name: str
    purpose_en: str
    purpose_zh: str
    file: str
    settings: Mapping[str, Mapping]
    sets: tuple[Mapping, ...]
    adds: tuple[Mapping, ...]
    scales: tuple[Mapping, ...] = ()
    exclusive: bool = False

    def source(self, kind: str, number: int) -> str:
        """Where the figures of an entry are from, with how sure they are; the file where it does not say."""
        entry = {"set": self.sets, "scale": self.scales, "add": self.adds}[kind][number - 1]
        return f"{entry['source']} [{entry['confidence']}]" if "source" in entry else self.file


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


def names_in(inputs_dir: Path, folder: str) -> list[str]:
    """Names of the scenarios or overlays of an inputs folder, in order."""
    return sorted(p.stem for p in (inputs_dir / folder).glob("*.toml"))


def list_scenarios(inputs_dir: Path, folder: str = SCENARIOS) -> list[Scenario]:
    """All scenarios (or overlays) of an inputs folder, by name.

    Raises
    ------
    InputErrors
        If a file cannot be read.
    """
    return [read_scenario(inputs_dir, name, folder) for name in names_in(inputs_dir, folder)]


def read_scenario(inputs_dir: Path, name: str, folder: str = SCENARIOS) -> Scenario:
    """Read one scenario or overlay file.

    Raises
    ------
    InputErrors
        If the name is not a plain file name, the file is missing or malformed.
    """
    if not NAME.fullmatch(name) or ".." in name:
        raise InputErrors([input_error("scenario_name", folder, value=name)])
    file = f"{folder}/{name}.toml"
    path = inputs_dir / folder / f"{name}.toml"
    if not path.is_file():
        rule = "unknown_scenario" if folder == SCENARIOS else "unknown_overlay"
        raise InputErrors([input_error(rule, file, value=name, hint=", ".join(names_in(inputs_dir, folder)))])
    data = load_toml(path, file)
    own = ("exclusive",) if folder == OVERLAYS else ()
    errors = [
        input_error("setting", file, column=key, hint="remove it", hint_zh="请删除")
        for key in data
        if key not in (*SECTIONS, *ENTRIES, *own, "purpose_en", "purpose_zh")
    ]
    if not isinstance(data.get("exclusive", False), bool):
        errors.append(input_error("setting", file, column="exclusive", value=data["exclusive"], hint="true or false"))
    for key in ("purpose_en", "purpose_zh"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            errors.append(
                input_error(
                    "setting",
                    file,
                    column=key,
                    hint="write one line on what the scenario is for",
                    hint_zh="请写一句情景目的",
                )
            )
    settings = {}
    for key in SECTIONS:
        if not isinstance(data.get(key, {}), dict):
            errors.append(
                input_error(
                    "setting",
                    file,
                    column=key,
                    hint=f"write a section [{key}]",
                    hint_zh=f"应写成 [{key}] 一节",
                )
            )
        elif key in data:
            settings[key] = data[key]
    for kind in ENTRIES:
        errors += _malformed(file, kind, data.get(kind, []), folder == OVERLAYS)
    if errors:
        raise InputErrors(errors)
    return Scenario(
        name,
        data["purpose_en"],
        data["purpose_zh"],
        file,
        settings,
        tuple(data.get("set", ())),
        tuple(data.get("add", ())),
        tuple(data.get("scale", ())),
        data.get("exclusive", False),
    )


def load_toml(path: Path, file: str) -> dict:
    """Parse a TOML file; any fault becomes an :class:`InputErrors`."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputErrors([input_error("encoding", file, hint=f"byte {error.start}")]) from error
    except tomllib.TOMLDecodeError as error:
        raise InputErrors([input_error("bad_toml", file, hint=str(error))]) from error


def _malformed(file: str, kind: str, entries: object, with_origin: bool) -> list[InputError]:
    parts = ENTRIES[kind]
    if not isinstance(entries, list):
        return [
            input_error(
                "overlay_entry", file, column=kind, hint=f"write [[{kind}]]", hint_zh=f"应写成 [[{kind}]]"
            )
        ]
    hint = f"[[{kind}]]: " + ", ".join(parts)
    errors = []
    for i, e in enumerate(entries, start=1):
        if not isinstance(e, dict) or set(e) - set(ORIGIN) != set(parts) or any(not isinstance(e[k], t) for k, t in parts.items()):
            errors.append(input_error("overlay_entry", file, i, kind, hint=hint))
        elif (with_origin or set(e) & set(ORIGIN)) and not (
            isinstance(e.get("source"), str) and e["source"].strip() and e.get("confidence") in CONFIDENCE
        ):
            errors.append(input_error("overlay_source", file, i, kind, hint=", ".join(CONFIDENCE)))
        elif kind == "scale" and (wrong := [c for c, f in e["by"].items() if isinstance(f, bool) or not _positive(f)]):
            errors.append(input_error("overlay_entry", file, i, wrong[0], e["by"][wrong[0]], "write a factor above 0", "请写大于 0 的系数"))
    return errors


def _positive(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 < value < float("inf")


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
