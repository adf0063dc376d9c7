"""What binds in a plan: where, how many hours, and what one more unit is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.equation import REGISTRY

SILENT = {
    "nodal_balance", "heat_balance", "level_balance", "level_from_start", "potline_deviation", "start_up", "fuel_balance", "delivery_shape",
    "schedule_flow",
    "whole_circuits", "renewable_limit", "output_range",
}  # fmt: skip
"""Definitions and balances, whose dual is a price and no limit; and rows that tie output to weather or to what is on-line: at night,
or where nothing is on, their dual is arbitrary, and what one more MW is worth stands with the land and with ``online_limit``."""
FELT = 1e-3
"""Dual [CNY per unit and hour] from which a row counts as binding."""


def binding(data: xr.Dataset) -> pd.DataFrame:
    """Rows with a price, the dearest of the year first.

    Parameters
    ----------
    data : Dataset
        Of a result.

    Returns
    -------
    DataFrame
        ``family``, ``element``, ``hours_binding_h`` (0 for yearly rows), ``value_per_unit`` (what one more unit of the limit, in every hour
        where it is hourly, saves in the year), ``unit``, ``meaning``.
    """
    weight = data.weight.to_numpy()
    rows = []
    for name, dual in data.data_vars.items():
        family = str(name).removeprefix("dual_")
        if not str(name).startswith("dual_") or family in SILENT:
            continue
        equation = REGISTRY[family]
        values = dual.to_numpy()
        hourly = values.ndim == 2
        if hourly:
            steps = len(weight) // values.shape[1]
            hours = weight.reshape(-1, steps).sum(axis=1)
            once = hours / steps if dual.dims[1] == "step" else hours  # a row of a step stands once for all its hours
            felt, worth = (np.abs(values) > FELT) @ hours, np.abs(values) @ once
        else:
            felt, worth = np.zeros(len(values)), np.abs(values)
        unit = f"CNY/({equation.unit.replace('GW', 'MW')} a)" if hourly else str(dual.attrs.get("units", ""))
        for element, h, w in zip(dual[dual.dims[0]].to_numpy(), felt, worth, strict=True):
            if w > FELT:
                rows.append((family, str(element), float(h), float(w), unit, equation.dual))
    columns = ["family", "element", "hours_binding_h", "value_per_unit", "unit", "meaning"]
    return pd.DataFrame(rows, columns=columns).sort_values("value_per_unit", ascending=False, ignore_index=True)
