"""Yearly summaries shown on pages beside the result tables: energy flows, emissions, the weather year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import indicators, neighbours
from energy_model.results.city import whole_months
from energy_model.results.components import USES
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.series import CITY, Place
from energy_model.units import MWH_PER_GWH, TJ_PER_GWH


def energies_gwh(place: Place, weight: np.ndarray) -> dict[str, float]:
    """Yearly energy of every series of a place [GWh], by its name."""
    return {name: float(values @ weight) / MWH_PER_GWH for name, values in place.items()}


def energy_flows(data: xr.Dataset, places: dict[str, Place]) -> pd.DataFrame:
    """Yearly energy flows between uses.

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
    weight = data.weight.to_numpy()
    of = energies_gwh(places[CITY], weight)

    def yearly(name: str, pick: np.ndarray | None = None) -> float:
        if name not in data or not data[name].size:
            return 0.0
        energy = indicators.energy_gwh(data, name).to_numpy()
        return float(energy.sum() if pick is None else energy[pick].sum())

    def boilers(kind: str) -> float:
        return yearly("boiler_heat_mw", data.boiler_kind.to_numpy() == kind) if data.sizes.get("boiler", 0) else 0.0

    fuel = float(data.fuel_tj.sum()) / TJ_PER_GWH if "fuel_tj" in data else 0.0
    boiler_fuel = float(data.boiler_fuel_tj.sum()) / TJ_PER_GWH if "boiler_fuel_tj" in data else 0.0
    extraction, coal_heat, electric_heat = yearly("chp_heat_mw"), boilers("coal_boiler"), boilers("electric_boiler")
    wells = boilers("geothermal")
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
        ("wind", "curtailed", of["wind_curtailed"]),
        ("solar", "electricity", of["solar"]),
        ("solar", "curtailed", of["solar_curtailed"]),
        ("unserved", "electricity", of["unserved"]),
        *(("electricity", use.name, of[use.name]) for use in USES),
        ("electricity", "storage_loss", of["charge"] - of["discharge"]),
        ("from_storage", "electricity", of["discharge"] - of["charge"]),
        ("electricity", "loss", of["loss"]),
        ("electric_boiler", "heat", electric_heat),
        ("geothermal", "heat", wells),
        ("heat", "heat_demand", heat_demand),
        ("heat", "storage_loss", extraction + coal_heat + electric_heat + wells - heat_demand),
        ("from_storage", "heat", heat_demand - extraction - coal_heat - electric_heat - wells),
    ]
    if data.sizes.get("contract", 0):
        delivered = indicators.energy_gwh(data, "delivered_mw").to_series()
        links += [("electricity", f"contract:{name}", float(energy)) for name, energy in delivered.items()]
    net = neighbours.yearly_gwh(data, "received")
    links += [("electricity", "neighbours", net), ("neighbours", "electricity", -net)]
    return pd.DataFrame([link for link in links if link[2] > 0.05], columns=["source", "target", "gwh"])


def emissions(data: xr.Dataset) -> pd.DataFrame:
    """CO2 from coal by kind of plant: ``kind``, ``co2_kt``, ``coal_kt``; other users' coal is not burnt for power or heat here."""
    if "co2_kt" not in data or not data.co2_kt.size:
        return pd.DataFrame({"kind": [], "co2_kt": [], "coal_kt": []})
    kind = data.cluster_kind.to_series().to_dict() | (data.boiler_kind.to_series().to_dict() if data.sizes.get("boiler", 0) else {})
    users = [kind[user] for user in data.fuel_user.to_numpy()]
    frame = pd.DataFrame({"kind": users, "co2_kt": data.co2_kt.sum("mine").to_numpy(), "coal_kt": data.coal_kt.sum("mine").to_numpy()})
    return frame.groupby("kind", as_index=False, sort=False).sum()


def weather_months(data: xr.Dataset, city: Place) -> pd.DataFrame:
    """Weather year by month: capacity factor of available wind and solar, mean heat demand [MW]; no rows unless months are whole."""
    time, weight = data.indexes["time"], data.weight.to_numpy()
    if not whole_months(time, weight):
        return pd.DataFrame(columns=["month", "wind_share", "solar_share", "heat_mw"])
    hours = pd.Series(weight).groupby(time.month).sum()
    frame = pd.DataFrame(index=hours.index)
    kind = data.resource_kind.to_numpy() if data.sizes.get("resource", 0) else np.array([])
    for carrier in ("wind", "solar"):
        capacity = float(data.renewable_capacity_mw.to_numpy()[kind == carrier].sum()) if len(kind) else 0.0
        offered = pd.Series(city[f"{carrier}_available"] * weight).groupby(time.month).sum()
        frame[f"{carrier}_share"] = ratio(offered, capacity * hours, LEAST_GWH * MWH_PER_GWH)
    heat = data.heat_demand_mw.sum("heat_area").to_numpy() if data.sizes.get("heat_area", 0) else np.zeros(len(time))
    frame["heat_mw"] = ratio(pd.Series(heat * weight).groupby(time.month).sum(), hours, 0.0)
    frame.index.name = "month"
    return frame.reset_index()
