"""Making workbook files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

# A name such as =1+1 or @x is text, whoever wrote it: nothing but write_formula makes a formula.
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def new_workbook(path: Path | BinaryIO) -> Iterator[xlsxwriter.Workbook]:
    """A workbook in which text stays text, saved when the body ends.

    Raises
    ------
    OSError
        When it cannot be saved; the library's own error is none.
    """
    try:
        with xlsxwriter.Workbook(path, PLAIN_TEXT) as book:
            yield book
    except FileCreateError as fault:
        raise fault.args[0] from None


def write_plain_workbook(path: Path | BinaryIO, tables: dict[str, pd.DataFrame]) -> None:
    """Plain workbook of tables as they are, one per sheet; text stays text."""
    with new_workbook(path) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        for name, frame in tables.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.set_column(0, max(len(frame.columns) - 1, 0), 18)
            for k, column in enumerate(frame.columns):
                sheet.write_string(0, k, str(column), bold)
                number = pd.api.types.is_numeric_dtype(frame[column]) and not pd.api.types.is_bool_dtype(frame[column])
                for row, value in enumerate(frame[column], start=1):
                    if number and not pd.isna(value):
                        sheet.write_number(row, k, float(value))
                    elif not number:
                        sheet.write_string(row, k, "" if pd.isna(value) else str(value))
