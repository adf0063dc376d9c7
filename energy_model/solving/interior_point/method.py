"""The iterations until an LP of blocks is solved, or the method comes no nearer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from energy_model.language import say
from energy_model.solving.bounds import has_no_end, proves_infeasible
from energy_model.solving.interior_point.holder import Holders
from energy_model.solving.interior_point.iterate import Answer, Iterate, Iteration
from energy_model.solving.interior_point.start import LEVELS, CentralIterate, Trail
from energy_model.solving.interior_point.threads import Threads, calculating
from energy_model.solving.magnitude import counted
from energy_model.solving.stamp import StampedLP

PATIENCE = 30
"""So many iterations without coming nearer end the trial."""
PATIENCE_AT_END = 8
"""The same once a point is near enough."""


ABOVE, BELOW = 2.0, 200.0
"""By so many costs the bound passes the cost, or by so many bounds the cost falls below it, before a ray is looked for; then again at ten
times that."""


LEAST_WEIGHT, MOST_NAMED = 0.01, 5
"""Share of a proof of no plan from which a row is named, and how many are."""

TRIAL, LED_ON = 6, 0.5
"""A start has to bring the products below this share in so many iterations; the method begins cold otherwise."""


class Slow(Exception):
    """A start does not lead on as fast as a cold one would."""

    def __init__(self, iterations: int) -> None:
        super().__init__()
        self.iterations = iterations


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
    lp: StampedLP,
    tolerance: float,
    enough: float,
    threads: int,
    said: Callable[[Iteration], None],
    most: int = 400,
    trail: Trail | None = None,
    keep: bool = True,
    elsewhere: Holders | None = None,
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
    trail : Trail, optional
        Points of a like problem, for this LP (`Trail.on`), of which one is started from if it leads on; else the start is cold.
    keep : bool
        Keep points for a next solve: four of them need an eighth of the memory of the method.
    elsewhere : Holders, optional
        Take the parts of an LP that has several, in place of this process.

    Raises
    ------
    NoStructure
        When the LP is not made of blocks.
    NoPlan
        When row duals prove that there is none.
    Stalled
        When the method does not come near, as with a cost that falls without end.
    """
    workers = Threads(threads)
    try:
        with calculating():
            point, first = Iterate(lp, workers, elsewhere), 0
            if trail is not None and (at := placed(point, trail)) is not None:
                try:
                    return _iterated(point, tolerance, enough, said, most, Track(point, trail.points[:at], warm=True, keep=keep))
                except Slow as fault:
                    first = fault.iterations
            point.start()
            return _iterated(point, tolerance, enough, said, most, Track(point, first=first, keep=keep))
    finally:
        workers.close()


def placed(point: Iterate, trail: Trail) -> int | None:
    """Put the point where a like problem passed, as near to the optimum as it still has a free way; returns which, None if all are blocked.

    A point near the optimum of the other problem is worse than one far from both once the change is larger than its distances to the
    bounds; one direction each tells.
    """
    for at in reversed(range(len(trail.points))):
        central = trail.points[at]
        if not central.usable:
            continue
        point.place(central)
        point.look(0)
        wanted = max(way for gap, way in LEVELS.items() if central.gap < gap)
        if point.free_way() >= wanted:
            return at
    return None


class Track:
    """Keeps the points that a solve passes, and tells when a start has led nowhere.

    Parameters
    ----------
    point : Iterate
    before : tuple of CentralIterate
        Points farther off that a solve from a start has not passed itself.
    first : int
        Number of the first iteration.
    warm : bool
        Whether the iterations began at a point of another problem.
    keep : bool
        Whether points are kept at all.
    """

    def __init__(
        self, point: Iterate, before: tuple[CentralIterate, ...] = (), *, first: int = 0, warm: bool = False, keep: bool = True
    ) -> None:
        self.point, self.first, self.warm = point, first, warm
        self.points = list(before)
        self.levels = [gap for gap in LEVELS if keep and (not before or gap < before[-1].gap)]
        self.products = np.inf

    def look(self, at: Iteration) -> None:
        """Keep the point where it comes below the next gap and its residuals are no larger.

        Raises
        ------
        Slow
            When a start has not brought the products down.
        """
        if self.levels and max(at.gap, at.row_residual, at.dual_residual) < self.levels[0]:
            self.levels = [gap for gap in self.levels if gap <= at.gap]
            self.points.append(self.point.central())
        if not self.warm:
            return
        if at.number == self.first:
            self.products = self.point.products
        elif at.number == TRIAL and not self.point.products < LED_ON * self.products:
            raise Slow(at.number)

    def ended(self, answer: Answer) -> Answer:
        """The answer, with what the next solve may start from."""
        return replace(answer, points=tuple(self.points), warm=self.warm)


def _iterated(point: Iterate, tolerance: float, enough: float, said: Callable[[Iteration], None], most: int, track: Track) -> Answer:
    """The first point within the tolerance, or else the best that will do."""
    best: tuple[float, Answer] | None = None
    nearest, since, k, watch = np.inf, track.first, track.first, Rays(point)
    try:
        for k in range(track.first, most):
            at = point.look(k)
            said(at)
            watch.look(at)
            merit = max(at.gap, at.row_residual, at.dual_residual)
            if not np.isfinite(merit):
                break
            if at.feasible and at.gap < enough and (best is None or at.gap < best[0]):
                best = at.gap, point.answer(at)
            if best is not None and best[0] < tolerance:
                return track.ended(best[1])
            track.look(at)
            nearest, since = (merit, k) if merit < 0.9 * nearest else (nearest, since)
            if k - since > (PATIENCE if best is None else PATIENCE_AT_END):
                break
            point.step()
    except np.linalg.LinAlgError:
        pass  # a matrix without inverse: it comes no nearer
    if best is None:
        watch.require_plan(k)
        if track.warm:
            raise Slow(k)
        raise Stalled(say(f"no nearer than {nearest:.0e} after {k} iterations", f"{k} 次迭代后仍未小于 {nearest:.0e}"))
    return track.ended(best[1])


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
            if has_no_end(counted(self.point.lp).lp, self.point.values()[0]):
                raise Stalled(say(f"the cost falls without end after {at.number} iterations", f"{at.number} 次迭代后费用仍无止境下降"))

    def require_plan(self, iterations: int) -> None:
        """Refuse an LP whose row duals prove that it has no plan.

        Raises
        ------
        NoPlan
        """
        if proves_infeasible(counted(self.point.lp).lp, self.point.values()[1]):
            raise NoPlan(self.point.duals(), iterations)


def heaviest_rows(lp: StampedLP, ray: np.ndarray) -> list[str]:
    """Families and labels of the rows with the largest weight in a proof of infeasibility, hours summed by label, with their shares."""
    side = np.where(ray > 0, lp.row_lower, lp.row_upper)
    weight = np.abs(ray * np.where(np.isfinite(side), side, 0.0))
    total = weight.sum() or 1.0
    found: dict[str, float] = {}
    for family, (labels, ids) in lp.row_ids.items():
        for label, rows in zip(labels, np.reshape(ids, (len(labels), -1)), strict=True):
            if (share := float(weight[rows[rows >= 0]].sum()) / total) > LEAST_WEIGHT:
                found[f"{family}[{', '.join(map(str, label))}]"] = share
    return [f"{name} {found[name]:.0%}" for name in sorted(found, key=found.__getitem__, reverse=True)[:MOST_NAMED]]
