"""Write the pages generated from code and contracts: docs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    Inputs,
    guarded,
    out,
)


def docs(
    output: Annotated[Path, typer.Option("--output")] = Path("docs"),
    inputs: Inputs = DEFAULT_INPUTS,
) -> None:
    """Write the pages generated from equations, table contract and clauses."""
    with guarded():
        from energy_model.pages import write_pages

        for path in write_pages(output, inputs):
            out.print(str(path))
