"""Solve a result again from its manifest: rerun."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from energy_model.commands.naming import finished_result
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_WEATHER,
    EXIT_CERTIFICATE,
    Inputs,
    Results,
    Threads,
    Weather,
    guarded,
    out,
    solver_errors,
)
from energy_model.language import say
from energy_model.results import contract


def rerun(
    result: Annotated[str, typer.Argument(help="a result")],
    inputs: Inputs = DEFAULT_INPUTS,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    threads: Threads = 0,
) -> None:
    """Solve a result again from its manifest and report differences."""
    with guarded():
        folder = finished_result(results, result, None).folder
        from energy_model.analyses.rerun import rerun as again

        with solver_errors():
            table = again(folder, inputs, weather, threads, out)
    if table.empty:
        out.print(say("No differences", "复算一致"), style="green")
        return
    shown = Table(*(contract.words(c).shown for c in table.columns))
    for r in table.itertuples():
        shown.add_row(r.kind, r.what, r.before, r.now, "" if r.difference != r.difference else f"{r.difference:.2e}")
    out.print(shown)
    if set(table.kind) & {"objective", "table"}:
        raise typer.Exit(EXIT_CERTIFICATE)
