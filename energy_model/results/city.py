"""The hourly balance of the city, the basis of the balance tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results import series
from energy_model.results.components import USES, uses
from energy_model.units import HOURS_PER_DAY

SUPPLY = ("thermal_mw", "chp_mw", "wind_mw", "solar_mw", "discharge_mw", "unserved_mw")
DEMAND = (*(f"{u.name}_mw" for u in USES), "charge_mw", "loss_mw", "export_mw")
"""Columns of demand; a table has those of uses that its study has."""
FURTHER = ("wind_available", "solar_available", "wind_curtailed", "solar_curtailed", "curtailed")
SUMMER, WINTER = (6, 7, 8), (12, 1, 2)


def city_hours(data: xr.Dataset) -> pd.DataFrame:
    """Balance of the whole city in every hour [MW], as a table of `series.city`.

    Parameters
    ----------
    data : Dataset
        A result.

    Returns
    -------
    DataFrame
        Index ``time``; the columns of `SUPPLY` add up to those of `DEMAND`. Besides: wind and solar available and curtailed,
        ``chp_heat_loss_mw`` (output given up for heat), ``weight`` (hours of the year an hour represents).
    """
    place = series.city(data)
    absent = {f"{u.name}_mw" for u in USES} - {f"{u.name}_mw" for u in uses(data)}
    shown = [name for name in (*SUPPLY, *DEMAND) if name not in absent]
    columns = {name: place[name.removesuffix("_mw")] for name in shown} | {f"{name}_mw": place[name] for name in FURTHER}
    frame = pd.DataFrame(columns, index=pd.DatetimeIndex(data.time.to_numpy(), name="time"))
    return frame.assign(chp_heat_loss_mw=_heat_loss(data), weight=data.weight.to_numpy())


def _heat_loss(data: xr.Dataset) -> np.ndarray:
    if not data.sizes.get("chp"):
        return np.zeros(data.sizes["time"])
    rate = data.cluster_power_loss_per_heat.to_series().fillna(0.0).reindex(data.chp.to_numpy()).to_numpy()
    return rate @ data.chp_heat_mw.transpose("chp", "time").to_numpy()


def whole_months(time: pd.DatetimeIndex, weight: np.ndarray) -> bool:
    """True if the hours of every month represent that month: only then are monthly figures given.

    Typical weeks represent the year and not for the month that they are taken from, and a few days represent nothing else.
    """
    stood_for = pd.Series(weight, index=time.month).groupby(level=0).sum()
    days = pd.Series(pd.date_range("2015-01-01", "2015-12-31").month).value_counts()  # planning years have 365 days
    return np.allclose(stood_for.reindex(days.index, fill_value=0.0), HOURS_PER_DAY * days)


def peak_hours(hours: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Hours of the capacity balance.

    Potlines are counted at rated power and exports at the power of their contracts, so the load of consumers alone decides.

    Returns
    -------
    dict of str to Timestamp
        ``summer_peak`` and ``winter_peak``: largest load in June to August and December to February, where the horizon reaches them;
        ``year_peak``: largest load of all hours.
    """
    months = {"summer_peak": SUMMER, "winter_peak": WINTER, "year_peak": range(1, 13)}
    loads = {name: hours.load_mw[hours.index.month.isin(own)] for name, own in months.items()}
    return {name: load.index[int(load.to_numpy().argmax())] for name, load in loads.items() if len(load)}


def season_of(at: pd.Timestamp) -> tuple[int, ...]:
    """Months of the season of an hour: summer, winter, else all."""
    return next((m for m in (SUMMER, WINTER) if at.month in m), tuple(range(1, 13)))


TENTH = 0.1
"""Share of the hours of a season that count as its peak or its trough, for wind and solar."""


def extreme_hours(hours: pd.DataFrame, at: pd.Timestamp, least: bool) -> pd.DataFrame:
    """Hours of the peak (or trough: `least`) of the season of an hour.

    The tenth of the season's time with the most (least) load, hours counted by what they represent.
    """
    season = hours[hours.index.month.isin(season_of(at))].sort_values("load_mw", ascending=least)
    share = (season.weight.cumsum() / season.weight.sum()).to_numpy()
    last = season.load_mw.iloc[int(np.searchsorted(share, TENTH - 1e-12))]
    return season[season.load_mw <= last] if least else season[season.load_mw >= last]


def confidence_mw(hours: pd.DataFrame, carrier: str, at: pd.Timestamp, share: float) -> float:
    """Output of wind or solar available in a share of the peak hours of the season of an hour [MW].

    Within the `extreme_hours` of most load the available output exceeds the figure in `share` of the time (weighted by what an hour
    represents).
    """
    peak = extreme_hours(hours, at, least=False).sort_values(f"{carrier}_available_mw")
    below = peak.weight.cumsum() / peak.weight.sum()
    return float(peak[f"{carrier}_available_mw"].to_numpy()[np.searchsorted(below.to_numpy(), 1 - share)])
