"""Minimum commitment, minimum output and planned generation in the results: counted again from the table and the months of the hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from energy_model.results.component import Results, largest
from energy_model.study.contract_calendars import MONTH_HOURS

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


def _balances(q: Quantities) -> dict[str, float]:
    """Largest shortfall of online capacity of a group of plants, of output of a cluster [GW], and of planned generation (relative)."""
    y, plan = q.problem.system, q.problem.plan
    g, month = y.thermal, q.problem.profiles.indexes["time"].month.to_numpy()[plan.hour_index.ravel()] - 1
    region, worst, lacking, missing = g.node.map(y.bus.region), 0.0, 0.0, 0.0
    in_month = q.in_month() * plan.weight[:, None]
    represented = plan.hours * in_month.sum(axis=0) / MONTH_HOURS
    online, power = pd.DataFrame(q.of("online", list(g.index), q.problem.step_h), g.index), pd.DataFrame(q.thermal_power(), g.index)
    for c in y.minimum_commitment.itertuples():
        own = g[(region == c.region) & ((g.kind == c.kind) | (c.kind == "all"))]
        available = float(own.online_share.to_numpy(float) @ q.once("capacity_thermal", list(own.index)))
        least = np.array(c.least_gw)[month] + np.array(c.least_share)[month] * available
        held = online.loc[own.index].to_numpy()
        worst = max(worst, largest(least - held.sum(axis=0)))
        if any(c.least_output_share):
            lacking = max(lacking, largest(np.array(c.least_output_share)[month] * held - power.loc[own.index].to_numpy()))
        if any(c.planned_gwh):
            by_block = power.loc[own.index].to_numpy().sum(axis=0).reshape(len(plan.start), plan.hours).sum(axis=1)
            missing = max(missing, largest(represented * np.array(c.planned_gwh) - by_block @ in_month) / q.amount)
    found = {"minimum_commitment_gw": worst, "minimum_output_gw": lacking, "planned_generation": missing}
    return found if len(y.minimum_commitment) else {}


RESULTS = Results(balances=_balances)
