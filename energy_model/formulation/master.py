"""The investment master: capacities, yearly totals, coal, clauses; joined to the blocks by capacities and ledgers."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation import (
    adequacy,
    bilateral,
    clauses,
    coal,
    corridors,
    exports,
    maintenance,
    microgrids,
    renewables,
    storage,
    thermal,
)
from energy_model.formulation.adequacy import Adequacy
from energy_model.formulation.block import _group, columns_of
from energy_model.formulation.equation import add
from energy_model.study.system import UNLIMITED_GW, System

FAMILIES = (
    coal.fuel_balance,
    coal.other_coal_balance,
    coal.mine_limit,
    clauses.clause_at_least,
    clauses.clause_at_most,
    renewables.land_limit,
    thermal.retrofit_limit,
    exports.contract_minimum,
    exports.contract_maximum,
    microgrids.exchange_limit,
    microgrids.self_supply,
    storage.store_duration,
    storage.week_balance,
    storage.highest_start,
    storage.lowest_start,
    corridors.whole_circuits,
    bilateral.bilateral_energy,
    maintenance.maintenance_done,
    adequacy.firm_by_power,
    adequacy.firm_by_energy,
)
LARGEST_STORE_H = 12.0
"""Bound on hours of storage that are sized apart from power; far above what batteries are built with."""
LARGEST_LONG_STORE_H = 1000.0
"""The same for long-duration stores: six weeks at full power."""
LARGEST_EXCESS = 1e6
"""Bound on how far a soft ceiling is exceeded [GW, GWh, kt]; far above anything a region can reach."""


@dataclass(frozen=True)
class YearlyData:
    """Sums of the hourly data over the weighted horizon.

    Attributes
    ----------
    full_load_h : Series
        Available full-load hours by resource [GWh/GW].
    load_gwh : Series
        Yearly load by node, smelters not included [GWh].
    hours_h : float
        Hours of the year.
    adequacy : Adequacy
        Peak loads and capacity credits; empty without a clause on the reserve margin.
    typical : ndarray of int, shape (weeks,)
        Block that stands for each calendar week; empty over consecutive hours.
    block_h : int
        Length of a block [h].
    """

    full_load_h: pd.Series
    load_gwh: pd.Series
    hours_h: float
    adequacy: Adequacy = field(default_factory=Adequacy)
    typical: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    block_h: int = 0


def investment_master(system: System, yearly: YearlyData) -> pyo.ConcreteModel:
    """Build the master: one copy a year, whatever the number of blocks.

    Parameters
    ----------
    system : System
    yearly : YearlyData

    Returns
    -------
    ConcreteModel
        Columns ``capacity_*`` carry the names of the block's; ``total_*`` are the weighted sums of the block's ``ledger_*``;
        ``typical_*`` of block k those of the block, with k at the end of the index.
    """
    m = pyo.ConcreteModel("investment_master")
    _sets(m, system, yearly)
    _columns(m, system)
    for family in FAMILIES:
        add(m, family)
    m.account = pyo.Set(initialize=list(costs := yearly_cost(m)))
    m.account_cost = pyo.Objective(m.account, rule=lambda m, name: costs[name])  # the objective is their sum
    return m


def _sets(m: pyo.ConcreteModel, y: System, yearly: YearlyData) -> None:
    c = y.clause
    tables = dict(
        g=y.thermal,
        r=y.resource,
        f=y.feed,
        s=y.store,
        b=y.boiler,
        l=y.corridor,
        x=y.contract,
        k=y.smelter,
        mg=y.microgrid,
        i=y.mine,
        v=y.coal_user,
        p=y.supply,
        bi=y.bilateral,
        c=c,
    )
    for short, table in tables.items():
        setattr(m, short, columns_of(table))
    m.price = y.price
    m.full_load_h = yearly.full_load_h.to_dict()
    m.microgrid_of = y.bus.microgrid.to_dict()
    m.retrofits_of = retrofits_of(y.thermal)
    m.hours_of_year = yearly.hours_h
    rated = y.smelter.groupby("node").rated.sum() * yearly.hours_h
    load = yearly.load_gwh.add(rated, fill_value=0)
    m.node_load_gwh = load.to_dict()
    m.microgrid_load_gwh = load.groupby(y.bus.microgrid.reindex(load.index)).sum().to_dict()

    index = {
        "thermal": y.thermal.index,
        "resource": y.resource.index,
        "feed": y.feed.index,
        "store": y.store.index,
        "boiler": y.boiler.index,
        "corridor": y.corridor.index,
        "contract": y.contract.index,
        "coal_boiler": y.boiler.index[y.boiler.kind == "coal_boiler"],
        "limited_contract": y.contract.index[y.contract.max_gwh_per_year.notna()],
        "metered": y.microgrid.index[y.microgrid.tie_limit_gwh_per_year.notna() & y.microgrid.index.isin(y.corridor.tie_of)],
        "self_supplied": y.microgrid.index[y.microgrid.self_supply_share > 0],
        "delivered_bilateral": y.bilateral.index[y.bilateral.kind == "physical"],
        "fixed_duration": y.store.index[y.store.duration_h.notna()],
        "retrofitted": list(m.retrofits_of),
        "melting": y.smelter.index if y.asks_for_aluminium else [],
        "reinforced": y.corridor.index[(y.corridor.max_new > 0) & (y.options.network.circuits == "integer")],
        "maintained": y.thermal.index[(y.thermal.planned_outage_share > 0) & y.options.maintenance.scheduled],
        "credited_store": y.store.index.intersection(yearly.adequacy.credit.index),
        "carried_store": y.store.index[y.store.long_duration & (len(yearly.typical) > 0)],
        "fuel_user": y.fuel_user.index,
        "mine": y.mine.index,
        "coal_user": y.coal_user.index,
        "floor_clause": c.index[c.sense == ">="],
        "ceiling_clause": c.index[c.sense == "<="],
        "soft_clause": c.index[c["mode"] == "soft"],
    }
    for name, members in index.items():
        m.add_component(name, pyo.Set(initialize=list(members), ordered=True))
    weeks = len(yearly.typical)
    m.typical_of = {w + 1: int(k) for w, k in enumerate(yearly.typical)}
    m.week_before = {w: w - 1 or weeks for w in m.typical_of}
    m.kept_of_week = {s: (1 - m.s.standing_loss_share_per_h[s]) ** yearly.block_h for s in m.carried_store}
    m.carried_week = pyo.Set(dimen=2, initialize=[(s, w) for s in m.carried_store for w in m.typical_of])
    m.pair = pyo.Set(dimen=2, initialize=list(y.supply.index))
    others = [
        (i, v) for v in y.coal_user.index for i in y.mine.index if y.mine.grade[i] == y.coal_user.grade[v]
    ]
    m.other_pair = pyo.Set(dimen=2, initialize=others)
    m.mines_of = {u: [i for i, w in y.supply.index if w == u] for u in y.fuel_user.index}
    m.users_of = {i: [u for j, u in y.supply.index if j == i] for i in y.mine.index}
    m.mines_of_other = {v: [i for i, w in others if w == v] for v in y.coal_user.index}
    m.other_users_of = {i: [v for j, v in others if j == i] for i in y.mine.index}
    m.resource_on = _group(
        pd.Series(list(zip(y.resource.node, y.resource.kind, strict=True)), index=y.resource.index),
        y.potential.index,
    )
    m.potential = y.potential.to_dict()
    adequacy.adequacy_data(m, y, yearly.adequacy)
    m.land = pyo.Set(dimen=2, initialize=[key for key in y.potential.index if m.resource_on[key]])


def retrofits_of(thermal: pd.DataFrame) -> dict[str, list[str]]:
    """Retrofits by the cluster that they convert."""
    return {g: list(members) for g, members in thermal.groupby("retrofit_of").groups.items()}


def largest_store_h(store: pd.DataFrame) -> pd.Series:
    """Hours of storage at full power: given, or the bound on what is sized apart from power [h]."""
    return store.duration_h.fillna(store.long_duration.map({False: LARGEST_STORE_H, True: LARGEST_LONG_STORE_H}))


def _columns(m: pyo.ConcreteModel, y: System) -> None:
    def bounded(table: pd.DataFrame):
        low, high = table.existing + table.min_new, _most_capacity(table)
        return lambda m, i: (low[i], high[i])

    for name, members, table in (
        ("thermal", m.thermal, y.thermal),
        ("renewable", m.resource, y.resource),
        ("store_power", m.store, y.store),
        ("boiler", m.boiler, y.boiler),
        ("corridor", m.corridor, y.corridor),
    ):
        m.add_component(f"capacity_{name}", pyo.Var(members, bounds=bounded(table)))
    for g in m.retrofitted:
        m.capacity_thermal[g].setlb(0)  # what is retrofitted leaves
    most = (y.corridor.max_new * y.corridor.circuits_per_gw + 1e-6) // 1
    m.new_circuits = pyo.Var(m.reinforced, within=pyo.NonNegativeIntegers, bounds=lambda m, c: (0, most[c]))
    power = _most_capacity(y.store).where(y.store.duration_h.notna(), y.store.existing + y.store.max_new)
    most = power * largest_store_h(y.store)
    m.capacity_store_energy = pyo.Var(m.store, bounds=lambda m, s: (0, most[s]))
    m.week_level = pyo.Var(m.carried_week, bounds=lambda m, s, w: (0, most[s]))
    typical = [(s, k) for s in m.carried_store for k in sorted(set(m.typical_of.values()))]
    m.typical_highest = pyo.Var(typical, bounds=lambda m, s, k: (0, most[s]))
    m.typical_spread = pyo.Var(typical, bounds=lambda m, s, k: (0, most[s]))
    m.typical_gain = pyo.Var(typical, bounds=lambda m, s, k: (-most[s], most[s]))
    m.capacity_contract = pyo.Var(m.contract, bounds=lambda m, x: (0, m.x.max[x]))
    for name, members in (
        ("fuel", m.thermal),
        ("boiler_fuel", m.coal_boiler),
        ("renewable", m.feed),
        ("export", m.contract),
        ("exchange", m.metered),
        ("potline", m.melting),
        ("bilateral", m.delivered_bilateral),
        ("maintenance", m.maintained),
    ):
        m.add_component(f"total_{name}", pyo.Var(members, within=pyo.NonNegativeReals))
    m.total_import = pyo.Var(m.self_supplied)
    m.firm_store = pyo.Var(m.credited_store, within=pyo.NonNegativeReals)
    m.fuel_of = {u: m.total_fuel[u] if u in m.thermal else m.total_boiler_fuel[u] for u in m.fuel_user}
    m.coal = pyo.Var(m.pair, within=pyo.NonNegativeReals)
    m.other_coal = pyo.Var(m.other_pair, within=pyo.NonNegativeReals)
    m.missed = pyo.Var(m.soft_clause, bounds=lambda m, c: (0, _most_missed(m, c, y)))


def _most_capacity(table: pd.DataFrame) -> pd.Series:
    """Bound on capacity [GW]: none where it may be built without limit and costs something.

    What costs nothing keeps the bound of `UNLIMITED_GW`, and a plan that needs it is refused (`solving.assumptions`): without either a
    dual that is off by rounding would prove nothing.
    """
    free = (table.max_new < UNLIMITED_GW) | ~(table.capex + table.fom > 0)
    return (table.existing + table.max_new).where(free, np.inf)


def _most_missed(m: pyo.ConcreteModel, c: str, y: System) -> float:
    """Generous but finite bound on what a clause is missed by, in its own unit: the certificate's lower bound needs one."""
    if m.c.quantity[c] == "curtailment_share":
        return sum(m.full_load_h[r] * (y.resource.existing[r] + y.resource.max_new[r]) for r in m.resource)
    if m.c.quantity[c] == "reserve_margin_share":
        return adequacy.largest_requirement(m, c)
    if m.c.quantity[c] == "renewable_share":
        return m.c.value[c] * clauses.load_gwh(m, c)
    return m.c.limit[c] if m.c.sense[c] == ">=" else LARGEST_EXCESS


