"""Yearly rows: clauses of the plan, export contracts, microgrids, storage sizing."""

import numpy as np

from energy_model.formulation import adequacy
from energy_model.formulation.equation import equation
from energy_model.study.clause_quantities import QUANTITIES, clause_quantity, covers, require_all
from energy_model.units import GWH_PER_KT_FROM_KWH_PER_T

MODELLED = {q.name: q.per_unit for q in QUANTITIES.values() if q.per_unit is not None}
"""Quantities with a row in the model, and the factor from the table's unit to the model's."""


def modelled(target):
    """Clauses that are rows of the model; a quantity that no clause can speak of is an error, not left out."""
    is_row = [mode in ("hard", "soft") and not clause_quantity(q).is_input for mode, q in zip(target["mode"], target.quantity, strict=True)]
    return target[np.array(is_row, dtype=bool)]


def asks_for_aluminium(target) -> bool:
    """Whether a clause needs the energy of the potlines."""
    return "aluminium_kt" in set(modelled(target).quantity)


def within(m, c, node) -> bool:
    """Whether the scope of a clause covers a node: every node without a scope, one node, or those of a microgrid."""
    return covers(m.c.scope[c], node, m.microgrid_of[node])


def load_gwh(m, c) -> float:
    """Yearly load of the scope of a clause as it is asked for: potlines at rated power, shed load included [GWh]."""
    return sum(energy for node, energy in m.node_load_gwh.items() if within(m, c, node))


def available_gwh(m, c):
    """Energy that wind and sun offer in the scope [GWh]."""
    return sum(m.full_load_h[r] * m.capacity_renewable[r] for r in m.resource if within(m, c, m.r.node[r]))


def used_gwh(m, c):
    """Energy of wind and sun that is fed in within the scope [GWh]."""
    return sum(m.total_renewable[j] for j in m.feed if within(m, c, m.f.bus[j]))


def _renewable(m, c, carrier, less=0):
    """Wind or solar capacity of the scope, less `less` times what stands already [GW]."""
    own = [r for r in m.resource if m.r.kind[r] == carrier and within(m, c, m.r.node[r])]
    return sum(m.capacity_renewable[r] - less * m.r.existing[r] for r in own)


def _thermal(m, c, technology=None):
    """Thermal capacity of the scope [GW]."""
    own = [g for g in m.thermal if within(m, c, m.g.node[g]) and technology in (None, m.g.technology[g])]
    return sum(m.capacity_thermal[g] for g in own)


def _export(m, c):
    """Delivered energy of all contracts, of one, or of those of one market [GWh]."""
    return sum(m.total_export[x] for x in m.contract if m.c.scope[c] in (None, x, m.x.market[x]))


def _coal(m, c):
    """Coal of all mines, or of one [kt]."""
    burnt = sum(m.p.kt_per_tj[p] * m.coal[p] for p in m.pair if m.c.scope[c] in (None, p[0]))
    return burnt + sum(m.other_coal[p] for p in m.other_pair if m.c.scope[c] in (None, p[0]))


def _aluminium(m, c):
    """Metal of the potlines of the scope, which may be one smelter [kt]."""
    own = [k for k in m.melting if m.c.scope[c] == k or within(m, c, m.k.node[k])]
    return sum(m.total_potline[k] / (m.k.intensity_kwh_per_t[k] * GWH_PER_KT_FROM_KWH_PER_T) for k in own)


