"""Plan for many weather years on a Dask cluster of this machine: cluster-demo."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.ensemble import Gap, Unseen, Years, read_ensemble, solve_and_show
from energy_model.commands.naming import read_case
from energy_model.commands.running import Anew
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    Inputs,
    Results,
    Scenario,
    Weather,
    guarded,
    out,
)
from energy_model.language import say


def cluster_demo(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: Annotated[str | None, typer.Option("--horizon", show_default="weeks:1")] = None,
    years: Years = "variable-1..4",
    unseen: Unseen = "variable-5..6",
    gap: Gap = 1e-4,
    count: Annotated[int, typer.Option("--workers", min=1)] = 2,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    anew: Anew = False,
) -> None:
    """Start a Dask scheduler and workers on this machine and plan for many weather years on them."""
    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "weeks:1")
        from energy_model.case import Case
        from energy_model.workers import local_cluster

        with local_cluster(count) as scheduler:
            out.print(say(f"  scheduler {scheduler}, {count} workers", f"  调度器 {scheduler}，{count} 个工作进程"))
            case = Case(inputs, scenario, span, results, weather)
            solve_and_show(case, read_ensemble(years, unseen, gap), None, scheduler, anew)
