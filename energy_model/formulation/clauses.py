"""Clauses of the plan: the left side of each quantity, and the two rows that limit it."""

import pyomo.environ as pyo

from energy_model.formulation import adequacy, coal, exports, renewables, smelters, thermal, water
from energy_model.formulation.component import Component, columns_of, declare
from energy_model.formulation.equation import equation
from energy_model.study.clause_quantities import MODELLED, require_all

LARGEST_EXCESS = 1e6
"""Bound on how far a soft ceiling is exceeded [GW, GWh, kt]; far above anything a region can reach."""


def master_sets(m, y, yearly):
    """Clauses by sense, and soft clauses."""
    c = y.clause
    m.c = columns_of(c)
    declare(m, floor_clause=c.index[c.sense == ">="], ceiling_clause=c.index[c.sense == "<="], soft_clause=c.index[c["mode"] == "soft"])


def master_columns(m, y):
    """Missed amount of a soft clause, in its own unit."""
    m.missed = pyo.Var(m.soft_clause, bounds=lambda m, c: (0, most_missed(m, c)))


def most_missed(m, c) -> float:
    """Generous but finite bound on the missed amount of a clause, in its own unit: the certificate's lower bound needs one."""
    if most := LEFT_SIDE[m.c.quantity[c]].most_missed:
        return most(m, c)
    return m.c.limit[c] if m.c.sense[c] == ">=" else LARGEST_EXCESS


def yearly_cost(m):
    """Penalties of missed clauses [MCNY]."""
    return {"missed_clauses": sum(m.c.penalty[c] * m.missed[c] for c in m.soft_clause)}


LEFT_SIDE = {q: side for part in (renewables, thermal, exports, coal, smelters, water, adequacy) for q, side in part.CLAUSES.items()}
"""Left sides by quantity, each from the file of its component."""
require_all(LEFT_SIDE, MODELLED, "the left side of a row")
require_all(
    [q for q, side in LEFT_SIDE.items() if side.most_missed], [q for q in MODELLED if q.endswith("_share")], "a bound on what is missed"
)


def quantity(m, c):
    """Left side of a clause."""
    return LEFT_SIDE[m.c.quantity[c]].of(m, c)


@equation(
    "floor_clause",
    "as the clause",
    "cost of one more unit of the clause, MCNY per GW, GWh or kt",
    part="master",
)
def clause_at_least(m, c):
    r"""A clause of the plan with a lower limit; soft clauses may be missed at their penalty.

    .. math::

       Q_c + \zeta_c \ge V_c
    """
    return quantity(m, c) + (m.missed[c] if c in m.soft_clause else 0) >= m.c.limit[c]


@equation(
    "ceiling_clause",
    "as the clause",
    "saving of one more unit allowed, MCNY per GW, GWh or kt",
    part="master",
)
def clause_at_most(m, c):
    r"""A clause of the plan with an upper limit; soft clauses may be exceeded at their penalty.

    .. math::

       Q_c - \zeta_c \le V_c
    """
    return quantity(m, c) - (m.missed[c] if c in m.soft_clause else 0) <= m.c.limit[c]


COMPONENT = Component(__name__, master_sets=master_sets, master_columns=master_columns, yearly_cost=yearly_cost)
