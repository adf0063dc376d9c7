"""Contributions of the components to the results, in the order of the outputs; a new one is one file and its name here."""

from __future__ import annotations

import xarray as xr

from energy_model.results import (
    agreements,
    coal_dryers,
    coal_months,
    contract_months,
    converters,
    deep_shaving,
    environment,
    equal_curtailment,
    fuel_prices,
    hydrogen,
    largest_unit,
    minimum_commitment,
    sections,
    short_circuit,
)
from energy_model.results.component import Results, Use
from energy_model.results.power import electric_boiler_mw, smelter_used_mw

RESULTS: tuple[Results, ...] = (
    Results((Use("load", "node", "node", lambda data: data.load_mw),)),
    Results((Use("smelter", "smelter", "smelter_node", smelter_used_mw),)),
    Results((Use("electric_boiler", "boiler", "boiler_node", electric_boiler_mw),)),
    hydrogen.RESULTS,
    converters.RESULTS,
    environment.RESULTS,
    sections.RESULTS,
    agreements.RESULTS,
    contract_months.RESULTS,
    coal_months.RESULTS,
    coal_dryers.RESULTS,
    minimum_commitment.RESULTS,
    largest_unit.RESULTS,
    equal_curtailment.RESULTS,
    deep_shaving.RESULTS,
    fuel_prices.RESULTS,
    short_circuit.RESULTS,
)
USES: tuple[Use, ...] = tuple(use for r in RESULTS for use in r.uses)
"""Uses of electricity at the nodes; what they draw is the demand of a place."""
TABLES = {name: table for r in RESULTS for name, table in r.tables.items()}
"""Tables that a component brings where the study has it."""


def uses(data: xr.Dataset) -> tuple[Use, ...]:
    """Uses of electricity in tables of a result: those of every study, and those of this one."""
    return tuple(u for u in USES if u.always or data.sizes.get(u.dim, 0))
