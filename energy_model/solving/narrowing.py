"""Hold the columns that an approximate solution leaves at a bound and prices off: a much smaller problem remains for the exact method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from energy_model.solving.stamp import CAPACITY, StampedLP

NEAR, PRICED = 1e-4, 1e-6
"""Nearness to a bound, and least reduced cost [MCNY] that holds a column there, per GW or per larger unit of a yearly amount."""
LINKED = {"built", "standing"}
"""Columns of a pathway that years share, with the capacities."""


def narrowed(lp: StampedLP, primal: np.ndarray, dual: np.ndarray) -> StampedLP:
    """The problem with columns held at the bound at which an approximate solution has them.

    Parameters
    ----------
    lp : StampedLP
    primal : ndarray, shape (columns,)
    dual : ndarray, shape (rows,)
        Of an approximate solution.

    Returns
    -------
    StampedLP
        Same rows and columns: each of its solutions is one of `lp`, and costs as much; how much is lost, a certificate must tell.
    """
    reduced_cost = (lp.cost - lp.matrix.T @ dual) * lp.column_scale
    near = NEAR * lp.column_scale
    down = (primal - lp.lower < near) & (reduced_cost > PRICED)
    up = (lp.upper - primal < near) & (reduced_cost < -PRICED)
    if lp.column_ids.keys() >= LINKED:  # years share what is built: held a little apart, their sums could not be met
        families = [f for f in lp.column_ids if f.startswith(CAPACITY) or f in LINKED]
        linked = np.concatenate([lp.column_ids[f][1] for f in families])
        down[linked] = up[linked] = False
    return replace(lp, lower=np.where(up, lp.upper, lp.lower), upper=np.where(down, lp.lower, lp.upper))
