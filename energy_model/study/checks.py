"""Checks across tables for consistency of a study; each check names the cell to repair."""
# Over 300 lines: one rule after the other.

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from energy_model.study.checker import Checker
from energy_model.study.clause_checks import CLAUSE_CHECKS
from energy_model.study.clause_quantities import clause_quantity
from energy_model.study.coal_checks import COAL_CHECKS
from energy_model.study.commitment_checks import COMMITMENT_CHECKS
from energy_model.study.contract import CASE_TABLES
from energy_model.study.contract_checks import CONTRACT_CHECKS
from energy_model.study.environment_checks import ENVIRONMENT_CHECKS
from energy_model.study.errors import InputError
from energy_model.study.finance_checks import FINANCE_CHECKS
from energy_model.study.flow_checks import FLOW_CHECKS
from energy_model.study.grid_checks import GRID_CHECKS
from energy_model.study.limit_checks import LIMIT_CHECKS
from energy_model.study.nearest import did_you_mean
from energy_model.study.pathway_checks import check_pathway
from energy_model.study.period_checks import PERIOD_CHECKS
from energy_model.study.provenance import check_sources
from energy_model.study.read import NEVER_EMPTY, RawTable
from energy_model.study.reserve_checks import RESERVE_CHECKS
from energy_model.study.section_checks import SECTION_CHECKS
from energy_model.study.security_checks import SECURITY_CHECKS
from energy_model.study.settings import Settings
from energy_model.study.store_checks import STORE_CHECKS
from energy_model.study.system import STORES

STEAM = (
    "heat_rate_gj_per_mwh",
    "no_load_fuel_share",
    "min_load_share",
    "ramp_share_per_h",
    "start_cost_cny_per_mw",
    "unit_size_mw",
)
EXTRACTION = ("power_loss_per_heat", "back_pressure_ratio", "heat_per_power")
STORE = ("charge_efficiency_share", "discharge_efficiency_share")
NEEDS = {
    "thermal": STEAM,
    "chp": STEAM + EXTRACTION,
    "wind": ("profile",),
    "solar": ("profile",),
    "battery": STORE,
    "pumped_hydro": STORE,
    "heat_store": STORE,
    "coal_boiler": ("efficiency_share",),
    "electric_boiler": ("efficiency_share",),
    "condenser": (),
}
BURNS_COAL = ("thermal", "chp", "coal_boiler")
HEAT_ONLY = ("coal_boiler", "electric_boiler", "geothermal", "heat_store")
STANDING_LOSS_PER_H = 0.05
"""Most that a store may lose in an hour."""


def check_tables(tables: Mapping[str, pd.DataFrame], raw: Mapping[str, RawTable], settings: Settings) -> list[InputError]:
    """Run every check and collect all errors."""
    c = Checker(tables, raw, settings)
    checks = (
        _technologies,
        _vintages,
        _cases,
        _equipment,
        *COAL_CHECKS,
        *ENVIRONMENT_CHECKS,
        _potentials,
        *GRID_CHECKS,
        *FLOW_CHECKS,
        *SECTION_CHECKS,
        *CONTRACT_CHECKS,
        *FINANCE_CHECKS,
        *COMMITMENT_CHECKS,
        *SECURITY_CHECKS,
        *RESERVE_CHECKS,
        *PERIOD_CHECKS,
        *LIMIT_CHECKS,
        *STORE_CHECKS,
        _targets,
        *CLAUSE_CHECKS,
        _least_and_most,
        _bounds,
        check_pathway,
    )
    errors = [error for check in checks for error in check(c)]
    return errors + check_sources(tables, raw)


def _technologies(c: Checker) -> Iterator[InputError]:
    tech = c.t["technologies"]
    for kind, needed in NEEDS.items():
        for name in needed:
            cells = tech[name]
            lacking = cells.isna() | (cells == 0) if name == "unit_size_mw" else cells.isna()
            for i in tech.index[(tech.kind == kind) & lacking]:
                yield c.error(
                    "missing_value",
                    "technologies",
                    i,
                    name,
                    f"every {kind} needs {name}",
                    f"类型 {kind} 必须填写 {name}",
                )
    for i in tech.index[tech.long_duration & ~tech.kind.isin(STORES)]:
        yield c.error("not_allowed", "technologies", i, "long_duration", "only stores carry energy from week to week", "仅储能可跨周结转")
    most = 1 - (1 - STANDING_LOSS_PER_H) ** c.settings.time.row_hours
    for i in tech.index[tech.standing_loss_share_per_h > most]:
        yield c.error("out_of_range", "technologies", i, "standing_loss_share_per_h", f"0 … {most:g}", f"0 … {most:g}")
    profile_kind = tech.profile.map(c.t["profiles"].set_index("profile").kind)
    for i in tech.index[tech.profile.notna() & (profile_kind != tech.kind)]:
        yield c.error("profile_kind", "technologies", i, "profile", "use a profile of the same kind", "请选用同类曲线")


