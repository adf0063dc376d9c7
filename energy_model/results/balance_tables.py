"""The balance tables of a plan in the layout of planning institutes: capacity, peak, energy, hours, typical days.

``hours`` is the balance of the city in every hour, as `city.city_hours` gives it, computed once for all of them.
"""

from __future__ import annotations

import pandas as pd
import xarray as xr

from energy_model.results import indicators
from energy_model.results.city import DEMAND, SUPPLY, confidence_mw, peak_hours, whole_months
from energy_model.results.components import USES
from energy_model.results.contract import column_names
from energy_model.results.contract import columns as contract_columns
from energy_model.results.dust import LEAST_GWH, LEAST_MW, ratio
from energy_model.study.settings import CapacityBalanceSettings
from energy_model.units import MWH_PER_GWH

ELECTRIC = ("thermal", "chp", "wind", "solar", "battery", "pumped_hydro")
GENERATORS = ELECTRIC[:4]


def capacity_plan(data: xr.Dataset) -> pd.DataFrame:
    """Power plants and storage of the whole city by kind: existing, new, total [MW], stored energy [MWh]."""
    table = indicators.capacity(data)
    if "storage_mwh" not in table:
        table["storage_mwh"] = 0.0
    sums = table.groupby("kind")[["existing_mw", "new_mw", "capacity_mw", "storage_mwh"]].sum()
    return sums.reindex([k for k in ELECTRIC if k in sums.index]).reset_index()


def capacity_places(data: xr.Dataset) -> pd.DataFrame:
    """Total capacity by node and kind of plant [MW]."""
    table = indicators.capacity(data)
    grid = table.pivot_table(index="node", columns="kind", values="capacity_mw", aggfunc="sum", fill_value=0.0)
    grid = grid.reindex(index=[n for n in data.place.to_numpy() if n in grid.index])
    frame = pd.DataFrame({f"{kind}_mw": grid.get(kind, 0.0) for kind in ELECTRIC}, index=grid.index)
    frame["capacity_mw"] = frame.sum(axis=1)
    return frame.reset_index()


def power_balance(data: xr.Dataset, hours: pd.DataFrame, settings: CapacityBalanceSettings) -> pd.DataFrame:
    """Capacity balance at the peaks, by planning rules rather than by the dispatch of these hours.

    Required is demand plus reserves, shares of demand: the load of the hour, potlines at rated power, exports at the power of their
    contracts; line losses and other uses of electricity are those of the plan in that hour. Available is capacity less what cannot serve
    the peak: own use and heat of thermal plants, and wind and solar beyond their confident output. Outages are covered by the reserves
    and not taken off a second time.

    Returns
    -------
    DataFrame
        One row per ``item``; ``reserve_share`` where it is a share of demand; a column ``<peak>_mw`` for each of `peak_hours`. The sums
        stand in the table too: ``demand``, ``required``, ``installed``, ``available``, ``surplus``.
    """
    shares = {
        "load_reserve": settings.load_reserve_share,
        "contingency_reserve": settings.contingency_reserve_share,
        "maintenance_reserve": settings.maintenance_reserve_share,
    }
    installed = capacity_plan(data).set_index("kind").capacity_mw.reindex(ELECTRIC, fill_value=0.0)
    net = {
        k: float((data.thermal_capacity_mw * data.cluster_net_share).where(data.cluster_kind == k, 0.0).sum()) for k in ("thermal", "chp")
    }
    agreed = {
        "smelter": float(data.smelter_rated_mw.sum()) if data.sizes.get("smelter") else 0.0,
        "export": float(data.contract_power_mw.sum()) if data.sizes.get("contract") else 0.0,
    }
    columns = {}
    for peak, at in peak_hours(hours).items():
        row = hours[hours.index == at].iloc[0]
        part = {name: agreed.get(name, float(row[f"{name}_mw"])) for name in PEAK_DEMAND if f"{name}_mw" in row}
        demand = sum(part.values())
        reserve = {name: share * demand for name, share in shares.items()}
        limited = {
            "thermal": installed["thermal"] - net["thermal"],
            "chp": installed["chp"] - net["chp"] + float(row.chp_heat_loss_mw),
        } | {c: installed[c] - confidence_mw(hours, c, at, settings.confidence_share) for c in ("wind", "solar")}
        required, available = demand + sum(reserve.values()), installed.sum() - sum(limited.values())
        columns[f"{peak}_mw"] = (
            part
            | {"demand": demand}
            | reserve
            | {"required": required}
            | {f"installed_{k}": v for k, v in installed.items()}
            | {"installed": installed.sum()}
            | {f"limited_{k}": v for k, v in limited.items()}
            | {"available": available, "surplus": available - required}
        )
    frame = pd.DataFrame(columns)
    frame.insert(0, "reserve_share", pd.Series(shares).reindex(frame.index))
    frame.index.name = "item"
    return frame.reset_index()


