"""The time axes of grids: hours of Beijing time from stamps, forecast steps and calendars of every kind."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.labels import Label
from energy_model.language import say
from energy_model.weather.errors import weather_error
from energy_model.weather.stamps import BEIJING_H, hourly, step_of

EQUAL = 1e-6  # relative difference up to which two values say the same
HOUR = pd.Timedelta(hours=1)
# A satellite scans the disc from south to north: mid-latitudes come some ten minutes after the stamp, the start of the scan.
SCAN_DELAY = pd.Timedelta(minutes=10)
STEPS = ("step", "forecast_period")
SAMPLES = 12  # instants of an hour over which readings are averaged
CLOSE = pd.Timedelta(minutes=90)  # between readings that are farther apart nothing is known


@dataclass(frozen=True)
class Axis:
    """Times at which the values of a variable are valid.

    Attributes
    ----------
    dims : tuple of str
        Dimensions of the variable that make up its time: one, or run and step of forecasts.
    stamp : pd.DatetimeIndex
        Beijing time of each value, the dimensions run through in order.
    lead : np.ndarray
        Hours since the run began [h]; 0 where there are no runs.
    steps : int
        Steps of each run; 0 where there are no runs.
    leapless : bool
        The calendar has no leap days: before 1 March comes 28 February.
    """

    dims: tuple[str, ...]
    stamp: pd.DatetimeIndex
    lead: np.ndarray
    steps: int
    leapless: bool

    @property
    def step(self) -> pd.Timedelta:
        """Usual time between stamps, at most an hour; an hour if there is only one stamp."""
        return step_of(self.stamp, say("its times", "时间坐标")) if len(self.stamp) > 1 else HOUR


def axis_of(grid: xr.Dataset, zone_h: float = 0.0) -> Axis:
    """Time axis of a file: ``valid_time``, else ``time`` plus ``step``, in UTC or `zone_h` hours ahead of it.

    Raises
    ------
    WeatherError
        No time that is understood, or a calendar without the days of real years.
    """
    valid = _valid_time(grid)
    valid = valid.transpose(..., *(s for s in STEPS if s in valid.dims))  # the steps of a run follow each other
    stamp, leapless = _beijing(valid, (BEIJING_H - zone_h) * HOUR)
    step = next((s for s in STEPS if s in valid.dims and s in grid.coords), None)
    if step is None:
        return Axis(tuple(map(str, valid.dims)), stamp, np.zeros(valid.size), 0, leapless)
    lead = np.broadcast_to(grid[step].to_numpy() / np.timedelta64(1, "h"), valid.shape)
    return Axis(tuple(map(str, valid.dims)), stamp, lead.ravel(), valid.sizes[step], leapless)


def _valid_time(grid: xr.Dataset) -> xr.DataArray:
    if "valid_time" in grid.coords:
        return grid["valid_time"]
    if "time" not in grid.coords:
        raise weather_error(f"coordinates missing: ['time']; it has {list(grid.coords)}", f"缺少坐标 ['time']；现有：{list(grid.coords)}")
    return grid["time"] + grid["step"] if "step" in grid.coords else grid["time"]


def _beijing(valid: xr.DataArray, ahead: pd.Timedelta) -> tuple[pd.DatetimeIndex, bool]:
    """Beijing time of stamps given `ahead`, and whether their calendar has no leap days; such stamps are shifted within it."""
    values = valid.to_numpy().ravel()
    if np.issubdtype(values.dtype, np.datetime64):
        return pd.DatetimeIndex(values) + ahead, False
    calendar = getattr(values[0], "calendar", None) if len(values) else None
    if calendar in ("noleap", "365_day"):
        moved = xr.CFTimeIndex(values) + ahead.to_pytimedelta()
        return moved.to_datetimeindex(unsafe=True, time_unit="ns"), True
    if calendar is None:
        raise weather_error("its times have no unit such as 'hours since 1900-01-01'", "时间坐标缺少单位，如 'hours since 1900-01-01'")
    raise weather_error(
        f"its calendar '{calendar}' does not have the days of real years; provide data of real days",
        f"所用日历 '{calendar}' 的日期与实际年份不符，请改用实际日历的数据",
    )


def hours_of(values: np.ndarray, axis: Axis, meaning: str, notes: list[Label]) -> pd.Series:
    """Means of the hours, by the start of the hour.

    Parameters
    ----------
    values : np.ndarray
        Shape (stamps,).
    axis : Axis
    meaning : {"reading", "instant", "scan", "begin", "middle", "end"}
        What a value represents: a reading, which represents the hour (or part of it) that it begins; a reading of something that turns
        with the sun, between which the mean of the hour lies, or the same by a scanning satellite; the mean of a time that begins or ends
        at the stamp or lies around it.
    notes : list of str
        Receives lines on what was done.

    Raises
    ------
    WeatherError
        If values are more than an hour apart, or an hour appears twice.
    """
    step = axis.step
    twice = pd.MultiIndex.from_arrays([axis.stamp, axis.lead]).duplicated()
    if twice.any():
        raise weather_error(f"hour {axis.stamp[twice][0]} (Beijing time) appears twice", f"时标重复：{axis.stamp[twice][0]}（北京时间）")
    latest = np.argsort(axis.lead, kind="stable")[::-1]
    series = pd.Series(values[latest], axis.stamp[latest])
    over = series.index.duplicated(keep="last")
    if over.any():
        notes.append(Label(f"重叠预报取最近起报（{over.sum()} 小时）", f"of overlapping forecasts the one made last ({over.sum()} hours)"))
    series = series[~over].sort_index()
    if meaning in ("instant", "scan"):
        return _between(series, SCAN_DELAY if meaning == "scan" else pd.Timedelta(0), step)
    back = {"begin": 0 * step, "reading": 0 * step, "middle": step / 2, "end": step}[meaning]
    begin = series.index - back
    if meaning == "reading":
        begin = begin.floor(step)
    leap_day = axis.leapless & (begin.month == 2) & (begin.day == 29)
    series.index = begin.where(~leap_day, begin - 24 * HOUR)
    return hourly(series.to_frame("value"), step, notes)["value"]


def _between(series: pd.Series, delay: pd.Timedelta, step: pd.Timedelta) -> pd.Series:
    """Means of the hours by linear interpolation between readings; the first and last hold for a step."""
    known = series.dropna()
    at = (known.index + delay).as_unit("ns").asi8
    hours = pd.date_range(series.index[0].floor("h"), series.index[-1].floor("h"), freq="h").as_unit("ns")
    wanted = hours.asi8[:, None] + ((np.arange(SAMPLES) + 0.5) * HOUR.value / SAMPLES).astype(np.int64)[None]
    after = np.searchsorted(at, wanted)
    left, right = at[np.clip(after - 1, 0, len(at) - 1)], at[np.clip(after, 0, len(at) - 1)]
    inside = (right - left <= CLOSE.value) & (wanted - right <= step.value) & (left - wanted <= step.value)
    found = np.where(inside, np.interp(wanted, at, known.to_numpy()), np.nan)
    return pd.Series(found.mean(axis=1), hours)


def sums_of_steps(values: np.ndarray, lead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Amounts of each step and their length [h], if forecasts accumulate from the beginning of each run.

    Parameters
    ----------
    values, lead : np.ndarray
        Shape (runs, steps): amounts, and hours since the run began [h].

    Returns
    -------
    amounts, length_h : np.ndarray
        Shape (runs, steps); the amounts themselves, of the time since the step before, where they do not add up.
    """
    length = np.diff(lead, axis=1, prepend=0.0)
    rise = np.diff(values, axis=1, prepend=0.0)
    tolerance = EQUAL * max(float(np.nanmax(np.abs(values), initial=0.0)), 1e-9)
    return (rise if not (rise < -tolerance).any() else values), length
