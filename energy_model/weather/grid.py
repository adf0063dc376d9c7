"""Gridded NetCDF of ERA5 (as downloaded or as an atlite cutout): the nearest point to each site."""

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.weather.errors import WeatherError
from energy_model.weather.places import Place
from energy_model.weather.stamps import BEIJING_H

# x and y before lon and lat: an atlite cutout has both, and the grid is indexed by x and y.
NAMES = {"valid_time": "time", "y": "latitude", "x": "longitude", "lat": "latitude", "lon": "longitude"}
KELVIN = 273.15
SECONDS_PER_HOUR = 3600.0


def read_grid(files: list[Path], sites: pd.DataFrame) -> list[Place]:
    """Hourly weather at the grid point nearest to each site.

    Wind and temperature are readings at the stamp and stand for the hour that begins there; radiation is
    the mean of the hour that ends at the stamp (ERA5 accumulates backwards; atlite keeps the stamps).

    Parameters
    ----------
    files : list of Path
        NetCDF files of different months, years or variables.
    sites : pd.DataFrame
        site -> latitude_deg, longitude_deg.

    Returns
    -------
    list of Place
        One per site, in the order of `sites`.
    """
    parts: dict[str, list[pd.DataFrame]] = {site: [] for site in sites.index}
    at: dict[str, tuple[float, float]] = {}
    for path in files:
        try:
            with xr.open_dataset(path) as opened:
                grid = opened.load()
        except Exception as error:  # many kinds, from the file layer
            raise WeatherError(
                f"{path}: not a readable NetCDF file (damaged or cut off?): {error}"
            ) from error
        for old, new in NAMES.items():
            if old in grid.coords and new not in grid.coords:
                grid = grid.rename({old: new})
        absent = [c for c in ("time", "latitude", "longitude") if c not in grid.coords]
        if absent:
            raise WeatherError(f"{path}: coordinates missing: {absent}; it has {list(grid.coords)}")
        for site, row in sites.iterrows():
            near = {"latitude": row["latitude_deg"], "longitude": row["longitude_deg"]}
            point = grid.sel(near, method="nearest") if grid["latitude"].ndim else grid
            at[site] = (float(point["latitude"]), float(point["longitude"]))
            parts[site].append(_point(point, path))
    places = []
    for site, frames in parts.items():
        joined: pd.DataFrame = frames[0]
        for frame in frames[1:]:
            joined = joined.combine_first(frame)
        absent = [c for c in ("wind_speed_100m", "ghi", "temperature") if c not in joined]
        if absent:
            raise WeatherError(
                f"{[p.name for p in files]}: no {', '.join(absent)} in the files; see weather/README.md"
            )
        notes = ["nearest grid point; 100 m wind of the reanalysis as it is, not corrected for terrain"]
        places.append(
            Place(f"grid point of {site}", *at[site], np.nan, joined.sort_index(), site=site, notes=notes)
        )
    return places


def _point(point: xr.Dataset, path: Path) -> pd.DataFrame:
    """Series of one grid point in our names and units, on Beijing time."""

    def series(name: str) -> np.ndarray:
        values = point[name]
        extra = [d for d in values.dims if d != "time"]  # e.g. expver or number of length one
        return values.mean(extra, skipna=True).to_numpy().astype(float)

    stamp = pd.DatetimeIndex(point["time"].to_numpy()) + pd.Timedelta(hours=BEIJING_H)
    found: dict[str, pd.Series] = {}
    if "u100" in point and "v100" in point:
        found["wind_speed_100m"] = pd.Series(np.hypot(series("u100"), series("v100")), stamp)
    elif "wnd100m" in point:
        found["wind_speed_100m"] = pd.Series(series("wnd100m"), stamp)
    for name in ("t2m", "temperature"):
        if name in point:
            found["temperature"] = pd.Series(series(name) - KELVIN, stamp)
    if "sp" in point:
        found["pressure_pa"] = pd.Series(series("sp"), stamp)
    ended = stamp - pd.Timedelta(hours=1)
    if "ssrd" in point:
        found["ghi"] = pd.Series(series("ssrd") / SECONDS_PER_HOUR, ended).clip(lower=0.0)
    elif "influx" in point:
        found["ghi"] = pd.Series(series("influx"), ended).clip(lower=0.0)
    elif "influx_direct" in point and "influx_diffuse" in point:
        found["ghi"] = pd.Series(series("influx_direct") + series("influx_diffuse"), ended).clip(lower=0.0)
    if not found:
        raise WeatherError(
            f"{path}: none of u100 v100 wnd100m ssrd influx t2m temperature; it has {list(point.data_vars)}"
        )
    return pd.DataFrame(found)
