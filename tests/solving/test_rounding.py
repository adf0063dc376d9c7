"""Circuits by rounding up the plan with fractions, and what that costs at most."""

import io

import pytest
from rich.console import Console

from energy_model.solving.build import rebuilt
from energy_model.solving.refine import solve_until_consistent
from energy_model.solving.rounding import Rounding
from tests.support.tiny import VOLL, Run, build, solved, tiny_system


def rounded(load: float, most: float = 5.0):
    """A town B that buys at 1 MCNY/GWh over a new corridor of circuits of 1 GW (12 MCNY/GW, here a day), or sheds at 10."""
    system = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"coal": {"node": "A", "existing": 10.0, "fuel": 1.0}},
        corridor={"line": {"max_new": most, "capex": 12.0}, "old": {"existing": 0.1}},
    )
    costs: list[float] = []

    def solve(problem):
        solution = solved(problem).solution
        costs.append(float(problem.lp.cost @ solution.primal) + problem.lp.offset)
        return (solution,)

    first = build(system, load={"B": load})
    rounding = Rounding(system, lambda: costs[-1], None, Console(file=io.StringIO()))
    problem, (solution,) = solve_until_consistent(first, lambda s: rebuilt(first, s), solve, [rounding])
    return Run(problem, solution), rounding, costs


def test_fractions_are_rounded_up_and_the_bound_is_that_of_the_fractions():
    """Proves: 1.3 GW of load beyond 0.1 GW of line get 1.2 circuits at first and 2 in the end: 24 x 1.3 + 14.4 = 45.6, then 55.2 MCNY. The
    first is the bound, the gap (55.2 - 45.6) / 55.2; it takes two solves.
    Sensitivity: rounding to the nearest, of the corridor that stands, again after the first time, or a bound of the rounded plan.
    """
    r, rounding, costs = rounded(1.3)
    assert costs == [pytest.approx(45.6), pytest.approx(55.2)]
    assert r.value("capacity_corridor", "line") == pytest.approx(2.0)
    assert r.value("capacity_corridor", "old") == pytest.approx(0.1)
    assert rounding.lower_bound == pytest.approx(45.6)
    assert rounding.gap == pytest.approx((55.2 - 45.6) / 55.2)
    assert rounding.table().to_dict("records") == [{"corridor": "line", "fraction_circuits": pytest.approx(1.2), "new_circuits": 2.0}]


def test_no_more_circuits_than_may_be_built():
    """Proves: where 1.5 GW may be built, one circuit is, and 0.2 GW are shed. Sensitivity: rounding beyond the limit of the corridor."""
    r, _, costs = rounded(1.3, most=1.5)
    assert r.value("capacity_corridor", "line") == pytest.approx(1.0)
    assert costs[1] == pytest.approx(12 + 24 * (1.1 + 0.2 * VOLL))
