"""Agreed exchange (协议电量): energy over the lines of a border, at least or at most so much in a month or in the year.

Deliveries between provinces are agreed as yearly and monthly energy at the border. Unlike an export contract, an agreement has no market of
its own: what is delivered is the flow of the lines, and the receiver is a node with a price.
"""

import pyomo.environ as pyo

from energy_model.formulation.component import Component, Ledger, columns_of, declare
from energy_model.formulation.corridors import net_flow
from energy_model.formulation.equation import equation
from energy_model.study.contract_calendars import MONTH_HOURS
from energy_model.study.system import WHOLE_YEAR


def sets(m, y):
    """Agreements, and the amounts of their months or of the year."""
    m.agreed = columns_of(y.agreement)
    declare(m, agreement=y.agreement_member.index.get_level_values(0).unique())


def block_sets(m, y):
    """Lines of each agreement with their weight."""
    weight = columns_of(y.agreement_member).weight
    m.lines_of_agreement = {a: {c: w for (own, c), w in weight.items() if own == a} for a in m.agreement}


def master_sets(m, y, yearly):
    """Months of the horizon for which something is agreed, and the amounts with a lower and with an upper limit."""
    hours = yearly.month_hours
    m.agreed_part = {k: 1.0 if k == WHOLE_YEAR else hours[k - 1] / MONTH_HOURS[k - 1] for _, k in y.agreement.index}
    there = [(a, k) for a, k in y.agreement.index if m.agreed_part[k] > 0]
    least = y.agreement.least.notna()
    most = y.agreement.most.notna()
    m.agreement_month = pyo.Set(dimen=2, initialize=[(a, k) for a, k in there if k != WHOLE_YEAR])
    m.agreement_floor = pyo.Set(dimen=2, initialize=[i for i in there if least[i]])
    m.agreement_ceiling = pyo.Set(dimen=2, initialize=[i for i in there if most[i]])


def master_columns(m, y):
    """Energy of a month [GWh]."""
    m.monthly_agreed = pyo.Var(m.agreement_month)


def exchanged_gwh(m, a, k):
    """Energy of an agreement in a month of the horizon, or in the year [GWh]."""
    return m.total_agreed[a] if k == WHOLE_YEAR else m.monthly_agreed[a, k]


@equation("agreement", "GWh", "value of one more unit of agreed energy, MCNY/GWh")
def agreed_ledger(m, a):
    r"""Energy over the lines of an agreement in the block, at their sending ends.

    .. math::

       A_a = \sum_t \sum_{l \in a} w_{a,l} f_{l,t}

    :math:`f` ``flow_forward`` less ``flow_backward``, :math:`w` weight of the line.
    """
    lines = m.lines_of_agreement[a]
    return m.ledger_agreed[a] == sum(w * net_flow(m, c, t) for c, w in lines.items() for t in m.hour)


@equation("agreement_floor", "GWh", "cost of one more unit of agreed energy, MCNY/GWh", part="master")
def agreement_least(m, a, k):
    r"""A month, or the year, gets at least the energy agreed for it.

    .. math::

       A_{a,m} \ge \beta_m A^{min}_{a,m}

    :math:`\beta` share of the hours of the month that the horizon represents; 1 for the year.
    """
    return exchanged_gwh(m, a, k) >= m.agreed_part[k] * m.agreed.least[a, k]


@equation("agreement_ceiling", "GWh", "value of one more unit of agreed energy, MCNY/GWh", part="master")
def agreement_most(m, a, k):
    r"""A month, or the year, gets at most the energy agreed for it.

    .. math::

       A_{a,m} \le \beta_m A^{max}_{a,m}
    """
    return exchanged_gwh(m, a, k) <= m.agreed_part[k] * m.agreed.most[a, k]


COMPONENT = Component(
    __name__, sets, block_sets, master_sets=master_sets, master_columns=master_columns,
    ledgers={"agreed": Ledger("agreement", signed=True)},
)  # fmt: skip
