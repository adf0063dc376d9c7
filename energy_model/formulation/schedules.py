"""Schedules of HVDC links: constant over steps, with limited ramps."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, declare
from energy_model.formulation.corridors import net_flow
from energy_model.formulation.equation import equation


def block_sets(m, y):
    """HVDC links with a schedule, and those with ramp limits."""
    line = y.corridor
    is_hvdc, step = line.kind == "hvdc", line.schedule_step_h
    declare(
        m,
        scheduled=line.index[is_hvdc & ((step > 1) | (line.ramp_share_per_h < 2))],
        ramped=line.index[is_hvdc & (line.ramp_share_per_h < 2)],
    )
    m.schedule_end = {(c, t): -(-t // step[c]) * step[c] for c in m.scheduled for t in m.hour0}


def block_columns(m):
    """Scheduled power [GW]."""
    reach = {c: m.l.usable[c] * (m.l.existing[c] + m.l.max_new[c]) for c in m.scheduled}
    m.schedule = pyo.Var(m.scheduled, m.hour0, bounds=lambda m, c, t: (-reach[c] if c in m.reversible else 0, reach[c]))


@equation("scheduled hour", "GW", "value of sending more than scheduled, MCNY/GWh")
def schedule_flow(m, c, t):
    r"""The flow of an HVDC link equals the schedule of the step to which the hour belongs.

    .. math::

       f^+_{l,t} - f^-_{l,t} = s_{l,\tau(t)}

    :math:`s` ``schedule``, counted by the last hour :math:`\tau(t)` of its step (``schedule_step_h``).
    """
    return net_flow(m, c, t) == m.schedule[c, m.schedule_end[c, t]]


@equation("ramped hour", "GW", "value of a faster rise of the schedule, MCNY/GWh")
def schedule_ramp_up(m, c, t):
    r"""The flow rises from one hour to the next by at most its ramp rate.

    .. math::

       f_{l,t} - s_{l,\tau(t-1)} \le r_l\, \sigma_l X_l
    """
    before = m.schedule[c, m.schedule_end[c, t - 1]]
    return net_flow(m, c, t) - before <= m.l.ramp_share_per_h[c] * m.l.usable[c] * m.capacity_corridor[c]


@equation("ramped hour", "GW", "value of a faster fall of the schedule, MCNY/GWh")
def schedule_ramp_down(m, c, t):
    r"""The flow falls from one hour to the next by at most its ramp rate.

    .. math::

       s_{l,\tau(t-1)} - f_{l,t} \le r_l\, \sigma_l X_l
    """
    before = m.schedule[c, m.schedule_end[c, t - 1]]
    return before - net_flow(m, c, t) <= m.l.ramp_share_per_h[c] * m.l.usable[c] * m.capacity_corridor[c]


COMPONENT = Component(__name__, block_sets=block_sets, block_columns=block_columns, states={"schedule": "hour"})
