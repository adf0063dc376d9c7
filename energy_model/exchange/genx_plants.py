"""Resources of a GenX case: committed plants as thermal clusters, batteries as stores, all others as converters."""

from __future__ import annotations

from typing import Any

import numpy as np

from energy_model.exchange.genx_case import GenxTable
from energy_model.exchange.genx_study import GenxStudy, Part, bounded, overnight, parts, zone_of
from energy_model.exchange.pypsa_units import LIFETIME_YEARS
from energy_model.exchange.study_tables import CASE, YEAR
from energy_model.units import CNY_PER_KW_FROM_CNY_PER_MW, GJ_PER_MMBTU, KG_PER_T

HEAT_RATE, HEAT_RATES = 10.0, (6.0, 20.0)
"""Heat rate [GJ/MWh] of plants whose own lies outside the table; price and emission of the fuel make up for it."""
LARGEST_UNIT_MW = 2000.0
LHV_MJ_PER_KG, MINE_KT = 30.0, 1e9
FREE_RAMP = 1.0


def _converter(s: GenxStudy, table: GenxTable, i: int, most: np.ndarray, least: np.ndarray, cost: np.ndarray, **cells) -> list[str]:
    """Write the parts of a resource as converters with one port; returns their codes."""
    zone, name = zone_of(s, table, i), table.text(i, "Resource")
    codes = []
    for part in parts(s, table, i):
        if part.high <= 0:
            continue
        codes.append(code := s.t.code("converter", part.name))
        figures = s.figure(code, "most_share", most) | s.figure(code, "least_share", least) | s.figure(code, "cost_cny_per_mwh", cost)
        s.t.add(
            "converters", table.who(i), converter=code, name_zh=part.name, name_en=part.name, node=s.node[zone], min_new_mw=part.low,
            max_new_mw=part.high, capex_cny_per_kw=overnight(part.capital + part.fixed), fom_share_per_year=0.0,
            lifetime_years=LIFETIME_YEARS, **figures, **cells,
        )  # fmt: skip
        s.t.add("converter_ports", table.who(i), converter=code, port=0, node=s.node[zone], output_per_power=1.0)
    s.members[name] = [("converters", code) for code in codes]
    bounded(s, table, i)
    return codes


def vre(s: GenxStudy, table: GenxTable, i: int, fuel: dict, shape: dict) -> None:
    """Wind or sun: a converter with hourly availability."""
    most = shape.pop(table.text(i, "Resource"), np.ones(s.hours.count))
    _converter(s, table, i, most, np.zeros(s.hours.count), np.full(s.hours.count, table.number(i, "Var_OM_Cost_per_MWh")))


def must_run(s: GenxStudy, table: GenxTable, i: int, fuel: dict, shape: dict) -> None:
    """Generation that runs as it is available."""
    most = shape.pop(table.text(i, "Resource"), np.ones(s.hours.count))
    _converter(s, table, i, most, most, np.full(s.hours.count, table.number(i, "Var_OM_Cost_per_MWh")))


def thermal(s: GenxStudy, table: GenxTable, i: int, fuel: dict, shape: dict) -> None:
    """A plant that burns fuel: a cluster where it is committed, else a converter whose cost holds its fuel."""
    name, burnt = table.text(i, "Resource"), table.text(i, "Fuel")
    most = shape.pop(name, np.ones(s.hours.count))
    s.burnt.add(burnt)
    price, emission = fuel.get(burnt, (np.zeros(s.hours.count), 0.0))
    if burnt != "None" and burnt not in fuel:
        table.refuse(i, "Fuel", "genx_value", ", ".join(fuel), "、".join(fuel))
    rate = table.number(i, "Heat_Rate_MMBTU_per_MWh", 0)
    if table.number(i, "Model") == 1 and s.case.setting("UCommit") == "2":
        if (most != 1).any():
            table.refuse(
                i,
                "Resource",
                "genx_feature",
                "a committed plant without series in Generators_variability.csv",
                "机组组合的机组不得有逐时可用率",
            )
        _committed(s, table, i, price, emission)
        return
    ramps = {way: table.number(i, f"Ramp_{way}_Percentage", 0) for way in ("Up", "Dn")}
    limits = {f"ramp_{ours}_share": ramps[way] for way, ours in (("Up", "up"), ("Dn", "down")) if ramps[way] < FREE_RAMP}
    cost = table.number(i, "Var_OM_Cost_per_MWh") + rate * price
    least = np.full(s.hours.count, table.number(i, "Min_Power", 0, 1))
    codes = _converter(s, table, i, most, least, cost, **limits)
    zone = s.emitting.setdefault(zone_of(s, table, i), [])
    zone += [{"table": "converters", "element": code, "quantity": "energy", "weight": rate * emission} for code in codes if rate * emission]


