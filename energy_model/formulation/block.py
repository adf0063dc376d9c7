"""The block of consecutive hours: its sets, columns and families, in the order in which they are built."""

import math
from types import SimpleNamespace

import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation import (
    accounts,
    balance,
    bilateral,
    commitment,
    corridors,
    exports,
    heat,
    losses,
    maintenance,
    microgrids,
    network,
    renewables,
    reserves,
    schedules,
    security,
    smelters,
    storage,
    thermal,
)
from energy_model.formulation.equation import add
from energy_model.study.system import System

FAMILIES = (
    balance.nodal_balance,
    balance.shed_limit,
    thermal.online_limit,
    thermal.start_up,
    thermal.must_run,
    thermal.output_range,
    thermal.ramp_up,
    thermal.ramp_down,
    thermal.fuel_ledger,
    commitment.unit_balance,
    commitment.minimum_up_time,
    commitment.minimum_down_time,
    commitment.class_balance,
    commitment.class_limit,
    commitment.class_start_limit,
    commitment.whole_units,
    heat.heat_balance,
    heat.back_pressure,
    heat.extraction_limit,
    heat.boiler_limit,
    heat.boiler_fuel_ledger,
    renewables.renewable_limit,
    renewables.renewable_ledger,
    storage.level_balance,
    storage.level_from_start,
    storage.store_power_limit,
    storage.store_level_limit,
    storage.lowest_level,
    storage.week_gain,
    corridors.corridor_limit,
    corridors.hvdc_minimum,
    corridors.dedicated_flow,
    network.kirchhoff,
    losses.loss_tangent,
    losses.loss_secant,
    schedules.schedule_flow,
    schedules.schedule_ramp_up,
    schedules.schedule_ramp_down,
    security.contingency_limit,
    smelters.potline_deviation,
    smelters.smelter_ramp_up,
    smelters.smelter_ramp_down,
    smelters.potline_shed_limit,
    smelters.potline_endurance,
    smelters.potline_restart,
    smelters.potline_ledger,
    microgrids.tie_limit,
    microgrids.synchronous_share,
    microgrids.reserve_up,
    microgrids.store_reserve_power,
    microgrids.store_reserve_energy,
    microgrids.reserve_down,
    microgrids.exchange_ledger,
    microgrids.import_ledger,
    exports.delivery_shape,
    exports.export_ledger,
    bilateral.sold_by_seller,
    bilateral.bought_by_buyer,
    bilateral.bilateral_ledger,
    maintenance.maintenance_limit,
    maintenance.maintenance_ledger,
    reserves.reserve_balance,
    reserves.reserve_ramp,
    reserves.reserve_footroom,
    reserves.reserve_power,
    reserves.reserve_energy,
    reserves.reserve_delivery,
)
CONTINGENCY_DATA = ("contingency_factor", "contingency_rating", "contingency_lost")
DATA = ("demand", "availability", "heat_demand", "reference_flow", "corridor_outage", "horizon_start", *CONTINGENCY_DATA)
STATES = {"online": "step", "above_minimum": "hour", "level": "hour", "smelter_power": "hour", "schedule": "hour"}
"""Columns that a block hands to the next one, with the set that counts their time."""
HISTORY = {"started": "step", "stopped": "step", "class_stock": "step", "cooled": "step", "potline_shed": "hour"}
"""Further columns at which the rows of options look back over the border of a block, with the set that counts their time."""
HELD = ("on_maintenance",)
"""Columns that stand for all hours of a block.  The plan decides them for the year, and its operation is held to them."""


def columns_of(table: pd.DataFrame) -> SimpleNamespace:
    """Table columns as dictionaries keyed by the row label: quick to read inside equations."""
    return SimpleNamespace(**{c: table[c].to_dict() for c in table.columns})


def dispatch_block(system: System, hours: int, step_h: int, typical: bool = False) -> pyo.ConcreteModel:
    """Build one block of the dispatch problem.

    Parameters
    ----------
    system : System
        Elements of the study in model units.
    hours : int
        Length of the block [h], a multiple of `step_h`; where potlines or contracts count by the day, whole days or part of one.
    step_h : int
        Length of a commitment step [h].
    typical : bool
        The block stands for several weeks of the year, between which long-duration stores carry energy.

    Returns
    -------
    ConcreteModel
        Hourly data are variables named in `DATA` (the compiler treats them as parameters); the interface to other blocks and to the
        master are the columns ``capacity_*``, the columns of `STATES` and `HISTORY` at time 0 and before,
        the columns ``ledger_*``, and the columns ``typical_*`` of carried stores.
    """
    by_day = len(system.smelter) or len(system.contract)
    if (hours % 24 and hours > 24 and by_day) or hours % step_h or 24 % step_h:
        raise ValueError(f"a block of {hours} h needs whole days and whole commitment steps of {step_h} h")
    m = pyo.ConcreteModel("dispatch_block")
    _sets(m, system, hours, step_h, typical)
    _columns(m)
    for family in FAMILIES:
        add(m, family)
    m.account = pyo.Set(initialize=list(costs := accounts.running_cost(m)))
    m.account_cost = pyo.Objective(m.account, rule=lambda m, name: costs[name])  # the objective is their sum
    return m


