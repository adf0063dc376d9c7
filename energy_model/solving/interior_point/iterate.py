"""The point of the method, its residuals, and one step.

Mehrotra (1992), "On the implementation of a primal-dual interior point method", SIAM Journal on Optimization 2; Gondzio (1996), "Multiple
centrality correctors in a primal-dual method for linear programming", Computational Optimization and Applications 6; Colombo and Gondzio
(2008), "Further development of multiple centrality correctors for interior point methods", Computational Optimization and Applications 41.
"""
# Over 300 lines: one iteration: steps, corrections and when to stop.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from energy_model.language import say
from energy_model.solving.interior_point import vectors
from energy_model.solving.interior_point.holder import Here, Holders
from energy_model.solving.interior_point.newton import COLUMN_REGULARISATION, LEAST_RESIDUAL, REFINED, ROW_REGULARISATION
from energy_model.solving.interior_point.parts import find_parts
from energy_model.solving.interior_point.point import LEAST_AT_START, NO_WEIGHTS
from energy_model.solving.interior_point.shared import Shared
from energy_model.solving.interior_point.start import CentralIterate
from energy_model.solving.interior_point.structure import MOST_KEPT, NoStructure
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.magnitude import counted
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
    """Point and directions of an LP: what its parts share is here, the rest with their holders.

    Parameters
    ----------
    lp : StampedLP
    threads : Threads
    elsewhere : Holders, optional
        Take the parts of an LP that has several.

    Raises
    ------
    NoStructure
        When the LP is not made of blocks that share little.
    """

    def __init__(self, lp: StampedLP, threads: Threads, elsewhere: Holders | None = None) -> None:
        self.lp = lp
        self.free = np.isneginf(lp.row_lower) & np.isposinf(lp.row_upper)
        told = counted(without_rows(lp, self.free))
        self.units = told.column, told.dual, told.cost
        self.offset, self.size = told.lp.offset, told.lp.size
        parts = find_parts(told.lp, elsewhere is not None)
        if len(parts.columns) + len(parts.rows) > MOST_KEPT:
            raise NoStructure(say(f"parts share {len(parts.columns) + len(parts.rows)} columns and rows", "各部分共用的行列过多"))
        self.holders: Holders = Here(threads) if elsewhere is None or parts.count == 1 else elsewhere
        met, self.columns, self.rows = [], [parts.columns], [parts.rows]
        for k in range(parts.count):
            part = parts.part(told.lp, k)
            self.holders.add(part)
            met.append(part.met)
            self.columns.append(part.columns)
            self.rows.append(part.rows)
        self.shared = Shared(parts.lp, met, threads)
        self.pairs = self.shared.pairs + sum(self.holders.each("counts"))
        self.products = self.worst_dual = self.worst_row = self.gap = 0.0
        self.regularisation = ROW_REGULARISATION
        self.aim = BOLD

    def factor(self) -> None:
        """Factor the system at the diagonals of the point."""
        regularisation = COLUMN_REGULARISATION, self.regularisation
        self.shared.factor(*regularisation, self.holders.each("factor", None, *regularisation))

    def look(self, number: int) -> Iteration:
        """Residuals and costs of the point, which `step` goes on from."""
        told = self.holders.each("look", self.shared.of("point"))
        found, worst_row = self.shared.look([sums for sums, _, _ in told])
        found = [*found, *(figures for _, own, _ in told for figures in own)]
        products, cost, bound, worst, off = (np.array(v) for v in zip(*found, strict=True))
        self.products, value, below = float(products.sum()), float(cost.sum()), float(bound.sum())
        self.worst_dual, self.worst_row = float(worst.max()), max(worst_row, *(row for _, _, row in told))
        money = self.units[2]
        value, below = value + self.offset, below + self.offset
        self.gap = abs(value - below) / (self.size or 1 + abs(value))
        return Iteration(
            number,
            value * money,
            below * money,
            self.gap,
            max(self.worst_row, float(off.max())),
            self.worst_dual,
            self.duals,
        )

    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Columns and row duals of the LP, in the units of the iterations."""
        x, y = np.empty(len(self.lp.lower)), np.empty(len(self.lp.row_lower))
        shared = self.shared.x[: self.shared.width], self.shared.y
        for (values, duals), columns, rows in zip([shared, *self.holders.each("values")], self.columns, self.rows, strict=True):
            x[columns], y[rows] = values, duals
        return x, y

    def duals(self) -> np.ndarray:
        """Row duals in the units of the LP."""
        return self.values()[1] * self.units[1]

    def answer(self, progress: Iteration) -> Answer:
        """The point in the units of the LP, within its bounds."""
        x, y = self.values()
        return Answer(np.clip(x * self.units[0], self.lp.lower, self.lp.upper), y * self.units[1], progress.number)

    def start(self) -> None:
        """Starting point: columns nearest to the middle of their bounds that hold the rows, duals nearest to none, as Mehrotra's."""
        self.aim, self.regularisation = BOLD, ROW_REGULARISATION
        each, shared = self.holders.each, self.shared
        shared.middle()
        each("middle")
        self.factor()
        here = shared.of("point")
        shared.products(each("products", here))
        shared.towards_rows()
        values = shared.solve(each("begin_start", here), shared.d[0], shared.dy)
        shared.recover(shared.d, shared.dy)
        told = each("begin_prices", values)
        shared.towards_costs()
        each("end_prices", shared.solve(told, shared.d[0], shared.y))
        shared.products(each("end_start", shared.of("point")))
        shared.balance()

    def central(self) -> CentralIterate:
        """The point, to start from where little has changed."""
        width, height = len(self.lp.lower), len(self.lp.row_lower)
        column, dual, cost = self.units
        scale = np.r_[column, cost / dual]
        found = np.empty(width), np.empty(height), np.empty((2, width + height)), np.empty((2, width + height))
        x, y, distances, duals = found
        for own, columns, rows in zip([self.shared.kept(), *self.holders.each("kept")], self.columns, self.rows, strict=True):
            both = np.r_[columns, width + rows]
            x[columns], y[rows], distances[:, both], duals[:, both] = own.columns, own.row_duals, own.distances, own.duals
        for values, unit in zip(found, (column, dual, scale, cost / scale), strict=True):
            values *= unit
        return CentralIterate(self.gap, *(v.astype(np.float32) for v in found))

    def place(self, central: CentralIterate) -> None:
        """Start from a point kept by a solve of a problem like this.

        Distances and duals stay as they were, so that products do; what has changed is left to the residuals of bounds, rows and reduced
        costs. Columns, rows and bounds that were not there get the middle product of the others.
        """
        self.aim, self.regularisation = BOLD, ROW_REGULARISATION
        column, dual, cost = self.units
        scale = np.r_[column, cost / dual]
        ours = replace(
            central,
            columns=central.columns / column,
            row_duals=np.where(self.free, 0.0, central.row_duals / dual),
            distances=central.distances / scale,
            duals=central.duals / (cost / scale),
        )
        of_shared, *own = (ours.at(columns, rows) for columns, rows in zip(self.columns, self.rows, strict=True))
        self.shared.take_values(of_shared)
        told = self.holders.each("take", [(*values, mine) for values, mine in zip(self.shared.of("point"), own, strict=True)])
        self.shared.products([sums for sums, _ in told])
        products = np.concatenate([self.shared.take_activities(of_shared), *(own for _, own in told)])
        middle = float(np.median(products)) if len(products) else LEAST_AT_START**2
        self.shared.take_pairs(of_shared, middle)
        self.holders.each("take_pairs", [(mine,) for mine in own], middle)

    def free_way(self) -> float:
        """How far the point can go towards one without residuals and with like products, as a share of the way; `look` comes before."""
        try:
            self.factor()
        except np.linalg.LinAlgError:
            return 0.0
        return float(np.minimum(self._direction("d", "newton", self.products / self.pairs, 0.0)[:, 0], 1.0).min())

    def step(self) -> None:
        """Take one step from the residuals that `look` has left.

        Only the direction that all correctors have added up to is refined, so that most right sides cost one solve.
        """
        self._find_direction()
        while not self.refine() and self.regularisation < MOST_REGULARISATION:
            self.regularisation *= 10
            self._find_direction()
        p, q = self._steps()[:, 0] * self.aim.to_border
        self._all("advance", p, q)
        if min(p, q) < SHORT_STEP and self.gap < NEAR:
            self.aim = CENTRING

    def refine(self) -> bool:
        """Bring the direction nearer to what removes the residuals, until the rest no longer matters or comes no nearer.

        Returns
        -------
        bool
            Whether the direction makes no residual worse that matters.
        """
        before = np.inf
        for k in range(REFINEMENTS + 1):
            of_columns, of_rows, size = self._left()
            exact_columns = of_columns < max(REFINED * (1 + size), LEAST_RESIDUAL, 0.01 * self.worst_dual)
            if exact_columns and of_rows < max(LEAST_RESIDUAL, 0.01 * self.worst_row):
                return True
            if (worse := not max(of_columns, of_rows) < before) or k == REFINEMENTS:
                break
            before = max(of_columns, of_rows)
            self._direction("e", "left", weights=None)
            self._all("add", 1.0, 1.0)
        if worse and k:
            self._all("add", -1.0, -1.0)
        left = min(before, max(of_columns, of_rows))
        return left < max(self.worst_dual, self.worst_row, HARMLESS)

    def _all(self, method: str, *arguments: float | np.ndarray) -> list:
        """What a method of the shared point and of all holders returns."""
        return [getattr(self.shared, method)(*arguments), *self.holders.each(method, None, *arguments)]

    def _left(self) -> tuple[float, float, float]:
        """Largest of what the direction leaves of the residuals of variables and rows, and of the parts of the first."""
        told = self.holders.each("left", self.shared.of("direction"))
        found = [*self.shared.left([sums for sums, _ in told]), *(figures for _, own in told for figures in own)]
        of_columns, of_rows, size = (max(values) for values in zip(*found, strict=True))
        return of_columns, of_rows, size

    def _direction(self, into: str, side: str, *numbers: float, weights: np.ndarray | None = NO_WEIGHTS) -> np.ndarray:
        """Direction into ``d`` or ``e`` for a right side (`Point.set_right`).

        Returns
        -------
        ndarray, shape (2, weights)
            Longest steps along `d` with shares of `e` added.
        """
        self.shared.set_right(side, *numbers)
        values = self.shared.end(self.holders.each("begin", None, side, *numbers), into)
        told = self.holders.each("end", values, into, weights)
        return np.empty(0) if weights is None else self._longest([self.shared.steps(weights), *told])

    def _steps(self) -> np.ndarray:
        """Longest steps along the direction, as `_direction`."""
        return self._longest(self._all("steps", NO_WEIGHTS))

    def _longest(self, told: list[list[np.ndarray]]) -> np.ndarray:
        found = [shrinking for part in told for shrinking in part]
        return 1 / np.maximum(self.aim.to_border, -np.min(found, axis=0))

    def _find_direction(self) -> None:
        """Predictor, Mehrotra's corrector and centrality correctors, added up."""
        self.factor()
        mu = self.products / self.pairs
        p, q = np.minimum(self._direction("d", "newton", 0.0, 0.0)[:, 0], 1.0)
        after = sum(products for part in self._all("products_after", p, q) for products in part) / self.pairs
        target = (after / mu) ** self.aim.power * mu
        if self.aim is BOLD:
            self._add_longest(0.0, 0.0, "corrector", target)
            p, q = self._steps()[:, 0]
        else:
            p, q = self._direction("d", "newton", target, 1.0)[:, 0]
        for _ in range(CORRECTORS):
            if min(p, q) > LONG_STEP:
                break
            ends = min(1.0, p + self.aim.reach), min(1.0, q + self.aim.reach)
            longer = self._add_longest(p, q, "centring", target, *ends)
            if sum(longer) < 1.02 * (p + q) and min(longer) <= 1.01 * min(p, q):
                break
            p, q = max(p, longer[0]), max(q, longer[1])

    def _add_longest(self, p: float, q: float, side: str, *numbers: float) -> tuple[float, float]:
        """Add a corrector with the weights that allow the longest steps, if longer than `p` and `q`.

        Columns and duals each have their own weight.

        Returns
        -------
        tuple of float
            Longest steps with it.
        """
        found = self._direction("e", side, *numbers, weights=vectors.WEIGHTS)
        best = found.argmax(axis=1)
        longer = found[0, best[0]], found[1, best[1]]
        of_columns, of_duals = (vectors.WEIGHTS[at] if new > old else 0.0 for at, new, old in zip(best, longer, (p, q), strict=True))
        self._all("add", of_columns, of_duals)
        return longer


def without_rows(lp: StampedLP, free: np.ndarray) -> StampedLP:
    """The LP with rows that have no limits emptied: their dual is zero, and an activity without bounds gives the system no diagonal."""
    if not free.any():
        return lp
    matrix = lp.matrix.copy()
    matrix.data = np.where(free[matrix.indices], 0.0, matrix.data)
    matrix.eliminate_zeros()
    return replace(lp, matrix=matrix)
