"""Delivery curves of contracts on the hours of a year: by month and type of day, and with the shares of the months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.study.contract_calendars import DAY_TYPES
from energy_model.study.system import System
from energy_model.units import HOURS_PER_YEAR
from energy_model.weather.calendar import public_holiday, spring_festival, weekend


def day_types(time: pd.DatetimeIndex, listed: pd.Series) -> np.ndarray:
    """Position in `DAY_TYPES` of the day of every hour, shape (hours,).

    Parameters
    ----------
    time : DatetimeIndex
    listed : Series
        ``holiday`` or ``workday`` by ``mm-dd``: days that public holidays and weekends do not tell.
    """
    kind = np.where(spring_festival(time) | public_holiday(time), "holiday", np.where(weekend(time), "weekend", "workday"))
    own = pd.Series(time.strftime("%m-%d")).map(listed)
    return pd.Index(DAY_TYPES).get_indexer(own.where(own.notna(), kind).to_numpy())


def contract_shares(system: System, time: pd.DatetimeIndex) -> np.ndarray:
    """Share of contract power delivered, or permitted, in every hour for contracts with a calendar, shape (contracts, hours).

    Where an agreed shape has shares by month, each month is scaled to its share of the year's energy; contract power is then that of the
    month scaled the most.
    """
    year = pd.date_range(f"{time[0].year}-01-01", periods=HOURS_PER_YEAR, freq="h") if len(time) else time
    rows = []
    for x in system.scheduled_contract:
        share = _curve(system, x, time)
        if system.contract["shape"][x] != "free" and x in system.monthly_contract:
            energy = pd.Series(_curve(system, x, year)).groupby(year.month).sum()
            factor = (system.contract_month[x].reindex(energy.index) / energy.where(energy > 0)).fillna(0.0)
            share = share * (factor / factor.max()).reindex(time.month).to_numpy()
        rows.append(share)
    return np.array(rows).reshape(len(rows), len(time))


def _curve(system: System, contract: str, time: pd.DatetimeIndex) -> np.ndarray:
    """The shape of a contract before months are scaled, shape (hours,)."""
    calendar = system.contract.calendar[contract]
    if calendar is None:
        return np.asarray(system.contract.hours[contract], float)[time.hour]
    return calendar[time.month - 1, day_types(time, system.holiday), time.hour]
