"""Minimum commitment in the results: counted again from the table and the months of the hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_model.results.component import Results, largest

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


def _balances(q: Quantities) -> dict[str, float]:
    """Largest shortfall of online capacity of a group of plants [GW]."""
    y = q.problem.system
    g, month = y.thermal, q.problem.profiles.indexes["time"].month.to_numpy()[q.problem.plan.hour_index.ravel()] - 1
    region, worst = g.node.map(y.bus.region), 0.0
    for c in y.minimum_commitment.itertuples():
        own = g[(region == c.region) & ((g.kind == c.kind) | (c.kind == "all"))]
        available = float(own.online_share.to_numpy(float) @ q.once("capacity_thermal", list(own.index)))
        least = np.array(c.least_gw)[month] + np.array(c.least_share)[month] * available
        worst = max(worst, largest(least - q.of("online", list(own.index), q.problem.step_h).sum(axis=0)))
    return {"minimum_commitment_gw": worst} if len(y.minimum_commitment) else {}


RESULTS = Results(balances=_balances)
