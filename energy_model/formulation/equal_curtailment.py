"""Equal curtailment (三公调度): the city and its neighbours curtail in proportion to what each offers, where cost leaves it open.

Where wind is curtailed on both sides of a line that is not full, a MWh of either side is worth nothing, and cost does not say whose is cut.
A price far below every other one on the square of the curtailed share decides it: the sum of squares is least at equal shares.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, declare, positive
from energy_model.formulation.equation import equation

CITY = "city"
"""The nodes of the city as one region beside its neighbours."""
TANGENTS = 5
"""Tangents of the square: it is too low by at most 1/121 of the energy on offer."""


def block_sets(m, y):
    """Regions that share curtailment, and the feeds of each."""
    m.equal_price = y.options.neighbours.equal_curtailment
    outside = y.bus.index[y.bus.outside]
    region = y.feed.bus.where(y.feed.bus.isin(outside), CITY)
    regions = sorted(set(region), key=str) if m.equal_price and len(outside) else []
    m.feeds_of = {a: list(region.index[region == a]) for a in regions}
    declare(m, sharing=regions)
    m.sharing_tangent = pyo.Set(dimen=2, initialize=[(a, i) for a in regions for i in range(1, TANGENTS + 1)])


def block_columns(m):
    """Curtailed energy times its share of the energy on offer [GW]."""
    positive(m, curtailed_square=(m.sharing, m.hour))


def running_cost(m):
    """Price of unequal curtailment, which decides between plans of the same cost [MCNY]."""
    if not len(m.sharing):
        return {}
    return {"equal_curtailment": m.equal_price * sum(m.curtailed_square[a, t] for a in m.sharing for t in m.hour)}


@equation("sharing_tangent hour", "GW", "part of the price of unequal curtailment due to this tangent, MCNY/GWh")
def equal_curtailment(m, a, i, t):
    r"""What a region is charged for lies above the tangents of the square of its curtailed share, per energy on offer.

    .. math::

       k_{a,t} \ge 2 x_i \left(A_{a,t} - w_{a,t}\right) - x_i^2 A_{a,t}, \qquad x_i = \frac{2i}{2n+1}

    :math:`A` available and :math:`w` used output of its wind and sun, :math:`x_i` share at which tangent :math:`i` of :math:`n` touches.
    Charged at :math:`\varepsilon` (``equal_curtailment_cny_per_mwh``), a plan costs at most :math:`\varepsilon` times the energy
    curtailed in the cheapest plan more than that one.
    """
    share = 2 * i / (2 * TANGENTS + 1)
    used = sum(m.renewable_power[j, t] for j in m.feeds_of[a])
    offered = sum(m.availability[m.series_of[r], t] * m.capacity_renewable[r] for j in m.feeds_of[a] for r in m.resource_of[j])
    return m.curtailed_square[a, t] + 2 * share * used - (2 * share - share**2) * offered >= 0


COMPONENT = Component(__name__, block_sets=block_sets, block_columns=block_columns, running_cost=running_cost)
