"""What commands share that solve a finished plan again and add tables to its result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.shared import EXIT_INPUT, finished_result, guarded, out, read_horizon, require_scenario, solver_errors, stop

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.study.horizon import Horizon
    from energy_model.study.study import Study

Solves = Annotated[str, typer.Option("--solve", help="Horizon of each solve 每次求解的时段: weeks:N, hours:N or year")]


@contextmanager
def sweeping(inputs: Path, scenario: str, horizon: str, solve: str, results: Path) -> Iterator[tuple[Study, Path, Horizon]]:
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


def store(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
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
