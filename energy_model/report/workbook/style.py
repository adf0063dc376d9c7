"""Layout of the workbook: columns, cell styles, page set-up."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.language import Language
from energy_model.report.columns import code_words, heading_of, own_column, word
from energy_model.report.shown_units import in_row_units, unit_of
from energy_model.results import contract

ROW_HEIGHT = 15.0
"""Height of a line [points]."""
WIDEST_TEXT, WIDEST_NUMBER = 60, 16
"""Most characters of a column; longer texts take several lines."""


ONE_PAGE_ROWS, UPRIGHT_WIDTH = 64, 125
"""Rows up to which a sheet prints on one page; characters of width up to which a longer one prints on upright pages."""


CODES = ("element", "plant", "section", "target", "bilateral", "agreement")
"""Columns of codes whose names stand beside them, where they do."""


@dataclass(frozen=True)
class Column:
    """One column as it is written."""

    name: str
    heading: str
    values: list[Any]
    is_number: bool
    format: str
    width: float
    wraps: bool = False
    """Whether its texts take several lines."""


def columns_of(table: str, frame: pd.DataFrame, names: dict[str, Label], language: Language) -> list[Column]:
    """Columns of a sheet: codes as labels, numbers in the units of the workbook, names in one language."""
    other = "_en" if language == "zh" else "_zh"
    frame = in_row_units(table, frame, language)
    with_names = "name_zh" not in frame
    columns = []
    for name in frame.columns:
        if name.endswith(other) and name.removesuffix(other) + ("_zh" if language == "zh" else "_en") in frame:
            continue
        series, unit = frame[name], unit_of(name, language)
        form, number = unit.format, False
        values = code_words(table, name, series, names, language, with_names)
        if values is None and pd.api.types.is_bool_dtype(series):
            values = [word(LABELS["certified"]["yes" if v else "no"], language) for v in series]
        if values is None and not pd.api.types.is_numeric_dtype(series):
            values = ["" if pd.isna(v) else str(v) for v in series]
        if values is None:
            values, number = (series * unit.factor if unit.factor != 1.0 else series).tolist(), True
            known = contract.column(name, table)
            form = f"#,##0.{'0' * known.digits}" if known is not None and known.digits else form
        heading = heading_of(name[:-3] if name in ("name_zh", "name_en", "item_zh", "item_en") else name, names, language, table)
        if name == "item" and f"item_{language}" in frame:
            heading = word(LABELS["column"]["code"], language)
        text = (
            f"{heading}\n（{unit.words}）" if unit.words and language == "zh" else f"{heading}\n({unit.words})" if unit.words else heading
        )
        longest = max([width_of(line) for line in text.split("\n")] + ([10.0] if number else [width_of(v) for v in values])) + 2
        most = WIDEST_NUMBER if number else WIDEST_TEXT
        columns.append(Column(name, text, values, number, form, min(max(longest, 9), most), not number and longest > most))
    return columns


def sheet_columns(table: str, frame: pd.DataFrame, names: dict[str, Label], language: Language) -> list[Column]:
    """Columns of `columns_of` without the codes of elements whose names stand beside them; the table of codes and names keeps them."""
    codes = {own_column(table), *CODES} if "name_zh" in frame and table != "names" else set()
    return [c for c in columns_of(table, frame, names, language) if c.name not in codes]


def coloured(form: str) -> str:
    """Format with negative numbers in red; a value that rounds to zero is a black zero without a sign.

    Parameters
    ----------
    form : str
        Format of positive numbers, such as ``#,##0.00`` or ``0.0%``.
    """
    if form == "General" or "E" in form:
        return form
    decimals = len(form.partition(".")[2].rstrip("%")) + 2 * form.endswith("%")
    zero = f"{0.5 * 10.0**-decimals:.{decimals + 1}f}"
    return f"[>={zero}]{form};[Red][<=-{zero}]-{form};{form.replace('#,##', '')}"


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a column of that width."""
    return sum(max(1, math.ceil(width_of(line) * 1.1 / width)) for line in text.split("\n"))


def width_of(text: str) -> float:
    """Width of a text in characters of a Latin font."""
    return sum(1.9 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in text)


class Style:
    """Cell formats and page set-up of one workbook."""

    FONT: ClassVar[dict[str, Any]] = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    EDGE: ClassVar[dict[str, Any]] = {"border": 1, "border_color": "#D0D4DA"}
    INPUT: ClassVar[dict[str, Any]] = {"font_color": "#0000FF", "bg_color": "#FFF9DB"}

    def __init__(self, book, language: Language) -> None:
        self.book, self.language = book, language
        head = {"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "align": "center"}
        self._numbers: dict[tuple[Any, ...], Any] = {}
        self.title = book.add_format(self.FONT | {"bold": True, "font_size": 13})
        self.stamped = book.add_format(self.FONT | {"bold": True, "font_size": 13, "font_color": "#C00000"})
        self.block_title = book.add_format(self.FONT | {"bold": True, "font_size": 11, "font_color": "#1F4E79"})
        self.note = book.add_format(self.FONT | {"font_color": "#5B6270"})
        self.text = book.add_format(self.FONT | self.EDGE)
        self.missed = book.add_format(self.FONT | self.EDGE | {"bold": True, "font_color": "#C00000"})
        self.wrapped = book.add_format(self.FONT | self.EDGE | {"text_wrap": True})
        self.link = book.add_format(self.FONT | self.EDGE | {"font_color": "#1F4E79", "underline": 1})
        self.head = book.add_format(self.FONT | self.EDGE | head | {"font_size": 9})
        self.head_left = book.add_format(self.FONT | self.EDGE | head | {"align": "left"})
        self.sum_text = book.add_format(self.FONT | self.EDGE | {"bold": True, "top": 2})
        self.input_text = book.add_format(self.FONT | self.EDGE | self.INPUT)

    def word(self, group: str, code: str) -> str:
        """Words for a code in the language of the workbook."""
        return word(label(group, code), self.language)

    def heading(self, column: str) -> str:
        """Heading of a column of a result table."""
        return word(contract.words(column), self.language)

    def say(self, zh: str, en: str) -> str:
        """The sentence in the language of the workbook."""
        return zh if self.language == "zh" else en

    def number(self, form: str, **extra: Any):
        """Format of a number, negative ones in red."""
        key = (form, *sorted(extra.items()))
        if key not in self._numbers:
            self._numbers[key] = self.book.add_format(self.FONT | self.EDGE | {"num_format": coloured(form)} | extra)
        return self._numbers[key]

    def sum_number(self, form: str):
        """Format of a sum."""
        return self.number(form, bold=True, top=2)

    def input_number(self, form: str):
        """Format of a cell that the reader may change: blue."""
        return self.number(form, **self.INPUT)

    def head_line(self, sheet, text: str, mark: Label | None) -> None:
        """Title of a sheet, in red after the required notice (`report.words.partial_year_notice`)."""
        if mark is None:
            sheet.write_string(0, 0, text, self.title)
        else:
            sheet.write_string(0, 0, f"【{mark.zh}】 {text}" if self.language == "zh" else f"[{mark.en}] {text}", self.stamped)

    def page(self, sheet, landscape: bool = True) -> None:
        """A4, one page wide, with the sheet name and page numbers in the footer."""
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.hide_gridlines(2)

    def upright(self, sheet, rows: int, width: float) -> None:
        """Print a long and narrow sheet on upright pages, and one of a page's length on one page."""
        if rows <= ONE_PAGE_ROWS:
            sheet.fit_to_pages(1, 1)
        elif width <= UPRIGHT_WIDTH:
            sheet.set_portrait()
