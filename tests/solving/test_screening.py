"""Leaving candidates out of a large study and letting them in again changes nothing but the work."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from energy_model import certified
from energy_model.results.certificate import certify
from energy_model.solving import ladder
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import Solution, solve_lp
from energy_model.solving.ladder import solve_screened
from energy_model.solving.narrowing import NEAR, narrowed
from energy_model.solving.screening import capacity_columns, screen, unbuilt
from tests.support.every import every_family, every_profile
from tests.support.random_studies import studies
from tests.support.tiny import Run, build, solved, tiny_system

GAP = 1e-6


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A first-order method that does not come near must not hold up the tests."""
    monkeypatch.setattr(ladder, "FIRST_ORDER_ITERATIONS", 20_000)


def screened(problem, gap: float = GAP) -> tuple[Run, str]:
    """The study solved by screening, and what the console said."""
    said = Console(file=StringIO(), width=200)
    return Run(problem, solve_screened(problem.lp, gap, 1, said)), said.file.getvalue()


def certificate_of(r: Run, gap: float):
    accounts = {name: r.account(name) for name in r.lp.accounts}
    return certify(r.lp, r.solution.primal, r.solution.dual, accounts, gap)


def test_every_family_costs_what_it_costs_unscreened():
    """Proves: the screened solve has the cost of the unscreened one, and the completed duals of all rows (those that left with a candidate
    too) prove it.
    Sensitivity: fails if a row or column is lost, a dual lands on another row, or a paying candidate stays out.
    """
    problem = build(every_family(), step_h=4, **every_profile())
    part, said = screened(problem)
    assert "candidates left out" in said
    assert part.cost == pytest.approx(solved(problem).cost, rel=2 * GAP)
    assert certificate_of(part, 2 * GAP).passed


def test_a_candidate_that_was_misjudged_is_let_in(monkeypatch):
    """Proves: the approximate solution is made to build nothing, so wind is left out; at a yearly cost of 0.5 for 24 h of coal at 0.2 it
    pays on the windy second day and must come in: 1 GW of wind serves the second day, 24 GWh of coal at 0.2 the first, 24*0.2 + 0.5 = 5.3.
    Sensitivity: fails if the pricing of what was left out misses the hours, the sign or the capacity's cost.
    """
    system = tiny_system(thermal={"g": {"existing": 1.0, "fuel": 0.2}}, resource={"w": {"max_new": 2.0, "capex": 0.5}})
    problem = build(system, 48, load=1.0, availability={"w": [0.0] * 24 + [1.0] * 24})
    true = ladder._first_order
    monkeypatch.setattr(ladder, "_first_order", lambda *args: replace(true(*args), primal=np.zeros(len(problem.lp.lower))))
    r, said = screened(problem)
    assert "1 candidates left out" in said
    assert "0 candidates left out" in said
    assert r.value("capacity_renewable", "w") == pytest.approx(1.0, abs=1e-6)
    assert r.cost == pytest.approx(5.3, rel=1e-6)
    assert certificate_of(r, GAP).passed


def test_what_must_stand_is_never_left_out():
    """Proves: a candidate with a least size stays in the problem, and so does the row that asks for it; one that is left out takes its
    hourly columns with it.
    Sensitivity: fails if screening looks at the built size only, or keeps the columns that its capacity bounds.
    """
    system = tiny_system(
        thermal={"g": {"existing": 1.0, "fuel": 0.2}},
        store={"must": {"max_new": 1.0, "min_new": 0.001, "capex": 1.0}, "idle": {"max_new": 1.0, "capex": 1.0}},
    )
    r = solved(build(system, load=0.5))
    out = unbuilt(r.lp, r.solution.primal)
    gone = ~screen(r.lp, out).columns
    assert not gone[r.ids("capacity_store_power", "must")].any()
    assert gone[r.ids("capacity_store_power", "idle")].all()
    for family in ("charge", "discharge"):
        assert gone[r.ids(family, "idle")].all()
        assert not gone[r.ids(family, "must")].any()


