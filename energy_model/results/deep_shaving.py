"""Deep peak shaving in the results: energy and cost by cluster and tier, and the limits counted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Results, largest
from energy_model.results.dust import LEAST_MW, without_idle
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MCNY_PER_GWH_FROM_CNY_PER_MWH, MWH_PER_GWH

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


def deep_shaving(data: xr.Dataset) -> pd.DataFrame:
    """Deep peak shaving by cluster and tier: energy not generated [GWh], hours, deepest output below minimum load [MW], cost [MCNY]."""
    depth, weight = data.below_minimum_mw.transpose("deep_tier", "time").to_numpy(), data.weight.to_numpy()
    pairs = [str(pair).rpartition("/") for pair in data.below_minimum_mw.deep_tier.to_numpy()]
    names = data.cluster_name_zh.to_series(), data.cluster_name_en.to_series()
    energy = depth @ weight / MWH_PER_GWH
    table = pd.DataFrame(
        {
            "element": [g for g, _, _ in pairs],
            "name_zh": [names[0][g] for g, _, _ in pairs],
            "name_en": [names[1][g] for g, _, _ in pairs],
            "deep_tier": [tier for _, _, tier in pairs],
            "shaved_gwh": energy,
            "shaving_hours_h": (depth > LEAST_MW) @ weight,
            "deepest_shaving_mw": depth.max(axis=1),
            "shaving_cost_mcny": energy
            * data.deep_tier_cost_cny_per_mwh.sel(deep_tier=data.below_minimum_mw.deep_tier).to_numpy()
            * MCNY_PER_GWH_FROM_CNY_PER_MWH,
        }
    )
    return without_idle(table, "shaved_gwh")


def deep_arrays(q: Quantities) -> dict[str, xr.DataArray]:
    """Cost of each tier; empty without deep peak shaving."""
    tier = q.problem.system.deep_tier
    if not len(tier):
        return {}
    cost = tier.cost.to_numpy(float) * CNY_PER_MWH_FROM_MCNY_PER_GWH
    return {"deep_tier_cost_cny_per_mwh": xr.DataArray(cost, {"deep_tier": ["/".join(i) for i in tier.index]}, ("deep_tier",))}


def _balances(q: Quantities) -> dict[str, float]:
    tier = q.problem.system.deep_tier
    if not len(tier):
        return {}
    online = q.of("online", list(tier.index.get_level_values(0)), q.problem.step_h)
    return {"deep_gw": largest(q.of("below_minimum", list(tier.index)) - tier.depth.to_numpy(float)[:, None] * online)}


def _costs(q: Quantities) -> dict[str, float]:
    tier = q.problem.system.deep_tier
    cost = np.asarray(tier.cost, float) @ q.yearly(q.of("below_minimum", list(tier.index)))
    return {"deep_shaving": float(cost)} if len(tier) else {}


RESULTS = Results(balances=_balances, costs=_costs)
