"""Aluminium smelters: flexible load with constant daily energy."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, LeftSide, bound, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation
from energy_model.formulation.scope import within


def sets(m, y):
    """Smelters; a clause on aluminium needs their yearly energy."""
    m.k = columns_of(y.smelter)
    declare(m, melting=y.smelter.index if y.asks_for_aluminium else [])


def block_sets(m, y):
    """Smelters by the rows they need and by location."""
    k, option = y.smelter, y.options.smelters
    declare(
        m,
        smelter=k.index,
        smelter_ramping=k.index[k.ramp_share_per_h < k.modulation_down_share + k.modulation_up_share],
        enduring=k.index[(k.modulation_down_share > 0) & option.hours_in_a_row],
        restarting=k.index[(k.restart_cost > 0) & option.restarts],
        hour_inside_day=[t for t in m.hour if t % 24],
    )
    m.hours_back = {i: max(0, int(m.k.modulation_hours_h[i]) - 1) if i in m.enduring else 0 for i in m.smelter}
    m.smelter_at = members_of(k.node, y.bus.index)
    m.smelter_in = members_of(k.node.map(y.bus.microgrid), y.microgrid.index)


def block_columns(m):
    """Scheduled, shed and restarted power [GW]; deviation from rated energy since midnight [GWh]."""
    k = m.k
    shed = [(i, t) for i in m.smelter for t in (m.hour0 if i in m.restarting else m.hour)]
    positive(m, potline_shed=(shed,), restored=(m.restarting, m.hour))
    bound(m.restored, {i: (1 + k.modulation_up_share[i]) * k.rated[i] for i in m.restarting})
    m.smelter_power = pyo.Var(
        [(i, t) for i in m.smelter for t in range(-m.hours_back[i], len(m.hour) + 1)],
        bounds=lambda m, i, t: ((1 - k.modulation_down_share[i]) * k.rated[i], (1 + k.modulation_up_share[i]) * k.rated[i]),
    )
    reach = {i: k.modulation_hours_h[i] * k.modulation_down_share[i] * k.rated[i] for i in m.smelter}
    m.deviation = pyo.Var(m.smelter, m.hour_inside_day, bounds=lambda m, i, t: (-reach[i], reach[i]))


def running_cost(m):
    """Potline shedding and restarts [MCNY]."""
    return {
        "potline_shedding": sum(m.k.shed_cost[k] * m.potline_shed[k, t] for k in m.smelter for t in m.hour),
        "potline_restarts": sum(m.k.restart_cost[k] * m.restored[k, t] for k in m.restarting for t in m.hour),
    }


def net_electricity(m, n, t):
    """Power used by the potlines of a bus [GW]."""
    return -sum(m.smelter_power[k, t] - m.potline_shed[k, t] for k in m.smelter_at[n])


@equation("smelter hour", "GWh", "value of shifting potline energy by one hour, MCNY/GWh")
def potline_deviation(m, k, t):
    r"""Cumulative deviation of potline energy from rated power since midnight.

    Bounds of the deviation hold the pot's heat balance: ``modulation_hours_h`` hours at full modulation from rated heat, twice as many in
    a row for a pot that was heated before (`potline_endurance` forbids that); zero at midnight keeps daily energy, and so the tonnes,
    constant.

    .. math::

       D_{k,t} = D_{k,t-1} + a_{k,t} - A_k, \qquad |D_{k,t}| \le h_k \delta_k A_k, \quad D_{k,24d} = 0
    """
    before = m.deviation[k, t - 1] if (t - 1) % 24 else 0
    after = m.deviation[k, t] if t % 24 else 0
    return after == before + m.smelter_power[k, t] - m.k.rated[k]


@equation("smelter_ramping hour", "GW", "value of faster modulation upward, MCNY/GWh")
def smelter_ramp_up(m, k, t):
    r"""Potline power rises no faster than its ramp rate (only where narrower than the modulation band).

    .. math::

       a_{k,t} - a_{k,t-1} \le R_k A_k
    """
    return m.smelter_power[k, t] - m.smelter_power[k, t - 1] <= m.k.ramp_share_per_h[k] * m.k.rated[k]


@equation("smelter_ramping hour", "GW", "value of faster modulation downward, MCNY/GWh")
def smelter_ramp_down(m, k, t):
    r"""Potline power falls no faster than its ramp rate.

    .. math::

       a_{k,t-1} - a_{k,t} \le R_k A_k
    """
    return m.smelter_power[k, t - 1] - m.smelter_power[k, t] <= m.k.ramp_share_per_h[k] * m.k.rated[k]


@equation("smelter hour", "GW", "value of a higher shedding limit of potlines, MCNY/GWh")
def potline_shed_limit(m, k, t):
    r"""Shed potline power does not exceed scheduled potline power.

    .. math::

       v_{k,t} \le a_{k,t}
    """
    return m.potline_shed[k, t] <= m.smelter_power[k, t]


@equation("enduring hour", "GWh", "value of one more GWh withheld within the window, MCNY/GWh")
def potline_endurance(m, k, t):
    r"""At most ``modulation_hours_h`` consecutive hours at full modulation, whatever the hours before.

    Any window one hour longer withholds at most the energy of those hours at full depth; shallower modulation may last longer.

    .. math::

       \sum_{i=0}^{\lfloor h_k \rfloor} (A_k - a_{k,t-i}) \le h_k \delta_k A_k
    """
    depth = m.k.modulation_down_share[k] * m.k.rated[k]
    window = range(t - int(m.k.modulation_hours_h[k]), t + 1)
    return sum(m.k.rated[k] - m.smelter_power[k, i] for i in window) <= m.k.modulation_hours_h[k] * depth


@equation("restarting hour", "GW", "cost of restarting one more GW of potlines, MCNY/GW")
def potline_restart(m, k, t):
    r"""A decrease of shed potline power is a restart.

    .. math::

       v_{k,t-1} - v_{k,t} \le b_{k,t}

    :math:`b` ``restored`` [GW], paid at ``restart_cost_cny_per_mw``.
    """
    return m.potline_shed[k, t - 1] - m.potline_shed[k, t] <= m.restored[k, t]


@equation("melting", "GWh", "value of potline energy in yearly rows, MCNY/GWh")
def potline_ledger(m, k):
    r"""Energy used by potlines in the block, for the clauses on aluminium.

    .. math::

       S_k = \sum_t (a_{k,t} - v_{k,t})
    """
    return m.ledger_potline[k] == sum(m.smelter_power[k, t] - m.potline_shed[k, t] for t in m.hour)


def aluminium_kt(m, c):
    """Aluminium output in the scope of a clause, which may be one smelter [kt]."""
    own = [k for k in m.melting if m.c.scope[c] == k or within(m, c, m.k.node[k])]
    return sum(m.total_potline[k] / m.k.intensity[k] for k in own)


CLAUSES = {"aluminium_kt": LeftSide(aluminium_kt)}
COMPONENT = Component(
    __name__, sets, block_sets, block_columns,
    running_cost=running_cost,
    net={"electricity": net_electricity},
    ledgers={"potline": Ledger("melting")},
    states={"smelter_power": "hour"},
    history={"potline_shed": "hour"},
)  # fmt: skip
