"""Reading the input tables: text first, so that every damaged cell can be named with its row and its text."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from energy_model.study import contract
from energy_model.study.contract import Column
from energy_model.study.errors import InputError, input_error

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATE = re.compile(
    rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}.*|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}-({MONTH})[a-z]*|({MONTH})[a-z]*-\d{{1,2}}",
    re.IGNORECASE,
)
MAY_BE_EMPTY = (
    "plants", "candidates", "corridors", "profiles", "shapes", "smelters", "microgrids", "reserve_products", "reserves", "contracts",
    "tariffs", "coal_grades", "mines", "coal_routes", "coal_users", "heat_areas", "targets", "pathway", "bilateral", "forecast",
    "calibration",
)  # fmt: skip
"""Tables that may hold a header alone: a study can be without what they describe."""
EXCEL_ERROR = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|#+)")


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
    """

    name: str
    cells: pd.DataFrame
    rows: list[tuple[str, int]]
    changed: dict[tuple[int, str], str] = field(default_factory=dict)
    sources: dict[tuple[int, str], str] = field(default_factory=dict)

    def place(self, position: int, name: str) -> tuple[str, int | None]:
        """File and row an error in this cell is reported at."""
        if (position, name) in self.changed:
            return self.changed[position, name], None
        return self.rows[position]

    def keys(self) -> list[str]:
        """Key of every row, its parts joined by a slash."""
        parts = self.cells[list(contract.keys(self.name))].to_numpy(dtype=object)
        return ["/".join(row) for row in parts]


def read_raw(inputs_dir: Path) -> tuple[dict[str, RawTable], list[InputError]]:
    """Read every table of the contract as text and collect what is wrong with files, rows and columns."""
    errors: list[InputError] = []
    raw: dict[str, RawTable] = {}
    for path in sorted(inputs_dir.glob("*.csv")):
        if path.stem not in (*contract.tables(), "series"):
            near = difflib.get_close_matches(path.stem, contract.tables(), 1)
            errors.append(input_error("unknown_file", path.name, hint=f"{near[0]}.csv" if near else "-"))
    for table in contract.tables():
        path = inputs_dir / f"{table}.csv"
        if not path.is_file():
            errors.append(input_error("missing_file", path.name, hint=str(path.name)))
            continue
        found, wrong = _read_one(table, path.name, path.read_bytes())
        errors += wrong
        if found is not None:
            raw[table] = found
    return raw, errors


