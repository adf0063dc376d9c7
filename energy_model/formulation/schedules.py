"""Schedules of HVDC links: constant over steps, and slow to change."""

from energy_model.formulation.equation import equation
from energy_model.formulation.security import net_flow


@equation("scheduled hour", "GW", "value of sending more than scheduled, MCNY/GWh")
def schedule_flow(m, c, t):
    r"""An HVDC link carries what is scheduled for the step of hours that the hour belongs to.

    .. math::

       f^+_{l,t} - f^-_{l,t} = s_{l,\tau(t)}

    :math:`s` ``schedule``, counted by the last hour :math:`\tau(t)` of its step (``schedule_step_h``).
    """
    return net_flow(m, c, t) == m.schedule[c, m.schedule_end[c, t]]


@equation("ramped hour", "GW", "value of a faster rise of the schedule, MCNY/GWh")
def schedule_ramp_up(m, c, t):
    r"""From one hour to the next the flow rises by no more than its ramp rate.

    .. math::

       f_{l,t} - s_{l,\tau(t-1)} \le r_l\, \sigma_l X_l
    """
    before = m.schedule[c, m.schedule_end[c, t - 1]]
    return net_flow(m, c, t) - before <= m.l.ramp_share_per_h[c] * m.l.usable[c] * m.capacity_corridor[c]


@equation("ramped hour", "GW", "value of a faster fall of the schedule, MCNY/GWh")
def schedule_ramp_down(m, c, t):
    r"""From one hour to the next the flow falls by no more than its ramp rate.

    .. math::

       s_{l,\tau(t-1)} - f_{l,t} \le r_l\, \sigma_l X_l
    """
    before = m.schedule[c, m.schedule_end[c, t - 1]]
    return before - net_flow(m, c, t) <= m.l.ramp_share_per_h[c] * m.l.usable[c] * m.capacity_corridor[c]
