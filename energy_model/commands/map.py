"""Write the map of a finished result again: map."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.shared import (
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    Results,
    guarded,
    out,
)


def map(
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    others: Annotated[list[str] | None, typer.Option("--with")] = None,
    approval: Annotated[str, typer.Option("--approval")] = "",
) -> None:
    """Draw the map of a finished result again."""
    with guarded():
        first = finished_result(results, scenario, horizon, hourly=False)
        folder, more = first.folder, [finished_result(results, text, None, hourly=False, like=first).folder for text in others or []]
        from energy_model.report.map.map_page import APPROVAL, write_map
        from energy_model.results import folders, store

        if approval:
            with folders.amended_folder(folder) as amended:
                store.write_manifest(store.read_manifest(folder) | {APPROVAL: approval}, amended)
        out.print(str(write_map(folder, [other for other in dict.fromkeys(more) if other != folder])))
