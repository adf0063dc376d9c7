"""Some days of a solved plan again, hour by hour and with whole units: capacities as built, yearly amounts at the plan's prices.

The days form a cycle, as typical weeks do: units online in the last hours are online before the first, so every row that looks back has
its data. Its master has no rows: it holds the capacities and prices coal, contract energy and clauses as the plan does.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
import xarray as xr

from energy_model.formulation.block import dispatch_block
from energy_model.formulation.components import DATA
from energy_model.solving.build import Problem, hourly_data
from energy_model.solving.compile import Affine, Compiled, compile_model
from energy_model.solving.stamp import CAPACITY, LEDGER, TOTAL, BlockPlan, stamp
from energy_model.study.settings import CommitmentSettings
from energy_model.study.system import System

Label = tuple[str, tuple]
"""Family and index of a column, without the time."""
SMALLEST_GW = 1e-4
"""A cluster of less has no unit of its own."""


@dataclass(frozen=True)
class Committed:
    """Costs of a plan relaxed and with whole units.

    Attributes
    ----------
    problem : Problem
    units : dict
        Cluster -> number of units.
    """

    problem: Problem
    units: dict[str, int]


def with_whole_units(system: System, capacity: Mapping[Label, float]) -> tuple[System, dict[str, int]]:
    """The system with its thermal clusters as built, divided into whole units of equal size, with all commitment rules on.

    Parameters
    ----------
    system : System
    capacity : Mapping
        ``("capacity_thermal", (cluster,))`` -> built [GW].

    Returns
    -------
    System
        The size of a unit is the cluster's capacity over the number of units nearest to the size in the table, so that no
        capacity is lost or won.
    dict
        Cluster -> number of units, for the clusters that were built.
    """
    g = system.thermal.copy()
    built = g.index.to_series().map({i: capacity["capacity_thermal", (i,)] for i in g.index}).clip(lower=0.0)
    whole = built >= SMALLEST_GW
    count = (built / g.unit_gw).round().clip(lower=1).where(whole, 0).astype(int)
    g = g.assign(existing=built, max_new=0.0, min_new=0.0, whole=whole, unit_gw=(built / count.clip(lower=1)).where(whole, g.unit_gw))
    rules = system.options.model_copy(update={"commitment": CommitmentSettings(minimum_times=True, start_classes=True)})
    return replace(system, thermal=g, options=rules), count[whole].to_dict()


def committed_stretch(
    system: System,
    profiles: xr.Dataset,
    capacity: Mapping[Label, float],
    price: Mapping[Label, float],
    start_h: int,
    hours: int,
) -> Committed:
    """Build the problem of the days.

    Parameters
    ----------
    system : System
    profiles : Dataset
        Hourly profiles of the year in the order of the system's labels.
    capacity : Mapping
        ``(capacity_..., index)`` -> installed [GW, GWh].
    price : Mapping
        ``(ledger_..., index)`` -> cost of one more unit in the year [MCNY per GWh, TJ].
    start_h, hours : int
        First hour of the year, and length: whole days.

    Raises
    ------
    KeyError
        When the plan says nothing about a capacity or a price that the system has.
    """
    started = time.perf_counter()
    system, units = with_whole_units(system, capacity)
    block = compile_model(dispatch_block(system, hours, 1), DATA)
    plan = BlockPlan(hours, np.array([start_h]), np.ones(1), np.zeros(1, np.int64))
    compiled = time.perf_counter()
    lp = stamp(block, priced_master(block, capacity, price), plan, hourly_data(system, profiles, plan))
    seconds = {"compile": compiled - started, "stamp": time.perf_counter() - compiled}
    return Committed(Problem(system=system, profiles=profiles, plan=plan, step_h=1, block=block, lp=lp, seconds=seconds), units)


def priced_master(block: Compiled, capacity: Mapping[Label, float], price: Mapping[Label, float]) -> Compiled:
    """A master of a block without investment: fixed capacities, priced yearly totals; one cost category per kind of total."""
    held = [label for label in block.columns if label[0].startswith(CAPACITY)]
    ledgers = [j for j, (family, _) in enumerate(block.columns) if family.startswith(LEDGER)]
    totals = [(TOTAL + family.removeprefix(LEDGER), index) for family, index in (block.columns[j] for j in ledgers)]
    built = np.array([capacity[label] for label in held])
    paid = np.array([price[block.columns[j]] for j in ledgers])
    accounts = list(dict.fromkeys(f"priced_{family.removeprefix(TOTAL)}" for family, _ in totals))
    row = [accounts.index(f"priced_{family.removeprefix(TOTAL)}") for family, _ in totals]
    nothing = Affine(np.empty(0), sp.csr_array((0, 0)))
    return Compiled(
        columns=held + totals,
        rows=[],
        row_of=np.empty(0, np.int64),
        column_of=np.empty(0, np.int64),
        coefficient=nothing,
        rhs=nothing,
        sense=np.empty(0, np.int8),
        lower=np.concatenate([built, block.lower[ledgers]]),
        upper=np.concatenate([built, block.upper[ledgers]]),
        integer=np.zeros(len(held) + len(totals), bool),
        accounts=accounts,
        cost=sp.csr_array((paid, (row, len(held) + np.arange(len(totals)))), shape=(len(accounts), len(held) + len(totals))),
        offset=np.zeros(len(accounts)),
    )
