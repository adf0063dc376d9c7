"""The point of the method, its residuals, and one step.

Mehrotra (1992), "On the implementation of a primal-dual interior point method", SIAM Journal on Optimization 2; Gondzio (1996), "Multiple
centrality correctors in a primal-dual method for linear programming", Computational Optimization and Applications 6; Colombo and Gondzio
(2008), "Further development of multiple centrality correctors for interior point methods", Computational Optimization and Applications 41.
"""
# Over 300 lines: one iteration: steps, corrections and when to stop.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from energy_model.solving.interior_point import vectors
from energy_model.solving.interior_point.newton import COLUMN_REGULARISATION, LEAST_RESIDUAL, REFINED, ROW_REGULARISATION, Newton
from energy_model.solving.interior_point.start import CentralIterate
from energy_model.solving.interior_point.structure import find_structure
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.interior_point.vectors import FIXED, LOWER, UPPER
from energy_model.solving.stamp import StampedLP

CORRECTORS = 6
LONG_STEP = 0.95
"""A step that needs no corrector."""
SHORT_STEP, NEAR = 0.1, 1e-2
"""After a step as short as this, once the gap is near, all further ones are `CENTRING`."""
REFINEMENTS = 3
HARMLESS = 1e-7
"""What a direction may leave of a residual, if it is more than there was before, without being wrong [GW, MCNY/GW]."""
MOST_REGULARISATION = 1e-8
"""Of rows, to which it is raised, tenfold each time, when a direction comes out wrong: at the end some rows of degenerate studies have no
column left that is away from its bounds."""
NO_WEIGHTS = np.zeros(len(vectors.WEIGHTS))
LEAST_AT_START = 0.3
"""Least distance to a bound and least dual of one [GW, MCNY/GW] at the starting point."""
FEASIBLE = 1e-6
"""Largest residual of a row [GW] and of a reduced cost [MCNY/GW] at the end."""


@dataclass(frozen=True)
class Aim:
    """How boldly an iteration steps.

    `BOLD`: Mehrotra's corrector has the weight that allows the longest step (Colombo and Gondzio 2008); a third fewer solves, but products
    drift apart. `CENTRING`: it counts in full.

    Attributes
    ----------
    power : float
        Of the share of the products that the predictor would leave: the target, as a share of those at hand.
    reach : float
        By so much a corrector tries to lengthen the step.
    to_border : float
        Share of the way to the nearest bound that is taken; nearer to it, products drift apart and later steps are short.
    """

    power: float
    reach: float
    to_border: float


