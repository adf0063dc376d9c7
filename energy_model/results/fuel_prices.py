"""Cost of fuel that is priced by the hour, counted again from what is burnt in every hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from energy_model.results.component import Results
from energy_model.results.converters import hourly
from energy_model.results.quantities import thermal_fuel_tj

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


def _costs(q: Quantities) -> dict[str, float]:
    g = q.problem.system.thermal
    priced = (g.fuel_price != 0).to_numpy(dtype=bool)
    if not priced.any():
        return {}
    return {"hourly_fuel": float(q.yearly(hourly(q, g[priced], "fuel_price") * thermal_fuel_tj(q)[priced]).sum())}


RESULTS = Results(costs=_costs)
