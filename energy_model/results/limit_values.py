"""What one more megawatt of a limit of capacity is worth, with what it costs to build taken off."""

from __future__ import annotations

import numpy as np
import xarray as xr

from energy_model.results.dataset import CAPACITY
from energy_model.solving.stamp import StampedLP
from energy_model.units import CNY_PER_MCNY, GW_PER_MW

FAMILIES = ("capacity_thermal", "capacity_renewable", "capacity_store_power", "capacity_boiler", "capacity_corridor")
AT_LIMIT = 1e-6
"""Distance to the limit [GW] at which a capacity counts as standing at it."""


def limit_values(lp: StampedLP, primal: np.ndarray, dual: np.ndarray) -> dict[str, xr.DataArray]:
    """Yearly saving of one more MW that may be built, by element [CNY/(MW a)].

    It is the reduced cost of the capacity, so annuity and fixed O&M are taken off; 0 where less is built than may be, or nothing can be.

    Returns
    -------
    dict of str to DataArray
        ``<capacity>_limit_cny_per_mw`` by the dimension of the capacity.
    """
    saving = lp.matrix.T @ dual - lp.cost
    can_grow = (lp.upper > lp.lower + AT_LIMIT) & ~lp.integer & (primal >= lp.upper - AT_LIMIT)
    found = {}
    for family in FAMILIES:
        labels, ids = lp.column_ids.get(family, ([], np.empty(0, np.int64)))
        name, dim, _, zh, en = CAPACITY[family]
        values = np.where(can_grow[ids], np.maximum(saving[ids], 0.0), 0.0) * CNY_PER_MCNY * GW_PER_MW
        found[limit_name(name)] = xr.DataArray(
            values, {dim: np.array([label[0] for label in labels], dtype="U")}, (dim,),
            attrs={"units": "CNY/(MW a)", "long_name": f"{zh}上限的净价值 net value of the limit of {en}"},
        )  # fmt: skip
    return found


def limit_name(capacity: str) -> str:
    """Name in the dataset of the value of the limit of a capacity."""
    return f"{capacity.removesuffix('_mw')}_limit_cny_per_mw"
