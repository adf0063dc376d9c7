"""Checks of a pathway: years in order, cases around every year, build rates that leave hard clauses feasible."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from energy_model.study.capacities import FAMILIES
from energy_model.study.checker import SETTING_FILES, Checker
from energy_model.study.contract import CASE_TABLES
from energy_model.study.errors import InputError, input_error
from energy_model.study.reach import clauses_on_capacity, most_new_mw, standing_mw
from energy_model.study.settings import SEVERAL_SOLVES


def check_pathway(c: Checker) -> Iterator[InputError]:
    """Every error of the pathway; empty if the study has no investment years."""
    p = c.settings.pathway
    yield from _items(c)
    if not p.years:
        return
    faults = [*_years(c), *_levels(c), *_options(c)]
    yield from faults
    if not faults:
        yield from _reach(c)


def _setting(name: str, value: object, hint: str, hint_zh: str) -> InputError:
    return input_error("pathway", SETTING_FILES, None, f"pathway.{name}", value, hint, hint_zh)


def _years(c: Checker) -> Iterator[InputError]:
    p, fleet = c.settings.pathway, c.settings.study.fleet_year
    if any(a >= b for a, b in pairwise(p.years)):
        yield _setting("years", p.years, "list the years in ascending order, each once", "年份须由早到晚、不重复")
    for year in p.years:
        if not 2000 <= year <= 2060:
            yield _setting("years", year, "years lie between 2000 and 2060", "年份须在 2000 至 2060 之间")
        elif year < fleet:
            yield _setting(
                "years",
                year,
                f"the year is before fleet_year {fleet}, the last year of the existing fleet",
                f"早于既有机组年份 fleet_year {fleet}",
            )


def _options(c: Checker) -> Iterator[InputError]:
    """Options that need several solves of one year are not possible in one problem over all years."""
    for section, name, value in SEVERAL_SOLVES:
        if getattr(getattr(c.settings, section), name) == value:
            yield input_error(
                "pathway",
                SETTING_FILES,
                None,
                f"{section}.{name}",
                value,
                "not within a pathway: solve its years one by one with `optimize`, capacities of the pathway as min_new_mw",
                "路径研究不支持该选项：请以路径结果为最小新建容量逐年用 optimize 校核",
            )
    new = c.t["candidates"]
    for i in new.index[new.retrofit_of.notna() & (new.max_new_mw > 0)]:
        yield c.error(
            "pathway", "candidates", i, "retrofit_of",
            "retrofits of a fleet that ages and retires along a pathway are not modelled: leave them out, or `optimize` one year",
            "路径研究中机组逐年老化退役，尚不支持改造项目：请删去改造候选，或用 optimize 求解单个年份",
        )  # fmt: skip


def _levels(c: Checker) -> Iterator[InputError]:
    p = c.settings.pathway
    numbers = [int(y) for y in p.cases if y.isdecimal()]
    for year in p.cases:
        if not year.isdecimal():
            yield _setting("cases", year, 'write a year, such as 2015 = "plan-2015"', '键须为年份，如 2015 = "plan-2015"')
    for year, case in p.cases.items():
        for table in (t for t in CASE_TABLES if t != "minimum_commitment" or len(c.t[t])):
            if not (c.t[table].case == case).any():
                known = ", ".join(sorted(set(c.t[table].case)))
                yield _setting(
                    "cases", f"{year} = {case}", f"{table}.csv has no rows of it; it has {known}", f"{table}.csv 没有该水平；现有 {known}"
                )
    for y in p.years:
        if not any(n <= y for n in numbers) or not any(n >= y for n in numbers):
            yield _setting("cases", y, "name a case for this year, or one before and one after it", "请给出该年的水平，或其前后各一个")


def _items(c: Checker) -> Iterator[InputError]:
    """An item of pathway.csv is a technology, a kind, a family, a candidate or a corridor."""
    t = c.t
    known = {*t["technologies"].technology, *t["technologies"].kind, *t["candidates"].candidate}
    known |= {*t["corridors"].corridor, *t["corridors"].kind, *FAMILIES}
    table = t["pathway"]
    for i in table.index[~table.item.isin(known)]:
        yield c.error(
            "pathway", "pathway", i, "item", "a technology, a kind, a candidate, a corridor, or " + ", ".join(FAMILIES),
            "应为技术、类型、候选项目、通道代码，或 " + "、".join(FAMILIES),
        )  # fmt: skip


def _reach(c: Checker) -> Iterator[InputError]:
    """A hard clause on capacity must be attainable under the build rates in the first investment year in which it holds."""
    study: Any = SimpleNamespace(settings=c.settings, tables=c.t)
    years = c.settings.pathway.years
    for i, row in clauses_on_capacity(study).iterrows():
        due = next((y for y in years if y >= row.year), None)
        if due is None:
            continue
        new = most_new_mw(study, row.quantity, row.scope, [y for y in years if y <= due])
        standing = 0.0 if row.quantity == "wind_new_mw" else standing_mw(study, row.quantity, row.scope, due)
        if standing + new < row.value * (1 - 1e-9):
            yield c.error(
                "out_of_reach", "targets", i, "value",
                f"in {due} at most {standing + new:,.0f} MW can exist ({standing:,.0f} existing, {new:,.0f} new): raise the rates of "
                "pathway.csv or the limits of candidates.csv, or make the clause soft",
                f"到 {due} 年至多 {standing + new:,.0f} MW（既有 {standing:,.0f}，新建 {new:,.0f}）：请提高 pathway.csv 的年建设规模"
                "或 candidates.csv 的上限，或改为软约束",
            )  # fmt: skip
