"""Cost of each export contract: increment."""

from __future__ import annotations

from energy_model.commands.adding import Question, Solves, open_result, publish_tables
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Exact,
    Inputs,
    Results,
    Threads,
    Weather,
    out,
)


def increment(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Incremental cost of each export contract of a finished plan, solved with and without it."""
    with open_result(Question("increment", inputs, scenario, horizon, solve, results, weather, exact, threads)) as (study, folder, span):
        from energy_model.analyses.exports import ExportProblem, increments
        from energy_model.results.stages import Clock

        table = increments(ExportProblem(study, span, weather, Clock(out)), exact, threads, out)
        publish_tables(folder, {"increments": table.assign(horizon=str(span))})
