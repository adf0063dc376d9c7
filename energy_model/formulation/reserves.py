r"""Reserves by region: spinning up and down, non-spinning, shared between regions over unused corridor capacity.

Products of one direction form a chain by speed. What a provider can deliver within the response time of a product never shrinks along
the chain, so the sets of reserve that it can sell are nested polymatroids, and the set of a whole region is the polymatroid of the summed
limits (Edmonds 1970, "Submodular functions, matroids, and certain polyhedra"; sums of rank functions). One cumulative row per product
and region is therefore exact: no megawatt is sold twice, and providers need a column of their own only where a ramp rate, a stored
energy or a heat extraction limits them besides their headroom.

A microgrid is a region of its own with the rows of `microgrids.py`; its nodes belong to none of the regions here.
"""

import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation.commitment import resting
from energy_model.formulation.component import Component, columns_of
from energy_model.formulation.corridors import in_service
from energy_model.formulation.equation import equation
from energy_model.formulation.largest_unit import unit_on_line
from energy_model.formulation.storage import lowest
from energy_model.formulation.thermal import available_capacity
from energy_model.study.system import System


def block_sets(m, y: System) -> None:
    """Providers, products and regions of reserve; all empty if no reserve is required."""
    m.rp, m.rq = columns_of(y.reserve_product), columns_of(y.reserve)
    product, need = y.reserve_product, y.reserve.iloc[: len(y.reserve) if y.options.reserves.enabled else 0]
    regions = list(dict.fromkeys(need.index.get_level_values(1))) if len(need) else []
    needed = {(p, r) for p, r in need.index}
    wanted = {r: [p for p in product.index if (p, r) in needed] for r in regions}
    offers, slow = _offers(y, wanted)
    sold = {(i, product.direction[p]) for p, i in offers}
    m.corridor_between = _corridors_between(y, wanted)
    two_sided = [*y.store.index[y.store.kind != "heat_store"], *y.smelter.index]
    for name, members, dimension in (
        ("reserve_need", sorted(needed, key=lambda n: (_rank(product, n[0]), n[1])), 2),
        ("reserve_offered", offers, 2),
        ("reserve_ramped", slow, 2),
        ("reserve_footed", [i for i in y.thermal.index if (i, "down") in sold], 1),
        ("reserve_side", [(i, d) for i in two_sided for d in ("up", "down") if (i, d) in sold], 2),
        ("reserve_pair", list(m.corridor_between), 2),
        ("reserve_route", [(p, a, b) for a, b in m.corridor_between for p in wanted[a] if p in wanted[b]], 3),
    ):
        m.add_component(name, pyo.Set(dimen=dimension, initialize=members, ordered=True))
    _chains(m, product, needed, offers, [*y.thermal.index, *y.store.index, *y.smelter.index])
    _members(m, y, regions)
    start_h = y.thermal.start_time_h
    m.quick_start = {
        (p, r): [] if product.spinning[p] else [i for i in m.reserve_members["thermal"][r] if start_h[i] <= product.response_h[p]]
        for p, r in needed
    }


