"""A PyPSA network as a study of this model: the same optimum from our own input tables.

One unit of money is one CNY, one unit of power one MW, one snapshot one hour of the study, which has as many hours as the network has
snapshots, from the beginning of the year. Costs and capacities are unchanged, so both objectives are the same sum.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.exchange import pypsa_assets, pypsa_branches, pypsa_checks, pypsa_lines, pypsa_stores
from energy_model.exchange.consequences import causes
from energy_model.exchange.importer import Imported, Importer
from energy_model.exchange.pypsa_tables import PypsaNetwork, lists
from energy_model.exchange.refusals import NetworkRefused, Refusal
from energy_model.exchange.study_tables import CASE, CENTRE_DEG, SPREAD_DEG, YEAR, quoted, text
from energy_model.units import GWH_PER_MWH, HOURS_PER_WEEK, HOURS_PER_YEAR

LOST_LOAD_CNY_PER_MWH = 200000.0
"""Price of shedding: PyPSA sheds nothing, so it must exceed any marginal price."""
LONGEST_BLOCK_H = HOURS_PER_WEEK


def import_network(n: PypsaNetwork) -> Imported:
    """Convert a network to tables.

    Raises
    ------
    NetworkRefused
        With all refusals.
    """
    if n.periods or n.scenarios:
        kind = "periods" if n.periods else "scenarios"
        raise NetworkRefused([Refusal("Network", n.name, "investment_periods" if n.periods else "scenarios", "present", kind)])
    i = Importer(n)
    i.refusals += pypsa_checks.refused_cells(n)
    _snapshots(i)
    _buses(i)
    _limits(i)
    _loads(i)
    pypsa_assets.generators(i)
    pypsa_stores.storage_units(i)
    pypsa_stores.stores(i)
    pypsa_lines.lines(i)
    pypsa_branches.links(i)
    missed = [*pypsa_checks.names(n, i.co2_limited), *pypsa_checks.infinite(n), *pypsa_checks.unread(n)]
    if refusals := _by_cell(n.wrong, i.refusals, missed):
        first = causes(refusals)
        raise NetworkRefused(first, len(refusals) - len(first))
    _finance(i)
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
    if len(n.table("storage_units")) + len(n.table("stores")) and w.stores.nunique() > 1:
        i.refuse("Network", n.name, "snapshot_weightings.stores", f"{w.stores.min():g} … {w.stores.max():g}", "weights",
                 "with stores every snapshot must have the same length")  # fmt: skip


def _buses(i: Importer) -> None:
    count = max(len(i.n.table("buses")), 1)
    for number, (name, row) in enumerate(i.n.components("buses")):
        angle = 2 * np.pi * number / count
        place = CENTRE_DEG[0] + SPREAD_DEG * np.sin(angle), CENTRE_DEG[1] + SPREAD_DEG * np.cos(angle)
        if 30 <= row.y <= 55 and 110 <= row.x <= 135:
            place = row.y, row.x
        elif row.x or row.y:
            i.out.moved.append(str(name))
        i.node[str(name)] = code = i.t.code("node", str(name))
        i.t.add("nodes", ("Bus", str(name)), node=code, name_zh=name, name_en=name, kind="county",
                latitude_deg=round(place[0], 6), longitude_deg=round(place[1], 6))  # fmt: skip
    for owner, ends in (("loads", "bus"), ("generators", "bus"), ("storage_units", "bus"), ("stores", "bus"), ("lines", "bus0 bus1"),
                        ("transformers", "bus0 bus1"), ("links", "bus0 bus1")):  # fmt: skip
        for end in ends.split() if len(i.n.table(owner)) else ():
            for name, bus in i.n.column(owner, end).items():
                if bus not in i.node:
                    i.refuse(lists()[owner], str(name), end, bus or "empty", "unknown_bus")


def _limits(i: Importer) -> None:
    """Global constraints: a limit on CO2 is a hard clause."""
    w = i.n.weight
    for name, row in i.n.components("global_constraints"):
        who = "GlobalConstraint", str(name)
        if row.type != "primary_energy" or row.carrier_attribute != "co2_emissions":
            hint = "remove it; capacity limits go to p_nom_max or s_nom_max of the components"
            i.refuse(*who, "type", f"{row.type} ({row.carrier_attribute})", "limit", hint)
            row.without_effect()
            continue
        if row.sense not in ("<=", ">="):
            i.refuse(*who, "sense", row.sense, "limit", "use <= (or >=)")
        if pd.notna(row.investment_period):
            i.refuse(*who, "investment_period", row.investment_period, "periods")
        if not row.constant >= 0:
            i.refuse(*who, "constant", row.constant, "negative")
        i.co2_limited = True
        i.t.add("targets", who, target=i.t.code("target", str(name)), clause="PyPSA", name_zh=name, name_en=name, quantity="co2_kt",
                sense=row.sense, value=row.constant * GWH_PER_MWH, year=YEAR, mode="hard")  # fmt: skip
    if i.co2_limited and (w.generators != w.objective).any():
        i.refuse("Network", i.n.name, "snapshot_weightings.generators", "unlike objective", "weights",
                 "make the weightings for generators those of the objective")  # fmt: skip


def _loads(i: Importer) -> None:
    for name, row in i.n.components("loads"):
        who = "Load", str(name)
        values = i.hourly("loads", str(name), "p_set", row.p_set)
        if (values < 0).any():
            i.refuse(*who, "p_set", values.min(), "negative")
        if row.bus in i.node and (values > 0).any():
            series = i.add_series("load", str(name), "mw", values)
            i.t.add("loads", who, load=i.t.code("load", str(name)), node=i.node[row.bus], case=CASE, name_zh=name, name_en=name,
                    sector="industry", series=series)  # fmt: skip
    if not i.t.rows["loads"] and i.node:
        series = i.add_series("load", "none", "mw", np.zeros(i.n.snapshots))
        i.t.add("loads", load="none", node=next(iter(i.node.values())), case=CASE, name_zh="无负荷", name_en="no load", sector="industry",
                series=series)  # fmt: skip


def _finance(i: Importer) -> None:
    nothing = (
        "discount_rate_share",
        "reserve_shortfall_cny_per_mwh",
        "co2_price_cny_per_t",
        "curtailment_cost_cny_per_mwh",
        "distribution_loss_share",
        "vat_share",
        "government_funds_cny_per_mwh",
    )
    zero: dict[str, object] = dict.fromkeys(nothing, 0.0)
    i.t.add("finance", vintage=int(YEAR), value_of_lost_load_cny_per_mwh=LOST_LOAD_CNY_PER_MWH, value_of_lost_heat_cny_per_mwh=100000.0,
            **zero)  # fmt: skip


def _notes(i: Importer) -> None:
    note = i.out.notes.append
    i.out.notes += pypsa_checks.notes(i.n)
    _commitment_note(i)
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
        limit, names = pypsa_assets.UNLIMITED_MW, pypsa_checks.few(i.out.unlimited)
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


def _settings(i: Importer) -> str:
    n = i.n
    flow = "dc" if i.network_lines else "transport"
    return f"""# Made by `energy-model import-pypsa` from the PyPSA network {quoted(n.name)}.
[study]
title_zh = {quoted(f"PyPSA 网络 {n.name}")}
title_en = {quoted(f"PyPSA network {n.name}")}
purpose = "The optimum of a PyPSA network in this model"
plan_year = {YEAR}
fleet_year = {YEAR}
cost_vintage = {YEAR}
case = "{CASE}"

[weather]
year = "synthetic-1"  # its calendar alone: all curves stand in series.csv

[time]
block_hours = {LONGEST_BLOCK_H}
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
