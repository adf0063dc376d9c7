"""Columns and rows that parts share: a part of its own, whose system is dense."""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from energy_model.solving.interior_point.point import Found, Point
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.stamp import StampedLP


class Shared(Point):
    """Point and system of what parts share.

    Parameters
    ----------
    lp : StampedLP
        Of these columns and rows alone.
    met : list of ndarray of int
        Which of them each part meets (`Part.met`).
    threads : Threads
    """

    def __init__(self, lp: StampedLP, met: list[np.ndarray], threads: Threads) -> None:
        height, width = lp.matrix.shape
        super().__init__(lp, np.arange(width), np.arange(height), width, height, threads)
        self.met, self.matrix = met, lp.matrix.toarray()

    def of(self, what: str) -> list[tuple[np.ndarray]]:
        """Columns and row duals of the point, or of the direction, as each part meets them."""
        x, y = (self.x, self.y) if what == "point" else (self.d[0], self.dy)
        return self.met_by_each(np.r_[x[: self.width], y])

    def met_by_each(self, values: np.ndarray) -> list[tuple[np.ndarray]]:
        """Values of shared columns and rows for each part."""
        return [(values[met],) for met in self.met]

    def _sum(self, told: list[np.ndarray]) -> np.ndarray:
        total = np.zeros(self.width + self.height)
        for met, part in zip(self.met, told, strict=True):
            total[met] += part
        return total

    def products(self, told: list[np.ndarray], of: str = "point") -> None:
        """Products with the shared columns and duals, of which parts have `told` their share, into `rows` and `right`."""
        x, y = (self.x, self.y) if of == "point" else (self.d[0], self.dy)
        columns, rows = np.split(self._sum(told), [self.width])
        self.right[: self.width] = self.matrix.T @ y + columns
        self.rows[:] = self.matrix @ x[: self.width] + rows

    def look(self, told: list[np.ndarray]) -> tuple[Found, float]:
        """Residuals of the point."""
        self.products(told)
        return self.residuals()

    def left(self, told: list[np.ndarray]) -> Found:
        """What the direction leaves of the residuals."""
        self.products(told, "direction")
        return self.unsolved()

    def factor(self, of_columns: float, of_rows: float, told: list[np.ndarray]) -> None:
        """Factor from what parts leave."""
        columns, rows = self.diagonals(of_columns, of_rows)
        n = self.width
        whole = np.zeros((self.width + self.height,) * 2)
        for met, part in zip(self.met, told, strict=True):
            whole[np.ix_(met, met)] += part
        i, j = np.arange(n), n + np.arange(self.height)
        whole[i, i] -= columns
        whole[j, j] += rows
        whole[n:, :n] += self.matrix
        whole[:n, n:] += self.matrix.T
        self.dense = sl.lu_factor(whole, check_finite=False, overwrite_a=True) if len(whole) else None

    def solve(self, told: list[np.ndarray], columns: np.ndarray, dy: np.ndarray) -> list[tuple[np.ndarray]]:
        """Solve for the right side that stands there and what parts leave of theirs; values as each part meets them."""
        self.eliminate()
        right = np.r_[self.right[: self.width], self.rows] + self._sum(told)
        x = sl.lu_solve(self.dense, right, check_finite=False) if len(right) else right
        columns[: self.width], dy[:] = np.split(x, [self.width])
        return self.met_by_each(x)

    def end(self, told: list[np.ndarray], into: str) -> list[tuple[np.ndarray]]:
        """The direction, into ``d`` or ``e``; values as each part meets them."""
        direction, dy = (self.d, self.dy) if into == "d" else (self.e, self.ey)
        values = self.solve(told, direction[0], dy)
        self.recover(direction, dy)
        self.dual_directions(direction)
        return values
