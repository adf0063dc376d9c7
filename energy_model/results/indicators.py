"""Definitions of all figures: tables, map and workbook use these functions, so outputs cannot disagree."""
# Over 300 lines: the definitions of all figures stand together, so that no output has one of its own.

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.dust import BUILT_MW, LEAST_GWH, LEAST_MW, ratio
from energy_model.results.power import energy_gwh as energy_gwh
from energy_model.results.power import smelter_used_mw as smelter_used_mw
from energy_model.study.system import UNLIMITED_GW
from energy_model.units import GWH_PER_KT_FROM_KWH_PER_T, MW_PER_GW, MWH_PER_GWH

AT_LIMIT_SHARE = 0.999
"""Share of its limit from which on a flow is at it."""
BINDING = 1e-3
"""A limit binds in the hours in which more of it would save more than this [CNY/MWh]."""
CURTAILED_MW = 0.1
"""Less is solver dust."""


def flow_backward_mw(data: xr.Dataset) -> xr.DataArray:
    """Flow against the direction of every corridor [MW]; 0 for one-way corridors."""
    if "flow_backward_mw" in data and data.flow_backward_mw.size:
        return data.flow_backward_mw.reindex(corridor=data.corridor, fill_value=0.0)
    return xr.zeros_like(data.flow_forward_mw)


def quadratic_loss_mw(data: xr.Dataset) -> xr.DataArray:
    """Loss between tangents and secant of every corridor [MW]; 0 if the loss is a share of the flow."""
    if "loss_mw" in data:
        return data.loss_mw.reindex(corridor=data.corridor, fill_value=0.0)
    return xr.zeros_like(data.flow_forward_mw)


def corridor_flow_mw(data: xr.Dataset) -> xr.DataArray:
    """Power sent over every corridor, sum of both directions [MW], shape (corridor, time)."""
    return (data.flow_forward_mw + flow_backward_mw(data)).transpose("corridor", "time")


def corridor_loss_mw(data: xr.Dataset) -> xr.DataArray:
    """Loss of every corridor [MW], shape (corridor, time): proportional and quadratic."""
    lost = corridor_flow_mw(data) * data.corridor_loss_share + quadratic_loss_mw(data)
    return lost.transpose("corridor", "time")


def gross_mw(data: xr.Dataset) -> xr.DataArray:
    """Gross electric output of thermal clusters, own use included [MW], shape (cluster, time)."""
    return data.thermal_mw / data.cluster_net_share


def aluminium_kt(data: xr.Dataset) -> xr.DataArray:
    """Output of every smelter [kt]: energy of its potlines over energy per tonne."""
    return energy_gwh(data, smelter_used_mw(data)) / (data.smelter_intensity_kwh_per_t * GWH_PER_KT_FROM_KWH_PER_T)


def shifted_mw(data: xr.Dataset) -> xr.DataArray:
    """Power of potlines above rated power [MW], shape (smelter, time), which recovers hours below it."""
    return np.maximum(data.smelter_mw - data.smelter_rated_mw, 0.0)


def full_load_hours(generation_gwh: Any, capacity_mw: Any) -> Any:
    """Full-load hours [h]: gross generation over gross capacity, the customary definition; blank without capacity."""
    return ratio(generation_gwh * MWH_PER_GWH, capacity_mw, LEAST_MW)


def curtailed_share(table: pd.DataFrame) -> float:
    """Curtailed share of the available energy, over all rows of `curtailment`; NaN if nothing is available."""
    return ratio(float(table.curtailed_gwh.sum()), float(table.available_gwh.sum()), LEAST_GWH)


