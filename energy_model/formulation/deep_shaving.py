r"""Deep peak shaving (深度调峰): output below minimum load in tiers, each down to a load and at a cost per energy not generated.

The first tier is what a boiler stands without oil, the second with oil support.  A lower tier costs more, so the tiers fill in order.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component
from energy_model.formulation.equation import equation


def sets(m, y):
    """Tiers of the clusters, with their depth [share of online capacity] and cost [MCNY/GWh]."""
    table = y.deep_tier
    m.deep_tier = pyo.Set(dimen=2, initialize=list(table.index), ordered=True)
    m.deep_depth, m.deep_cost = table.depth.to_dict(), table.cost.to_dict()
    m.deep_tiers_of = {g: [] for g in y.thermal.index} | {
        g: [tier for own, tier in table.index if own == g] for g in table.index.get_level_values(0)
    }


def block_columns(m):
    """Output below minimum load, by tier [GW]."""
    m.below_minimum = pyo.Var(m.deep_tier, m.hour, within=pyo.NonNegativeReals)


def running_cost(m):
    """Oil support and wear of deep peak shaving [MCNY]."""
    if not len(m.deep_tier):
        return {}
    return {"deep_shaving": sum(m.deep_cost[i] * m.below_minimum[i, t] for i in m.deep_tier for t in m.hour)}


def lowered(m, g, t):
    """Output of a cluster below its minimum load [GW]."""
    return sum(m.below_minimum[g, tier, t] for tier in m.deep_tiers_of[g])


@equation("deep_tier hour", "GW", "value of a deeper tier, MCNY/GWh")
def deep_limit(m, g, tier, t):
    r"""Output is lowered below minimum load by at most the depth of each tier.

    .. math::

       d_{g,i,t} \le \delta_{g,i}\, o_{g,k(t)}

    Output is :math:`\mu_g o_{g,k(t)} + q_{g,t} - \sum_i d_{g,i,t}`, less what heat extraction takes. Ramps refer to :math:`q`, reserves to
    minimum load: neither counts on output below it.
    """
    return m.below_minimum[g, tier, t] <= m.deep_depth[g, tier] * m.online[g, m.step_of[t]]


COMPONENT = Component(__name__, sets, block_columns=block_columns, running_cost=running_cost)
