"""Whole numbers: the plan, its bound and its prices."""

from dataclasses import replace

import numpy as np
import pytest
from tiny import build, tiny_system

from energy_model.solving.integer import NoIntegerPlan, solve_integer


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
