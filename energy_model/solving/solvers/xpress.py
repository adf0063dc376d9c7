"""FICO Xpress; pip brings a community licence for 5,000 columns and rows together."""

from __future__ import annotations

import warnings

import numpy as np
import xpress

from energy_model.solving.solvers.session import INFEASIBLE, OPTIMAL, TIME_UP, UNBOUNDED, Answer, Asked, without_solution
from energy_model.solving.stamp import StampedLP

REFUSALS = (xpress.SolverError, xpress.InterfaceError, xpress.ModelError)
BARRIER, NO_CROSSOVER = 4, 0
INFINITE = 1e20
STATUS = {
    xpress.SolStatus.OPTIMAL: OPTIMAL,
    xpress.SolStatus.INFEASIBLE: INFEASIBLE,
    xpress.SolStatus.UNBOUNDED: UNBOUNDED,
}


class Session:
    """An Xpress problem."""

    def __init__(self, lp: StampedLP, asked: Asked) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that this is the community licence
            self.problem = xpress.problem()
        controls = self.problem.controls
        controls.outputlog = 0
        controls.defaultalg = BARRIER
        controls.bargapstop = asked.tolerance
        if not asked.vertex:
            controls.crossover = NO_CROSSOVER
        if asked.threads:
            controls.threads = asked.threads
        if np.isfinite(asked.seconds):
            controls.timelimit = asked.seconds
        below, above = np.isfinite(lp.row_lower), np.isfinite(lp.row_upper)
        kind = np.where(below & above, np.where(lp.row_lower == lp.row_upper, "E", "R"), np.where(below, "G", np.where(above, "L", "N")))
        right = np.where(above, lp.row_upper, np.where(below, lp.row_lower, 0.0))
        self.problem.loadLP(
            "study",
            rowtype=list(kind),
            rhs=right,
            rng=np.where(kind == "R", right - np.where(below, lp.row_lower, 0.0), 0.0),
            objcoef=lp.cost,
            start=lp.matrix.indptr,
            rowind=lp.matrix.indices,
            rowcoef=lp.matrix.data,
            lb=np.clip(lp.lower, -INFINITE, INFINITE),
            ub=np.clip(lp.upper, -INFINITE, INFINITE),
        )
        self.vertex = asked.vertex

    def run(self) -> None:
        """Solve."""
        self.problem.optimize()

    def stop(self) -> None:
        """Ask it to stop."""
        self.problem.interrupt()

    def answer(self) -> Answer:
        """Its answer."""
        p, told = self.problem, self.problem.attributes
        status = STATUS.get(told.solstatus)
        if status is None or told.solvestatus != xpress.SolveStatus.COMPLETED:
            return without_solution(TIME_UP if told.solvestatus == xpress.SolveStatus.STOPPED else f"Xpress's status {told.solstatus.name}")
        if status != OPTIMAL:
            return without_solution(status)
        iterations = max(int(told.bariter), int(told.simplexiter))
        return Answer(status, np.array(p.getSolution()), np.array(p.getDuals()), iterations, self.vertex)
