"""What each clause of the plan costs: clause-costs."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.adding import asking, publish
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    Inputs,
    Results,
    Scheduler,
    Threads,
    Weather,
    stop,
)
from energy_model.language import say


def clause_costs(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    move: Annotated[float, typer.Option("--move")] = 0.1,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Cost of each clause of the plan: without it, with it moved, or imposed if it is only reported."""
    if not 0 < move < 1:
        stop(say("--move is a share between 0 and 1.", "--move 须为 0 至 1 之间的份额。"), EXIT_INPUT)
    question = Question("clauses", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    with asking(question) as asked:
        from energy_model.api import answers

        publish(asked, answers.clause_costs(asked, move))
