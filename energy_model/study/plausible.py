"""Plausible ranges of input figures: a value outside is allowed, but reported."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import pandas as pd

from energy_model.study import contract
from energy_model.study.contract import CASE, CASE_TABLES
from energy_model.study.provenance import number_columns
from energy_model.study.study import Study

WIDENED = 20.0
"""How far beyond the low and high value of its source a figure may be: units slip by 100 or more, and some sources give a total."""


SIBLINGS = 10.0
"""How far beyond its values at other levels a row may be: amounts grow or shrink by a few times, a unit slips by 100 or more."""


@dataclass(frozen=True)
class Oddity:
    """A value outside the band of its kind.

    Attributes
    ----------
    file : str
    row : int or None
    column : str
    value, low, high : float
        In the unit of the column.
    name : str
        Key of the row.
    why : str
    """

    file: str
    row: int | None
    column: str
    value: float
    low: float
    high: float
    name: str
    why: str

    @property
    def times_off(self) -> float:
        """Ratio of the value to the nearer end of the band (a value of zero counts as 1000 times)."""
        if self.value > self.high:
            return self.value / self.high
        return min(1000.0, self.low / self.value) if self.value > 0 else 1000.0


@cache
def bands() -> pd.DataFrame:
    """The bands: table, column, kind (empty for all), low, high, why."""
    text = files("energy_model.study").joinpath("plausible.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), keep_default_na=False)


def odd_cells(study: Study) -> list[Oddity]:
    """Every implausible cell once: among several bands, the one that it exceeds most."""
    worst: dict[tuple, Oddity] = {}
    for o in (*oddities(study), *beyond_source(study), *beyond_siblings(study)):
        cell = o.file, o.row, o.name, o.column
        if cell not in worst or o.times_off > worst[cell].times_off:
            worst[cell] = o
    return list(worst.values())


def oddities(study: Study) -> list[Oddity]:
    """Values of a study outside their band, in the order of the bands."""
    found = []
    for band in bands().itertuples():
        table = study.tables[band.table]
        rows = table[table.kind == band.kind] if band.kind else table
        if "capex" in band.column and "max_new_mw" in rows:
            rows = rows[rows.max_new_mw > 0]  # what cannot be built needs no cost
        values = rows[band.column]
        for i in rows.index[(values < band.low) | (values > band.high)]:
            file, row = study.raw[band.table].place(int(i), band.column)
            name = study.raw[band.table].keys()[int(i)]
            found.append(Oddity(file, row, band.column, float(values[i]), band.low, band.high, name, band.why))
    return found


def beyond_source(study: Study) -> list[Oddity]:
    """Values far outside the low and high value of their source; the last row of sources.csv that matches a cell applies.

    Zero and empty cells are choices, not slips of a unit.
    """
    sources = study.tables["sources"]
    banded = sources[(sources.low > 0) & (sources.high >= sources.low)]
    found = []
    for name in banded.table.unique():
        keys = study.raw[name].keys()
        given: dict[tuple[int, str], Any] = {}
        for s in banded[(banded.table == name) & banded.column.isin(study.tables[name].columns)].itertuples():
            given |= {(i, s.column): s for i, key in enumerate(keys) if s.key == "*" or fnmatchcase(key, s.key)}
        for (i, column), s in given.items():
            value, low, high = float(study.tables[name][column][i]), s.low / WIDENED, s.high * WIDENED
            if value > high or 0 < value < low:
                why = f"far beyond what its source gives, {s.low:g} to {s.high:g}: {s.source}"
                found.append(Oddity(*study.raw[name].place(i, column), column, value, low, high, keys[i], why))
    return found


def beyond_siblings(study: Study) -> list[Oddity]:
    """Amounts of a load, smelter, mine, coal user or heat area far beyond the same row at other levels; zeros are deliberate."""
    found = []
    for name in CASE_TABLES:
        raw, table = study.raw[name], study.tables[name].iloc[: len(study.raw[name].rows)]
        names = raw.keys()
        apart = [table[k] for k in contract.keys(name) if k != CASE]
        for column in number_columns(name):
            values = table[column][table[column] > 0]
            for _, own in values.groupby([key[values.index] for key in apart]):
                for i, value in own.items():
                    others = own.drop(i)
                    if others.empty or others.min() / SIBLINGS <= value <= others.max() * SIBLINGS:
                        continue
                    why = f"the same row has {others.min():g} to {others.max():g} at other levels"
                    low, high = float(others.min()) / SIBLINGS, float(others.max()) * SIBLINGS
                    found.append(Oddity(*raw.place(int(i), column), column, float(value), low, high, names[int(i)], why))
    return found
