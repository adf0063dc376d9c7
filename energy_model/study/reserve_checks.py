"""Checks of reserves, outages, the reserve margin, and the scope of clauses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from energy_model.study import contract
from energy_model.study.checker import SETTING_FILES, Checker
from energy_model.study.errors import InputError, input_error

PROVIDES = {"up": ("thermal", "chp", "battery", "pumped_hydro", "electric_boiler"), "down": ("wind", "solar")}
"""Kinds that hold reserve upward, and further ones that hold it downward."""


def _outages(c: Checker) -> Iterator[InputError]:
    tech = c.t["technologies"]
    for i in tech.index[tech.planned_outage_share > tech.outage_share]:
        yield c.error(
            "contradiction", "technologies", i, "planned_outage_share", "it is a part of outage_share", "是 outage_share 的一部分，不得更大"
        )
    for i in tech.index[tech.start_time_h.notna() & ~tech.kind.isin(("thermal", "chp"))]:
        yield c.error("not_allowed", "technologies", i, "start_time_h", "only thermal plants start", "仅火电填启动时间")
    s = c.settings.maintenance
    if s.by_month and not s.scheduled:
        hint, hint_zh = "it needs [maintenance] scheduled = true", "须同时设 [maintenance] scheduled = true"
        yield input_error("setting", SETTING_FILES, None, "maintenance.by_month", True, hint, hint_zh)


def _regions(c: Checker) -> Iterator[InputError]:
    nodes = c.t["nodes"]
    for i in nodes.index[nodes.reserve_region.notna() & (nodes.microgrid.notna() | (nodes.kind == "receiver"))]:
        yield c.error(
            "reserve",
            "nodes",
            i,
            "reserve_region",
            "microgrids hold their own reserve and receivers hold none: leave it empty",
            "微网自备备用、受端不计，请留空",
        )
    for name in ("reserve_region_zh", "reserve_region_en"):
        given = nodes[name].astype(object).fillna("")
        first = nodes.reserve_region.map(nodes.assign(**{name: given}).drop_duplicates("reserve_region").set_index("reserve_region")[name])
        for i in nodes.index[given != first.astype(object).where(nodes.reserve_region.notna(), "")]:
            yield c.error(
                "contradiction", "nodes", i, name, "the rows of a region give it one name", "同一备用分区各行的名称须一致，无分区留空"
            )


def _products(c: Checker) -> Iterator[InputError]:
    p = c.t["reserve_products"]
    for i in p.index[p.response_h > p.duration_h]:
        yield c.error(
            "reserve", "reserve_products", i, "response_h", "it is delivered after its own duration has passed", "响应时间长于持续时间"
        )
    for i in p.index[(p.direction == "down") & ~p.spinning]:
        yield c.error("reserve", "reserve_products", i, "spinning", "only running equipment can be lowered", "负备用须为旋转备用")
    slowest = p[p.spinning].groupby("direction").response_h.max()
    for i in p.index[~p.spinning & (p.response_h < p.direction.map(slowest).astype(float).fillna(0.0))]:
        yield c.error(
            "reserve",
            "reserve_products",
            i,
            "response_h",
            "non-spinning reserve must be no faster than spinning reserve of its direction",
            "非旋转备用不得快于同方向的旋转备用",
        )


def _largest_unit(c: Checker) -> Iterator[InputError]:
    """The largest unit on-line is covered by upward reserve, and by plants of the microgrid that asks for it."""
    direction, asked = c.t["reserve_products"].set_index("product").direction, c.t["reserves"]
    for i in asked.index[(asked.largest_unit_share > 0) & (asked["product"].map(direction) == "down")]:
        hint, hint_zh = "a unit that trips needs upward reserve: leave it 0", "机组跳闸需正备用，此处应为 0"
        yield c.error("reserve", "reserves", i, "largest_unit_share", hint, hint_zh)


def _providers(c: Checker) -> Iterator[InputError]:
    """Every region with a reserve requirement has a provider."""
    region = c.t["nodes"].set_index("node").reserve_region
    kind = c.t["technologies"].drop_duplicates("technology").set_index("technology").kind
    standing = c.t["plants"][["node", "technology"]]
    new = c.t["candidates"][c.t["candidates"].max_new_mw > 0][["node", "technology"]]
    have: set[tuple[str, str]] = set()
    for frame in (standing, new):
        have |= set(zip(frame.node.map(region), frame.technology.map(kind), strict=True))
    have |= {(r, "battery") for r in c.case("smelters").node.map(region).dropna()}  # potlines modulate both ways
    direction = c.t["reserve_products"].set_index("product").direction
    asked = c.t["reserves"]
    for i, product, where in zip(asked.index, asked["product"], asked.region, strict=True):
        way = direction.get(product)
        kinds = PROVIDES["up"] if way == "up" else PROVIDES["up"] + PROVIDES["down"]
        if not any((where, k) in have for k in kinds):
            yield c.error(
                "reserve",
                "reserves",
                i,
                "region",
                "no plant, store, boiler or potline of the region can hold this reserve",
                "该分区没有可提供此备用的设备",
            )


def _margins(c: Checker) -> Iterator[InputError]:
    """A clause on the reserve margin is a lower limit, and its scope has a peak."""
    nodes = c.t["nodes"].set_index("node")
    loaded = set(c.case("loads").node) | set(c.case("smelters").node)
    targets = c.t["targets"]
    for i in targets.index[targets.quantity == "reserve_margin_share"]:
        scope = targets.scope[i]
        if targets.sense[i] == "<=":
            yield c.error("margin", "targets", i, "sense", "a reserve margin is a lower limit: write >=", "备用率是下限，请填 >=")
        inside = nodes[(nodes.reserve_region == scope) | (nodes.microgrid == scope) | (scope != scope)].index  # no scope: all
        if len(inside) and not loaded & set(inside):
            yield c.error("margin", "targets", i, "scope", "it has no load, so no peak", "该范围没有负荷，也就没有最大负荷")


def _clauses(c: Checker) -> Iterator[InputError]:
    """A measured clause names quantity, sense and value; the others name what models them, or why nothing does."""
    targets = c.t["targets"]
    measured = targets["mode"].isin(("hard", "soft", "report", "off"))
    for column in ("quantity", "sense", "value"):
        for i in targets.index[measured & targets[column].isna()]:
            yield c.error("clause", "targets", i, column, "a measured row needs it", "须填写，否则无从衡量")
    for i in targets.index[(targets["mode"] == "structure") & targets.modelled_by.isna()]:
        yield c.error("clause", "targets", i, "modelled_by", "name the tables or equations", "请写明由哪些表或方程体现")
    for column in ("reason_zh", "reason_en"):
        for i in targets.index[(targets["mode"] == "outside") & targets[column].isna()]:
            yield c.error("clause", "targets", i, column, "say why it is not modelled", "请说明未建模的原因")
    for i in targets.index[targets.modelled_by.notna()]:
        for reference in targets.modelled_by[i].split(";"):
            table, _, key = reference.strip().partition("/")
            if key and not _exists(c, table, key):
                hint, hint_zh = f"there is no {table}.csv with the key {key}", f"{table}.csv 中没有 {key}"
                yield c.error("clause", "targets", i, "modelled_by", hint, hint_zh)


def _exists(c: Checker, table: str, key: str) -> bool:
    if table not in contract.tables():
        return False
    return key == "*" or bool(np.any(c.t[table][contract.keys(table)[0]] == key))


RESERVE_CHECKS = (_outages, _regions, _products, _largest_unit, _providers, _margins, _clauses)
