"""Bounds implied by rows: on columns, and on the optimal cost from any row duals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from energy_model.solving.stamp import StampedLP


def implied_bounds(lp: StampedLP, known: float = np.inf, passes: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Column bounds, infinite ones replaced by those implied by rows and by a cost of at most `known` (activity bounds, a few passes)."""
    a, row_lower, row_upper = sp.csr_array(lp.matrix), lp.row_lower, lp.row_upper
    if np.isfinite(known) and (np.isinf(lp.upper) & (lp.cost > 0)).any():
        a = sp.csr_array(sp.vstack([a, sp.csr_array(lp.cost[None])]))
        row_lower, row_upper = np.append(row_lower, -np.inf), np.append(row_upper, known - lp.offset)
    row = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))
    lower, upper = lp.lower.copy(), lp.upper.copy()
    for _ in range(passes):
        before = np.isinf(lower).sum() + np.isinf(upper).sum()
        if before == 0:
            break
        for sign in (1.0, -1.0):
            v = sign * a.data
            side = row_upper if sign > 0 else -row_lower  # v @ x <= side
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


def safe_lower_bound(lp: StampedLP, dual: np.ndarray, known: float = np.inf) -> tuple[float, float]:
    """Lower bound on the optimal cost from any row duals, and the largest reduced cost that needed an implied bound.

    The bound is valid for any row duals: reduced costs are multiplied with the bound they point to, and columns without a bound get the
    one that their rows imply (Neumaier and Shcherbina 2004, "Safe bounds in linear and mixed-integer linear programming", Mathematical
    Programming 99).  Row duals pointing to a side that does not exist are set to zero first, which keeps the bound valid.

    `known` is the cost of a plan: the optimum is none of the plans that cost more, so capacities that cost something and have no limit
    get one.
    """
    y, reduced, row_worth, column_worth = priced(lp, dual, known)
    missing = np.where(reduced > 0, lp.lower, lp.upper)
    wrong = np.abs(reduced[~np.isfinite(missing)])
    if (open_ended := np.isneginf(column_worth)).any():
        return -np.inf, float(np.abs(reduced[open_ended]).max())
    return float(row_worth @ y + column_worth.sum()) + lp.offset, float(wrong.max(initial=0.0))


def priced(lp: StampedLP, dual: np.ndarray, known: float = np.inf) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bound of row duals on an LP, or on its plans with a cost of at most `known`, row by row and column by column.

    Returns
    -------
    dual : ndarray, shape (rows,)
        Without those that point to a side that does not exist.
    reduced : ndarray, shape (columns,)
        Reduced costs.
    row_side : ndarray, shape (rows,)
        The side of each row that its dual points to.
    column_worth : ndarray, shape (columns,)
        Least that each column adds at its reduced cost; -inf where no bound limits it.
    """
    y = np.where((dual > 0) & np.isneginf(lp.row_lower) | (dual < 0) & np.isposinf(lp.row_upper), 0.0, dual)
    reduced = lp.cost - lp.matrix.T @ y
    lower, upper = implied_bounds(lp, known)
    side = np.where(reduced > 0, lower, upper)
    limited = np.isfinite(side)
    worth = np.where(limited, np.where(limited, side, 0.0) * reduced, np.where(np.abs(reduced) > 1e-12, -np.inf, 0.0))
    row_side = np.where(y > 0, lp.row_lower, np.where(y < 0, lp.row_upper, 0.0))
    return y, reduced, row_side, worth


def proves_infeasible(lp: StampedLP, ray: np.ndarray) -> bool:
    """Whether row multipliers prove infeasibility (Farkas' lemma, in safe arithmetic)."""
    if len(ray) != len(lp.row_lower):
        return False
    nothing = replace(lp, cost=np.zeros(len(lp.cost)), offset=0.0)
    size = max(1e-12, float(np.abs(ray).max()))
    return any(safe_lower_bound(nothing, sign * ray / size)[0] > 1e-6 for sign in (1.0, -1.0))


def has_no_end(lp: StampedLP, columns: np.ndarray) -> bool:
    """Whether columns form a ray without limit by bounds and rows (to 1e-7 of it), along which the cost falls."""
    size = max(1e-12, float(np.abs(columns).max()))
    ray = columns / size
    ray = np.where((ray < 0) & np.isfinite(lp.lower) | (ray > 0) & np.isfinite(lp.upper), 0.0, ray)
    activity = lp.matrix @ ray
    off = np.where(np.isfinite(lp.row_lower), -activity, 0.0), np.where(np.isfinite(lp.row_upper), activity, 0.0)
    return float(lp.cost @ ray) < -1e-6 and float(np.maximum(*off).max(initial=0.0)) < 1e-7
