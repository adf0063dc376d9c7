"""Export contracts: delivery at the receiving end."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, LeftSide, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation
from energy_model.study.contract_calendars import shares_of_months


def sets(m, y):
    """Contracts."""
    m.x = columns_of(y.contract)
    asked = set(y.clause.scope[y.clause.quantity == "export_renewable_share"])
    green = [x for x, market in y.contract.market.items() if asked & {None, x, market}]
    declare(m, contract=y.contract.index, green_contract=green, scheduled_contract=y.scheduled_contract)


def block_sets(m, y):
    """Contracts by market; for those with a minimum share of wind and solar, power to be sent per power delivered [GW/GW]."""
    m.contract_at = members_of(y.contract.market, y.bus.index)
    lost = y.corridor.loss_share.groupby(y.corridor.to_bus).max()
    m.sent_for = {x: 1 / (1 - lost.get(m.x.market[x], 0.0)) for x in m.green_contract}
    declare(m, green_pool=["all"] if len(m.green_contract) else [])


def block_columns(m):
    """Contract power (the same column in all blocks), delivered power, and its part from wind and solar [GW]."""
    positive(m, capacity_contract=(m.contract,), delivered=(m.contract, m.hour), green_delivered=(m.green_contract, m.hour))


def master_sets(m, y, yearly):
    """Contracts with a limit on yearly energy; months of free contracts within the horizon, with their share of the year."""
    declare(m, limited_contract=y.contract.index[y.contract.max_gwh_per_year.notna()])
    free = [x for x in y.monthly_contract if y.contract["shape"][x] == "free"]
    shares = {x: shares_of_months(y.contract_month[x], yearly.month_hours) for x in free}
    m.month_share = {(x, month): share for x, own in shares.items() for month, share in own.items()}
    m.contract_month = pyo.Set(dimen=2, initialize=list(m.month_share))
    m.charged_month = pyo.Set(dimen=2, initialize=[k for k in m.month_share if y.contract.deviation_price.notna()[k[0]]])


def master_columns(m, y):
    """Contract power [GW]; monthly energy, and its shortfall or excess beyond the permitted deviation [GWh]."""
    m.capacity_contract = pyo.Var(m.contract, bounds=lambda m, x: (0, m.x.max[x]))
    positive(m, monthly_export=(m.contract_month,))
    most = {k: m.hours_of_year * m.x.max[k[0]] for k in m.charged_month}
    m.month_short = pyo.Var(m.charged_month, bounds=lambda m, *k: (0, most[k]))
    m.month_beyond = pyo.Var(m.charged_month, bounds=lambda m, *k: (0, most[k]))


def yearly_cost(m):
    """Charges on monthly deviations [MCNY]."""
    charged = sum(m.x.deviation_price[k[0]] * (m.month_short[k] + m.month_beyond[k]) for k in m.charged_month)
    return {"contract_deviation": charged} if len(m.charged_month) else {}


def net_electricity(m, n, t):
    """Delivery to contracts at their market [GW]."""
    return -sum(m.delivered[x, t] for x in m.contract_at[n])


@equation("contract hour", "GW", "value of a deviation from the delivery shape, MCNY/GWh")
def delivery_shape(m, x, t):
    r"""Delivered power follows the agreed shape: shares of contract power by hour, month and type of day; free contracts stay below it.

    .. math::

       E_{x,t} = s_{x,t} P_x \quad (\text{free: } E_{x,t} \le s_{x,t} P_x)

    :math:`s` ``contract_share`` where months or types of day differ; 1 for a free contract without a calendar.
    """
    share = m.contract_share[x, t] if x in m.scheduled_contract else m.x.hours[x][(t - 1) % 24]
    agreed = share * m.capacity_contract[x]
    return m.delivered[x, t] <= agreed if m.x.shape[x] == "free" else m.delivered[x, t] == agreed


@equation("green_contract hour", "GW", "value of more delivery to which wind and solar power can be credited, MCNY/GWh")
def green_delivery_limit(m, x, t):
    r"""Wind and solar power credited to a contract does not exceed its delivery in the hour.

    .. math::

       G_{x,t} \le E_{x,t}
    """
    return m.green_delivered[x, t] <= m.delivered[x, t]


@equation("green_pool hour", "GW", "value of more wind and solar power in the hour for contract shares, MCNY/GWh")
def green_output_limit(m, pool, t):
    r"""Wind and solar power credited to contracts, plus the losses of their outlets, does not exceed the feed-in of the hour.

    .. math::

       \sum_x \frac{G_{x,t}}{1 - \lambda_x} \le \sum_j w_{j,t}

    :math:`\lambda` largest loss share of the corridors into the market. Storage discharge does not count as wind or solar power.
    """
    return sum(m.sent_for[x] * m.green_delivered[x, t] for x in m.green_contract) <= sum(m.renewable_power[j, t] for j in m.feed)


@equation("green_contract", "GWh", "value of wind and solar energy delivered in the year, MCNY/GWh")
def green_ledger(m, x):
    r"""Wind and solar energy delivered under a contract in the block.

    .. math::

       G_x = \sum_t G_{x,t}
    """
    return m.ledger_green[x] == sum(m.green_delivered[x, t] for t in m.hour)


@equation("contract", "GWh", "value of export energy at the receiving end, MCNY/GWh")
def export_ledger(m, x):
    r"""Energy delivered at the receiving end in the block.

    .. math::

       D_x = \sum_t E_{x,t}
    """
    return m.ledger_export[x] == sum(m.delivered[x, t] for t in m.hour)


@equation("contract", "GWh", "marginal cost of the contract's minimum energy, MCNY/GWh", part="master")
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


@equation("contract_month", "GWh", "value of less delivery in the month, MCNY/GWh", part="master")
def contract_month_least(m, x, month):
    r"""A month gets at least its share of a free contract's yearly energy, minus the permitted deviation; a shortfall is charged.

    .. math::

       D_{x,m} + d^-_{x,m} \ge (1 - \delta_x)\, \beta_{x,m} D_x

    :math:`D_{x,m}` ``monthly_export``, :math:`\beta` share of the month, :math:`\delta` allowed deviation, :math:`d` ``month_short``,
    only where deviations have a charge. Over typical weeks and parts of the year, months are weighted by the hours that represent them.
    """
    short = m.month_short[x, month] if (x, month) in m.charged_month else 0
    return m.monthly_export[x, month] + short - (1 - m.x.deviation_share[x]) * m.month_share[x, month] * m.total_export[x] >= 0


@equation("contract_month", "GWh", "value of more delivery in the month, MCNY/GWh", part="master")
def contract_month_most(m, x, month):
    r"""A month gets at most its share of a free contract's yearly energy, plus the permitted deviation; an excess is charged.

    .. math::

       D_{x,m} - d^+_{x,m} \le (1 + \delta_x)\, \beta_{x,m} D_x
    """
    beyond = m.month_beyond[x, month] if (x, month) in m.charged_month else 0
    return m.monthly_export[x, month] - beyond - (1 + m.x.deviation_share[x]) * m.month_share[x, month] * m.total_export[x] <= 0


def delivered_gwh(m, c):
    """Delivered energy of all contracts, of one, or of those of one market, by the scope of a clause [GWh]."""
    return sum(m.total_export[x] for x in m.contract if m.c.scope[c] in (None, x, m.x.market[x]))


def green_above(m, c):
    """Wind and solar energy delivered within the scope of a clause above its share of the delivery [GWh]; at least 0."""
    own = [x for x in m.green_contract if m.c.scope[c] in (None, x, m.x.market[x])]
    return sum(m.total_green[x] for x in own) - m.c.value[c] * delivered_gwh(m, c)


def most_delivered_gwh(m, c) -> float:
    """Share of a clause times the maximum delivery of all contracts [GWh]."""
    return m.c.value[c] * m.hours_of_year * sum(m.x.max[x] for x in m.contract)


CLAUSES = {"export_gwh": LeftSide(delivered_gwh), "export_renewable_share": LeftSide(green_above, most_delivered_gwh)}
COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_sets, master_columns, yearly_cost=yearly_cost,
    data={"contract_share": "scheduled_contract"}, net={"electricity": net_electricity},
    ledgers={"export": Ledger("contract"), "green": Ledger("green_contract")},
)  # fmt: skip
