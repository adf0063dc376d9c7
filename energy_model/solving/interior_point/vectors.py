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
WEIGHTS = (1.0, 0.7, 0.45, 0.25, 0.1)
"""Shares of a corrector that are tried (Colombo and Gondzio 2008, Computational Optimization and Applications 41)."""
SMALL, LARGE = 0.1, 10.0
"""Complementarity products within these multiples of the target are left alone."""


@compiled
def residuals(first, last, kind, lower, upper, cost, priced, x, to_lower, to_upper, low_dual, up_dual, dual_residual, theta):
    """Dual residual and diagonal; returns sum of products, cost, dual value of bounds and fixed variables, largest dual residual."""
    products, value, bound, worst = 0.0, 0.0, 0.0, 0.0
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
        if k & UPPER:
            residual += up_dual[i]
            diagonal += up_dual[i] / to_upper[i]
            products += up_dual[i] * to_upper[i]
            bound -= upper[i] * up_dual[i]
        dual_residual[i], theta[i] = residual, diagonal
        worst = max(worst, abs(residual))
    return products, value, bound, worst


@compiled
def newton_right(first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dual_residual, dx, d_low, d_up, target,
                 second, of_lower, of_upper, right):
    """Right side of the predictor (`second` 0, target 0) and of Mehrotra's corrector (`second` 1), with all residuals."""
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
def centring_right(first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dx, d_low, d_up, target, p, q,
                   of_lower, of_upper, right):
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
def steps(first, last, kind, lower, upper, x, to_lower, to_upper, low_dual, up_dual, dx, d_low, d_up, ex, e_low, e_up, weights, most):
    """Longest steps along ``d + weight e`` that are not above `most`, shape (2, weights): to the bounds, and of their duals."""
    best = np.full((2, len(weights)), most)
    for i in range(first, last):
        k = kind[i]
        if k == FIXED:
            continue
        for j in range(len(weights)):
            w = weights[j]
            if k & LOWER:
                d = dx[i] - (lower[i] - x[i] + to_lower[i]) + w * ex[i]
                if to_lower[i] + best[0, j] * d < 0.0:
                    best[0, j] = -to_lower[i] / d
                d = d_low[i] + w * e_low[i]
                if low_dual[i] + best[1, j] * d < 0.0:
                    best[1, j] = -low_dual[i] / d
            if k & UPPER:
                d = (upper[i] - x[i] - to_upper[i]) - dx[i] - w * ex[i]
                if to_upper[i] + best[0, j] * d < 0.0:
                    best[0, j] = -to_upper[i] / d
                d = d_up[i] + w * e_up[i]
                if up_dual[i] + best[1, j] * d < 0.0:
                    best[1, j] = -up_dual[i] / d
    return best


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
def system_residual(first, last, width, height, theta, right, rows, dx, ax, aty, e_columns, e_rows):
    """Residual of the linear system; returns the largest of the columns, of the rows, and of the columns' right side."""
    of_columns, of_rows, size = 0.0, 0.0, 0.0
    for i in range(first, last):
        if i < width:
            e = right[i] + theta[i] * dx[i] - aty[i]
            e_columns[i] = e
            size = max(size, abs(right[i]))
            of_columns = max(of_columns, abs(e))
        else:
            r = i - width
            e = rows[r] - ax[r] + dx[i]
            e_rows[r] = e
            of_rows = max(of_rows, abs(e))
    return of_columns, of_rows, size
