"""Checks of clauses against what stands or may be built: nothing that a clause could count, or less than a quota asks, is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.labels import Label
from energy_model.study.cases import read_cases
from energy_model.study.checker import Checker
from energy_model.study.errors import InputError
from energy_model.units import GWH_PER_MWH, HOURS_PER_YEAR

AIR = ("so2_kt", "nox_kt", "dust_kt")
WHAT = {
    "wind_capacity_mw": Label("风电机组", "no wind farm"),
    "wind_new_mw": Label("可新建的风电机组", "no wind farm that may be built"),
    "solar_capacity_mw": Label("光伏电站", "no solar plant"),
    "thermal_capacity_mw": Label("火电机组", "no thermal plant"),
    "igcc_capacity_mw": Label("IGCC 机组", "no IGCC plant"),
    "condensing_gwh": Label("凝汽式机组", "no condensing plant"),
    "aluminium_kt": Label("电解铝", "no smelter"),
    "curtailment_share": Label("风电或光伏", "no wind or solar plant"),
    "renewable_share": Label("风电或光伏", "no wind or solar plant"),
    "water_mm3": Label("用水的机组或工业", "no plant or industry with water per MWh"),
} | dict.fromkeys(AIR, Label("燃煤机组或供热锅炉", "no plant or boiler that burns coal"))
"""What is missing where nothing answers to a clause, by quantity."""


def _answered(c: Checker) -> Iterator[InputError]:
    """An enforced clause has something in its scope that it counts."""
    t = c.t["targets"]
    enforced = t[t["mode"].isin(("hard", "soft")) & t.quantity.isin(WHAT)]
    if enforced.empty:
        return
    counted, park = _counted(c), c.t["nodes"].set_index("node").microgrid
    smelters = set(c.t["smelters"].smelter)
    places = c.t["nodes"]
    known = smelters | set(places.node[places.market.isna()]) | set(park.dropna())  # another scope is wrong for another reason
    for i, quantity, scope in zip(enforced.index, enforced.quantity, enforced.scope, strict=True):
        nodes = counted[quantity]
        if not pd.isna(scope) and scope not in known:
            continue
        if nodes if pd.isna(scope) else scope in smelters | nodes | {*park.reindex(list(nodes)).dropna()}:
            continue
        at, at_zh = ("here", "本研究") if pd.isna(scope) else (f"at {scope}", str(scope))
        yield c.error(
            "unanswered", "targets", i, "scope", f"{WHAT[quantity].en} stands or may be built {at}", f"{at_zh} 没有{WHAT[quantity].zh}"
        )


def _quotas(c: Checker) -> Iterator[InputError]:
    """A hard quota of condensing plants is within what those that stand or may be built can make, available all year."""
    t, park = c.t["targets"], c.t["nodes"].set_index("node").microgrid
    for i in t.index[(t.quantity == "condensing_gwh") & (t.sense == ">=") & (t["mode"] == "hard")]:
        units = _units(c)
        scope, own = t.scope[i], _technologies(c).reindex(units.technology).set_axis(units.index)
        there = (own.kind == "thermal") & (pd.isna(scope) | (units.node == scope) | (units.node.map(park) == scope))
        able = float((units.mw * (1 - own.auxiliary_share) * (1 - own.outage_share))[there].sum()) * HOURS_PER_YEAR * GWH_PER_MWH
        if 0 < able < t.value[i]:
            hint, hint_zh = f"plants there can make {able:,.0f} GWh a year at most", f"该范围机组全年至多可发 {able:,.0f} 百万千瓦时"
            yield c.error("contradiction", "targets", i, "value", hint, hint_zh)


def _technologies(c: Checker) -> pd.DataFrame:
    tech = c.t["technologies"]
    return tech[tech.vintage == c.settings.study.cost_vintage].set_index("technology")


def _units(c: Checker, new_only: bool = False) -> pd.DataFrame:
    """Plants in service in some year and, with expansion, candidates that are no retrofits: node, technology, capacity [MW]."""
    s, new, plants = c.settings, c.t["candidates"], c.t["plants"]
    new = new[new.retrofit_of.isna() & s.expansion.enabled].rename(columns={"max_new_mw": "mw"})
    alive = (plants.start_year <= max([s.study.fleet_year, *s.pathway.years])) & ~(plants.retired_year <= s.study.fleet_year)
    standing = plants[alive & (not new_only)].rename(columns={"capacity_mw": "mw"})
    return pd.concat([table[["node", "technology", "mw"]] for table in (standing, new)], ignore_index=True)


def _counted(c: Checker) -> dict[str, set[str]]:
    """Nodes with something that a clause counts, by quantity."""
    s, own, units = c.settings, _technologies(c), _units(c)

    def at(*kinds: str, among: pd.DataFrame = units) -> set[str]:
        return set(among.node[among.technology.map(own.kind).isin(kinds)])

    loads, melting, heat = (t[t.case.isin(read_cases(s))] for t in (c.t["loads"], c.t["smelters"], c.t["heat_areas"]))
    uses = set(c.t["water_uses"].water_use)
    wet = {*units.node[units.technology.map(own.water_m3_per_mwh) > 0], *loads.node[loads.load.isin(uses)]}
    burning = at("thermal", "chp", "coal_boiler") | set(heat.node)
    return {
        "wind_capacity_mw": at("wind"),
        "wind_new_mw": at("wind", among=_units(c, new_only=True)),
        "solar_capacity_mw": at("solar"),
        "thermal_capacity_mw": at("thermal", "chp"),
        "igcc_capacity_mw": set(units.node[units.technology == "igcc"]),
        "condensing_gwh": at("thermal"),
        "aluminium_kt": set(melting.node),
        "curtailment_share": at("wind", "solar"),
        "renewable_share": at("wind", "solar"),
        "water_mm3": wet | (set(melting.node) if "smelters" in uses else set()),
    } | dict.fromkeys(AIR, burning)


CLAUSE_CHECKS = (_answered, _quotas)
