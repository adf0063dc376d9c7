"""The iterations until an LP of blocks is solved, or the method comes no nearer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from energy_model.language import say
from energy_model.solving.bounds import has_no_end, proves_infeasible
from energy_model.solving.interior_point.iterate import Answer, Iterate, Iteration
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.magnitude import counted
from energy_model.solving.stamp import StampedLP

PATIENCE = 30
"""So many iterations without coming nearer end the trial."""
PATIENCE_AT_END = 8
"""The same once a point is near enough."""


ABOVE, BELOW = 2.0, 200.0
"""By so many costs the bound passes the cost, or by so many bounds the cost falls below it, before a ray is looked for; then again at ten
times that."""


class Stalled(Exception):
    """The iterations no longer come nearer."""


class NoPlan(Exception):
    """Row duals have grown into a ray that proves that no columns hold all rows.

    Attributes
    ----------
    ray : ndarray, shape (rows,)
        In the units of the LP.
    """

    def __init__(self, ray: np.ndarray, iterations: int) -> None:
        super().__init__(f"no plan holds all rows, as a ray of row duals proves after {iterations} iterations")
        self.ray = ray


def solve_blocks(
    lp: StampedLP, tolerance: float, enough: float, threads: int, said: Callable[[Iteration], None], most: int = 400
) -> Answer:
    """Solve an LP that is made of blocks.

    Parameters
    ----------
    lp : StampedLP
    tolerance : float
        Relative gap at which the iterations end.
    enough : float
        Relative gap that will do where they come no nearer.
    threads : int
        0 for all cores.
    said : callable
        Told of each iteration; what it raises ends them.
    most : int
        Iterations.

    Raises
    ------
    NoStructure
        When the LP is not made of blocks.
    NoPlan
        When row duals prove that there is none.
    Stalled
        When the method does not come near, as with a cost that falls without end.
    """
    told = counted(lp)
    workers = Threads(threads)
    try:
        # Threads of BLAS would only wait for each other on matrices of 290, at half as much processor time again.
        # Numbers that overflow end the iterations in words.
        with threadpool_limits(1, "blas"), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            point = Iterate(told.lp, workers, (told.column, told.dual, told.cost))
            return _iterated(point, tolerance, enough, said, most)
    finally:
        workers.close()


def _iterated(point: Iterate, tolerance: float, enough: float, said: Callable[[Iteration], None], most: int) -> Answer:
    """The first point within the tolerance, or else the best that will do."""
    best: tuple[float, Answer] | None = None
    nearest, since, k, watch = np.inf, 0, 0, Rays(point)
    try:
        point.start()
        for k in range(most):
            at = point.look(k)
            said(at)
            watch.look(at)
            merit = max(at.gap, at.row_residual, at.dual_residual)
            if not np.isfinite(merit):
                break
            if at.feasible and at.gap < enough and (best is None or at.gap < best[0]):
                best = at.gap, point.answer(at)
            if best is not None and best[0] < tolerance:
                return best[1]
            nearest, since = (merit, k) if merit < 0.9 * nearest else (nearest, since)
            if k - since > (PATIENCE if best is None else PATIENCE_AT_END):
                break
            point.step()
    except np.linalg.LinAlgError:
        pass  # a matrix without inverse: it comes no nearer
    if best is None:
        watch.require_plan(k)
        raise Stalled(say(f"no nearer than {nearest:.0e} after {k} iterations", f"{k} 次迭代后仍未小于 {nearest:.0e}"))
    return best[1]


class Rays:
    """Looks for a ray in duals and columns that grow without end.

    Parameters
    ----------
    point : Iterate
    """

    def __init__(self, point: Iterate) -> None:
        self.point, self.above, self.below = point, ABOVE, BELOW

    def look(self, at: Iteration) -> None:
        """Test an iteration whose bound has passed its cost by far, or whose cost has fallen far below its bound.

        Raises
        ------
        NoPlan, Stalled
            When the ray is there.
        """
        if at.bound - at.cost > self.above * (1 + abs(at.cost)):
            self.above *= 10
            self.require_plan(at.number)
        if at.bound - at.cost > self.below * (1 + abs(at.bound)):
            self.below *= 10
            columns = self.point.x[self.point.structure.column_at]
            if has_no_end(self.point.lp, columns):
                raise Stalled(say(f"the cost falls without end after {at.number} iterations", f"{at.number} 次迭代后费用仍无止境下降"))

    def require_plan(self, iterations: int) -> None:
        """Refuse an LP whose row duals prove that it has no plan.

        Raises
        ------
        NoPlan
        """
        if proves_infeasible(self.point.lp, self.point.y[self.point.structure.row_at]):
            raise NoPlan(self.point.duals(), iterations)
