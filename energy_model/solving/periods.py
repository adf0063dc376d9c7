"""Which hours are modelled: the whole year, its first hours, or representative weeks."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.spatial.distance import cdist

from energy_model.solving.stamp import BlockPlan
from energy_model.study.horizon import Horizon, HorizonError

WEEK = 168
WEIGHTED = ", and its hours have weights of their own (weight_h of series.csv): write 'year'"
SCALING_ROUNDS = 30


def plan_blocks(horizon: Horizon, profiles: xr.Dataset, block_h: int) -> BlockPlan:
    """Blocks of the horizon, weighted so that yearly rows speak of a whole year.

    Parameters
    ----------
    horizon : Horizon
    profiles : Dataset
        Hourly profiles over the study; used to choose representative weeks.  ``weight_h`` (time), where the planner gives it, holds how
        many hours each hour stands for; a block has hours of one weight.
    block_h : int
        Preferred block length [h] for consecutive hours.

    Returns
    -------
    BlockPlan

    Raises
    ------
    HorizonError
        For typical weeks of a study that has fewer, or whose hours have weights of their own.
    """
    year = profiles.sizes["time"]
    if horizon.kind == "weeks":
        if max(horizon.n, horizon.of // WEEK) > year // WEEK or "weight_h" in profiles:
            raise HorizonError(f"horizon '{horizon}': the study has {year} h ({year // WEEK} weeks)" + WEIGHTED * ("weight_h" in profiles))
        first, share = representative_weeks(stood_for(profiles, horizon), horizon.n)
        return BlockPlan(WEEK, first, share * year / WEEK, np.arange(len(first)))
    hours = year if horizon.kind == "year" else min(horizon.n, year)
    weight = profiles.weight_h.to_numpy()[:hours] if "weight_h" in profiles else np.ones(hours)
    lengths = [n for n in range(min(block_h, hours), 0, -1) if hours % n == 0 and not np.diff(weight.reshape(-1, n)).any()]
    length = next((n for n in lengths if n % 24 == 0), lengths[0])
    blocks = hours // length
    return BlockPlan(
        length, np.arange(blocks) * length, weight[::length] * (year / hours), np.roll(np.arange(blocks), 1)
    )


def stood_for(profiles: xr.Dataset, horizon: Horizon) -> xr.Dataset:
    """The hours that typical weeks stand for: all, or the first ones that they are chosen from."""
    return profiles.isel(time=slice(horizon.of or None))


def representative_weeks(profiles: xr.Dataset, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose weeks by k-medoids on their hourly profiles; the clustering starts from evenly spread weeks, so it is reproducible.

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
        Share of the year each week stands for.
    """
    weeks = profiles.sizes["time"] // WEEK
    if not 1 <= n <= weeks:
        raise ValueError(f"weeks:{n} is not between 1 and {weeks}")
    parts = []
    for name in ("availability", "load_mw", "heat_mw"):
        values = profiles[name].to_numpy()[:, : weeks * WEEK]
        scale = np.maximum(values.std(axis=1, keepdims=True), 1e-9) * np.sqrt(values.shape[0])
        daily = (values / scale).reshape(values.shape[0], weeks, WEEK // 6, 6).mean(axis=3)
        parts.append(daily.transpose(1, 0, 2).reshape(weeks, values.shape[0] * WEEK // 6))
    feature = np.hstack(parts)
    distance = cdist(feature, feature)
    medoid = np.unique(np.linspace(0, weeks - 1, 2 * n + 1).round().astype(int)[1::2])
    for _ in range(100):
        owner = medoid[distance[:, medoid].argmin(axis=1)]
        better = np.array(
            [
                members[distance[np.ix_(members, members)].sum(axis=1).argmin()]
                for members in (np.flatnonzero(owner == k) for k in medoid)
            ]
        )
        if np.array_equal(better, medoid):
            break
        medoid = better
    owner = distance[:, medoid].argmin(axis=1)
    share = np.bincount(owner, minlength=len(medoid)) / weeks
    order = medoid.argsort()
    return medoid[order] * WEEK, share[order]


def with_yearly_energy(profiles: xr.Dataset, plan: BlockPlan, hours_stood_for: int = 0) -> xr.Dataset:
    """Profiles whose chosen hours, weighted, hold the energy of the year: each load, availability and heat series is scaled by one factor.

    Typical weeks are near the year in shape, but their sums may miss it by a tenth and more, which would misprice every yearly clause.
    Availability stays at or below 1; where that caps a windy hour, the others take the rest.

    Parameters
    ----------
    profiles : Dataset
        As `plan_blocks`.
    plan : BlockPlan
    hours_stood_for : int
        The weeks stand for the first so many hours, whose sums are blown up to the year; 0 for all.
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
