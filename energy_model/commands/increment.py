"""Cost of each export contract: increment."""

from __future__ import annotations

from energy_model.commands.adding import asking, publish
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Question, Solves, Yes
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
)


def increment(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Incremental cost of each export contract of a finished plan, solved with and without it."""
    question = Question("increment", inputs, scenario, horizon, solve, results, weather, exact, threads, yes=yes)
    with asking(question) as asked:
        from energy_model.api import answers

        publish(asked, answers.increment(asked))
