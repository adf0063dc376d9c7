"""Stores of power and heat: battery, pumped hydro, hot-water tank."""

from energy_model.formulation.equation import equation


def gained(m, s, t):
    """What an hour adds to a store [GWh]."""
    return m.s.charge_efficiency_share[s] * m.charge[s, t] - m.discharge[s, t] / m.s.discharge_efficiency_share[s]


def kept(m, s, t):
    """What is left of the level of the hour before [GWh]."""
    return (1 - m.s.standing_loss_share_per_h[s]) * m.level[s, t - 1]


@equation("closed_store hour", "GWh", "value of one more stored GWh, MCNY/GWh")
def level_balance(m, s, t):
    r"""Level of a store from hour to hour.

    .. math::

       e_{s,t} = (1-\sigma_s) e_{s,t-1} + \eta^c_s c_{s,t} - d_{s,t}/\eta^d_s
    """
    return m.level[s, t] == kept(m, s, t) + gained(m, s, t)


@equation("opened_store hour", "GWh", "value of one more stored GWh, MCNY/GWh")
def level_from_start(m, s, t):
    r"""Level of a store that begins the study with a given level and may end it with any.

    .. math::

       e_{s,t} = (1-S_t)(1-\sigma_s) e_{s,t-1} + S_t E^0_s + \eta^c_s c_{s,t} - d_{s,t}/\eta^d_s

    :math:`S` ``horizon_start``: 1 in the first hour of the study, else 0; :math:`E^0` ``start_level``.
    """
    first = sum(m.horizon_start[i, t] for i in m.beginning)
    before = kept(m, s, t)
    return m.level[s, t] == before - first * before + first * m.s.start_level[s] + gained(m, s, t)


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
