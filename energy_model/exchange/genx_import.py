"""A case of GenX as a study of this model: the same optimum from our own input tables.

One unit of money is one CNY, one row of the case one hour of the study. Plants with unit commitment are thermal clusters; other plants,
wind, sun, and demand that is not served are converters; batteries are stores; caps on CO2 and on capacity are combined limits.
"""

from __future__ import annotations

import re

from energy_model.exchange import genx_plants
from energy_model.exchange.genx_case import GenxCase, GenxTable
from energy_model.exchange.genx_study import GenxStudy, overnight, zone_of
from energy_model.exchange.genx_time import demand, fuels, variability, write_hours
from energy_model.exchange.pypsa_units import LIFETIME_YEARS
from energy_model.exchange.refusals import NetworkRefused
from energy_model.exchange.study_tables import StudyTables, place_on_circle, plain_finance, study_settings
from energy_model.units import HOURS_PER_WEEK, T_PER_MT

VOLTAGE_KV = 500.0


def import_case(case: GenxCase) -> tuple[StudyTables, str]:
    """Convert a case to tables and the text of ``study.toml``.

    Raises
    ------
    NetworkFileError
        Where a file is missing.
    NetworkRefused
        With all refusals.
    """
    s = GenxStudy(case, StudyTables(f"GenX case {case.name}"), demand(case))
    network = case.table("system/Network.csv", "Network")
    _zones(s, network)
    _lines(s, network)
    write_hours(s.t, s.hours, s.node, s.unserved)
    fuel, shape = fuels(case, s.hours), variability(case, s.hours)
    readers = {"Thermal": genx_plants.thermal, "Vre": genx_plants.vre, "Must_run": genx_plants.must_run, "Storage": genx_plants.storage}
    for kind, reader in readers.items():
        if (case.folder / "resources" / f"{kind}.csv").exists():
            table = case.table(f"resources/{kind}.csv", kind)
            for i in range(len(table.rows)):
                reader(s, table, i, fuel, shape)
    _unused(s, "Generators_variability", list(shape))
    _unused(s, "Fuels_data", [name for name in fuel if name not in s.burnt])
    _co2(s)
    for way, sense in (("Min", ">="), ("Max", "<=")):
        _capacity_requirement(s, way, sense)
    if case.refusals:
        raise NetworkRefused(case.refusals)
    plain_finance(s.t)
    return s.t, _settings(s)


def _zones(s: GenxStudy, network: GenxTable) -> None:
    names = [row.get("network_zones", "") for row in network.rows]
    zones = [name for name in names if name]
    for number, name in enumerate(zones, start=1):
        latitude, longitude = place_on_circle(number - 1, len(zones))
        s.node[number] = code = s.t.code("node", name)
        s.t.add("nodes", ("system/Network.csv", name), node=code, name_zh=name, name_en=name, kind="county", latitude_deg=latitude,
                longitude_deg=longitude)  # fmt: skip
    if len(zones) != len(s.hours.demand):
        have, hint = f"{len(zones)}", (f"Demand_data.csv has {len(s.hours.demand)} zones", f"Demand_data.csv 有 {len(s.hours.demand)} 个区")
        s.case.refuse("system/Network.csv", "", "Network_zones", have, "genx_value", hint)


def _lines(s: GenxStudy, network: GenxTable) -> None:
    segments, expands = s.case.setting("Trans_Loss_Segments") == "1", s.case.on("NetworkExpansion")
    for i, row in enumerate(network.rows):
        if not row.get("network_lines", ""):
            continue
        ends = [zone_of(s, network, i, f"{end}_Zone") for end in ("Start", "End")]
        flow = network.number(i, "Line_Max_Flow_MW", 0)
        new = max(network.number(i, "Line_Max_Reinforcement_MW", -1), 0.0) if expands else 0.0
        loss = network.number(i, "Line_Loss_Percentage", 0, 0.3) if segments else 0.0
        if flow + new <= 0:
            continue
        name = f"line {row['network_lines']}"
        s.t.add(
            "corridors", network.who(i), corridor=s.t.code("corridor", name), name_zh=name, name_en=name, from_node=s.node[ends[0]],
            to_node=s.node[ends[1]], kind="hvdc", voltage_kv=VOLTAGE_KV, length_km=1.0, existing_mw=flow, start_year=1950 if flow else None,
            circuits="1", new_circuit_mw=1.0, max_new_mw=new, fom_share_per_year=0.0, lifetime_years=LIFETIME_YEARS, loss_share=loss,
            capex_cny_per_kw=overnight(network.number(i, "Line_Reinforcement_Cost_per_MWyr", 0) if new else 0.0), loss_at="both",
            reversible=True,
        )  # fmt: skip