def _read_one(table: str, file: str, data: bytes) -> tuple[RawTable | None, list[InputError]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [input_error("encoding", file, hint=guess_encoding(data, error))]
    lines = list(csv.reader(io.StringIO(text, newline="")))
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()  # Excel leaves rows of commas at the end; they carry nothing
    if len(lines) < (1 if table in MAY_BE_EMPTY else 2):
        return None, [input_error("empty_file", file)]
    header, errors = _header(table, file, [h.strip() for h in lines[0]])
    width = len(lines[0])
    kept, rows = [], []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            errors.append(input_error("blank_row", file, number))
        elif len(line) != width:
            errors.append(input_error("cell_count", file, number, value=len(line), hint=str(width)))
        else:
            kept.append([cell.strip() for cell in line])
            rows.append((file, number))
    frame = pd.DataFrame(kept, columns=range(width), dtype=str)
    cells = pd.DataFrame(
        {c.name: frame[header[c.name]] if c.name in header else "" for c in contract.columns(table)},
        index=range(len(kept)),
        dtype=str,
    )
    return RawTable(table, cells, rows), errors


def guess_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    """Name the encoding that a file which is not UTF-8 seems to have, else the place of the first wrong byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return f"byte {error.start}"
    return "GBK"


def _header(table: str, file: str, names: list[str]) -> tuple[dict[str, int], list[InputError]]:
    """Position of every known column; unknown, missing and repeated ones are errors."""
    known = {c.name: c for c in contract.columns(table)}
    errors: list[InputError] = []
    position: dict[str, int] = {}
    missing = {c for c in known if c not in names and known[c].default == "required"}
    for i, name in enumerate(names):
        if name in position:
            errors.append(input_error("duplicate_column", file, 1, name))
        elif name in known:
            position[name] = i
        else:
            unit = _same_quantity(name, [c for c in known if c not in names])
            near = difflib.get_close_matches(name, [c for c in known if c not in names], 1)
            if unit:
                errors.append(input_error("unit_suffix", file, 1, name, hint=unit))
            elif near:
                errors.append(
                    input_error(
                        "unknown_column",
                        file,
                        1,
                        name,
                        hint=f"did you mean {near[0]}?",
                        hint_zh=f"是否应为 {near[0]}？",
                    )
                )
            else:
                errors.append(
                    input_error("unknown_column", file, 1, name, hint="delete it", hint_zh="请删除该列")
                )
            missing -= {unit} | set(near)  # named already as the likely meaning of the unknown column
    errors += [input_error("missing_column", file, 1, c) for c in known if c in missing]
    return position, errors


POWER_AND_ENERGY = "w|kw|mw|gw|kwh|mwh|gwh|twh|mj|gj|pj"
OTHER_UNITS = "t|kt|mt|kg|share|pct|percent|years?|h|m|km|m2|mm2|kv|cny|usd|per|deg|degc|k"
UNIT_SUFFIX = re.compile(rf"_({POWER_AND_ENERGY}|{OTHER_UNITS})(?=_|$)")


def _same_quantity(name: str, candidates: list[str]) -> str:
    """Find the column that differs from ``name`` in its unit suffix only."""

    def stem(text: str) -> str:
        while (short := UNIT_SUFFIX.sub("", text)) != text:
            text = short
        return text

    same = [c for c in candidates if stem(c) == stem(name) and stem(c) != c]
    return same[0] if len(same) == 1 else ""


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
        bad: set[tuple[int, str]] = set()
        frame = pd.DataFrame(index=table.cells.index)
        for c in contract.columns(name):
            frame[c.name], wrong = _convert_column(table, c)
            bad |= {(i, c.name) for i in wrong}
            errors += [wrong[i] for i in sorted(wrong)]
        tables[name], found = _validate(table, frame, bad)
        errors += found
    errors += _references(raw, tables)
    return tables, errors


def _convert_column(table: RawTable, c: Column) -> tuple[pd.Series, dict[int, InputError]]:
    cells = table.cells[c.name].to_numpy(dtype=object)
    out = np.empty(len(cells), dtype=object)
    wrong: dict[int, InputError] = {}
    for i, text in enumerate(cells):
        shown = text
        if not text:
            out[i] = None
            if c.required:
                wrong[i] = input_error("required", *table.place(i, c.name), c.name, hint=c.en, hint_zh=c.zh)
                continue
            text = c.default
            if not text:
                continue
        rule, hint, hint_zh = _cell_fault(text, c)
        if rule:
            out[i] = None
            wrong[i] = input_error(rule, *table.place(i, c.name), c.name, shown, hint, hint_zh)
        else:
            out[i] = _typed(text, c)
    if c.is_number or (c.type == "bool" and wrong):
        series = pd.Series(out, dtype="float64")
        if c.dtype == "int64" and not wrong:
            series = series.astype("int64")
        return series, wrong
    return pd.Series(out, dtype="bool" if c.type == "bool" else "str"), wrong


def _typed(text: str, c: Column) -> object:
    if c.is_number:
        return float(text)
    return text.upper() == "TRUE" if c.type == "bool" else text


def _cell_fault(text: str, c: Column) -> tuple[str, str, str]:
    """Broken rule of one filled cell with its hint in English and Chinese; empty rule if sound."""
    plain = unicodedata.normalize("NFKC", text)
    is_code = c.key or c.ref or c.values or c.is_number or c.type == "bool" or c.unit == "mm-dd"
    if EXCEL_ERROR.fullmatch(text):
        return (
            "excel_damage",
            "this is an error value of Excel; write the number",
            "这是 Excel 错误值，请重填",
        )
    if is_code and plain != text:
        return "excel_damage", f"full-width characters; write {plain}", f"含全角字符，请改为 {plain}"
    if c.unit == "mm-dd":
        return ("", "", "") if DAY.fullmatch(text) else ("not_a_day", "", "")
    if is_code and DATE.fullmatch(text):
        return (
            "excel_damage",
            "Excel turned it into a date; format the cell as text and write it again",
            "被 Excel 改成日期，请设为文本后重填",
        )
    if c.is_number:
        if not NUMBER.fullmatch(text):
            return _number_hint(text)
        if c.type == "int" and not WHOLE.fullmatch(text):
            return "not_an_integer", "", ""
    elif c.type == "bool" and text.upper() not in ("TRUE", "FALSE"):
        return "not_a_bool", "", ""
    return "", "", ""


def _number_hint(text: str) -> tuple[str, str, str]:
    if text.endswith("%"):
        return "not_a_number", "write a share, such as 0.05 for 5%", "请写成小数，如 5% 写 0.05"
    if "," in text:
        return "not_a_number", "remove the thousands separator", "请去掉千位分隔符"
    return "not_a_number", "write digits with a decimal point, without unit", "请只写数字和小数点，不带单位"


def _validate(
    table: RawTable, frame: pd.DataFrame, bad: set[tuple[int, str]]
) -> tuple[pd.DataFrame, list[InputError]]:
    """Run the schema of the table; cells already reported are not reported again."""
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
            rule, name = "duplicate_key", ",".join(contract.keys(table.name))
            hint, value = "", table.keys()[i]
        else:
            c = contract.column(table.name, name)
            rule = "not_in_list" if "not_in_list" in check or "isin" in check else "out_of_range"
            hint, value = (
                (", ".join(c.values) if rule == "not_in_list" else c.bounds),
                table.cells[name].iloc[i],
            )
        if (i, name, rule) in seen or (i, name) in bad:
            continue
        seen.add((i, name, rule))
        errors.append(input_error(rule, *table.place(i, name), name, value, hint or value))
    return frame, errors


def _references(raw: Mapping[str, RawTable], tables: Mapping[str, pd.DataFrame]) -> list[InputError]:
    errors = []
    for name, frame in tables.items():
        for c in contract.columns(name):
            if not c.ref or c.ref[0] not in tables:
                continue
            allowed = set(tables[c.ref[0]][c.ref[1]].dropna())
            for i in np.flatnonzero(frame[c.name].notna() & ~frame[c.name].isin(allowed)):
                value = str(frame[c.name].iloc[i])
                near = difflib.get_close_matches(value, sorted(allowed), 1)
                hint, hint_zh = (
                    f"see column {c.ref[1]} of {c.ref[0]}.csv",
                    f"见 {c.ref[0]}.csv 的 {c.ref[1]} 列",
                )
                if near:
                    hint, hint_zh = f"{hint}; did you mean {near[0]}?", f"{hint_zh}；是否应为 {near[0]}？"
                errors.append(
                    input_error(
                        "dangling_reference", *raw[name].place(int(i), c.name), c.name, value, hint, hint_zh
                    )
                )
    return errors
