"""Minimum commitment and minimum output in the results: counted again from the table and the months of the hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from energy_model.results.component import Results, largest

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


def _balances(q: Quantities) -> dict[str, float]:
    """Largest shortfall of online capacity of a group of plants, and of output of a cluster [GW]."""
    y = q.problem.system
    g, month = y.thermal, q.problem.profiles.indexes["time"].month.to_numpy()[q.problem.plan.hour_index.ravel()] - 1
    region, worst, lacking = g.node.map(y.bus.region), 0.0, 0.0
    online, power = pd.DataFrame(q.of("online", list(g.index), q.problem.step_h), g.index), pd.DataFrame(q.thermal_power(), g.index)
    for c in y.minimum_commitment.itertuples():
        own = g[(region == c.region) & ((g.kind == c.kind) | (c.kind == "all"))]
        available = float(own.online_share.to_numpy(float) @ q.once("capacity_thermal", list(own.index)))
        least = np.array(c.least_gw)[month] + np.array(c.least_share)[month] * available
        held = online.loc[own.index].to_numpy()
        worst = max(worst, largest(least - held.sum(axis=0)))
        if any(c.least_output_share):
            lacking = max(lacking, largest(np.array(c.least_output_share)[month] * held - power.loc[own.index].to_numpy()))
    return {"minimum_commitment_gw": worst, "minimum_output_gw": lacking} if len(y.minimum_commitment) else {}


RESULTS = Results(balances=_balances)
