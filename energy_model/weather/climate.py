"""What no weather year of this region shows: yearly figures outside its climate, the sun at a wrong hour, instruments that stood still."""

from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr
from pvlib import atmosphere, solarposition

from energy_model import units as u
from energy_model.weather.dataset import QUANTITIES, year_hours
from energy_model.weather.errors import WeatherError

GAS_CONSTANT_AIR = 287.05  # J/(kg K)
# Yearly mean at any place of the region (climatology: 6.9-7.8 m/s, 1480-1540 kWh/m2, 0.9-7.2 degC), with room for good
# and bad years, masts in towns and neighbouring places; a unit that was not read lies outside.
MEAN_BANDS = {"wind_speed_100m": (3.0, 12.0), "temperature": (-6.0, 15.0)}
IRRADIATION_BAND_KWH_PER_M2 = (1100.0, 2000.0)
DENSITY_BAND = (0.9, 1.1)  # of the density of the standard atmosphere at the site's altitude and mean temperature
BELOW_HORIZON_SHARE = 0.02
SHIFT_LIMIT_H = 0.4  # a synthetic year is within 0.05, readings at the hour taken for means are 0.5 off
LAGS_H = np.arange(-13, 14)
DARK_DAY_SHARE = 0.01  # of a clear day; the darkest real ones have some 5 %
# Longest time [h] with one value to the last digit; irradiance only while it is not zero.
STILL_H = {"wind_speed_100m": 48, "ghi": 6, "temperature": 48}
SHIFT_HINTS = {
    -8: "the stamps may be UTC: import with --zone UTC",
    8: "the stamps may be Beijing time: import with --zone +08:00",
    1: "the stamps may be ends of the hours: import with --stamps end",
    -1: "the stamps may be beginnings of the hours: import with --stamps begin",
    0: "the values may be readings at the full hour: import with --stamps middle",
}
INSTANTS = 2  # of each hour, for the mean height of the sun


def check_climate(data: xr.Dataset, where: str) -> xr.Dataset:
    """Raise `WeatherError` listing what cannot be weather of this region; return `data` unchanged when all is well.

    Parameters
    ----------
    data : xr.Dataset
        A year that has passed `check_weather`.
    where : str
        File or name, for the message.
    """
    faults: dict[str, dict[str, str]] = {}  # sentence with a gap for its figure -> site -> figure
    time = data.indexes["time"]
    arrays = {name: data[name].to_numpy() for name in (*QUANTITIES, "latitude", "longitude", "altitude")}
    for i, site in enumerate(data["site"].to_numpy().tolist()):
        one = {name: values[i] for name, values in arrays.items()}
        course = sun_course(time[0].year, float(one["latitude"]), float(one["longitude"]))
        for fault, figure in (*_band_faults(one), *_sun_faults(one["ghi"], course, time), *_still_faults(one, time)):
            faults.setdefault(fault, {})[site] = figure
    if faults:
        every = data.sizes["site"]
        told = [
            f"{'every site' if len(seen) == every > 1 else ', '.join(seen)}: {fault.format(' / '.join(dict.fromkeys(seen.values())))}"
            for fault, seen in faults.items()
        ]
        raise WeatherError(f"{where}: this cannot be weather of the region 不可能是本地区气象: " + "; ".join(told))
    return data


@lru_cache(maxsize=64)
def sun_course(year: int, latitude_deg: float, longitude_deg: float) -> np.ndarray:
    """Mean sine of the sun's height [1] in each of the 8760 hours of `year`, 0 below the horizon; good to a minute or two."""
    time = year_hours(year)
    day = time.day_of_year.to_numpy()[:, None]
    utc_h = time.hour.to_numpy()[:, None] - 8 + (np.arange(INSTANTS) + 0.5) / INSTANTS
    solar_h = utc_h + longitude_deg / 15 + solarposition.equation_of_time_spencer71(day) / 60
    declination = solarposition.declination_spencer71(day)
    zenith = solarposition.solar_zenith_analytical(np.radians(latitude_deg), np.radians(15 * (solar_h - 12)), declination)
    return np.clip(np.cos(zenith), 0, None).mean(axis=1)


