"""Yearly cost by place: the cost of every element, at its node."""

from __future__ import annotations

import pandas as pd

from energy_model.results.contract import column_names
from energy_model.results.element_costs import NEIGHBOURS, SYSTEM, places
from energy_model.study.system import System


def node_costs(costs: pd.DataFrame, system: System) -> pd.DataFrame:
    """Cost by place and category.

    Parameters
    ----------
    costs : DataFrame
        Of `element_costs`.
    system : System

    Returns
    -------
    DataFrame
        Columns ``place`` (a node, ``corridors``, ``system`` or ``neighbours``), ``category``, ``cost_mcny`` [MCNY/a]. The rows of a
        category add up to its cost in the cost table.
    """
    where = places(system) | {SYSTEM: SYSTEM}
    placed = costs.assign(place=costs.element.map(where))
    table = placed.groupby(["category", "place"], sort=False).cost_mcny.sum().reset_index()
    return table[column_names("node_costs")]


def cost_of_neighbours(table: pd.DataFrame | None) -> float:
    """Cost of the neighbours in the table of costs by place [MCNY]; 0 without any, or without the table."""
    return 0.0 if table is None else float(table.cost_mcny[table.place == NEIGHBOURS].sum())
