"""Water of plants and industry in the year, by node; rows only where a water right or a clause needs them."""

from energy_model.formulation.component import Component, Ledger, LeftSide, columns_of, declare
from energy_model.formulation.equation import equation
from energy_model.formulation.scope import within
from energy_model.study.clause_quantities import covers


def sets(m, y):
    """Clusters whose water counts for a right or a clause."""
    m.wn = columns_of(y.water_node)
    limited = y.water_node.index[y.water_node.right.notna()]
    asked = y.clause.scope[y.clause.quantity == "water_mm3"]
    counted = {n for n in y.water_node.index if n in limited or any(covers(c, n, y.bus.microgrid[n], y.bus.outside[n]) for c in asked)}
    watered = [g for g, n in y.thermal.node.items() if n in counted and y.thermal.water[g] > 0] if counted else []
    declare(m, watered=watered, water_right_node=limited)


@equation("watered", "GWh", "value of the water that generation uses, MCNY/GWh")
def generation_ledger(m, g):
    r"""Net generation in the block of the clusters whose water counts.

    .. math::

       G_g = \sum_t p_{g,t}
    """
    return m.ledger_generation[g] == sum(m.thermal_power[g, t] for t in m.hour)


@equation("water_right_node", "1000 m3", "value of more water, MCNY per 1000 m3 (1000 x CNY/m3)", part="master")
def water_limit(m, n):
    r"""Plants and industry of a node use no more water in the year than its right.

    .. math::

       \sum_{g \in n} \omega_g G_g + W_n \le \overline{W}_n

    :math:`\omega` water per net output [1000 m3/GWh = m3/MWh], :math:`W` water of industry at its yearly energy, smelters at rated power.
    """
    return sum(m.g.water[g] * m.total_generation[g] for g in m.watered if m.g.node[g] == n) <= m.wn.right[n] - m.wn.industry[n]


def water_used(m, c):
    """Water of plants and industry in the scope of a clause [1000 m3]."""
    industry = sum(w for n, w in m.wn.industry.items() if within(m, c, n))
    return sum(m.g.water[g] * m.total_generation[g] for g in m.watered if within(m, c, m.g.node[g])) + industry


CLAUSES = {"water_mm3": LeftSide(water_used)}
COMPONENT = Component(__name__, sets, ledgers={"generation": Ledger("watered", signed=True)})