def hours_late(ghi: np.ndarray, course: np.ndarray) -> float:
    """Time [h] by which irradiance (time,) lags the sun's course (time,): the peak of their correlation, by a parabola."""
    if not ghi.any():
        return 0.0
    rolled = np.stack([np.roll(course, lag) for lag in LAGS_H])
    fit = (rolled - course.mean()) @ (ghi - ghi.mean())  # correlation but for a factor that all lags share
    best = int(np.clip(np.argmax(fit), 1, len(fit) - 2))
    before, peak, after = fit[best - 1 : best + 2]
    bend = before - 2 * peak + after
    return float(LAGS_H[best] + (0.5 * (before - after) / bend if bend < 0 else 0.0))


def _band_faults(data: dict[str, np.ndarray]) -> list[tuple[str, str]]:
    """Yearly figures outside the climate, with the figure and the band."""
    mean = {name: float(data[name].mean()) for name in QUANTITIES}
    seen = [(f"mean {QUANTITIES[name].en}", mean[name], band, QUANTITIES[name].units) for name, band in MEAN_BANDS.items()]
    seen.append(("irradiation", mean["ghi"] * u.HOURS_PER_YEAR / u.W_PER_KW, IRRADIATION_BAND_KWH_PER_M2, "kWh/m2 a year"))
    share = mean["air_density"] / _standard_density(float(data["altitude"]), mean["temperature"])
    seen.append(("mean air density", share, DENSITY_BAND, "times that of the standard atmosphere at its altitude"))
    return [
        (f"{what} {{}} {unit}, outside {band[0]:,.4g} to {band[1]:,.4g}: is its unit right 单位是否有误?", f"{value:,.4g}")
        for what, value, band, unit in seen
        if not band[0] <= value <= band[1]
    ]


def _standard_density(altitude_m: float, temperature_degc: float) -> float:
    """Density [kg/m3] 100 m above ground at the pressure of the standard atmosphere."""
    return float(atmosphere.alt2pres(altitude_m + 100) / (GAS_CONSTANT_AIR * (temperature_degc + u.K_AT_0_DEGC)))


def _sun_faults(ghi: np.ndarray, course: np.ndarray, time: pd.DatetimeIndex) -> list[tuple[str, str]]:
    """Irradiance at another hour than the sun, and days without any."""
    night = float(ghi[course == 0].sum() / max(ghi.sum(), 1e-9))
    dark = f"more than {BELOW_HORIZON_SHARE:.0%} of the irradiation falls below the horizon 日落后有辐照"
    late = hours_late(ghi, course)
    faults = []
    if abs(late) > SHIFT_LIMIT_H:
        move = f"{abs(round(late)) or 0.5:g} h {'earlier' if late > 0 else 'later'}"
        hint = SHIFT_HINTS.get(round(late), "the zone of the stamps may be another: give it with --zone")
        seen = f"{dark}; it" if night > BELOW_HORIZON_SHARE else "irradiance"
        faults.append((f"{seen} fits the sun better when moved {move} 时标偏移: {hint}", ""))
    elif night > BELOW_HORIZON_SHARE:
        faults.append((f"{dark} ({{}})", f"{night:.0%}"))
    days = ghi.reshape(-1, 24).sum(axis=1) < DARK_DAY_SHARE * u.W_PER_KW * course.reshape(-1, 24).sum(axis=1)
    if 0 < days.sum() < len(days) / 2:  # of more the yearly sum tells
        first = time[24 * int(np.argmax(days))]
        text = f"{days.sum()} days without irradiance, the first {first:%m-%d}: missing values written as 0? 缺测记为 0?"
        faults.append((text, ""))
    return faults


def _still_faults(data: dict[str, np.ndarray], time: pd.DatetimeIndex) -> list[tuple[str, str]]:
    """Quantities that keep one value longer than weather does."""
    faults = []
    for name, limit in STILL_H.items():
        values = data[name]
        same = (np.diff(values) == 0) & ((values[1:] != 0) | (name != "ghi"))
        starts = np.flatnonzero(np.concatenate([[True], ~same, [True]]))  # of every run of one value, and the end
        runs = np.diff(starts)
        if runs.max() > limit:
            start = time[starts[int(np.argmax(runs))]]
            text = f"{name} keeps one value for {runs.max()} hours from {start:%m-%d %H:%M}, limit {limit}: missing values? 缺测?"
            faults.append((text, ""))
    return faults
