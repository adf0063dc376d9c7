"""Morris screening of uncertain inputs: screen."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.adding import asking, publish
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes
from energy_model.commands.sensitivity import Picked
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Exact,
    Inputs,
    Results,
    Scheduler,
    Threads,
    Weather,
)


def screen(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    picked: Picked = None,
    trajectories: Annotated[int, typer.Option()] = 6,
    levels: Annotated[int, typer.Option()] = 4,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Morris screening: which uncertain inputs matter for cost, export price and capacities."""
    question = Question("screening", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    with asking(question) as asked:
        from energy_model.api import answers

        publish(asked, answers.screening(asked, picked or (), trajectories, levels, seed))
