"""The contract of the result tables: ``catalogue.csv`` has every table, ``contract.csv`` every column with type, unit, codes and meaning.

A row of ``contract.csv`` whose table is ``*`` defines a column of that name for all tables; the rows of a table list its columns and only
the differences. The unit of a number agrees with the suffix of its name.
"""
# Over 300 lines: what the contract of outputs says, how it is read and how tables are held to it belong together.

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, cast

from energy_model.labels import LABELS, Label, label

if TYPE_CHECKING:
    import pandas as pd

ColumnType = Literal["text", "number", "flag", "code"]
Presence = Literal["always", "option", "request"]
EVERYWHERE = "*"
"""Table of the rows that define a column for all tables."""
CONSOLE = "console"
UNITS = {
    "_cny_per_kw_or_kwh": "CNY/kW or CNY/kWh", "_mw_or_mwh": "MW or MWh", "_cny_per_mwh": "CNY/MWh", "_cny_per_kw": "CNY/kW", "_years": "a",
    "_cny_per_mw": "CNY/(MW a)", "_cny_per_t": "CNY/t", "_mcny": "MCNY", "_mwh": "MWh", "_gwh": "GWh", "_mw": "MW", "_kt": "kt",
    "_share": "1", "_kv": "kV", "_km": "km", "_deg": "deg", "_gb": "GB", "_h": "h", "_t": "t", "_cny_per_kg": "CNY/kg",
    "_cny_per_m3": "CNY/m3", "_mm3": "Mm3", "_mg_per_m3": "mg/m3", "_t_per_mwh": "t/MWh", "_mvar": "Mvar", "_mva": "MVA",
}  # fmt: skip
"""Unit of a number by the ending of its column; the longest ending counts."""
READERS = ("=nodes", "=elements", "=places", "=parties", "=horizon", "=source", "=clause", "=technologies", "=scope")
"""Codes without a label group: their names are in the result or composed of several words."""
NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "empty")
TEXTS = ("string", "empty", "datetime64", "datetime", "date")


class ContractError(Exception):
    """The contract contradicts itself, or a table differs from it: all faults, one per line."""


@dataclass(frozen=True)
class Column:
    """One column of one table.

    Attributes
    ----------
    unit : str
        Of numbers: ``1`` for those without one, ``=<column>`` where the unit stands in another column of the row.
    codes : str
        Label group of a code, or one of `READERS`.
    option : bool
        Whether only some results have it.
    console : int
        Place among the columns that a command prints; 0 for none.
    digits : int or None
        Decimals in the workbook where the unit does not tell them.
    """

    table: str
    name: str
    type: ColumnType
    unit: str
    codes: str
    option: bool
    console: int
    digits: int | None
    zh: str
    en: str

    @property
    def is_text(self) -> bool:
        """Whether cells are text even if each looks like a number."""
        return self.type in ("text", "code")

    @property
    def words(self) -> Label:
        """Heading."""
        return Label(self.zh, self.en)

    @property
    def unit_column(self) -> str:
        """Column with the unit; empty if all rows have the same."""
        return self.unit[1:] if self.unit.startswith("=") else ""


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    file : str
        In the result folder; ``*`` where one is written for each of several things.
    made_by : str
        Command that writes it.
    presence : str
        ``always``, with an ``option`` of the study, or on ``request``: added to a finished result by a command of its own.
    sheet : str
        Of the workbook; empty for a sheet of its own behind the others.
    pages : tuple of str
        Of map and study page: those that show it, and need it unless it is made on request; and the console of a run.
    names : str
        Column of codes whose names this table gives.
    """

    name: str
    file: str
    made_by: str
    presence: Presence
    sheet: str
    pages: tuple[str, ...]
    names: str
    zh: str
    en: str

    @property
    def words(self) -> Label:
        """Title."""
        return Label(self.zh, self.en)

    @property
    def in_tables(self) -> bool:
        """Whether it is in ``tables/``, the source of pages and workbooks."""
        return self.file.startswith("tables/")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("energy_model.results").joinpath(name).read_text(encoding="utf-8-sig").splitlines()))


def _column(r: dict[str, str]) -> Column:
    digits = int(r["digits"]) if r["digits"] else None
    kind, option, console = cast(ColumnType, r["type"]), r["option"] == "1", int(r["console"] or 0)
    return Column(r["table"], r["column"], kind, r["unit"], r["codes"], option, console, digits, r["zh"], r["en"])


@cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order of the catalogue, which is that of the sheets."""
    return {
        r["table"]: Table(
            r["table"], r["file"], r["made_by"], cast(Presence, r["presence"]), r["sheet"], tuple(r["pages"].split()), r["names"],
            r["zh"], r["en"],
        )
        for r in _rows("catalogue.csv")
    }  # fmt: skip