def capacity(data: xr.Dataset) -> pd.DataFrame:
    """Capacity by element: node, technology, existing, new, total [MW], energy [GWh], full-load hours of the new total [h].

    ``gross_gwh`` is what generators make and hours are counted from, ``sent_out_gwh`` what is left of it after own use; of wind, sun and
    stores they are equal, of boilers and heat stores both are heat.

    What a retrofit converts stood before: it is existing capacity of the retrofit (``converted_mw``) and no longer of its parent, and
    nothing new, so that existing and new add up to the total.  The column is there when the study has retrofits.
    """
    parts = []
    for dim, name in CAPACITY_OF.items():
        if data.sizes.get(dim, 0) == 0:
            continue
        gross, sent_out = _energies(data, dim)
        total, stood = data[name].to_numpy(), data[f"{dim}_existing_mw"].to_numpy()
        converted = _converted(data, total) if dim == "cluster" else np.zeros(len(total))
        existing = stood + converted
        frame = pd.DataFrame(
            {
                "element": data[dim].to_numpy(),
                "node": data[f"{dim}_node"].to_numpy(),
                "technology": data[f"{dim}_technology"].to_numpy(),
                "kind": data[f"{dim}_kind"].to_numpy(),
                "name_zh": data[f"{dim}_name_zh"].to_numpy(),
                "name_en": data[f"{dim}_name_en"].to_numpy(),
                "existing_mw": existing,
                "new_mw": np.maximum(total - existing, 0.0),
                "capacity_mw": total,
                "limit_mw": stood + _limit_mw(data[f"{dim}_max_new_mw"].to_numpy()),
                "gross_gwh": gross,
                "sent_out_gwh": sent_out,
            }
        )
        if dim == "cluster" and (data.cluster_retrofit_of != "").any():
            frame["converted_mw"] = converted.clip(min=0.0)
        if dim == "store":
            frame["storage_mwh"] = data.store_energy_capacity_mwh.to_numpy()
        parts.append(frame)
    table = pd.concat(parts, ignore_index=True)
    table["full_load_h"] = full_load_hours(table.gross_gwh, table.capacity_mw)
    return table


def _limit_mw(max_new_mw: np.ndarray) -> np.ndarray:
    """Maximum new capacity [MW], NaN without a limit."""
    return np.where(max_new_mw < UNLIMITED_GW * MW_PER_GW, max_new_mw, np.nan)


CAPACITY_OF = {
    "cluster": "thermal_capacity_mw", "resource": "renewable_capacity_mw", "store": "store_power_capacity_mw",
    "boiler": "boiler_capacity_mw",
}  # fmt: skip
"""Installed capacity by what it is of."""


def _energies(data: xr.Dataset, dim: str) -> tuple[np.ndarray, np.ndarray]:
    """Yearly energy of every element, gross and sent out [GWh]."""
    if dim == "cluster":
        return energy_gwh(data, gross_mw(data)).to_numpy(), energy_gwh(data, "thermal_mw").to_numpy()
    one = energy_gwh(data, {"resource": "resource_mw", "store": "discharge_mw", "boiler": "boiler_heat_mw"}[dim]).to_numpy()
    return one, one


def _converted(data: xr.Dataset, total: np.ndarray) -> np.ndarray:
    """Capacity added to each thermal cluster by retrofit, negative for converted clusters [MW]."""
    parent = data.cluster_retrofit_of.to_numpy()
    came = np.where(parent != "", total, 0.0)
    left = pd.Series(came).groupby(parent).sum().reindex(data.cluster.to_numpy(), fill_value=0.0)
    return came - left.to_numpy()


def at_limit(flow_mw: xr.DataArray, limit_mw: xr.DataArray) -> xr.DataArray:
    """Hours in which a flow is at its limit: within a thousandth of it, whatever the duals."""
    return (flow_mw >= limit_mw * AT_LIMIT_SHARE) & (limit_mw > 0.01)


