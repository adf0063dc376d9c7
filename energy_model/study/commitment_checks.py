"""Checks of the data for unit commitment and retrofits."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.study.checker import Checker
from energy_model.study.contract_calendars import MONTH_HOURS
from energy_model.study.errors import InputError
from energy_model.units import GWH_PER_MWH

CLASS_COLUMNS = ("start_cost_hot_cny_per_mw", "start_cost_cold_cny_per_mw", "hot_start_h", "warm_start_h")
STEAM_KINDS = ("thermal", "chp")


def _minimum_load(c: Checker) -> Iterator[InputError]:
    """Minimum load does not exceed average availability."""
    tech = c.t["technologies"]
    for i in tech.index[tech.kind.isin(STEAM_KINDS) & (tech.min_load_share > 1 - tech.outage_share)]:
        most = 1 - tech.outage_share[i]
        yield c.error(
            "contradiction",
            "technologies",
            i,
            "min_load_share",
            f"must not exceed the share available, {most:g}",
            f"不得超过可用率 {most:g}",
        )


def _deep_shaving(c: Checker) -> Iterator[InputError]:
    """Tiers of deep peak shaving lie below minimum load, the lower one costs no less, and CHP plants, whose heat they take, have none."""
    tech = c.t["technologies"]
    top = tech.deep_load_share.fillna(tech.min_load_share)
    for column, above in (("deep_load_share", tech.min_load_share), ("oil_load_share", top)):
        for i in tech.index[tech[column].notna() & (tech.kind != "thermal")]:
            hint, hint_zh = "only condensing plants shave below minimum load: leave it empty", "仅凝汽机组深度调峰，请留空"
            yield c.error("not_allowed", "technologies", i, column, hint, hint_zh)
        for i in tech.index[(tech.kind == "thermal") & (tech[column] > above)]:
            hint, hint_zh = f"must not exceed the load above it, {above[i]:g}", f"不得高于上一档下限 {above[i]:g}"
            yield c.error("contradiction", "technologies", i, column, hint, hint_zh)
    both = tech.deep_load_share.notna() & tech.oil_load_share.notna()
    for i in tech.index[both & (tech.oil_cost_cny_per_mwh < tech.deep_cost_cny_per_mwh)]:
        hint, hint_zh = "must not be below deep_cost_cny_per_mwh: the tiers would fill from below", "不得低于不投油一档的费用"
        yield c.error("contradiction", "technologies", i, "oil_cost_cny_per_mwh", hint, hint_zh)


def _minimum_times(c: Checker) -> Iterator[InputError]:
    """Minimum times are whole steps; one within a step holds automatically."""
    if not c.settings.commitment.minimum_times:
        return
    tech, step = c.t["technologies"], c.settings.time.commitment_step_h
    for column in ("min_up_h", "min_down_h"):
        hours = tech[column]
        for i in tech.index[(hours > step) & (hours % step > 0)]:
            yield c.error(
                "minimum_time",
                "technologies",
                i,
                column,
                f"write a multiple of {step} h (commitment_step_h), or change the step",
                f"请填 {step} 小时（commitment_step_h）的整数倍，或改变步长",
            )


def _start_classes(c: Checker) -> Iterator[InputError]:
    """Hot, warm, cold: all given if required, and in this order of hours and cost."""
    tech = c.t["technologies"]
    if c.settings.commitment.start_classes:
        for column in CLASS_COLUMNS:
            for i in tech.index[tech.kind.isin(STEAM_KINDS) & tech[column].isna()]:
                yield c.error("missing_value", "technologies", i, column, "start classes need it", "启用启动分级时必须填写")
    for lesser, greater in (
        ("start_cost_hot_cny_per_mw", "start_cost_cny_per_mw"),
        ("start_cost_cny_per_mw", "start_cost_cold_cny_per_mw"),
        ("hot_start_h", "warm_start_h"),
    ):
        for i in tech.index[tech[lesser] > tech[greater]]:
            yield c.error("start_class", "technologies", i, greater, f"must not be less than {lesser}", f"不得小于 {lesser}")


def _retrofits(c: Checker) -> Iterator[InputError]:
    """A retrofit converts existing plants at its node and of its coal grade, and at most their capacity."""
    fleet, plants, cand = c.settings.study.fleet_year, c.t["plants"], c.t["candidates"]
    standing = plants[(plants.start_year <= fleet) & ~(plants.retired_year <= fleet)]
    size = standing.groupby(["node", "technology", "coal_grade"]).capacity_mw.sum()
    kind = c.t["technologies"].drop_duplicates("technology").set_index("technology").kind
    for i in cand.index[cand.retrofit_of.notna() & cand.retrofit_cny_per_kw.isna()]:
        yield c.error("missing_value", "candidates", i, "retrofit_cny_per_kw", "a retrofit needs its cost", "改造项目须填写改造造价")
    for i in cand.index[cand.retrofit_of.isna() & cand.retrofit_cny_per_kw.notna()]:
        yield c.error("not_allowed", "candidates", i, "retrofit_cny_per_kw", "only retrofits have it", "仅改造项目可填写")
    taken: dict[tuple, float] = {}
    for i in cand.index[cand.retrofit_of.notna() & (cand.max_new_mw > 0)]:
        key = (cand.node[i], cand.retrofit_of[i], cand.coal_grade[i])
        if key not in size.index:
            places = ", ".join(sorted(set(standing.node[standing.technology == key[1]]))) or "-"
            yield c.error(
                "retrofit",
                "candidates",
                i,
                "retrofit_of",
                f"there is no such plant of this coal grade at {key[0]}; such plants are at: {places}",
                f"{key[0]} 没有该煤种的此类在役机组；此类机组所在节点：{places}",
            )
            continue
        if kind[cand.technology[i]] != kind[key[1]]:
            yield c.error("retrofit", "candidates", i, "technology", "a retrofit keeps the kind of the plant", "改造不得改变设备类型")
        taken[key] = taken.get(key, 0.0) + cand.min_new_mw[i]
        if taken[key] > size[key]:
            yield c.error("retrofit", "candidates", i, "min_new_mw", f"only {size[key]:g} MW exist there", f"该处仅有 {size[key]:g} MW")


def _minimum_commitment(c: Checker) -> Iterator[InputError]:
    """Every group has its twelve months, plants, and a requirement within their available capacity and what is left beside full heat."""
    table = c.case("minimum_commitment")
    for (region, kind), own in table.groupby(["region", "kind"]):
        if absent := sorted(set(range(1, 13)) - set(own.month)):
            months = ", ".join(map(str, absent))
            hint, hint_zh = (
                f"{region}/{kind} needs all twelve months; add rows for {months}",
                f"{region}/{kind} 须填满 12 个月，请补 {months} 月",
            )
            yield c.error("minimum_commitment", "minimum_commitment", own.index[0], "month", hint, hint_zh)
        available = _available_mw(c, region, kind)
        if not available:
            hint, hint_zh = "no plant of this kind stands or may be built in the region", "该分区没有此类机组"
            yield c.error("minimum_commitment", "minimum_commitment", own.index[0], "kind", hint, hint_zh)
            continue
        for i in own.index[own.least_online_mw + own.least_online_share * available > available * (1 + 1e-9)]:
            column = "least_online_mw" if own.least_online_mw[i] else "least_online_share"
            hint = f"with the share of {own.least_online_share[i]:g} more than the {available:g} MW (net) that are available"
            hint_zh = f"与比例 {own.least_online_share[i]:g} 合计超过可用净容量 {available:g} MW"
            yield c.error("minimum_commitment", "minimum_commitment", i, column, hint, hint_zh)
        for i in own.index[own.planned_gwh > available * MONTH_HOURS[own.month.to_numpy(int) - 1] * GWH_PER_MWH * (1 + 1e-9)]:
            able = available * MONTH_HOURS[int(own.month[i]) - 1] * GWH_PER_MWH
            hint = f"more than the {able:,.0f} GWh that {available:g} MW (net) can make in the month"
            yield c.error(
                "minimum_commitment", "minimum_commitment", i, "planned_gwh", hint, f"超过可用容量当月可发的 {able:,.0f} 百万千瓦时"
            )
        most = _most_output_share(c, region, kind)
        for i in own.index[own.least_output_share > most * (1 + 1e-9)]:
            hint, hint_zh = f"units that give all the heat they can reach {most:.2f}", f"供热最大时机组出力只能达到 {most:.2f}"
            yield c.error("minimum_commitment", "minimum_commitment", i, "least_output_share", hint, hint_zh)


def _technologies(c: Checker) -> pd.DataFrame:
    tech = c.t["technologies"]
    return tech[tech.vintage == c.settings.study.cost_vintage].set_index("technology")


def _most_output_share(c: Checker, region: str, kind: str) -> float:
    """Net output per online capacity that the plants of a group reach when they give all the heat they can."""
    rows, tech = _plants_of(c, region, kind), _technologies(c)
    t = tech[tech.kind == "chp"].reindex(rows.technology.unique()).dropna(how="all")
    return float((1 - t.power_loss_per_heat * t.heat_per_power / (1 - t.auxiliary_share)).min()) if len(t) else 1.0


def _available_mw(c: Checker, region: str, kind: str) -> float:
    """Net capacity of a region, existing or buildable, net of outages and own use [MW]."""
    rows = _plants_of(c, region, kind)
    t = _technologies(c).loc[rows.technology]
    return float((rows.mw.to_numpy() * (1 - t.auxiliary_share.to_numpy()) * (1 - t.outage_share.to_numpy())).sum())


def _plants_of(c: Checker, region: str, kind: str) -> pd.DataFrame:
    """Plants of a group, existing or buildable: node, technology and capacity [MW]."""
    tech, fleet = _technologies(c), c.settings.study.fleet_year
    of_region = c.t["nodes"].set_index("node").reserve_region == region
    plants, new = c.t["plants"], c.t["candidates"]
    alive = (plants.start_year <= fleet) & ~(plants.retired_year <= fleet)
    capacity = [plants[alive].rename(columns={"capacity_mw": "mw"})]
    if c.settings.expansion.enabled:
        capacity.append(new[new.retrofit_of.isna()].rename(columns={"max_new_mw": "mw"}))
    rows = pd.concat([table[["node", "technology", "mw"]] for table in capacity])
    return rows[rows.node.map(of_region) & rows.technology.map(tech.kind).isin(STEAM_KINDS if kind == "all" else (kind,))]


COMMITMENT_CHECKS = (_minimum_load, _deep_shaving, _minimum_times, _start_classes, _retrofits, _minimum_commitment)
