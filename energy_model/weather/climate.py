"""Implausible weather years: figures far from the climate statistics, or a shifted course of sun or temperature."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr
from pvlib import atmosphere, solarposition

from energy_model import units as u
from energy_model.language import say
from energy_model.weather.climatology import load_climatology
from energy_model.weather.dataset import QUANTITIES, year_hours
from energy_model.weather.errors import weather_error
from energy_model.weather.faults import Fault, told
from energy_model.weather.instruments import dark_hours, jumps, still_hours, still_wind

GAS_CONSTANT_AIR = 287.05  # J/(kg K)


@dataclass(frozen=True)
class Level:
    """A quantity whose means are compared with the climate statistics of the nearest site.

    Attributes
    ----------
    en, zh, unit : str
        Of the yearly figure.
    column : str
        In the table of months.
    per_year, per_month : float
        Factors from the mean of the dataset to the yearly figure, and to that of the table.
    possible, usual, usual_month : tuple of float
        From and to, as shares of the statistics (of temperature: differences).
    """

    en: str
    zh: str
    unit: str
    column: str
    per_year: float
    per_month: float
    possible: tuple[float, float]
    usual: tuple[float, float]
    usual_month: tuple[float, float]

    def against(self, value: np.ndarray, norm: np.ndarray) -> np.ndarray:
        """Share of the statistics, or the difference to them."""
        return value - norm if self.unit == "degC" else value / norm

    @property
    def how(self) -> tuple[str, str]:
        """Value of `against`, in words."""
        return ("difference to them", "与其之差") if self.unit == "degC" else ("share of them", "与其之比")


# Drawn years reach 0.93 and 0.94 of the yearly statistics, 0.64 and 0.75 of those of months, 5.5 K; masts in towns read low. Knots taken
# for m/s are 0.51.
LEVELS = {
    "wind_speed_100m": Level(
        "mean wind speed at 100 m", "100 米平均风速", "m/s", "wind_speed_100m_m_per_s", 1.0, 1.0, (0.55, 1.5), (0.8, 1.25), (0.6, 1.5)
    ),
    "ghi": Level(
        "irradiation", "水平面辐照量", "kWh/(m2 a)", "ghi_kwh_per_m2_day",
        u.HOURS_PER_YEAR / u.W_PER_KW, u.HOURS_PER_DAY / u.W_PER_KW, (0.8, 1.25), (0.9, 1.12), (0.7, 1.35),
    ),
    "temperature": Level("mean air temperature", "平均气温", "degC", "temperature_degc", 1.0, 1.0, (-6.5, 6.5), (-3.5, 3.5), (-7.0, 7.0)),
}  # fmt: skip
DENSITY_BAND = (0.9, 1.1)  # of the density of the standard atmosphere at the site's altitude and mean temperature
BELOW_HORIZON_SHARE = 0.02
SHIFT_LIMIT_H = 0.4  # a synthetic year is within 0.05, readings at the hour taken for means are 0.5 off
LAGS_H = np.arange(-13, 14)
SHIFT_HINTS = {
    -8: ("the stamps may be UTC: import with --zone UTC", "时标可能为 UTC：请加 --zone UTC"),
    8: ("the stamps may be Beijing time: import with --zone +08:00", "时标可能为北京时间：请加 --zone +08:00"),
    1: ("the stamps may be ends of the hours: import with --stamps end", "时标可能为时段终点：请加 --stamps end"),
    -1: ("the stamps may be beginnings of the hours: import with --stamps begin", "时标可能为时段起点：请加 --stamps begin"),
    0: ("the values may be readings at the full hour: import with --stamps middle", "数值可能为整点瞬时值：请加 --stamps middle"),
}
OTHER_ZONE = ("the zone of the stamps may be another: give it with --zone", "时标时区可能有误：请用 --zone 给出")
WARMEST_HOUR_LIMITS_H = (2, 3)  # doubt, certain; stations of other climates are within 2
DAILY_RANGES = (0.35, 2.5), (0.6, 1.6)  # possible, usual, of the climate statistics; by the sea 0.44, on an island 0.21
INSTANTS = 2  # of each hour, for the mean height of the sun


def check_climate(data: xr.Dataset, where: str) -> xr.Dataset:
    """Raise `WeatherError` listing what cannot be weather of this region; return `data` unchanged if all is well.

    Parameters
    ----------
    data : xr.Dataset
        A year that has passed `check_weather`.
    where : str
        File or name, for the message.
    """
    faults = [f for f in _faults(data) if f.certain]
    if faults:
        listed = "; ".join(say(f"{f.en}", f"{f.zh}") for f in faults)
        raise weather_error(f"{where}: this cannot be weather of the region: {listed}", f"{where}：不可能是本地区气象：{listed}")
    return data


def climate_doubts(data: xr.Dataset) -> list[Fault]:
    """Unusual features of a year that passes `check_climate`: whole sentences."""
    return [f for f in _faults(data) if not f.certain]


def _faults(data: xr.Dataset) -> list[Fault]:
    """All faults and doubts of a year, reported once for all sites that share them."""
    time = data.indexes["time"]
    arrays = {name: data[name].to_numpy() for name in (*QUANTITIES, "latitude", "longitude", "altitude")}
    found: dict[str, list[Fault]] = {}
    for i, site in enumerate(data["site"].to_numpy().tolist()):
        one = {name: values[i] for name, values in arrays.items()}
        here = float(one["latitude"]), float(one["longitude"])
        course = sun_course(time[0].year, *here)
        parts = (
            _levels(one, nearest_site(*here), time),
            _sun(one["ghi"], course, time),
            _daily_course(one["temperature"], nearest_site(*here)),
            still_hours(one, time),
            still_wind(one["wind_speed_100m"], time),
            jumps(one, time),
        )
        found[site] = [fault for part in parts for fault in part]
    return told(found)


@lru_cache(maxsize=64)
def sun_course(year: int, latitude_deg: float, longitude_deg: float) -> np.ndarray:
    """Mean sine of solar elevation [1] in each of the 8760 hours of `year`, 0 below the horizon; accurate to a minute or two."""
    time = year_hours(year)
    day = time.day_of_year.to_numpy()[:, None]
    utc_h = time.hour.to_numpy()[:, None] - 8 + (np.arange(INSTANTS) + 0.5) / INSTANTS
    solar_h = utc_h + longitude_deg / 15 + solarposition.equation_of_time_spencer71(day) / 60
    declination = solarposition.declination_spencer71(day)
    zenith = solarposition.solar_zenith_analytical(np.radians(latitude_deg), np.radians(15 * (solar_h - 12)), declination)
    return np.clip(np.cos(zenith), 0, None).mean(axis=1)


@lru_cache(maxsize=64)
def nearest_site(latitude_deg: float, longitude_deg: float) -> str:
    """The site of the climate statistics nearest to a place."""
    sites = load_climatology().sites
    east = (sites.longitude_deg - longitude_deg) * np.cos(np.radians(latitude_deg))
    return str(np.hypot(sites.latitude_deg - latitude_deg, east).idxmin())


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


def _broken(value: float, possible: tuple[float, float], usual: tuple[float, float]) -> tuple[str, str, bool] | None:
    """The limits broken by a value, in words, and whether they are physical limits; None for a usual value."""
    if not possible[0] <= value <= possible[1]:
        return f"{possible[0]:g} to {possible[1]:g} are possible", f"可能范围 {possible[0]:g} 至 {possible[1]:g}", True
    if not usual[0] <= value <= usual[1]:
        return f"{usual[0]:g} to {usual[1]:g} are usual", f"常见范围 {usual[0]:g} 至 {usual[1]:g}", False
    return None


def _levels(data: dict[str, np.ndarray], site: str, time: pd.DatetimeIndex) -> Iterator[Fault]:
    """Yearly means far from the climate statistics; monthly ones if the year is as usual."""
    density = data["air_density"].mean() / _standard_density(float(data["altitude"]), float(data["temperature"].mean()))
    if not DENSITY_BAND[0] <= density <= DENSITY_BAND[1]:
        low, high = DENSITY_BAND
        en = f"mean air density {{}} times that of the standard atmosphere at its altitude, outside {low:g} to {high:g}: is its unit right?"
        zh = f"平均空气密度为当地标准大气的 {{}} 倍，超出 {low:g} 至 {high:g}：单位是否有误？"
        yield Fault(en, zh, f"{density:.4g}")
    month = time.month.to_numpy() - 1
    hours = np.bincount(month)
    for name, level in LEVELS.items():
        means = np.bincount(month, data[name]) / hours
        norms = load_climatology().months.loc[site, level.column].to_numpy(float) / level.per_month
        year, norm = (np.average(values, weights=hours) for values in (means, norms))
        *months, off = level.against(np.append(means, year), np.append(norms, norm)).tolist()
        if broken := _broken(off, level.possible, level.usual):
            en = f"{level.en} {{}} {level.unit}; in brackets the climate statistics and the {level.how[0]}, {broken[0]}: is the unit right?"
            zh = f"{level.zh} {{}} {level.unit}；括号内为气候统计值及{level.how[1]}，{broken[1]}：单位是否有误？"
            yield Fault(en, zh, f"{year * level.per_year:,.4g} ({norm * level.per_year:,.4g}: {off:.2g})", broken[2])
            continue
        low, high = level.usual_month
        if odd := [m for m, value in enumerate(months) if not low <= value <= high]:
            en = f"{level.en} of some months far from the climate statistics, {level.how[0]} {{}}; {low:g} to {high:g} are usual"
            zh = f"个别月份{level.zh}偏离气候统计，{level.how[1]} {{}}；常见范围 {low:g} 至 {high:g}"
            yield Fault(en, zh, ", ".join(f"{m + 1:02d}: {months[m]:.2g}" for m in odd), False)


def _standard_density(altitude_m: float, temperature_degc: float) -> float:
    """Density [kg/m3] 100 m above ground at the pressure of the standard atmosphere."""
    return float(atmosphere.alt2pres(altitude_m + 100) / (GAS_CONSTANT_AIR * (temperature_degc + u.K_AT_0_DEGC)))


def _sun(ghi: np.ndarray, course: np.ndarray, time: pd.DatetimeIndex) -> Iterator[Fault]:
    """Irradiance shifted against the sun; if not shifted, hours that are too dark or too bright."""
    night = float(ghi[course == 0].sum() / max(ghi.sum(), 1e-9))
    dark, dark_zh = f"more than {BELOW_HORIZON_SHARE:.0%} of the irradiation falls below the horizon", "日落后有辐照"
    late = hours_late(ghi, course)
    if abs(late) > SHIFT_LIMIT_H:
        hours, way, way_zh = abs(round(late)) or 0.5, *(("earlier", "提前") if late > 0 else ("later", "推后"))
        hint, hint_zh = SHIFT_HINTS.get(round(late), OTHER_ZONE)
        seen, seen_zh = (f"{dark}; it", f"{dark_zh}，") if night > BELOW_HORIZON_SHARE else ("irradiance", "")
        yield Fault(
            f"{seen} fits the sun better when moved {hours:g} h {way}: {hint}",
            f"{seen_zh}辐照时标偏移，{way_zh} {hours:g} 小时更吻合太阳位置：{hint_zh}",
        )
        return
    if night > BELOW_HORIZON_SHARE:
        yield Fault(f"{dark} ({{}})", f"{dark_zh}（{{}}）", f"{night:.0%}")
    yield from dark_hours(ghi, course, time)


def _daily_course(temperature: np.ndarray, site: str) -> Iterator[Fault]:
    """Temperature whose warmest hour or daily range differs from the climate's."""
    norm = load_climatology().temperature_diurnal["departure_k"].unstack("hour").loc[site].to_numpy(float)
    mean = temperature.reshape(-1, u.HOURS_PER_DAY).mean(axis=0)
    fit = np.array([np.roll(norm, lag) @ (mean - mean.mean()) for lag in range(-11, 13)])
    late, size = int(np.argmax(fit)) - 11, float(fit.max() / (norm @ norm))
    if broken := _broken(size, *DAILY_RANGES):
        en = f"temperature varies over the day by {{}} of the climate's range, {broken[0]}: are these hourly values?"
        zh = f"气温日变化为气候统计的 {{}} 倍，{broken[1]}：是否为逐时值？"
        yield Fault(en, zh, f"{size:.2f}", broken[2])
    doubt, certain_from = WARMEST_HOUR_LIMITS_H
    if abs(late) >= doubt and size >= DAILY_RANGES[0][0]:
        way, way_zh = ("late", "晚") if late > 0 else ("early", "早")
        en = f"temperature is warmest {{}} h too {way} in the day: bring its column to the zone of the others, or give the zone with --zone"
        zh = f"气温日最高出现偏{way_zh} {{}} 小时：请将该列换到与其他列相同的时区，或用 --zone 给出时区"
        yield Fault(en, zh, f"{abs(late)}", abs(late) >= certain_from)
