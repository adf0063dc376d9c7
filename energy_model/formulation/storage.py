"""Stores of power and heat: battery, pumped hydro, hot-water tank."""

from energy_model.formulation.equation import equation


@equation("store hour", "GWh", "value of one more stored GWh, MCNY/GWh")
def level_balance(m, s, t):
    r"""Level of a store from hour to hour.

    .. math::

       e_{s,t} = (1-\sigma_s) e_{s,t-1} + \eta^c_s c_{s,t} - d_{s,t}/\eta^d_s
    """
    kept = (1 - m.s.standing_loss_share_per_h[s]) * m.level[s, t - 1]
    return (
        m.level[s, t]
        == kept
        + m.s.charge_efficiency_share[s] * m.charge[s, t]
        - m.discharge[s, t] / m.s.discharge_efficiency_share[s]
    )


@equation("store hour", "GW", "value of converter power, MCNY/GWh")
def store_power_limit(m, s, t):
    r"""Charging and discharging share the converter.

    .. math::

       c_{s,t} + d_{s,t} \le X_s
    """
    return m.charge[s, t] + m.discharge[s, t] <= m.capacity_store_power[s]


@equation("store hour", "GWh", "value of storage volume, MCNY/GWh")
def store_level_limit(m, s, t):
    r"""The level is limited by the energy capacity.

    .. math::

       e_{s,t} \le E_s
    """
    return m.level[s, t] <= m.capacity_store_energy[s]
