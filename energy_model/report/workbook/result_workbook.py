"""The workbook of a result: a cover and the sheets of `sheets`, ready for print, in Chinese and in English."""

from __future__ import annotations

import re
from pathlib import Path

from energy_model.labels import LABELS, Label, label
from energy_model.language import LANGUAGES, Language
from energy_model.report.columns import word
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import amount
from energy_model.report.words import partial_year_notice
from energy_model.report.workbook.blocks import LONGEST_NAME, NONE, BlockWriter
from energy_model.report.workbook.cover import write_cover
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.landed_price import write_landed_price
from energy_model.report.workbook.native_charts import add_chart
from energy_model.report.workbook.price_notes import write_definitions
from energy_model.report.workbook.sheets import REQUIRED, SHEETS, Block, Sheet, words_of
from energy_model.report.workbook.style import Style
from energy_model.report.workbook.typical_days import write_curve_charts, write_typical_days
from energy_model.results import contract
from energy_model.results.node_costs import cost_of_neighbours
from energy_model.weather.files import replacing

FILES: dict[Language, str] = {"zh": "tables.xlsx", "en": "tables-en.xlsx"}
FORBIDDEN = "[]:*?/\\'"
"""What Excel allows of the name of a sheet."""
ONE_PAGE_ROWS = 64
"""Sheets up to this length print on one page."""


def write_workbooks(result_dir: Path) -> list[Path]:
    """Write the workbooks of a finished result.

    Parameters
    ----------
    result_dir : Path
        Folder with ``manifest.json`` and ``tables/``.

    Returns
    -------
    list of Path
        ``tables.xlsx`` (Chinese) and ``tables-en.xlsx``, each written completely or not at all.

    Raises
    ------
    ResultError
        When the result lacks tables of this version.
    """
    result = Result.read(result_dir)
    result.require(*REQUIRED)
    paths = []
    for language in LANGUAGES:
        with replacing(result_dir / FILES[language]) as temporary:
            write_workbook(temporary, result, language)
        paths.append(result_dir / FILES[language])
    return paths


def write_workbook(path: Path, result: Result, language: Language) -> None:
    """Write one workbook in one language."""
    names = result.element_names()
    with new_workbook(path) as book:
        style = Style(book, language)
        book.set_properties({"title": result.manifest[f"title_{language}"], "subject": result.manifest["scenario"]})
        known = {block.table for sheet in SHEETS for block in sheet.blocks}
        further = [Sheet(name, (Block(name),)) for name in result.tables if name not in known]
        shown = [sheet for sheet in SHEETS if not sheet.optional or any(block.table in result.tables for block in sheet.blocks)]
        sheets = [*shown, *further]
        titles = sheet_titles(sheets, language)
        write_cover(book, style, result, sheets, titles)
        for sheet in sheets:
            SheetWriter(book, style, result, names, sheet, titles[sheet.code]).write()


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
        if not blocks:
            return self._absent()
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
        if row <= ONE_PAGE_ROWS:
            self.sheet.fit_to_pages(1, 1)
        if code != "price_notes":
            for k, width in widths.items():
                self.sheet.set_column(k, k, width)
        if code == "delivery_curve":
            write_curve_charts(self.book, self.sheet, writer)
        return None

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
            self.sheet.write_string(row, 0, f"{words[0]}: {words[1]} ({share:.1%})", self.style.note)
            row += 1
        return row

    def _freeze(self, writer: BlockWriter, alone: bool) -> None:
        """Freeze title and heading; add a filter if the sheet has one table only."""
        if self.spec.code == "price_notes":
            self.sheet.freeze_panes(2, 1)
            return
        self.sheet.freeze_panes(writer.first, 1)
        self.sheet.repeat_rows(0, writer.heading_row)
        if alone and len(writer.table):
            self.sheet.autofilter(writer.heading_row, 0, writer.last, len(writer.columns) - 1)

    def _empty(self, block: Block) -> Label:
        """Text for a block without rows."""
        return label("study", "no_months") if block.by_month and partial_year_notice(self.result.manifest) is not None else NONE

    def _block_title(self, block: Block) -> str:
        return word(contract.title(block.table), self.style.language)

    def _absent(self) -> None:
        """State that this result lacks the tables of this sheet; readers by e-mail have no commands to make them."""
        zh, en = "本结果未计算此项（需另行求解）。", "Not computed for this result; it takes solves of its own."
        self.sheet.write_string(2, 0, self.style.say(zh, en), self.style.text)
        self.sheet.freeze_panes(2, 1)
        self.sheet.set_column(0, 0, 90)
