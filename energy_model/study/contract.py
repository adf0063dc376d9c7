"""The contract of the input tables: every column with type, unit, bounds, default, reference and labels."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

import pandera.pandas as pa

from energy_model.language import Language
from energy_model.study.clause_quantities import QUANTITIES

OF_CLAUSES = "=clause quantities"
"""Values of a column that may name any quantity of a clause."""
ColumnType = Literal["str", "int", "float", "bool"]
TYPES_ZH: dict[ColumnType, str] = {"str": "文本", "int": "整数", "float": "数值", "bool": "TRUE 或 FALSE"}


@dataclass(frozen=True)
class Column:
    """One column of one table.

    Attributes
    ----------
    low, high : float or None
        Bounds, both included.
    default : str
        ``"required"``, ``""`` (may be empty) or the value an empty cell takes.
    values : tuple of str
        Allowed values; empty if free.
    ref : tuple of str
        (table, column) the value must occur in; empty if free.
    """

    table: str
    name: str
    type: ColumnType
    key: bool
    unit: str
    low: float | None
    high: float | None
    default: str
    values: tuple[str, ...]
    ref: tuple[str, ...]
    zh: str
    en: str

    @property
    def required(self) -> bool:
        """Whether every cell must be filled."""
        return self.default == "required"

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.type in ("int", "float")

    @property
    def dtype(self) -> str:
        """Data type in the validated table; optional whole numbers become float, as NaN marks empty cells."""
        if self.type == "int":
            return "int64" if self.default else "float64"
        return {"float": "float64", "bool": "bool", "str": "str"}[self.type]

    @property
    def bounds(self) -> str:
        """Range as text, such as ``0 … 1``."""
        low = "" if self.low is None else f"{self.low:g}"
        high = "" if self.high is None else f"{self.high:g}"
        return f"{low} … {high}" if low or high else ""


@cache
def _all_columns() -> tuple[Column, ...]:
    text = files("energy_model.study").joinpath("contract.csv").read_text(encoding="utf-8-sig")
    return tuple(
        Column(
            r["table"],
            r["column"],
            cast(ColumnType, r["type"]),
            r["key"] == "1",
            r["unit"],
            float(r["min"]) if r["min"] else None,
            float(r["max"]) if r["max"] else None,
            r["default"],
            tuple(QUANTITIES) if r["values"] == OF_CLAUSES else tuple(r["values"].split("|")) if r["values"] else (),
            tuple(r["ref"].split(".")) if r["ref"] else (),
            r["zh"],
            r["en"],
        )
        for r in csv.DictReader(text.splitlines())
    )


@cache
def tables() -> tuple[str, ...]:
    """Names of all tables, in the order of the contract."""
    return tuple(dict.fromkeys(c.table for c in _all_columns()))


@cache
def columns(table: str) -> tuple[Column, ...]:
    """Columns of one table, in the order of the contract."""
    found = tuple(c for c in _all_columns() if c.table == table)
    if not found:
        raise KeyError(f"the contract has no table '{table}'")
    return found


def column(table: str, name: str) -> Column:
    """One column of one table."""
    for c in columns(table):
        if c.name == name:
            return c
    raise KeyError(f"table '{table}' has no column '{name}'")


@cache
def keys(table: str) -> tuple[str, ...]:
    """Names of the key columns of one table."""
    return tuple(c.name for c in columns(table) if c.key)


CASE = "case"
"""Key column of the level of loads, smelters, mines, coal users and heat."""
CASE_TABLES = tuple(t for t in tables() if CASE in keys(t))
"""Tables with rows for several levels, of which a study reads one."""


def label(table: str, name: str, lang: Literal["zh", "en"]) -> str:
    """Label of a column with its unit, in Chinese or English."""
    c = column(table, name)
    text = c.zh if lang == "zh" else c.en
    if c.unit in ("", "1"):
        return text
    return f"{text}（{c.unit}）" if lang == "zh" else f"{text} [{c.unit}]"


@cache
def schema(table: str) -> pa.DataFrameSchema:
    """Build the schema of a typed table: bounds, allowed values, unique keys. Types and empty cells are checked on reading."""
    checked = {c.name: pa.Column(checks=_checks(c), nullable=True) for c in columns(table) if _checks(c)}
    return pa.DataFrameSchema(checked, unique=list(keys(table)), report_duplicates="exclude_first", name=table)


def _checks(c: Column) -> list[pa.Check]:
    checks = []
    if c.values:
        checks.append(pa.Check.isin(c.values, name="not_in_list"))
    if c.low is not None or c.high is not None:
        low, high = -math.inf if c.low is None else c.low, math.inf if c.high is None else c.high
        checks.append(pa.Check.in_range(low, high, name="out_of_range"))
    return checks


def contract_markdown(language: Language = "en") -> str:
    """Write the contract as one Markdown table per input table, for the documentation.

    Parameters
    ----------
    language : {"en", "zh"}
    """
    chinese = language == "zh"
    heads = "列 | 类型 | 单位 | 范围或可选值 | 空格 | 含义" if chinese else "column | type | unit | range or values | empty cell | meaning"
    lines: list[str] = []
    for table in tables():
        lines += [f"## {table}.csv", "", f"| {heads} |", "|---|---|---|---|---|---|"]
        for c in columns(table):
            name = f"**{c.name}**" if c.key else c.name
            refers = "" if not c.ref else f"{c.ref[0]}.csv 的 {c.ref[1]}" if chinese else f"a {c.ref[1]} of {c.ref[0]}.csv"
            allowed = ", ".join(f"`{v}`" for v in c.values) or c.bounds or refers
            kind = TYPES_ZH[c.type] if chinese else c.type
            empty = ("必填" if chinese else "not allowed") if c.required else c.default or ("可空" if chinese else "allowed")
            lines.append(f"| {name} | {kind} | {c.unit} | {allowed} | {empty} | {c.zh if chinese else c.en} |")
        lines.append("")
    return "\n".join(lines)
