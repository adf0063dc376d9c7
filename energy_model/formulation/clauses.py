"""Clauses of the plan: the left side of each quantity, and the two rows that hold it at a limit."""

import pyomo.environ as pyo

from energy_model.formulation import adequacy, coal, exports, renewables, smelters, thermal
from energy_model.formulation.component import Component, columns_of, declare
from energy_model.formulation.equation import equation
from energy_model.formulation.scope import within
from energy_model.study.clause_quantities import MODELLED, require_all

LARGEST_EXCESS = 1e6
"""Bound on how far a soft ceiling is exceeded [GW, GWh, kt]; far above anything a region can reach."""


def master_sets(m, y, yearly):
    """Clauses by sense, and those that may be missed at a price."""
    c = y.clause
    m.c = columns_of(c)
    declare(m, floor_clause=c.index[c.sense == ">="], ceiling_clause=c.index[c.sense == "<="], soft_clause=c.index[c["mode"] == "soft"])


def master_columns(m, y):
    """What a soft clause is missed by, in its own unit."""
    m.missed = pyo.Var(m.soft_clause, bounds=lambda m, c: (0, most_missed(m, c)))


def most_missed(m, c) -> float:
    """Generous but finite bound on what a clause is missed by, in its own unit: the certificate's lower bound needs one."""
    if m.c.quantity[c] in MOST_MISSED:
        return MOST_MISSED[m.c.quantity[c]](m, c)
    return m.c.limit[c] if m.c.sense[c] == ">=" else LARGEST_EXCESS


def yearly_cost(m):
    """Clauses that are missed [MCNY]."""
    return {"missed_clauses": sum(m.c.penalty[c] * m.missed[c] for c in m.soft_clause)}


def load_gwh(m, c) -> float:
    """Yearly load of the scope of a clause as it is asked for: potlines at rated power, shed load included [GWh]."""
    return sum(energy for node, energy in m.node_load_gwh.items() if within(m, c, node))


def curtailed_above(m, c):
    """Curtailed wind and sun of the scope less the share of a clause that may be [GWh]."""
    return (1 - m.c.value[c]) * renewables.available_gwh(m, c) - renewables.used_gwh(m, c)


LEFT_SIDE = {
    "wind_capacity_mw": lambda m, c: renewables.capacity_gw(m, c, "wind"),
    "solar_capacity_mw": lambda m, c: renewables.capacity_gw(m, c, "solar"),
    "wind_new_mw": lambda m, c: renewables.capacity_gw(m, c, "wind", less=1),
    "thermal_capacity_mw": thermal.capacity_gw,
    "igcc_capacity_mw": lambda m, c: thermal.capacity_gw(m, c, "igcc"),
    "export_gwh": exports.delivered_gwh,
    "coal_kt": coal.used_kt,
    "co2_kt": lambda m, c: coal.co2_kt(m),
    "aluminium_kt": smelters.aluminium_kt,
    "reserve_margin_share": adequacy.margin,  # firm capacity less (1 + value) times peak, >= 0
    "curtailment_share": curtailed_above,  # <= 0
    "renewable_share": lambda m, c: renewables.used_gwh(m, c) - m.c.value[c] * load_gwh(m, c),  # >= 0
}
"""Left side of a clause by quantity in model units: GW, GWh, kt; shares are multiplied out so that the row stays linear."""
require_all(LEFT_SIDE, MODELLED, "the left side of a row")
MOST_MISSED = {
    "curtailment_share": lambda m, c: sum(m.full_load_h[r] * (m.r.existing[r] + m.r.max_new[r]) for r in m.resource),
    "reserve_margin_share": adequacy.largest_requirement,
    "renewable_share": lambda m, c: m.c.value[c] * load_gwh(m, c),
}
"""What a clause on a share, whose row has no amount on its right, can be missed by: energy [GWh] or power [GW]."""
require_all(MOST_MISSED, {q for q in MODELLED if q.endswith("_share")}, "a bound on what is missed")


def quantity(m, c):
    """Left side of a clause."""
    return LEFT_SIDE[m.c.quantity[c]](m, c)


@equation(
    "floor_clause",
    "as the clause",
    "cost of one more unit of the clause, MCNY per GW, GWh or kt",
    part="master",
)
def clause_at_least(m, c):
    r"""A clause of the plan that demands at least a value; soft clauses may be missed at their penalty.

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
    r"""A clause of the plan that allows at most a value; soft clauses may be exceeded at their penalty.

    .. math::

       Q_c - \zeta_c \le V_c
    """
    return quantity(m, c) - (m.missed[c] if c in m.soft_clause else 0) <= m.c.limit[c]


COMPONENT = Component(__name__, master_sets=master_sets, master_columns=master_columns, yearly_cost=yearly_cost)
