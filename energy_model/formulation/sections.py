"""Sections: limits on the weighted sum of the flows of several corridors, by month and units online."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, columns_of
from energy_model.formulation.corridors import net_flow
from energy_model.formulation.equation import equation


def block_sets(m, y):
    """Sections by direction, their corridors, and the clusters that raise their limits."""
    m.section_side = pyo.Set(dimen=2, initialize=list(y.section.index))
    weight, share = columns_of(y.section_member).weight, columns_of(y.section_unit)
    m.weights_of = {s: {c: w for (own, c), w in weight.items() if own == s} for s, _ in y.section.index}
    m.raised_by = {
        (s, direction): {
            g: rise for (own, n), rise in getattr(share, direction).items() if own == s and rise for g in m.thermal_at[n]
        }
        for s, direction in y.section.index
    }  # fmt: skip


@equation("section_side hour", "GW", "value of a higher limit of the section, MCNY/GWh")
def section_limit(m, s, direction, t):
    r"""The total flow of the corridors of a section stays within its limit, which units online may raise.

    .. math::

       \pm \sum_{l \in s} w_{s,l} f_{l,t} \le \bar S_{s,t} + \sum_{g \in s} a_{s,g} o_{g,k(t)}

    :math:`f` ``flow_forward`` less ``flow_backward``, at the sending end, :math:`w` weight of the corridor, :math:`\bar S`
    ``section_rating``: limit of the month [GW], :math:`a` increase of the limit per net capacity online. One row for each direction with a
    limit, the lower sign for the reverse one.
    """
    sign = 1 if direction == "forward" else -1
    flow = sum(w * net_flow(m, c, t) for c, w in m.weights_of[s].items())
    raised = sum(rise * m.online[g, m.step_of[t]] for g, rise in m.raised_by[s, direction].items())
    return sign * flow - raised <= m.section_rating[s, direction, t]


COMPONENT = Component(__name__, block_sets=block_sets, data={"section_rating": "section_side"})
