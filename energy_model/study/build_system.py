"""From input tables to the index tables of the model.

This is the only place where units change between the tables (MW, CNY) and the model (GW, MCNY).
"""
# Over 300 lines: every table is converted once, here.

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.study.build_converters import build_converters, series_of
from energy_model.study.contract_calendars import contract_calendars
from energy_model.study.cycles import circuits, cycle_table, electrical, half_at_both_ends
from energy_model.study.neighbours import KIND as NEIGHBOUR
from energy_model.study.settings import Settings
from energy_model.study.study import Study
from energy_model.study.system import (
    AIR,
    BOILERS,
    COAL_DRYER,
    COAL_YARD,
    MINIMUM_COMMITMENT,
    MONTHS,
    RESERVE,
    RESERVE_PRODUCT,
    STORES,
    THERMAL,
    System,
)
from energy_model.units import (
    GJ_PER_MWH,
    GM3_PER_TJ_FROM_M3_PER_GJ,
    GW_PER_MW,
    GWH_PER_KT_FROM_KWH_PER_T,
    HOURS_PER_DAY,
    HOURS_PER_YEAR,
    KT_PER_TJ_FROM_KG_PER_GJ,
    MCNY_PER_GW_FROM_CNY_PER_MW,
    MCNY_PER_GWH_FROM_CNY_PER_MWH,
    MCNY_PER_KT_FROM_CNY_PER_T,
    MCNY_PER_TJ_FROM_CNY_PER_GJ,
    MW_PER_GW,
    SO2_PER_SULPHUR,
    T_PER_KT,
    THOUSAND_M3_PER_MM3,
    TJ_PER_GWH,
    annuity,
)

LARGEST_LOAD_FACTOR = 10.0
"""Bound on the peak of a region's load, in mean loads; no row gives missing reserve a bound."""


def build_system(study: Study) -> System:
    """Build the model's index tables from a validated study.

    Units of one plant become clusters of equal node, technology and coal grade; a candidate is a cluster of its own.
    """
    s = study.settings
    case = s.study.case
    finance = study.tables["finance"].set_index("vintage").loc[s.study.cost_vintage]
    dryer = _coal_dryers(study.tables, case, finance, s.expansion.enabled)
    t = {**study.tables, "mines": _mines(study.tables, dryer)}
    nodes = t["nodes"].set_index("node")
    tech = t["technologies"].query("vintage == @s.study.cost_vintage").set_index("technology")
    asset = _assets(study, tech, finance)
    areas = t["heat_areas"].query("case == @case").set_index("heat_area")
    asset["microgrid"] = asset.node.map(nodes.microgrid)
    asset["heat_area"] = asset.node.map(areas.reset_index().set_index("node").heat_area)
    thermal, (resource, feed), store = _thermal(asset, s), _resources(asset, t, nodes), _stores(asset)
    boiler = _boilers(asset, areas, tech, finance)
    fuel_user = _fuel_users(thermal, boiler)
    target = t["targets"].query("mode in ('hard', 'soft', 'report')").set_index("target")
    corridor = _corridors(study, nodes, finance)
    contract = _contracts(t)
    # A market that no corridor reaches can take nothing; a contract that promises energy there stays, and makes the plan impossible.
    contract = contract[contract.market.isin(corridor.to_bus) | (contract.min_gwh_per_year > 0)]
    product, reserve = _reserves(study, nodes, resource, thermal)
    return System(
        **_hydrogen(t, finance, s.expansion.enabled),
        **build_converters(t, corridor, finance, s.expansion.enabled),
        **_sections(t, corridor),
        **_agreements(t, corridor),
        **_short_circuit(t, asset, corridor, s.network.short_circuit),
        contract_month=_contract_months(t["contract_months"]),
        holiday=t["holidays"].set_index("day").kind,
        minimum_commitment=_minimum_commitment(t, case),
        rail_line=t["rail_lines"].set_index("rail_line"),
        coal_dryer=dryer,
        coal_yard=_coal_yards(t, fuel_user, s.coal.by_month),
        reserve_product=product,
        reserve=reserve,
        bus=_buses(nodes, {*corridor.to_bus, *contract.market}),
        thermal=thermal,
        resource=resource,
        feed=feed,
        store=store,
        boiler=boiler,
        corridor=corridor,
        contract=contract,
        smelter=_smelters(t, case),
        microgrid=_microgrids(t),
        heat_area=areas,
        fuel_user=fuel_user,
        supply=_supply(t, case, fuel_user, _kept_back(pd.concat([thermal.technology, boiler.technology]), tech)),
        water_node=_water_nodes(t, case, nodes),
        mine=t["mines"].query("case == @case").set_index("mine"),
        coal_user=t["coal_users"].query("case == @case").set_index("user"),
        target=target,
        potential=_potential(nodes),
        finance=finance,
        expansion=s.expansion.enabled,
        period_h=s.time.period_h,
        bilateral=t["bilateral"].set_index("bilateral"),
        options=s.options,
        # Lines that stand, with the reactance they have; a candidate joins once it is built (results/power_flow.py).
        cycle=cycle_table(corridor),
    )


