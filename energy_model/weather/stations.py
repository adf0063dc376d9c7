"""Weather files of one place: EPW, PVGIS, NASA POWER, and through `plain` TMY3 and own tables."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from pvlib import iotools

from energy_model.labels import Label
from energy_model.weather.contents import Cells, table_of, text_of
from energy_model.weather.errors import WeatherError, weather_error
from energy_model.weather.places import Place, Readings, hours_of_place, note_unread
from energy_model.weather.plain import read_plain, read_tmy3
from energy_model.weather.stamps import Told, times_of

# Columns of an EPW file that are read, by place; the format prescribes their units.
EPW_COLUMNS = {0: "year", 1: "month", 2: "day", 3: "hour", 4: "minute"}
EPW_COLUMNS |= {6: "temperature", 9: "pressure_pa", 13: "ghi", 21: "wind_speed_100m"}
EPW_UNREAD = (
    "dew point", "relative humidity", "extraterrestrial radiation", "infrared radiation", "direct normal radiation",
    "diffuse horizontal radiation", "illuminance", "wind direction", "sky cover", "visibility", "precipitation", "snow",
)  # fmt: skip
EPW_UNITS = {"temperature": "degC", "pressure_pa": "Pa", "ghi": "Wh/m2", "wind_speed_100m": "m/s"}
# Name -> quantity and the unit it has where the file does not state one.
PVGIS_NAMES = {"T2m": ("temperature", "degC"), "WS10m": ("wind_speed_100m", "m/s"), "SP": ("pressure_pa", "Pa")}
POWER_NAMES = {"ALLSKY_SFC_SW_DWN": ("ghi", "W/m2"), "T2M": ("temperature", "C"), "PS": ("pressure_pa", "kPa")}
POWER_WIND_HEIGHTS = (100, 50, 10)
STATED_IN_BRACKETS = re.compile(r"^\s*([\w()]+)(?::|\s).*\(([^()]*)\)\s*$", re.MULTILINE)

Reader = Callable[[Path, Told], list[Place]]


def read_stations(path: Path, told: Told | None = None) -> list[Place]:
    """Read one file of any known kind; an unknown or damaged one is a `WeatherError`."""
    path = Path(path)
    if not path.is_file():
        raise weather_error(f"weather file not found: {path}", f"未找到气象文件：{path}")
    try:
        return _reader_of(path)(path, told or Told())
    except WeatherError as error:
        raise error if path.name in str(error) else WeatherError(f"{path}: {error}") from error
    except Exception as error:  # the readers raise whatever a damaged line leads to
        raise weather_error(
            f"{path}: cannot be read ({type(error).__name__}: {error})", f"{path}：无法读取（{type(error).__name__}: {error}）"
        ) from error


def _reader_of(path: Path) -> Reader:
    """Reader for the content of the file; a contradicting name is an error that states the type."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".epw", ".json"):
        raise weather_error(
            f"{path}: unknown kind of weather file; known are .nc, .epw, .csv and .json",
            f"{path}：无法识别的文件类型；可用 .nc、.epw、.csv、.json",
        )
    head = text_of(path)[0][:4000].lstrip()
    held = ".epw" if head.startswith("LOCATION,") else ".json" if head.startswith("{") else ".csv"
    if kind == ".epw" and held != kind:
        raise weather_error(
            f"{path}: is not an EPW file, whose first line begins with LOCATION and has commas; tables are .csv",
            f"{path}：不是 EPW 文件（其首行以 LOCATION 开头、以逗号分隔）；表格请用 .csv",
        )
    if held != kind and head:
        raise weather_error(
            f"{path}: its content is that of a {held} file; let its name end so",
            f"{path}：内容为 {held} 文件，与后缀不符，请改用该后缀",
        )
    if kind == ".epw":
        return _read_epw
    if kind == ".json":
        return _read_power_json if '"parameter' in head or '"geometry"' in head else _read_pvgis
    if "-BEGIN HEADER-" in head:
        return _read_power_csv
    if head.startswith("Latitude (decimal degrees)"):
        return _read_pvgis
    return read_tmy3 if "Date (MM/DD/YYYY)" in head else read_plain


