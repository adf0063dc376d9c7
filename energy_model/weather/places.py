"""Weather of one place in Beijing time and units of the dataset, from the variables found in a file."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from energy_model.labels import Label
from energy_model.weather.dataset import QUANTITIES
from energy_model.weather.errors import WeatherError, weather_error
from energy_model.weather.stamps import BEIJING_H, MARKS, Told, beginnings, hourly, step_of, told_twice
from energy_model.weather.stated_units import converted

NOMINAL_YEAR = 2015  # calendar given to typical years, whose months come from different real ones
# Power-law exponents up to 100 m, by the height the wind was given at (own judgement, see weather/README.md).
SHEAR_TO_100M = {10: 0.25, 50: 0.18, 100: 0.0}
# What a value can be; any other marks a missing one. Irradiance: night offset of instruments, edges of clouds within the hour.
POSSIBLE = {name: (q.low, q.high) for name, q in QUANTITIES.items()} | {"ghi": (-20.0, 1600.0), "pressure_pa": (50e3, 110e3)}
# From this share of impossible values, or this many different ones, on it is the unit that is wrong.
UNIT_SUSPECTED = 0.5
MOST_MARKS = 50


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
    typical : bool
        Whether its calendar is the nominal one, so that it may represent any year.
    notes : list of str
        What was done to the numbers.
    """

    name: str
    latitude_deg: float
    longitude_deg: float
    altitude_m: float
    frame: pd.DataFrame
    site: str = ""
    typical: bool = False
    notes: list[Label] = field(default_factory=list)


@dataclass
class Readings:
    """Variables found in a file.

    Attributes
    ----------
    times : pd.DatetimeIndex
        Stamps on the clock of the file.
    zone_h : float or None
        Hours this clock is ahead of UTC; None when the file does not say.
    mark : str or None
        What part of its step a stamp marks by the rules of the format: "begin", "middle", "end"; None when it has none.
    values : dict
        Quantity -> values as written and their unit; the wind is ``wind_speed_100m`` whatever its height.
    wind_height_m : int
    """

    times: pd.DatetimeIndex
    zone_h: float | None
    mark: str | None
    values: dict[str, tuple[np.ndarray, str]]
    wind_height_m: int


def note_unread(columns: Iterable[str], notes: list[Label]) -> None:
    """Name the columns of a file that are not read, such as direct irradiance and wind direction."""
    names = list(dict.fromkeys(columns))
    if names:
        notes.append(Label(f"未读取的列：{'、'.join(names)}", f"columns not read: {', '.join(names)}"))


def raise_wind(speed: pd.Series, height_m: int, notes: list[Label]) -> pd.Series:
    """Extrapolate wind speed [m/s] from `height_m` to 100 m by the power law, recorded in `notes`."""
    exponent = SHEAR_TO_100M[height_m]
    if height_m != 100:
        notes.append(
            Label(
                f"风速由 {height_m} 米按幂律（指数 {exponent}）换算至 100 米",
                f"wind raised from {height_m} m to 100 m by the power law, exponent {exponent}",
            )
        )
    return speed * (100.0 / height_m) ** exponent


def hours_of_place(readings: Readings, told: Told, name: str, notes: list[Label], typical: bool = False) -> pd.DataFrame:
    """Hourly weather in Beijing time (see `Place.frame`); conversions are recorded in `notes`."""
    step = step_of(readings.times, name)
    zone_h = _zone(readings.zone_h, told, name, notes)
    if told.mark is not None and readings.mark not in (None, told.mark):
        notes.append(
            Label(
                f"时标含义按指定取时段{MARKS[told.mark]}，而非{MARKS[readings.mark]}",
                f"stamps taken as {told.mark} of their step as asked, not as {readings.mark}",
            )
        )
    begin = beginnings(readings.times, step, told.mark or readings.mark, name, notes)
    data = {q: converted(v, q, unit, step / pd.Timedelta(hours=1)) for q, (v, unit) in readings.values.items()}
    frame = pd.DataFrame(data, index=begin)
    for quantity, (given, unit) in readings.values.items():
        if not np.array_equal(given, data[quantity], equal_nan=True):
            notes.append(Label(f"{quantity} 由 {unit} 换算", f"{quantity} converted from {unit}"))
        frame[quantity] = possible(frame[quantity], quantity, unit, name, notes)
    frame["ghi"] = frame["ghi"].clip(lower=0.0)
    frame["wind_speed_100m"] = raise_wind(frame["wind_speed_100m"], readings.wind_height_m, notes)
    if typical:
        frame = _nominal(frame, notes)
    frame.index += pd.Timedelta(hours=BEIJING_H - zone_h)
    if typical:
        frame.index = _in_year(frame.index)  # what runs over New Year goes round
    twice = told_twice(frame.index, step, name)
    if twice:
        raise WeatherError(twice)
    return hourly(frame.sort_index(), step, notes)


