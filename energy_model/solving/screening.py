"""Solve a large study without the candidates that an approximate solution leaves unbuilt, then prove that leaving them out cost nothing.

Columns of an unbuilt candidate (its capacity and everything its capacity bounds) leave the problem, with the rows that hold nothing else.
Afterwards one small LP over those columns, priced with the duals of the rows that stayed, completes the duals: if its optimum is zero no
candidate would pay, and the duals prove the optimum of the whole problem; if not, the candidates it builds are let in again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energy_model.solving.bounds import implied_bounds
from energy_model.solving.stamp import CAPACITY, StampedLP

UNBUILT_GW = 5e-3
"""A candidate of which an approximate solution builds less is left out at first."""


def capacity_columns(lp: StampedLP) -> np.ndarray:
    """All capacity columns."""
    return np.concatenate([ids for family, (_, ids) in lp.column_ids.items() if family.startswith(CAPACITY)])


def unbuilt(lp: StampedLP, primal: np.ndarray) -> np.ndarray:
    """Capacity columns that may be zero and are left (nearly) unbuilt."""
    columns = capacity_columns(lp)
    return columns[(lp.lower[columns] == 0) & (primal[columns] < UNBUILT_GW)]


@dataclass(frozen=True)
class Screened:
    """A problem without some candidates.

    Attributes
    ----------
    full, reduced : StampedLP
    columns, rows : ndarray of bool
        What of the full problem stayed.
    """

    full: StampedLP
    reduced: StampedLP
    columns: np.ndarray
    rows: np.ndarray

    def primal(self, reduced: np.ndarray) -> np.ndarray:
        """Column values of the full problem: zero where left out."""
        full = np.zeros(len(self.columns))
        full[self.columns] = reduced
        return full

    def pricing(self, dual: np.ndarray) -> StampedLP:
        """The LP over what was left out, its columns priced with the duals of the rows that stayed."""
        out = ~self.columns
        _, upper = implied_bounds(self.full)
        worth = self.full.cost - self.full.matrix[self.rows].T @ dual
        return _part(replace(self.full, cost=worth, upper=upper), out, ~self.rows)

    def dual(self, reduced: np.ndarray, left_out: np.ndarray) -> np.ndarray:
        """Row duals of the full problem."""
        full = np.empty(len(self.rows))
        full[self.rows], full[~self.rows] = reduced, left_out
        return full


def screen(lp: StampedLP, candidates: np.ndarray) -> Screened:
    """Leave out candidates and all columns that are zero without them.

    Parameters
    ----------
    lp : StampedLP
    candidates : ndarray of int
        Capacity columns to hold at zero.
    """
    upper = lp.upper.copy()
    upper[candidates] = 0.0
    _, reach = implied_bounds(replace(lp, upper=upper))
    gone = (reach <= 1e-12) & (lp.lower == 0)
    rows = sp.csr_array((np.ones(lp.matrix.nnz), lp.matrix.indices, lp.matrix.indptr), shape=lp.matrix.shape[::-1]).T.tocsr()
    fits_zero = (lp.row_lower <= 0) & (lp.row_upper >= 0)
    # A column that costs and now stands alone in rows that zero satisfies (starts of an unbuilt cluster) is zero too.
    crowded = (rows @ (~gone).astype(float) > 1) | ~fits_zero
    gone |= (rows.T @ crowded.astype(float) == 0) & (lp.lower == 0) & (lp.cost >= 0)
    stays = (rows @ (~gone).astype(float) > 0) | ~fits_zero | (np.diff(rows.indptr) == 0)
    return Screened(lp, _part(lp, ~gone, stays), ~gone, stays)


def _part(lp: StampedLP, columns: np.ndarray, rows: np.ndarray) -> StampedLP:
    return StampedLP(
        matrix=sp.csc_array(sp.csr_array(lp.matrix)[rows][:, columns]),
        cost=lp.cost[columns],
        offset=lp.offset,
        lower=lp.lower[columns],
        upper=lp.upper[columns],
        row_lower=lp.row_lower[rows],
        row_upper=lp.row_upper[rows],
        integer=lp.integer[columns],
        accounts={},
        column_scale=lp.column_scale[columns],
        column_ids={},
        row_ids={},
    )
