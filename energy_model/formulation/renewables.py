"""Wind and solar: available output is used or curtailed."""

import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, LeftSide, columns_of, declare, members_of, positive
from energy_model.formulation.equation import equation
from energy_model.formulation.scope import within


def sets(m, y):
    """Resources, and the feeds to which they belong."""
    m.r, m.f = columns_of(y.resource), columns_of(y.feed)
    declare(m, feed=y.feed.index, resource=y.resource.index)


def block_sets(m, y):
    """Resources of a feed and their series; feeds by location."""
    declare(m, series=y.series)
    m.series_of = y.resource.series.to_dict()
    m.resource_of = members_of(y.resource.feed, y.feed.index)
    m.feed_at = members_of(y.feed.bus, y.bus.index)
    m.feed_in = members_of(y.feed.bus.map(y.bus.microgrid), y.microgrid.index)


def block_columns(m):
    """Output used [GW]."""
    positive(m, renewable_power=(m.feed, m.hour))


def master_sets(m, y, yearly):
    """Available energy of the weather year, and land by node and carrier."""
    m.full_load_h = yearly.full_load_h.to_dict()
    owner = pd.Series(list(zip(y.resource.node, y.resource.kind, strict=True)), index=y.resource.index)
    m.resource_on = members_of(owner, y.potential.index)
    m.potential = y.potential.to_dict()
    m.land = pyo.Set(dimen=2, initialize=[key for key in y.potential.index if m.resource_on[key]])


def running_cost(m):
    """Operation and maintenance, minus the curtailment penalty on energy used [MCNY]."""
    used = sum(m.renewable_power[j, t] for j in m.feed for t in m.hour)
    return {
        "renewable_variable": sum(m.f.vom[j] * m.renewable_power[j, t] for j in m.feed for t in m.hour),
        "curtailment": -m.price.curtailment * used,
    }


def yearly_cost(m):
    """Curtailment penalty on all available energy, as if none were used [MCNY]."""
    return {"curtailment": m.price.curtailment * sum(m.full_load_h[r] * m.capacity_renewable[r] for r in m.resource)}


def net_electricity(m, n, t):
    """Wind and solar output used at a bus [GW]."""
    return sum(m.renewable_power[j, t] for j in m.feed_at[n])


@equation("feed hour", "GW", "rent of wind or solar output in the hour, MCNY/GWh")
def renewable_limit(m, j, t):
    r"""Wind or solar output of a node is at most the available output of its resources (vintages, turbine classes); the rest is curtailed.

    Resources of one node and carrier have the same variable cost and are behind one busbar, so one output variable serves them all.

    .. math::

       w_{j,t} \le \sum_{r \in j} a_{r,t}\, X_r
    """
    return m.renewable_power[j, t] <= sum(m.availability[m.series_of[r], t] * m.capacity_renewable[r] for r in m.resource_of[j])


@equation("feed", "GWh", "value of used wind or solar energy in yearly rows, MCNY/GWh")
def renewable_ledger(m, j):
    r"""Energy used in the block.

    .. math::

       W_j = \sum_t w_{j,t}
    """
    return m.ledger_renewable[j] == sum(m.renewable_power[j, t] for t in m.hour)


@equation("land", "GW", "value of more land for wind or solar, MCNY/GW", part="master")
def land_limit(m, n, carrier):
    r"""Wind or solar capacity of a county stays within its technical potential.

    .. math::

       \sum_{r \in n} X_r \le \Pi_n
    """
    return sum(m.capacity_renewable[r] for r in m.resource_on[n, carrier]) <= m.potential[n, carrier]


def capacity_gw(m, c, carrier, less=0):
    """Wind or solar capacity of the scope of a clause, minus `less` times the existing capacity [GW]."""
    own = [r for r in m.resource if m.r.kind[r] == carrier and within(m, c, m.r.node[r])]
    return sum(m.capacity_renewable[r] - less * m.r.existing[r] for r in own)


def available_gwh(m, c):
    """Available wind and solar energy in the scope of a clause [GWh]."""
    return sum(m.full_load_h[r] * m.capacity_renewable[r] for r in m.resource if within(m, c, m.r.node[r]))


def used_gwh(m, c):
    """Wind and solar energy fed in within the scope of a clause [GWh]."""
    return sum(m.total_renewable[j] for j in m.feed if within(m, c, m.f.bus[j]))


def load_gwh(m, c) -> float:
    """Required yearly load of the scope of a clause: potlines at rated power, shed load included [GWh]."""
    return sum(energy for node, energy in m.node_load_gwh.items() if within(m, c, node))


def curtailed_above(m, c):
    """Curtailed wind and solar energy of the scope minus the share allowed by a clause [GWh]."""
    return (1 - m.c.value[c]) * available_gwh(m, c) - used_gwh(m, c)


CLAUSES = {
    "wind_capacity_mw": LeftSide(lambda m, c: capacity_gw(m, c, "wind")),
    "solar_capacity_mw": LeftSide(lambda m, c: capacity_gw(m, c, "solar")),
    "wind_new_mw": LeftSide(lambda m, c: capacity_gw(m, c, "wind", less=1)),
    "curtailment_share": LeftSide(  # <= 0
        curtailed_above, lambda m, c: sum(m.full_load_h[r] * (m.r.existing[r] + m.r.max_new[r]) for r in m.resource)
    ),
    "renewable_share": LeftSide(  # >= 0
        lambda m, c: used_gwh(m, c) - m.c.value[c] * load_gwh(m, c), lambda m, c: m.c.value[c] * load_gwh(m, c)
    ),
}
COMPONENT = Component(
    __name__, sets, block_sets, block_columns, master_sets,
    running_cost=running_cost,
    yearly_cost=yearly_cost,
    net={"electricity": net_electricity},
    data={"availability": "series"},
    ledgers={"renewable": Ledger("feed")},
)  # fmt: skip
