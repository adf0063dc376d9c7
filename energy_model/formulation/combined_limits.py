"""Limits on weighted sums of capacities, energies and levels of converters, reservoirs and corridors."""

from energy_model.formulation.component import Component, Ledger, columns_of, declare
from energy_model.formulation.converters import hourly, net_power
from energy_model.formulation.equation import equation

CAPACITY_OF = {"converters": "capacity_converter", "reservoirs": "capacity_reservoir", "corridors": "capacity_corridor"}
"""Column of what is limited, by input table."""


def sets(m, y):
    """Members of limits that are summed over hours."""
    m.lm = columns_of(y.limit_member)
    declare(m, hourly_member=y.limit_member.index[y.limit_member.quantity != "capacity"])


def master_sets(m, y, yearly):
    """Limits by sense, and members by limit."""
    limit, member = y.limit, y.limit_member
    m.lim = columns_of(limit)
    m.member_of = {name: list(member.index[member.limit == name]) for name in limit.index}
    declare(m, limit_below=limit.index[limit.sense == "<="], limit_above=limit.index[limit.sense == ">="])
    declare(m, limit_equal=limit.index[limit.sense == "exact"])


def _in_hour(m, k, t):
    """Power of a converter [GW], or level of a reservoir [GWh]."""
    return net_power(m, m.lm.element[k], t) if m.lm.table[k] == "converters" else m.reservoir_level[m.lm.element[k], t]


@equation("hourly_member", "GWh", "value of a member's sum, MCNY per unit of its limit")
def limit_ledger(m, k):
    r"""Weighted energy of a converter, or sum of weighted levels of a reservoir, in the block.

    .. math::

       E_k = \sum_t w_{k,t} (p_{k,t} - \tilde p_{k,t}) \quad\text{or}\quad \sum_t w_{k,t} e_{k,t}
    """
    return m.ledger_limit[k] == sum(hourly(m, m.lm, "weight", k, t) * _in_hour(m, k, t) for t in m.hour)


def total(m, name):
    """Left side of a limit [GW or GWh times its weights]."""
    parts = []
    for k in m.member_of[name]:
        hourly_sum = m.lm.quantity[k] != "capacity"
        own = None if hourly_sum else getattr(m, CAPACITY_OF[m.lm.table[k]])[m.lm.element[k]]
        parts.append(m.total_limit[k] if hourly_sum else m.lm.weight[k] * own)
    return sum(parts)


@equation("limit_below", "as the clause", "saving of one more unit allowed, MCNY per GW or GWh times the weight", part="master")
def limit_at_most(m, name):
    r"""A weighted sum of capacities [GW] and yearly sums [GWh] is at most its limit.

    .. math::

       \sum_k w_k X_k + \sum_k E_k \le V
    """
    return total(m, name) <= m.lim.value[name]


@equation("limit_above", "as the clause", "cost of one more unit, MCNY per GW or GWh times the weight", part="master")
def limit_at_least(m, name):
    r"""A weighted sum of capacities and yearly sums is at least its limit.

    .. math::

       \sum_k w_k X_k + \sum_k E_k \ge V
    """
    return total(m, name) >= m.lim.value[name]


@equation("limit_equal", "as the clause", "cost of one more unit, MCNY per GW or GWh times the weight", part="master")
def limit_met(m, name):
    r"""A weighted sum of capacities and yearly sums equals its limit.

    .. math::

       \sum_k w_k X_k + \sum_k E_k = V
    """
    return total(m, name) == m.lim.value[name]


COMPONENT = Component(__name__, sets, master_sets=master_sets, ledgers={"limit": Ledger("hourly_member", signed=True)})