@cache
def _columns() -> dict[tuple[str, str], Column]:
    """All rows of the contract by table and column, completed with the general definitions.

    Raises
    ------
    ContractError
        When the contract contradicts itself.
    """
    rows = [_column(r) for r in _rows("contract.csv")]
    everywhere = {c.name: c for c in rows if c.table == EVERYWHERE}
    found = {}
    for c in rows:
        if (base := everywhere.get(c.name)) is not None:
            digits = base.digits if c.digits is None else c.digits
            c = replace(
                c, type=c.type or base.type, unit=c.unit or base.unit, codes=c.codes or base.codes, digits=digits,
                zh=c.zh or base.zh, en=c.en or base.en,
            )  # fmt: skip
        found[c.table, c.name] = c
    doubled = [f"{table}.{name} has several rows" for (table, name), count in Counter((c.table, c.name) for c in rows).items() if count > 1]
    if faults := [*doubled, *contradictions(found, tables())]:
        raise ContractError("\n".join(faults))
    return found


def contradictions(found: dict[tuple[str, str], Column], catalogue: dict[str, Table]) -> Iterator[str]:
    """Contradictions in a contract, a sentence each."""
    named = {table for table, _ in found} - {EVERYWHERE}
    yield from (f"{t} has columns and is not in catalogue.csv" for t in sorted(named - catalogue.keys()))
    yield from (f"{t} is in catalogue.csv and has no columns" for t in sorted(catalogue.keys() - named))
    for c in found.values():
        where = f"{c.table}.{c.name}"
        if c.type not in ("text", "number", "flag", "code"):
            yield f"{where}: type '{c.type}' is none of text, number, flag, code"
        if not (c.zh and c.en):
            yield f"{where} has no meaning in both languages"
        if (c.type == "number") != bool(c.unit):
            yield f"{where}: a number has a unit (1 for none), and nothing else has one"
        stated = unit_of(c.name)
        if c.type == "number" and stated and stated != c.unit:
            yield f"{where}: unit {c.unit} against the ending of the name, {stated}"
        if c.table != EVERYWHERE and c.unit_column and (c.table, c.unit_column) not in found:
            yield f"{where}: its unit should stand in the column {c.unit_column}, which the table has not"
        if (c.type == "code") != bool(c.codes) and c.type != "flag":
            yield f"{where}: a code has a label group or one of {', '.join(READERS)}, and nothing else has one"
        if c.codes and c.codes not in READERS and c.codes not in LABELS:
            yield f"{where}: there is no label group '{c.codes}'"
    for t in catalogue.values():
        own = [c for (table, _), c in found.items() if table == t.name]
        if t.presence not in ("always", "option", "request"):
            yield f"{t.name}: presence '{t.presence}' is none of always, option, request"
        if set(t.pages) - {"map", "study", CONSOLE}:
            yield f"{t.name}: pages are map, study and {CONSOLE}"
        if CONSOLE in t.pages and not any(c.console for c in own):
            yield f"{t.name} is printed and has no columns for the console"
        if t.names and not {t.names, "name_zh", "name_en"} <= {c.name for c in own}:
            yield f"{t.name} gives names of {t.names} without having these columns"
        if sorted(c.console for c in own if c.console) != list(range(1, sum(c.console > 0 for c in own) + 1)):
            yield f"{t.name}: places on the console are 1, 2, 3 and so on"


@cache
def columns(table: str) -> tuple[Column, ...]:
    """Columns of one table, in the order of the contract."""
    return tuple(c for (t, _), c in _columns().items() if t == table)


@cache
def column_names(table: str) -> list[str]:
    """Names of the columns that a table always has."""
    return [c.name for c in columns(table) if not c.option]


