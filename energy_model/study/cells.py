"""All input cells of a study as one table, and which of them differ between two studies."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pandas as pd

from energy_model.study import contract
from energy_model.study.provenance import source_of
from energy_model.study.study import BASE_FILE, Study

SETTINGS = "settings"
KEY = ("table", "key", "column")
COLUMNS = (*KEY, "value", "file", "row", "source")
DIFFERENCE = (*KEY, "file_a", "row_a", "value_a", "file_b", "row_b", "value_b", "source_a", "source_b")
CELLS_FILE = "inputs.csv.gz"
"""In a result folder: the cells it was made from."""
UNSAID = ("sources",)
"""Tables that say where figures are from and change no result."""


def cells(study: Study) -> pd.DataFrame:
    """Every filled input cell and setting of a study.

    Returns
    -------
    DataFrame of str
        ``table`` (``settings`` for those of study.toml), ``key`` of the row (the section), ``column`` (the setting), ``value`` with
        defaults filled in, ``file`` and sheet ``row`` it stands in (no row for settings), and the ``source`` that a scenario or overlay
        names for a cell it gives.
    """
    rows = _settings(study)
    for name, frame in study.tables.items():
        if name in UNSAID:
            continue
        if name not in study.raw:  # hourly series have no cells that a planner would compare one by one
            rows += _whole_columns(name, frame)
            continue
        raw, keys = study.raw[name], study.raw[name].keys()
        for column in frame.columns:
            filled = frame[column].notna().to_numpy()
            for i, value in enumerate(frame[column].tolist()):
                if filled[i]:
                    file, row = raw.place(i, column)
                    source = raw.sources.get((i, column), "")
                    rows.append((name, keys[i], column, value_text(value), file, "" if row is None else str(row), source))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def _whole_columns(name: str, frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """One row per column of a table of series, its values as a hash."""
    digests = [hashlib.sha256(frame[c].to_numpy().tobytes()).hexdigest()[:12] for c in frame.columns]
    return [(name, "*", str(c), f"{len(frame)} values {d}", f"{name}.csv", "", "") for c, d in zip(frame.columns, digests, strict=True)]


def _settings(study: Study) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for section in type(study.settings).model_fields:
        for field, value in getattr(study.settings, section).model_dump().items():
            given = [p.file for p in study.scenario.parts if field in p.settings.get(section, {})]
            rows.append((SETTINGS, section, field, value_text(value), given[-1] if given else BASE_FILE, "", ""))
    return rows


def value_text(value: object) -> str:
    """A value as text: equal numbers give equal text, however they were written."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value)


def write_cells(table: pd.DataFrame, path: Path) -> Path:
    """Save the cells of a study beside its result, so that two results can be compared cell by cell years later."""
    text = table.to_csv(index=False, lineterminator="\n")
    path.write_bytes(gzip.compress(text.encode(), mtime=0))  # no time in it: equal inputs give equal bytes
    return path


def read_cells(path: Path) -> pd.DataFrame:
    """Read what `write_cells` wrote."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", compression="gzip")


def differing_cells(a: pd.DataFrame, b: pd.DataFrame, sources: pd.DataFrame | None = None) -> pd.DataFrame:
    """Cells whose values differ, in the order of the tables; a cell missing on one side has an empty value there.

    Parameters
    ----------
    a, b : DataFrame
        As `cells`.
    sources : DataFrame, optional
        Table ``sources`` of the inputs: says where a figure of a table is from; figures of scenarios and overlays bring their own.

    Returns
    -------
    DataFrame of str
        ``table``, ``key``, ``column``, then ``file``, ``row``, ``value`` and ``source`` on either side.
    """
    both = a.merge(b, on=list(KEY), how="outer", suffixes=("_a", "_b"), sort=False).fillna("")
    found = both[both.value_a != both.value_b]
    tables = {name: k for k, name in enumerate((SETTINGS, *contract.tables()))}
    order = found.assign(_table=found.table.map(tables)).sort_values(["_table", "key", "column"], kind="stable").index
    found = found.loc[order, list(DIFFERENCE)].reset_index(drop=True)
    if sources is None:
        return found
    for side in ("a", "b"):
        found[f"source_{side}"] = [
            _source(r, side, sources) for r in found[["table", "key", "column", f"file_{side}", f"source_{side}"]].itertuples(index=False)
        ]
    return found


LEVELS = {"case": "case", "vintage": "cost_vintage"}
"""Key column of a table, and the setting that says which of its rows a study reads."""


def read_by(found: pd.DataFrame, *sides: pd.DataFrame) -> pd.DataFrame:
    """Those of the differing cells whose load level and price level one of the studies reads; a pathway reads all of them.

    Parameters
    ----------
    found : DataFrame
        As `differing_cells`.
    *sides : DataFrame
        The cells of both studies.
    """
    given = [{(r.key, r.column): r.value for r in side[side.table == SETTINGS].itertuples()} for side in sides]
    if any(g["pathway", "years"] != "[]" for g in given):
        return found
    read = {level: {g["study", setting] for g in given} for level, setting in LEVELS.items()}

    def is_read(table: str, key: str) -> bool:
        names = contract.keys(table) if table in contract.tables() else ()
        return all(part in read[name] for name, part in zip(names, key.split("/"), strict=False) if name in read)

    return found[[is_read(t, k) for t, k in zip(found.table, found.key, strict=True)]].reset_index(drop=True)


def _source(row: tuple, side: str, sources: pd.DataFrame) -> str:
    table, key, column, file, source = row
    if source or not file.endswith(".csv"):
        return source
    known = source_of(sources, table, key, column)
    return "" if known is None else f"{known.source} [{known.confidence}]"
