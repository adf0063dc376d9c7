"""Weather tables with a header of quantities and units: own CSV files and TMY3."""

import re
from pathlib import Path

import numpy as np

from energy_model.labels import Label
from energy_model.weather.contents import Cells, table_of, text_of
from energy_model.weather.errors import weather_error
from energy_model.weather.places import SHEAR_TO_100M, Place, Readings, hours_of_place, note_unread
from energy_model.weather.stamps import BEIJING_H, Told, read_stamps, zone_of
from energy_model.weather.stated_units import is_unit

PLAIN_COLUMNS = Label(
    "time_beijing 或 time_utc（或 time，另加 --zone）、wind_speed_100m_m_per_s（或 _50m_、_10m_）、ghi_w_per_m2、temperature_degc，"
    "可选 site、pressure_pa、air_density_kg_per_m3；其他单位写在列名、括号或表头下一行",
    "time_beijing or time_utc (or time, with --zone), wind_speed_100m_m_per_s (or _50m_, _10m_), ghi_w_per_m2, temperature_degc, "
    "optionally site, pressure_pa, air_density_kg_per_m3; other units stand in the name, in brackets or in a row below the head",
)
WIND = re.compile(r"wind_speed_(\d+)m")
# Name of a column without its unit -> quantity.
QUANTITY_OF = {"ghi": "ghi", "temperature": "temperature", "pressure": "pressure_pa", "air_density": "air_density"}
TMY3_QUANTITY_OF = {"GHI": "ghi", "Dry-bulb": "temperature", "Wspd": "wind_speed_10m", "Pressure": "pressure_pa"}
NEEDED = ("ghi", "temperature")
TIME = re.compile(r"(time|timestamp|datetime|date_time|时间|时标)(?:_(beijing|utc))?")
BRACKETS = re.compile(r"(.*?)\s*[\[(（【](.+)[\])）】]\s*")


def read_tmy3(path: Path, told: Told) -> list[Place]:
    """TMY3: a line about the place, then a table whose stamps are ends of hours."""
    text, notes = text_of(path)
    zone, latitude, longitude, altitude = (float(value) for value in text.splitlines()[0].split(",")[-4:])
    cells = table_of(text, path, skip=1)
    found = {}
    for column in cells.rows:
        stem, unit = _in_brackets(column)
        if stem in TMY3_QUANTITY_OF:
            found[TMY3_QUANTITY_OF[stem]] = (column, unit)
    absent = [name for name, quantity in TMY3_QUANTITY_OF.items() if quantity not in found and name != "Pressure"]
    if absent:
        raise weather_error(
            f"{path}: columns missing: {absent}; it has {list(cells.rows)}", f"{path}：缺列：{absent}；现有列：{list(cells.rows)}"
        )
    date, clock = "Date (MM/DD/YYYY)", "Time (HH:MM)"
    read = (date, clock, *(column for column, _ in found.values()))
    note_unread((_in_brackets(c)[0] for c in cells.rows if c not in read and not re.search(r"(?i)source|uncert", c)), notes)
    times, _ = read_stamps(cells.rows[date] + " " + cells.rows[clock], str(path))
    values = {q.replace("10m", "100m"): (cells.numbers(column), unit) for q, (column, unit) in found.items()}
    frame = hours_of_place(Readings(times, zone, "end", values, 10), told, path.name, notes, typical=True)
    return [Place(path.name, latitude, longitude, altitude, frame, typical=True, notes=notes)]


def read_plain(path: Path, told: Told) -> list[Place]:
    """Plain table, one or more sites (column site, else the file is named after its site)."""
    text, notes = text_of(path)
    cells = table_of(text, path)
    columns = _columns(cells)
    time = next((c for c in cells.rows if TIME.fullmatch(_stem(c))), None)
    heights = [int(found[1]) for q in columns if (found := WIND.fullmatch(q))]
    if time is None or not heights or not set(NEEDED) <= set(columns):
        raise weather_error(
            f"{path}: not a known weather table; a plain one has the columns {PLAIN_COLUMNS.en}",
            f"{path}：无法识别的气象表；通用表须有列：{PLAIN_COLUMNS.zh}",
        )
    known = [h for h in heights if h in SHEAR_TO_100M]
    if not known:
        raise weather_error(
            f"{path}: wind at {heights} m; known heights are {list(SHEAR_TO_100M)} m",
            f"{path}：风速高度为 {heights} m；可识别的高度为 {list(SHEAR_TO_100M)} m",
        )
    wind = f"wind_speed_{max(known)}m"
    used = {q.replace(wind, "wind_speed_100m"): c for q, c in columns.items() if q == wind or not WIND.fullmatch(q)}
    units = _units(cells, used, columns)
    note_unread((c for c in cells.rows if c not in (time, "site", *used.values())), notes)
    return _places(cells, path, told, time, {q: (c, units[q]) for q, c in used.items()}, max(known), notes)


