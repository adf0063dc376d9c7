"""Commands about the project itself and its weather years: docs, weather."""

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
    output: Annotated[Path, typer.Option("--output", help="Folder to write 输出目录")] = Path("docs"),
    inputs: Inputs = DEFAULT_INPUTS,
) -> None:
    """Write the pages made from equations, table contract and clauses 生成文档."""
    with guarded():
        from energy_model.pages import write_pages

        for path in write_pages(output, inputs):
            out.print(str(path))


def weather(context: typer.Context) -> None:
    """Make and inspect weather years 气象年生成与检查."""
    with guarded():
        from energy_model.commands.weather import weather_app

        code = weather_app(args=context.args, prog_name="energy-model weather", standalone_mode=False)
    raise typer.Exit(code if isinstance(code, int) else 0)
