"""Solver arrays become a labelled dataset in the units of the tables (MW, MWh, CNY/MWh)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.components import STATES
from energy_model.formulation.equation import REGISTRY
from energy_model.results.adequacy import firm_arrays, maintenance_arrays
from energy_model.results.reserves import reserve_arrays
from energy_model.results.variables import (
    CAPACITY,
    DUAL_UNIT,
    HOURLY,
    OF_OPTIONS,
    OPTIONAL,
    SET_DIMENSION,
    STATIC,
    STEPPED,
    TO_MW,
)
from energy_model.results.week_levels import week_level_arrays
from energy_model.solving.build import Problem
from energy_model.solving.redispatch import plan_of
from energy_model.solving.stamp import LEDGER
from energy_model.study.study import Study
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MW_PER_GW


def text_array(values) -> np.ndarray:
    """Strings for NetCDF: empty where absent (pandas strings cannot be saved as auxiliary coordinates)."""
    listed = pd.Series(values).tolist()
    return np.array(["" if pd.isna(value) else str(value) for value in listed], dtype="U")


def build_dataset(problem: Problem, study: Study, primal: np.ndarray, dual: np.ndarray) -> xr.Dataset:
    """Label the solution.

    Parameters
    ----------
    problem : Problem
    study : Study
    primal, dual : ndarray
        Column values and row duals of the stamped LP.

    Returns
    -------
    Dataset
        Hourly variables over ``time`` (hour-beginning, Beijing time), yearly ones over their elements; duals as ``dual_<family>``, per
        real hour (the block's weight is divided out).
    """
    plan, lp = problem.plan, problem.lp
    hours = plan.hour_index.ravel()
    data = xr.Dataset(
        coords={
            "time": problem.profiles.time.to_numpy()[hours],
            "step": problem.profiles.time.to_numpy()[hours[:: problem.step_h]],
            "weight": (
                "time",
                np.repeat(plan.weight, plan.hours),
                {"units": "1", "long_name": "每小时代表的小时数 hours of the year one hour stands for"},
            ),
            "block": ("time", np.repeat(np.arange(len(plan.start)), plan.hours)),
        }
    )
    arrays: dict[str, xr.DataArray] = {}
    for family, (name, dim, unit, zh, en) in (HOURLY | STEPPED | OF_OPTIONS).items():
        if family in OPTIONAL | OF_OPTIONS.keys() and family not in lp.column_ids:
            continue
        time, length = ("step", plan.hours // problem.step_h) if family in STEPPED | OF_OPTIONS else ("time", plan.hours)
        labels, ids = lp.column_ids.get(family, ([], np.empty((0, len(plan.start), length), np.int64)))
        values = _pick(primal, ids[:, :, -length:]).reshape(len(labels), data.sizes[time])  # without the state before the block
        arrays[name] = _array(values * MW_PER_GW, ["/".join(label) for label in labels], dim, time, data, unit, zh, en)
    for family, (name, dim, unit, zh, en) in CAPACITY.items():
        labels, ids = lp.column_ids.get(family, ([], np.empty(0, np.int64)))
        factor = MW_PER_GW if unit in ("MW", "MW_th", "MWh") else 1.0
        names = np.array([label[0] for label in labels], dtype="U")
        arrays[name] = xr.DataArray(
            _pick(primal, ids) * factor, {dim: names}, (dim,), attrs={"units": unit, "long_name": f"{zh} {en}"}
        )
    arrays |= _duals(problem, dual, data)
    arrays |= _pairs(problem, primal)
    arrays |= _for_operation(problem, primal, dual, data)
    data = data.assign(arrays)
    # Elements without this column: one-way corridors, microgrids without reserve.
    filled = {name: data[name].fillna(0.0) for name, *_ in (HOURLY | STEPPED).values() if name in data}
    data = data.assign(filled)
    data = data.assign_coords(_static(problem.system, data))
    data = _with_inputs(data, problem, study, primal)
    for further in (reserve_arrays, firm_arrays, maintenance_arrays, week_level_arrays):
        if found := further(problem, primal, data):
            data = data.assign(found)
    return data


def _pick(values: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Values by id; 0 where a column does not exist (-1)."""
    return np.where(ids >= 0, values[ids], 0.0)


def _array(values, labels, dim, time, data, unit, zh, en) -> xr.DataArray:
    return xr.DataArray(
        values,
        {dim: np.array(labels, dtype="U"), time: data[time].to_numpy()},
        (dim, time),
        attrs={"units": unit, "long_name": f"{zh} {en}"},
    )


def _duals(problem: Problem, dual: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    plan, found = problem.plan, {}
    for family, (labels, ids) in problem.lp.row_ids.items():
        if family not in REGISTRY:
            continue
        equation = REGISTRY[family]
        dim = SET_DIMENSION[equation.over[0]]
        names = ["/".join(map(str, label)) for label in labels]
        values = _pick(dual, ids) * CNY_PER_MWH_FROM_MCNY_PER_GWH  # and CNY per MW, GJ, t of MCNY per GW, TJ, kt
        unit, attrs = DUAL_UNIT[equation.unit], {"long_name": f"对偶值 dual of {family}: {equation.dual}"}
        if equation.part == "master":
            found[f"dual_{family}"] = xr.DataArray(
                values, {dim: names}, (dim,), attrs=attrs | {"units": unit}
            )
            continue
        if ids.shape[2] not in (plan.hours, plan.hours // problem.step_h):
            continue  # ledgers and within-day rows carry no price of their own
        values = values / plan.weight[None, :, None]
        time = "time" if ids.shape[2] == plan.hours and equation.over[-1] == "hour" else "step"
        hourly = {"CNY/MW": "CNY/MWh"}.get(unit, unit) if time == "time" else unit
        found[f"dual_{family}"] = xr.DataArray(
            values.reshape(len(names), -1),
            {dim: names, time: data[time].to_numpy()},
            (dim, time),
            attrs=attrs | {"units": hourly},
        )
    return found


def _pairs(problem: Problem, primal: np.ndarray) -> dict[str, xr.DataArray]:
    """Coal from mine to user [kt] and its CO2 [kt]."""
    supply = problem.system.supply
    labels, ids = problem.lp.columns("coal")
    energy = pd.Series(primal[ids], index=pd.MultiIndex.from_tuples(labels, names=supply.index.names))
    rate = supply.loc[energy.index]
    found = {}
    for name, values, zh, en in (
        ("coal_kt", energy * rate.kt_per_tj, "电煤", "coal delivered to plants"),
        ("co2_kt", energy * rate.co2_kt_per_tj, "二氧化碳", "CO2 from coal"),
    ):
        grid = values.unstack(fill_value=0.0)
        found[name] = xr.DataArray(
            grid.to_numpy(),
            {"mine": grid.index.to_list(), "fuel_user": grid.columns.to_list()},
            ("mine", "fuel_user"),
            attrs={"units": "kt", "long_name": f"{zh} {en}"},
        )
    if "other_coal" in problem.lp.column_ids:
        labels, ids = problem.lp.column_ids["other_coal"]
        grid = pd.Series(primal[ids], index=pd.MultiIndex.from_tuples(labels)).unstack(fill_value=0.0)
        found["other_coal_kt"] = xr.DataArray(
            grid.to_numpy(),
            {"mine": grid.index.to_list(), "coal_user": grid.columns.to_list()},
            ("mine", "coal_user"),
            attrs={"units": "kt", "long_name": "其他用煤 coal to other users"},
        )
    return found


def _for_operation(problem: Problem, primal: np.ndarray, dual: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """What a later dispatch of the plan needs: prices of yearly totals and values of the states, see `solving.redispatch`."""
    plan = plan_of(problem, primal, dual)
    labels = [f"{family.removeprefix(LEDGER)}/{'/'.join(map(str, index))}" for family, index in plan.price]
    found = {
        "ledger_price": xr.DataArray(
            np.array(list(plan.price.values()), float),
            {"ledger": np.array(labels, "U")},
            ("ledger",),
            attrs={"units": "MCNY per GWh or TJ", "long_name": "年总量边际价格 cost of one more unit of a yearly total"},
        )
    }
    for family, unit in STATES.items():
        own = {index: plan.value.get((name, index), 0.0 * state) for (name, index), state in plan.state.items() if name == family}
        name, dim, *_ = (HOURLY | STEPPED)[family]
        time, every = ("step", problem.step_h) if unit == "step" else ("time", 1)
        values = np.array([v[::every] for v in own.values()], float).reshape(len(own), data.sizes[time]) * MW_PER_GW
        found[f"value_of_{name}"] = _array(
            values, [index[0] for index in own], dim, time, data, "CNY per MW or MWh", "状态边际价值", f"slope of later cost in {name}"
        )
    return found


def _static(system, data: xr.Dataset) -> dict:
    """Element data that reports need, as coordinates named ``<dimension>_<column>``."""
    coords: dict = {}
    for table_name, (dim, columns) in STATIC.items():
        table = getattr(system, table_name)
        if dim in data.dims:
            table = table.loc[data[dim].to_numpy()]
        else:
            coords[dim] = text_array(table.index)
        for column in columns:
            values = table[column]
            if column in TO_MW:
                coords[f"{dim}_{TO_MW[column]}"] = (dim, values.to_numpy(float) * MW_PER_GW)
            elif pd.api.types.is_numeric_dtype(values):
                coords[f"{dim}_{column}"] = (dim, values.to_numpy(float))
            else:
                coords[f"{dim}_{column}"] = (dim, text_array(values))
    return coords


def _with_inputs(data: xr.Dataset, problem: Problem, study: Study, primal: np.ndarray) -> xr.Dataset:
    """Add load, availability and the node and clause tables, so that reports need nothing but this dataset."""
    hours = problem.plan.hour_index.ravel()
    p = problem.profiles
    load = xr.DataArray(
        p.load_mw.to_numpy()[:, hours],
        {"node": p.node.to_numpy(), "time": data.time.to_numpy()},
        ("node", "time"),
        attrs={
            "units": "MW",
            "long_name": "负荷（含配网损耗，不含电解铝） load with distribution loss, smelters apart",
        },
    )
    heat = xr.DataArray(
        p.heat_mw.to_numpy()[:, hours],
        {"heat_area": p.heat_area.to_numpy(), "time": data.time.to_numpy()},
        ("heat_area", "time"),
        attrs={"units": "MW_th", "long_name": "热负荷 heat demand"},
    )
    series = pd.Index(p.resource.to_numpy()).get_indexer(
        problem.system.resource.series.loc[data.resource.to_numpy()]
    )
    capacity = data.renewable_capacity_mw.to_numpy()[:, None]
    by_resource = p.availability.to_numpy()[series][:, hours] * capacity
    feed_of = problem.system.resource.feed.loc[data.resource.to_numpy()].to_numpy()
    available = np.vstack([np.empty((0, len(hours))), *(by_resource[feed_of == j].sum(axis=0) for j in data.feed.to_numpy())])
    found: dict = {
        "load_mw": load,
        "heat_demand_mw": heat,
        "available_mw": (("feed", "time"), available, {"units": "MW", "long_name": "风光可用出力 available wind and solar output"}),
        "resource_available_mwh": (
            "resource", by_resource @ data.weight.to_numpy(), {"units": "MWh", "long_name": "年可发电量 available energy"},
        ),
    }  # fmt: skip
    nodes = study.tables["nodes"].set_index("node")
    target = problem.system.target
    coords: dict = {"place": list(nodes.index), "clause": list(target.index)}
    if p.sizes["outaged"]:
        outage = p.corridor_outage_gw.to_numpy()[:, hours] * MW_PER_GW
        coords["outaged"] = p.outaged.to_numpy()
        found["corridor_outage_mw"] = (
            ("outaged", "time"), outage, {"units": "MW", "long_name": "计划检修停运容量 capacity in planned outage"},
        )  # fmt: skip
    if "new_circuits" in problem.lp.column_ids:
        labels, ids = problem.lp.column_ids["new_circuits"]
        coords["reinforced_corridor"] = [label[0] for label in labels]
        found["new_circuits"] = (
            "reinforced_corridor", np.round(primal[ids]), {"units": "1", "long_name": "新建回路数 new circuits"},
        )  # fmt: skip
    for column in ("name_zh", "name_en", "kind", "adcode", "market", "microgrid"):
        coords[f"place_{column}"] = ("place", text_array(nodes[column]))
    for column in ("latitude_deg", "longitude_deg"):
        coords[f"place_{column}"] = ("place", nodes[column].to_numpy(float))
    for column in ("clause", "quote_zh", "name_zh", "name_en", "quantity", "scope", "sense", "mode"):
        coords[f"clause_{column}"] = ("clause", text_array(target[column]))
    coords["clause_value"] = ("clause", target.value.to_numpy(float))
    coords["clause_year"] = ("clause", target.year.to_numpy(float))
    return data.assign_coords(coords).assign(found)
