"""The source of every number of the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from energy_model.study import contract
from energy_model.study.errors import InputError, input_error
from energy_model.study.nearest import or_else
from energy_model.study.read import RawTable


def number_columns(table: str) -> list[str]:
    """Columns that need a source: numbers that are not part of the key."""
    return [c.name for c in contract.columns(table) if c.is_number and not c.key]


def check_sources(tables: Mapping[str, pd.DataFrame], raw: Mapping[str, RawTable]) -> list[InputError]:
    """Numbers without a source, and source rows that match no number.

    A cell a scenario has set is covered by that scenario file. Empty cells need no source.
    """
    errors: list[InputError] = []
    sources = tables["sources"]
    key_of, column_of = sources.key.tolist(), sources.column.tolist()
    place = raw["sources"].place
    by_table = {name: sources.index[sources.table == name] for name in sources.table.unique()}
    for name in set(by_table) - set(contract.tables()) | ({"sources"} & set(by_table)):
        words = or_else(name, contract.tables(), "no such table", "没有这张表")
        errors += [input_error("dangling_source", *place(i, "table"), "table", name, *words) for i in by_table[name]]
    for name, table in raw.items():
        if name == "sources":
            continue
        columns = number_columns(name)
        keys = table.keys()
        filled = (table.cells[columns] != "").to_numpy(dtype=bool)
        covered = _given_by_scenario(table, columns)
        for i in by_table.get(name, []):
            key, column = key_of[i], column_of[i]
            rows = matching(key, keys)
            cols = np.array([column in ("*", c) for c in columns], dtype=bool)
            hit = np.outer(rows, cols)
            if not cols.any():
                absent = f"not a number column of {name}.csv", f"不是 {name}.csv 的数值列"
                errors.append(input_error("dangling_source", *place(i, "column"), "column", column, *or_else(column, columns, *absent)))
            elif not (hit & filled).any():
                absent = f"no filled cell of {name}.csv matches", f"{name}.csv 中没有相符的数值"
                errors.append(input_error("dangling_source", *place(i, "key"), "key", key, *or_else(key, keys, *absent)))
            covered |= hit
        errors += _unsourced(table, columns, filled & ~covered)
    return errors


def matching(pattern: str, keys: list[str]) -> np.ndarray:
    """Keys covered by a pattern, shape (keys,)."""
    if pattern == "*":
        return np.ones(len(keys), dtype=bool)
    is_plain = not set("*?[") & set(pattern)
    return np.fromiter((k == pattern if is_plain else fnmatchcase(k, pattern) for k in keys), dtype=bool, count=len(keys))


def _given_by_scenario(table: RawTable, columns: list[str]) -> np.ndarray:
    """Cells the scenario set, and rows it added; shape (rows, number columns)."""
    file = np.array([f.startswith(("scenarios/", "overlays/")) for f, _ in table.rows], dtype=bool)
    given = np.repeat(file[:, None], len(columns), axis=1)
    for i, name in table.changed:
        if name in columns:
            given[i, columns.index(name)] = True
    return given


def _unsourced(table: RawTable, columns: list[str], open_cells: np.ndarray) -> list[InputError]:
    """One error per column, at its first cell without source."""
    errors = []
    for j in np.flatnonzero(open_cells.any(axis=0)):
        rows = np.flatnonzero(open_cells[:, j])
        first = int(rows[0])
        more = f" (+{len(rows) - 1})" if len(rows) > 1 else ""
        errors.append(
            input_error(
                "unsourced",
                *table.place(first, columns[j]),
                columns[j],
                table.cells[columns[j]].iloc[first] + more,
                f"{table.name},{table.keys()[first]},{columns[j]}",
            )
        )
    return errors


def source_of(sources: pd.DataFrame, table: str, key: str, column: str) -> pd.Series | None:
    """Find the most specific source row of one cell: named column before ``*``, longer key first.

    Parameters
    ----------
    sources : DataFrame
        Table ``sources`` of a study.
    key : str
        Key of the row, its parts joined by a slash.
    """
    found = most_specific(rows_for(sources, table, column), key)
    return None if found is None else sources.loc[found]


def most_specific(rows: list[tuple[str, int]], key: str) -> int | None:
    """Index of the source row, of those of `rows_for`, that counts for a key; None where no pattern matches."""
    return next((row for pattern, row in reversed(rows) if pattern == "*" or fnmatchcase(key, pattern)), None)


def rows_for(sources: pd.DataFrame, table: str, column: str) -> list[tuple[str, int]]:
    """Key pattern and index of each source row that may cover a column: among those that match a cell, the last is the most specific."""
    rows = zip(sources.index, sources.table.tolist(), sources.key.tolist(), sources.column.tolist(), strict=True)
    found = [(c != "*", len(k.replace("*", "")), i, k) for i, t, k, c in rows if t == table and c in (column, "*")]
    return [(pattern, i) for *_, i, pattern in sorted(found)]
