"""Solve windows of operation one after another, each from a warm start.

The matrix, common to all windows of equal length, is passed to HiGHS once; a window is a change of bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.solving.highs import load_arrays, run_interruptibly, set_option
from energy_model.solving.magnitude import money_mcny
from energy_model.solving.stamp import StampedLP
from energy_model.solving.windows import Operation


class WindowError(EnergyModelError):
    """A window was not dispatched: the message says which."""


class NoDispatchError(WindowError):
    """A window has no dispatch."""


@dataclass(frozen=True)
class Outcome:
    """Dispatch of one window.

    Attributes
    ----------
    primal, dual : ndarray
    objective : float
        Cost with the value of the states after the window [MCNY].
    residual : float
        Largest violation of a row or bound, recomputed [GW, GWh, TJ].
    gap : float
        (objective - lower bound from the duals), relative to `magnitude.money_mcny`.
    """

    primal: np.ndarray
    dual: np.ndarray
    objective: float
    residual: float
    gap: float


class Dispatcher:
    """Solves windows of one operation, each from the basis of the previous one."""

    RESIDUAL = 1e-6
    """Largest violation that passes [GW]: 1 kW."""
    GAP = 1e-6

    def __init__(self, op: Operation) -> None:
        self.op, self.solved = op, 0
        self._h: highspy.Highs | None = None
        self._all_rows = np.arange(len(op.rows), dtype=np.int32)
        self._all_columns = np.arange(len(op.columns), dtype=np.int32)

    def solve(self, lp: StampedLP, name: str = "") -> Outcome:
        """Optimal dispatch of a window made by `Operation.lp`, with any changes of its bounds.

        Where the way from the last basis does not end well, the window is solved once more from nothing.

        Raises
        ------
        NoDispatchError
            When there is none.
        WindowError
            When none was found, or the recomputed residuals are too large.
        """
        h = self._with(lp)
        outcome, status = self._run(h, lp)
        if not self._passes(outcome) and self.solved:
            h.clearSolver()
            outcome, status = self._run(h, lp)
        if outcome is None:
            error = NoDispatchError if "infeasible" in status.lower() else WindowError
            raise error(say(f"The window {name} has no optimal dispatch ({status})", f"时段 {name} 的调度无最优解（{status}）"))
        if not self._passes(outcome):
            raise WindowError(
                say(
                    f"The window {name} failed its check: residual {outcome.residual:.1e}, gap {outcome.gap:.1e}",
                    f"时段 {name} 未通过校核：残差 {outcome.residual:.1e}，间隙 {outcome.gap:.1e}",
                )
            )
        self.solved += 1
        return outcome

    def _with(self, lp: StampedLP) -> highspy.Highs:
        """HiGHS with the vectors of a window."""
        if self._h is None:
            self._h = load_arrays(lp)
            set_option(self._h, "solver", "simplex")
            set_option(self._h, "threads", 1)
            return self._h
        h = self._h
        h.changeRowsBounds(len(self._all_rows), self._all_rows, lp.row_lower, lp.row_upper)  # type: ignore[attr-defined]
        h.changeColsBounds(len(self._all_columns), self._all_columns, lp.lower, lp.upper)
        h.changeColsCost(len(self._all_columns), self._all_columns, lp.cost)
        h.changeObjectiveOffset(lp.offset)
        return h

    def _run(self, h: highspy.Highs, lp: StampedLP) -> tuple[Outcome | None, str]:
        """Optimum, if there is one, and the status."""
        if len(lp.lower) > 5_000:
            run_interruptibly(h)
        else:
            h.run()  # a few milliseconds: a thread would take longer
        status = h.modelStatusToString(h.getModelStatus())
        if status != "Optimal":
            return None, status
        solution = h.getSolution()
        return checked(lp, np.array(solution.col_value), np.array(solution.row_dual)), status

    def _passes(self, outcome: Outcome | None) -> bool:
        return outcome is not None and outcome.residual <= self.RESIDUAL and outcome.gap <= self.GAP


def checked(lp: StampedLP, primal: np.ndarray, dual: np.ndarray) -> Outcome:
    """Recompute residuals, cost and gap of a window from its arrays."""
    activity = lp.matrix @ primal
    residual = max(
        float(np.max(lp.row_lower - activity, initial=0.0)),
        float(np.max(activity - lp.row_upper, initial=0.0)),
        float(np.max(lp.lower - primal, initial=0.0)),
        float(np.max(primal - lp.upper, initial=0.0)),
    )
    objective = float(lp.cost @ primal) + lp.offset
    reduced = lp.cost - lp.matrix.T @ dual
    side, row = np.where(reduced > 0, lp.lower, lp.upper), np.where(dual > 0, lp.row_lower, lp.row_upper)
    # Rounding on a side that is not there is charged at the value of the column or row itself.
    side, row = np.where(np.isfinite(side), side, primal), np.where(np.isfinite(row), row, activity)
    wrong = max(
        float(np.max(np.abs(reduced[~np.isfinite(np.where(reduced > 0, lp.lower, lp.upper))]), initial=0.0)),
        float(np.max(np.abs(dual[~np.isfinite(np.where(dual > 0, lp.row_lower, lp.row_upper))]), initial=0.0)),
    )
    bound = float(row @ dual + side @ reduced) + lp.offset if wrong <= 1e-6 else -np.inf
    return Outcome(primal, dual, objective, residual, abs(objective - bound) / money_mcny(lp, objective))
