"""Scheduled maintenance of thermal plants, decided block by block."""

from energy_model.formulation.component import Component, Ledger, positive
from energy_model.formulation.equation import equation


def block_sets(m, y):
    """Maximum share under maintenance at once."""
    m.maintenance_share = y.options.maintenance.max_share


def block_columns(m):
    """Net capacity under maintenance in the block [GW]."""
    positive(m, on_maintenance=(m.maintained,))


@equation("maintained", "GW", "value of more simultaneous maintenance of a cluster, MCNY/GW per block")
def maintenance_limit(m, g):
    r"""At most a given share of a cluster is under maintenance in any block.

    .. math::

       a_g \le \gamma (1-\alpha_g) X_g
    """
    return m.on_maintenance[g] <= m.maintenance_share * m.g.net_share[g] * m.capacity_thermal[g]


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
    ledgers={"maintenance": Ledger("maintained")}, fixed_by_plan=("on_maintenance",),
)  # fmt: skip
