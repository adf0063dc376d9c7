"""Negligible figures: a limit below which a figure is numerical noise, and one below which it is not a denominator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from energy_model.results import contract

SMALLEST = {"_mcny": 1e-6, "_share": 1e-6}
"""Smallest reported figure, by the suffix of its column, in the unit of the column; for other figures it is `DUST`."""
DUST = 1e-3
"""Smallest reported figure: 1 kW, 1 MWh, 1 t, 0.001 CNY/MWh (a lower price does not bind)."""
FIGURES = ("_mw", "_mwh", "_gwh", "_kt", "_cny_per_mwh", "_cny_per_mw", "_cny_per_t", "_mcny", "_mm3", "_share")
"""Endings of the columns that hold solved amounts; counts, hours and residuals of proofs are left as they are."""
PROOFS = ("gap_share",)
"""Columns of shares that tell how exact a solve is: never dust."""

LEAST_GWH = 0.1
"""Less energy than this is nothing: no share of it, no price of it, no hours of it."""
LEAST_MW = 0.01
"""Less capacity than this is nothing: no hours of it."""
BUILT_MW = 1.0
"""Less capacity of a corridor than this is not built: no hours at its limit, no rent."""


def smallest(column: str) -> float:
    """Smallest non-negligible figure of a column, in its unit; 0 for columns of other kinds.

    Parameters
    ----------
    column : str
        With its unit as ending, such as ``energy_gwh``.
    """
    if column in PROOFS:
        return 0.0
    return next((SMALLEST.get(ending, DUST) for ending in FIGURES if column.endswith(ending)), 0.0)


def without_dust(table: pd.DataFrame) -> pd.DataFrame:
    """The table with numerical noise set to 0 in every column of a solved amount, and without minus zeros.

    Parameters
    ----------
    table : DataFrame
        Columns end on their unit; some have it in another column of the row, where shares (unit 1) are told to a millionth.
    """
    clear: dict[str, pd.Series] = {}
    for name in table:
        column = table[name]
        if not pd.api.types.is_float_dtype(column):
            continue
        least: Any = smallest(str(name))
        known = contract.column(str(name))
        if known is not None and known.unit_column in table:
            least = np.where(table[known.unit_column].astype(str) == "1", SMALLEST["_share"], DUST)
        clear[name] = column.where(~(column.abs() < least), 0.0) + 0.0  # no minus zero
    return table.assign(**clear)


def without_idle(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Rows that have an amount in one of some columns; what is negligible everywhere is not told.

    Parameters
    ----------
    table : DataFrame
    columns : str
        Columns of amounts; NaN is none.
    """
    there = [table[name].abs() >= max(smallest(name), np.finfo(float).tiny) for name in columns]
    return table[np.logical_or.reduce(there)].reset_index(drop=True)


def ratio(part: Any, whole: Any, least: float) -> Any:
    """A share, mean or number of hours: `part` over `whole`, NaN if the whole is negligible.

    Parameters
    ----------
    part, whole : float, Series, DataArray or ndarray
        In the same unit, or energy over power; a factor between them belongs to `part`.
    least : float
        What `whole` must reach to be something: `LEAST_GWH`, `LEAST_MW`, or 0 where anything but 0 will do.
    """
    enough = abs(whole) >= max(least, np.finfo(float).tiny)
    if np.ndim(whole) == 0:
        return part / whole if enough else part * np.nan
    if isinstance(whole, np.ndarray):
        return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=enough)
    return part / whole.where(enough)
