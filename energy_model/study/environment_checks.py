"""Checks of water and emissions: what a clause or a right counts is given."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.study.cases import read_cases
from energy_model.study.checker import Checker
from energy_model.study.errors import InputError
from energy_model.study.nearest import listed
from energy_model.units import GWH_PER_KT_FROM_KWH_PER_T, THOUSAND_M3_PER_MM3

SMELTERS = "smelters"
AIR = {"so2_kt": ("sulphur_share", "so2_removal_share"), "nox_kt": ("", "nox_kg_per_gj"), "dust_kt": ("ash_share", "dust_removal_share")}
"""What a clause on emissions needs of every grade and technology that is burnt."""


def _names(c: Checker) -> Iterator[InputError]:
    """Uses of water and what is subsidised are loads, or the smelters."""
    for table, name in (("water_uses", "water_use"), ("subsidies", "load")):
        yield from _load_names(c, table, name)


def _load_names(c: Checker, table: str, name: str) -> Iterator[InputError]:
    uses, loads = c.t[table], set(c.t["loads"].load)
    for i in uses.index[~uses[name].isin({*loads, SMELTERS})]:
        yield c.error(
            "contradiction",
            table,
            i,
            name,
            f"write a load of loads.csv, or {SMELTERS}",
            f"请填 loads.csv 的负荷代码或 {SMELTERS}",
        )


def _subsidised(c: Checker) -> Iterator[InputError]:
    """What is subsidised at a node has electricity there at a level that the study reads."""
    cases = read_cases(c.settings)
    loads, smelters = (c.t[table][c.t[table].case.isin(cases)] for table in ("loads", "smelters"))
    table = c.t["subsidies"]
    for i in table.index[table.node.notna()]:
        load, node = table.load[i], table.node[i]
        there = list(dict.fromkeys(smelters.node if load == SMELTERS else loads.node[loads.load == load]))
        if there and node not in there:
            hint, hint_zh = listed(node, there)
            yield c.error(
                "contradiction",
                "subsidies",
                i,
                "node",
                f"{load} is not at {node} but at {hint}",
                f"{node} 没有 {load}；其所在节点：{hint_zh}",
            )


def _rights(c: Checker) -> Iterator[InputError]:
    """A node's water right covers its industry."""
    rate = c.t["water_uses"].set_index("water_use").m3_per_mwh / THOUSAND_M3_PER_MM3
    loads, smelters = c.case("loads"), c.case("smelters")
    used = (loads.load.map(rate).fillna(0.0) * loads.energy_gwh_per_year).groupby(loads.node).sum()
    energy = smelters.aluminium_kt_per_year * smelters.intensity_kwh_per_t * GWH_PER_KT_FROM_KWH_PER_T
    used = used.add((energy * rate.get(SMELTERS, 0.0)).groupby(smelters.node).sum(), fill_value=0.0)
    nodes = c.t["nodes"]
    own = nodes.node.map(used).fillna(0.0)
    for i in nodes.index[nodes.water_right_mm3_per_year < own]:
        hint, hint_zh = f"industry alone uses {own[i]:.2f} Mm3 a year", f"仅工业年用水即 {own[i]:.2f} 百万立方米"
        yield c.error("contradiction", "nodes", i, "water_right_mm3_per_year", hint, hint_zh)


def _factors(c: Checker) -> Iterator[InputError]:
    """A clause on emissions finds its factors for every grade and technology in use."""
    asked = set(c.t["targets"].quantity.dropna()) & set(AIR)
    year = c.settings.study.cost_vintage
    tech, grades = c.t["technologies"], c.t["coal_grades"]
    burning = pd.concat([c.t["plants"], c.t["candidates"]])
    burning = burning[burning.coal_grade.notna()]
    boilers = set(tech.technology[tech.kind == "coal_boiler"]) if len(c.case("heat_areas")) else set()
    used = (tech.vintage == year) & tech.technology.isin({*burning.technology, *boilers})
    burnt = grades.grade.isin({*burning.coal_grade, *c.case("heat_areas").boiler_grade})
    for quantity in sorted(asked):
        of_grade, of_technology = AIR[quantity]
        for table, frame, own, name in (("coal_grades", grades, burnt, of_grade), ("technologies", tech, used, of_technology)):
            for i in frame.index[own & frame[name].isna()] if name else []:
                yield c.error("missing_value", table, i, name, f"a clause on {quantity} needs it", f"条款 {quantity} 需要该值")


ENVIRONMENT_CHECKS = (_names, _subsidised, _rights, _factors)
