"""Many LPs that differ in a few vectors: changes on the arrays in memory, and a solver that goes on from the last basis.

Nothing is built again: an added column (an axis) or row (a budget) joins the arrays once, and every variant sets bounds and costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import highspy
import numpy as np
import scipy.sparse as sp

from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import ORDERING, Solution, in_units, load_arrays, run_interruptibly, set_option
from energy_model.solving.stamp import StampedLP

Vector = Literal["lower", "upper", "row_lower", "row_upper"]
VECTORS: tuple[Vector, ...] = get_args(Vector)
SIMPLEX_COLUMNS = 15_000
"""Below this size the simplex method is the quicker one from nothing too."""
WARM_COLUMNS = 150_000
"""Up to this size vertices are kept; above it the simplex method is no match for an interior point method."""
WARM_ITERATIONS = 6_000
"""Half the time of HiPO from nothing: on 83,000 columns 6,000 iterations take 13 s, HiPO with crossover 24 s; from one export to one 6 %
higher it is 1,700, to one 15 % higher 4,500, to one a third higher 5,000 to 30,000."""
MOST_VERTICES = 30
IPM_TOLERANCE = 1e-8
UNLIMITED = 2**31 - 1


@dataclass(frozen=True)
class Change:
    """Entries of one vector of bounds at another value.

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
    """What is different from the LP that all variants share.

    Attributes
    ----------
    changes : tuple of Change
    objective : tuple of (int, float)
        Columns and their coefficients, minimised instead of the cost; empty: the cost is.
    size : float
        Range that such an objective may have, in its unit: its gap need only be small beside that. 0: it must be as small as for a cost.
    extreme : bool
        Whether so much binds at the end of the objective, which sums what pulls in many directions, that an answer with such a gap breaks
        bounds.
    """

    changes: tuple[Change, ...] = ()
    objective: tuple[tuple[int, float], ...] = ()
    size: float = 0.0
    extreme: bool = False


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
    )


def with_axis(lp: StampedLP, rows: np.ndarray, coefficients: np.ndarray, most: float, scale: float) -> StampedLP:
    """The LP with one more column at the end, from 0 to `most`, that costs nothing and moves right-hand sides along a line.

    Parameters
    ----------
    lp : StampedLP
    rows : ndarray of int
        Rows whose right-hand side the column stands for; theirs becomes 0.
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
    )


@dataclass(frozen=True)
class Vertex:
    """Where a variant was solved: its vectors in the solver's units, and the basis."""

    lp: StampedLP
    basis: highspy.HighsBasis


class WarmSolver:
    """Solves variants of one LP one after the other, each from the vertex of the nearest right-hand sides and bounds.

    Simplex pays only for short ways: one that is not there after `WARM_ITERATIONS` is left to HiPO from nothing, whose crossover costs a
    tenth more and leaves a vertex. Another objective is a long way in any but a small problem and not for this solver: from the plan to
    the least wind of a county it is 20,000 iterations (47 s), where HiPO without crossover takes 7 s.

    Parameters
    ----------
    threads : int
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._known: list[Vertex] = []
        self._reach = 1.0  # `distance` up to which a way is taken to be short; one that was not halves it
        self._units: tuple[np.ndarray, np.ndarray] | None = None

    def solve(self, lp: StampedLP) -> Solution | None:
        """Optimal solution of a variant, or one that is infeasible with multipliers as duals; None when the way leads to neither.

        All variants have the same matrix.
        """
        if self._units is None:
            self._units = 1 / lp.row_scale, lp.column_scale
        own = in_units(lp, *self._units)
        small = lp.matrix.shape[1] <= SIMPLEX_COLUMNS
        h = load_arrays(own)
        far, near = min(((distance(v.lp, own), k) for k, v in enumerate(self._known)), default=(np.inf, -1))
        if near >= 0 and (small or far <= self._reach):
            h.setBasis(self._known[near].basis)
            if (found := self._run(h, own, "simplex", UNLIMITED if small else WARM_ITERATIONS)) is not None:
                return found
            self._reach = far / 2
            h = load_arrays(own)
        return self._run(h, own, "simplex" if small else "hipo", UNLIMITED)

    def _run(self, h: highspy.Highs, own: StampedLP, algorithm: str, iterations: int) -> Solution | None:
        options = {"threads": self.threads, "solver": algorithm, "run_crossover": "on", "simplex_iteration_limit": iterations}
        if algorithm == "hipo":
            options |= {"hipo_ordering": ORDERING, "ipm_optimality_tolerance": IPM_TOLERANCE}
        for key, value in options.items():
            set_option(h, key, value)
        run_interruptibly(h)
        info, answer = h.getInfo(), h.getSolution()
        status, seconds = h.modelStatusToString(h.getModelStatus()), h.getRunTime()
        assert self._units is not None
        row_scale, column_scale = self._units
        if status == "Infeasible":
            return Solution(status, algorithm, np.empty(0), self._ray(h, row_scale), 0, seconds, False)
        if status != "Optimal" or not info.basis_validity:
            return None
        self._known = [*self._known[-MOST_VERTICES + 1 :], Vertex(replace(own, matrix=own.matrix[:0]), h.getBasis())]
        count = int(max(info.ipm_iteration_count, info.simplex_iteration_count))
        return Solution(
            status, algorithm, np.array(answer.col_value) * column_scale, np.array(answer.row_dual) * row_scale, count, seconds, True
        )

    @staticmethod
    def _ray(h: highspy.Highs, row_scale: np.ndarray) -> np.ndarray:
        """Row multipliers that show the infeasibility, empty where HiGHS has none."""
        _, there, values = h.getDualRay()  # type: ignore[attr-defined]
        return np.array(values)[: len(row_scale)] * row_scale if there else np.empty(0)


def distance(a: StampedLP, b: StampedLP) -> float:
    """How far the right-hand sides and bounds of two variants lie apart: the sum of their relative differences."""
    total = 0.0
    for name in VECTORS:
        one, other = getattr(a, name), getattr(b, name)
        moved = one != other
        one, other = one[moved], other[moved]
        finite = np.isfinite(one) & np.isfinite(other)
        total += float((~finite).sum())
        one, other = one[finite], other[finite]
        total += float((np.abs(one - other) / np.maximum(np.abs(one), np.abs(other))).sum())
    return total


def proves_infeasible(lp: StampedLP, ray: np.ndarray) -> bool:
    """Whether row multipliers prove that no column values hold all rows and bounds (Farkas' lemma, in safe arithmetic)."""
    if len(ray) != len(lp.row_lower):
        return False
    nothing = replace(lp, cost=np.zeros(len(lp.cost)), offset=0.0)
    size = max(1e-12, float(np.abs(ray).max()))
    return any(safe_lower_bound(nothing, sign * ray / size)[0] > 1e-6 for sign in (1.0, -1.0))
