"""Figures of a rolling re-dispatch against the plan with perfect foresight: by month, by cost category, by yearly total."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.analyses.forecast import Forecaster
from energy_model.analyses.redispatch import Rolled
from energy_model.formulation.equation import REGISTRY
from energy_model.results import folders, store
from energy_model.results.city import whole_months
from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.variables import HOURLY, described, over_hours
from energy_model.solving.redispatch import Label, Plan
from energy_model.solving.stamp import LEDGER
from energy_model.study.system import DEEP_TIERS
from energy_model.units import MW_PER_GW

FOLDER = "redispatch"


def monthly(plan: Plan, found: Rolled) -> pd.DataFrame:
    """Curtailment, unserved energy, regulation, missing reserve and cost by month [GWh, MCNY], as operated and as planned.

    One row without a month where the horizon is not a year of whole months.
    """
    hours = plan.hours.hour_index.ravel()
    weight = plan.weight(np.arange(len(hours)))
    time = pd.DatetimeIndex(plan.profiles.time.to_numpy()[hours])

    def total(dispatch: Mapping[Label, np.ndarray], *families: str) -> np.ndarray:
        return sum((values for (family, _), values in dispatch.items() if family in families), np.zeros(len(hours))) * weight

    available = available_gw(plan) * weight
    change = (thermal_gw(plan, found.real) - thermal_gw(plan, found.scheduled)) * weight
    emergency = np.zeros(len(hours))
    emergency[found.emergencies] = 1
    frame = pd.DataFrame(
        {
            "available_gwh": available,
            "curtailed_gwh": available - total(found.real, "renewable_power"),
            "plan_curtailed_gwh": available - total(plan.dispatch, "renewable_power"),
            "unserved_gwh": total(found.real, "shed", "potline_shed"),
            "plan_unserved_gwh": total(plan.dispatch, "shed", "potline_shed"),
            "thermal_up_gwh": np.maximum(change, 0.0),
            "thermal_down_gwh": np.maximum(-change, 0.0),
            "reserve_short_gwh": total(found.real, "reserve_short", "reserve_down_short", "synchronous_short"),
            "plan_reserve_short_gwh": total(plan.dispatch, "reserve_short", "reserve_down_short", "synchronous_short"),
            "emergency_days": emergency,
            "cost_mcny": sum(found.costs.values()) * weight,
            "plan_cost_mcny": sum(found.plan_costs.values()) * weight,
        }
    )
    whole = whole_months(time, weight)
    table = frame.groupby(time.month if whole else np.zeros(len(time), int)).sum()
    table.insert(3, "curtailed_share", ratio(table.curtailed_gwh, table.available_gwh, LEAST_GWH))
    table.insert(4, "plan_curtailed_share", ratio(table.plan_curtailed_gwh, table.available_gwh, LEAST_GWH))
    table.index.name = "month"
    table = table.reset_index()
    return table if whole else table.assign(month=np.nan)


def costs(plan: Plan, found: Rolled) -> pd.DataFrame:
    """Cost by category [MCNY a year]: yearly totals at the plan's prices, and the loss of value of the final states against the plan's."""
    weight = plan.weight(np.arange(plan.hours.hour_index.size))
    table = pd.DataFrame(
        {
            "category": list(found.costs),
            "cost_mcny": [float((v * weight).sum()) for v in found.costs.values()],
            "plan_cost_mcny": [float((v * weight).sum()) for v in found.plan_costs.values()],
        }
    )
    table.loc[len(table)] = ["end_value", found.end_cost, 0.0]
    table.loc[len(table)] = ["total", table.cost_mcny.sum(), table.plan_cost_mcny.sum()]
    return table.assign(extra_mcny=table.cost_mcny - table.plan_cost_mcny)


def totals(plan: Plan, found: Rolled) -> pd.DataFrame:
    """Yearly totals as operated and as planned, with unit and drift: they are steered by prices and are not fixed."""
    op, weight = found.op, plan.weight(np.arange(plan.hours.hour_index.size))
    rows = op.matrix.tocsr()
    summed = []
    for i, (family, index) in enumerate(op.rows):
        own = [j for j in rows.indices[rows.indptr[i] : rows.indptr[i + 1]] if op.columns[j][0].startswith(LEDGER)]
        if not own:
            continue
        line = rows[[i]].toarray()[0]
        share = -line / line[own[0]]
        operated = planned = 0.0
        for (name, label), values in found.real.items():
            labels, ids = op.places(name)
            factor = share[ids[labels.index(label)][0]]
            if factor:
                steps = op.hours // ids.shape[1]
                operated += factor * float((values * weight).sum()) / steps
                planned += factor * float((plan.dispatch.get((name, label), np.zeros(len(weight))) * weight).sum()) / steps
        unit, element = REGISTRY[family].unit, "/".join(map(str, index))
        summed.append({"ledger": family, "element": element, "unit": unit, "operated": operated, "planned": planned})
    table = pd.DataFrame(summed, columns=[c for c in column_names("redispatch_totals") if c != "drift_share"])
    table["drift_share"] = ratio(table.operated, table.planned, 1e-6) - 1
    return table


def drifts(totals: pd.DataFrame) -> pd.DataFrame:
    """Yearly totals that operation changes by more than a hundredth of the largest of their kind, the largest change first."""
    change = (totals.operated - totals.planned).abs()
    largest = totals.groupby("ledger").planned.transform(lambda p: p.abs().max())
    return totals.assign(change=change)[change > 0.01 * largest].sort_values("change", ascending=False).drop(columns="change")


def cluster_gw(plan: Plan, dispatch: Mapping[Label, np.ndarray]) -> dict[str, np.ndarray]:
    """Net output of every thermal cluster [GW]."""
    found = {}
    for g, row in plan.system.thermal.iterrows():
        found[str(g)] = row.min_load_share * dispatch["online", (g,)] + dispatch["above_minimum", (g,)]
        for tier in DEEP_TIERS:
            found[str(g)] = found[str(g)] - dispatch.get(("below_minimum", (g, tier)), 0.0)
        if ("chp_heat", (g,)) in dispatch:
            found[str(g)] = found[str(g)] - row.power_loss_per_heat * dispatch["chp_heat", (g,)]
    return found


def thermal_gw(plan: Plan, dispatch: Mapping[Label, np.ndarray]) -> np.ndarray:
    """Net thermal output of the whole system [GW]."""
    return sum(cluster_gw(plan, dispatch).values(), np.zeros(plan.hours.hour_index.size))


def available_gw(plan: Plan) -> np.ndarray:
    """Wind and solar output available in the actual weather [GW]."""
    p, hours = plan.profiles, plan.hours.hour_index.ravel()
    place = {name: i for i, name in enumerate(p.resource.to_numpy())}
    offered = np.zeros(len(hours))
    for r, series in plan.system.resource.series.items():
        offered += plan.capacity["capacity_renewable", (str(r),)] * p.availability.to_numpy()[place[series]][hours]
    return offered


def hourly(plan: Plan, found: Rolled) -> xr.Dataset:
    """The operated hours, named as in the dataset of a result; ``scheduled_online_mw`` is the day-ahead commitment."""
    time = plan.profiles.time.to_numpy()[plan.hours.hour_index.ravel()]
    arrays = {}
    for family, v in HOURLY.items():
        if v.option and v.held:
            continue
        for key, source in ((v.name, found.real), (f"scheduled_{v.name}", found.scheduled if family == "online" else {})):
            own = {label[0]: values for (known, label), values in source.items() if known == family}
            if own:
                values = np.array(list(own.values())) * v.per_model_unit
                values = over_hours(values[:, :: plan.step_h], v.held, plan.step_h) if v.held else values
                arrays[key] = xr.DataArray(values, {v.dim: np.array(list(own), "U"), "time": time}, (v.dim, "time"))
    if output := cluster_gw(plan, found.real):
        values = np.array(list(output.values())) * MW_PER_GW
        arrays["thermal_mw"] = xr.DataArray(values, {"cluster": np.array(list(output), "U"), "time": time}, ("cluster", "time"))
    return described(xr.Dataset(arrays).fillna(0.0), plan.step_h)


def add_to_result(folder: Path, plan: Plan, forecaster: Forecaster, found: Rolled, choice: dict, seconds: float) -> dict[str, pd.DataFrame]:
    """Write the operation into ``redispatch/`` of a finished result, completely or not at all; an earlier one is replaced.

    Returns
    -------
    dict of str to DataFrame
        The tables.
    """
    tables = {"monthly": monthly(plan, found), "costs": costs(plan, found), "totals": totals(plan, found)}
    with folders.amended_folder(folder) as temporary:
        store.write_tables(tables, temporary, FOLDER)
        store.write_dataset(hourly(plan, found), temporary / FOLDER, "redispatch.nc")
        manifest = store.read_manifest(temporary)
        manifest["redispatch"] = {
            "tables": [f"{FOLDER}/{name}.csv" for name in tables],
            "dataset": f"{FOLDER}/redispatch.nc",
            **choice,
            "seed": forecaster.seed,
            "error_scale": forecaster.scale,
            "issue_lead_h": forecaster.issue_lead_h,
            "windows": found.windows,
            "emergency_days": len(found.emergencies),
            "residual_mw": found.residual * MW_PER_GW,
            "seconds": seconds,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        store.write_manifest(manifest, temporary)
    return tables
