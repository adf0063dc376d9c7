"""Read the workbook of input tables as text, with the place of every damaged sheet, heading and cell."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from energy_model.exchange.input_sheets import HEAD_ROWS, MEANING_ROW, OWN_SHEETS, UNIT_ROW, short, unit
from energy_model.exchange.sheet_text import cell_text
from energy_model.labels import Label
from energy_model.study import contract
from energy_model.study.cell_text import stripped
from energy_model.study.contract import Column
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.nearest import nearest
from energy_model.study.read import RawTable, raw_table
from energy_model.study.text_file import letters

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""First bytes of .xls files, and of workbooks with a password."""
MOST_BLANK = 50
"""Blank rows in a sheet up to which each is an error of its own."""
UNREADABLE = (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, SyntaxError, EOFError, zlib.error)
"""What openpyxl raises for files that are no workbook, or a damaged one."""
TABLE_FILE = re.compile(rf" ?\b({'|'.join(contract.tables())})\.csv\b")


@dataclass
class BookTables:
    """Tables of a workbook.

    Attributes
    ----------
    file : str
        Name of the workbook.
    raw : dict of str to RawTable
        Tables that could be read; rows are numbered as the sheets do.
    errors : list of InputError
    lacking : dict of str to frozenset of str
        Columns of the contract that a sheet has not.
    notes : list of Label
        What was not read, or is not kept.
    """

    file: str
    raw: dict[str, RawTable] = field(default_factory=dict)
    errors: list[InputError] = field(default_factory=list)
    lacking: dict[str, frozenset[str]] = field(default_factory=dict)
    notes: list[Label] = field(default_factory=list)

    def in_sheets(self, error: InputError) -> InputError:
        """The same error with sheets of this workbook in place of files."""
        table, _, ending = error.file.partition(".")
        mine = ending == "csv" and table in contract.tables()
        rule = "no_value" if mine and error.rule == "excel_damage" and error.value.startswith("=") else error.rule
        if rule != error.rule:
            error = input_error(rule, error.file, error.row, error.column, error.value)
        return replace(
            error,
            file=f"[{self.file}]{table}" if mine else error.file,
            advice=TABLE_FILE.sub(r" sheet \1", error.advice).strip(),
            advice_zh=TABLE_FILE.sub(r"工作表 \1", error.advice_zh),
        )


def read_book(path: Path) -> BookTables:
    """Read the sheets of a workbook as tables.

    Raises
    ------
    InputErrors
        Where the file is no workbook.
    """
    found = BookTables(path.name)
    sheets, results = _opened(path)
    missing = [t for t in contract.tables() if t not in sheets]
    strange = [name for name in sheets if name not in contract.tables() and name not in OWN_SHEETS]
    for table in missing:
        near = nearest(table, strange)
        strange = [name for name in strange if name not in near]
        hint, hint_zh = (
            (f"rename '{near[0]}' to {table}", f"请把“{near[0]}”改名为 {table}")
            if near
            else (
                "take it from a new export; a table without rows keeps its three heading rows",
                "请从新导出的工作簿中复制；没有数据的表也保留三行表头",
            )
        )
        found.errors.append(input_error("missing_sheet", f"{table}.csv", None, "", "", hint, hint_zh))
    for name in strange:
        found.notes.append(Label(f"工作表“{name}”不是输入表，未读取", f"sheet '{name}' is no input table and was not read"))
    for table in contract.tables():
        if table in sheets:
            _read_sheet(found, table, sheets[table], results.get(table))
    return found


