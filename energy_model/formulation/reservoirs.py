"""Reservoirs: stores with inflow, spill, limits of level and power, losses and costs that may vary by the hour.

The volume of a reservoir is its capacity times its hours. Figures with a series vary by the hour (`converters.hourly`).
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, columns_of, declare, members_of, positive
from energy_model.formulation.converters import hourly
from energy_model.formulation.equation import equation

COSTS = {"charge_cost": "reservoir_charge", "discharge_cost": "reservoir_discharge", "level_cost": "reservoir_level",
         "spill_cost": "reservoir_spill"}  # fmt: skip
"""Costs of a reservoir, and the column that each is paid on."""


def sets(m, y):
    """Reservoirs, and those that cost something to run."""
    r = y.reservoir
    m.rs = columns_of(r)
    paid = r.index[(r[list(COSTS)].astype(float) != 0).any(axis=1)] if len(r) else r.index
    declare(m, reservoir=r.index, paid_reservoir=paid)


def block_sets(m, y):
    """Reservoirs by the rows they need and by bus."""
    r = y.reservoir
    declare(m, spilling=r.index[r.spill_most > 0], floored_reservoir=r.index[r.least_level != 0])
    m.reservoir_at = members_of(r.node, y.bus.index)


def block_columns(m):
    """Charging, discharging, spill [GW], level [GWh], which a limit of its own may let below zero, by the hour too."""
    positive(m, reservoir_charge=(m.reservoir, m.hour), reservoir_discharge=(m.reservoir, m.hour), reservoir_spill=(m.spilling, m.hour))
    m.reservoir_level = pyo.Var(m.reservoir, m.hour0, bounds=lambda m, s, t: (None if m.rs.least_level[s] else 0, None))


def net_electricity(m, n, t):
    """Net discharge of the reservoirs of a bus [GW]."""
    return sum(m.reservoir_discharge[s, t] - m.reservoir_charge[s, t] for s in m.reservoir_at[n])


def spilled(m, s, t):
    """Spill of a reservoir [GW]; 0 where it has no outlet."""
    return m.reservoir_spill[s, t] if s in m.spilling else 0


@equation("reservoir hour", "GWh", "value of one more stored GWh, MCNY/GWh")
def reservoir_balance(m, s, t):
    r"""Energy balance of a reservoir from hour to hour.

    .. math::

       e_{s,t} = k_{s,t} e_{s,t-1} + \eta_{s,t} c_{s,t} - \delta_{s,t} d_{s,t} + z_{s,t} - h_{s,t} s_{s,t}

    :math:`e` ``reservoir_level``, :math:`k` share kept from the hour before, :math:`c` ``reservoir_charge`` and :math:`\eta` its yield,
    :math:`d` ``reservoir_discharge`` and :math:`\delta` what it draws, :math:`z` inflow, :math:`s` ``reservoir_spill``, :math:`h` its
    length. A series that keeps nothing in the first hour, and an inflow of the level at the start, open the ring of hours.
    """
    before = hourly(m, m.rs, "kept", s, t) * m.reservoir_level[s, t - 1]
    gained = hourly(m, m.rs, "charge_yield", s, t) * m.reservoir_charge[s, t] + hourly(m, m.rs, "inflow", s, t)
    drawn = hourly(m, m.rs, "discharge_draw", s, t) * m.reservoir_discharge[s, t]
    return m.reservoir_level[s, t] == before + gained - drawn - hourly(m, m.rs, "spill_draw", s, t) * spilled(m, s, t)


@equation("reservoir hour", "GWh", "value of volume, MCNY/GWh")
def reservoir_level_limit(m, s, t):
    r"""The level of a reservoir is at most a share of its volume.

    .. math::

       e_{s,t} \le \bar\beta_{s,t} H_s X_s
    """
    share = hourly(m, m.rs, "most_level", s, t)
    return m.reservoir_level[s, t] <= share * m.rs.duration_h[s] * m.capacity_reservoir[s]


@equation("floored_reservoir hour", "GWh", "cost of the least level, MCNY/GWh")
def reservoir_level_minimum(m, s, t):
    r"""The level of a reservoir is at least a share of its volume; below zero it may be owed.

    .. math::

       e_{s,t} \ge \underline\beta_{s,t} H_s X_s
    """
    share = hourly(m, m.rs, "least_level", s, t)
    return m.reservoir_level[s, t] - share * m.rs.duration_h[s] * m.capacity_reservoir[s] >= 0


@equation("reservoir hour", "GW", "value of charging power, MCNY/GWh")
def reservoir_charge_limit(m, s, t):
    r"""Charging is limited by a share of the capacity.

    .. math::

       c_{s,t} \le \gamma_{s,t} X_s
    """
    return m.reservoir_charge[s, t] <= hourly(m, m.rs, "charge_most", s, t) * m.capacity_reservoir[s]


@equation("reservoir hour", "GW", "value of discharging power, MCNY/GWh")
def reservoir_discharge_limit(m, s, t):
    r"""Discharging is limited by a share of the capacity.

    .. math::

       d_{s,t} \le \delta^{max}_{s,t} X_s
    """
    return m.reservoir_discharge[s, t] <= hourly(m, m.rs, "discharge_most", s, t) * m.capacity_reservoir[s]


@equation("spilling hour", "GW", "value of more spill, MCNY/GWh")
def spill_limit(m, s, t):
    r"""Spill is limited, as to the inflow of the hour.

    .. math::

       s_{s,t} \le S_{s,t}
    """
    return m.reservoir_spill[s, t] <= hourly(m, m.rs, "spill_most", s, t)


@equation("paid_reservoir", "MCNY", "price of the cost of running, MCNY/MCNY")
def reservoir_cost_ledger(m, s):
    r"""Cost of charging, discharging, levels and spill of a reservoir in the block.

    .. math::

       C_s = \sum_t \left( \kappa^c c_{s,t} + \kappa^d d_{s,t} + \kappa^e e_{s,t} + \kappa^s s_{s,t} \right)
    """
    paid = [(cost, getattr(m, column)) for cost, column in COSTS.items() if getattr(m.rs, cost)[s]]
    return m.ledger_reservoir_cost[s] == sum(
        hourly(m, m.rs, cost, s, t) * column[s, t] for cost, column in paid for t in m.hour if (s, t) in column
    )


def yearly_cost(m):
    """Cost of running reservoirs [MCNY]."""
    return {"reservoir_variable": sum(m.total_reservoir_cost[s] for s in m.paid_reservoir)} if len(m.paid_reservoir) else {}


COMPONENT = Component(
    __name__, sets, block_sets, block_columns,
    yearly_cost=yearly_cost,
    net={"electricity": net_electricity},
    ledgers={"reservoir_cost": Ledger("paid_reservoir", signed=True)},
    states={"reservoir_level": "hour"},
)  # fmt: skip
