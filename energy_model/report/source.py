"""What map and workbook read of a result folder, and the facts both put at the top."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from energy_model.invocation import command
from energy_model.labels import Label, label
from energy_model.results import contract
from energy_model.results.store import read_manifest, read_table
from energy_model.results.week_certificate import sentence
from energy_model.units import HOURS_PER_YEAR


class ResultError(Exception):
    """A result folder cannot be shown; the sentence says why and what to do."""


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
        """Stop when the result lacks a table, or a column that tables of this version have.

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
                f"The result '{self.name}' lacks the tables {', '.join(missing)}; an earlier version made it. "
                f"Make it again 结果缺表，请重算: {again}"
            )

    def place_names(self) -> dict[str, Label]:
        """Names of nodes, and of the markets that receiving stations belong to."""
        places = self.tables["places"]
        names = {r.node: Label(r.name_zh, r.name_en) for r in places.itertuples()}
        for market in sorted(set(places.market) - {""} - set(names)):
            names[market] = Label(f"受端市场 {market}", f"market {market}")
        return names

    def element_names(self) -> dict[str, Label]:
        """Names of nodes and markets, and of what other tables give names of, by their codes."""
        names = self.place_names()
        for table in contract.tables().values():
            if table.names and table.name != "places" and table.name in self.tables:
                names |= {r[table.names]: Label(str(r["name_zh"]), str(r["name_en"])) for _, r in self.tables[table.name].iterrows()}
        return names


def fingerprint(manifest: dict) -> str:
    """First 16 digits of the SHA-256 over the hashes of all input files: equal inputs, equal fingerprint."""
    lines = "".join(f"{name}={digest}\n" for name, digest in sorted(manifest["sha256"].items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def weather_words(manifest: dict) -> Label:
    """Name of the weather year and what kind of weather it is; synthetic weather is called synthetic."""
    kind, name = manifest["weather_kind"], manifest["weather"]
    words = label("weather", kind) if kind else label("weather", "unknown")
    return Label(f"{words.zh}（{name}）", f"{words.en} ({name})")


def horizon_words(manifest: dict) -> Label:
    """Hours solved, and whether they stand for a whole year; a result of less bears its `stamp`."""
    hours, mark = manifest["hours"], stamp(manifest)
    if mark is None:
        return Label(f"全年 {hours:,} 小时", f"full year, {hours:,} h")
    return Label(f"{hours:,} 小时，加权为一年（{mark.zh}）", f"{hours:,} h, weighted to a year ({mark.en})")


def solver_words(manifest: dict) -> Label:
    """Solver, its version, how it solved, and how many iterations that took."""
    how = f"{manifest['solver']} ({manifest['solver_version']}), {manifest['algorithm']}, {manifest['iterations']:,}"
    return Label(f"{how} 次迭代", f"{how} iterations")


def stamp(manifest: dict) -> Label | None:
    """What a result of less than the year must bear wherever it is shown; None for the year.

    Results of typical weeks tell their proven distance to the whole year where it was proven (``weeks_certificate`` of the manifest).
    """
    if manifest["hours"] >= HOURS_PER_YEAR:
        return None
    kind, _, count = str(manifest["horizon"]).partition(":")
    if kind == "weeks":
        gap, weeks = manifest.get("weeks_certificate", {}).get("gap"), f"{count} typical week{'s' * (count != '1')}"
        if gap is None:
            return Label(
                f"{count} 个典型周的估计，与全年的差距未证明，不得作为合同附件",
                f"estimate from {weeks}, distance to the year not proven, not for annexes of contracts",
            )
        return Label(
            f"{count} 个典型周的估计，与全年最优费用的差距不超过 {100 * gap:z.2f} %，不得作为合同附件",
            f"estimate from {weeks}, within {100 * gap:z.2f} % of the least cost of the year, not for annexes of contracts",
        )
    days, hours = divmod(manifest["hours"], 24)
    span = Label(f"{manifest['hours']} 小时", f"{manifest['hours']} h") if hours else Label(f"{days} 日", f"{days} day{'s' * (days != 1)}")
    return Label(
        f"{span.zh}样本，不是全年结果，不得作为合同附件",
        f"sample of {span.en}, no result of a year, not for annexes of contracts",
    )


def certificate_words(manifest: dict) -> Label:
    """Verdict of the independent check with the gap reached and allowed."""
    c = manifest["certificate"]
    words = label("certificate", "passed" if c["passed"] else "failed")
    weeks = sentence(manifest["weeks_certificate"]) if "weeks_certificate" in manifest else Label("", "")
    return Label(
        f"{words.zh}，间隙 {c['gap']:.1e}（限 {c['gap_limit']:.0e}）" + f"；{weeks.zh}" * bool(weeks.zh),
        f"{words.en}, gap {c['gap']:.1e} (limit {c['gap_limit']:.0e})" + f"; {weeks.en}" * bool(weeks.en),
    )
