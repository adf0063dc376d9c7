r"""Stores of power and heat: battery, pumped hydro, hot-water tank.

A *carried* store keeps its level from calendar week to calendar week where typical weeks represent them (Kotzur et al. 2018, "Time series
aggregation for energy system design: Modeling seasonal storage", Applied Energy 213).  All calendar weeks that a typical week represents
charge and discharge alike, so their levels differ by the level at the start alone, :math:`(1-\sigma)^t` of which is left after t hours.
The level of such a block is that of the fullest of them; of the emptiest it is lower by what is left of the spread of their starts.  The
limits of the fullest and the emptiest are those of all, exactly: Kotzur's bounds, which add the highest and lowest level relative to the
start to the start itself, are on the safe side where there are standing losses, and the same where there are none.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation
from energy_model.study.capacities import largest_store_h, most_capacity


def sets(m, y):
    """Stores."""
    m.s = columns_of(y.store)
    declare(m, store=y.store.index, carried_store=y.store.index[y.store.long_duration & m.is_typical])


def block_sets(m, y):
    """Stores by their initial condition and by location."""
    s = y.store
    declare(m, closed_store=s.index[s.start_level.isna()], opened_store=s.index[s.start_level.notna()])
    declare(m, stock_store=s.index[s.from_stock])
    m.carried_of = {i: [i] if i in m.carried_store else [] for i in m.store}
    power = s[s.kind != "heat_store"]
    m.power_store_at = members_of(power.node, y.bus.index)
    m.store_in = members_of(power.microgrid, y.microgrid.index)
    m.heat_store_in = members_of(s.heat_area[s.kind == "heat_store"], y.heat_area.index)


def block_columns(m):
    """Charging and discharging [GW], level [GWh]; for carried stores the highest initial level, spread of initial levels, and gain."""
    level = [(s, t) for s in m.store for t in (m.hour if s in m.carried_store else m.hour0)]
    positive(
        m, charge=(m.store, m.hour), discharge=(m.store, m.hour), level=(level,),
        typical_highest=(m.carried_store,), typical_spread=(m.carried_store,),
    )  # fmt: skip
    m.typical_gain = pyo.Var(m.carried_store)
    m.level_before = {(s, t): m.level[s, t - 1] if (s, t - 1) in m.level else m.typical_highest[s] for s in m.store for t in m.hour}


def master_sets(m, y, yearly):
    """Calendar weeks and the typical weeks that represent them."""
    s = y.store
    declare(m, fixed_duration=s.index[s.duration_h.notna()])
    declare(m, least_duration=s.index[s.min_duration_h > 0], most_duration=s.index[s.max_duration_h.notna()])
    weeks = len(yearly.typical)
    m.typical_of = {w + 1: int(k) for w, k in enumerate(yearly.typical)}
    m.week_before = {w: w - 1 or weeks for w in m.typical_of}
    m.kept_of_week = {s: (1 - m.s.standing_loss_share_per_h[s]) ** yearly.block_h for s in m.carried_store}
    m.carried_week = pyo.Set(dimen=2, initialize=[(s, w) for s in m.carried_store for w in m.typical_of])


def master_columns(m, y):
    """Bounds of the volume, which may be sized separately from power; initial levels of carried stores by week [GWh]."""
    power = most_capacity(y.store).where(y.store.duration_h.notna(), y.store.existing + y.store.max_new)
    most = power * largest_store_h(y.store)
    for s in m.store:
        m.capacity_store_energy[s].setlb(0)
        m.capacity_store_energy[s].setub(most[s])
    m.week_level = pyo.Var(m.carried_week, bounds=lambda m, s, w: (0, most[s]))
    typical = [(s, k) for s in m.carried_store for k in sorted(set(m.typical_of.values()))]
    m.typical_highest = pyo.Var(typical, bounds=lambda m, s, k: (0, most[s]))
    m.typical_spread = pyo.Var(typical, bounds=lambda m, s, k: (0, most[s]))
    m.typical_gain = pyo.Var(typical, bounds=lambda m, s, k: (-most[s], most[s]))


def running_cost(m):
    """Operation and maintenance by energy discharged [MCNY]."""
    return {"storage_variable": sum(m.s.vom[s] * m.discharge[s, t] for s in m.store for t in m.hour)}


def net_electricity(m, n, t):
    """Net discharge of the power stores of a bus [GW]."""
    return sum(m.discharge[s, t] - m.charge[s, t] for s in m.power_store_at[n])


def net_heat(m, a, t):
    """Net discharge of the heat stores of an area [GW]."""
    return sum(m.discharge[s, t] - m.charge[s, t] for s in m.heat_store_in[a])


def gained(m, s, t):
    """Energy added to a store in an hour [GWh]."""
    return m.s.charge_efficiency_share[s] * m.charge[s, t] - m.discharge[s, t] / m.s.discharge_efficiency_share[s]


def kept(m, s, t):
    """Remainder of the level of the hour before [GWh]."""
    return (1 - m.s.standing_loss_share_per_h[s]) * m.level_before[s, t]


def lowest(m, s, t):
    """Level in the emptiest calendar week that the block represents; the level itself if nothing is carried between weeks [GWh]."""
    return m.level[s, t] - sum((1 - m.s.standing_loss_share_per_h[i]) ** t * m.typical_spread[i] for i in m.carried_of[s])


@equation("closed_store hour", "GWh", "value of one more stored GWh, MCNY/GWh")
def level_balance(m, s, t):
    r"""Energy balance of a store from hour to hour.

    .. math::

       e_{s,t} = (1-\sigma_s) e_{s,t-1} + \eta^c_s c_{s,t} - d_{s,t}/\eta^d_s

    For a carried store :math:`e_{s,0} = \bar e_s` (``typical_highest``), the highest initial level of the calendar weeks that the
    typical week represents.
    """
    return m.level[s, t] == kept(m, s, t) + gained(m, s, t)


@equation("opened_store hour", "GWh", "value of one more stored GWh, MCNY/GWh")
def level_from_start(m, s, t):
    r"""Energy balance of a store with a given initial level and a free final level.

    .. math::

       e_{s,t} = (1-S_t)(1-\sigma_s) e_{s,t-1} + S_t E^0_s + \eta^c_s c_{s,t} - d_{s,t}/\eta^d_s

    :math:`S` ``horizon_start``: 1 in the first hour of the study, else 0; :math:`E^0` ``start_level``.
    """
    return m.level[s, t] == from_start(m, s, t, kept(m, s, t)) + gained(m, s, t)


def from_start(m, s, t, before):
    """What a store has from the hour before [GWh]; in the first hour of the study its given initial level, if it has one."""
    if s not in m.opened_store:
        return before
    first = sum(m.horizon_start[i, t] for i in m.open_start)
    return before - first * before + first * m.s.start_level[s]


@equation("stock_store hour", "GWh", "value of energy in store an hour earlier, MCNY/GWh")
def discharge_from_stock(m, s, t):
    r"""What an hour discharges was in store before it.

    .. math::

       d_{s,t}/\eta^d_s \le e_{s,t-1}

    For a carried store in the emptiest of its calendar weeks, as `lowest_level`.
    """
    emptiest = sum((1 - m.s.standing_loss_share_per_h[i]) ** (t - 1) * m.typical_spread[i] for i in m.carried_of[s])
    drawn = m.discharge[s, t] / m.s.discharge_efficiency_share[s]
    return drawn - from_start(m, s, t, m.level_before[s, t] - emptiest) <= 0


@equation("store hour", "GW", "value of converter power, MCNY/GWh")
def store_power_limit(m, s, t):
    r"""Charging and discharging share the converter.

    .. math::

       c_{s,t} + d_{s,t} \le X_s
    """
    return m.charge[s, t] + m.discharge[s, t] <= m.capacity_store_power[s]


@equation("store hour", "GWh", "value of storage volume, MCNY/GWh")
def store_level_limit(m, s, t):
    r"""The level of a store is limited by its energy capacity.

    .. math::

       e_{s,t} \le E_s
    """
    return m.level[s, t] <= m.capacity_store_energy[s]


@equation("carried_store hour", "GWh", "value of stored energy in the emptiest of the weeks, MCNY/GWh")
def lowest_level(m, s, t):
    r"""The level is not negative in the emptiest calendar week that the typical week represents.

    .. math::

       e_{s,t} - (1-\sigma_s)^t \Delta_s \ge 0

    :math:`\Delta` ``typical_spread``: difference of the initial levels of the fullest and the emptiest week.
    """
    return lowest(m, s, t) >= 0


@equation("carried_store", "GWh", "value of energy left at the end of the week, MCNY/GWh")
def week_gain(m, s):
    r"""Gain of a carried store in a typical week of T hours, beyond the remainder of its initial level.

    .. math::

       g_s = e_{s,T} - (1-\sigma_s)^T \bar e_s
    """
    last = m.hour.last()
    return m.typical_gain[s] == m.level[s, last] - (1 - m.s.standing_loss_share_per_h[s]) ** last * m.typical_highest[s]


@equation("carried_week", "GWh", "value of one more GWh in store at the start of the week, MCNY/GWh", part="master")
def week_balance(m, s, w):
    r"""Level of a carried store from calendar week to calendar week, in a cycle.

    .. math::

       L_{s,w} = (1-\sigma_s)^T L_{s,w-1} + g_{s,k(w-1)}

    :math:`L` ``week_level``: level at the start of a calendar week; :math:`k(w)` typical week that represents it.  A day left over after
    the last whole week counts in the weights of the weeks, as everywhere else, and not in the cycle.
    """
    before = m.week_before[w]
    return m.week_level[s, w] == m.kept_of_week[s] * m.week_level[s, before] + m.typical_gain[s, m.typical_of[before]]


@equation("carried_week", "GWh", "value of volume at the start of the week, MCNY/GWh", part="master")
def highest_start(m, s, w):
    r"""The initial level of a calendar week is at most the highest one of its typical week.

    .. math::

       L_{s,w} \le \bar e_{s,k(w)}
    """
    return m.week_level[s, w] <= m.typical_highest[s, m.typical_of[w]]


@equation("carried_week", "GWh", "value of stored energy at the start of the week, MCNY/GWh", part="master")
def lowest_start(m, s, w):
    r"""The initial level of a calendar week is at least the lowest one of its typical week.

    .. math::

       L_{s,w} \ge \bar e_{s,k(w)} - \Delta_{s,k(w)}
    """
    k = m.typical_of[w]
    return m.week_level[s, w] >= m.typical_highest[s, k] - m.typical_spread[s, k]


@equation("fixed_duration", "GWh", "value of storage volume, MCNY/GWh", part="master")
def store_duration(m, s):
    r"""Energy capacity of a store with a rated duration is proportional to its power.

    .. math::

       E_s = h_s X_s
    """
    return m.capacity_store_energy[s] == m.s.duration_h[s] * m.capacity_store_power[s]


@equation("least_duration", "GWh", "cost of a longer store, MCNY/GWh", part="master")
def store_duration_least(m, s):
    r"""Energy capacity of a store that is sized apart from its power lasts for at least some hours of it.

    .. math::

       E_s \ge \underline h_s X_s
    """
    return m.capacity_store_energy[s] - m.s.min_duration_h[s] * m.capacity_store_power[s] >= 0


@equation("most_duration", "GWh", "value of a longer store, MCNY/GWh", part="master")
def store_duration_most(m, s):
    r"""Energy capacity of a store that is sized apart from its power lasts for at most some hours of it.

    .. math::

       E_s \le \bar h_s X_s
    """
    return m.capacity_store_energy[s] - m.s.max_duration_h[s] * m.capacity_store_power[s] <= 0


COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_sets, master_columns, running_cost,
    net={"electricity": net_electricity, "heat": net_heat},
    states={"level": "hour"},
)  # fmt: skip
