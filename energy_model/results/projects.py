"""Projects: plants, stores, boilers, corridors, condensers and equipment for hydrogen, with their energy and earnings of the year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.element_costs import PARTS, SYSTEM, part_of
from energy_model.results.indicators import CAPACITY_OF, capacity, corridors, flow_backward_mw, quadratic_loss_mw
from energy_model.results.power import electric_boiler_mw, energy_gwh
from energy_model.study.system import System
from energy_model.units import MCNY_PER_GWH_FROM_CNY_PER_MWH

COLUMNS = (
    "node", "kind", "technology", "name_zh", "name_en", "capacity_mw", "energy_gwh", "market_mcny", "heat_mcny", "market_basis",
)  # fmt: skip
COST_PARTS = (*PARTS, "other")


def projects(data: xr.Dataset, system: System) -> pd.DataFrame:
    """Projects of the city by element.

    Parameters
    ----------
    data : Dataset
    system : System

    Returns
    -------
    DataFrame
        ``energy_gwh``: electricity sent out, of stores discharged, of corridors sent both ways; heat of boilers and heat stores.
        ``market_mcny``: what that is worth at the plan's hourly prices of electricity and heat, less what is bought at them; of
        corridors the congestion rent. ``heat_mcny``: the part of heat. ``market_basis``: ``nodal``, ``congestion``, or empty where the
        plan has no price.
    """
    plants = capacity(data).rename(columns={"sent_out_gwh": "energy_gwh"}).set_index("element")
    earned = pd.concat([_earned(data, system, dim) for dim in CAPACITY_OF if data.sizes.get(dim, 0)])
    plants["heat_mcny"], plants["market_mcny"] = earned.heat, earned.power + earned.heat
    plants["market_basis"] = "nodal"
    found = [plants]
    if len(lines := corridors(data).set_index("corridor")):
        rent = corridor_rents(data)
        energy = lines.sent_gwh + lines.returned_gwh
        found.append(lines.assign(node="", technology="", energy_gwh=energy, market_mcny=rent, market_basis="congestion"))
    for kind, volume in (
        ("electrolyser", "capacity_mw"),
        ("hydrogen_store", ""),
        ("condenser", ""),
        ("converter", "capacity_mw"),
        ("reservoir", "capacity_mw"),
    ):
        if data.sizes.get(kind, 0):
            own = pd.DataFrame({c: data[f"{kind}_{c}"].to_numpy() for c in ("node", "name_zh", "name_en")}, index=data[kind].to_numpy())
            size = data[f"{kind}_{volume}"].to_numpy() if volume else np.nan
            found.append(own.assign(kind=kind, technology="", capacity_mw=size, energy_gwh=np.nan, market_mcny=np.nan, market_basis=""))
    table = pd.concat([t.reindex(columns=list(COLUMNS)) for t in found])
    table.index.name = "element"
    return table


def corridor_rents(data: xr.Dataset) -> pd.Series:
    """Energy received at the price of one end less energy sent at the price of the other, over the year, by corridor [MCNY]."""
    forward, backward, half = data.flow_forward_mw, flow_backward_mw(data), quadratic_loss_mw(data) / 2
    kept = 1 - data.corridor_loss_share
    start, end = (_price_at(data, data[f"corridor_{side}_bus"], "corridor") for side in ("from", "to"))
    rent = (kept * forward - backward - half) * end + (kept * backward - forward - half) * start
    return energy_gwh(data, rent).to_series() * MCNY_PER_GWH_FROM_CNY_PER_MWH


def _price_at(data: xr.Dataset, bus: xr.DataArray, dim: str) -> xr.DataArray:
    """Hourly price at the bus of each element [CNY/MWh], shape (dim, time)."""
    return data.dual_nodal_balance.sel(bus=bus.to_numpy()).rename(bus=dim).assign_coords({dim: data[dim].to_numpy()})


def _earned(data: xr.Dataset, system: System, dim: str) -> pd.DataFrame:
    """Sales less purchases of ``power`` and ``heat`` at the hourly prices of the node and of the heat area [MCNY], by element."""
    table = getattr(system, {"cluster": "thermal"}.get(dim, dim))
    none = xr.zeros_like(_price_at(data, data[f"{dim}_node"], dim))
    power = heat = none
    if dim == "cluster":
        power = data.thermal_mw
        heat = data.chp_heat_mw.rename(chp="cluster").reindex(cluster=data.cluster, fill_value=0.0) if data.sizes.get("chp", 0) else none
    elif dim == "resource":
        power = data.resource_mw
    elif dim == "store":
        net, is_heat = data.discharge_mw - data.charge_mw, data.store_kind == "heat_store"
        power, heat = net.where(~is_heat, 0.0), net.where(is_heat, 0.0)
    else:
        power, heat = -electric_boiler_mw(data), data.boiler_heat_mw
    worth = {"power": power * _price_at(data, data[f"{dim}_node"], dim), "heat": heat * _heat_prices(data, table, dim)}
    return pd.DataFrame({name: energy_gwh(data, v).to_series() for name, v in worth.items()}) * MCNY_PER_GWH_FROM_CNY_PER_MWH


def _heat_prices(data: xr.Dataset, table: pd.DataFrame, dim: str) -> xr.DataArray:
    """Price of heat where each element stands [CNY/MWh], shape (dim, time); 0 outside heat areas."""
    shape = (data.sizes[dim], data.sizes["time"])
    found = np.zeros(shape)
    if "heat_area" in table and "dual_heat_balance" in data:
        by_area = data.dual_heat_balance.transpose("heat_area", "time")
        known = by_area.heat_area.to_numpy().tolist()
        for row, area in enumerate(table.heat_area.reindex(data[dim].to_numpy())):
            if area in known:
                found[row] = by_area.to_numpy()[known.index(area)]
    return xr.DataArray(found, {dim: data[dim].to_numpy(), "time": data.time.to_numpy()}, (dim, "time"))


def costs_by_part(costs: pd.DataFrame, data: xr.Dataset) -> pd.DataFrame:
    """Cost of every element by part [MCNY]: columns `COST_PARTS`; cost of a feed at a node is shared by the energy of its plants.

    Parameters
    ----------
    costs : DataFrame
        Of `element_costs.element_costs`.
    data : Dataset
    """
    table = costs.assign(part=costs.category.map(part_of)).pivot_table(index="element", columns="part", values="cost_mcny", aggfunc="sum")
    table = table.reindex(columns=list(COST_PARTS)).fillna(0.0)
    if not data.sizes.get("resource", 0):
        return table
    energy = energy_gwh(data, "resource_mw").to_series()
    feed = pd.Series(data.resource_feed.to_numpy(), index=energy.index)
    feed = feed[feed.isin(table.index)]
    share = pd.Series(0.0, index=feed.index)
    for key in (energy, data.resource_available_mwh.to_series(), share + 1.0):  # the later where the earlier is none
        own = key[feed.index]
        total, unshared = own.groupby(feed).transform("sum"), share.groupby(feed).transform("sum") == 0
        share = share.where(~unshared | (total <= 0), own / total.where(total > 0))
    shared = table.loc[feed].mul(share.to_numpy(), axis=0).set_axis(feed.index)
    return pd.concat([table.drop(index=feed.unique()), shared]).groupby(level=0).sum()


def of_projects(costs: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Cost of every project by part, and in the last row `SYSTEM` what belongs to none (penalties, receivers, neighbours) [MCNY]."""
    own = costs.reindex(table.index).fillna(0.0)
    own.loc[SYSTEM] = costs[~costs.index.isin(table.index)].sum()
    return own
