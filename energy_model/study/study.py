"""A study: the settings and the checked tables of one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from energy_model.study.apply import Overlap
from energy_model.study.combination import Combination
from energy_model.study.notes import Note
from energy_model.study.read import RawTable
from energy_model.study.settings import Settings

BASE_FILE = "study.toml"


@dataclass(frozen=True)
class Study:
    """Checked inputs of one scenario.

    Attributes
    ----------
    name : str
        Scenario, with its overlays and weather year where it has any.
    settings : Settings
    tables : Mapping of str to DataFrame
        Every table of the contract, with range index and all its columns; units are in the column names.
        Empty optional cells (text, number or year) are NaN.  ``series`` holds the given hourly series, one column each.
    sha256 : Mapping of str to str
        Hash of every input file that was read.
    inputs_dir : Path
    scenario : Combination
    changed : frozenset of (table, key, column)
        Cells the scenario set or added; the key's parts are joined by a slash, column ``*`` is a whole row.
    raw : Mapping of str to RawTable
        The tables as text, with file and row of every cell.
    overlaps : tuple of Overlap
        Cells that several overlays change; the last one holds.
    notes : tuple of Note
        Parts of scenario and overlays that change nothing.
    """

    name: str
    settings: Settings
    tables: Mapping[str, pd.DataFrame]
    sha256: Mapping[str, str]
    inputs_dir: Path
    scenario: Combination
    changed: frozenset[tuple[str, str, str]]
    raw: Mapping[str, RawTable]
    overlaps: tuple[Overlap, ...] = ()
    notes: tuple[Note, ...] = ()

    def place(self, table: str, column: str, **where: str | int) -> tuple[str, int | None]:
        """File and sheet row of the cell in `column` whose row has the values in `where` (the scenario file if it sets the cell)."""
        frame = self.tables[table]
        hit = [i for i in frame.index if all(frame.at[i, c] == v for c, v in where.items())]
        if len(hit) != 1:
            raise LookupError(f"{table}.csv has {len(hit)} rows with {where}")
        return self.raw[table].place(hit[0], column)