def _vintages(c: Checker) -> Iterator[InputError]:
    year = c.settings.study.cost_vintage
    if year not in set(c.t["finance"].vintage):
        yield c.error("no_vintage", "finance", None, "vintage", f"add a row for {year}", f"请补 {year} 年的行")
    vintages = c.t["technologies"].groupby("technology").vintage.agg(lambda v: ", ".join(map(str, sorted(v))))
    priced = set(c.t["technologies"].query("vintage == @year").technology)
    for table in ("plants", "candidates"):
        frame = c.t[table]
        for i in frame.index[~frame.technology.isin(priced)]:
            own = vintages.get(frame.technology[i], "-")
            hint = f"add this technology with vintage {year} to technologies.csv, which has it for {own}"
            yield c.error("no_vintage", table, i, "technology", hint, f"请在 technologies.csv 中补 {year} 年的该技术（现有 {own} 年）")


def _cases(c: Checker) -> Iterator[InputError]:
    case = c.settings.study.case
    held = {t: sorted(set(c.t[t].case)) for t in CASE_TABLES if t in NEVER_EMPTY or not c.t[t].empty}
    for table, levels in held.items():
        if case not in levels:
            hint, hint_zh = f"add rows for {case}, or choose one of {', '.join(levels)}", f"请补 {case} 的行，或改用 {', '.join(levels)}"
            yield c.error("no_case", table, None, "case", hint, hint_zh)


def _equipment(c: Checker) -> Iterator[InputError]:
    """Coal grades exactly where coal is burnt; a climate site where wind and solar are used."""
    kind = c.t["technologies"].drop_duplicates("technology").set_index("technology").kind
    site = c.t["nodes"].set_index("node").climate_site
    tech, profiles = c.t["technologies"], c.t["profiles"]
    given = set(tech.technology[tech.profile.isin(profiles.profile[profiles.series.notna()])])
    for table in ("plants", "candidates"):
        frame = c.t[table]
        burns = frame.technology.map(kind).isin(BURNS_COAL)
        for i in frame.index[burns & frame.coal_grade.isna()]:
            yield c.error(
                "missing_value",
                table,
                i,
                "coal_grade",
                "coal plants and coal boilers need a grade",
                "燃煤设备须填煤种",
            )
        for i in frame.index[~burns & frame.coal_grade.notna()]:
            yield c.error("not_allowed", table, i, "coal_grade", "this technology burns no coal", "该技术不燃煤")
        weather = frame.technology.map(kind).isin(["wind", "solar"]) & ~frame.technology.isin(given)
        for i in frame.index[weather & frame.node.map(site).isna()]:
            yield c.error(
                "no_climate",
                table,
                i,
                "node",
                "give the node a climate_site in nodes.csv",
                "请在 nodes.csv 填写该节点的 climate_site",
            )
    heated = set(c.t["heat_areas"].node)
    cand = c.t["candidates"]
    for i in cand.index[cand.technology.map(kind).isin(HEAT_ONLY) & ~cand.node.isin(heated)]:
        yield c.error(
            "node_kind",
            "candidates",
            i,
            "node",
            "heat equipment must be at the node of a heat area",
            "供热设备须位于供热区所在节点",
        )
    plants = c.t["plants"]
    for i in plants.index[plants.retired_year <= plants.start_year]:
        yield c.error("contradiction", "plants", i, "retired_year", "must lie after start_year", "须晚于投产年")


def _potentials(c: Checker) -> Iterator[InputError]:
    tech = c.t["technologies"].drop_duplicates("technology").set_index("technology").kind
    fleet = c.settings.study.fleet_year
    plants = c.t["plants"]
    alive = plants[(plants.start_year <= fleet) & ~(plants.retired_year <= fleet)]
    nodes = c.t["nodes"]
    for carrier in ("wind", "solar"):
        have = alive[alive.technology.map(tech) == carrier].groupby("node").capacity_mw.sum()
        column = f"{carrier}_potential_mw"
        for i in nodes.index[nodes.node.map(have).fillna(0.0) > nodes[column]]:
            mw = have[nodes.node[i]]
            yield c.error("potential", "nodes", i, column, f"{mw:g} MW exist there already", f"该处已有 {mw:g} MW")


