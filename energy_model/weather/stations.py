"""Weather files of one place: EPW, TMY3, PVGIS, NASA POWER and plain CSV tables."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from pvlib import iotools

from energy_model.weather.errors import WeatherError

NOMINAL_YEAR = 2015  # calendar given to typical years, whose months come from different real ones
BEIJING_H = 8
# Power-law exponents up to 100 m, by the height the wind was given at (own judgement, see weather/README.md).
SHEAR_TO_100M = {10: 0.25, 50: 0.18, 100: 0.0}
POWER_MISSING = -999
GHI_MISSING = -100  # below this a negative is a mark of a missing value, above it the night offset of an instrument


@dataclass
class Place:
    """Hourly weather of one place.

    Attributes
    ----------
    name : str
        Where it came from, for messages.
    latitude_deg, longitude_deg : float
        Place; NaN when the file belongs to a named site.
    altitude_m : float
        NaN when unknown.
    frame : pd.DataFrame
        Beijing time (beginning of hour) -> wind_speed_100m [m/s], ghi [W/m2], temperature [degC] and,
        where given, pressure_pa [Pa] or air_density [kg/m3].
    site : str
        Climate site the file names itself, else empty.
    notes : list of str
        What was done to the numbers.
    """

    name: str
    latitude_deg: float
    longitude_deg: float
    altitude_m: float
    frame: pd.DataFrame
    site: str = ""
    notes: list[str] = field(default_factory=list)


def raise_wind(speed: pd.Series, height_m: int, notes: list[str]) -> pd.Series:
    """Bring wind speed [m/s] from `height_m` to 100 m by the power law, saying so in `notes`."""
    exponent = SHEAR_TO_100M[height_m]
    if height_m != 100:
        notes.append(f"wind raised from {height_m} m to 100 m by the power law, exponent {exponent}")
    return speed * (100.0 / height_m) ** exponent


def read_stations(path: Path) -> list[Place]:
    """Read one file of any known kind; an unknown or damaged one is a `WeatherError`."""
    path = Path(path)
    if not path.is_file():
        raise WeatherError(f"weather file not found: {path}")
    reader = _reader_of(path)
    try:
        return reader(path)
    except WeatherError:
        raise
    except Exception as error:  # the readers raise whatever a damaged line leads to
        raise WeatherError(f"{path}: cannot be read ({type(error).__name__}: {error})") from error


def _reader_of(path: Path) -> Callable[[Path], list[Place]]:
    head = path.read_bytes()[:4000].decode("utf-8-sig", errors="replace")
    kind = path.suffix.lower()
    if kind == ".epw":
        return _read_epw
    if kind == ".json":
        return _read_power_json if '"parameter' in head or '"geometry"' in head else _read_pvgis
    if kind == ".csv":
        if "-BEGIN HEADER-" in head:
            return _read_power_csv
        if head.startswith("Latitude (decimal degrees)"):
            return _read_pvgis
        if "Date (MM/DD/YYYY)" in head:
            return _read_tmy3
        return _read_plain
    raise WeatherError(f"{path}: unknown kind of weather file; known are .nc, .epw, .csv and .json")


def _to_beijing(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Naive Beijing time of a zoned index."""
    return index.tz_convert("UTC").tz_localize(None) + pd.Timedelta(hours=BEIJING_H)


def _typical(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """All stamps on the calendar of the nominal year (what runs over New Year goes round)."""
    if ((index.month == 2) & (index.day == 29)).any():
        raise WeatherError("a typical year has no 29 February")
    parts = {"year": NOMINAL_YEAR, "month": index.month, "day": index.day, "hour": index.hour}
    return pd.DatetimeIndex(pd.to_datetime(pd.DataFrame(parts)))


def _weather(data: pd.DataFrame, index: pd.DatetimeIndex, wind: pd.Series) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "wind_speed_100m": wind.to_numpy(),
            "ghi": data["ghi"].to_numpy(),
            "temperature": data["temp_air"].to_numpy(),
        },
        index=index,
        dtype=float,
    )
    frame["ghi"] = frame["ghi"].where(frame["ghi"] > GHI_MISSING).clip(lower=0.0)
    return frame


