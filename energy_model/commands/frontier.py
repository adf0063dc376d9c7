"""Cost against exports, CO2, curtailment or renewable share: frontier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.adding import Count, Solves
from energy_model.commands.naming import HorizonOfResult, Which
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
)
from energy_model.units import GWH_PER_TWH, KT_PER_MT

if TYPE_CHECKING:
    pass
from energy_model.commands.adding import asked, kept

Volumes = Annotated[list[float] | None, typer.Option("--volume")]


def frontier(
    axis: Annotated[str, typer.Option("--axis")] = "export",
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
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
) -> None:
    """Cost against exports, CO2, curtailment or renewable share, with the error between points."""
    from energy_model.questions.frontier import AXES

    if axis not in AXES:
        stop(f"There is no axis '{axis}' 没有该坐标轴. Known 可选: {', '.join(AXES)}.", EXIT_INPUT)
    unit = {"export": GWH_PER_TWH, "co2": KT_PER_MT}.get(axis, 1.0)
    given = [v * unit for v in volumes or ()]
    if min(given, default=0.0) < 0:
        stop("A volume must not be negative 外送电量不能为负.", EXIT_INPUT)
    if low is not None and high is not None and low >= high:
        stop(f"--from {low:g} must lie below --to {high:g} 起点须小于终点.", EXIT_INPUT)
    if not 0 <= error <= 1:
        stop("--error is a share between 0 and 1 误差须在 0 与 1 之间.", EXIT_INPUT)
    with asked(inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, f"frontier-{axis}", {}) as case:
        from energy_model.questions.frontier import Frontier, tables_of, trace
        from energy_model.results.stages import Clock

        found = Frontier(axis, case.study, case.span, weather, Clock(out))
        span = tuple(None if v is None else v * unit for v in (low, high))
        traced = trace(found, found.shared(exact, case.threads), case.bench, given, span, points, error, out)  # type: ignore[arg-type]
        kept(case, tables_of(found, traced))
