"""Text of one cell of a workbook, as the same cell of a CSV table would hold it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape

from energy_model.exchange.input_sheets import DAY
from energy_model.study.cell_text import stripped
from energy_model.study.contract import Column

CHINESE_DAYS = frozenset({28, 29, 30, 31, 51, 53, 54, 58})
CHINESE_MONTHS = frozenset({27, 36, 50, 52, 57})
"""Numbers of built-in formats of Chinese Excel and WPS that show a date with a day, and one without; their codes stand in no file."""
LITERAL = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
"""Parts of a number format that are shown as they stand, and colours and places."""
MOST_WHOLE = 1e15
"""Below it whole numbers are exact."""


def cell_text(cell: Any, value: Any, c: Column | None) -> str:
    """Text of a cell.

    Parameters
    ----------
    cell : openpyxl cell
        With its number format.
    value : object
        What it holds; of a formula the stored result.
    c : Column or None
        Column of the contract, if its heading names one.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    form = LITERAL.sub("", cell.number_format or "")
    if isinstance(value, (int, float)):
        built_in = cell._style.numFmtId  # openpyxl shows formats that it does not know as General
        if built_in in CHINESE_DAYS | CHINESE_MONTHS and c is not None and (c.is_number or c.unit == DAY):
            return _date(from_excel(value), built_in in CHINESE_DAYS, c)
        if "%" in form and c is not None and c.is_number and "share" not in c.name:
            return f"{number_text(100 * value)}%"
        return number_text(value)
    if isinstance(value, (date, datetime)):
        return _date(value, "d" in form.lower(), c)
    return stripped(unescape(value) if isinstance(value, str) and "_x" in value else str(value))


def number_text(value: float) -> str:
    """A number with the 15 digits that a spreadsheet shows, whole ones without a point."""
    return str(int(value)) if value == int(value) and abs(value) < MOST_WHOLE else f"{value:.15g}"


def _date(value: Any, with_day: bool, c: Column | None) -> str:
    """A date: in a column of days of the year month and day, unless the cell shows none; else the whole of it."""
    if c is not None and c.unit == DAY:
        return f"{value:%m-%d}" if with_day else f"{value:%Y-%m}"
    return f"{value:%Y-%m-%d}"