def _places(cells: Cells, path: Path, told: Told, time: str, used: dict, height: int, notes: list[Label]) -> list[Place]:
    """One place for every site that the rows name."""
    times, zone_h = read_stamps(cells.rows[time], str(path))
    named = _zone_named(time)
    if zone_h is not None and named not in (None, zone_h):
        notes.append(
            Label(
                f"以时标所注时区（UTC{zone_h:+g}）为准，不取列名 {time} 所注时区",
                f"zone of the stamps (UTC{zone_h:+g}) taken, not that of the column's name {time}",
            )
        )
    zone_h = named if zone_h is None else zone_h
    numbers = {q: (cells.numbers(column), unit) for q, (column, unit) in used.items()}
    owner = cells.rows["site"].to_numpy() if "site" in cells.rows else np.full(len(times), path.stem)
    if (owner == "").any():
        raise weather_error(
            f"{path}: row {cells.rows.index[int(np.argmax(owner == ''))]} names no site",
            f"{path}：第 {cells.rows.index[int(np.argmax(owner == ''))]} 行未填站点",
        )
    nan, places = float("nan"), []
    for site in dict.fromkeys(owner.tolist()):
        rows, own = owner == site, list(notes)
        readings = Readings(times[rows], zone_h, None, {q: (v[rows], unit) for q, (v, unit) in numbers.items()}, height)
        name = f"{path.name}:{site}"
        places.append(Place(name, nan, nan, nan, hours_of_place(readings, told, name, own), site=site, notes=own))
    return places


def _stem(column: str) -> str:
    """Name of a column without the part in brackets: "GHI [kW/m2]" -> "ghi"."""
    return re.sub(r"[\s-]+", "_", _in_brackets(column)[0].strip().lower())


def _in_brackets(column: str) -> tuple[str, str]:
    """Split "GHI (W/m^2)" into name and unit."""
    found = BRACKETS.fullmatch(column)
    return (found[1], found[2]) if found else (column, "")


def _zone_named(column: str) -> float | None:
    """Time zone stated by the name of the time column, "time_utc", "time (UTC+8)"."""
    found = TIME.fullmatch(_stem(column))
    if found and found[2]:
        return {"beijing": float(BEIJING_H), "utc": 0.0}[found[2]]
    return zone_of(_in_brackets(column)[1])


def _columns(cells: Cells) -> dict[str, str]:
    """Quantity (wind with its height) -> its column."""
    found: dict[str, str] = {}
    for column in cells.rows:
        stem = _stem(column)
        wind = re.match(WIND.pattern + r"(?=_|$)", stem)
        base = next((name for name in QUANTITY_OF if stem == name or stem.startswith(f"{name}_")), None)
        quantity = wind[0] if wind else QUANTITY_OF.get(base or "", "")
        if not quantity:
            continue
        if quantity in found:
            raise weather_error(
                f"{cells.path}: {found[quantity]} and {column} are the same quantity; leave one",
                f"{cells.path}：{found[quantity]} 与 {column} 为同一量，请只留一列",
            )
        found[quantity] = column
    return found


def _units(cells: Cells, used: dict[str, str], columns: dict[str, str]) -> dict[str, str]:
    """Unit of each quantity: from the column name, brackets or a row below the header, which must agree; that row is removed."""
    below = _unit_row(cells, used)
    units = {}
    for quantity, column in used.items():
        base = next(q for q, c in columns.items() if c == column).removesuffix("_pa")
        tail = _stem(column).removeprefix(base).strip("_").replace("_per_", "/").replace("_", " ")
        stated = [unit for unit in (tail, _in_brackets(column)[1], below.get(column, "")) if unit]
        if not stated:
            raise weather_error(
                f"{cells.path}: the unit of column {column} is not stated; write it in brackets: {column} [unit]",
                f"{cells.path}：{column} 列未注明单位，请写在括号中：{column} [单位]",
            )
        if len({unit.lower().replace(" ", "") for unit in stated}) > 1:
            raise weather_error(
                f"{cells.path}: column {column} states two units: {' and '.join(stated)}",
                f"{cells.path}：{column} 列所注单位自相矛盾：{' 与 '.join(stated)}",
            )
        units[quantity] = stated[0]
    return units


def _unit_row(cells: Cells, used: dict[str, str]) -> dict[str, str]:
    """Remove the row of units below the header, if there is one: column -> unit."""
    if cells.rows.empty:
        raise weather_error(f"{cells.path}: no rows", f"{cells.path}：没有数据行")
    first = cells.rows.iloc[0]
    if not any(is_unit(first[column].strip("[]()"), quantity) for quantity, column in used.items()):
        return {}
    cells.rows = cells.rows.iloc[1:]
    return {column: str(first[column]).strip("[]()") for column in used.values()}
