"""Microgrids: point of common coupling, own balance, synchronous share, reserve."""

from energy_model.formulation.component import Component, Ledger, bound, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation
from energy_model.formulation.largest_unit import taken_over, unit_on_line
from energy_model.formulation.storage import lowest
from energy_model.formulation.thermal import most_online

SUSTAINED_H = 1.0
"""Duration for which a store must be able to give its reserve [h]."""


def sets(m, y):
    """Microgrids with yearly rows."""
    grid = y.microgrid
    m.mg = columns_of(grid)
    declare(
        m,
        metered=grid.index[grid.tie_limit_gwh_per_year.notna() & grid.index.isin(y.corridor.tie_of)],
        self_supplied=grid.index[grid.self_supply_share > 0],
    )


def block_sets(m, y):
    """Microgrids by the rows they need, and their equipment inside and on their borders."""
    grid, line, inside, store = y.microgrid, y.corridor, y.bus.microgrid, y.store
    reserving = grid.index[(grid.reserve > 0) | grid.largest_unit.astype(bool)]
    declare(
        m,
        microgrid=grid.index,
        tied=grid.index[grid.index.isin(line.tie_of)],
        synchronous=grid.index[grid.synchronous_share > 0],
        reserving=reserving,
        reserving_down=grid.index[grid.reserve_down > 0],
        reserving_store=store.index[(store.kind != "heat_store") & store.microgrid.isin(reserving)],
    )
    m.load_bus_in = {g: [n for n in m.load_bus if inside[n] == g] for g in grid.index}
    m.tie_of = members_of(line.tie_of, grid.index)
    start, end = line.from_bus.map(inside), line.to_bus.map(inside)
    m.border_into = {g: list(line.index[(end == g) & (start != g)]) for g in grid.index}
    m.border_out_of = {g: list(line.index[(start == g) & (end != g)]) for g in grid.index}
    m.lossy_border = {g: [c for c in m.border_into[g] + m.border_out_of[g] if c in m.lossy] for g in grid.index}


def block_columns(m):
    """Reserve of stores, and shortfalls of reserve and of synchronous capacity [GW]."""
    positive(
        m, reserve_short=(m.reserving, m.hour), reserve_down_short=(m.reserving_down, m.hour),
        store_reserve=(m.reserving_store, m.hour), synchronous_short=(m.synchronous, m.step),
    )  # fmt: skip
    online = most_online(m)
    shared = {g: sum(online[i] for i in m.thermal_in[g]) + sum(m.k.rated[i] for i in m.smelter_in[g]) + 10 for g in m.microgrid}
    bound(
        m.reserve_short,
        {g: m.mg.reserve[g] + max((m.unit_size[i] for i in m.unit_online if m.risk_area_of[i] == g), default=0.0) for g in m.reserving},
    )
    bound(m.reserve_down_short, m.mg.reserve_down)
    bound(m.synchronous_short, shared)


def master_sets(m, y, yearly):
    """Yearly load inside, potlines at rated power [GWh]."""
    load = yearly.load_gwh.add(y.smelter.groupby("node").rated.sum() * yearly.hours_h, fill_value=0)
    m.node_load_gwh = load.to_dict()
    m.microgrid_of = y.bus.microgrid.to_dict()
    m.outside = y.bus.outside.to_dict()
    m.microgrid_load_gwh = load.groupby(y.bus.microgrid.reindex(load.index)).sum().to_dict()


def running_cost(m):
    """Shortfalls of reserve and of synchronous capacity [MCNY]."""
    short = sum(m.reserve_short[g, t] for g in m.reserving for t in m.hour)
    short += sum(m.reserve_down_short[g, t] for g in m.reserving_down for t in m.hour)
    short += sum(len(m.hours_of[k]) * m.synchronous_short[g, k] for g in m.synchronous for k in m.step)
    return {"reserve_shortfall": m.price.reserve_shortfall * short}


def tie_exchange(m, g, t):
    """Power over the point of common coupling, sum of both directions [GW]."""
    return sum(m.flow_forward[c, t] + (m.flow_backward[c, t] if c in m.reversible else 0) for c in m.tie_of[g])


def tie_import(m, g, t):
    """Power received by the microgrid over its border corridors, net of power sent [GW]."""
    into = sum(
        (1 - m.l.loss_share[c]) * m.flow_forward[c, t] - (m.flow_backward[c, t] if c in m.reversible else 0) for c in m.border_into[g]
    )
    out = sum((1 - m.l.loss_share[c]) * m.flow_backward[c, t] if c in m.reversible else 0 for c in m.border_out_of[g])
    lost = sum(m.loss[c, t] / 2 for c in m.lossy_border[g])
    return into + out - sum(m.flow_forward[c, t] for c in m.border_out_of[g]) - lost


@equation("tied hour", "GW", "value of a larger exchange limit, MCNY/GWh")
def tie_limit(m, g, t):
    r"""Exchange at the point of common coupling stays within the agreed limit.

    .. math::

       \sum_{l \in tie(g)} (f^+_{l,t} + f^-_{l,t}) \le T_g
    """
    return tie_exchange(m, g, t) <= m.mg.tie_limit[g]


