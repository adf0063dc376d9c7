"""Tables of the study page as plain data: clauses, costs, capacity by year, certificate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.language import LANGUAGES, Language
from energy_model.report.colours import TECHNOLOGY
from energy_model.report.columns import clause_named, code_words, heading_of, word
from energy_model.report.penalties import largest_penalty_words
from energy_model.report.result_folder import Result
from energy_model.report.shell.page import words
from energy_model.report.shown_units import amount, in_unit, residual, row_unit, unit_of
from energy_model.report.words import WITHOUT_PLACE, percent, solver_words, surplus_words
from energy_model.results import contract
from energy_model.results.balance_tables import least_surplus_mw
from energy_model.results.components import USES
from energy_model.results.indicators import PENALTIES, curtailed_share, full_load_hours, penalties
from energy_model.results.node_costs import cost_of_neighbours
from energy_model.results.store import read_table

GROUPS = {  # what a cost category belongs to, by its beginning; all others are running cost
    "investment": "cost_investment",
    "fixed": "cost_fixed",
    "coal": "cost_fuel",
    "coal_drying": "cost_fuel",
    "co2": "cost_fuel",
    "co2_allowances": "cost_fuel",
} | dict.fromkeys((*PENALTIES, "potline_restarts"), "cost_penalty")
RUNNING = "cost_running"


def plain(table: pd.DataFrame | None, columns: Sequence[str] | None = None) -> list[dict]:
    """Rows of a table for the page: no NaN, plain types."""
    if table is None or table.empty:
        return []
    chosen = table[list(columns)] if columns else table
    return [{name: _plain(value) for name, value in row.items()} for row in chosen.to_dict("records")]


def _plain(value):
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    number = float(value)
    return round(number, 6) + 0.0 if math.isfinite(number) else None


def listing(name: str, frame: pd.DataFrame | None, names: dict[str, Label] | None = None) -> dict | None:
    """A result table as listed on the page: the console columns, with the labels and units of each language's workbook.

    Parameters
    ----------
    name : str
    frame : DataFrame or None
    names : dict of str to Label, optional
        Names of technologies and elements by code.
    """
    if frame is None or frame.empty:
        return None
    return {language: _listed(name, frame, names or {}, language) for language in LANGUAGES}


def _listed(name: str, frame: pd.DataFrame, names: dict[str, Label], language: Language) -> dict:
    heads, cells = [], []
    for column in contract.console_columns(name):
        own = frame[f"{column.removesuffix('_zh')}_{language}"] if column.endswith("_zh") else frame[column]
        unit, known = unit_of(column, language), contract.column(column, name)
        if known is not None and known.is_text and own.isin(["", None]).all():
            continue
        heading = "name" if column == "element" else column.removesuffix("_zh")  # elements are shown by their names
        heads.append({"text": heading_of(heading, {}, language, name), "unit": unit.words})
        if known is not None and known.is_text:
            said = code_words(name, column, own, names, language, "name_zh" not in frame) or list(own)
            cells.append([word(names[v], language) if v in names else text for v, text in zip(own, said, strict=True)])
        else:
            digits = len(unit.format.removesuffix("%").partition(".")[2])
            form = f"{{:z,.{digits}{'%' if unit.format.endswith('%') else 'f'}}}"
            cells.append(["–" if pd.isna(v) else form.format(v * unit.factor) for v in own])
    return {"title": word(contract.title(name), language), "heads": heads, "rows": [list(row) for row in zip(*cells, strict=True)]}


def clause_rows(clauses: pd.DataFrame) -> list[dict]:
    """Clauses: those of the model first, missed ones on top, then by value; reported ones and inputs last."""
    rows = []
    for c in clauses.itertuples():
        share = str(c.quantity).endswith("share")
        price = None if pd.isna(c.price) else float(c.price)
        note = getattr(c, "price_note", "")
        worth = getattr(c, "worth_at_most_mcny", math.nan)
        rows.append(
            {
                "clause": words(clause_named(str(c.clause))),
                "quote": c.quote_zh,
                "name": {"zh": c.name_zh, "en": c.name_en},
                "mode": c.mode,
                "sense": c.sense,
                "target": _amount(c.value, c.unit, share),
                "reached": None if math.isnan(c.reached) else _amount(c.reached, c.unit, share),
                "verdict": c.verdict,
                "binds": bool(note) or (price is not None and price > 1e-6),
                "price": None if price is None else _amount(price, c.price_unit, False),
                "price_note": words(label("price_note", note)) if note else None,
                "worth": None if pd.isna(worth) else float(worth),
            }
        )
    order = ("missed", "met", "not_reached", "reached", "see_pathway", "input", "no_amount")
    return sorted(rows, key=lambda r: (order.index(r["verdict"]), not r["binds"], -(r["worth"] or 0.0)))


def _amount(value: float, own: str, is_share: bool) -> dict[str, str]:
    """A figure whose unit stands in its row, with that unit, in both languages."""
    units = [row_unit(own, is_share, language) for language in LANGUAGES]
    return words(Label(*(f"{in_unit(value, unit)} {unit.words}".rstrip() for unit in units)))


def key_figures(t: dict[str, pd.DataFrame], emissions: pd.DataFrame) -> list[dict]:
    """Tiles below the clauses: code, value, unit, digits, and a note where needed."""
    balance, cut, coal = t["energy_balance"].sum(numeric_only=True), t["curtailment"], t["coal"]
    capacity = t["capacity"][t["capacity"].kind.isin(list(TECHNOLOGY))]
    generators, thermal = (capacity[capacity.kind.isin(kinds)] for kinds in (GENERATORS, ("thermal", "chp")))
    surplus, total = least_surplus_mw(t["power_balance"]), float(t["costs"].set_index("category").cost_mcny["total"])
    rows = [
        *([("investment", t["investments"].static_mcny.sum(), "MCNY", 0)] if "investments" in t else []),
        ("total_cost", total, "MCNY", 0),
        *([("penalties", fines, "MCNY", 0)] if (fines := penalties(t["costs"])) else []),
        ("new_capacity", capacity.new_mw.sum(), "MW", 0),
        ("generation", generators.gross_gwh.sum(), "GWh", 0),
        ("sent_out", generators.sent_out_gwh.sum(), "GWh", 0),
        ("thermal_hours", full_load_hours(thermal.gross_gwh.sum(), thermal.capacity_mw.sum()), "h", 0),
        ("demand", sum(balance.get(f"{u.name}_gwh", 0.0) for u in USES), "GWh", 0),
        ("export", t["contracts"].energy_gwh.sum(), "GWh", 0),
        ("curtailed_share", 100 * curtailed_share(cut), "%", 2),
        ("coal_use", coal.power_kt.sum() + coal.other_kt.sum(), "kt", 0),
        ("co2", emissions.co2_kt.sum(), "kt", 0),
        ("unserved", balance.unserved_gwh, "GWh", 2),
        ("power_surplus", surplus, "MW", 0),
    ]
    notes = {"power_surplus": words(surplus_words(surplus)), "penalties": words(largest_penalty_words(t["costs"]))}
    if beyond := cost_of_neighbours(t.get("node_costs")):
        notes["total_cost"] = words(Label(*(f"{text} {beyond / total:z.1%}" for text in label("study", "of_neighbours"))))
    return [
        {"code": code, "value": None if math.isnan(value) else float(value), "unit": unit, "digits": digits, "note": notes.get(code)}
        for code, value, unit, digits in rows
    ]


GENERATORS = ("thermal", "chp", "wind", "solar")
"""Kinds of capacity that generate electricity; stores give back what others made."""


def cost_group(category: str) -> str:
    """Group of a cost category: investment, fixed, fuel, running or penalties."""
    return next((group for start, group in GROUPS.items() if category.startswith(start)), RUNNING)


def _account_words(category: str) -> dict[str, str]:
    known = LABELS["account"].get(category)
    return words(known or Label(category, category))


def cost_rows(costs: pd.DataFrame) -> list[dict]:
    """Cost categories without their total and without numerical noise."""
    parts = costs[(costs.category != "total") & (costs.cost_mcny.abs() > 0.05)]
    return [
        {"group": cost_group(c.category), "name": _account_words(c.category), "cost_mcny": float(c.cost_mcny)} for c in parts.itertuples()
    ]


def node_cost_rows(node_costs: pd.DataFrame | None, names: dict[str, Label]) -> list[dict] | None:
    """Cost by place and group; None for results without the table."""
    if node_costs is None or node_costs.empty:
        return None
    grouped = node_costs.assign(group=node_costs.category.map(cost_group)).groupby(["place", "group"], sort=False)
    table = grouped.cost_mcny.sum().reset_index()
    return [
        {"name": words((names | WITHOUT_PLACE)[r.place]), "group": r.group, "cost_mcny": float(r.cost_mcny)}
        for r in table.itertuples()
        if abs(r.cost_mcny) > 0.05
    ]


def capacity_by_year(results: list[Result]) -> list[dict]:
    """Capacity by kind [MW] for each year of a pathway; for a single result, existing and planned capacity."""
    rows = []
    for result in results:
        capacity = result.tables["capacity"]
        power = capacity[capacity.kind.isin(list(TECHNOLOGY))].groupby("kind")[["existing_mw", "capacity_mw"]].sum()
        if len(results) == 1:
            rows.append({"year": result.manifest.get("fleet_year"), "what": "existing", "kinds": power.existing_mw.round(2).to_dict()})
        year = result.year or result.manifest.get("plan_year")
        rows.append({"year": year, "what": "planned", "kinds": power.capacity_mw.round(2).to_dict()})
    return rows


ISLAND_FIGURES = {  # figures of an islanding study by their columns, and their units
    "holds_share": "%",
    "tests": "h",
    "hours_of_result": "h",
    "duration_h": "h",
    "survived_share": "%",
    "step_covered_share": "%",
    "mean_unserved_mwh": "MWh",
    "worst_hour": "",
    "worst_firm_shed_mwh": "MWh",
    "worst_potline_shed_mwh": "MWh",
    "largest_step_short_mw": "MW",
}


def islanding(folder: Path) -> dict:
    """Islanding study of a result, if any: figures by microgrid, and the curves of unserved energy.

    The tables ``island_summary.csv`` and ``island_duration.csv`` may stand in ``islanding/`` or with the other tables.
    """
    found = {path.stem: path for place in ("tables", "islanding") for path in sorted((folder / place).glob("island_*.csv"))}
    if "island_summary" not in found:
        return {"figures": {}, "curves": []}
    summary = plain(read_table(found["island_summary"]))
    figures = {
        row["microgrid"]: [{"code": code, "value": row[code], "unit": unit} for code, unit in ISLAND_FIGURES.items() if code in row]
        for row in summary
    }
    columns = ("microgrid", "exceeded_share", "unserved_mwh", "step_short_mw")
    curves = read_table(found["island_duration"]) if "island_duration" in found else pd.DataFrame(columns=columns)
    return {"figures": figures, "curves": plain(curves, columns) if set(columns) <= set(curves.columns) else []}


def certificate_rows(manifest: dict) -> list[dict]:
    """Residuals of the independent check and facts of the solve: code, text in both languages."""
    c = manifest["certificate"]
    phases = [(LABELS["phase"].get(name, Label(name, name)), f" {v:z.1f} s") for name, v in manifest.get("seconds", {}).items()]
    rows: list[tuple[str, str | Label]] = [
        ("gap", f"{percent(c['gap'])} ≤ {percent(c['gap_limit'])}"),
        ("objective", amount(c["objective_mcny"], "MCNY", 3)),
        ("lower_bound", amount(c["lower_bound_mcny"], "MCNY", 3)),
        ("balance_residual", residual(c["balance_residual_mw"], "MW")),
        ("row_violation", _in_model_units(c["row_violation"])),
        ("bound_violation", _in_model_units(c["bound_violation"])),
        ("accounts_difference", f"{c['accounts_difference']:.1e}"),
        ("size", f"{manifest['variables']:,} × {manifest['rows']:,}, {manifest['nonzeros']:,}"),
        ("solver", solver_words(manifest)),
        ("seconds", Label("，".join(p.zh + took for p, took in phases), ", ".join(p.en + took for p, took in phases))),
    ]
    return [{"code": code, "text": words(text if isinstance(text, Label) else Label(text, text))} for code, text in rows]


def _in_model_units(value: float) -> Label:
    return Label(f"{value:.1e}（模型单位）", f"{value:.1e} (units of the model)")
