"""Values of a plan by name, by hour, block or year, independent of the rows of the LP."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.solving.build import Problem
from energy_model.solving.magnitude import power_gw
from energy_model.solving.stamp import YEARLY
from energy_model.units import TJ_PER_GWH


class Quantities:
    """Values of the columns by name, hour by hour [GW, GWh, TJ, kt].

    Parameters
    ----------
    problem : Problem
    primal : ndarray, shape (columns,)

    Attributes
    ----------
    power_gw : float
        Largest hourly load, which differences of power are compared with.
    amount : float
        What differences of yearly amounts are compared with at least: a thousand hours of the largest load.
    """

    def __init__(self, problem: Problem, primal: np.ndarray) -> None:
        self.problem, self.primal = problem, primal
        self.power_gw = power_gw(problem.lp)
        self.amount = YEARLY * self.power_gw
        plan = problem.plan
        self.hours = plan.hour_index.size
        self.weight = np.repeat(plan.weight, plan.hours)

    def of(self, family: str, labels: list, every_h: int = 1) -> np.ndarray:
        """Hourly values, shape (labels, hours); the value of a step applies to all its hours, missing ones are 0."""
        names, ids = self.problem.lp.column_ids.get(family, ([], np.empty((0, 0, 0), np.int64)))
        place = {name: i for i, name in enumerate(names)}
        length = self.problem.plan.hours // every_h
        found = np.zeros((len(labels), self.hours))
        for i, label in enumerate(labels):
            key = label if isinstance(label, tuple) else (label,)
            if key in place:
                own = ids[place[key]][:, -length:]  # without what stands before the block
                found[i] = np.repeat(np.where(own >= 0, self.primal[own], 0.0).ravel(), every_h)
        return found

    def by_block(self, family: str, labels: list) -> np.ndarray:
        """Hourly values of block decisions, shape (labels, hours)."""
        return self.of(family, labels, self.problem.plan.hours)

    def once(self, family: str, labels: list) -> np.ndarray:
        """Yearly values, such as capacities, shape (labels,)."""
        names, ids = self.problem.lp.column_ids.get(family, ([], np.empty(0, np.int64)))
        place = {name: i for i, name in enumerate(names)}
        keys = [label if isinstance(label, tuple) else (label,) for label in labels]
        return np.array([self.primal[ids[place[k]]] if k in place else 0.0 for k in keys], float)

    def yearly(self, hourly: np.ndarray) -> np.ndarray:
        """Weighted sum over the hours."""
        return hourly @ self.weight

    def steps(self, family: str, labels: list) -> np.ndarray:
        """Weighted sum over commitment steps of per-step values."""
        return self.yearly(self.of(family, labels, self.problem.step_h)) / self.problem.step_h

    def boiler_load(self) -> np.ndarray:
        """Output of the clusters before heat is extracted [GW]: minimum load and what is above, less deep peak shaving."""
        g, tier = self.problem.system.thermal, self.problem.system.deep_tier
        load = column(g.min_load_share) * self.of("online", list(g.index), self.problem.step_h) + self.of("above_minimum", list(g.index))
        np.subtract.at(load, g.index.get_indexer(tier.index.get_level_values(0)), self.of("below_minimum", list(tier.index)))
        return load

    def thermal_power(self) -> np.ndarray:
        """Net output of the clusters [GW]."""
        g = self.problem.system.thermal
        return self.boiler_load() - column(g.power_loss_per_heat.where(g.is_chp, 0.0)) * self.of("chp_heat", list(g.index))

    def profile(self, name: str, dim: str, labels: list) -> np.ndarray:
        """Hourly profile, shape (labels, hours)."""
        p = self.problem.profiles
        place = pd.Index(p[dim].to_numpy()).get_indexer(pd.Index(labels))
        return p[name].to_numpy()[place][:, self.problem.plan.hour_index.ravel()]

    def in_month(self) -> np.ndarray:
        """Share of each block's hours in each month, counted apart from that of the model's rows, shape (blocks, 12)."""
        month = self.problem.profiles.indexes["time"].month.to_numpy()[self.problem.plan.hour_index]
        return (month[:, :, None] == np.arange(1, 13)).mean(axis=1)


def column(values: pd.Series) -> np.ndarray:
    """Column vector of a table's column."""
    return values.to_numpy(float)[:, None]


def available(q: Quantities) -> np.ndarray:
    """Available output of the feeds [GW]."""
    y = q.problem.system
    offered = q.profile("availability", "resource", list(y.resource.series)) * q.once("capacity_renewable", list(y.resource.index))[:, None]
    found = np.zeros((len(y.feed), q.hours))
    np.add.at(found, y.feed.index.get_indexer(y.resource.feed), offered)
    return found


def fuel_tj(q: Quantities) -> np.ndarray:
    """Fuel burnt by each user of coal in each hour [TJ], shape (fuel users, hours)."""
    y = q.problem.system
    g, coal = y.thermal, y.boiler[y.boiler.kind == "coal_boiler"]
    heated = TJ_PER_GWH * q.of("boiler_heat", list(coal.index)) / column(coal.efficiency_share)
    place = pd.Index([*g.index, *coal.index]).get_indexer(y.fuel_user.index)
    return np.concatenate([thermal_fuel_tj(q), heated])[place]


def thermal_fuel_tj(q: Quantities) -> np.ndarray:
    """Fuel burnt by each cluster in each hour [TJ], that of starts in the first hour of their step; shape (clusters, hours)."""
    g, step = q.problem.system.thermal, q.problem.step_h
    online, idle = q.of("online", list(g.index), step), column(g.no_load_fuel_share)
    started = q.of("started", list(g.index), step) * (np.arange(q.hours) % step == 0)
    return column(g.heat_rate) * ((1 - idle) * q.boiler_load() + idle * online) + column(g.start_fuel) * started


def coal_pairs(q: Quantities) -> pd.Series:
    """Coal by (mine, user) [TJ]."""
    supply = q.problem.system.supply
    return pd.Series(q.once("coal", list(supply.index)), index=supply.index, dtype=float)


def other_coal_pairs(q: Quantities) -> pd.Series:
    """Coal by (mine, other user) [kt]."""
    pairs = list(q.problem.lp.column_ids.get("other_coal", ([], None))[0])
    index = pd.MultiIndex.from_tuples(pairs) if pairs else pd.MultiIndex.from_arrays([[], []])
    return pd.Series(q.once("other_coal", pairs), index=index, dtype=float)


def carried_kt(q: Quantities) -> pd.Series:
    """Coal that leaves each mine in the year, to plants, boilers and other users [kt]; without what its dryers take."""
    burnt = (coal_pairs(q) * q.problem.system.supply.kt_per_tj).groupby(level=0).sum()
    return burnt.add(other_coal_pairs(q).groupby(level=0).sum(), fill_value=0.0)