def _opened(path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Sheets by name, with formulas, and the same with their stored results (empty if there are none)."""
    with path.open("rb") as stream:
        if stream.read(4) == OLD_OFFICE:
            hint = "it is an old .xls, or protected by a password: save it as .xlsx without password"
            raise InputErrors([input_error("no_workbook", path.name, hint=hint, hint_zh="旧版 .xls 或有密码：请去掉密码，另存为 .xlsx")])
        sheets = _loaded(stream, path, results=False)
        formulas = any(cell.data_type == "f" for sheet in sheets.values() for cell in sheet._cells.values())
        return sheets, _loaded(stream, path, results=True) if formulas else {}


def _loaded(stream: BinaryIO, path: Path, results: bool) -> dict[str, Any]:
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on drawings and extensions that are not read
            book = openpyxl.load_workbook(stream, data_only=results, keep_links=False)
    except UNREADABLE as fault:
        hint = "open it in Excel or WPS and save it as 'Excel workbook (.xlsx)'"
        zh = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”"
        raise InputErrors([input_error("no_workbook", path.name, hint=hint, hint_zh=zh)]) from fault
    return {stripped(sheet.title): sheet for sheet in book.worksheets}


def _read_sheet(found: BookTables, table: str, sheet: Any, results: Any) -> None:
    """Read one sheet into a table."""
    file = f"{table}.csv"
    for merged in sheet.merged_cells.ranges:
        found.errors.append(input_error("merged", file, merged.min_row, letters(merged.min_col - 1), "", str(merged)))
    text = _texts(table, sheet, results)
    width = max((column for _, column in text), default=1)
    filled = {row for row, _ in text}
    last = max(filled, default=1)
    if last - len(filled) > MOST_BLANK:  # a cell far below the data
        first = next(row for row in range(HEAD_ROWS + 1, last) if row not in filled)
        found.errors.append(input_error("blank_row", file, first, "", f"{first}–{max(filled) - 1}"))
        last = first - 1
    names = [text.get((1, k), "") for k in range(1, width + 1)]
    lines = [[text.get((row, k), "") for k in range(1, width + 1)] for row in range(HEAD_ROWS + 1, last + 1)]
    raw, errors = raw_table(table, file, [names, *lines], HEAD_ROWS)
    found.errors += errors
    if not any(e.rule == "no_header" for e in errors):
        found.errors += _headings(table, names, text)
    if raw is not None:
        found.raw[table] = raw
        found.lacking[table] = frozenset(c.name for c in contract.columns(table) if c.name not in names)
    body = [cell for (row, _), cell in sheet._cells.items() if row > HEAD_ROWS]
    if formulas := sum(cell.data_type == "f" for cell in body):
        found.notes.append(Label(f"{table}：{formulas} 个公式只保存其结果", f"{table}: of {formulas} formulas the results are kept"))
    if remarks := sum(cell.comment is not None for cell in body):
        found.notes.append(Label(f"{table}：{remarks} 条批注未读取", f"{table}: {remarks} comments were not read"))


def _texts(table: str, sheet: Any, results: Any) -> dict[tuple[int, int], str]:
    """Text of every cell that holds some, by row and column. Blank cells, of which a formatted sheet has a million, are passed over."""
    columns = {c.name: c for c in contract.columns(table)}
    named = {column: stripped(str(cell.value)) for (row, column), cell in sheet._cells.items() if row == 1 and cell.value is not None}
    found = {}
    for (row, column), cell in sheet._cells.items():
        value = cell.value
        if value is None:
            continue
        if cell.data_type == "f":
            value = results._cells[row, column].value
            if value is None:
                value = f"={str(getattr(cell.value, 'text', cell.value)).removeprefix('=')}"
        c = columns.get(named.get(column, "")) if row > HEAD_ROWS else None
        if text := cell_text(cell, value, c):
            found[row, column] = text
    return found


def _headings(table: str, names: list[str], text: Mapping[tuple[int, int], str]) -> list[InputError]:
    """Whether meanings and units still stand above the data: of a row that went the first data would be lost, of a unit their scale."""
    columns = {c.name: c for c in contract.columns(table)}
    known = [(k, columns[name]) for k, name in enumerate(names, start=1) if name in columns]
    errors = []
    for row in (MEANING_ROW, UNIT_ROW):
        wrong = [(k, c) for k, c in known if text.get((row, k), "") not in _expected(row, c)]
        if 2 * len(wrong) > len(known) > 1:
            what = ("the meanings of the columns", "各列含义") if row == MEANING_ROW else ("the units of the columns", "各列单位")
            hint, hint_zh = f"{what[0]}; the data begin in row {HEAD_ROWS + 1}", f"{what[1]}；数据自第 {HEAD_ROWS + 1} 行起"
            errors.append(input_error("heading_changed", f"{table}.csv", row, "", "", hint, hint_zh))
        else:
            errors += [
                input_error("heading_changed", f"{table}.csv", row, c.name, text.get((row, k), ""), *(w or "-" for w in _said(row, c)))
                for k, c in wrong
            ]
    return errors


def _said(row: int, c: Column) -> tuple[str, str]:
    return (short(c).en, short(c).zh) if row == MEANING_ROW else (unit(c), unit(c))


def _expected(row: int, c: Column) -> tuple[str, str]:
    en, zh = _said(row, c)
    return stripped(en), stripped(zh)
