"""Compiled loops over all columns and row activities: residuals, right sides, directions, steps.

A variable has a lower bound, an upper bound, both, none, or is fixed (`LOWER`, `UPPER`, `FIXED`); `to_lower` and `to_upper` are its
distances to its bounds, `low_dual` and `up_dual` their duals.  Each loop takes the variables ``first <= i < last``.
"""

from __future__ import annotations

import numpy as np

from energy_model.solving.interior_point.kernels import compiled

LOWER, UPPER, FIXED = 1, 2, 4
HELD = 1e12
"""Weight of the diagonal that holds a fixed variable."""
WEIGHTS = np.array([1.0, 0.7, 0.45, 0.25, 0.1])
"""Shares of a corrector that are tried (Colombo and Gondzio 2008, Computational Optimization and Applications 41)."""
SMALL, LARGE = 0.1, 10.0
"""Complementarity products within these multiples of the target are left alone."""


@compiled
def residuals(first, last, kind, lower, upper, cost, priced, x, to_lower, to_upper, low_dual, up_dual, dual_residual, theta):
    """Dual residual and diagonal.

    Returns sum of products, cost, dual value of bounds and fixed variables, largest residual of duals, largest residual of bounds.
    """
    products, value, bound, worst, off = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(first, last):
        reduced = cost[i] - priced[i]
        value += cost[i] * x[i]
        k = kind[i]
        if k == FIXED:
            dual_residual[i], theta[i] = 0.0, HELD
            bound += reduced * x[i]
            continue
        residual, diagonal = reduced, 0.0
        if k & LOWER:
            residual -= low_dual[i]
            diagonal += low_dual[i] / to_lower[i]
            products += low_dual[i] * to_lower[i]
            bound += lower[i] * low_dual[i]
            off = max(off, abs(lower[i] - x[i] + to_lower[i]))
        if k & UPPER:
            residual += up_dual[i]
            diagonal += up_dual[i] / to_upper[i]
            products += up_dual[i] * to_upper[i]
            bound -= upper[i] * up_dual[i]
            off = max(off, abs(upper[i] - x[i] - to_upper[i]))
        dual_residual[i], theta[i] = residual, diagonal
        worst = max(worst, abs(residual))
    return products, value, bound, worst, off


@compiled
def newton_right(
    first,
    last,
    kind,
    lower,
    upper,
    x,
    to_lower,
    to_upper,
    low_dual,
    up_dual,
    dual_residual,
    dx,
    d_low,
    d_up,
    target,
    second,
    of_lower,
    of_upper,
    right,
):
    """Right side of the predictor (`second` 0, target 0) and of predictor and Mehrotra's corrector (`second` 1), with all residuals."""
    for i in range(first, last):
        k = kind[i]
        r = dual_residual[i]
        if k != FIXED:
            if k & LOWER:
                off = lower[i] - x[i] + to_lower[i]
                a = target - to_lower[i] * low_dual[i] - second * (dx[i] - off) * d_low[i]
                of_lower[i] = a
                r -= (a + low_dual[i] * off) / to_lower[i]
            if k & UPPER:
                off = upper[i] - x[i] - to_upper[i]
                a = target - to_upper[i] * up_dual[i] - second * (off - dx[i]) * d_up[i]
                of_upper[i] = a
                r += (a - up_dual[i] * off) / to_upper[i]
        right[i] = r


@compiled
def corrector_right(
    first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dx, d_low, d_up, target, of_lower, of_upper, right
):
    """Right side of Mehrotra's corrector alone."""
    for i in range(first, last):
        k, r = kind[i], 0.0
        if k != FIXED:
            if k & LOWER:
                a = target - (dx[i] - (lower[i] - x[i] + to_lower[i])) * d_low[i]
                of_lower[i] = a
                r -= a / to_lower[i]
            if k & UPPER:
                a = target - ((upper[i] - x[i] - to_upper[i]) - dx[i]) * d_up[i]
                of_upper[i] = a
                r += a / to_upper[i]
        right[i] = r


@compiled
def centring_right(
    first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dx, d_low, d_up, target, p, q, of_lower, of_upper, right
):
    """Right side of a further corrector: products that a longer step would leave too small or too large are led back (Gondzio 1996)."""
    least, most = SMALL * target, LARGE * target
    for i in range(first, last):
        k, r = kind[i], 0.0
        if k != FIXED:
            if k & LOWER:
                off = lower[i] - x[i] + to_lower[i]
                v = (to_lower[i] + p * (dx[i] - off)) * (low_dual[i] + q * d_low[i])
                a = max(least - v if v < least else most - v if v > most else 0.0, -most)
                of_lower[i] = a
                r -= a / to_lower[i]
            if k & UPPER:
                off = upper[i] - x[i] - to_upper[i]
                v = (to_upper[i] + p * (off - dx[i])) * (up_dual[i] + q * d_up[i])
                a = max(least - v if v < least else most - v if v > most else 0.0, -most)
                of_upper[i] = a
                r += a / to_upper[i]
        right[i] = r


@compiled
def dual_directions(first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, of_lower, of_upper, whole, dx, d_low, d_up):
    """Directions of the bounds' duals; `whole` 1 where residuals of the bounds are in the right side."""
    for i in range(first, last):
        k = kind[i]
        if k == FIXED:
            continue
        if k & LOWER:
            d_low[i] = (of_lower[i] - low_dual[i] * (dx[i] - whole * (lower[i] - x[i] + to_lower[i]))) / to_lower[i]
        if k & UPPER:
            d_up[i] = (of_upper[i] - up_dual[i] * (whole * (upper[i] - x[i] - to_upper[i]) - dx[i])) / to_upper[i]