def _committed(s: GenxStudy, table: GenxTable, i: int, price: np.ndarray, emission: float) -> None:
    """A plant with relaxed commitment: a thermal cluster, whose coal is free and whose fuel is priced by the hour."""
    s.commits = True
    name, zone = table.text(i, "Resource"), zone_of(s, table, i)
    own = table.number(i, "Heat_Rate_MMBTU_per_MWh", 0) * GJ_PER_MMBTU
    rate = own if HEAT_RATES[0] <= own <= HEAT_RATES[1] else HEAT_RATE
    scale = own / rate  # fuel of GenX per fuel of ours
    start = table.number(i, "Start_Fuel_MMBTU_per_MW", 0) * GJ_PER_MMBTU
    if start and not own:
        table.refuse(i, "Start_Fuel_MMBTU_per_MW", "genx_value", "0 where the heat rate is 0", "热耗为 0 时须为 0")
    ramps = [table.number(i, f"Ramp_{way}_Percentage", 0.01) for way in ("Up", "Dn")]
    if ramps[0] != ramps[1]:
        table.refuse(
            i,
            "Ramp_Dn_Percentage",
            "genx_value",
            f"that of Ramp_Up_Percentage, {ramps[0]:g}",
            f"与 Ramp_Up_Percentage 相同，即 {ramps[0]:g}",
        )
    factor = round(emission * scale / GJ_PER_MMBTU, 12)  # t per GJ of ours
    grade = _grade(s, table, i, table.text(i, "Fuel"), factor)
    cells = {
        "unit_size_mw": min(max(table.number(i, "Cap_Size", 0), 1.0), LARGEST_UNIT_MW), "heat_rate_gj_per_mwh": rate,
        "no_load_fuel_share": 0.0, "min_load_share": table.number(i, "Min_Power", 0, 1), "ramp_share_per_h": min(ramps[0], 60.0),
        "start_cost_cny_per_mw": table.number(i, "Start_Cost_per_MW", 0), "start_fuel_gj_per_mw": start / scale if scale else 0.0,
        "min_up_h": float(int(table.number(i, "Up_Time", 0))), "min_down_h": float(int(table.number(i, "Down_Time", 0))),
        "vom_cny_per_mwh": table.number(i, "Var_OM_Cost_per_MWh"),
    }  # fmt: skip
    s.members[name] = []
    for part in parts(s, table, i):
        if part.high <= 0:
            continue
        tech = _candidate(s, table, i, part, "thermal", coal_grade=grade, **cells)
        row = s.t.rows["technologies"][-1]
        row |= {
            k: repr(v) if isinstance(v, float) else str(v)
            for k, v in s.figure(tech, "fuel_price_cny_per_gj", price * scale / GJ_PER_MMBTU).items()
        }
        if factor:
            own_member = {"table": "technologies", "element": tech, "quantity": "fuel", "weight": factor}
            s.emitting.setdefault(zone, []).append(own_member)
    bounded(s, table, i)


