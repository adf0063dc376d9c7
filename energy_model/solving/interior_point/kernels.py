"""Compiled loops over the blocks of a kind: factor, triangular solves, products.  Arrays are (group, entry, WIDTH).

Each takes the groups ``first <= g < last``, releases the interpreter lock, and is called from several threads (`threads.py`).  The inner
loops over the `WIDTH` blocks are written out, since only so do they become single vector instructions.
"""

from __future__ import annotations

from pathlib import Path

import numba as nb
import numpy as np

from energy_model.solving.interior_point.structure import WIDTH

compiled = nb.njit(nogil=True, cache=True, fastmath={"contract", "reassoc", "nsz"}, boundscheck=False, error_model="numpy")


def compiled_before() -> bool:
    """Whether compiled loops of an earlier run lie at hand, so that none has to be compiled anew."""
    return any(Path(factorise.stats.cache_path or ".").glob("*.nbi"))


LEAST_PIVOT, WITHOUT = 1e-14, 1e-8
"""A pivot that is smaller, or of the wrong sign, is lost to rounding: its row or column is left out of this iteration."""


@compiled
def factorise(
    first,
    last,
    interior,
    start,
    index,
    entry_start,
    entry_row,
    entry_kind,
    entry_source,
    left_start,
    left_column,
    left_place,
    sign,
    value,
    column_diagonal,
    row_diagonal,
    factor,
    pivot,
    schur,
):
    """Left-looking factor L D L' of the interior, and what is left of the border in `schur`."""
    nodes = len(entry_start) - 1
    total = np.zeros((nodes, WIDTH))
    for g in range(first, last):
        for j in range(nodes):
            for p in range(entry_start[j], entry_start[j + 1]):
                i, s = entry_row[p], entry_source[p]
                if entry_kind[p] == 0:
                    for w in range(WIDTH):
                        total[i, w] += value[g, s, w]
                elif entry_kind[p] == 1:
                    for w in range(WIDTH):
                        total[i, w] -= column_diagonal[g, s, w]
                else:
                    for w in range(WIDTH):
                        total[i, w] += row_diagonal[g, s, w]
            for q in range(left_start[j], left_start[j + 1]):
                k, p0 = left_column[q], left_place[q]
                f0 = factor[g, p0, 0] * pivot[g, k, 0]
                f1 = factor[g, p0, 1] * pivot[g, k, 1]
                f2 = factor[g, p0, 2] * pivot[g, k, 2]
                f3 = factor[g, p0, 3] * pivot[g, k, 3]
                f4 = factor[g, p0, 4] * pivot[g, k, 4]
                f5 = factor[g, p0, 5] * pivot[g, k, 5]
                f6 = factor[g, p0, 6] * pivot[g, k, 6]
                f7 = factor[g, p0, 7] * pivot[g, k, 7]
                for p in range(p0, start[k + 1]):  # the first of them is the diagonal: row j itself
                    i = index[p]
                    total[i, 0] -= factor[g, p, 0] * f0
                    total[i, 1] -= factor[g, p, 1] * f1
                    total[i, 2] -= factor[g, p, 2] * f2
                    total[i, 3] -= factor[g, p, 3] * f3
                    total[i, 4] -= factor[g, p, 4] * f4
                    total[i, 5] -= factor[g, p, 5] * f5
                    total[i, 6] -= factor[g, p, 6] * f6
                    total[i, 7] -= factor[g, p, 7] * f7
            if j < interior:
                for w in range(WIDTH):
                    pivot[g, j, w] = total[j, w] if total[j, w] * sign[j] > LEAST_PIVOT else sign[j] * WITHOUT
                    total[j, w] = 0.0
                for p in range(start[j], start[j + 1]):
                    i = index[p]
                    for w in range(WIDTH):
                        factor[g, p, w] = total[i, w] / pivot[g, j, w]
                        total[i, w] = 0.0
            else:
                for i in range(j, nodes):
                    for w in range(WIDTH):
                        schur[g, i - interior, j - interior, w] = total[i, w]
                        total[i, w] = 0.0


