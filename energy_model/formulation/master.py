"""The investment master: capacities, yearly totals, coal, clauses; joined to the blocks by capacities and ledgers."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation.adequacy import Adequacy
from energy_model.formulation.component import added
from energy_model.formulation.components import COMPONENTS, LEDGERS
from energy_model.formulation.equation import add
from energy_model.study.capacities import CAPACITIES, Capacity, assets, most_capacity
from energy_model.study.system import System


@dataclass(frozen=True)
class YearlyData:
    """Sums of the hourly data over the weighted horizon.

    Attributes
    ----------
    full_load_h : Series
        Available full-load hours by resource [GWh/GW].
    load_gwh : Series
        Yearly load by node, smelters not included [GWh].
    hours_h : float
        Hours of the year.
    adequacy : Adequacy
        Peak loads and capacity credits; empty without a clause on the reserve margin.
    typical : ndarray of int, shape (weeks,)
        Block that represents each calendar week; empty over consecutive hours.
    block_h : int
        Length of a block [h].
    month_hours : ndarray, shape (12,)
        Hours of the weighted horizon in each month.
    """

    full_load_h: pd.Series
    load_gwh: pd.Series
    hours_h: float
    adequacy: Adequacy = field(default_factory=Adequacy)
    typical: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    block_h: int = 0
    month_hours: np.ndarray = field(default_factory=lambda: np.zeros(12))


def investment_master(system: System, yearly: YearlyData) -> pyo.ConcreteModel:
    """Build the master: one copy per year, whatever the number of blocks.

    Parameters
    ----------
    system : System
    yearly : YearlyData

    Returns
    -------
    ConcreteModel
        Columns ``capacity_*`` carry the names of the block's; ``total_*`` are the weighted sums of the block's ``ledger_*``;
        ``typical_*`` of block k those of the block, with k at the end of the index.
    """
    m = pyo.ConcreteModel("investment_master")
    m.hours_of_year = yearly.hours_h
    m.is_typical = len(yearly.typical) > 0
    for shared in [c.sets for c in COMPONENTS if c.sets]:
        shared(m, system)
    for own in [c.master_sets for c in COMPONENTS if c.master_sets]:
        own(m, system, yearly)
    built = assets(system)
    for c in CAPACITIES:
        low, high = built[c.name].existing + built[c.name].min_new, most_capacity(built[c.name])
        m.add_component(c.column, pyo.Var(getattr(m, c.over), bounds=lambda m, i, low=low, high=high: (low[i], high[i])))
    for name, ledger in LEDGERS.items():
        m.add_component(f"total_{name}", pyo.Var(getattr(m, ledger.over), within=pyo.Reals if ledger.signed else pyo.NonNegativeReals))
    for columns in [c.master_columns for c in COMPONENTS if c.master_columns]:
        columns(m, system)
    for row in [row for c in COMPONENTS for row in c.rows("master")]:
        add(m, row)
    paid = [capacity_cost(m, c, built[c.name]) for c in CAPACITIES if c.always or len(built[c.name])]
    costs = added([*paid, *(c.yearly_cost(m) for c in COMPONENTS if c.yearly_cost)])
    m.account = pyo.Set(initialize=list(costs))
    m.account_cost = pyo.Objective(m.account, rule=lambda m, name: costs[name])  # the objective is their sum
    return m


def capacity_cost(m: pyo.ConcreteModel, c: Capacity, table: pd.DataFrame) -> dict:
    """Annuities of new capacity and fixed O&M of all capacity [MCNY] of one family."""
    capacity = getattr(m, c.column)
    capex, fom, existing = (table[name].to_dict() for name in ("capex", "fom", "existing"))
    return {
        f"investment_{c.family}": sum(capex[i] * (capacity[i] - existing[i]) for i in capacity),
        f"fixed_{c.family}": sum(fom[i] * capacity[i] for i in capacity),
    }
