"""Points well inside all bounds that a solve has passed, kept for the next solve of a problem like it.

A solution, pushed inside, is a bad start: its products of distances and duals differ by orders of magnitude. Points near the central path
are good ones while the gap is not yet much smaller than what has changed; a first direction tells. Gondzio (1998), "Warm start of the
primal-dual method applied in the cutting-plane scheme", Mathematical Programming 83; Yildirim and Wright (2002), "Warm-start strategies in
interior-point methods for linear programming", SIAM Journal on Optimization 12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.solving.stamp import MISSING, StampedLP

LEVELS = {1e-1: 0.01, 1e-2: 0.05, 3e-3: 0.3, 1e-3: 0.3}
"""Relative gaps below which a point is kept, and the share of the way to a point without residuals that it must be able to go in another
problem to be started from there (docs/convergence.md)."""
LEAST_KNOWN = 0.8
"""Share of the columns, and half as much of the rows, that another problem must know for its points to be used."""

Ids = dict[str, tuple[list[tuple], np.ndarray]]
"""Family -> (labels, ids), as in `StampedLP`."""


@dataclass(frozen=True)
class CentralIterate:
    """A point of the method, in the units of its LP and in single precision.

    Attributes
    ----------
    gap : float
        Relative.
    columns : ndarray, shape (columns,)
    row_duals : ndarray, shape (rows,)
    distances, duals : ndarray, shape (2, columns + rows)
        To the lower and upper bounds of columns and of row activities, and the duals of these; 0 where there is no such bound.
    """

    gap: float
    columns: np.ndarray
    row_duals: np.ndarray
    distances: np.ndarray
    duals: np.ndarray

    @property
    def usable(self) -> bool:
        """Whether all values are numbers; NaN stands for a column or row that was not there."""
        there = not np.isinf(self.columns).any() and not np.isinf(self.row_duals).any()
        return bool(there and np.isfinite(self.distances).all() and np.isfinite(self.duals).all())

    def at(self, columns: np.ndarray, rows: np.ndarray) -> CentralIterate:
        """What the point says of some columns and rows."""
        both = np.r_[columns, len(self.columns) + rows]
        return replace(
            self,
            columns=self.columns[columns],
            row_duals=self.row_duals[rows],
            distances=self.distances[:, both],
            duals=self.duals[:, both],
        )

    def taken(self, columns: np.ndarray, rows: np.ndarray) -> CentralIterate:
        """The point of a problem whose columns and rows are those at these places, `MISSING` for new ones, which become NaN or 0."""
        both = np.r_[columns, np.where(rows == MISSING, MISSING, rows + len(self.columns))]
        known = both != MISSING
        return replace(
            self,
            columns=np.where(columns == MISSING, np.float32(np.nan), self.columns[columns]),
            row_duals=np.where(rows == MISSING, np.float32(np.nan), self.row_duals[rows]),
            distances=np.where(known, self.distances[:, both], np.float32(0)),
            duals=np.where(known, self.duals[:, both], np.float32(0)),
        )


@dataclass(frozen=True)
class Trail:
    """Central iterates of one solve, far from the optimum first, with the names of columns and rows.

    Attributes
    ----------
    column_ids, row_ids : dict
        As in `StampedLP`.
    points : tuple of CentralIterate
    """

    column_ids: Ids
    row_ids: Ids
    points: tuple[CentralIterate, ...]

    def on(self, lp: StampedLP) -> Trail | None:
        """The same points for another problem, by family, label, block and time; None where it shares too few columns or rows."""
        rows, columns = lp.matrix.shape
        first = self.points[0]
        of_columns = _places(self.column_ids, len(first.columns), lp.column_ids, columns)
        of_rows = _places(self.row_ids, len(first.row_duals), lp.row_ids, rows)
        if np.mean(of_columns != MISSING) < LEAST_KNOWN or np.mean(of_rows != MISSING) < LEAST_KNOWN / 2:
            return None
        same = [len(p) == n and (p == np.arange(n)).all() for p, n in ((of_columns, len(first.columns)), (of_rows, len(first.row_duals)))]
        points = self.points if all(same) else tuple(p.taken(of_columns, of_rows) for p in self.points)
        return Trail(lp.column_ids, lp.row_ids, points)


def _places(known: Ids, size: int, wanted: Ids, count: int) -> np.ndarray:
    """Place in one problem of each of `count` columns or rows of another; those without a name, added last, match one by one."""
    found, named, of_known = np.full(count, MISSING), np.zeros(count, bool), np.zeros(size, bool)
    for _, ids in known.values():
        of_known[_there(np.ravel(ids))] = True
    for family, (labels, ids) in wanted.items():
        named[_there(np.ravel(ids))] = True
        others, their_ids = known.get(family, ([], np.empty(0, np.int64)))
        if not len(labels) or ids.shape[1:] != their_ids.shape[1:]:
            continue
        at = {label: k for k, label in enumerate(others)}
        mine = [k for k, label in enumerate(labels) if label in at]
        to, of = ids[mine].ravel(), their_ids[[at[labels[k]] for k in mine]].ravel()
        both = (to >= 0) & (of >= 0)
        found[to[both]] = of[both]
    added, theirs = np.flatnonzero(~named), np.flatnonzero(~of_known)
    if len(added) == len(theirs):
        found[added] = theirs
    return found


def _there(ids: np.ndarray) -> np.ndarray:
    return ids[ids >= 0]


class StartError(EnergyModelError):
    """A start does not fit; the message says why and what to do."""


@dataclass
class Neighbour:
    """What the last solve has left for the next one like it; a loop passes it from solve to solve.

    Attributes
    ----------
    trail : Trail or None
        None before the first solve by the method on blocks.
    name : str
        Where `trail` is from, where that is another result.
    used : str
        That place, once a solve was started from there.
    """

    trail: Trail | None = None
    name: str = ""
    used: str = ""

    @property
    def kept(self) -> Trail | None:
        """The points that a solve here has left; None where there are only those of another result."""
        return None if self.name else self.trail

    def trail_for(self, lp: StampedLP) -> Trail | None:
        """Its points for a problem; None where there are none, or the problem is another."""
        return None if self.trail is None else self.trail.on(lp)

    def require_like(self, lp: StampedLP) -> None:
        """Refuse a start that is of another problem.

        Raises
        ------
        StartError
        """
        if self.trail is not None and self.trail_for(lp) is None:
            raise StartError(
                say(
                    f"{self.name} cannot start this study: it was solved over other hours, or most of its columns are others. Give a "
                    "result of the same horizon, or leave --start out.",
                    f"{self.name} 不能作为本研究的起始点：其时段不同，或大多数变量不同。请给出同一时段的结果，或去掉 --start。",
                )
            )

    def keep(self, lp: StampedLP, points: tuple[CentralIterate, ...], warm: bool) -> None:
        """Leave the points of a solve, which was started from those before or not, to the next."""
        self.used = self.used or (self.name if warm else "")
        if points:
            self.trail, self.name = Trail(lp.column_ids, lp.row_ids, points), ""


def told_of_start(fits: bool, used: bool) -> str:
    """Whether a start was of a problem like this, and was used."""
    if not fits:
        return say("  begun cold: the start is of another problem", "  冷启动：起始点属于另一问题")
    if not used:
        return say("  begun cold: the start led no nearer", "  冷启动：起始点未能加快求解")
    return say("  begun at the start", "  自起始点开始")
