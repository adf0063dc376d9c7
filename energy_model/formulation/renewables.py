"""Wind and solar: available output is used or curtailed."""

from energy_model.formulation.equation import equation


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
