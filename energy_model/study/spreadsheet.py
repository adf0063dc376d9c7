"""CSV files as spreadsheets and people save them: encoding, separator, blank rows and columns at the end."""

from __future__ import annotations

import csv
import io

from energy_model.study.cell_text import stripped
from energy_model.study.errors import InputError, input_error

SEPARATORS = {
    ";": ("semicolons", "分号"),
    "\t": ("tabs", "制表符"),
    "|": ("vertical bars", "竖线"),
    "，": ("full-width commas", "全角逗号"),
    "；": ("full-width semicolons", "全角分号"),
}
"""What stands between the cells of a file that is no CSV with commas."""


def lines_of(file: str, data: bytes) -> tuple[list[list[str]], list[InputError]]:
    """Cells of a CSV file, stripped, row by row; the first row is the header.

    Rows and columns that are blank throughout at the end, as Excel leaves them, are not among them.

    Returns
    -------
    lines : list of list of str
        Empty where the file holds nothing, or cannot be read.
    errors : list of InputError
        Why it cannot be read: one sentence.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [input_error("encoding", file, hint=guess_encoding(data, error))]
    try:
        lines = [[stripped(cell) for cell in line] for line in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        return [], [input_error("bad_csv", file, hint=str(error), hint_zh="引号不成对或单元格过长")]
    while lines and not any(lines[-1]):
        lines.pop()
    if not lines:
        return [], []
    if lines[0] and lines[0][0].lower().startswith("sep="):
        return [], [input_error("no_header", file, 1, "", lines[0][0], "the names; delete this row", "各列名，请删除该行")]
    if len(lines[0]) == 1:
        for mark, (words, words_zh) in SEPARATORS.items():
            if mark in lines[0][0]:
                return [], [input_error("separator", file, 1, "", mark.replace("\t", "\\t"), words, words_zh)]
    width = len(lines[0])
    while width and not any(line[width - 1] for line in lines if len(line) >= width):
        width -= 1
    return [line[:width] if not any(line[width:]) else line for line in lines], []


def guess_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    """Name what a file that is not UTF-8 seems to be, else the place of the first wrong byte."""
    if data[:2] == b"PK":
        return "an Excel workbook 工作簿"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return f"byte {error.start}"
    return "GBK"


def letters(position: int) -> str:
    """Name of a column as the spreadsheet shows it: A for 0, AA for 26."""
    name = ""
    while position >= 0:
        name = chr(ord("A") + position % 26) + name
        position = position // 26 - 1
    return name
