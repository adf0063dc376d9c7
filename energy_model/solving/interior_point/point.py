"""The point of the method over some columns and rows, the direction, and the loops over them."""

from __future__ import annotations

import numpy as np

from energy_model.solving.interior_point import vectors
from energy_model.solving.interior_point.start import CentralIterate
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.interior_point.vectors import FIXED, LOWER, UPPER
from energy_model.solving.stamp import StampedLP

LEAST_AT_START = 0.3
"""Least distance to a bound and least dual of one [GW, MCNY/GW] at the starting point."""
NO_WEIGHTS = np.zeros(len(vectors.WEIGHTS))
Found = list[tuple[float, ...]]
"""Figures of each stretch of a loop, to be summed or compared in this order whatever the number of threads."""


class Point:
    """Columns, then row activities, laid out: values, distances to bounds, duals, direction `d` and corrector `e`.

    Parameters
    ----------
    lp : StampedLP
    column_at, row_at : ndarray of int
        Place of each column and row of the LP in what is laid out; other places are fixed to zero.
    width, height : int
        Length of what is laid out.
    threads : Threads
    """

    def __init__(self, lp: StampedLP, column_at: np.ndarray, row_at: np.ndarray, width: int, height: int, threads: Threads) -> None:
        self.threads, self.width, self.height = threads, width, height
        self.column_at, self.row_at = column_at, row_at
        n = self.size = width + height
        self.lower, self.upper, self.cost = np.zeros(n), np.zeros(n), np.zeros(n)
        self.lower[column_at], self.upper[column_at], self.cost[column_at] = lp.lower, lp.upper, lp.cost
        self.lower[width + row_at], self.upper[width + row_at] = lp.row_lower, lp.row_upper
        fixed = self.lower == self.upper
        self.kind = np.where(fixed, FIXED, LOWER * np.isfinite(self.lower) + UPPER * np.isfinite(self.upper)).astype(np.uint8)
        self.pairs = int(((self.kind & LOWER) > 0).sum() + ((self.kind & UPPER) > 0).sum())
        # the point: columns and activities, distances to bounds and their duals, duals of rows
        self.x, self.low_dual, self.up_dual, self.dual_residual = (np.zeros(n) for _ in range(4))
        self.to_lower, self.to_upper, self.theta = (np.ones(n) for _ in range(3))
        self.y, self.row_residual = np.zeros(height), np.zeros(height)
        # the direction and a corrector: columns and activities, duals of lower and upper bounds, duals of rows
        self.d, self.e = [np.zeros(n) for _ in range(3)], [np.zeros(n) for _ in range(3)]
        self.dy, self.ey = np.zeros(height), np.zeros(height)
        # used again in every iteration, since fresh memory is slow: prices of columns, then right sides; products, right sides of rows
        self.right, self.rest, self.rows = np.zeros(n), np.zeros(height), np.zeros(height)
        self.whole = 0.0

    @property
    def point(self) -> tuple[np.ndarray, ...]:
        """The arrays of the point, in the order in which the loops take them."""
        return self.kind, self.lower, self.upper, self.x, self.to_lower, self.to_upper, self.low_dual, self.up_dual

    def forget(self) -> None:
        """Forget directions of iterations from another point: one that is not finite stays so when it is multiplied by zero."""
        for direction in (*self.d, *self.e, self.dy, self.ey):
            direction[:] = 0.0

    def diagonals(self, of_columns: float, of_rows: float) -> tuple[np.ndarray, np.ndarray]:
        """Diagonals of columns and of rows at the point, in the room of the corrector, which is not needed any more."""
        columns, rows = self.e[0][: self.width], self.e[0][self.width :]
        self.threads.run(vectors.diagonals, self.size, self.width, self.theta, of_columns, of_rows, columns, rows)
        return columns, rows

    def residuals(self) -> tuple[Found, float]:
        """Residuals from the products with rows (`rows`) and duals (`right`): figures of the variables, largest residual of a row."""
        w = self.width
        np.negative(self.y, out=self.right[w:])
        kind, lower, upper, x, *rest = self.point
        found = self.threads.run(
            vectors.residuals, self.size, kind, lower, upper, self.cost, self.right, x, *rest, self.dual_residual, self.theta
        )
        np.subtract(self.x[w:], self.rows, out=self.row_residual)
        return found, float(np.abs(self.row_residual).max(initial=0.0))

    def set_right(self, side: str, *numbers: float) -> None:
        """Right sides of a direction into `right`, `rest` and the room of the duals' directions.

        Parameters
        ----------
        side : str
            ``newton`` (target, second): predictor, or it and Mehrotra's corrector, with all residuals, into `d`. Into `e` ``corrector``
            (target), ``centring`` (target, steps) and ``left``, what `left` has found.
        """
        run = self.threads.run
        if side == "newton":
            self.whole = 1.0
            self.rest[:] = self.row_residual
            run(vectors.newton_right, self.size, *self.point, self.dual_residual, *self.d, *numbers, *self.d[1:], self.right)
            return
        self.whole = 0.0
        if side == "left":
            self.e[1][:], self.e[2][:] = 0.0, 0.0
            return
        self.rest[:] = 0.0
        loop = vectors.corrector_right if side == "corrector" else vectors.centring_right
        run(loop, self.size, *self.point, *self.d, *numbers, *self.e[1:], self.right)

    def eliminate(self) -> None:
        """Right sides of the rows, after their activities are eliminated, into `rows`."""
        self.threads.run(vectors.eliminate_activities, self.height, self.width, self.theta, self.right, self.rest, self.rows)

    def recover(self, into: list[np.ndarray], dy: np.ndarray) -> None:
        """Directions of the activities from those of the rows' duals."""
        self.threads.run(vectors.recover_activities, self.height, self.width, self.theta, self.right, dy, into[0])

    def dual_directions(self, into: list[np.ndarray]) -> None:
        """Directions of the bounds' duals from those of columns and activities, in place of their right sides."""
        _, of_lower, of_upper = into
        self.threads.run(vectors.dual_directions, self.size, *self.point, of_lower, of_upper, self.whole, *into)

    def steps(self, weights: np.ndarray) -> list[np.ndarray]:
        """Fastest shrinking along the direction with shares of the corrector added (`vectors.steps`); without weights along it alone."""
        other = self.e if weights.any() else self.d
        return self.threads.run(vectors.steps, self.size, *self.point, *self.d, *other, weights)

    def products_after(self, p: float, q: float) -> list[float]:
        """Sums of products after a step."""
        return self.threads.run(vectors.products_after, self.size, *self.point, *self.d, p, q)

    def add(self, of_columns: float, of_duals: float) -> None:
        """Add the corrector to the direction with these weights."""
        run = self.threads.run
        if of_columns:
            run(vectors.add, self.size, of_columns, self.e[0], self.d[0])
        if of_duals:
            for e, d in zip([*self.e[1:], self.ey], [*self.d[1:], self.dy], strict=True):
                run(vectors.add, len(d), of_duals, e, d)

    def advance(self, p: float, q: float) -> None:
        """Take a step."""
        self.threads.run(vectors.advance, self.size, *self.point, *self.d, p, q)
        self.threads.run(vectors.add, self.height, q, self.dy, self.y)

    def unsolved(self) -> Found:
        """What the direction leaves of the residuals, from its products with rows (`rows`) and duals (`right`), into `right` and `rest`."""
        w = self.width
        residuals = self.kind, self.dual_residual, self.row_residual
        return self.threads.run(
            vectors.system_residual, self.size, w, *residuals, *self.d, self.dy, self.rows, self.right[:w], self.right, self.rest
        )

    # the starting point: columns nearest to the middle of their bounds that hold the rows, duals nearest to none, as Mehrotra's

    def middle(self) -> None:
        """Columns and activities in the middle of their bounds."""
        self.forget()
        lower, upper, (low, up, fixed) = self.lower, self.upper, self._sides()
        with np.errstate(invalid="ignore"):
            inside = np.where(low & up, (lower + upper) / 2, np.where(low, lower + 1, np.where(up, upper - 1, np.where(fixed, lower, 0.0))))
        self.x[:] = inside
        self.theta[:] = np.where(fixed, vectors.HELD, 1.0)

    def towards_rows(self) -> None:
        """Right sides that bring columns to hold the rows, from the products in `rows`."""
        self.right[:] = 0.0
        np.subtract(self.x[self.width :], self.rows, out=self.rest)

    def towards_costs(self) -> None:
        """Take what `towards_rows` has led to; right sides for duals that pay the costs."""
        fixed = self.kind == FIXED
        self.x += np.where(fixed, 0.0, self.d[0])
        self.right[:] = np.where(fixed, 0.0, self.cost)
        self.rest[:] = 0.0

    def balance(self) -> None:
        """Distances and duals of the starting point: as large as there, whatever their sign, and not near zero.

        Each for itself, where Mehrotra shifts all alike by the worst: that is thousands of times too much for most of a year's.
        """
        low, up, _ = self._sides()
        self.right[self.width :] = -self.y
        price = self.cost - self.right
        with np.errstate(invalid="ignore"):
            self.to_lower[:] = np.where(low, np.maximum(np.abs(self.x - self.lower), LEAST_AT_START), 1.0)
            self.to_upper[:] = np.where(up, np.maximum(np.abs(self.upper - self.x), LEAST_AT_START), 1.0)
        both = low & up
        self.low_dual[:] = np.where(low, np.maximum(np.abs(np.where(both & (price < 0), 0.0, price)), LEAST_AT_START), 0.0)
        self.up_dual[:] = np.where(up, np.maximum(np.abs(np.where(both & (price > 0), 0.0, price)), LEAST_AT_START), 0.0)

    def _sides(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Variables with a lower bound, with an upper one, fixed ones."""
        return (self.kind & LOWER) > 0, (self.kind & UPPER) > 0, self.kind == FIXED

    # points of other problems

    def kept(self) -> CentralIterate:
        """The point, in the order and units of its LP; its gap is not known here."""
        at = np.r_[self.column_at, self.width + self.row_at]
        low, up, _ = (side[at] for side in self._sides())
        distances = np.where([low, up], np.stack([self.to_lower[at], self.to_upper[at]]), 0.0)
        duals = np.where([low, up], np.stack([self.low_dual[at], self.up_dual[at]]), 0.0)
        return CentralIterate(0.0, self.x[self.column_at], self.y[self.row_at], distances, duals)

    def take_values(self, central: CentralIterate) -> None:
        """Columns and row duals of a point kept by a solve of a problem like this, in the units of this LP."""
        self.forget()
        columns, values, y = self.column_at, central.columns, central.row_duals
        self.x[columns] = np.where(np.isnan(values), np.clip(0.0, self.lower[columns], self.upper[columns]), values)
        self.y[self.row_at] = np.where(np.isnan(y), 0.0, y)

    def take_activities(self, central: CentralIterate) -> np.ndarray:
        """Activities from the products in `rows`; returns the products of distances and duals that are known."""
        w = self.width
        self.x[w:], self.right[w:] = self.rows, -self.y
        fixed = self.kind == FIXED
        self.x[fixed] = self.lower[fixed]
        return (central.distances * central.duals)[self._known(central)]

    def take_pairs(self, central: CentralIterate, middle: float) -> None:
        """Distances and duals as they were, so that products are; those that were not there get a product in the `middle` of the others.

        What has changed is left to the residuals of bounds, rows and reduced costs.
        """
        w, rows = self.width, self.row_at
        at = np.r_[self.column_at, w + rows]
        low, up, _ = self._sides()
        there, known = np.stack([low[at], up[at]]), self._known(central)
        price = (self.cost - self.right)[at]
        with np.errstate(invalid="ignore"):
            away = np.abs(np.stack([self.x[at] - self.lower[at], self.upper[at] - self.x[at]]))
            new = np.maximum(away, middle / np.maximum([price, -price], np.sqrt(middle)))
            distances, duals = np.where(known, central.distances, new), np.where(known, central.duals, middle / new)
        self.to_lower[at], self.to_upper[at] = np.where(there, distances, 1.0)
        self.low_dual[at], self.up_dual[at] = np.where(there, duals, 0.0)
        self.y[rows] = np.where(np.isnan(central.row_duals), (self.low_dual - self.up_dual)[w + rows], central.row_duals)

    def _known(self, central: CentralIterate) -> np.ndarray:
        low, up, _ = self._sides()
        at = np.r_[self.column_at, self.width + self.row_at]
        return np.stack([low[at], up[at]]) & (central.distances > 0) & (central.duals > 0)
