"""The hours modelled: the whole year, its first hours, or typical weeks."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.spatial.distance import cdist

from energy_model.labels import Label
from energy_model.language import say
from energy_model.solving.stamp import BlockPlan
from energy_model.study.horizon import Horizon, HorizonError
from energy_model.study.series import WEIGHT, weight_of
from energy_model.units import HOURS_PER_WEEK

WEIGHTED = Label(
    "，且各小时自带权重（series.csv 的 weight_h）：请写 'year'",
    ", and its hours have weights of their own (weight_h of series.csv): write 'year'",
)
PERIODS = Label("，为代表性时段（[time] period_h）：请写 'year'", ", which are representative periods ([time] period_h): write 'year'")
SCALING_ROUNDS = 30
FIRST_EXTREME = 6
"""From so many typical weeks on, up to three of them are extreme ones; fewer have no week to spare from standing for the others."""


def plan_blocks(horizon: Horizon, profiles: xr.Dataset, block_h: int, period_h: int = 0) -> BlockPlan:
    """Blocks of the horizon, weighted so that yearly rows refer to a whole year: its first hours have the weight of all.

    Parameters
    ----------
    horizon : Horizon
    profiles : Dataset
        Hourly profiles over the study; used to choose representative weeks.  ``weight_h`` (time), where the planner gives it, holds how
        many hours each hour represents; a block has hours of one weight.
    block_h : int
        Preferred block length [h] for consecutive hours.
    period_h : int
        Length of a representative period [h], each a block that closes in itself; 0 where the hours follow one another.

    Returns
    -------
    BlockPlan

    Raises
    ------
    HorizonError
        For typical weeks of a study that has fewer, or whose hours have weights of their own or are representative periods, and for hours
        that are no whole periods.
    """
    year = profiles.sizes["time"]
    if horizon.kind == "weeks":
        if max(horizon.n, horizon.of // HOURS_PER_WEEK) > year // HOURS_PER_WEEK or WEIGHT in profiles or period_h:
            own = [words for words, found in ((WEIGHTED, WEIGHT in profiles), (PERIODS, bool(period_h))) if found]
            has = say(
                f"horizon '{horizon}': the study has {year} h ({year // HOURS_PER_WEEK} weeks)",
                f"时段 '{horizon}'：研究共 {year} 小时（{year // HOURS_PER_WEEK} 周）",
            )
            raise HorizonError(has + "".join(say(words.en, words.zh) for words in own))
        first, share, typical = representative_weeks(stood_for(profiles, horizon), horizon.n)
        return BlockPlan(HOURS_PER_WEEK, first, share * year / HOURS_PER_WEEK, np.arange(len(first)), typical)
    hours = year if horizon.kind == "year" else min(horizon.n, year)
    given = weight_of(profiles, year)
    weight = given[:hours] * (given.sum() / given[:hours].sum())
    if period_h:
        return _periods(weight, period_h)
    lengths = [n for n in range(min(block_h, hours), 0, -1) if hours % n == 0 and not np.diff(weight.reshape(-1, n)).any()]
    length = next((n for n in lengths if n % 24 == 0), lengths[0])
    blocks = hours // length
    return BlockPlan(length, np.arange(blocks) * length, weight[::length], np.roll(np.arange(blocks), 1))


def _periods(weight: np.ndarray, period_h: int) -> BlockPlan:
    """Representative periods of equal length, each closed in itself, from the hours of the year that each hour represents [h]."""
    if len(weight) % period_h:
        whole = len(weight) // period_h * period_h
        raise HorizonError(
            say(
                f"{len(weight)} h are no whole periods of {period_h} h ([time] period_h): take {whole} or {whole + period_h} h",
                f"{len(weight)} 小时不是代表性时段（{period_h} 小时，[time] period_h）的整数倍：请取 {whole} 或 {whole + period_h} 小时",
            )
        )
    by_period = weight.reshape(-1, period_h)
    if (spread := np.flatnonzero(np.ptp(by_period, axis=1) > 0)).size:
        raise HorizonError(
            say(
                f"period {spread[0] + 1} has hours of unlike weight: give its {period_h} h one weight_h in series.csv",
                f"第 {spread[0] + 1} 个代表性时段内权重不一：请在 series.csv 中使其 {period_h} 小时的 weight_h 相同",
            )
        )
    return BlockPlan(period_h, np.arange(len(by_period)) * period_h, by_period[:, 0], np.arange(len(by_period)))


def stood_for(profiles: xr.Dataset, horizon: Horizon) -> xr.Dataset:
    """The hours represented by typical weeks: all, or the first ones from which they are chosen."""
    return profiles.isel(time=slice(horizon.of or None))


def representative_weeks(profiles: xr.Dataset, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Choose weeks by k-medoids on their hourly profiles, and from `FIRST_EXTREME` weeks on also the extreme ones.

    Extreme weeks represent themselves alone; medoids represent all others.  The clustering starts from evenly spread weeks, so it is
    reproducible.

    Parameters
    ----------
    profiles : Dataset
        ``availability`` (resource, time), ``load_mw`` (node, time), ``heat_mw`` (heat_area, time).
    n : int
        Number of weeks, 1 to 52.

    Returns
    -------
    start : ndarray of int, shape (n,)
        First hour of each chosen week, ascending.
    share : ndarray, shape (n,)
        Share of the year each week represents.
    typical : ndarray of int, shape (weeks,)
        Position in `start` of the week that represents each calendar week, in their order.  A year has 52 whole weeks and a day more: the
        day is in the shares, not here.
    """
    weeks = profiles.sizes["time"] // HOURS_PER_WEEK
    if not 1 <= n <= weeks:
        raise ValueError(f"weeks:{n} is not between 1 and {weeks}")
    extreme = extreme_weeks(profiles) if n >= FIRST_EXTREME else []
    parts = []
    for name in ("availability", "load_mw", "heat_mw"):
        values = profiles[name].to_numpy()[:, : weeks * HOURS_PER_WEEK]
        scale = np.maximum(values.std(axis=1, keepdims=True), 1e-9) * np.sqrt(values.shape[0])
        daily = (values / scale).reshape(values.shape[0], weeks, HOURS_PER_WEEK // 6, 6).mean(axis=3)
        parts.append(daily.transpose(1, 0, 2).reshape(weeks, values.shape[0] * HOURS_PER_WEEK // 6))
    usual = np.setdiff1d(np.arange(weeks), extreme)
    medoid, owner = _medoids(np.hstack(parts)[usual], n - len(extreme))
    chosen = np.r_[usual[medoid], np.array(extreme, int)]
    stands = np.empty(weeks, np.int64)  # chosen week by calendar week
    stands[usual], stands[extreme] = usual[owner], extreme
    chosen.sort()
    typical = np.searchsorted(chosen, stands)
    return chosen * HOURS_PER_WEEK, np.bincount(typical, minlength=n) / weeks, typical


def extreme_weeks(profiles: xr.Dataset) -> list[int]:
    """Weeks that size a plan, each once, the most important first.

    That of the largest residual load (load over its peak minus mean availability of wind and solar), that of the least wind and solar, and
    that of the largest heat load.

    Parameters
    ----------
    profiles : Dataset
        As `representative_weeks`.
    """
    weeks = profiles.sizes["time"] // HOURS_PER_WEEK

    def by_week(name: str) -> np.ndarray:
        values = profiles[name].to_numpy()[:, : weeks * HOURS_PER_WEEK]
        return (values.sum(axis=0) if len(values) else np.zeros(weeks * HOURS_PER_WEEK)).reshape(weeks, HOURS_PER_WEEK)

    load, offer, heat = by_week("load_mw"), by_week("availability") / max(1, profiles.sizes["resource"]), by_week("heat_mw")
    found = [int((load / max(load.max(), 1e-9) - offer).max(axis=1).argmax())]
    found += [int(offer.sum(axis=1).argmin())] if offer.any() else []
    found += [int(heat.max(axis=1).argmax())] if heat.any() else []
    return list(dict.fromkeys(found))


def _medoids(feature: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Medoids of rows of features, and the medoid representing each row; among equal rows each medoid represents at least itself."""
    rows = len(feature)
    distance = cdist(feature, feature)
    np.fill_diagonal(distance, -1.0)

    def owner(medoid: np.ndarray) -> np.ndarray:
        return medoid[distance[:, medoid].argmin(axis=1)]

    medoid = np.unique(np.linspace(0, rows - 1, 2 * n + 1).round().astype(int)[1::2])
    for _ in range(100):
        groups = [np.flatnonzero(owner(medoid) == k) for k in medoid]
        better = np.array([members[distance[np.ix_(members, members)].sum(axis=1).argmin()] for members in groups])
        if np.array_equal(better, medoid):
            break
        medoid = better
    return medoid, owner(medoid)


def as_solved(profiles: xr.Dataset, plan: BlockPlan, horizon: Horizon) -> xr.Dataset:
    """Profiles with which a horizon is solved: typical weeks scaled to the energy of the year, consecutive hours as they are."""
    return with_yearly_energy(profiles, plan, horizon.of) if horizon.kind == "weeks" else profiles


def with_yearly_energy(profiles: xr.Dataset, plan: BlockPlan, hours_stood_for: int = 0) -> xr.Dataset:
    """Profiles whose chosen weighted hours hold the energy of the year: one factor per load, availability and heat series.

    Typical weeks are near the year in shape, but their sums may miss it by a tenth and more, which would misprice every yearly clause.
    Availability stays at or below 1; where that caps a windy hour, the others take the rest.

    Parameters
    ----------
    profiles : Dataset
        As `plan_blocks`.
    plan : BlockPlan
    hours_stood_for : int
        The weeks represent the first so many hours, whose sums are blown up to the year; 0 for all.
    """
    year = profiles.sizes["time"]
    part_h = hours_stood_for or year
    hours = plan.hour_index.ravel()
    weight = np.repeat(plan.weight, plan.hours)
    found = {}
    for name, most in (("load_mw", np.inf), ("availability", 1.0), ("heat_mw", np.inf)):
        values = profiles[name].to_numpy().astype(float)
        target, part = values[:, :part_h].sum(axis=1) * (year / part_h), values[:, hours].copy()
        for _ in range(SCALING_ROUNDS):
            now = part @ weight * year / (weight.sum())
            part = np.minimum(most, part * np.divide(target, now, out=np.ones_like(now), where=now > 0)[:, None])
        values[:, hours] = part
        found[name] = (profiles[name].dims, values, profiles[name].attrs)
    return profiles.assign(found)
