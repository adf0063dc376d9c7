"""Commands that read and solve a study: optimize, check, scenarios, bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from energy_model.commands.explaining import explained_when_impossible
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Exact,
    HorizonText,
    Inputs,
    Results,
    Scenario,
    Threads,
    Weather,
    guarded,
    known_scenarios,
    out,
    read_horizon,
    require_scenario,
    solver_errors,
)
from energy_model.labels import label


def optimize(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = "year",
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Solve a scenario and write dataset, certificate, map and tables 优化求解."""
    with guarded():
        span = read_horizon(horizon)
        require_scenario(inputs, scenario)
        from energy_model import run

        with solver_errors(), explained_when_impossible(inputs, scenario, span, weather, threads):
            folder = run.optimize(inputs, scenario, span, results, weather, exact, threads, out)
        from energy_model.report.map import write_map
        from energy_model.report.tables import write_tables

        for path in (write_map(folder), *write_tables(folder)):
            out.print(f"  {path}")
    out.print(f"[green]Done 完成[/green]: {folder}")


def check(inputs: Inputs = DEFAULT_INPUTS, scenario: Scenario = DEFAULT_SCENARIO) -> None:
    """Read and check the inputs, solve nothing 校核输入."""
    with guarded():
        require_scenario(inputs, scenario)
        from energy_model.study.study import load_study

        study = load_study(inputs, scenario)
    rows = sum(len(table) for table in study.tables.values())
    out.print(
        f"[green]Inputs are sound 输入无误[/green]: {scenario}, {len(study.tables)} tables, {rows} rows"
    )


def scenarios(inputs: Inputs = DEFAULT_INPUTS) -> None:
    """List the scenarios and what each is for 方案清单."""
    with guarded():
        known_scenarios(inputs)
        from energy_model.study.scenario import list_scenarios

        table = Table(str(label("column", "scenario")), str(label("column", "purpose")), show_lines=True)
        for scenario in list_scenarios(inputs):
            table.add_row(scenario.name, f"{scenario.purpose_zh}\n{scenario.purpose_en}")
    out.print(table)


def bench(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    weather: Weather = DEFAULT_WEATHER,
    sizes: Annotated[
        list[str] | None, typer.Option("--horizon", help="Horizons to time, repeatable 测速时段")
    ] = None,
    exact: Exact = False,
    threads: Threads = 0,
    log: Annotated[Path, typer.Option(help="File that takes one JSON line per run")] = Path(
        "benchmarks/runs.jsonl"
    ),
) -> None:
    """Time the phases at growing sizes 测速."""
    with guarded():
        horizons = [read_horizon(text) for text in sizes or ["hours:240", "weeks:4", "year"]]
        require_scenario(inputs, scenario)
        from energy_model.bench import run_benchmark

        with solver_errors():
            records = run_benchmark(inputs, scenario, weather, horizons, exact, threads, log, out)
    phases = list(records[0]["seconds"])
    table = Table("horizon", "variables", *(f"{p} s" for p in phases), "peak GB")
    for r in records:
        seconds = (f"{r['seconds'][p]:.1f}" for p in phases)
        table.add_row(r["horizon"], f"{r['variables']:,}", *seconds, f"{r['peak_memory_gb']:.1f}")
    out.print(table)
