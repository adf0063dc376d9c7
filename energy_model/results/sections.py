"""Sections in the results: flow, limit and shadow price of each, and its limits counted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Results, largest
from energy_model.results.indicators import AT_LIMIT_SHARE, BINDING
from energy_model.results.variables import text_array
from energy_model.study.system import MONTHS, by_month
from energy_model.units import MW_PER_GW

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

SIGN = {"forward": 1.0, "reverse": -1.0}
LEAST_LIMIT_MW = 10.0
"""Limit below which the margin within which a flow counts as at its limit shrinks no further."""


def flows_and_limits(q: Quantities) -> tuple[np.ndarray, np.ndarray]:
    """Flow and limit of every section and direction, computed from the tables [GW], each of shape (sides, hours)."""
    y = q.problem.system
    time = q.problem.profiles.indexes["time"][q.problem.plan.hour_index.ravel()]
    limit, flow = by_month(y.section[list(MONTHS)], time), np.zeros((len(y.section), q.hours))
    for i, (s, direction) in enumerate(y.section.index):
        weight = y.section_member.weight[y.section_member.index.get_level_values(0) == s]
        own = list(weight.index.get_level_values(1))
        flow[i] = SIGN[direction] * weight.to_numpy(float) @ (q.of("flow_forward", own) - q.of("flow_backward", own))
        for n, rise in y.section_unit[direction][y.section_unit.index.get_level_values(0) == s].droplevel(0).items():
            limit[i] += rise * q.of("online", list(y.thermal.index[y.thermal.node == n]), q.problem.step_h).sum(axis=0)
    return flow, limit


def section_arrays(q: Quantities, data: xr.Dataset) -> dict[str, xr.DataArray]:
    """Names, hourly flow and hourly limit over ``section_side``; empty without sections."""
    section = q.problem.system.section
    if not len(section):
        return {}
    flow, limit = flows_and_limits(q)
    sides = {"section_side": ["/".join(side) for side in section.index]}
    names = {c: xr.DataArray(text_array(section[c]), sides, ("section_side",)) for c in ("name_zh", "name_en")}
    hourly = {
        name: xr.DataArray(values * MW_PER_GW, sides | {"time": data.time.to_numpy()}, ("section_side", "time"))
        for name, values in (("flow_mw", flow), ("limit_mw", limit))
    }
    return {f"section_{name}": array for name, array in (names | hourly).items()}


def section_limits(data: xr.Dataset) -> pd.DataFrame:
    """Sections by direction: lowest and highest limit, largest flow [MW], hours at the limit, value of a higher limit.

    Returns
    -------
    DataFrame
        ``hours_at_limit_h`` within a thousandth of the limit, or 0.01 MW; ``hours_binding_h`` with a price; ``largest_share`` of the
        limit of its hour, where that is above 0; ``mean_price_cny_per_mwh`` over the hours with a price;
        ``congestion_rent_cny_per_mw``: what one more MW in every hour saves in the year.
    """
    weight, flow, limit = data.weight.to_numpy(), _hourly(data.section_flow_mw), _hourly(data.section_limit_mw)
    price = np.maximum(-_hourly(data.dual_section_limit.sel(section_side=data.section_side)), 0.0)
    binding = price > BINDING
    hours, rent = binding @ weight, price @ weight
    sides = [str(side).split("/") for side in data.section_side.to_numpy()]
    return pd.DataFrame(
        {
            "section": [s for s, _ in sides],
            "name_zh": data.section_name_zh.to_numpy(),
            "name_en": data.section_name_en.to_numpy(),
            "flow_direction": [direction for _, direction in sides],
            "least_limit_mw": limit.min(axis=1),
            "largest_limit_mw": limit.max(axis=1),
            "largest_mw": flow.max(axis=1),
            "largest_share": np.fmax.reduce(np.divide(flow, limit, out=np.full_like(flow, np.nan), where=limit > 0), axis=1),
            "hours_at_limit_h": (flow >= limit - (1 - AT_LIMIT_SHARE) * np.maximum(np.abs(limit), LEAST_LIMIT_MW)) @ weight,
            "hours_binding_h": hours,
            "mean_price_cny_per_mwh": np.divide((price * binding) @ weight, hours, out=np.zeros(len(hours)), where=hours > 0),
            "congestion_rent_cny_per_mw": rent,
        }
    )


def _hourly(array: xr.DataArray) -> np.ndarray:
    return array.transpose("section_side", "time").to_numpy()


def _balances(q: Quantities) -> dict[str, float]:
    if not len(q.problem.system.section):
        return {}
    flow, limit = flows_and_limits(q)
    return {"section_gw": largest(flow - limit)}


RESULTS = Results(balances=_balances)
