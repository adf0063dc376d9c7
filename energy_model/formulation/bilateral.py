"""Bilateral contracts with physical delivery: energy of the seller's own plants to a consumer, within the hour.

Financial contracts have no rows: they settle prices between two parties and do not change the optimum.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Contracts with physical delivery."""
    m.bi = columns_of(y.bilateral)
    declare(m, delivered_bilateral=y.bilateral.index[y.bilateral.kind == "physical"])


def block_sets(m, y):
    """Contracts by seller and by buyer."""
    physical = y.bilateral.loc[list(m.delivered_bilateral)]
    m.sold_at = members_of(physical.seller_node, y.bus.index)
    declare(m, selling_bus=[n for n in y.bus.index if m.sold_at[n]])
    pair = list(zip(physical.buyer_node, physical.buyer, strict=True))
    m.buying = pyo.Set(dimen=2, initialize=list(dict.fromkeys(pair)))
    m.bought_at = {key: [i for i, own in zip(physical.index, pair, strict=True) if own == key] for key in pair}


def block_columns(m):
    """Power delivered under a contract [GW]."""
    positive(m, sold=(m.delivered_bilateral, m.hour))


@equation("selling_bus hour", "GW", "value of more output at the seller for its contracts, MCNY/GWh")
def sold_by_seller(m, n, t):
    r"""Delivery of a seller under its contracts does not exceed the output of its plants in the hour.

    .. math::

       \sum_{i \in n} z_{i,t} \le \sum_{g \in n} p_{g,t} + \sum_{j \in n} w_{j,t}
    """
    made = sum(m.thermal_power[g, t] for g in m.thermal_at[n]) + sum(m.renewable_power[j, t] for j in m.feed_at[n])
    return made - sum(m.sold[i, t] for i in m.sold_at[n]) >= 0


@equation("buying hour", "GW", "value of more consumption at the buyer for its contracts, MCNY/GWh")
def bought_by_buyer(m, n, buyer, t):
    r"""A buyer (the smelters of a node, or its other load) receives no more under its contracts than it uses in the hour.

    .. math::

       \sum_{i \in n} z_{i,t} \le \sum_{s \in n} (a_{s,t} - v_{s,t}) \qquad (\text{load: } \le L_{n,t} - u_{n,t})
    """
    if buyer == "smelter":
        used = sum(m.smelter_power[s, t] - m.potline_shed[s, t] for s in m.smelter_at[n])
    else:
        used = sum(m.demand[k, t] - m.shed[k, t] for k in m.load_bus_at[n])
    return sum(m.sold[i, t] for i in m.bought_at[n, buyer]) <= used


@equation("delivered_bilateral", "GWh", "value of contract energy in the year, MCNY/GWh")
def bilateral_ledger(m, i):
    r"""Energy delivered under a contract in the block.

    .. math::

       Z_i = \sum_t z_{i,t}
    """
    return m.ledger_bilateral[i] == sum(m.sold[i, t] for t in m.hour)


@equation("delivered_bilateral", "GWh", "cost of one more unit of contract energy, MCNY/GWh", part="master")
def bilateral_energy(m, i):
    r"""The seller delivers at least the contract energy in the year, in hours of its choice.

    .. math::

       Z_i \ge Z^{min}_i
    """
    return m.total_bilateral[i] >= m.bi.energy_gwh_per_year[i]


COMPONENT = Component(__name__, sets, block_sets, block_columns, ledgers={"bilateral": Ledger("delivered_bilateral")})
