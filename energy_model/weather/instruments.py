"""Instrument and logger faults in data: zeros by day, stuck readings, jumps."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from energy_model import units as u
from energy_model.weather.dataset import QUANTITIES
from energy_model.weather.faults import Fault

# Limits from typical years of 9 stations on four continents, years drawn from the climate statistics, and cloud physics.
DAY_COURSE = 0.2  # mean sine of the sun's height from which on an hour is one of the day
DARK_SHARE = 0.005  # of the light outside the clouds; the darkest real hours have 1 to 2 %
DARK_DOUBT_H = 2  # so many dark hours a year may be snow on the instrument or a dust storm
DARK_DAY_SHARE = 0.01  # of a clear day; the darkest real ones have some 5 %
BEYOND_AIR_W_PER_M2 = 1415  # at the edge of the atmosphere in January
EDGE_W_PER_M2 = 100  # what a shift within its limit brings about at sunrise
# Longest time [h] with one value to the last digit: usual, possible. Irradiance while it is not zero; calm air has its own check.
STILL_H = {"wind_speed_100m": (18, 48), "ghi": (3, 6), "temperature": (18, 48)}
CALM_H = (3, 24)  # a run and a sum over the year [h] of wind at exactly 0, beyond which readings are in doubt
LONG_CALM_H = 12
JUMP = {"wind_speed_100m": (20.0, 30.0), "temperature": (12.0, 20.0)}  # [m/s, K] from one hour to the next: usual, possible
MISSING = ("missing values?", "是否缺测？")
AS_ZERO = (
    "missing values written as 0? Leave these cells empty; short gaps can be filled with --fill-hours",
    "缺测记为 0？请将这些单元格留空，短缺测可用 --fill-hours 插补",
)


def runs_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and length [h] of every run of a constant value."""
    edges = np.flatnonzero(np.concatenate([[True], np.diff(values) != 0, [True]]))
    return edges[:-1], np.diff(edges)


def dark_hours(ghi: np.ndarray, course: np.ndarray, time: pd.DatetimeIndex) -> Iterator[Fault]:
    """Days and hours without irradiance while the sun is up, and hours above extraterrestrial irradiance."""
    by_day, course_by_day = (values.reshape(-1, u.HOURS_PER_DAY).sum(axis=1) for values in (ghi, course))
    days = by_day < DARK_DAY_SHARE * u.W_PER_KW * course_by_day
    hours = (course > DAY_COURSE) & (ghi < DARK_SHARE * u.W_PER_KW * course)
    if 0 < days.sum() < len(days) / 2:  # of more the yearly sum tells
        en, zh = f"days without irradiance (number, first): {{}}: {AS_ZERO[0]}", f"没有辐照的天数及首日：{{}}：{AS_ZERO[1]}"
        yield Fault(en, zh, f"{days.sum()}, {time[u.HOURS_PER_DAY * int(np.argmax(days))]:%m-%d}")
    elif hours.any() and not days.any():
        en = f"hours by day without irradiance (number, first): {{}}: {AS_ZERO[0]}"
        zh = f"白天没有辐照的小时数及首个时刻：{{}}：{AS_ZERO[1]}"
        yield Fault(en, zh, f"{hours.sum()}, {time[int(np.argmax(hours))]:%m-%d %H:%M}", bool(hours.sum() > DARK_DOUBT_H))
    bright = ghi > BEYOND_AIR_W_PER_M2 * course + EDGE_W_PER_M2
    if bright.any():
        first = int(np.argmax(bright))
        en = f"hours with more irradiance than the sun has above the air (number, first): {{}}: {MISSING[0]}"
        zh = f"辐照超过大气层外太阳辐照的小时数及首个时刻：{{}}：{MISSING[1]}"
        yield Fault(en, zh, f"{bright.sum()}, {time[first]:%m-%d %H:%M} {ghi[first]:.0f} W/m2")


def still_hours(data: dict[str, np.ndarray], time: pd.DatetimeIndex) -> Iterator[Fault]:
    """Quantities constant for longer than weather is."""
    for name, (usual, possible) in STILL_H.items():
        starts, lengths = runs_of(data[name])
        own_check = {"ghi": np.inf, "wind_speed_100m": possible}.get(name, 0)  # up to so many hours of zero
        lengths = np.where((data[name][starts] == 0) & (lengths <= own_check), 0, lengths)
        longest = int(np.argmax(lengths))
        if lengths[longest] > usual:
            said, said_zh, certain = _limit(float(lengths[longest]), usual, possible, "h")
            en = f"{name} keeps one value for (hours, from) {{}}, {said}: {MISSING[0]}"
            zh = f"{QUANTITIES[name].zh}数值不变（小时数、起点）：{{}}，{said_zh}：{MISSING[1]}"
            yield Fault(en, zh, f"{lengths[longest]}, {time[starts[longest]]:%m-%d %H:%M}", certain)


def still_wind(speed: np.ndarray, time: pd.DatetimeIndex) -> Iterator[Fault]:
    """Wind of exactly 0: a doubt, and a fault if the long runs have more hours than the short ones.

    A calm of half a day at an anemometer near the ground comes with many single calm hours.
    """
    starts, lengths = runs_of(speed)
    starts, lengths = starts[speed[starts] == 0], lengths[speed[starts] == 0]
    if not len(lengths) or (lengths.max() <= CALM_H[0] and lengths.sum() <= CALM_H[1]):
        return
    long = int(lengths[lengths >= LONG_CALM_H].sum())
    en = f"wind speed of exactly 0 (hours, most in a row, from): {{}}: {AS_ZERO[0]}"
    zh = f"风速恰为 0（小时数、最长连续小时数、起点）：{{}}：{AS_ZERO[1]}"
    figure = f"{lengths.sum()}, {lengths.max()}, {time[starts[int(np.argmax(lengths))]]:%m-%d %H:%M}"
    yield Fault(en, zh, figure, certain=long > lengths.sum() - long)


def jumps(data: dict[str, np.ndarray], time: pd.DatetimeIndex) -> Iterator[Fault]:
    """Changes from one hour to the next that do not occur in weather."""
    for name, (usual, possible) in JUMP.items():
        leaps = np.abs(np.diff(data[name]))
        largest = int(np.argmax(leaps))
        if leaps[largest] > usual:
            unit = "K" if name == "temperature" else QUANTITIES[name].units
            said, said_zh, certain = _limit(float(leaps[largest]), usual, possible, unit)
            en = f"{name} leaps within an hour by {{}}, {said}: {MISSING[0]}"
            zh = f"{QUANTITIES[name].zh}一小时内突变 {{}}，{said_zh}：{MISSING[1]}"
            yield Fault(en, zh, f"{leaps[largest]:.3g} {unit} at {time[largest + 1]:%m-%d %H:%M}", certain)


def _limit(value: float, usual: float, possible: float, unit: str) -> tuple[str, str, bool]:
    """The limit broken by a value, in words, and whether it is a physical limit."""
    if value > possible:
        return f"possible are {possible:g} {unit}", f"可能上限 {possible:g} {unit}", True
    return f"usual are at most {usual:g} {unit}", f"通常不超过 {usual:g} {unit}", False
