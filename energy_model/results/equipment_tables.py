"""Tables of single parts of the system: storage, smelters, export sections."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, LEAST_MW, ratio
from energy_model.results.indicators import (
    aluminium_kt,
    corridor_flow_mw,
    corridor_loss_mw,
    energy_gwh,
    full_load_hours,
    shifted_mw,
    smelter_used_mw,
)
from energy_model.units import CNY_PER_MCNY, MWH_PER_GWH

HEAVY_SHARE = 0.9


def storage(data: xr.Dataset) -> pd.DataFrame:
    """Stores: power [MW], volume [MWh], energy in and out [GWh], full cycles, full-load hours, prices paid and received [CNY/MWh]."""
    if not data.sizes.get("store"):
        return pd.DataFrame(columns=column_names("storage"))
    charged, discharged = energy_gwh(data, "charge_mw").to_series(), energy_gwh(data, "discharge_mw").to_series()
    power, volume = data.store_power_capacity_mw.to_series(), data.store_energy_capacity_mwh.to_series()
    electric = pd.Series(data.store_kind.to_numpy() != "heat_store", index=power.index)
    price = _price_at(data, data.store_node.to_numpy())
    frame = pd.DataFrame(
        {
            "node": data.store_node,
            "kind": data.store_kind,
            "capacity_mw": power,
            "storage_mwh": volume,
            "charged_gwh": charged,
            "discharged_gwh": discharged,
            "cycles": ratio(discharged * MWH_PER_GWH, volume, LEAST_MW),
            "full_load_h": full_load_hours(discharged, power),
            "charge_price_cny_per_mwh": pd.Series(_weighted(price, data.charge_mw, data.weight), index=power.index).where(electric),
            "discharge_price_cny_per_mwh": pd.Series(_weighted(price, data.discharge_mw, data.weight), index=power.index).where(electric),
        },
        index=power.index,
    )
    frame.index.name = "store"
    return frame.reset_index()


def smelters(data: xr.Dataset) -> pd.DataFrame:
    """Smelters: rated, largest, minimum power [MW], energy used and shifted [GWh], output [kt], prices flat and as operated [CNY/MWh].

    ``saved_mcny`` is what the energy of each day costs less than at even power.
    """
    if not data.sizes.get("smelter"):
        return pd.DataFrame(columns=column_names("smelters"))
    used = smelter_used_mw(data).transpose("smelter", "time")
    rated = data.smelter_rated_mw
    price = _price_at(data, data.smelter_node.to_numpy())
    energy = energy_gwh(data, used)
    day, weight = data.indexes["time"].normalize(), data.weight.to_numpy()
    by_day = pd.DataFrame((used * data.weight).to_numpy().T).groupby(day).transform("sum")
    even = by_day.div(pd.Series(weight).groupby(day).transform("sum"), axis=0).to_numpy().T
    frame = pd.DataFrame(
        {
            "name_zh": data.smelter_name_zh,
            "name_en": data.smelter_name_en,
            "node": data.smelter_node,
            "rated_mw": rated,
            "largest_mw": used.max("time"),
            "least_mw": used.min("time"),
            "energy_gwh": energy,
            "shifted_gwh": energy_gwh(data, shifted_mw(data)),
            "unserved_gwh": energy_gwh(data, "potline_shed_mw"),
            "aluminium_kt": aluminium_kt(data),
            "flat_price_cny_per_mwh": price @ data.weight.to_numpy() / float(data.weight.sum()),
            "paid_price_cny_per_mwh": _weighted(price, used, data.weight),
            "saved_mcny": ((even - used.to_numpy()) * price) @ weight / CNY_PER_MCNY,
        },
        index=data.smelter.to_numpy(),
    )
    frame.index.name = "smelter"
    return frame.reset_index()


def sections(data: xr.Dataset) -> pd.DataFrame:
    """Export sections, the corridors to one market: capacity [MW], energy [GWh], largest flow, utilisation, heavily loaded hours."""
    rows = []
    flow, weight = corridor_flow_mw(data), data.weight.to_numpy()
    lost = corridor_loss_mw(data).to_numpy()
    usable, nodes = data.corridor_capacity_mw * data.corridor_usable, set(data.node.to_numpy())
    for market in dict.fromkeys(m for m in data.corridor_to_bus.to_numpy() if m not in nodes):
        pick = data.corridor_to_bus.to_numpy() == market
        sent = flow.to_numpy()[pick].sum(axis=0)
        limit = float(usable[pick].sum())
        rows.append(
            {
                "market": market,
                "existing_mw": float(data.corridor_existing_mw[pick].sum()),
                "capacity_mw": float(data.corridor_capacity_mw[pick].sum()),
                "usable_mw": limit,
                "largest_mw": float(sent.max()),
                "sent_gwh": float(sent @ weight) / MWH_PER_GWH,
                "loss_gwh": float(lost[pick].sum(axis=0) @ weight) / MWH_PER_GWH,
                "utilisation_share": ratio(float(sent @ weight) / weight.sum(), limit, LEAST_MW),
                "heavy_hours_h": float(weight[sent >= HEAVY_SHARE * limit].sum()) if limit >= LEAST_MW else 0.0,
            }
        )
    return pd.DataFrame(rows, columns=column_names("sections"))


def _price_at(data: xr.Dataset, nodes: np.ndarray) -> np.ndarray:
    """Nodal price of the bus of each element [CNY/MWh], shape (element, time)."""
    bus = pd.Index(data.bus.to_numpy()).get_indexer(nodes)
    return data.dual_nodal_balance.transpose("bus", "time").to_numpy()[bus]


def _weighted(price: np.ndarray, power: xr.DataArray, weight: xr.DataArray) -> np.ndarray:
    """Mean price over the energy of each element [CNY/MWh], NaN without energy."""
    energy = power.transpose(..., "time").to_numpy() * weight.to_numpy() / MWH_PER_GWH
    return ratio((price * energy).sum(axis=1), energy.sum(axis=1), LEAST_GWH)
