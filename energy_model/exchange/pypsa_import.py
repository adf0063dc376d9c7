"""A PyPSA network as a study of this model: the same optimum from our own input tables.

One unit of money is one CNY, one unit of power one MW, one snapshot one hour of the study, which has as many hours as the network has
snapshots, from the beginning of the year. Costs and capacities are unchanged, so both objectives are the same sum.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.exchange import (
    pypsa_assets,
    pypsa_branches,
    pypsa_checks,
    pypsa_converters,
    pypsa_costs,
    pypsa_limits,
    pypsa_lines,
    pypsa_stores,
)
from energy_model.exchange.consequences import causes
from energy_model.exchange.importer import Imported, Importer
from energy_model.exchange.pypsa_tables import PypsaNetwork, lists
from energy_model.exchange.pypsa_units import UNLIMITED_MW
from energy_model.exchange.refusals import NetworkRefused, Refusal
from energy_model.exchange.study_tables import CASE, place_on_circle, plain_finance, study_settings, text
from energy_model.units import HOURS_PER_DAY, HOURS_PER_WEEK, HOURS_PER_YEAR

LONGEST_BLOCK_H = HOURS_PER_WEEK
LARGEST_BLOCK = 16_000
"""Components times hours of a block, whose equations are compiled one by one; below a day blocks are equal parts of it."""


def import_network(n: PypsaNetwork) -> Imported:
    """Convert a network to tables.

    Raises
    ------
    NetworkRefused
        With all refusals.
    """
    if n.periods or n.scenarios:  # both, or damaged
        kind = "periods" if n.periods else "scenarios"
        raise NetworkRefused([Refusal("Network", n.name, "investment_periods" if n.periods else "scenarios", "present", kind)])
    i = Importer(n)
    i.refusals += pypsa_checks.refused_cells(n)
    _snapshots(i)
    _buses(i)
    pypsa_costs.periodize(i)
    i.may_waste = _may_waste(i)
    pypsa_limits.plan_limits(i)
    _loads(i)
    pypsa_assets.generators(i)
    pypsa_stores.storage_units(i)
    pypsa_stores.stores(i)
    pypsa_lines.lines(i)
    pypsa_branches.links(i)
    pypsa_converters.processes(i)
    pypsa_limits.write_limits(i)
    pypsa_limits.write_shared(i)
    missed = [*pypsa_checks.names(n, i.co2_limited), *pypsa_checks.infinite(n), *pypsa_checks.unread(n)]
    if refusals := _by_cell(n.wrong, i.refusals, missed):
        first = causes(refusals)
        raise NetworkRefused(first, len(refusals) - len(first))
    plain_finance(i.t)
    _notes(i)
    i.out.settings = _settings(i)
    return i.out


def _by_cell(*groups: list[Refusal]) -> list[Refusal]:
    """Refusals of several groups, each without the cells reported by an earlier group."""
    found: dict[tuple[str, str, str], list[Refusal]] = {}
    for group in groups:
        told = set(found)
        for r in dict.fromkeys(group):
            if (cell := (r.component, r.name, r.attribute)) not in told:
                found.setdefault(cell, []).append(r)
    return [r for same in found.values() for r in same]


def _snapshots(i: Importer) -> None:
    n, w = i.n, i.n.weight
    if not 1 <= n.snapshots <= HOURS_PER_YEAR:
        i.refuse("Network", n.name, "snapshots", n.snapshots, "snapshots")
        return
    for column in w:
        if not np.isfinite(w[column]).all() or (w[column] <= 0).any() or (w[column] > HOURS_PER_YEAR).any():
            i.refuse("Network", n.name, f"snapshot_weightings.{column}", f"{w[column].min():g} … {w[column].max():g}", "weights",
                     f"weightings must lie above 0 and up to {HOURS_PER_YEAR}")  # fmt: skip
    if (w.objective != 1).any():
        i.t.series["weight_h"] = pd.Series(i.weight)


def _buses(i: Importer) -> None:
    count = max(len(i.n.table("buses")), 1)
    for number, (name, row) in enumerate(i.n.components("buses")):
        place = place_on_circle(number, count)
        if 30 <= row.y <= 55 and 110 <= row.x <= 135:
            place = row.y, row.x
        elif row.x or row.y:
            i.out.moved.append(str(name))
        i.node[str(name)] = code = i.t.code("node", str(name))
        i.t.add("nodes", ("Bus", str(name)), node=code, name_zh=name, name_en=name, kind="county",
                latitude_deg=round(place[0], 6), longitude_deg=round(place[1], 6))  # fmt: skip
    for owner, ends in (("loads", "bus"), ("generators", "bus"), ("storage_units", "bus"), ("stores", "bus"), ("lines", "bus0 bus1"),
                        ("transformers", "bus0 bus1"), ("links", "bus0 bus1"), ("processes", "bus0 bus1")):  # fmt: skip
        for end in ends.split() if len(i.n.table(owner)) else ():
            for name, bus in i.n.column(owner, end).items():
                if bus not in i.node:
                    i.refuse(lists()[owner], str(name), end, bus or "empty", "unknown_bus")


def _may_waste(i: Importer) -> bool:
    """Whether anything is forced to run or paid for it, so that destroying energy in a store could pay."""
    for owner in ("generators", "links", "processes"):
        for name, row in i.n.table(owner).iterrows():
            cost, least, given = (i.n.values(owner, str(name), a, row[a]) for a in ("marginal_cost", "p_min_pu", "p_set"))
            if (cost < 0).any() or (least > 0).any() or not np.isnan(given).all():
                return True
    return any((row.sign * i.n.values("loads", str(name), "p_set", row.p_set) > 0).any() for name, row in i.n.table("loads").iterrows())


def _loads(i: Importer) -> None:
    for name, row in i.n.components("loads"):
        who = "Load", str(name)
        values = -row.sign * i.hourly("loads", str(name), "p_set", row.p_set)
        if row.bus in i.node and (values < 0).any():
            pypsa_converters.fixed_feed(i, who, row.bus, np.maximum(-values, 0.0))
            values = np.maximum(values, 0.0)
        if row.bus in i.node and (values > 0).any():
            series = i.add_series("load", str(name), "mw", values)
            i.t.add("loads", who, load=i.t.code("load", str(name)), node=i.node[row.bus], case=CASE, name_zh=name, name_en=name,
                    sector="industry", series=series)  # fmt: skip
    if not i.t.rows["loads"] and i.node:
        series = i.add_series("load", "none", "mw", np.zeros(i.n.snapshots))
        i.t.add("loads", load="none", node=next(iter(i.node.values())), case=CASE, name_zh="无负荷", name_en="no load", sector="industry",
                series=series)  # fmt: skip


def _notes(i: Importer) -> None:
    note = i.out.notes.append
    i.out.notes += pypsa_checks.notes(i.n)
    _commitment_note(i)
    if i.n.copies and not i.n.is_pathway:
        note(
            ("随机情景按期望费用计：PyPSA 文件不保存风险偏好（risk_preference，即 CVaR），若求解时设过，其目标值不可比",
             "scenarios count by their expected cost: PyPSA's files do not keep risk_preference (CVaR); the objective of a network solved "
             "with it is another")
        )  # fmt: skip
    if i.out.uncounted:
        names = pypsa_checks.few(i.out.uncounted)
        note((f"以下元件的排放不计：{names}", f"emissions are not counted of: {names}"))
    if i.out.moved:
        names = pypsa_checks.few(i.out.moved)
        note((f"以下母线在地图范围之外，另行布置：{names}", f"these buses lie outside the map and are drawn elsewhere: {names}"))
    if i.out.elastic_cny:
        more = f"{i.out.elastic_cny:,.2f}"
        note(
            (f"弹性需求为负荷，未供部分按其边际成本计：本模型目标比 PyPSA 高 {more}",
             f"elastic demand is a load, what it does not take costs its marginal cost: our objective is higher than PyPSA's by {more}")
        )  # fmt: skip
    if i.out.unlimited:
        limit, names = UNLIMITED_MW, pypsa_checks.few(i.out.unlimited)
        note((f"扩建无上限（表中填 {limit:,.0f} MW）：{names}", f"expansion without limit, {limit:,.0f} MW in the tables: {names}"))
    if i.out.cut:
        names = pypsa_checks.few(i.out.cut)
        note((f"既有容量只计可用部分：{names}", f"of these capacities only what can be used is carried: {names}"))
    if i.out.sunk_cny:
        note(
            (f"不可扩建元件的投资 {i.out.sunk_cny:,.2f} 两个目标均不计入",
             f"the capital cost of what cannot be extended, {i.out.sunk_cny:,.2f}, is in neither objective")
        )  # fmt: skip


def _commitment_note(i: Importer) -> None:
    """Report that units which PyPSA commits as a whole are relaxed here, and their cost with them."""
    plants = i.n.table("generators")
    whole = [str(name) for name in plants.index[plants.committable.astype(bool)]] if len(plants) else []
    if whole and not i.n.linearized:
        names = pypsa_checks.few(whole)
        i.out.notes.append(
            (f"以下机组在 PyPSA 中整机启停，此处松弛，费用可能偏低；可用 linearized_unit_commitment 求解后比对：{names}",
             "PyPSA commits these units as a whole, here they are relaxed and the cost may be lower; "
             f"compare with linearized_unit_commitment: {names}")
        )  # fmt: skip


def _block_hours(n: PypsaNetwork) -> int:
    """Hours of a block: a week, or in a large network a day or a part of it."""
    most = LARGEST_BLOCK // max(1, sum(len(n.table(owner)) for owner in lists()))
    if most >= HOURS_PER_DAY:
        return min(LONGEST_BLOCK_H, most // HOURS_PER_DAY * HOURS_PER_DAY)
    return max(hours for hours in range(1, HOURS_PER_DAY) if HOURS_PER_DAY % hours == 0 and hours <= max(1, most))


def _settings(i: Importer) -> str:
    n = i.n
    flow = "dc" if i.network_lines else "transport"
    head = study_settings("import-pypsa", "PyPSA network", ("PyPSA 网络", "PyPSA network"), n.name)
    return f"""{head}[time]
block_hours = {_block_hours(n)}
commitment_step_h = 1
hours = {n.snapshots}  # one a snapshot, from 1 January 0:00
row_hours = {text(i.elapsed_h)}  # hours between snapshots
closed = {"false" if i.first_hour_matters else "true"}  # false: ramps and starts are free in the first hour, as in PyPSA

[expansion]
enabled = true

[network]
power_flow = "{flow}"
reactance = "fixed"  # PyPSA keeps the impedance of a line whatever is built
parts = "several"  # buses need not be connected
"""
