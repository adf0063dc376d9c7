"""Coal: mines, grades, railway lines and delivery, balanced once a year."""

import pyomo.environ as pyo

from energy_model.formulation.coal_dryers import raw_kt
from energy_model.formulation.component import Component, LeftSide, columns_of, declare
from energy_model.formulation.equation import equation
from energy_model.formulation.scope import within


def master_sets(m, y, yearly):
    """Mines, users of coal, and the pairs that a route and the grade allow."""
    m.i, m.v, m.p, m.rail = columns_of(y.mine), columns_of(y.coal_user), columns_of(y.supply), columns_of(y.rail_line)
    declare(m, fuel_user=y.fuel_user.index, mine=y.mine.index, coal_user=y.coal_user.index)
    declare(m, rail_line=[] if y.options.coal.by_month else y.rail_line.index)  # its months have rows of their own
    m.fuel_node = y.fuel_user.node.to_dict()
    m.pair = pyo.Set(dimen=2, initialize=list(y.supply.index))
    others = [(i, v) for v in y.coal_user.index for i in y.mine.index if y.mine.grade[i] == y.coal_user.grade[v]]
    m.other_pair = pyo.Set(dimen=2, initialize=others)
    m.mines_of = {u: [i for i, w in y.supply.index if w == u] for u in y.fuel_user.index}
    m.users_of = {i: [u for j, u in y.supply.index if j == i] for i in y.mine.index}
    m.mines_of_other = {v: [i for i, w in others if w == v] for v in y.coal_user.index}
    m.other_users_of = {i: [v for j, v in others if j == i] for i in y.mine.index}


def master_columns(m, y):
    """Coal delivered: to plants [TJ], to other users [kt]."""
    m.fuel_of = {u: m.total_fuel[u] if u in m.thermal else m.total_boiler_fuel[u] for u in m.fuel_user}
    m.coal = pyo.Var(m.pair, within=pyo.NonNegativeReals)
    m.other_coal = pyo.Var(m.other_pair, within=pyo.NonNegativeReals)


def yearly_cost(m):
    """Coal, its freight and its carbon dioxide [MCNY]."""
    return {
        "coal": sum(m.p.price[p] * m.coal[p] for p in m.pair),
        "coal_freight": sum(m.p.freight[p] * m.coal[p] for p in m.pair),
        "co2": m.price.co2 * co2_kt(m),
    }


@equation("fuel_user", "TJ", "delivered price of coal at the user, MCNY/TJ (1000 x CNY/GJ)", part="master")
def fuel_balance(m, u):
    r"""Coal delivered to a plant in the year equals the fuel it burns.

    .. math::

       \sum_{i} C_{i,u} = F_u
    """
    return sum(m.coal[i, u] for i in m.mines_of[u]) == m.fuel_of[u]


@equation("coal_user", "kt", "price of coal at another user, MCNY/kt", part="master")
def other_coal_balance(m, v):
    r"""Chemical industry and rail receive their contracted tonnes.

    .. math::

       \sum_i O_{i,v} = D_v
    """
    return sum(m.other_coal[i, v] for i in m.mines_of_other[v]) == m.v.demand_kt_per_year[v]


@equation("mine", "kt", "scarcity value of coal, MCNY/kt (1000 x CNY/t)", part="master")
def mine_limit(m, i):
    r"""Coal from a mine to power, chemical industry and rail does not exceed its yearly capacity.

    .. math::

       \sum_u C_{i,u}/LHV + \sum_v O_{i,v} + \sum_{d \in i} X_d / y_d \le M_i

    :math:`X/y` raw coal for dryers.
    """
    power = sum(m.p.kt_per_tj[i, u] * m.coal[i, u] for u in m.users_of[i])
    others = sum(m.other_coal[i, v] for v in m.other_users_of[i])
    return power + others + raw_kt(m, i) <= m.i.capacity_kt_per_year[i]


@equation("rail_line", "kt", "value of more railway capacity, MCNY/kt (1000 x CNY/t)", part="master")
def rail_limit(m, r):
    r"""Coal carried over a railway line, to plants and other users, does not exceed its yearly capacity.

    .. math::

       \sum_{(i,u) \in r} C_{i,u}/LHV + \sum_{v \in r} \sum_i O_{i,v} \le K_r

    A study that balances coal by month has `rail_month_limit` instead.
    """
    return carried_kt(m, r) <= m.rail.capacity_kt_per_year[r]


def carried_kt(m, r):
    """Coal carried over a railway line [kt]."""
    burnt = sum(m.p.kt_per_tj[p] * m.coal[p] for p in m.pair if m.p.rail_line[p] == r)
    return burnt + sum(m.other_coal[i, v] for i, v in m.other_pair if m.v.rail_line[v] == r)


def used_kt(m, c):
    """Coal of all mines, or of the one that is the scope of a clause [kt]."""
    mines = [i for i in m.mine if m.c.scope[c] == i or (m.c.scope[c] is None and i not in m.coal_dryer)]  # dried coal was dug as raw coal
    burnt = sum(m.p.kt_per_tj[p] * m.coal[p] for p in m.pair if p[0] in mines)
    return burnt + sum(m.other_coal[p] for p in m.other_pair if p[0] in mines) + sum(raw_kt(m, i) for i in mines)


def co2_kt(m):
    """Carbon dioxide of the coal burnt [kt]."""
    return sum(m.p.co2_kt_per_tj[p] * m.coal[p] for p in m.pair)


def _air(per_tj: str) -> LeftSide:
    """Emissions to the air of plants and boilers in the scope of a clause [kt]."""

    def emitted(m, c):
        rate = getattr(m.p, per_tj)
        return sum(rate[i, u] * m.coal[i, u] for i, u in m.pair if within(m, c, m.fuel_node[u]))

    return LeftSide(emitted)


CLAUSES = {
    "coal_kt": LeftSide(used_kt),
    "co2_kt": LeftSide(lambda m, c: co2_kt(m)),
    "so2_kt": _air("so2_kt_per_tj"),
    "nox_kt": _air("nox_kt_per_tj"),
    "dust_kt": _air("dust_kt_per_tj"),
}
COMPONENT = Component(__name__, master_sets=master_sets, master_columns=master_columns, yearly_cost=yearly_cost)
