"""Scenarios: small TOML files that change settings and single cells of the tables."""

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


@dataclass(frozen=True)
class Scenario:
    """One scenario file.

    Attributes
    ----------
    name, purpose_en, purpose_zh : str
    file : str
        File inside the inputs folder.
    settings : Mapping
        Sections of the settings it overrides.
    sets, adds : tuple of Mapping
        ``[[set]]`` entries (table, where, values) and ``[[add]]`` entries (table, row).
    """

    name: str
    purpose_en: str
    purpose_zh: str
    file: str
    settings: Mapping[str, Mapping]
    sets: tuple[Mapping, ...]
    adds: tuple[Mapping, ...]


def list_scenarios(inputs_dir: Path) -> list[Scenario]:
    """All scenarios of an inputs folder, by name.

    Raises
    ------
    InputErrors
        If a scenario file cannot be read.
    """
    return [
        read_scenario(inputs_dir, name)
        for name in sorted(p.stem for p in (inputs_dir / "scenarios").glob("*.toml"))
    ]


def read_scenario(inputs_dir: Path, name: str) -> Scenario:
    """Read one scenario file.

    Raises
    ------
    InputErrors
        If the name is not a plain file name, the file is missing or malformed.
    """
    if not NAME.fullmatch(name) or ".." in name:
        raise InputErrors([input_error("scenario_name", "scenarios", value=name)])
    file = f"scenarios/{name}.toml"
    path = inputs_dir / "scenarios" / f"{name}.toml"
    if not path.is_file():
        names = ", ".join(p.stem for p in sorted((inputs_dir / "scenarios").glob("*.toml")))
        raise InputErrors([input_error("unknown_scenario", file, value=name, hint=names)])
    data = load_toml(path, file)
    errors = [
        input_error("setting", file, column=key, hint="remove it", hint_zh="请删除")
        for key in data
        if key not in (*SECTIONS, "set", "add", "purpose_en", "purpose_zh")
    ]
    for key in ("purpose_en", "purpose_zh"):
        if not isinstance(data.get(key), str) or not data.get(key):
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
    for kind in ("set", "add"):
        errors += _malformed(file, kind, data.get(kind, []))
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
    )


def load_toml(path: Path, file: str) -> dict:
    """Parse a TOML file; any fault becomes an :class:`InputErrors`."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputErrors([input_error("encoding", file, hint=f"byte {error.start}")]) from error
    except tomllib.TOMLDecodeError as error:
        raise InputErrors([input_error("bad_toml", file, hint=str(error))]) from error


def _malformed(file: str, kind: str, entries: object) -> list[InputError]:
    parts = {"table": str, "where": dict, "values": dict} if kind == "set" else {"table": str, "row": dict}
    if not isinstance(entries, list):
        return [
            input_error(
                "overlay_entry", file, column=kind, hint=f"write [[{kind}]]", hint_zh=f"应写成 [[{kind}]]"
            )
        ]
    hint = f"[[{kind}]]: " + ", ".join(parts)
    return [
        input_error("overlay_entry", file, i, kind, hint=hint)
        for i, e in enumerate(entries, start=1)
        if not isinstance(e, dict)
        or set(e) != set(parts)
        or any(not isinstance(e[k], t) for k, t in parts.items())
    ]


def merge_settings(base: Mapping[str, Mapping], scenario: Scenario) -> dict[str, dict]:
    """Lay the settings of the scenario over those of the study."""
    return {s: {**base.get(s, {}), **scenario.settings.get(s, {})} for s in {**base, **scenario.settings}}


def apply_scenario(raw: dict[str, RawTable], scenario: Scenario) -> list[InputError]:
    """Change and add cells of the raw tables in place; the errors name the scenario file and the entry."""
    errors: list[InputError] = []
    for i, entry in enumerate(scenario.sets, start=1):
        errors += _set(raw, scenario.file, i, entry)
    for i, entry in enumerate(scenario.adds, start=1):
        errors += _add(raw, scenario.file, i, entry)
    return errors


def _set(raw: dict[str, RawTable], file: str, number: int, entry: Mapping) -> list[InputError]:
    errors = _unknown(file, number, entry["table"], [*entry["where"], *entry["values"]])
    if errors or entry["table"] not in raw:
        return errors
    table = raw[entry["table"]]
    hit = np.ones(len(table.cells), dtype=bool)
    for name, wanted in entry["where"].items():
        options = wanted if isinstance(wanted, list) else [wanted]
        hit &= np.logical_or.reduce([_equals(table.cells[name], cell_text(o)) for o in options])
    if not hit.any():
        return [
            input_error(
                "no_match",
                file,
                number,
                "where",
                str(entry["where"]),
                f"check the codes in {entry['table']}.csv",
                f"请核对 {entry['table']}.csv 中的代码",
            )
        ]
    for name, value in entry["values"].items():
        table.cells.loc[hit, name] = cell_text(value)
        table.changed |= {(int(i), name): file for i in np.flatnonzero(hit)}
    return []


def _equals(cells: pd.Series, text: str) -> np.ndarray:
    same = (cells == text).to_numpy(dtype=bool)
    number = pd.to_numeric(pd.Series([text]), errors="coerce")[0]
    if pd.notna(number):  # 660 in the scenario matches 660.0 in the table
        return same | (pd.to_numeric(cells, errors="coerce") == number).to_numpy(dtype=bool)
    return same


def _add(raw: dict[str, RawTable], file: str, number: int, entry: Mapping) -> list[InputError]:
    errors = _unknown(file, number, entry["table"], list(entry["row"]))
    if errors or entry["table"] not in raw:
        return errors
    table = raw[entry["table"]]
    position = len(table.cells)
    table.cells.loc[position] = [cell_text(entry["row"].get(c, "")) for c in table.cells.columns]
    table.rows.append((file, number))
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
