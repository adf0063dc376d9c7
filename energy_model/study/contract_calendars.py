"""Delivery curves of contracts by month and type of day, from the rows of ``contract_shapes``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from energy_model.study.maintenance import MONTH_LENGTH
from energy_model.units import HOURS_PER_DAY

DAY_TYPES = ("workday", "weekend", "holiday")
INSTEAD = {"workday": ("workday", "all"), "weekend": ("weekend", "all"), "holiday": ("holiday", "weekend", "all")}
"""Rows that tell what holds on days of a type: the first of these that the month has."""
HOURS = [f"hour_{h:02d}" for h in range(24)]


MONTH_HOURS = MONTH_LENGTH * HOURS_PER_DAY


def shares_of_months(share: pd.Series, month_hours: np.ndarray) -> dict[int, float]:
    """Shares of the months covered by a horizon, in proportion to their hours, so that they add up to 1.

    Parameters
    ----------
    share : Series
        Of the year's energy, by month.
    month_hours : ndarray, shape (12,)
        Hours of the horizon in each month, weighted.
    """
    there = {int(m): s * month_hours[int(m) - 1] / MONTH_HOURS[int(m) - 1] for m, s in share.items() if month_hours[int(m) - 1] > 0}
    total = sum(there.values())
    return {m: s / total for m, s in there.items()} if total > 0 else {}


def months_of(first: int, last: float) -> Iterator[int]:
    """Months from the first to the last, 1 to 12, over the new year if the last comes before; NaN is the first alone."""
    count = 1 if pd.isna(last) else (int(last) - first) % 12 + 1
    return ((first - 1 + k) % 12 + 1 for k in range(count))


def rows_by_day(table: pd.DataFrame) -> dict[tuple[str, int, str], list[int]]:
    """Positions of the rows of ``contract_shapes`` by contract, month and type of day, as written."""
    found: dict[tuple[str, int, str], list[int]] = {}
    for i, row in table.iterrows():
        for month in months_of(row.first_month, row.last_month):
            found.setdefault((row.contract, month, row.day_type), []).append(i)
    return found


def row_for(rows: dict[tuple[str, int, str], list[int]], contract: str, month: int, day_type: str) -> int | None:
    """Position of the row for such a day; None if there is none."""
    return next((rows[contract, month, own][0] for own in INSTEAD[day_type] if (contract, month, own) in rows), None)


def contract_calendars(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Share of contract power by contract: arrays of shape (month, type of day, hour), types in the order of `DAY_TYPES`."""
    rows, share = rows_by_day(table), table[HOURS].to_numpy(float)
    place = {i: k for k, i in enumerate(table.index)}
    found = {}
    for contract in dict.fromkeys(table.contract):
        own = [[row_for(rows, contract, month, day) for day in DAY_TYPES] for month in range(1, 13)]
        found[contract] = np.array([[share[place[i]] if i is not None else np.zeros(24) for i in days] for days in own])
    return found