def yearly_cost(m) -> dict:
    """Pyomo expressions of yearly cost [MCNY] by category: annuities of new capacity, fixed O&M, coal, CO2, missed soft clauses."""
    parts = {
        "thermal": (m.g, m.capacity_thermal),
        "renewable": (m.r, m.capacity_renewable),
        "storage": (m.s, m.capacity_store_power),
        "boiler": (m.b, m.capacity_boiler),
        "corridor": (m.l, m.capacity_corridor),
    }
    cost = {}
    for name, (table, capacity) in parts.items():
        converted = m.retrofitted if name == "thermal" else ()  # what stands there was paid for and is not paid back
        new = {i: capacity[i] - table.existing[i] for i in capacity if i not in converted}
        cost[f"investment_{name}"] = sum(table.capex[i] * new[i] for i in new)
        cost[f"fixed_{name}"] = sum(table.fom[i] * capacity[i] for i in capacity)
    standing = {s: m.s.duration_h[s] * m.s.existing[s] if s in m.fixed_duration else 0.0 for s in m.store}
    new = {s: m.capacity_store_energy[s] - standing[s] for s in m.store}
    cost["investment_storage"] += sum(m.s.capex_energy[s] * new[s] for s in m.store)
    cost["coal"] = sum(m.p.price[p] * m.coal[p] for p in m.pair)
    cost["coal_freight"] = sum(m.p.freight[p] * m.coal[p] for p in m.pair)
    cost["co2"] = m.price.co2 * coal.co2_kt(m)
    cost["curtailment"] = m.price.curtailment * sum(m.full_load_h[r] * m.capacity_renewable[r] for r in m.resource)
    cost["missed_clauses"] = sum(m.c.penalty[c] * m.missed[c] for c in m.soft_clause)
    return cost
