"""Whole units against their relaxation, on random fleets."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.support.fleets import RULES, STEP_H, both, random_fleet

EXAMPLES = min(10, int(os.environ.get("FUZZ_EXAMPLES", "5")))


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 10**6))
def test_relaxation_is_never_dearer_than_whole_units(seed):
    """Proves: on any fleet with least times, start classes and ramps, fractions of units cost no more than whole ones, the proven bound
    lies between, and units on-line are whole. Sensitivity: fails if a row cuts off a plan with whole units, as a linearised commitment
    with wrong start-up or look-back rows does.
    """
    problem = random_fleet(seed)
    relaxed, whole = both(problem)
    assert relaxed <= whole.objective + 1e-6 * abs(whole.objective)
    assert relaxed <= whole.bound + 1e-5 * abs(whole.bound)
    units = whole.solution.primal[problem.lp.integer]
    assert np.abs(units - np.round(units)).max() < 1e-6


@settings(max_examples=3)
@given(st.integers(0, 10**6))
def test_every_rule_costs_something_or_nothing(seed):
    """Proves: least times never make a plan cheaper. Sensitivity: fails if a look-back row frees a unit that it should hold."""
    free, held = (both(random_fleet(seed, {"commitment": {"start_classes": True, "minimum_times": times}}))[1] for times in (False, True))
    assert free.objective <= held.objective + 1e-5 * abs(held.objective)


def test_a_plan_with_whole_units_obeys_the_rules_one_by_one():
    """Proves: read from the numbers of units alone, starts and stops are their changes, least times hold in every window of the ring, and
    starts are paid no less than the cheapest matching of starts to stops, found as a transport problem of its own.
    Sensitivity: fails if the aggregated rows of the cluster allow what no assignment of units can do.
    """
    for seed in range(4):
        problem = random_fleet(seed, RULES)
        _, found = both(problem, gap=1e-4)
        g = problem.system.thermal
        labels, ids = problem.lp.column_ids["units"]
        for (name,), own in zip(labels, ids, strict=True):
            count = np.round(found.solution.primal[own.ravel()]).astype(int)
            started, stopped = (_series(problem, found, family, name) for family in ("started", "stopped"))
            assert started - stopped == pytest.approx((count - np.roll(count, 1)) * g.unit_gw[name], abs=1e-6)
            up, down = int(g.min_up_h[name] // STEP_H), int(g.min_down_h[name] // STEP_H)
            for k in range(len(count)):
                recent = sum(started[(k - i) % len(count)] for i in range(up))
                rest = sum(stopped[(k - i) % len(count)] for i in range(down))
                assert recent <= count[k] * g.unit_gw[name] + 1e-6
                assert rest <= g.existing[name] - count[k] * g.unit_gw[name] + 1e-6
            assert _paid(problem, found, name) >= _least_cost(started, stopped, g.loc[name]) - 1e-6


def _series(problem, found, family: str, *label) -> np.ndarray:
    labels, ids = problem.lp.column_ids[family]
    return found.solution.primal[ids[labels.index(label)][:, -problem.plan.hours // STEP_H :].ravel()]


def _paid(problem, found, name: str) -> float:
    g = problem.system.thermal.loc[name]
    total = g.start_cost_cold * _series(problem, found, "started", name).sum()
    for c, price in (("hot", g.start_cost_hot), ("warm", g.start_cost)):
        if (name, c) in problem.lp.column_ids["class_start"][0]:
            total -= (g.start_cost_cold - price) * _series(problem, found, "class_start", name, c).sum()
    return total


def _least_cost(started: np.ndarray, stopped: np.ndarray, g) -> float:
    """Cheapest matching of starts to earlier stops of the ring, as a transport problem of its own."""
    n = len(started)
    pairs = [(i, k) for i in range(n) for k in range(n)]
    price = []
    for i, k in pairs:
        off = ((k - i) % n) * STEP_H
        price.append(g.start_cost_cold if off == 0 or off > g.warm_start_h else g.start_cost if off > g.hot_start_h else g.start_cost_hot)
    supply, demand = np.zeros((n, len(pairs))), np.zeros((n, len(pairs)))
    for j, (i, k) in enumerate(pairs):
        supply[i, j] = demand[k, j] = 1.0
    answer = linprog(price, A_ub=supply, b_ub=stopped + 1e-9, A_eq=demand, b_eq=started)
    assert answer.status == 0
    return float(answer.fun)
