"""Heat areas: extraction CHP, coal boilers, electric boilers, heat stores."""

from energy_model.formulation.component import Component, Ledger, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation


def sets(m, y):
    """Boilers."""
    m.b = columns_of(y.boiler)
    declare(m, boiler=y.boiler.index, coal_boiler=y.boiler.index[y.boiler.kind == "coal_boiler"])


def block_sets(m, y):
    """Heat areas, and boilers by location."""
    declare(m, heat_area=y.heat_area.index)
    m.boiler_in = members_of(y.boiler.heat_area, y.heat_area.index)
    m.electric_boiler_at = members_of(y.boiler.node[y.boiler.kind == "electric_boiler"], y.bus.index)


def block_columns(m):
    """Heat of boilers, and unserved heat [GW]."""
    positive(m, boiler_heat=(m.boiler, m.hour), heat_shed=(m.heat_area, m.hour))


def running_cost(m):
    """Operation and maintenance of boilers, unserved heat, free CO2 allowances of coal boilers [MCNY]."""
    free = sum(m.b.co2_benchmark_heat[b] * m.boiler_heat[b, t] for b in m.coal_boiler for t in m.hour) if m.has_allowances else 0
    allowances = {"co2_allowances": -m.price.co2 * free} if m.has_allowances else {}
    return allowances | {
        "boiler_variable": sum(m.b.vom[b] * m.boiler_heat[b, t] for b in m.boiler for t in m.hour),
        "heat_shedding": m.price.lost_heat * sum(m.heat_shed[a, t] for a in m.heat_area for t in m.hour),
    }


def net_electricity(m, n, t):
    """Power drawn by electric boilers from a bus [GW]."""
    return -sum(m.boiler_heat[b, t] / m.b.efficiency_share[b] for b in m.electric_boiler_at[n])


def net_heat(m, a, t):
    """Heat of the boilers of an area, minus demand net of unserved heat [GW]."""
    return sum(m.boiler_heat[b, t] for b in m.boiler_in[a]) + m.heat_shed[a, t] - m.heat_demand[a, t]


@equation("heat_area hour", "GW_th", "price of heat, MCNY/GWh")
def heat_balance(m, a, t):
    r"""Heat supplied equals heat demand of the area.

    .. math::

       \sum_g q^{h}_{g,t} + \sum_b y_{b,t} + \sum_s (d_{s,t} - c_{s,t}) + u^{h}_{a,t} = H_{a,t}
    """
    return sum(net(m, a, t) for net in m.net["heat"]) == 0


@equation("chp hour", "GW", "value of power-free heat, MCNY/GWh")
def back_pressure(m, g, t):
    r"""Electric output is at least the back-pressure line.

    With boiler load :math:`b = \mu o + q` and output :math:`p = b - c_v q^h`, the line :math:`p \ge c_b q^h` reads

    .. math::

       \mu_g o_{g,k(t)} + q_{g,t} - \sum_{p \in down} r_{p,g,t} \ge (c_b + c_v)\, q^{h}_{g,t}

    :math:`r` downward reserve, if reserves are modelled: it must not reduce heat output.
    """
    offered = sum(m.reserve_offer[p, g, t] for p in m.offers_down[g])
    load = m.g.min_load_share[g] * m.online[g, m.step_of[t]] + m.above_minimum[g, t] - offered
    return load - (m.g.back_pressure_ratio[g] + m.g.power_loss_per_heat[g]) * m.chp_heat[g, t] >= 0


@equation("chp hour", "GW_th", "value of larger extraction, MCNY/GWh")
def extraction_limit(m, g, t):
    r"""Heat extraction is limited by the online capacity.

    .. math::

       q^{h}_{g,t} \le \eta_g\, o_{g,k(t)}
    """
    return m.chp_heat[g, t] <= m.g.heat_share[g] * m.online[g, m.step_of[t]]


@equation("boiler hour", "GW_th", "value of boiler capacity, MCNY/GWh")
def boiler_limit(m, b, t):
    r"""Heat of a boiler is limited by its capacity.

    .. math::

       y_{b,t} \le X_b
    """
    return m.boiler_heat[b, t] <= m.capacity_boiler[b]


@equation("coal_boiler", "TJ", "price of the fuel of this boiler, MCNY/TJ")
def boiler_fuel_ledger(m, b):
    r"""Fuel of coal boilers in the block.

    .. math::

       F_b = \sum_t \varphi_b\, y_{b,t}

    :math:`\varphi_b` fuel per heat [TJ/GWh]: 3.6 TJ/GWh over the efficiency.
    """
    return m.ledger_boiler_fuel[b] == sum(m.b.heat_rate[b] * m.boiler_heat[b, t] for t in m.hour)


COMPONENT = Component(
    __name__, sets, block_sets, block_columns,
    running_cost=running_cost,
    net={"electricity": net_electricity, "heat": net_heat},
    data={"heat_demand": "heat_area"},
    ledgers={"boiler_fuel": Ledger("coal_boiler")},
)  # fmt: skip
