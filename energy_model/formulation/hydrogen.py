"""Hydrogen at a node: electrolysers, stores and contracts; there is no transport between nodes."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Electrolysers, stores, contracts."""
    m.el, m.h, m.hx = columns_of(y.electrolyser), columns_of(y.hydrogen_store), columns_of(y.hydrogen_contract)
    declare(m, electrolyser=y.electrolyser.index, hydrogen_store=y.hydrogen_store.index, hydrogen_contract=y.hydrogen_contract.index)


def block_sets(m, y):
    """Nodes with hydrogen, equipment there, and electrolysers with a minimum load."""
    el, store, contract, bus = y.electrolyser, y.hydrogen_store, y.hydrogen_contract, y.bus.index
    used = {*el.node, *store.node, *contract.node}
    declare(m, hydrogen_node=[n for n in bus if n in used], steady_electrolyser=el.index[el.min_load_share > 0])
    m.electrolyser_at, m.hydrogen_store_at = members_of(el.node, bus), members_of(store.node, bus)
    m.hydrogen_contract_at = members_of(contract.node, bus)


def block_columns(m):
    """Power of electrolysers [GW], level of stores [kt], delivery to contracts [kt/h]."""
    positive(m, electrolyser_power=(m.electrolyser, m.hour), hydrogen_level=(m.hydrogen_store, m.hour0))
    m.hydrogen_delivered = pyo.Var(m.hydrogen_contract, m.hour, bounds=lambda m, x, t: (0, m.hx.most_kt_per_h[x]))


def running_cost(m):
    """Hydrogen sales, an income [MCNY]."""
    income = sum(m.hx.price[x] * m.hydrogen_delivered[x, t] for x in m.hydrogen_contract for t in m.hour)
    return {"hydrogen_sales": -income} if len(m.hydrogen_contract) else {}


def net_electricity(m, n, t):
    """Power drawn by the electrolysers of a node [GW]."""
    return -sum(m.electrolyser_power[i, t] for i in m.electrolyser_at[n])


def net_hydrogen(m, n, t):
    """Hydrogen output minus store gain and delivery to contracts [kt]."""
    made = sum(m.electrolyser_power[i, t] / m.el.intensity[i] for i in m.electrolyser_at[n])
    gained = sum(m.hydrogen_level[s, t] - (1 - m.h.loss_share_per_h[s]) * m.hydrogen_level[s, t - 1] for s in m.hydrogen_store_at[n])
    return made - gained - sum(m.hydrogen_delivered[x, t] for x in m.hydrogen_contract_at[n])


@equation("hydrogen_node hour", "kt", "price of hydrogen, MCNY/kt (1 MCNY/kt = 1 CNY/kg)")
def hydrogen_balance(m, n, t):
    r"""Hydrogen output of electrolysers at a node equals deliveries to contracts plus the change of store levels.

    .. math::

       \sum_{i \in n} \frac{p_{i,t}}{\epsilon_i} = \sum_{s \in n} \left[ h_{s,t} - (1-\sigma_s) h_{s,t-1} \right] + \sum_{x \in n} y_{x,t}

    :math:`p` ``electrolyser_power`` [GW], :math:`\epsilon` electricity per hydrogen [GWh/kt = kWh/kg], compression included,
    :math:`h` ``hydrogen_level`` [kt], :math:`\sigma` share lost in an hour, :math:`y` ``hydrogen_delivered`` [kt/h]. A store has no
    limit on charging and discharging rates; its final level equals its initial one.
    """
    return sum(net(m, n, t) for net in m.net["hydrogen"]) == 0


@equation("electrolyser hour", "GW", "value of electrolyser capacity, MCNY/GWh")
def electrolyser_limit(m, i, t):
    r"""Power of an electrolyser is limited by its capacity.

    .. math::

       p_{i,t} \le X_i
    """
    return m.electrolyser_power[i, t] <= m.capacity_electrolyser[i]


@equation("steady_electrolyser hour", "GW", "cost of the minimum load, MCNY/GWh")
def electrolyser_minimum(m, i, t):
    r"""An electrolyser with a minimum load is never switched off.

    .. math::

       p_{i,t} \ge \mu_i X_i
    """
    return m.electrolyser_power[i, t] - m.el.min_load_share[i] * m.capacity_electrolyser[i] >= 0


@equation("hydrogen_store hour", "kt", "value of store volume, MCNY/kt")
def hydrogen_level_limit(m, s, t):
    r"""The level of a hydrogen store is limited by its volume.

    .. math::

       h_{s,t} \le H_s
    """
    return m.hydrogen_level[s, t] <= m.capacity_hydrogen_store[s]


@equation("hydrogen_contract", "kt", "value of contract hydrogen in the year, MCNY/kt")
def hydrogen_ledger(m, x):
    r"""Hydrogen delivered under a contract in the block.

    .. math::

       Y_x = \sum_t y_{x,t}
    """
    return m.ledger_hydrogen[x] == sum(m.hydrogen_delivered[x, t] for t in m.hour)


@equation("hydrogen_contract", "kt", "marginal cost of the contract's minimum hydrogen, MCNY/kt", part="master")
def hydrogen_contract_minimum(m, x):
    r"""A hydrogen contract receives at least its agreed yearly amount.

    .. math::

       Y_x \ge Y^{min}_x
    """
    return m.total_hydrogen[x] >= m.hx.min_kt_per_year[x]


@equation("hydrogen_contract", "kt", "value of more hydrogen allowed, MCNY/kt", part="master")
def hydrogen_contract_maximum(m, x):
    r"""A hydrogen contract takes at most its agreed yearly amount.

    .. math::

       Y_x \le Y^{max}_x
    """
    return m.total_hydrogen[x] <= m.hx.max_kt_per_year[x]


COMPONENT = Component(
    __name__, sets, block_sets, block_columns,
    running_cost=running_cost,
    net={"electricity": net_electricity, "hydrogen": net_hydrogen},
    ledgers={"hydrogen": Ledger("hydrogen_contract")},
    states={"hydrogen_level": "hour"},
)  # fmt: skip
