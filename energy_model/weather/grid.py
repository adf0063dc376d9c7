"""Gridded NetCDF of ERA5 (as downloaded or as an atlite cutout) and of satellites: the nearest point to each site."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.labels import Label
from energy_model.weather.errors import WeatherError, weather_error
from energy_model.weather.grid_time import EQUAL, HOUR, Axis, axis_of, hours_of, sums_of_steps
from energy_model.weather.netcdf import opened
from energy_model.weather.places import Place, note_unread, possible
from energy_model.weather.stamps import Told
from energy_model.weather.stated_units import converted, is_amount


@dataclass(frozen=True)
class Recipe:
    """Derivation of a quantity from variables of a file: the first recipe with all its variables present is used.

    Attributes
    ----------
    quantity : str
        Column of the result.
    names : tuple of str
        Two components of the wind, or parts that add up.
    unit : str
        Of each, where the file states none.
    """

    quantity: str
    names: tuple[str, ...]
    unit: str


RECIPES = (
    Recipe("wind_speed_100m", ("u100", "v100"), "m/s"),
    Recipe("wind_speed_100m", ("wnd100m",), "m/s"),
    Recipe("temperature", ("t2m",), "K"),
    Recipe("temperature", ("temperature",), "K"),
    Recipe("pressure_pa", ("sp",), "Pa"),
    Recipe("ghi", ("ssrd",), "J/m2"),
    Recipe("ghi", ("influx",), "W/m2"),
    Recipe("ghi", ("influx_direct", "influx_diffuse"), "W/m2"),
    Recipe("ghi", ("SIS",), "W/m2"),
)
NEEDED = ("wind_speed_100m", "ghi", "temperature")
LATITUDE, LONGITUDE = ("latitude", "lat", "y"), ("longitude", "lon", "x")


def read_grid(files: list[Path], sites: pd.DataFrame, told: Told | None = None) -> list[Place]:
    """Hourly weather at the grid point nearest to each site.

    Wind and temperature are readings at the stamp and represent the hour that begins there.  Radiation is the mean of the hour that ends
    at the stamp (ERA5 accumulates backwards; atlite keeps the stamps) unless the file says otherwise: by bounds of its times, by
    ``cell_methods`` or ``GRIB_stepType``, by the name of a satellite's data (readings while the disc is scanned), by stamps at half past
    (middle of the hour) or a step of less than an hour (readings).

    Parameters
    ----------
    files : list of Path
        NetCDF files of different months, years or variables.
    sites : pd.DataFrame
        site -> latitude_deg, longitude_deg.
    told : Told, optional
        Zone of the stamps (without it UTC) and what those of radiation mark.

    Returns
    -------
    list of Place
        One per site, in the order of `sites`.
    """
    parts: dict[str, dict[str, list[tuple[Path, pd.Series]]]] = {site: {} for site in sites.index}
    at: dict[str, tuple[float, float]] = {}
    notes = [
        Label(
            "取最近格点；再分析 100 米风速未作地形订正",
            "nearest grid point; 100 m wind of the reanalysis as it is, not corrected for terrain",
        )
    ]
    for path in files:
        with opened(path) as grid:
            try:
                for site, quantity, place, series in _read_file(grid, sites, told or Told(), notes):
                    at[site] = place
                    parts[site].setdefault(quantity, []).append((path, series))
            except WeatherError as fault:
                raise WeatherError(f"{path}: {fault}") from fault
    notes = list(dict.fromkeys(notes))
    places = []
    for site, found in parts.items():
        absent = [c for c in NEEDED if c not in found]
        if absent:
            raise weather_error(
                f"{[p.name for p in files]}: no {', '.join(absent)} in the files; see weather/README.md",
                f"{[p.name for p in files]}：文件中没有 {'、'.join(absent)}；见 weather/README.md",
            )
        frame = pd.DataFrame({quantity: _joined(quantity, series) for quantity, series in found.items()})
        frame["ghi"] = frame["ghi"].clip(lower=0.0)  # the few negative watts of packed data
        places.append(Place(f"grid point of {site}", *at[site], np.nan, frame.sort_index(), site=site, notes=notes))
    return places


def _joined(quantity: str, parts: list[tuple[Path, pd.Series]]) -> pd.Series:
    """One series from those of several files; hours in two of them must agree."""
    whole, first = parts[0][1].dropna(), parts[0][0]
    for path, series in parts[1:]:
        series = series.dropna()
        both = whole.index.intersection(series.index)
        apart = (whole[both] - series[both]).abs() > EQUAL * whole[both].abs().clip(lower=1.0)
        if apart.any():
            hour = both[int(np.argmax(apart))]
            raise weather_error(
                f"{first.name} (or one before) and {path.name} differ in {quantity} of {hour} (Beijing time): {whole[hour]:.6g} and "
                f"{series[hour]:.6g}; give one of them only",
                f"{first.name}（或更早的文件）与 {path.name} 在 {hour}（北京时间）的 {quantity} 不一致："
                f"{whole[hour]:.6g} 与 {series[hour]:.6g}；请只给其中之一",
            )
        whole, first = pd.concat([whole, series[series.index.difference(both)]]), path
    return whole


def _read_file(
    grid: xr.Dataset, sites: pd.DataFrame, told: Told, notes: list[Label]
) -> Iterator[tuple[str, str, tuple[float, float], pd.Series]]:
    """Site, quantity, place and hourly series of everything in one file."""
    latitude, longitude = _place_axes(grid)
    taken: dict[str, Recipe] = {}
    for recipe in RECIPES:
        if all(name in grid for name in recipe.names):
            taken.setdefault(recipe.quantity, recipe)
    if not taken:
        known = " ".join(name for recipe in RECIPES for name in recipe.names)
        raise weather_error(f"none of {known}; it has {list(grid.data_vars)}", f"没有以下任一变量：{known}；现有：{list(grid.data_vars)}")
    note_unread((str(v) for v in grid.data_vars if v not in {name for r in taken.values() for name in r.names}), notes)
    where = {site: _nearest(latitude, longitude, row) for site, row in sites.iterrows()}
    box = {d: (min(w[d] for w in where.values()), max(w[d] for w in where.values())) for d in map(str, latitude.dims)}
    cut = {d: slice(low, high + 1) for d, (low, high) in box.items()}
    axis = axis_of(grid, told.zone_h or 0.0)
    for recipe in taken.values():
        variables = [grid[name].isel({d: s for d, s in cut.items() if d in grid[name].dims}).load() for name in recipe.names]
        meaning = "reading" if recipe.quantity != "ghi" else told.mark or _meaning(grid, variables[0], axis, notes)
        unit = str(variables[0].attrs.get("units", "")) or recipe.unit
        for site, point in where.items():
            index = {d: i - box[d][0] for d, i in point.items()}
            columns = [_column(v, axis, index, recipe, notes) for v in variables]
            whole = possible(pd.Series(_combined(recipe, columns)), recipe.quantity, unit, site, notes)
            series = hours_of(whole.to_numpy(), axis, meaning, notes)
            yield site, recipe.quantity, (float(latitude.isel(point)), float(longitude.isel(point))), series


def _combined(recipe: Recipe, columns: list[np.ndarray]) -> np.ndarray:
    """The quantity from its variables: speed of two components, sum of parts."""
    if recipe.quantity == "wind_speed_100m" and len(columns) == 2:
        return np.hypot(*columns)
    return np.sum(columns, axis=0)


def _place_axes(grid: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Latitude and longitude [deg] of every grid point, over the same dimensions, whatever the grid is."""
    found = []
    for names, standard, limits in ((LATITUDE, "latitude", (-90, 90)), (LONGITUDE, "longitude", (-180, 360))):
        stated = [str(n) for n, v in grid.variables.items() if v.attrs.get("standard_name") == standard]
        name = next((n for n in (*names[:2], *stated, *names[2:]) if n in grid.variables), None)
        if name is None:
            raise weather_error(
                f"coordinates missing: ['{standard}']; it has {list(grid.coords)}",
                f"缺少坐标 ['{standard}']；现有：{list(grid.coords)}",
            )
        values = grid[name].load()
        low, high = float(values.min()), float(values.max())
        if not (limits[0] <= low and high <= limits[1]):
            raise weather_error(
                f"{name} reaches from {low:g} to {high:g}, which are not degrees of {standard}",
                f"{name} 的范围为 {low:g} 至 {high:g}，不是{dict(latitude='纬度', longitude='经度')[standard]}",
            )
        found.append(values)
    latitude, longitude = xr.broadcast(*found)
    return latitude, longitude