BOLD, CENTRING = Aim(4.0, 1.0, 0.95), Aim(3.0, 0.5, 0.9)


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
        Largest residual of a row or a bound, and of a reduced cost.
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
    """What the iterations end with: column values, row duals, how many there were.

    Attributes
    ----------
    points : tuple of CentralIterate
        For the next solve, far from the optimum first.
    warm : bool
        Whether the iterations began at such a point.
    """

    primal: np.ndarray
    dual: np.ndarray
    iterations: int
    points: tuple[CentralIterate, ...] = ()
    warm: bool = False


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
        self.right, self.of_lower, self.of_upper = np.zeros((3, n))
        self.rows, self.no_rows, self.rest, self.ax = np.zeros((4, s.height))
        self.aty = np.zeros(s.width)
        self.products = self.worst_dual = self.worst_row = self.gap = 0.0
        self.regularisation = ROW_REGULARISATION
        self.aim = BOLD

    @property
    def point(self) -> tuple[np.ndarray, ...]:
        """The arrays of the point, in the order in which the loops take them."""
        return self.kind, self.lower, self.upper, self.x, self.to_lower, self.to_upper, self.low_dual, self.up_dual

    def factor(self) -> None:
        """Factor the system at the diagonals of the point."""
        self.threads.run(
            vectors.diagonals,
            self.size,
            self.width,
            self.theta,
            COLUMN_REGULARISATION,
            self.regularisation,
            self.newton.column_diagonal,
            self.newton.row_diagonal,
        )
        self.newton.factor()

    def solve(self, rows: np.ndarray, dx: np.ndarray, dy: np.ndarray) -> None:
        """Newton direction for `right` and a right side of the rows, as exact as the factors give it."""
        run, w, h = self.threads.run, self.width, self.height
        run(vectors.eliminate_activities, h, w, self.theta, self.right, rows, self.rows)
        self.newton.solve(self.right[:w], self.rows, dx[:w], dy)
        run(vectors.recover_activities, h, w, self.theta, self.right, dy, dx)

    def refine(self) -> bool:
        """Bring the direction nearer to what removes the residuals, until the rest no longer matters or comes no nearer.

        Returns
        -------
        bool
            Whether the direction makes no residual worse that matters.
        """
        run = self.threads.run
        self.of_lower[:], self.of_upper[:] = 0.0, 0.0
        before = np.inf
        for k in range(REFINEMENTS + 1):
            of_columns, of_rows, size = self._left()
            exact_columns = of_columns < max(REFINED * (1 + size), LEAST_RESIDUAL, 0.01 * self.worst_dual)
            if exact_columns and of_rows < max(LEAST_RESIDUAL, 0.01 * self.worst_row):
                return True
            if (worse := not max(of_columns, of_rows) < before) or k == REFINEMENTS:
                break
            before = max(of_columns, of_rows)
            self.direction(self.rest, 0.0, self.e, self.ey)
            for e, d in zip([*self.e, self.ey], [*self.d, self.dy], strict=True):
                run(vectors.add, len(d), 1.0, e, d)
        if worse and k:
            for e, d in zip([*self.e, self.ey], [*self.d, self.dy], strict=True):
                run(vectors.add, len(d), -1.0, e, d)
        left = min(before, max(of_columns, of_rows))
        return left < max(self.worst_dual, self.worst_row, HARMLESS)

    def _left(self) -> tuple[float, float, float]:
        """Largest of what the direction leaves of the residuals of variables and rows, and of the parts of the first."""
        self.newton.products(self.d[0][: self.width], self.dy, self.ax, self.aty)
        found = self.threads.run(
            vectors.system_residual,
            self.size,
            self.width,
            self.kind,
            self.dual_residual,
            self.row_residual,
            *self.d,
            self.dy,
            self.ax,
            self.aty,
            self.right,
            self.rest,
        )
        return tuple(max(values) for values in zip(*found, strict=True))

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
        products, cost, bound, worst, off = (np.array(v) for v in zip(*found, strict=True))
        self.products, value, below = float(products.sum()), float(cost.sum()), float(bound.sum())
        self.worst_dual, self.worst_row = float(worst.max()), float(np.abs(self.row_residual).max())
        money = self.units[2]
        value, below = value + self.lp.offset, below + self.lp.offset
        self.gap = abs(value - below) / (1 + abs(value))
        return Iteration(
            number,
            value * money,
            below * money,
            self.gap,
            max(self.worst_row, float(off.max())),
            self.worst_dual,
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
        """Starting point: columns nearest to the middle of their bounds that hold the rows, duals nearest to none, as Mehrotra's."""
        self._reset()
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

    def central(self) -> CentralIterate:
        """The point, to start from where little has changed."""
        at, scale, dual_scale = self._places()
        low, up = (self.kind[at] & LOWER) > 0, (self.kind[at] & UPPER) > 0
        distances = np.where([low, up], np.stack([self.to_lower[at], self.to_upper[at]]) * scale, 0.0)
        duals = np.where([low, up], np.stack([self.low_dual[at], self.up_dual[at]]) * dual_scale, 0.0)
        columns = self.x[self.structure.column_at] * self.units[0]
        return CentralIterate(self.gap, *(v.astype(np.float32) for v in (columns, self.duals(), distances, duals)))

    def place(self, central: CentralIterate) -> None:
        """Start from a point kept by a solve of a problem like this.

        Distances and duals stay as they were, so that products do; what has changed is left to the residuals of bounds, rows and reduced
        costs. Columns, rows and bounds that were not there get the middle product of the others.
        """
        self._reset()
        at, scale, dual_scale = self._places()
        w, columns, rows, fixed = self.width, self.structure.column_at, self.structure.row_at, self.kind == FIXED
        values, y = central.columns / self.units[0], central.row_duals / self.units[1]
        self.x[columns] = np.where(np.isnan(values), np.clip(0.0, self.lower[columns], self.upper[columns]), values)
        self.y[rows] = np.where(np.isnan(y), 0.0, y)
        self.newton.products(self.x[:w], self.y, self.activity, self.priced[:w])
        self.x[w:], self.priced[w:] = self.activity, -self.y
        self.x[fixed] = self.lower[fixed]
        there = np.stack([(self.kind[at] & LOWER) > 0, (self.kind[at] & UPPER) > 0])
        distances, duals = central.distances / scale, central.duals / dual_scale
        known = there & (distances > 0) & (duals > 0)
        middle = float(np.median((distances * duals)[known])) if known.any() else LEAST_AT_START**2
        price = (self.cost - self.priced)[at]
        with np.errstate(invalid="ignore"):
            away = np.abs(np.stack([self.x[at] - self.lower[at], self.upper[at] - self.x[at]]))
            new = np.maximum(away, middle / np.maximum([price, -price], np.sqrt(middle)))
            distances, duals = np.where(known, distances, new), np.where(known, duals, middle / new)
        self.to_lower[at], self.to_upper[at] = np.where(there, distances, 1.0)
        self.low_dual[at], self.up_dual[at] = np.where(there, duals, 0.0)
        self.y[rows] = np.where(np.isnan(y), (self.low_dual - self.up_dual)[w + rows], y)

    def _reset(self) -> None:
        """Forget what iterations from another point have left: a direction that is not finite stays so when it is multiplied by zero."""
        self.aim, self.regularisation = BOLD, ROW_REGULARISATION
        for direction in (*self.d, *self.e, self.dy, self.ey):
            direction[:] = 0.0

    def _places(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Places of columns, then of row activities, in laid-out vectors, and units of these and of their duals."""
        column, dual, cost = self.units
        scale = np.r_[column, cost / dual]
        return np.r_[self.structure.column_at, self.width + self.structure.row_at], scale, cost / scale

    def free_way(self) -> float:
        """How far the point can go towards one without residuals and with like products, as a share of the way; `look` comes before."""
        try:
            self.factor()
        except np.linalg.LinAlgError:
            return 0.0
        self._newton(self.products / self.pairs, 0.0)
        return float(np.minimum(self.steps(NO_WEIGHTS, self.d)[:, 0], 1.0).min())

    def _balance(self) -> None:
        """Distances and duals of the starting point: as large as there, whatever their sign, and not near zero.

        Each for itself, where Mehrotra shifts all alike by the worst: that is thousands of times too much for most of a year's.
        """
        low, up = (self.kind & LOWER) > 0, (self.kind & UPPER) > 0
        price = self.cost - self.priced
        with np.errstate(invalid="ignore"):
            self.to_lower[:] = np.where(low, np.maximum(np.abs(self.x - self.lower), LEAST_AT_START), 1.0)
            self.to_upper[:] = np.where(up, np.maximum(np.abs(self.upper - self.x), LEAST_AT_START), 1.0)
        both = low & up
        self.low_dual[:] = np.where(low, np.maximum(np.abs(np.where(both & (price < 0), 0.0, price)), LEAST_AT_START), 0.0)
        self.up_dual[:] = np.where(up, np.maximum(np.abs(np.where(both & (price > 0), 0.0, price)), LEAST_AT_START), 0.0)

    def direction(self, rows: np.ndarray, whole: float, into: list[np.ndarray], dy: np.ndarray) -> None:
        """Direction for the right sides that stand in `right`, `of_lower`, `of_upper` and `rows`."""
        self.solve(rows, into[0], dy)
        self.threads.run(vectors.dual_directions, self.size, *self.point, self.of_lower, self.of_upper, whole, *into)

    def steps(self, weights: np.ndarray, other: list[np.ndarray]) -> np.ndarray:
        """Longest steps along the direction with shares of another added, shape (2, weights)."""
        found = self.threads.run(vectors.steps, self.size, *self.point, *self.d, *other, weights)
        return 1 / np.maximum(self.aim.to_border, -np.min(found, axis=0))

    def step(self) -> None:
        """Take one step from the residuals that `look` has left.

        Only the direction that all correctors have added up to is refined, so that most right sides cost one solve.
        """
        run = self.threads.run
        self._find_direction()
        while not self.refine() and self.regularisation < MOST_REGULARISATION:
            self.regularisation *= 10
            self._find_direction()
        p, q = self.steps(NO_WEIGHTS, self.d)[:, 0] * self.aim.to_border
        run(vectors.advance, self.size, *self.point, *self.d, p, q)
        run(vectors.add, self.height, q, self.dy, self.y)
        if min(p, q) < SHORT_STEP and self.gap < NEAR:
            self.aim = CENTRING

    def _find_direction(self) -> None:
        """Predictor, Mehrotra's corrector and centrality correctors, added up."""
        run = self.threads.run
        self.factor()
        mu = self.products / self.pairs
        self._newton(0.0, 0.0)
        p, q = np.minimum(self.steps(NO_WEIGHTS, self.d)[:, 0], 1.0)
        after = sum(run(vectors.products_after, self.size, *self.point, *self.d, p, q)) / self.pairs
        target = (after / mu) ** self.aim.power * mu
        if self.aim is BOLD:
            run(vectors.corrector_right, self.size, *self.point, *self.d, target, self.of_lower, self.of_upper, self.right)
            self._add_longest(0.0, 0.0)
        else:
            self._newton(target, 1.0)
        p, q = self.steps(NO_WEIGHTS, self.d)[:, 0]
        for _ in range(CORRECTORS):
            if min(p, q) > LONG_STEP:
                break
            longer = self._corrected(target, p, q)
            if sum(longer) < 1.02 * (p + q) and min(longer) <= 1.01 * min(p, q):
                break
            p, q = max(p, longer[0]), max(q, longer[1])

    def _newton(self, target: float, second: float) -> None:
        """Predictor (both 0) or predictor and Mehrotra's corrector, with all residuals."""
        self.threads.run(
            vectors.newton_right,
            self.size,
            *self.point,
            self.dual_residual,
            *self.d,
            target,
            second,
            self.of_lower,
            self.of_upper,
            self.right,
        )
        self.direction(self.row_residual, 1.0, self.d, self.dy)

    def _corrected(self, target: float, p: float, q: float) -> tuple[float, float]:
        """Longest steps with a further corrector, if it lengthens the steps `p` and `q`."""
        self.threads.run(
            vectors.centring_right,
            self.size,
            *self.point,
            *self.d,
            target,
            min(1.0, p + self.aim.reach),
            min(1.0, q + self.aim.reach),
            self.of_lower,
            self.of_upper,
            self.right,
        )
        return self._add_longest(p, q)

    def _add_longest(self, p: float, q: float) -> tuple[float, float]:
        """Add the corrector whose right side stands there with the weights that allow the longest steps, if longer than `p` and `q`.

        Columns and duals each have their own weight.

        Returns
        -------
        tuple of float
            Longest steps with it.
        """
        run = self.threads.run
        self.direction(self.no_rows, 0.0, self.e, self.ey)
        found = self.steps(vectors.WEIGHTS, self.e)
        best = found.argmax(axis=1)
        longer = found[0, best[0]], found[1, best[1]]
        if longer[0] > p:
            run(vectors.add, self.size, vectors.WEIGHTS[best[0]], self.e[0], self.d[0])
        if longer[1] > q:
            for e, d in zip([*self.e[1:], self.ey], [*self.d[1:], self.dy], strict=True):
                run(vectors.add, len(d), vectors.WEIGHTS[best[1]], e, d)
        return longer
