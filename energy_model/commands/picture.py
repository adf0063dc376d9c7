"""Write pictures of charts for documents: picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.shared import (
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    EXIT_INPUT,
    Results,
    guarded,
    out,
    stop,
    unknown_choice,
)


def picture(
    chart: Annotated[str, typer.Argument()],
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    file_format: Annotated[Literal["png", "svg"], typer.Option("--format")] = "png",
    state: Annotated[str, typer.Option("--state")] = "",
    size: Annotated[str, typer.Option("--size")] = "1200x700",
    output: Annotated[Path | None, typer.Option("--output")] = None,
) -> None:
    """Write a PNG or SVG of one chart of the map or study page."""
    with guarded():
        folder = finished_result(results, scenario, horizon, hourly=False).folder
        from energy_model.report import pictures

        known = pictures.chart_names()
        if chart == "list":
            out.print("\n".join(known))
            return
        if chart not in known:
            stop(unknown_choice("chart", "图", chart, known), EXIT_INPUT)
        try:
            path = pictures.write_picture(folder, chart, file_format, state, size, output)
        except pictures.PictureError as fault:
            stop(str(fault), EXIT_INPUT)
        out.print(str(path))