def _offers(y: System, wanted: dict[str, list[str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs of product and provider with a column of their own, and those limited by a ramp rate."""
    product, g, k, region_of = y.reserve_product, y.thermal, y.smelter, y.bus.region
    offers, slow = [], []
    for i, r in _inside(g.node.map(region_of), wanted):
        for p in wanted[r]:
            ramped = g.ramp_share_per_h[i] * product.response_h[p] < 1 - g.min_load_share[i]
            if ramped or (g.is_chp[i] and product.direction[p] == "down"):
                offers.append((p, i))
            if ramped:
                slow.append((p, i))
    for i, r in _inside(k.node.map(region_of), wanted):
        for p in wanted[r]:
            offers.append((p, i))
            if k.ramp_share_per_h[i] * product.response_h[p] < k.modulation_down_share[i] + k.modulation_up_share[i]:
                slow.append((p, i))
    power = y.store[y.store.kind != "heat_store"]
    offers += [(p, s) for s, r in _inside(power.node.map(region_of), wanted) for p in wanted[r]]
    return offers, slow


def _corridors_between(y: System, wanted: dict[str, list[str]]) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Corridors that carry reserve from one region to another, 1 along their direction and -1 against it."""
    region_of = y.bus.region
    two_way = y.corridor[y.corridor.shares_reserve & y.options.reserves.sharing]
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for c, start, end in zip(two_way.index, two_way.from_bus, two_way.to_bus, strict=True):
        a, b = region_of.get(start), region_of.get(end)
        if a in wanted and b in wanted and a != b:
            found.setdefault((a, b), []).append((c, 1))
            if two_way.reversible[c]:
                found.setdefault((b, a), []).append((c, -1))
    return found


def _chains(m, product: pd.DataFrame, needed: set[tuple[str, str]], offers: list[tuple[str, str]], providers: list[str]) -> None:
    """Products of one direction by speed: those up to a product in a region, and the offers of each provider."""
    chain = {d: list(product.index[product.direction == d]) for d in ("up", "down")}
    m.reserve_chain = {
        (p, r): [j for j in chain[product.direction[p]] if (j, r) in needed and _rank(product, j) <= _rank(product, p)] for p, r in needed
    }
    m.offers_up = {i: [p for p, v in offers if v == i and product.direction[p] == "up"] for i in providers}
    m.offers_down = {i: [p for p, v in offers if v == i and product.direction[p] == "down"] for i in providers}
    m.offered_by = {"up": m.offers_up, "down": m.offers_down}
    m.faster_offers = {
        (p, i): [j for j in m.offered_by[product.direction[p]][i] if _rank(product, j) <= _rank(product, p)] for p, i in offers
    }


def _members(m, y: System, regions: list[str]) -> None:
    """Equipment of each region."""
    region_of = y.bus.region
    place = {
        "thermal": y.thermal.node.map(region_of),
        "smelter": y.smelter.node.map(region_of),
        "store": y.store.node[y.store.kind != "heat_store"].map(region_of),
        "feed": y.feed.bus.map(region_of),
        "load_bus": region_of[~y.bus.market],
        "boiler": y.boiler.node[y.boiler.kind == "electric_boiler"].map(region_of),
    }
    m.reserve_members = {name: {r: list(of.index[of == r]) for r in regions} for name, of in place.items()}
    m.reserve_curtailed = {r: m.reserve_members["feed"][r] if y.options.reserves.renewable_up else [] for r in regions}


def _rank(product: pd.DataFrame, p: str) -> int:
    return product.index.get_loc(p)


def _inside(region: pd.Series, wanted: dict) -> list[tuple[str, str]]:
    return [(i, r) for i, r in region.items() if r in wanted]


def block_columns(m) -> None:
    """Columns [GW]: reserve offered by limited providers, shared between regions, and missing."""
    m.reserve_offer = pyo.Var(m.reserve_offered, m.hour, within=pyo.NonNegativeReals)
    m.reserve_shared = pyo.Var(m.reserve_route, m.hour, within=pyo.NonNegativeReals)
    m.reserve_missing = pyo.Var(m.reserve_need, m.hour, bounds=lambda m, p, r, t: (0, m.rq.most[p, r]))


def running_cost(m):
    """Missing reserve [MCNY]."""
    return {"reserve_shortfall": sum(m.rp.price[p] * m.reserve_missing[p, r, t] for p, r in m.reserve_need for t in m.hour)}


def available_output(m, j, t):
    """Available wind or solar output [GW]."""
    return sum(m.availability[m.series_of[r], t] * m.capacity_renewable[r] for r in m.resource_of[j])


def requirement(m, p, r, t):
    """Required reserve [GW]: shares of load, wind and solar output and of the largest unit on-line, and a fixed amount."""
    q, members = m.rq, m.reserve_members
    output = available_output if m.rp.basis[p] == "forecast" else lambda m, j, t: m.renewable_power[j, t]
    share = {"wind": q.wind_share[p, r], "solar": q.solar_share[p, r]}
    load = (
        sum(m.demand[n, t] for n in members["load_bus"][r])
        + sum(m.smelter_power[k, t] for k in members["smelter"][r])
        + sum(m.boiler_heat[b, t] / m.b.efficiency_share[b] for b in members["boiler"][r])
    )
    return (
        q.load_share[p, r] * load
        + sum(share[m.f.carrier[j]] * output(m, j, t) for j in members["feed"][r] if share[m.f.carrier[j]])
        + (q.largest_unit_share[p, r] * unit_on_line(m, r, m.step_of[t]) if q.largest_unit_share[p, r] else 0)
        + q.fixed[p, r]
    )


def capability(m, p, r, t):
    """Delivery of the providers of a region within the response time of a product [GW], all faster products included."""
    members = m.reserve_members
    limited = [*members["thermal"][r], *members["store"][r], *members["smelter"][r]]
    offered = sum(m.reserve_offer[j, i, t] for i in limited if (p, i) in m.reserve_offered for j in m.faster_offers[p, i])
    free = [g for g in members["thermal"][r] if (p, g) not in m.reserve_offered]
    drawn = sum(m.boiler_heat[b, t] / m.b.efficiency_share[b] for b in members["boiler"][r])
    if m.rp.direction[p] == "up":
        headroom = sum((1 - m.g.min_load_share[g]) * m.online[g, m.step_of[t]] - m.above_minimum[g, t] for g in free)
        offline = sum(available_capacity(m, g) - m.online[g, m.step_of[t]] - resting(m, g, m.step_of[t]) for g in m.quick_start[p, r])
        curtailed = sum(available_output(m, j, t) - m.renewable_power[j, t] for j in m.reserve_curtailed[r])
        return offered + headroom + offline + curtailed + drawn
    footroom = sum(m.above_minimum[g, t] for g in free) + sum(m.renewable_power[j, t] for j in members["feed"][r])
    boilers = sum(m.capacity_boiler[b] / m.b.efficiency_share[b] for b in members["boiler"][r])
    return offered + footroom + boilers - drawn


@equation("reserve_need hour", "GW", "price of reserve at least as slow as this product, MCNY/GWh")
def reserve_balance(m, p, r, t):
    r"""Reserve of a region: cumulative requirement of all products up to the response time of a product.

    The price of a product is the sum of the duals of its own row and of the rows of slower products of its direction and region.

    .. math::

       \sum_i C_{p,i,t} + \sum_{j \preceq p} \Big( \sum_{r'} (y_{j,r',r,t} - y_{j,r,r',t}) + \xi_{j,r,t} \Big)
       \ge \sum_{j \preceq p} \left( \lambda_j L_{r,t} + \omega_j W_{r,t} + \sigma_j S_{r,t} + \nu_{j,r} u_{r,k(t)} + F_{j,r} \right)

    :math:`C` delivery of a provider within the response time of :math:`p`: ``reserve_offer`` of it and of the faster products
    :math:`j \preceq p`, or its headroom where nothing else limits it; :math:`y` ``reserve_shared``, :math:`\xi` ``reserve_missing``,
    :math:`u` ``largest_unit``, :math:`\nu` the share of it that the product covers.
    """
    chain = m.reserve_chain[p, r]
    received = sum(m.reserve_shared[j, a, b, t] for j, a, b in m.reserve_route if b == r and j in chain)
    given = sum(m.reserve_shared[j, a, b, t] for j, a, b in m.reserve_route if a == r and j in chain)
    missing = sum(m.reserve_missing[j, r, t] for j in chain)
    asked = sum(requirement(m, j, r, t) for j in chain)
    return capability(m, p, r, t) + received - given + missing - asked >= 0


@equation("reserve_ramped hour", "GW", "value of a faster provider, MCNY/GWh")
def reserve_ramp(m, p, i, t):
    r"""Reserve of a thermal cluster or a potline, faster products included, is limited by its ramp rate times the response time.

    .. math::

       \sum_{j \preceq p} r_{j,i,t} \le R_i\, \tau_p\, o_{i,k(t)} \quad (\text{potline: } R_i \tau_p A_i)
    """
    offered = sum(m.reserve_offer[j, i, t] for j in m.faster_offers[p, i])
    table, running = (m.g, m.online[i, m.step_of[t]]) if i in m.thermal else (m.k, m.k.rated[i])
    return offered <= table.ramp_share_per_h[i] * m.rp.response_h[p] * running


@equation("reserve_footed hour", "GW", "value of output above minimum load, MCNY/GWh")
def reserve_footroom(m, g, t):
    r"""Downward reserve of a thermal cluster leaves it at or above minimum load; upward reserve is part of ``output_range``.

    .. math::

       \sum_{p \in down} r_{p,g,t} \le q_{g,t}
    """
    return m.above_minimum[g, t] - sum(m.reserve_offer[p, g, t] for p in m.offers_down[g]) >= 0


def power_room(m, i, d, t):
    """Remaining range of power of a store or potline in a direction [GW]."""
    if i in m.store:
        net = m.discharge[i, t] - m.charge[i, t]
        return m.capacity_store_power[i] - net if d == "up" else m.capacity_store_power[i] + net
    k = m.k
    if d == "up":
        return m.smelter_power[i, t] - (1 - k.modulation_down_share[i]) * k.rated[i]
    return (1 + k.modulation_up_share[i]) * k.rated[i] - m.smelter_power[i, t]


def energy_room(m, i, d, t):
    """Energy that a store or potline can still supply or absorb after the hour, at its terminals [GWh]."""
    if i in m.store:
        if d == "up":
            return m.s.discharge_efficiency_share[i] * lowest(m, i, t)
        return (m.capacity_store_energy[i] - m.level[i, t]) / m.s.charge_efficiency_share[i]
    k = m.k
    reach = k.modulation_hours_h[i] * k.modulation_down_share[i] * k.rated[i]
    deviation = m.deviation[i, t] if t % 24 else 0
    return reach + deviation if d == "up" else reach - deviation


@equation("reserve_side hour", "GW", "value of converter or modulation range for reserve, MCNY/GWh")
def reserve_power(m, i, d, t):
    r"""Total reserve of a store or potline in a direction is limited by its remaining range of power.

    .. math::

       \sum_{p \in d} r_{p,s,t} \le X_s - (d_{s,t} - c_{s,t}) \quad (\text{up}), \qquad
       \sum_{p \in d} r_{p,s,t} \le X_s + (d_{s,t} - c_{s,t}) \quad (\text{down})

    Potlines: down to the lower end of the modulation band (up), up to its upper end (down).
    """
    return sum(m.reserve_offer[p, i, t] for p in m.offered_by[d][i]) <= power_room(m, i, d, t)


@equation("reserve_side hour", "GWh", "value of stored energy or volume for reserve, MCNY/GWh")
def reserve_energy(m, i, d, t):
    r"""Stored energy (up) or free volume (down) at the end of the hour sustains the reserve for its duration.

    .. math::

       \sum_{p \in d} h_p r_{p,s,t} \le \eta^d_s e_{s,t} \quad (\text{up}), \qquad
       \sum_{p \in d} h_p r_{p,s,t} \le (E_s - e_{s,t}) / \eta^c_s \quad (\text{down})

    Potlines: the deviation from their daily energy stays within its bounds.
    """
    sold = sum(m.rp.duration_h[p] * m.reserve_offer[p, i, t] for p in m.offered_by[d][i])
    return sold <= energy_room(m, i, d, t)


@equation("reserve_pair hour", "GW", "value of corridor capacity for reserve, MCNY/GWh")
def reserve_delivery(m, a, b, t):
    r"""Reserve held in one region for another is limited by the corridor capacity left free by the scheduled flow.

    Upward reserve of region a for region b flows from a to b when it is called, downward reserve of b for a as well. Within a region
    corridors share freely, so the corridors between two regions are one sum; losses of called reserve are neglected.

    .. math::

       \sum_{p \in up} y_{p,a,b,t} + \sum_{p \in down} y_{p,b,a,t}
       \le \sum_{l: a \to b} (\sigma_l (X_l - O_{l,t}) - f^+_{l,t} + f^-_{l,t})

    :math:`O` capacity in planned outage [GW].
    """
    held = sum(m.reserve_shared[p, x, z, t] for p, x, z in m.reserve_route if (x, z) == ((a, b) if m.rp.direction[p] == "up" else (b, a)))
    room = sum(
        m.l.usable[c] * in_service(m, c, t) - sign * (m.flow_forward[c, t] - (m.flow_backward[c, t] if c in m.reversible else 0))
        for c, sign in m.corridor_between[a, b]
    )
    return held <= room


COMPONENT = Component(__name__, block_sets=block_sets, block_columns=block_columns, running_cost=running_cost)
