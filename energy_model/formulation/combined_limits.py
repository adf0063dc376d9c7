"""Limits on weighted sums: capacities, energies, levels, fuel and losses of any equipment, and load that is not served."""

from energy_model.formulation.component import Component, Ledger, columns_of, declare
from energy_model.formulation.converters import hourly, net_power
from energy_model.formulation.equation import equation

CAPACITY_OF = {"converters": "converter", "reservoirs": "reservoir", "corridors": "corridor"}
"""Capacity of what is limited by its own code, by input table."""
OF_TECHNOLOGY = {"capacity": ("thermal", "renewable", "store_power", "boiler"), "volume": ("store_energy",), "fuel": ("thermal",)}
"""What is limited by its technology, by quantity."""
HOURLY = ("energy", "level", "loss", "unserved")
"""Quantities that are summed over the hours."""


def sets(m, y):
    """Members of limits that are summed over hours, and equipment by technology."""
    m.lm = columns_of(y.limit_member)
    declare(m, hourly_member=y.limit_member.index[y.limit_member.quantity.isin(HOURLY)])
    tables = {"thermal": y.thermal, "renewable": y.resource, "store_power": y.store, "store_energy": y.store, "boiler": y.boiler}
    m.technology_of = {name: table.technology.to_dict() for name, table in tables.items()} if len(y.limit_member) else {}


def master_sets(m, y, yearly):
    """Limits by sense, and members by limit."""
    limit, member = y.limit, y.limit_member
    m.lim = columns_of(limit)
    m.member_of = {name: list(member.index[member.limit == name]) for name in limit.index}
    declare(m, limit_below=limit.index[limit.sense == "<="], limit_above=limit.index[limit.sense == ">="])
    declare(m, limit_equal=limit.index[limit.sense == "exact"])


def of_technology(m, k, family):
    """Equipment of the technology of a member."""
    return [i for i, own in m.technology_of[family].items() if own == m.lm.element[k]]


def _in_hour(m, k, t):
    """Power of a converter, losses of stores, unserved load [GW], or level of a reservoir [GWh]."""
    if m.lm.quantity[k] == "unserved":
        return m.shed[m.lm.element[k], t]
    if m.lm.quantity[k] == "loss":
        return sum(m.charge[s, t] - m.discharge[s, t] for s in of_technology(m, k, "store_power"))
    return net_power(m, m.lm.element[k], t) if m.lm.table[k] == "converters" else m.reservoir_level[m.lm.element[k], t]


@equation("hourly_member", "GWh", "value of a member's sum, MCNY per unit of its limit")
def limit_ledger(m, k):
    r"""Weighted energy of a converter, sum of weighted levels of a reservoir, losses of stores, or unserved load, in the block.

    .. math::

       E_k = \sum_t w_{k,t} (p_{k,t} - \tilde p_{k,t}) \quad\text{or}\quad \sum_t w_{k,t} e_{k,t} \quad\text{or}\quad
       \sum_t w_{k,t} \sum_s (c_{s,t} - d_{s,t}) \quad\text{or}\quad \sum_t w_{k,t} u_{n,t}
    """
    return m.ledger_limit[k] == sum(hourly(m, m.lm, "weight", k, t) * _in_hour(m, k, t) for t in m.hour)


def total(m, name):
    """Left side of a limit [GW, GWh or TJ times its weights]."""
    return sum(m.total_limit[k] if m.lm.quantity[k] in HOURLY else m.lm.weight[k] * _once(m, k) for k in m.member_of[name])


def _once(m, k):
    """Capacity [GW], volume [GWh] or yearly fuel [TJ] of a member."""
    table, quantity = m.lm.table[k], m.lm.quantity[k]
    if table in CAPACITY_OF:
        return getattr(m, f"capacity_{CAPACITY_OF[table]}")[m.lm.element[k]]
    if quantity == "fuel":
        return sum(m.total_fuel[g] for g in of_technology(m, k, "thermal"))
    return sum(getattr(m, f"capacity_{family}")[i] for family in OF_TECHNOLOGY[quantity] for i in of_technology(m, k, family))


@equation("limit_below", "as the clause", "saving of one more unit allowed, MCNY per GW or GWh times the weight", part="master")
def limit_at_most(m, name):
    r"""A weighted sum of capacities [GW, GWh] and yearly sums [GWh, TJ] is at most its limit.

    .. math::

       \sum_k w_k X_k + \sum_k w_k F_k + \sum_k E_k \le V

    :math:`X` capacity, or volume of stores; :math:`F` fuel, that of starts included (`fuel_ledger`). With the emission factors as weights
    of fuel, and a rate per served energy as weight of unserved load, it is a cap on CO2 per MWh of served demand.
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
