"""Read the input tables as text first, so that every damaged cell can be named with its row and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from energy_model.study import contract
from energy_model.study.cell_text import cell_fault, typed
from energy_model.study.contract import Column
from energy_model.study.errors import InputError, InputErrors, input_error
from energy_model.study.header import header_of
from energy_model.study.nearest import did_you_mean, listed, nearest
from energy_model.study.text_file import table_of

NEVER_EMPTY = ("nodes", "technologies", "finance", "loads", "sources")
"""Tables that need rows; the others may hold a header alone: a study can be without what they describe."""


MOST_PLACES = 5
"""Further places of one slip that are named; the others are counted."""


@dataclass
class RawTable:
    """One table as text.

    Attributes
    ----------
    name : str
    cells : DataFrame of str, shape (rows, columns of the contract)
        Empty text where nothing is written.
    rows : list of (str, int)
        File and sheet row of every row.
    changed : dict
        (row position, column) -> scenario file that set the cell.
    sources : dict
        (row position, column) -> where the figure of a cell that a scenario set is from.
    absent : frozenset of str
        Columns that the header lacks although each table needs them, or misspelt: reported once, there.
    """

    name: str
    cells: pd.DataFrame
    rows: list[tuple[str, int]]
    changed: dict[tuple[int, str], str] = field(default_factory=dict)
    sources: dict[tuple[int, str], str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()

    def place(self, position: int, name: str) -> tuple[str, int | None]:
        """File and row for an error in this cell."""
        if (position, name) in self.changed:
            return self.changed[position, name], None
        return self.rows[position]

    def filled(self, name: str) -> pd.Series:
        """Cells of a column as text, empty ones at their default."""
        c = contract.column(self.name, name)
        return self.cells[name].mask(self.cells[name] == "", "" if c.required else c.default)

    def set(self, position: int, name: str, text: str, file: str, source: str) -> None:
        """Set the text of a cell from a scenario file; `source` is the source of the figure."""
        self.cells.at[position, name] = text
        self.changed[position, name] = file
        self.sources[position, name] = source

    def keys(self) -> list[str]:
        """Key of every row, its parts joined by a slash."""
        parts = self.cells[list(contract.keys(self.name))].to_numpy(dtype=object)
        return ["/".join(row) for row in parts]


def read_raw(inputs_dir: Path) -> tuple[dict[str, RawTable], list[InputError]]:
    """Read every table of the contract as text and collect errors in files, rows and columns."""
    errors: list[InputError] = []
    raw: dict[str, RawTable] = {}
    misnamed: set[str] = set()
    for path in sorted(inputs_dir.glob("*.csv")):
        if path.stem not in (*contract.tables(), "series"):
            near = nearest(path.stem, contract.tables())
            misnamed.update(near[:1])
            errors.append(input_error("unknown_file", path.name, hint=f"{near[0]}.csv" if near else "-"))
    for table in contract.tables():
        path = inputs_dir / f"{table}.csv"
        if not path.is_file():
            errors += [] if table in misnamed else [_missing(table, path.name)]  # one slip, one error
            continue
        found, wrong = _read_one(table, path.name, path.read_bytes())
        errors += wrong
        if found is not None:
            raw[table] = found
    return raw, errors


def _missing(table: str, file: str) -> InputError:
    if table in NEVER_EMPTY:
        return input_error("missing_file", file, hint=file)
    heading = ",".join(c.name for c in contract.columns(table) if c.required)
    return input_error("missing_optional_file", file, hint=heading)


def _read_one(table: str, file: str, data: bytes) -> tuple[RawTable | None, list[InputError]]:
    found, errors = _parsed(table, file, data)
    return found and RawTable(table, found.cells.copy(), list(found.rows), absent=found.absent), list(errors)


@lru_cache(maxsize=256)
def _parsed(table: str, file: str, data: bytes) -> tuple[RawTable | None, list[InputError]]:
    """A table as it is in a file, which many scenarios share; nobody may change it."""
    try:
        return raw_table(table, file, table_of(file, data).rows)
    except InputErrors as fault:
        return None, list(fault.errors)


def raw_table(table: str, file: str, lines: Sequence[Sequence[str]], head: int = 1) -> tuple[RawTable | None, list[InputError]]:
    """A table from the text of its cells.

    Parameters
    ----------
    table, file : str
    lines : sequence of sequence of str
        The names of the columns, then the rows of data.
    head : int
        Sheet rows above the data.
    """
    if len(lines) < (2 if table in NEVER_EMPTY else 1):
        return None, [input_error("empty_file", file)]
    header, errors = header_of(table, file, lines[0], [any(c) for c in zip_longest(*lines[1:], fillvalue="")])
    if any(e.rule == "no_header" for e in errors):
        return None, errors
    # With a heading that is not understood any column that is not there may be the one that was meant.
    absent = frozenset(c.name for c in contract.columns(table) if c.name not in header and (c.required or errors))
    width = len(lines[0])
    kept, rows = [], []
    for number, line in enumerate(lines[1:], start=head + 1):
        if not any(line):
            errors.append(input_error("blank_row", file, number))
        elif len(line) != width:
            errors.append(input_error("cell_count", file, number, value=len(line), hint=str(width)))
        else:
            kept.append(line)
            rows.append((file, number))
    frame = pd.DataFrame(kept, columns=range(width), dtype=str)
    cells = pd.DataFrame(
        {c.name: frame[header[c.name]] if c.name in header else "" for c in contract.columns(table)},
        index=range(len(kept)),
        dtype=str,
    )
    return RawTable(table, cells, rows, absent=absent), errors


def convert(raw: Mapping[str, RawTable]) -> tuple[dict[str, pd.DataFrame], list[InputError]]:
    """Type the cells, fill defaults, and check bounds, lists, keys and references.

    Returns
    -------
    tables : dict of DataFrame
        Columns in the order of the contract, rows in the order of the file, range index.
        Empty optional cells are NaN.
    errors : list of InputError
    """
    errors: list[InputError] = []
    tables: dict[str, pd.DataFrame] = {}
    for name, table in raw.items():
        sound = _sound(name, tuple(map(tuple, table.cells.to_numpy(dtype=object))))
        tables[name], found = _convert_table(table) if sound is None else (sound.copy(), [])
        errors += found
    errors += _references(raw, tables)
    return tables, errors


@lru_cache(maxsize=256)
def _sound(name: str, cells: tuple[tuple[str, ...], ...]) -> pd.DataFrame | None:
    """A table whose cells are all valid, typed; None if one is not. Many scenarios share most of their tables."""
    index = range(len(cells))
    text = pd.DataFrame(list(cells), index=index, columns=[c.name for c in contract.columns(name)], dtype=str)
    frame, errors = _convert_table(RawTable(name, text, [(f"{name}.csv", i) for i in index]))
    return None if errors else frame


def _convert_table(table: RawTable) -> tuple[pd.DataFrame, list[InputError]]:
    errors: list[InputError] = []
    bad: set[tuple[int, str]] = set()
    frame = pd.DataFrame(index=table.cells.index)
    for c in contract.columns(table.name):
        frame[c.name], wrong = _convert_column(table, c)
        bad |= {(i, c.name) for i in wrong}
        errors += [] if c.name in table.absent else [wrong[i] for i in sorted(wrong)]
    frame, found = _validate(table, frame, bad)
    return frame, errors + found


def _convert_column(table: RawTable, c: Column) -> tuple[pd.Series, dict[int, InputError]]:
    cells = table.cells[c.name].to_numpy(dtype=object)
    out = np.empty(len(cells), dtype=object)
    wrong: dict[int, InputError] = {}
    sound: dict[str, object] = {}  # values of the texts that stood in earlier rows
    for i, text in enumerate(cells):
        if text in sound:
            out[i] = sound[text]
            continue
        shown = text
        if not text:
            out[i] = None
            if c.required:
                wrong[i] = input_error("required", *table.place(i, c.name), c.name, hint=c.en, hint_zh=c.zh)
                continue
            text = c.default
            if not text:
                sound[shown] = None
                continue
        rule, hint, hint_zh = cell_fault(text, c)
        if rule:
            out[i] = None
            wrong[i] = input_error(rule, *table.place(i, c.name), c.name, shown, hint, hint_zh)
        else:
            out[i] = sound[shown] = typed(text, c)
    if c.is_number or (c.type == "bool" and wrong):
        series = pd.Series(out, dtype="float64")
        if c.dtype == "int64" and not wrong:
            series = series.astype("int64")
        return series, wrong
    return pd.Series(out, dtype="bool" if c.type == "bool" else "str"), wrong


def _validate(table: RawTable, frame: pd.DataFrame, bad: set[tuple[int, str]]) -> tuple[pd.DataFrame, list[InputError]]:
    """Check the schema of the table; cells already reported are not reported again."""
    try:
        return contract.schema(table.name).validate(frame, lazy=True), []
    except pa.errors.SchemaErrors as failure:
        cases = failure.failure_cases
    errors: list[InputError] = []
    seen: set[tuple[int, str, str]] = set()
    for case in cases.to_dict("records"):
        name, check = str(case["column"]), str(case["check"])
        if pd.isna(case["index"]):
            raise RuntimeError(f"table {table.name}: the schema failed beyond single cells: {case}")
        i = int(case["index"])
        if "unique" in check:
            if table.absent & set(contract.keys(table.name)):
                continue
            rule, name = "duplicate_key", ",".join(contract.keys(table.name))
            hint, hint_zh, value = "", "", table.keys()[i]
        else:
            c = contract.column(table.name, name)
            rule = "not_in_list" if "not_in_list" in check or "isin" in check else "out_of_range"
            value = table.cells[name].iloc[i]
            hint, hint_zh = listed(value, c.values) if rule == "not_in_list" else (c.bounds, "")
        if (i, name, rule) in seen or (i, name) in bad:
            continue
        seen.add((i, name, rule))
        errors.append(input_error(rule, *table.place(i, name), name, value, hint or value, hint_zh))
    return frame, errors


def _references(raw: Mapping[str, RawTable], tables: Mapping[str, pd.DataFrame]) -> list[InputError]:
    """Codes that stand nowhere: one error for each code, at its first place, with the places of the others."""
    places: dict[tuple[str, str, str], list[tuple[str, int, str]]] = {}
    for name, frame in tables.items():
        for c in contract.columns(name):
            if not c.ref or c.ref[0] not in tables or c.ref[1] in raw[c.ref[0]].absent:
                continue
            allowed = set(tables[c.ref[0]][c.ref[1]].dropna())
            for i in np.flatnonzero(frame[c.name].notna() & ~frame[c.name].isin(allowed)):
                places.setdefault((c.ref[0], c.ref[1], str(frame[c.name].iloc[i])), []).append((name, int(i), c.name))
    return [_dangling(raw, tables, code, found) for code, found in places.items()]


def _dangling(
    raw: Mapping[str, RawTable], tables: Mapping[str, pd.DataFrame], code: tuple[str, str, str], found: list[tuple[str, int, str]]
) -> InputError:
    """A code that a table should have and has not, and where it is referred to."""
    table, column, value = code
    hint, hint_zh = f"see column {column} of {table}.csv", f"见 {table}.csv 的 {column} 列"
    if (near := did_you_mean(value, sorted(tables[table][column].dropna())))[0]:
        hint, hint_zh = f"{hint}; {near[0]}", f"{hint_zh}；{near[1]}"
    (first, i, name), others = found[0], [raw[t].place(k, c) for t, k, c in found[1:]]
    if others:
        shown = [(f"{file}, row {row}" if row else file, f"{file} 第 {row} 行" if row else file) for file, row in others[:MOST_PLACES]]
        left = len(others) - len(shown)
        also, also_zh = "; ".join(en for en, _ in shown), "；".join(zh for _, zh in shown)
        hint += "." * (not hint.endswith("?")) + f" It also stands in: {also}" + (f" and {left} more places" if left else "")
        hint_zh += "。" * (not hint_zh.endswith("？")) + f"另见：{also_zh}" + (f"，另有 {left} 处" if left else "")
    return input_error("dangling_reference", *raw[first].place(i, name), name, value, hint, hint_zh)
