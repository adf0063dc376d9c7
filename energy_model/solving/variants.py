"""Many LPs that differ in a few vectors: changes on the arrays in memory, and a solver that goes on from the last basis.

Nothing is built again: an added column (an axis) or row (a budget) joins the arrays once, and every variant sets bounds and costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import highspy
import numpy as np
import scipy.sparse as sp

from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import Solution, load_arrays, run_interruptibly, set_option
from energy_model.solving.stamp import StampedLP

Vector = Literal["lower", "upper", "row_lower", "row_upper"]
SIMPLEX_COLUMNS = 15_000
"""Below this size the simplex method is the quicker one from nothing too."""
WARM_COLUMNS = 150_000
"""Up to this size a basis is kept: after the first solve the simplex method needs a third of the time of HiPO and less (86,000 columns:
3 to 10 s instead of 24 s), above it is no match for it."""
WARM_LIMIT_S = 15.0
"""A warm start that has led nowhere by then is given up, and HiPO begins anew."""


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
    """

    changes: tuple[Change, ...] = ()
    objective: tuple[tuple[int, float], ...] = ()


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


class WarmSolver:
    """Solves variants of one LP one after the other, each from the basis of the one before.

    The first is solved by HiPO with crossover, which costs hardly more than without and leaves a basis.

    Parameters
    ----------
    threads : int
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._h: highspy.Highs | None = None

    def solve(self, lp: StampedLP) -> Solution | None:
        """Optimal solution of a variant, or one that is infeasible with multipliers as duals; None when the way leads to neither.

        All variants have the same matrix.
        """
        if self._h is not None:
            self._change(self._h, lp)
            if (found := self._run(self._h, "simplex", WARM_LIMIT_S)) is not None:
                return found
        self._h = load_arrays(lp)
        found = self._run(self._h, "hipo" if lp.matrix.shape[1] > SIMPLEX_COLUMNS else "simplex", float("inf"))
        if found is None or not found.basic:
            self._h = None
        return found

    @staticmethod
    def _change(h: highspy.Highs, lp: StampedLP) -> None:
        rows, columns = (np.arange(n, dtype=np.int32) for n in lp.matrix.shape)
        h.changeRowsBounds(len(rows), rows, lp.row_lower, lp.row_upper)  # type: ignore[attr-defined]
        h.changeColsBounds(len(columns), columns, lp.lower, lp.upper)
        h.changeColsCost(len(columns), columns, lp.cost)
        h.changeObjectiveOffset(lp.offset)

    def _run(self, h: highspy.Highs, algorithm: str, limit_s: float) -> Solution | None:
        started = h.getRunTime()
        options = {"threads": self.threads, "solver": algorithm, "run_crossover": "on", "time_limit": started + limit_s}
        for key, value in options.items():
            set_option(h, key, value)
        run_interruptibly(h)
        info, answer = h.getInfo(), h.getSolution()
        status, seconds = h.modelStatusToString(h.getModelStatus()), h.getRunTime() - started
        if status == "Infeasible":
            return Solution(status, algorithm, np.empty(0), self._ray(h, h.getNumRow()), 0, seconds, False)
        if status != "Optimal" or not info.basis_validity:
            return None
        count = int(max(info.ipm_iteration_count, info.simplex_iteration_count))
        return Solution(status, algorithm, np.array(answer.col_value), np.array(answer.row_dual), count, seconds, True)

    @staticmethod
    def _ray(h: highspy.Highs, rows: int) -> np.ndarray:
        """Row multipliers that show the infeasibility, empty where HiGHS has none."""
        _, there, values = h.getDualRay()  # type: ignore[attr-defined]
        return np.array(values)[:rows] if there else np.empty(0)


def proves_infeasible(lp: StampedLP, ray: np.ndarray) -> bool:
    """Whether row multipliers prove that no column values hold all rows and bounds (Farkas' lemma, in safe arithmetic)."""
    if len(ray) != len(lp.row_lower):
        return False
    nothing = replace(lp, cost=np.zeros(len(lp.cost)), offset=0.0)
    size = max(1e-12, float(np.abs(ray).max()))
    return any(safe_lower_bound(nothing, sign * ray / size)[0] > 1e-6 for sign in (1.0, -1.0))