@compiled
def steps(first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dx, d_low, d_up, ex, e_low, e_up, weights):
    """Fastest relative shrinking along ``d + weight e``, shape (2, weights): of distances to bounds, and of their duals; below zero.

    Written out for the five weights, so that the records stay in registers.
    """
    w0, w1, w2, w3, w4 = weights[0], weights[1], weights[2], weights[3], weights[4]
    a0 = a1 = a2 = a3 = a4 = b0 = b1 = b2 = b3 = b4 = -1e-9
    for i in range(first, last):
        k = kind[i]
        if k == FIXED:
            continue
        if k & LOWER:
            s, z = 1.0 / to_lower[i], 1.0 / low_dual[i]
            d, e, f, g = (dx[i] - (lower[i] - x[i] + to_lower[i])) * s, ex[i] * s, d_low[i] * z, e_low[i] * z
            a0, b0 = min(a0, d + w0 * e), min(b0, f + w0 * g)
            a1, b1 = min(a1, d + w1 * e), min(b1, f + w1 * g)
            a2, b2 = min(a2, d + w2 * e), min(b2, f + w2 * g)
            a3, b3 = min(a3, d + w3 * e), min(b3, f + w3 * g)
            a4, b4 = min(a4, d + w4 * e), min(b4, f + w4 * g)
        if k & UPPER:
            s, z = 1.0 / to_upper[i], 1.0 / up_dual[i]
            d, e, f, g = ((upper[i] - x[i] - to_upper[i]) - dx[i]) * s, -ex[i] * s, d_up[i] * z, e_up[i] * z
            a0, b0 = min(a0, d + w0 * e), min(b0, f + w0 * g)
            a1, b1 = min(a1, d + w1 * e), min(b1, f + w1 * g)
            a2, b2 = min(a2, d + w2 * e), min(b2, f + w2 * g)
            a3, b3 = min(a3, d + w3 * e), min(b3, f + w3 * g)
            a4, b4 = min(a4, d + w4 * e), min(b4, f + w4 * g)
    return np.array([[a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]])


@compiled
def products_after(first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dx, d_low, d_up, p, q):
    """Sum of complementarity products after a step."""
    total = 0.0
    for i in range(first, last):
        k = kind[i]
        if k == FIXED:
            continue
        if k & LOWER:
            total += (to_lower[i] + p * (dx[i] - (lower[i] - x[i] + to_lower[i]))) * (low_dual[i] + q * d_low[i])
        if k & UPPER:
            total += (to_upper[i] + p * ((upper[i] - x[i] - to_upper[i]) - dx[i])) * (up_dual[i] + q * d_up[i])
    return total


@compiled
def add(first, last, weight, e, d):
    """``d += weight * e``."""
    for i in range(first, last):
        d[i] += weight * e[i]


@compiled
def advance(first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dx, d_low, d_up, p, q):
    """Take a step."""
    for i in range(first, last):
        k = kind[i]
        if k == FIXED:
            continue
        if k & LOWER:
            to_lower[i] += p * (dx[i] - (lower[i] - x[i] + to_lower[i]))
            low_dual[i] += q * d_low[i]
        if k & UPPER:
            to_upper[i] += p * ((upper[i] - x[i] - to_upper[i]) - dx[i])
            up_dual[i] += q * d_up[i]
        x[i] += p * dx[i]


@compiled
def diagonals(first, last, width, theta, of_columns, of_rows, column_diagonal, row_diagonal):
    """Diagonals of columns and rows from those of all variables; the activities of rows are eliminated."""
    for i in range(first, last):
        if i < width:
            column_diagonal[i] = theta[i] + of_columns
        elif theta[i] == HELD:
            row_diagonal[i - width] = of_rows
        else:
            row_diagonal[i - width] = of_rows + 1.0 / max(theta[i], 1e-30)


@compiled
def eliminate_activities(first, last, width, theta, right, rows, out):
    """Right side of the rows after their activities are eliminated."""
    for i in range(first, last):
        t = theta[width + i]
        out[i] = rows[i] if t == HELD else rows[i] - right[width + i] / max(t, 1e-30)


@compiled
def recover_activities(first, last, width, theta, right, dy, dx):
    """Directions of the activities from those of the rows' duals."""
    for i in range(first, last):
        t = theta[width + i]
        dx[width + i] = 0.0 if t == HELD else -(right[width + i] + dy[i]) / max(t, 1e-30)


@compiled
def system_residual(first, last, width, kind, dual_residual, row_residual, dx, d_low, d_up, dy, ax, aty, of_columns, of_rows):
    """What a direction leaves of the residuals; returns the largest of the variables, of the rows, and of the parts of the first."""
    worst, worst_row, size = 0.0, 0.0, 0.0
    for i in range(first, last):
        if i < width:
            e, part = dual_residual[i] - aty[i], abs(aty[i])
        else:
            r = i - width
            e, part = dual_residual[i] + dy[r], abs(dy[r])
            f = row_residual[r] - ax[r] + dx[i]
            of_rows[r] = f
            worst_row = max(worst_row, abs(f))
        k = kind[i]
        if k == FIXED:
            e = 0.0
        if k & LOWER:
            e -= d_low[i]
        if k & UPPER:
            e += d_up[i]
        of_columns[i] = e
        worst, size = max(worst, abs(e)), max(size, part)
    return worst, worst_row, size
