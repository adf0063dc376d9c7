"""Tables of a pathway, over its years: capacity by vintage, cost, clauses, build rates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.formulation.pathway import OWNERS, Past
from energy_model.results.contract import column_names
from energy_model.study.capacities import CAPACITIES, assets
from energy_model.study.pathway import Pathway, members
from energy_model.study.system import System
from energy_model.units import CNY_PER_MW_FROM_MCNY_PER_GW, MW_PER_GW, MWH_PER_GWH

OVER = {c.name: c.over for c in CAPACITIES}
VOLUMES = tuple(c.name for c in CAPACITIES if c.is_volume)
"""Table of `System` of each capacity."""
SMALL_MW = 1e-3
"""Less than this is left out of the tables [MW]."""


def pathway_tables(
    pathway: Pathway,
    systems: Mapping[int, System],
    decided: Past,
    accounts: Mapping[int, Mapping[str, float]],
    clauses: Mapping[int, pd.DataFrame],
    modes: Mapping[str, str],
    rate_prices: Mapping[tuple[str, int], float],
) -> dict[str, pd.DataFrame]:
    """All tables over the years, for ``tables/``; the arguments are those of the functions below."""
    return {
        "pathway_capacity": pathway_capacity(pathway, systems, decided),
        "pathway_vintages": pathway_vintages(pathway, systems, decided),
        "pathway_cost": pathway_cost(pathway, accounts),
        "pathway_clauses": pathway_clauses(pathway, clauses, modes),
        "pathway_build_rates": pathway_build_rates(pathway, systems, decided, rate_prices),
    }


def pathway_vintages(pathway: Pathway, systems: Mapping[int, System], decided: Past) -> pd.DataFrame:
    """Capacity in each year, by element and vintage.

    Returns
    -------
    DataFrame
        ``year, element, node, technology, kind, vintage`` (0: the fleet of today), ``capacity_mw``, ``storage_mwh``,
        ``annuity_mcny`` (paid that year).
    """
    tables = {y: assets(systems[y]) for y in pathway.years}
    rows = []
    for y in pathway.years:
        for k, table in tables[y].items():
            if k in VOLUMES:
                continue
            info = getattr(systems[y], OVER[k])
            for i in table.index:
                for v in (0, *pathway.years):
                    power, annuity = _standing(tables, decided, k, i, v, y)
                    energy, more = _standing(tables, decided, "store_energy", i, v, y) if k == "store_power" else (0.0, 0.0)
                    if max(power, energy) * MW_PER_GW > SMALL_MW:
                        place, technology = ("from_node", "kind") if k == "corridor" else ("node", "technology")
                        rows.append(
                            {
                                "year": y,
                                "element": i,
                                "node": info[place][i] if place in info else "",
                                "technology": info[technology][i] if technology in info else "",
                                "kind": info.kind[i],
                                "vintage": v,
                                "capacity_mw": power * MW_PER_GW,
                                "storage_mwh": energy * MWH_PER_GWH,
                                "annuity_mcny": annuity + more,
                            }
                        )
    return pd.DataFrame(rows, columns=column_names("pathway_vintages"))


def _standing(tables: Mapping[int, Mapping[str, pd.DataFrame]], decided: Past, k: str, i: str, v: int, y: int) -> tuple[float, float]:
    """Capacity [GW, GWh] of a vintage (0: the fleet) in a year, and the annuity paid for it [MCNY]."""
    if not v:
        return decided.standing.get((k, i, y), 0.0), 0.0
    if v > y or (k, i, v) not in decided.built:
        return 0.0, 0.0
    row = tables[v][k].loc[i]
    if y >= v + row.lifetime_years:
        return 0.0, 0.0
    return decided.built[k, i, v], decided.built[k, i, v] * float(row.capex)


def pathway_capacity(pathway: Pathway, systems: Mapping[int, System], decided: Past) -> pd.DataFrame:
    """Capacity in each year by element [MW]: fleet, vintages, additions and retirements since the previous year.

    Returns
    -------
    DataFrame
        ``existing_mw`` of the fleet kept, ``vintages_mw`` of what the pathway built, ``capacity_mw`` their sum, ``built_mw`` new that year,
        ``ended_mw`` gone at the end of life since the year before, ``retired_early_mw`` retired early and still within its life.
    """
    held = pathway_vintages(pathway, systems, decided)
    rows = []
    for element, own in held.groupby("element", sort=False):
        fleet = _fleet(pathway, systems, str(element))
        by = own.pivot_table(index="year", columns="vintage", values="capacity_mw", aggfunc="sum").reindex(pathway.years).fillna(0.0)
        kept = by[0] if 0 in by else pd.Series(0.0, index=by.index)
        vintages = by.drop(columns=0, errors="ignore")
        gone = (-vintages.diff()).clip(lower=0.0).sum(axis=1) + (-fleet.diff()).clip(lower=0.0).fillna(0.0)
        first = own.iloc[0]
        for y in pathway.years:
            rows.append(
                {
                    "year": y,
                    "element": element,
                    "node": first.node,
                    "technology": first.technology,
                    "kind": first.kind,
                    "existing_mw": kept[y],
                    "vintages_mw": vintages.loc[y].sum(),
                    "capacity_mw": kept[y] + vintages.loc[y].sum(),
                    "built_mw": vintages.loc[y, y] if y in vintages else 0.0,
                    "ended_mw": gone[y],
                    "retired_early_mw": max(0.0, fleet[y] - kept[y]) if fleet[y] else 0.0,
                }
            )
    table = pd.DataFrame(rows, columns=column_names("pathway_capacity"))
    return table.sort_values(["year", "kind", "element"], kind="stable").reset_index(drop=True)


def _fleet(pathway: Pathway, systems: Mapping[int, System], element: str) -> pd.Series:
    """Existing fleet within its lifetime, by year [MW]."""
    found = {}
    for y in pathway.years:
        tables = (t for k, t in assets(systems[y]).items() if k != "store_energy" and element in t.index)
        found[y] = next((float(t.existing[element]) * MW_PER_GW for t in tables), 0.0)
    return pd.Series(found)


def pathway_cost(pathway: Pathway, accounts: Mapping[int, Mapping[str, float]]) -> pd.DataFrame:
    """Cost by year and category [MCNY]: of one year in its own money, and discounted over the years it represents.

    The last column adds up to the objective.
    """
    rows = [
        {
            "year": y,
            "category": name,
            "cost_mcny": cost,
            "years_represented": pathway.represented[y],
            "present_value_weight": pathway.weight[y],
            "discounted_mcny": cost * pathway.weight[y],
        }
        for y in pathway.years
        for name, cost in accounts[y].items()
    ]
    return pd.DataFrame(rows)


def pathway_clauses(pathway: Pathway, clauses: Mapping[int, pd.DataFrame], modes: Mapping[str, str]) -> pd.DataFrame:
    """Every clause year by year: whether it applies yet, result, verdict, price.

    Parameters
    ----------
    pathway : Pathway
    clauses : mapping of int to DataFrame
        Clause table of each year.
    modes : mapping of str to str
        Mode of each clause once it holds.
    """
    rows = []
    for y in pathway.years:
        for r in clauses[y].itertuples():
            rows.append(
                {
                    "year": y,
                    "target": r.target,
                    "name_zh": r.name_zh,
                    "name_en": r.name_en,
                    "quantity": r.quantity,
                    "scope": r.scope,
                    "sense": r.sense,
                    "mode": modes.get(r.target, r.mode),
                    "from_year": r.year,
                    "due": bool(y >= r.year) and r.verdict != "see_pathway",
                    "value": r.value,
                    "reached": r.reached,
                    "unit": r.unit,
                    "met": r.verdict not in ("missed", "not_reached", "see_pathway"),
                    "price": r.price,
                    "price_unit": r.price_unit,
                    "price_note": r.price_note,
                }
            )
    return pd.DataFrame(rows)


def pathway_build_rates(
    pathway: Pathway, systems: Mapping[int, System], decided: Past, prices: Mapping[tuple[str, int], float]
) -> pd.DataFrame:
    """Build rates: limit and capacity built by each year [MW], and the saving from one more MW.

    Parameters
    ----------
    prices : mapping of (item, year) to float
        Duals of ``build_rate`` [MCNY/GW]; an item that nothing in the study belongs to has none and is left out. Where nothing may be built
        no hour of the year says what the first MW would be worth, so none is told (``price_note`` is ``closed``).
    """
    rows = []
    for (item, y), price in sorted(prices.items(), key=lambda x: (x[0][1], x[0][0])):
        new = 0.0
        for k, table in assets(systems[y]).items():
            if k != "store_energy":
                new += sum(decided.built.get((k, i, y), 0.0) for i in members(item, OWNERS[k], table))
        limit = pathway.rates[item, y] * pathway.span[y] * MW_PER_GW
        rows.append(
            {
                "year": y,
                "item": item,
                "years_of_building": pathway.span[y],
                "limit_mw": limit,
                "built_mw": new * MW_PER_GW,
                "one_more_mw_saves_cny": max(0.0, -price) * CNY_PER_MW_FROM_MCNY_PER_GW if limit else np.nan,
                "price_note": "" if limit else "closed",
            }
        )
    return pd.DataFrame(rows, columns=column_names("pathway_build_rates"))
