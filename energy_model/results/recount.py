"""Recount of a plan from tables, profiles and quantities, without any row or coefficient of the LP.

The certificate proves a solution of the LP it is given. Here balances, limits, clauses and accounts are computed from the system's
tables, the hourly profiles and the values of the columns by name, so that a missing constraint family, a wrong weight or a missing cost
is detected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.language import say
from energy_model.results.certificate import CertificateError
from energy_model.results.component import largest
from energy_model.results.components import RESULTS
from energy_model.results.quantities import Quantities, available, carried_kt, coal_pairs, column, fuel_tj
from energy_model.results.recount_clauses import clauses
from energy_model.results.recount_costs import costs
from energy_model.results.week_levels import calendar_levels, carried, start_levels
from energy_model.solving.build import Problem
from energy_model.solving.magnitude import money_mcny
from energy_model.units import GW_PER_MW
from energy_model.weather.contract_curves import contract_shares

AGREES = 1e-6
"""Largest difference: of power per the largest hourly load, of a yearly amount per a thousand hours of that or per its size, of an account
per the whole cost."""


@dataclass(frozen=True)
class Recount:
    """Largest difference of everything recomputed.

    Attributes
    ----------
    balances : dict of str to float
        By balance or limit: power in GW, yearly amounts relative.
    accounts : dict of str to float
        Difference of each category of the cost, per the sum of all.
    power_gw : float
        Largest hourly load, which power is compared with.
    """

    balances: dict[str, float]
    accounts: dict[str, float]
    power_gw: float

    @property
    def worst(self) -> str:
        """Name of the largest difference."""
        found = self._shares()
        return max(found, key=lambda name: found[name])

    @property
    def largest(self) -> float:
        """The largest difference."""
        return float(np.max(list(self._shares().values())))  # NaN where any is

    def _shares(self) -> dict[str, float]:
        power = {name: v / self.power_gw for name, v in self.balances.items() if name.endswith(("_gw", "_gwh"))}
        return self.balances | power | self.accounts

    def as_dict(self) -> dict:
        """Plain values for the manifest."""
        return {"largest_difference": self.largest, "worst": self.worst, "limit": AGREES, "balances": self.balances}

    def require(self) -> None:
        """Refuse a plan that does not agree.

        Raises
        ------
        CertificateError
        """
        if not self.largest <= AGREES:
            raise CertificateError(
                say(
                    f"The recount of the plan from the tables differs in {self.worst}: {self.largest:.2e}, allowed "
                    f"{AGREES:.0e}; nothing was written.",
                    f"按输入表复算，{self.worst} 不一致：{self.largest:.2e}，允许 {AGREES:.0e}；未写出结果。",
                )
            )


def recount(problem: Problem, primal: np.ndarray, accounts: dict[str, float]) -> Recount:
    """Recompute a plan.

    Parameters
    ----------
    problem : Problem
    primal : ndarray, shape (columns,)
        Its solution.
    accounts : dict of str to float
        Cost by category as it will be written [MCNY].

    Returns
    -------
    Recount
    """
    q = Quantities(problem, primal)
    found = costs(q)
    size = max(money_mcny(problem.lp, 0.0), sum(abs(v) for v in accounts.values()))
    difference = {name: abs(accounts.get(name, 0.0) - found.get(name, 0.0)) / size for name in accounts.keys() | found.keys()}
    return Recount(balances(q), difference, q.power_gw)


def balances(q: Quantities) -> dict[str, float]:
    """Largest residual of every balance, and largest excess over every limit."""
    own = [r.balances for r in RESULTS if r.balances]
    checks = (_nodes, _heat, _stores, _limits, _fuel, _smelters, _contracts, clauses, *own)
    return {name: float(value) for check in checks for name, value in check(q).items()}


def _nodes(q: Quantities) -> dict[str, float]:
    y = q.problem.system
    net = np.zeros((len(y.bus), q.hours))

    def add(bus: pd.Series, power: np.ndarray) -> None:
        place = y.bus.index.get_indexer(bus)
        np.add.at(net, place[place >= 0], np.asarray(power)[place >= 0])

    line = y.corridor
    forward, backward, loss = (q.of(f, list(line.index)) for f in ("flow_forward", "flow_backward", "loss"))
    kept = 1 - column(line.loss_share)
    power = y.store[y.store.kind != "heat_store"]
    electric = y.boiler[y.boiler.kind == "electric_boiler"]
    inside = list(y.bus.index[~y.bus.market])
    add(y.thermal.node, q.thermal_power())
    add(y.feed.bus, q.of("renewable_power", list(y.feed.index)))
    add(power.node, q.of("discharge", list(power.index)) - q.of("charge", list(power.index)))
    add(line.to_bus, kept * forward - backward - loss / 2)
    add(line.from_bus, kept * backward - forward - loss / 2)
    add(pd.Series(inside), q.of("shed", inside) - q.profile("load_mw", "node", inside) * GW_PER_MW)
    add(y.smelter.node, q.of("potline_shed", list(y.smelter.index)) - q.of("smelter_power", list(y.smelter.index)))
    add(electric.node, -q.of("boiler_heat", list(electric.index)) / column(electric.efficiency_share))
    add(y.contract.market, -q.of("delivered", list(y.contract.index)))
    for part in [r.net_electricity for r in RESULTS if r.net_electricity]:
        add(*part(q))
    return {"electricity_gw": largest(np.abs(net))}


def _heat(q: Quantities) -> dict[str, float]:
    y = q.problem.system
    chp, tank = y.thermal[y.thermal.is_chp], y.store[y.store.kind == "heat_store"]
    worst = 0.0
    for area in y.heat_area.index:
        supply = q.of("heat_shed", [area])[0] - q.profile("heat_mw", "heat_area", [area])[0] * GW_PER_MW
        supply += q.of("chp_heat", list(chp.index[chp.heat_area == area])).sum(axis=0)
        supply += q.of("boiler_heat", list(y.boiler.index[y.boiler.heat_area == area])).sum(axis=0)
        own = list(tank.index[tank.heat_area == area])
        supply += (q.of("discharge", own) - q.of("charge", own)).sum(axis=0)
        worst = max(worst, largest(np.abs(supply)))
    return {"heat_gw": worst}


def _stores(q: Quantities) -> dict[str, float]:
    s, plan = q.problem.system.store, q.problem.plan
    names, shape = list(s.index), (len(s), len(plan.start), plan.hours)
    level = q.of("level", names).reshape(shape)
    before = np.concatenate([level[:, plan.previous, -1:], level[:, :, :-1]], axis=2)
    own = s.index.get_indexer(carried(q.problem).index)  # they do not close in their block
    before[own, :, 0] = q.once("typical_highest", [(names[i], k) for i in own for k in range(shape[1])]).reshape(len(own), shape[1])
    kept = (1 - column(s.standing_loss_share_per_h)[:, :, None]) * before
    start = s.start_level.to_numpy(float)[:, None, None] * np.ones(shape)
    begins = (plan.hour_index == 0)[None] & ~np.isnan(start)
    kept = np.where(begins, start, kept)
    drawn = (q.of("discharge", names) / column(s.discharge_efficiency_share)).reshape(shape)
    gained = (column(s.charge_efficiency_share) * q.of("charge", names)).reshape(shape) - drawn
    stock = np.where(begins, start, before)[s.from_stock.to_numpy()]
    found = {
        "stored_gwh": largest(np.abs(level - kept - gained)),
        "stock_gwh": largest(drawn[s.from_stock.to_numpy()] - stock),
    } | _durations(q)
    return found | (_carried(q) if len(own) else {})


def _durations(q: Quantities) -> dict[str, float]:
    """Excess of the volume of stores over bounds on its hours at full power."""
    s = q.problem.system.store
    power, volume = (q.once(f"capacity_store_{of}", list(s.index)) for of in ("power", "energy"))
    least, most = s.min_duration_h.to_numpy(float) * power, s.max_duration_h.fillna(np.inf).to_numpy(float) * np.maximum(power, 1e-12)
    return {"duration_gwh": max(largest(least - volume), largest(volume - most))}


def _carried(q: Quantities) -> dict[str, float]:
    """Levels in all hours of all calendar weeks: each week starts at the final level of the previous one; none overflows or runs empty."""
    levels, volume = calendar_levels(q), q.once("capacity_store_energy", list(carried(q.problem).index))
    return {
        "week_start_gwh": largest(np.abs(start_levels(q) - np.roll(levels[:, :, -1], 1, axis=1))),
        "week_level_gwh": max(largest(levels - volume[:, None, None]), largest(-levels)),
    }


def _limits(q: Quantities) -> dict[str, float]:
    """Excess of hourly power over capacity and availability."""
    y, p = q.problem.system, q.problem.profiles
    g, s, line, b = y.thermal, y.store, y.corridor, y.boiler
    step = q.problem.step_h
    online = q.of("online", list(g.index), step)
    held = q.by_block("on_maintenance", list(g.index))
    capacity = {k: q.once(f"capacity_{k}", list(t.index))[:, None] for k, t in
                (("thermal", g), ("store_power", s), ("store_energy", s), ("corridor", line), ("boiler", b))}  # fmt: skip
    out = pd.DataFrame(0.0, index=line.index, columns=range(q.hours))
    if p.sizes.get("outaged"):
        out.loc[p.outaged.to_numpy()] = p.corridor_outage_gw.to_numpy()[:, q.problem.plan.hour_index.ravel()]
    traffic = q.of("flow_forward", list(line.index)) + q.of("flow_backward", list(line.index))
    inside = list(y.bus.index[~y.bus.market])
    return {
        "online_gw": largest(online - column(g.online_share) * capacity["thermal"] + held),
        "maintenance_gw": largest(_moved_within_months(q, held)),
        "output_gw": largest(q.of("above_minimum", list(g.index)) - (1 - column(g.min_load_share)) * online),
        "wind_and_sun_gw": largest(q.of("renewable_power", list(y.feed.index)) - available(q)),
        "store_power_gw": largest(q.of("charge", list(s.index)) + q.of("discharge", list(s.index)) - capacity["store_power"]),
        "store_level_gwh": largest(q.of("level", list(s.index)) - capacity["store_energy"]),
        "boiler_gw": largest(q.of("boiler_heat", list(b.index)) - capacity["boiler"]),
        "corridor_gw": largest(traffic - column(line.usable) * (capacity["corridor"] - out.to_numpy()) * _rating(q, line)),
        "shed_gw": largest(q.of("shed", inside) - q.profile("load_mw", "node", inside) * GW_PER_MW),
    }


def _moved_within_months(q: Quantities, held: np.ndarray) -> np.ndarray:
    """Change of capacity under maintenance from a block to the next, but for months that begin; where it is scheduled by the month [GW]."""
    plan = q.problem.plan
    if not q.problem.system.options.maintenance.by_month:
        return np.zeros(0)
    time, out = q.problem.profiles.indexes["time"][plan.hour_index.ravel()], held[:, :: plan.hours]
    begins = ((time.day == 1) & (time.hour == 0)).reshape(plan.hour_index.shape).any(axis=1)
    return np.abs(out - out[:, plan.previous])[:, ~begins]


def _rating(q: Quantities, line: pd.DataFrame) -> np.ndarray:
    """Share of the usable capacity that each hour allows, shape (corridors, hours)."""
    share = np.ones((len(line), q.hours))
    for i, series in enumerate(line.rating_series):
        if isinstance(series, str):
            share[i] = q.profile("availability", "resource", [series])[0]
    return share


def _fuel(q: Quantities) -> dict[str, float]:
    y = q.problem.system
    used = pd.Series(q.yearly(fuel_tj(q)), index=y.fuel_user.index)
    delivered = coal_pairs(q).groupby(level=1).sum().reindex(used.index, fill_value=0.0)
    dug = carried_kt(q)
    limit = y.mine.capacity_kt_per_year.reindex(dug.index)
    return {
        "fuel": largest((np.abs(used - delivered) / np.maximum(q.amount, used)).to_numpy()),
        "mines": largest(((dug - limit) / np.maximum(q.amount, limit)).to_numpy()),
    }


def _smelters(q: Quantities) -> dict[str, float]:
    """Daily energy of potlines before shedding: their rated power, mean of the day [GW]."""
    k = q.problem.system.smelter
    days = q.hours // 24 * 24
    if not len(k) or (q.problem.plan.hours % 24 and len(q.problem.plan.start) > 1):
        return {"potlines_gw": 0.0}
    mean = q.of("smelter_power", list(k.index))[:, :days].reshape(len(k), -1, 24).mean(axis=2)
    return {"potlines_gw": largest(np.abs(mean - column(k.rated)))}


def _contracts(q: Quantities) -> dict[str, float]:
    y = q.problem.system
    x, bilateral = y.contract, y.bilateral[y.bilateral.kind == "physical"]
    delivered, power = q.of("delivered", list(x.index)), q.once("capacity_contract", list(x.index))
    hour = np.arange(q.hours) % q.problem.plan.hours % 24
    shape = np.array([np.asarray(h, float)[hour] for h in x.hours]).reshape(len(x), q.hours)
    year = q.problem.profiles.indexes["time"]
    shape[x.index.get_indexer(y.scheduled_contract)] = contract_shares(y, year)[:, q.problem.plan.hour_index.ravel()]
    shape = shape * power[:, None]
    off = np.where(_is_free(x), np.maximum(delivered - shape, 0.0), np.abs(delivered - shape))
    energy, least = q.yearly(delivered), x.min_gwh_per_year.to_numpy(float)
    most = x.max_gwh_per_year.fillna(np.inf).to_numpy(float)
    sold = q.yearly(q.of("sold", list(bilateral.index)))
    owed = bilateral.energy_gwh_per_year.to_numpy(float) - sold
    return {
        "delivery_gw": largest(off),
        "contract_energy": max(largest((least - energy) / np.maximum(q.amount, least)), largest((energy - most) / q.amount)),
        "bilateral_energy": largest(owed / np.maximum(q.amount, sold)),
    }


def _is_free(x: pd.DataFrame) -> np.ndarray:
    return (x["shape"] == "free").to_numpy()[:, None]
