"""Power flow: Kirchhoff's voltage law on the cycles of each network."""

from energy_model.formulation.component import Component, declare
from energy_model.formulation.corridors import net_flow
from energy_model.formulation.equation import equation
from energy_model.formulation.losses import circuits


def block_sets(m, y):
    """Independent cycles, and corridors whose reinforcement changes their impedance."""
    declare(m, cycle=y.cycle.index.unique(0), reinforced=y.reference_flow.index)
    m.cycle_weight = y.cycle.weight.to_dict()
    m.corridor_of_cycle = {k: list(y.cycle.loc[[k]].index.get_level_values(1)) for k in m.cycle}


@equation("cycle hour", "GW", "cost of a voltage around the cycle, MCNY/GWh at its largest impedance")
def kirchhoff(m, k, t):
    r"""Voltage angles along every independent cycle add up to zero, so parallel paths share power by their impedance.

    .. math::

       \sum_{l \in k} \frac{z_l}{\max_{j \in k} |z_j|}
       \left[ f^+_{l,t} - f^-_{l,t} - \hat f_{l,t} \left(\frac{N_l}{\hat N_l} - 1\right) \right] = 0

    :math:`z` impedance of the assumed :math:`\hat N` circuits of the corridor, signed by the direction in which the cycle passes it:
    reactance in an AC network, resistance in a DC one; :math:`N` existing and new circuits.  The angle :math:`z \hat N f / N` is
    linearised about an earlier solution with :math:`\hat f` and :math:`\hat N`; without one, and where nothing can be
    built, :math:`\hat f = 0`.  Cycle formulation of Hörsch et al. 2018, "Linear optimal power flow using cycle flows".
    """
    bent = {
        c: m.reference_flow[c, t] * (circuits(m, c) / m.l.assumed_circuits[c] - 1) if c in m.reinforced else 0
        for c in m.corridor_of_cycle[k]
    }
    return sum(m.cycle_weight[k, c] * (net_flow(m, c, t) - bent[c]) for c in bent) == 0


COMPONENT = Component(__name__, block_sets=block_sets, data={"reference_flow": "reinforced"})
