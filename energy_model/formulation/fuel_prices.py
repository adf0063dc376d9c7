"""Fuel that is paid by the hour in which it is burnt, on top of what coal costs at the plant."""

from energy_model.formulation.component import Component, Ledger, declare
from energy_model.formulation.converters import hourly
from energy_model.formulation.equation import equation
from energy_model.formulation.thermal import fuel_use


def sets(m, y):
    """Clusters whose fuel has a price by the hour."""
    declare(m, hourly_fuel=[g for g, price in y.thermal.get("fuel_price", {}).items() if price])


@equation("hourly_fuel", "MCNY", "price of the cost of fuel, MCNY/MCNY")
def fuel_price_ledger(m, g):
    r"""Cost in the block of fuel that is priced by the hour, that of starts included.

    .. math::

       C_g = \sum_t \pi_{g,t} f_{g,t} + \sum_k \pi_{g,t(k)} s_g z_{g,k}

    :math:`f` fuel burnt in the hour as in `fuel_ledger`, :math:`\pi` its price, :math:`t(k)` first hour of the commitment step,
    :math:`s` fuel of a start.
    """
    burnt = sum(hourly(m, m.g, "fuel_price", g, t) * fuel_use(m, g, t) for t in m.hour)
    if m.g.start_fuel[g]:
        burnt += sum(hourly(m, m.g, "fuel_price", g, m.hours_of[k][0]) * m.g.start_fuel[g] * m.started[g, k] for k in m.step)
    return m.ledger_fuel_price[g] == burnt


def yearly_cost(m):
    """Cost of fuel that is priced by the hour [MCNY]."""
    return {"hourly_fuel": sum(m.total_fuel_price[g] for g in m.hourly_fuel)} if len(m.hourly_fuel) else {}


COMPONENT = Component(__name__, sets, yearly_cost=yearly_cost, ledgers={"fuel_price": Ledger("hourly_fuel", signed=True)})
