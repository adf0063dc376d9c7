"""Data of the study page beyond the optimum: supply curve, fronts, near-optimal ranges, costs of clauses, bargaining."""

from __future__ import annotations

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.report.columns import clause_named
from energy_model.report.page.tables import plain
from energy_model.report.shell.page import words
from energy_model.report.words import percent
from energy_model.results import contract
from energy_model.results.points import KINDS
from energy_model.study.horizon import solves_named

FRONTS = {
    "co2": ("co2_kt", "cny_per_t"),
    "curtailment": ("curtailed_gwh", "cny_per_mwh"),
    "renewable_share": ("renewable_share", "cny_per_mwh"),
}
"""Column of the axis and unit of its price."""
STACKS = {
    "corridor": ("supply_curve_corridors", "received_gwh", "landed_cny_per_mwh"),
    "contract": ("supply_curve_contracts", "energy_gwh", "marginal_cny_per_mwh"),
}
"""Table of the deliveries along the supply curve, its energy at the receiving end, and its price."""
BENDS, LEAST_BEND = 3, 0.1
"""Bends of a curve that its chart names: so many, where the marginal cost jumps by at least this share of its range."""


def near_optimum(tables: dict[str, pd.DataFrame]) -> dict:
    """Rows of the parts; empty if the command was not run.

    Returns
    -------
    dict
        ``supply``, ``bends`` (of the supply curve), ``stacks`` (deliveries by corridor and by contract), ``fronts`` (by axis), ``rooms``
        (by grouping), ``spread`` (plans unlike the cheapest), ``clauses``, ``deals``, and ``proof``: for each table the horizon and
        weather of its solves, how many they are, how many of them impossible, the largest gap (text in percent) and residual.
    """
    asked = [t.name for t in contract.tables().values() if t.presence == "request" and "study" in t.pages]
    return {
        "supply": _supply(tables.get("supply_curve")),
        "bends": _bends(tables),
        "stacks": {part: stack for part in STACKS if (stack := _stack(part, tables))},
        "fronts": {axis: _front(tables[f"frontier_{axis}"], *spec) for axis, spec in FRONTS.items() if f"frontier_{axis}" in tables},
        "rooms": _rooms(tables.get("room_to_move")),
        "spread": _spread(tables.get("alternatives")),
        "clauses": _clauses(tables.get("clause_costs")),
        "deals": _deals(tables.get("bargaining")),
        "proof": [_proof(name, tables[name]) for name in asked if name in tables and "violation" in tables[name]],
    }


def _curve(table: pd.DataFrame, at: str, price: str) -> list[dict]:
    columns = (at, "cost_mcny", f"marginal_{price}", f"segment_{price}", "average_cny_per_mwh", "error_mcny", "gap_share")
    rows = plain(table, tuple(c for c in columns if c in table))
    for row, told in zip(rows, table.get("impossible", pd.Series([""] * len(table))), strict=True):
        row |= {"at": row.pop(at), "marginal": row.pop(f"marginal_{price}"), "segment": row.pop(f"segment_{price}")}
        row["impossible"] = bool(told)
    for row, told in zip(rows, table.get("changed", pd.Series([""] * len(table))), strict=True):
        row["changed"] = "" if pd.isna(told) else str(told)
    return rows


def _supply(table: pd.DataFrame | None) -> list[dict]:
    return [] if table is None or "error_mcny" not in table else _curve(table, "export_gwh", "cny_per_mwh")


def _front(table: pd.DataFrame, at: str, price: str) -> dict:
    unit = "CNY/t" if price.endswith("_t") else "CNY/MWh"
    return {"rows": _curve(table, at, price), "name": words(contract.words(at)), "column": at, "price_unit": unit}


def _stack(part: str, tables: dict[str, pd.DataFrame]) -> dict:
    """Deliveries along the supply curve; corridors and contracts without delivery are omitted."""
    table, energy, price = STACKS[part]
    if table not in tables or tables[table].empty:
        return {}
    known = tables[f"{part}s"].set_index(part)
    lines = []
    for code, rows in tables[table].groupby(part, sort=False):
        if rows[energy].max() > 1.0:
            at = known.loc[code] if code in known.index else pd.Series({"name_zh": code, "name_en": code})
            points = [{"at": r["export_gwh"], "gwh": r[energy], "price": r[price]} for r in plain(rows, ("export_gwh", energy, price))]
            lines.append({"name": words(Label(str(at.name_zh), str(at.name_en))), "rows": points})
    return {"name": words(contract.words(part)), "lines": lines}


