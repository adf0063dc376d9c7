"""Planning reserve margin: firm capacity against peak load and export obligations, with capacity credits computed by the model."""

from dataclasses import dataclass, field

import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation.component import Component, LeftSide, declare
from energy_model.formulation.equation import equation
from energy_model.study.cycles import loss_at_full_load
from energy_model.study.system import System


@dataclass(frozen=True)
class Adequacy:
    """Data of the rows on the reserve margin.

    Attributes
    ----------
    peak : Series
        Largest hourly load, smelters included, by scope of a margin clause; key ``""`` is the whole study [GW].
    credit : Series
        Load-carrying capability per capacity of each wind and solar resource and each power store [GW/GW].
    store_hours : Series
        Duration for which the credit of a store holds [h].
    """

    peak: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    credit: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    store_hours: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))


def nodes_in(y: System, scope: str | None) -> set[str]:
    """Nodes of a reserve region or microgrid; every node without a scope."""
    inside = y.bus[~y.bus.market]
    return set(inside.index if not scope else inside.index[(inside.region == scope) | (inside.microgrid == scope)])


def master_sets(m, y: System, yearly) -> None:
    """Figures of `Adequacy` and membership of the scopes, for use inside equations."""
    a = yearly.adequacy
    declare(m, credited_store=y.store.index.intersection(a.credit.index))
    m.peak_load, m.credit, m.store_hours = a.peak.to_dict(), a.credit.to_dict(), a.store_hours.to_dict()
    m.nodes_of_scope = {scope: nodes_in(y, scope) for scope in m.peak_load}
    m.export_loss = export_loss(y).to_dict()


def master_columns(m, y: System) -> None:
    """Firm power of stores [GW]."""
    m.firm_store = pyo.Var(m.credited_store, within=pyo.NonNegativeReals)


def export_loss(y: System) -> pd.Series:
    """Minimum loss share on the way to the market of each contract, at full load of its outlets."""
    reached = loss_at_full_load(y.corridor).groupby(y.corridor.to_bus).min()
    return y.contract.market.map(reached).fillna(0.0)


def scope_of(m, c) -> str:
    """Scope of a margin clause as a key of the peaks."""
    return m.c.scope[c] or ""


def firm_capacity(m, c):
    """Firm capacity of the scope at peak, and firm import into it [GW]."""
    nodes = m.nodes_of_scope[scope_of(m, c)]
    return (
        sum(m.g.firm_share[g] * m.capacity_thermal[g] for g in m.thermal if m.g.node[g] in nodes)
        + sum(m.credit[r] * m.capacity_renewable[r] for r in m.resource if m.r.node[r] in nodes)
        + sum(m.firm_store[s] for s in m.credited_store if m.s.node[s] in nodes)
        + sum(
            m.l.firm_import_share[c] * m.l.usable[c] * m.capacity_corridor[c]
            for c in m.corridor
            if m.l.to_bus[c] in nodes and m.l.from_bus[c] not in nodes
        )
    )


def export_obligation(m, c):
    """Contract power at its largest share, at the sending end [GW]; zero for free contracts and for scopes below the whole study."""
    owed = [x for x in m.contract if m.x.shape[x] != "free" and not scope_of(m, c)]
    return sum(max(m.x.hours[x]) / (1 - m.export_loss[x]) * m.capacity_contract[x] for x in owed)


def margin(m, c):
    """Firm capacity above the requirement of the clause [GW]; at least 0."""
    return firm_capacity(m, c) - (1 + m.c.value[c]) * (m.peak_load[scope_of(m, c)] + export_obligation(m, c))


def largest_requirement(m, c) -> float:
    """Bound on the shortfall of a margin clause [GW]."""
    exports = sum(max(m.x.hours[x]) / (1 - m.export_loss[x]) * m.x.max[x] for x in m.contract)
    return (1 + m.c.value[c]) * (m.peak_load[scope_of(m, c)] + exports)


@equation("credited_store", "GW", "value of store power for adequacy, MCNY/GW", part="master")
def firm_by_power(m, s):
    r"""Firm capacity of a store is at most its credit times its power.

    .. math::

       \Phi_s \le \kappa_s X_s
    """
    return m.firm_store[s] <= m.credit[s] * m.capacity_store_power[s]


@equation("credited_store", "GW", "value of stored energy for adequacy, MCNY/GW", part="master")
def firm_by_energy(m, s):
    r"""Firm capacity of a store is limited by its volume at the duration of its credit.

    .. math::

       \Phi_s \le \kappa_s E_s / h_s
    """
    return m.firm_store[s] <= m.credit[s] / m.store_hours[s] * m.capacity_store_energy[s]


CLAUSES = {"reserve_margin_share": LeftSide(margin, largest_requirement)}
COMPONENT = Component(__name__, master_sets=master_sets, master_columns=master_columns)
