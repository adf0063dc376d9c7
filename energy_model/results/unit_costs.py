"""Cost per kWh (度电成本) of every project and technology: capital, operation and maintenance, fuel, carbon; together they are the cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, LEAST_MW, ratio
from energy_model.results.element_costs import SYSTEM
from energy_model.results.projects import COST_PARTS
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH

LEAST_MCNY = 0.01
"""A project of less cost a year is solver dust."""
UNPRICED = {"capacity_mw": np.nan, "energy_gwh": np.nan}


def unit_costs(projects: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Cost per energy of every project that costs something or stands [MCNY, CNY/MWh]; the last row is what belongs to no project.

    Parameters
    ----------
    projects : DataFrame
        Of `projects.projects`.
    costs : DataFrame
        Cost by part [MCNY], of `projects.of_projects`.
    """
    words = {"node": "", "kind": SYSTEM, "technology": "", "name_zh": "", "name_en": ""} | UNPRICED
    rest = pd.DataFrame([words], index=[SYSTEM])
    table = pd.concat([projects, rest]).join(costs)
    table.index.name = "element"
    parts = list(COST_PARTS)
    shown = (table.capacity_mw.fillna(0.0) >= LEAST_MW) | (table[parts].abs().sum(axis=1) >= LEAST_MCNY) | (table.index == SYSTEM)
    table.loc[SYSTEM, parts] += table.loc[~shown, parts].sum()  # solver dust
    found = table[shown].reset_index()
    return _per_energy(found.assign(element=found.element.replace(SYSTEM, "")))[column_names("unit_costs")]


def technology_costs(table: pd.DataFrame) -> pd.DataFrame:
    """`unit_costs` summed by kind and technology."""
    sums = ["capacity_mw", "energy_gwh", *(f"{part}_mcny" for part in COST_PARTS)]
    found = table.groupby(["kind", "technology"], sort=False)[sums].sum(min_count=1).reset_index()
    parts = {f"{part}_mcny": part for part in COST_PARTS}
    return _per_energy(found.rename(columns=parts))[column_names("technology_costs")]


def _per_energy(table: pd.DataFrame) -> pd.DataFrame:
    total = table[list(COST_PARTS)].sum(axis=1)
    energy = table.energy_gwh.astype(float).fillna(0.0)
    for part, cost in [*((p, table[p]) for p in COST_PARTS), ("unit", total)]:
        table[f"{part}_cny_per_mwh"] = ratio(cost * CNY_PER_MWH_FROM_MCNY_PER_GWH, energy, LEAST_GWH)
    return table.rename(columns={part: f"{part}_mcny" for part in COST_PARTS}).assign(cost_mcny=total)
