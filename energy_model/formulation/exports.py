"""Export contracts: delivery at the receiving end."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, LeftSide, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Contracts."""
    m.x = columns_of(y.contract)
    declare(m, contract=y.contract.index)


def block_sets(m, y):
    """Contracts by their market."""
    m.contract_at = members_of(y.contract.market, y.bus.index)


def block_columns(m):
    """Contract power, the same column in all blocks, and delivered power [GW]."""
    positive(m, capacity_contract=(m.contract,), delivered=(m.contract, m.hour))


def master_sets(m, y, yearly):
    """Contracts whose yearly energy has a limit."""
    declare(m, limited_contract=y.contract.index[y.contract.max_gwh_per_year.notna()])


def master_columns(m, y):
    """Contract power [GW]."""
    m.capacity_contract = pyo.Var(m.contract, bounds=lambda m, x: (0, m.x.max[x]))


def net_electricity(m, n, t):
    """What contracts take at their market [GW]."""
    return -sum(m.delivered[x, t] for x in m.contract_at[n])


@equation("contract hour", "GW", "value of freedom of the delivery shape, MCNY/GWh")
def delivery_shape(m, x, t):
    r"""Delivered power follows the agreed shape (flat, or shares of contract power by tariff period); free contracts stay below it.

    .. math::

       E_{x,t} = s_{x,t} P_x \quad (\text{free: } E_{x,t} \le P_x)
    """
    agreed = m.x.hours[x][(t - 1) % 24] * m.capacity_contract[x]
    return m.delivered[x, t] <= agreed if m.x.shape[x] == "free" else m.delivered[x, t] == agreed


@equation("contract", "GWh", "value of export energy at the receiving end, MCNY/GWh")
def export_ledger(m, x):
    r"""Energy delivered at the receiving end in the block.

    .. math::

       D_x = \sum_t E_{x,t}
    """
    return m.ledger_export[x] == sum(m.delivered[x, t] for t in m.hour)


@equation("contract", "GWh", "marginal cost of the contract's least energy, MCNY/GWh", part="master")
def contract_minimum(m, x):
    r"""A contract receives at least its agreed yearly energy.

    .. math::

       D_x \ge D^{min}_x
    """
    return m.total_export[x] >= m.x.min_gwh_per_year[x]


@equation("limited_contract", "GWh", "value of more energy allowed, MCNY/GWh", part="master")
def contract_maximum(m, x):
    r"""A contract takes at most its agreed yearly energy.

    .. math::

       D_x \le D^{max}_x
    """
    return m.total_export[x] <= m.x.max_gwh_per_year[x]


def delivered_gwh(m, c):
    """Delivered energy of all contracts, of one, or of those of one market, by the scope of a clause [GWh]."""
    return sum(m.total_export[x] for x in m.contract if m.c.scope[c] in (None, x, m.x.market[x]))


CLAUSES = {"export_gwh": LeftSide(delivered_gwh)}
COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_sets, master_columns,
    net={"electricity": net_electricity}, ledgers={"export": Ledger("contract")},
)  # fmt: skip
