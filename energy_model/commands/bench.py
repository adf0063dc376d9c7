"""Time the phases of a run: bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Exact,
    Inputs,
    PlainScenario,
    Threads,
    Weather,
    guarded,
    out,
    read_horizon,
    require_scenario,
    solver_errors,
)
from energy_model.labels import LABELS, label
from energy_model.language import say


def bench(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: PlainScenario = DEFAULT_SCENARIO,
    weather: Weather = DEFAULT_WEATHER,
    sizes: Annotated[list[str] | None, typer.Option("--horizon")] = None,
    exact: Exact = False,
    threads: Threads = 0,
    log: Annotated[Path, typer.Option()] = Path("benchmarks/runs.jsonl"),
) -> None:
    """Time the phases at growing sizes."""
    with guarded():
        horizons = [read_horizon(text) for text in sizes or ["hours:240", "weeks:4", "year"]]
        require_scenario(inputs, scenario)
        from energy_model.plans.bench import run_benchmark

        with solver_errors():
            records = run_benchmark(inputs, scenario, weather, horizons, exact, threads, log, out)
    phases = list(records[0]["seconds"])
    table = Table(
        label("about", "horizon").shown,
        say("variables", "变量数"),
        *(f"{label('phase', p).shown if p in LABELS['phase'] else p} [s]" for p in phases),
        say("peak memory [GB]", "内存峰值 [GB]"),
    )
    for r in records:
        seconds = (f"{r['seconds'][p]:z.1f}" for p in phases)
        table.add_row(r["horizon"], f"{r['variables']:,}", *seconds, f"{r['peak_memory_gb']:z.1f}")
    out.print(table)