def _unused(s: GenxStudy, name: str, columns: list[str]) -> None:
    if columns:
        names, file = ", ".join(columns), s.case.system_file(name)
        s.case.notes.append((f"{file}：以下列没有机组使用：{names}", f"{file}: columns that no resource uses: {names}"))


def _co2(s: GenxStudy) -> None:
    """Caps on CO2: an amount, or a rate per served demand and, where asked, per loss of stores; rows are zones in their order."""
    kind = s.case.setting("CO2Cap")
    if kind not in ("1", "2"):
        return
    table = s.case.table("policies/CO2_cap.csv", "CO2_cap")
    asked, other = ("CO_2_Max_Mtons", "CO_2_Max_tons_MWh") if kind == "1" else ("CO_2_Max_tons_MWh", "CO_2_Max_Mtons")
    idle = [c for c in table.header if c.lower().startswith(other.lower())]
    for cap in (name.rsplit("_", 1)[1] for name in table.header if re.fullmatch(r"(?i)co_2_cap_zone_\d+", name)):
        members: list[dict] = []
        value = 0.0
        for i in range(len(table.rows)):
            amount, counts = table.number(i, f"{asked}_{cap}", 0), table.number(i, f"CO_2_Cap_Zone_{cap}", 0, 1) == 1
            if not counts or i + 1 not in s.node:
                idle += [f"{asked}_{cap} ({i + 2})"] if amount else []
                continue
            members += s.emitting.get(i + 1, []) + (_served(s, i + 1, amount) if kind == "2" else [])
            value += amount * (T_PER_MT if kind == "1" else s.hours.weighted_demand()[i])
        if members:
            s.limit(f"CO2 cap {cap}", "<=", value, members, (table.file, cap))
    if idle:
        names = ", ".join(idle)
        s.case.notes.append((f"{table.file}：以下各列（行）不起作用：{names}", f"{table.file}: these columns (rows) do not count: {names}"))


def _served(s: GenxStudy, zone: int, rate: float) -> list[dict]:
    """Members that take a rate of CO2 from the demand of a zone to what of it is served, and to the losses of its stores where asked."""
    found = [{"table": "converters", "element": c, "quantity": "energy", "weight": rate} for c in s.unserved.get(zone, []) if rate]
    if s.case.on("StorageLosses") and rate:
        found += [{"table": "technologies", "element": c, "quantity": "loss", "weight": -rate} for c in s.stores.get(zone, [])]
    return found


def _capacity_requirement(s: GenxStudy, way: str, sense: str) -> None:
    """Minimum or maximum capacity of resources together."""
    if not s.case.on(f"{way}CapReq"):
        return
    full = {"Min": "Minimum", "Max": "Maximum"}[way]
    table = s.case.table(f"policies/{full}_capacity_requirement.csv", "capacity_requirement")
    share = s.case.table(f"resources/policy_assignments/Resource_{full.lower()}_capacity_requirement.csv", "assignment")
    for k in range(len(share.rows)):
        if share.text(k, "Resource") not in s.members:
            share.refuse(k, "Resource", "genx_value", ", ".join(s.members), "、".join(s.members))
    for i in range(len(table.rows)):
        number = int(table.number(i, f"{way}CapReqConstraint", 1))
        members = [
            {"table": kind, "element": code, "quantity": "capacity", "weight": weight}
            for k in range(len(share.rows))
            if (weight := share.number(k, f"{way}_Cap_{number}"))
            for kind, code in s.members.get(share.text(k, "Resource"), [])
        ]
        if members:
            s.limit(f"{full} capacity {number}", sense, table.number(i, f"{way}_MW", 0), members, table.who(i))
        elif way == "Min" and table.number(i, "Min_MW", 0) > 0:
            table.refuse(i, "Min_MW", "genx_value", "0: no resource counts", "0：没有机组计入")


def _settings(s: GenxStudy) -> str:
    name = s.case.name
    flag = str(s.commits).lower()
    head = study_settings("import-genx", "GenX case", ("GenX 算例", "GenX case"), name)
    return f"""{head}[time]
block_hours = {HOURS_PER_WEEK}
commitment_step_h = 1
hours = {s.hours.count}
period_h = {s.hours.period_h}  # representative periods that close in themselves; 0: the hours follow one another

[commitment]
minimum_times = {flag}
start_ramps = {flag}

[expansion]
enabled = true

[network]
parts = "several"  # zones need not be connected
"""
