"""Value of one more megawatt of a capacity limit, net of its annuity."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import xarray as xr

from energy_model.results.variables import CAPACITY
from energy_model.solving.stamp import StampedLP
from energy_model.study.capacities import LIMITED
from energy_model.study.origins import AGREED
from energy_model.units import CNY_PER_MCNY, GW_PER_MW

MAXIMA = tuple(row for row in AGREED if row.endswith("_maximum"))
YEARLY_LIMITS = (
    "clause_at_most",
    "clause_at_least",
    "mine_limit",
    "rail_limit",
    "rail_month_limit",
    "water_limit",
    "exchange_limit",
    "self_supply",
    "land_limit",
    *MAXIMA,
)
FELT_MCNY, FELT_CNY_PER_MW = 1e-4, 100.0
"""Least price of a yearly row [MCNY per GWh or kt] and of a capacity limit [CNY/(MW a)] that is reported; less is numerical noise."""
AT_LIMIT = 1e-6
"""Distance to the limit [GW] at which a capacity counts as standing at it."""


def limit_values(lp: StampedLP, primal: np.ndarray, dual: np.ndarray) -> dict[str, xr.DataArray]:
    """Yearly saving of one more MW of buildable capacity, by element [CNY/(MW a)].

    It is the reduced cost of the capacity, so annuity and fixed O&M are taken off; 0 where less is built than may be, or nothing can be.

    Returns
    -------
    dict of str to DataArray
        ``<capacity>_limit_cny_per_mw`` by the dimension of the capacity.
    """
    saving = lp.matrix.T @ dual - lp.cost
    can_grow = (lp.upper > lp.lower + AT_LIMIT) & ~lp.integer & (primal >= lp.upper - AT_LIMIT)
    found = {}
    for family in (c.column for c in LIMITED if c.always or c.column in lp.column_ids):
        labels, ids = lp.column_ids.get(family, ([], np.empty(0, np.int64)))
        v = CAPACITY[family]
        values = np.where(can_grow[ids], np.maximum(saving[ids], 0.0), 0.0) * CNY_PER_MCNY * GW_PER_MW
        found[limit_name(v.name)] = xr.DataArray(values, {v.dim: np.array([label[0] for label in labels], dtype="U")}, (v.dim,))
    return found


def limits_felt(lp: StampedLP, primal: np.ndarray, dual: np.ndarray, without: Collection[str]) -> list[str]:
    """Binding yearly rows and capacity limits, as ``family element``; rows named `without` are omitted."""
    rows = [
        f"{family} {'/'.join(map(str, name))}"
        for family in YEARLY_LIMITS
        for name, row in zip(*lp.row_ids.get(family, ([], [])), strict=True)
        if abs(dual[row]) > FELT_MCNY and name[0] not in without
    ]
    worth = limit_values(lp, primal, dual)
    for family in LIMITED:
        values = worth.get(limit_name(CAPACITY[family.column].name))
        if values is None:
            continue
        rows += [f"{family.column} {name}" for name, value in values.to_series().items() if value > FELT_CNY_PER_MW]
    return rows


def limit_name(capacity: str) -> str:
    """Name in the dataset of the value of the limit of a capacity."""
    return f"{capacity.removesuffix('_mw').removesuffix('_mvar')}_limit_cny_per_mw"
