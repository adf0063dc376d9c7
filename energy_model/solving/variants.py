"""Many LPs that differ in a few vectors: changes of the arrays in memory, and a solver that continues from the last basis.

Nothing is built again: an added column (an axis) or row (a budget) joins the arrays once, and every variant sets bounds and costs.
"""
# Over 300 lines: going on from vertex to vertex: what changes, what is remembered, where a solve begins.

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import highspy
import numpy as np
import scipy.sparse as sp

from energy_model.solving.highs import ORDERING, Solution, load_arrays, run_interruptibly, set_option
from energy_model.solving.magnitude import in_units
from energy_model.solving.stamp import MISSING, StampedLP

Vector = Literal["lower", "upper", "row_lower", "row_upper"]
VECTORS: tuple[Vector, ...] = get_args(Vector)
SIMPLEX_COLUMNS = 15_000
"""Below this size the simplex method is the quicker one from scratch too."""
WARM_ITERATIONS = 10_000
"""After so many the simplex method is given up; on 83,000 columns they take 33 s, HiPO with crossover from scratch 43 s.  From 28 to 25
TWh of exports it is 1,700 iterations, from 20 to 15 TWh 10,000, from 10 to 5 TWh 29,000."""
SHORT_ITERATIONS = 7_000
"""It is not tried where more are expected."""
MOVE_ITERATIONS = 3_000
"""Iterations in the time in which the edge weights of a vertex are computed (10 s), which a solver at that vertex already has."""
MOST_VERTICES = 30
SHORTEST = 1e-3
"""Distance below which ways count as equally long."""
IPM_TOLERANCE = 1e-8
UNLIMITED = 2**31 - 1


@dataclass(frozen=True)
class Change:
    """New values of entries of one vector of bounds.

    Attributes
    ----------
    vector : {"lower", "upper", "row_lower", "row_upper"}
    ids : tuple of int
        Columns or rows.
    value : float
    """

    vector: Vector
    ids: tuple[int, ...]
    value: float


@dataclass(frozen=True)
class Variant:
    """Differences from the LP shared by all variants.

    Attributes
    ----------
    changes : tuple of Change
    objective : tuple of (int, float)
        Columns and their coefficients, minimised instead of the cost; empty: the cost is.
    size : float
        Range that such an objective may have, in its unit: its gap need only be small beside that. 0: it must be as small as for a cost.
    """

    changes: tuple[Change, ...] = ()
    objective: tuple[tuple[int, float], ...] = ()
    size: float = 0.0


def hold(vector: Vector, ids: Sequence[int] | np.ndarray, value: float) -> Change:
    """The change that sets entries of a vector."""
    return Change(vector, tuple(int(i) for i in np.ravel(ids)), float(value))


def applied(lp: StampedLP, variant: Variant) -> StampedLP:
    """The LP of a variant; the matrix is shared."""
    vectors = {name: getattr(lp, name) for name in {c.vector for c in variant.changes}}
    vectors = {name: values.copy() for name, values in vectors.items()}
    for change in variant.changes:
        vectors[change.vector][list(change.ids)] = change.value
    if not variant.objective:
        return replace(lp, **vectors)
    cost = np.zeros(len(lp.cost))
    np.add.at(cost, [i for i, _ in variant.objective], [v for _, v in variant.objective])
    return replace(lp, **vectors, cost=cost, offset=0.0, accounts={"objective": (cost, 0.0)})


def with_row(lp: StampedLP, coefficients: np.ndarray) -> StampedLP:
    """The LP with one more row at the end, free until a variant bounds it.

    Parameters
    ----------
    lp : StampedLP
    coefficients : ndarray, shape (columns,)
    """
    return replace(
        lp,
        matrix=sp.csc_array(sp.vstack([lp.matrix, sp.csr_array(coefficients[None, :])])),
        row_lower=np.append(lp.row_lower, -np.inf),
        row_upper=np.append(lp.row_upper, np.inf),
        row_block=_and_shared(lp.row_block),
    )


def with_axis(lp: StampedLP, rows: np.ndarray, coefficients: np.ndarray, most: float, scale: float) -> StampedLP:
    """The LP with one more column at the end, from 0 to `most`, without cost, which moves right-hand sides along a line.

    Parameters
    ----------
    lp : StampedLP
    rows : ndarray of int
        Rows whose right-hand side the column represents; theirs becomes 0.
    coefficients : ndarray
        Right-hand side of each row per unit of the axis.
    most : float
        Bound that no plan reaches.
    scale : float
        Unit in which a solver should count the column.
    """
    column = sp.csc_array((-coefficients, (rows, np.zeros(len(rows), int))), shape=(lp.matrix.shape[0], 1))
    column.eliminate_zeros()
    row_lower, row_upper = lp.row_lower.copy(), lp.row_upper.copy()
    for side in (row_lower, row_upper):
        side[rows] = np.where(np.isfinite(side[rows]), 0.0, side[rows])
    return replace(
        lp,
        matrix=sp.csc_array(sp.hstack([lp.matrix, column])),
        cost=np.append(lp.cost, 0.0),
        lower=np.append(lp.lower, 0.0),
        upper=np.append(lp.upper, most),
        row_lower=row_lower,
        row_upper=row_upper,
        integer=np.append(lp.integer, False),
        accounts={name: (np.append(vector, 0.0), offset) for name, (vector, offset) in lp.accounts.items()},
        column_scale=np.append(lp.column_scale, scale),
        column_block=_and_shared(lp.column_block),
    )