@settings(max_examples=8)
@given(studies(), st.data())
def test_leaving_out_and_pricing_bounds_any_study(study, data):
    """Proves: whichever candidates are left out of a random study, the reduced optimum plus the (negative) worth of the pricing LP is a
    lower bound on the optimum of the whole, and the completed duals prove no more than that optimum.
    Sensitivity: fails if pricing takes the reduced instead of the whole matrix, or bounds left-out columns too tightly.
    """
    system, profiles = study
    whole = solved(build(system, step_h=4, **profiles))
    free = [int(i) for i in capacity_columns(whole.lp) if whole.lp.lower[i] == 0]
    out = np.array(data.draw(st.lists(st.sampled_from(free), unique=True, min_size=1)), dtype=np.int64)
    s = screen(whole.lp, out)
    part = solve_lp(s.reduced, "simplex", threads=1)
    if part.status != "Optimal":
        return  # a hard clause needs a candidate that was left out
    pricing = s.pricing(part.dual)
    priced = solve_lp(pricing, "simplex", threads=1)
    cost = float(s.reduced.cost @ part.primal) + whole.lp.offset
    assert whole.cost <= cost + 1e-7 * (1 + abs(cost))
    assert whole.cost >= cost + float(pricing.cost @ priced.primal) - 1e-7 * (1 + abs(cost))
    bound, _ = safe_lower_bound(whole.lp, s.dual(part.dual, priced.dual))
    assert bound <= whole.cost + 1e-7 * (1 + abs(whole.cost))
    assert bound >= cost + float(pricing.cost @ priced.primal) - 1e-6 * (1 + abs(cost))
    assert np.isclose(whole.lp.cost @ s.primal(part.primal) + whole.lp.offset, cost)


def test_the_fast_way_proves_its_gap():
    """Proves: the duals of the first-order method and the primal of the narrowed problem together are certified to 1e-3 in a study with
    every family, with a cost within 1e-3 of the vertex's and all rows held.
    Sensitivity: fails if a column that the optimum needs is held at its bound, if units of yearly amounts are not turned back, or if the
    bound is loose.
    """
    problem = build(every_family(), step_h=4, **every_profile(48))
    fast = ladder.solve_fast(problem.lp, 1e-4, 1, Console(file=StringIO()))
    assert fast is not None
    r = Run(problem, fast)
    assert r.cost == pytest.approx(solved(problem).cost, rel=1e-3)
    assert certificate_of(r, 1e-3).passed


def test_narrowing_keeps_what_is_between_its_bounds():
    """Proves: at the optimum of a study with every family the columns held are exactly those at a bound with a reduced cost that holds
    them there, and the narrowed problem has the same optimum.
    Sensitivity: fails if a column inside its range, or one priced the other way, is held; or if the wrong bound is taken.
    """
    whole = solved(build(every_family(), step_h=4, **every_profile(48)))
    lp, x = whole.lp, whole.solution.primal
    small = narrowed(lp, x, whole.solution.dual)
    held = (small.lower == small.upper) & (lp.lower < lp.upper)
    assert 0.2 < held.mean() < 0.9
    assert np.abs(x - small.lower)[held].max() < NEAR * 1e3
    again = solve_lp(small, "simplex", threads=1)
    assert float(lp.cost @ again.primal) + lp.offset == pytest.approx(whole.cost, rel=1e-6)
    backwards = narrowed(lp, x, -whole.solution.dual + 0)
    priced = lp.cost + lp.matrix.T @ whole.solution.dual
    assert not ((backwards.upper == lp.lower) & (priced < 0) & (lp.upper > lp.lower)).any()


@pytest.mark.parametrize("fault", ["rough", "none"])
def test_an_answer_that_misses_the_gap_sends_the_solver_on(monkeypatch, fault):
    """Proves: when the fast way has no answer, or one whose certificate misses the limit, the thorough way is tried and its result counts.
    Sensitivity: fails if the first answer is written, or refused without a second try.
    """
    problem = build(every_family(), step_h=4, **every_profile(48))
    vertex = solved(problem).solution
    asked = []

    def fast(lp, gap, threads, console, limits) -> Solution | None:
        asked.append("fast")
        return None if fault == "none" else replace(vertex, dual=vertex.dual * 1.01, basic=False)

    def thorough(lp, gap, threads, console, *, crossover=False, limits) -> Solution:
        asked.append("vertex" if crossover else "interior")
        return vertex if crossover else replace(vertex, dual=vertex.dual * 1.01, basic=False)

    monkeypatch.setattr(certified, "solve_fast", fast)
    monkeypatch.setattr(certified, "solve", thorough)
    solution, _, certificate = certified.solve_to_gap(problem, 1e-4, 1, Console(file=StringIO()))
    assert asked == ["fast", "interior", "vertex"]
    assert solution.basic
    assert certificate.passed
