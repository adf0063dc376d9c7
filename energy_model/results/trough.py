"""Balance at the trough (调峰平衡): what demand and stores take in the hours of least load, against output that cannot be lowered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.city import extreme_hours, not_exceeded_mw, season_loads
from energy_model.results.components import USES
from energy_model.study.settings import CapacityBalanceSettings

TAKEN = (*(u.name for u in USES), "loss", "export")
"""Parts of the demand, in the order of the table."""
STORES = ("battery", "pumped_hydro")


def trough_hours(hours: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Hours of least load of consumers: of June to August and December to February where the horizon reaches them, and of all hours."""
    return {f"{season}_trough": load.index[int(load.to_numpy().argmin())] for season, load in season_loads(hours).items()}


def trough_balance(data: xr.Dataset, hours: pd.DataFrame, settings: CapacityBalanceSettings) -> pd.DataFrame:
    """Balance at the troughs, by planning rules.

    The load is the least of the season; stores take in their power. Wind and solar count with the output that they do not exceed in the
    confidence share of the tenth of hours of least load. All that the plan operates is the mean of `windy_hours`, those of that tenth in
    which as much wind is on offer: other uses, losses, exports at the receiving end, the minimum load of condensing plants on-line, less
    what deep peak shaving took off it, and the output of CHP, which heat decides. What uses and stores leave is room for wind and solar.

    Returns
    -------
    DataFrame
        One row per ``item``, a column ``<trough>_mw`` for each of `trough_hours`. ``trough_surplus`` below zero: that much wind and solar
        cannot be taken at the trough, unless stores, exports or plants are run otherwise.
    """
    power = data.store_power_capacity_mw.to_series() if data.sizes.get("store") else pd.Series(dtype=float)
    kinds = data.store_kind.to_series() if data.sizes.get("store") else pd.Series(dtype=object)
    stores = {f"charging_{k}": float(power[kinds == k].sum()) for k in STORES}
    hours = hours.assign(minimum_mw=_minimum_mw(data))
    columns = {}
    for trough, at in trough_hours(hours).items():
        lowest = extreme_hours(hours, at, least=True)
        offered = {f"offered_{c}": offered_mw(lowest, c, settings.confidence_share) for c in ("wind", "solar")}
        windy = windy_hours(lowest, offered)
        mean = windy.mul(windy.weight, axis=0).sum() / windy.weight.sum()
        taken = {name: float(mean[f"{name}_mw"]) for name in TAKEN if f"{name}_mw" in mean} | {"load": float(hours.load_mw[at])}
        held = {"minimum_thermal": float(mean.minimum_mw), "minimum_chp": float(mean.chp_mw)}
        demand = sum(taken.values())
        room = demand + sum(stores.values()) - sum(held.values())
        columns[f"{trough}_mw"] = (
            taken
            | {"trough_demand": demand}
            | stores
            | held
            | {"room_for_renewables": room}
            | offered
            | {"trough_surplus": room - sum(offered.values())}
        )
    frame = pd.DataFrame(columns)
    frame.index.name = "item"
    return frame.reset_index()


def trough_times(hours: pd.DataFrame) -> pd.DataFrame:
    """Times of the troughs."""
    return pd.DataFrame([{"peak": name, "hour": f"{at:%Y-%m-%d %H:%M}"} for name, at in trough_hours(hours).items()])


def offered_mw(trough: pd.DataFrame, carrier: str, share: float) -> float:
    """Wind or solar on offer that is not exceeded in a share of the trough hours [MW], weighted."""
    return not_exceeded_mw(trough, f"{carrier}_available_mw", share - 1e-12)


def windy_hours(trough: pd.DataFrame, offered: dict[str, float]) -> pd.DataFrame:
    """Trough hours in which what is available reaches what is offered, of wind or, where it is more, of solar."""
    most = max(offered, key=lambda name: offered[name])
    return trough[trough[f"{most.removeprefix('offered_')}_available_mw"] >= offered[most]]


def _minimum_mw(data: xr.Dataset) -> np.ndarray:
    """Minimum load of the condensing plants that are on-line, less deep peak shaving, in every hour [MW]."""
    if not data.sizes.get("cluster"):
        return np.zeros(data.sizes["time"])
    kind = data.cluster_kind.to_series()
    least = (data.online_mw * data.cluster_min_load_share).where(data.cluster_kind == "thermal", 0.0).sum("cluster").to_numpy()
    if "below_minimum_mw" not in data:
        return least
    condensing = [kind[str(pair).rpartition("/")[0]] == "thermal" for pair in data.deep_tier.to_numpy()]
    return least - data.below_minimum_mw.transpose("deep_tier", "time").to_numpy()[condensing].sum(axis=0)
