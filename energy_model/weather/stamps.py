"""Time stamps of weather files: hour, time zone, and the part of the step that a stamp marks."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.labels import Label
from energy_model.language import say
from energy_model.weather.errors import weather_error

BEIJING_H = 8
MOST_FILLED_H = 6
MARKS = {"begin": "起点", "middle": "中点", "end": "终点"}
ZONED = re.compile(r"(\d:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})$")
CLOCK = r"(?:[ T:]+(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2})(?:\.0*)?)?:?(?: ?(?P<half>[AaPp][Mm]))?)?"
YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + CLOCK)
YEAR_LAST = re.compile(r"(?P<first>\d{1,2})[-/.](?P<second_part>\d{1,2})[-/.](?P<year>\d{4})" + CLOCK)
COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})[ T:]?(?P<hour>\d{2}):?(?P<minute>\d{2})?(?P<second>\d{2})?")
SIGNS = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "分": ":"})
YEARLESS = re.compile(r"\d{1,2}[-/.]\d{1,2}" + CLOCK)


@dataclass(frozen=True)
class Told:
    """User's statements on files that lack them or state them wrongly.

    Attributes
    ----------
    zone_h : float, optional
        Hours that the clock of the stamps is ahead of UTC; overrides that of the file.
    mark : str, optional
        "begin", "middle" or "end": what part of its step a stamp marks; overrides that of the format.
    fill_h : int
        Longest gap [h] to be filled from the hours around it; 0 refuses every gap.
    """

    zone_h: float | None = None
    mark: str | None = None
    fill_h: int = 0


def told_of(zone: str | None, mark: str | None, fill_h: int) -> Told:
    """Parse these statements; an unknown zone or mark, or gaps too long to fill, are a `WeatherError`."""
    zone_h = None if zone is None else zone_of(zone)
    if zone is not None and zone_h is None:
        raise weather_error(
            f"zone {zone!r} not known; write UTC, +08:00 or Beijing", f"时区 {zone!r} 无法识别；请写 UTC、+08:00 或 Beijing"
        )
    if mark not in (None, *MARKS):
        raise weather_error(f"stamps cannot be {mark!r}; write {', '.join(MARKS)}", f"时标含义 {mark!r} 无法识别；可用 {'、'.join(MARKS)}")
    if not 0 <= fill_h <= MOST_FILLED_H:
        raise weather_error(
            f"gaps of {fill_h} h cannot be filled; up to {MOST_FILLED_H} h can",
            f"不能插补 {fill_h} 小时的缺测；最多 {MOST_FILLED_H} 小时",
        )
    return Told(zone_h, mark, fill_h)


def zone_of(text: str) -> float | None:
    """Hours ahead of UTC of "UTC", "Z", "GMT+8", "+08:00", "Beijing", "北京时间"; None if the zone is missing or ambiguous."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "").replace("_", "")
    if plain in ("beijing", "beijingtime", "北京", "北京时间", "asia/shanghai", "prc"):
        return float(BEIJING_H)
    found = re.fullmatch(r"(?:z|utc|gmt|世界时|(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?)", plain)
    if not found:
        return None
    if not found[1]:
        return 0.0
    hours = int(found[2]) + int(found[3] or 0) / 60
    return hours if found[1] == "+" else -hours


def read_stamps(column: pd.Series, where: str) -> tuple[pd.DatetimeIndex, float | None]:
    """Read stamps of any common form.

    Parameters
    ----------
    column : pd.Series
        Line of the file -> stamp as written.
    where : str
        File, for messages.

    Returns
    -------
    tuple of pd.DatetimeIndex and float or None
        Naive times on the clock of the file (UTC when its offsets change, as with summer time), and the hours
        that this clock is ahead of UTC, None when the stamps do not say.
    """
    plain = [unicodedata.normalize("NFKC", stamp).strip().translate(SIGNS) for stamp in column]
    zones = pd.Series([found[2] if (found := ZONED.search(stamp)) else None for stamp in plain], column.index, dtype=object)
    times = _times(pd.Series([ZONED.sub(r"\1", stamp).strip() for stamp in plain], column.index, dtype=object), where)
    if zones.isna().all():
        return times, None
    if zones.isna().any():
        raise weather_error(
            f"{where}: row {zones.isna().idxmax()} has no zone, others have",
            f"{where}：第 {zones.isna().idxmax()} 行时标缺少时区，其他行有",
        )
    offsets = zones.map({zone: zone_of(zone) for zone in zones.unique()}).to_numpy(float)
    if len(set(offsets)) == 1:
        return times, float(offsets[0])
    return pd.DatetimeIndex(times - pd.to_timedelta(offsets, unit="h")), 0.0


