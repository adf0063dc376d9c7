"""Yearly constraints that other limits fix to one value, such as a floor of 1,500 MW where at most 1,500 MW can be built.

The dual of such a constraint is unbounded: what is added to it can be taken off the duals of those limits, an interior point method
diverges along that ray, and the dual is no price. So the constraint is removed before the solve and the limits that imply it become
equalities, which leaves the feasible plans as they are; afterwards it gets the smallest dual that proves the optimum, the saving per unit
by which it is relaxed. Tightened, it is infeasible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np
import scipy.sparse as sp

from energy_model.solving.highs import Solution, load_arrays, set_option
from energy_model.solving.stamp import StampedLP

NO_ROOM = 1e-8
"""Distance between a row's limit and all it can reach, relative to the limit (1 for those below 1), within which it has no room."""
USED = 1e-7
"""Least share of a limit in a row that counts."""


@dataclass(frozen=True)
class Pinch:
    """A side of a row, or of a column, without room, and the limits that hold it.

    Rows count from 0, columns after them.

    Attributes
    ----------
    limit : int
        The row or column.
    sign : float
        1 of its lower side, -1 of the upper.
    held_by : ndarray of int
        Rows and columns at whose limits it is, and ``share`` of each in it; ``one_sided`` those that were no equalities before.
    """

    limit: int
    sign: float
    held_by: np.ndarray
    share: np.ndarray
    one_sided: np.ndarray


@dataclass(frozen=True)
class Released:
    """An LP whose rows without room are set aside.

    Attributes
    ----------
    given, lp : StampedLP
        As it was, and with the same plans for the solver.
    pinches : list of Pinch
        In the order in which they were set aside.
    """

    given: StampedLP
    lp: StampedLP
    pinches: list[Pinch]

    @property
    def without_room(self) -> np.ndarray:
        """Rows that are at their limit in every plan: those set aside, and those that hold them."""
        tight = [np.append(p.held_by[p.one_sided], p.limit) for p in self.pinches]
        found = np.unique(np.concatenate([np.empty(0, np.int64), *tight]))
        return found[found < len(self.lp.row_lower)]

    def dual(self, dual: np.ndarray) -> np.ndarray:
        """Row duals of the LP as it was from those of the solver: of rows without room the least that prove the optimum."""
        y, height = dual.copy(), len(dual)
        y[[p.limit for p in self.pinches if p.limit < height]] = 0.0
        for p in reversed(self.pinches):
            rows, columns = p.held_by[p.held_by < height], p.held_by[p.held_by >= height] - height
            worth = np.concatenate([y[rows], self.given.cost[columns] - self.given.matrix[:, columns].T @ y])
            least = max(0.0, float((worth / p.share)[p.one_sided].max(initial=0.0)))
            y[rows] -= least * p.share[: len(rows)]
            if p.limit < height:
                y[p.limit] = p.sign * least
        return y

    def solution(self, found: Solution) -> Solution:
        """A solution of the LP as it was from the solver's."""
        if not self.pinches or not len(found.dual):
            return found
        return replace(found, dual=self.dual(found.dual), without_room=self.without_room)


def released(lp: StampedLP) -> Released:
    """Set the yearly rows without room aside, and the bounds of columns that they leave none.

    What they can reach is found by an LP over the columns and rows that blocks share; where blocks themselves leave no room, a row stays.
    """
    columns, rows, shared = _shared(lp)
    search = _Search(shared, np.append(lp.row_lower[rows], lp.lower[columns]), np.append(lp.row_upper[rows], lp.upper[columns]))
    if not (found := search.pinches()):
        return Released(lp, lp, [])
    place, height = np.append(rows, columns + len(lp.row_lower)), len(lp.row_lower)
    pinches = [replace(p, limit=int(place[p.limit]), held_by=place[p.held_by]) for p in found]
    low, high = np.append(lp.row_lower, lp.lower), np.append(lp.row_upper, lp.upper)
    low[place], high[place] = search.low, search.high
    return Released(lp, replace(lp, row_lower=low[:height], row_upper=high[:height], lower=low[height:], upper=high[height:]), pinches)


def _shared(lp: StampedLP) -> tuple[np.ndarray, np.ndarray, sp.csr_array]:
    """Columns that blocks share, the rows that stand over these alone, and their coefficients."""
    columns = np.unique(np.concatenate([np.empty(0, np.int64), *(ids for _, ids in lp.column_ids.values() if np.ndim(ids) == 1)]))
    own = sp.csr_array(lp.matrix[:, columns])
    inside, all_ = np.diff(own.indptr), np.bincount(lp.matrix.indices, minlength=lp.matrix.shape[0])
    rows = np.flatnonzero((inside > 0) & (inside == all_))
    return columns, rows, own[rows]


