"""Checks of the data for trips, whole circuits, schedules and planned outages."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from energy_model.study.checker import Checker
from energy_model.study.errors import InputError
from energy_model.study.grid_checks import usable


def _hvdc(c: Checker) -> Iterator[InputError]:
    """Schedules apply to HVDC links, with steps that divide the day; a minimum power needs a fixed direction."""
    lines = c.t["corridors"]
    link = lines.kind == "hvdc"
    rules = (
        (~link & (lines.schedule_step_h > 1), "schedule_step_h", "only HVDC follows a schedule", "仅直流按计划送电"),
        (~link & (lines.ramp_share_per_h < 2), "ramp_share_per_h", "only HVDC follows a schedule", "仅直流按计划送电"),
        (
            24 % lines.schedule_step_h > 0,
            "schedule_step_h",
            "steps must divide the day and with it every block: 1, 2, 3, 4, 6, 8, 12 or 24 h",
            "时长须能整除一日（因而整除各时段块）：1、2、3、4、6、8、12 或 24 小时",
        ),
        (
            link & lines.reversible & (lines.min_power_share > 0),
            "min_power_share",
            "a minimum power needs one direction; leave it at 0 or write FALSE in reversible",
            "最小功率须方向固定：请填 0，或将 reversible 填 FALSE",
        ),
    )
    for broken, column, hint, hint_zh in rules:
        for i in lines.index[broken]:
            yield c.error("corridor", "corridors", i, column, hint, hint_zh)


def _planned_outages(c: Checker) -> Iterator[InputError]:
    """A planned outage has a beginning, a length and a size; it takes existing circuits."""
    lines = c.t["corridors"]
    given = pd.DataFrame(
        {"outage_start": lines.outage_start.notna(), "outage_days": lines.outage_days > 0, "outage_circuits": lines.outage_circuits > 0}
    )
    for column in given.columns:
        for i in lines.index[given.any(axis=1) & ~given[column]]:
            yield c.error(
                "missing_value",
                "corridors",
                i,
                column,
                "a planned outage needs outage_start, outage_days and outage_circuits",
                "计划检修须同时填写首日、天数和回路数",
            )
    for i in lines.index[(lines.outage_circuits > 0) & (lines.outage_circuits > lines.circuits)]:
        yield c.error(
            "contradiction",
            "corridors",
            i,
            "outage_circuits",
            f"only {lines.circuits[i]} circuits exist",
            f"既有回路仅 {lines.circuits[i]} 回",
        )


def _circuits(c: Checker) -> Iterator[InputError]:
    """If circuits matter, their number, size and reactance must be known."""
    network, lines = c.settings.network, usable(c)
    secured = lines[(lines.kind == "ac") & lines.dedicated_to.isna()] if network.security == "n-1" else lines[:0]
    stands = (secured.existing_mw > 0) & (secured.start_year <= c.settings.study.fleet_year)
    grows = (lines.max_new_mw > 0) & c.settings.expansion.enabled
    counted = grows if network.circuits != "continuous" else grows & lines.index.isin(secured.index)
    option = f'circuits = "{network.circuits}"' if network.circuits != "continuous" else 'security = "n-1"'
    for index, column, hint, hint_zh in (
        (
            secured.index[stands & (secured.circuits == 0)],
            "circuits",
            'security = "n-1" needs the number of circuits',
            "N-1 校核须填既有回路数",
        ),
        (lines.index[counted & (lines.new_circuit_mw == 0)], "new_circuit_mw", f"{option} needs the size of a circuit", "须填新建单回容量"),
        (
            secured.index[secured.reactance_ohm_per_km.isna() & (network.power_flow != "dc")],  # which asks for it itself
            "reactance_ohm_per_km",
            'security = "n-1" needs the reactance of a circuit',
            "N-1 校核须填单回线电抗",
        ),
    ):
        for i in index:
            yield c.error("missing_value", "corridors", i, column, hint, hint_zh)
    if network.circuits != "continuous":
        for i in lines.index[grows & (lines.new_circuit_mw > lines.max_new_mw)]:
            yield c.error(
                "contradiction",
                "corridors",
                i,
                "max_new_mw",
                "less than one circuit: nothing could be built; raise it, or write 0",
                "不足一回，无法新建：请加大，或填 0",
            )


def _splitting(c: Checker) -> Iterator[InputError]:
    """A single circuit without a parallel path, which the plan may not reinforce, cannot withstand its own trip."""
    if c.settings.network.security != "n-1":
        return
    nodes = c.t["nodes"].set_index("node")
    bus = nodes.market.where(nodes.kind == "receiver", nodes.index.to_series())
    lines = usable(c)
    lines = lines[(lines.kind == "ac") & lines.dedicated_to.isna()]
    number = {b: i for i, b in enumerate(sorted(set(bus)))}
    ends = np.array([[number[bus[a]], number[bus[b]]] for a, b in zip(lines.from_node, lines.to_node, strict=True)]).reshape(-1, 2)
    grows = (lines.max_new_mw > 0) & c.settings.expansion.enabled
    for position, i in enumerate(lines.index):
        if not lines.contingency[i] or grows[i] or lines.circuits[i] != 1:
            continue
        a, b = np.delete(ends, position, axis=0).T
        _, part = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(number), len(number))), directed=False)
        if part[ends[position, 0]] != part[ends[position, 1]]:
            yield c.error(
                "splits_network",
                "corridors",
                i,
                "circuits",
                "let the plan reinforce it (max_new_mw), add a parallel path, or exclude its trip (contingency = FALSE)",
                "请允许扩建（max_new_mw）、增加第二通道，或不列入预想事故（contingency 填 FALSE）",
            )


def _short_circuit(c: Checker) -> Iterator[InputError]:
    """A least short-circuit ratio is that of an HVDC link, whose machines are listed; condensers have short-circuit power."""
    lines, shares, tech = c.t["corridors"], c.t["short_circuit"], c.t["technologies"]
    limited = lines.least_short_circuit_ratio.notna()
    for i in lines.index[limited & (lines.kind != "hvdc")]:
        hint, hint_zh = "only the converters of an HVDC link have one: leave it empty", "仅直流换流站有短路比，请留空"
        yield c.error("not_allowed", "corridors", i, "least_short_circuit_ratio", hint, hint_zh)
    for i in lines.index[limited & ~lines.corridor.isin(shares.corridor) & c.settings.network.short_circuit]:
        hint, hint_zh = "list the nodes of its machines in short_circuit.csv", "请在 short_circuit.csv 列出其机组所在节点"
        yield c.error("contradiction", "corridors", i, "least_short_circuit_ratio", hint, hint_zh)
    for i in shares.index[~shares.corridor.isin(lines.corridor[limited])]:
        hint, hint_zh = "this corridor has no least_short_circuit_ratio in corridors.csv", "corridors.csv 中该通道未填最小短路比"
        yield c.error("contradiction", "short_circuit", i, "corridor", hint, hint_zh)
    for i in tech.index[(tech.kind == "condenser") & (tech.short_circuit_mva_per_mw == 0)]:
        hint, hint_zh = "a condenser without short-circuit power does nothing", "调相机须填短路容量"
        yield c.error("missing_value", "technologies", i, "short_circuit_mva_per_mw", hint, hint_zh)


SECURITY_CHECKS = (_hvdc, _short_circuit, _planned_outages, _circuits, _splitting)