@compiled
def forward(first, last, interior, number, start, index, factor, columns, rows, x):
    """Right sides of columns and rows into `x`, and the forward substitution; the border of `x` is left with what the interior adds."""
    n, m = columns.shape[1], rows.shape[1]
    for g in range(first, last):
        for i in range(interior, x.shape[1]):
            for w in range(WIDTH):
                x[g, i, w] = 0.0
        for c in range(n):
            i = number[c]
            for w in range(WIDTH):
                x[g, i, w] = columns[g, c, w]
        for r in range(m):
            i = number[n + r]
            for w in range(WIDTH):
                x[g, i, w] = rows[g, r, w]
        for j in range(interior):
            a0, a1, a2, a3 = x[g, j, 0], x[g, j, 1], x[g, j, 2], x[g, j, 3]
            a4, a5, a6, a7 = x[g, j, 4], x[g, j, 5], x[g, j, 6], x[g, j, 7]
            for p in range(start[j], start[j + 1]):
                i = index[p]
                x[g, i, 0] -= factor[g, p, 0] * a0
                x[g, i, 1] -= factor[g, p, 1] * a1
                x[g, i, 2] -= factor[g, p, 2] * a2
                x[g, i, 3] -= factor[g, p, 3] * a3
                x[g, i, 4] -= factor[g, p, 4] * a4
                x[g, i, 5] -= factor[g, p, 5] * a5
                x[g, i, 6] -= factor[g, p, 6] * a6
                x[g, i, 7] -= factor[g, p, 7] * a7


@compiled
def backward(first, last, interior, number, start, index, factor, pivot, x, columns, rows):
    """Backward substitution from the border that stands in `x`, and the solution out of `x` into columns and rows."""
    n, m = columns.shape[1], rows.shape[1]
    for g in range(first, last):
        for j in range(interior - 1, -1, -1):
            a0, a1 = x[g, j, 0] / pivot[g, j, 0], x[g, j, 1] / pivot[g, j, 1]
            a2, a3 = x[g, j, 2] / pivot[g, j, 2], x[g, j, 3] / pivot[g, j, 3]
            a4, a5 = x[g, j, 4] / pivot[g, j, 4], x[g, j, 5] / pivot[g, j, 5]
            a6, a7 = x[g, j, 6] / pivot[g, j, 6], x[g, j, 7] / pivot[g, j, 7]
            for p in range(start[j], start[j + 1]):
                i = index[p]
                a0 -= factor[g, p, 0] * x[g, i, 0]
                a1 -= factor[g, p, 1] * x[g, i, 1]
                a2 -= factor[g, p, 2] * x[g, i, 2]
                a3 -= factor[g, p, 3] * x[g, i, 3]
                a4 -= factor[g, p, 4] * x[g, i, 4]
                a5 -= factor[g, p, 5] * x[g, i, 5]
                a6 -= factor[g, p, 6] * x[g, i, 6]
                a7 -= factor[g, p, 7] * x[g, i, 7]
            x[g, j, 0], x[g, j, 1], x[g, j, 2], x[g, j, 3] = a0, a1, a2, a3
            x[g, j, 4], x[g, j, 5], x[g, j, 6], x[g, j, 7] = a4, a5, a6, a7
        for c in range(n):
            i = number[c]
            for w in range(WIDTH):
                columns[g, c, w] = x[g, i, w]
        for r in range(m):
            i = number[n + r]
            for w in range(WIDTH):
                rows[g, r, w] = x[g, i, w]


@compiled
def products(
    first, last, value, row_of, column_of, columns, border_columns, rows, border_rows, by_row, by_border_row, by_column, by_border_column
):
    """Products of the coefficients with a vector of columns (`by_row`) and of their transpose with one of rows (`by_column`).

    Entries beyond the own columns and rows stand in the border arrays.
    """
    n, m = columns.shape[1], rows.shape[1]
    for g in range(first, last):
        by_row[g] = 0.0
        by_column[g] = 0.0
        by_border_row[g] = 0.0
        by_border_column[g] = 0.0
        for p in range(len(row_of)):
            r, c = row_of[p], column_of[p]
            if r < m and c < n:
                for w in range(WIDTH):
                    a = value[g, p, w]
                    by_row[g, r, w] += a * columns[g, c, w]
                    by_column[g, c, w] += a * rows[g, r, w]
            elif r < m:
                for w in range(WIDTH):
                    a = value[g, p, w]
                    by_row[g, r, w] += a * border_columns[g, c - n, w]
                    by_border_column[g, c - n, w] += a * rows[g, r, w]
            else:
                for w in range(WIDTH):
                    a = value[g, p, w]
                    by_border_row[g, r - m, w] += a * columns[g, c, w]
                    by_column[g, c, w] += a * border_rows[g, r - m, w]
