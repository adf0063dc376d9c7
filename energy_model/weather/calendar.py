"""Holidays and seasons on the hours of a year, as masks."""

import datetime as dt
import re

import numpy as np
import pandas as pd

from energy_model.weather.errors import weather_error

# Lunar New Year by the rules of the Chinese calendar (new moon of Beijing date, winter solstice in month 11,
# leap month without principal term), computed with Meeus' series for new moons and the sun's longitude and
# equal to the published dates.
SPRING_FESTIVAL = {
    2000: "02-05", 2001: "01-24", 2002: "02-12", 2003: "02-01", 2004: "01-22", 2005: "02-09",
    2006: "01-29", 2007: "02-18", 2008: "02-07", 2009: "01-26", 2010: "02-14", 2011: "02-03",
    2012: "01-23", 2013: "02-10", 2014: "01-31", 2015: "02-19", 2016: "02-08", 2017: "01-28",
    2018: "02-16", 2019: "02-05", 2020: "01-25", 2021: "02-12", 2022: "02-01", 2023: "01-22",
    2024: "02-10", 2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26", 2029: "02-13",
    2030: "02-03", 2031: "01-23", 2032: "02-11", 2033: "01-31", 2034: "02-19", 2035: "02-08",
    2036: "01-28", 2037: "02-15", 2038: "02-04", 2039: "01-24", 2040: "02-12", 2041: "02-01",
    2042: "01-22", 2043: "02-10", 2044: "01-30", 2045: "02-17", 2046: "02-06", 2047: "01-26",
    2048: "02-14", 2049: "02-02", 2050: "01-23", 2051: "02-11", 2052: "02-01", 2053: "02-19",
    2054: "02-08", 2055: "01-28", 2056: "02-15", 2057: "02-04", 2058: "01-24", 2059: "02-12",
    2060: "02-02",
}  # fmt: skip
FESTIVAL_DAYS = 7  # New Year's Eve and six days after
LABOUR_DAYS = 3  # 1 to 3 May, as since 2008
NATIONAL_DAYS = 7  # 1 to 7 October


def weekend(time: pd.DatetimeIndex) -> np.ndarray:
    """Mark Saturdays and Sundays, bool (time,); make-up workdays are ignored."""
    return time.day_of_week.to_numpy() >= 5


def spring_festival(time: pd.DatetimeIndex) -> np.ndarray:
    """Mark the seven days from New Year's Eve of the lunar calendar, bool (time,)."""
    mask = np.zeros(len(time), dtype=bool)
    for year in sorted(time.year.unique()):
        if year not in SPRING_FESTIVAL:
            span = f"{min(SPRING_FESTIVAL)} to {max(SPRING_FESTIVAL)}"
            raise weather_error(f"date of Spring Festival known for {span} only, not for {year}", f"春节日期仅有 {span} 年，没有 {year} 年")
        first = pd.Timestamp(f"{year}-{SPRING_FESTIVAL[year]}") - pd.Timedelta(days=1)
        mask |= (time >= first) & (time < first + pd.Timedelta(days=FESTIVAL_DAYS))
    return mask


def public_holiday(time: pd.DatetimeIndex) -> np.ndarray:
    """Mark Labour Day and National Day holidays, bool (time,)."""
    month, day = time.month.to_numpy(), time.day.to_numpy()
    return ((month == 5) & (day <= LABOUR_DAYS)) | ((month == 10) & (day <= NATIONAL_DAYS))


def season(time: pd.DatetimeIndex, start: str | None, end: str | None) -> np.ndarray:
    """Mark the days from `start` to `end` ("mm-dd", both included), bool (time,).

    Start after end means over New Year; both empty means the whole year.
    """
    if start is None and end is None:
        return np.ones(len(time), dtype=bool)
    first, last = month_day(start), month_day(end)
    day = time.month.to_numpy() * 100 + time.day.to_numpy()
    return (day >= first) & (day <= last) if first <= last else (day >= first) | (day <= last)


def month_day(text: str | None) -> int:
    """Read "mm-dd" as month * 100 + day; anything else is an error."""
    if text is None or not re.fullmatch(r"\d\d-\d\d", text):
        raise weather_error(f"season limits must be two dates 'mm-dd', not {text!r}", f"季节起止须为两个日期 'mm-dd'，现为 {text!r}")
    try:
        date = dt.date.fromisoformat(f"2000-{text}")
    except ValueError as error:
        raise weather_error(f"no such day: {text!r}", f"无此日期：{text!r}") from error
    return date.month * 100 + date.day
