"""The part of a study that PyPSA can represent without custom code; every omission is named."""
# Over 300 lines: what PyPSA cannot say of each table, named in one place.

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.errors import EnergyModelError
from energy_model.labels import LABELS, Label, label
from energy_model.language import say
from energy_model.study.cycles import cycle_table
from energy_model.study.settings import NetworkSettings, Options
from energy_model.study.study import Study
from energy_model.study.system import BILATERAL, System, no_contingency

CARRIED_CLAUSES = ("wind_capacity_mw", "solar_capacity_mw", "thermal_capacity_mw", "export_gwh", "coal_kt", "co2_kt")
"""Quantities that a global constraint of PyPSA can hold for the whole region."""


CARRIED_SETTINGS = ("power_flow", "reactance", "flow_tolerance_mw", "flow_iterations")
"""Settings of the section ``network`` that a network of lines can hold; all other settings fall back to their defaults."""


CARRIED_TABLES = (
    "bus", "thermal", "resource", "feed", "store", "boiler", "corridor", "contract", "smelter", "microgrid", "heat_area", "fuel_user",
    "supply", "mine", "coal_user", "target", "bilateral", "cycle", "reference_flow", "contingency", "reserve_product", "reserve",
    "minimum_commitment", "rail_line", "coal_yard", "water_node", "agreement", "agreement_member",
    "converter", "converter_port", "reservoir", "limit", "limit_member",
)  # fmt: skip
"""Tables of a system that a network holds, or whose rows are left out by name; one that is not among them is refused."""


HELD = Label(
    "环网线路扩建：容量与电抗取此处求得的规划",
    "growth of lines in meshes: their capacity and reactance are those of the plan found here",
)
"""What is left out where reactances depend on what is built: the network holds the lines of a plan."""


class NotCarriedError(EnergyModelError):
    """The study has something that PyPSA cannot represent and that may not be omitted; the message names it."""


def plain_study(study: Study) -> tuple[Study, list[Label]]:
    """A study with the default of every setting without a counterpart in PyPSA, and a sentence for each change.

    Done before the tables are read: with other settings other columns count, such as the margin of corridors instead of N-1.
    """
    plain, told = _plain(study.settings.options)
    sections = {name: getattr(plain, name) for name in Options.model_fields}
    return replace(study, settings=study.settings.model_copy(update=sections)), told


def _plain(options: Options) -> tuple[Options, list[Label]]:
    network = NetworkSettings(**{name: getattr(options.network, name) for name in CARRIED_SETTINGS})
    plain = Options(network=network)
    chosen, usual = options.model_dump(), plain.model_dump()
    told = [
        Label(
            f"[{section}] 的设置 {name} = {value}：网络取缺省值 {usual[section][name]}",
            f"setting {name} = {value} of [{section}]: the network has the default, {usual[section][name]}",
        )
        for section, values in chosen.items()
        for name, value in values.items()
        if value != usual[section][name]
    ]
    return plain, told


def pypsa_subset(system: System) -> tuple[System, list[Label]]:
    """A study without what a PyPSA network cannot represent, and the list of omissions.

    Parameters
    ----------
    system : System

    Returns
    -------
    System
        Of the same formulation: solving it gives the optimum that PyPSA must find.
    list of Label
        One sentence for each thing left out.

    Raises
    ------
    NotCarriedError
        Where leaving something out would make another study of it.
    """
    _refuse_others(system)
    out: list[Label] = []
    thermal = _thermal(system, out)
    retrofit = thermal.index[thermal.retrofit_of.notna()]
    if len(retrofit):
        names = ", ".join(map(str, retrofit))
        out.append(Label(f"火电机组群改造：{names}", f"retrofits of thermal clusters: {names}"))
    if len(contracts := system.bilateral.index[system.bilateral.kind == "physical"]):
        names = ", ".join(map(str, contracts))
        out.append(Label(f"双边合同：{names}", f"bilateral contracts: {names}"))
    if len(system.minimum_commitment):
        out.append(Label("最小开机方式", "minimum commitment of regions"))
    if len(system.minimum_commitment) and system.minimum_commitment.planned_gwh.map(any).any():
        out.append(Label("分区分月计划电量", "planned generation of regions by month"))
    if len(system.agreement):
        names = ", ".join(dict.fromkeys(system.agreement.index.get_level_values(0)))
        out.append(Label(f"省间协议电量：{names}", f"agreed exchange: {names}"))
    if len(system.limit):
        names = ", ".join(map(str, system.limit.index))
        out.append(Label(f"加权和限额：{names}", f"limits on weighted sums: {names}"))
    ramps = system.converter[["ramp_up", "ramp_down"]].notna().any(axis=1)
    if ramps.any():  # here the first hour follows the last one, and in PyPSA nothing
        names = ", ".join(map(str, system.converter.index[ramps]))
        out.append(Label(f"转换装置爬坡：{names}", f"ramps of converters: {names}"))
    if system.water_node.right.notna().any():
        out.append(Label("用水指标", "water rights"))
    if len(system.rail_line):
        out.append(Label("铁路线运力", "capacity of railway lines"))
    if system.has_allowances:
        out.append(Label("按基准免费发放的碳配额：全部排放计价", "free CO2 allowances by benchmark: all CO2 is charged"))
        thermal = thermal.assign(co2_benchmark=0.0, co2_benchmark_heat=0.0)
    parts = {
        "boiler": system.boiler.assign(co2_benchmark_heat=0.0),
        "contract_month": _months(system, out),
        "thermal": thermal.drop(retrofit),
        "fuel_user": system.fuel_user.drop(retrofit),
        "supply": system.supply[~system.supply.index.get_level_values(1).isin(retrofit)],
        "bilateral": pd.DataFrame(columns=list(BILATERAL)),
        "microgrid": _microgrids(system.microgrid.copy(), out),
        "store": _stores(system.store, out),
        "smelter": _smelters(system.smelter.copy(), out),
        "target": _clauses(system.target, out),
        "corridor": _corridors(system.corridor, out),
        "finance": system.finance.copy(),
        "contingency": no_contingency(),
        "minimum_commitment": system.minimum_commitment.iloc[:0],
        "water_node": system.water_node.iloc[:0],
        "rail_line": system.rail_line.iloc[:0],
        "coal_yard": system.coal_yard.iloc[:0],
        "agreement": system.agreement.iloc[:0],
        "agreement_member": system.agreement_member.iloc[:0],
        "converter": system.converter.assign(ramp_up=np.nan, ramp_down=np.nan),
        "limit": system.limit.iloc[:0],
        "limit_member": system.limit_member.iloc[:0],
    }
    if parts["finance"].curtailment_cost_cny_per_mwh > 0:
        out.append(Label("弃风弃光费用", "cost of curtailment"))
    parts["finance"]["curtailment_cost_cny_per_mwh"] = 0.0
    plain, told = _plain(system.options)
    return replace(system, **parts, options=plain), out + told


