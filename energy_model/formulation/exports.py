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
