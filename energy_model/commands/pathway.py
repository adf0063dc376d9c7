"""The command that solves investment years: pathway."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_WEATHER,
    Exact,
    HorizonText,
    Inputs,
    Results,
    Scenario,
    Threads,
    Weather,
    guarded,
    out,
    read_horizon,
    require_scenario,
    solver_errors,
)

DEFAULT_PATH = "plan-path"


class Foresight(StrEnum):
    """How far the planner sees."""

    perfect = "perfect"
    myopic = "myopic"


def pathway(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_PATH,
    horizon: HorizonText = "weeks:2",
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    foresight: Annotated[Foresight | None, typer.Option(help="Instead of the one in the settings 覆盖设置中的预见方式")] = None,
    exact: Exact = False,
    threads: Threads = 0,
    memory_gb: Annotated[
        float | None, typer.Option(min=0.1, help="Memory that may be used [GB] 可用内存; default: 90 % of the machine's")
    ] = None,
) -> None:
    """Solve the investment years of a scenario and write a result for each 逐年路径."""
    with guarded():
        span = read_horizon(horizon)
        require_scenario(inputs, scenario)
        from energy_model.pathway_run import solve_pathway

        with solver_errors():
            choice = foresight.value if foresight else None
            folder = solve_pathway(inputs, scenario, span, results, weather, choice, exact, threads, memory_gb, out)
        from energy_model.report.map import write_map
        from energy_model.report.tables import write_tables

        for year in sorted(p.parent for p in folder.glob("*/results.nc")):
            out.print(f"  {write_map(year)}")
            out.print(f"  {write_tables(year)[0]}")
    out.print(f"[green]Done 完成[/green]: {folder}")
