"""Yearly rows: clauses of the plan, export contracts, microgrids, storage sizing."""

from energy_model.formulation import adequacy
from energy_model.formulation.equation import equation

MODELLED = {
    "wind_capacity_mw": 1e-3,
    "wind_new_mw": 1e-3,
    "solar_capacity_mw": 1e-3,
    "thermal_capacity_mw": 1e-3,
    "igcc_capacity_mw": 1e-3,
    "export_gwh": 1.0,
    "coal_kt": 1.0,
    "co2_kt": 1.0,
    "aluminium_kt": 1.0,
    "curtailment_share": 1.0,
    "renewable_share": 1.0,
    "reserve_margin_share": 1.0,
}
"""Quantities with a row in the model, and the factor from the table's unit to the model's."""


def modelled(target):
    """Clauses that are rows of the model."""
    return target[target["mode"].isin(("hard", "soft")) & target.quantity.isin(MODELLED)]


def asks_for_aluminium(target) -> bool:
    """Whether a clause needs the energy of the potlines."""
    return "aluminium_kt" in set(modelled(target).quantity)


def quantity(m, c):
    """Left side of a clause in model units: GW, GWh, kt; shares are multiplied out so that the row stays linear."""
    kind, scope, value = m.c.quantity[c], m.c.scope[c], m.c.value[c]
    resources = [r for r in m.resource if scope is None or m.r.node[r] == scope]
    thermal = [g for g in m.thermal if scope is None or m.g.node[g] == scope]
    if kind in ("wind_capacity_mw", "wind_new_mw", "solar_capacity_mw"):
        carrier = kind.split("_")[0]
        existing = kind == "wind_new_mw"
        return sum(
            m.capacity_renewable[r] - existing * m.r.existing[r] for r in resources if m.r.kind[r] == carrier
        )
    if kind == "thermal_capacity_mw":
        return sum(m.capacity_thermal[g] for g in thermal)
    if kind == "igcc_capacity_mw":
        return sum(m.capacity_thermal[g] for g in thermal if m.g.technology[g] == "igcc")
    if kind == "export_gwh":
        return sum(m.total_export[x] for x in m.contract if scope in (None, x))
    if kind == "coal_kt":
        return sum(m.p.kt_per_tj[p] * m.coal[p] for p in m.pair) + sum(m.other_coal[p] for p in m.other_pair)
    if kind == "co2_kt":
        return sum(m.p.co2_kt_per_tj[p] * m.coal[p] for p in m.pair)
    if kind == "aluminium_kt":
        melting = [k for k in m.melting if scope in (None, k, m.k.node[k], m.microgrid_of[m.k.node[k]])]
        return sum(m.total_potline[k] / (m.k.intensity_kwh_per_t[k] * 1e-3) for k in melting)  # MWh/t = GWh/kt
    if kind == "reserve_margin_share":
        return adequacy.margin(m, c)  # firm capacity less (1 + value) times peak, >= 0
    available = sum(m.full_load_h[r] * m.capacity_renewable[r] for r in resources)
    used = sum(m.total_renewable[j] for j in m.feed if scope is None or m.f.bus[j] == scope)
    if kind == "curtailment_share":
        return (1 - value) * available - used  # <= 0
    return used - value * m.yearly_load_gwh  # renewable share, >= 0


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
