"""Thermal clusters with relaxed unit commitment.

After Palmintier and Webster (2016), "Impact of operational flexibility on electricity generation planning", IEEE Transactions on
Sustainable Energy 5(2): units of one kind are a cluster whose online capacity is continuous.  All quantities are net of own use.
Online capacity is decided once per commitment step (``commitment_step_h``): a lignite unit needs hours to start.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, LeftSide, columns_of, declare, members_of, positive
from energy_model.formulation.deep_shaving import lowered
from energy_model.formulation.equation import equation
from energy_model.formulation.scope import within
from energy_model.study.clause_quantities import covers


def sets(m, y):
    """Clusters."""
    g = y.thermal
    m.g = columns_of(g)
    m.has_allowances = y.has_allowances
    asked = y.clause.scope[y.clause.quantity == "condensing_gwh"]
    owed = [
        i for i, n in g.node[g.kind == "thermal"].items() if any(covers(scope, n, y.bus.microgrid[n], y.bus.outside[n]) for scope in asked)
    ]
    declare(m, thermal=g.index, maintained=g.index[(g.planned_outage_share > 0) & y.options.maintenance.scheduled], quota_thermal=owed)


def block_sets(m, y):
    """Clusters by the rows they need and by location."""
    g = y.thermal
    declare(
        m,
        chp=g.index[g.is_chp],
        ramping=g.index[g.ramp_share_per_h < (1 if y.options.commitment.start_ramps else 1 - g.min_load_share)],
        must_running=g.index[g.must_run_share > 0],
        open_start=["first"] if y.is_open else [],
    )
    m.ramps_starts = y.options.commitment.start_ramps
    m.open_start_of = {i: list(m.open_start) if g.open_start[i] else [] for i in g.index}
    m.maintained_of = {i: [i] if i in m.maintained else [] for i in g.index}
    m.thermal_at = members_of(g.node, y.bus.index)
    m.thermal_in = members_of(g.microgrid, y.microgrid.index)
    m.chp_in = members_of(g.heat_area[g.is_chp], y.heat_area.index)


def block_columns(m):
    """Online capacity, output above minimum load, and heat extraction [GW]."""
    positive(m, online=(m.thermal, m.step0), above_minimum=(m.thermal, m.hour0), chp_heat=(m.chp, m.hour))
    m.thermal_power = pyo.Expression(m.thermal, m.hour, rule=thermal_power)


def master_sets(m, y, yearly):
    """Retrofits by the cluster that they convert."""
    m.retrofits_of = {g: list(members) for g, members in y.thermal.groupby("retrofit_of").groups.items()}
    declare(m, retrofitted=m.retrofits_of)


def master_columns(m, y):
    """Lower bound of a retrofitted cluster: it may be converted entirely."""
    for g in m.retrofitted:
        m.capacity_thermal[g].setlb(0)


def running_cost(m):
    """Operation and maintenance by output, net of free CO2 allowances; fuel and its CO2 are bought once a year in the master [MCNY]."""
    own = {"thermal_variable": sum(m.g.vom[g] * m.thermal_power[g, t] for g in m.thermal for t in m.hour)}
    if not m.has_allowances:
        return own
    power = sum(m.g.co2_benchmark[g] * m.thermal_power[g, t] for g in m.thermal for t in m.hour)
    heat = sum(m.g.co2_benchmark_heat[g] * m.chp_heat[g, t] for g in m.chp for t in m.hour)
    return own | {"co2_allowances": -m.price.co2 * (power + heat)}


def net_electricity(m, n, t):
    """Net output of the clusters of a bus [GW]."""
    return sum(m.thermal_power[g, t] for g in m.thermal_at[n])


def net_heat(m, a, t):
    """Heat extracted from the clusters of a heat area [GW]."""
    return sum(m.chp_heat[g, t] for g in m.chp_in[a])


def thermal_power(m, g, t):
    """Net electric output [GW]: minimum load plus the part above it, minus deep peak shaving and the power lost to heat extraction."""
    lost = m.g.power_loss_per_heat[g] * m.chp_heat[g, t] if g in m.chp else 0
    return m.g.min_load_share[g] * m.online[g, m.step_of[t]] + m.above_minimum[g, t] - lowered(m, g, t) - lost


def available_capacity(m, g):
    """Net capacity of a cluster that is neither in outage nor under scheduled maintenance [GW]."""
    return m.g.online_share[g] * m.capacity_thermal[g] - sum(m.on_maintenance[i] for i in m.maintained_of[g])


def most_online(m) -> dict:
    """Maximum online capacity of each cluster, with all buildable capacity [GW]."""
    return {g: m.g.online_share[g] * (m.g.existing[g] + m.g.max_new[g]) for g in m.thermal}


def unbound(m, g, t):
    """In the first hour of a study that is not closed: capacity, so that no earlier state binds [GW]; else 0."""
    return sum(m.horizon_start[i, t] * m.capacity_thermal[g] for i in m.open_start_of[g])


def fuel_use(m, g, t):
    """Fuel burnt in an hour [TJ]: a no-load part of the online capacity and a part that grows with the boiler load."""
    no_load = m.g.no_load_fuel_share[g]
    rate = m.g.heat_rate[g]  # GJ/MWh = TJ/GWh
    load = m.g.min_load_share[g] * m.online[g, m.step_of[t]] + m.above_minimum[g, t] - lowered(m, g, t)
    return rate * (1 - no_load) * load + rate * no_load * m.online[g, m.step_of[t]]


@equation("thermal step", "GW", "value of one more GW of available capacity, MCNY/GW per step")
def online_limit(m, g, k):
    r"""Online capacity is limited by net capacity times availability (planned and forced outages as an average).

    .. math::

       o_{g,k} \le (1-\alpha_g)(1-\omega_g)\, X_g - a_g

    With scheduled maintenance :math:`\omega` is the forced outage alone and :math:`a` the capacity under maintenance in the block.
    """
    return m.online[g, k] <= available_capacity(m, g)


@equation("starting step", "GW", "cost of one more GW started, MCNY/GW")
def start_up(m, g, k):
    r"""Capacity started is at least the increase of online capacity (`unit_balance` for clusters with minimum times or start classes).

    .. math::

       o_{g,k} - o_{g,k-1} \le z_{g,k}

    In a study that is not closed, the first hour has no start and no ramp: :math:`X_g` is added to the right-hand side.
    """
    return m.online[g, k] - m.online[g, k - 1] <= m.started[g, k] + unbound(m, g, m.hours_of[k][0])


@equation("must_running step", "GW", "cost of one more GW that must stay online, MCNY/GW per step")
def must_run(m, g, k):
    r"""Must-run plants keep a share of their available capacity online.

    .. math::

       o_{g,k} \ge \chi_g \left[ (1-\alpha_g)(1-\omega_g)\, X_g - a_g \right]

    With a share of 1 the minimum load refers to installed capacity.
    """
    return m.online[g, k] - m.g.must_run_share[g] * available_capacity(m, g) >= 0


@equation("thermal hour", "GW", "value of one more online GW, MCNY/GWh")
def output_range(m, g, t):
    r"""Boiler load lies between minimum load and the online capacity; :math:`q` is the part above the minimum.

    .. math::

       q_{g,t} + \sum_{p \in up} r_{p,g,t} \le (1 - \mu_g)\, o_{g,k(t)}

    :math:`r` upward reserve of the cluster, if reserves are modelled.
    """
    offered = sum(m.reserve_offer[p, g, t] for p in m.offers_up[g])
    return m.above_minimum[g, t] + offered <= (1 - m.g.min_load_share[g]) * m.online[g, m.step_of[t]]


@equation("ramping hour", "GW", "value of one more GW/h upward, MCNY/GWh")
def ramp_up(m, g, t):
    r"""Output above the minimum rises by at most the ramp rate.

    Written only for clusters whose ramp rate is below the width of their load range; for others it can never bind.

    .. math::

       q_{g,t} - q_{g,t-1} \le R_g\, o_{g,k(t)} - \min(\mu_g, R_g)\, z_{g,t}

    :math:`z` capacity started at the hour, where ``start_ramps`` is on: it is at most at :math:`\max(\mu_g, R_g)` of its size then.
    """
    k, lost = m.step_of[t], lost_climb(m, g, t)
    most = m.g.ramp_share_per_h[g] * m.online[g, k] - (lost * m.started[g, k] if lost else 0)
    return m.above_minimum[g, t] - m.above_minimum[g, t - 1] <= most + unbound(m, g, t)


def lost_climb(m, g, t):
    """What a unit of capacity that starts or stops at an hour takes from the climb above minimum load; 0 unless both may be."""
    begins = m.ramps_starts and t == m.hours_of[m.step_of[t]][0]
    return min(m.g.min_load_share[g], m.g.ramp_share_per_h[g]) if begins else 0


@equation("ramping hour", "GW", "value of one more GW/h downward, MCNY/GWh")
def ramp_down(m, g, t):
    r"""Output above the minimum falls by at most the ramp rate of the capacity online in the previous hour.

    .. math::

       q_{g,t-1} - q_{g,t} \le R_g\, o_{g,k(t-1)} - \min(\mu_g, R_g)\, y_{g,t}

    :math:`y` capacity stopped at the hour, :math:`o_{k-1} - o_k + z_k`, where ``start_ramps`` is on.
    """
    k, lost = m.step_of[t], lost_climb(m, g, t)
    stopped = lost * (m.online[g, k - 1] - m.online[g, k] + m.started[g, k]) if lost else 0
    most = m.g.ramp_share_per_h[g] * m.online[g, m.step_of[t - 1]] - stopped
    return m.above_minimum[g, t - 1] - m.above_minimum[g, t] <= most + unbound(m, g, t)


@equation("thermal", "TJ", "price of the fuel of this cluster, MCNY/TJ")
def fuel_ledger(m, g):
    r"""Fuel burnt in the block, for the yearly coal balance.

    .. math::

       F_g = \sum_t \left[ h_g (1-\nu_g)(\mu_g o_{g,k(t)} + q_{g,t} - \sum_i d_{g,i,t}) + h_g \nu_g o_{g,k(t)} \right] + \sum_k s_g z_{g,k}

    :math:`d` ``below_minimum``, where deep peak shaving is on; :math:`s` fuel of a start [TJ/GW].
    """
    starts = sum(m.g.start_fuel[g] * m.started[g, k] for k in m.step) if m.g.start_fuel[g] else 0
    return m.ledger_fuel[g] == sum(fuel_use(m, g, t) for t in m.hour) + starts


@equation("quota_thermal", "GWh", "value of condensing generation in the year, MCNY/GWh")
def condensing_ledger(m, g):
    r"""Net generation in the block of the condensing plants that a clause on a generation quota counts.

    .. math::

       K_g = \sum_t p_{g,t}
    """
    return m.ledger_condensing[g] == sum(m.thermal_power[g, t] for t in m.hour)


@equation("retrofitted", "GW", "value of existing capacity, MCNY/GW", part="master")
def retrofit_limit(m, g):
    r"""Retrofitted capacity leaves its cluster; both together equal the existing capacity.

    .. math::

       X_g + \sum_{r \in g} X_r = X^{0}_g
    """
    return m.capacity_thermal[g] + sum(m.capacity_thermal[r] for r in m.retrofits_of[g]) == m.g.existing[g]


def capacity_gw(m, c, technology=None):
    """Thermal capacity of the scope of a clause, or of one technology [GW]."""
    own = [g for g in m.thermal if within(m, c, m.g.node[g]) and technology in (None, m.g.technology[g])]
    return sum(m.capacity_thermal[g] for g in own)


def condensing_gwh(m, c):
    """Net generation of the condensing plants in the scope of a clause [GWh]."""
    return sum(m.total_condensing[g] for g in m.quota_thermal if within(m, c, m.g.node[g]))


CLAUSES = {
    "thermal_capacity_mw": LeftSide(capacity_gw),
    "igcc_capacity_mw": LeftSide(lambda m, c: capacity_gw(m, c, "igcc")),
    "condensing_gwh": LeftSide(condensing_gwh),
}
COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_sets, master_columns, running_cost,
    net={"electricity": net_electricity, "heat": net_heat},
    data={"horizon_start": "open_start"},
    ledgers={"fuel": Ledger("thermal"), "condensing": Ledger("quota_thermal", signed=True)},
    states={"online": "step", "above_minimum": "hour"},
)  # fmt: skip
