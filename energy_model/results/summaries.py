"""Yearly summaries that pages show beside the result tables: energy flows, emissions, smelters, the weather year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import indicators
from energy_model.results.series import CITY, Place
from energy_model.units import TJ_PER_GWH


def energy_flows(data: xr.Dataset, places: dict[str, Place]) -> pd.DataFrame:
    """Energy from one use to the next over the year.

    Parameters
    ----------
    data : Dataset
    places : dict
        From `series.places`.

    Returns
    -------
    DataFrame
        Columns ``source``, ``target``, ``gwh``; what enters ``electricity`` and ``heat`` leaves them again. Contracts are
        ``contract:<id>``.
    """
    weight, city = data.weight.to_numpy(), places[CITY]
    of = {name: float(values @ weight) / 1e3 for name, values in city.items()}

    def yearly(name: str, pick: np.ndarray | None = None) -> float:
        if name not in data or not data[name].size:
            return 0.0
        values = data[name].to_numpy() if pick is None else data[name].to_numpy()[pick]
        return float((values * weight).sum()) / 1e3

    def boilers(kind: str) -> float:
        return yearly("boiler_heat_mw", data.boiler_kind.to_numpy() == kind) if data.sizes.get("boiler", 0) else 0.0

    fuel = float(data.fuel_tj.sum()) / TJ_PER_GWH if "fuel_tj" in data else 0.0
    boiler_fuel = float(data.boiler_fuel_tj.sum()) / TJ_PER_GWH if "boiler_fuel_tj" in data else 0.0
    extraction, coal_heat, electric_heat = yearly("chp_heat_mw"), boilers("coal_boiler"), boilers("electric_boiler")
    heat_demand = yearly("heat_demand_mw") - yearly("heat_shed_mw")
    made = of["thermal"] + of["chp"]
    links = [
        ("coal", "plants", fuel),
        ("coal", "coal_boiler", boiler_fuel),
        ("plants", "electricity", made),
        ("plants", "heat", extraction),
        ("plants", "conversion_loss", fuel - made - extraction),
        ("coal_boiler", "heat", coal_heat),
        ("coal_boiler", "conversion_loss", boiler_fuel - coal_heat),
        ("wind", "electricity", of["wind"]),
        ("wind", "curtailed", of["wind_available"] - of["wind"]),
        ("solar", "electricity", of["solar"]),
        ("solar", "curtailed", of["solar_available"] - of["solar"]),
        ("unserved", "electricity", of["unserved"]),
        ("electricity", "load", of["load"]),
        ("electricity", "smelter", of["smelter"]),
        ("electricity", "electric_boiler", of["electric_boiler"]),
        ("electricity", "storage_loss", of["charge"] - of["discharge"]),
        ("electricity", "loss", of["loss"]),
        ("electric_boiler", "heat", electric_heat),
        ("heat", "heat_demand", heat_demand),
        ("heat", "storage_loss", extraction + coal_heat + electric_heat - heat_demand),
    ]
    if data.sizes.get("contract", 0):
        delivered = indicators.energy_gwh(data, "delivered_mw").to_series()
        links += [("electricity", f"contract:{name}", float(energy)) for name, energy in delivered.items()]
    return pd.DataFrame([link for link in links if link[2] > 0.05], columns=["source", "target", "gwh"])


def emissions(data: xr.Dataset) -> pd.DataFrame:
    """CO2 from coal by kind of plant: ``kind``, ``co2_kt``, ``coal_kt``; coal of other users is not burnt for power or heat here."""
    if "co2_kt" not in data or not data.co2_kt.size:
        return pd.DataFrame({"kind": [], "co2_kt": [], "coal_kt": []})
    kind = data.cluster_kind.to_series().to_dict() | (data.boiler_kind.to_series().to_dict() if data.sizes.get("boiler", 0) else {})
    users = [kind[user] for user in data.fuel_user.to_numpy()]
    frame = pd.DataFrame({"kind": users, "co2_kt": data.co2_kt.sum("mine").to_numpy(), "coal_kt": data.coal_kt.sum("mine").to_numpy()})
    return frame.groupby("kind", as_index=False, sort=False).sum()


def smelters(data: xr.Dataset) -> pd.DataFrame:
    """What the freedom of potlines brings: range of power [MW], energy moved within days [GWh], mean price and price paid [CNY/MWh]."""
    if not data.sizes.get("smelter", 0):
        return pd.DataFrame()
    weight, hours = data.weight.to_numpy(), data.sizes["time"]
    rows = []
    for name in data.smelter.to_numpy():
        one = data.sel(smelter=name)
        power = (one.smelter_mw - one.potline_shed_mw).to_numpy()
        price = data.dual_nodal_balance.sel(bus=str(one.smelter_node.item())).to_numpy()
        day = 24 if hours % 24 == 0 else hours
        daily = np.average(power.reshape(-1, day), axis=1, weights=weight.reshape(-1, day)).repeat(day)
        flat_cost, cost = float((daily * price) @ weight), float((power * price) @ weight)
        rows.append(
            {
                "smelter": name,
                "name_zh": str(one.smelter_name_zh.item()),
                "name_en": str(one.smelter_name_en.item()),
                "node": str(one.smelter_node.item()),
                "rated_mw": float(one.smelter_rated_mw),
                "lowest_mw": float(power.min()),
                "highest_mw": float(power.max()),
                "energy_gwh": float(power @ weight) / 1e3,
                "shifted_gwh": float(np.clip(power - daily, 0, None) @ weight) / 1e3,
                "shed_gwh": float(one.potline_shed_mw.to_numpy() @ weight) / 1e3,
                "mean_cny_per_mwh": float(price @ weight / weight.sum()),
                "paid_cny_per_mwh": cost / max(float(power @ weight), 1e-9),
                "saved_mcny": (flat_cost - cost) / 1e6,
            }
        )
    return pd.DataFrame(rows)


def weather_months(data: xr.Dataset, city: Place) -> pd.DataFrame:
    """Weather year by month of the horizon: capacity factor of wind and sun on offer, mean heat demand [MW]."""
    month, weight = data.indexes["time"].month, data.weight.to_numpy()
    hours = pd.Series(weight).groupby(month).sum()
    frame = pd.DataFrame(index=hours.index)
    kind = data.resource_kind.to_numpy() if data.sizes.get("resource", 0) else np.array([])
    for carrier in ("wind", "solar"):
        capacity = float(data.renewable_capacity_mw.to_numpy()[kind == carrier].sum()) if len(kind) else 0.0
        offered = pd.Series(city[f"{carrier}_available"] * weight).groupby(month).sum()
        frame[f"{carrier}_share"] = offered / hours / capacity if capacity > 0.5 else np.nan
    heat = data.heat_demand_mw.sum("heat_area").to_numpy() if data.sizes.get("heat_area", 0) else np.zeros(len(month))
    frame["heat_mw"] = pd.Series(heat * weight).groupby(month).sum() / hours
    frame.index.name = "month"
    return frame.reset_index()
