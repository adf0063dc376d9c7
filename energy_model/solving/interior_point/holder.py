"""What holds the blocks of a part: its data never leave it, only sums over what parts share, and few figures.

The driver (`iterate.py`) asks all holders the same in turn and adds up what they tell; whether they are here (`Here`) or elsewhere makes no
difference to the digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from energy_model.solving.interior_point.newton import Newton
from energy_model.solving.interior_point.parts import Part
from energy_model.solving.interior_point.point import Found, Point
from energy_model.solving.interior_point.start import CentralIterate
from energy_model.solving.interior_point.structure import Factor, find_structure
from energy_model.solving.interior_point.threads import Threads


class Holder(Point):
    """Point, direction and factors of one part.

    Columns and rows shared with other parts have places here: their values are given, their sums told, and loops take them as fixed.

    Parameters
    ----------
    part : Part
    threads : Threads
    known : dict
        Symbolic factors of other parts, to be used again.
    """

    def __init__(self, part: Part, threads: Threads, known: dict[bytes, Factor]) -> None:
        structure = find_structure(part.lp, known)
        super().__init__(part.lp, structure.column_at, structure.row_at, structure.width, structure.height, threads)
        n, m = part.met_columns, len(part.met) - part.met_columns
        self.newton = Newton(structure, part.lp, threads, n, m)
        own_columns, own_rows = self.newton.own_columns, self.newton.own_rows
        self.met_columns, self.met_rows = slice(own_columns, own_columns + n), slice(own_rows, own_rows + m)
        self.column_at, self.row_at = self.column_at[: len(part.columns)], self.row_at[: len(part.rows)]  # of its own

    def factor(self, of_columns: float, of_rows: float) -> np.ndarray:
        """Factor at the point with these regularisations; what is left of the shared columns and rows."""
        return self.newton.factor(*self.diagonals(of_columns, of_rows))

    def products(self, shared: np.ndarray, of: str = "point") -> np.ndarray:
        """Products of the matrix with the point or the direction, into `rows` and `right`; those of shared columns and rows are told.

        Parameters
        ----------
        shared : ndarray
            Values of shared columns, and duals of shared rows.
        of : {"point", "direction"}
        """
        x, y = (self.x, self.y) if of == "point" else (self.d[0], self.dy)
        n = self.met_columns.stop - self.met_columns.start
        x[self.met_columns], y[self.met_rows] = shared[:n], shared[n:]
        priced = self.right[: self.width]
        self.newton.products(x[: self.width], y, self.rows, priced)
        told = np.r_[priced[self.met_columns], self.rows[self.met_rows]]
        priced[self.met_columns] = 0.0
        self.rows[self.met_rows] = 0.0
        return told

    def look(self, shared: np.ndarray) -> tuple[np.ndarray, Found, float]:
        """Products and residuals of the point."""
        return self.products(shared), *self.residuals()

    def begin(self, side: str = "", *numbers: float) -> np.ndarray:
        """Begin a direction for a right side (`Point.set_right`), or for the one that stands there: what it leaves of the shared."""
        if side:
            self.set_right(side, *numbers)
        self.eliminate()
        return self.newton.forward(self.right[: self.width], self.rows)

    def end(self, shared: np.ndarray, into: str, weights: np.ndarray | None = None) -> list[np.ndarray]:
        """End a direction, into ``d`` or ``e``, and tell what limits a step with these weights."""
        direction, dy = (self.d, self.dy) if into == "d" else (self.e, self.ey)
        self.newton.backward(shared, direction[0][: self.width], dy)
        self.recover(direction, dy)
        self.dual_directions(direction)
        return [] if weights is None else self.steps(weights)

    def left(self, shared: np.ndarray) -> tuple[np.ndarray, Found]:
        """Products of the direction, and what it leaves of the residuals."""
        return self.products(shared, "direction"), self.unsolved()

    def begin_start(self, shared: np.ndarray) -> np.ndarray:
        """Begin the direction that brings columns to hold the rows."""
        self.products(shared)
        self.towards_rows()
        return self.begin()

    def begin_prices(self, shared: np.ndarray) -> np.ndarray:
        """End that direction, and begin the one of duals that pay the costs."""
        self.newton.backward(shared, self.d[0][: self.width], self.dy)
        self.recover(self.d, self.dy)
        self.towards_costs()
        return self.begin()

    def end_prices(self, shared: np.ndarray) -> None:
        """End it: these are the first duals."""
        self.newton.backward(shared, self.d[0][: self.width], self.y)

    def end_start(self, shared: np.ndarray) -> np.ndarray:
        """Distances and duals of the starting point."""
        told = self.products(shared)
        self.balance()
        return told

    def take(self, shared: np.ndarray, central: CentralIterate) -> tuple[np.ndarray, np.ndarray]:
        """Take the values of another problem's point; products with the shared, and products of its pairs."""
        self.take_values(central)
        told = self.products(shared)
        return told, self.take_activities(central)

    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Own columns and row duals."""
        return self.x[self.column_at], self.y[self.row_at]

    def counts(self) -> int:
        """Pairs of a distance and its dual."""
        return self.pairs


class Holders(Protocol):
    """Holders of all parts."""

    def add(self, part: Part) -> None:
        """Hold one more part."""

    def each(self, method: str, own: Sequence[tuple] | None = None, *same: Any) -> list[Any]:
        """What a method of each holder returns for arguments of its own and then for those that all get."""


class Here:
    """Holders in this process."""

    def __init__(self, threads: Threads) -> None:
        self.threads = threads
        self.holders: list[Holder] = []
        self._known: dict[bytes, Factor] = {}

    def add(self, part: Part) -> None:
        """Hold one more part, with the symbolic factors of those before."""
        self.holders.append(Holder(part, self.threads, self._known))

    def each(self, method: str, own: Sequence[tuple] | None = None, *same: Any) -> list[Any]:
        """As `Holders.each`, one after the other: each has threads of its own."""
        own = own if own is not None else [()] * len(self.holders)
        return [getattr(holder, method)(*mine, *same) for holder, mine in zip(self.holders, own, strict=True)]