def _rooms(table: pd.DataFrame | None) -> dict:
    if table is None or table.empty:
        return {}
    columns = ("epsilon_share", "plan_mw", "lowest_mw", "highest_mw", "lowest_proven_mw", "highest_proven_mw", "gap_share")
    found = {}
    for grouping, rows in table.groupby("grouping", sort=False):
        entries = plain(rows, columns)
        for entry, zh, en in zip(entries, rows.item_zh, rows.item_en, strict=True):
            entry["name"] = words(Label(str(zh), str(en)))
        found[str(grouping)] = {"name": words(label("grouping", str(grouping))), "rows": entries}
    return found


def _spread(table: pd.DataFrame | None) -> dict:
    """The plan and the alternatives: capacity by kind, corridors separately, since they carry the output of the others."""
    if table is None or table.empty:
        return {}
    kinds = [kind for kind in KINDS if f"{kind}_mw" in table and table[f"{kind}_mw"].max() > 1.0]
    rows = plain(table, ("alternative", "cost_mcny", "extra_share", "distance_share", "nearest_share", *(f"{k}_mw" for k in kinds)))
    for row in rows:
        row["extra_mcny"] = row["cost_mcny"] - rows[0]["cost_mcny"]
        row["mw"] = {kind: row.pop(f"{kind}_mw") for kind in kinds}
    stacked = [{"kind": kind, "name": words(LABELS["kind"][kind])} for kind in kinds if kind != "corridor"]
    return {"kinds": stacked, "method": words(label("spread", str(table.method.iloc[0]))), "rows": rows}


def _bends(tables: dict[str, pd.DataFrame]) -> list[dict]:
    """Points of the supply curve with the largest jumps of marginal cost, and the limits that start or stop binding, in words."""
    table = tables.get("supply_curve")
    if table is None or "changed" not in table:
        return []
    names = _names_of_limits(tables)
    good = table[~table.impossible.fillna("").astype(bool)]
    jump = good.marginal_cny_per_mwh.diff()
    least = LEAST_BEND * (good.marginal_cny_per_mwh.max() - good.marginal_cny_per_mwh.min())
    told = good.assign(jump=jump)[(jump > least) & good.changed.notna() & (good.changed != "")].nlargest(BENDS, "jump")
    found = []
    for row in told.sort_values("export_gwh").itertuples():
        entries = []
        for code in str(row.changed).split("; "):
            element = code[:-1].split(" ")[-1]
            entries.append({"sign": {"+": "+", "-": "−"}[code[-1]], "name": words(names.get(element, Label(element, element)))})
        found.append({"at": float(row.export_gwh), "marginal": float(row.marginal_cny_per_mwh), "entries": entries})
    return found


def _names_of_limits(tables: dict[str, pd.DataFrame]) -> dict[str, Label]:
    """Names of limits by code: clauses, corridors, contracts, mines, microgrids, and capacities with their place."""
    return {r.element: Label(r.name_zh, r.name_en) for r in tables["names"].itertuples()} if "names" in tables else {}


def _clauses(table: pd.DataFrame | None) -> list[dict]:
    if table is None or table.empty:
        return []
    rows = plain(table, ("change_mcny", "by_dual_mcny", "gap_share"))
    for row, t in zip(rows, table.itertuples(), strict=True):
        number = clause_named(str(t.clause))
        row["name"] = words(Label(f"{number.zh} {t.name_zh}", f"{number.en} {t.name_en}"))
        row["change"], row["impossible"] = words(label("clause_change", str(t.change))), bool(t.impossible)
    return rows


def _deals(table: pd.DataFrame | None) -> list[dict]:
    if table is None or table.empty:
        return []
    prices = (
        "ours_cny_per_mwh",
        "seller_cny_per_mwh",
        "floor_cny_per_mwh",
        "theirs_cny_per_mwh",
        "equal_split_cny_per_mwh",
        "cost_share_cny_per_mwh",
    )
    rows = plain(table, (*prices, "energy_gwh", "short_gwh", "gain_mcny"))
    for row, t in zip(rows, table.itertuples(), strict=True):
        row["name"], row["case"] = words(Label(str(t.item_zh), str(t.item_en))), words(label("deal_case", str(t.case)))
        row["impossible"] = bool(t.impossible)
    return rows


def _proof(name: str, table: pd.DataFrame) -> dict:
    none = table.impossible.astype(str).str.len() > 0 if "impossible" in table else pd.Series(False, index=table.index)
    return {
        "table": name,
        "name": words(contract.title(name)),
        "horizon": words(solves_named(str(table.horizon.iloc[0]))),
        "weather": str(table.weather.iloc[0]),
        "points": len(table),
        "impossible": int(none.sum()),
        "gap": percent(float(table.gap_share.abs().fillna(0.0).max())),
        "violation": float(table.violation.fillna(0.0).max()),
        "error": float(table.error_mcny.fillna(0.0).max()) if "error_mcny" in table else None,
    }