def _times(text: pd.Series, where: str) -> pd.DatetimeIndex:
    """Read stamps without zone: year first, year last (order of day and month from the rows), or digits alone."""
    for form in (YEAR_FIRST, YEAR_LAST, COMPACT):
        found = [form.fullmatch(stamp) for stamp in text]
        if any(found):
            break
    if not all(found):
        row = text.index[found.index(None)]
        if YEARLESS.fullmatch(text[row]):
            raise weather_error(
                f"{where}: row {row}: stamp {text[row]!r} has no year; write 2019-01-31 13:00",
                f"{where}：第 {row} 行时标 {text[row]!r} 缺少年份；请写 2019-01-31 13:00",
            )
        raise weather_error(
            f"{where}: row {row}: stamp {text[row]!r} cannot be read; write 2019-01-31 13:00",
            f"{where}：第 {row} 行时标 {text[row]!r} 无法识别；请写 2019-01-31 13:00",
        )
    parts = pd.DataFrame([one.groups() for one in found if one], text.index, list(form.groupindex))
    if form is YEAR_LAST:
        first, second = parts["first"].astype(int), parts["second_part"].astype(int)
        if (first.max() > 12) == (second.max() > 12):
            raise weather_error(
                f"{where}: day and month of {text.iloc[0]!r} cannot be told apart; write 2019-01-31 13:00",
                f"{where}：{text.iloc[0]!r} 的日月次序不明；请写 2019-01-31 13:00",
            )
        parts["month"], parts["day"] = (second, first) if first.max() > 12 else (first, second)
    clock = parts[["hour", "minute", "second"]].fillna("0")
    numbers = parts[["year", "month", "day"]].join(clock).astype(int)
    if "half" in parts and parts["half"].notna().any():
        numbers["hour"] = numbers["hour"] % 12 + 12 * parts["half"].str.lower().eq("pm").astype(int)
    return times_of(numbers, where)


def times_of(parts: pd.DataFrame, where: str) -> pd.DatetimeIndex:
    """Times of numbers: line of the file -> year, month, day, hour, minute, second; 24:00 is 0:00 of the next day.

    Raises
    ------
    WeatherError
        No such day, hour or minute; with the line.
    """
    days = pd.to_datetime(parts[["year", "month", "day"]], errors="coerce")
    wrong = days.isna() | (parts["hour"] > 24) | (parts["minute"] > 60) | (parts["second"] > 59)
    if wrong.any():
        row = wrong.idxmax()
        raise weather_error(
            f"{where}: row {row}: no such time: {', '.join(f'{n} {v:g}' for n, v in parts.loc[row].items())}",
            f"{where}：第 {row} 行：无此时刻：{'，'.join(f'{n} {v:g}' for n, v in parts.loc[row].items())}",
        )
    seconds = (parts["hour"] * 60 + parts["minute"]) * 60 + parts["second"]
    return pd.DatetimeIndex(days + pd.to_timedelta(seconds, unit="s"))


def step_of(times: pd.DatetimeIndex, where: str) -> pd.Timedelta:
    """Most common step; one longer than an hour, or that does not divide it, is refused."""
    steps = pd.Series(np.diff(np.unique(times.to_numpy())))
    if steps.empty:
        raise weather_error(
            f"{where}: one stamp only; hourly or finer values of a year are required", f"{where}：只有一个时标；须为全年逐时或更密的数值"
        )
    step = pd.Timedelta(steps.mode().iloc[0])
    minutes = step / pd.Timedelta(minutes=1)
    if minutes > 60:
        raise weather_error(
            f"{where}: values every {minutes / 60:g} h; hourly or finer ones are required",
            f"{where}：步长为 {minutes / 60:g} 小时；须为逐时或更密的数值",
        )
    if 60 % minutes:
        raise weather_error(
            f"{where}: a step of {minutes:g} minutes does not divide the hour", f"{where}：步长 {minutes:g} 分钟不能整除一小时"
        )
    return step


