"""The point of the method, its residuals, and one step.

Mehrotra (1992), "On the implementation of a primal-dual interior point method", SIAM Journal on Optimization 2; Gondzio (1996), "Multiple
centrality correctors in a primal-dual method for linear programming", Computational Optimization and Applications 6; Colombo and Gondzio
(2008), "Further development of multiple centrality correctors for interior point methods", Computational Optimization and Applications 41.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from energy_model.solving.interior_point import vectors
from energy_model.solving.interior_point.newton import COLUMN_REGULARISATION, LEAST_RESIDUAL, REFINED, ROW_REGULARISATION, Newton
from energy_model.solving.interior_point.structure import find_structure
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.interior_point.vectors import FIXED, LOWER, UPPER
from energy_model.solving.stamp import StampedLP

CORRECTORS = 6
REACH = 0.3
"""By so much a corrector tries to lengthen the step."""
TO_BORDER = 0.99
"""Share of the way to the nearest bound that is taken."""
FEASIBLE = 1e-6
"""Largest residual of a row [GW] and of a reduced cost [MCNY/GW] at the end."""


@dataclass(frozen=True)
class Iteration:
    """State of an iteration.

    Attributes
    ----------
    number : int
    cost, bound : float
        Of the point, bound with its residuals as they are.
    gap : float
        Between them, relative.
    row_residual, dual_residual : float
        Largest residual of a row and of a reduced cost.
    duals : callable
        Gives the row duals so far, shape (rows,); asked for when the iterations end, not in each of them.
    """

    number: int
    cost: float
    bound: float
    gap: float
    row_residual: float
    dual_residual: float
    duals: Callable[[], np.ndarray]

    @property
    def feasible(self) -> bool:
        """Whether rows and reduced costs hold as exactly as an answer must."""
        return self.row_residual < FEASIBLE and self.dual_residual < FEASIBLE


@dataclass(frozen=True)
class Answer:
    """What the iterations end with: column values, row duals, how many there were."""

    primal: np.ndarray
    dual: np.ndarray
    iterations: int


class Iterate:
    """Point, directions and the loops over them."""

    def __init__(self, lp: StampedLP, threads: Threads, units: tuple[np.ndarray, np.ndarray, float]) -> None:
        self.lp, self.units = lp, units
        s = self.structure = find_structure(lp)
        self.threads, self.newton = threads, Newton(s, lp, threads)
        self.width, self.height = s.width, s.height
        n = self.size = s.width + s.height
        self.lower, self.upper, self.cost = np.zeros(n), np.zeros(n), np.zeros(n)  # what fills up the last group is fixed to zero
        at = np.r_[s.column_at, s.width + s.row_at]
        self.lower[at], self.upper[at] = np.r_[lp.lower, lp.row_lower], np.r_[lp.upper, lp.row_upper]
        self.cost[s.column_at] = lp.cost
        fixed = self.lower == self.upper
        self.kind = np.where(fixed, FIXED, LOWER * np.isfinite(self.lower) + UPPER * np.isfinite(self.upper)).astype(np.uint8)
        self.pairs = int(((self.kind & LOWER) > 0).sum() + ((self.kind & UPPER) > 0).sum())
        # the point: columns and activities, distances to bounds and their duals, duals of rows
        self.x, self.low_dual, self.up_dual = np.zeros((3, n))
        self.to_lower, self.to_upper, self.theta = np.ones((3, n))
        self.priced, self.dual_residual = np.zeros((2, n))
        self.y, self.row_residual, self.activity = np.zeros((3, s.height))
        # the direction and a corrector: columns and activities, duals of lower and upper bounds, duals of rows
        self.d, self.e = list(np.zeros((3, n))), list(np.zeros((3, n)))
        self.dy, self.ey = np.zeros((2, s.height))
        # right sides and room for refinement, used again in every iteration: fresh memory is slow
        self.of_lower, self.of_upper, self.right = np.zeros((3, n))
        self.rows, self.no_rows, self.more_y, self.ax = np.zeros((4, s.height))
        self.more_x, self.residual_x, self.aty = np.zeros((3, s.width))
        self.products = self.worst_dual = self.worst_row = 0.0

    @property
    def point(self) -> tuple[np.ndarray, ...]:
        """The arrays of the point, in the order in which the loops take them."""
        return self.kind, self.lower, self.upper, self.x, self.to_lower, self.to_upper, self.low_dual, self.up_dual

    def factor(self) -> None:
        """Factor the system at the diagonals of the point."""
        self.threads.run(
            vectors.diagonals, self.size, self.width, self.theta, COLUMN_REGULARISATION, ROW_REGULARISATION,
            self.newton.column_diagonal, self.newton.row_diagonal,
        )
        self.newton.factor()

    def solve(self, rows: np.ndarray, dx: np.ndarray, dy: np.ndarray, refine: int = 3) -> None:
        """Newton direction for `right` and a right side of the rows."""
        run, w, h = self.threads.run, self.width, self.height
        run(vectors.eliminate_activities, h, w, self.theta, self.right, rows, self.rows)
        self.newton.solve(self.right[:w], self.rows, dx[:w], dy)
        for k in range(refine + 1):
            run(vectors.recover_activities, h, w, self.theta, self.right, dy, dx)
            if k == refine:
                break
            self.newton.products(dx[:w], dy, self.ax, self.aty)
            found = run(
                vectors.system_residual, self.size, w, h, self.theta, self.right, rows, dx, self.ax, self.aty, self.residual_x, self.rows
            )
            of_columns, of_rows, size = (max(values) for values in zip(*found, strict=True))
            exact_columns = of_columns < max(REFINED * (1 + size), LEAST_RESIDUAL, 0.01 * self.worst_dual)
            if exact_columns and of_rows < max(LEAST_RESIDUAL, 0.01 * self.worst_row):
                break
            self.newton.solve(self.residual_x, self.rows, self.more_x, self.more_y)
            run(vectors.add, w, 1.0, self.more_x, dx)
            run(vectors.add, h, 1.0, self.more_y, dy)

    def look(self, number: int) -> Iteration:
        """Residuals and costs of the point, which `step` goes on from."""
        w = self.width
        self.newton.products(self.x[:w], self.y, self.activity, self.priced[:w])
        np.negative(self.y, out=self.priced[w:])
        kind, lower, upper, x, *rest = self.point
        found = self.threads.run(
            vectors.residuals, self.size, kind, lower, upper, self.cost, self.priced, x, *rest, self.dual_residual, self.theta
        )
        np.subtract(self.x[w:], self.activity, out=self.row_residual)
        products, cost, bound, worst = (np.array(v) for v in zip(*found, strict=True))
        self.products, value, below = float(products.sum()), float(cost.sum()), float(bound.sum())
        self.worst_dual, self.worst_row = float(worst.max()), float(np.abs(self.row_residual).max())
        money = self.units[2]
        value, below = value + self.lp.offset, below + self.lp.offset
        return Iteration(
            number, value * money, below * money, abs(value - below) / (1 + abs(value)), self.worst_row, self.worst_dual,
            self.duals,
        )

    def duals(self) -> np.ndarray:
        """Row duals in the units of the LP."""
        return self.y[self.structure.row_at] * self.units[1]

    def answer(self, progress: Iteration) -> Answer:
        """The point in the units of the LP, within its bounds."""
        values = np.clip(self.x[self.structure.column_at], self.lp.lower, self.lp.upper)
        return Answer(values * self.units[0], self.duals(), progress.number)

    def start(self) -> None:
        """Mehrotra's starting point."""
        kind, lower, upper = self.kind, self.lower, self.upper
        low, up, fixed = (kind & LOWER) > 0, (kind & UPPER) > 0, kind == FIXED
        with np.errstate(invalid="ignore"):
            inside = np.where(low & up, (lower + upper) / 2, np.where(low, lower + 1, np.where(up, upper - 1, np.where(fixed, lower, 0.0))))
        self.x[:] = inside
        self.theta[:] = np.where(fixed, vectors.HELD, 1.0)
        self.factor()
        w = self.width
        self.newton.products(self.x[:w], self.y, self.activity, self.priced[:w])
        self.right[:] = 0.0
        self.solve(self.x[w:] - self.activity, self.d[0], self.dy)
        self.x += np.where(fixed, 0.0, self.d[0])
        self.right[:] = np.where(fixed, 0.0, self.cost)
        self.solve(self.no_rows, self.d[0], self.y)
        self.newton.products(self.x[:w], self.y, self.activity, self.priced[:w])
        self.priced[w:] = -self.y
        self._balance()

    def _balance(self) -> None:
        """Distances and duals of the starting point, shifted so that all are positive and their products alike."""
        low, up = (self.kind & LOWER) > 0, (self.kind & UPPER) > 0
        z = self.cost - self.priced
        with np.errstate(invalid="ignore"):
            a, b = np.where(low, self.x - self.lower, 1.0), np.where(up, self.upper - self.x, 1.0)
        u = np.where(low, np.where(up, np.maximum(z, 0), z), 0.0)
        v = np.where(up, np.where(low, np.maximum(-z, 0), -z), 0.0)
        for left, right in ((a, b), (u, v)):
            shift = max(-1.5 * min(left[low].min(initial=0.0), right[up].min(initial=0.0)), 0.0)
            left[low] += shift
            right[up] += shift
        mu, sum_x, sum_z = a[low] @ u[low] + b[up] @ v[up], a[low].sum() + b[up].sum(), u[low].sum() + v[up].sum()
        if mu > 0:
            for values, where, total in ((a, low, sum_z), (b, up, sum_z), (u, low, sum_x), (v, up, sum_x)):
                values[where] += mu / total / 2
        self.to_lower[:], self.to_upper[:] = np.maximum(a, 1e-3), np.maximum(b, 1e-3)
        self.low_dual[:], self.up_dual[:] = np.where(low, np.maximum(u, 1e-6), 0.0), np.where(up, np.maximum(v, 1e-6), 0.0)

    def direction(self, rows: np.ndarray, whole: float, into: list[np.ndarray], dy: np.ndarray) -> None:
        """Direction for the right sides that stand in `right`, `of_lower`, `of_upper` and `rows`."""
        self.solve(rows, into[0], dy)
        self.threads.run(vectors.dual_directions, self.size, *self.point, self.of_lower, self.of_upper, whole, *into)

    def steps(self, weights: np.ndarray, other: list[np.ndarray]) -> np.ndarray:
        """Longest steps along the direction with shares of another added, shape (2, weights)."""
        found = self.threads.run(vectors.steps, self.size, *self.point, *self.d, *other, weights, 1 / TO_BORDER)
        return np.min(found, axis=0)

    def step(self) -> None:
        """Take one step from the residuals that `look` has left."""
        run, none = self.threads.run, np.zeros(1)
        self.factor()
        mu = self.products / self.pairs

        def newton(target: float, second: float) -> None:
            found = self.of_lower, self.of_upper, self.right
            run(vectors.newton_right, self.size, *self.point, self.dual_residual, *self.d, target, second, *found)
            self.direction(self.row_residual, 1.0, self.d, self.dy)

        newton(0.0, 0.0)
        p, q = np.minimum(self.steps(none, self.d)[:, 0], 1.0)
        after = sum(run(vectors.products_after, self.size, *self.point, *self.d, p, q)) / self.pairs
        target = (after / mu) ** 3 * mu
        newton(target, 1.0)
        p, q = self.steps(none, self.d)[:, 0]
        weights = np.array(vectors.WEIGHTS)
        for _ in range(CORRECTORS):
            if min(p, q) > 0.95:
                break
            run(vectors.centring_right, self.size, *self.point, *self.d, target, min(1.0, p + REACH), min(1.0, q + REACH),
                self.of_lower, self.of_upper, self.right)
            self.direction(self.no_rows, 0.0, self.e, self.ey)
            found = self.steps(weights, self.e)
            k = int(found.sum(axis=0).argmax())
            if found[:, k].sum() < 1.02 * (p + q) and found[:, k].min() <= 1.01 * min(p, q):
                break
            p, q = found[:, k]
            for e, d in zip([*self.e, self.ey], [*self.d, self.dy], strict=True):
                run(vectors.add, len(d), weights[k], e, d)
        p, q = p * TO_BORDER, q * TO_BORDER
        run(vectors.advance, self.size, *self.point, *self.d, p, q)
        run(vectors.add, self.height, q, self.dy, self.y)