def _grade(s: GenxStudy, table: GenxTable, i: int, fuel: str, factor: float) -> str:
    """Grade of a free fuel that carries the emissions, with a mine without limit and routes to every zone."""
    if (fuel, factor) in s.grades:
        return s.grades[fuel, factor]
    if factor < 0:
        table.refuse(i, "Fuel", "genx_value", "a fuel whose emissions are at least 0", "排放系数不小于 0 的燃料")
    s.grades[fuel, factor] = code = s.t.code("grade", fuel)
    who, names = table.who(i), {"name_zh": f"{fuel} {factor:g}", "name_en": f"{fuel} {factor:g}"}
    s.t.add("coal_grades", who, grade=code, lhv_mj_per_kg=LHV_MJ_PER_KG, co2_kg_per_gj=max(factor, 0.0) * KG_PER_T, **names)
    s.t.add("mines", who, mine=code, case=CASE, node=s.node[1], grade=code, capacity_kt_per_year=MINE_KT, price_cny_per_t=0.0, **names)
    for node in s.node.values():
        s.t.add("coal_routes", who, mine=code, node=node, freight_cny_per_t=0.0)
    return code


def _candidate(s: GenxStudy, table: GenxTable, i: int, part: Part, kind: str, coal_grade: str | None = None, **cells) -> str:
    """Write a technology of one candidate; returns its code."""
    tech, who = s.t.code("asset", part.name), table.who(i)
    both = {"name_zh": part.name, "name_en": part.name}
    sizes = {"min_new_mw": part.low, "max_new_mw": part.high}
    s.t.add("candidates", who, candidate=tech, node=s.node[zone_of(s, table, i)], technology=tech, coal_grade=coal_grade, **sizes, **both)
    s.t.add("technologies", who, technology=tech, vintage=YEAR, kind=kind, capex_cny_per_kw=overnight(part.capital),
            fom_cny_per_kw_year=part.fixed * CNY_PER_KW_FROM_CNY_PER_MW, lifetime_years=LIFETIME_YEARS, **both, **cells)  # fmt: skip
    s.members.setdefault(table.text(i, "Resource"), []).append(("technologies", tech))
    return tech


def storage(s: GenxStudy, table: GenxTable, i: int, fuel: dict, shape: dict) -> None:
    """A store whose volume is sized apart from its power."""
    name, zone = table.text(i, "Resource"), zone_of(s, table, i)
    up, down = (table.number(i, f"Eff_{way}", 0.3, 1) for way in ("Up", "Down"))
    loss, charging = table.number(i, "Self_Disch", 0, 0.05), table.number(i, "Var_OM_Cost_per_MWh_In", 0)
    if loss and charging:
        hint = ("0 with Self_Disch: charging and discharging are no fixed ratio", "有 Self_Disch 时须为 0")
        table.refuse(i, "Var_OM_Cost_per_MWh_In", "genx_value", *hint)
    capital, fixed = (table.number(i, f"{of}_Cost_per_MWhyr", 0) for of in ("Inv", "Fixed_OM"))
    least, most = table.number(i, "Min_Duration", 0), table.number(i, "Max_Duration", 0)
    cells: dict[str, Any] = {
        "charge_efficiency_share": up, "discharge_efficiency_share": down, "standing_loss_share_per_h": loss,
        # What is charged in a period is what it discharges over both efficiencies, so the cost of charging is one of discharging.
        "vom_cny_per_mwh": table.number(i, "Var_OM_Cost_per_MWh", 0) + charging / ((up or 1) * (down or 1)),
        "capex_cny_per_kwh": overnight(capital + fixed), "from_stock": True,
    }  # fmt: skip
    cells |= {"duration_h": least} if least == most and least > 0 else {"min_duration_h": least, "max_duration_h": most}
    for part in parts(s, table, i):
        if part.high > 0:
            tech = _candidate(s, table, i, part, "battery", **cells)
            s.stores.setdefault(zone, []).append(tech)
            for sense, column in ((">=", "Min_Cap_MWh"), ("<=", "Max_Cap_MWh")):
                value = table.number(i, column, -1)
                if value > 0 or (value == 0 and sense == "<="):
                    member = {"table": "technologies", "element": tech, "quantity": "volume", "weight": 1.0}
                    s.limit(f"{name} {column}", sense, value, [member], table.who(i))
    bounded(s, table, i)
