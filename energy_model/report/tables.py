"""The workbook of a result: a cover and one sheet per table, ready for print, in the units planners use."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xlsxwriter

from energy_model.labels import Label, label
from energy_model.report.outlines import BOUNDARY_NOTE_EN, BOUNDARY_NOTE_ZH
from energy_model.report.source import Result, certificate_words, fingerprint, horizon_words, weather_words
from energy_model.report.workbook_style import FORMULA_MEANING, OPTION_SHEETS, SHEETS, SUMS, Column, Style, Total, columns_of
from energy_model.units import YI_CNY_PER_MCNY
from energy_model.weather.files import replacing


def write_tables(result_dir: Path) -> list[Path]:
    """Write the workbook of a finished result.

    Parameters
    ----------
    result_dir : Path
        Folder with ``manifest.json`` and ``tables/``.

    Returns
    -------
    list of Path
        ``tables.xlsx``, written whole or not at all, and the CSV files beside it.
    """
    result = Result.read(result_dir)
    path = result_dir / "tables.xlsx"
    missing = set(SHEETS) ^ (set(result.tables) - set(OPTION_SHEETS))
    if missing:
        raise ValueError(f"tables without a sheet, or sheets without a table: {', '.join(sorted(missing))}")
    sheets = [*SHEETS, *(name for name in OPTION_SHEETS if name in result.tables)]
    with replacing(path) as temporary:
        # A name such as =1+1 or @x is text, whoever wrote it: nothing but write_formula makes a formula.
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(temporary, options) as book:
            style = Style(book)
            book.set_properties({"title": result.manifest["title_zh"], "subject": result.manifest["scenario"]})
            write_cover(book, style, result, sheets)
            names = result.place_names()
            for name in sheets:
                TableSheet(book, style, name, result.tables[name], names).write()
    return [path, *result.paths.values()]


def write_cover(book: xlsxwriter.Workbook, style: Style, result: Result, sheets: list[str]) -> None:
    """First sheet: what was solved, how well, in which units, and what the sheets hold."""
    m = result.manifest
    sheet = book.add_worksheet(label("sheet", "cover").zh)
    style.page(sheet, landscape=True)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 62)
    sheet.set_column(2, 2, 62)
    sheet.write_string(0, 0, m["title_zh"], style.title)
    sheet.write_string(1, 0, m["title_en"], style.note)
    cost = Label(f"{m['objective_mcny'] * YI_CNY_PER_MCNY:,.2f} 亿元", f"{m['objective_mcny']:,.1f} MCNY")
    solver = f"{m['solver']} ({m['solver_version']}), {m['algorithm']}, {m['iterations']:,} iterations"
    facts = [
        ("scenario", Label(m["scenario"], m["scenario"])),
        ("horizon", horizon_words(m)),
        ("weather", weather_words(m)),
        ("objective", cost),
        ("certificate", certificate_words(m)),
        ("solver", Label(solver, solver)),
        ("fingerprint", Label(fingerprint(m), fingerprint(m))),
        ("created", Label(m["created"], m["created"])),
        (
            "units",
            Label(
                "万千瓦、亿千瓦时、万吨、亿元、元/千瓦时；CSV 文件用 MW、GWh、kt、百万元、元/兆瓦时",
                "10 MW, 100 GWh, 10 kt, 100 MCNY, CNY/kWh; the CSV files: MW, GWh, kt, MCNY, CNY/MWh",
            ),
        ),
        ("boundary", Label(BOUNDARY_NOTE_ZH, BOUNDARY_NOTE_EN)),
    ]
    row = 3
    for code, text in facts:
        sheet.write_string(row, 0, str(label("about", code)), style.head_left)
        sheet.write_string(row, 1, text.zh, style.text)
        sheet.write_string(row, 2, text.en if text.en != text.zh else "", style.text)
        row += 1
    sheet.write_string(row + 1, 0, str(label("about", "sheets")), style.head_left)
    sheet.write_string(row + 1, 1, FORMULA_MEANING.zh, style.note)
    sheet.write_string(row + 1, 2, FORMULA_MEANING.en, style.note)
    for line, name in enumerate(sheets, start=row + 2):
        words = label("sheet", name)
        sheet.write_url(line, 0, f"internal:'{words.zh}'!A1", style.link, words.zh)
        sheet.write_string(line, 1, f"tables/{name}.csv", style.text)
        sheet.write_string(line, 2, words.en, style.text)


class TableSheet:
    """One table on one sheet: title, frozen heading, rows, and sums as live formulas.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    style : Style
    name : str
        Table, a key of `SHEETS`.
    table : DataFrame
    names : dict of str to Label
        Nodes and markets.
    """

    FIRST = 2  # rows above the data: title, heading

    def __init__(self, book, style: Style, name: str, table: pd.DataFrame, names: dict[str, Label]) -> None:
        self.style, self.name, self.words = style, name, label("sheet", name)
        self.total: Total | None = SUMS.get(name)
        self.table = table
        if self.total and self.total.replaces:
            column, value = self.total.replaces
            self.table = table[table[column] != value].reset_index(drop=True)
        self.columns: list[Column] = columns_of(name, self.table, names)
        self.sheet = book.add_worksheet(self.words.zh)

    def write(self) -> None:
        """Fill the sheet."""
        self.style.page(self.sheet, landscape=True)
        self.sheet.repeat_rows(0, self.FIRST - 1)
        self.sheet.freeze_panes(self.FIRST, 1)
        self.sheet.write_string(0, 0, str(self.words), self.style.title)
        self.sheet.set_row(1, 48)
        for k, column in enumerate(self.columns):
            self.sheet.set_column(k, k, column.width)
            self.sheet.write_string(1, k, column.heading, self.style.head)
            for row, value in enumerate(column.values, start=self.FIRST):
                self._cell(row, k, column, value)
        if len(self.table):
            self.sheet.autofilter(1, 0, self.last, len(self.columns) - 1)
            if self.total:
                self._sums()

    @property
    def last(self) -> int:
        """Row of the last line of data, counted from 0."""
        return self.FIRST + len(self.table) - 1

    def _cell(self, row: int, k: int, column: Column, value) -> None:
        if column.is_number:
            if pd.isna(value):
                self.sheet.write_blank(row, k, None, self.style.text)
            else:
                self.sheet.write_number(row, k, float(value), self.style.number(column.format))
        else:
            self.sheet.write_string(row, k, value, self.style.text)

    def _sums(self) -> None:
        assert self.total is not None
        row = self.last + 1
        if self.total.by is None:
            self._sum_line(row, "合计 total", None)
            return
        by = next(k for k, c in enumerate(self.columns) if c.name == self.total.by)
        groups = list(dict.fromkeys(self.columns[by].values))
        for offset, group in enumerate(groups):
            self._sum_line(row + offset, f"小计 subtotal: {group}", (by, group))

    def _sum_line(self, row: int, title: str, group: tuple[int, str] | None) -> None:
        """One line of sums over all rows, or over those of one group, with the value a reader without a calculator sees."""
        assert self.total is not None
        chosen = [True] * len(self.table) if group is None else [v == group[1] for v in self.columns[group[0]].values]
        for k, column in enumerate(self.columns):
            if k == 0:
                self.sheet.write_string(row, k, title, self.style.sum_text)
            elif group and k == group[0]:
                self.sheet.write_string(row, k, group[1], self.style.sum_text)
            elif column.name in self.total.columns:
                value = sum(float(v) for v, keep in zip(column.values, chosen, strict=True) if keep and not pd.isna(v))
                self.sheet.write_formula(row, k, self._sum_formula(k, row, group), self.style.sum_number(column.format), value)
            elif column.name in self.total.ratios:
                top, bottom = (self._position(n) for n in self.total.ratios[column.name])
                a, b = (sum(float(v) for v, keep in zip(self.columns[p].values, chosen, strict=True) if keep) for p in (top, bottom))
                cells = [xlsxwriter.utility.xl_rowcol_to_cell(row, p) for p in (top, bottom)]
                formula = f"=IF({cells[1]}=0,0,{cells[0]}/{cells[1]})"
                self.sheet.write_formula(row, k, formula, self.style.sum_number(column.format), a / b if b else 0.0)
            else:
                self.sheet.write_blank(row, k, None, self.style.sum_text)

    def _sum_formula(self, k: int, row: int, group: tuple[int, str] | None) -> str:
        cells = xlsxwriter.utility.xl_range_abs
        values = cells(self.FIRST, k, self.last, k)
        if group is None:
            return f"=SUM({values})"
        keys = cells(self.FIRST, group[0], self.last, group[0])
        return f"=SUMIF({keys},{xlsxwriter.utility.xl_rowcol_to_cell(row, group[0])},{values})"

    def _position(self, name: str) -> int:
        return next(k for k, c in enumerate(self.columns) if c.name == name)
