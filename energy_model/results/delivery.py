"""Deliveries under export contracts: by hour, by month, by tariff period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.city import whole_months
from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.units import MWH_PER_GWH

PERIODS = ("peak", "flat", "valley", "all")
HOURS_OF_DAY = 24


def contract_periods(data: xr.Dataset, tariffs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Tariff period of every hour, by contract; ``all`` throughout for a contract without a tariff calendar.

    Parameters
    ----------
    data : Dataset
    tariffs : DataFrame
        Table ``tariffs``: one row per calendar, columns ``hour_00`` to ``hour_23``.
    """
    calendar = tariffs.set_index("tariff")
    hour = pd.DatetimeIndex(data.time.to_numpy()).hour
    found = {}
    for contract, tariff in zip(data.contract.to_numpy(), data.contract_tariff.to_numpy(), strict=True):
        day = [calendar.loc[tariff, f"hour_{h:02d}"] if tariff else "all" for h in range(HOURS_OF_DAY)]
        found[str(contract)] = np.array(day)[hour]
    return found


def market_price(data: xr.Dataset) -> np.ndarray:
    """Nodal price of the market of each contract [CNY/MWh], shape (contract, time)."""
    place = pd.Index(data.bus.to_numpy()).get_indexer(data.contract_market.to_numpy())
    return data.dual_nodal_balance.transpose("bus", "time").to_numpy()[place]


def gate_price(data: xr.Dataset) -> np.ndarray:
    """Nodal price at the sending ends of the corridors to the market of each contract [CNY/MWh], shape (contract, time).

    Mean over the flow of the hour; in hours without flow over the capacities of the corridors.
    """
    bus = pd.Index(data.bus.to_numpy())
    price = data.dual_nodal_balance.transpose("bus", "time").to_numpy()
    ends, starts = data.corridor_to_bus.to_numpy(), bus.get_indexer(data.corridor_from_bus.to_numpy())
    flow = data.flow_forward_mw.transpose("corridor", "time").to_numpy()
    rows = []
    for market in data.contract_market.to_numpy():
        lines = np.flatnonzero(ends == market)
        if not len(lines):
            rows.append(np.full(data.sizes["time"], np.nan))
            continue
        weight = flow[lines]
        standing = np.maximum(data.corridor_capacity_mw.to_numpy()[lines], 1e-3)[:, None]
        weight = np.where(weight.sum(axis=0) > 1e-3, weight, standing)
        rows.append((weight * price[starts[lines]]).sum(axis=0) / weight.sum(axis=0))
    return np.array(rows).reshape(data.sizes.get("contract", 0), data.sizes["time"])


def deliveries(data: xr.Dataset, tariffs: pd.DataFrame) -> pd.DataFrame:
    """Energy of every contract by month and tariff period; no rows unless the horizon is a year of whole months."""
    table = _by_month_and_period(data, tariffs)
    return table if whole_months(data.indexes["time"], data.weight.to_numpy()) else table.iloc[:0]


def _by_month_and_period(data: xr.Dataset, tariffs: pd.DataFrame) -> pd.DataFrame:
    """Energy of every contract by month of its hours and tariff period.

    Returns
    -------
    DataFrame
        ``contract``, ``month``, ``period``, ``hours_h``, ``energy_gwh`` at the receiving end, ``nodal_cny_per_mwh`` (price at the
        receiving end) and ``gate_cny_per_mwh`` (price at the sending end), both weighted by delivery, by hours where nothing is
        delivered.
    """
    if not data.sizes.get("contract"):
        return pd.DataFrame(columns=["contract", "month", "period", "hours_h", "energy_gwh", "nodal_cny_per_mwh", "gate_cny_per_mwh"])
    weight, month = data.weight.to_numpy(), pd.DatetimeIndex(data.time.to_numpy()).month
    power = data.delivered_mw.transpose("contract", "time").to_numpy()
    prices = {"nodal_cny_per_mwh": market_price(data), "gate_cny_per_mwh": gate_price(data)}
    parts = []
    for k, (contract, period) in enumerate(contract_periods(data, tariffs).items()):
        energy = power[k] * weight
        frame = pd.DataFrame({"month": month, "period": period, "hours_h": weight, "energy_gwh": energy / MWH_PER_GWH})
        for name, price in prices.items():
            frame[f"e_{name}"], frame[f"h_{name}"] = price[k] * energy, price[k] * weight
        sums = frame.groupby(["month", "period"]).sum()
        for name in prices:
            sums[name] = ratio(sums[f"e_{name}"] / MWH_PER_GWH, sums.energy_gwh, LEAST_GWH).fillna(sums[f"h_{name}"] / sums.hours_h)
        parts.append(sums[["hours_h", "energy_gwh", *prices]].reset_index().assign(contract=contract))
    table = pd.concat(parts, ignore_index=True)
    order = table.assign(p=table.period.map(PERIODS.index)).sort_values(["p"], kind="stable")
    table = order.sort_values(
        ["contract", "month"], kind="stable", key=lambda s: s.map(_places(table.contract)) if s.name == "contract" else s
    )
    return table[["contract", "month", "period", "hours_h", "energy_gwh", *prices]].reset_index(drop=True)


def _places(names: pd.Series) -> dict[str, int]:
    return {name: k for k, name in enumerate(dict.fromkeys(names))}


def tariff_energy(data: xr.Dataset, tariffs: pd.DataFrame) -> pd.DataFrame:
    """Energy of every contract by tariff period over the year: hours, energy, mean power, share, price at the receiving end."""
    table = _by_month_and_period(data, tariffs)
    if table.empty:
        return pd.DataFrame(columns=column_names("tariff_energy"))
    for price in ("nodal_cny_per_mwh", "gate_cny_per_mwh"):
        weight = table.energy_gwh.where(table.groupby(["contract", "period"]).energy_gwh.transform("sum") >= LEAST_GWH, table.hours_h)
        table[f"w_{price}"] = table[price] * weight
        table[f"d_{price}"] = weight
    sums = table.groupby(["contract", "period"], sort=False).sum(numeric_only=True)
    frame = sums[["hours_h", "energy_gwh"]].copy()
    frame["mean_mw"] = frame.energy_gwh * MWH_PER_GWH / frame.hours_h
    total = frame.groupby("contract").energy_gwh.transform("sum")
    frame["energy_share"] = ratio(frame.energy_gwh, total, LEAST_GWH)
    for price in ("nodal_cny_per_mwh", "gate_cny_per_mwh"):
        frame[price] = sums[f"w_{price}"] / sums[f"d_{price}"]
    return frame.reset_index()


def delivery_curve(data: xr.Dataset) -> pd.DataFrame:
    """Hourly delivery of every contract [MW], for the meter of the receiving end; start of the hour, Beijing time."""
    frame = pd.DataFrame({"time": pd.DatetimeIndex(data.time.to_numpy()).strftime("%Y-%m-%d %H:%M"), "weight": data.weight.to_numpy()})
    for contract in data.contract.to_numpy() if data.sizes.get("contract") else ():
        frame[f"{contract}_mw"] = data.delivered_mw.sel(contract=contract).to_numpy().round(6)
    return frame


def guaranteed_energy(energies_gwh: list[float]) -> dict[str, float]:
    """Yearly energy exceeded in half (``p50``) and in nine of ten (``p90``) weather years [GWh].

    Quantiles between the sorted years by linear interpolation; empty where fewer than two weather years are known.
    """
    if len(energies_gwh) < 2:
        return {}
    return {"p50": float(np.quantile(energies_gwh, 0.5)), "p90": float(np.quantile(energies_gwh, 0.1))}