def _refuse_others(system: System) -> None:
    """Refuse what has no counterpart and may not be left out.

    Raises
    ------
    NotCarriedError
    """
    for name, table in system.tables().items():
        if name not in CARRIED_TABLES and len(table):
            names = ", ".join("/".join(map(str, i)) if isinstance(i, tuple) else str(i) for i in table.index)
            kind = LABELS["table"].get(f"{name}s", Label(name, name))
            raise NotCarriedError(
                say(f"the {kind.en} {names} have no counterpart in this export", f"{kind.zh} {names} 在本导出中无对应元件")
            )
    if len(wells := system.boiler.index[system.boiler.kind == "geothermal"]):
        names = ", ".join(wells)
        raise NotCarriedError(
            say(f"the geothermal heat {names} has no counterpart in this export", f"地热供热 {names} 在本导出中无对应元件")
        )


def _months(system: System, out: list[Label]) -> pd.Series:
    """Monthly shares of contracts whose hours follow from them; those of free contracts are omitted."""
    contract = system.contract_month.index.get_level_values(0)
    free = system.contract["shape"].reindex(contract).eq("free").to_numpy(dtype=bool)
    if free.any():
        names = ", ".join(dict.fromkeys(contract[free]))
        out.append(Label(f"自由曲线合同的分月电量：{names}", f"months of free contracts: {names}"))
    return system.contract_month[~free]


def _thermal(system: System, out: list[Label]) -> pd.DataFrame:
    thermal = system.thermal.copy()
    if ((thermal.min_load_share > 0) | (thermal.start_cost > 0) | (thermal.no_load_fuel_share > 0)).any():
        out.append(
            Label(
                "火电机组群组合：最小出力、启停、空载燃料、爬坡（PyPSA 逐时组合）",
                "commitment of thermal clusters: minimum load, starts, no-load fuel, ramps (PyPSA commits hour by hour)",
            )
        )
    thermal[["min_load_share", "start_cost", "no_load_fuel_share"]] = 0.0
    thermal["ramp_share_per_h"] = 1.0
    if ((thermal.start_fuel > 0) | (thermal.fuel_price != 0)).any():
        out.append(Label("启动耗燃料与按小时计价的燃料", "fuel of starts, and fuel priced by the hour"))
    thermal[["start_fuel", "fuel_price"]] = 0.0
    thermal["fuel_price_series"] = None
    if (thermal.must_run_share > 0).any():
        out.append(Label("必开机组", "plants that must run"))
    thermal["must_run_share"] = 0.0
    if thermal.is_chp.any():
        out.append(
            Label("抽凝机组供热：供热区由锅炉和储热供热", "heat from extraction CHP: heat areas are supplied by boilers and heat stores")
        )
    thermal["is_chp"] = False
    if system.options.maintenance.scheduled:  # the default is an even derating all year, which the shares then hold
        thermal["online_share"] = thermal.online_share - thermal.net_share * thermal.planned_outage_share
    return thermal


