"""Readers of real weather files, converted to the dataset of the model."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from pvlib import atmosphere

from energy_model.labels import Label
from energy_model.language import say
from energy_model.units import K_AT_0_DEGC
from energy_model.weather.climate import GAS_CONSTANT_AIR
from energy_model.weather.dataset import QUANTITIES, check_weather, weather_dataset, year_hours
from energy_model.weather.errors import WeatherError, weather_error
from energy_model.weather.grid import read_grid
from energy_model.weather.places import NOMINAL_YEAR, Place
from energy_model.weather.stamps import MOST_FILLED_H, Told
from energy_model.weather.stations import read_stations

GRAVITY = 9.80665  # m/s2
LAPSE_K_PER_M = 0.0065
NEEDED = ["wind_speed_100m", "ghi", "temperature"]
NEW_YEAR_H = 16  # hours at either end of a year that another zone may have in the year beside
SHOWN = 8  # faults written out before "and so many more"


def read_weather(
    files: list[Path],
    sites: pd.DataFrame,
    year: int | None = None,
    max_distance_km: float = 200.0,
    told: Told | None = None,
) -> xr.Dataset:
    """Weather of every site from files.

    Parameters
    ----------
    files : list of Path
        NetCDF grids (ERA5, atlite), EPW, TMY3, PVGIS, NASA POWER or plain CSV; kinds may be mixed.
        A file that names no site serves those sites to which it is the nearest.
    sites : pd.DataFrame
        site -> latitude_deg, longitude_deg, altitude_m.
    year : int, optional
        Calendar year to take; needed when the files cover several.
    max_distance_km : float
        A site farther from every file than this is an error.
    told : Told, optional
        Zone and meaning of the stamps (of grids: those of irradiance), and the longest gap to fill.

    Returns
    -------
    xr.Dataset
        As `generate_year`, kind "imported"; `attrs["notes"]` and `attrs["notes_zh"]` say what was done to the numbers.
    """
    told = told or Told()
    paths = [Path(f) for f in files]
    places = _places(paths, sites, told)
    chosen = {site: _place_of(site, row, places, max_distance_km) for site, row in sites.iterrows()}
    year = year if year is not None else _year_of([place for place, _ in chosen.values()])
    time = year_hours(year)
    columns, notes = _columns(chosen, sites, time, told)
    data = weather_dataset(
        list(sites.index),
        time,
        {name: np.stack(arrays).astype(np.float32) for name, arrays in columns.items()},
        sites["latitude_deg"],
        sites["longitude_deg"],
        sites["altitude_m"],
        {
            "kind": "imported",
            "title": f"imported weather year {year}: {', '.join(p.name for p in paths[:4])}",
            "source": "; ".join(f"{p.name} sha256 {_digest(p)}" for p in paths),
            "notes": " | ".join(note.en for note in notes),
            "notes_zh": " | ".join(note.zh for note in notes),
        },
    )
    return check_weather(data, say(data.attrs["title"], f"导入气象年 {year}"))


def _places(paths: list[Path], sites: pd.DataFrame, told: Told) -> list[Place]:
    """All places of the files; errors of all files are reported together."""
    if not paths:
        raise weather_error("no weather files given", "未给出气象文件")
    places: list[Place] = []
    faults: list[str] = []
    grids = [p for p in paths if p.suffix.lower() in (".nc", ".nc4", ".netcdf")]
    for path in (p for p in paths if p not in grids):
        try:
            places += read_stations(path, told)
        except WeatherError as fault:
            faults.append(str(fault))
    absent = [path for path in grids if not path.is_file()]
    faults += [say(f"weather file not found: {path}", f"未找到气象文件：{path}") for path in absent]
    if grids and not absent:
        try:
            places += read_grid(grids, sites, told)
        except WeatherError as fault:
            faults.append(str(fault))
    strangers = sorted({p.site for p in places if p.site} - set(sites.index))
    if strangers:
        faults.append(
            say(
                f"files name unknown sites {strangers}; known are {list(sites.index)}",
                f"文件含未知站点 {strangers}；可用站点：{list(sites.index)}",
            )
        )
    if faults:
        raise WeatherError(_listed(faults))
    return places


def _columns(
    chosen: dict[str, tuple[Place, float]], sites: pd.DataFrame, time: pd.DatetimeIndex, told: Told
) -> tuple[dict[str, list[np.ndarray]], list[Label]]:
    """Values of each quantity, one array (time,) per site, and a note per site on conversions; gaps are reported together."""
    notes: list[Label] = []
    faults: list[str] = []
    columns: dict[str, list[np.ndarray]] = {name: [] for name in QUANTITIES}
    for (site, (place, distance)), altitude in zip(chosen.items(), sites["altitude_m"], strict=True):
        frame, done = _one_year(place, time, told.fill_h, faults)
        frame = _with_density(frame, float(altitude), place.altitude_m)
        for name in QUANTITIES:
            columns[name].append(frame[name].to_numpy(float))
        near = f"{distance:.0f} km" if distance == distance else ""
        said = [
            Label(f"{site}：{place.name}" + (near and f"，相距 {near}"), f"{site}: {place.name}" + (near and f", {near} away")),
            *place.notes,
            *done,
        ]
        notes.append(Label("；".join(note.zh for note in said), "; ".join(note.en for note in said)))
    if faults:
        way = say(
            f"; gaps of up to {MOST_FILLED_H} h can be filled with --fill-hours",
            f"；不超过 {MOST_FILLED_H} 小时的缺测可用 --fill-hours 插补",
        )
        raise weather_error(
            f"gaps in the weather of {time[0].year}: {_listed(faults)}{way}", f"{time[0].year} 年气象缺测：{_listed(faults)}{way}"
        )
    return columns, notes


def _listed(faults: list[str]) -> str:
    more = say(f" ... and {len(faults) - SHOWN} more", f" 等，另有 {len(faults) - SHOWN} 项") if len(faults) > SHOWN else ""
    return "; ".join(faults[:SHOWN]) + more


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def distance_km(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """Great-circle distance [km] of two places given in degrees."""
    a, b = np.radians(latitude_a), np.radians(latitude_b)
    half = np.sin((b - a) / 2) ** 2
    half += np.cos(a) * np.cos(b) * np.sin(np.radians(longitude_b - longitude_a) / 2) ** 2
    return float(2 * 6371.0 * np.arcsin(np.sqrt(half)))


def _place_of(site: str, row: pd.Series, places: list[Place], limit_km: float) -> tuple[Place, float]:
    """Place that serves the site and its distance [km] (NaN when the file names the site without a place)."""
    own = [p for p in places if p.site == site]
    if len(own) > 1:
        raise weather_error(
            f"site {site} is named by several files: {[p.name for p in own]}", f"站点 {site} 出现在多个文件中：{[p.name for p in own]}"
        )
    free = own or [p for p in places if not p.site]
    if not free:
        raise weather_error(f"no file for site {site}", f"站点 {site} 没有文件")
    here = (row["latitude_deg"], row["longitude_deg"])
    far = [distance_km(*here, p.latitude_deg, p.longitude_deg) for p in free]
    best = int(np.argmin(far)) if len(free) > 1 else 0
    if far[best] > limit_km:
        raise weather_error(
            f"site {site}: nearest data ({free[best].name}) is {far[best]:.0f} km away, over {limit_km:g}",
            f"站点 {site}：最近的数据（{free[best].name}）相距 {far[best]:.0f} km，超过 {limit_km:g} km",
        )
    return free[best], far[best]


def _year_of(places: list[Place]) -> int:
    """Single calendar year that covers most of the files."""
    frames = [place.frame for place in places if not place.typical]
    if not frames:
        return NOMINAL_YEAR
    years = {year for frame in frames for year in set(frame.index.year)}
    full = [y for y in sorted(years) if all((frame.index.year == y).sum() > 8000 for frame in frames)]
    if len(full) != 1:
        known = ", ".join(str(y) for y in full or sorted(years))
        if not full:
            raise weather_error(
                f"no year of the files is complete; they have hours of {known}: --year lists what a year lacks",
                f"文件没有完整的年份，仅含 {known} 的部分小时：加 --year 可列出该年所缺",
            )
        raise weather_error(f"say which year to take with --year: the files cover {known}", f"文件含多年 {known}：请用 --year 指定年份")
    return full[0]


def _one_year(place: Place, time: pd.DatetimeIndex, fill_h: int, faults: list[str]) -> tuple[pd.DataFrame, list[Label]]:
    """Return the rows of `time` and notes on how they were completed; gaps go to `faults`."""
    notes: list[Label] = []
    frame = place.frame
    if place.typical:
        frame = frame.set_axis(frame.index + pd.DateOffset(years=time[0].year - NOMINAL_YEAR))
    if frame.index.duplicated().any():
        faults.append(
            say(
                f"{place.name}: hour {frame.index[frame.index.duplicated()][0]} appears twice",
                f"{place.name}：时标重复：{frame.index[frame.index.duplicated()][0]}",
            )
        )
        frame = frame[~frame.index.duplicated()]
    leap = frame.index[(frame.index.month == 2) & (frame.index.day == 29) & (frame.index.year == time[0].year)]
    if len(leap):
        notes.append(Label("略去 2 月 29 日", "29 February left out"))
    year = frame.reindex(time)
    # A file of one UTC year ends eight hours into Beijing's next year: those hours fill the first ones.
    wrapped = 0
    ends = [*time[:NEW_YEAR_H], *time[-NEW_YEAR_H:]]
    edge = pd.DatetimeIndex(ends)
    for shift in (1, -1):
        other = frame.reindex(edge + pd.DateOffset(years=shift)).set_axis(edge)
        before = year[NEEDED].isna().any(axis=1).sum()
        year.loc[edge] = year.loc[edge].combine_first(other)
        wrapped += int(before - year[NEEDED].isna().any(axis=1).sum())
    if wrapped:
        notes.append(Label(f"年初年末 {wrapped} 小时取自文件另一端", f"{wrapped} hours at New Year taken from the other end of the file"))
    if fill_h:
        year = _filled(year, fill_h, notes)
    if year[NEEDED].isna().all(axis=None):
        faults.append(
            say(
                f"{place.name}: nothing of {time[0].year}; it has {frame.index.min():%Y-%m-%d} to {frame.index.max():%Y-%m-%d}",
                f"{place.name}：没有 {time[0].year} 年的数据；现有 {frame.index.min():%Y-%m-%d} 至 {frame.index.max():%Y-%m-%d}",
            )
        )
        return year, notes
    marks = [note.shown for note in place.notes if "impossible" in note.en]
    for name in NEEDED:
        hours = year.index[year[name].isna()]
        if len(hours):
            listed = ", ".join(f"{h:%Y-%m-%d %H:%M}" for h in hours[:3]) + (" ..." if len(hours) > 3 else "")
            fault = say(
                f"{place.name}: {name} missing in {len(hours)} hours ({listed})",
                f"{place.name}：{name} 缺测 {len(hours)} 小时（{listed}）",
            )
            faults.append("; ".join([fault, *marks]))
            marks = []
    instead_of = {
        "pressure_pa": Label("按标准大气", "that of the standard atmosphere"),
        "air_density": Label("由气温气压算", "from temperature and pressure"),
    }
    for name, instead in instead_of.items():
        if name in year and year[name].isna().any():
            hours = year[name].isna().sum()
            notes.append(Label(f"{name} 缺测 {hours} 小时：{instead.zh}", f"{name} missing in {hours} hours: {instead.en}"))
    return year, notes


def _filled(year: pd.DataFrame, fill_h: int, notes: list[Label]) -> pd.DataFrame:
    """Fill gaps of up to `fill_h` hours: irradiance from the same hour of adjacent days, others by linear interpolation."""
    full = year.copy()
    for name in NEEDED:
        hole = year[name].isna()
        length = hole.groupby((hole != hole.shift()).cumsum()).transform("sum")
        short = hole & (length <= fill_h)
        if name == "ghi":
            guess = pd.concat([year[name].shift(24), year[name].shift(-24)], axis=1).mean(axis=1)
        else:
            guess = year[name].interpolate(limit_area="inside")
        full[name] = year[name].where(~short, guess)
        if short.any():
            notes.append(
                Label(f"{name} 缺测 {short.sum()} 小时，由前后数值插补", f"{name} of {short.sum()} hours filled from the hours around them")
            )
    return full


def _with_density(frame: pd.DataFrame, altitude_m: float, measured_m: float) -> pd.DataFrame:
    """Add air density at 100 m [kg/m3] from temperature and pressure (if not given, standard).

    Pressure measured at another altitude (`measured_m`, NaN: that of the site) is brought to that of the site.
    """
    kelvin = frame["temperature"] + K_AT_0_DEGC
    pressure = pd.Series(float(atmosphere.alt2pres(altitude_m)), frame.index)
    if "pressure_pa" in frame:
        rise = altitude_m - measured_m if np.isfinite(measured_m) else 0.0
        pressure = (frame["pressure_pa"] * np.exp(-GRAVITY * rise / (GAS_CONSTANT_AIR * kelvin))).fillna(pressure)
    given = frame["air_density"] if "air_density" in frame else pd.Series(np.nan, frame.index)
    aloft = pressure * np.exp(-GRAVITY * 100.0 / (GAS_CONSTANT_AIR * kelvin))
    return frame.assign(air_density=given.fillna(aloft / (GAS_CONSTANT_AIR * (kelvin - 100.0 * LAPSE_K_PER_M))))
