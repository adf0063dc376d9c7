"""One table on a sheet: heading, rows, formulas and sums."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from energy_model.labels import Label
from energy_model.language import LANGUAGES
from energy_model.report.columns import word
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.sheets import Block, Ratio
from energy_model.report.workbook.style import ROW_HEIGHT, Column, Style, lines_of, sheet_columns

LONGEST_NAME = 31
"""Most characters of a sheet's name in Excel."""
GAP = 2  # empty rows between blocks
NONE = Label("无此类元件", "there are none")
DECIMALS = 9
"""Places to which a formula rounds, so that a difference of equal sums is 0."""
OPTIONAL = re.compile(r"\[([+-]\{(\w+)\})\]")
REFERENCE = re.compile(r"\{(\w+)\}")


def write_table_sheets(folder: Path, name: str, tables: Sequence[tuple[str, Label, pd.DataFrame]], names: dict[str, Label]) -> list[Path]:
    """Write a workbook of each language, ``<name>.xlsx`` and ``<name>-en.xlsx``: one sheet per table, headings and codes in words.

    Parameters
    ----------
    folder : Path
    name : str
    tables : sequence of (str, Label, DataFrame)
        Result table as the contract calls it, title of its sheet, and the table.
    names : dict of str to Label
        Names of elements.
    """
    paths = []
    for language in LANGUAGES:
        paths.append(folder / f"{name}{'' if language == 'zh' else '-en'}.xlsx")
        with new_workbook(paths[-1]) as book:
            style = Style(book, language)
            for table, title, frame in tables:
                sheet = book.add_worksheet(word(title, language)[:LONGEST_NAME])
                style.page(sheet)
                writer = BlockWriter(book, sheet, style, Block(table), frame, names, 0)
                writer.write()
                sheet.freeze_panes(1, 1)
                for k, column in enumerate(writer.columns):
                    sheet.set_column(k, k, column.width)
    return paths


