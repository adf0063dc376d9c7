"""Weather years from Python: measured or reanalysis files as a checked year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xarray as xr

from energy_model.weather.climatology import load_climatology
from energy_model.weather.errors import weather_error
from energy_model.weather.readers import read_weather
from energy_model.weather.stamps import told_of
from energy_model.weather.store import place_for, save_weather


def import_weather(
    files: str | Path | Sequence[str | Path],
    name: str,
    weather: str | Path = "weather",
    *,
    year: int | None = None,
    max_distance_km: float = 200.0,
    zone: str | None = None,
    stamps: str | None = None,
    fill_hours: int = 0,
) -> xr.Dataset:
    """Make a weather year of files, as the command ``weather import`` does; `Study.with_weather` then takes its name.

    Parameters
    ----------
    files : str, Path or sequence of these
        NetCDF of ERA5 or atlite, EPW, TMY3, PVGIS, NASA POWER, plain CSV; their units are read from them.
    name : str
        New name.
    weather : str or Path
        Folder of weather years of the study.
    year : int, optional
        Calendar year to take; needed when the files cover several.
    max_distance_km : float
        A site of the climatology farther from all files is an error.
    zone, stamps : str, optional
        Time zone, and ``begin``, ``middle`` or ``end`` of the hour, where the files do not state them.
    fill_hours : int
        Longest gap that is interpolated [h].

    Returns
    -------
    Dataset
        ``wind_speed_100m`` [m/s], ``ghi`` [W/m2], ``temperature`` [degC], ``air_density`` [kg/m3] by site and hour; ``attrs["notes"]``
        says what was converted.

    Raises
    ------
    WeatherError
        When there is a year of this name, or the files are not plausible weather of the region.
    """
    path = place_for(name, Path(weather))
    if path.exists():
        raise weather_error(f"{path} is there already: choose another name", f"{path} 已存在：请另取名称")
    chosen = [files] if isinstance(files, (str, Path)) else files
    data = read_weather([Path(file) for file in chosen], load_climatology().sites, year, max_distance_km, told_of(zone, stamps, fill_hours))
    path.parent.mkdir(parents=True, exist_ok=True)
    save_weather(data, path)
    return data