def _and_shared(blocks: np.ndarray) -> np.ndarray:
    """The blocks of rows or columns, and of one more that all blocks share; none where the LP has none."""
    return np.append(blocks, np.int32(MISSING)) if len(blocks) else blocks


Basis = tuple[np.ndarray, np.ndarray]
"""Whether each column, and each row, is basic or at which of its bounds, as HiGHS numbers it: a byte for each, so that it can be sent."""


@dataclass(frozen=True)
class Start:
    """Initial point: the basis of another variant, its distance, and whether the simplex method is expected to win from there."""

    basis: Basis
    distance: float
    short: bool = True


class Vertices:
    """Known vertices of variants of one LP, and the observed rates of the simplex method.

    Parameters
    ----------
    lp : StampedLP
    """

    def __init__(self, lp: StampedLP) -> None:
        self.lp = lp
        self._small = lp.matrix.shape[1] <= SIMPLEX_COLUMNS
        self._known: deque[tuple[StampedLP, Basis]] = deque(maxlen=MOST_VERTICES)
        self._rates: deque[tuple[StampedLP, float]] = deque(maxlen=MOST_VERTICES)
        self._sizes: Sizes | None = None

    def nearest(self, variant: Variant) -> Start | None:
        """The vertex from which the simplex method is expected to be fastest, or the nearest if a cold start is faster; None without any.

        How many iterations it would need is told by the nearest way that was gone before; no way is taken over a distance above 1. The
        worker that is free stands at the last vertex; to move to another takes as long as `MOVE_ITERATIONS`.
        Another objective is a long way in any but a small problem: from the plan to the least wind of a county it is 20,000 iterations
        (47 s), where HiPO without crossover takes 7 s.
        """
        if not self._known or (variant.objective and not self._small):
            return None
        own = self._vectors(variant)
        size = sizes(own, self._sizes)
        rate = float(SHORT_ITERATIONS)
        if self._rates:
            rate = max(rate, min(((distance(lp, own, size), rate) for lp, rate in self._rates))[1])
        far = [distance(lp, own, size) for lp, _ in self._known]
        iterations = [rate * way + MOVE_ITERATIONS for way in far]
        iterations[-1] -= MOVE_ITERATIONS
        k = int(np.argmin(iterations))
        short = self._small or iterations[k] <= SHORT_ITERATIONS
        if not short:
            k = int(np.argmin(far))
        return Start(self._known[k][1], far[k], short)

    def remember(self, variant: Variant, basis: Basis | None, rate: float | None) -> None:
        """Keep a vertex, and the rate of the attempt (`SimplexTry`), if any."""
        own = self._vectors(variant)
        self._sizes = sizes(own, self._sizes)
        if basis is not None:
            self._known.append((own, basis))
        if rate is not None:
            self._rates.append((own, rate))

    def _vectors(self, variant: Variant) -> StampedLP:
        return applied(self.lp, replace(variant, objective=()))


@dataclass(frozen=True)
class SimplexTry:
    """Outcome of a solve from a vertex, or from scratch.

    Attributes
    ----------
    solution : Solution or None
        Optimal, or infeasible with multipliers as duals; None when neither was reached.
    basis : Basis or None
        Of an optimal solution.
    rate : float or None
        Simplex iterations per unit of distance from the start, twice those that were made if they led nowhere; None without a start, or
        when it was only asked whether that is optimal still, and it was not.
    """

    solution: Solution | None
    basis: Basis | None = None
    rate: float | None = None


