"""A pathway as a workbook: existing and new capacity year by year, cost, clauses."""

from __future__ import annotations

from pathlib import Path

from energy_model.language import Language
from energy_model.report.result_folder import Result
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.result_workbook import SheetWriter, sheet_titles
from energy_model.report.workbook.sheets import sheets_of
from energy_model.report.workbook.style import Style
from energy_model.weather.files import replacing

SHEETS = sheets_of("pathway")


def write_pathway_workbook(folder: Path) -> list[Path]:
    """Write ``pathway.xlsx`` and ``pathway-en.xlsx`` of a finished pathway, from its CSV files: one sheet per table.

    Parameters
    ----------
    folder : Path
        Result folder of the pathway.
    """
    result = Result.read(folder)
    names = Result.read(folder / str(result.manifest["years"][0])).element_names()
    paths = []
    books: tuple[tuple[Language, Path], ...] = (("zh", folder / "pathway.xlsx"), ("en", folder / "pathway-en.xlsx"))
    for language, path in books:
        titles = sheet_titles(list(SHEETS), language)
        with replacing(path) as temporary, new_workbook(temporary) as book:
            style = Style(book, language)
            book.set_properties({"title": result.manifest[f"title_{language}"], "subject": result.manifest["scenario"]})
            for sheet in SHEETS:
                SheetWriter(book, style, result, names, sheet, titles[sheet.code]).write()
        paths.append(path)
    return paths
