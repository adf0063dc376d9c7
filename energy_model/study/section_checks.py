"""Checks of sections and agreements: limits for all months, corridors that make them up, units that raise them, energy that adds up."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.study.checker import Checker
from energy_model.study.contract_calendars import MONTH_HOURS
from energy_model.study.errors import InputError
from energy_model.study.grid_checks import usable
from energy_model.study.system import WHOLE_YEAR
from energy_model.units import GWH_PER_MWH, HOURS_PER_YEAR

DIRECTIONS = ("forward", "reverse")


def _limits(c: Checker) -> Iterator[InputError]:
    """A direction has a limit in all months or in none, and one of the two has one."""
    sections = c.t["sections"]
    filled = {d: sections.filter(like=f"{d}_mw_").notna() for d in DIRECTIONS}
    for i in sections.index:
        if not any(filled[d].loc[i].any() for d in DIRECTIONS):
            hint, hint_zh = "give the twelve months of one direction a limit", "至少一个方向须填十二个月的限额"
            yield c.error("missing_value", "sections", i, "forward_mw_01", hint, hint_zh)
        for d in DIRECTIONS:
            if filled[d].loc[i].any() and not filled[d].loc[i].all():
                hint, hint_zh = "other months have a limit; fill in all twelve or none", "其他月份已填限额；十二个月须全填或全空"
                yield c.error("missing_value", "sections", i, str(filled[d].columns[~filled[d].loc[i]][0]), hint, hint_zh)


def _members(c: Checker) -> Iterator[InputError]:
    """A section has corridors, each with a weight."""
    sections, members = c.t["sections"], c.t["section_members"]
    for i in sections.index[~sections.section.isin(members.section)]:
        hint, hint_zh = "name its corridors in section_members.csv", "请在 section_members.csv 列出其通道"
        yield c.error("contradiction", "sections", i, "section", hint, hint_zh)
    for i in members.index[members.weight == 0]:
        yield c.error("contradiction", "section_members", i, "weight", "0 counts nothing; delete the row", "系数 0 不起作用，请删去该行")


def _units(c: Checker) -> Iterator[InputError]:
    """Units are inside Tongliao and raise an existing limit."""
    units, kind = c.t["section_units"], c.t["nodes"].set_index("node").kind
    for i in units.index[units.node.map(kind) == "receiver"]:
        yield c.error("node_kind", "section_units", i, "node", "receivers lie outside Tongliao", "受端位于通辽以外")
    for i in units.index[(units.forward_share == 0) & (units.reverse_share == 0)]:
        hint, hint_zh = "0 in both directions raises nothing; delete the row", "两个方向均为 0 不起作用，请删去该行"
        yield c.error("contradiction", "section_units", i, "forward_share", hint, hint_zh)
    limits = c.t["sections"].set_index("section")
    for d in DIRECTIONS:
        limited = units.section.map(limits[f"{d}_mw_01"].notna()).eq(True)
        for i in units.index[~limited & (units[f"{d}_share"] != 0)]:
            hint, hint_zh = "the section has no limit in this direction", "该断面此方向没有限额"
            yield c.error("not_allowed", "section_units", i, f"{d}_share", hint, hint_zh)


def _agreements(c: Checker) -> Iterator[InputError]:
    """An agreement has corridors, an amount in each row, a minimum within its maximum and within what its corridors carry."""
    table, members = c.t["agreements"], c.t["agreement_members"]
    for i in members.index[members.weight == 0]:
        yield c.error("contradiction", "agreement_members", i, "weight", "0 counts nothing; delete the row", "系数 0 不起作用，请删去该行")
    lines = usable(c).set_index("corridor")
    capacity = lines.existing_mw + lines.max_new_mw * float(c.settings.expansion.enabled)
    carried = (members.weight.abs() * members.corridor.map(capacity).fillna(0.0)).groupby(members.agreement).sum()
    for i, row in table.iterrows():
        if row.agreement not in carried.index:
            hint, hint_zh = "name its corridors in agreement_members.csv", "请在 agreement_members.csv 列出其通道"
            yield c.error("contradiction", "agreements", i, "agreement", hint, hint_zh)
            continue
        if pd.isna(row.least_gwh) and pd.isna(row.most_gwh):
            yield c.error("missing_value", "agreements", i, "least_gwh", "give a minimum or a maximum", "最少、最多电量至少填一项")
        if row.least_gwh > row.most_gwh:
            yield c.error("contradiction", "agreements", i, "least_gwh", "above most_gwh of its row", "大于同行的 most_gwh")
        hours = HOURS_PER_YEAR if row.month == WHOLE_YEAR else MONTH_HOURS[int(row.month) - 1]
        able = carried[row.agreement] * hours * GWH_PER_MWH
        if row.least_gwh > able or row.most_gwh < -able:
            column = "least_gwh" if row.least_gwh > able else "most_gwh"
            hint, hint_zh = f"its corridors carry {able:,.0f} GWh at most", f"所列通道至多输送 {able:,.0f} 百万千瓦时"
            yield c.error("contradiction", "agreements", i, column, hint, hint_zh)


def _agreed_months(c: Checker) -> Iterator[InputError]:
    """The twelve months of an agreement can add up to its year."""
    table = c.t["agreements"]
    for _, own in table.groupby("agreement"):
        months, year = own[own.month != WHOLE_YEAR], own[own.month == WHOLE_YEAR]
        if year.empty or len(months) < 12:
            continue
        for column, other, wrong in (("most_gwh", "least_gwh", "more"), ("least_gwh", "most_gwh", "less")):
            total, limit = months[other].sum(skipna=False), float(year[column].iloc[0])
            if (total > limit) if wrong == "more" else (total < limit):
                sense = "大于" if wrong == "more" else "小于"
                hint, hint_zh = f"its months have {total:,.0f} GWh, {wrong} than that", f"各月合计 {total:,.0f} 百万千瓦时，{sense}全年"
                yield c.error("contradiction", "agreements", year.index[0], column, hint, hint_zh)


SECTION_CHECKS = (_limits, _members, _units, _agreements, _agreed_months)