def beginnings(times: pd.DatetimeIndex, step: pd.Timedelta, mark: str | None, where: str, notes: list[Label]) -> pd.DatetimeIndex:
    """Start of the step of each stamp; `mark` None is the start, or the middle for stamps at half a step."""
    past = (times - times.floor(step)).unique()
    if mark is None:
        if len(past) > 1 or past[0] not in (pd.Timedelta(0), step / 2):
            listed = ", ".join(f"{p / pd.Timedelta(minutes=1):.3g}" for p in past[:3])
            raise weather_error(
                f"{where}: stamps lie {listed} minutes behind their step of {step / pd.Timedelta(minutes=1):g}; "
                "say what they mark with --stamps begin, middle or end",
                f"{where}：时标比步长（{step / pd.Timedelta(minutes=1):g} 分钟）起点晚 {listed} 分钟；"
                "请用 --stamps begin、middle 或 end 说明其含义",
            )
        mark = "middle" if past[0] else "begin"
        if times.min() - times.min().normalize() == step and times.max() == times.max().normalize():
            raise weather_error(
                f"{where}: stamps run from {times.min():%Y-%m-%d %H:%M} to {times.max():%Y-%m-%d %H:%M}, as ends of their "
                "steps do; state what they mark with --stamps end (or begin)",
                f"{where}：时标自 {times.min():%Y-%m-%d %H:%M} 至 {times.max():%Y-%m-%d %H:%M}，似为时段终点；"
                "请用 --stamps end（或 begin）说明其含义",
            )
        notes.append(Label(f"时标取为时段{MARKS[mark]}", f"stamps read as the {'beginning' if mark == 'begin' else mark} of their step"))
    back = {"begin": pd.Timedelta(0), "middle": step / 2, "end": step}[mark]
    return times - back


def hourly(frame: pd.DataFrame, step: pd.Timedelta, notes: list[Label]) -> pd.DataFrame:
    """Hourly means of values that hold from their stamp for `step`.

    Parameters
    ----------
    frame : pd.DataFrame
        Beginning of the step, sorted and none twice -> values.
    step : pd.Timedelta
        At most an hour.
    notes : list of str
        Receives a line on what was done.

    Returns
    -------
    pd.DataFrame
        Beginning of each hour -> means; NaN where less than half of the hour has values.
    """
    hour = pd.Timedelta(hours=1)
    if step == hour and (frame.index == frame.index.floor("h")).all():
        return frame
    edges = pd.date_range(frame.index[0].floor("h"), (frame.index[-1] + step).ceil("h"), freq="h")
    starts = ((frame.index - edges[0]) / hour).to_numpy()
    length = np.minimum(step / hour, np.diff(starts, append=np.inf))  # stamps that jitter do not overlap
    at = np.arange(len(edges), dtype=float)
    bounds = np.column_stack([starts, starts + length]).ravel()  # values hold in between, gaps hold nothing
    means, partial = {}, 0
    for name, column in frame.items():
        known = column.notna().to_numpy()
        amount, covered = (
            np.diff(np.interp(at, bounds, np.column_stack([np.cumsum(part) - part, np.cumsum(part)]).ravel()))
            for part in (np.where(known, column, 0.0) * length, known * length)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            means[name] = np.where(covered >= 0.5 - 1e-6, amount / covered, np.nan)
        partial = max(partial, int(((covered >= 0.5 - 1e-6) & (covered < 1 - 1e-6)).sum()))
    minutes = step / pd.Timedelta(minutes=1)
    if minutes < 60:
        notes.append(Label(f"由 {minutes:g} 分钟数据取小时平均", f"means of the hour from values every {minutes:g} minutes"))
    else:
        late = (frame.index[0] - frame.index[0].floor("h")) / pd.Timedelta(minutes=1)
        notes.append(
            Label(
                f"自整点后 {late:.0f} 分钟起的数值，按重叠时长折算到整点小时",
                f"values from {late:.0f} minutes past the hour on shared out to whole hours",
            )
        )
    if partial > 2:  # the first and the last hour of a file are cut off as a matter of course
        notes.append(Label(f"{partial} 小时数据不全，按已有数值平均", f"{partial} hours from part of their values"))
    return pd.DataFrame(means, index=edges[:-1])


def told_twice(times: pd.DatetimeIndex, step: pd.Timedelta, where: str) -> str:
    """Message on a repeated stamp, empty if there is none; a gap of the same length beside it indicates summer time."""
    if not times.has_duplicates:
        return ""
    twice = times[times.duplicated()]
    ordered = np.unique(times.to_numpy())
    jumps = pd.DatetimeIndex(ordered[1:])[np.diff(ordered) > step]
    summer = len(twice) * step == pd.Timedelta(hours=1) and len(jumps) == 1 and abs(jumps[0] - twice[0]).days > 60
    hint = (
        say(
            f" and {jumps[0]} follows a gap: summer time? Write the stamps in UTC or standard time",
            f"；且 {jumps[0]} 前有间断：疑为夏令时，时标请用 UTC 或标准时",
        )
        if summer
        else ""
    )
    return say(
        f"{where}: hour {twice[0]} appears twice ({len(twice)} in all){hint}", f"{where}：时标重复：{twice[0]}（共 {len(twice)} 处）{hint}"
    )
