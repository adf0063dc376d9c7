"""Export contracts: delivery at the receiving end."""

from energy_model.formulation.equation import equation


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
