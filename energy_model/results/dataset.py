"""Solver arrays become a labelled dataset in the units of the tables (MW, MWh, CNY/MWh)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.formulation.block import STATES
from energy_model.formulation.equation import REGISTRY
from energy_model.results.adequacy import firm_arrays, maintenance_arrays
from energy_model.results.reserves import reserve_arrays
from energy_model.solving.build import Problem
from energy_model.solving.redispatch import plan_of
from energy_model.solving.stamp import LEDGER
from energy_model.study.study import Study

MW, MWH, CNY_PER_MWH = (
    1e3,
    1e3,
    1e3,
)  # per GW, per GWh, per MCNY/GWh (also CNY/MW, CNY/GJ, CNY/t per MCNY/GW, TJ, kt)

HOURLY = {
    # column family: (name, dimension, unit, Chinese, English)
    "above_minimum": (
        "above_minimum_mw",
        "cluster",
        "MW",
        "最小出力以上部分",
        "net output above minimum load",
    ),
    "chp_heat": ("chp_heat_mw", "chp", "MW_th", "抽汽供热", "heat from extraction CHP"),
    "boiler_heat": ("boiler_heat_mw", "boiler", "MW_th", "锅炉供热", "heat from boilers"),
    "heat_shed": ("heat_shed_mw", "heat_area", "MW_th", "缺热", "unserved heat"),
    "renewable_power": ("renewable_mw", "feed", "MW", "风光出力", "wind and solar output used"),
    "charge": ("charge_mw", "store", "MW", "充电（蓄热）", "charging"),
    "discharge": ("discharge_mw", "store", "MW", "放电（放热）", "discharging"),
    "level": ("level_mwh", "store", "MWh", "储能电量", "stored energy"),
    "flow_forward": (
        "flow_forward_mw",
        "corridor",
        "MW",
        "正向潮流（送端）",
        "flow from -> to, at the sending end",
    ),
    "schedule": (
        "schedule_mw",
        "scheduled_hvdc",
        "MW",
        "直流计划功率（记于时段末小时）",
        "schedule of HVDC links, at the last hour of each step",
    ),
    "flow_backward": (
        "flow_backward_mw",
        "corridor",
        "MW",
        "反向潮流（送端）",
        "flow to -> from, at the sending end",
    ),
    "loss": ("loss_mw", "corridor", "MW", "线路二次损耗（两端各半）", "quadratic loss of the line, half of it at either end"),
    "shed": ("shed_mw", "node", "MW", "切负荷", "unserved load"),
    "smelter_power": ("smelter_mw", "smelter", "MW", "电解铝计划负荷", "scheduled potline power"),
    "potline_shed": ("potline_shed_mw", "smelter", "MW", "切电解槽", "potline power shed"),
    "delivered": ("delivered_mw", "contract", "MW", "外送（受端）", "export at the receiving end"),
    "sold": ("sold_mw", "bilateral", "MW", "双边合同交割", "delivered under a bilateral contract"),
    "reserve_short": ("reserve_short_mw", "microgrid", "MW", "备用缺额", "upward reserve shortfall"),
    "reserve_down_short": (
        "reserve_down_short_mw",
        "microgrid",
        "MW",
        "下备用缺额",
        "downward reserve shortfall",
    ),
}
OPTIONAL = ("loss",)
"""Hourly families that only an option makes; without it the dataset does not have them."""
STEPPED = {
    "online": ("online_mw", "cluster", "MW", "在线容量（净）", "online net capacity"),
    "started": ("started_mw", "cluster", "MW", "启动容量（净）", "net capacity started"),
    "synchronous_short": (
        "synchronous_short_mw",
        "microgrid",
        "MW",
        "同步机缺额",
        "shortfall of synchronous capacity",
    ),
}
OF_OPTIONS = {
    "stopped": ("stopped_mw", "tracked_cluster", "MW", "停机容量（净）", "net capacity stopped"),
    "class_start": ("class_start_mw", "start_class", "MW", "热态与温态启动（净）", "net capacity started hot or warm"),
}
"""Stepped families of options: absent from the dataset where the option is off."""
CAPACITY = {
    "capacity_thermal": ("thermal_capacity_mw", "cluster", "MW", "火电装机", "thermal capacity, gross"),
    "capacity_renewable": ("renewable_capacity_mw", "resource", "MW", "风光装机", "wind and solar capacity"),
    "capacity_store_power": ("store_power_capacity_mw", "store", "MW", "储能功率", "storage power"),
    "capacity_store_energy": ("store_energy_capacity_mwh", "store", "MWh", "储能容量", "storage energy"),
    "capacity_boiler": ("boiler_capacity_mw", "boiler", "MW_th", "锅炉容量", "boiler capacity"),
    "capacity_corridor": ("corridor_capacity_mw", "corridor", "MW", "通道容量", "corridor capacity"),
    "capacity_contract": (
        "contract_power_mw",
        "contract",
        "MW",
        "合同功率",
        "contract power at the receiving end",
    ),
    "total_fuel": ("fuel_tj", "cluster", "TJ", "年耗燃料", "fuel burnt in the year"),
    "total_boiler_fuel": (
        "boiler_fuel_tj",
        "coal_boiler",
        "TJ",
        "锅炉年耗燃料",
        "fuel of boilers in the year",
    ),
    "missed": (
        "missed",
        "soft_clause",
        "as the clause (GW, GWh, kt)",
        "未达量",
        "missed amount of a soft clause",
    ),
}
SET_DIMENSION = {
    "bus": "bus",
    "load_bus": "node",
    "thermal": "cluster",
    "chp": "chp",
    "ramping": "ramping_cluster",
    "starting": "starting_cluster",
    "tracked": "tracked_cluster",
    "start_class": "start_class",
    "classed": "classed_cluster",
    "whole": "whole_cluster",
    "retrofitted": "retrofitted_cluster",
    "feed": "feed",
    "store": "store",
    "closed_store": "closed_store",
    "opened_store": "opened_store",
    "must_running": "must_run_cluster",
    "boiler": "boiler",
    "coal_boiler": "coal_boiler",
    "heat_area": "heat_area",
    "corridor": "corridor",
    "hvdc": "hvdc",
    "dedicated": "dedicated",
    "cycle": "cycle",
    "lossy": "lossy_corridor",
    "tangent": "loss_tangent",
    "scheduled": "scheduled_hvdc",
    "ramped": "ramped_hvdc",
    "contingency": "contingency",
    "reinforced": "reinforced_corridor",
    "contract": "contract",
    "limited_contract": "limited_contract",
    "smelter": "smelter",
    "smelter_ramping": "ramping_smelter",
    "enduring": "enduring_smelter",
    "restarting": "restarting_smelter",
    "melting": "melting_smelter",
    "microgrid": "microgrid",
    "tied": "microgrid",
    "synchronous": "microgrid",
    "reserving": "microgrid",
    "reserving_down": "microgrid",
    "reserving_store": "store",
    "metered": "metered_microgrid",
    "self_supplied": "self_supplied_microgrid",
    "fuel_user": "fuel_user",
    "mine": "mine",
    "coal_user": "coal_user",
    "floor_clause": "floor_clause",
    "ceiling_clause": "ceiling_clause",
    "land": "land",
    "fixed_duration": "fixed_duration_store",
    "selling_bus": "selling_bus",
    "buying": "buying",
    "delivered_bilateral": "bilateral",
    "maintained": "maintained",
    "credited_store": "credited_store",
    "reserve_need": "reserve_need",
    "reserve_ramped": "reserve_ramped",
    "reserve_footed": "reserve_footed",
    "reserve_side": "reserve_side",
    "reserve_pair": "reserve_pair",
}
"""Dimension of the dataset for each index set of the equations."""
DUAL_UNIT = {
    "GW": "CNY/MW",
    "GW_th": "CNY/MW",
    "GWh": "CNY/MWh",
    "TJ": "CNY/GJ",
    "kt": "CNY/t",
    "as the clause": "CNY per MW, MWh or t",
}
STATIC = {
    # system table: (dimension, columns that reports need)
    "thermal": (
        "cluster",
        [
            "node",
            "technology",
            "kind",
            "coal_grade",
            "retrofit_of",
            "existing",
            "max_new",
            "net_share",
            "online_share",
            "min_load_share",
            "power_loss_per_heat",
            "heat_rate",
            "no_load_fuel_share",
            "unit_gw",
            "name_zh",
            "name_en",
        ],
    ),
    "resource": (
        "resource",
        ["node", "technology", "kind", "series", "feed", "existing", "max_new", "name_zh", "name_en"],
    ),
    "feed": ("feed", ["bus", "carrier"]),
    "store": ("store", ["node", "technology", "kind", "existing", "max_new", "name_zh", "name_en"]),
    "boiler": (
        "boiler",
        [
            "node",
            "technology",
            "kind",
            "heat_area",
            "existing",
            "max_new",
            "efficiency_share",
            "name_zh",
            "name_en",
        ],
    ),
    "corridor": (
        "corridor",
        [
            "name_zh",
            "name_en",
            "from_node",
            "to_node",
            "from_bus",
            "to_bus",
            "kind",
            "voltage_kv",
            "length_km",
            "existing",
            "max_new",
            "usable",
            "loss_share",
            "capex",
            "fom",
            "wheeling",
            "dedicated_to",
            "tie_of",
            "reversible",
            "circuits",
            "circuits_per_gw",
            "impedance_per_gw",
            "resistance_per_gw",
            "reactance",
            "contingency",
            "emergency",
        ],
    ),
    "contract": (
        "contract",
        [
            "name_zh",
            "name_en",
            "market",
            "shape",
            "tariff",
            "max",
            "min_gwh_per_year",
            "benchmark_cny_per_mwh",
        ],
    ),
    "smelter": (
        "smelter",
        ["name_zh", "name_en", "node", "aluminium_kt_per_year", "intensity_kwh_per_t", "rated"],
    ),
    "microgrid": (
        "microgrid",
        ["name_zh", "name_en", "tie_limit", "reserve", "synchronous_share", "self_supply_share"],
    ),
    "heat_area": ("heat_area", ["name_zh", "name_en", "node"]),
    "mine": ("mine", ["name_zh", "name_en", "grade", "capacity_kt_per_year", "price_cny_per_t"]),
    "coal_user": ("coal_user", ["name_zh", "name_en", "grade", "demand_kt_per_year"]),
}
TO_MW = {
    "existing": "existing_mw",
    "max_new": "max_new_mw",
    "unit_gw": "unit_mw",
    "max": "max_mw",
    "rated": "rated_mw",
    "tie_limit": "tie_limit_mw",
    "reserve": "reserve_mw",
}


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
        arrays[name] = _array(values * MW, ["/".join(label) for label in labels], dim, time, data, unit, zh, en)
    for family, (name, dim, unit, zh, en) in CAPACITY.items():
        labels, ids = lp.column_ids.get(family, ([], np.empty(0, np.int64)))
        factor = MW if unit in ("MW", "MW_th", "MWh") else 1.0
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
    for further in (reserve_arrays, firm_arrays, maintenance_arrays):
        data = data.assign(further(problem, primal, data))
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
        values = _pick(dual, ids) * CNY_PER_MWH
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
    labels, ids = problem.lp.column_ids["coal"]
    energy = pd.Series(primal[ids], index=pd.MultiIndex.from_tuples(labels))
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
        values = np.array([v[::every] for v in own.values()], float).reshape(len(own), data.sizes[time]) * MW
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
                coords[f"{dim}_{TO_MW[column]}"] = (dim, values.to_numpy(float) * MW)
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
        outage = p.corridor_outage_gw.to_numpy()[:, hours] * MW
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