@cache
def column(name: str, table: str = EVERYWHERE) -> Column | None:
    """Definition of a column in a table, else its general definition; None if the contract does not know it."""
    known = _columns()
    own = known.get((table, name)) or next((c for c in columns(table) if "*" in c.name and fnmatchcase(name, c.name)), None)
    return own or known.get((EVERYWHERE, name))


def heading(name: str, table: str = EVERYWHERE) -> Label | None:
    """Heading of a column: from the contract, else from headings used only on consoles and pages."""
    known = column(name, table)
    return LABELS["column"].get(name) if known is None or "*" in known.name else known.words


def words(name: str, table: str = EVERYWHERE) -> Label:
    """Words of a column that is known to have some.

    Raises
    ------
    UnknownLabelError
        With the nearest known headings.
    """
    return heading(name, table) or label("column", name)


def title(table: str) -> Label:
    """Title of a table; a foreign table has its own name."""
    known = tables().get(table)
    return Label(table, table) if known is None else known.words


def unit_of(name: str) -> str:
    """Unit of a column by its suffix; empty for others."""
    return next((UNITS[e] for e in sorted(UNITS, key=len, reverse=True) if name.endswith(e)), "")


def stem_of(name: str) -> str:
    """Name of a column without its unit."""
    return next((name.removesuffix(e) for e in sorted(UNITS, key=len, reverse=True) if name.endswith(e)), name)


def table_at(place: str) -> Table | None:
    """Table of a file by its path in the result folder, such as ``tables/capacity.csv``."""
    exact = next((t for t in tables().values() if t.file == place), None)
    return exact or next((t for t in tables().values() if fnmatchcase(place, t.file)), None)


def on_request() -> frozenset[str]:
    """Tables added by separate commands to ``tables/`` of a finished result."""
    return frozenset(t.name for t in tables().values() if t.presence == "request" and t.in_tables)


def needed_by(page: str) -> tuple[str, ...]:
    """Tables required to draw a page, ``map`` or ``study``."""
    return tuple(t.name for t in tables().values() if page in t.pages and t.presence == "always")


def sheets(made_by: str = "") -> dict[str, list[str]]:
    """Tables by sheet, in the order of the workbook: that of a result, or of a command such as ``pathway``."""
    found: dict[str, list[str]] = {}
    for t in tables().values():
        if t.sheet and (t.made_by == "pathway") == (made_by == "pathway"):
            found.setdefault(t.sheet, []).append(t.name)
    return found


def printed() -> tuple[str, ...]:
    """Tables that a run prints where its result has them."""
    return tuple(t.name for t in tables().values() if CONSOLE in t.pages)


def console_columns(table: str) -> tuple[str, ...]:
    """Columns of a table printed by its command or listed on the study page, in order; empty for others."""
    return tuple(c.name for c in sorted((c for c in columns(table) if c.console), key=lambda c: c.console))


def faults(table: Table, frame: pd.DataFrame) -> Iterator[str]:
    """Differences of a table to be written from the contract, a sentence each."""
    from pandas.api.types import infer_dtype

    place = table.name
    names = [str(c) for c in frame.columns]
    yield from (f"{place} has the column {n} twice" for n in sorted({n for n in names if names.count(n) > 1}))
    declared = columns(table.name)
    for c in declared:
        if not c.option and c.name not in names:
            yield f"{place} lacks the column {c.name} of contract.csv"
    for name in dict.fromkeys(names):
        known = column(name, table.name)
        if known is None or known.table == EVERYWHERE:
            yield f"{place} has a column {name} that contract.csv does not give it"
            continue
        found = infer_dtype(frame[name], skipna=True) if len(frame) else "empty"
        allowed = TEXTS if known.is_text else ("boolean", "empty") if known.type == "flag" else NUMBERS
        if found not in allowed and not (known.is_text and frame[name].isna().all()):
            yield f"{place}: column {name} is to be {known.type} and is {found}"


def checked(place: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """A table with its columns, even without rows, and its differences from the contract."""
    table = table_at(place)
    if table is None:
        return frame, [f"{place} is not in catalogue.csv"]
    if frame.empty and not len(frame.columns):
        frame = frame.reindex(columns=column_names(table.name))
    return frame, list(faults(table, frame))
