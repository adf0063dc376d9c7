"""Checks of coal: every user has a route, and a stock where coal is balanced by month."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.study.checker import Checker
from energy_model.study.errors import InputError


def _routes(c: Checker) -> Iterator[InputError]:
    """Every user of coal has a route from a mine of its grade."""
    routes = c.t["coal_routes"].merge(c.case("mines")[["mine", "grade"]], on="mine")
    reached = set(zip(routes.node, routes.grade, strict=True))
    for table, column in (
        ("plants", "coal_grade"),
        ("candidates", "coal_grade"),
        ("heat_areas", "boiler_grade"),
    ):
        frame = c.case(table) if table == "heat_areas" else c.t[table]
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
    grades = set(c.case("mines").grade)
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
    for table, column in (("plants", "coal_grade"), ("candidates", "coal_grade"), ("heat_areas", "boiler_grade")):
        frame = c.case(table) if table == "heat_areas" else c.t[table]
        for i in frame.index[frame[column].notna() & ~frame.node.isin(yards.node)]:
            hint = f"[coal] by_month is on: add a row for {frame.node[i]} to coal_yards.csv"
            yield c.error("no_coal", table, i, "node", hint, f"[coal] by_month 已启用：请在 coal_yards.csv 增加 {frame.node[i]} 的行")


COAL_CHECKS = (_routes, _yards)
