"""Limits that hold, and "infeasible" that is doubted once."""

import time
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from energy_model.certified import solve_to_gap
from energy_model.solving import highs, ladder, limits
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.limits import LimitReached, Limits
from energy_model.solving.memory import resident_gb
from tests.support.every import every_family, every_profile
from tests.support.tiny import build, run

QUIET = Console(quiet=True)


class Deaf:
    """A solver that heeds no request to stop for a while, as HiGHS may in presolve."""

    HandleUserInterrupt = False

    def __init__(self, seconds):
        self.seconds, self.asked = seconds, False

    def run(self):
        time.sleep(self.seconds)

    def cancelSolve(self):
        self.asked = True


def test_a_solver_that_does_not_listen_is_left_behind(monkeypatch):
    """Proves: when the deadline passes and the solver ignores the request to stop, control comes back after the grace all the same.
    Sensitivity: joining the solver's thread without a limit would wait the full 30 s.
    """
    monkeypatch.setattr(limits, "GRACE_S", 0.1)
    solver, started = Deaf(30), time.monotonic()
    with pytest.raises(LimitReached, match="time limit"):
        highs.run_interruptibly(solver, Limits(deadline=started + 0.1))
    assert solver.asked
    assert time.monotonic() - started < 10


def test_memory_is_watched():
    """Proves: a process larger than its limit is told so with both figures. Sensitivity: a limit in the wrong unit would never bind."""
    assert 0.01 < resident_gb() < 50
    assert "0.01 GB" in Limits(memory_gb=0.01).reached()
    assert Limits(memory_gb=1000.0).reached() == ""


def test_a_stopped_run_tells_the_bound_it_has_proven(monkeypatch):
    """Proves: when a limit comes after duals are known, the sentence carries the lower bound that they prove, which is the optimum's.
    Sensitivity: "stopped" without a figure makes the time spent worth nothing.
    """
    r = run(every_family(), **every_profile(24), step_h=6)
    problem = build(every_family(), **every_profile(24), step_h=6)

    def stopped(*arguments, **options):
        fault = LimitReached("time limit")
        fault.dual = r.solution.dual
        raise fault

    monkeypatch.setattr(ladder, "solve_lp", stopped)
    with pytest.raises(ladder.SolveError, match="no plan costs less than") as told:
        solve_to_gap(problem, 1e-7, 1, QUIET)
    bound = safe_lower_bound(problem.lp, r.solution.dual)[0]
    assert bound == pytest.approx(r.cost, rel=1e-7)
    assert f"{bound:,.1f}" in str(told.value)


def test_infeasible_is_not_believed_at_once(monkeypatch):
    """Proves: when the first answer is "infeasible" and the problem is sound, the second opinion finds the optimum with true duals.
    Sensitivity: without it a false "infeasible" of presolve would be told to the planner.
    """
    problem = build(every_family(), **every_profile(24), step_h=6)
    true, asked = highs.solve_lp, []

    def liar(lp, algorithm, **options):
        asked.append(options.get("options"))
        if len(asked) == 1:
            return highs.Solution("Infeasible", algorithm, np.empty(0), np.empty(0), 0, 0.0, False)
        return true(lp, algorithm, **options)

    monkeypatch.setattr(ladder, "solve_lp", liar)
    solution = ladder.solve(problem.lp, 1e-7, 1, QUIET)
    assert asked[1] == {"presolve": "off"}
    cost = float(problem.lp.cost @ solution.primal) + problem.lp.offset
    assert cost == pytest.approx(safe_lower_bound(problem.lp, solution.dual)[0], rel=1e-7)


def test_truly_infeasible_is_told_after_two_opinions():
    """Proves: a column that must be above its upper limit is infeasible, twice. Sensitivity: a second opinion that always says yes."""
    lp = build(every_family(), **every_profile(24), step_h=6).lp
    wrong = lp.lower.copy()
    wrong[lp.column_ids["capacity_thermal"][1]] = 99.0
    upper = np.maximum(lp.upper, wrong)
    row = lp.row_ids["clause_at_most"][1]
    with pytest.raises(ladder.InfeasibleError, match="infeasible as written"):
        ladder.solve(replace(lp, lower=wrong, upper=upper, row_upper=_lowered(lp.row_upper, row)), 1e-7, 1, QUIET)


def _lowered(values, rows):
    values = values.copy()
    values[rows] = -1e6
    return values