class WarmSolver:
    """Solves variants of one LP to a vertex, from a nearby one if known, and stays there.

    Simplex pays only for short ways: one that is not there after `WARM_ITERATIONS` is left to HiPO from scratch, whose crossover costs a
    tenth more and leaves a vertex.  A vertex that is optimal still is told without an iteration, in a quarter of a second, however far the
    variant seems: three of four changes of a clause move one that does not bind.  Where the solver stands it has the factors and edge
    weights of the vertex, and goes on at once.

    Parameters
    ----------
    threads : int
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._stands: tuple[highspy.Highs, StampedLP, Basis] | None = None

    def solve(self, lp: StampedLP, start: Start | None) -> SimplexTry:
        """Optimal vertex of a variant, or the proof of infeasibility; all variants have the same matrix."""
        own = in_units(lp, 1 / lp.row_scale, lp.column_scale)
        small = lp.matrix.shape[1] <= SIMPLEX_COLUMNS
        from_nothing = "simplex" if small else "hipo"
        rate = None
        if start is not None:
            most = UNLIMITED if small else WARM_ITERATIONS if start.short else 0
            found = self._run(self._at(start.basis, own), own, lp, "simplex", most)
            far = max(start.distance, SHORTEST)
            if found.solution is not None:
                return replace(found, rate=found.solution.iterations / far)
            rate = 2 * WARM_ITERATIONS / far if start.short else None
        return replace(self._run(load_arrays(own), own, lp, from_nothing, UNLIMITED), rate=rate)

    def _at(self, basis: Basis, own: StampedLP) -> highspy.Highs:
        """A solver at a vertex, with the vectors of a variant."""
        if self._stands is None or not all(np.array_equal(a, b) for a, b in zip(self._stands[2], basis, strict=True)):
            h = load_arrays(own)
            h.setBasis(_read_basis(basis))
            return h
        h, before, _ = self._stands
        for j in np.flatnonzero((before.lower != own.lower) | (before.upper != own.upper)):
            h.changeColBounds(int(j), own.lower[j], own.upper[j])
        for i in np.flatnonzero((before.row_lower != own.row_lower) | (before.row_upper != own.row_upper)):
            h.changeRowBounds(int(i), own.row_lower[i], own.row_upper[i])
        for j in np.flatnonzero(before.cost != own.cost):
            h.changeColCost(int(j), own.cost[j])
        h.changeObjectiveOffset(own.offset)
        return h

    def _run(self, h: highspy.Highs, own: StampedLP, lp: StampedLP, algorithm: str, iterations: int) -> SimplexTry:
        self._stands = None
        options = {"threads": self.threads, "solver": algorithm, "run_crossover": "on", "simplex_iteration_limit": iterations}
        if algorithm == "hipo":
            options |= {"hipo_ordering": ORDERING, "ipm_optimality_tolerance": IPM_TOLERANCE}
        for key, value in options.items():
            set_option(h, key, value)
        before = h.getRunTime()
        run_interruptibly(h)
        info, answer = h.getInfo(), h.getSolution()
        status, seconds = h.modelStatusToString(h.getModelStatus()), h.getRunTime() - before
        if status == "Infeasible":
            return SimplexTry(Solution(status, algorithm, np.empty(0), _ray(h, 1 / lp.row_scale), 0, seconds, False))
        if status != "Optimal" or not info.basis_validity:
            return SimplexTry(None)
        count = int(max(info.ipm_iteration_count, info.simplex_iteration_count))
        primal, dual = np.array(answer.col_value) * lp.column_scale, np.array(answer.row_dual) / lp.row_scale
        basis = _written_basis(h.getBasis())
        self._stands = h, replace(own, matrix=own.matrix[:0]), basis
        return SimplexTry(Solution(status, algorithm, primal, dual, count, seconds, True), basis)


def _written_basis(basis: highspy.HighsBasis) -> Basis:
    columns, rows = (np.fromiter((int(s) for s in side), np.int8, len(side)) for side in (basis.col_status, basis.row_status))
    return columns, rows


def _read_basis(basis: Basis) -> highspy.HighsBasis:
    names = [highspy.HighsBasisStatus(k) for k in range(len(highspy.HighsBasisStatus.__members__))]
    found = highspy.HighsBasis()
    found.col_status, found.row_status = ([names[k] for k in side.tolist()] for side in basis)
    found.valid = True
    return found


def _ray(h: highspy.Highs, row_scale: np.ndarray) -> np.ndarray:
    """Row multipliers that prove infeasibility, empty if HiGHS has none."""
    _, there, values = h.getDualRay()  # type: ignore[attr-defined]
    return np.array(values)[: len(row_scale)] * row_scale if there else np.empty(0)


Sizes = dict[str, np.ndarray]
"""The largest finite value of each entry of the vectors, without its sign."""


def sizes(lp: StampedLP, known: Sizes | None = None) -> Sizes:
    """The sizes of the vectors of a variant, or earlier ones where these are larger."""
    found: Sizes = {}
    for name in VECTORS:
        vector = getattr(lp, name)
        size = np.where(np.isfinite(vector), np.abs(vector), 0.0)
        found[name] = np.maximum(size, known[name]) if known else size
    return found


def distance(a: StampedLP, b: StampedLP, size: Sizes) -> float:
    """Distance of the right-hand sides and bounds of two variants: the sum of their differences relative to their size."""
    total = 0.0
    for name in VECTORS:
        one, other = getattr(a, name), getattr(b, name)
        moved = one != other
        one, other, whole = one[moved], other[moved], size[name][moved]
        finite = np.isfinite(one) & np.isfinite(other)
        total += float((~finite).sum())
        total += float((np.abs(one[finite] - other[finite]) / whole[finite]).sum())
    return total
