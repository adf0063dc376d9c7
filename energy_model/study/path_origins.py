"""The input cell behind a row of one investment year, or behind a link between years of a pathway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from energy_model.language import say
from energy_model.study.contract import CASE_TABLES
from energy_model.study.origins import ROWS, Origin, origin
from energy_model.study.study import Study

VINTAGES, RATES = "built", "build_rate"
"""Columns (capacity, asset, year) and rows (item, year) of the linking part with a cell behind them."""


@dataclass(frozen=True)
class PathRow:
    """A row or limit of the joint LP, described as one of its year.

    Attributes
    ----------
    family : str
        Family of the year's LP; a limit of what is newly built is told as that of the capacity.
    year : int
    label : tuple
        Without the year.
    """

    family: str
    year: int
    label: tuple

    @classmethod
    def of(cls, family: str, label: tuple) -> PathRow:
        """Parse the label of a row or column of the joint LP."""
        if family == VINTAGES:
            capacity, asset, year = label
            return cls(f"capacity_{capacity}", year, (asset,))
        if family == RATES:
            item, year = label
            return cls(family, year, (item,))
        return cls(family, label[0], label[1:])

    @property
    def element(self) -> str:
        """Year and label, joined by a slash."""
        return "/".join(map(str, (self.year, *self.label)))


def origin_in_path(study: Study, years: Mapping[int, Study], row: PathRow) -> Origin | None:
    """Cell behind a row of a pathway; None if there is no single cell.

    Parameters
    ----------
    study : Study
        Of the pathway.
    years : mapping of int to Study
        Of `study.pathway.study_of_year`.
    row : PathRow

    Returns
    -------
    Origin or None
        Where a year lies between two load levels, ``value`` is the interpolated one and ``file`` names the rows of both levels.
    """
    if row.family == RATES:
        return _rate(study, row)
    own = years[row.year]
    table, key, column = ROWS.get(row.family, ("", "", ""))
    if table in CASE_TABLES and own.settings.study.case not in set(study.tables[table].case):
        return _between(study, own, row, table, key, column)
    return origin(own, row.family, row.label)


def _rate(study: Study, row: PathRow) -> Origin:
    """The latest row of the item that is not after the year."""
    (item,) = row.label
    t = study.tables["pathway"]
    begun = t[(t.item == item) & (t.year <= row.year)].sort_values("year")
    column = "max_build_mw_per_year"
    file, line = study.raw["pathway"].place(begun.index[-1], column)
    return Origin("pathway", item, column, float(begun[column].iloc[-1]), file, line)


def _between(study: Study, own: Study, row: PathRow, table: str, key: str, column: str) -> Origin:
    """An interpolated cell, with the places of its two neighbours."""
    name, frame = row.label[0], own.tables[table]
    here = frame[(frame[key] == name) & (frame.case == own.settings.study.case)]
    cases = study.settings.pathway.cases
    known = sorted(map(int, cases))
    around = (max(y for y in known if y < row.year), min(y for y in known if y > row.year))
    levels, places = study.tables[table], []
    for case in dict.fromkeys(cases[str(y)] for y in around):
        for i in levels.index[(levels.case == case) & (levels[key] == name)]:
            file, line = study.raw[table].place(i, column)
            places.append(file if line is None else say(f"{file} row {line}", f"{file} 第 {line} 行"))
    return Origin(
        table, name, column, float(here[column].iloc[0]), say(f"between {' & '.join(places)}", f"插值于 {' 与 '.join(places)}"), None
    )
