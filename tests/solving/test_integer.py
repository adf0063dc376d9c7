"""Whole numbers: the plan, its bound and its prices."""

from dataclasses import replace

import numpy as np
import pytest

from energy_model.solving.integer import IntegerSolution, NoIntegerPlan, solve_integer
from energy_model.solving.limits import LimitReached, Limits
from tests.support.tiny import build, tiny_system


def one_corridor(load: float):
    """A town B that buys at 1 MCNY/GWh over a corridor from A (12 MCNY/GW a year, here a day), or sheds at 10."""
    system = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"coal": {"node": "A", "existing": 10.0, "fuel": 1.0}},
        corridor={"line": {"from_bus": "A", "to_bus": "B", "max_new": 5.0, "capex": 12.0}},
    )
    problem = build(system, load={"B": load})
    integer = problem.lp.integer.copy()
    integer[problem.lp.column_ids["capacity_corridor"][1]] = True
    return problem, replace(problem.lp, integer=integer)


def test_capacity_comes_in_whole_gigawatts():
    """Proves: 1.2 GW of load get 2 GW of line: 24 + 24 x 1.2 = 52.8 MCNY; one GW and shedding 0.2 GW would cost 12 + 24 + 48 = 84.
    Sensitivity: the relaxation costs 14.4 + 28.8 = 43.2.
    """
    problem, lp = one_corridor(1.2)
    scale = problem.plan.weight[0]  # the day stands for the whole horizon
    plan = solve_integer(lp, threads=1, gap=1e-9)
    assert plan.objective == pytest.approx(24 + 28.8 * scale)
    assert plan.bound == pytest.approx(plan.objective)
    assert plan.gap <= 1e-9
    assert plan.solution.primal[lp.integer] == pytest.approx([2.0])


def test_prices_are_those_around_the_plan():
    """Proves: with the line held at 2 GW another GWh at B costs the fuel, 1 MCNY, in every hour.
    Sensitivity: duals of the relaxation would spread the line's cost over the hours.
    """
    problem, lp = one_corridor(1.2)
    plan = solve_integer(lp, threads=1, gap=1e-9)
    labels, ids = lp.row_ids["nodal_balance"]
    price = plan.solution.dual[ids[labels.index(("B",))]] / problem.plan.weight[:, None]
    assert np.abs(price) == pytest.approx(1.0)


def test_no_plan_is_a_sentence():
    """Proves: whole numbers between bounds that hold none are told as such. Sensitivity: an empty solution would be read as zeros."""
    _, lp = one_corridor(1.2)
    upper = np.where(lp.integer, 0.7, lp.upper)
    lower = np.where(lp.integer, 0.3, lp.lower)
    with pytest.raises(NoIntegerPlan, match="No plan"):
        solve_integer(replace(lp, lower=lower, upper=upper), threads=1)


def test_the_relaxation_is_what_other_algorithms_solve():
    """Proves: marking columns whole changes nothing for the LP algorithms. Sensitivity: integrality leaking into `solve_lp`."""
    from energy_model.solving.highs import solve_lp

    problem, lp = one_corridor(1.2)
    relaxed = solve_lp(lp, "simplex", threads=1)
    assert float(lp.cost @ relaxed.primal) == pytest.approx(14.4 + 28.8 * problem.plan.weight[0])


def test_limits_hold_in_branch_and_bound(monkeypatch):
    """Proves: a limit of memory or time ends the search with a sentence that names it, also when HiGHS heeds no request to stop.
    Sensitivity: without the watch the search goes on to its end.
    """
    import time

    import highspy

    _, lp = one_corridor(1.2)
    monkeypatch.setattr(highspy.Highs, "run", lambda self: time.sleep(5))
    monkeypatch.setattr("energy_model.solving.limits.GRACE_S", 0.1)
    with pytest.raises(LimitReached, match="memory limit"):
        solve_integer(lp, threads=1, limits=Limits(memory_gb=1e-3))
    with pytest.raises(LimitReached, match="time limit"):
        solve_integer(lp, threads=1, limits=Limits.of(0.0, None))


@pytest.mark.parametrize(("bound", "accepted", "passes"), [(0.95, 1e-4, False), (0.95, 0.04, False), (0.95, 0.1, True), (1.0, 1e-4, True)])
def test_an_unproven_plan_is_kept_only_where_its_gap_is_accepted(bound, accepted, passes, monkeypatch):
    """Proves: a plan stopped 5 % above its bound is refused with gap, bound and the setting that would accept it; with that setting it is
    written with its true gap and status. Sensitivity: the default of old, a failed certificate, told neither.
    """
    from rich.console import Console

    from energy_model import certified
    from energy_model.solving.ladder import SolveError
    from energy_model.study.settings import Options

    problem, lp = one_corridor(1.2)
    options = Options.model_validate({"network": {"circuits": "integer", "accepted_gap": accepted}})
    problem = replace(problem, lp=lp, system=replace(problem.system, options=options))
    plan = solve_integer(lp, threads=1, gap=1e-9)
    stopped: IntegerSolution = replace(plan, bound=bound * plan.objective, status="Time limit reached")
    monkeypatch.setattr(certified, "solve_integer", lambda *_, **__: stopped)
    if passes:
        *_, certificate, proven = certified.solve_whole(problem, 1, Console(quiet=True))
        assert certificate.passed
        assert (proven["status"], proven["gap"]) == ("time limit reached", pytest.approx(1 - bound, abs=1e-12))
        assert certificate.gap == pytest.approx(1 - bound, abs=1e-9)
        return
    with pytest.raises(SolveError, match=r"may cost 5.00% too much .*accepted_gap = 0.053"):
        certified.solve_whole(problem, 1, Console(quiet=True))
