"""Levels of long-duration stores in the calendar weeks represented by typical weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from scipy.signal import lfilter

from energy_model.results.quantities import Quantities, column
from energy_model.solving.build import Problem
from energy_model.units import MWH_PER_GWH

FULLEST = "跨周储能为所代表各周中储量最高的一周 of carried stores: in the fullest calendar week that the typical week stands for"


def carried(problem: Problem) -> pd.DataFrame:
    """Stores whose level is carried from calendar week to calendar week; none over consecutive hours."""
    store = problem.system.store
    return store[store.long_duration & problem.plan.follows_weeks]


def start_levels(q: Quantities) -> np.ndarray:
    """Level at the start of each calendar week, shape (carried stores, weeks) [GWh]."""
    names, weeks = list(carried(q.problem).index), len(q.problem.plan.typical)
    return q.once("week_level", [(s, w + 1) for s in names for w in range(weeks)]).reshape(len(names), weeks)


def calendar_levels(q: Quantities) -> np.ndarray:
    """Level at the end of every hour of every calendar week: from its initial level and the operation of its typical week.

    Returns
    -------
    ndarray, shape (carried stores, weeks, hours) [GWh]
    """
    s, plan = carried(q.problem), q.problem.plan
    names, shape = list(s.index), (len(s), len(plan.start), plan.hours)
    gained = column(s.charge_efficiency_share) * q.of("charge", names) - q.of("discharge", names) / column(s.discharge_efficiency_share)
    kept = 1 - column(s.standing_loss_share_per_h)
    since = [lfilter([1.0], [1.0, -k], own, axis=-1) for (k,), own in zip(kept, gained.reshape(shape), strict=True)]
    left = kept ** np.arange(1, plan.hours + 1)
    return start_levels(q)[:, :, None] * left[:, None, :] + np.reshape(since, shape)[:, plan.typical]


def week_level_arrays(problem: Problem, primal: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Initial levels of the calendar weeks, and ``level_mwh`` as the level of the fullest week; empty if nothing is carried."""
    names, typical = list(carried(problem).index), problem.plan.typical
    if not names:
        return {}
    q, hours = Quantities(problem, primal), problem.plan.hours
    levels = calendar_levels(q) * MWH_PER_GWH
    fullest = [levels[:, typical == k].max(axis=1) for k in range(len(problem.plan.start))]
    level = data.level_mwh.copy()
    level.loc[{"store": names}] = np.concatenate(fullest, axis=1)
    level.attrs["comment"] = FULLEST
    week = np.arange(len(typical))
    coords = {
        "carried_store": np.array(names, "U"),
        "calendar_week": week + 1,
        "week_start": ("calendar_week", problem.profiles.time.to_numpy()[week * hours]),
        "typical_week_start": ("calendar_week", problem.profiles.time.to_numpy()[problem.plan.start[typical]]),
    }
    start = xr.DataArray(start_levels(q) * MWH_PER_GWH, coords, ("carried_store", "calendar_week"))
    return {"level_mwh": level, "week_start_level_mwh": start}


def week_levels(data: xr.Dataset) -> pd.DataFrame:
    """Level of each carried store at the start of each calendar week [MWh], and the typical week that represents it.

    Parameters
    ----------
    data : Dataset
        Of typical weeks with carried stores: it has ``week_start_level_mwh``.
    """
    start = data.week_start_level_mwh
    rows = start.to_dataframe(name="level_mwh").reset_index().rename(columns={"carried_store": "store"})
    for name in ("week_start", "typical_week_start"):
        rows[name] = rows[name].dt.strftime("%Y-%m-%d %H:%M")
    return rows[["store", "calendar_week", "week_start", "typical_week_start", "level_mwh"]]
