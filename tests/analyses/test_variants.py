"""Variants of one LP: the arrays that change, certified answers, what has no plan, the journal."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from energy_model.analyses import variant_runner, variants
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import Shared, solve_one, why
from energy_model.journal import Journal
from energy_model.results.certificate import CertificateError, certify
from energy_model.solving.highs import solve_lp
from energy_model.solving.stamp import StampedLP
from energy_model.solving.variants import Variant, applied, hold, with_axis, with_row
from energy_model.workers import workers
from tests.support.tiny import build, tiny_system

QUIET = Console(quiet=True)
DAY_GWH = 24.0


def town():
    """A load of 1 GW, coal that costs 0.4 MCNY/GWh to burn, wind of full output that costs 12 MCNY/GW, that is 0.5 MCNY/GWh."""
    system = tiny_system(
        thermal={"coal": {"existing": 1.0, "fuel": 0.4}},
        resource={"wind": {"max_new": 2.0, "capex": 12.0}},
    )
    return build(system, load=1.0)


def read_wind(shared: Shared, answer: variants.Answer) -> dict:
    """Wind capacity [GW]."""
    labels, ids = shared.problem.lp.column_ids["capacity_renewable"]
    return {"wind": float(answer.primal[ids[labels.index(("wind",))]])}


def shared_of(problem, lp: StampedLP | None = None) -> Shared:
    """As the commands share it."""
    return Shared(replace(problem, lp=lp or problem.lp), SimpleNamespace(name="town"), read_wind, True, 1)


def told(shared: Shared, variant: Variant) -> dict:
    """What a worker tells of a variant that it solves from nothing."""
    return solve_one(shared, variant)


def wind_column(problem) -> int:
    labels, ids = problem.lp.column_ids["capacity_renewable"]
    return int(ids[labels.index(("wind",))])


def test_a_variant_is_the_lp_with_its_vectors_changed():
    """Proves: the least cost with 0.5 GW of wind held is 9.6 - 0.5*24*0.4 + 0.5*12 = 10.8 MCNY, and the shared LP stays as it was.
    Sensitivity: changing the shared vectors in place would leave the wind in the next solve.
    """
    problem = town()
    shared, column = shared_of(problem), wind_column(problem)
    base = told(shared, Variant())
    held = told(shared, Variant((hold("lower", [column], 0.5),)))
    assert base["cost_mcny"] == pytest.approx(9.6)
    assert held["cost_mcny"] == pytest.approx(10.8)
    assert held["wind"] == pytest.approx(0.5)
    assert told(shared, Variant())["cost_mcny"] == pytest.approx(9.6)


def test_another_objective_under_a_budget():
    """Proves: with 5 % above the least cost, 9.6, wind may be as much as 0.48/2.4 = 0.2 GW, since each GW costs 12 and saves 9.6; the
    answer tells the cost of the plan besides what was maximised. Sensitivity: a budget on the objective instead of the cost, or accounts of
    the cost in the certificate of another objective.
    """
    problem = town()
    lp = with_row(problem.lp, problem.lp.cost)
    row, column = lp.matrix.shape[0] - 1, wind_column(problem)
    most = told(shared_of(problem, lp), Variant((hold("row_upper", [row], 1.05 * 9.6 - lp.offset),), objective=((column, -1.0),)))
    assert most["wind"] == pytest.approx(0.2)
    assert most["objective"] == pytest.approx(-0.2)
    assert most["cost_mcny"] == pytest.approx(1.05 * 9.6)


def test_an_axis_moves_right_hand_sides_and_its_dual_is_the_slope():
    """Proves: an axis in the row of wind's lower limit raises cost by 12 - 9.6 = 2.4 MCNY per GW until 1 GW, by 12 above, and the dual says
    so at each point. Sensitivity: a coefficient of the wrong sign or a right-hand side that stays.
    """
    problem = town()
    lp = with_row(problem.lp, np.eye(1, len(problem.lp.lower), wind_column(problem))[0])
    row = lp.matrix.shape[0] - 1
    low = lp.row_lower.copy()
    low[row] = 7.0
    lp = with_axis(replace(lp, row_lower=low), np.array([row]), np.array([1.0]), 10.0, 1.0)
    axis = len(lp.lower) - 1
    for value, cost, slope in ((0.0, 9.6, None), (0.5, 10.8, 2.4), (1.5, 18.0, 12.0)):
        solution = solve_lp(applied(lp, Variant((hold("lower", [axis], value), hold("upper", [axis], value)))), "simplex", threads=1)
        assert float(lp.cost @ solution.primal) + lp.offset == pytest.approx(cost)
        if slope is not None:
            assert solution.dual[row] == pytest.approx(slope)


def test_what_is_impossible_is_proven_and_reported():
    """Proves: more wind than can be built has no plan, which is told with its reason, and the variants after it are solved as before.
    Sensitivity: a point that is dropped, or bounds that stay.
    """
    problem = town()
    lp = with_row(problem.lp, np.eye(1, len(problem.lp.lower), wind_column(problem))[0])
    row = lp.matrix.shape[0] - 1
    impossible = Variant((hold("row_lower", [row], 2.5),))
    shared = shared_of(problem, lp)
    assert told(shared, Variant())["impossible"] == ""
    found = told(shared, impossible)
    assert found["impossible"] == "no_plan"
    assert "infeasible" in why(found)
    assert told(shared, Variant())["cost_mcny"] == pytest.approx(9.6)


def test_an_answer_that_fails_its_check_stops_everything(monkeypatch):
    """Proves: an uncertified answer is an error; one that a bound of our own cuts off is no answer, told by name, and others go on.
    Sensitivity: taking the figures of either anyway, or losing all other answers by the second.
    """

    def with_fault(**fault):
        def solve(problem, *a, **k):
            found = solve_lp(problem.lp, "simplex", threads=1)
            return found, {}, replace(certify(problem.lp, found.primal, found.dual, problem.lp.costs(found.primal), 1e-6), **fault)

        return solve

    monkeypatch.setattr(variants, "solve_to_gap", with_fault(passed=False))
    with pytest.raises(CertificateError):
        told(shared_of(town()), Variant())
    monkeypatch.setattr(variants, "solve_to_gap", with_fault(held_back=["capacity_store_energy tank = 2 GW"]))
    found = told(shared_of(town()), Variant())
    assert found["impossible"] == "unsolved"
    assert "tank" in why(found)


def test_an_interrupted_question_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """Proves: what the journal has is not solved again, but for what was not solved. Sensitivity: a key that does not name the variant, or
    a failure that is kept for ever.
    """
    problem = town()
    shared, column = shared_of(problem), wind_column(problem)
    asked = {f"wind={v}": Variant((hold("lower", [column], v),)) for v in (0.0, 0.5)}
    with workers(1) as pool:
        first = VariantRunner(pool, Journal(tmp_path / "j.jsonl", {"a": 1}), QUIET).solve(shared, asked)
    monkeypatch.setattr(variant_runner, "solve_one", None)
    with workers(1) as pool:
        assert VariantRunner(pool, Journal(tmp_path / "j.jsonl", {"a": 1}), QUIET).solve(shared, asked) == first
        Journal(tmp_path / "j.jsonl", {"a": 1}).add("wind=1.0", {"impossible": "unsolved", "why": "a bound"})
        assert set(VariantRunner(pool, Journal(tmp_path / "j.jsonl", {"a": 1}), QUIET).journal.done) == set(asked)


@pytest.mark.slow
def test_workers_in_other_processes_give_the_same(tmp_path):
    """Proves: what is shared can be sent to processes, without what this one has solved. Sensitivity: points that cannot be pickled."""
    problem = town()
    shared, column = shared_of(problem), wind_column(problem)
    told(shared, Variant())
    asked = {f"wind={v}": Variant((hold("lower", [column], v),)) for v in (0.1, 0.2, 0.3)}
    with workers(2) as pool:
        found = VariantRunner(pool, Journal(tmp_path / "j.jsonl", {}), QUIET).solve(shared, asked)
    assert [found[f"wind={v}"]["cost_mcny"] for v in (0.1, 0.2, 0.3)] == pytest.approx([9.84, 10.08, 10.32])


@pytest.mark.parametrize(
    ("network", "option"),
    [({"power_flow": "dc"}, "power_flow"), ({"security": "n-1"}, "security"), ({"circuits": "integer"}, "circuits")],
)
def test_a_study_that_is_no_single_lp_is_refused(network, option):
    """Proves: variants of a study whose plan takes several solves or whole numbers are refused by the name of the option.
    Sensitivity: solving the first LP would leave out Kirchhoff's law of what is built, every trip, or whole circuits, and say nothing.
    """
    system = tiny_system(thermal={"coal": {"existing": 1.0, "fuel": 0.4}}, options={"network": network})
    with pytest.raises(variants.VariantError, match=option):
        shared_of(build(system, load=1.0))
    fixed = {"network": {"power_flow": "dc", "reactance": "fixed"}}
    system = tiny_system(thermal={"coal": {"existing": 1.0}}, resource={"wind": {"existing": 0.1}}, options=fixed)
    assert told(shared_of(build(system, load=1.0)), Variant())["impossible"] == ""