def _read_epw(path: Path) -> list[Place]:
    data, meta = iotools.read_epw(path, coerce_year=NOMINAL_YEAR)
    notes: list[str] = ["typical year: months of different real years; not simultaneous with other stations"]
    frame = _weather(data, _typical(_to_beijing(data.index)), raise_wind(data["wind_speed"], 10, notes))
    frame["pressure_pa"] = data["atmospheric_pressure"].to_numpy(float)
    # The format marks missing values by impossible ones.
    frame["temperature"] = frame["temperature"].where(frame["temperature"] < 99)
    frame["ghi"] = frame["ghi"].where(frame["ghi"] < 9999)
    frame["wind_speed_100m"] = frame["wind_speed_100m"].where(data["wind_speed"].to_numpy() < 999)
    frame["pressure_pa"] = frame["pressure_pa"].where(frame["pressure_pa"] < 120000)
    if frame["pressure_pa"].isna().any():
        frame = frame.drop(columns="pressure_pa")
    return [
        Place(
            path.name, meta["latitude"], meta["longitude"], meta["altitude"], frame.sort_index(), notes=notes
        )
    ]


def _read_tmy3(path: Path) -> list[Place]:
    data, meta = iotools.read_tmy3(path, coerce_year=NOMINAL_YEAR, map_variables=True)
    notes: list[str] = ["typical year: months of different real years; not simultaneous with other stations"]
    begin = data.index - pd.Timedelta(hours=1)  # the stamps are ends of hours
    frame = _weather(data, _typical(_to_beijing(begin)), raise_wind(data["wind_speed"], 10, notes))
    if "pressure" in data:
        frame["pressure_pa"] = data["pressure"].to_numpy(float) * 100.0  # mbar
    return [
        Place(
            path.name, meta["latitude"], meta["longitude"], meta["altitude"], frame.sort_index(), notes=notes
        )
    ]


def _read_pvgis(path: Path) -> list[Place]:
    head = path.read_text(encoding="utf-8-sig")[:4000]
    notes: list[str] = []
    if "tmy" in head.lower() or "month,year" in head:
        data, meta = iotools.read_pvgis_tmy(path, map_variables=True)
        location = meta.get("inputs", meta).get("location", meta.get("inputs", meta))
        # Nominal year first: 28 February of a leap year would run into the 29th on Beijing time.
        index = _typical(_to_beijing(_typical(data.index).tz_localize("UTC")))
        notes.append("typical year: months of different real years")
    else:
        data, meta = iotools.read_pvgis_hourly(path, map_variables=True)
        inputs = meta.get("inputs", meta)
        location = inputs.get("location", inputs)
        slope = _slope(inputs)
        if slope != 0:
            raise WeatherError(
                f"{path}: irradiance on a plane of slope {slope}; ask PVGIS for slope 0 (horizontal)"
            )
        parts = [c for c in ("poa_direct", "poa_sky_diffuse", "poa_ground_diffuse") if c in data]
        data["ghi"] = data["poa_global"] if "poa_global" in data else data[parts].sum(axis=1, skipna=False)
        index = _to_beijing(data.index).floor("h")  # stamps such as 10:11 stand for their hour
    frame = _weather(data, index, raise_wind(data["wind_speed"], 10, notes))
    if "pressure" in data:
        frame["pressure_pa"] = data["pressure"].to_numpy(float)
    latitude, longitude = (
        _first(location, f"{c}", f"{c.capitalize()} (decimal degrees)") for c in ("latitude", "longitude")
    )
    altitude = _first(location, "elevation", "Elevation (m)")
    return [Place(path.name, latitude, longitude, altitude, frame.sort_index(), notes=notes)]


def _first(record: dict, *keys: str) -> float:
    """First of the keys that the record has, as a number; NaN when none."""
    for key in keys:
        if key in record:
            return float(str(record[key]).split()[0])
    return float("nan")


def _slope(inputs: dict) -> float:
    """Slope of the plane [deg] in the head of a PVGIS file; NaN when it does not say."""
    mounting = inputs.get("mounting_system", {})
    for system in mounting.values() if isinstance(mounting, dict) else ():
        if isinstance(system, dict) and "slope" in system:
            return float(system["slope"]["value"])
    text = str(inputs.get("Slope", inputs.get("slope", "nan")))
    return float(text.replace("°", " ").replace("deg", " ").split()[0])


