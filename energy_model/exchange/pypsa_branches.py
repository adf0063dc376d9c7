"""Links of a PyPSA network as corridors, and what lines and links have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_assets import LIFETIME_YEARS, UNLIMITED_MW
from energy_model.exchange.pypsa_tables import Component
from energy_model.units import CNY_PER_KW_FROM_CNY_PER_MW

VOLTAGE_KV = 220.0


def corridor(i: Importer, who: tuple[str, str], row: Component, prefix: str, scale: float, **cells) -> None:
    """Write one corridor with its existing or buildable capacity; `scale` is our capacity per its capacity."""
    old = low = high = cost = 0.0
    if row[f"{prefix}_extendable"]:
        low, high, cost = row[f"{prefix}_min"] * scale, row[f"{prefix}_max"] * scale, row.capital_cost / scale
        if low > high or low < 0:
            i.refuse(*who, f"{prefix}_min", row[f"{prefix}_min"], "contradiction")
        if cost < 0:
            i.refuse(*who, "capital_cost", row.capital_cost, "negative")
        if high >= UNLIMITED_MW:
            i.out.unlimited.append(who[1])
            high = max(UNLIMITED_MW, low)
        if cost == 0:  # expansion is free: all of it stands
            if cells.get("min_power_share"):
                i.refuse(*who, "capital_cost", 0.0, "free_least")
            old, low, high = high, 0.0, 0.0
    else:
        old = row[prefix] * scale
        i.out.sunk_cny += max(row.capital_cost, 0.0) * max(row[prefix], 0.0)
        if old < 0 or not np.isfinite(old):
            i.refuse(*who, prefix, row[prefix], "range", "give it a finite capacity of at least 0")
        if old > UNLIMITED_MW and not cells.get("min_power_share"):
            i.out.cut.append(who[1])
            old = UNLIMITED_MW
    if row.bus0 not in i.node or row.bus1 not in i.node or not old + high > 0:
        return
    if row.bus0 == row.bus1:
        i.refuse(*who, "bus1", row.bus1, "contradiction")
    i.t.add(
        "corridors", who, corridor=i.t.code("corridor", who[1]), name_zh=who[1], name_en=who[1], from_node=i.node[row.bus0],
        to_node=i.node[row.bus1], voltage_kv=VOLTAGE_KV, existing_mw=old, start_year=1950 if old > 0 else None, circuits="1",
        new_circuit_mw=1.0, min_new_mw=low, max_new_mw=high,
        capex_cny_per_kw=max(cost, 0.0) * CNY_PER_KW_FROM_CNY_PER_MW * LIFETIME_YEARS,
        fom_share_per_year=0.0, lifetime_years=LIFETIME_YEARS, loss_share=0.0, **cells,
    )  # fmt: skip


def links(i: Importer) -> None:
    """Import two-port links as HVDC: one-way with any efficiency, or two-way without loss and cost."""
    raw = i.n.static.get("links", pd.DataFrame())
    table = i.n.table("links")
    for column in (c for c in raw if c.startswith("bus") and c[3:].isdigit() and int(c[3:]) > 1):
        for name, bus in raw[column].items():
            if name in table.index and str(bus).strip() not in ("", "nan", "None"):
                i.refuse("Link", str(name), column, bus, "ports")
    for name, row in i.n.components("links"):
        who, key = ("Link", str(name)), ("Link", "links", str(name))
        most, least = (i.constant(*key, f"p_{end}_pu", row[f"p_{end}_pu"]) for end in ("max", "min"))
        gain, cost = (i.constant(*key, a, row[a]) for a in ("efficiency", "marginal_cost"))
        if not most > 0:
            i.refuse(*who, "p_max_pu", most, "range", "write a number above 0, or swap the ends")
            row.without_effect()
            continue
        if not gain > 0:
            i.refuse(*who, "efficiency", gain, "range", "write a number above 0")
        if cost < 0:
            i.refuse(*who, "marginal_cost", cost, "negative")
        two_way = least < 0
        if two_way and (least != -most or gain != 1 or cost != 0):
            i.refuse(*who, "p_min_pu, p_max_pu, efficiency, marginal_cost", f"{least:g}, {most:g}, {gain:g}, {cost:g}", "two_way")
        if least > 0.5 * most:
            i.refuse(*who, "p_min_pu", least, "least_power", "set p_min_pu to at most half of p_max_pu")
        cells = {
            "kind": "hvdc", "reversible": two_way, "length_km": 1.0, "wheeling_cny_per_mwh": max(cost, 0.0),
            "min_power_share": max(least, 0.0) / most, "output_per_input": None if gain == 1 else gain,
        }  # fmt: skip
        corridor(i, who, row, "p_nom", most, **cells)
