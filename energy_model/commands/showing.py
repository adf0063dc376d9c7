"""Commands that show a finished result again: map, report, tables."""

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


def draw_map(
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    others: Annotated[
        list[str] | None,
        typer.Option("--with", help="Further results on the page, repeatable 同页其他结果: SCENARIO[:HORIZON] or a folder"),
    ] = None,
) -> None:
    """Draw the map of a finished result again 重绘地图."""
    with guarded():
        first = finished_result(results, scenario, horizon, hourly=False)
        folder, more = first.folder, [finished_result(results, text, None, hourly=False, like=first).folder for text in others or []]
        from energy_model.report.map.map_page import write_map

        out.print(str(write_map(folder, [other for other in dict.fromkeys(more) if other != folder])))


def report(scenario: Which = DEFAULT_SCENARIO, horizon: HorizonOfResult = None, results: Results = DEFAULT_RESULTS) -> None:
    """Write the study page of a finished result again 重出研究报告页."""
    with guarded():
        folder = finished_result(results, scenario, horizon, hourly=False).folder
        from energy_model.report.page.study_page import write_study_page

        for path in write_study_page(folder):
            out.print(str(path))


def tables(
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    contract: Annotated[str | None, typer.Option("--contract", help="Write the annex of this export contract 写出该外送合同附件")] = None,
) -> None:
    """Write the workbooks of a finished result again, or the annex of a contract 重出表格，或合同附件."""
    with guarded():
        folder = finished_result(results, scenario, horizon, hourly=False).folder
        from energy_model.report.outputs import write_outputs
        from energy_model.report.words import partial_year_notice
        from energy_model.report.workbook.annex import UnknownContractError, write_annex
        from energy_model.results.store import read_manifest

        try:
            paths = write_outputs(folder, pages=False) if contract is None else write_annex(folder, contract)
        except UnknownContractError as fault:
            stop(str(fault), EXIT_INPUT)
        for path in paths:
            out.print(str(path))
        if contract is not None and (mark := partial_year_notice(read_manifest(folder))):
            out.print(f"{mark.zh}\n{mark.en}", highlight=False, style="bold red")
