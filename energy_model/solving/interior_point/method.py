"""The iterations until an LP of blocks is solved, or the method comes no nearer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from energy_model.solving.interior_point.iterate import Answer, Iterate, Iteration
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.magnitude import counted
from energy_model.solving.stamp import StampedLP

PATIENCE = 30
"""So many iterations without coming nearer end the trial."""
PATIENCE_AT_END = 8
"""The same once a point is near enough."""


class Stalled(Exception):
    """The iterations no longer come nearer."""


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
    Stalled
        When the method does not come near, as with a problem without optimum.
    """
    told = counted(lp)
    workers = Threads(threads)
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # numbers that overflow end the iterations in words
            point = Iterate(told.lp, workers, (told.column, told.dual, told.cost))
            return _iterated(point, tolerance, enough, said, most)
    finally:
        workers.close()


def _iterated(point: Iterate, tolerance: float, enough: float, said: Callable[[Iteration], None], most: int) -> Answer:
    """The first point within the tolerance, or else the best that will do."""
    best: tuple[float, Answer] | None = None
    nearest, since, k = np.inf, 0, 0
    try:
        point.start()
        for k in range(most):
            at = point.look(k)
            said(at)
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
        raise Stalled(f"no nearer than {nearest:.0e} after {k} iterations")
    return best[1]
