"""A pathway of investment years: the study of each year, its weight, and the capacity that may be built in it.

The study of a year is an ordinary study with other numbers in its tables, so one year alone is the study of `load_study`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from energy_model.study import contract
from energy_model.study.contract import CASE_TABLES
from energy_model.study.settings import PathwaySettings
from energy_model.study.study import Study
from energy_model.units import GW_PER_MW

EXTENSIVE = {
    "loads": ["energy_gwh_per_year"],
    "smelters": ["aluminium_kt_per_year"],
    "mines": ["capacity_kt_per_year"],
    "coal_users": ["demand_kt_per_year"],
    "heat_areas": ["heated_area_mm2", "existing_boiler_mw", "industrial_steam_tj_per_year"],
    "minimum_commitment": ["least_online_mw", "least_online_share", "least_output_share", "planned_gwh"],
}
"""Amounts: a row that one of two cases lacks counts as zero there. Other numbers of such a row are those of the case that has it."""
RULES_OF_MICROGRIDS = ("self_supply_share", "synchronous_share", "reserve_mw", "reserve_down_mw")


@dataclass(frozen=True)
class Pathway:
    """Links between the years.

    Attributes
    ----------
    years : tuple of int
        Investment years, ascending.
    span : dict of int to int
        Years in which the capacity new in a year was built: those since the investment year before, or since the fleet's [a].
    represented : dict of int to int
        Years that an investment year represents [a].
    weight : dict of int to float
        Present value in the base year of one CNY paid in each year that the investment year represents.
    rates : dict of (item, year) to float
        Largest capacity finished in a year [GW/a], for items and years that have a limit.
    early_retirement : bool
    """

    years: tuple[int, ...]
    span: dict[int, int]
    represented: dict[int, int]
    weight: dict[int, float]
    rates: dict[tuple[str, int], float]
    early_retirement: bool


def pathway_of(study: Study) -> Pathway:
    """The links between the years of a study."""
    s = study.settings
    finance = study.tables["finance"].set_index("vintage").loc[s.study.cost_vintage]
    limits = {(item, year): rate * GW_PER_MW for (item, year), rate in build_rates(study.tables["pathway"], s.pathway.years).items()}
    return link_years(s.pathway, s.study.fleet_year, float(finance.discount_rate_share), limits)


def link_years(settings: PathwaySettings, fleet_year: int, rate: float, limits: dict[tuple[str, int], float]) -> Pathway:
    r"""Spans and weights of investment years.

    The weight of year :math:`y` is :math:`\sum_{k=0}^{n_y-1} (1+r)^{-(y+k-b)}`: costs fall due at the start of each of the :math:`n_y`
    years it represents, :math:`b` is the base year.

    Parameters
    ----------
    settings : PathwaySettings
    fleet_year : int
        Last year whose plants stand already.
    rate : float
        Real discount rate [1/a].
    limits : dict of (item, year) to float
        Build rates [GW/a].
    """
    years = settings.years
    base = years[0] if settings.base_year is None else settings.base_year
    steps = [b - a for a, b in pairwise(years)]
    represented = [*steps, settings.last_years or (steps[-1] if steps else 1)]
    span = [max(1, years[0] - fleet_year), *steps]
    weight = [sum((1 + rate) ** -(y + k - base) for k in range(n)) for y, n in zip(years, represented, strict=True)]
    return Pathway(
        years=tuple(years),
        span=dict(zip(years, span, strict=True)),
        represented=dict(zip(years, represented, strict=True)),
        weight=dict(zip(years, weight, strict=True)),
        rates=limits,
        early_retirement=settings.early_retirement,
    )


def build_rates(table: pd.DataFrame, years: list[int]) -> dict[tuple[str, int], float]:
    """Maximum capacity completed per year [MW/a] by item and investment year: the latest row of the item up to the year."""
    found = {}
    for item, rows in table.sort_values("year").groupby("item"):
        for year in years:
            begun = rows[rows.year <= year]
            if len(begun):
                found[str(item), year] = float(begun.max_build_mw_per_year.iloc[-1])
    return found


def members(item: str, family: str, table: pd.DataFrame) -> pd.Index:
    """Assets of one index table covered by an item of pathway.csv: by code, technology, kind, or the whole family."""
    hit = table.index == item
    for column in ("technology", "kind"):
        if column in table:
            hit = hit | (table[column] == item).to_numpy(bool)
    return table.index if item == family else table.index[hit]


def study_of_year(study: Study, year: int) -> Study:
    """The study of one investment year.

    Loads, smelters, mines, coal users and heat lie on the line between the cases of the years around; plants past their life are gone;
    clauses hold from their year on and are only reported before; investment costs are those of the year (`PathwaySettings.prices`).

    Parameters
    ----------
    study : Study
        Of the pathway.
    year : int
        One of its investment years.
    """
    s = study.settings
    tables = dict(study.tables)
    case = _level(tables, s.pathway.cases, year)
    tables["plants"] = _standing(study, year)
    targets = tables["targets"].copy()
    targets["mode"] = targets["mode"].mask((targets.year > year) & targets["mode"].isin(("hard", "soft")), "report")
    tables["targets"] = targets
    if year < s.study.plan_year:
        tables["candidates"] = tables["candidates"].assign(min_new_mw=0.0)
    contracts = tables["contracts"].copy()
    contracts.loc[contracts.start_year > year, "min_gwh_per_year"] = 0.0
    tables["contracts"] = contracts
    grids = tables["microgrids"].copy()
    grids.loc[grids.start_year > year, list(RULES_OF_MICROGRIDS)] = 0.0
    grids.loc[grids.start_year > year, "largest_unit"] = False
    tables["microgrids"] = grids
    if s.pathway.prices == "interpolated":
        tables["technologies"] = prices_of_year(tables["technologies"], s.study.cost_vintage, year)
        tables["finance"] = _finance_of_year(tables["finance"], s.study.cost_vintage, year)
    settings = s.model_copy(update={"study": s.study.model_copy(update={"plan_year": year, "case": case})})
    return replace(study, settings=settings, tables=tables)


def _level(tables: dict[str, pd.DataFrame], cases: Mapping[str, str], year: int) -> str:
    """Name of the case of a year; between two cases the tables get a new one, named after the year."""
    if str(year) in cases:
        return cases[str(year)]
    known = sorted(map(int, cases))
    before, after = max(y for y in known if y < year), min(y for y in known if y > year)
    first, second, share = cases[str(before)], cases[str(after)], (year - before) / (after - before)
    for name in CASE_TABLES:
        tables[name] = pd.concat([tables[name], between(name, tables[name], first, second, share, str(year))], ignore_index=True)
    return str(year)


def between(name: str, table: pd.DataFrame, first: str, second: str, share: float, case: str) -> pd.DataFrame:
    """Rows of a table between two of its cases: numbers interpolated, text of the second where both have the row.

    Parameters
    ----------
    name : str
        Table.
    share : float
        0 at the first case, 1 at the second.
    case : str
        Name of the new rows' case.
    """
    keys = [k for k in contract.keys(name) if k != "case"]
    a, b = (table[table.case == c].set_index(keys).drop(columns="case") for c in (first, second))
    numbers = [c.name for c in contract.columns(name) if c.is_number and not c.key]
    both = b.combine_first(a).reindex([*b.index, *(i for i in a.index if i not in b.index)])
    for column in numbers:
        fill = 0.0 if column in EXTENSIVE[name] else None
        low, high = (x[column].reindex(both.index) for x in (a, b))
        low, high = (low.fillna(fill), high.fillna(fill)) if fill is not None else (low.fillna(high), high.fillna(low))
        both[column] = (1 - share) * low + share * high
    return both.reset_index().assign(case=case)[list(table.columns)]


def end_of_life(study: Study) -> pd.Series:
    """Retirement year of each plant of plants.csv: as stated, else after its lifetime and the extension."""
    s = study.settings
    life = study.tables["technologies"].query("vintage == @s.study.cost_vintage").set_index("technology").lifetime_years
    p = study.tables["plants"]
    return p.retired_year.fillna(p.start_year + p.technology.map(life) + s.pathway.life_extension_years)


def _standing(study: Study, year: int) -> pd.DataFrame:
    """plants.csv with zero capacity after the end of life; the rows stay, so that clusters keep their names."""
    p = study.tables["plants"].copy()
    fleet = study.settings.study.fleet_year
    gone = (end_of_life(study) <= year) & ~(p.retired_year <= fleet)
    p["capacity_mw"] = p.capacity_mw.mask(gone, 0.0)
    return p


def prices_of_year(technologies: pd.DataFrame, vintage: int, year: int) -> pd.DataFrame:
    """Technologies whose investment cost at `vintage` is that of `year`: interpolated between price years, constant outside them.

    O&M, lifetime and operating data stay those of `vintage`.
    """
    out = technologies.copy()
    for column in ("capex_cny_per_kw", "capex_cny_per_kwh"):
        grid = technologies.pivot(index="technology", columns="vintage", values=column)
        values = {}
        for name, row in grid.iterrows():
            known = row.dropna()
            line = pd.concat([known, pd.Series({year: float("nan")})]) if year not in known.index else known
            values[name] = line.sort_index().interpolate("index", limit_direction="both").loc[year]
        out[column] = out[column].mask(out.vintage == vintage, out.technology.map(values))
    return out


def _finance_of_year(finance: pd.DataFrame, vintage: int, year: int) -> pd.DataFrame:
    """Finance whose row of `vintage` has the prices (such as CO2) of the latest price year; the discount rate is unchanged."""
    begun = finance[finance.vintage <= year]
    row = begun.loc[begun.vintage.idxmax()] if len(begun) else finance.loc[finance.vintage.idxmin()]
    out, keep = finance.copy(), ("vintage", "discount_rate_share")
    for column in finance.columns.difference(keep):
        out[column] = out[column].mask(out.vintage == vintage, row[column])
    return out
