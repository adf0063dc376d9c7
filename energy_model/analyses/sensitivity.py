"""One-at-a-time sensitivity: effect of each input's low and high value on cost and export price."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.analyses.changed_inputs import Change, Job, Outcome, changed, solve_points
from energy_model.errors import EnergyModelError
from energy_model.journal import Journal
from energy_model.language import say
from energy_model.results.assumptions import in_use
from energy_model.results.contract import column_names
from energy_model.study import contract
from energy_model.study.provenance import number_columns, rows_for
from energy_model.study.study import Study

DEFAULT_INPUTS = (
    "finance/*/discount_rate_share",
    "finance/*/co2_price_cny_per_t",
    "mines/*/price_cny_per_t",
    "technologies/wind_new/*/capex_cny_per_kw",
    "technologies/coal_*/outage_share",
    "corridors/*/wheeling_cny_per_mwh",
    "heat_areas/*/annual_heat_gj_per_m2",
    "smelters/*/modulation_down_share",
    "profiles/wind_*/other_loss_share",
)
"""Inputs varied when none is named: those that the cost of the plan is argued about."""


@dataclass(frozen=True)
class Lever:
    """A row of sources.csv with a low and a high value, and its cells.

    Attributes
    ----------
    name : str
        ``table/key/column`` as in sources.csv.
    rows : Index
        Rows of the table.
    low, high : float
        In the unit of the column.
    confidence : str
        How sure the range is: sourced, derived, own knowledge or judgement.
    """

    name: str
    table: str
    column: str
    rows: pd.Index
    low: float
    high: float
    confidence: str = ""

    def at(self, value: float) -> Change:
        """Its cells at a value."""
        return Change(self.table, self.column, tuple(map(int, self.rows)), value)

    def words(self) -> dict[str, str]:
        """Its label, in both languages."""
        return item_words(self.name, self.table, self.column)


def item_words(name: str, table: str, column: str) -> dict[str, str]:
    """Label of a column with the key of a pattern ``table/key/column``, if the key is informative."""
    spec = contract.column(table, column)
    key = name.split("/", 1)[1].rsplit("/", 1)[0]
    said = f" {key}" if key.strip("*/") else ""
    return {"item_zh": f"{spec.zh}{said}", "item_en": f"{spec.en}{said}"}


def levers(study: Study) -> list[Lever]:
    """All inputs in use with a low and a high value in sources.csv.

    Cells with a source row of their own are excluded; zeros stay zero if the same row covers other cells.
    """
    sources = study.tables["sources"]
    bounded = sources[sources.low.notna() & sources.high.notna() & (sources.low != sources.high)]
    found = []
    for (table, column), rows in bounded.groupby(["table", "column"], sort=False):
        if column not in number_columns(table):
            continue
        frame, keys = in_use(study, table), contract.keys(table)
        names = ["/".join(map(str, row)) for row in frame[list(keys)].itertuples(index=False)]
        owner = _owners(sources, table, column, names)
        for s in rows.itertuples():
            hit = frame.index[owner == s.Index]
            values = study.tables[table].loc[hit, column]
            hit = hit[(values.notna() & ((values != 0) | (values == 0).all())).to_numpy()]
            if len(hit):
                found.append(Lever(f"{table}/{s.key}/{column}", table, column, hit, float(s.low), float(s.high), str(s.confidence)))
    return found


def _owners(sources: pd.DataFrame, table: str, column: str, names: list[str]) -> np.ndarray:
    """Row of sources.csv for each cell."""
    owner = np.full(len(names), -1)
    for pattern, index in rows_for(sources, table, column):
        owner[[fnmatchcase(name, pattern) for name in names]] = index
    return owner


def chosen(study: Study, patterns: tuple[str, ...]) -> tuple[list[Lever], list[str]]:
    """Levers that match patterns such as ``finance/*/discount_rate_share``, and the patterns that match none."""
    known = levers(study)
    found = [lever for lever in known if any(fnmatchcase(lever.name, p) for p in patterns)]
    return found, [p for p in patterns if not any(fnmatchcase(lever.name, p) for lever in known)]


def with_value(study: Study, lever: Lever, value: float) -> Study:
    """The study with the cells of a lever at a value."""
    return changed(study, (lever.at(value),))


def sensitivity(
    job: Job, picked: list[Lever], count: int, journal: Journal, console: Console, scheduler: str | None = None
) -> pd.DataFrame:
    """Solve with every lever at its low and high value.

    Parameters
    ----------
    job : Job
    picked : list of Lever
    count, journal, console, scheduler
        As in `changed_inputs.solve_points`.

    Returns
    -------
    DataFrame
        ``input``, its words, how sure its range is, ``low``, ``high`` (in the unit of the column), cost of the plan [MCNY] and marginal
        cost of its exports [CNY/MWh] at base, low and high, ``low_change_mcny``, ``high_change_mcny``; the largest change first. Where a
        plan is impossible its cost is NaN.

    Raises
    ------
    ImpossibleBaseError
        When the plan itself is not possible over the horizon.
    """
    points = {"base": ()} | {f"{v.name} = {x:g}": (v.at(x),) for v in picked for x in (v.low, v.high)}
    found = solve_points(job, points, count, journal, console, scheduler)
    return tornado(picked, found["base"], {v.name: (found[f"{v.name} = {v.low:g}"], found[f"{v.name} = {v.high:g}"]) for v in picked})


class ImpossibleBaseError(EnergyModelError):
    """The plan with unchanged inputs is infeasible: there is no basis for comparison."""


def tornado(picked: list[Lever], base: Outcome, ends: dict[str, tuple[Outcome, Outcome]]) -> pd.DataFrame:
    """Table of `sensitivity` from the outcomes at low and high of every lever."""
    if base.impossible:
        raise ImpossibleBaseError(
            say(f"The plan itself is infeasible over this horizon: {base.impossible}", f"基准方案在此时段不可行：{base.impossible}")
        )
    rows = []
    for lever in picked:
        row: dict[str, object] = {"input": lever.name, **lever.words()}
        row |= {"confidence": lever.confidence, "low": lever.low, "high": lever.high}
        for end, outcome in (("base", base), *zip(("low", "high"), ends[lever.name], strict=True)):
            cost = outcome.get("cost_mcny")
            row |= {f"{end}_cost_mcny": cost, f"{end}_marginal_cny_per_mwh": outcome.get("export_cny_per_mwh")}
            row |= {f"{end}_change_mcny": cost - base.get("cost_mcny")}
        rows.append(row | {"gap_share": float(np.nanmax([base.gap, *(o.gap for o in ends[lever.name])]))})
    table = pd.DataFrame(rows)
    reach = table[["low_change_mcny", "high_change_mcny"]].abs().max(axis=1)
    order = reach.sort_values(ascending=False, kind="stable").index
    return table.loc[order, [c for c in column_names("sensitivity") if c in table]].reset_index(drop=True)