class _Search:
    """Looks for rows without room in a small LP, and makes equalities of what holds those that it finds.

    Attributes
    ----------
    low, high : ndarray
        Sides of rows, then of columns, as changed so far.
    """

    def __init__(self, matrix: sp.csr_array, low: np.ndarray, high: np.ndarray) -> None:
        self.matrix, self.low, self.high = matrix, low, high
        self.by_column = sp.csc_array(matrix)
        self.height, self.width = matrix.shape
        self.room = {sign: np.zeros(len(low), bool) for sign in (1.0, -1.0)}
        self.columns = np.arange(self.width, dtype=np.int32)
        self.h = load_arrays(_bare(matrix, low, high))
        for option, value in (("solver", "simplex"), ("presolve", "off"), ("threads", 1), ("primal_feasibility_tolerance", 1e-10)):
            set_option(self.h, option, value)

    def pinches(self) -> list[Pinch]:
        """All rows without room, and after each the bounds near it."""
        found = []
        for row in range(self.height):
            after = [row]
            while after:
                for sign in self._sides(limit := after.pop()):
                    if pinch := self._pinch(limit, sign):
                        found.append(pinch)
                        after += self._near(pinch)
        return found

    def _sides(self, limit: int) -> list[float]:
        """Sides of a row or column that may have no room; none of one that is an equality, be it by rounding."""
        low, high = self.low[limit], self.high[limit]
        if np.isfinite(low) and high - low <= NO_ROOM * max(1.0, abs(low)):
            return []
        sides = {1.0: self.low, -1.0: self.high}
        return [sign for sign, side in sides.items() if np.isfinite(side[limit]) and not self.room[sign][limit]]

    def _pinch(self, limit: int, sign: float) -> Pinch | None:
        """The limits that hold a side; None where it has room, or nothing holds all rows."""
        side = sign * (self.low if sign > 0 else self.high)[limit]
        wanted = np.zeros(self.width)
        if limit < self.height:
            wanted = sign * self.matrix[[limit]].toarray()[0]
        else:
            wanted[limit - self.height] = sign
        self.h.changeColsCost(self.width, self.columns, -wanted)
        self.h.run()
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = self.h.getSolution()
        x = np.array(found.col_value)
        at = np.append(self.matrix @ x, x)
        near = NO_ROOM * np.maximum(1.0, np.abs(at))
        self.room[1.0] |= at - self.low > near
        self.room[-1.0] |= self.high - at > near
        if abs(wanted @ x - side) > NO_ROOM * max(1.0, abs(side)):
            return None
        share = -np.append(found.row_dual, found.col_dual)
        share /= 1.0 - sign * share[limit]  # at its limit a side may seem to hold itself
        share[limit] = 0.0
        held_by = np.flatnonzero(np.abs(share) > USED)
        pinch = Pinch(limit, sign, held_by, share[held_by], self.low[held_by] < self.high[held_by])
        self._set_aside(pinch)
        return pinch

    def _set_aside(self, p: Pinch) -> None:
        """Make equalities of what holds a side, which is opened."""
        fixed = p.held_by[p.one_sided]
        self.low[fixed] = self.high[fixed] = np.where(p.share[p.one_sided] > 0, self.high[fixed], self.low[fixed])
        if p.sign > 0:
            self.low[p.limit] = -np.inf
        else:
            self.high[p.limit] = np.inf
        for i in (*fixed, p.limit):
            if i < self.height:
                self.h.changeRowBounds(int(i), self.low[i], self.high[i])
            else:
                self.h.changeColBounds(int(i) - self.height, self.low[i], self.high[i])

    def _near(self, p: Pinch) -> list[int]:
        """Columns in the rows of a pinch, and in those of its columns."""
        own = np.append(p.held_by[p.one_sided], p.limit)
        rows = np.append(own[own < self.height], self.by_column[:, own[own >= self.height] - self.height].indices)
        return [int(j) + self.height for j in np.unique(self.matrix[np.unique(rows)].indices)]


def _bare(matrix: sp.csr_array, low: np.ndarray, high: np.ndarray) -> StampedLP:
    """An LP of these arrays without cost."""
    height, width = matrix.shape
    return StampedLP(
        matrix=sp.csc_array(matrix),
        cost=np.zeros(width),
        offset=0.0,
        lower=low[height:],
        upper=high[height:],
        row_lower=low[:height],
        row_upper=high[:height],
        integer=np.zeros(width, bool),
        accounts={},
        column_scale=np.ones(width),
        column_ids={},
        row_ids={},
    )
