"""Equal curtailment in the results: its charge counted again from the curtailed shares of the regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_model.results.component import Results, largest
from energy_model.results.quantities import available

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

CITY = "city"


def _regions(q: Quantities) -> dict[str, np.ndarray]:
    """Feeds of each region that shares curtailment, as a mask."""
    y = q.problem.system
    outside = set(y.bus.index[y.bus.outside])
    if not y.options.neighbours.equal_curtailment or not outside:
        return {}
    region = np.array([bus if bus in outside else CITY for bus in y.feed.bus])
    return {a: region == a for a in sorted(set(region))}


def _balances(q: Quantities) -> dict[str, float]:
    """Largest shortfall of what is charged below the tangents of the square of the curtailed share [GW]."""
    worst, offered, used = 0.0, available(q), q.of("renewable_power", list(q.problem.system.feed.index))
    for a, own in _regions(q).items():
        offer, charged = offered[own].sum(axis=0), q.of("curtailed_square", [a])[0]
        cut = offer - used[own].sum(axis=0)
        for touch in np.arange(2, 11, 2) / 11:
            worst = max(worst, largest(2 * touch * cut - touch**2 * offer - charged))
    return {"equal_curtailment_gw": worst} if _regions(q) else {}


def _costs(q: Quantities) -> dict[str, float]:
    """Charge on unequal curtailment [MCNY]."""
    regions, price = list(_regions(q)), q.problem.system.options.neighbours.equal_curtailment
    return {"equal_curtailment": price * float(q.yearly(q.of("curtailed_square", regions)).sum())} if regions else {}


RESULTS = Results(balances=_balances, costs=_costs)
