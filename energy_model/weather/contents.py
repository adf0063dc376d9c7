"""What a file holds, whatever its name says: foreign kinds named, texts decoded, tables split into cells."""

import csv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.weather.errors import WeatherError

# First bytes -> what the file is and what to do with it.
FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook: unpack it, or save the sheet as CSV 是压缩包或 Excel，请解压或另存为 CSV",
    b"\x1f\x8b": "a gzip archive: unpack it 是压缩包，请先解压",
    b"7z\xbc\xaf": "a 7-Zip archive: unpack it 是压缩包，请先解压",
    b"Rar!": "a RAR archive: unpack it 是压缩包，请先解压",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save the sheet as CSV 是 Excel 文件，请另存为 CSV",
    b"GRIB": "a GRIB file: convert it to NetCDF 是 GRIB 文件，请转换为 NetCDF",
    b"%PDF": "a PDF 是 PDF 文件",
    b"\x89PNG": "a picture 是图片",
    b"\xff\xd8\xff": "a picture 是图片",
}
NETCDF = (b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05")
BLANK = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", "---", "缺测", "缺失", "无"}  # cells that say "missing"
SEPARATORS = (",", ";", "\t")


def refuse_foreign(path: Path, netcdf: bool = False) -> None:
    """Raise `WeatherError` when the first bytes are those of another kind of file than the name says.

    Parameters
    ----------
    path : Path
    netcdf : bool
        Whether NetCDF is wanted, else a text.
    """
    with Path(path).open("rb") as file:
        head = file.read(512)
    kind = next((kind for start, kind in FOREIGN.items() if head.startswith(start)), "")
    if kind and netcdf and zipfile.is_zipfile(path):
        held = ", ".join(zipfile.ZipFile(path).namelist()[:5])
        kind = f"a ZIP archive, as the Climate Data Store sends; unpack it and import the .nc files in it 是压缩包，请先解压: {held}"
    if not kind and head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        kind = "a web page or XML, perhaps an answer of a server instead of data; download it again 是网页而非数据，请重新下载"
    if not kind and not netcdf and head.startswith(NETCDF):
        kind = "a NetCDF file: let its name end in .nc 是 NetCDF 文件，请改后缀为 .nc"
    if not kind and netcdf and not head.startswith(NETCDF):
        words = "empty" if not head else "a text or damaged, perhaps an answer of a server instead of data"
        kind = f"{words}, not a readable NetCDF file; download it again 不是 NetCDF 文件，请重新下载"
    if kind:
        raise WeatherError(f"{path}: is {kind}")


def text_of(path: Path) -> tuple[str, list[str]]:
    """Text of a file in UTF-8, UTF-16 or GBK, and what to note about it; anything that is no text is a `WeatherError`."""
    refuse_foreign(path)
    content = Path(path).read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), ["text in UTF-16"]
    try:
        text, notes = content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        try:
            text, notes = content.decode("gb18030"), ["text in GBK 按 GBK 编码读取"]
        except UnicodeDecodeError as error:
            raise WeatherError(f"{path}: neither UTF-8 nor GBK text; save it as UTF-8 请另存为 UTF-8 编码") from error
    if "\0" in text:
        raise WeatherError(f"{path}: not a text file 不是文本文件")
    return text, notes


@dataclass
class Cells:
    """A table as text.

    Attributes
    ----------
    path : Path
        For messages.
    rows : pd.DataFrame
        Stripped text; the index is the line of the file, counted from 1.
    comma : bool
        Whether numbers may have a decimal comma (the separator is another character).
    """

    path: Path
    rows: pd.DataFrame
    comma: bool

    def numbers(self, column: str) -> np.ndarray:
        """Numbers [as written] of a column, NaN where the cell is empty or says that it is missing; (row,)."""
        text = self.rows[column].where(~self.rows[column].str.lower().isin(BLANK), "")
        if self.comma and not text.str.contains(".", regex=False).any():
            text = text.str.replace(",", ".", regex=False)
        values = pd.to_numeric(text, errors="coerce")
        bad = values.isna() & (text != "")
        if bad.any():
            line = bad.idxmax()
            also = f" and {bad.sum() - 1} more cells" if bad.sum() > 1 else ""
            raise WeatherError(
                f"{self.path}: row {line}, column {column}: {text[line]!r} is not a number 不是数字{also} (write 1234.5, without grouping)"
            )
        return values.to_numpy(float)


def cells_of(text: str, path: Path, skip: int = 0) -> Cells:
    """Split a table into cells; rows without any content, such as Excel leaves at the end, are nothing.

    Parameters
    ----------
    text : str
        Content of the file.
    path : Path
        For messages.
    skip : int
        Lines before the head of the table.

    Raises
    ------
    WeatherError
        Empty, columns named twice, or rows longer or shorter than the head.
    """
    lines = text.splitlines()[skip:]
    head = next((line for line in lines if line.strip(" ,;\t")), None)
    if head is None:
        raise WeatherError(f"{path}: cannot be read, the file is empty 文件为空")
    separator = max(SEPARATORS, key=head.count)
    parsed = [(number, [cell.strip() for cell in row]) for number, row in enumerate(csv.reader(lines, delimiter=separator), skip + 1)]
    parsed = [(number, row) for number, row in parsed if any(row)]
    names = parsed[0][1]
    while not names[-1]:
        names.pop()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WeatherError(f"{path}: columns named twice 列名重复: {twice}")
    for number, row in parsed[1:]:
        while len(row) > len(names) and not row[-1]:
            row.pop()
        if len(row) != len(names):
            hint = "; decimal commas need ; or a tab between columns 小数逗号须以分号或制表符分列" if separator == "," else ""
            raise WeatherError(f"{path}: row {number} has {len(row)} cells, the head {len(names)} 单元格数与表头不符{hint}")
    rows = pd.DataFrame([row for _, row in parsed[1:]], columns=names, index=[number for number, _ in parsed[1:]], dtype=str)
    return Cells(path, rows, separator != ",")