def _read_epw(path: Path, told: Told) -> list[Place]:
    text, notes = text_of(path)
    lines = text.splitlines()
    latitude, longitude, zone, altitude = (float(value) for value in lines[0].rstrip(",;\t ").split(",")[-4:])
    start = next((i for i, line in enumerate(lines) if line.startswith("DATA PERIODS")), None)
    if start is None:
        raise weather_error(f"{path}: the header of the EPW file has no line DATA PERIODS", f"{path}：EPW 文件头缺少 DATA PERIODS 行")
    width = next((line.count(",") + 1 for line in lines[start + 1 :] if line.strip(", ")), 0)
    if width <= max(EPW_COLUMNS):
        raise weather_error(
            f"{path}: rows of {width} columns; the wind is in the 22nd, so at least 22 are needed",
            f"{path}：每行 {width} 列；风速在第 22 列，EPW 至少须有 22 列",
        )
    names = ",".join(EPW_COLUMNS.get(i, f"column {i + 1}") for i in range(width))
    cells = table_of("\n".join([*[""] * start, names, *lines[start + 1 :]]), path, skip=start)
    parts = pd.DataFrame({name: cells.numbers(name) for name in ("year", "month", "day", "hour", "minute")}, index=cells.rows.index)
    # Hour 1 ends at 1:00; its minute is written as 60 or as 0.
    end = times_of(parts.assign(hour=parts["hour"] - 1, minute=parts["minute"].replace(0, 60), second=0), str(path))
    values = {quantity: (cells.numbers(quantity), unit) for quantity, unit in EPW_UNITS.items()}
    note_unread(EPW_UNREAD, notes)
    frame = hours_of_place(Readings(end, zone, "end", values, 10), told, path.name, notes, typical=True)
    return [Place(path.name, latitude, longitude, altitude, frame, typical=True, notes=notes)]


def _read_pvgis(path: Path, told: Told) -> list[Place]:
    text, notes = text_of(path)
    typical = "tmy" in text[:4000].lower() or "month,year" in text[:4000]
    data, meta = (iotools.read_pvgis_tmy if typical else iotools.read_pvgis_hourly)(path, map_variables=False)
    inputs = meta.get("inputs", meta)
    location = inputs.get("location", inputs)
    names = PVGIS_NAMES | ({"G(h)": ("ghi", "W/m2")} if typical else {"G(i)": ("ghi", "W/m2")})
    if not typical:
        slope = _slope(inputs)
        if slope != 0:
            raise weather_error(
                f"{path}: irradiance on a plane of slope {slope}; ask PVGIS for slope 0 (horizontal)",
                f"{path}：辐照为倾角 {slope} 的斜面值；请在 PVGIS 选择倾角 0（水平面）",
            )
        parts = [c for c in ("Gb(i)", "Gd(i)", "Gr(i)") if c in data]
        if "G(i)" not in data and parts:
            data["G(i)"] = data[parts].sum(axis=1, skipna=False)
            data = data.drop(columns=parts)
    values = _stated_values(data, names, _pvgis_units(text), path)
    note_unread((str(c) for c in data if c not in names), notes)
    times = pd.DatetimeIndex(data.index).tz_convert("UTC").tz_localize(None)
    times += pd.Timedelta(minutes=round(60 * _first(location, "irradiance_time_offset", "irradiance time offset", default=0.0)))
    # Stamps such as 10:11 are the minute of the satellite's picture, those on the hour beginnings.
    mark = "begin" if (times == times.floor("h")).all() else "middle"
    frame = hours_of_place(Readings(times, 0.0, mark, values, 10), told, path.name, notes, typical)
    latitude, longitude = (_first(location, f"{c}", f"{c.capitalize()} (decimal degrees)") for c in ("latitude", "longitude"))
    altitude = _first(location, "elevation", "Elevation (m)")
    return [Place(path.name, latitude, longitude, altitude, frame, typical=typical, notes=notes)]


def _stated_values(data: pd.DataFrame, names: dict[str, tuple[str, str]], units: dict[str, str], path: Path) -> dict:
    """Values and units (stated ones before those of the format) of those of `names` in a file; only pressure may be missing."""
    absent = [name for name, (quantity, _) in names.items() if name not in data and quantity != "pressure_pa"]
    if absent:
        raise weather_error(f"{path}: columns missing: {absent}; it has {list(data)}", f"{path}：缺列：{absent}；现有列：{list(data)}")
    return {q: (data[name].to_numpy(float), units.get(name) or usual) for name, (q, usual) in names.items() if name in data}


def _pvgis_units(text: str) -> dict[str, str]:
    """Name -> unit as stated by the file (in its `meta`, or in brackets behind the table)."""
    if not text.lstrip().startswith("{"):
        return dict(STATED_IN_BRACKETS.findall(text))
    outputs = json.loads(text).get("meta", {}).get("outputs", {})
    kinds = [kind.get("variables", {}) for kind in outputs.values() if isinstance(kind, dict)]
    return {name: str(v["units"]) for kind in kinds for name, v in kind.items() if isinstance(v, dict) and "units" in v}


def _first(record: dict, *keys: str, default: float = float("nan")) -> float:
    """First of the keys that the record has, as a number."""
    for key in keys:
        if key in record:
            return float(str(record[key]).split()[0])
    return default


