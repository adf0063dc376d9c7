"""Contribution of a component to the results: its use of electricity, tables, and recount."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities


@dataclass(frozen=True)
class Use:
    """A use of electricity at the nodes, shown wherever demand is: balances by hour, month and year, page, map and workbook.

    Attributes
    ----------
    name : str
        Of its series; its columns are ``<name>_mw`` and ``<name>_gwh``.
    dim, owner : str
        Dimension of what draws, and the coordinate that names the node of each.
    power_mw : callable
        From a dataset to the power drawn [MW], shape (dim, time).
    always : bool
        Whether tables have it where nothing draws, too.
    """

    name: str
    dim: str
    owner: str
    power_mw: Callable[[xr.Dataset], xr.DataArray]
    always: bool = True


Placed = tuple[pd.Series, np.ndarray]
"""Nodes of some elements, and what each puts into the balance there less what it takes out [GW], shape (elements, hours)."""


@dataclass(frozen=True)
class Results:
    """Contribution of a component to the results.

    Attributes
    ----------
    uses : tuple of Use
    tables : mapping of str to (str, callable)
        Tables by name: the variable of the dataset that is there where the table is, and the function that makes it.
    net_electricity : callable, optional
        Its part of the electricity balance, counted again from the quantities of a plan.
    balances : callable, optional
        Largest residual of its own balances and largest excess over its own limits, by name: power in ``_gw``, the rest relative.
    costs : callable, optional
        Its accounts of running cost [MCNY], counted again from prices of the tables.
    """

    uses: tuple[Use, ...] = ()
    tables: Mapping[str, tuple[str, Callable[[xr.Dataset], pd.DataFrame]]] = field(default_factory=dict)
    net_electricity: Callable[[Quantities], Placed] | None = None
    balances: Callable[[Quantities], dict[str, float]] | None = None
    costs: Callable[[Quantities], dict[str, float]] | None = None


def largest(values: np.ndarray) -> float:
    """The largest difference of a balance or limit; 0 if none is positive."""
    return float(np.max(values, initial=0.0))


def apart(stated: np.ndarray, counted: np.ndarray) -> float:
    """The largest difference of yearly costs that the plan states from those of its hours, relative."""
    return largest(np.abs(stated - counted) / (1 + np.abs(stated)))
