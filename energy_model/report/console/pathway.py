"""A pathway on the console: existing and new capacity year by year, cost, clauses."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table

from energy_model.labels import label
from energy_model.language import say
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
    grid = Table("MW", *map(str, years), title=say("Capacity (built)", "装机（新建）"))
    for kind in (k for k in KINDS if (capacity.kind == k).any()):
        own = capacity[capacity.kind == kind].groupby("year")[["capacity_mw", "built_mw"]].sum().reindex(years).fillna(0.0)
        grid.add_row(label("kind", kind).shown, *(f"{r.capacity_mw:z,.0f} ({r.built_mw:z,.0f})" for r in own.itertuples()))
    lines = capacity[capacity.kind.isin(("ac", "hvdc"))].groupby("year")[["capacity_mw", "built_mw"]].sum().reindex(years).fillna(0.0)
    grid.add_row(label("study", "corridors").shown, *(f"{r.capacity_mw:z,.0f} ({r.built_mw:z,.0f})" for r in lines.itertuples()))
    by_year = cost.groupby("year")[["cost_mcny", "discounted_mcny"]].sum().reindex(years)
    grid.add_section()
    grid.add_row(say("yearly cost, MCNY", "年费用，百万元"), *(f"{x:z,.0f}" for x in by_year.cost_mcny))
    grid.add_row(say("present value, MCNY", "现值，百万元"), *(f"{x:z,.0f}" for x in by_year.discounted_mcny))
    console.print(grid)
    clauses = tables["pathway_clauses"]
    shown = clauses[clauses["mode"].isin(("hard", "soft"))]
    verdicts = Table(
        say("clause", "条款"), *map(str, years), title=say("Clauses: ✓ met, ✗ missed, · not due yet", "条款：✓ 达到，✗ 未达到，· 未到期")
    )
    for target, rows in shown.groupby("target", sort=False):
        cells = {r.year: f"{_figure(r.reached, r.unit)} {('✓' if r.met else '✗') if r.due else '·'}" for r in rows.itertuples()}
        first = rows.iloc[0]
        verdicts.add_row(
            f"{target} {say(first.name_en, first.name_zh)} {first.sense} {_figure(first.value, first.unit)}",
            *(cells.get(y, "") for y in years),
        )
    console.print(verdicts)
    console.print(certificate_words({"certificate": weakest(manifest["certificates"])}).shown, highlight=False)
    value, predicted, peak = manifest["objective_mcny"], manifest["predicted_memory_gb"], manifest["peak_memory_gb"]
    how = method_words(manifest)
    console.print(
        say(
            f"Present value {value:z,.0f} MCNY · memory: predicted {predicted:z.1f}, peak {peak:z.1f} GB · {how.en}",
            f"现值 {value:z,.0f} 百万元 · 内存：预计 {predicted:z.1f}，峰值 {peak:z.1f} GB · {how.zh}",
        )
    )


def _figure(value: float, unit: str) -> str:
    if value != value:
        return "–"
    return f"{value:z.1%}" if unit == "1" else f"{value:z,.0f} {unit}"