@equation("synchronous step", "GW", "cost of synchronous strength, MCNY/GW per step")
def synchronous_share(m, g, k):
    r"""Online synchronous capacity in the microgrid is at least a given share of its load (mean of the commitment step).

    .. math::

       \sum_{i \in g} o_{i,k} + \xi_{g,k} \ge \kappa_g \left( \bar L_{g,k} + \sum_{s \in g} A_s \right)
    """
    hours = m.hours_of[k]
    load = sum(m.demand[n, t] for n in m.load_bus_in[g] for t in hours) / len(hours) + sum(m.k.rated[k_] for k_ in m.smelter_in[g])
    online = sum(m.online[i, k] for i in m.thermal_in[g])
    return online + m.synchronous_short[g, k] - m.mg.synchronous_share[g] * load >= 0


@equation("reserving hour", "GW", "price of upward reserve, MCNY/GWh")
def reserve_up(m, g, t):
    r"""Spinning reserve of the microgrid covers the loss of its largest unit: a given amount, or the unit on-line less what ties take over.

    .. math::

       \sum_{i \in g} (o_{i,k(t)} - \mu_i o_{i,k(t)} - q_{i,t}) + \sum_{s \in g} r_{s,t} + \sum_l v_{g,l,t} + \xi_{g,t}
       \ge R_g + u_{g,k(t)}

    :math:`r` ``store_reserve``: reserve held by a store, limited by its converter and its level; :math:`u` ``largest_unit`` and :math:`v`
    ``tie_support``, both 0 unless the microgrid asks for its largest unit.
    """
    thermal = sum((1 - m.g.min_load_share[i]) * m.online[i, m.step_of[t]] - m.above_minimum[i, t] for i in m.thermal_in[g])
    stores = sum(m.store_reserve[s, t] for s in m.store_in[g])
    lost = unit_on_line(m, g, m.step_of[t])
    return thermal + stores + taken_over(m, g, t) + m.reserve_short[g, t] - lost >= m.mg.reserve[g]


@equation("reserving_store hour", "GW", "value of converter power for reserve, MCNY/GWh")
def store_reserve_power(m, s, t):
    r"""Reserve held by a store of a microgrid is limited by the unused power of its converter.

    .. math::

       r_{s,t} \le X_s - d_{s,t} + c_{s,t}
    """
    return m.store_reserve[s, t] <= m.capacity_store_power[s] - m.discharge[s, t] + m.charge[s, t]


@equation("reserving_store hour", "GWh", "value of stored energy for reserve, MCNY/GWh")
def store_reserve_energy(m, s, t):
    r"""The energy stored at the end of the hour can supply the reserve for an hour: an empty store holds none.

    .. math::

       h\, r_{s,t} \le \eta^d_s e_{s,t}, \qquad h = 1
    """
    return SUSTAINED_H * m.store_reserve[s, t] <= m.s.discharge_efficiency_share[s] * lowest(m, s, t)


@equation("reserving_down hour", "GW", "price of downward reserve, MCNY/GWh")
def reserve_down(m, g, t):
    r"""Output that can be lowered at once covers the trip of a potline.

    .. math::

       \sum_{i \in g} q_{i,t} + \sum_{j \in g} w_{j,t} + \xi^-_{g,t} \ge R^-_g
    """
    room = sum(m.above_minimum[i, t] for i in m.thermal_in[g]) + sum(m.renewable_power[j, t] for j in m.feed_in[g])
    return room + m.reserve_down_short[g, t] >= m.mg.reserve_down[g]


@equation("metered", "GWh", "value of yearly exchange, MCNY/GWh")
def exchange_ledger(m, g):
    r"""Exchange over the tie-line in the block, sum of both directions.

    .. math::

       B_g = \sum_t \sum_{l \in tie(g)} (f^+_{l,t} + f^-_{l,t})
    """
    return m.ledger_exchange[g] == sum(tie_exchange(m, g, t) for t in m.hour)


@equation("self_supplied", "GWh", "cost of self-supply, MCNY/GWh")
def import_ledger(m, g):
    r"""Net import of the microgrid in the block.

    .. math::

       I_g = \sum_t \sum_{l \in border(g)} f^{net,in}_{l,t}
    """
    return m.ledger_import[g] == sum(tie_import(m, g, t) for t in m.hour)


@equation("metered", "GWh", "value of more yearly exchange, MCNY/GWh", part="master")
def exchange_limit(m, g):
    r"""Yearly exchange of a microgrid over its tie-line is limited.

    .. math::

       B_g \le B^{max}_g
    """
    return m.total_exchange[g] <= m.mg.tie_limit_gwh_per_year[g]


@equation("self_supplied", "GWh", "cost of self-supply, MCNY/GWh", part="master")
def self_supply(m, g):
    r"""A microgrid covers at least a share of its yearly load from its own plants.

    .. math::

       I_g \le (1 - \phi_g)\, L_g
    """
    return m.total_import[g] <= (1 - m.mg.self_supply_share[g]) * m.microgrid_load_gwh[g]


COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_sets,
    running_cost=running_cost,
    ledgers={"exchange": Ledger("metered"), "import": Ledger("self_supplied", signed=True)},
)  # fmt: skip
