"""The weather dataset: its variables, units and limits, and the check every reader passes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.labels import LABELS
from energy_model.language import say
from energy_model.units import HOURS_PER_DAY, HOURS_PER_YEAR
from energy_model.weather.errors import WeatherError


@dataclass(frozen=True)
class Quantity:
    """One variable of the dataset: unit, names and permitted range."""

    units: str
    zh: str
    en: str
    low: float
    high: float


QUANTITIES = {
    "wind_speed_100m": Quantity("m/s", "100 米风速（小时平均）", "wind speed at 100 m, hourly mean", 0, 60),
    "ghi": Quantity("W/m2", "水平面总辐照度（小时平均）", "global horizontal irradiance, hourly mean", 0, 1400),
    "temperature": Quantity("degC", "气温", "air temperature at 2 m", -60, 50),
    "air_density": Quantity("kg/m3", "100 米空气密度", "air density at 100 m", 0.8, 1.7),
}


def year_hours(year: int) -> pd.DatetimeIndex:
    """List the 8760 hours of `year` in Beijing time (start of each hour), without 29 February."""
    hours = pd.date_range(f"{year}-01-01", f"{year}-12-31 23:00", freq="h")
    return hours[~((hours.month == 2) & (hours.day == 29))]


def weather_dataset(
    sites: list[str],
    time: pd.DatetimeIndex,
    values: dict[str, np.ndarray],
    latitude_deg: np.ndarray,
    longitude_deg: np.ndarray,
    altitude_m: np.ndarray,
    attrs: dict[str, object],
) -> xr.Dataset:
    """Assemble the dataset; `values` maps each variable of `QUANTITIES` to an array (site, time)."""
    data = xr.Dataset(
        {name: (("site", "time"), np.asarray(values[name], float)) for name in QUANTITIES},
        coords={
            "site": np.asarray(sites, dtype="U"),
            "time": time,
            "latitude": ("site", np.asarray(latitude_deg, float), {"units": "degrees_north"}),
            "longitude": ("site", np.asarray(longitude_deg, float), {"units": "degrees_east"}),
            "altitude": ("site", np.asarray(altitude_m, float), {"units": "m"}),
        },
        attrs={
            "timezone": "UTC+08:00 (Beijing), beginning of the hour",
            "calendar_note": "29 February left out",
        }
        | attrs,
    )
    data["time"].attrs = {
        "long_name": "beginning of the hour, Beijing time",
        "long_name_zh": "北京时间（小时起点）",
    }
    for name, quantity in QUANTITIES.items():
        data[name].attrs = {"units": quantity.units, "long_name": quantity.en, "long_name_zh": quantity.zh}
    return data


def check_weather(data: xr.Dataset, where: str, sites: list[str] | None = None) -> xr.Dataset:
    """Raise `WeatherError` listing everything wrong with `data`; return it unchanged if all is well.

    Checked: variables, dimensions, units, 8760 consecutive hours of one year without 29 February,
    no missing value, every value within its range, a kind that has words and, when `sites` is given, that all are there.
    """
    faults: list[str] = []
    for name, quantity in QUANTITIES.items():
        if name not in data:
            faults.append(say(f"variable {name} [{quantity.units}] is missing", f"缺少变量 {name} [{quantity.units}]"))
        elif data[name].dims != ("site", "time"):
            faults.append(
                say(
                    f"{name} has dimensions {data[name].dims}, wanted ('site', 'time')",
                    f"{name} 的维度为 {data[name].dims}，应为 ('site', 'time')",
                )
            )
        elif data[name].attrs.get("units") != quantity.units:
            faults.append(
                say(
                    f"{name} is in {data[name].attrs.get('units')!r}, wanted {quantity.units!r}",
                    f"{name} 的单位为 {data[name].attrs.get('units')!r}，应为 {quantity.units!r}",
                )
            )
        else:
            faults += _value_faults(name, quantity, data[name].to_numpy())
    for name in ("latitude", "longitude", "altitude"):
        if name not in data.coords or not np.isfinite(data[name].to_numpy().astype(float)).all():
            faults.append(say(f"coordinate {name} is missing or empty", f"坐标 {name} 缺失或为空"))
    faults += _time_faults(data) + _kind_faults(data)
    if sites is not None and "site" in data:
        absent = sorted(set(sites) - set(data["site"].to_numpy().tolist()))
        if absent:
            faults.append(say(f"sites missing: {absent}", f"缺少站点：{absent}"))
    if faults:
        raise WeatherError(f"{where}: " + "; ".join(faults))
    return data


def _value_faults(name: str, quantity: Quantity, values: np.ndarray) -> list[str]:
    missing = int(np.isnan(values).sum())
    if missing:
        return [say(f"{name} has {missing} missing values", f"{name} 有 {missing} 个缺测值")]
    low, high = float(values.min()), float(values.max())
    if low < quantity.low or high > quantity.high:
        span = f"{quantity.low:g}..{quantity.high:g} {quantity.units}"
        return [say(f"{name} reaches from {low:g} to {high:g}, outside {span}", f"{name} 范围为 {low:g} 至 {high:g}，超出 {span}")]
    return []


def _kind_faults(data: xr.Dataset) -> list[str]:
    """The kind of weather must have a label before anything is solved with it."""
    kind = data.attrs.get("kind", "")
    known = LABELS["weather"]
    return (
        []
        if kind == "" or kind in known
        else [
            say(
                f"attribute kind is {kind!r}; known are {', '.join(sorted(known))}, or none",
                f"属性 kind 为 {kind!r}；可用 {'、'.join(sorted(known))}，或不填",
            )
        ]
    )


def _time_faults(data: xr.Dataset) -> list[str]:
    if "time" not in data.indexes or not isinstance(data.indexes["time"], pd.DatetimeIndex):
        return [say("no time axis", "没有时间轴")]
    time = data.indexes["time"]
    if len(time) != HOURS_PER_YEAR:
        leap = (
            say("; leave out 29 February, as `weather import` does", "；请略去 2 月 29 日（`weather import` 自动略去）")
            if len(time) == HOURS_PER_YEAR + HOURS_PER_DAY
            else ""
        )
        return [say(f"{len(time)} hours, wanted {HOURS_PER_YEAR}{leap}", f"共 {len(time)} 小时，应为 {HOURS_PER_YEAR} 小时{leap}")]
    if not time.equals(year_hours(time[0].year).astype(time.dtype)):
        return [
            say("hours are not those of one year in order (29 February left out)", "时间不是同一年内顺序排列的各小时（略去 2 月 29 日）")
        ]
    return []
