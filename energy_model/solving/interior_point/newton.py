"""The linear system of one iteration: factor and solve with refinement, products with the matrix."""

from __future__ import annotations

import numpy as np

from energy_model.solving.interior_point import kernels
from energy_model.solving.interior_point.border import Border, spread_border, sum_border
from energy_model.solving.interior_point.structure import WIDTH, Structure
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.stamp import StampedLP

COLUMN_REGULARISATION, ROW_REGULARISATION = 1e-9, 1e-12
"""Added to the diagonals, so that the system has a factor in any order (Vanderbei 1995, "Symmetric quasidefinite matrices", SIAM Journal on
Optimization 5); what it changes is taken back by refinement.  More on rows makes refinement slow: equations of yearly amounts have pivots
of 1e-9; less on columns leaves plans that cost the same undecided, and the system singular."""
REFINED = 1e-10
"""Residual of the linear system, relative to its right side, that needs no refinement; at 1e-8 the last digits of duals are lost."""
LEAST_RESIDUAL = 1e-9
"""Residual that is small enough whatever the right side [GW, MCNY/GW]."""

AT_ONCE = 16
"""Groups of blocks whose borders are in memory at a time."""


class Newton:
    """Systems ``-theta dx + A' dy = r``, ``-theta_s ds - dy = r_s``, ``A dx - ds = q`` over all columns, row activities s and rows.

    Parameters
    ----------
    structure : Structure
    lp : StampedLP
    threads : Threads
    met_columns, met_rows : int
        The last of the master's columns and rows, which are shared with other parts and whose values are given from outside.
    """

    def __init__(self, structure: Structure, lp: StampedLP, threads: Threads, met_columns: int = 0, met_rows: int = 0) -> None:
        s = self.structure = structure
        self.threads = threads
        rows = lp.matrix[:, s.master_columns].tocsr()[s.master_rows]
        self.master = rows.toarray()
        self.border = Border(s, self.master, met_columns, met_rows)
        self.own_columns, self.own_rows = self.border.columns - met_columns, self.border.rows - met_rows
        wide = [(len(k.value), k) for k in s.kinds]
        self.x = [np.zeros((g, k.factor.interior + k.factor.border, WIDTH)) for g, k in wide]
        self.left = [np.zeros((g, len(k.factor.index), WIDTH)) for g, k in wide]
        self.pivot = [np.zeros((g, k.factor.interior, WIDTH)) for g, k in wide]
        self.outer = [[np.zeros((g, n, WIDTH)) for n in _places(k) for _ in range(2)] for g, k in wide]

    def parts(self, columns: np.ndarray, rows: np.ndarray):
        """Views of laid-out vectors by kind: the kind, its columns (group, own columns, WIDTH), its rows."""
        for k, kind in enumerate(self.structure.kinds):
            g, n, m = len(kind.value), kind.width, kind.height
            yield (
                k,
                kind,
                columns[kind.first_column : kind.first_column + g * n * WIDTH].reshape(g, n, WIDTH),
                rows[kind.first_row : kind.first_row + g * m * WIDTH].reshape(g, m, WIDTH),
            )

    def factor(self, column_diagonal: np.ndarray, row_diagonal: np.ndarray) -> np.ndarray:
        """Factor with ``theta + regularisation`` of columns and ``1 / theta_s + regularisation`` of rows.

        What blocks leave is added up `AT_ONCE` groups at a time, so that it is not in memory for all of them.

        Returns
        -------
        ndarray
            What is left of the columns and rows that are shared with other parts (`Border.factor`).
        """
        b = self.border
        b.begin()
        for k, kind, columns, rows in self.parts(column_diagonal, row_diagonal):
            f = kind.factor
            schur = self.threads.room((AT_ONCE, f.border, f.border, WIDTH))
            for first in range(0, len(kind.value), AT_ONCE):
                of = slice(first, min(first + AT_ONCE, len(kind.value)))
                self.threads.run(
                    kernels.factorise,
                    of.stop - first,
                    f.interior,
                    f.start,
                    f.index,
                    f.entry_start,
                    f.entry_row,
                    f.entry_kind,
                    f.entry_source,
                    f.left_start,
                    f.left_column,
                    f.left_place,
                    f.sign,
                    kind.value[of],
                    columns[of],
                    rows[of],
                    self.left[k][of],
                    self.pivot[k][of],
                    schur,
                )
                b.add(schur[: of.stop - first], kind.node[first * WIDTH : of.stop * WIDTH])
        return b.factor(column_diagonal[: self.own_columns], row_diagonal[: self.own_rows])

    def forward(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Begin a solve, without refinement, for right sides of columns and rows: what they leave of the shared ones."""
        s, b = self.structure, self.border
        right = np.zeros(len(s.stage))
        right[: b.columns], right[b.columns : b.columns + b.rows] = columns[: b.columns], rows[: b.rows]
        for k, kind, c, r in self.parts(columns, rows):
            f = kind.factor
            self.threads.run(kernels.forward, len(kind.value), f.interior, f.number, f.start, f.index, self.left[k], c, r, self.x[k])
            sum_border(self.x[k], f.interior, kind.node, right)
        return b.forward(right)

    def backward(self, shared: np.ndarray, dx: np.ndarray, dy: np.ndarray) -> None:
        """End the solve that `forward` began, with the values of the shared columns and rows."""
        b = self.border
        x = b.backward(shared)
        dx[: b.columns], dy[: b.rows] = x[: b.columns], x[b.columns : b.columns + b.rows]
        for k, kind, c, r in self.parts(dx, dy):
            f = kind.factor
            spread_border(x, kind.node, f.interior, self.x[k])
            self.threads.run(
                kernels.backward, len(kind.value), f.interior, f.number, f.start, f.index, self.left[k], self.pivot[k], self.x[k], c, r
            )

    def products(self, x: np.ndarray, y: np.ndarray, ax: np.ndarray, aty: np.ndarray) -> None:
        """``A x`` and ``A' y``, in one pass over the coefficients."""
        s, b = self.structure, self.border
        n, m = b.columns, b.rows
        nodes = np.zeros(len(s.stage))
        nodes[:n], nodes[n : n + m] = x[:n], y[:m]
        for _, kind, columns, _ in self.parts(x, y):
            if len(kind.states):
                nodes[kind.node[:, : len(kind.states)]] = _by_block(columns[:, kind.states], kind.blocks)
        sums = np.zeros(len(s.stage))
        views = zip(self.parts(x, y), self.parts(aty, ax), strict=True)
        for (k, kind, columns, rows), (_, _, by_column, by_row) in views:
            border_columns, by_border_column, border_rows, by_border_row = self.outer[k]
            q, e = len(kind.states), kind.border_columns
            spread_border(nodes, kind.node[:, q : q + e], 0, border_columns)
            spread_border(nodes, kind.node[:, q + e :], 0, border_rows)
            self.threads.run(
                kernels.products,
                len(kind.value),
                kind.value,
                kind.row_of,
                kind.column_of,
                columns,
                border_columns,
                rows,
                border_rows,
                by_row,
                by_border_row,
                by_column,
                by_border_column,
            )
            sum_border(by_border_column, 0, kind.node[:, q : q + e], sums)
            sum_border(by_border_row, 0, kind.node[:, q + e :], sums)
        for _, kind, by_column, _ in self.parts(aty, ax):
            if q := len(kind.states):
                lanes = np.arange(kind.blocks)
                by_column[lanes[:, None] // WIDTH, kind.states, lanes[:, None] % WIDTH] += sums[kind.node[:, :q]]
        ax[:m] = self.master @ x[:n] + sums[n : n + m]
        aty[:n] = self.master.T @ y[:m] + sums[:n]


def _places(kind) -> tuple[int, int]:
    return kind.border_columns, kind.node.shape[1] - len(kind.states) - kind.border_columns


def _by_block(values: np.ndarray, blocks: int) -> np.ndarray:
    """(group, entry, WIDTH) -> (block, entry)."""
    return values.transpose(0, 2, 1).reshape(-1, values.shape[1])[:blocks]
