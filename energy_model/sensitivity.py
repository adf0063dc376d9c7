"""One input at a time at its low and its high value, the rest unchanged: what it does to cost and to the price of exports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.results import prices
from energy_model.results.assumptions import in_use
from energy_model.run import Clock, prepare_study
from energy_model.solving.ladder import SolveError
from energy_model.study import contract
from energy_model.study.horizon import Horizon
from energy_model.study.provenance import number_columns
from energy_model.study.study import Study
from energy_model.sweep import solve_problem

DEFAULT_INPUTS = (
    "finance/*/discount_rate_share",
    "finance/*/co2_price_cny_per_t",
    "mines/*/price_cny_per_t",
    "technologies/wind_new/*/capex_cny_per_kw",
    "technologies/coal_*/outage_share",
    "corridors/*/wheeling_cny_per_mwh",
    "heat_areas/*/annual_heat_gj_per_m2",
    "smelters/*/modulation_down_share",
    "profiles/wind_*/wake_loss_share",
)
"""Inputs varied when none is named: those that the cost of the plan is argued about."""


@dataclass(frozen=True)
class Lever:
    """A row of sources.csv with a low and a high value, and the cells it speaks of.

    Attributes
    ----------
    name : str
        ``table/key/column`` as in sources.csv.
    rows : Index
        Rows of the table.
    """

    name: str
    table: str
    column: str
    rows: pd.Index
    low: float
    high: float


def levers(study: Study) -> list[Lever]:
    """All inputs in use that sources.csv gives a low and a high value for.

    Cells with a source row of their own are left to it; zeros stay zero where the same row speaks of other cells.
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
                found.append(Lever(f"{table}/{s.key}/{column}", table, column, hit, float(s.low), float(s.high)))
    return found


def _owners(sources: pd.DataFrame, table: str, column: str, names: list[str]) -> np.ndarray:
    """Row of sources.csv that speaks of each cell, by the rule of `study.provenance.source_of`: the later in this order, the nearer."""
    mine = sources[(sources.table == table) & sources.column.isin([column, "*"])]
    order = pd.DataFrame({"named": mine.column != "*", "letters": mine.key.str.replace("*", "").str.len()}).sort_values(
        ["named", "letters"]
    )
    owner = np.full(len(names), -1)
    for index in order.index:
        owner[[fnmatchcase(name, mine.key[index]) for name in names]] = index
    return owner


def chosen(study: Study, patterns: tuple[str, ...]) -> tuple[list[Lever], list[str]]:
    """Levers that match patterns such as ``finance/*/discount_rate_share``, and the patterns that match none."""
    known = levers(study)
    found = [lever for lever in known if any(fnmatchcase(lever.name, p) for p in patterns)]
    return found, [p for p in patterns if not any(fnmatchcase(lever.name, p) for lever in known)]


def with_value(study: Study, lever: Lever, value: float) -> Study:
    """The study with the cells of a lever at a value."""
    table = study.tables[lever.table].copy()
    table.loc[lever.rows, lever.column] = round(value) if table[lever.column].dtype.kind == "i" else value
    return replace(study, tables={**study.tables, lever.table: table})


def sensitivity(
    study: Study, picked: list[Lever], horizon: Horizon, weather: Path, exact: bool, threads: int, console: Console
) -> pd.DataFrame:
    """Solve with every lever at its low and high value.

    Returns
    -------
    DataFrame
        ``input``, its words, ``low``, ``high`` (in the unit of the column), cost of the plan [MCNY] and marginal cost of its exports
        [CNY/MWh] at base, low and high, ``low_change_mcny``, ``high_change_mcny``; the largest change first. Where a plan is impossible
        its cost is NaN.
    """
    base_cost, base_marginal, base_gap = _solve(study, horizon, weather, exact, threads, console, "base 基准")
    rows = []
    for lever in picked:
        spec = contract.column(lever.table, lever.column)
        key = lever.name.split("/", 1)[1].rsplit("/", 1)[0]
        gaps = [base_gap]
        row: dict[str, object] = {
            "input": lever.name,
            "item_zh": f"{spec.zh} {key}",
            "item_en": f"{spec.en} {key}",
            "low": lever.low,
            "high": lever.high,
        }
        row |= {"base_cost_mcny": base_cost, "base_marginal_cny_per_mwh": base_marginal}
        for end, value in (("low", lever.low), ("high", lever.high)):
            title = f"{lever.name} = {value:g}"
            try:
                cost, marginal, gap = _solve(with_value(study, lever, value), horizon, weather, exact, threads, console, title)
            except SolveError as fault:
                console.print(f"[yellow]{title}[/yellow]: {fault}")
                cost = marginal = gap = np.nan
            gaps.append(gap)
            row |= {f"{end}_cost_mcny": cost, f"{end}_change_mcny": cost - base_cost, f"{end}_marginal_cny_per_mwh": marginal}
        rows.append(row | {"gap_share": float(np.nanmax(gaps))})
    table = pd.DataFrame(rows)
    reach = (table.high_cost_mcny - table.low_cost_mcny).abs()
    return table.loc[reach.sort_values(ascending=False, kind="stable").index, list(COLUMNS)].reset_index(drop=True)


COLUMNS = (
    "input", "item_zh", "item_en", "low", "high", "base_cost_mcny", "low_cost_mcny", "high_cost_mcny", "low_change_mcny",
    "high_change_mcny", "base_marginal_cny_per_mwh", "low_marginal_cny_per_mwh", "high_marginal_cny_per_mwh", "gap_share",
)  # fmt: skip


def _solve(
    study: Study, horizon: Horizon, weather: Path, exact: bool, threads: int, console: Console, title: str
) -> tuple[float, float, float]:
    """Cost [MCNY], marginal cost of exports [CNY/MWh, NaN without exports], proven gap."""
    console.rule(title)
    problem = prepare_study(study, horizon, weather, Clock(Console(quiet=True)))
    solved = solve_problem(problem, study, exact, threads, console)
    if not solved.data.sizes.get("contract"):
        return solved.cost, np.nan, solved.gap
    energy = (solved.data.delivered_mw * solved.data.weight).transpose("contract", "time").to_numpy()
    price = (prices.market_price(solved.data) * energy).sum()
    return solved.cost, float(price / energy.sum()) if energy.sum() > 1.0 else np.nan, solved.gap
