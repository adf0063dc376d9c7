"""The input tables as one workbook: a sheet for each table, with units, bounds, comments and drop-downs; read back by `inputs import`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from energy_model.exchange.input_sheets import DAY, GROUP, HEAD_ROWS, MEANING_ROW, NAME_ROW, UNIT_ROW, short, unit
from energy_model.labels import LABELS, Label
from energy_model.language import Language
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.style import width_of
from energy_model.study import contract
from energy_model.study.cell_text import NUMBER, day_of
from energy_model.study.contract import Column
from energy_model.study.errors import InputErrors
from energy_model.study.read import RawTable, read_raw
from energy_model.study.scenario import OVERLAYS, SCENARIOS, list_scenarios
from energy_model.study.series import FILE as SERIES_FILE
from energy_model.study.study import BASE_FILE
from energy_model.weather.files import replacing

SPARE_ROWS = 300
"""Rows below the data in which drop-downs and bounds hold too."""
A4 = 9
LONGEST_LIST = 250
"""Characters of a list of choices that a cell can hold itself; longer ones stand in a sheet."""
TRUTH = ("TRUE", "FALSE")
ANY = 1e14
"""Bound of a number that has none: text in its column is refused."""
WIDEST, NARROWEST = 36.0, 9.0


def write_input_workbook(inputs_dir: Path, path: Path, language: Language) -> None:
    """Write the input tables of a folder as a workbook.

    Parameters
    ----------
    inputs_dir : Path
    path : Path
        File to write, replaced if it is there.
    language : str
        Of meanings and comments; names of sheets and columns are those of the tables.

    Raises
    ------
    InputErrors
        Where a table cannot be read; wrong figures are written as they are.
    """
    raw, errors = read_raw(inputs_dir)
    if errors:
        raise InputErrors(errors)
    with replacing(path) as temporary, new_workbook(temporary) as book:
        _InputWorkbook(book, language).write(inputs_dir, raw)


class _InputWorkbook:
    """Sheets of one workbook."""

    FONT: dict[str, Any] = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}  # noqa: RUF012

    def __init__(self, book: xlsxwriter.Workbook, language: Language) -> None:
        self.book, self.language = book, language
        head = self.FONT | {"bold": True, "border": 1, "border_color": "#D0D4DA", "text_wrap": True, "valign": "top"}
        colours = {"key": ("#1F4E79", "#FFFFFF"), "required": ("#9DC3E6", "#000000"), "optional": ("#DEEBF7", "#000000")}
        self.heads = {kind: book.add_format(head | {"bg_color": b, "font_color": f}) for kind, (b, f) in colours.items()}
        self.below = book.add_format(head | {"bold": False, "font_size": 9, "bg_color": "#F2F5F9", "font_color": "#444444"})
        self.title = book.add_format(self.FONT | {"bold": True, "font_size": 14})
        self.plain = book.add_format(self.FONT | {"text_wrap": True, "valign": "top"})
        self.link = book.add_format(self.FONT | {"font_color": "#1F4E79", "underline": 1, "valign": "top"})
        self.text = book.add_format(self.FONT | {"num_format": "@"})
        self.number = book.add_format(self.FONT)

    def say(self, words: Label) -> str:
        """Words in the language of the workbook."""
        return words.zh if self.language == "zh" else words.en

    def word(self, key: str) -> str:
        """Words of the workbook by their code."""
        return self.say(LABELS[GROUP][key])

    def write(self, inputs_dir: Path, raw: dict[str, RawTable]) -> None:
        """Write all sheets."""
        index = self.book.add_worksheet(self.word("index"))
        sheets = {table: self.book.add_worksheet(table) for table in raw}
        choices = self._choices()
        for table, sheet in sheets.items():
            self._table(sheet, raw[table], choices)
        self._index(index, raw)
        self._outside(index, inputs_dir, len(raw))

    def _choices(self) -> dict[tuple[str, ...], str]:
        """Sheet with the lists of choices that are too long for a cell, and their places."""
        long = dict.fromkeys(
            c.values for t in contract.tables() for c in contract.columns(t) if sum(map(len, c.values)) + len(c.values) > LONGEST_LIST
        )
        if not long:
            return {}
        sheet = self.book.add_worksheet(self.word("lists"))
        sheet.hide()
        places = {}
        for k, values in enumerate(long):
            sheet.write_column(0, k, values)
            letter = xl_col_to_name(k)
            places[values] = f"='{self.word('lists')}'!${letter}$1:${letter}${len(values)}"
        return places

    def _table(self, sheet: Any, table: RawTable, choices: dict[tuple[str, ...], str]) -> None:
        columns = contract.columns(table.name)
        last = HEAD_ROWS + len(table.cells) + SPARE_ROWS
        for row, height in ((NAME_ROW, 20), (MEANING_ROW, 42), (UNIT_ROW, 18)):
            sheet.set_row(row - 1, height)
        for k, c in enumerate(columns):
            cells = table.cells[c.name].tolist()
            kind = "key" if c.key else "required" if c.required else "optional"
            sheet.write_string(NAME_ROW - 1, k, c.name, self.heads[kind])
            sheet.write_string(MEANING_ROW - 1, k, self.say(short(c)), self.below)
            sheet.write_string(UNIT_ROW - 1, k, unit(c), self.below)
            sheet.write_comment(NAME_ROW - 1, k, self._comment(c), {"x_scale": 2.4, "y_scale": 2.0})
            width = max([width_of(c.name), *(width_of(text) for text in cells[:200])], default=0.0)
            is_text = not (c.is_number or c.type == "bool")
            sheet.set_column(k, k, min(max(width + 3, NARROWEST), WIDEST), self.text if is_text else self.number)
            for row, text in enumerate(cells, start=HEAD_ROWS):
                self._cell(sheet, row, k, text, c)
            if rule := self._validation(c, choices):
                sheet.data_validation(HEAD_ROWS, k, last - 1, k, rule)
        sheet.freeze_panes(HEAD_ROWS, max(len(contract.keys(table.name)), 1))
        sheet.ignore_errors({"number_stored_as_text": f"A{HEAD_ROWS + 1}:{xl_col_to_name(len(columns) - 1)}{last}"})
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.repeat_rows(0, HEAD_ROWS - 1)
        sheet.autofilter(UNIT_ROW - 1, 0, HEAD_ROWS + max(len(table.cells), 1) - 1, len(columns) - 1)

    def _cell(self, sheet: Any, row: int, column: int, text: str, c: Column) -> None:
        """Write a cell as what it is; text that is no valid number stays text, for the import to refuse."""
        if not text:
            return
        if c.is_number and NUMBER.fullmatch(text):
            sheet.write_number(row, column, float(text), self.number)
        elif c.type == "bool" and text.upper() in TRUTH:
            sheet.write_boolean(row, column, text.upper() == "TRUE", self.number)
        else:
            sheet.write_string(row, column, (c.unit == DAY and day_of(text)) or text, self.text)

    def _validation(self, c: Column, choices: dict[tuple[str, ...], str]) -> dict[str, Any]:
        """Drop-down or bounds of a column; empty if any text is allowed."""
        told = {"ignore_blank": True, "error_title": c.name, "error_message": self._allowed(c)[:255]}
        if c.values:
            return told | {"validate": "list", "source": choices.get(c.values) or list(c.values)}
        if c.type == "bool":
            return told | {"validate": "list", "source": list(TRUTH)}
        if c.ref:
            return told | {"validate": "list", "source": _codes(*c.ref), "error_type": "warning"}
        if not c.is_number:
            return {}
        rule = told | {"validate": "integer" if c.type == "int" else "decimal"}
        low, high = (-ANY if c.low is None else c.low), (ANY if c.high is None else c.high)
        return rule | {"criteria": "between", "minimum": f"{low:.15g}", "maximum": f"{high:.15g}"}

    def _allowed(self, c: Column) -> str:
        """What may stand in a column, in one line."""
        if c.values:
            return f"{self.word('values')}: {', '.join(c.values)}"
        if c.type == "bool":
            return self.word("truth")
        if c.ref:
            return f"{self.word('of')} {c.ref[0]}: {c.ref[1]}"
        if c.unit == DAY:
            return self.word("day")
        parts = [self.word("whole")] if c.type == "int" else []
        return ", ".join(parts + ([f"{self.word('range')}: {c.bounds}"] if c.bounds else []))

    def _comment(self, c: Column) -> str:
        lines = [f"{self.word('meaning')}: {self.say(Label(c.zh, c.en))}"]
        if c.unit not in ("", "1", DAY):
            lines.append(f"{self.word('unit')}: {c.unit}")
        if allowed := self._allowed(c):
            lines.append(allowed)
        lines.append(self.word("required") if c.required else f"{self.word('default')} {c.default}" if c.default else self.word("optional"))
        if c.is_number and not c.key and c.table != "sources":
            lines.append(f"{self.word('source')} {c.table}, {c.name}")
        return "\n".join(lines)

    def _index(self, sheet: Any, raw: dict[str, RawTable]) -> None:
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 26)
        sheet.set_column(2, 2, 80)
        sheet.set_column(3, 3, 8)
        sheet.set_column(4, 4, 34)
        sheet.write_string(0, 0, self.word("title"), self.title)
        for row, key in enumerate(("use", "units", "rule", "colours", "back"), start=1):
            sheet.write_string(row, 0, self.word(key), self.number)
        for k, key in enumerate(("sheet", "name", "purpose", "rows", "keys")):
            sheet.write_string(INDEX_HEAD, k, self.word(key), self.heads["required"])
        for row, (table, cells) in enumerate(raw.items(), start=INDEX_HEAD + 1):
            sheet.write_url(row, 0, f"internal:'{table}'!A{HEAD_ROWS + 1}", self.link, table)
            sheet.write_string(row, 1, self.say(LABELS["table"][table]), self.plain)
            sheet.write_string(row, 2, self.say(LABELS["input_table"][table]), self.plain)
            sheet.write_number(row, 3, len(cells.cells), self.plain)
            sheet.write_string(row, 4, ", ".join(contract.keys(table)), self.plain)
        sheet.freeze_panes(INDEX_HEAD + 1, 1)

    def _outside(self, sheet: Any, inputs_dir: Path, tables: int) -> None:
        """List the settings and scenarios, which are text files of their own."""
        row = INDEX_HEAD + tables + 2
        sheet.write_string(row, 0, self.word("outside"), self.number)
        sheet.write_string(row + 1, 0, self.word("file"), self.heads["required"])
        sheet.write_string(row + 1, 1, self.word("purpose"), self.heads["required"])
        files = {BASE_FILE: self.word("settings")}
        if (inputs_dir / SERIES_FILE).is_file():
            files[SERIES_FILE] = self.word("series")
        for folder in (SCENARIOS, OVERLAYS):
            files |= {s.file: self.say(Label(s.purpose_zh, s.purpose_en)) for s in list_scenarios(inputs_dir, folder)}
        for k, (file, purpose) in enumerate(files.items(), start=row + 2):
            sheet.write_string(k, 0, file, self.number)
            sheet.write_string(k, 1, purpose, self.number)


INDEX_HEAD = 7
"""Row of the index's headings, counted from 0."""


def _codes(table: str, column: str) -> str:
    """Codes that a column of another sheet holds at present, as a range that grows with it."""
    letter = xl_col_to_name([c.name for c in contract.columns(table)].index(column))
    first, last = HEAD_ROWS + 1, 5000
    cells = f"{table}!${letter}${first}:${letter}${last}"
    return f"=OFFSET({table}!${letter}${first},0,0,MAX(1,COUNTA({cells})),1)"
