"""The city as one balance, hour by hour: what planners' balance tables are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.indicators import corridor_loss_mw, thermal_mw

SUPPLY = ("thermal_mw", "chp_mw", "wind_mw", "solar_mw", "discharge_mw", "unserved_mw")
DEMAND = ("load_mw", "smelter_mw", "electric_boiler_mw", "charge_mw", "loss_mw", "export_mw")
SUMMER, WINTER = (6, 7, 8), (12, 1, 2)


def city_hours(data: xr.Dataset) -> pd.DataFrame:
    """Balance of the whole city in every hour [MW].

    Parameters
    ----------
    data : Dataset
        A result.

    Returns
    -------
    DataFrame
        Index ``time``; the columns of `SUPPLY` add up to those of `DEMAND`. Exports count at the receiving end, the losses of all
        corridors, outlets included, are a demand of their own. Besides: ``available_wind_mw``, ``available_solar_mw``,
        ``chp_heat_loss_mw`` (output given up for heat), ``weight`` (hours of the year an hour stands for), ``block``.
    """
    time = data.time.to_numpy()
    zero = np.zeros(len(time))

    def total(name: str, keep: np.ndarray | None = None) -> np.ndarray:
        if name not in data or not data[name].size:
            return zero
        values = data[name].transpose(..., "time").to_numpy()
        return values.sum(axis=0) if keep is None else values[keep].sum(axis=0)

    thermal = thermal_mw(data).to_numpy()
    is_chp = data.cluster_kind.to_numpy() == "chp" if data.sizes.get("cluster") else np.zeros(0, bool)
    carrier = data.feed_carrier.to_numpy() if data.sizes.get("feed") else np.zeros(0, "U1")
    power_store = data.store_kind.to_numpy() != "heat_store" if data.sizes.get("store") else None
    frame = pd.DataFrame(
        {
            "thermal_mw": thermal[~is_chp].sum(axis=0),
            "chp_mw": thermal[is_chp].sum(axis=0),
            "wind_mw": total("renewable_mw", carrier == "wind"),
            "solar_mw": total("renewable_mw", carrier == "solar"),
            "discharge_mw": total("discharge_mw", power_store),
            "unserved_mw": total("shed_mw"),
            "load_mw": total("load_mw"),
            "smelter_mw": total("smelter_mw") - total("potline_shed_mw"),
            "electric_boiler_mw": _electric_boilers(data, zero),
            "charge_mw": total("charge_mw", power_store),
            "loss_mw": _losses(data, zero),
            "export_mw": total("delivered_mw"),
            "available_wind_mw": total("available_mw", carrier == "wind"),
            "available_solar_mw": total("available_mw", carrier == "solar"),
            "chp_heat_loss_mw": _heat_loss(data, zero),
            "weight": data.weight.to_numpy(),
            "block": data.block.to_numpy(),
        },
        index=pd.DatetimeIndex(time, name="time"),
    )
    frame["curtailed_mw"] = frame.available_wind_mw + frame.available_solar_mw - frame.wind_mw - frame.solar_mw
    return frame


def _electric_boilers(data: xr.Dataset, zero: np.ndarray) -> np.ndarray:
    if not data.sizes.get("boiler"):
        return zero
    power = data.boiler_heat_mw / data.boiler_efficiency_share
    return power.where(data.boiler_kind == "electric_boiler", 0.0).sum("boiler").to_numpy()


def _losses(data: xr.Dataset, zero: np.ndarray) -> np.ndarray:
    if not data.sizes.get("corridor"):
        return zero
    return corridor_loss_mw(data).sum("corridor").to_numpy()


def _heat_loss(data: xr.Dataset, zero: np.ndarray) -> np.ndarray:
    if not data.sizes.get("chp"):
        return zero
    rate = data.cluster_power_loss_per_heat.to_series().fillna(0.0).reindex(data.chp.to_numpy()).to_numpy()
    return rate @ data.chp_heat_mw.transpose("chp", "time").to_numpy()


def corridor_flow(data: xr.Dataset) -> xr.DataArray:
    """Power sent over each corridor, both directions added [MW], shape (corridor, time)."""
    flow = data.flow_forward_mw
    if "flow_backward_mw" in data and data.flow_backward_mw.size:
        flow = flow + data.flow_backward_mw.reindex(corridor=data.corridor, fill_value=0.0)
    return flow.transpose("corridor", "time")


def peak_hours(hours: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Hours that the capacity balance speaks of.

    Returns
    -------
    dict of str to Timestamp
        ``summer_peak`` and ``winter_peak``: largest load of consumers and potlines in June to August and December to February, where the
        horizon reaches them; ``export_peak``: largest load and export together.
    """
    load = hours.load_mw + hours.smelter_mw
    found = {}
    for name, months in (("summer_peak", SUMMER), ("winter_peak", WINTER)):
        part = load[load.index.month.isin(months)]
        if len(part):
            found[name] = part.index[int(part.to_numpy().argmax())]
    both = load + hours.export_mw
    found["export_peak"] = both.index[int(both.to_numpy().argmax())]
    return found


def confidence_mw(hours: pd.DataFrame, carrier: str, at: pd.Timestamp, share: float) -> float:
    """Output of wind or solar that is there in a share of the peak hours of the season of an hour [MW].

    Peak hours are the tenth of the season's hours with the most load; within them the available output exceeds the figure in `share` of the
    time (weighted by what an hour stands for).
    """
    season = hours[hours.index.month.isin(next((m for m in (SUMMER, WINTER) if at.month in m), range(1, 13)))]
    load = season.load_mw + season.smelter_mw
    peak = season[load >= load.quantile(0.9)].sort_values(f"available_{carrier}_mw")
    below = peak.weight.cumsum() / peak.weight.sum()
    return float(peak[f"available_{carrier}_mw"].to_numpy()[np.searchsorted(below.to_numpy(), 1 - share)])
