"""All result tables of a study, by name."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import xarray as xr

from energy_model.results import (
    adequacy,
    agreements,
    assumptions,
    balance_tables,
    city,
    clauses,
    coal_dryers,
    coal_months,
    contract_curves,
    contract_months,
    curtailment_causes,
    deep_shaving,
    delivery,
    environment,
    equipment_tables,
    indicators,
    largest_unit,
    losses,
    names,
    neighbours,
    node_balance,
    prices,
    reserves,
    sections,
    security,
    settlement,
    short_circuit,
    trough,
)
from energy_model.results.components import TABLES
from energy_model.results.starts import starts
from energy_model.results.week_levels import week_levels
from energy_model.study.neighbours import city_of
from energy_model.study.study import Study

FURTHER: dict[str, tuple[str, Callable[[xr.Dataset], pd.DataFrame]]] = {
    "water": ("water_node_industry_mm3", environment.water),
    "air_emissions": ("flue_gas_gm3", environment.air_emissions),
    "reserves": ("reserve_asked_mw", reserves.reserves),
    "adequacy": ("firm_mw", adequacy.adequacy),
    "capacity_credit": ("capacity_credit", adequacy.capacity_credit),
    "maintenance": ("on_maintenance_mw", adequacy.maintenance),
    "contract_months": ("contract_month_delivered_gwh", contract_months.contract_months),
    "agreements": ("agreement_exchanged_gwh", agreements.agreements),
    "deep_shaving": ("below_minimum_mw", deep_shaving.deep_shaving),
    "short_circuit": ("short_circuit_mva", short_circuit.short_circuit),
    "largest_units": ("largest_unit_mw", largest_unit.largest_units),
    "rail_lines": ("rail_load_kt", coal_months.rail_lines),
    "coal_dryers": ("coal_dried_kt", coal_dryers.coal_dryers),
    "coal_months": ("coal_month_amount_kt", coal_months.coal_months),
    "section_limits": ("section_flow_mw", sections.section_limits),
    "losses": ("loss_mw", losses.losses),
    "starts": ("class_start_mw", starts),
    "week_levels": ("week_start_level_mwh", week_levels),
    "neighbours": ("neighbour_received_mw", neighbours.neighbours),
} | TABLES
"""Tables of options and of components that not every study has, with the variable of the dataset that is there where the option is on."""


OF_MONTHS = ("coal_months", "neighbours")
"""Tables of options with rows by month."""


def result_tables(data: xr.Dataset, study: Study, accounts: dict[str, float]) -> dict[str, pd.DataFrame]:
    """Tables for ``tables/``.

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
    study = city_of(study)
    contracts = settlement.settlement(data, study.tables["bilateral"])
    s, tariffs = study.settings, study.tables["tariffs"]
    finance = study.tables["finance"].set_index("vintage").loc[s.study.cost_vintage]
    tariff = prices.plant_tariff(study.tables, s.study.cost_vintage)
    contract_prices = prices.contract_prices(data, study.tables["contracts"], finance, tariff)
    hours, balance = city.city_hours(data), node_balance.energy_balance(data)
    tables = {
        "assumptions": assumptions.assumptions(study),
        "capacity_plan": balance_tables.capacity_plan(data),
        "capacity_places": balance_tables.capacity_places(data),
        "power_balance": balance_tables.power_balance(data, hours, s.capacity_balance),
        "peak_dispatch": balance_tables.peak_dispatch(hours),
        "peak_times": balance_tables.peak_times(hours),
        "trough_balance": trough.trough_balance(data, hours, s.capacity_balance),
        "trough_times": trough.trough_times(hours),
        "generation": balance_tables.generation(data),
        "hourly_balance": balance_tables.hourly_balance(hours),
        "energy_account": balance_tables.energy_account(hours),
        "typical_days": balance_tables.typical_days(hours),
        "full_load_hours": balance_tables.full_load_hours(data),
        "curtailment_months": balance_tables.curtailment_months(hours),
        "tariff_energy": delivery.tariff_energy(data, tariffs),
        "deliveries": prices.with_ceiling(delivery.deliveries(data, tariffs), contract_prices),
        "delivery_curve": delivery.delivery_curve(data),
        "contract_curves": contract_curves.contract_curves(data, study.tables["holidays"].set_index("day").kind),
        "sections": equipment_tables.sections(data),
        "storage": equipment_tables.storage(data),
        "smelters": equipment_tables.smelters(data),
        "contract_prices": contract_prices,
        "clauses": clauses.clauses(data, study),
        "capacity": indicators.capacity(data),
        "energy_balance": balance,
        "corridors": indicators.corridors(data),
        "contracts": indicators.contracts(data).merge(
            contract_prices[["contract", "marginal_cny_per_mwh", "price_note", "nodal_cny_per_mwh"]]
        ),
        "curtailment": indicators.curtailment(data),
        "curtailment_causes": curtailment_causes.curtailment_causes(data),
        "coal": indicators.coal(data),
        "costs": indicators.costs(accounts),
        "microgrids": node_balance.microgrids(data, balance),
        "prices": indicators.prices(data),
        "monthly": balance_tables.monthly(hours),
        "places": places(data),
        "settlement": contracts,
        "payments": settlement.payments(contracts),
        "sites": sites(study),
        "names": names.names(study),
    } | {name: table(data) for name, (needs, table) in FURTHER.items() if needs in data}
    if "co2_allowances" in accounts:
        tables["co2_settlement"] = environment.co2_settlement(data, finance.co2_price_cny_per_t)
    if study.settings.network.security == "n-1":
        tables["contingencies"] = security.contingencies(data)
    return tables | months_that_are_whole(data, tables)


def months_that_are_whole(data: xr.Dataset, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables of `OF_MONTHS`: rows of months only where the hours solved stand for whole months; what has no month is of the year."""
    found = {name: tables[name] for name in OF_MONTHS if name in tables}
    if city.whole_months(data.indexes["time"], data.weight.to_numpy()):
        return found
    return {name: table[table.month.isna()].reset_index(drop=True) for name, table in found.items()}


def places(data: xr.Dataset) -> pd.DataFrame:
    """Nodes with names and coordinates, for the map."""
    columns = ("name_zh", "name_en", "kind", "adcode", "market", "microgrid", "latitude_deg", "longitude_deg")
    return pd.DataFrame({"node": data.place.to_numpy()} | {c: data[f"place_{c}"].to_numpy() for c in columns})


def sites(study: Study) -> pd.DataFrame:
    """Existing plants of the study, by site and technology, with coordinates and capacity [MW]."""
    s, plants = study.settings.study, study.tables["plants"]
    stands = plants[(plants.start_year <= s.fleet_year) & ~(plants.retired_year <= s.fleet_year)]
    kind = study.tables["technologies"].drop_duplicates("technology").set_index("technology").kind
    keys = ["plant", "name_zh", "name_en", "node", "technology", "latitude_deg", "longitude_deg"]
    table = stands.groupby(keys, as_index=False, dropna=False).agg(capacity_mw=("capacity_mw", "sum"), start_year=("start_year", "min"))
    table.insert(5, "kind", table.technology.map(kind))
    return table
