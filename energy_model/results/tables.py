"""All result tables of a study, by name."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from energy_model.results import clauses, indicators
from energy_model.study.study import Study


def result_tables(data: xr.Dataset, study: Study, accounts: dict[str, float]) -> dict[str, pd.DataFrame]:
    """Tables as they are written to ``tables/``.

    Parameters
    ----------
    data : Dataset
    study : Study
    accounts : dict
        Cost by category [MCNY]; their sum is the objective.

    Returns
    -------
    dict of str to DataFrame
    """
    loads = study.tables["loads"]
    loads = loads[loads.case == study.settings.study.case]
    heat_pj = (
        float((data.heat_demand_mw * data.weight).sum()) * 3.6e-6 if data.sizes.get("heat_area", 0) else 0.0
    )
    return {
        "clauses": clauses.clauses(data, loads, heat_pj),
        "capacity": indicators.capacity(data),
        "energy_balance": indicators.energy_balance(data),
        "corridors": indicators.corridors(data),
        "contracts": indicators.contracts(data),
        "curtailment": indicators.curtailment(data),
        "coal": indicators.coal(data),
        "costs": indicators.costs(accounts),
        "microgrids": indicators.microgrids(data),
        "prices": indicators.prices(data),
        "monthly": indicators.monthly(data),
        "places": places(data),
        "sites": sites(study),
    }


def places(data: xr.Dataset) -> pd.DataFrame:
    """Nodes with names and coordinates, for the map."""
    columns = ("name_zh", "name_en", "kind", "adcode", "market", "microgrid", "latitude_deg", "longitude_deg")
    return pd.DataFrame({"node": data.place.to_numpy()} | {c: data[f"place_{c}"].to_numpy() for c in columns})


def sites(study: Study) -> pd.DataFrame:
    """Plants that stand in the study, by site and technology, with their coordinates and capacity [MW]."""
    s, plants = study.settings.study, study.tables["plants"]
    stands = plants[(plants.start_year <= s.fleet_year) & ~(plants.retired_year <= s.fleet_year)]
    kind = study.tables["technologies"].drop_duplicates("technology").set_index("technology").kind
    keys = ["plant", "name_zh", "name_en", "node", "technology", "latitude_deg", "longitude_deg"]
    table = stands.groupby(keys, as_index=False, dropna=False).agg(capacity_mw=("capacity_mw", "sum"), start_year=("start_year", "min"))
    table.insert(5, "kind", table.technology.map(kind))
    return table
