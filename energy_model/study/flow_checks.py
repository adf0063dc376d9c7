"""Checks of the data for power flow and quadratic losses: impedances, circuits, and a source that holds the frequency."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from energy_model.study.checker import Checker
from energy_model.study.cycles import MESHED
from energy_model.study.errors import InputError
from energy_model.study.grid_checks import usable

HOLDS_FREQUENCY = ("thermal", "chp", "pumped_hydro", "battery")
"""Kinds of equipment that can hold the frequency of an island; wind and solar as modelled follow it."""


def _electrical(c: Checker) -> Iterator[InputError]:
    """Every line of a network has the data required by the chosen power flow and losses."""
    network, lines = c.settings.network, usable(c)
    flow = lines[(network.power_flow == "dc") & lines.dedicated_to.isna() & lines.kind.isin(MESHED)]
    loss = lines[(network.losses == "tangents") & lines.kind.isin(MESHED)]
    for i in flow.index[(flow.kind == "ac") & flow.reactance_ohm_per_km.isna()]:
        yield c.error(
            "missing_value",
            "corridors",
            i,
            "reactance_ohm_per_km",
            "power flow dc needs it on AC corridors",
            "潮流为 dc 时交流通道须填电抗",
        )
    resisting = pd.concat([flow[flow.kind == "dc"], loss])
    for i in resisting.index[resisting.resistance_ohm_per_km.isna()].unique():
        yield c.error(
            "missing_value",
            "corridors",
            i,
            "resistance_ohm_per_km",
            "losses tangents, and power flow dc in DC networks, need it",
            "线损为 tangents 或直流电网潮流须填电阻",
        )
    for i in loss.index[loss.loss_at == "both"]:
        hint, hint_zh = "quadratic losses occur half at each end already: write receiving", "二次线损已按两端各半计，请填 receiving"
        yield c.error("contradiction", "corridors", i, "loss_at", hint, hint_zh)
    either = lines.loc[flow.index.union(loss.index)]
    stands = (either.existing_mw > 0) & (either.start_year <= c.settings.study.fleet_year)
    for i in either.index[stands & (either.circuits == 0) & (network.reactance != "fixed")]:
        yield c.error("missing_value", "corridors", i, "circuits", "give the number of existing circuits", "须填既有回路数")
    fixed = network.reactance == "fixed"
    for i in either.index[fixed & (either.circuits == 0)]:
        yield c.error("missing_value", "corridors", i, "circuits", "fixed reactances need the circuits", "电抗固定时须填回路数")
    for i in either.index[(either.max_new_mw > 0) & c.settings.expansion.enabled & (either.new_circuit_mw == 0) & (not fixed)]:
        yield c.error("missing_value", "corridors", i, "new_circuit_mw", "give the capacity of one new circuit", "须填新建单回容量")


def _slack(c: Checker) -> Iterator[InputError]:
    """Every synchronous AC network has a plant that holds its frequency, or is connected to a receiving grid."""
    network = c.settings.network
    if network.power_flow != "dc" or network.reactance == "fixed":  # fixed: a network of another program, whose plants are not known
        return
    nodes, lines = c.t["nodes"], usable(c)
    bus = nodes.market.where(nodes.kind == "receiver", nodes.node).set_axis(nodes.node)
    names = pd.Index(bus.unique())
    ac = lines[lines.kind == "ac"]
    a, b = (names.get_indexer(ac[end].map(bus)) for end in ("from_node", "to_node"))
    _, island = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(names), len(names))), directed=False)
    kind = c.t["technologies"].drop_duplicates("technology").set_index("technology").kind
    fleet, plants = c.settings.study.fleet_year, c.t["plants"]
    standing = plants[(plants.start_year <= fleet) & ~(plants.retired_year <= fleet)]
    candidates = c.t["candidates"]
    buildable = candidates[(candidates.max_new_mw > 0) & c.settings.expansion.enabled]
    equipment = pd.concat([standing[["node", "technology"]], buildable[["node", "technology"]]])
    holding = equipment[equipment.technology.map(kind).isin(HOLDS_FREQUENCY)].node
    held = set(island[names.get_indexer([*holding, *nodes.market.dropna()])])
    used = {*lines.from_node, *lines.to_node}
    said: set[int] = set()
    for i, node in nodes.node[(nodes.kind != "receiver") & nodes.node.isin(used)].items():
        own = int(island[names.get_loc(node)])
        if own in held | said:
            continue
        said.add(own)
        members = ", ".join(n for n in names[island == own])
        yield c.error(
            "no_slack",
            "nodes",
            i,
            "node",
            f"give one of {members} a thermal, hydro or battery plant, or an AC corridor to another network",
            f"请为 {members} 之一增加火电、抽蓄或储能，或增加通往其他电网的交流通道",
        )


FLOW_CHECKS = (_electrical, _slack)
