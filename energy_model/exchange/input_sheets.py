"""Layout of the workbook of input tables, which its export writes and its import expects."""

from __future__ import annotations

import re

from energy_model.labels import LABELS, Label
from energy_model.study.contract import Column

HEAD_ROWS = 3
"""Rows above the data: name of the column, its meaning in short, its unit."""
NAME_ROW, MEANING_ROW, UNIT_ROW = 1, 2, 3
GROUP = "input_book"
"""Labels of the workbook."""
OWN_SHEETS = frozenset({*LABELS[GROUP]["index"], *LABELS[GROUP]["lists"]})
"""Sheets that hold no input table, in either language."""
DAY = "mm-dd"
"""Unit of columns that hold a day of the year."""
ENDS_OF_SHORT = re.compile(r"[(\[/（【:：,，;；]")


def short(c: Column) -> Label:
    """Meaning of a column up to its first explanation."""
    return Label(*(ENDS_OF_SHORT.split(text)[0].strip() for text in (c.zh, c.en)))


def unit(c: Column) -> str:
    """Unit as it is written above the data; a dash for a number without unit."""
    return {"": "", "1": "–"}.get(c.unit, c.unit)
