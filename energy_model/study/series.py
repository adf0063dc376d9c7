"""Hourly series given as a table, ``inputs/series.csv``: measured load curves, availability of wind and solar.

One row per hour from 1 January 0:00 on, one column per series. The suffix of a name is its meaning: ``_mw`` power, ``_share`` available
power per installed power, ``_value`` any
factor. The column ``weight_h`` may give the number of hours of the year that each row represents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from energy_model.study.build_converters import WITH_SERIES
from energy_model.study.cell_text import number_fault
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.nearest import listed
from energy_model.study.read import RawTable
from energy_model.study.text_file import table_of
from energy_model.units import GWH_PER_MWH, HOURS_PER_DAY, HOURS_PER_YEAR

if TYPE_CHECKING:
    import xarray as xr

FILE = "series.csv"
HOUR, WEIGHT = "hour", "weight_h"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*_(mw|share|value)", re.ASCII)
LIMITS = {"mw": (0.0, 1e7), "share": (0.0, 1.0), "value": (-1e9, 1e9), "h": (1e-6, HOURS_PER_YEAR)}
"""Allowed values by the end of the name."""
REFERENCES = (("loads", "mw"), ("profiles", "share"))
"""Tables with a column ``series``, and how the names of their series end."""
LEAP_DAY = 59
"""Days before 29 February."""


def read_series(inputs_dir: Path, hours: int) -> tuple[pd.DataFrame, list[InputError]]:
    """Read and check the table of series.

    Parameters
    ----------
    inputs_dir : Path
    hours : int
        Hours of the study (`TimeSettings.hours`), which is the required number of rows.

    Returns
    -------
    DataFrame, shape (hours, series)
        Without columns when there is no such file.
    list of InputError
        Every fault of header, length and numbers; of one column the first cell, with the count of the others.
    """
    path, empty = inputs_dir / FILE, pd.DataFrame(index=range(hours))
    if not path.is_file():
        if hours == HOURS_PER_YEAR:
            return empty, []
        hint = f"a study of {hours} h ([time] hours) needs this table, or write {HOURS_PER_YEAR}"
        zh = f"{hours} 小时的研究须有此表，或将 hours 设为 {HOURS_PER_YEAR}"
        return empty, [input_error("missing_file", FILE, hint=hint, hint_zh=zh)]
    try:
        lines = table_of(FILE, path.read_bytes()).rows
    except InputErrors as fault:
        return empty, list(fault.errors)
    if len(lines) < 2:
        return empty, [input_error("empty_file", FILE)]
    names = lines[0]
    errors = _header(names)
    uneven = [i for i, line in enumerate(lines[1:], start=2) if len(line) != len(names)]
    errors += [input_error("cell_count", FILE, i, value=len(lines[i - 1]), hint=str(len(names))) for i in uneven[:5]]
    if errors:
        return empty, errors
    cells = pd.DataFrame([[cell.strip() for cell in line] for line in lines[1:]], columns=names, dtype=object)
    if len(cells) != hours:
        errors.append(input_error("series_length", FILE, None, "", len(cells), *_length_words(len(cells), hours)))
    values = pd.to_numeric(cells.to_numpy(dtype=object).ravel(), errors="coerce").reshape(cells.shape).astype(float)
    for position, name in enumerate(names):
        errors += _number_faults(name, cells[name], values[:, position])
    table = pd.DataFrame(values, columns=names)
    off = np.flatnonzero(table.pop(HOUR).to_numpy() != np.arange(1, len(table) + 1))
    if len(off) and not errors:
        hint = f"hours count from 1 in order; this row is hour {off[0] + 1}"
        errors.append(input_error("series_hour", FILE, int(off[0]) + 2, HOUR, cells[HOUR].iloc[off[0]], hint, f"应为 {off[0] + 1}"))
    return (empty, errors) if errors else (table, [])


def _header(names: list[str]) -> list[InputError]:
    errors = [] if HOUR in names else [input_error("missing_column", FILE, 1, HOUR)]
    for i, name in enumerate(names):
        if name in names[:i]:
            errors.append(input_error("duplicate_column", FILE, 1, name))
        elif name not in (HOUR, WEIGHT) and not NAME.fullmatch(name):
            errors.append(input_error("series_name", FILE, 1, name))
    return errors


def _number_faults(name: str, cells: pd.Series, values: np.ndarray) -> list[InputError]:
    """First fault of each kind in one column."""
    low, high = (1, HOURS_PER_YEAR) if name == HOUR else LIMITS[name.rsplit("_", 1)[1]]
    if ((values >= low) & (values <= high)).all():
        return []
    errors = []
    lacking = ~np.isfinite(values)
    outside = ~lacking & ((values < low) | (values > high))
    bounds = f"{low:g} … {high:g}"
    for rule, hit in (("not_a_number", lacking), ("out_of_range", outside)):
        if hit.any():
            first = int(np.flatnonzero(hit)[0])
            more = f" (+{hit.sum() - 1})" if hit.sum() > 1 else ""
            hint, hint_zh = (bounds, bounds) if rule == "out_of_range" else _number_words(cells.iloc[first], name)
            errors.append(input_error(rule, FILE, first + 2, name, cells.iloc[first] + more, hint, hint_zh))
    return errors


def _number_words(text: str, name: str) -> tuple[str, str]:
    """Correction for a cell of a series that is not a number."""
    every, every_zh = "every hour needs a finite number", "每小时须填有限数值"
    if not text:
        return every, every_zh
    _, hint, hint_zh = number_fault(unicodedata.normalize("NFKC", text), name, {"mw": "MW", "h": "h"}.get(name.rsplit("_", 1)[-1], ""))
    return f"{every}: {hint}", f"{every_zh}：{hint_zh}"


def _length_words(rows: int, hours: int) -> tuple[str, str]:
    """Advice on a table whose number of hours differs from that of the study."""
    if rows == hours + HOURS_PER_DAY and hours == HOURS_PER_YEAR:
        first = LEAP_DAY * HOURS_PER_DAY + 2
        span = f"{first}–{first + HOURS_PER_DAY - 1}"
        return (
            f"a leap year: leave out 29 February, rows {span} of a table that begins on 1 January 0:00, and number the hours 1 to {hours}",
            f"闰年数据：请删去 2 月 29 日（自 1 月 1 日 0 时起排列时为第 {span} 行），小时序号重编为 1 至 {hours}",
        )
    if rows % hours == 0 and hours == HOURS_PER_YEAR:
        n = rows // hours
        return f"{n} rows an hour: give the mean of each hour, {hours} rows", f"每小时有 {n} 行：请取各小时平均值，共 {hours} 行"
    said, said_zh = f"the study has {hours} h; give as many rows", f"研究为 {hours} 小时：请给足这么多行"
    if rows > HOURS_PER_YEAR:  # no setting allows more
        return said, said_zh
    return f"{said}, or set [time] hours = {rows} in study.toml", f"{said_zh}，或在 study.toml 设 [time] hours = {rows}"


def check_references(tables: Mapping[str, pd.DataFrame], raw: Mapping[str, RawTable]) -> list[InputError]:
    """Series named by a table: they exist, are of the right kind, and replace the usual source of the curve."""
    errors = []
    series = tables["series"]
    for table, ending in REFERENCES:
        frame = tables[table]
        for i in frame.index[frame.series.notna()]:
            name, place = frame.series[i], raw[table].place(i, "series")
            if name not in series:
                hint, zh = (f"{FILE}: {told}" for told in listed(name, [c for c in series if c != WEIGHT]))
                errors.append(input_error("dangling_reference", *place, "series", name, hint, zh))
            elif not name.endswith(f"_{ending}"):
                errors.append(input_error("series_name", *place, "series", name))
    for table, figures in WITH_SERIES.items():
        for column in (f"{figure}_series" for figure in figures):
            for i in tables[table].index[tables[table][column].notna() & ~tables[table][column].isin(list(series))]:
                name = tables[table][column][i]
                hint, zh = (f"{FILE}: {told}" for told in listed(name, [c for c in series if c != WEIGHT]))
                errors.append(input_error("dangling_reference", *raw[table].place(i, column), column, name, hint, zh))
    loads, profiles = tables["loads"], tables["profiles"]
    for i in loads.index:
        given = pd.notna(loads.series[i])
        if given == pd.notna(loads["shape"][i]):
            place, value = raw["loads"].place(i, "shape"), raw["loads"].cells["shape"].iloc[i]
            hint, zh = "give either a shape or a series", "负荷曲线与给定小时曲线须填其一"
            errors.append(input_error("contradiction", *place, "shape", value, hint, zh))
        if not given and pd.isna(loads.energy_gwh_per_year[i]):
            place = raw["loads"].place(i, "energy_gwh_per_year")
            hint, zh = "a shape needs the energy", "曲线须配年用电量"
            errors.append(input_error("required", *place, "energy_gwh_per_year", hint=hint, hint_zh=zh))
    for i in profiles.index[profiles.series.notna() & profiles.turbine_type.notna()]:
        place = raw["profiles"].place(i, "turbine_type")
        errors.append(input_error("not_allowed", *place, "turbine_type", "", "a given series needs no turbine", "已给定小时曲线，不需机型"))
    return errors


def weight_of(rows: pd.DataFrame | xr.Dataset, hours: int) -> np.ndarray:
    """Hours of the year represented by each given hour [h], shape (hours,); 1 if not stated."""
    return np.asarray(rows[WEIGHT], float) if WEIGHT in rows else np.ones(hours)


def of_year(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Sum over a year that repeats the given hours: their weighted mean times 8760.

    Parameters
    ----------
    values : ndarray, shape (..., hours)
        Such as power [MW]; the sum is in MWh then.
    weight : ndarray, shape (hours,)
        As `weight_of`.
    """
    return np.asarray(values, float) @ (weight / weight.sum()) * HOURS_PER_YEAR


def own_energy_gwh(series: pd.DataFrame, name: str) -> float:
    """Energy of a year that repeats the given hours of a series [GWh]."""
    return float(of_year(series[name].to_numpy(), weight_of(series, len(series)))) * GWH_PER_MWH


def fill_energy(tables: dict[str, pd.DataFrame]) -> None:
    """Loads with a series and without energy take the energy of their series."""
    loads, series = tables["loads"], tables["series"]
    energy = loads.energy_gwh_per_year.copy()
    for i in loads.index[loads.series.notna() & energy.isna()]:
        energy[i] = own_energy_gwh(series, loads.series[i])
    tables["loads"] = loads.assign(energy_gwh_per_year=energy)
