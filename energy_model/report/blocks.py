"""One table on a sheet: heading, rows, formulas, sums and chart."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from energy_model.labels import Label
from energy_model.report.charts import ROW_PX, chart_of, height_of
from energy_model.report.sheets import Block, Total, hours_factor
from energy_model.report.workbook_style import Column, Style, columns_of

GAP = 2  # empty rows between blocks
REFERENCE = re.compile(r"\{(\w+)\}")


class BlockWriter:
    """Writes one block from a row on, and says where it ended.

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
    """

    def __init__(self, book, sheet, style: Style, block: Block, table: pd.DataFrame, names: dict[str, Label], heading_row: int) -> None:
        self.book, self.sheet, self.style, self.block, self.heading_row = book, sheet, style, block, heading_row
        total = block.total
        if total and total.replaces:
            column, value = total.replaces
            table = table[table[column] != value].reset_index(drop=True)
        self.table, self.total = table, total
        self.columns: list[Column] = columns_of(block.table, table, names, style.language)
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
        """Fill heading, rows, sums and chart; return the first free row."""
        self.sheet.set_row(self.heading_row, 42)
        for k, column in enumerate(self.columns):
            self.sheet.write_string(self.heading_row, k, column.heading, self.style.head)
            for row, value in enumerate(column.values, start=self.first):
                self._cell(row, k, column, value)
        if not len(self.table):
            self.sheet.write_string(self.first, 0, self.style.say("无此类元件", "there are none"), self.style.note)
            return self.first + 1 + GAP
        end = self.last + 1
        if self.total:
            end = self._sums()
        if self.block.chart and (chart := chart_of(self)) is not None:
            self.sheet.insert_chart(end + 1, 0, chart, {"object_position": 1})
            end += height_of(self) // ROW_PX + 2
        return end + GAP

    def _cell(self, row: int, k: int, column: Column, value: Any) -> None:
        formula = self._formula(row, k, column)
        if formula and not pd.isna(value):
            self.sheet.write_formula(row, k, formula, self.style.number(column.format, bold=bool(self.block.rows)), float(value))
        elif not column.is_number:
            missed = column.name == "verdict" and self.table["verdict"].iloc[row - self.first] == "missed"
            self.sheet.write_string(row, k, value, self.style.missed if missed else self.style.text)
        elif pd.isna(value):
            self.sheet.write_blank(row, k, None, self.style.text)
        else:
            blue = column.name in self.block.inputs
            self.sheet.write_number(
                row, k, float(value), self.style.input_number(column.format) if blue else self.style.number(column.format)
            )

    def _formula(self, row: int, k: int, column: Column) -> str:
        """Formula of a cell, or nothing."""
        if column.name in self.block.formulas:
            return "=" + REFERENCE.sub(lambda m: self._in_row(m[1], row), self.block.formulas[column.name])
        if self.block.rows and column.is_number and column.name not in self.block.inputs:
            item = self.table["item"].iloc[row - self.first]
            if item in self.block.rows:
                return "=" + REFERENCE.sub(lambda m: self._in_column(m[1], row, k), self.block.rows[item])
        return ""

    def _in_row(self, name: str, row: int) -> str:
        if name == "h":
            return f"{hours_factor(self.style.language):g}"
        return xl_rowcol_to_cell(row, self.at[name])

    def _in_column(self, item: str, row: int, k: int) -> str:
        if item == "share":
            return xl_rowcol_to_cell(row, self.at["reserve_share"], col_abs=True)
        return xl_rowcol_to_cell(self.first + self.table["item"].tolist().index(item), k)

    def _sums(self) -> int:
        """Write the lines of sums; return the row after them."""
        assert self.total is not None
        row = self.last + 1
        if self.total.by is None:
            self._sum_line(self.total, row, self.style.say("合计", "total"), None)
            return row + 1
        by = self.at[self.total.by]
        groups = list(dict.fromkeys(self.columns[by].values))
        for offset, group in enumerate(groups):
            self._sum_line(self.total, row + offset, self.style.say(f"小计：{group}", f"subtotal: {group}"), (by, group))
        return row + len(groups)

    def _sum_line(self, total: Total, row: int, title: str, group: tuple[int, str] | None) -> None:
        """One line of sums over all rows, or over those of one group, with the value a reader without a calculator sees."""
        chosen = [True] * len(self.table) if group is None else [v == group[1] for v in self.columns[group[0]].values]
        for k, column in enumerate(self.columns):
            if group and k == group[0]:
                self.sheet.write_string(row, k, group[1], self.style.sum_text)
            elif k == 0:
                self.sheet.write_string(row, k, title, self.style.sum_text)
            elif column.name in total.columns:
                value = sum(float(v) for v, keep in zip(column.values, chosen, strict=True) if keep and not pd.isna(v))
                self.sheet.write_formula(row, k, self._sum_formula(k, row, group), self.style.sum_number(column.format), value)
            elif column.name in total.ratios:
                top, bottom = (self.at[n] for n in total.ratios[column.name])
                a, b = (sum(float(v) for v, keep in zip(self.columns[p].values, chosen, strict=True) if keep) for p in (top, bottom))
                cells = [xl_rowcol_to_cell(row, p) for p in (top, bottom)]
                formula = f"=IF({cells[1]}=0,0,{cells[0]}/{cells[1]})"
                self.sheet.write_formula(row, k, formula, self.style.sum_number(column.format), a / b if b else 0.0)
            else:
                self.sheet.write_blank(row, k, None, self.style.sum_text)

    def _sum_formula(self, k: int, row: int, group: tuple[int, str] | None) -> str:
        values = xl_range_abs(self.first, k, self.last, k)
        if group is None:
            return f"=SUM({values})"
        keys = xl_range_abs(self.first, group[0], self.last, group[0])
        return f"=SUMIF({keys},{xl_rowcol_to_cell(row, group[0])},{values})"
