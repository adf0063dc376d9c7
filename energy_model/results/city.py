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
SEASONS = {"summer": (6, 7, 8), "winter": (12, 1, 2), "year": tuple(range(1, 13))}
TENTH = 0.1
"""Share of the hours of a season that count as its peak or its trough, for wind and solar."""


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
    return {f"{season}_peak": load.index[int(load.to_numpy().argmax())] for season, load in season_loads(hours).items()}


def season_loads(hours: pd.DataFrame) -> dict[str, pd.Series]:
    """Load of consumers [MW] in the hours of each of `SEASONS` that the horizon reaches."""
    loads = {season: hours.load_mw[hours.index.month.isin(months)] for season, months in SEASONS.items()}
    return {season: load for season, load in loads.items() if len(load)}


def season_of(at: pd.Timestamp) -> tuple[int, ...]:
    """Months of the first of `SEASONS` that an hour is in: summer, winter, else the year."""
    return next(months for months in SEASONS.values() if at.month in months)


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
    return not_exceeded_mw(extreme_hours(hours, at, least=False), f"{carrier}_available_mw", 1 - share)


def not_exceeded_mw(hours: pd.DataFrame, column: str, share: float) -> float:
    """Power that a column does not exceed in a share of the time of some hours, counted by what they represent [MW]."""
    ordered = hours.sort_values(column)
    below = (ordered.weight.cumsum() / ordered.weight.sum()).to_numpy()
    return float(ordered[column].to_numpy()[np.searchsorted(below, share)])
