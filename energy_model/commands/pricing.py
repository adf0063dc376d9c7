"""Commands that solve a finished plan again with other exports: curve, increment. Their tables join the result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    HorizonText,
    Inputs,
    Results,
    Scenario,
    Threads,
    Weather,
    finished_result,
    guarded,
    out,
    read_horizon,
    require_scenario,
    solver_errors,
    stop,
)

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.study.horizon import Horizon
    from energy_model.study.study import Study

Solves = Annotated[str, typer.Option("--solve", help="Horizon of each solve 每次求解的时段: weeks:N, hours:N or year")]


def curve(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = "year",
    solve: Solves = "weeks:4",
    volumes: Annotated[list[float] | None, typer.Option("--volume", help="Exports in TWh, repeatable 外送电量（亿千瓦时/10）")] = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Export supply curve of a finished plan: marginal, incremental and average cost from nothing to 40 TWh 外送供电成本曲线."""
    if any(v < 0 for v in volumes or ()):
        stop("A volume must not be negative 外送电量不能为负.", EXIT_INPUT)
    with _sweeping(inputs, scenario, horizon, solve, results) as (study, folder, span):
        from energy_model.run import Clock
        from energy_model.sweep import VOLUMES_TWH, ExportProblem, export_curve

        problem = ExportProblem(study, span, weather, Clock(out))
        tables = export_curve(problem, [v * 1e3 for v in volumes or VOLUMES_TWH], exact, threads, out)
        _store(folder, {name: table.assign(horizon=str(span)) for name, table in tables.items()})


def increment(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = "year",
    solve: Solves = "weeks:4",
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """What each export contract adds to the cost of a finished plan, solved with and without it 各合同增量成本."""
    with _sweeping(inputs, scenario, horizon, solve, results) as (study, folder, span):
        from energy_model.run import Clock
        from energy_model.sweep import ExportProblem, increments

        table = increments(ExportProblem(study, span, weather, Clock(out)), exact, threads, out)
        _store(folder, {"increments": table.assign(horizon=str(span))})


@contextmanager
def _sweeping(inputs: Path, scenario: str, horizon: str, solve: str, results: Path) -> Iterator[tuple[Study, Path, Horizon]]:
    """Study, result folder and horizon of the solves; faults in plain words."""
    with guarded():
        shown, span = read_horizon(horizon), read_horizon(solve)
        require_scenario(inputs, scenario)
        folder = finished_result(results, scenario, shown)
        from energy_model.report.source import Result
        from energy_model.sweep import SweepError, study_of

        try:
            with solver_errors():
                yield study_of(inputs, scenario, Result.read(folder).manifest, folder), folder, span
        except SweepError as fault:
            stop(str(fault), EXIT_INPUT)


def _store(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Add tables to a result, each whole or not at all, and write its workbooks again."""
    from energy_model.report.tables import write_tables
    from energy_model.results.store import exclusive, write_table
    from energy_model.weather.files import replacing

    with exclusive(folder):
        for name, table in tables.items():
            with replacing(folder / "tables" / f"{name}.csv") as temporary:
                write_table(table, temporary)
            out.print(f"  {folder / 'tables' / f'{name}.csv'}")
        for path in write_tables(folder):
            out.print(f"  {path}")
