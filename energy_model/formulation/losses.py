"""Quadratic losses of corridors, between tangents from below and the secant from above.

The loss of N circuits is :math:`r f^2 / N`: convex in flow and circuits together, so its tangents hold for whatever is built and need no
iteration.  Half of it is taken at either end; the flow, its limits and charges are those in the middle of the line.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, declare, positive
from energy_model.formulation.equation import equation


def block_sets(m, y):
    """Corridors with quadratic losses, and the tangents of each."""
    declare(m, lossy=y.corridor.index[y.corridor.resistance_per_gw.notna()])
    m.lossy_at = {n: [c for c in m.lossy if n in (m.l.from_bus[c], m.l.to_bus[c])] for n in m.bus}
    m.loss_tangents = y.options.network.loss_tangents
    m.tangent = pyo.Set(dimen=2, initialize=[(c, i) for c in m.lossy for i in range(1, m.loss_tangents + 1)])


def block_columns(m):
    """Loss of a line [GW]."""
    positive(m, loss=(m.lossy, m.hour))


def net_electricity(m, n, t):
    """Half of the quadratic losses of the lines that end at a bus [GW]."""
    return -sum(m.loss[c, t] / 2 for c in m.lossy_at[n])


def traffic(m, c, t):
    """Power in both directions together [GW]."""
    return m.flow_forward[c, t] + (m.flow_backward[c, t] if c in m.reversible else 0)


def circuits(m, c):
    """Existing and new circuits."""
    return m.l.circuits[c] + m.l.circuits_per_gw[c] * (m.capacity_corridor[c] - m.l.existing[c])


def fullest(m, c) -> float:
    """Maximum flow of one circuit [GW]."""
    standing = m.l.existing[c] / m.l.circuits[c] if m.l.circuits[c] else 0.0
    new = 1 / m.l.circuits_per_gw[c] if m.l.circuits_per_gw[c] else 0.0
    return m.l.usable[c] * max(standing, new)


@equation("tangent hour", "GW", "part of the marginal value of losses due to this tangent, MCNY/GWh")
def loss_tangent(m, c, i, t):
    r"""The loss of a corridor lies above the tangents of its parabola.

    .. math::

       \ell_{l,t} \ge r_l \left[2 u_{l,i} (f^+_{l,t} + f^-_{l,t}) - u_{l,i}^2 N_l\right],
       \qquad u_{l,i} = \frac{2i}{2n+1} \bar u_l

    :math:`r` resistance of one circuit over the square of the voltage [1/GW], :math:`N` circuits, :math:`u_i` flow of a circuit at which
    the tangent :math:`i` of :math:`n` touches, :math:`\bar u` its largest.  With these points (and :math:`\ell \ge 0`) the loss is too
    low by at most :math:`1/(2n+1)^2` of the loss at full load, the least that n tangents can do.
    """
    touch = 2 * i / (2 * m.loss_tangents + 1) * fullest(m, c)
    r = m.l.resistance_per_gw[c]
    return m.loss[c, t] - 2 * r * touch * traffic(m, c, t) + r * touch**2 * circuits(m, c) >= 0


@equation("lossy hour", "GW", "value of a larger loss where energy has a negative value, MCNY/GWh")
def loss_secant(m, c, t):
    r"""The loss of a corridor lies below the secant of its parabola, so that a line is not a sink for surplus energy.

    .. math::

       \ell_{l,t} \le r_l \bar u_l (f^+_{l,t} + f^-_{l,t})
    """
    return m.loss[c, t] <= m.l.resistance_per_gw[c] * fullest(m, c) * traffic(m, c, t)


COMPONENT = Component(__name__, block_sets=block_sets, block_columns=block_columns, net={"electricity": net_electricity})
