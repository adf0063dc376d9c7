"""NVIDIA cuOpt, on an NVIDIA device."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from cuopt import linear_programming as cu

from energy_model.solving.solvers.session import EITHER, INFEASIBLE, OPTIMAL, TIME_UP, UNBOUNDED, Answer, Asked, without_solution
from energy_model.solving.stamp import StampedLP

REFUSALS = (RuntimeError, ValueError)
STATUS = {
    "Optimal": OPTIMAL,
    "PrimalInfeasible": INFEASIBLE,
    "DualInfeasible": UNBOUNDED,
    "UnboundedOrInfeasible": EITHER,
    "TimeLimit": TIME_UP,
}


class Session:
    """A cuOpt data model; it accepts no request to stop, so its time limit ends it."""

    def __init__(self, lp: StampedLP, asked: Asked) -> None:
        matrix = sp.csr_array(lp.matrix)
        self.model = cu.DataModel()
        self.model.set_csr_constraint_matrix(matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
        self.model.set_constraint_lower_bounds(lp.row_lower)
        self.model.set_constraint_upper_bounds(lp.row_upper)
        self.model.set_objective_coefficients(lp.cost)
        self.model.set_variable_lower_bounds(lp.lower)
        self.model.set_variable_upper_bounds(lp.upper)
        self.settings, self.vertex = cu.SolverSettings(), asked.vertex
        self.settings.set_optimality_tolerance(asked.tolerance)
        self.settings.set_parameter("crossover", asked.vertex)
        self.settings.set_parameter("log_to_console", False)
        if np.isfinite(asked.seconds):
            self.settings.set_parameter("time_limit", asked.seconds)

    def run(self) -> None:
        """Solve."""
        self.found = cu.Solve(self.model, self.settings)

    def stop(self) -> None:
        """Without effect: it accepts no request to stop."""

    def answer(self) -> Answer:
        """Its answer."""
        told = self.found.get_termination_reason()
        status = STATUS.get(told, f"cuOpt's status {told}")
        if status != OPTIMAL:
            return without_solution(status)
        iterations = int(self.found.get_lp_stats()["nb_iterations"])
        primal, dual = (np.array(v) for v in (self.found.get_primal_solution(), self.found.get_dual_solution()))
        return Answer(status, primal, dual, iterations, self.vertex)
