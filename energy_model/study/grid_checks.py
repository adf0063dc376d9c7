"""Checks of the grid: nodes, corridors, connection, export contracts, microgrids."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from energy_model.study import contract
from energy_model.study.checker import Checker
from energy_model.study.clause_quantities import clause_quantity
from energy_model.study.errors import InputError
from energy_model.study.neighbours import KIND as NEIGHBOUR
from energy_model.units import HOURS_PER_YEAR, MWH_PER_GWH

TOWNS = ("loads", "smelters", "heat_areas", "mines")
"""Tables of objects in counties and parks, or in a neighbour, only."""
SITED = tuple(t for t in contract.tables() for c in contract.columns(t) if c.name == "node" and not c.key)
"""Tables of objects at a node."""


def _node_kinds(c: Checker) -> Iterator[InputError]:
    """Check that loads stand in counties, parks or neighbours, and that only lines end at a receiver."""
    kind = c.t["nodes"].set_index("node").kind
    for table in TOWNS:
        frame = c.t[table]
        for i in frame.index[~frame.node.map(kind).isin(["county", "park"] if table == "smelters" else ["county", "park", NEIGHBOUR])]:
            yield c.error("node_kind", table, i, "node", "use a county or a park", "请选旗县或园区节点")
    for table in (t for t in SITED if t not in TOWNS):
        frame = c.t[table]
        for i in frame.index[frame.node.map(kind) == "receiver"]:
            yield c.error("node_kind", table, i, "node", "receivers lie outside Tongliao", "受端位于通辽以外")
    nodes = c.t["nodes"]
    receives = nodes.kind == "receiver"
    for i in nodes.index[receives != nodes.market.notna()]:
        yield c.error("contradiction", "nodes", i, "market", "receivers, and only they, name a market", "仅受端须填市场")
    for name in ("market_zh", "market_en"):
        first = nodes.market.map(nodes[receives].drop_duplicates("market").set_index("market")[name])
        for i in nodes.index[(receives | nodes.market.isna()) & (nodes[name].astype(object).fillna("") != first.astype(object).fillna(""))]:
            yield c.error(
                "contradiction", "nodes", i, name, "the rows of a market give it one name", "同一市场各行的名称须一致，非受端留空"
            )


def _corridors(c: Checker) -> Iterator[InputError]:
    lines = c.t["corridors"]
    receiver = set(c.t["nodes"].query("kind == 'receiver'").node)
    rules = (
        (lines.from_node == lines.to_node, "to_node", "both ends are the same node", "两端为同一节点"),
        (
            lines.from_node.isin(receiver),
            "from_node",
            "a receiver is the receiving end; swap the ends",
            "受端应为终点，请对调两端",
        ),
        (
            lines.to_node.isin(receiver) & lines.reversible,
            "reversible",
            "export corridors are one way; write FALSE",
            "外送通道为单向，请填 FALSE",
        ),
        (
            lines.dedicated_to.notna() & lines.reversible,
            "reversible",
            "dedicated corridors are one way; write FALSE",
            "专送通道为单向，请填 FALSE",
        ),
        (
            (lines.existing_mw > 0) & lines.start_year.isna(),
            "start_year",
            "existing capacity needs the year it entered service",
            "既有能力须填投产年",
        ),
        (
            (lines.max_new_mw > 0) & (lines.capex_cny_per_kw == 0),
            "capex_cny_per_kw",
            "new capacity needs a cost",
            "可新建的通道须填造价",
        ),
        (
            lines.output_per_input.notna() & (lines.reversible | (lines.kind != "hvdc")),
            "output_per_input",
            "only a one-way link of kind hvdc converts",
            "仅单向直流类链路可转换能源",
        ),
        (
            (lines.kind != "hvdc") & (lines.min_power_share > 0),
            "min_power_share",
            "only HVDC has a minimum power",
            "仅直流有最小功率",
        ),
        (
            (lines.kind != "hvdc") & (lines.others_share > 0),
            "others_share",
            "only HVDC is shared with others",
            "仅直流与其他地区共用",
        ),
    )
    for broken, column, hint, hint_zh in rules:
        for i in lines.index[broken]:
            yield c.error("corridor", "corridors", i, column, hint, hint_zh)


def _paid_once(c: Checker) -> Iterator[InputError]:
    """An export corridor has a capital cost of new capacity or a wheeling charge, which recovers the capital, not both."""
    lines = c.t["corridors"]
    outlet = lines.to_node.isin(c.t["nodes"].query("kind == 'receiver'").node)
    both = (lines.max_new_mw > 0) & (lines.capex_cny_per_kw > 0) & (lines.wheeling_cny_per_mwh > 0)
    for i in lines.index[outlet & both]:
        yield c.error(
            "corridor",
            "corridors",
            i,
            "wheeling_cny_per_mwh",
            "the line would be paid twice: its charge recovers the capital that new capacity costs; write 0 here, or in max_new_mw",
            "线路重复付费：输电价已含新建容量的投资；此处或 max_new_mw 请填 0",
        )


def usable(c: Checker) -> pd.DataFrame:
    """Corridors that exist in the fleet year or may be built."""
    lines = c.t["corridors"]
    stands = (lines.existing_mw > 0) & (lines.start_year <= c.settings.study.fleet_year)
    return lines[(stands | ((lines.max_new_mw > 0) & c.settings.expansion.enabled)) & ~lines.normally_open]


def _connection(c: Checker) -> Iterator[InputError]:
    """Whatever is used or produced hangs on one grid, outlets ending at neighbours; hubs may still wait for their lines."""
    if c.settings.network.parts == "several":
        return
    nodes = c.t["nodes"]
    inside = nodes.query("kind != 'receiver'")
    busy = set(c.case("loads").node) | set(c.case("smelters").node) | set(c.t["plants"].node)
    if c.settings.expansion.enabled:
        busy |= set(c.t["candidates"].query("max_new_mw > 0").node)
    bus = nodes.market.where(nodes.market.isin(nodes.node[nodes.kind == NEIGHBOUR]), nodes.node).set_axis(nodes.node)
    lines = usable(c)
    lines = lines.assign(from_node=lines.from_node.map(bus), to_node=lines.to_node.map(bus))
    number = pd.Series(range(len(inside)), index=inside.node)
    ends = lines[lines.from_node.isin(inside.node) & lines.to_node.isin(inside.node)]
    a, b = number[ends.from_node].to_numpy(), number[ends.to_node].to_numpy()
    _, part = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(inside), len(inside))), directed=False)
    grid = np.bincount(part).argmax()
    alone = (part != grid) & (
        inside.node.isin(busy) | ~inside.node.isin([*c.t["corridors"].from_node.map(bus), *c.t["corridors"].to_node.map(bus)])
    ).to_numpy()
    for i in inside.index[alone]:
        yield c.error(
            "not_connected",
            "nodes",
            i,
            "node",
            "add an existing corridor, or one that may be built",
            "请增加既有或可新建的通道",
        )


def _contracts(c: Checker) -> Iterator[InputError]:
    contracts = c.t["contracts"]
    nodes = c.t["nodes"].set_index("node")
    lines = usable(c)
    served = set(nodes.market.reindex(lines.to_node).dropna())
    for i in contracts.index[(contracts.max_mw > 0) & ~contracts.market.isin(served)]:
        if contracts.min_gwh_per_year[i] > 0 or contracts.market[i] not in set(nodes.market.dropna()):
            yield c.error(
                "no_market",
                "contracts",
                i,
                "market",
                "add a corridor to one of its receivers",
                "请增加通往该市场受端的通道",
            )
    for i in contracts.index[(contracts["shape"] == "tariff") & contracts.tariff.isna()]:
        yield c.error(
            "missing_value",
            "contracts",
            i,
            "tariff",
            "shape tariff needs a tariff calendar",
            "按峰谷送电须填峰谷时段表",
        )
    for i in contracts.index[contracts.min_gwh_per_year > contracts.max_mw * HOURS_PER_YEAR / MWH_PER_GWH]:
        yield c.error(
            "contradiction",
            "contracts",
            i,
            "min_gwh_per_year",
            "cannot be delivered at max_mw in 8760 hours",
            "以最大功率送满全年也达不到",
        )


def _neighbours(c: Checker) -> Iterator[InputError]:
    """A neighbour has a load of this level, receives energy as a node and not by contract, and has no hard clause except a quota."""
    nodes, contracts, targets = c.t["nodes"], c.t["contracts"], c.t["targets"]
    beyond = nodes[nodes.kind == NEIGHBOUR]
    if beyond.empty:
        return
    for i in beyond.index[~beyond.node.isin(c.case("loads").node)]:
        level = c.settings.study.case
        yield c.error("neighbour", "nodes", i, "node", f"add its load of the level {level}", f"请补其 {level} 水平的负荷")
    for i in contracts.index[contracts.market.isin(beyond.node) & (contracts.max_mw > 0)]:
        hint = "the neighbour of this market takes energy at its own price; write 0, or switch [neighbours] off"
        yield c.error("neighbour", "contracts", i, "max_mw", hint, "该市场的邻网按自身电价受电；请填 0，或关闭 [neighbours]")
    lines, outside = c.t["corridors"], set(beyond.node)
    for i in lines.index[lines.to_node.isin(outside) != lines.from_node.isin(outside)]:
        column = "to_node" if lines.to_node[i] in outside else "from_node"
        hint, hint_zh = (
            "a line from the city ends at a receiver of the market that the neighbour stands for",
            "本市线路应止于该市场的受端节点",
        )
        yield c.error("neighbour", "corridors", i, column, hint, hint_zh)
    enforced = targets["mode"].isin(("hard", "soft")) & ~((targets.quantity == "condensing_gwh") & targets.scope.notna())
    for i in targets.index[enforced & targets.quantity.map(lambda q: isinstance(q, str) and not clause_quantity(q).is_input)]:
        hint = "with neighbours a clause of the city is reported, not enforced; write report"
        yield c.error("neighbour", "targets", i, "mode", hint, "计入邻网时，本市条款只报告不约束；请写 report")


def _microgrids(c: Checker) -> Iterator[InputError]:
    nodes, lines = c.t["nodes"], c.t["corridors"]
    home = nodes.set_index("node").microgrid
    for i, name in c.t["microgrids"].microgrid.items():
        if name not in set(home.dropna()):
            yield c.error(
                "microgrid",
                "microgrids",
                i,
                "microgrid",
                "no node of nodes.csv belongs to it",
                "nodes.csv 中没有属于它的节点",
            )
        if name not in set(lines.tie_of.dropna()):
            yield c.error(
                "microgrid",
                "microgrids",
                i,
                "microgrid",
                "no corridor is its tie-line (column tie_of)",
                "没有通道作为其并网点（tie_of 列）",
            )
    ends = (lines.from_node.map(home) == lines.tie_of).astype(int) + (lines.to_node.map(home) == lines.tie_of)
    for i in lines.index[lines.tie_of.notna() & (ends != 1)]:
        yield c.error(
            "microgrid",
            "corridors",
            i,
            "tie_of",
            "a tie-line has one end inside the microgrid and one outside",
            "并网点须一端在微网内、一端在外",
        )


def _bilateral(c: Checker) -> Iterator[InputError]:
    """Check that both parties are inside Tongliao and that a physical contract has smelters as buyers."""
    kind = c.t["nodes"].set_index("node").kind
    frame = c.t["bilateral"]
    for column in ("seller_node", "buyer_node"):
        for i in frame.index[frame[column].map(kind) == "receiver"]:
            yield c.error("node_kind", "bilateral", i, column, "receivers lie outside Tongliao", "受端位于通辽以外")
    smelters = c.case("smelters")
    served = set(smelters.node[smelters.aluminium_kt_per_year > 0])
    for i in frame.index[(frame.kind == "physical") & (frame.buyer == "smelter") & ~frame.buyer_node.isin(served)]:
        yield c.error(
            "node_kind", "bilateral", i, "buyer_node", "no smelter works there at this load level", "该负荷水平下此节点没有电解铝"
        )


GRID_CHECKS = (_node_kinds, _corridors, _paid_once, _connection, _contracts, _neighbours, _microgrids, _bilateral)
