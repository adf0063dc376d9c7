"""Yearly cost by element: the accounts of the whole, column by column, allocated to the element that each column belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.solving.stamp import StampedLP
from energy_model.study.capacities import FAMILIES, assets
from energy_model.study.system import System

CORRIDORS, SYSTEM, NEIGHBOURS = "corridors", "system", "neighbours"
"""Places of costs without a single node of the city: corridors between nodes, system-wide costs, and neighbours."""
LEAST_MCNY = 1e-9
"""A smaller share of an account is not listed."""
PARTS = {
    "capital": tuple(f"investment_{f}" for f in FAMILIES),
    "om": (
        *(f"fixed_{f}" for f in FAMILIES), "thermal_variable", "starts", "deep_shaving", "renewable_variable", "storage_variable",
        "boiler_variable",
    ),
    "fuel": ("coal", "coal_drying", "coal_freight", "hourly_fuel"),
    "carbon": ("co2", "co2_allowances"),
}  # fmt: skip
"""Accounts by the parts of a cost per kWh; what is in none of them (penalties, wheeling, products that are sold) is ``other``."""


def part_of(category: str) -> str:
    """Part of the cost per kWh to which an account belongs."""
    return next((part for part, names in PARTS.items() if category in names), "other")


def element_costs(lp: StampedLP, primal: np.ndarray, system: System, accounts: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Cost by element and account.

    Parameters
    ----------
    lp : StampedLP
    primal : ndarray, shape (columns,)
    system : System
    accounts : mapping of str to float, optional
        Cost by category as it is written [MCNY]; default: that of the LP. Years of a pathway pay annuities of earlier years, too.

    Returns
    -------
    DataFrame
        Columns ``element`` (one with a place, or `SYSTEM`), ``category``, ``cost_mcny`` [MCNY/a]. The rows of a category add up to its
        account; what an account has beside its columns, such as an offset, is the system's.
    """
    where = places(system)
    standing = {f"capacity_{name}": table.existing.to_dict() for name, table in assets(system).items()}
    owner, existing = np.full(len(primal), SYSTEM, dtype=object), np.zeros(len(primal))
    for family, (labels, ids) in lp.column_ids.items():
        for label, columns in zip(labels, ids, strict=True):
            columns = np.atleast_1d(columns).ravel()
            columns = columns[columns >= 0]
            # The last index that stands somewhere: coal belongs to its user, not to its mine.
            owner[columns] = next((i for i in reversed(label) if i in where), SYSTEM)
            if family in standing:
                existing[columns] = standing[family].get(label[0], 0.0)
    rows, totals = [], lp.costs(primal) if accounts is None else accounts
    for category, (vector, _) in lp.accounts.items():
        # Annuities are paid for what is new; the part of the offset that represents existing capacity goes with its column.
        paid = vector * (primal - existing if category.startswith("investment_") else primal)
        used = np.flatnonzero(paid)
        part = pd.Series(paid[used]).groupby(owner[used]).sum()
        part[SYSTEM] = part.get(SYSTEM, 0.0) + totals.get(category, 0.0) - float(part.sum())
        rows += [(element, category, cost) for element, cost in part.items() if abs(cost) > LEAST_MCNY]
    rows += [(SYSTEM, category, cost) for category, cost in totals.items() if category not in lp.accounts]
    return pd.DataFrame(rows, columns=["element", "category", "cost_mcny"]).astype({"cost_mcny": float})


def places(system: System) -> dict[str, str]:
    """Place of every element by its label: its node, `CORRIDORS` or `NEIGHBOURS`."""
    where: dict[str, str] = system.feed.bus.to_dict()
    for name, table in system.tables().items():
        if "node" in table and name not in ("mine", "coal_user", "fuel_user"):  # coal belongs to what burns it
            where |= table.node.to_dict()
    inside = {n: n for n in system.bus.index[~system.bus.market]}
    where |= dict.fromkeys(system.corridor.index, CORRIDORS) | inside
    return {element: NEIGHBOURS if place in system.bus.index and system.bus.outside[place] else place for element, place in where.items()}
