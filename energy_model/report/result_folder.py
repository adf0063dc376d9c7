"""A result folder as read by pages and workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from energy_model.errors import EnergyModelError
from energy_model.invocation import command
from energy_model.labels import Label
from energy_model.language import say
from energy_model.results import contract
from energy_model.results.store import read_manifest, read_table


class ResultError(EnergyModelError):
    """A result folder cannot be displayed; the message gives the reason and the remedy."""


@dataclass(frozen=True)
class Result:
    """A finished result without its hourly dataset, which neither map nor workbook needs.

    Attributes
    ----------
    manifest : dict
    tables : dict of str to DataFrame
        As written to ``tables/``; empty cells are NaN in number columns and "" in text columns.
    paths : dict of str to Path
        The CSV file of each table.
    name : str
        Name of the result folder.
    year : int or None
        The year of a pathway that these tables are of; for other results the year they plan for, where it is known.
    """

    manifest: dict
    tables: dict[str, pd.DataFrame]
    paths: dict[str, Path]
    name: str = ""
    year: int | None = None

    @classmethod
    def read(cls, folder: Path) -> Result:
        """Manifest and tables of a result folder.

        Raises
        ------
        StoreError
            When there is no manifest, or it is damaged.
        """
        manifest = read_manifest(folder)
        return cls._with_tables(folder, manifest, folder.name, manifest.get("plan_year"))

    @classmethod
    def read_years(cls, folder: Path) -> list[Result]:
        """The results of a folder: one, or one for each year of a pathway, in order."""
        manifest = read_manifest(folder)
        years = sorted(int(year) for year in manifest.get("years", []) if (folder / str(year) / "tables").is_dir())
        if not years:
            return [cls.read(folder)]
        own = {year: folder / str(year) / "manifest.json" for year in years}
        return [
            cls._with_tables(
                folder / str(year), manifest | (read_manifest(own[year].parent) if own[year].is_file() else {}), folder.name, year
            )
            for year in years
        ]

    @classmethod
    def _with_tables(cls, folder: Path, manifest: dict, name: str, year: int | None) -> Result:
        paths = {path.stem: path for path in sorted((folder / "tables").glob("*.csv"))}
        return cls(manifest, {key: read_table(path) for key, path in paths.items()}, paths, name, year)

    def require(self, *tables: str) -> None:
        """Stop if the result lacks a table, or a column of this version.

        Raises
        ------
        ResultError
            With the tables that are missing, and how to make the result again.
        """
        missing = sorted(set(tables) - set(self.tables))
        for table in sorted(set(tables) & self.tables.keys()):
            missing += [f"{table} ({c.name})" for c in contract.columns(table) if not c.option and c.name not in self.tables[table]]
        if missing:
            horizon = self.manifest.get("horizon", "year")
            again = command("optimize", scenario=self.manifest.get("scenario"), horizon="" if horizon == "year" else horizon)
            raise ResultError(
                say(
                    f"The result '{self.name}' lacks the tables {', '.join(missing)}; an earlier version made it. Solve it again: {again}",
                    f"结果 '{self.name}' 由旧版本算出，缺少表 {', '.join(missing)}。请重新求解：{again}",
                )
            )

    def place_names(self) -> dict[str, Label]:
        """Names of nodes, and of the markets of receiving stations."""
        places, names = self.tables["places"], self.element_names()
        return {code: names[code] for code in (*places.node, *sorted(set(places.market) - {""} - set(places.node)))}

    def element_names(self) -> dict[str, Label]:
        """Names of nodes, markets, and all elements, by code."""
        return {r.element: Label(r.name_zh, r.name_en) for r in self.tables["names"].itertuples()}