def _nearest(latitude: xr.DataArray, longitude: xr.DataArray, site: pd.Series) -> dict[str, int]:
    """Position of the grid point nearest to a site, by dimension."""
    a, b = np.radians(latitude.to_numpy().astype(float)), np.radians(float(site["latitude_deg"]))
    apart = np.radians(longitude.to_numpy().astype(float) - float(site["longitude_deg"]))
    near = np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(apart)  # cosine of the angle between the two
    place = np.unravel_index(int(np.nanargmax(near)), near.shape)
    return {str(d): int(i) for d, i in zip(latitude.dims, place, strict=True)}


def _column(variable: xr.DataArray, axis: Axis, index: dict[str, int], recipe: Recipe, notes: list[Label]) -> np.ndarray:
    """Values of one variable at one point in the unit of the dataset, shape (stamps,)."""
    values = variable.isel({d: i for d, i in index.items() if d in variable.dims})
    values = _without_more_dimensions(values, axis)
    lacking = [d for d in axis.dims if d not in values.dims]
    if lacking:
        raise weather_error(
            f"{variable.name} has no dimension {lacking[0]}; it has {list(variable.dims)}",
            f"{variable.name} 没有维度 {lacking[0]}；现有：{list(variable.dims)}",
        )
    array = values.transpose(*axis.dims).to_numpy().astype(float)
    unit = str(variable.attrs.get("units", "")).strip()
    if not unit:
        notes.append(Label(f"{variable.name} 未注明单位，按 {recipe.unit} 读取", f"{variable.name} states no unit, read as {recipe.unit}"))
    try:
        unit = unit or recipe.unit
        if not is_amount(unit):
            return converted(array.ravel(), recipe.quantity, unit)
        length_h: float | np.ndarray = axis.step / HOUR
        if axis.steps:
            array, length_h = sums_of_steps(*(v.reshape(-1, axis.steps) for v in (array, axis.lead)))
        elif _grows_through_days(array, axis):
            raise weather_error(
                "it accumulates through every day: amounts since 00 UTC, as in ERA5-Land; provide amounts of each hour",
                "数值逐日累增，为 00 UTC 起的累计量（如 ERA5-Land）；请提供逐时量",
            )
        with np.errstate(divide="ignore", invalid="ignore"):  # nothing was collected at step 0
            return (converted(array, recipe.quantity, unit) / length_h).ravel()
    except WeatherError as fault:
        raise WeatherError(f"{variable.name}: {fault}") from fault


