"""All result tables of a study, by name."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from energy_model.results import adequacy, clauses, indicators, losses, reserves, security, settlement
from energy_model.results.starts import starts
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
    contracts = settlement.settlement(data, study.tables["bilateral"])
    further = {
        "reserves": ("reserve_asked_mw", reserves.reserves),
        "adequacy": ("firm_mw", adequacy.adequacy),
        "capacity_credit": ("capacity_credit", adequacy.capacity_credit),
        "maintenance": ("on_maintenance_mw", adequacy.maintenance),
        "losses": ("loss_mw", losses.losses),
        "starts": ("class_start_mw", starts),
    }
    tables = {
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
        "settlement": contracts,
        "payments": settlement.payments(contracts),
    } | {name: table(data) for name, (needs, table) in further.items() if needs in data}
    if study.settings.network.security == "n-1":
        tables["contingencies"] = security.contingencies(data)
    return tables


def places(data: xr.Dataset) -> pd.DataFrame:
    """Nodes with names and coordinates, for the map."""
    columns = ("name_zh", "name_en", "kind", "adcode", "market", "microgrid", "latitude_deg", "longitude_deg")
    return pd.DataFrame({"node": data.place.to_numpy()} | {c: data[f"place_{c}"].to_numpy() for c in columns})