def _targets(c: Checker) -> Iterator[InputError]:
    """Check that a scope fits its quantity and that soft rows have a penalty."""
    names = {
        "node": c.t["nodes"].query("kind != 'receiver'").node,
        "microgrid": c.t["microgrids"].microgrid,
        "region": c.t["nodes"].reserve_region.dropna(),
        "contract": c.t["contracts"].contract,
        "market": c.t["nodes"].market.dropna(),
        "mine": c.t["mines"].mine,
        "smelter": c.t["smelters"].smelter,
        "load": c.t["loads"].load,
        "heat_area": c.t["heat_areas"].heat_area,
    }
    targets = c.t["targets"][c.t["targets"].quantity.notna()]
    for i, quantity, scope in zip(targets.index, targets.quantity, targets.scope, strict=True):
        spoken = clause_quantity(quantity)
        known = sorted({name for kind in spoken.scopes for name in names[kind]})
        if pd.isna(scope) and quantity == "sector_load_gwh":
            yield c.error("missing_value", "targets", i, "scope", "name the load", "请填负荷代码")
        elif pd.notna(scope) and scope not in known:
            near, near_zh = did_you_mean(scope, known)
            yield c.error(
                "scope",
                "targets",
                i,
                "scope",
                f"{quantity} cannot be measured for it{near and '; ' + near}",
                f"该范围没有 {quantity} 这个量{near and '；' + near_zh}",
            )
    for i, quantity, sense in zip(targets.index, targets.quantity, targets.sense, strict=True):
        if pd.notna(sense) and sense not in (able := clause_quantity(quantity).senses):
            yield c.error("not_allowed", "targets", i, "sense", f"{quantity} takes {able[0]} only", f"{quantity} 仅可用 {able[0]}")
    for i in targets.index[(targets["mode"] == "soft") & targets.quantity.map(lambda q: clause_quantity(q).is_input).astype(bool)]:
        hint, hint_zh = (
            "the inputs determine this quantity, so no plan changes it; write report or hard",
            "该量为输入，规划不能改变；请写 report 或 hard",
        )
        yield c.error("clause", "targets", i, "mode", hint, hint_zh)
    for i in targets.index[(targets["mode"] == "soft") & targets.penalty_cny_per_unit.isna()]:
        yield c.error(
            "missing_value",
            "targets",
            i,
            "penalty_cny_per_unit",
            "soft rows need a penalty",
            "软约束须填罚价",
        )


def _least_and_most(c: Checker) -> Iterator[InputError]:
    """No minimum ``min_<amount>`` of a row above its maximum ``max_<amount>``."""
    for table, frame in c.t.items():
        for low in [name for name in frame if name.startswith("min_") and f"max_{name[4:]}" in frame]:
            high = f"max_{low[4:]}"
            for i in frame.index[frame[low] > frame[high]]:
                yield c.error("contradiction", table, i, low, f"must not exceed {high}", f"不得大于 {high}")


def _bounds(c: Checker) -> Iterator[InputError]:
    """Physical consistency between columns of one row."""
    tech = c.t["technologies"]
    heat_at_full = tech.heat_per_power * tech.back_pressure_ratio
    left = 1 - tech.heat_per_power * tech.power_loss_per_heat
    for i in tech.index[(tech.kind == "chp") & (heat_at_full > left)]:
        yield c.error(
            "contradiction",
            "technologies",
            i,
            "heat_per_power",
            "the power remaining at full heat is below the back-pressure line",
            "满供热时剩余出力低于背压线",
        )
    contracts = c.t["contracts"]
    for column in ("avoided_peak_cny_per_mwh", "avoided_valley_cny_per_mwh"):
        for i in contracts.index[contracts[column].notna() & contracts.avoided_cost_cny_per_mwh.isna()]:
            yield c.error(
                "missing_value",
                "contracts",
                i,
                "avoided_cost_cny_per_mwh",
                f"{column} needs the cost in the other hours too",
                f"填了 {column}，须同时填其余时段的可避免成本",
            )
    shapes = c.t["shapes"]
    days = shapes.filter(like="month_")
    for i in shapes.index[(days.sum(axis=1) == 0) | (shapes.filter(like="hour_").sum(axis=1) == 0)]:
        yield c.error(
            "contradiction",
            "shapes",
            i,
            "shape",
            "a shape needs at least one month and one hour above zero",
            "至少一个月和一个小时须大于零",
        )
