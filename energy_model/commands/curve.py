"""Export supply curve: curve."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.frontier import Volumes, trace_frontier
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
    Threads,
    Weather,
)


def curve(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    volumes: Volumes = None,
    points: Annotated[int, typer.Option("--points", min=2, max=200)] = 10,
    count: Count = 1,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Export supply curve of a finished plan: marginal, incremental and average cost from 0 to 40 TWh."""
    trace_frontier(
        Question("frontier-export", inputs, scenario, horizon, solve, results, weather, exact, threads, count, yes=yes),
        "export",
        volumes,
        points,
    )
