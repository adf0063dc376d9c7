"""Links of a PyPSA network as corridors, and what lines and links have in common."""

from __future__ import annotations

import numpy as np

from energy_model.exchange.importer import Importer
from energy_model.exchange.pypsa_converters import Unit, ports_of, write_converter
from energy_model.exchange.pypsa_tables import Component
from energy_model.exchange.pypsa_units import LIFETIME_YEARS, UNLIMITED_MW
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
        if cost == 0 and not i.limited_lines:  # expansion is free: all of it stands
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
    code = i.t.code("corridor", who[1])
    i.corridor[who] = code, scale
    i.t.add(
        "corridors", who, corridor=code, name_zh=who[1], name_en=who[1], from_node=i.node[row.bus0],
        to_node=i.node[row.bus1], voltage_kv=VOLTAGE_KV, existing_mw=old, start_year=1950 if old > 0 else None, circuits="1",
        new_circuit_mw=1.0, min_new_mw=low, max_new_mw=high,
        capex_cny_per_kw=max(cost, 0.0) * CNY_PER_KW_FROM_CNY_PER_MW * LIFETIME_YEARS,
        fom_share_per_year=0.0, lifetime_years=LIFETIME_YEARS, loss_share=0.0, **cells,
    )  # fmt: skip


def links(i: Importer) -> None:
    """Import links as HVDC where they are one-way with any efficiency, or two-way without loss and cost; all others as converters."""
    for name, row in i.n.components("links"):
        who, key = ("Link", str(name)), ("links", str(name))
        row.without_effect("start_up_cost", "shut_down_cost", "min_up_time", "min_down_time", "up_time_before", "down_time_before")
        if special_link(i, str(name), row):
            if write_converter(i, Unit(who, row, "links", ports_of(i, *key, row))) is None:
                row.without_effect()
            continue
        row.without_effect("p_set", "ramp_limit_up", "ramp_limit_down")
        most, least, gain, cost = (float(i.hourly(*key, a, row[a])[0]) for a in ("p_max_pu", "p_min_pu", "efficiency", "marginal_cost"))
        cells = {
            "kind": "hvdc", "reversible": least < 0, "length_km": 1.0, "wheeling_cny_per_mwh": max(cost, 0.0),
            "min_power_share": max(least, 0.0) / most, "output_per_input": None if gain == 1 else gain,
        }  # fmt: skip
        corridor(i, who, row, "p_nom", most, **cells)


def special_link(i: Importer, name: str, row: Component) -> bool:
    """Whether a link has more ports, hourly figures, ramps or costs than a corridor can say."""

    def values(attribute: str) -> np.ndarray:
        return i.n.values("links", name, attribute, row[attribute])

    figures = [values(a) for a in ("p_max_pu", "p_min_pu", "efficiency", "marginal_cost")]
    most, least, gain, cost = (float(v[0]) for v in figures)
    return (
        any((v != v[0]).any() for v in figures)
        or any(i.n.port("links", name, k)[0] for k in i.n.further_ports("links"))
        or not all(np.isnan(values(a)).all() for a in ("p_set", "ramp_limit_up", "ramp_limit_down"))
        or not (most > 0 and 1e-6 <= gain <= 1e6 and 0 <= cost <= 1e7)
        or least > 0.5 * most
        or (least < 0 and (least != -most or gain != 1 or cost != 0))
        or (row.p_nom_extendable and (row.capital_cost < 0 or (least > 0 and row.capital_cost == 0) or row.carrier in i.limited_carriers))
        or row.bus0 == row.bus1
        or (bool(i.n.copies) and row.p_nom_extendable)
    )
