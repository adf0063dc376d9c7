"""Capacity attainable under build rates: the largest gain of a clause on capacity, and the deadlines of a myopic planner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from energy_model.study.clause_quantities import covers
from energy_model.study.pathway import end_of_life, members, pathway_of, study_of_year
from energy_model.study.study import Study
from energy_model.study.system import THERMAL
from energy_model.units import MW_PER_GW

CAPACITY_CLAUSES = {
    "wind_capacity_mw": ("wind",),
    "wind_new_mw": ("wind",),
    "solar_capacity_mw": ("solar",),
    "thermal_capacity_mw": THERMAL,
    "igcc_capacity_mw": THERMAL,
}
"""Clauses on capacity, which a build rate can put out of reach, with the kinds they count."""


def standing_mw(study: Study, quantity: str, scope: object, year: int) -> float:
    """Existing capacity counted by a clause and still in service in a year [MW]."""
    fleet, plants = study.settings.study.fleet_year, study.tables["plants"]
    alive = (plants.start_year <= fleet) & ~(plants.retired_year <= fleet) & (end_of_life(study) > year)
    return float(plants[alive & _counted(study, plants, quantity, scope)].capacity_mw.sum())


def most_new_mw(study: Study, quantity: str, scope: object, years: list[int]) -> float:
    """Maximum capacity that candidates and build rates allow a clause to gain in some investment years [MW].

    A linear program over the candidates: each within its limit, each item of pathway.csv within its rate times the years it has.
    """
    candidates = study.tables["candidates"]
    candidates = candidates[_counted(study, candidates, quantity, scope)].set_index("candidate")
    candidates = candidates.assign(kind=candidates.technology.map(_kinds(study)))
    if candidates.empty or not years:
        return 0.0
    pathway = pathway_of(study)
    rows, caps = [], []
    for item in {i for i, _ in pathway.rates}:
        cap = sum(pathway.rates.get((item, y), np.inf) * pathway.span[y] for y in years) * MW_PER_GW
        thermal = candidates.index[candidates.kind.isin(THERMAL)]
        limited = thermal if item == "thermal" else members(item, "", candidates)
        if len(limited) and np.isfinite(cap):
            rows.append(candidates.index.isin(limited).astype(float))
            caps.append(cap)
    limit = candidates.max_new_mw.to_numpy(float)
    if not rows:
        return float(limit.sum())
    return -float(linprog(-np.ones(len(limit)), np.array(rows), np.array(caps), bounds=[(0, x) for x in limit]).fun)


def clauses_on_capacity(study: Study) -> pd.DataFrame:
    """Hard lower limits on capacity, which build rates can make unattainable."""
    t = study.tables["targets"]
    return t[(t["mode"] == "hard") & (t.sense == ">=") & t.quantity.isin(CAPACITY_CLAUSES)]


def foresee(study: Study, year: int) -> Study:
    """The study of a myopic planner who knows the plan's targets, but not its costs.

    Each hard floor of capacity of a later year becomes a floor of this year: what the build rates cannot make good afterwards. Paths
    that reach the targets hold these floors anyway.

    Parameters
    ----------
    study : Study
        Of the pathway.
    year : int
    """
    now = study_of_year(study, year)
    years = study.settings.pathway.years
    later = []
    for _, row in clauses_on_capacity(study).iterrows():
        due = next((y for y in years if y >= row.year), None)
        if due is None or due <= year:
            continue
        gain = most_new_mw(study, row.quantity, row.scope, [y for y in years if year < y <= due])
        lost = 0.0
        if row.quantity != "wind_new_mw":
            lost = standing_mw(study, row.quantity, row.scope, year) - standing_mw(study, row.quantity, row.scope, due)
        if (floor := row.value + lost - gain) > 0:
            later.append(row.copy())
            later[-1]["target"], later[-1]["year"], later[-1]["value"] = f"{row.target}@{due}", year, floor
    targets = pd.concat([now.tables["targets"], pd.DataFrame(later)], ignore_index=True) if later else now.tables["targets"]
    return replace(now, tables={**now.tables, "targets": targets})


def _kinds(study: Study) -> pd.Series:
    return study.tables["technologies"].drop_duplicates("technology").set_index("technology").kind


def _counted(study: Study, table: pd.DataFrame, quantity: str, scope: object) -> pd.Series:
    """Rows of plants or candidates counted by a clause on capacity."""
    kind = table.technology.map(_kinds(study))
    hit = (table.technology == "igcc") if quantity == "igcc_capacity_mw" else kind.isin(CAPACITY_CLAUSES[quantity])
    microgrid = study.tables["nodes"].set_index("node").microgrid
    return hit & np.array([covers(scope, node, microgrid[node]) for node in table.node], dtype=bool)
