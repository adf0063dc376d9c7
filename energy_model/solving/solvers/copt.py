"""Cardinal Optimizer (COPT), through coptpy; without a licence it accepts small studies."""

from __future__ import annotations

import coptpy
import numpy as np
import scipy.sparse as sp

from energy_model.solving.solvers.session import EITHER, INFEASIBLE, OPTIMAL, TIME_UP, UNBOUNDED, Answer, Asked, without_solution
from energy_model.solving.stamp import StampedLP

REFUSALS = (coptpy.CoptError,)
BARRIER = 2
COPT = coptpy.COPT
STATUS = {
    COPT.OPTIMAL: OPTIMAL,
    COPT.INFEASIBLE: INFEASIBLE,
    COPT.UNBOUNDED: UNBOUNDED,
    COPT.INF_OR_UNB: EITHER,
    COPT.TIMEOUT: TIME_UP,
}


class Session:
    """A COPT model."""

    def __init__(self, lp: StampedLP, asked: Asked) -> None:
        quiet = coptpy.EnvrConfig()
        quiet.set("nobanner", "1")
        self.environment = coptpy.Envr(quiet)
        self.model = self.environment.createModel("study")
        options = {"Logging": 0, "LpMethod": BARRIER, "RelGap": asked.tolerance, "Crossover": int(asked.vertex)}
        options |= {"Threads": asked.threads} if asked.threads else {}
        options |= {"TimeLimit": asked.seconds} if np.isfinite(asked.seconds) else {}
        for name, value in options.items():
            self.model.setParam(name, value)
        ends = (np.clip(side, -COPT.INFINITY, COPT.INFINITY) for side in (lp.row_lower, lp.row_upper, lp.lower, lp.upper))
        self.model.loadMatrix(lp.cost, sp.csc_matrix(lp.matrix), *ends)
        self.vertex = asked.vertex

    def run(self) -> None:
        """Solve."""
        self.model.solve()

    def stop(self) -> None:
        """Ask it to stop."""
        self.model.interrupt()

    def answer(self) -> Answer:
        """Its answer."""
        m = self.model
        status = STATUS.get(m.status, f"COPT's status {m.status}")
        if status != OPTIMAL:
            return without_solution(status)
        return Answer(status, np.array(m.getValues()), np.array(m.getDuals()), max(m.BarrierIter, m.SimplexIter), self.vertex)
