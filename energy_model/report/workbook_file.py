"""Making workbook files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

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
