"""What the blocks leave: a chain of the states handed from block to block, bordered by what all blocks share with the master."""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from energy_model.solving.interior_point.kernels import LEAST_PIVOT, WITHOUT, compiled
from energy_model.solving.interior_point.structure import WIDTH, Structure


@compiled
def add_blocks(schur, node, stage, position, touched, diagonal, off, arrow, shared):
    """Sum what each block leaves into stages, their couplings and the shared part (lower triangle)."""
    blocks, border = node.shape
    for g in range(schur.shape[0]):
        for i in range(border):
            for j in range(i + 1):
                for w in range(WIDTH):
                    b = g * WIDTH + w
                    if b >= blocks:
                        break
                    u, v = node[b, i], node[b, j]
                    a = schur[g, i, j, w]
                    if u < 0 or v < 0 or a == 0.0:
                        continue
                    s, t = stage[u], stage[v]
                    if s < t:
                        u, v, s, t = v, u, t, s
                    if s < 0:
                        p, q = touched[position[u]], touched[position[v]]
                        if p < q:
                            p, q = q, p
                        shared[p, q] += a
                    elif t < 0:
                        arrow[s, position[u], touched[position[v]]] += a
                    elif s == t:
                        diagonal[s, position[u], position[v]] += a
                        if u != v:
                            diagonal[s, position[v], position[u]] += a
                    else:
                        off[s, position[u], position[v]] += a


@compiled
def eliminate_chain(diagonal, off, arrow, through):
    """Eliminate the stages one after the other by Cholesky's factors, which stay in the lower triangles of `diagonal`.

    States are columns, so that every pivot is negative definite: no order and no scale loses digits, as an explicit inverse does. What a
    stage passes to the arrow stays in `arrow`, what to the next stage in `through`.
    """
    width = diagonal.shape[1]
    for k in range(len(diagonal)):
        half = diagonal[k]
        for j in range(width):
            for i in range(j, width):
                total = -half[i, j]
                for q in range(j):
                    total -= half[i, q] * half[j, q]
                if i > j:
                    half[i, j] = total / half[j, j]
                else:
                    half[j, j] = np.sqrt(total if total > LEAST_PIVOT else WITHOUT)
        half_solved(half, arrow[k])
        if k + 1 < len(diagonal):
            coupling = through[k]
            coupling[:] = off[k + 1].T
            half_solved(half, coupling)
            diagonal[k + 1] += coupling.T @ coupling
            arrow[k + 1] += coupling.T @ arrow[k]


@compiled
def half_solved(half, right):
    """Forward substitution in place, right sides as columns."""
    for i in range(len(half)):
        for q in range(i):
            for c in range(right.shape[1]):
                right[i, c] -= half[i, q] * right[q, c]
        for c in range(right.shape[1]):
            right[i, c] /= half[i, i]


@compiled
def chain_forward(diagonal, through, right):
    """Forward substitution along the chain."""
    for k in range(len(right)):
        half_solved(diagonal[k], right[k].reshape(-1, 1))
        if k + 1 < len(right):
            right[k + 1] += through[k].T @ right[k]


@compiled
def chain_backward(diagonal, through, right, x):
    """Backward substitution along the chain."""
    width = diagonal.shape[1]
    for k in range(len(right) - 1, -1, -1):
        half, a = diagonal[k], -right[k]
        if k + 1 < len(right):
            a += through[k] @ x[k + 1]
        for i in range(width - 1, -1, -1):
            for q in range(i + 1, width):
                a[i] -= half[q, i] * a[q]
            a[i] /= half[i, i]
        x[k] = a


@compiled
def sum_border(x, interior, node, out):
    """Add the border of every block to its nodes."""
    blocks, border = node.shape
    for g in range(x.shape[0]):
        for i in range(border):
            for w in range(WIDTH):
                b = g * WIDTH + w
                if b < blocks and node[b, i] >= 0:
                    out[node[b, i]] += x[g, interior + i, w]


@compiled
def spread_border(values, node, interior, x):
    """Nodes into the border of every block."""
    blocks, border = node.shape
    for g in range(x.shape[0]):
        for i in range(border):
            for w in range(WIDTH):
                b = g * WIDTH + w
                x[g, interior + i, w] = values[node[b, i]] if b < blocks and node[b, i] >= 0 else 0.0