def corridors(data: xr.Dataset) -> pd.DataFrame:
    """Corridors: capacity existing and new [MW], energy each way [GWh]; of those built utilisation, hours at the limit, congestion rent."""
    total, existing = data.corridor_capacity_mw.to_series(), data.corridor_existing_mw.to_series()
    flow, backward = corridor_flow_mw(data), energy_gwh(data, flow_backward_mw(data)).to_series()
    lost = corridor_loss_mw(data)
    usable = data.corridor_capacity_mw * data.corridor_usable
    rent = data.get("dual_corridor_limit", 0.0 * flow)  # a study without corridors has no such rows
    full = at_limit(flow, usable) * data.weight
    frame = pd.DataFrame(
        {
            "name_zh": data.corridor_name_zh,
            "name_en": data.corridor_name_en,
            "from_node": data.corridor_from_node,
            "to_node": data.corridor_to_node,
            "kind": data.corridor_kind,
            "voltage_kv": data.corridor_voltage_kv,
            "length_km": data.corridor_length_km,
            "existing_mw": existing,
            "new_mw": (total - existing).clip(lower=0.0),
            "capacity_mw": total,
            "sent_gwh": energy_gwh(data, "flow_forward_mw").to_series(),
            "returned_gwh": backward,
            "loss_gwh": energy_gwh(data, lost).to_series(),
            "hours_at_limit_h": full.sum("time").to_series(),
            "hours_binding_h": ((rent < -BINDING) * data.weight).sum("time").to_series(),
            "congestion_rent_cny_per_mw": -(rent * data.weight).sum("time").to_series(),
        },
        index=total.index,
    )
    usable_ = usable.to_series()
    frame["utilisation_share"] = ratio((flow * data.weight).sum("time").to_series() / float(data.weight.sum()), usable_, LEAST_MW)
    at_the_limit = ["hours_at_limit_h", "hours_binding_h", "congestion_rent_cny_per_mw", "utilisation_share"]
    frame.loc[total < BUILT_MW, at_the_limit] = np.nan
    frame.index.name = "corridor"
    return frame.reset_index()


def contracts(data: xr.Dataset) -> pd.DataFrame:
    """Export contracts at the receiving end: power [MW], energy [GWh], utilisation hours."""
    energy = energy_gwh(data, "delivered_mw").to_series()
    power = data.contract_power_mw.to_series()
    frame = pd.DataFrame(
        {
            "name_zh": data.contract_name_zh,
            "name_en": data.contract_name_en,
            "market": data.contract_market,
            "shape": data.contract_shape,
            "power_mw": power,
            "energy_gwh": energy,
            "utilisation_h": full_load_hours(energy, power),
            "benchmark_cny_per_mwh": data.contract_benchmark_cny_per_mwh,
        },
        index=power.index,
    )
    frame.index.name = "contract"
    return frame.reset_index()


def curtailment(data: xr.Dataset) -> pd.DataFrame:
    """Wind and solar by node: available, used and curtailed energy [GWh], curtailed share."""
    offered, used = energy_gwh(data, "available_mw").to_series(), energy_gwh(data, "renewable_mw").to_series()
    frame = pd.DataFrame(
        {"node": data.feed_bus, "carrier": data.feed_carrier, "available_gwh": offered, "used_gwh": used},
        index=offered.index,
    )
    frame["curtailed_gwh"] = energy_gwh(data, "curtailed_mw").to_series()
    frame["curtailed_share"] = ratio(frame.curtailed_gwh, frame.available_gwh, LEAST_GWH)
    cut = ((data.curtailed_mw > CURTAILED_MW) * data.weight).sum("time")
    frame["hours_curtailed_h"] = cut.to_series().reindex(frame.index)
    land = yearly_price(data, "land_limit").to_dict()
    frame["land_value_cny_per_mw"] = [
        abs(land.get(f"{node}/{carrier}", np.nan)) for node, carrier in zip(frame.node, frame.carrier, strict=True)
    ]
    frame.index.name = "feed"
    return frame.reset_index()


def yearly_price(data: xr.Dataset, family: str) -> pd.Series:
    """Duals of a family of yearly rows by label; empty if the study has no such rows."""
    name = f"dual_{family}"
    return data[name].to_series() if name in data else pd.Series(dtype=float)


