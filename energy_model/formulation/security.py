"""Flow limits after the trip of any one circuit (N-1)."""

import pyomo.environ as pyo

from energy_model.formulation.component import Component
from energy_model.formulation.corridors import net_flow
from energy_model.formulation.equation import equation

CONTINGENCY_DATA = ("contingency_factor", "contingency_rating", "contingency_lost")
"""What the trip of a circuit asks, by hour."""


def block_sets(m, y):
    """Contingencies: monitored corridor, tripped corridor, direction."""
    m.contingency = pyo.Set(dimen=3, initialize=list(y.contingency.index.droplevel("topology").unique()))


@equation("contingency hour", "GW", "value of a higher emergency rating of the monitored corridor, MCNY/GWh")
def contingency_limit(m, c, k, direction, t):
    r"""The flow on corridor l after one circuit of corridor k has tripped stays within the emergency rating of l.

    .. math::

       \pm \left( f_{l,t} + \Lambda_{lk,t} f_{k,t} \right) \le \rho_{lk,t} X_l - \kappa_{lk,t}

    :math:`f` ``flow_forward`` less ``flow_backward``, :math:`\Lambda` ``contingency_factor``: rise of the flow per flow of the tripped
    corridor (outage factor; :math:`H_{lk} / (n_k - H_{kk})` with :math:`n` circuits and transfer factors :math:`H`), :math:`\rho`
    ``contingency_rating``: availability times emergency share, 0 against the direction of a one-way corridor, :math:`\kappa`
    ``contingency_lost`` [GW]: rating out of service. For :math:`l = k` the flow on the remaining circuits, referred to all circuits:
    :math:`\Lambda = 0`, :math:`\kappa = \rho H_{kk} X_k / n_k`. One row for each direction. `docs/security.md` has the derivation.
    """
    sign = 1 if direction == "forward" else -1
    after = net_flow(m, c, t) + m.contingency_factor[c, k, direction, t] * net_flow(m, k, t)
    rating = m.contingency_rating[c, k, direction, t] * m.capacity_corridor[c]
    return sign * after <= rating - m.contingency_lost[c, k, direction, t]


COMPONENT = Component(
    __name__, block_sets=block_sets,
    data=dict.fromkeys(CONTINGENCY_DATA, "contingency"),
)  # fmt: skip