def _thermal(asset: pd.DataFrame, s: Settings) -> pd.DataFrame:
    """Thermal clusters; output and cost are net of own use."""
    thermal = asset[asset.kind.isin(THERMAL)].copy()
    net = 1 - thermal.auxiliary_share
    thermal["net_share"] = net
    forced = thermal.outage_share - thermal.planned_outage_share
    thermal["firm_share"] = net * (1 - forced)  # at peak no plant is overhauled
    thermal["online_share"] = thermal.firm_share if s.maintenance.scheduled else net * (1 - thermal.outage_share)
    thermal["vom"] = thermal.vom_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    thermal["start_cost"] = thermal.start_cost_cny_per_mw * MCNY_PER_GW_FROM_CNY_PER_MW
    thermal["start_cost_hot"] = thermal.start_cost_hot_cny_per_mw * MCNY_PER_GW_FROM_CNY_PER_MW
    thermal["start_cost_cold"] = thermal.start_cost_cold_cny_per_mw * MCNY_PER_GW_FROM_CNY_PER_MW
    thermal["start_fuel"] = thermal.start_fuel_gj_per_mw  # GJ/MW = TJ/GW
    thermal["fuel_price"] = thermal.fuel_price_cny_per_gj * MCNY_PER_TJ_FROM_CNY_PER_GJ
    thermal["fuel_price_series"] = series_of(thermal, "fuel_price")
    thermal["is_chp"] = (thermal.kind == "chp") & thermal.heat_area.notna()
    thermal["heat_share"] = thermal.heat_per_power / net  # heat per net power, as everything of the cluster is net
    thermal["co2_benchmark"] = thermal.co2_benchmark_t_per_mwh  # t/MWh = kt/GWh
    thermal["co2_benchmark_heat"] = thermal.co2_benchmark_t_per_gj * GJ_PER_MWH
    thermal["water"] = (thermal.water_m3_per_mwh / net).fillna(0.0)  # per net output; m3/MWh = 1000 m3/GWh
    thermal["short_circuit"] = thermal.short_circuit_mva_per_mw / net  # per net capacity on-line
    thermal["unit_gw"] = thermal.unit_size_mw * GW_PER_MW
    dry = thermal.deep_load_share.fillna(thermal.min_load_share)
    thermal["dry_depth"], thermal["oil_depth"] = thermal.min_load_share - dry, dry - thermal.oil_load_share.fillna(dry)
    for tier, column in (("dry", "deep"), ("oil", "oil")):
        thermal[f"{tier}_cost"] = thermal[f"{column}_cost_cny_per_mwh"] * MCNY_PER_GWH_FROM_CNY_PER_MWH
    thermal["open_start"] = not s.time.closed
    thermal["found_built"] = False  # by an earlier solve (`solving.standing_units`)
    thermal["whole"] = False  # a plan runs fractions of units; `energy-model commit` does not
    return thermal


