"""Short-circuit power at converters in the results: ratio, condensers and value, and the limit counted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Results, largest
from energy_model.results.indicators import BINDING
from energy_model.units import MW_PER_GW

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

LEAST_MW = 1.0
"""A link that sends less has no ratio."""


def power_and_strength(q: Quantities) -> tuple[np.ndarray, np.ndarray]:
    """Power of the limited links, other regions included [GW], and short-circuit power at their converters [GVA], shape (links, hours)."""
    y = q.problem.system
    line, g, z = y.corridor.loc[y.weak_converter], y.thermal, y.condenser
    names = list(line.index)
    others = line.others_power.to_numpy(float) * q.once("capacity_corridor", names)
    power = q.of("flow_forward", names) + q.of("flow_backward", names) + others[:, None]
    strength = np.repeat(line.grid_short_circuit.to_numpy(float)[:, None], q.hours, axis=1)
    for (c, n), share in y.short_circuit.share.items():
        units, machines = g[g.node == n], z[z.node == n]
        own = units.short_circuit.to_numpy(float) @ q.of("online", list(units.index), q.problem.step_h)
        own = own + machines.short_circuit.to_numpy(float) @ q.once("capacity_condenser", list(machines.index))
        strength[names.index(c)] += share * own
    return power, strength


def short_circuit_arrays(q: Quantities, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Short-circuit power and converted power over ``weak_converter``, with the least ratio; empty without the option."""
    y = q.problem.system
    names = list(y.weak_converter)
    if not names:
        return {}
    axis, time = {"weak_converter": names}, {"time": data.time.to_numpy()}
    found = {
        name: xr.DataArray(values * MW_PER_GW, axis | time, ("weak_converter", "time"))
        for name, values in zip(("converted_mw", "short_circuit_mva"), power_and_strength(q), strict=True)
    }
    least = y.corridor.least_short_circuit_ratio[names].to_numpy(float)
    return found | {"least_short_circuit_ratio": xr.DataArray(least, axis, ("weak_converter",))}


def short_circuit(data: xr.Dataset) -> pd.DataFrame:
    """Short-circuit ratio by link: required and lowest, mean short-circuit power [MVA], hours at the limit and price [CNY/MWh]."""
    power, strength = (data[v].transpose("weak_converter", "time").to_numpy() for v in ("converted_mw", "short_circuit_mva"))
    weight, links = data.weight.to_numpy(), data.converted_mw.weak_converter
    ratio = np.divide(strength, power, out=np.full_like(power, np.nan), where=power > LEAST_MW)
    price = np.maximum(-data.dual_short_circuit_ratio.sel(weak_converter=links).transpose("weak_converter", "time").to_numpy(), 0.0)
    hours = (price > BINDING) @ weight
    lowest = [float(np.nanmin(r)) if np.isfinite(r).any() else np.nan for r in ratio]
    return pd.DataFrame(
        {
            "corridor": links.to_numpy(),
            "required_ratio": data.least_short_circuit_ratio.to_numpy(),
            "lowest_ratio": lowest,
            "mean_short_circuit_mva": strength @ weight / weight.sum(),
            "hours_binding_h": hours,
            "mean_price_cny_per_mwh": np.divide((price * (price > BINDING)) @ weight, hours, out=np.zeros(len(hours)), where=hours > 0),
        }
    )


def condensers(data: xr.Dataset) -> pd.DataFrame:
    """Synchronous condensers: existing, new and total rating [Mvar]."""
    total, standing = data.condenser_capacity_mvar.to_series(), data.condenser_existing_mvar.to_series()
    index = pd.Index(data.condenser.to_numpy(), name="condenser")
    names = pd.DataFrame({c: data[f"condenser_{c}"].to_numpy() for c in ("name_zh", "name_en", "node")}, index=index)
    rating = {"existing_mvar": standing, "new_mvar": (total - standing).clip(lower=0.0), "rating_mvar": total}
    return names.assign(**rating).reset_index()


def _balances(q: Quantities) -> dict[str, float]:
    line = q.problem.system.corridor.loc[q.problem.system.weak_converter]
    if not len(line):
        return {}
    power, strength = power_and_strength(q)
    return {"short_circuit_gw": largest(power - strength / line.least_short_circuit_ratio.to_numpy(float)[:, None])}


RESULTS = Results(tables={"condensers": ("condenser_capacity_mvar", condensers)}, balances=_balances)
