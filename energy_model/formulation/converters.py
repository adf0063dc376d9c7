"""Converters: units that draw and deliver at any number of nodes, with limits, yields and costs that may vary by the hour.

What is special in other programs - links of several ports, plants with hourly efficiencies, load that may run backwards - is one of these.
A figure with a series is the constant times the value of the series in the hour (`hourly`).
"""

from energy_model.formulation.component import Component, Ledger, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Converters, and those whose power costs something."""
    m.cv = columns_of(y.converter)
    declare(m, converter=y.converter.index, paid_converter=y.converter.index[y.converter.cost != 0])


def block_sets(m, y):
    """Converters by the rows they need, and their ports by bus."""
    c, port = y.converter, y.converter_port
    m.cvp = columns_of(port)
    declare(
        m,
        reversing=c.index[c.reverse_most != 0],
        kept_forward=c.index[c.least != 0],
        kept_reverse=c.index[c.reverse_least != 0],
        rising=c.index[c.ramp_up.notna()],
        falling=c.index[c.ramp_down.notna()],
    )
    m.port_at = members_of(port.node, y.bus.index)


def block_columns(m):
    """Power forward and in reverse [GW]."""
    positive(m, converter_power=(m.converter, m.hour0), converter_reverse=(m.reversing, m.hour0))


def hourly(m, table, figure, i, t):
    """A figure of a table in an hour: its constant, times its series if it has one."""
    series = getattr(table, f"{figure}_series")[i]
    constant = getattr(table, figure)[i]
    return constant * m.availability[series, t] if isinstance(series, str) else constant


def net_power(m, i, t):
    """Power forward minus power in reverse [GW]."""
    return m.converter_power[i, t] - (m.converter_reverse[i, t] if i in m.reversing else 0)


def net_electricity(m, n, t):
    """Power that the ports at a bus deliver, below zero what they draw [GW]."""
    return sum(hourly(m, m.cvp, "output", p, t) * net_power(m, m.cvp.converter[p], t) for p in m.port_at[n])


@equation("converter hour", "GW", "value of converter capacity, MCNY/GWh")
def converter_limit(m, i, t):
    r"""Power of a converter is at most the available share of its capacity.

    .. math::

       p_{i,t} \le \bar a_{i,t} X_i

    :math:`p` ``converter_power`` [GW]. A port delivers :math:`\eta_{i,b,t} (p_{i,t} - \tilde p_{i,t})` to its bus, :math:`\eta` below zero
    where it draws; :math:`\tilde p` ``converter_reverse``, the power in reverse.
    """
    return m.converter_power[i, t] <= hourly(m, m.cv, "most", i, t) * m.capacity_converter[i]


@equation("kept_forward hour", "GW", "cost of the least power, MCNY/GWh")
def converter_minimum(m, i, t):
    r"""Power of a converter is at least a share of its capacity.

    .. math::

       p_{i,t} \ge \underline a_{i,t} X_i
    """
    return m.converter_power[i, t] - hourly(m, m.cv, "least", i, t) * m.capacity_converter[i] >= 0


@equation("reversing hour", "GW", "value of converter capacity in reverse, MCNY/GWh")
def reverse_limit(m, i, t):
    r"""Power in reverse is at most a share of the capacity.

    .. math::

       \tilde p_{i,t} \le \bar r_{i,t} X_i
    """
    return m.converter_reverse[i, t] <= hourly(m, m.cv, "reverse_most", i, t) * m.capacity_converter[i]


@equation("kept_reverse hour", "GW", "cost of the least power in reverse, MCNY/GWh")
def reverse_minimum(m, i, t):
    r"""Power in reverse is at least a share of the capacity.

    .. math::

       \tilde p_{i,t} \ge \underline r_{i,t} X_i
    """
    return m.converter_reverse[i, t] - hourly(m, m.cv, "reverse_least", i, t) * m.capacity_converter[i] >= 0


@equation("rising hour", "GW", "value of one more GW/h upward, MCNY/GWh")
def converter_ramp_up(m, i, t):
    r"""Power of a converter rises by at most a share of its capacity from hour to hour.

    .. math::

       (p - \tilde p)_{i,t} - (p - \tilde p)_{i,t-1} \le R^+_{i,t} X_i
    """
    return net_power(m, i, t) - net_power(m, i, t - 1) <= hourly(m, m.cv, "ramp_up", i, t) * m.capacity_converter[i]


@equation("falling hour", "GW", "value of one more GW/h downward, MCNY/GWh")
def converter_ramp_down(m, i, t):
    r"""Power of a converter falls by at most a share of its capacity from hour to hour.

    .. math::

       (p - \tilde p)_{i,t-1} - (p - \tilde p)_{i,t} \le R^-_{i,t} X_i
    """
    return net_power(m, i, t - 1) - net_power(m, i, t) <= hourly(m, m.cv, "ramp_down", i, t) * m.capacity_converter[i]


@equation("paid_converter", "MCNY", "price of the cost of power, MCNY/MCNY")
def converter_cost_ledger(m, i):
    r"""Cost of the power of a converter in the block; in reverse it is an income.

    .. math::

       C_i = \sum_t c_{i,t} (p_{i,t} - \tilde p_{i,t})
    """
    return m.ledger_converter_cost[i] == sum(hourly(m, m.cv, "cost", i, t) * net_power(m, i, t) for t in m.hour)


def yearly_cost(m):
    """Cost of the power of converters [MCNY]."""
    return {"converter_variable": sum(m.total_converter_cost[i] for i in m.paid_converter)} if len(m.paid_converter) else {}


COMPONENT = Component(
    __name__, sets, block_sets, block_columns,
    yearly_cost=yearly_cost,
    net={"electricity": net_electricity},
    ledgers={"converter_cost": Ledger("paid_converter", signed=True)},
    states={"converter_power": "hour", "converter_reverse": "hour"},
)  # fmt: skip
