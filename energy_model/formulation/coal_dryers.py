"""Dryers of lignite: raw coal of a mine becomes a grade of more heat per tonne; each runs evenly all year."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Dryers."""
    m.dry = columns_of(y.coal_dryer)
    declare(m, coal_dryer=y.coal_dryer.index)
    m.dryers_of_raw = members_of(y.coal_dryer.raw_mine, y.mine.index)


def block_sets(m, y):
    """Dryers by node."""
    m.coal_dryer_at = members_of(y.coal_dryer.node, y.bus.index)


def block_columns(m):
    """Dried coal in the year [kt], the same column in all blocks."""
    positive(m, capacity_coal_dryer=(m.coal_dryer,))


def master_columns(m, y):
    """Dried coal in the year [kt]."""
    m.capacity_coal_dryer = pyo.Var(m.coal_dryer, bounds=lambda m, d: (0, m.dry.most[d]))


def yearly_cost(m):
    """Capacity of dryers, and their raw coal; their running cost is the price of the product [MCNY]."""
    if not len(m.coal_dryer):
        return {}
    made = m.capacity_coal_dryer
    return {
        "coal_drying": sum(m.dry.cost[d] * made[d] for d in m.coal_dryer),
        "coal": sum(m.dry.raw_price[d] * m.dry.raw_per_product[d] * made[d] for d in m.coal_dryer),
    }


def net_electricity(m, n, t):
    """Power drawn by the dryers of a bus, the same in every hour [GW]."""
    return -sum(m.dry.power[d] * m.capacity_coal_dryer[d] for d in m.coal_dryer_at[n])


def raw_kt(m, i):
    """Raw coal of a mine that is dried in the year [kt]."""
    return sum(m.dry.raw_per_product[d] * m.capacity_coal_dryer[d] for d in m.dryers_of_raw[i])


@equation("coal_dryer", "kt", "cost of dried coal, MCNY/kt (1000 x CNY/t)", part="master")
def dryer_output(m, d):
    r"""Dried coal delivered to plants and other users in the year is what the dryer makes.

    .. math::

       \sum_u C_{d,u}/LHV_d + \sum_v O_{d,v} = X_d

    The dryer takes :math:`X_d / y_d` of raw coal, with :math:`y` tonnes of product per raw tonne, and the power :math:`e_d X_d / 8760`.
    """
    burnt = sum(m.p.kt_per_tj[d, u] * m.coal[d, u] for u in m.users_of[d])
    return burnt + sum(m.other_coal[d, v] for v in m.other_users_of[d]) - m.capacity_coal_dryer[d] == 0


COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_columns=master_columns, yearly_cost=yearly_cost,
    net={"electricity": net_electricity},
)  # fmt: skip
