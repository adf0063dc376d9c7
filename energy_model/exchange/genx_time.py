"""Hours of a GenX case: representative periods and their weights, demand and what may go unserved, fuel prices, availability."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.exchange.genx_case import GenxCase, GenxTable
from energy_model.exchange.pypsa_units import LIFETIME_YEARS
from energy_model.exchange.study_tables import CASE, LOST_LOAD_CNY_PER_MWH, StudyTables
from energy_model.units import HOURS_PER_YEAR


@dataclass(frozen=True)
class Hours:
    """Rows of a case.

    Attributes
    ----------
    file : str
    period_h : int
        Hours of a representative period; 0 where there is one alone.
    weight : ndarray, shape (rows,)
        Hours of the year that each row represents [h].
    demand : list of ndarray
        By zone [MW].
    segments : list of (cost, share)
        Demand that may go unserved: cost [CNY/MWh], and share of the demand, from the cheapest.
    """

    file: str
    period_h: int
    weight: np.ndarray
    demand: list[np.ndarray]
    segments: list[tuple[float, float]]

    @property
    def count(self) -> int:
        """Rows."""
        return len(self.weight)

    def weighted_demand(self) -> list[float]:
        """Demand of the year by zone [MWh]."""
        return [float(own @ self.weight) for own in self.demand]


def _rows(table: GenxTable, first: int = 1) -> list[int]:
    """Rows with a time index, which must count from `first`."""
    rows = [i for i, row in enumerate(table.rows) if row.get("time_index", "")]
    for place, i in enumerate(rows, start=first):
        if table.number(i, "Time_Index") != place:
            table.refuse(i, "Time_Index", "genx_value", f"{place}, as rows count from {first}", f"{place}（自 {first} 起逐行计数）")
            break
    return rows


def demand(case: GenxCase) -> Hours:
    """Read ``Demand_data.csv``."""
    table = case.table(case.system_file("Demand_data"), "Demand_data")
    rows = _rows(table)
    first = 0
    periods = int(table.number(first, "Rep_Periods", 1)) if table.rows else 1
    length = int(table.number(first, "Timesteps_per_Rep_Period", 1)) if table.rows else len(rows)
    weights = [table.number(i, "Sub_Weights", 0) for i in range(min(periods, len(table.rows)))]
    if not 1 <= len(rows) <= HOURS_PER_YEAR or len(rows) != periods * length or len(weights) != periods:
        hint = f"{periods} periods of {length} h, {HOURS_PER_YEAR} at most", f"{periods} 个时段，每个 {length} 小时，至多 {HOURS_PER_YEAR}"
        case.refuse(table.file, "", "Time_Index", f"{len(rows)} rows", "genx_value", hint)
        weights, length = [1.0], max(len(rows), 1)
    zones = [c for c in table.header if re.fullmatch(r"(?i)demand_mw_z\d+", c)]
    if not zones:
        case.refuse(table.file, "1", "Demand_MW_z1", "", "genx_missing", ("add the demand of every zone", "请补上各区负荷"))
    by_zone = [
        np.array([table.number(i, c, 0) for i in rows]) for c in sorted(zones, key=lambda c: int(c.lower().removeprefix("demand_mw_z")))
    ]
    each = np.repeat(np.array(weights) / length, length)
    if (each <= 0).any():
        case.refuse(
            table.file,
            str(2 + int(np.argmin(weights))),
            "Sub_Weights",
            f"{min(weights):g}",
            "genx_value",
            ("a weight above 0", "大于 0 的权重"),
        )
        each = np.maximum(each, 1.0)
    return Hours(table.file, length if len(weights) > 1 else 0, each, by_zone, _segments(table))


def _segments(table: GenxTable) -> list[tuple[float, float]]:
    """Cost and share of the segments of demand that may go unserved, trimmed from the dearest on to the whole demand."""
    worth = table.number(0, "Voll", 0) if table.rows else 0.0
    rows = [i for i, row in enumerate(table.rows) if row.get("demand_segment", "")]
    found = sorted(
        (worth * table.number(i, "Cost_of_Demand_Curtailment_per_MW", 0), table.number(i, "Max_Demand_Curtailment", 0, 1)) for i in rows
    )
    left, kept = 1.0, []
    for cost, share in found:
        if cost >= LOST_LOAD_CNY_PER_MWH:
            table.refuse(0, "Voll", "genx_value", f"below {LOST_LOAD_CNY_PER_MWH:g}", f"小于 {LOST_LOAD_CNY_PER_MWH:g}")
        if min(share, left) > 0:
            kept.append((cost, min(share, left)))
            left -= min(share, left)
    return kept


def write_hours(t: StudyTables, hours: Hours, node: dict[int, str], unserved: dict[int, list[str]]) -> None:
    """Write weights, loads, and a converter for each segment of demand that may go unserved."""
    if (hours.weight != 1).any():
        t.series["weight_h"] = pd.Series(hours.weight)
    for zone, own in enumerate(hours.demand, start=1):
        if zone not in node or not (own > 0).any():
            continue
        who = hours.file, f"z{zone}"
        code, name = t.code("load", f"z{zone}"), f"demand z{zone}"
        t.series[f"{code}_mw"] = pd.Series(own)
        t.add("loads", who, load=code, node=node[zone], case=CASE, name_zh=name, name_en=name, sector="industry", series=f"{code}_mw")
        share = f"{code}_share_value"
        t.series[share] = pd.Series(own / own.max())
        for number, (cost, most) in enumerate(hours.segments, start=1):
            name = f"unserved z{zone} segment {number}"
            unserved.setdefault(zone, []).append(unit := t.code("converter", name))
            t.add("converters", who, converter=unit, node=node[zone], name_zh=name, name_en=name, existing_mw=float(own.max()),
                  most_share=most, most_series=share, cost_cny_per_mwh=cost, fom_share_per_year=0.0, lifetime_years=LIFETIME_YEARS,
                  capex_cny_per_kw=0.0)  # fmt: skip
            t.add("converter_ports", who, converter=unit, port=0, node=node[zone], output_per_power=1.0)
    if not t.rows["loads"] and node:
        t.series["none_mw"] = pd.Series(np.zeros(hours.count))
        t.add("loads", load="none", node=node[1], case=CASE, name_zh="无负荷", name_en="no load", sector="industry", series="none_mw")


def fuels(case: GenxCase, hours: Hours) -> dict[str, tuple[np.ndarray, float]]:
    """Price [CNY/MMBtu] by hour, and CO2 [t/MMBtu] in the row of time 0, of every fuel."""
    table = case.table(case.system_file("Fuels_data"), "")
    names = [c for c in table.header if c and c.lower() != "time_index"]
    if len(_rows(table, 0)) != hours.count + 1:
        hint = f"a row 0 with the CO2 content, and {hours.count} hours", f"第 0 行为 CO2 含量，其后 {hours.count} 小时"
        case.refuse(table.file, "", "Time_Index", f"{len(table.rows)} rows", "genx_value", hint)
        return {name: (np.zeros(hours.count), 0.0) for name in names}
    return {n: (np.array([table.number(i, n) for i in range(1, hours.count + 1)]), table.number(0, n)) for n in names}


def variability(case: GenxCase, hours: Hours) -> dict[str, np.ndarray]:
    """Available share of capacity by hour of every resource that has a column."""
    table = case.table(case.system_file("Generators_variability"), "")
    names = [c for c in table.header if c and c.lower() != "time_index"]
    if len(_rows(table)) != hours.count:
        hint = f"{hours.count} hours, as {hours.file}", f"{hours.count} 小时，与 {hours.file} 相同"
        case.refuse(table.file, "", "Time_Index", f"{len(table.rows)} rows", "genx_value", hint)
        return {}
    return {name: np.array([table.number(i, name, 0) for i in range(hours.count)]) for name in names}
