"""Write the workbooks of a finished result again, or the annex of a contract: tables."""

from __future__ import annotations

from typing import Annotated

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
)
from energy_model.language import say


def tables(
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    contract: Annotated[str | None, typer.Option("--contract")] = None,
    only: Annotated[list[str] | None, typer.Option("--only")] = None,
) -> None:
    """Write the workbooks of a finished result again, or the annex of a contract."""
    with guarded():
        folder = finished_result(results, scenario, horizon, hourly=False).folder
        from energy_model.report.outputs import write_outputs
        from energy_model.report.words import partial_year_notice
        from energy_model.report.workbook.annex import UnknownContractError, write_annex
        from energy_model.report.workbook.result_workbook import UnknownSheetError
        from energy_model.results.store import read_manifest

        if contract is not None and only:
            stop(say("Give --contract or --only, not both", "--contract 与 --only 请只给其一"), EXIT_INPUT)
        try:
            paths = write_outputs(folder, pages=False, only=only or ()) if contract is None else write_annex(folder, contract)
        except (UnknownContractError, UnknownSheetError) as fault:
            stop(str(fault), EXIT_INPUT)
        for path in paths:
            out.print(str(path))
        if contract is not None and (mark := partial_year_notice(read_manifest(folder))):
            out.print(mark.shown, highlight=False, style="bold red")