PEAK_DEMAND = (*(u.name for u in USES), "loss", "export")
"""Parts of the demand at a peak, in the order of the table."""


def least_surplus_mw(balance: pd.DataFrame) -> float:
    """Smallest surplus of all peaks in the table of `power_balance` [MW]; negative if capacity is missing."""
    peaks = balance.set_index("item").loc["surplus"].drop("reserve_share")
    return float(peaks.astype(float).min())


def peak_dispatch(hours: pd.DataFrame) -> pd.DataFrame:
    """Dispatch in the hours of the capacity balance [MW]: one row per item, supply adds up to demand."""
    columns = {f"{peak}_mw": hours[hours.index == at].iloc[0] for peak, at in peak_hours(hours).items()}
    rows = [(side, name) for side, names in (("supply", SUPPLY), ("demand", DEMAND)) for name in names if name in hours]
    return pd.DataFrame(
        [{"side": side, "item": name.removesuffix("_mw")} | {c: s[name] for c, s in columns.items()} for side, name in rows]
    )


def peak_times(hours: pd.DataFrame) -> pd.DataFrame:
    """Times of the peaks of the capacity balance."""
    return pd.DataFrame([{"peak": name, "hour": f"{at:%Y-%m-%d %H:%M}"} for name, at in peak_hours(hours).items()])


def energy_account(hours: pd.DataFrame) -> pd.DataFrame:
    """Energy balance of the whole city over the year [GWh]: rows of supply add up to rows of demand."""
    energy = hours.mul(hours.weight, axis=0).sum() / MWH_PER_GWH
    rows = [
        {"side": side, "item": name.removesuffix("_mw"), "energy_gwh": energy[name]}
        for side, names in (("supply", SUPPLY), ("demand", DEMAND))
        for name in names
        if name in energy
    ]
    return pd.DataFrame(rows)


def generation(data: xr.Dataset) -> pd.DataFrame:
    """Generators of the whole city by kind: capacity [MW], energy generated, used in the plants and sent out [GWh], full-load hours [h]."""
    table = indicators.capacity(data)
    sums = table.groupby("kind")[["capacity_mw", "gross_gwh", "sent_out_gwh"]].sum()
    sums = sums.reindex([k for k in GENERATORS if k in sums.index])
    sums["own_use_gwh"] = sums.gross_gwh - sums.sent_out_gwh
    sums["own_use_share"] = ratio(sums.own_use_gwh, sums.gross_gwh, LEAST_GWH)
    sums["full_load_h"] = indicators.full_load_hours(sums.gross_gwh, sums.capacity_mw)
    return sums.reset_index()[column_names("generation")]


def hourly_balance(hours: pd.DataFrame) -> pd.DataFrame:
    """Balance of the whole city in every hour [MW] by kind of plant and use, with what is curtailed: the columns of `city.city_hours`."""
    names = [name for name in (*SUPPLY, *DEMAND, "curtailed_mw") if name in hours]
    return hours[["weight", *names]].reset_index().assign(time=lambda t: t.time.dt.strftime("%Y-%m-%d %H:%M"))[["time", "weight", *names]]


