"""Minimum commitment (最小开机方式): what the dispatcher keeps on-line in a region, month by month, for heat, voltage and security."""

from energy_model.formulation.component import Component, declare
from energy_model.formulation.equation import equation


def block_sets(m, y):
    """Groups of plants by region and kind, and the clusters of each."""
    m.committed_in = {c: clusters_of(y, c) for c in y.minimum_commitment.index}
    declare(m, commitment_group=y.minimum_commitment.index)


def clusters_of(y, group) -> list:
    """Clusters of a group: those of its kind (any, where it is ``all``) at the nodes of its region."""
    region, kind = y.minimum_commitment.loc[group, ["region", "kind"]]
    there = y.thermal.node.map(y.bus.region) == region
    return list(y.thermal.index[there & ((y.thermal.kind == kind) | (kind == "all"))])


@equation("commitment_group step", "GW", "cost of one more GW that must be on-line in the region, MCNY/GW per step")
def minimum_commitment(m, c, k):
    r"""The plants of a region keep at least a given capacity, plus a share of the available capacity, online.

    .. math::

       \sum_{g \in c} o_{g,k} \ge M_{c,t} + S_{c,t} \sum_{g \in c} (1-\alpha_g)(1-\omega_g)\, X_g

    :math:`M` ``least_online`` [GW] and :math:`S` ``least_online_share`` of the month that the first hour :math:`t` of the step lies in.
    Which plants of the group are on-line is free, unlike in `must_run`.
    """
    first, own = m.hours_of[k][0], m.committed_in[c]
    available = sum(m.g.online_share[g] * m.capacity_thermal[g] for g in own)
    return sum(m.online[g, k] for g in own) - m.least_online[c, first] - m.least_online_share[c, first] * available >= 0


COMPONENT = Component(__name__, block_sets=block_sets, data={"least_online": "commitment_group", "least_online_share": "commitment_group"})
