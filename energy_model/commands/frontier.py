"""Cost against exports, CO2, curtailment or renewable share: frontier."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.adding import asking, publish
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes, require_error_share
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
    unknown_choice,
)
from energy_model.language import say

Volumes = Annotated[list[float] | None, typer.Option("--volume")]


def frontier(
    axis: Annotated[str, typer.Option("--axis")] = "export",
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    low: Annotated[float | None, typer.Option("--from", min=0)] = None,
    high: Annotated[float | None, typer.Option("--to", min=0)] = None,
    volumes: Volumes = None,
    points: Annotated[int, typer.Option("--points", min=2, max=200)] = 20,
    error: Annotated[float, typer.Option("--error")] = 1e-3,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Cost against exports, CO2, curtailment or renewable share, with the error between points."""
    from energy_model.analyses.frontier import AXES

    if axis not in AXES:
        stop(unknown_choice("axis", "坐标轴", axis, AXES), EXIT_INPUT)
    require_error_share(error)
    if low is not None and high is not None and low >= high:
        stop(say(f"--from {low:g} must be below --to {high:g}.", f"--from {low:g} 须小于 --to {high:g}。"), EXIT_INPUT)
    question = Question(f"frontier-{axis}", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    trace_frontier(question, axis, volumes, points, (low, high), error)


def trace_frontier(
    question: Question,
    axis: str,
    volumes: list[float] | None,
    points: int,
    ends: tuple[float | None, float | None] = (None, None),
    error: float = 1e-3,
) -> None:
    """Trace cost along an axis and add it to the result; volumes and ends in TWh, Mt, GWh or as a share."""
    if min(volumes or (), default=0.0) < 0:
        stop(say("--volume must not be negative.", "--volume 不能为负。"), EXIT_INPUT)
    with asking(question) as asked:
        from energy_model.api import answers

        publish(asked, answers.frontier(asked, axis, volumes or (), points, ends, error))
