"""Weather files as text and tables; whatever their name says, what else they hold is named."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.study.cell_text import number_fault
from energy_model.study.errors import InputErrors
from energy_model.study.text_file import cells_of, foreign, read_text
from energy_model.weather.errors import WeatherError

NETCDF = (b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05")
BLANK = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", "---", "缺测", "缺失", "无"}  # cells that say "missing"
SEPARATORS = ",;\t"


def require_netcdf(path: Path) -> None:
    """Raise `WeatherError` when a file is no NetCDF file: what it is, and what to do."""
    with Path(path).open("rb") as file:
        head = file.read(512)
    if head.startswith(NETCDF):
        return
    if zipfile.is_zipfile(path):
        held = ", ".join(zipfile.ZipFile(path).namelist()[:5])
        raise WeatherError(
            f"{path}: is a ZIP archive, as the Climate Data Store sends; unpack it and import the .nc files in it "
            f"是压缩包，请先解压: {held}"
        )
    what, what_zh = foreign(head)
    words = what or ("empty" if not head else "a text or damaged, perhaps an answer of a server instead of data")
    told_zh = what_zh and f"（{what_zh}）"
    raise WeatherError(f"{path}: is {words}, not a readable NetCDF file; download it again 不是 NetCDF 文件{told_zh}，请重新下载")


def text_of(path: Path) -> tuple[str, list[str]]:
    """Text of a file, and what to note about it; anything that is no text is a `WeatherError`."""
    try:
        found = read_text(str(path), Path(path).read_bytes())
    except InputErrors as fault:
        raise _told(fault) from fault
    return found.text, [f"text in {found.encoding} 按 {found.encoding} 编码读取"] if found.encoding else []


def _told(fault: InputErrors) -> WeatherError:
    return WeatherError(" ".join(f"{e.en} {e.zh}" for e in fault.errors))


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
            _, hint, hint_zh = number_fault(text[line], column, "")
            raise WeatherError(f"{self.path}: row {line}, column {column}: {text[line]!r} is not a number 不是数字{also}: {hint} {hint_zh}")
        return values.to_numpy(float)


def table_of(text: str, path: Path, skip: int = 0) -> Cells:
    """Split a table into cells; rows without any content are nothing.

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
    try:
        sheet = cells_of(str(path), text, SEPARATORS, skip)
    except InputErrors as fault:
        raise _told(fault) from fault
    parsed = [(number, row) for number, row in enumerate(sheet.rows, sheet.first) if any(row)]
    if not parsed:
        raise WeatherError(f"{path}: cannot be read, the file is empty 文件为空")
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
            hint = "; decimal commas need ; or a tab between columns 小数逗号须以分号或制表符分列" if sheet.separator == "," else ""
            raise WeatherError(f"{path}: row {number} has {len(row)} cells, the head {len(names)} 单元格数与表头不符{hint}")
    rows = pd.DataFrame([row for _, row in parsed[1:]], columns=names, index=[number for number, _ in parsed[1:]], dtype=str)
    return Cells(path, rows, sheet.separator != ",")
