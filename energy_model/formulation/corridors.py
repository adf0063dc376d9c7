"""AC and HVDC corridors, existing and new."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Corridors."""
    m.l = columns_of(y.corridor)
    declare(m, corridor=y.corridor.index)


def block_sets(m, y):
    """Corridors by the rows they need and by their ends."""
    line, bus = y.corridor, y.bus.index
    two_way = line[line.reversible]
    declare(
        m,
        reversible=two_way.index,
        hvdc=line.index[(line.kind == "hvdc") & (line.min_power_share > 0)],
        dedicated=line.index[line.dedicated_to.notna()],
        outaged=line.index[line.outage > 0],
        rated=line.index[line.rating_series.notna()],
    )
    m.corridor_into, m.corridor_out_of = members_of(line.to_bus, bus), members_of(line.from_bus, bus)
    m.reversible_into, m.reversible_out_of = members_of(two_way.to_bus, bus), members_of(two_way.from_bus, bus)


def block_columns(m):
    """Flow in either direction, at its sending end [GW]."""
    positive(m, flow_forward=(m.corridor, m.hour), flow_backward=(m.reversible, m.hour))


def master_sets(m, y, yearly):
    """Corridors reinforced by whole circuits."""
    declare(m, reinforced=y.corridor.index[(y.corridor.max_new > 0) & (y.options.network.circuits == "integer")])


def master_columns(m, y):
    """New circuits."""
    most = (y.corridor.max_new * y.corridor.circuits_per_gw + 1e-6) // 1
    m.new_circuits = pyo.Var(m.reinforced, within=pyo.NonNegativeIntegers, bounds=lambda m, c: (0, most[c]))


def running_cost(m):
    """Wheeling, paid on the energy sent [MCNY]."""
    forward = sum(m.l.wheeling[c] * m.flow_forward[c, t] for c in m.corridor for t in m.hour)
    return {"wheeling": forward + sum(m.l.wheeling[c] * m.flow_backward[c, t] for c in m.reversible for t in m.hour)}


def net_electricity(m, n, t):
    """Power received at a bus over its corridors minus power sent [GW]; quadratic losses are in `losses`."""
    return (
        sum((1 - m.l.loss_share[c]) * m.flow_forward[c, t] for c in m.corridor_into[n])
        - sum(m.flow_forward[c, t] for c in m.corridor_out_of[n])
        + sum((1 - m.l.loss_share[c]) * m.flow_backward[c, t] for c in m.reversible_out_of[n])
        - sum(m.flow_backward[c, t] for c in m.reversible_into[n])
    )


def net_flow(m, c, t):
    """Forward minus backward flow of a corridor, at the sending ends [GW]."""
    return m.flow_forward[c, t] - (m.flow_backward[c, t] if c in m.reversible else 0)


@equation("corridor hour", "GW", "congestion rent of the corridor, MCNY/GWh")
def corridor_limit(m, c, t):
    r"""Flow in both directions together stays within the usable capacity (security factor times availability).

    .. math::

       f^+_{l,t} + f^-_{l,t} \le \sigma_l\, (X_l - o_{l,t})

    :math:`o` ``corridor_outage``: capacity in planned outage [GW].
    """
    back = m.flow_backward[c, t] if c in m.reversible else 0
    return m.flow_forward[c, t] + back <= m.l.usable[c] * in_service(m, c, t)


@equation("rated hour", "GW", "value of a higher rating in the hour, MCNY/GWh")
def corridor_rating(m, c, t):
    r"""Flow in both directions stays within the share of the usable capacity that the hour allows, as by the weather.

    .. math::

       f^+_{l,t} + f^-_{l,t} \le \rho_{l,t} \sigma_l X_l
    """
    back = m.flow_backward[c, t] if c in m.reversible else 0
    return m.flow_forward[c, t] + back <= m.availability[m.l.rating_series[c], t] * m.l.usable[c] * m.capacity_corridor[c]


def in_service(m, c, t):
    """Capacity of a corridor minus capacity in planned outage [GW]."""
    return m.capacity_corridor[c] - (m.corridor_outage[c, t] if c in m.outaged else 0)


@equation("hvdc hour", "GW", "cost of the converter minimum, MCNY/GWh")
def hvdc_minimum(m, c, t):
    r"""An HVDC link in service carries at least its minimum power.

    .. math::

       f^+_{l,t} \ge \mu_l \sigma_l (X_l - o_{l,t})
    """
    return m.flow_forward[c, t] - m.l.min_power_share[c] * m.l.usable[c] * in_service(m, c, t) >= 0


@equation("dedicated hour", "GW", "value of generation of the carrier for which the corridor is reserved, MCNY/GWh")
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


@equation("reinforced", "GW", "cost of keeping to whole circuits, MCNY/GW", part="master")
def whole_circuits(m, c):
    r"""New capacity of a corridor comes in whole circuits.

    .. math::

       X_l = \bar X_l + c_l z_l, \qquad z_l \in \mathbb{N}_0

    :math:`\bar X` existing capacity, :math:`c` capacity of a new circuit [GW], :math:`z` ``new_circuits``.
    """
    return m.capacity_corridor[c] - m.l.new_circuit[c] * m.new_circuits[c] == m.l.existing[c]


COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_sets, master_columns, running_cost,
    net={"electricity": net_electricity}, data={"corridor_outage": "outaged"},
)  # fmt: skip