class BlockWriter:
    """Writes one block from a row on, and returns its end.

    Parameters
    ----------
    book, sheet
        Of xlsxwriter.
    style : Style
    block : Block
    table : DataFrame
    names : dict of str to Label
        Names of elements.
    heading_row : int
        Row of the heading, counted from 0.
    empty : Label
        What is said of a table without rows.
    """

    def __init__(
        self, book, sheet, style: Style, block: Block, table: pd.DataFrame, names: dict[str, Label], heading_row: int, empty: Label = NONE
    ) -> None:
        self.book, self.sheet, self.style, self.block, self.heading_row = book, sheet, style, block, heading_row
        total = block.total
        if total and total.replaces:
            column, value = total.replaces
            table = table[table[column] != value].reset_index(drop=True)
        self.table, self.total, self.empty = table, total, empty
        self.columns: list[Column] = sheet_columns(block.table, table, names, style.language)
        self.at = {c.name: k for k, c in enumerate(self.columns)}

    @property
    def first(self) -> int:
        """Row of the first line of data."""
        return self.heading_row + 1

    @property
    def last(self) -> int:
        """Row of the last line of data."""
        return self.heading_row + len(self.table)

    def write(self) -> int:
        """Fill heading, rows and sums; return the first free row."""
        self.sheet.set_row(self.heading_row, 42)
        for k, column in enumerate(self.columns):
            self.sheet.write_string(self.heading_row, k, column.heading, self.style.head)
            for row, value in enumerate(column.values, start=self.first):
                self._cell(row, k, column, value)
        for row, lines in self._tall():
            self.sheet.set_row(row, lines * ROW_HEIGHT)
        if not len(self.table):
            self.sheet.write_string(self.first, 0, word(self.empty, self.style.language), self.style.note)
            return self.first + 1 + GAP
        return (self._sums() if self.total else self.last + 1) + GAP

    def _tall(self) -> list[tuple[int, int]]:
        """Rows of more than one line, and their lines."""
        wide = [c for c in self.columns if c.wraps]
        lines = [max(lines_of(str(c.values[i]), c.width) for c in wide) for i in range(len(self.table))] if wide else []
        return [(row, n) for row, n in enumerate(lines, start=self.first) if n > 1]

    def _cell(self, row: int, k: int, column: Column, value: Any) -> None:
        formula = self._formula(row, k, column)
        if formula and not pd.isna(value):
            self.sheet.write_formula(row, k, formula, self.style.number(column.format, bold=bool(self.block.rows)), float(value))
        elif not column.is_number:
            missed = column.name == "verdict" and self.table["verdict"].iloc[row - self.first] == "missed"
            form = self.style.missed if missed else self.style.wrapped if column.wraps else self.style.text
            self.sheet.write_string(row, k, value, form)
        elif pd.isna(value):
            self.sheet.write_blank(row, k, None, self.style.text)
        else:
            blue = column.name in self.block.inputs
            self.sheet.write_number(
                row, k, float(value), self.style.input_number(column.format) if blue else self.style.number(column.format)
            )

    def _formula(self, row: int, k: int, column: Column) -> str:
        """Formula of a cell, if any."""
        if column.name in self.block.formulas:
            return self._rounded(self.block.formulas[column.name], self.at, lambda name: xl_rowcol_to_cell(row, self.at[name]))
        if column.name in self.block.ratios:
            return self._ratio(self.block.ratios[column.name], row)
        if self.block.rows and column.is_number and column.name not in self.block.inputs:
            item = self.table["item"].iloc[row - self.first]
            if item in self.block.rows:
                return self._rounded(self.block.rows[item], set(self.table["item"]), lambda name: self._in_column(name, row, k))
        return ""

    @staticmethod
    def _rounded(formula: str, there: Container[str], cell: Callable[[str], str]) -> str:
        formula = OPTIONAL.sub(lambda m: m[1] if m[2] in there else "", formula)
        return f"=ROUND({REFERENCE.sub(lambda m: cell(m[1]), formula)},{DECIMALS})"

    def _ratio(self, ratio: Ratio, row: int) -> str:
        part, whole = (xl_rowcol_to_cell(row, self.at[name]) for name in (ratio.part, ratio.whole))
        return ratio.formula(part, whole, self.style.language)

    def _in_column(self, item: str, row: int, k: int) -> str:
        if item == "share":
            return xl_rowcol_to_cell(row, self.at["reserve_share"], col_abs=True)
        return xl_rowcol_to_cell(self.first + self.table["item"].tolist().index(item), k)

    def _sums(self) -> int:
        """Write the lines of sums; return the row after them."""
        assert self.total is not None
        row = self.last + 1
        if self.total.by is None:
            self._sum_line(row, self.style.say("合计", "total"), [True] * len(self.table), self._sum_of_all)
            return row + 1
        by = self.at[self.total.by]
        codes, shown = self.table[self.total.by].tolist(), self.columns[by].values
        lines: dict[str, int] = {}
        for code, group in dict(zip(codes, shown, strict=True)).items():
            lines[code] = row
            title = self.style.say(f"小计：{group}", f"subtotal: {group}")
            self._sum_line(row, title, [c == code for c in codes], partial(self._sum_of_group, row, by))
            self.sheet.write_string(row, by, group, self.style.sum_text)
            row += 1
        for code, groups in self.total.joined.items():
            found = [lines[g] for g in groups if g in lines]
            self._sum_line(row, self.style.word("item", code), [c in groups for c in codes], partial(self._sum_of_lines, found))
            row += 1
        return row

    def _sum_line(self, row: int, title: str, chosen: list[bool], formula: Callable[[int], str]) -> None:
        """One line of sums over the chosen rows, with values for readers that do not calculate."""
        assert self.total is not None
        sums = {
            name: sum(float(v) for v, keep in zip(self.columns[k].values, chosen, strict=True) if keep and not pd.isna(v))
            for name, k in self.at.items()
            if name in self.total.columns
        }
        for k, column in enumerate(self.columns):
            form, share = self.style.sum_number(column.format), self.block.ratios.get(column.name)
            if k == 0:
                self.sheet.write_string(row, k, title, self.style.sum_text)
            elif column.name in sums:
                self.sheet.write_formula(row, k, formula(k), form, sums[column.name])
            elif share and {share.part, share.whole} <= sums.keys() and sums[share.whole] > share.least(self.style.language):
                value = sums[share.part] / sums[share.whole] * share.factor(self.style.language)
                self.sheet.write_formula(row, k, self._ratio(share, row), form, value)
            else:
                self.sheet.write_blank(row, k, None, self.style.sum_text)

    def _sum_of_all(self, k: int) -> str:
        return f"=SUM({xl_range_abs(self.first, k, self.last, k)})"

    def _sum_of_group(self, row: int, by: int, k: int) -> str:
        """Sum of the rows with the code of this line."""
        keys, values = (xl_range_abs(self.first, c, self.last, c) for c in (by, k))
        return f"=SUMIF({keys},{xl_rowcol_to_cell(row, by)},{values})"

    @staticmethod
    def _sum_of_lines(rows: list[int], k: int) -> str:
        """Sum of lines of sums."""
        return "=" + ("+".join(xl_rowcol_to_cell(row, k) for row in rows) or "0")
