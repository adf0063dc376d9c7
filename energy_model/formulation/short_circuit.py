r"""Short-circuit ratio (短路比) at the converters of HVDC links: the AC system must be strong enough for the power that they convert.

Each machine on-line adds short-circuit power at the converter busbar: its own, given by its subtransient and transformer reactance,
times the share that the impedance of the network lets through, a figure of its node.  The sum is linear in what is on-line.  The network is
that of the table: switching and new lines do not change the shares, and interaction with other converters is left out.
"""

from energy_model.formulation.component import Component, declare
from energy_model.formulation.equation import equation


def sets(m, y):
    """Condensers."""
    declare(m, condenser=y.condenser.index)


def block_sets(m, y):
    """HVDC links with a least ratio, and what one unit of each machine on-line lets their converter carry [GW/GW]."""
    line = y.corridor.reindex(y.weak_converter)
    declare(m, weak_converter=line.index)
    m.least_ratio, m.grid_strength = line.least_short_circuit_ratio.to_dict(), line.grid_short_circuit.to_dict()
    m.others_power = line.others_power.to_dict()
    m.strength = {c: {"thermal": {}, "condenser": {}} for c in m.weak_converter}
    for (c, n), share in y.short_circuit.share.items():
        for name, table in (("thermal", y.thermal), ("condenser", y.condenser)):
            own = table[(table.node == n) & (table.short_circuit > 0)]
            m.strength[c][name] |= {i: share * own.short_circuit[i] for i in own.index}


@equation("weak_converter hour", "GW", "value of more HVDC power at this short-circuit power, MCNY/GWh")
def short_circuit_ratio(m, c, t):
    r"""Short-circuit power at a converter is at least a given multiple of the power of the HVDC link, that of other regions included.

    Divided by the ratio, so that both sides are the power of the link:

    .. math::

       f^+_{l,t} + f^-_{l,t} + \omega_l X_l \le \frac{1}{\rho_l} \Big( S_l + \sum_n \theta_{l,n} \big[
       \sum_{g \in n} s_g\, o_{g,k(t)} + \sum_{z \in n} s_z\, X_z \big] \Big)

    :math:`\rho` ``least_short_circuit_ratio``, :math:`S` short-circuit power from outside the study [GVA], :math:`\theta` share of the
    node, :math:`s` short-circuit power per net capacity on-line, or per rating of a condenser [GVA/GW, GVA/Gvar], :math:`\omega X`
    power that other regions send over the link.
    """
    flow = m.flow_forward[c, t] + (m.flow_backward[c, t] if c in m.reversible else 0) + m.others_power[c] * m.capacity_corridor[c]
    own = sum(s * m.online[g, m.step_of[t]] for g, s in m.strength[c]["thermal"].items())
    own += sum(s * m.capacity_condenser[z] for z, s in m.strength[c]["condenser"].items())
    return flow - own / m.least_ratio[c] <= m.grid_strength[c] / m.least_ratio[c]


COMPONENT = Component(__name__, sets, block_sets)
