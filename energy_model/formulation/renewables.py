"""Wind and solar: available output is used or curtailed."""

from energy_model.formulation.equation import equation
from energy_model.formulation.scope import within


@equation("feed hour", "GW", "rent of wind or sun in the hour, MCNY/GWh")
def renewable_limit(m, j, t):
    r"""Wind or solar power of a node is at most what its resources (vintages, turbine classes) offer; the rest is curtailed.

    Resources of one node and carrier have equal running cost and stand behind one busbar, so one output serves them all.

    .. math::

       w_{j,t} \le \sum_{r \in j} a_{r,t}\, X_r
    """
    return m.renewable_power[j, t] <= sum(
        m.availability[m.series_of[r], t] * m.capacity_renewable[r] for r in m.resource_of[j]
    )


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
    """Wind or solar capacity of the scope of a clause, less `less` times what stands already [GW]."""
    own = [r for r in m.resource if m.r.kind[r] == carrier and within(m, c, m.r.node[r])]
    return sum(m.capacity_renewable[r] - less * m.r.existing[r] for r in own)


def available_gwh(m, c):
    """Energy that wind and sun offer in the scope of a clause [GWh]."""
    return sum(m.full_load_h[r] * m.capacity_renewable[r] for r in m.resource if within(m, c, m.r.node[r]))


def used_gwh(m, c):
    """Energy of wind and sun that is fed in within the scope of a clause [GWh]."""
    return sum(m.total_renewable[j] for j in m.feed if within(m, c, m.f.bus[j]))
