"""The workbook of a result: a summary, a cover and the sheets of `sheets`, ready for print, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from energy_model.errors import EnergyModelError
from energy_model.labels import LABELS, Label, label
from energy_model.language import LANGUAGES, Language, say
from energy_model.report.columns import word
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import amount
from energy_model.report.words import partial_year_notice
from energy_model.report.workbook.blocks import LONGEST_NAME, NONE, BlockWriter
from energy_model.report.workbook.cover import write_cover
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.hourly import write_mean_days
from energy_model.report.workbook.landed_price import write_landed_price
from energy_model.report.workbook.native_charts import add_chart
from energy_model.report.workbook.price_notes import write_definitions
from energy_model.report.workbook.sheets import REQUIRED, SHEETS, Block, Sheet, words_of
from energy_model.report.workbook.style import Style
from energy_model.report.workbook.summary import write_summary
from energy_model.report.workbook.typical_days import write_curve_charts, write_typical_days
from energy_model.results import contract
from energy_model.results.node_costs import cost_of_neighbours
from energy_model.weather.files import replacing

FILES: dict[Language, str] = {"zh": "tables.xlsx", "en": "tables-en.xlsx"}
FORBIDDEN = "[]:*?/\\'"
"""What Excel allows of the name of a sheet."""


LONGEST_FILE = 120
"""Most characters of the name of a workbook of chosen sheets."""


OF_HOURS = ("hourly_balance", "delivery_curve")
"""Sheets with a row for every hour, of which mean days are printed."""


class UnknownSheetError(EnergyModelError):
    """The result has no such sheet."""


def write_workbooks(result_dir: Path, only: Sequence[str] = ()) -> list[Path]:
    """Write the workbooks of a finished result.

    Parameters
    ----------
    result_dir : Path
        Folder with ``manifest.json`` and ``tables/``.
    only : sequence of str
        Sheets by title in either language, code, or one of their tables; empty for all of them with summary and cover.

    Returns
    -------
    list of Path
        ``tables.xlsx`` (Chinese) and ``tables-en.xlsx``, each written completely or not at all; of some sheets ``tables-<sheet>.xlsx``.

    Raises
    ------
    ResultError
        When the result lacks tables of this version.
    UnknownSheetError
        With all names that are not those of sheets, and the sheets there are.
    """
    result = Result.read(result_dir)
    result.require(*REQUIRED)
    chosen, paths = chosen_sheets(result, only), []
    for language in LANGUAGES:
        name = FILES[language].replace("tables", "-".join(("tables", *(sheet.code for sheet in chosen)))[:LONGEST_FILE])
        with replacing(result_dir / name) as temporary:
            write_workbook(temporary, result, language, chosen)
        paths.append(result_dir / name)
    return paths


def write_workbook(path: Path, result: Result, language: Language, chosen: Sequence[Sheet] = ()) -> None:
    """Write one workbook in one language: of all sheets, summary and cover first, or of the chosen ones."""
    names, sheets = result.element_names(), sheets_in(result)
    with new_workbook(path) as book:
        style = Style(book, language)
        book.set_properties({"title": result.manifest[f"title_{language}"], "subject": result.manifest["scenario"]})
        titles = sheet_titles(sheets, language)
        if not chosen:
            write_summary(book, style, result)
            write_cover(book, style, result, sheets, titles, [sheet for sheet in SHEETS if sheet not in sheets])
        for sheet in chosen or sheets:
            SheetWriter(book, style, result, names, sheet, titles[sheet.code]).write()


def sheets_in(result: Result) -> list[Sheet]:
    """Sheets of a result in their order, none without rows; tables that this program did not write stand at the end."""
    known = {block.table for sheet in SHEETS for block in sheet.blocks}
    further = [Sheet(name, (Block(name),)) for name in result.tables if name not in known]
    return [sheet for sheet in (*SHEETS, *further) if any(has_rows(result.tables.get(block.table)) for block in sheet.blocks)]


def has_rows(table: pd.DataFrame | None) -> bool:
    """Whether a table says anything: it has rows, and hours besides time and weight a figure."""
    return table is not None and len(table) > 0 and not set(table.columns) <= {"time", "weight"}


def chosen_sheets(result: Result, only: Sequence[str]) -> list[Sheet]:
    """Sheets of a result by title, code or table, in the order of the workbook.

    Raises
    ------
    UnknownSheetError
    """
    sheets = sheets_in(result)
    titles = [sheet_titles(sheets, language) for language in LANGUAGES]
    known = {s.code: {s.code, *(b.table for b in s.blocks), *(t[s.code].casefold() for t in titles)} for s in sheets}
    unknown = [name for name in only if not any(name in own or name.casefold() in own for own in known.values())]
    if unknown:
        there = ", ".join(f"{s.code} ({say(titles[1][s.code], titles[0][s.code])})" for s in sheets)
        wrong = ", ".join(f"'{name}'" for name in unknown)
        raise UnknownSheetError(say(f"The workbook has no sheet {wrong}. It has: {there}", f"工作簿没有工作表 {wrong}。现有：{there}"))
    return [s for s in sheets if any(name in known[s.code] or name.casefold() in known[s.code] for name in only)]


def sheet_titles(sheets: list[Sheet], language: Language) -> dict[str, str]:
    """Name of every sheet: short, without characters forbidden by Excel, unique."""
    found: dict[str, str] = {}
    for sheet in sheets:
        text = "".join("_" if c in FORBIDDEN else c for c in word(words_of(sheet.code)[0], language))[:LONGEST_NAME]
        while text.lower() in (t.lower() for t in found.values()):
            text = f"{text[: LONGEST_NAME - 2]}_2"
        found[sheet.code] = text
    return found


class SheetWriter:
    """One sheet: title, note, then its blocks one below the other."""

    SPECIAL = ("typical_days", "landed_price")

    def __init__(self, book, style: Style, result: Result, names: dict[str, Label], spec: Sheet, title: str) -> None:
        self.book, self.style, self.result, self.names, self.spec, self.title = book, style, result, names, spec, title
        self.sheet = book.add_worksheet(title)

    def write(self) -> None:
        """Fill the sheet."""
        style, code = self.style, self.spec.code
        style.page(self.sheet)
        style.head_line(
            self.sheet, f"{self.title}  {self.result.manifest[f'title_{style.language}']}", partial_year_notice(self.result.manifest)
        )
        self.sheet.write_string(1, 0, word(words_of(code)[1], style.language), style.note)
        if code == "landed_price":
            return write_landed_price(self.sheet, style, self.result.tables["contract_prices"], self.result.tables)
        if code == "typical_days":
            return write_typical_days(self.book, self.sheet, style, self.result.tables["typical_days"])
        row = 2
        if code == "price_notes":
            row = write_definitions(self.sheet, style, self.result.tables, row)
        widths: dict[int, float] = {}
        blocks = [b for b in self.spec.blocks if b.table in self.result.tables]
        for number, block in enumerate(blocks):
            if len(blocks) > 1:
                self.sheet.write_string(row, 0, self._block_title(block), style.block_title)
                row += 1
            writer = BlockWriter(self.book, self.sheet, style, block, self.result.tables[block.table], self.names, row, self._empty(block))
            if number == 0:
                self._freeze(writer, len(blocks) == 1)
            row = add_chart(writer, writer.write())
            for k, column in enumerate(writer.columns):
                widths[k] = max(widths.get(k, 0.0), column.width)
        row = self._foot(row)
        style.upright(self.sheet, row, sum(widths.values()))
        if code != "price_notes":
            for k, width in widths.items():
                self.sheet.set_column(k, k, width)
        if code in OF_HOURS:
            self._hours(writer)
        return None

    def _hours(self, writer: BlockWriter) -> None:
        """Mean days beside the hours, for print; of contracts their curves below."""
        title = f"{self.title}  {self.result.manifest[f'title_{self.style.language}']}"
        row = write_mean_days(self.sheet, self.style, writer.table, writer.columns, title)
        if self.spec.code == "delivery_curve":
            write_curve_charts(self.book, self.sheet, writer, row)

    def _foot(self, row: int) -> int:
        """Write the text below the tables, one line per sentence; return the first free row."""
        own = [words for key, words in LABELS["sheet_foot"].items() if key.rpartition("_")[0] == self.spec.code]
        for line in (line for words in own for line in re.split("；|; ", word(words, self.style.language))):
            self.sheet.write_string(row, 0, line, self.style.note)
            row += 1
        beyond = cost_of_neighbours(self.result.tables.get("node_costs")) if self.spec.code == "costs" else 0.0
        if beyond:  # as console and study page tell it
            share = beyond / self.result.tables["costs"].set_index("category").cost_mcny["total"]
            words = word(label("study", "of_neighbours"), self.style.language), word(amount(beyond, "MCNY/a", 1), self.style.language)
            self.sheet.write_string(row, 0, f"{words[0]}: {words[1]} ({share:z.1%})", self.style.note)
            row += 1
        return row

    def _freeze(self, writer: BlockWriter, alone: bool) -> None:
        """Freeze title and, of a table that stands alone, its heading, which is printed on every page; that table has a filter, too."""
        if self.spec.code == "price_notes" or not alone:
            self.sheet.freeze_panes(2, 1)
            return
        self.sheet.freeze_panes(writer.first, 1)
        self.sheet.repeat_rows(0, writer.heading_row)
        if len(writer.table):
            self.sheet.autofilter(writer.heading_row, 0, writer.last, len(writer.columns) - 1)

    def _empty(self, block: Block) -> Label:
        """Text for a block without rows."""
        return label("study", "no_months") if block.by_month and partial_year_notice(self.result.manifest) is not None else NONE

    def _block_title(self, block: Block) -> str:
        return word(contract.title(block.table), self.style.language)