def _without_more_dimensions(values: xr.DataArray, axis: Axis) -> xr.DataArray:
    """Values over time alone; a dimension with one entry is dropped, an unknown one with several is refused.

    ERA5 of the last months comes beside the final one over a dimension ``expver``, each where the other has none.
    """
    for d in map(str, values.dims):
        if d in axis.dims:
            continue
        if d == "expver":
            versions = [values.isel({d: i}, drop=True) for i in np.argsort(values[d].astype(str).to_numpy())]
            values = versions[0]
            for later in versions[1:]:
                values = values.fillna(later)
        elif values.sizes[d] == 1:
            values = values.isel({d: 0}, drop=True)
        else:
            entries = ", ".join(str(v) for v in values[d].to_numpy()[:4]) if d in values.coords else f"0 to {values.sizes[d] - 1}"
            raise weather_error(
                f"{values.name} has a dimension '{d}' of {values.sizes[d]} ({entries}), which is not known; keep one of them, "
                f"for example: ncks -d {d},0 in.nc out.nc",
                f"{values.name} 含未知维度 '{d}'，共 {values.sizes[d]} 项（{entries}）；请只留其一，例如：ncks -d {d},0 in.nc out.nc",
            )
    return values


def _grows_through_days(values: np.ndarray, axis: Axis) -> bool:
    """Whether amounts fall at the same hour of nearly every day only, as amounts accumulated from midnight do."""
    order = np.argsort(axis.stamp)
    falls = np.flatnonzero(np.diff(values[order]) < 0) + 1
    days = len(values) * (axis.step / HOUR) / 24
    return len(falls) >= 0.9 * days >= 1 and len(set(axis.stamp[order][falls].hour)) == 1


def _meaning(grid: xr.Dataset, variable: xr.DataArray, axis: Axis, notes: list[Label]) -> str:
    """Time reference of a radiation value, for `hours_of`, recorded in `notes` if it is not the hour before the stamp."""
    meaning = _stated_meaning(grid, variable, axis)
    told = {
        "instant": Label("辐照为时标处瞬时值，取其间连线的平均", "irradiance: readings at the stamps, mean of the line between them"),
        "scan": Label(
            "辐照为卫星在时标后 10 分钟扫描的瞬时值，取其间连线的平均",
            "irradiance: readings of a satellite ten minutes after the stamps, mean of the line between them",
        ),
        "middle": Label("辐照时标为时段中点", "irradiance: stamps at the middle of the step"),
        "begin": Label("辐照时标为时段起点", "irradiance: stamps at the beginning of the step"),
    }
    notes += [told[meaning]] if meaning in told else []
    return meaning


def _stated_meaning(grid: xr.Dataset, variable: xr.DataArray, axis: Axis) -> str:
    attrs, step = variable.attrs, axis.step
    methods, kind = str(attrs.get("cell_methods", "")), attrs.get("GRIB_stepType")
    if is_amount(str(attrs.get("units", ""))) or variable.name == "ssrd" or kind in ("accum", "avg"):
        return "end"
    module = str(attrs.get("module", grid.attrs.get("module", ""))).strip("[]'\" ")
    words = " ".join(str(grid.attrs.get(name, "")) for name in ("title", "id", "summary", "source", "project"))
    if module.startswith("sarah") and step == HOUR:
        return "begin"  # atlite: mean of the readings at the hour and half past
    if variable.name == "SIS" or module.startswith("sarah") or "sarah" in words.lower():
        return "scan"
    if kind == "instant" or "time: point" in methods:
        return "instant"
    for name in ("time", "valid_time"):
        bounds = grid[name].attrs.get("bounds") or grid[name].encoding.get("bounds") if name in grid.coords else None
        if bounds in grid.variables:
            ends = grid[name].to_numpy() == grid[bounds].to_numpy()[..., 1]
            begins = grid[name].to_numpy() == grid[bounds].to_numpy()[..., 0]
            return "end" if ends.all() else "begin" if begins.all() else "middle"
    if step == HOUR and (axis.stamp.minute == 30).all():
        return "middle"
    return "instant" if step < HOUR else "end"