def _microgrids(grid: pd.DataFrame, out: list[Label]) -> pd.DataFrame:
    for column, words in (
        ("reserve", Label("微电网向上备用", "upward reserve of microgrids")),
        ("reserve_down", Label("微电网向下备用", "downward reserve of microgrids")),
        ("synchronous_share", Label("微电网同步机组占比", "synchronous share of microgrids")),
        ("self_supply_share", Label("微电网自发自用比例", "self-supply share of microgrids")),
    ):
        if len(grid) and (grid[column] > 0).any():
            out.append(words)
        grid[column] = 0.0
    if grid.largest_unit.astype(bool).any():
        out.append(Label("微电网在线最大单机备用", "reserve of microgrids for their largest unit on-line"))
    grid["largest_unit"] = False
    if len(grid) and grid.tie_limit_gwh_per_year.notna().any():
        out.append(Label("微电网年交换电量上限", "yearly exchange limit of microgrids"))
    grid["tie_limit_gwh_per_year"] = np.nan
    return grid


def _stores(store: pd.DataFrame, out: list[Label]) -> pd.DataFrame:
    """Stores without bounds on a duration that is not given, and without the limit of discharge by the stock."""
    bounded, stock = store.min_duration_h.gt(0) | store.max_duration_h.notna(), store.from_stock
    for found, words in (
        (bounded, Label("储能时长上下限", "bounds on the duration of stores")),
        (stock, Label("放电以上一小时储量为限", "discharge limited by the stock of the hour before")),
    ):
        if found.any():
            names = ", ".join(map(str, store.index[found]))
            out.append(Label(f"{words.zh}：{names}", f"{words.en}: {names}"))
    return store.assign(min_duration_h=0.0, max_duration_h=np.nan, from_stock=False)


def _smelters(smelter: pd.DataFrame, out: list[Label]) -> pd.DataFrame:
    if len(smelter) and (smelter.ramp_share_per_h < smelter.modulation_down_share + smelter.modulation_up_share).any():
        out.append(Label("电解铝负荷爬坡限制", "ramp limit of potlines"))
    smelter["ramp_share_per_h"] = 10.0
    return smelter


def _clauses(target: pd.DataFrame, out: list[Label]) -> pd.DataFrame:
    held = target["mode"].isin(("hard", "soft"))
    kept = (target["mode"] == "hard") & target.quantity.isin(CARRIED_CLAUSES) & target.scope.isna()
    kept &= (target.quantity != "co2_kt") | (target.sense == "<=")
    for name in target.index[held & ~kept]:
        quantity, mode = label("quantity", target.quantity[name]), label("mode", target["mode"][name])
        out.append(Label(f"条款 {name}（{quantity.zh}，{mode.zh}）", f"clause {name} ({quantity.en}, {mode.en})"))
    return target[~held | kept]


def _corridors(line: pd.DataFrame, out: list[Label]) -> pd.DataFrame:
    """Corridors without schedules, those in a mesh as PyPSA lines.

    Raises
    ------
    NotCarriedError
    """
    ties = line[line.tie_of.notna()].groupby("tie_of").size()
    if (ties > 1).any():
        raise NotCarriedError(
            say(
                f"microgrid {ties.idxmax()} has more than one tie: PyPSA has no common limit for several links",
                f"微电网 {ties.idxmax()} 有多条联络线，PyPSA 没有多条链路的共同限额",
            )
        )
    dedicated = line[line.dedicated_to.notna()]
    if dedicated.groupby("from_bus").dedicated_to.nunique().gt(1).any() or dedicated.dedicated_to.isin(("thermal",)).any():
        raise NotCarriedError(
            say(
                "corridors dedicated to thermal power, or to several carriers at one node, have no counterpart in PyPSA",
                "火电专用通道或同一节点多种电源的专用通道在 PyPSA 中无对应元件",
            )
        )
    if line.resistance_per_gw.notna().any():
        raise NotCarriedError(
            say(
                'quadratic losses have no counterpart on a link: choose losses = "linear" in [network]',
                '链路无法表达二次线损，请在 [network] 中设 losses = "linear"',
            )
        )
    if ((line.schedule_step_h > 1) | (line.ramp_share_per_h < 2)).any():
        out.append(Label("直流送电计划", "schedules of HVDC links"))
    return _meshed(line.assign(schedule_step_h=1, ramp_share_per_h=2.0), out)


def _meshed(line: pd.DataFrame, out: list[Label]) -> pd.DataFrame:
    """Corridors, with those that can be part of a mesh under Kirchhoff's law reduced to PyPSA lines: lossless, free of charge, two-way."""
    every = cycle_table(line.assign(assumed_circuits=1.0))
    mesh = line.index.isin(every.index.get_level_values(1))
    for column, plain, words in (
        ("loss_share", 0.0, Label("环网线路线损（基尔霍夫定律）", "losses of lines in meshes under Kirchhoff's law")),
        ("wheeling", 0.0, Label("环网线路输电费（基尔霍夫定律）", "charges for power on lines in meshes under Kirchhoff's law")),
        ("reversible", True, Label("环网线路单向运行（基尔霍夫定律）", "one-way operation of lines in meshes under Kirchhoff's law")),
    ):
        changed = mesh & (line[column] != plain)
        if changed.any():
            names = ", ".join(map(str, line.index[changed]))
            out.append(Label(f"{words.zh}：{names}", f"{words.en}: {names}"))
        line = line.assign(**{column: line[column].where(~changed, plain)})
    return line
