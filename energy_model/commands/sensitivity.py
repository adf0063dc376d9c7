"""One uncertain input at a time: sensitivity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.adding import asking, publish
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes
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
    out,
)

if TYPE_CHECKING:
    pass


Picked = Annotated[list[str] | None, typer.Option("--input")]


def sensitivity(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    picked: Picked = None,
    listed: Annotated[bool, typer.Option("--list")] = False,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Cost and export price of a finished plan with one input at its low and high value."""
    question = Question("sensitivity", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    with asking(question) as asked:
        from energy_model.analyses import sensitivity as levers
        from energy_model.api import answers

        if listed:
            for lever in levers.levers(asked.job.study):
                out.print(f"{lever.name}: {lever.low:g} … {lever.high:g} [{lever.confidence}]", highlight=False)
            return
        publish(asked, answers.sensitivity(asked, picked or ()))
