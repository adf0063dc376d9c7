"""Stochastic networks and investment periods as one network: a copy of every component for each scenario or period.

The copies share nothing but the capacities of what may be built, which limits hold equal. Costs carry the probability of their scenario or
the weight of their period, so that the sum of all copies is PyPSA's objective.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from energy_model.exchange.pypsa_tables import Attribute, PypsaNetwork, attributes, clean, lists
from energy_model.exchange.refusals import Refusal

SEPARATOR = " | "
COSTS = (
    "marginal_cost", "marginal_cost_quadratic", "marginal_cost_storage", "spill_cost", "stand_by_cost", "start_up_cost", "shut_down_cost",
    "capital_cost", "overnight_cost", "fom_cost",
)  # fmt: skip
ONCE = ("carriers",)
"""Lists that all copies share."""


def label_of(name: str) -> str:
    """Scenario or period of a copied component."""
    return name.partition(SEPARATOR)[0]


def base_of(name: str) -> str:
    """Name of a component without its scenario or period."""
    return name.partition(SEPARATOR)[2]


def joined(parts: Mapping[str, PypsaNetwork], weight: Mapping[str, float], years: Mapping[str, float] | None = None) -> PypsaNetwork:
    """One network of all copies.

    Parameters
    ----------
    parts : mapping of str to PypsaNetwork
        Network of each scenario or period.
    weight : mapping of str to float
        What its costs are multiplied with.
    years : mapping of str to float, optional
        Of investment periods: years that each counts in limits on energy. Their global constraints are written once.
    """
    first = next(iter(parts.values()))
    n = PypsaNetwork(
        first.name, first.snapshots, first.weight, objective=first.objective, constant=first.constant, linearized=first.linearized,
        libraries=first.libraries, foreign=first.foreign, aside=first.aside, encoded=first.encoded,
        unknown=list(dict.fromkeys(name for part in parts.values() for name in part.unknown)),
        wrong=list(dict.fromkeys(r for part in parts.values() for r in part.wrong)),
    )  # fmt: skip
    n.copies, n.is_pathway = dict(years or dict.fromkeys(parts, 1.0)), years is not None
    for label, part in parts.items():
        if not part.weight.equals(first.weight):
            n.wrong.append(Refusal("Network", n.name, "snapshot_weightings", label, "unlike_copies"))
        for owner in ONCE:
            if not part.static.get(owner, pd.DataFrame()).equals(first.static.get(owner, pd.DataFrame())):
                n.wrong.append(Refusal("Carrier", "all", "co2_emissions", label, "unlike_copies"))
    once = (*ONCE, "global_constraints") if n.is_pathway else ONCE
    for owner in dict.fromkeys(owner for part in parts.values() for owner in part.static):
        tables = {label: part.static[owner] for label, part in parts.items() if owner in part.static}
        n.static[owner] = first.static[owner] if owner in once else pd.concat([_renamed(t, k, weight[k]) for k, t in tables.items()])
    for key in dict.fromkeys(key for part in parts.values() for key in part.series):
        found = [_series(part.series[key], key, label, weight[label]) for label, part in parts.items() if key in part.series]
        n.series[key] = pd.concat(found, axis=1)
    return n


def _renamed(table: pd.DataFrame, label: str, weight: float) -> pd.DataFrame:
    """A list of one copy: its names, the buses it names, and its costs."""
    found = table.copy()
    found.index = pd.Index([f"{label}{SEPARATOR}{name}" for name in table.index], dtype=object)
    for column in found:
        if column.startswith("bus") and (column == "bus" or column[3:].isdigit()):
            found[column] = [f"{label}{SEPARATOR}{b}" if (b := clean(v)).lower() not in ("", "nan", "none") else "" for v in found[column]]
        elif column in COSTS:
            numbers = pd.to_numeric(found[column], errors="coerce")
            found[column] = (numbers * weight).where(numbers.notna(), found[column]).astype(object)
    return found


def _series(values: pd.DataFrame, key: tuple[str, str], label: str, weight: float) -> pd.DataFrame:
    named = values.set_axis([f"{label}{SEPARATOR}{name}" for name in values.columns], axis=1)
    return named * weight if key[1] in COSTS else named


def by_period(n: PypsaNetwork, of_snapshot: np.ndarray, periods: pd.DataFrame) -> PypsaNetwork:
    """A network with investment periods as copies, each with what is active in its period.

    Parameters
    ----------
    n : PypsaNetwork
        All snapshots in a row.
    of_snapshot : ndarray of int, shape (snapshots,)
        Period of each snapshot.
    periods : DataFrame
        Columns ``objective`` and ``years`` by period.
    """
    parts = {}
    for period in periods.index:
        own = of_snapshot == period
        part = PypsaNetwork(
            n.name, int(own.sum()), n.weight[own].reset_index(drop=True), objective=n.objective, constant=n.constant,
            linearized=n.linearized, libraries=n.libraries, unknown=n.unknown, foreign=n.foreign, aside=n.aside, encoded=n.encoded,
            wrong=n.wrong,
        )  # fmt: skip
        part.static = {owner: _active(owner, table, float(period)) for owner, table in n.static.items()}
        part.series = {
            key: values.loc[own, [c for c in values if c in part.static[key[0]].index]].reset_index(drop=True)
            for key, values in n.series.items() if key[0] in part.static
        }  # fmt: skip
        parts[str(period)] = part
    linked = list(_across(n, parts))
    weight = {str(p): float(v) for p, v in periods.objective.items()}
    found = joined(parts, weight, {str(p): float(v) for p, v in periods.years.items()})
    found.wrong += linked
    return found


def _active(owner: str, table: pd.DataFrame, period: float) -> pd.DataFrame:
    """Rows of a list that are built and not yet retired in a period."""
    if (owner, "build_year") not in attributes():
        return table
    built, life = (_numbers(table, attributes()[owner, a]) for a in ("build_year", "lifetime"))
    return table[((built <= period) & (period < built + life)).to_numpy()]


def _numbers(table: pd.DataFrame, a: Attribute) -> pd.Series:
    usual = float(a.default) if a.default else np.nan
    if a.name not in table:
        return pd.Series(usual, index=table.index, dtype=float)
    return pd.to_numeric(table[a.name], errors="coerce").fillna(usual)


def _rings(n: PypsaNetwork, part: PypsaNetwork, owner: str, ring: str, own_ring: str, own_start: str) -> pd.DataFrame:
    """A list of stores of one period, whose own ring or start takes the place of those over all periods."""
    if owner not in part.static:
        return pd.DataFrame()
    table, found = n.table(owner), part.static[owner].copy()
    own = [c for c in found.index if c in table.index]
    held = {c: bool(table.at[c, own_ring]) if table.at[c, own_ring] or table.at[c, own_start] else bool(table.at[c, ring]) for c in own}
    found[ring] = pd.Series(held, dtype=object).reindex(found.index)
    return found.drop(columns=[c for c in (own_ring, own_start) if c in found])


def _across(n: PypsaNetwork, parts: Mapping[str, PypsaNetwork]) -> Iterator[Refusal]:
    """What links the periods beside capacities: levels of stores that go on, energies over all of them, growth."""

    def counted(owner: str, name: str) -> int:
        return sum(name in part.static.get(owner, pd.DataFrame()).index for part in parts.values())

    for owner, ring, own_ring, own_start in (
        ("storage_units", "cyclic_state_of_charge", "cyclic_state_of_charge_per_period", "state_of_charge_initial_per_period"),
        ("stores", "e_cyclic", "e_cyclic_per_period", "e_initial_per_period"),
    ):  # fmt: skip
        table = n.table(owner)
        for name, row in table.iterrows():
            if counted(owner, name) > 1 and not row[own_ring] and not row[own_start]:
                yield Refusal(lists()[owner], str(name), ring, str(row[ring]), "goes_on")
        for part in parts.values():
            part.static[owner] = _rings(n, part, owner, ring, own_ring, own_start)
    for name, row in n.table("generators").iterrows():
        for attribute in ("e_sum_min", "e_sum_max"):
            if np.isfinite(row[attribute]) and counted("generators", name) > 1:
                yield Refusal("Generator", str(name), attribute, f"{row[attribute]:g}", "goes_on")
    for name, row in n.table("carriers").iterrows():
        if np.isfinite(row.max_growth):
            yield Refusal("Carrier", str(name), "max_growth", f"{row.max_growth:g}", "growth")
