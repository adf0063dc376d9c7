"""Reserve of each product and region: requirement, shortfall, exchange and price."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.indicators import energy_gwh, weighted_quantile
from energy_model.solving.build import Problem
from energy_model.study.largest_unit import unit_on_line
from energy_model.study.system import System
from energy_model.units import CNY_PER_MCNY, MW_PER_GW, MWH_PER_GWH


def reserve_arrays(problem: Problem, primal: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Hourly figures by product and region over ``reserve_need``; empty if no reserve is required.

    Parameters
    ----------
    problem : Problem
    primal : ndarray
    data : Dataset
        With loads, output and the duals of ``reserve_balance``.
    """
    y, lp = problem.system, problem.lp
    if "reserve_missing" not in lp.column_ids:
        return {}
    needs = [(p, r) for p in y.reserve_product.index for q, r in y.reserve.index if q == p]
    labels, ids = lp.column_ids["reserve_missing"]
    missing = {label: primal[ids[i]].ravel() * MW_PER_GW for i, label in enumerate(labels)}
    labels, ids = lp.column_ids.get("reserve_shared", ([], np.empty((0, 0, 0), int)))
    shared = {label: primal[ids[i]].ravel() * MW_PER_GW for i, label in enumerate(labels)}
    none = np.zeros(data.sizes["time"])
    figures = {
        "reserve_asked_mw": [asked_mw(y, data, p, r) for p, r in needs],
        "reserve_missing_mw": [missing[n] for n in needs],
        "reserve_received_mw": [sum((v for (j, _, b), v in shared.items() if (j, b) == n), none) for n in needs],
        "reserve_given_mw": [sum((v for (j, a, _), v in shared.items() if (j, a) == n), none) for n in needs],
        "reserve_price_cny_per_mwh": [product_price(y, data, p, r) for p, r in needs],
    }
    coords = {"reserve_need": ["/".join(n) for n in needs], "time": data.time.to_numpy()}
    return {name: xr.DataArray(np.array(values), coords, ("reserve_need", "time")) for name, values in figures.items()}


def asked_mw(y: System, data: xr.Dataset, p: str, r: str) -> np.ndarray:
    """Requirement of one product in one region by hour [MW], from the results and not from the rows of the model."""
    q, output = y.reserve.loc[(p, r)], data.renewable_mw if y.reserve_product.basis[p] == "used" else data.available_mw
    region = y.bus.region
    hour = np.full(data.sizes["time"], q.fixed * MW_PER_GW)
    hour += q.load_share * data.load_mw.sel(node=[n for n in data.node.to_numpy() if region[n] == r]).sum("node").to_numpy()
    for k in y.smelter.index[y.smelter.node.map(region) == r]:
        hour += q.load_share * data.smelter_mw.sel(smelter=k).to_numpy()
    b = y.boiler
    for i in b.index[(b.kind == "electric_boiler") & (b.node.map(region) == r)]:
        hour += q.load_share * data.boiler_heat_mw.sel(boiler=i).to_numpy() / b.efficiency_share[i]
    for j in y.feed.index[y.feed.bus.map(region) == r]:
        hour += q[f"{y.feed.carrier[j]}_share"] * output.sel(feed=j).to_numpy()
    if q.largest_unit_share:
        online = pd.DataFrame(data.online_mw.transpose("cluster", "time").to_numpy() / MW_PER_GW, index=data.cluster.to_numpy())
        hour += q.largest_unit_share * unit_on_line(y, r, online)[0].to_numpy(float) * MW_PER_GW
    return hour


def product_price(y: System, data: xr.Dataset, p: str, r: str) -> np.ndarray:
    """Cost of one more required megawatt of a product [CNY/MWh]: the duals of its row and of the slower rows of its direction."""
    order, direction = list(y.reserve_product.index), y.reserve_product.direction
    slower = [j for j in order[order.index(p) :] if direction[j] == direction[p] and (j, r) in y.reserve.index]
    return sum(data.dual_reserve_balance.sel(reserve_need=f"{j}/{r}").to_numpy() for j in slower)


def reserves(data: xr.Dataset) -> pd.DataFrame:
    """The reserve table: one row per product and region, yearly."""
    weight, hours = data.weight, float(data.weight.sum())
    cost = (data.reserve_asked_mw * data.reserve_price_cny_per_mwh * weight).sum("time").to_numpy() / CNY_PER_MCNY
    names = [n.split("/") for n in data.reserve_need.to_numpy()]

    def energy(name: str) -> np.ndarray:
        return energy_gwh(data, name).to_numpy()

    return pd.DataFrame(
        {
            "product": [p for p, _ in names],
            "region": [r for _, r in names],
            "mean_asked_mw": energy("reserve_asked_mw") * MWH_PER_GWH / hours,
            "largest_asked_mw": data.reserve_asked_mw.max("time").to_numpy(),
            "reserve_missing_gwh": energy("reserve_missing_mw"),
            "reserve_received_gwh": energy("reserve_received_mw"),
            "reserve_given_gwh": energy("reserve_given_mw"),
            "mean_cny_per_mwh": (data.reserve_price_cny_per_mwh * weight).sum("time").to_numpy() / hours,
            "p95_cny_per_mwh": weighted_quantile(
                data.reserve_price_cny_per_mwh.transpose("reserve_need", "time").to_numpy(), data.weight.to_numpy(), 0.95
            ),
            "scarce_hours_h": ((data.reserve_price_cny_per_mwh > 1e-3) * weight).sum("time").to_numpy(),
            "reserve_value_mcny": cost,
        }
    )
