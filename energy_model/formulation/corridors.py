"""AC and HVDC corridors, existing and new."""

from energy_model.formulation.equation import equation


@equation("corridor hour", "GW", "congestion rent of the corridor, MCNY/GWh")
def corridor_limit(m, c, t):
    r"""Flow in both directions together stays within the usable capacity (security factor times availability).

    .. math::

       f^+_{l,t} + f^-_{l,t} \le \sigma_l\, X_l
    """
    back = m.flow_backward[c, t] if c in m.reversible else 0
    return m.flow_forward[c, t] + back <= m.l.usable[c] * m.capacity_corridor[c]


@equation("hvdc hour", "GW", "cost of the converter minimum, MCNY/GWh")
def hvdc_minimum(m, c, t):
    r"""An HVDC link in service carries at least its minimum power.

    .. math::

       f^+_{l,t} \ge \mu_l \sigma_l X_l
    """
    return m.flow_forward[c, t] - m.l.min_power_share[c] * m.l.usable[c] * m.capacity_corridor[c] >= 0


@equation(
    "dedicated hour", "GW", "value of generation of the carrier for which the corridor is reserved, MCNY/GWh"
)
def dedicated_flow(m, c, t):
    r"""Corridors reserved for a carrier send no more than that carrier generates at their sending node.

    .. math::

       \sum_{l \in n,k} f^+_{l,t} \le \sum_{i \in n,k} p_{i,t}
    """
    n, carrier = m.l.from_bus[c], m.l.dedicated_to[c]
    if carrier == "thermal":
        made = sum(m.thermal_power[g, t] for g in m.thermal_at[n])
    else:
        made = sum(m.renewable_power[j, t] for j in m.feed_at[n] if carrier in ("renewable", m.f.carrier[j]))
    sharing = [k for k in m.dedicated if (m.l.from_bus[k], m.l.dedicated_to[k]) == (n, carrier)]
    return sum(m.flow_forward[k, t] for k in sharing) <= made
