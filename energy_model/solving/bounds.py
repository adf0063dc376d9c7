"""Bounds of columns that follow from rows."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from energy_model.solving.stamp import StampedLP


def implied_bounds(lp: StampedLP, passes: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Column bounds, the infinite ones replaced by what rows imply (activity bounds, a few passes)."""
    a = sp.csr_array(lp.matrix)
    row = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))
    lower, upper = lp.lower.copy(), lp.upper.copy()
    for _ in range(passes):
        before = np.isinf(lower).sum() + np.isinf(upper).sum()
        if before == 0:
            break
        for sign in (1.0, -1.0):
            v = sign * a.data
            side = lp.row_upper if sign > 0 else -lp.row_lower  # v @ x <= side
            least = v * np.where(v > 0, lower[a.indices], upper[a.indices])
            infinite = ~np.isfinite(least)
            sums = np.bincount(row, np.where(infinite, 0.0, least), a.shape[0])
            holes = np.bincount(row, infinite, a.shape[0])
            usable = np.isfinite(side)[row] & (holes[row] - infinite == 0)
            rest = sums[row] - np.where(infinite, 0.0, least)
            with np.errstate(invalid="ignore"):
                reach = (side[row] - rest) / v
            for bound, wanted in ((upper, usable & (v > 0)), (lower, usable & (v < 0))):
                pick = wanted & np.isinf(bound[a.indices])
                found = np.full(len(bound), np.inf if bound is upper else -np.inf)
                (np.minimum if bound is upper else np.maximum).at(found, a.indices[pick], reach[pick])
                bound[:] = np.where(np.isinf(bound), found, bound)
        if np.isinf(lower).sum() + np.isinf(upper).sum() == before:
            break
    return lower, upper
