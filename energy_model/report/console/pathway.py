"""A pathway on the console: what stands and what is built year by year, cost, clauses."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table

from energy_model.labels import label

KINDS = ("thermal", "chp", "wind", "solar", "battery", "pumped_hydro")


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
    console.rule(f"{manifest['title_zh']} · {manifest['scenario']} · {manifest['foresight']}")
    capacity, cost = tables["pathway_capacity"], tables["pathway_cost"]
    grid = Table("MW", *map(str, years), title="Capacity 装机 (built 新建)")
    for kind in (k for k in KINDS if (capacity.kind == k).any()):
        own = capacity[capacity.kind == kind].groupby("year")[["capacity_mw", "built_mw"]].sum().reindex(years).fillna(0.0)
        grid.add_row(str(label("kind", kind)), *(f"{r.capacity_mw:z,.0f} ({r.built_mw:z,.0f})" for r in own.itertuples()))
    lines = capacity[capacity.kind.isin(("ac", "hvdc"))].groupby("year")[["capacity_mw", "built_mw"]].sum().reindex(years).fillna(0.0)
    grid.add_row("corridors 通道", *(f"{r.capacity_mw:z,.0f} ({r.built_mw:z,.0f})" for r in lines.itertuples()))
    by_year = cost.groupby("year")[["cost_mcny", "discounted_mcny"]].sum().reindex(years)
    grid.add_section()
    grid.add_row("cost of the year 年费用 MCNY", *(f"{x:z,.0f}" for x in by_year.cost_mcny))
    grid.add_row("present value 现值 MCNY", *(f"{x:z,.0f}" for x in by_year.discounted_mcny))
    console.print(grid)
    clauses = tables["pathway_clauses"]
    shown = clauses[clauses["mode"].isin(("hard", "soft"))]
    verdicts = Table("clause 条款", *map(str, years), title="Clauses 条款: ✓ met 达到, ✗ missed 未达到, · not due yet 未到期")
    for target, rows in shown.groupby("target", sort=False):
        cells = {r.year: f"{_figure(r.reached, r.unit)} {('✓' if r.met else '✗') if r.due else '·'}" for r in rows.itertuples()}
        first = rows.iloc[0]
        verdicts.add_row(f"{target} {first.name_zh} {first.sense} {_figure(first.value, first.unit)}", *(cells.get(y, "") for y in years))
    console.print(verdicts)
    console.print(
        f"Present value 现值 {manifest['objective_mcny']:z,.0f} MCNY · memory 内存: predicted 预计 {manifest['predicted_memory_gb']:z.1f}, "
        f"peak 峰值 {manifest['peak_memory_gb']:z.1f} GB · {manifest['algorithm']}, {manifest['iterations']} iterations"
    )


def _figure(value: float, unit: str) -> str:
    return f"{value:z.1%}" if unit == "1" else f"{value:z,.0f} {unit}"
