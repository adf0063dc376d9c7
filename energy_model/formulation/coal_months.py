"""Coal by month: output of mines, railway lines, deliveries and stocks; only with ``by_month`` of ``[coal]``."""

import pyomo.environ as pyo

from energy_model.formulation.coal_dryers import raw_kt
from energy_model.formulation.component import Component, Ledger, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Yards: coal of one grade stocked at one node."""
    m.cy = columns_of(y.coal_yard)
    declare(m, coal_yard=y.coal_yard.index)


def block_sets(m, y):
    """Users of coal by yard."""
    m.fuel_users_at = members_of(y.fuel_user.node.astype(str) + "/" + y.fuel_user.coal_grade.astype(str), y.coal_yard.index)


def master_sets(m, y, yearly):
    """Months of the horizon with their share of it, routes from mines to yards, and what is limited in each month."""
    hours = yearly.month_hours
    m.month_part = {k + 1: h / hours.sum() for k, h in enumerate(hours) if h > 0}
    months = list(m.month_part) if y.options.coal.by_month else []
    yard_of = {u: f"{node}/{grade}" for u, node, grade in y.fuel_user[["node", "coal_grade"]].itertuples()}
    m.users_of_route = {}
    for i, u in y.supply.index:
        if yard_of[u] in m.coal_yard:
            m.users_of_route.setdefault((i, yard_of[u]), []).append(u)
    m.route_of = {(i, d): (i, users[0]) for (i, d), users in m.users_of_route.items()}  # one node, one grade: one route
    others = list(m.other_pair) if months else []
    uneven = y.mine.index[y.mine.month_deviation_share.notna()]

    def pairs(name, first):
        setattr(m, name, pyo.Set(dimen=2, initialize=[(x, k) for x in first for k in months]))

    m.yard_route = pyo.Set(dimen=2, initialize=list(m.users_of_route))
    m.other_route = pyo.Set(dimen=2, initialize=others)
    pairs("yard_month", m.coal_yard)
    pairs("coal_user_month", dict.fromkeys(v for _, v in others))
    pairs("rail_month", y.rail_line.index)
    pairs("mine_month", uneven)
    m.coal_months = months


def master_columns(m, y):
    """Coal delivered to yards [TJ] and to other users [kt], coal burnt and stocked at the end of the month [TJ]."""
    positive(
        m, coal_month=(m.yard_route, m.coal_months), other_coal_month=(m.other_route, m.coal_months),
        coal_stock=(m.yard_month,), monthly_yard_fuel=(m.yard_month,),
    )  # fmt: skip


@equation("coal_yard", "TJ", "cost of fuel burnt in the block, MCNY/TJ")
def yard_fuel_ledger(m, d):
    r"""Fuel that the plants and boilers of a yard burn in the block.

    .. math::

       F_d = \sum_{u \in d} F_u
    """
    return m.ledger_yard_fuel[d] == sum(m.ledger_fuel[u] if u in m.thermal else m.ledger_boiler_fuel[u] for u in m.fuel_users_at[d])


@equation("yard_route", "TJ", "value of delivery in the months rather than in the year, MCNY/TJ", part="master")
def yard_delivery(m, i, d):
    r"""The months' deliveries from a mine to a yard add up to the year's.

    .. math::

       \sum_m C_{i,d,m} = \sum_{u \in d} C_{i,u}
    """
    return sum(m.coal_month[i, d, k] for k in m.coal_months) == sum(m.coal[i, u] for u in m.users_of_route[i, d])


@equation("yard_month", "TJ", "cost of coal at the yard in the month beyond its yearly price, MCNY/TJ", part="master")
def coal_stock_balance(m, d, k):
    r"""Coal delivered in a month is burnt or stocked; the last stock of the horizon is the first.

    .. math::

       S_{d,m} = S_{d,m-1} + \sum_i C_{i,d,m} - F_{d,m}
    """
    before = m.coal_months[m.coal_months.index(k) - 1]
    delivered = sum(m.coal_month[i, e, k] for i, e in m.yard_route if e == d)
    return m.coal_stock[d, k] == m.coal_stock[d, before] + delivered - m.monthly_yard_fuel[d, k]


@equation("yard_month", "TJ", "cost of a larger minimum stock, MCNY/TJ", part="master")
def coal_stock_minimum(m, d, k):
    r"""A yard keeps at least its minimum hours of the mean consumption.

    .. math::

       S_{d,m} \ge n^{min}_d \frac{F_d}{T}

    :math:`T` hours of the horizon.
    """
    return m.coal_stock[d, k] - m.cy.least_h[d] / m.hours_of_year * m.total_yard_fuel[d] >= 0


@equation("yard_month", "TJ", "value of a larger yard, MCNY/TJ", part="master")
def coal_stock_maximum(m, d, k):
    r"""A yard holds at most its maximum hours of the mean consumption.

    .. math::

       S_{d,m} \le n^{max}_d \frac{F_d}{T}
    """
    return m.coal_stock[d, k] - m.cy.most_h[d] / m.hours_of_year * m.total_yard_fuel[d] <= 0


@equation("other_route", "kt", "value of delivery in the months rather than in the year, MCNY/kt", part="master")
def other_delivery(m, i, v):
    r"""The months' deliveries from a mine to another user add up to the year's.

    .. math::

       \sum_m O_{i,v,m} = O_{i,v}
    """
    return sum(m.other_coal_month[i, v, k] for k in m.coal_months) == m.other_coal[i, v]


@equation("coal_user_month", "kt", "price of coal at another user in the month, MCNY/kt", part="master")
def other_coal_month_balance(m, v, k):
    r"""Another user receives an even share of its yearly tonnes in each month.

    .. math::

       \sum_i O_{i,v,m} = \beta_m D_v

    :math:`\beta` share of the month in the horizon.
    """
    return sum(m.other_coal_month[i, w, k] for i, w in m.other_route if w == v) == m.month_part[k] * m.v.demand_kt_per_year[v]


@equation("rail_month", "kt", "value of more railway capacity in the month, MCNY/kt (1000 x CNY/t)", part="master")
def rail_month_limit(m, r, k):
    r"""Coal carried over a railway line in a month does not exceed the month's share of its yearly capacity.

    .. math::

       \sum_{(i,d) \in r} C_{i,d,m}/LHV + \sum_{v \in r} \sum_i O_{i,v,m} \le \beta_m K_r
    """
    burnt = sum(_kt(m, i, d, k) for i, d in m.yard_route if m.p.rail_line[m.route_of[i, d]] == r)
    others = sum(m.other_coal_month[i, v, k] for i, v in m.other_route if m.v.rail_line[v] == r)
    return burnt + others <= m.month_part[k] * m.rail.capacity_kt_per_year[r]


@equation("mine_month", "kt", "cost of steadier output of a mine, MCNY/kt (1000 x CNY/t)", part="master")
def mine_month_minimum(m, i, k):
    r"""Output of a mine in a month is at least an even share of the year's less the permitted deviation.

    .. math::

       Q_{i,m} \ge (1 - \delta_i)\, \beta_m \sum_n Q_{i,n}, \quad Q_{i,m} = \sum_d C_{i,d,m}/LHV + \sum_v O_{i,v,m}
    """
    return _output_kt(m, i, k) - (1 - m.i.month_deviation_share[i]) * m.month_part[k] * _yearly_output_kt(m, i) >= 0


@equation("mine_month", "kt", "value of more output of a mine in the month, MCNY/kt (1000 x CNY/t)", part="master")
def mine_month_maximum(m, i, k):
    r"""Output of a mine in a month is at most an even share of the year's plus the permitted deviation.

    .. math::

       Q_{i,m} \le (1 + \delta_i)\, \beta_m \sum_n Q_{i,n}
    """
    return _output_kt(m, i, k) - (1 + m.i.month_deviation_share[i]) * m.month_part[k] * _yearly_output_kt(m, i) <= 0


def _kt(m, i, d, k):
    """Coal from a mine to a yard in a month [kt]."""
    return m.p.kt_per_tj[m.route_of[i, d]] * m.coal_month[i, d, k]


def _output_kt(m, i, k):
    """Output of a mine in a month [kt]."""
    burnt = sum(_kt(m, j, d, k) for j, d in m.yard_route if j == i) + m.month_part[k] * raw_kt(m, i)
    return burnt + sum(m.other_coal_month[j, v, k] for j, v in m.other_route if j == i)


def _yearly_output_kt(m, i):
    """Output of a mine in the year [kt]."""
    burnt = sum(m.p.kt_per_tj[i, u] * m.coal[i, u] for u in m.users_of[i]) + raw_kt(m, i)
    return burnt + sum(m.other_coal[i, v] for v in m.other_users_of[i])


COMPONENT = Component(
    __name__, sets, block_sets, master_sets=master_sets, master_columns=master_columns, ledgers={"yard_fuel": Ledger("coal_yard")},
)  # fmt: skip
