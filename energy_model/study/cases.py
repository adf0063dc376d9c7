"""Levels of loads, smelters, mines and heat: the column ``case``, and the scenarios that read them; tables of options that are off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from energy_model.study.checker import SETTING_FILES
from energy_model.study.contract import CASE, CASE_TABLES
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.nearest import listed
from energy_model.study.read import RawTable
from energy_model.study.scenario import OVERLAYS, SCENARIOS, names_in
from energy_model.study.settings import Settings
from energy_model.study.toml_file import load_toml


def setting_files(inputs_dir: Path, base: str) -> list[str]:
    """Files of an inputs folder that may choose a level: settings, scenarios, overlays."""
    return [base, *(f"{folder}/{name}.toml" for folder in (SCENARIOS, OVERLAYS) for name in names_in(inputs_dir, folder))]


def named_cases(inputs_dir: Path, base: str) -> set[str] | None:
    """Levels read by the settings or any scenario; None if one of these files cannot be read, so that nothing can be excluded."""
    found: set[str] = set()
    for file in setting_files(inputs_dir, base):
        try:
            data = load_toml(inputs_dir / file, file)
        except InputErrors:
            return None
        study, pathway = data.get("study"), data.get("pathway")
        if isinstance(study, dict) and isinstance(study.get(CASE), str):
            found.add(study[CASE])
        if isinstance(pathway, dict) and isinstance(pathway.get("cases"), dict):
            found |= {c for c in pathway["cases"].values() if isinstance(c, str)}
    return found


def read_cases(settings: Settings) -> set[str]:
    """Levels read by a study."""
    return {settings.study.case, *settings.pathway.cases.values()} if settings.pathway.years else {settings.study.case}


def check_level(raw: Mapping[str, RawTable], case: str) -> list[InputError]:
    """The level of a study: one error if no table has it, which is a single mistake in a setting rather than one per table."""
    held = sorted({c for name in CASE_TABLES if name in raw for c in raw[name].cells[CASE] if c})
    return [input_error("no_case", SETTING_FILES, None, "study.case", case, *listed(case, held))] if held and case not in held else []


def check_cases(tables: Mapping[str, pd.DataFrame], raw: Mapping[str, RawTable], known: Iterable[str]) -> list[InputError]:
    """Rows of a level that no scenario reads: the first of each table, with the count of the others; damaged cells are reported before."""
    errors = []
    names = sorted(known)
    for name in CASE_TABLES:
        cells = tables[name][CASE] if name in tables else pd.Series(dtype=str)
        for value, rows in cells[cells.notna() & ~cells.isin(names)].groupby(cells):
            first = int(rows.index[0])
            more = f" (+{len(rows) - 1})" if len(rows) > 1 else ""
            told, told_zh = listed(str(value), names)
            errors.append(input_error("unknown_case", *raw[name].place(first, CASE), CASE, f"{value}{more}", told, told_zh))
    return errors


def switched_off(s: Settings) -> dict[str, str]:
    """Tables that a study does not read as their option is off, and the setting of the option."""
    options = (
        ("pathway", bool(s.pathway.years), "[pathway] years"),
        ("reserves", s.reserves.enabled, "[reserves] enabled"),
        ("short_circuit", s.network.short_circuit, "[network] short_circuit"),
        ("coal_yards", s.coal.by_month, "[coal] by_month"),
    )
    return {table: setting for table, on, setting in options if not on}
