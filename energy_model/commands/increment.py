"""Commands that solve a finished plan again with other exports: curve, increment. Their tables join the result."""

from __future__ import annotations

from energy_model.commands.adding import Solves, keep, sweeping
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
    """What each export contract adds to the cost of a finished plan, solved with and without it."""
    with sweeping("increment", inputs, scenario, horizon, solve, results) as (study, folder, span):
        from energy_model.questions.exports import ExportProblem, increments
        from energy_model.results.stages import Clock

        table = increments(ExportProblem(study, span, weather, Clock(out)), exact, threads, out)
        keep(folder, {"increments": table.assign(horizon=str(span))})
