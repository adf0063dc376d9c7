"""Electricity balance of every bus."""

from energy_model.formulation.component import Component, declare, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Buses; markets have no load of their own."""
    m.price = y.price
    declare(m, bus=y.bus.index, load_bus=y.bus.index[~y.bus.market])


def block_sets(m, y):
    """Load by bus."""
    m.load_bus_at = {n: [] if y.bus.market[n] else [n] for n in m.bus}


def block_columns(m):
    """Unserved load [GW]."""
    positive(m, shed=(m.load_bus, m.hour))


def running_cost(m):
    """Unserved load [MCNY]."""
    return {"load_shedding": m.price.lost_load * sum(m.shed[n, t] for n in m.load_bus for t in m.hour)}


def net_electricity(m, n, t):
    """Load minus unserved load, drawn from its bus [GW]."""
    return sum(m.shed[k, t] - m.demand[k, t] for k in m.load_bus_at[n])


@equation("bus hour", "GW", "nodal price, MCNY/GWh (1 MCNY/GWh = 1000 CNY/MWh)")
def nodal_balance(m, n, t):
    r"""Power into every bus equals power out of it in every hour.

    .. math::

       \sum_{g \in n} p_{g,t} + \sum_{j \in n} w_{j,t} + \sum_{s \in n} (d_{s,t} - c_{s,t})
       + \sum_{l} \left[(1-\lambda_l) f^{in}_{l,t} - f^{out}_{l,t} - \tfrac12 \ell_{l,t}\right] + u_{n,t}
       = L_{n,t} + \sum_{k \in n} (a_{k,t} - v_{k,t}) + \sum_{b \in n} e_{b,t} + \sum_{x \in n} E_{x,t} + U_{n,t}

    :math:`p` net thermal output (``thermal_power``), :math:`w` ``renewable_power``, :math:`d, c` ``discharge`` and ``charge``,
    :math:`f` ``flow_forward`` and ``flow_backward``, :math:`\ell` quadratic ``loss`` (then :math:`\lambda = 0`), :math:`u` ``shed``,
    :math:`L` ``demand``, :math:`a, v` ``smelter_power`` and ``potline_shed``, :math:`e` power drawn by electric boilers,
    :math:`E` export delivered in a receiving market, :math:`U` demand of further components, such as electrolysers.  All [GW].
    Each component has its own term, ``net_electricity``.
    """
    return sum(net(m, n, t) for net in m.net["electricity"]) == 0


@equation("load_bus hour", "GW", "value of a higher shedding limit, MCNY/GWh")
def shed_limit(m, n, t):
    r"""A node can shed no more than its own load, so the deficit of one node is never shed at another.

    .. math::

       u_{n,t} \le L_{n,t}
    """
    return m.shed[n, t] <= m.demand[n, t]


COMPONENT = Component(
    __name__, sets, block_sets, block_columns,
    running_cost=running_cost, net={"electricity": net_electricity}, data={"demand": "load_bus"},
)  # fmt: skip