def _zone(stated_h: float | None, told: Told, name: str, notes: list[Label]) -> float:
    if told.zone_h is None:
        if stated_h is None:
            raise weather_error(
                f"{name}: the zone of its stamps is not stated; give it with --zone UTC or --zone +08:00",
                f"{name}：时标未注明时区；请用 --zone UTC 或 --zone +08:00 给出",
            )
        return stated_h
    if stated_h is not None and stated_h != told.zone_h:
        notes.append(
            Label(
                f"时区按指定取 UTC{told.zone_h:+g}；文件所注为 UTC{stated_h:+g}",
                f"stamps taken as UTC{told.zone_h:+g} as asked; the file says UTC{stated_h:+g}",
            )
        )
    return told.zone_h


def possible(values: pd.Series, quantity: str, unit: str, name: str, notes: list[Label]) -> pd.Series:
    """Drop impossible values of the quantity: formats and loggers mark missing values in this way.

    Parameters
    ----------
    values : pd.Series
        In the unit of the dataset.
    quantity : str
        Key of `POSSIBLE`.
    unit : str
        As the file writes it, for the message.
    name : str
        File, for the message.
    notes : list of str
        Receives a line on what was left out.

    Raises
    ------
    WeatherError
        If so many values are impossible that the unit must be wrong.
    """
    low, high = POSSIBLE[quantity]
    bad = (values < low) | (values > high)
    if bad.sum() > UNIT_SUSPECTED * values.notna().sum() or values[bad].nunique() > MOST_MARKS:
        raise weather_error(
            f"{name}: {quantity} reaches from {values.min():g} to {values.max():g}, outside {low:g}..{high:g}, read as {unit}: "
            "is that its unit?",
            f"{name}：{quantity} 范围为 {values.min():g} 至 {values.max():g}，超出 {low:g} 至 {high:g}，按 {unit} 读取：单位是否有误？",
        )
    if bad.any():
        seen = ", ".join(f"{value:g}" for value in values[bad].unique()[:3])
        notes.append(
            Label(
                f"{quantity} 有 {bad.sum()} 个不可能的数值（{seen}），视为缺测",
                f"{bad.sum()} impossible values of {quantity} ({seen}) taken as missing",
            )
        )
    return values.mask(bad)


def _nominal(frame: pd.DataFrame, notes: list[Label]) -> pd.DataFrame:
    """All stamps on the calendar of the nominal year, which has no 29 February."""
    years = sorted(set(frame.index.year))
    listed, listed_zh = (f"{years[0]}" + (f" {to} {years[-1]}" if len(years) > 1 else "") for to in ("to", "至"))
    notes.append(
        Label(
            f"典型年（取自 {listed_zh}），可代表任意年份；与其他站点不同时",
            f"typical year (rows of {listed}), may stand for any year; not simultaneous with other stations",
        )
    )
    leap = (frame.index.month == 2) & (frame.index.day == 29)
    if leap.any():
        notes.append(Label("略去 2 月 29 日", "29 February left out"))
        frame = frame[~leap]
    return frame.set_axis(_in_year(frame.index))


def _in_year(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    parts = {"year": NOMINAL_YEAR, "month": index.month, "day": index.day}
    return pd.DatetimeIndex(pd.to_datetime(pd.DataFrame(parts)) + (index - index.normalize()))
