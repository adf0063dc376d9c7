"""Break-even value of an input: break-even."""

from __future__ import annotations

from typing import Annotated

import typer

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


def break_even(
    turned: Annotated[str, typer.Option("--input")],
    until: Annotated[str, typer.Option("--until")],
    low: Annotated[float | None, typer.Option("--low")] = None,
    high: Annotated[float | None, typer.Option("--high")] = None,
    relative: Annotated[bool, typer.Option("--relative")] = False,
    tolerance: Annotated[float | None, typer.Option()] = None,
    scan: Annotated[int, typer.Option(min=0, max=50)] = 3,
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = True,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Break-even value of an input, where the plan changes, such as the cost at which solar enters."""
    question = Question("break-even", inputs, scenario, horizon, solve, results, weather, exact, threads, yes=yes)
    with asking(question) as asked:
        from energy_model.api import answers

        publish(asked, answers.break_even(asked, answers.Turn(turned, until, low, high, relative, tolerance, scan)))