def _sets(m: pyo.ConcreteModel, y: System, hours: int, step_h: int, typical: bool) -> None:
    m.hour, m.hour0 = pyo.RangeSet(1, hours), pyo.RangeSet(0, hours)
    steps = hours // step_h
    m.step, m.step0 = pyo.RangeSet(1, steps), pyo.RangeSet(0, steps)
    m.step_of = {t: (t - 1) // step_h + 1 for t in range(1, hours + 1)} | {0: 0}
    m.hours_of = {k: range((k - 1) * step_h + 1, k * step_h + 1) for k in range(1, steps + 1)}
    m.price = y.price
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
        rp=y.reserve_product,
        rq=y.reserve,
    )
    for short, table in tables.items():
        setattr(m, short, columns_of(table))
    g, line, mg = y.thermal, y.corridor, y.microgrid
    for name, found in commitment.sets(g, y.options.commitment, step_h).items():
        setattr(m, name, found)
    index = {
        "bus": y.bus.index,
        "load_bus": y.bus.index[~y.bus.market],
        "thermal": g.index,
        "chp": g.index[g.is_chp],
        "maintained": g.index[(g.planned_outage_share > 0) & y.options.maintenance.scheduled],
        "ramping": g.index[g.ramp_share_per_h < 1 - g.min_load_share],
        "must_running": g.index[g.must_run_share > 0],
        "beginning": ["first"] if opened(y) else [],
        "starting": [i for i in g.index if i not in m.up_steps],
        "tracked": list(m.up_steps),
        "classed": [i for i in g.index if m.classes_of[i]],
        "whole": g.index[g.whole],
        "feed": y.feed.index,
        "resource": y.resource.index,
        "store": y.store.index,
        "closed_store": y.store.index[y.store.start_level.isna()],
        "opened_store": y.store.index[y.store.start_level.notna()],
        "carried_store": y.store.index[y.store.long_duration & typical],
        "boiler": y.boiler.index,
        "coal_boiler": y.boiler.index[y.boiler.kind == "coal_boiler"],
        "heat_area": y.heat_area.index,
        "corridor": line.index,
        "reversible": line.index[line.reversible],
        "hvdc": line.index[(line.kind == "hvdc") & (line.min_power_share > 0)],
        "dedicated": line.index[line.dedicated_to.notna()],
        "cycle": y.cycle.index.unique(0),
        "reinforced": y.reference_flow.index,
        "lossy": line.index[line.resistance_per_gw.notna()],
        "outaged": line.index[line.outage > 0],
        "scheduled": line.index[(line.kind == "hvdc") & ((line.schedule_step_h > 1) | (line.ramp_share_per_h < 2))],
        "ramped": line.index[(line.kind == "hvdc") & (line.ramp_share_per_h < 2)],
        "contract": y.contract.index,
        "smelter": y.smelter.index,
        "smelter_ramping": y.smelter.index[
            y.smelter.ramp_share_per_h < y.smelter.modulation_down_share + y.smelter.modulation_up_share
        ],
        "enduring": y.smelter.index[(y.smelter.modulation_down_share > 0) & y.options.smelters.hours_in_a_row],
        "restarting": y.smelter.index[(y.smelter.restart_cost > 0) & y.options.smelters.restarts],
        "melting": y.smelter.index if y.asks_for_aluminium else [],
        "microgrid": mg.index,
        "tied": mg.index[mg.index.isin(line.tie_of)],
        "synchronous": mg.index[mg.synchronous_share > 0],
        "reserving": mg.index[mg.reserve > 0],
        "reserving_down": mg.index[mg.reserve_down > 0],
        "reserving_store": y.store.index[(y.store.kind != "heat_store") & y.store.microgrid.isin(mg.index[mg.reserve > 0])],
        "metered": mg.index[mg.tie_limit_gwh_per_year.notna() & mg.index.isin(line.tie_of)],
        "self_supplied": mg.index[mg.self_supply_share > 0],
        "delivered_bilateral": y.bilateral.index[y.bilateral.kind == "physical"],
        "series": sorted(set(y.resource.series)),
    }
    for name, members in index.items():
        m.add_component(name, pyo.Set(initialize=list(members), ordered=True))
    m.start_class = pyo.Set(dimen=2, initialize=list(m.class_steps))
    m.contingency = pyo.Set(dimen=3, initialize=list(y.contingency.index.droplevel("topology").unique()))
    step = line.schedule_step_h
    m.schedule_end = {(c, t): -(-t // step[c]) * step[c] for c in m.scheduled for t in range(hours + 1)}

    m.carried_of = {s: [s] if s in m.carried_store else [] for s in m.store}
    m.beginning_of = {i: list(m.beginning) if g.opened[i] else [] for i in g.index}
    m.maintenance_share = y.options.maintenance.max_share
    m.maintained_of = {i: [i] if i in m.maintained else [] for i in g.index}
    reserves.reserve_sets(m, y)
    bus, inside = y.bus.index, y.bus.microgrid
    m.thermal_at = _group(g.node, bus)
    m.feed_at = _group(y.feed.bus, bus)
    m.resource_of = _group(y.resource.feed, y.feed.index)
    m.series_of = y.resource.series.to_dict()
    m.power_store_at = _group(y.store.node[y.store.kind != "heat_store"], bus)
    m.heat_store_in = _group(y.store.heat_area[y.store.kind == "heat_store"], y.heat_area.index)
    m.corridor_into, m.corridor_out_of = _group(line.to_bus, bus), _group(line.from_bus, bus)
    two_way = line[line.reversible]
    m.reversible_into, m.reversible_out_of = _group(two_way.to_bus, bus), _group(two_way.from_bus, bus)
    m.load_bus_at = {n: [] if y.bus.market[n] else [n] for n in bus}
    m.hours_back = {k: max(0, int(m.k.modulation_hours_h[k]) - 1) if k in m.enduring else 0 for k in m.smelter}
    m.smelter_at = _group(y.smelter.node, bus)
    m.electric_boiler_at = _group(y.boiler.node[y.boiler.kind == "electric_boiler"], bus)
    m.contract_at = _group(y.contract.market, bus)
    m.chp_in = _group(g.heat_area[g.is_chp], y.heat_area.index)
    m.boiler_in = _group(y.boiler.heat_area, y.heat_area.index)
    m.thermal_in = _group(g.microgrid, mg.index)
    m.smelter_in = _group(y.smelter.node.map(inside), mg.index)
    physical = y.bilateral.loc[list(m.delivered_bilateral)]
    m.sold_at = _group(physical.seller_node, bus)
    m.selling_bus = pyo.Set(initialize=[n for n in bus if m.sold_at[n]])
    pair = list(zip(physical.buyer_node, physical.buyer, strict=True))
    m.buying = pyo.Set(dimen=2, initialize=list(dict.fromkeys(pair)))
    m.bought_at = {key: [i for i, own in zip(physical.index, pair, strict=True) if own == key] for key in pair}
    m.load_bus_in = {k: [n for n in m.load_bus if inside[n] == k] for k in mg.index}
    m.feed_in = _group(y.feed.bus.map(inside), mg.index)
    m.store_in = _group(y.store.microgrid[y.store.kind != "heat_store"], mg.index)
    m.tie_of = _group(line.tie_of, mg.index)
    start, end = line.from_bus.map(inside), line.to_bus.map(inside)
    m.border_into = {k: list(line.index[(end == k) & (start != k)]) for k in mg.index}
    m.border_out_of = {k: list(line.index[(start == k) & (end != k)]) for k in mg.index}
    m.cycle_weight = y.cycle.weight.to_dict()
    m.corridor_of_cycle = {k: list(y.cycle.loc[[k]].index.get_level_values(1)) for k in m.cycle}
    m.lossy_at = {n: [c for c in m.lossy if n in (m.l.from_bus[c], m.l.to_bus[c])] for n in bus}
    m.lossy_border = {k: [c for c in m.border_into[k] + m.border_out_of[k] if c in m.lossy] for k in mg.index}
    m.loss_tangents = y.options.network.loss_tangents
    m.tangent = pyo.Set(dimen=2, initialize=[(c, i) for c in m.lossy for i in range(1, m.loss_tangents + 1)])


def opened(y: System) -> bool:
    """Whether anything is free of what stands before the first hour, or begins it with a given level."""
    return bool(y.store.start_level.notna().any() or y.thermal.opened.any())


def _group(owner: pd.Series, owners: pd.Index) -> dict:
    """Members by owner; every owner has an entry, members without an owner are left out."""
    found = {k: list(v) for k, v in owner.groupby(owner).groups.items()}
    return {k: found.get(k, []) for k in owners}


def _columns(m: pyo.ConcreteModel) -> None:
    data = {
        "demand": m.load_bus,
        "availability": m.series,
        "heat_demand": m.heat_area,
        "reference_flow": m.reinforced,
        "corridor_outage": m.outaged,
        "horizon_start": m.beginning,
    }
    for name, members in (data | dict.fromkeys(CONTINGENCY_DATA, m.contingency)).items():
        m.add_component(name, pyo.Var(members, m.hour))
    shared = {
        "thermal": m.thermal,
        "renewable": m.resource,
        "store_power": m.store,
        "store_energy": m.store,
        "boiler": m.boiler,
        "corridor": m.corridor,
        "contract": m.contract,
    }
    for name, members in shared.items():
        m.add_component(f"capacity_{name}", pyo.Var(members, within=pyo.NonNegativeReals))
    ledgers = {
        "fuel": m.thermal,
        "boiler_fuel": m.coal_boiler,
        "renewable": m.feed,
        "export": m.contract,
        "exchange": m.metered,
        "potline": m.melting,
        "bilateral": m.delivered_bilateral,
        "maintenance": m.maintained,
    }
    for name, members in ledgers.items():
        m.add_component(f"ledger_{name}", pyo.Var(members, within=pyo.NonNegativeReals))
    m.ledger_import = pyo.Var(m.self_supplied)
    m.on_maintenance = pyo.Var(m.maintained, within=pyo.NonNegativeReals)
    reserves.reserve_columns(m)

    positive = {
        "online": (m.thermal, m.step0),
        "chp_heat": (m.chp, m.hour),
        "boiler_heat": (m.boiler, m.hour),
        "heat_shed": (m.heat_area, m.hour),
        "renewable_power": (m.feed, m.hour),
        "charge": (m.store, m.hour),
        "discharge": (m.store, m.hour),
        "level": ([(s, t) for s in m.store for t in (m.hour if s in m.carried_store else m.hour0)],),
        "typical_highest": (m.carried_store,),
        "typical_spread": (m.carried_store,),
        "flow_forward": (m.corridor, m.hour),
        "flow_backward": (m.reversible, m.hour),
        "loss": (m.lossy, m.hour),
        "shed": (m.load_bus, m.hour),
        "potline_shed": ([(k, t) for k in m.smelter for t in (m.hour0 if k in m.restarting else m.hour)],),
        "restored": (m.restarting, m.hour),
        "delivered": (m.contract, m.hour),
        "sold": (m.delivered_bilateral, m.hour),
        "reserve_short": (m.reserving, m.hour),
        "reserve_down_short": (m.reserving_down, m.hour),
        "store_reserve": (m.reserving_store, m.hour),
        "synchronous_short": (m.synchronous, m.step),
        "above_minimum": (m.thermal, m.hour0),
    }
    for name, members in positive.items():
        m.add_component(name, pyo.Var(*members, within=pyo.NonNegativeReals))
    m.typical_gain = pyo.Var(m.carried_store)
    m.level_before = {(s, t): m.level[s, t - 1] if (s, t - 1) in m.level else m.typical_highest[s] for s in m.store for t in m.hour}
    committed = commitment.add_columns(m, len(m.step))
    # Generous but finite bounds where no row gives one: the certificate's lower bound needs them.
    most = {g: m.g.online_share[g] * (m.g.existing[g] + m.g.max_new[g]) for g in m.thermal}
    shared_load = {
        g: sum(most[i] for i in m.thermal_in[g]) + sum(m.k.rated[i] for i in m.smelter_in[g]) + 10
        for g in m.microgrid
    }
    for family, bound in (
        *((family, most) for family in committed.values()),
        (m.units, {g: math.ceil((m.g.existing[g] + m.g.max_new[g]) / m.g.unit_gw[g] - 1e-9) for g in m.whole}),
        (m.restored, {k: (1 + m.k.modulation_up_share[k]) * m.k.rated[k] for k in m.restarting}),
        (m.reserve_short, m.mg.reserve),
        (m.reserve_down_short, m.mg.reserve_down),
        (m.synchronous_short, shared_load),
    ):
        for (i, *_), column in family.items():
            column.setub(bound[i])
    k = m.k
    m.smelter_power = pyo.Var(
        [(i, t) for i in m.smelter for t in range(-m.hours_back[i], len(m.hour) + 1)],
        bounds=lambda m, i, t: (
            (1 - k.modulation_down_share[i]) * k.rated[i],
            (1 + k.modulation_up_share[i]) * k.rated[i],
        ),
    )
    reach = {c: m.l.usable[c] * (m.l.existing[c] + m.l.max_new[c]) for c in m.scheduled}
    m.schedule = pyo.Var(m.scheduled, m.hour0, bounds=lambda m, c, t: (-reach[c] if c in m.reversible else 0, reach[c]))
    inner = [t for t in m.hour if t % 24]
    reach = {i: k.modulation_hours_h[i] * k.modulation_down_share[i] * k.rated[i] for i in m.smelter}
    m.hour_inside_day = pyo.Set(initialize=inner)
    m.deviation = pyo.Var(m.smelter, m.hour_inside_day, bounds=lambda m, i, t: (-reach[i], reach[i]))
    m.thermal_power = pyo.Expression(m.thermal, m.hour, rule=thermal.thermal_power)
