"""A CSV table with the cells of a workbook in it: what did not change keeps its bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from energy_model.exchange.input_sheets import DAY
from energy_model.study import contract
from energy_model.study.cell_text import NUMBER, day_of, stripped
from energy_model.study.contract import Column
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.read import RawTable, raw_table
from energy_model.study.text_file import read_text, table_of

WHOLE_ROW = "*"
"""Column of a change that adds or removes a row."""
ORDER = "order"
"""Key of the change of a table whose rows stand in another order."""
ENCODINGS = {"GBK": "gb18030", "UTF-16": "utf-16"}
MARK = b"\xef\xbb\xbf"


class Change(NamedTuple):
    """One cell, or row, that a workbook changes.

    Attributes
    ----------
    table, key, column : str
        Column ``*`` for a whole row; key ``order`` with column ``*`` for rows in another order.
    before, after : str
        Text of the cell; of a row ``-`` where it is not there and ``+`` where it is.
    """

    table: str
    key: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class _File:
    """A CSV file: names of its columns, text and cells of its rows, and how it is written."""

    names: list[str]
    heading: str
    records: list[str]
    cells: list[dict[str, str]]
    newline: str
    encoding: str


def changed_table(new: RawTable, lacking: frozenset[str], data: bytes | None) -> tuple[bytes | None, list[Change], list[InputError]]:
    """Put the cells of a table into its file.

    Parameters
    ----------
    new : RawTable
        As in the workbook.
    lacking : frozenset of str
        Columns that its sheet has not.
    data : bytes or None
        The present file; None if there is none.

    Returns
    -------
    bytes or None
        The new file; None if nothing changes.
    changes : list of Change
    errors : list of InputError
        Columns with figures that the workbook lacks.
    """
    old = _read(new.name, data)
    columns = {c.name: c for c in contract.columns(new.name)}
    filled = [name for name in columns if (new.cells[name] != "").any()]
    lost = [name for name in old.names if name in lacking and any(row[name] for row in old.cells)]
    if lost:
        return None, [], [input_error("lost_column", f"{new.name}.csv", 1, name) for name in lost]
    names = old.names + [name for name in filled if name not in old.names]
    rows = new.cells.to_dict("records")
    keys, old_keys = new.keys(), [_key(new.name, row) for row in old.cells]
    partner = _partners(keys, old_keys)
    changes = [Change(new.name, old_keys[j], WHOLE_ROW, "+", "-") for j in sorted(set(range(len(old_keys))) - set(partner))]
    records = []
    for row, key, j in zip(rows, keys, partner, strict=True):
        before = {} if j is None else old.cells[j]
        kept = {n: before[n] if n in before and _same(before[n], row[n], columns[n]) else row[n] for n in names}
        if j is None:
            changes.append(Change(new.name, key, WHOLE_ROW, "-", "+"))
        changed = [] if j is None else [n for n in names if before.get(n, "") != kept[n]]
        changes += [Change(new.name, old_keys[j], n, before.get(n, ""), kept[n]) for n in changed if j is not None]
        same = j is not None and not changed and names == old.names
        records.append(old.records[j] if same and j is not None else _line([kept[n] for n in names], old.newline))
    shared = [j for j in partner if j is not None]
    if shared != sorted(shared):
        changes.append(Change(new.name, ORDER, WHOLE_ROW, "", ""))
    if not changes and names == old.names and data is not None:
        return None, [], []
    heading = old.heading if names == old.names else _line(names, old.newline)
    return "".join([heading, *records]).encode(old.encoding), changes, []


def _read(table: str, data: bytes | None) -> _File:
    """A file as it is; an empty one with the columns of the contract if there is none that can be read."""
    names = [c.name for c in contract.columns(table)]
    none = _File(names, _line(names, "\n"), [], [], "\n", "utf-8-sig")
    if data is None:
        return none
    file = f"{table}.csv"
    try:
        sheet = table_of(file, data)
        if raw_table(table, file, sheet.rows)[1]:
            return none
        found = read_text(file, data)
    except InputErrors:
        return none
    lines = io.StringIO(found.text, newline="").readlines()
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    reader, records, done = csv.reader(lines), [], 0
    for _ in reader:
        records.append("".join(lines[done : reader.line_num]).rstrip("\r\n") + newline)
        done = reader.line_num
    head, *body = sheet.rows
    cells = [dict(zip(head, row, strict=True)) for row in body]
    encoding = ENCODINGS.get(found.encoding) or ("utf-8-sig" if data.startswith(MARK) else "utf-8")
    return _File(head, records[0], records[1 : len(cells) + 1], cells, newline, encoding)


def _key(table: str, row: dict[str, str]) -> str:
    return "/".join(row.get(name, "") for name in contract.keys(table))


def _partners(keys: Sequence[str], old_keys: Sequence[str]) -> list[int | None]:
    """Row of the old table that each new row continues: one of its key, else the one in its place if nobody else continues that."""
    free: dict[str, list[int]] = {}
    for j, key in enumerate(old_keys):
        free.setdefault(key, []).append(j)
    found = [free[key].pop(0) if free.get(key) else None for key in keys]
    if len(keys) != len(old_keys):
        return found
    left = {j for rest in free.values() for j in rest}
    return [i if j is None and i in left else j for i, j in enumerate(found)]


def _same(old: str, new: str, c: Column) -> bool:
    """Whether two texts mean the same; numbers to the 15 digits that a spreadsheet keeps."""
    if c.is_number and NUMBER.fullmatch(old) and NUMBER.fullmatch(new):
        return f"{float(old):.15g}" == f"{float(new):.15g}"
    if c.type == "bool":
        return old.upper() == new.upper()
    return old == new or (c.unit == DAY and day_of(old) == day_of(new) != "")


def _line(cells: Sequence[str], newline: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=newline).writerow([stripped(cell) for cell in cells])
    return out.getvalue()
