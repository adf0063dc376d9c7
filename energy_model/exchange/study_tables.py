"""Input tables of a study made by a program: filled row by row, written as a complete inputs folder."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.study import contract
from energy_model.study.provenance import number_columns
from energy_model.study.series import FILE as SERIES_FILE
from energy_model.study.series import HOUR

CASE, YEAR = "network", 2020
SCENARIO = "network"
CENTRE_DEG, SPREAD_DEG = (43.65, 122.25), 0.8
UNFIT = re.compile(r"[^A-Za-z0-9_-]+")


LOST_LOAD_CNY_PER_MWH = 200000.0
"""Price of shedding: other programs shed nothing, or price it themselves, so it must exceed any marginal price."""


def place_on_circle(number: int, count: int) -> tuple[float, float]:
    """Latitude and longitude [deg] of one of so many places around the centre of the map."""
    angle = 2 * np.pi * number / max(count, 1)
    place = CENTRE_DEG[0] + SPREAD_DEG * np.sin(angle), CENTRE_DEG[1] + SPREAD_DEG * np.cos(angle)
    return round(float(place[0]), 6), round(float(place[1]), 6)


def text(value: object) -> str:
    """A cell: numbers with all digits, so that nothing is lost."""
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    return repr(float(value)) if isinstance(value, float) else str(value)


class StudyTables:
    """Rows of every input table, and the hourly series.

    Parameters
    ----------
    source : str
        Where the numbers are from, for ``sources.csv``.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in contract.tables()}
        self.series: dict[str, pd.Series] = {}
        self.origin: dict[tuple[str, int], tuple[str, str]] = {}
        self._codes: dict[str, set[str]] = {}

    def add(self, table: str, origin: tuple[str, str] | None = None, /, **cells) -> None:
        """Add a row; None is an empty cell. `origin` names the component responsible for a fault in the row."""
        known = {c.name for c in contract.columns(table)}
        if unknown := set(cells) - known:
            raise KeyError(f"{table}.csv has no column {sorted(unknown)}")
        self.rows[table].append({c: text(v) for c, v in cells.items() if v is not None})
        if origin:
            self.origin[table, len(self.rows[table]) + 1] = origin

    def code(self, kind: str, name: str) -> str:
        """A code of letters, digits, dashes and underscores for any name, unique within its kind."""
        plain = UNFIT.sub("_", name).strip("_") or kind
        used, code, number = self._codes.setdefault(kind, set()), plain, 1
        while code.lower() in used:
            number += 1
            code = f"{plain}_{number}"
        used.add(code.lower())
        return code

    def write(self, folder: Path, settings: str, purpose_en: str, purpose_zh: str) -> None:
        """Write tables, settings, and the one scenario."""
        self._sources()
        (folder / "scenarios").mkdir(parents=True)
        for table, rows in self.rows.items():
            names = [c.name for c in contract.columns(table)]
            self._csv(folder / f"{table}.csv", names, ([row.get(c, "") for c in names] for row in rows))
        if self.series:
            frame = pd.DataFrame(self.series)
            body = ([i + 1, *map(repr, row)] for i, row in enumerate(frame.to_numpy(float).tolist()))
            self._csv(folder / SERIES_FILE, [HOUR, *frame.columns], body)
        (folder / "study.toml").write_text(settings, encoding="utf-8")
        purpose = f"purpose_en = {quoted(purpose_en)}\npurpose_zh = {quoted(purpose_zh)}\n"
        (folder / "scenarios" / f"{SCENARIO}.toml").write_text(purpose, encoding="utf-8")

    @staticmethod
    def _csv(path: Path, header: list[str], body) -> None:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(body)
        path.write_text(out.getvalue(), encoding="utf-8-sig")

    def _sources(self) -> None:
        for table in contract.tables():
            numbers = set(number_columns(table))
            if table != "sources" and any(numbers & set(row) for row in self.rows[table]):
                self.add("sources", table=table, key="*", column="*", source=self.source, confidence="sourced")


def quoted(value: str) -> str:
    """A TOML string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'


def study_settings(command: str, kind: str, title: tuple[str, str], name: str) -> str:
    """Beginning of ``study.toml`` of an import: its origin (`kind` in English, a name), titles in Chinese and English, calendar."""
    zh, en = (quoted(f"{words} {name}") for words in title)
    return f"""# Made by `energy-model {command}` from the {kind} {quoted(name)}.
[study]
title_zh = {zh}
title_en = {en}
purpose = "The optimum of a {kind} in this model"
plan_year = {YEAR}
fleet_year = {YEAR}
cost_vintage = {YEAR}
case = "{CASE}"

[weather]
year = "synthetic-1"  # its calendar alone: all curves stand in series.csv

"""


def plain_finance(t: StudyTables) -> None:
    """Write prices that add nothing to the costs of an imported study, and a technology where it has none, as the table is never empty."""
    if not t.rows["technologies"]:
        yields = {"charge_efficiency_share": 1.0, "discharge_efficiency_share": 1.0, "duration_h": 1.0}
        t.add("technologies", technology="none", vintage=YEAR, name_zh="none", name_en="none", kind="battery", capex_cny_per_kw=0.0,
              fom_cny_per_kw_year=0.0, lifetime_years=5.0, **yields)  # fmt: skip
    nothing = (
        "discount_rate_share",
        "reserve_shortfall_cny_per_mwh",
        "co2_price_cny_per_t",
        "curtailment_cost_cny_per_mwh",
        "distribution_loss_share",
        "vat_share",
        "government_funds_cny_per_mwh",
    )
    zero: dict[str, object] = dict.fromkeys(nothing, 0.0)
    t.add("finance", vintage=YEAR, value_of_lost_load_cny_per_mwh=LOST_LOAD_CNY_PER_MWH, value_of_lost_heat_cny_per_mwh=100000.0,
          **zero)  # fmt: skip
