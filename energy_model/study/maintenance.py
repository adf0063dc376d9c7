"""Planned outages of corridors: circuits out of service by hour, and the number of distinct networks in a year."""

from __future__ import annotations

import numpy as np
import pandas as pd

MONTH_LENGTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
MONTH_START = np.cumsum(MONTH_LENGTH) - MONTH_LENGTH
"""Planning years have 365 days; a 29th of February counts as the 28th."""


def planned_outage_gw(corridor: pd.DataFrame, time: pd.DatetimeIndex) -> pd.DataFrame:
    """Capacity out of service [GW] by corridor and hour; corridors without a planned outage have no row.

    Parameters
    ----------
    corridor : DataFrame
        Of a `System`: ``outage`` [GW], ``outage_start`` as mm-dd, ``outage_days``.
    time : DatetimeIndex
        Hours of one year; a window beyond its end continues at its beginning.
    """
    out = corridor[corridor.outage > 0]
    day = MONTH_START[time.month - 1] + np.minimum(time.day, MONTH_LENGTH[time.month - 1])
    rows = {}
    for name, row in out.iterrows():
        month, first = map(int, row.outage_start.split("-"))
        rows[name] = np.where((day - MONTH_START[month - 1] - first) % 365 < row.outage_days, row.outage, 0.0)
    return pd.DataFrame(rows, index=time, dtype=float).T


def topologies(outage_gw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct combinations of planned outages, and the one of each hour.

    Parameters
    ----------
    outage_gw : ndarray, shape (corridors with an outage, hours)

    Returns
    -------
    outage_gw : ndarray, shape (corridors with an outage, topologies)
    of_hour : ndarray of int, shape (hours,)
    """
    if not len(outage_gw):
        return np.empty((0, 1)), np.zeros(outage_gw.shape[1], dtype=int)
    found, of_hour = np.unique(outage_gw, axis=1, return_inverse=True)
    return found, of_hour.ravel()
