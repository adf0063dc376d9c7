"""Checks of coal: every user has a route, dryers have raw coal, and there is a stock where coal is balanced by month."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.study.checker import Checker
from energy_model.study.errors import InputError


def _burners(c: Checker) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Tables of what burns coal, with the column of its grade and their rows of the level."""
    for table, column in (("plants", "coal_grade"), ("candidates", "coal_grade"), ("heat_areas", "boiler_grade")):
        yield table, column, c.case(table) if table == "heat_areas" else c.t[table]


def _routes(c: Checker) -> Iterator[InputError]:
    """Every user of coal has a route from a mine of its grade; without expansion no dryer is built: only candidates may wait for one."""
    mines = c.case("mines")
    dug = mines if c.settings.expansion.enabled else mines[~mines.mine.isin(c.t["coal_dryers"].mine)]
    for table, column, frame in _burners(c):
        routes = c.t["coal_routes"].merge((mines if table == "candidates" else dug)[["mine", "grade"]], on="mine")
        reached = set(zip(routes.node, routes.grade, strict=True))
        for i, node, grade in zip(frame.index, frame.node, frame[column], strict=True):
            if pd.notna(grade) and (node, grade) not in reached:
                yield c.error(
                    "no_coal",
                    table,
                    i,
                    column,
                    f"add a route of a {grade} mine to {node} in coal_routes.csv",
                    f"请在 coal_routes.csv 增加 {grade} 煤矿到 {node} 的路线",
                )
    grades = set(dug.grade)
    users = c.case("coal_users")
    for i in users.index[~users.grade.isin(grades) & (users.demand_kt_per_year > 0)]:
        yield c.error(
            "no_coal",
            "coal_users",
            i,
            "grade",
            "no mine of this level produces this grade",
            "该水平下没有煤矿产此煤种",
        )


def _yards(c: Checker) -> Iterator[InputError]:
    """Bounds of stocks do not cross; by month, every node that burns coal has a row."""
    yards = c.t["coal_yards"]
    for i in yards.index[yards.least_days > yards.most_days]:
        yield c.error("contradiction", "coal_yards", i, "least_days", "must not exceed most_days", "不得大于 most_days")
    if not c.settings.coal.by_month:
        return
    for table, column, frame in _burners(c):
        for i in frame.index[frame[column].notna() & ~frame.node.isin(yards.node)]:
            hint = f"[coal] by_month is on: add a row for {frame.node[i]} to coal_yards.csv"
            yield c.error("no_coal", table, i, "node", hint, f"[coal] by_month 已启用：请在 coal_yards.csv 增加 {frame.node[i]} 的行")


def _dryers(c: Checker) -> Iterator[InputError]:
    """The raw coal of a dryer in use is that of a mine of the level, not the product of a dryer."""
    dryers, there = c.t["coal_dryers"], set(c.case("mines").mine)
    for i in dryers.index[dryers.mine.isin(there)]:
        raw = dryers.raw_mine[i]
        if raw in set(dryers.mine):
            hint = f"{raw} is the product of a dryer: name a mine of raw coal"
            yield c.error("contradiction", "coal_dryers", i, "raw_mine", hint, f"{raw} 是提质产品：请填原煤煤矿")
        elif raw not in there:
            case = c.settings.study.case
            hint, hint_zh = (
                f"add {raw} at level {case} to mines.csv, or take its dryer out",
                f"请在 mines.csv 增加水平 {case} 的 {raw}，或删除该提质装置",
            )
            yield c.error("no_case", "coal_dryers", i, "raw_mine", hint, hint_zh)


def _railways(c: Checker) -> Iterator[InputError]:
    """A railway line carries what other users take over it, which no plan changes."""
    users, lines = c.case("coal_users"), c.t["rail_lines"]
    fixed = lines.rail_line.map(users.groupby("rail_line").demand_kt_per_year.sum()).fillna(0.0)
    for i in lines.index[lines.capacity_kt_per_year < fixed]:
        hint = f"other users alone take {fixed[i]:,.0f} kt a year over {lines.rail_line[i]} (coal_users.csv)"
        hint_zh = f"仅 coal_users.csv 的用煤户经 {lines.rail_line[i]} 每年即运 {fixed[i]:,.0f} 千吨"
        yield c.error("contradiction", "rail_lines", i, "capacity_kt_per_year", hint, hint_zh)


COAL_CHECKS = (_routes, _yards, _dryers, _railways)
