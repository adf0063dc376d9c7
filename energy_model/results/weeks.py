"""Notable weeks: the first hour of each, found in the hourly series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.results.series import Place, needed
from energy_model.units import HOURS_PER_DAY, HOURS_PER_WEEK
from energy_model.weather.calendar import SPRING_FESTIVAL, spring_festival

CALM_SHARE = 0.1
"""Wind below this share of its largest output counts as calm."""


def starts(time: pd.DatetimeIndex) -> np.ndarray:
    """Possible starting hours of a week: midnights followed by 168 consecutive hours; the first hour if no week is whole."""
    length = min(HOURS_PER_WEEK, len(time))
    first = np.arange(0, len(time) - length + 1, HOURS_PER_DAY)
    whole = time[first + length - 1] - time[first] == pd.Timedelta(hours=length - 1)
    return first[whole] if whole.any() else np.array([0])


def notable_weeks(time: pd.DatetimeIndex, city: Place) -> dict[str, int]:
    """First hours of notable weeks.

    Parameters
    ----------
    time : DatetimeIndex
    city : dict of str to ndarray
        Series of the whole city.

    Returns
    -------
    dict of str to int
        ``load`` (highest demand), ``wind`` (most wind offered), ``calm`` (about the longest calm), ``festival`` (Spring Festival, where the
        horizon has it) and ``curtailed`` (most wind and solar curtailed, where there is any).
    """
    first = starts(time)
    length = min(HOURS_PER_WEEK, len(time))

    def week_of_most(values: np.ndarray) -> int:
        total = np.concatenate([[0.0], np.cumsum(values)])
        return int(first[(total[first + length] - total[first]).argmax()])

    wind = city["wind_available"]
    weeks = {"load": week_of_most(needed(city))}
    if wind.max() > 0:
        weeks |= {"wind": week_of_most(wind), "calm": _around(longest_run(wind < CALM_SHARE * wind.max(), time), first, length)}
    if set(time.year) <= set(SPRING_FESTIVAL) and (days := spring_festival(time)).any():
        weeks["festival"] = week_of_most(days.astype(float))
    if city["curtailed"].sum() > 1:
        weeks["curtailed"] = week_of_most(city["curtailed"])
    return weeks


def longest_run(mask: np.ndarray, time: pd.DatetimeIndex) -> tuple[int, int]:
    """First hour and length of the longest run of true values without a break in time; (0, 0) if there is none."""
    best, begin = (0, 0), 0
    for i in range(len(mask)):
        if not mask[i]:
            begin = i + 1
        elif i > begin and time[i] - time[i - 1] != pd.Timedelta(hours=1):
            begin = i
        if i + 1 - begin > best[1]:
            best = (begin, i + 1 - begin)
    return best


def _around(run: tuple[int, int], first: np.ndarray, length: int) -> int:
    middle = run[0] + run[1] / 2
    return int(first[np.abs(first + length / 2 - middle).argmin()])
