"""Read, overlay and check the inputs of a study."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from energy_model.study.cases import check_cases, check_level, named_cases
from energy_model.study.checks import check_tables
from energy_model.study.combination import Combination, read_combination
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.neighbours import without_neighbours
from energy_model.study.notes import Note
from energy_model.study.read import RawTable, convert, read_raw
from energy_model.study.series import FILE as SERIES_FILE
from energy_model.study.series import check_references, fill_energy, read_series
from energy_model.study.setting_faults import setting_error
from energy_model.study.settings import Settings
from energy_model.study.study import BASE_FILE, Study
from energy_model.study.toml_file import load_toml
from energy_model.units import HOURS_PER_YEAR

Tables = tuple[dict[str, RawTable], list[InputError]]
"""Tables as text, and the errors found on reading them."""


def load_study(inputs_dir: Path, scenario: str = "plan-2015", read: Callable[[Path], Tables] = read_raw) -> Study:
    """Read, overlay and check the inputs.

    Parameters
    ----------
    inputs_dir : Path
        Folder with the CSV tables, ``study.toml`` and ``scenarios/``.
    scenario : str
        Name of a file in ``scenarios/``, without extension, and what is laid over it, such as ``outlook-2030+dear-coal@synthetic-2``.
    read : callable
        Reads the tables of the folder, if they are to be those of a workbook.

    Raises
    ------
    InputErrors
        With every error that was found, not only the first.
    """
    inputs_dir = Path(inputs_dir)
    combination = read_combination(inputs_dir, scenario)
    settings, errors = _settings(inputs_dir, combination)
    raw, wrong = read(inputs_dir)
    errors += wrong
    applied = combination.apply(raw)
    errors += applied.errors
    tables, wrong = convert(raw)
    errors += wrong
    if (known := named_cases(inputs_dir, BASE_FILE)) is not None:
        errors += check_cases(tables, raw, known)
    if settings is not None:
        errors += check_level(raw, settings.study.case)
    tables["series"], wrong = read_series(inputs_dir, settings.time.hours if settings else HOURS_PER_YEAR)
    errors += wrong
    if errors or settings is None:  # checks across tables need tables that are sound one by one
        raise InputErrors(errors)
    told: list[Note] = []
    if not settings.neighbours.enabled:
        tables, raw, told = without_neighbours(tables, raw)
    errors = check_references(tables, raw)
    if not errors:
        fill_energy(tables)
    errors += check_tables(tables, raw, settings)
    if errors:
        raise InputErrors(errors)
    changed = {c for table in raw.values() for c in _changed(table, combination.files)}
    files = [f"{n}.csv" for n in raw] + [BASE_FILE, *combination.files]
    if (inputs_dir / SERIES_FILE).is_file():
        files.append(SERIES_FILE)
    sha256 = {f: hashlib.sha256((inputs_dir / f).read_bytes()).hexdigest() for f in files}
    notes = (*applied.notes, *told)
    return Study(scenario, settings, tables, sha256, inputs_dir, combination, frozenset(changed), raw, tuple(applied.overlaps), notes)


def _changed(table: RawTable, files: tuple[str, ...]) -> set[tuple[str, str, str]]:
    keys = table.keys()
    cells = {(table.name, keys[i], column) for i, column in table.changed}
    return cells | {(table.name, keys[i], "*") for i, (origin, _) in enumerate(table.rows) if origin in files}


def _settings(inputs_dir: Path, combination: Combination) -> tuple[Settings | None, list[InputError]]:
    path = inputs_dir / BASE_FILE
    if not path.is_file():
        return None, [input_error("missing_file", BASE_FILE, hint=BASE_FILE)]
    try:
        base = load_toml(path, BASE_FILE)
    except InputErrors as failure:
        return None, list(failure.errors)
    for file, data in ((BASE_FILE, base), (combination.file, combination.settings(base))):
        try:
            settings = Settings.model_validate(data)
        except ValidationError as failure:
            return None, [setting_error(_blamed(file, combination, e["loc"]), e) for e in failure.errors()]
    return settings, []


def _blamed(file: str, combination: Combination, place: tuple) -> str:
    """File to repair a setting in: the last part that sets it, else `file`."""
    if file == BASE_FILE:
        return file
    setting = [p.file for p in combination.parts if place[0] in p.settings and (len(place) < 2 or place[1] in p.settings[place[0]])]
    return setting[-1] if setting else file
