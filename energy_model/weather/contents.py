"""Weather files as text and tables; files whose content does not match their name are reported."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.labels import Label
from energy_model.language import say
from energy_model.study.cell_text import number_fault
from energy_model.study.errors import InputErrors
from energy_model.study.text_file import cells_of, foreign, read_text
from energy_model.weather.errors import WeatherError, weather_error

NETCDF = (b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05")
BLANK = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", "---", "缺测", "缺失", "无"}  # cells that say "missing"
SEPARATORS = ",;\t"


def require_netcdf(path: Path) -> None:
    """Raise `WeatherError` if a file is not NetCDF: its type, and the remedy."""
    with Path(path).open("rb") as file:
        head = file.read(512)
    if head.startswith(NETCDF):
        return
    if zipfile.is_zipfile(path):
        held = ", ".join(zipfile.ZipFile(path).namelist()[:5])
        raise weather_error(
            f"{path}: is a ZIP archive, as the Climate Data Store sends; unpack it and import the .nc files in it: {held}",
            f"{path}：是 ZIP 压缩包（气候数据库 CDS 即如此下发），请先解压，再导入其中的 .nc 文件：{held}",
        )
    what, what_zh = foreign(head)
    words = what or ("empty" if not head else "a text or damaged, perhaps an answer of a server instead of data")
    words_zh = what_zh or ("空文件" if not head else "文本或已损坏，可能是服务器返回的说明而非数据")
    raise weather_error(
        f"{path}: is {words}, not a readable NetCDF file; download it again", f"{path}：{words_zh}，不是可读的 NetCDF 文件，请重新下载"
    )


def text_of(path: Path) -> tuple[str, list[Label]]:
    """Text of a file, and notes on it; anything that is not text is a `WeatherError`."""
    try:
        found = read_text(str(path), Path(path).read_bytes())
    except InputErrors as fault:
        raise _told(fault) from fault
    return found.text, [Label(f"按 {found.encoding} 编码读取", f"text in {found.encoding}")] if found.encoding else []


def _told(fault: InputErrors) -> WeatherError:
    return WeatherError(" ".join(say(e.en, e.zh) for e in fault.errors))


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
        """Numbers [as written] of a column, NaN if the cell is empty or marked as missing; (row,)."""
        text = self.rows[column].where(~self.rows[column].str.lower().isin(BLANK), "")
        if self.comma and not text.str.contains(".", regex=False).any():
            text = text.str.replace(",", ".", regex=False)
        values = pd.to_numeric(text, errors="coerce")
        bad = values.isna() & (text != "")
        if bad.any():
            line = bad.idxmax()
            also = f" and {bad.sum() - 1} more cells" if bad.sum() > 1 else ""
            also_zh = f"（另有 {bad.sum() - 1} 个单元格）" if bad.sum() > 1 else ""
            _, hint, hint_zh = number_fault(text[line], column, "")
            raise weather_error(
                f"{self.path}: row {line}, column {column}: {text[line]!r} is not a number{also}: {hint}",
                f"{self.path}：第 {line} 行，{column} 列：{text[line]!r} 不是数字{also_zh}：{hint_zh}",
            )
        return values.to_numpy(float)


def table_of(text: str, path: Path, skip: int = 0) -> Cells:
    """Split a table into cells; rows without content are dropped.

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
        raise weather_error(f"{path}: cannot be read, the file is empty", f"{path}：无法读取，文件为空")
    names = parsed[0][1]
    while not names[-1]:
        names.pop()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise weather_error(f"{path}: columns named twice: {twice}", f"{path}：列名重复：{twice}")
    for number, row in parsed[1:]:
        while len(row) > len(names) and not row[-1]:
            row.pop()
        if len(row) != len(names):
            way = say("; decimal commas need ; or a tab between columns", "；小数点写作逗号时，须以分号或制表符分列")
            hint = way if sheet.separator == "," else ""
            raise weather_error(
                f"{path}: row {number} has {len(row)} cells, the header {len(names)}{hint}",
                f"{path}：第 {number} 行有 {len(row)} 个单元格，表头有 {len(names)} 个{hint}",
            )
    rows = pd.DataFrame([row for _, row in parsed[1:]], columns=names, index=[number for number, _ in parsed[1:]], dtype=str)
    return Cells(path, rows, sheet.separator != ",")
