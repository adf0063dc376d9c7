"""Write the pages generated from code and contracts: docs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    EXIT_SOLVE,
    Inputs,
    Results,
    guarded,
    out,
    stop,
)


def docs(
    output: Annotated[Path, typer.Option("--output")] = Path("docs"),
    inputs: Inputs = DEFAULT_INPUTS,
    runs: Annotated[bool, typer.Option("--runs")] = False,
    results: Results = DEFAULT_RESULTS,
) -> None:
    """Write the pages generated from equations, table contract and clauses."""
    with guarded():
        from energy_model.pages import write_pages

        for path in write_pages(output, inputs):
            out.print(str(path))
        if not runs:
            return
        from energy_model.page_runs import PageRunError, write_runs

        try:
            for path in write_runs(output, results, lambda command: out.print(f"  {command} …", highlight=False)):
                out.print(str(path))
        except PageRunError as fault:
            stop(str(fault), EXIT_SOLVE)
