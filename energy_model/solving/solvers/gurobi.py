"""Gurobi, through gurobipy; pip brings a licence for 2,000 columns and 2,000 rows."""

from __future__ import annotations

import gurobipy as gp
import numpy as np
import scipy.sparse as sp

from energy_model.solving.solvers.session import EITHER, INFEASIBLE, OPTIMAL, TIME_UP, UNBOUNDED, Answer, Asked, without_solution
from energy_model.solving.stamp import StampedLP

REFUSALS = (gp.GurobiError,)
BARRIER = 2
STATUS = {
    gp.GRB.OPTIMAL: OPTIMAL,
    gp.GRB.INFEASIBLE: INFEASIBLE,
    gp.GRB.UNBOUNDED: UNBOUNDED,
    gp.GRB.INF_OR_UNBD: EITHER,
    gp.GRB.TIME_LIMIT: TIME_UP,
}


class Session:
    """A Gurobi model; two-sided rows become equations with a column for the position between the sides."""

    def __init__(self, lp: StampedLP, asked: Asked) -> None:
        self.environment = gp.Env(empty=True)
        self.environment.setParam("OutputFlag", 0)
        self.environment.start()
        self.model = gp.Model(env=self.environment)
        options = {"Method": BARRIER, "BarConvTol": asked.tolerance, "Threads": asked.threads}
        options |= {} if asked.vertex else {"Crossover": 0}
        options |= {"TimeLimit": asked.seconds} if np.isfinite(asked.seconds) else {}
        for name, value in options.items():
            self.model.setParam(name, value)
        below, above = np.isfinite(lp.row_lower), np.isfinite(lp.row_upper)
        between = np.flatnonzero(below & above & (lp.row_lower != lp.row_upper))
        sides = sp.csc_array((np.full(len(between), -1.0), (between, np.arange(len(between)))), shape=(len(below), len(between)))
        self.columns = self.model.addMVar(
            len(lp.cost) + len(between),
            lb=np.r_[lp.lower, lp.row_lower[between]],
            ub=np.r_[lp.upper, lp.row_upper[between]],
            obj=np.r_[lp.cost, np.zeros(len(between))],
        )
        sense = np.where(below & above, "=", np.where(below, ">", "<"))
        right = np.where(below, lp.row_lower, np.where(above, lp.row_upper, gp.GRB.INFINITY))
        right[between] = 0.0
        self.own = len(lp.cost)
        self.rows = self.model.addMConstr(sp.csr_array(sp.hstack([lp.matrix, sides])), self.columns, sense, right)
        self.vertex = asked.vertex

    def run(self) -> None:
        """Solve."""
        self.model.optimize()

    def stop(self) -> None:
        """Ask it to stop."""
        self.model.terminate()

    def answer(self) -> Answer:
        """Its answer."""
        m = self.model
        status = STATUS.get(m.Status, f"Gurobi's status {m.Status}")
        if status != OPTIMAL:
            return without_solution(status)
        iterations = max(int(m.BarIterCount), int(m.IterCount))
        return Answer(status, np.array(self.columns.X)[: self.own], np.array(self.rows.Pi), iterations, self.vertex)
