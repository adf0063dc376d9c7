"""Scheduled maintenance of thermal plants, decided block by block, or by the month."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, declare, positive
from energy_model.formulation.equation import equation


def block_sets(m, y):
    """Maximum share under maintenance at once; clusters whose schedule is by the month, and the two ends of a block [steps]."""
    s = y.options.maintenance
    m.maintenance_share = s.max_share
    declare(m, monthly_maintained=m.maintained if s.by_month else [], month_start=["first"] if s.scheduled else [])
    m.end_of_block = pyo.Set(initialize=[0, m.step.last()])


def block_columns(m):
    """Net capacity under maintenance in the block, and handed from one block to the next where it holds for months [GW]."""
    positive(m, on_maintenance=(m.maintained,), kept_maintenance=(m.monthly_maintained, m.end_of_block))


@equation("maintained", "GW", "value of more simultaneous maintenance of a cluster, MCNY/GW per block")
def maintenance_limit(m, g):
    r"""At most a given share of a cluster is under maintenance in any block.

    .. math::

       a_g \le \gamma (1-\alpha_g) X_g
    """
    return m.on_maintenance[g] <= m.maintenance_share * m.g.net_share[g] * m.capacity_thermal[g]


@equation("monthly_maintained", "GW", "value of capacity under maintenance handed to the next day, MCNY/GW")
def maintenance_handed(m, g):
    r"""The next block begins with the capacity under maintenance of this one.

    .. math::

       a^K_g = a_g

    :math:`a^0`, :math:`a^K` ``kept_maintenance`` before the block and at its end.
    """
    return m.kept_maintenance[g, m.step.last()] == m.on_maintenance[g]


@equation("monthly_maintained", "GW", "saving if more maintenance began within the month, MCNY/GW")
def maintenance_begins(m, g):
    r"""Crews begin overhauls on the first day of a month only.

    .. math::

       a_g - a^0_g \le \gamma (1-\alpha_g) X_g \sum_t M_t

    :math:`M` ``month_begins``: 1 in the first hour of a month, else 0.
    """
    return m.on_maintenance[g] - m.kept_maintenance[g, 0] <= _changed(m, g)


@equation("monthly_maintained", "GW", "saving if more maintenance ended within the month, MCNY/GW")
def maintenance_ends(m, g):
    r"""Overhauls end on the last day of a month only.

    .. math::

       a^0_g - a_g \le \gamma (1-\alpha_g) X_g \sum_t M_t
    """
    return m.kept_maintenance[g, 0] - m.on_maintenance[g] <= _changed(m, g)


def _changed(m, g):
    """Most that the capacity under maintenance may change from the block before [GW]: all of it where a month begins, else nothing."""
    begins = sum(m.month_begins[i, t] for i in m.month_start for t in m.hour)
    return begins * m.maintenance_share * m.g.net_share[g] * m.capacity_thermal[g]


@equation("maintained", "GWh", "cost of maintenance, MCNY/GWh of capacity taken out")
def maintenance_ledger(m, g):
    r"""Capacity times hours under maintenance in the block.

    .. math::

       M_g = \sum_t a_g
    """
    return m.ledger_maintenance[g] == len(m.hour) * m.on_maintenance[g]


@equation("maintained", "GWh", "cost of one more GWh of planned outage, MCNY/GWh", part="master")
def maintenance_done(m, g):
    r"""Maintenance of a cluster over the year covers its planned outage.

    .. math::

       M_g \ge \omega^{plan}_g (1-\alpha_g)\, H\, X_g

    :math:`H` hours of the year.
    """
    needed = m.g.planned_outage_share[g] * m.g.net_share[g] * m.hours_of_year * m.capacity_thermal[g]
    return m.total_maintenance[g] - needed >= 0


COMPONENT = Component(
    __name__, block_sets=block_sets, block_columns=block_columns,
    data={"month_begins": "month_start"}, ledgers={"maintenance": Ledger("maintained")}, history={"kept_maintenance": "step"},
    fixed_by_plan=("on_maintenance",),
)  # fmt: skip