def _resources(asset: pd.DataFrame, t: Mapping[str, pd.DataFrame], nodes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Wind and solar resources with their hourly series, and their feeds for dispatch."""
    resource = asset[asset.kind.isin(("wind", "solar"))].copy()
    given = t["profiles"].set_index("profile").series.notna()
    by_weather = resource.profile + "@" + resource.node.map(nodes.renewable_sites.fillna(nodes.climate_site))
    resource["series"] = resource.profile.where(resource.profile.map(given).eq(True), by_weather)
    resource["vom"] = resource.vom_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    resource["feed"] = resource.node + "." + resource.kind
    # One output serves all resources of a node and carrier only where it costs the same.
    apart = resource.groupby("feed").vom.transform("nunique") > 1
    resource["feed"] = resource.feed.where(~apart, resource.feed + "." + resource.technology)
    feed = resource.groupby("feed").agg(bus=("node", "first"), carrier=("kind", "first"), vom=("vom", "first"))
    return resource, feed


def _stores(asset: pd.DataFrame) -> pd.DataFrame:
    store = asset[asset.kind.isin(STORES)].copy()
    store["vom"] = store.vom_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    store["start_level"] = store.start_level_h * store.existing
    for flag in ("long_duration", "from_stock"):
        store[flag] = store[flag].astype(bool)
    return store


def _boilers(asset: pd.DataFrame, areas: pd.DataFrame, tech: pd.DataFrame, finance: pd.Series) -> pd.DataFrame:
    """Boilers of plants and candidates, and existing ones of the heat areas."""
    boiler = asset[asset.kind.isin(BOILERS)].copy()
    boiler["vom"] = boiler.vom_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    boiler = pd.concat([boiler, _existing_boilers(areas, tech, finance)])
    boiler["heat_rate"] = TJ_PER_GWH / boiler.efficiency_share
    boiler["co2_benchmark_heat"] = _looked_up(boiler.technology, tech.co2_benchmark_t_per_gj) * GJ_PER_MWH  # t/MWh = kt/GWh
    return boiler


def _fuel_users(thermal: pd.DataFrame, boiler: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(
        [
            thermal[["node", "coal_grade"]].assign(kind="thermal"),
            boiler[boiler.kind == "coal_boiler"][["node", "coal_grade"]].assign(kind="boiler"),
        ]
    )


def _assets(study: Study, tech: pd.DataFrame, finance: pd.Series) -> pd.DataFrame:
    """Existing clusters and candidates in one table, with technology data and yearly cost [MCNY/GW, MCNY/GWh]."""
    s = study.settings.study
    p = study.tables["plants"]
    alive = (p.start_year <= s.fleet_year) & ~(p.retired_year <= s.fleet_year)
    p = p[alive].copy()
    p["heat_rate_gj_per_mwh"] = p.heat_rate_gj_per_mwh.fillna(_looked_up(p.technology, tech.heat_rate_gj_per_mwh))
    p["weighted"] = p.heat_rate_gj_per_mwh * p.capacity_mw
    p["coal_grade"] = p.coal_grade.fillna("")
    grouped = p.groupby(["node", "technology", "coal_grade"], sort=True)
    existing = grouped.agg(existing=("capacity_mw", "sum"), weighted=("weighted", "sum")).reset_index()
    grades = existing.groupby(["node", "technology"]).coal_grade.transform("size")
    suffix = ("." + existing.coal_grade).where(grades > 1, "")
    existing.index = existing.node + "." + existing.technology + suffix
    existing = existing[existing.existing > 0].copy()  # in a pathway: what is left of the fleet
    existing["heat_rate"] = existing.weighted / existing.existing
    existing["existing"] *= GW_PER_MW
    existing["max_new"] = existing["min_new"] = 0.0

    c = study.tables["candidates"].set_index("candidate")
    new = c[["node", "technology", "coal_grade", "retrofit_of", "retrofit_cny_per_kw"]].copy()
    enabled = float(study.settings.expansion.enabled)
    new["existing"] = 0.0
    new["max_new"] = c.max_new_mw * GW_PER_MW * enabled
    new["min_new"] = c.min_new_mw * GW_PER_MW * enabled
    label = existing.reset_index().set_index(["node", "technology", "coal_grade"])["index"]
    parent = pd.MultiIndex.from_arrays([c.node, c.retrofit_of, c.coal_grade])
    new["retrofit_of"] = label.reindex(parent).to_numpy()
    usual = _looked_up(c.technology, tech.heat_rate_gj_per_mwh)
    new["heat_rate"] = _looked_up(new.retrofit_of, existing.heat_rate).fillna(usual)
    new = new[new.max_new > 0]

    asset = pd.concat([existing.drop(columns="weighted"), new])
    asset = asset.join(tech.drop(columns=["heat_rate_gj_per_mwh"]), on="technology")
    asset["coal_grade"] = asset.coal_grade.replace("", None)
    _name_by_grade(asset, study.tables["coal_grades"].set_index("grade"))
    factor = annuity(finance.discount_rate_share, asset.lifetime_years)
    asset["capex"] = asset.retrofit_cny_per_kw.fillna(asset.capex_cny_per_kw) * factor  # 1 CNY/kW = 1 MCNY/GW
    asset["capex_energy"] = asset.capex_cny_per_kwh * factor
    asset["fom"] = asset.fom_cny_per_kw_year
    asset.index.name = "asset"
    return asset


def _name_by_grade(asset: pd.DataFrame, grades: pd.DataFrame) -> None:
    """Add the grade to the name of technologies that burn several at a node."""
    several = asset.groupby(["node", "technology"]).coal_grade.transform("nunique") > 1
    for name, words in (("name_zh", "（{}）"), ("name_en", ", {}")):
        asset.loc[several, name] += asset.coal_grade[several].map(grades[name]).map(words.format)


def _looked_up(names: pd.Series, figure: pd.Series) -> pd.Series:
    """Value of each name, numeric even without any names, where `Series.map` would give text."""
    return figure.reindex(names).set_axis(names.index)


def _existing_boilers(areas: pd.DataFrame, tech: pd.DataFrame, finance: pd.Series) -> pd.DataFrame:
    have = areas[areas.existing_boiler_mw > 0]
    if have.empty:
        return pd.DataFrame()
    row = tech[tech.kind == "coal_boiler"].iloc[0]
    frame = pd.DataFrame({"node": have.node, "coal_grade": have.boiler_grade, "existing": have.existing_boiler_mw * GW_PER_MW})
    frame["heat_area"] = have.index
    frame.index = [f"{n}.coal_boiler" for n in have.node]
    frame = frame.assign(
        technology=row.name,
        kind="coal_boiler",
        max_new=0.0,
        min_new=0.0,
        vom=row.vom_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH,
        efficiency_share=row.efficiency_share,
        fom=row.fom_cny_per_kw_year,
        capex=0.0,
        lifetime_years=row.lifetime_years,
        name_zh=row.name_zh,
        name_en=row.name_en,
    )
    return frame.astype({"existing": float})


def _buses(nodes: pd.DataFrame, reached: set[str]) -> pd.DataFrame:
    inside = nodes[nodes.kind != "receiver"]
    markets = sorted((set(nodes.market.dropna()) & reached) - set(inside.index))  # the others are neighbours
    frame = pd.DataFrame({"market": [False] * len(inside) + [True] * len(markets)}, index=[*inside.index, *markets])
    frame["microgrid"] = inside.microgrid.reindex(frame.index)
    frame["region"] = inside.reserve_region.reindex(frame.index)
    frame["outside"] = frame.index.isin(nodes.index[nodes.kind == NEIGHBOUR])
    frame.index.name = "bus"
    return frame


def _potential(nodes: pd.DataFrame) -> pd.Series:
    """Land for wind and solar by (node, carrier) [GW], if the table states it."""
    both = pd.concat({"wind": nodes.wind_potential_mw, "solar": nodes.solar_potential_mw}).swaplevel() * GW_PER_MW
    return both[both > 0]


def _corridors(study: Study, nodes: pd.DataFrame, finance: pd.Series) -> pd.DataFrame:
    c = study.tables["corridors"].set_index("corridor").copy()
    bus = nodes.market.where(nodes.kind == "receiver", nodes.index.to_series())
    c["from_bus"], c["to_bus"] = c.from_node.map(bus), c.to_node.map(bus)
    stands = (c.start_year <= study.settings.study.fleet_year) & ~c.normally_open
    own = (1 - c.others_share) * GW_PER_MW
    c["existing"] = c.existing_mw.where(stands, 0.0) * own
    may = float(study.settings.expansion.enabled) * ~c.normally_open
    c["max_new"] = c.max_new_mw * own * may
    c["min_new"] = c.min_new_mw * own * may
    # What others send counts towards the least power of the line.
    c["min_power_share"] = (c.min_power_share - c.others_share).clip(lower=0.0) / (1 - c.others_share)
    c["rating_series"] = series_of(c, "rating")
    c["loss_share"] = c.loss_share.where(c.output_per_input.isna(), 1 - c.output_per_input)
    c["grid_short_circuit"] = c.grid_short_circuit_mva * GW_PER_MW
    c = half_at_both_ends(c)
    c["usable"] = c.security_share * c.availability_share
    c["others_power"] = c.others_share / (1 - c.others_share) * c.usable
    c["emergency"] = c.emergency_share * c.availability_share
    c["capex"] = c.capex_cny_per_kw * annuity(finance.discount_rate_share, c.lifetime_years)
    c["fom"] = c.capex_cny_per_kw * c.fom_share_per_year
    c["wheeling"] = c.wheeling_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    c["new_circuit"] = c.new_circuit_mw * own
    c["outage"] = (c.existing * c.outage_circuits / c.circuits).where((c.existing > 0) & (c.outage_days > 0), 0.0)
    if study.settings.network.reactance == "fixed":
        c["circuits"], c["circuits_per_gw"] = c.circuits.astype(float), 0.0
        c["assumed_circuits"] = c.circuits
    else:
        c["circuits"] = c.circuits.where(c.existing > 0, 0).astype(float)
        c["circuits_per_gw"] = (1 / c.new_circuit).where((c.max_new > 0) & (c.new_circuit > 0), 0.0)
        c["assumed_circuits"] = circuits(c, c.existing)
    standing = electrical(c[(c.existing > 0) | (c.max_new > 0)].copy(), study.settings.network)
    return _secured(standing, study.settings.network.security == "n-1")


def _secured(c: pd.DataFrame, screened: bool) -> pd.DataFrame:
    """Reactance of one circuit [rad/GW] of corridors in screened networks; corridors with screened trips need no margin.

    A dedicated corridor starts from a busbar of its own and an HVDC link is steered: what they carry does not move when a line trips.
    """
    part = (c.kind == "ac") & c.dedicated_to.isna() & screened
    c["reactance"] = (c.reactance_ohm_per_km * c.length_km / c.voltage_kv**2 * MW_PER_GW).where(part)  # ohm/kV2 = rad/MW
    c["contingency"] = c.contingency & part
    c["usable"] = c.usable.where(~c.contingency, c.availability_share)
    return c


def _sections(t: Mapping[str, pd.DataFrame], corridor: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Limits of sections by direction [GW], weights of existing or buildable corridors, and contributions of units online."""
    member = t["section_members"].set_index(["section", "corridor"])
    member = member[member.index.get_level_values("corridor").isin(corridor.index)]
    own = t["sections"].set_index("section")
    own = own[own.index.isin(member.index.get_level_values("section"))]
    sides = {}
    for direction in ("forward", "reverse"):
        by_month = own.filter(like=f"{direction}_mw_").set_axis(list(MONTHS), axis=1) * GW_PER_MW
        sides[direction] = own[["name_zh", "name_en"]].join(by_month[by_month.notna().all(axis=1)], how="inner")
    unit = t["section_units"].set_index(["section", "node"])
    return {
        "section": pd.concat(sides, names=["direction"]).swaplevel().sort_index(),
        "section_member": member,
        "section_unit": unit.rename(columns={"forward_share": "forward", "reverse_share": "reverse"}),
    }


def _agreements(t: Mapping[str, pd.DataFrame], corridor: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Agreed energy by month and year [GWh], and weights of existing or buildable corridors."""
    member = t["agreement_members"].set_index(["agreement", "corridor"])
    member = member[member.index.get_level_values("corridor").isin(corridor.index)]
    term = t["agreements"].set_index(["agreement", "month"]).rename(columns={"least_gwh": "least", "most_gwh": "most"})
    return {"agreement": term[term.index.get_level_values("agreement").isin(member.index.get_level_values(0))], "agreement_member": member}


def _short_circuit(t: Mapping[str, pd.DataFrame], asset: pd.DataFrame, corridor: pd.DataFrame, on: bool) -> dict[str, pd.DataFrame]:
    """Condensers [Gvar, GVA/Gvar], and shares of short-circuit power by link and node; both empty while the option is off."""
    condenser = asset[(asset.kind == "condenser") & on].copy()
    condenser["short_circuit"] = condenser.short_circuit_mva_per_mw
    share = t["short_circuit"].set_index(["corridor", "node"])
    limited = corridor.index[corridor.least_short_circuit_ratio.notna() & on]
    return {"condenser": condenser, "short_circuit": share[share.index.get_level_values("corridor").isin(limited)]}


def _contracts(t: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    c = t["contracts"].set_index("contract").copy()
    c["max"] = c.max_mw * GW_PER_MW
    tariffs = t["tariffs"].set_index("tariff")
    shapes = {}
    for name, row in c.iterrows():
        share = {"peak": row.peak_share, "flat": row.flat_share, "valley": row.valley_share}
        periods = [tariffs.loc[row.tariff, f"hour_{h:02d}"] for h in range(24)] if row["shape"] == "tariff" else None
        shapes[name] = tuple(share[p] for p in periods) if periods else (1.0,) * 24
    curves = contract_calendars(t["contract_shapes"])
    c["calendar"] = pd.Series({x: curves.get(x) for x in c.index}, dtype=object)
    # What stands for a day of a calendar where one figure is asked for: the most of each hour.
    c["hours"] = pd.Series({x: tuple(curves[x].max(axis=(0, 1))) if x in curves else hours for x, hours in shapes.items()})
    c["deviation_price"] = c.deviation_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    return c[c["max"] > 0].copy()


def _contract_months(table: pd.DataFrame) -> pd.Series:
    """Shares of the yearly energy by contract and month, which add up to exactly 1."""
    share = table.set_index(["contract", "month"]).share
    return share / share.groupby("contract").transform("sum")


def _smelters(t: Mapping[str, pd.DataFrame], case: str) -> pd.DataFrame:
    c = t["smelters"].query("case == @case").set_index("smelter").copy()
    c["intensity"] = c.intensity_kwh_per_t * GWH_PER_KT_FROM_KWH_PER_T
    c["rated"] = c.aluminium_kt_per_year * c.intensity / HOURS_PER_YEAR
    c["shed_cost"] = c.shed_cost_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    c["restart_cost"] = c.restart_cost_cny_per_mw * MCNY_PER_GW_FROM_CNY_PER_MW
    return c[c.rated > 0].copy()


def _hydrogen(t: Mapping[str, pd.DataFrame], finance: pd.Series, expansion: bool) -> dict[str, pd.DataFrame]:
    """Electrolysers, stores and contracts; 1 CNY/kW = 1 MCNY/GW, 1 CNY/kg = 1 MCNY/kt, 1 kWh/kg = 1 GWh/kt."""
    el, store = t["electrolysers"].set_index("electrolyser"), t["hydrogen_stores"].set_index("hydrogen_store")
    found = {}
    for name, table, amount, per_unit, capex in (
        ("electrolyser", el, "mw", GW_PER_MW, el.capex_cny_per_kw),
        ("hydrogen_store", store, "t", 1 / T_PER_KT, store.capex_cny_per_kg),
    ):
        new = per_unit * float(expansion)
        found[name] = table.assign(
            existing=table[f"existing_{amount}"] * per_unit, max_new=table[f"max_new_{amount}"] * new,
            min_new=table[f"min_new_{amount}"] * new, capex=capex * annuity(finance.discount_rate_share, table.lifetime_years),
            fom=capex * table.fom_share_per_year, kind=name,
        ).query("existing + max_new > 0")  # fmt: skip
    found["electrolyser"]["intensity"] = found["electrolyser"].kwh_per_kg
    c = t["hydrogen_contracts"].set_index("hydrogen_contract")
    found["hydrogen_contract"] = c.assign(
        min_kt_per_year=c.min_t_per_year / T_PER_KT, max_kt_per_year=c.max_t_per_year / T_PER_KT, price=c.price_cny_per_kg,
        most_kt_per_h=(c.max_t_per_day / HOURS_PER_DAY).fillna(c.max_t_per_year) / T_PER_KT,
    ).query("max_kt_per_year > 0")  # fmt: skip
    return found


def _microgrids(t: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    m = t["microgrids"].set_index("microgrid").copy()
    for column in ("tie_limit_mw", "reserve_mw", "reserve_down_mw"):
        m[column.removesuffix("_mw")] = m[column] * GW_PER_MW
    return m


def _minimum_commitment(t: Mapping[str, pd.DataFrame], case: str) -> pd.DataFrame:
    """Groups of plants with their minimum online capacity and output in each month [GW, share]."""
    table = t["minimum_commitment"].query("case == @case").sort_values("month")
    rows = {
        f"{region}/{kind}": (
            region, kind, tuple(own.least_online_mw * GW_PER_MW), tuple(own.least_online_share), tuple(own.least_output_share),
            tuple(own.planned_gwh),
        )
        for (region, kind), own in table.groupby(["region", "kind"])
    }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(MINIMUM_COMMITMENT))


def _reserves(study: Study, nodes: pd.DataFrame, resource: pd.DataFrame, thermal: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Products in order of speed, and requirements by product and region [GW, MCNY/GWh]."""
    t = study.tables
    p = t["reserve_products"].set_index("product").copy()
    p["price"] = p.shortfall_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH
    p = p.sort_values(["direction", "spinning", "response_h"], ascending=[True, False, True], kind="stable")
    q = t["reserves"].set_index(["product", "region"]).copy()
    q["fixed"] = q.fixed_mw * GW_PER_MW
    region = q.index.get_level_values("region")
    case = study.settings.study.case
    load = t["loads"].query("case == @case").groupby("node").energy_gwh_per_year.sum() / HOURS_PER_YEAR
    smelter = _smelters(t, case).groupby("node").rated.sum()
    mean = load.add(smelter, fill_value=0.0)
    mean = mean.groupby(nodes.reserve_region.reindex(mean.index)).sum()
    unit, region_of_unit = thermal.unit_gw * thermal.net_share, thermal.node.map(nodes.reserve_region)
    most = resource.existing + resource.max_new
    most = most.groupby([resource.kind, resource.node.map(nodes.reserve_region)]).sum()
    q["most"] = q.fixed + q.load_share * LARGEST_LOAD_FACTOR * np.array([mean.get(r, 0.0) for r in region], dtype=float)
    q["most"] += q.largest_unit_share * unit.groupby(region_of_unit).max().reindex(region).fillna(0.0).to_numpy(float)
    for kind in ("wind", "solar"):
        q["most"] += q[f"{kind}_share"] * np.array([most.get((kind, r), 0.0) for r in region], dtype=float)
    return p[list(RESERVE_PRODUCT)], q[list(RESERVE)]


def _kept_back(technology: pd.Series, tech: pd.DataFrame) -> pd.DataFrame:
    """Shares of sulphur and ash that each user of fuel emits, and its nitrogen oxides after removal [kg/GJ]; 0 where not counted."""
    own = tech.reindex(technology).set_axis(technology.index)
    found = {"so2": 1 - own.so2_removal_share, "nox": own.nox_kg_per_gj * (1 - own.nox_removal_share), "dust": 1 - own.dust_removal_share}
    return pd.DataFrame(found).fillna(0.0)


def _water_nodes(t: Mapping[str, pd.DataFrame], case: str, nodes: pd.DataFrame) -> pd.DataFrame:
    """Nodes with a use of water: water of industry in the year and water right [1000 m3]; none where nothing is counted."""
    rate = t["water_uses"].set_index("water_use").m3_per_mwh
    smelter = _smelters(t, case)
    use = pd.concat([
        t["loads"].query("case == @case")[["load", "node", "energy_gwh_per_year"]],
        pd.DataFrame({"load": "smelters", "node": smelter.node, "energy_gwh_per_year": smelter.rated * HOURS_PER_YEAR}),
    ])  # fmt: skip
    industry = (use.load.map(rate).fillna(0.0) * use.energy_gwh_per_year).groupby(use.node).sum()
    counted = t["technologies"].water_m3_per_mwh.notna().any() or len(rate)
    inside = nodes.index[nodes.kind != "receiver"] if counted else nodes.index[:0]
    return pd.DataFrame(
        {
            "industry": industry.reindex(inside, fill_value=0.0),
            "right": nodes.water_right_mm3_per_year.reindex(inside) * THOUSAND_M3_PER_MM3,
        }
    )


def _supply(t: Mapping[str, pd.DataFrame], case: str, users: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Pairs of mine and fuel user with the delivered price [MCNY/TJ] and the coal per heat [kt/TJ]."""
    mines = t["mines"].query("case == @case")
    grades = t["coal_grades"].set_index("grade")
    pairs = (
        users.reset_index(names="user")
        .merge(mines.rename(columns={"node": "mine_node"}), left_on="coal_grade", right_on="grade")
        .merge(t["coal_routes"], on=["mine", "node"])
    )
    lhv = _looked_up(pairs.coal_grade, grades.lhv_mj_per_kg)  # MJ/kg = TJ/kt
    pairs["kt_per_tj"] = 1 / lhv
    pairs["price"] = pairs.price_cny_per_t * MCNY_PER_KT_FROM_CNY_PER_T / lhv
    pairs["freight"] = pairs.freight_cny_per_t * MCNY_PER_KT_FROM_CNY_PER_T / lhv
    pairs["co2_kt_per_tj"] = _looked_up(pairs.coal_grade, grades.co2_kg_per_gj) * KT_PER_TJ_FROM_KG_PER_GJ
    sulphur, ash = (_looked_up(pairs.coal_grade, grades[f"{name}_share"]).fillna(0.0) / lhv for name in ("sulphur", "ash"))
    own = kept.reindex(pairs.user).set_axis(pairs.index)
    pairs["so2_kt_per_tj"] = SO2_PER_SULPHUR * sulphur * own.so2
    pairs["nox_kt_per_tj"] = own.nox * KT_PER_TJ_FROM_KG_PER_GJ
    pairs["dust_kt_per_tj"] = ash * own.dust
    pairs["flue_gas_gm3_per_tj"] = _looked_up(pairs.coal_grade, grades.flue_gas_m3_per_gj) * GM3_PER_TJ_FROM_M3_PER_GJ
    return pairs.set_index(["mine", "user"])[["grade", "kt_per_tj", "price", "freight", "co2_kt_per_tj", "rail_line", *AIR]]


def _mines(t: Mapping[str, pd.DataFrame], dryer: pd.DataFrame) -> pd.DataFrame:
    """Mines without the products of dryers that the study does not have; other products leave evenly over the months, as dryers run."""
    mines = t["mines"]
    mines = mines[~mines.mine.isin(t["coal_dryers"].mine) | mines.mine.isin(dryer.index)]
    return mines.assign(month_deviation_share=mines.month_deviation_share.mask(mines.mine.isin(dryer.index), 0.0))


def _coal_dryers(t: Mapping[str, pd.DataFrame], case: str, finance: pd.Series, expansion: bool) -> pd.DataFrame:
    """Dryers whose product and raw coal are mines of the level; each runs evenly all year, so its capacity is its yearly output."""
    mine = t["mines"].query("case == @case").set_index("mine")
    d = t["coal_dryers"].set_index("mine")
    d = d[d.index.isin(mine.index) & d.raw_mine.isin(mine.index) & expansion]
    capital = d.capex_cny_per_t_year * (annuity(finance.discount_rate_share, d.lifetime_years) + d.fom_share_per_year)
    return pd.DataFrame(
        {
            "raw_mine": d.raw_mine,
            "node": mine.node.reindex(d.index),
            "raw_per_product": 1 / d.yield_t_per_t,
            "power": d.kwh_per_t * GWH_PER_KT_FROM_KWH_PER_T / HOURS_PER_YEAR,
            "most": mine.capacity_kt_per_year.reindex(d.index),
            "cost": capital * MCNY_PER_KT_FROM_CNY_PER_T,
            "raw_price": _looked_up(d.raw_mine, mine.price_cny_per_t) * MCNY_PER_KT_FROM_CNY_PER_T,
        },
        columns=list(COAL_DRYER),
    )


def _coal_yards(t: Mapping[str, pd.DataFrame], users: pd.DataFrame, by_month: bool) -> pd.DataFrame:
    """Stocks of coal by node and grade burnt there, ``node/grade``; none where only the year's sums agree."""
    pairs = users[["node", "coal_grade"]].drop_duplicates() if by_month else users[["node", "coal_grade"]].iloc[:0]
    yard = pairs.rename(columns={"coal_grade": "grade"}).merge(t["coal_yards"], on="node")
    yard["least_h"], yard["most_h"] = yard.least_days * HOURS_PER_DAY, yard.most_days * HOURS_PER_DAY
    yard["mj_per_kg"] = _looked_up(yard.grade, t["coal_grades"].set_index("grade").lhv_mj_per_kg)
    return yard.set_index(yard.node.astype(str) + "/" + yard.grade.astype(str))[list(COAL_YARD)]
