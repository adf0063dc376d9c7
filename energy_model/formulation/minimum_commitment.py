"""Minimum commitment (最小开机方式), minimum output of what is on-line (以热定电) and planned generation (计划电量), by region and month.

The dispatcher keeps capacity on-line for heat, voltage and security. CHP units heat networks of their own, so in the heating season none
can leave its heat to another and go down further than its own network allows. Where generation is planned by the month, plants make at
least that, and wind has what is left.
"""

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, declare, positive
from energy_model.formulation.equation import equation
from energy_model.study.contract_calendars import MONTH_HOURS


def sets(m, y):
    """Groups of plants with planned generation."""
    declare(m, planned_group=[c for c, months in y.minimum_commitment.planned_gwh.items() if any(months)])


def master_sets(m, y, yearly):
    """Months of the horizon with planned generation, and what is planned in the hours that it represents [GWh]."""
    share = yearly.month_hours / MONTH_HOURS
    amount = {(c, k + 1): share[k] * y.minimum_commitment.planned_gwh[c][k] for c in m.planned_group for k in range(12)}
    m.planned_in = {i: planned for i, planned in amount.items() if planned > 0}
    m.planned_month = pyo.Set(dimen=2, initialize=list(m.planned_in))


def master_columns(m, y):
    """Net output of a group in a month [GWh]."""
    positive(m, monthly_planned=(m.planned_month,))


def block_sets(m, y):
    """Groups of plants by region and kind, the clusters of each, and the clusters with a minimum output."""
    m.committed_in = {c: clusters_of(y, c) for c in y.minimum_commitment.index}
    declare(m, commitment_group=y.minimum_commitment.index, floored=least_output(y).index)


def clusters_of(y, group) -> list:
    """Clusters of a group: those of its kind (any, where it is ``all``) at the nodes of its region."""
    region, kind = y.minimum_commitment.loc[group, ["region", "kind"]]
    there = y.thermal.node.map(y.bus.region) == region
    return list(y.thermal.index[there & ((y.thermal.kind == kind) | (kind == "all"))])


def least_output(y) -> pd.DataFrame:
    """Minimum output per online capacity by cluster (rows) and month; the highest where a cluster is in several groups."""
    found: dict[str, np.ndarray] = {}
    for c, shares in y.minimum_commitment.least_output_share.items():
        for g in clusters_of(y, c) if any(shares) else ():
            found[g] = np.maximum(found.get(g, 0.0), shares)
    return pd.DataFrame.from_dict(found, orient="index", columns=list(range(12)), dtype=float)


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


@equation("floored hour", "GW", "cost of one more GW that must be generated, MCNY/GWh")
def minimum_output(m, g, t):
    r"""Net output is at least a given share of the online capacity: each unit on-line heats a network of its own.

    .. math::

       p_{g,t} \ge s_{g,t}\, o_{g,k(t)}

    :math:`s` ``least_output_share`` of the month. Unlike minimum load, which limits the boiler, it limits the electric output that remains
    when heat is extracted; `back_pressure` limits it by the heat of the hour.
    """
    return m.thermal_power[g, t] - m.least_output_share[g, t] * m.online[g, m.step_of[t]] >= 0


@equation("planned_group", "GWh", "value of more output of the group, MCNY/GWh")
def planned_ledger(m, c):
    r"""Net output of a group of plants in the block.

    .. math::

       E_c = \sum_{g \in c} \sum_t p_{g,t}
    """
    return m.ledger_planned[c] == sum(m.thermal_power[g, t] for g in m.committed_in[c] for t in m.hour)


@equation("planned_month", "GWh", "cost of one more GWh of planned generation, MCNY/GWh", part="master")
def planned_generation(m, c, k):
    r"""A group of plants makes at least what is planned for the month.

    .. math::

       E_{c,m} \ge \beta_m Q_{c,m}

    :math:`Q` ``planned_gwh``, :math:`\beta` share of the hours of the month that the horizon represents.
    """
    return m.monthly_planned[c, k] >= m.planned_in[c, k]


COMPONENT = Component(
    __name__, sets, block_sets, master_sets=master_sets, master_columns=master_columns,
    ledgers={"planned": Ledger("planned_group")},
    data={"least_online": "commitment_group", "least_online_share": "commitment_group", "least_output_share": "floored"},
)  # fmt: skip
