"""Cost against exports, CO2, curtailment or renewable share: frontier."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.adding import variant_run
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
    out,
    stop,
    unknown_choice,
)
from energy_model.language import say
from energy_model.units import GWH_PER_TWH, KT_PER_MT

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
    unit = {"export": GWH_PER_TWH, "co2": KT_PER_MT}.get(axis, 1.0)
    given = [v * unit for v in volumes or ()]
    if min(given, default=0.0) < 0:
        stop(say("--volume must not be negative.", "--volume 不能为负。"), EXIT_INPUT)
    with variant_run(question) as run:
        from energy_model.analyses.frontier import Frontier, trace
        from energy_model.analyses.frontier_tables import tables_of
        from energy_model.results.stages import Clock

        found = Frontier(axis, run.job.study, run.job.horizon, question.weather, Clock(out))
        span = tuple(None if v is None else v * unit for v in ends)
        shared = found.shared(question.exact, run.job.threads)
        with run.foreseen(points + 1, found.problem):
            traced = trace(found, shared, run.runner, given, span, points, error, out)  # type: ignore[arg-type]
        run.publish(tables_of(found, traced))
