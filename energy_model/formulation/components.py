"""The components of the model, in the order in which a block is built; a new one is one file and its name here."""

from collections.abc import Mapping

import numpy as np

from energy_model.formulation import (
    adequacy,
    agreements,
    balance,
    bilateral,
    clauses,
    coal,
    coal_dryers,
    coal_months,
    combined_limits,
    commitment,
    converters,
    corridors,
    deep_shaving,
    equal_curtailment,
    exports,
    fuel_prices,
    heat,
    hydrogen,
    largest_unit,
    losses,
    maintenance,
    microgrids,
    minimum_commitment,
    network,
    renewables,
    reserves,
    reservoirs,
    schedules,
    sections,
    security,
    short_circuit,
    smelters,
    storage,
    thermal,
    water,
)
from energy_model.formulation.component import Component

COMPONENTS: tuple[Component, ...] = (
    balance.COMPONENT,
    deep_shaving.COMPONENT,
    fuel_prices.COMPONENT,
    thermal.COMPONENT,
    water.COMPONENT,
    commitment.COMPONENT,
    minimum_commitment.COMPONENT,
    heat.COMPONENT,
    renewables.COMPONENT,
    equal_curtailment.COMPONENT,
    storage.COMPONENT,
    corridors.COMPONENT,
    network.COMPONENT,
    losses.COMPONENT,
    schedules.COMPONENT,
    sections.COMPONENT,
    agreements.COMPONENT,
    security.COMPONENT,
    short_circuit.COMPONENT,
    smelters.COMPONENT,
    largest_unit.COMPONENT,
    microgrids.COMPONENT,
    exports.COMPONENT,
    hydrogen.COMPONENT,
    converters.COMPONENT,
    reservoirs.COMPONENT,
    combined_limits.COMPONENT,
    bilateral.COMPONENT,
    maintenance.COMPONENT,
    reserves.COMPONENT,
    coal_dryers.COMPONENT,
    coal.COMPONENT,
    coal_months.COMPONENT,
    clauses.COMPONENT,
    adequacy.COMPONENT,
)
CARRIERS = tuple(dict.fromkeys(carrier for c in COMPONENTS for carrier in c.net))
"""What is balanced in every hour: all that some component puts in or takes out."""
DATA = {name: over for c in COMPONENTS for name, over in c.data.items()}
"""Hourly data of a block and the index set of each; variables in Pyomo, parameters to the compiler."""
STATES = {name: unit for c in COMPONENTS for name, unit in c.states.items()}
"""Columns that a block hands to the next one, with the set that counts their time."""
HISTORY = {name: unit for c in COMPONENTS for name, unit in c.history.items()}
"""Further columns at which the rows of options look back over the border of a block, with the set that counts their time."""
FIXED_BY_PLAN = tuple(name for c in COMPONENTS for name in c.fixed_by_plan)
"""Columns that represent all hours of a block.  The plan decides them for the year, and its operation is held to them."""
LEDGERS = {name: ledger for c in COMPONENTS for name, ledger in c.ledgers.items()}
"""Sums over a block that yearly rows need."""


def stacked(parts: Mapping[str, np.ndarray]) -> np.ndarray:
    """Hourly data by name, stacked in the order of a block; data without a name have no rows.

    Raises
    ------
    KeyError
        For a name that is not in `DATA`.
    """
    if unknown := sorted(parts.keys() - DATA.keys()):
        raise KeyError(f"no component asks for the hourly data {', '.join(unknown)}")
    return np.concatenate([parts[name] for name in DATA if name in parts])