LEFT_SIDE = {
    "wind_capacity_mw": lambda m, c: _renewable(m, c, "wind"),
    "solar_capacity_mw": lambda m, c: _renewable(m, c, "solar"),
    "wind_new_mw": lambda m, c: _renewable(m, c, "wind", less=1),
    "thermal_capacity_mw": _thermal,
    "igcc_capacity_mw": lambda m, c: _thermal(m, c, "igcc"),
    "export_gwh": _export,
    "coal_kt": _coal,
    "co2_kt": lambda m, c: sum(m.p.co2_kt_per_tj[p] * m.coal[p] for p in m.pair),
    "aluminium_kt": _aluminium,
    "reserve_margin_share": adequacy.margin,  # firm capacity less (1 + value) times peak, >= 0
    "curtailment_share": lambda m, c: (1 - m.c.value[c]) * available_gwh(m, c) - used_gwh(m, c),  # <= 0
    "renewable_share": lambda m, c: used_gwh(m, c) - m.c.value[c] * load_gwh(m, c),  # >= 0
}
require_all(LEFT_SIDE, MODELLED, "the left side of a row")


def quantity(m, c):
    """Left side of a clause in model units: GW, GWh, kt; shares are multiplied out so that the row stays linear."""
    return LEFT_SIDE[m.c.quantity[c]](m, c)


def limit(m, c) -> float:
    """Right side of a clause in model units (0 for shares, which are multiplied out)."""
    return 0.0 if m.c.quantity[c].endswith("_share") else m.c.value[c] * MODELLED[m.c.quantity[c]]


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
    return quantity(m, c) + (m.missed[c] if c in m.soft_clause else 0) >= limit(m, c)


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
    return quantity(m, c) - (m.missed[c] if c in m.soft_clause else 0) <= limit(m, c)


@equation("retrofitted", "GW", "value of capacity as it stands, MCNY/GW", part="master")
def retrofit_limit(m, g):
    r"""Capacity that is retrofitted leaves the cluster it belonged to; both together are what stands.

    .. math::

       X_g + \sum_{r \in g} X_r = X^{0}_g
    """
    return m.capacity_thermal[g] + sum(m.capacity_thermal[r] for r in m.retrofits_of[g]) == m.g.existing[g]


@equation("land", "GW", "value of more land for wind or solar, MCNY/GW", part="master")
def land_limit(m, n, carrier):
    r"""Wind or solar capacity of a county stays within its technical potential.

    .. math::

       \sum_{r \in n} X_r \le \Pi_n
    """
    return sum(m.capacity_renewable[r] for r in m.resource_on[n, carrier]) <= m.potential[n, carrier]


@equation("contract", "GWh", "marginal cost of the contract's least energy, MCNY/GWh", part="master")
def contract_minimum(m, x):
    r"""A contract receives at least its agreed yearly energy.

    .. math::

       D_x \ge D^{min}_x
    """
    return m.total_export[x] >= m.x.min_gwh_per_year[x]


@equation("limited_contract", "GWh", "value of more energy allowed, MCNY/GWh", part="master")
def contract_maximum(m, x):
    r"""A contract takes at most its agreed yearly energy.

    .. math::

       D_x \le D^{max}_x
    """
    return m.total_export[x] <= m.x.max_gwh_per_year[x]


@equation("metered", "GWh", "value of more yearly exchange, MCNY/GWh", part="master")
def exchange_limit(m, g):
    r"""Yearly exchange of a microgrid over its tie.

    .. math::

       B_g \le B^{max}_g
    """
    return m.total_exchange[g] <= m.mg.tie_limit_gwh_per_year[g]


@equation("self_supplied", "GWh", "cost of self-supply, MCNY/GWh", part="master")
def self_supply(m, g):
    r"""A microgrid covers at least a share of its yearly load from its own plants.

    .. math::

       I_g \le (1 - \phi_g)\, L_g
    """
    return m.total_import[g] <= (1 - m.mg.self_supply_share[g]) * m.microgrid_load_gwh[g]


@equation("fixed_duration", "GWh", "value of storage volume, MCNY/GWh", part="master")
def store_duration(m, s):
    r"""Energy of a store with a rated duration follows its power.

    .. math::

       E_s = h_s X_s
    """
    return m.capacity_store_energy[s] == m.s.duration_h[s] * m.capacity_store_power[s]
