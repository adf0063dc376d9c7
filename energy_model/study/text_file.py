"""Text tables as saved by people, spreadsheets and programs: file type, encoding, separator, cells.

All CSV files (inputs, weather, networks) are read here, so that one rule and one message apply to all.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, replace

from energy_model.study.cell_text import stripped
from energy_model.study.errors import InputErrors, input_error

SEPARATORS = {
    ",": ("commas", "逗号"),
    ";": ("semicolons", "分号"),
    "\t": ("tabs", "制表符"),
    "|": ("vertical bars", "竖线"),
    "，": ("full-width commas", "全角逗号"),
    "；": ("full-width semicolons", "全角分号"),
}
"""What may stand between the cells of a row."""
SEPARATOR_MARK = "sep="
"""Beginning of a first line that states the separator for Excel."""
WORKBOOK = ("an Excel workbook: open it and save the sheet as CSV UTF-8", "Excel 工作簿：请打开并将工作表另存为 CSV UTF-8")
PACKED = ("a packed archive: unpack it", "压缩包：请先解压")
SIGNATURES = {
    b"PK\x03\x04": PACKED,
    b"\x1f\x8b": PACKED,
    b"7z\xbc\xaf": PACKED,
    b"Rar!": PACKED,
    b"\xd0\xcf\x11\xe0": WORKBOOK,
    b"GRIB": ("a GRIB file: convert it to NetCDF", "GRIB 文件：请转换为 NetCDF"),
    b"%PDF": ("a PDF", "PDF 文件"),
    b"\x89PNG": ("a picture", "图片"),
    b"\xff\xd8\xff": ("a picture", "图片"),
    **dict.fromkeys(
        (b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05"), ("a NetCDF file: let its name end in .nc", "NetCDF 文件：请改后缀为 .nc")
    ),
}
"""First bytes of what is no text: what it is and what to do, in English and Chinese."""
WEB_PAGE = (
    "a web page or XML: open it in Excel and save it as CSV UTF-8, or download the data again",
    "网页或 XML：请用 Excel 打开并另存为 CSV UTF-8，或重新下载数据",
)
COMMON_SHARE = 0.5
"""Least share of common Chinese characters in what is read as GBK: accents of Western texts become rare ones."""


@dataclass(frozen=True)
class Text:
    """Content of a text file.

    Attributes
    ----------
    text : str
    encoding : str
        Empty for UTF-8, else the encoding that was recognised.
    """

    text: str
    encoding: str


@dataclass(frozen=True)
class Sheet:
    """Cells of a table.

    Attributes
    ----------
    rows : list of list of str
        Stripped; without the rows and columns at the end that are blank throughout, as Excel leaves them.
    first : int
        Line of the first row, counted from 1.
    separator : str
    encoding : str
        As that of `Text`, where the bytes were read here.
    """

    rows: list[list[str]]
    first: int
    separator: str
    encoding: str = ""


def foreign(data: bytes) -> tuple[str, str]:
    """Type of a file without text, and advice, in English and Chinese; two empty texts for one that may be text."""
    found = next((words for start, words in SIGNATURES.items() if data.startswith(start)), ("", ""))
    if found == PACKED and zipfile.is_zipfile(io.BytesIO(data)):
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        return WORKBOOK if any(name.startswith("xl/") for name in names) else found
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        return WEB_PAGE
    return found


def read_text(file: str, data: bytes) -> Text:
    """Decode a file in UTF-8, UTF-16 with its mark, or GBK as Excel in China saves CSV.

    Raises
    ------
    InputErrors
        One sentence: what else it is, or that the encoding is not known.
    """
    what, what_zh = foreign(data)
    if what:
        raise InputErrors([input_error("no_text", file, hint=f"it is {what}", hint_zh=f"这是{what_zh}")])
    try:
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        found = Text(data.decode("utf-16" if wide else "utf-8-sig"), "UTF-16" if wide else "")
    except UnicodeDecodeError as error:
        found = Text(_chinese(data), "GBK")
        if not found.text:
            place = len(data) - len(error.object) + error.start + 1  # the mark at the beginning is not in it
            raise InputErrors([input_error("encoding", file, hint=f"byte {place}", hint_zh=f"第 {place} 字节")]) from error
    if "\0" in found.text:
        raise InputErrors([input_error("no_text", file, hint="it holds bytes of zero", hint_zh="含零字节")])
    return found


def _chinese(data: bytes) -> str:
    """Text in GBK; empty if it is not."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    beyond = [c for c in text if c > "\x7f"]
    common = sum(bool(c.encode("gb2312", "ignore")) for c in beyond)
    return text if common >= COMMON_SHARE * len(beyond) else ""


def cells_of(file: str, text: str, separators: str = ",", skip: int = 0) -> Sheet:
    """Split a text into cells.

    Parameters
    ----------
    file : str
        For the message.
    text : str
    separators : str
        Separators of the reader; the most frequent one in the first row applies to all rows.
    skip : int
        Lines before the table.

    Raises
    ------
    InputErrors
        One sentence: another separator, or quotes that do not pair.
    """
    lines = io.StringIO(text, newline="")
    for _ in range(skip):
        lines.readline()
    start, head = lines.tell(), lines.readline()
    first = skip + 1
    mark = head.strip().strip('"').lower().startswith(SEPARATOR_MARK)
    if mark:
        separator, first = head.strip("\r\n").strip('"')[len(SEPARATOR_MARK) :][:1] or ",", first + 1
    else:
        while head and not head.strip(" \r\n" + "".join(SEPARATORS)):
            head = lines.readline()
        separator = max(SEPARATORS, key=head.count)
        lines.seek(start)
    if separator not in separators:
        words, words_zh = SEPARATORS.get(separator, (f"'{separator}'",) * 2)
        raise InputErrors([input_error("separator", file, skip + 1, "", head.strip()[:20] if mark else "", words, words_zh)])
    try:
        rows = [[stripped(cell) for cell in line] for line in csv.reader(lines, delimiter=separator)]
    except csv.Error as error:
        raise InputErrors([input_error("bad_csv", file, hint=str(error), hint_zh="引号不成对或单元格过长")]) from error
    while rows and not any(rows[-1]):
        rows.pop()
    width = len(rows[0]) if rows else 0
    while width and not any(line[width - 1] for line in rows if len(line) >= width):
        width -= 1
    return Sheet([line[:width] if not any(line[width:]) else line for line in rows], first, separator)


def table_of(file: str, data: bytes) -> Sheet:
    """Cells of a comma-separated file whose first row is the header; no rows if it is empty.

    Raises
    ------
    InputErrors
        Why it cannot be read: one sentence.
    """
    text = read_text(file, data)
    sheet = replace(cells_of(file, text.text), encoding=text.encoding)
    if sheet.first > 1:
        raise InputErrors([input_error("no_header", file, 1, "", SEPARATOR_MARK, "the names; delete this row", "各列名，请删除该行")])
    return sheet


def letters(position: int) -> str:
    """Name of a column in a spreadsheet: A for 0, AA for 26."""
    name = ""
    while position >= 0:
        name = chr(ord("A") + position % 26) + name
        position = position // 26 - 1
    return name