def coal(data: xr.Dataset) -> pd.DataFrame:
    """Coal by mine: to power, to others, raw coal to dryers, capacity [kt], scarcity value [CNY/t]."""
    power = data.coal_kt.sum("fuel_user").to_series().reindex(data.mine.to_numpy(), fill_value=0.0)
    other = pd.Series(0.0, index=power.index)
    if "other_coal_kt" in data:
        other = data.other_coal_kt.sum("coal_user").to_series().reindex(power.index, fill_value=0.0)
    raw = pd.Series(0.0, index=power.index)
    if "coal_dried_kt" in data:
        made = (data.coal_dried_kt * data.dryer_raw_kt_per_kt).to_series()
        raw = made.groupby(data.dryer_raw_mine.to_series()).sum().reindex(power.index, fill_value=0.0)
    scarcity = -yearly_price(data, "mine_limit").reindex(power.index)
    frame = pd.DataFrame(
        {
            "name_zh": data.mine_name_zh,
            "name_en": data.mine_name_en,
            "grade": data.mine_grade,
            "power_kt": power,
            "other_kt": other,
            "raw_kt": raw,
            "capacity_kt": data.mine_capacity_kt_per_year,
            "scarcity_cny_per_t": scarcity,
        },
        index=power.index,
    )
    frame.index.name = "mine"
    return frame.reset_index()


def costs(accounts: dict[str, float]) -> pd.DataFrame:
    """Cost table [MCNY]: categories and their sum, which is the objective."""
    frame = pd.DataFrame({"category": list(accounts), "cost_mcny": list(accounts.values())})
    return pd.concat(
        [frame, pd.DataFrame({"category": ["total"], "cost_mcny": [frame.cost_mcny.sum()]})],
        ignore_index=True,
    )


PENALTIES = ("curtailment", "missed_clauses", "load_shedding", "potline_shedding", "heat_shedding", "reserve_shortfall")
"""Categories of cost that price what the plan fails to do."""
NOTABLE = 1e-3
"""Share of the cost above which penalties are shown beside every total."""


def penalties(costs: pd.DataFrame) -> float:
    """Penalties in the table of costs [MCNY] if they are a significant part of the total, else 0."""
    by = costs.set_index("category").cost_mcny
    sum_ = float(by.reindex(PENALTIES).sum())
    return sum_ if sum_ > NOTABLE * abs(by["total"]) else 0.0


def largest_penalty(costs: pd.DataFrame) -> tuple[str, float]:
    """Category of the largest penalty in the table of costs, and its amount [MCNY]."""
    by = costs.set_index("category").cost_mcny.reindex(PENALTIES).fillna(0.0)
    return str(by.idxmax()), float(by.max())


def prices(data: xr.Dataset) -> pd.DataFrame:
    """Nodal price by bus [CNY/MWh]: mean and quantiles over the hours of the year."""
    price = data.dual_nodal_balance
    weight = data.weight / data.weight.sum()
    frame = pd.DataFrame({"mean_cny_per_mwh": (price * weight).sum("time").to_series()})
    for q in (0.05, 0.5, 0.95):
        frame[f"p{int(q * 100):02d}_cny_per_mwh"] = weighted_quantile(price.transpose("bus", "time").to_numpy(), weight.to_numpy(), q)
    frame.index.name = "bus"
    return frame.reset_index()


def weighted_quantile(values: np.ndarray, weight: np.ndarray, q: float) -> np.ndarray:
    """Smallest value not exceeded in the share `q` of the year, hours counted by weight; values of shape (rows, hours)."""
    order = np.argsort(values, axis=1)
    share = np.cumsum(weight[order], axis=1) / weight.sum()
    first = (share < q - 1e-12).sum(axis=1)
    return np.take_along_axis(np.take_along_axis(values, order, 1), np.minimum(first, len(weight) - 1)[:, None], 1)[:, 0]
