"""Solver arrays become a labelled dataset in the units of the tables (MW, MWh, CNY/MWh)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.components import STATES
from energy_model.formulation.equation import REGISTRY
from energy_model.results.adequacy import firm_arrays, maintenance_arrays
from energy_model.results.agreements import agreement_arrays
from energy_model.results.coal_months import coal_month_arrays
from energy_model.results.contract_months import contract_month_arrays
from energy_model.results.converters import port_arrays
from energy_model.results.deep_shaving import deep_arrays
from energy_model.results.largest_unit import largest_unit_arrays
from energy_model.results.neighbours import of_city
from energy_model.results.quantities import Quantities
from energy_model.results.reserves import reserve_arrays
from energy_model.results.sections import section_arrays
from energy_model.results.short_circuit import short_circuit_arrays
from energy_model.results.variables import (
    CAPACITY,
    DUAL_UNIT,
    HOURLY,
    PLACES,
    STATIC,
    WITHOUT_ROOM,
    described,
    dimension_of,
    held_attributes,
    over_hours,
    static_values,
    text_array,
)
from energy_model.results.week_levels import week_level_arrays
from energy_model.solving.build import Problem
from energy_model.solving.redispatch import plan_of
from energy_model.solving.stamp import LEDGER
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MW_PER_GW


def build_dataset(
    problem: Problem, study: Study, primal: np.ndarray, dual: np.ndarray, without_room: Sequence[int] | np.ndarray = ()
) -> xr.Dataset:
    """Label the solution.

    Parameters
    ----------
    problem : Problem
    study : Study
    primal, dual : ndarray
        Column values and row duals of the stamped LP.
    without_room : sequence of int
        Rows whose limits leave one value only (`solving.pinched`); floors among them have no price of one more unit.

    Returns
    -------
    Dataset
        Hourly variables over ``time`` (hour-beginning, Beijing time), yearly ones over their elements; duals as ``dual_<family>``, per
        real hour (the block's weight is divided out).
    """
    plan, lp, step_h = problem.plan, problem.lp, problem.step_h
    hours = plan.hour_index.ravel()
    data = xr.Dataset(
        coords={
            "time": problem.profiles.time.to_numpy()[hours],
            "weight": ("time", np.repeat(plan.weight, plan.hours)),
            "block": ("time", np.repeat(np.arange(len(plan.start)), plan.hours)),
        }
    )
    arrays: dict[str, xr.DataArray] = {}
    for family, v in HOURLY.items():
        if v.option and family not in lp.column_ids:
            continue
        length = plan.hours // step_h if v.held else plan.hours
        labels, ids = lp.column_ids.get(family, ([], np.empty((0, len(plan.start), length), np.int64)))
        values = _pick(primal, ids[:, :, -length:]).reshape(len(labels), len(plan.start) * length)  # none of a state before the block
        values = over_hours(values, v.held, step_h) if v.held else values
        arrays[v.name] = _array(values * v.per_model_unit, ["/".join(label) for label in labels], v.dim, data)
    for family, v in CAPACITY.items():
        if v.option and family not in lp.column_ids:
            continue
        labels, ids = lp.column_ids.get(family, ([], np.empty(0, np.int64)))
        arrays[v.name] = xr.DataArray(
            _pick(primal, ids) * v.per_model_unit, {v.dim: np.array([label[0] for label in labels], dtype="U")}, (v.dim,)
        )
    arrays |= _duals(problem, dual, data)
    arrays |= _pairs(problem, primal)
    arrays |= _for_operation(problem, primal, dual, data)
    data = data.assign(arrays)
    if len(floors := floors_without_room(problem, without_room)):
        data = data.assign_coords({WITHOUT_ROOM: floors})
    data = _all_elements(data, problem.system)
    # Elements without this column: one-way corridors, microgrids without reserve, corridors whose losses are proportional.
    data = data.assign({v.name: data[v.name].fillna(0.0) for v in HOURLY.values() if v.name in data})
    data = data.assign_coords(_static(problem.system, data))
    data = _with_outputs(_with_inputs(data, problem, study, primal), problem)
    for further in (reserve_arrays, firm_arrays, maintenance_arrays, week_level_arrays):
        if found := further(problem, primal, data):
            data = data.assign(found)
    q = Quantities(problem, primal)
    of_options = section_arrays(q, data) | contract_month_arrays(q) | coal_month_arrays(q) | deep_arrays(q)
    data = data.assign(of_options | port_arrays(q, data) | agreement_arrays(q, data) | short_circuit_arrays(q, data))
    data = data.assign(largest_unit_arrays(q, data))
    return described(of_city(data, problem.system), step_h)


def floors_without_room(problem: Problem, rows: Sequence[int] | np.ndarray) -> list[str]:
    """Floors of the year among some rows, as ``<family>/<element>``."""
    lp, found = problem.lp, []
    for family, (labels, ids) in lp.row_ids.items():
        if family in REGISTRY and REGISTRY[family].part == "master":
            own = np.isin(ids, rows) & np.isfinite(lp.row_lower[ids])
            found += ["/".join((family, *map(str, label))) for label, held in zip(labels, own, strict=True) if held]
    return found


def _pick(values: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Values by id; 0 if a column does not exist (-1)."""
    return np.where(ids >= 0, values[ids], 0.0)


def _array(values: np.ndarray, labels: list[str], dim: str, data: xr.Dataset) -> xr.DataArray:
    return xr.DataArray(values, {dim: np.array(labels, dtype="U"), "time": data.time.to_numpy()}, (dim, "time"))


def _duals(problem: Problem, dual: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    plan, step_h, found = problem.plan, problem.step_h, {}
    for family, (labels, ids) in problem.lp.row_ids.items():
        if family not in REGISTRY:
            continue
        equation = REGISTRY[family]
        dim, names = dimension_of(equation.over[0]), ["/".join(map(str, label)) for label in labels]
        values, unit = _pick(dual, ids) * CNY_PER_MWH_FROM_MCNY_PER_GWH, DUAL_UNIT[equation.unit]
        meaning = equation.dual.rpartition(", MCNY")[0] or equation.dual
        attrs = {"long_name": f"dual of {family}: {meaning}", "long_name_zh": f"约束 {family} 的对偶值", "units": unit}
        if equation.part == "master":
            attrs["units"] = {"CNY/MW": "CNY/(MW a)"}.get(unit, unit)
            found[f"dual_{family}"] = xr.DataArray(values, {dim: names}, (dim,), attrs=attrs)
            continue
        if ids.shape[2] not in (plan.hours, plan.hours // step_h):
            continue  # ledgers and within-day rows carry no price of their own
        values = (values / plan.weight[None, :, None]).reshape(len(names), ids.shape[1] * ids.shape[2])
        if ids.shape[2] == plan.hours and equation.over[-1] == "hour":
            attrs["units"] = {"CNY/MW": "CNY/MWh"}.get(unit, unit)
        else:
            values = over_hours(values, "step", step_h)
            attrs |= held_attributes("step", step_h)
        found[f"dual_{family}"] = _array(values, names, dim, data).assign_attrs(attrs)
    return found


def _pairs(problem: Problem, primal: np.ndarray) -> dict[str, xr.DataArray]:
    """Coal from mine to user [kt], its emissions [kt] and its flue gas [Gm3]; without factors no emissions beside CO2."""
    supply = problem.system.supply
    labels, ids = problem.lp.columns("coal")
    energy = pd.Series(primal[ids], index=pd.MultiIndex.from_tuples(labels, names=supply.index.names))
    rate = supply.loc[energy.index]
    found = {}
    air = [f"{name}_per_tj" for name in ("so2_kt", "nox_kt", "dust_kt", "flue_gas_gm3")] if rate.flue_gas_gm3_per_tj.notna().any() else []
    for name in ["kt_per_tj", "co2_kt_per_tj", *air]:
        values = energy * rate[name]
        grid = values.unstack(fill_value=0.0)
        coords = {"mine": grid.index.to_list(), "fuel_user": grid.columns.to_list()}
        variable = "coal_kt" if name == "kt_per_tj" else name.removesuffix("_per_tj")
        found[variable] = xr.DataArray(grid.to_numpy(), coords, ("mine", "fuel_user"))
    if "other_coal" in problem.lp.column_ids:
        labels, ids = problem.lp.column_ids["other_coal"]
        grid = pd.Series(primal[ids], index=pd.MultiIndex.from_tuples(labels)).unstack(fill_value=0.0)
        coords = {"mine": grid.index.to_list(), "coal_user": grid.columns.to_list()}
        found["other_coal_kt"] = xr.DataArray(grid.to_numpy(), coords, ("mine", "coal_user"))
    return found


def _for_operation(problem: Problem, primal: np.ndarray, dual: np.ndarray, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Data for a later dispatch of the plan: prices of yearly totals and values of the states, see `solving.redispatch`."""
    plan = plan_of(problem, primal, dual)
    labels = [f"{family.removeprefix(LEDGER)}/{'/'.join(map(str, index))}" for family, index in plan.price]
    prices = np.array(list(plan.price.values()), float)
    found = {"ledger_price": xr.DataArray(prices, {"ledger": np.array(labels, "U")}, ("ledger",))}
    for family in STATES:
        own = {index: plan.value.get((name, index), 0.0 * state) for (name, index), state in plan.state.items() if name == family}
        v = HOURLY[family]
        if v.option and not own:
            continue
        values = np.array(list(own.values()), float).reshape(len(own), data.sizes["time"]) * CNY_PER_MWH_FROM_MCNY_PER_GWH
        found[f"value_of_{v.name}"] = _array(values, [index[0] for index in own], v.dim, data)
    return found


def _all_elements(data: xr.Dataset, system: System) -> xr.Dataset:
    """The dataset with every element of a table, also where no column of the model is about some or any of them."""
    for dim, table in {v.dim: source.partition(".")[0] for source, v in STATIC.items()}.items():
        index = getattr(system, table).index
        if dim in data.dims and not index.isin(data[dim].to_numpy()).all():
            data = data.reindex({dim: text_array(index)})
    return data


def _static(system: System, data: xr.Dataset) -> dict:
    """Element data for reports, as coordinates named ``<dimension>_<column>``."""
    coords: dict = {}
    for source, v in STATIC.items():
        table, _, column = source.partition(".")
        frame = getattr(system, table)
        if v.option and not len(frame):
            continue
        if v.dim in data.dims:
            frame = frame.loc[data[v.dim].to_numpy()]
        elif v.dim not in coords:
            coords[v.dim] = text_array(frame.index)
        coords[v.name] = (v.dim, static_values(frame.reset_index()[column] if column not in frame else frame[column], v))
    return coords


def _with_inputs(data: xr.Dataset, problem: Problem, study: Study, primal: np.ndarray) -> xr.Dataset:
    """Add load, availability and the nodes, so that reports need only this dataset."""
    hours, p, time = problem.plan.hour_index.ravel(), problem.profiles, data.time.to_numpy()
    found: dict = {
        "load_mw": xr.DataArray(p.load_mw.to_numpy()[:, hours], {"node": p.node.to_numpy(), "time": time}, ("node", "time")),
        "heat_demand_mw": xr.DataArray(
            p.heat_mw.to_numpy()[:, hours], {"heat_area": p.heat_area.to_numpy(), "time": time}, ("heat_area", "time")
        ),
    }
    nodes = study.tables["nodes"].set_index("node")
    coords: dict = {"place": list(nodes.index)}
    if p.sizes["outaged"]:
        coords["outaged"] = p.outaged.to_numpy()
        found["corridor_outage_mw"] = (("outaged", "time"), p.corridor_outage_gw.to_numpy()[:, hours] * MW_PER_GW)
    if "new_circuits" in problem.lp.column_ids:
        labels, ids = problem.lp.column_ids["new_circuits"]
        coords["reinforced_corridor"] = [label[0] for label in labels]
        found["new_circuits"] = ("reinforced_corridor", np.round(primal[ids]))
    for source, v in PLACES.items():
        values = nodes[source.partition(".")[2]]
        coords[v.name] = ("place", values.to_numpy(float) if v.unit else text_array(values))
    return data.assign_coords(coords).assign(found)


def _with_outputs(data: xr.Dataset, problem: Problem) -> xr.Dataset:
    """Add the hourly output of plants; the model has only output above minimum load, and the common output of a feed."""
    p, hours, resource = problem.profiles, problem.plan.hour_index.ravel(), data.resource.to_numpy()
    thermal = data.cluster_min_load_share * data.online_mw + data.above_minimum_mw
    if data.sizes.get("chp", 0):
        heat = data.chp_heat_mw.rename(chp="cluster").reindex(cluster=data.cluster, fill_value=0.0)
        thermal = thermal - data.cluster_power_loss_per_heat.fillna(0) * heat
    if "below_minimum_mw" in data:
        of = pd.Index(data.cluster.to_numpy()).get_indexer([str(tier).rpartition("/")[0] for tier in data.deep_tier.to_numpy()])
        lowered = np.zeros((data.sizes["cluster"], len(hours)))
        np.add.at(lowered, of, data.below_minimum_mw.transpose("deep_tier", "time").to_numpy())
        thermal = thermal - xr.DataArray(lowered, {"cluster": data.cluster, "time": data.time}, ("cluster", "time"))
    series = pd.Index(p.resource.to_numpy()).get_indexer(problem.system.resource.series.loc[resource])
    offered = p.availability.to_numpy()[series][:, hours] * data.renewable_capacity_mw.to_numpy()[:, None]
    of_feed = pd.Index(data.feed.to_numpy()).get_indexer(data.resource_feed.to_numpy())
    available = np.zeros((data.sizes["feed"], len(hours)))
    np.add.at(available, of_feed, offered)
    used = data.renewable_mw.transpose("feed", "time").to_numpy()
    share = np.divide(used, available, out=np.zeros_like(used), where=available > 0.0)
    return data.assign(
        thermal_mw=(("cluster", "time"), thermal.transpose("cluster", "time").to_numpy()),
        available_mw=(("feed", "time"), available),
        curtailed_mw=(("feed", "time"), available - used),
        resource_mw=(("resource", "time"), offered * share[of_feed]),
        resource_available_mwh=("resource", offered @ data.weight.to_numpy()),
    )
