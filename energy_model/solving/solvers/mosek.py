"""MOSEK, through its optimizer interface; needs a licence file."""

from __future__ import annotations

import mosek
import numpy as np

from energy_model.solving.solvers.session import INFEASIBLE, OPTIMAL, UNBOUNDED, Answer, Asked, without_solution
from energy_model.solving.stamp import StampedLP

REFUSALS = (mosek.Error,)
STATUS = {
    mosek.solsta.optimal: OPTIMAL,
    mosek.solsta.prim_infeas_cer: INFEASIBLE,
    mosek.solsta.dual_infeas_cer: UNBOUNDED,
}


class Session:
    """A MOSEK task."""

    def __init__(self, lp: StampedLP, asked: Asked) -> None:
        self.environment = mosek.Env()
        self.task = self.environment.Task()
        self.stopped, self.vertex = False, asked.vertex
        self.task.set_Progress(lambda code: int(self.stopped))
        self.task.putintparam(mosek.iparam.optimizer, mosek.optimizertype.intpnt)
        self.task.putintparam(mosek.iparam.intpnt_basis, mosek.basindtype.always if asked.vertex else mosek.basindtype.never)
        self.task.putintparam(mosek.iparam.num_threads, asked.threads)
        self.task.putdouparam(mosek.dparam.intpnt_tol_rel_gap, asked.tolerance)
        if np.isfinite(asked.seconds):
            self.task.putdouparam(mosek.dparam.optimizer_max_time, asked.seconds)
        rows, columns = lp.matrix.shape
        self.task.inputdata(
            rows,
            columns,
            lp.cost.tolist(),
            0.0,
            lp.matrix.indptr[:-1].tolist(),
            lp.matrix.indptr[1:].tolist(),
            lp.matrix.indices.tolist(),
            lp.matrix.data.tolist(),
            *_ends(lp.row_lower, lp.row_upper),
            *_ends(lp.lower, lp.upper),
        )

    def run(self) -> None:
        """Solve."""
        self.task.optimize()

    def stop(self) -> None:
        """Ask it to stop, at the next progress callback."""
        self.stopped = True

    def answer(self) -> Answer:
        """Its answer."""
        found = mosek.soltype.bas if self.vertex else mosek.soltype.itr
        told = self.task.getsolsta(found)
        status = STATUS.get(told, f"MOSEK's status {told}")
        if status != OPTIMAL:
            return without_solution(status)
        iterations = self.task.getintinf(mosek.iinfitem.intpnt_iter)
        return Answer(status, np.array(self.task.getxx(found)), np.array(self.task.gety(found)), iterations, self.vertex)


def _ends(lower: np.ndarray, upper: np.ndarray) -> tuple[list, list, list]:
    """Kinds of bounds and both ends; MOSEK ignores an end that the kind excludes."""
    key, below, above = mosek.boundkey, np.isfinite(lower), np.isfinite(upper)
    kinds = {(True, True): key.ra, (True, False): key.lo, (False, True): key.up, (False, False): key.fr}
    of = [key.fx if a == b else kinds[p, q] for a, b, p, q in zip(lower, upper, below.tolist(), above.tolist(), strict=True)]
    return of, np.where(below, lower, 0.0).tolist(), np.where(above, upper, 0.0).tolist()
