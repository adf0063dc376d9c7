"""cuPDLPx, a first-order method on an NVIDIA device: it ends near an optimum, not at a vertex."""

from __future__ import annotations

import cupdlpx
import numpy as np
import scipy.sparse as sp

from energy_model.solving.solvers.session import EITHER, INFEASIBLE, OPTIMAL, TIME_UP, UNBOUNDED, Answer, Asked, without_solution
from energy_model.solving.stamp import StampedLP

REFUSALS = (RuntimeError, ValueError)
STATUS = {
    cupdlpx.PDLP.OPTIMAL: OPTIMAL,
    cupdlpx.PDLP.PRIMAL_INFEASIBLE: INFEASIBLE,
    cupdlpx.PDLP.DUAL_INFEASIBLE: UNBOUNDED,
    cupdlpx.PDLP.INFEASIBLE_OR_UNBOUNDED: EITHER,
    cupdlpx.PDLP.TIME_LIMIT: TIME_UP,
}


class Session:
    """A cuPDLPx model; it accepts no request to stop, so its time limit ends it."""

    def __init__(self, lp: StampedLP, asked: Asked) -> None:
        self.model = cupdlpx.Model(lp.cost, sp.csr_matrix(lp.matrix), lp.row_lower, lp.row_upper, lp.lower, lp.upper)
        options: dict = {"OutputFlag": False, "OptimalityTol": asked.tolerance, "FeasibilityTol": asked.tolerance}
        options |= {"TimeLimit": asked.seconds} if np.isfinite(asked.seconds) else {}
        for name, value in options.items():
            self.model.setParam(name, value)

    def run(self) -> None:
        """Solve."""
        self.model.optimize()

    def stop(self) -> None:
        """Without effect: it accepts no request to stop."""

    def answer(self) -> Answer:
        """Its answer."""
        m = self.model
        status = STATUS.get(m.Status, f"cuPDLPx's status {m.StatusName}")
        if status != OPTIMAL:
            return without_solution(status)
        return Answer(status, np.array(m.X), np.array(m.Pi), int(m.IterCount), False)