def _slope(inputs: dict) -> float:
    """Slope of the plane [deg] in the header of a PVGIS file; NaN if not stated."""
    mounting = inputs.get("mounting_system", {})
    for system in mounting.values() if isinstance(mounting, dict) else ():
        if isinstance(system, dict) and "slope" in system:
            return float(system["slope"]["value"])
    text = str(inputs.get("Slope", inputs.get("slope", "nan")))
    return float(text.replace("°", " ").replace("deg", " ").split()[0])


def _power_place(
    data: pd.DataFrame, units: dict[str, str], standard: str, at: list[float], path: Path, told: Told, notes: list[Label]
) -> Place:
    """Place of NASA POWER.

    Parameters
    ----------
    data : pd.DataFrame
        Stamp -> parameters; stamps are UTC or local solar time in steps of 15 degrees, as `standard` says.
    units : dict
        Parameter -> unit as the file states it.
    standard : str
        "UTC", "LST" or anything else where the file does not say.
    at : list of float
        Longitude, latitude and, where known, altitude.
    """
    height = next((h for h in POWER_WIND_HEIGHTS if f"WS{h}M" in data), None)
    if height is None:
        raise weather_error(
            f"{path}: NASA POWER parameters missing: WS50M or WS10M; it has {list(data)}",
            f"{path}：缺少 NASA POWER 参数 WS50M 或 WS10M；现有：{list(data)}",
        )
    names = POWER_NAMES | {f"WS{height}M": ("wind_speed_100m", "m/s")}
    unstated = [name for name in names if name in data and name not in units]
    if unstated:
        notes.append(
            Label(
                f"{'、'.join(unstated)} 未注明单位，按惯例取 {'、'.join(names[n][1] for n in unstated)}",
                f"units of {', '.join(unstated)} not stated; taken as usual ({', '.join(names[n][1] for n in unstated)})",
            )
        )
    note_unread((str(c) for c in data if c not in names), notes)
    zone = {"UTC": 0.0, "LST": float(round(at[0] / 15))}.get(standard)
    if zone is None and told.zone_h is None:
        raise weather_error(
            f"{path}: the NASA POWER file does not say whether its time is UTC or LST; give it with --zone",
            f"{path}：NASA POWER 文件未说明时间为 UTC 还是 LST；请用 --zone 给出",
        )
    readings = Readings(pd.DatetimeIndex(data.index), zone, "begin", _stated_values(data, names, units, path), height)
    frame = hours_of_place(readings, told, path.name, notes)
    return Place(path.name, at[1], at[0], at[2] if len(at) > 2 else np.nan, frame, notes=notes)


def _read_power_json(path: Path, told: Told) -> list[Place]:
    text, notes = text_of(path)
    content = json.loads(text)
    data = pd.DataFrame(content["properties"]["parameter"], dtype=float)
    data.index = pd.to_datetime(data.index, format="%Y%m%d%H")
    units = {name: str(about["units"]) for name, about in content.get("parameters", {}).items() if "units" in about}
    standard = content.get("header", {}).get("time_standard", "")
    return [_power_place(data, units, standard, content["geometry"]["coordinates"], path, told, notes)]


def _read_power_csv(path: Path, told: Told) -> list[Place]:
    text, notes = text_of(path)
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if "-END HEADER-" in line), None)
    if end is None:
        raise weather_error(
            f"{path}: the header of the NASA POWER file has no -END HEADER- line", f"{path}：NASA POWER 文件头缺少 -END HEADER- 行"
        )
    head = "\n".join(lines[:end])
    words = head.replace(":", " ").split()
    lower = [word.lower() for word in words]
    at = [float(words[lower.index(word) + 1]) for word in ("longitude", "latitude")]
    altitude = re.search(r"elevation.*=\s*([\d.]+)\s*met", head)
    at += [float(altitude[1])] if altitude else []
    standard = next((s for s in ("UTC", "LST") if f"in {s}" in head or f"Standard {s}" in " ".join(words)), "")
    cells: Cells = table_of(text, path, skip=end + 1)
    parts = {"YEAR": "year", "MO": "month", "DY": "day", "HR": "hour"}
    absent = [part for part in parts if part not in cells.rows]
    if absent:
        raise weather_error(f"{path}: columns missing: {absent}; hourly values are required", f"{path}：缺列：{absent}；须为逐时值")
    stamps = pd.DataFrame({name: cells.numbers(part) for part, name in parts.items()}, index=cells.rows.index)
    data = pd.DataFrame({name: cells.numbers(name) for name in cells.rows if name not in parts})
    data.index = times_of(stamps.assign(minute=0, second=0), str(path))
    return [_power_place(data, dict(STATED_IN_BRACKETS.findall(head)), standard, at, path, told, notes)]
