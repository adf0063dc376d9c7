"""A pathway on the console: existing and new capacity year by year, cost, clauses."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table

from energy_model.labels import label
from energy_model.language import language, say
from energy_model.report.shown_units import amount, figure, in_unit, row_unit, shown_unit
from energy_model.report.words import certificate_words, method_words, weakest

KINDS = ("thermal", "chp", "wind", "solar", "battery", "pumped_hydro", "electrolyser")


def print_pathway(console: Console, manifest: dict, tables: dict[str, pd.DataFrame]) -> None:
    """Print the years side by side.

    Parameters
    ----------
    console : Console
    manifest : dict
    tables : dict of str to DataFrame
        ``pathway_capacity``, ``pathway_cost``, ``pathway_clauses``, ``pathway_build_rates``.
    """
    years = manifest["years"]
    console.rule(
        f"{say(manifest['title_en'], manifest['title_zh'])} · {manifest['scenario']} · {label('foresight', manifest['foresight']).shown}"
    )
    capacity, cost = tables["pathway_capacity"], tables["pathway_cost"]
    grid = Table(shown_unit("MW", language()).words, *map(str, years), title=say("Capacity (built)", "装机（新建）"))
    for kind in (k for k in KINDS if (capacity.kind == k).any()):
        own = capacity[capacity.kind == kind].groupby("year")[["capacity_mw", "built_mw"]].sum().reindex(years).fillna(0.0)
        grid.add_row(label("kind", kind).shown, *map(_built, own.itertuples()))
    lines = capacity[capacity.kind.isin(("ac", "hvdc"))].groupby("year")[["capacity_mw", "built_mw"]].sum().reindex(years).fillna(0.0)
    grid.add_row(label("study", "corridors").shown, *map(_built, lines.itertuples()))
    by_year = cost.groupby("year")[["cost_mcny", "discounted_mcny"]].sum().reindex(years)
    grid.add_section()
    money = shown_unit("MCNY", language()).words
    for words, costs in ((say("yearly cost", "年费用"), by_year.cost_mcny), (say("present value", "现值"), by_year.discounted_mcny)):
        grid.add_row(f"{words} {money}", *(figure(x, "MCNY", language(), 0) for x in costs))
    console.print(grid)
    clauses = tables["pathway_clauses"]
    shown = clauses[clauses["mode"].isin(("hard", "soft"))]
    verdicts = Table(
        say("clause", "条款"), *map(str, years), title=say("Clauses: ✓ met, ✗ missed, · not due yet", "条款：✓ 达到，✗ 未达到，· 未到期")
    )
    for target, rows in shown.groupby("target", sort=False):
        cells = {r.year: f"{_figure(r.reached, r)} {('✓' if r.met else '✗') if r.due else '·'}" for r in rows.itertuples()}
        first = rows.iloc[0]
        verdicts.add_row(
            f"{target} {say(first.name_en, first.name_zh)} {first.sense} {_figure(first.value, first)}",
            *(cells.get(y, "") for y in years),
        )
    console.print(verdicts)
    console.print(certificate_words({"certificate": weakest(manifest["certificates"])}).shown, highlight=False)
    value, predicted, peak = amount(manifest["objective_mcny"], "MCNY"), manifest["predicted_memory_gb"], manifest["peak_memory_gb"]
    how = method_words(manifest)
    console.print(
        say(
            f"Present value {value.en} · memory: predicted {predicted:z.1f}, peak {peak:z.1f} GB · {how.en}",
            f"现值 {value.zh} · 内存：预计 {predicted:z.1f}，峰值 {peak:z.1f} GB · {how.zh}",
        )
    )


def _built(row) -> str:
    """Capacity, and in brackets what of it is built in the year."""
    return f"{figure(row.capacity_mw, 'MW', language(), 0)} ({figure(row.built_mw, 'MW', language(), 0)})"


def _figure(value: float, clause) -> str:
    unit = row_unit(clause.unit, str(clause.quantity).endswith("share"), language())
    return "–" if value != value else f"{in_unit(value, unit)} {unit.words}".rstrip()