def full_load_hours(data: xr.Dataset) -> pd.DataFrame:
    """Yearly use by kind and technology: capacity [MW], energy generated, sent out and available [GWh], full-load hours [h]."""
    table = indicators.capacity(data)
    table = table[table.kind.isin(ELECTRIC) & (table.capacity_mw >= LEAST_MW)]
    offered = data.resource_available_mwh.to_series() / MWH_PER_GWH if data.sizes.get("resource") else pd.Series(dtype=float)
    table = table.assign(available_gwh=table.element.map(offered))
    keys = ["kind", "technology", "name_zh", "name_en"]
    frame = table.groupby(keys, sort=False)[["capacity_mw", "gross_gwh", "sent_out_gwh"]].sum()
    frame["available_gwh"] = table.groupby(keys, sort=False).available_gwh.sum(min_count=1)
    frame["full_load_h"] = indicators.full_load_hours(frame.gross_gwh, frame.capacity_mw)
    frame = frame.reset_index()
    return (
        frame.assign(order=frame.kind.map(ELECTRIC.index)).sort_values("order", kind="stable").drop(columns="order").reset_index(drop=True)
    )


def _by_month(hours: pd.DataFrame) -> pd.DataFrame:
    """Energy of the city by month [GWh]; no rows unless the hours represent whole months."""
    if not whole_months(hours.index, hours.weight.to_numpy()):
        hours = hours.iloc[:0]
    return hours.drop(columns="weight").mul(hours.weight, axis=0).groupby(hours.index.month).sum() / MWH_PER_GWH


def monthly(hours: pd.DataFrame) -> pd.DataFrame:
    """Energy by month [GWh], thermal plants as sent out; no rows unless the horizon is a year of whole months."""
    energy = _by_month(hours)
    frame = pd.DataFrame(
        {
            "load_gwh": energy.load_mw + energy.smelter_mw,
            "thermal_gwh": energy.thermal_mw + energy.chp_mw,
            "wind_gwh": energy.wind_mw,
            "solar_gwh": energy.solar_mw,
            "available_gwh": energy.wind_available_mw + energy.solar_available_mw,
            "curtailed_gwh": energy.curtailed_mw,
            "export_gwh": energy.export_mw,
            "unserved_gwh": energy.unserved_mw,
            "curtailed_share": ratio(energy.curtailed_mw, energy.wind_available_mw + energy.solar_available_mw, LEAST_GWH),
        }
    )
    return frame.rename_axis("month").reset_index()[column_names("monthly")]


def curtailment_months(hours: pd.DataFrame) -> pd.DataFrame:
    """Wind and solar by month: available, used and curtailed energy [GWh]; no rows unless the horizon is a year of whole months."""
    energy = _by_month(hours)
    parts = [
        pd.DataFrame(
            {
                "carrier": carrier,
                "month": energy.index,
                "available_gwh": energy[f"{carrier}_available_mw"],
                "used_gwh": energy[f"{carrier}_mw"],
                "curtailed_gwh": energy[f"{carrier}_curtailed_mw"],
                "curtailed_share": ratio(energy[f"{carrier}_curtailed_mw"], energy[f"{carrier}_available_mw"], LEAST_GWH),
            }
        )
        for carrier in ("wind", "solar")
    ]
    return pd.concat(parts, ignore_index=True)[column_names("curtailment_months")]


def typical_days(hours: pd.DataFrame) -> pd.DataFrame:
    """Customary typical days, hour by hour [MW]: summer, winter and yearly peak, most wind, calm, most curtailment.

    Days that coincide (a short horizon has few) stand once, under the first of these names.
    """
    daily = hours.assign(day=hours.index.normalize()).groupby("day", sort=False)
    renewable = daily.wind_available_mw.sum() + daily.solar_available_mw.sum()
    chosen = {name: at.normalize() for name, at in peak_hours(hours).items()}
    chosen["windy"] = daily.wind_available_mw.sum().idxmax()
    chosen["calm"] = renewable.idxmin()
    chosen["most_curtailed"] = daily.curtailed_mw.sum().idxmax()
    parts, seen = [], set()
    for name, day in chosen.items():
        if day not in seen:
            seen.add(day)
            part = hours[hours.index.normalize() == day]
            parts.append(part.assign(day=name, date=f"{day:%Y-%m-%d}", hour=part.index.hour))
    frame = pd.concat(parts, ignore_index=True)
    return frame[[c.name for c in contract_columns("typical_days") if c.name in frame]]
