"""Binding constraints of a plan: place, hours, and value of one more unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.components import CARRIERS
from energy_model.formulation.equation import REGISTRY
from energy_model.results.limit_values import limit_name
from energy_model.results.variables import CAPACITY, rows_without_room
from energy_model.study.capacities import CAPACITIES, LIMITED
from energy_model.study.clause_quantities import clause_quantity

SILENT = {f"{carrier}_balance" for carrier in CARRIERS} | {
    "nodal_balance", "level_balance", "level_from_start", "potline_deviation", "start_up", "fuel_balance", "dryer_output", "delivery_shape",
    "schedule_flow",
    "whole_circuits", "renewable_limit", "output_range", "lowest_level", "week_balance", "highest_start", "lowest_start",
}  # fmt: skip
"""Definitions and balances, whose dual is a price and no limit; and rows that tie output to weather or to what is online: at night,
or where nothing is on, their dual is arbitrary. Ledgers, and rows of levels (``<store>_level``), are definitions too; what keeps the
levels of calendar weeks within a store is told with its volume."""
LIMITS = {c.column: c.limit_row for c in LIMITED}
"""Limits of what may be built, and the rows that hold output to capacity. Their duals pay for the capacity itself, so that what one more MW
is worth stands with the limit, its annuity taken off; the hours are those in which the rows have a price."""
OF_CAPACITY = {*(c.limit_row for c in CAPACITIES if c.limit_row), "extraction_limit"} - {"corridor_limit"}
HELD = {"shed_limit": "shed_mw", "potline_shed_limit": "potline_shed_mw", "dedicated_flow": "flow_forward_mw"}
"""Rows that hold an amount below one that may be zero, such as the load of a node, and the amount [MW]. Where both are zero the amount has
nowhere to go and the dual is arbitrary: a price is told only for hours in which there is an amount."""
FELT = 1e-3
"""Dual [CNY per unit and hour] from which a row counts as binding, and amount [MW] from which there is one."""


def binding(data: xr.Dataset) -> pd.DataFrame:
    """Rows and capacity limits with a price, the most expensive first.

    Rows of what is not built are left out, and corridors that may grow are told by the limit of their growth.

    Parameters
    ----------
    data : Dataset
        Of a result.

    Returns
    -------
    DataFrame
        ``family``, ``element``, ``hours_binding_h`` (hours with a price; NaN for yearly rows), ``value_per_unit`` (what one more unit of
        the limit, in every hour where it is hourly, saves in the year; net of annuity and fixed O&M for limits of what may be built),
        ``unit``, ``meaning``, ``price_note`` (``no_room`` where no more is possible and nothing is told).
    """
    rows = [r for family in LIMITS for r in _limits(data, family)]
    absent, growing, full = _absent(data), _growing(data), rows_without_room(data)
    for name, dual in data.data_vars.items():
        family = str(name).removeprefix("dual_")
        if not str(name).startswith("dual_") or family in SILENT | OF_CAPACITY or family.endswith(("_ledger", "_level")):
            continue
        equation, elements, hourly = REGISTRY[family], dual[dual.dims[0]].to_numpy(), dual.ndim == 2
        if hourly:
            felt, worth = _over_hours(data, _where_held(data, family, dual))
        else:
            felt, worth = np.full(len(elements), np.nan), np.abs(dual.to_numpy())
        for element, h, w in zip(map(str, elements), felt, worth, strict=True):
            if f"{family}/{element}" in full:
                rows.append((family, element, np.nan, np.nan, _unit(data, family, element, dual), equation.dual, "no_room"))
            elif w > FELT and h != 0 and element not in absent and not (family == "corridor_limit" and element in growing):
                rows.append((family, element, float(h), float(w), _unit(data, family, element, dual), equation.dual, ""))
    columns = ["family", "element", "hours_binding_h", "value_per_unit", "unit", "meaning", "price_note"]
    return pd.DataFrame(rows, columns=columns).sort_values("value_per_unit", ascending=False, ignore_index=True, na_position="first")


def _where_held(data: xr.Dataset, family: str, dual: xr.DataArray) -> xr.DataArray:
    """Duals of hours in which the row holds an amount; 0 elsewhere."""
    if family not in HELD:
        return dual
    amount = data[HELD[family]]
    amount = amount.rename({amount.dims[0]: dual.dims[0]}).sel({dual.dims[0]: dual[dual.dims[0]]})
    return dual.where(amount.to_numpy() > FELT, 0.0)


def _over_hours(data: xr.Dataset, dual: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
    """Hours of the year with a price, and the sum of the price over the year, by element."""
    values, weight = np.abs(dual.to_numpy()), data.weight.to_numpy()
    once = weight / data.attrs["commitment_step_h"] if dual.attrs.get("held") == "step" else weight  # one row for all hours of a step
    return (values > FELT) @ weight, values @ once


def _limits(data: xr.Dataset, family: str) -> list[tuple]:
    """Rows of the limits on buildable capacity."""
    name, dim = CAPACITY[family].name, CAPACITY[family].dim
    if limit_name(name) not in data:
        return []
    values, row = data[limit_name(name)], f"dual_{LIMITS[family]}"
    felt = pd.Series(dtype=float)
    if row in data:
        felt = pd.Series(_over_hours(data, data[row])[0], index=data[row][data[row].dims[0]].to_numpy())
    return [
        (family, str(e), float(felt.get(e, np.nan)), float(v), "CNY/(MW a)", "net value of one more MW that may be built, MCNY/(GW a)", "")
        for e, v in zip(values[dim].to_numpy(), values.to_numpy(), strict=True)
        if v > FELT
    ]


def _absent(data: xr.Dataset) -> set[str]:
    """Elements without existing or new capacity."""
    found: set[str] = set()
    for family in LIMITS:
        v = CAPACITY[family]
        if v.name not in data:
            continue
        found |= set(map(str, data[v.dim].to_numpy()[data[v.name].to_numpy() < 0.01]))
    return found


def _growing(data: xr.Dataset) -> set[str]:
    """Corridors that may be expanded."""
    return set(map(str, data.corridor.to_numpy()[data.corridor_max_new_mw.to_numpy() > 0]))


def _unit(data: xr.Dataset, family: str, element: str, dual: xr.DataArray) -> str:
    """Unit of the value of one more unit; for a clause that of its own quantity."""
    if dual.ndim == 2:
        return f"CNY/({REGISTRY[family].unit.replace('GW', 'MW')} a)"
    if family.startswith("clause"):
        return clause_quantity(str(data.clause_quantity.sel(clause=element).item())).price_unit
    return str(dual.attrs.get("units", ""))