def _power_place(
    path: Path, data: pd.DataFrame, index, latitude: float, longitude: float, altitude: float
) -> Place:
    notes: list[str] = []
    data = data.mask(data <= POWER_MISSING)
    height = next((h for h in (100, 50, 10) if f"WS{h}M" in data), None)
    absent = [c for c in ("ALLSKY_SFC_SW_DWN", "T2M") if c not in data]
    if absent or height is None:
        raise WeatherError(
            f"{path}: NASA POWER parameters missing: {absent + ([] if height else ['WS50M or WS10M'])}"
        )
    data = data.rename(columns={"ALLSKY_SFC_SW_DWN": "ghi", "T2M": "temp_air"})
    frame = _weather(data, index, raise_wind(data[f"WS{height}M"], height, notes))
    if "PS" in data:
        frame["pressure_pa"] = data["PS"].to_numpy(float) * 1000.0  # kPa
    return Place(path.name, latitude, longitude, altitude, frame.sort_index(), notes=notes)


def _read_power_json(path: Path) -> list[Place]:
    content = json.loads(path.read_text(encoding="utf-8"))
    data = pd.DataFrame(content["properties"]["parameter"])
    longitude, latitude, *rest = content["geometry"]["coordinates"]
    standard = content.get("header", {}).get("time_standard", "")
    index = _power_time(pd.to_datetime(data.index, format="%Y%m%d%H"), standard, longitude, path)
    return [_power_place(path, data, index, latitude, longitude, rest[0] if rest else np.nan)]


def _read_power_csv(path: Path) -> list[Place]:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    end = next((i for i, line in enumerate(lines) if "-END HEADER-" in line), None)
    if end is None:
        raise WeatherError(f"{path}: the head of the NASA POWER file has no -END HEADER- line")
    head = " ".join(lines[:end])
    words = head.replace(":", " ").split()
    lower = [word.lower() for word in words]
    latitude = float(words[lower.index("latitude") + 1])
    longitude = float(words[lower.index("longitude") + 1])
    standard = next(
        (s for s in ("UTC", "LST") if f"in {s}" in head or f"Standard {s}" in " ".join(words)), ""
    )
    data = pd.read_csv(path, skiprows=end + 1)
    stamps = data.rename(columns={"YEAR": "year", "MO": "month", "DY": "day", "HR": "hour"})
    index = pd.DatetimeIndex(pd.to_datetime(stamps[["year", "month", "day", "hour"]]))
    return [
        _power_place(path, data, _power_time(index, standard, longitude, path), latitude, longitude, np.nan)
    ]


def _power_time(index: pd.DatetimeIndex, standard: str, longitude: float, path: Path) -> pd.DatetimeIndex:
    """Beijing time of NASA POWER stamps, which are UTC or local solar time in steps of 15 degrees."""
    if standard == "UTC":
        return index + pd.Timedelta(hours=BEIJING_H)
    if standard == "LST":
        return index + pd.Timedelta(hours=BEIJING_H - round(longitude / 15))
    raise WeatherError(f"{path}: the NASA POWER file does not say whether its time is UTC or LST")


PLAIN_COLUMNS = (
    "time_beijing or time_utc, wind_speed_100m_m_per_s (or _50m_, _10m_), ghi_w_per_m2, temperature_degc"
)


def _read_plain(path: Path) -> list[Place]:
    """Plain table, one or more sites (column site, else the file is named after its site)."""
    data = pd.read_csv(path, encoding="utf-8-sig")
    time = next((c for c in ("time_beijing", "time_utc") if c in data), None)
    height = next((h for h in (100, 50, 10) if f"wind_speed_{h}m_m_per_s" in data), None)
    if time is None or height is None or not {"ghi_w_per_m2", "temperature_degc"} <= set(data):
        raise WeatherError(f"{path}: not a known weather table; a plain one has the columns {PLAIN_COLUMNS}")
    index = pd.DatetimeIndex(pd.to_datetime(data[time], errors="raise"))
    if time == "time_utc":
        index = index + pd.Timedelta(hours=BEIJING_H)
    data = data.rename(columns={"ghi_w_per_m2": "ghi", "temperature_degc": "temp_air"})
    notes: list[str] = []
    frame = _weather(data, index, raise_wind(data[f"wind_speed_{height}m_m_per_s"], height, notes))
    for column, name in (("air_density_kg_per_m3", "air_density"), ("pressure_pa", "pressure_pa")):
        if column in data:
            frame[name] = data[column].to_numpy(float)
    owner = data["site"].astype(str).to_numpy() if "site" in data else np.full(len(data), path.stem)
    nan = float("nan")
    return [
        Place(f"{path.name}:{site}", nan, nan, nan, frame[owner == site].sort_index(), site=site, notes=notes)
        for site in dict.fromkeys(owner.tolist())
    ]
