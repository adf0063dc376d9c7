"""Cost of fuel that is priced by the hour, counted again from what is burnt in every hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from energy_model.results.component import Results, apart
from energy_model.results.converters import hourly
from energy_model.results.quantities import thermal_fuel_tj

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


def _stated(q: Quantities) -> tuple[pd.DataFrame, np.ndarray]:
    """Clusters whose fuel is priced by the hour, and the yearly cost of it that the plan states [MCNY]."""
    g = q.problem.system.thermal
    priced = g[(g.fuel_price != 0).to_numpy(dtype=bool)]
    return priced, q.once("total_fuel_price", list(priced.index))


def _costs(q: Quantities) -> dict[str, float]:
    priced, stated = _stated(q)
    return {"hourly_fuel": float(stated.sum())} if len(priced) else {}


def _balances(q: Quantities) -> dict[str, float]:
    """Largest difference of a stated cost from that of what is burnt in the hours, relative."""
    priced, stated = _stated(q)
    burnt = thermal_fuel_tj(q)[q.problem.system.thermal.index.get_indexer(priced.index)]
    by_hour = q.yearly(hourly(q, priced, "fuel_price") * burnt)
    return {"hourly_fuel_cost": apart(stated, by_hour)} if len(priced) else {}


RESULTS = Results(balances=_balances, costs=_costs)