class Border:
    """The system of the nodes that blocks leave: factored anew in every iteration, those shared with other parts left to the end.

    Parameters
    ----------
    structure : Structure
    master : ndarray, shape (master rows, master columns)
        The master's own coefficients.
    met_columns, met_rows : int
        The last of the master's columns and rows, which are shared with other parts.
    """

    def __init__(self, structure: Structure, master: np.ndarray, met_columns: int, met_rows: int) -> None:
        s = self.structure = structure
        self.master = master
        self.columns, self.rows = len(s.master_columns), len(s.master_rows)
        met = np.zeros(s.kept, bool)
        for kind in s.kinds:
            nodes = np.unique(kind.node[kind.node >= 0])
            met[s.position[nodes[s.stage[nodes] < 0]]] = True
        self.met = np.flatnonzero(met)
        self.touched = np.full(s.kept, -1)
        self.touched[self.met] = np.arange(len(self.met))
        shared = np.zeros(s.kept, bool)
        shared[s.position[self.columns - met_columns : self.columns]] = True
        shared[s.position[self.columns + self.rows - met_rows : self.columns + self.rows]] = True
        self.own, self.outer = np.flatnonzero(~shared), np.flatnonzero(shared)
        width = (s.stages, s.stage_width, s.stage_width)
        self.diagonal, self.off, self.through = np.zeros(width), np.zeros(width), np.zeros(width)
        self.arrow = np.zeros((s.stages, s.stage_width, len(self.met)))
        self.shared = np.zeros((len(self.met),) * 2)
        self.chained, self.ending = np.flatnonzero(s.stage >= 0), np.flatnonzero(s.stage < 0)
        filled = np.zeros((s.stages, s.stage_width), bool)
        filled[s.stage[self.chained], s.position[self.chained]] = True
        self.unused = np.argwhere(~filled)
        self.end = np.zeros(len(self.own))

    def begin(self) -> None:
        """Empty what `add` sums up."""
        for array in (self.diagonal, self.off, self.arrow, self.shared):
            array[:] = 0.0

    def add(self, schur: np.ndarray, node: np.ndarray) -> None:
        """Add what some blocks leave, shape (groups, border, border, WIDTH), of the nodes (blocks, border)."""
        s = self.structure
        add_blocks(schur, node, s.stage, s.position, self.touched, self.diagonal, self.off, self.arrow, self.shared)

    def factor(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Factor with the diagonals of the own master's columns (positive, taken off) and rows.

        Returns
        -------
        ndarray, shape (shared nodes, shared nodes)
            What is left of these.
        """
        s = self.structure
        self.diagonal[self.unused[:, 0], self.unused[:, 1], self.unused[:, 1]] = -1.0
        eliminate_chain(self.diagonal, self.off, self.arrow, self.through)
        n, m = self.columns, self.rows
        whole = np.zeros((s.kept, s.kept))
        part = np.tril(self.shared) + np.tril(self.shared, -1).T
        if s.stages:
            passed = self.arrow.reshape(s.stages * s.stage_width, -1)
            part += passed.T @ passed
        whole[np.ix_(self.met, self.met)] = part
        i, j = s.position[:n], s.position[n : n + m]
        whole[i[: len(columns)], i[: len(columns)]] -= columns
        whole[j[: len(rows)], j[: len(rows)]] += rows
        whole[np.ix_(j, i)] += self.master
        whole[np.ix_(i, j)] += self.master.T
        if not len(self.outer):
            self.dense = sl.lu_factor(whole, check_finite=False, overwrite_a=True)
            return np.zeros((0, 0))
        self.dense = sl.lu_factor(whole[np.ix_(self.own, self.own)], check_finite=False, overwrite_a=True)
        self.coupling = whole[np.ix_(self.own, self.outer)]
        self.solved = sl.lu_solve(self.dense, self.coupling, check_finite=False)
        return whole[np.ix_(self.outer, self.outer)] - self.coupling.T @ self.solved

    def forward(self, right: np.ndarray) -> np.ndarray:
        """From a right side of all nodes what it leaves of the shared ones; the rest is kept for `backward`."""
        s = self.structure
        of_chain = self.of_chain = np.zeros((s.stages, s.stage_width))
        of_chain[s.stage[self.chained], s.position[self.chained]] = right[self.chained]
        end = np.empty(s.kept)
        end[s.position[self.ending]] = right[self.ending]
        chain_forward(self.diagonal, self.through, of_chain)
        if s.stages:
            end[self.met] += np.tensordot(self.arrow, of_chain, ([0, 1], [0, 1]))
        if not len(self.outer):
            self.end = sl.lu_solve(self.dense, end, check_finite=False)
            return np.zeros(0)
        self.end = sl.lu_solve(self.dense, end[self.own], check_finite=False)
        return end[self.outer] - self.coupling.T @ self.end

    def backward(self, shared: np.ndarray) -> np.ndarray:
        """Values of all nodes from those of the shared ones."""
        s = self.structure
        x = np.empty(s.kept)
        x[self.outer] = shared
        x[self.own] = self.end - self.solved @ shared if len(self.outer) else self.end
        out = np.empty(len(s.stage))
        out[self.ending] = x[s.position[self.ending]]
        if s.stages:
            self.of_chain -= self.arrow @ x[self.met]
            values = np.empty_like(self.of_chain)
            chain_backward(self.diagonal, self.through, self.of_chain, values)
            out[self.chained] = values[s.stage[self.chained], s.position[self.chained]]
        return out
