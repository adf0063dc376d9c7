"""Commands that solve a finished plan again with other exports: curve, increment. Their tables join the result."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.adding import Solves, store, sweeping
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    HorizonText,
    Inputs,
    Results,
    Scenario,
    Threads,
    Weather,
    out,
    stop,
)


def curve(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = "year",
    solve: Solves = "weeks:4",
    volumes: Annotated[list[float] | None, typer.Option("--volume", help="Exports in TWh, repeatable 外送电量（亿千瓦时/10）")] = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Export supply curve of a finished plan: marginal, incremental and average cost from nothing to 40 TWh 外送供电成本曲线."""
    if any(v < 0 for v in volumes or ()):
        stop("A volume must not be negative 外送电量不能为负.", EXIT_INPUT)
    with sweeping(inputs, scenario, horizon, solve, results) as (study, folder, span):
        from energy_model.run import Clock
        from energy_model.sweep import VOLUMES_TWH, ExportProblem, export_curve

        problem = ExportProblem(study, span, weather, Clock(out))
        tables = export_curve(problem, [v * 1e3 for v in volumes or VOLUMES_TWH], exact, threads, out)
        store(folder, {name: table.assign(horizon=str(span)) for name, table in tables.items()})


def increment(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = "year",
    solve: Solves = "weeks:4",
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """What each export contract adds to the cost of a finished plan, solved with and without it 各合同增量成本."""
    with sweeping(inputs, scenario, horizon, solve, results) as (study, folder, span):
        from energy_model.run import Clock
        from energy_model.sweep import ExportProblem, increments

        table = increments(ExportProblem(study, span, weather, Clock(out)), exact, threads, out)
        store(folder, {"increments": table.assign(horizon=str(span))})
