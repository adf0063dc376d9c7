"""Electricity balance of every bus."""

from energy_model.formulation.equation import equation


@equation("bus hour", "GW", "nodal price, MCNY/GWh (1 MCNY/GWh = 1000 CNY/MWh)")
def nodal_balance(m, n, t):
    r"""Power into every bus equals power out of it in every hour.

    .. math::

       \sum_{g \in n} p_{g,t} + \sum_{j \in n} w_{j,t} + \sum_{s \in n} (d_{s,t} - c_{s,t})
       + \sum_{l} \left[(1-\lambda_l) f^{in}_{l,t} - f^{out}_{l,t} - \tfrac12 \ell_{l,t}\right] + u_{n,t}
       = L_{n,t} + \sum_{k \in n} (a_{k,t} - v_{k,t}) + \sum_{b \in n} e_{b,t} + \sum_{x \in n} E_{x,t}

    :math:`p` net thermal output (``thermal_power``), :math:`w` ``renewable_power``, :math:`d, c` ``discharge`` and ``charge``,
    :math:`f` ``flow_forward`` and ``flow_backward``, :math:`\ell` quadratic ``loss`` (then :math:`\lambda = 0`), :math:`u` ``shed``,
    :math:`L` ``demand``, :math:`a, v` ``smelter_power`` and ``potline_shed``, :math:`e` power drawn by electric boilers,
    :math:`E` export delivered in a receiving market.  All [GW].
    """
    supply = (
        sum(m.thermal_power[g, t] for g in m.thermal_at[n])
        + sum(m.renewable_power[j, t] for j in m.feed_at[n])
        + sum(m.discharge[s, t] - m.charge[s, t] for s in m.power_store_at[n])
        + sum((1 - m.l.loss_share[c]) * m.flow_forward[c, t] for c in m.corridor_into[n])
        - sum(m.flow_forward[c, t] for c in m.corridor_out_of[n])
        + sum((1 - m.l.loss_share[c]) * m.flow_backward[c, t] for c in m.reversible_out_of[n])
        - sum(m.flow_backward[c, t] for c in m.reversible_into[n])
        - sum(m.loss[c, t] / 2 for c in m.lossy_at[n])
        + sum(m.shed[k, t] for k in m.load_bus_at[n])
    )
    demand = (
        sum(m.demand[k, t] for k in m.load_bus_at[n])
        + sum(m.smelter_power[k, t] - m.potline_shed[k, t] for k in m.smelter_at[n])
        + sum(m.boiler_heat[b, t] / m.b.efficiency_share[b] for b in m.electric_boiler_at[n])
        + sum(m.delivered[x, t] for x in m.contract_at[n])
    )
    return supply - demand == 0


@equation("load_bus hour", "GW", "value of a larger right to shed, MCNY/GWh")
def shed_limit(m, n, t):
    r"""A node can shed no more than its own load: no node hides the deficit of another.

    .. math::

       u_{n,t} \le L_{n,t}
    """
    return m.shed[n, t] <= m.demand[n, t]
