"""Outputs of a finished result beside its dataset and tables: map, study page, workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from energy_model.report.map.map_page import write_map
from energy_model.report.page.study_page import write_study_page
from energy_model.report.result_folder import Result
from energy_model.report.workbook import sheets
from energy_model.report.workbook.pathway import write_pathway_workbook
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results import contract
from energy_model.results.store import read_manifest

NEEDED = (*contract.needed_by("map"), *contract.needed_by("study"), *sheets.REQUIRED)


def write_outputs(folder: Path, pages: bool = True, only: Sequence[str] = ()) -> list[Path]:
    """Write pages and workbooks of a result; for a pathway also those of its years.

    Parameters
    ----------
    folder : Path
        Result folder; while a result is being made, the one that `results.folders.whole_folder` gives.
    pages : bool
        False: workbooks only.
    only : sequence of str
        Sheets (`result_workbook.chosen_sheets`), of a pathway those of its years; empty for whole workbooks.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ResultError
        When the result lacks what they need.
    """
    years = [folder / str(year) for year in read_manifest(folder).get("years", [])]
    shown = [write_map(folder), *write_study_page(folder), *map(write_map, years)] if pages else []
    of_path = [write_pathway_workbook(folder)] if years and not only else []
    books = [*of_path, *(write_workbooks(part, only) for part in years or [folder])]
    return [*shown, *(path for written in books for path in written)]


def require_shown(folder: Path) -> None:
    """Refuse a result that could not be displayed, before solving anything to add to it.

    Raises
    ------
    ResultError
        With the tables that are missing, and how to make the result again.
    """
    for result in Result.read_years(folder):
        result.require(*NEEDED)
