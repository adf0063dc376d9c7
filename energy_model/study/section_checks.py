"""Checks of sections: limits for all months, corridors that make them up, units that raise them."""

from __future__ import annotations

from collections.abc import Iterator

from energy_model.study.checker import Checker
from energy_model.study.errors import InputError

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


SECTION_CHECKS = (_limits, _members, _units)
