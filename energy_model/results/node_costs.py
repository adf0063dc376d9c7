"""Yearly cost by place: the cost categories of the whole, column by column, allocated to the node of the element."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.results.contract import column_names
from energy_model.solving.stamp import StampedLP
from energy_model.study.capacities import assets
from energy_model.study.system import System

CORRIDORS, SYSTEM, NEIGHBOURS = "corridors", "system", "neighbours"
"""Places of costs without a single node of the city: corridors between nodes, system-wide costs, and neighbours."""


def node_costs(lp: StampedLP, primal: np.ndarray, system: System) -> pd.DataFrame:
    """Cost by place and category.

    Parameters
    ----------
    lp : StampedLP
    primal : ndarray, shape (columns,)
    system : System

    Returns
    -------
    DataFrame
        Columns ``place`` (a node, `CORRIDORS`, `SYSTEM` or `NEIGHBOURS`), ``category``, ``cost_mcny`` [MCNY/a]. The rows of a category
        add up to its cost in the cost table; what an account has beside its columns, such as an offset, is the system's.
    """
    where = _places(system)
    standing = {f"capacity_{name}": table.existing.to_dict() for name, table in assets(system).items()}
    owner, existing = np.full(len(primal), SYSTEM, dtype=object), np.zeros(len(primal))
    for family, (labels, ids) in lp.column_ids.items():
        for label, columns in zip(labels, ids, strict=True):
            columns = np.atleast_1d(columns).ravel()
            columns = columns[columns >= 0]
            # The last index that stands somewhere: coal belongs to its user, not to its mine.
            owner[columns] = next((where[i] for i in reversed(label) if i in where), SYSTEM)
            if family in standing:
                existing[columns] = standing[family].get(label[0], 0.0)
    rows = []
    for category, (vector, offset) in lp.accounts.items():
        # Annuities are paid for what is new; the part of the offset that represents existing capacity goes with its column.
        paid = vector * (primal - existing if category.startswith("investment_") else primal)
        used = np.flatnonzero(paid)
        part = pd.Series(paid[used]).groupby(owner[used]).sum()
        rest = float(vector @ primal) + offset - float(part.sum())
        part[SYSTEM] = part.get(SYSTEM, 0.0) + rest
        rows += [{"place": place, "category": category, "cost_mcny": cost} for place, cost in part.items() if abs(cost) > 1e-9]
    return pd.DataFrame(rows, columns=column_names("node_costs"))


def _places(system: System) -> dict[str, str]:
    """Place of every element by its label."""
    where: dict[str, str] = system.feed.bus.to_dict()
    for name, table in system.tables().items():
        if "node" in table and name not in ("mine", "coal_user", "fuel_user"):  # coal belongs to what burns it
            where |= table.node.to_dict()
    inside = {n: n for n in system.bus.index[~system.bus.market]}
    where |= dict.fromkeys(system.corridor.index, CORRIDORS) | inside
    return {element: NEIGHBOURS if place in system.bus.index and system.bus.outside[place] else place for element, place in where.items()}
