"""Water by node, and emissions to the air beside CO2 by plant and boiler: tables and the recount of water rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Results, largest
from energy_model.results.dust import LEAST_GWH, ratio, without_idle
from energy_model.results.power import energy_gwh
from energy_model.units import MCNY_PER_KT_FROM_CNY_PER_T, MG_PER_M3_FROM_KT_PER_GM3, T_PER_KT, THOUSAND_M3_PER_MM3

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

AIR = ("so2", "nox", "dust")
LEAST_GM3 = 1e-9
"""Less flue gas is solver dust."""


def water(data: xr.Dataset) -> pd.DataFrame:
    """Water by node that uses some or has a right: plants, industry, sum and right [Mm3/a], value of one more cubic metre [CNY/m3]."""
    node = pd.Index(data.water_node.to_numpy(), name="node") if "water_node" in data.coords else pd.Index([], name="node")
    if not len(node):
        return pd.DataFrame(columns=["node", "plants_mm3", "industry_mm3", "total_mm3", "right_mm3", "price_cny_per_m3"])
    used = energy_gwh(data, "thermal_mw").to_series() * data.cluster_water_m3_per_mwh.to_series() / THOUSAND_M3_PER_MM3  # 1000 m3/GWh
    plants = used.groupby(data.cluster_node.to_numpy()).sum().reindex(node, fill_value=0.0)
    industry, price = data.water_node_industry_mm3.to_series(), pd.Series(0.0, index=node)
    if "dual_water_limit" in data:
        price = -data.dual_water_limit.to_series().reindex(node, fill_value=0.0)
    table = pd.DataFrame(
        {
            "plants_mm3": plants,
            "industry_mm3": industry,
            "total_mm3": plants + industry,
            "right_mm3": data.water_node_right_mm3.to_series(),
            "price_cny_per_m3": price,
        }
    ).reset_index(names="node")
    return without_idle(table, "total_mm3", "right_mm3")


def _node_of_user(data: xr.Dataset) -> list:
    """Node of each plant and boiler that burns coal."""
    place = data.cluster_node.to_series().to_dict() | (data.boiler_node.to_series().to_dict() if data.sizes.get("boiler", 0) else {})
    return [place[u] for u in data.fuel_user.to_numpy()]


def air_emissions(data: xr.Dataset) -> pd.DataFrame:
    """Emissions to the air by plant and boiler in the year [t], and their concentrations in dry flue gas at 6 % oxygen [mg/m3]."""
    user = data.fuel_user.to_numpy()
    kt = {name: data[f"{name}_kt"].sum("mine").to_series().reindex(user) for name in ("coal", *AIR)}
    gas = data.flue_gas_gm3.sum("mine", skipna=False).to_series().reindex(user)
    tonnes = {f"{name}_t": kt[name] * T_PER_KT for name in AIR}
    density = {f"{name}_mg_per_m3": ratio(kt[name], gas, LEAST_GM3) * MG_PER_M3_FROM_KT_PER_GM3 for name in AIR}
    frame = pd.DataFrame({"node": _node_of_user(data), "coal_kt": kt["coal"], **tonnes, **density}, index=user)
    return without_idle(frame.rename_axis("fuel_user").reset_index(), "coal_kt")


def co2_settlement(data: xr.Dataset, price_cny_per_t: float) -> pd.DataFrame:
    """CO2 above the benchmark by plant and boiler: emissions, free allowances, difference [kt], amount settled at the price [MCNY]."""
    made, user = energy_gwh(data, "thermal_mw").to_series(), data.fuel_user.to_numpy()
    free = made * data.cluster_co2_benchmark_t_per_mwh.to_series()  # t/MWh = kt/GWh
    if data.sizes.get("chp", 0):
        heat = energy_gwh(data, "chp_heat_mw").to_series() * data.cluster_co2_benchmark_heat_t_per_mwh.to_series()
        free = free.add(heat, fill_value=0.0)
    if data.sizes.get("boiler", 0):
        free = pd.concat([free, energy_gwh(data, "boiler_heat_mw").to_series() * data.boiler_co2_benchmark_heat_t_per_mwh.to_series()])
    emitted = data.co2_kt.sum("mine").to_series().reindex(user)
    left = emitted - free.reindex(user)
    frame = pd.DataFrame(
        {
            "node": _node_of_user(data),
            "co2_kt": emitted,
            "allowance_kt": free.reindex(user),
            "to_settle_kt": left,
            "intensity_t_per_mwh": ratio(emitted, made.reindex(user).fillna(0.0), LEAST_GWH),
            "settled_mcny": left * price_cny_per_t * MCNY_PER_KT_FROM_CNY_PER_T,
        },
        index=user,
    )
    return without_idle(frame.rename_axis("fuel_user").reset_index(), "co2_kt", "allowance_kt")


def _balances(q: Quantities) -> dict[str, float]:
    """Largest excess of water over a node's right, relative to the right."""
    y = q.problem.system
    right = y.water_node.right.dropna()
    if right.empty:
        return {}
    plants = (
        pd.Series(y.thermal.water.to_numpy(float) * q.yearly(q.thermal_power()), index=y.thermal.node.to_numpy()).groupby(level=0).sum()
    )
    used = plants.reindex(right.index, fill_value=0.0) + y.water_node.industry[right.index]
    return {"water": largest(((used - right) / np.maximum(right, THOUSAND_M3_PER_MM3)).to_numpy(float))}


RESULTS = Results(balances=_balances)
