"""Variants of one LP: the arrays that change, warm and cold answers, proofs of infeasibility, the journal."""

import pickle
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from energy_model.analyses import variant_runner, variants
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import Ask, Shared, solve_one, why
from energy_model.journal import Journal
from energy_model.results.certificate import CertificateError
from energy_model.solving import variants as solving
from energy_model.solving.bounds import proves_infeasible
from energy_model.solving.highs import solve_lp
from energy_model.solving.stamp import StampedLP
from energy_model.solving.variants import (
    SimplexTry,
    Start,
    Variant,
    Vertices,
    WarmSolver,
    applied,
    distance,
    hold,
    sizes,
    with_axis,
    with_row,
)
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
    return solve_one(shared, Ask(variant)).record


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


def held(column: int, value: float) -> Variant:
    """The variant in which a column stands at a value."""
    return Variant((hold("lower", [column], value), hold("upper", [column], value)))


class Chain:
    """Variants solved one after the other, each from the nearest vertex that is known."""

    def __init__(self, lp: StampedLP) -> None:
        self.lp, self.vertices, self.solver = lp, Vertices(lp), WarmSolver(1)

    def solve(self, variant: Variant) -> SimplexTry:
        way = self.solver.solve(applied(self.lp, variant), self.vertices.nearest(variant))
        self.vertices.remember(variant, way.basis, way.rate)
        return way


def test_warm_answers_are_the_cold_ones():
    """Proves: going through variants in any order from the nearest vertex gives the costs of solves from nothing. Sensitivity: bounds of
    the variant before that stay in the solver.
    """
    problem = town()
    column, chain = wind_column(problem), Chain(problem.lp)
    for value in (0.0, 1.5, 0.3, 2.0, 0.3):
        variant = Variant((hold("lower", [column], value),))
        lp = applied(problem.lp, variant)
        cold = solve_lp(lp, "simplex", threads=1)
        assert lp.cost @ chain.solve(variant).solution.primal == pytest.approx(lp.cost @ cold.primal)


def test_a_basis_can_be_sent():
    """Proves: a basis that was written as bytes and pickled is optimal when it is read: no iteration is left, from nothing there are some.
    Sensitivity: a status that changes its meaning on the way, or a basis that HiGHS does not take.
    """
    problem = town()
    variant = Variant((hold("lower", [wind_column(problem)], 0.3),))
    chain = Chain(problem.lp)
    first = chain.solve(variant)
    assert all(side.dtype == np.int8 for side in first.basis)
    start = pickle.loads(pickle.dumps(chain.vertices.nearest(variant)))
    assert start.distance == 0
    again = WarmSolver(1).solve(applied(problem.lp, variant), start)
    assert first.solution.iterations > 0
    assert again.solution.iterations == 0


def test_short_ways_go_by_simplex_and_long_ones_from_nothing(monkeypatch):
    """Proves: of a problem that counts as large, the first variant is solved by HiPO, one a tenth away from its vertex by simplex, one four
    times away by HiPO, and one near the first again by simplex. All cost what they cost.
    Sensitivity: the last vertex instead of the nearest.
    """
    monkeypatch.setattr(solving, "SIMPLEX_COLUMNS", 0)
    problem = town()
    column, chain = wind_column(problem), Chain(problem.lp)

    def solved(value: float) -> str:
        variant = held(column, value)
        lp = applied(problem.lp, variant)
        answer = chain.solve(variant).solution
        cold = solve_lp(lp, "simplex", threads=1)
        assert lp.cost @ answer.primal == pytest.approx(lp.cost @ cold.primal)
        return answer.algorithm

    assert [solved(v) for v in (0.2, 0.22, 1.8, 0.21)] == ["hipo", "simplex", "hipo", "simplex"]
    assert solved(1.5) == "simplex"


def test_a_vertex_that_is_optimal_still_is_seen_however_far(monkeypatch):
    """Proves: of a problem that counts as large, limits on the wind that do not bind seem too long a way, and are answered by the vertex of
    the plan without an iteration; limits that bind are solved from nothing, and teach nothing of ways.
    Sensitivity: two solves from nothing, or a limit that is not seen.
    """
    monkeypatch.setattr(solving, "SIMPLEX_COLUMNS", 0)
    problem = town()
    column = wind_column(problem)
    lp = with_row(problem.lp, np.eye(1, len(problem.lp.lower), column)[0])
    row, chain = lp.matrix.shape[0] - 1, Chain(lp)
    plan = chain.solve(Variant())
    for least, algorithm, wind in ((-1.0, "simplex", 0.0), (0.3, "hipo", 0.3)):
        variant = Variant((hold("row_lower", [row], least), hold("row_upper", [row], 1.0)))
        assert not chain.vertices.nearest(variant).short
        way = chain.solve(variant)
        assert (way.solution.algorithm, way.rate) == (algorithm, 0.0 if algorithm == "simplex" else None)
        assert way.solution.primal[column] == pytest.approx(wind, abs=1e-9)
    assert plan.solution.algorithm == "hipo"


def test_ways_that_were_gone_tell_how_long_the_next_is(monkeypatch):
    """Proves: with 100 iterations allowed, a way of 60 over a distance of 0.4 lets the next go 2/3 far: from 0.5 to 0.745, not to 0.755; a
    way that was given up makes one of half its length too far. A way gone elsewhere does not matter where a nearer one is known.
    Sensitivity: a rate that forgets the distance, or one for all.
    """
    monkeypatch.setattr(solving, "SIMPLEX_COLUMNS", 0)
    monkeypatch.setattr(solving, "SHORT_ITERATIONS", 100)
    monkeypatch.setattr(solving, "MOVE_ITERATIONS", 0)
    problem = town()
    column = wind_column(problem)
    basis = (np.zeros(len(problem.lp.lower), np.int8), np.zeros(len(problem.lp.row_lower), np.int8))

    known = Vertices(problem.lp)
    assert known.nearest(held(column, 0.5)) is None  # nothing is known
    known.remember(held(column, 0.5), basis, None)
    assert known.nearest(held(column, 0.99)).short  # nothing is known yet: a distance of 1 is allowed
    assert not known.nearest(held(column, 1.01)).short
    assert known.nearest(Variant(objective=((column, 1.0),))) is None
    known.remember(held(column, 0.5), None, 60 / 0.4)
    assert known.nearest(held(column, 0.745)).short
    assert not known.nearest(held(column, 0.755)).short
    known.remember(held(column, 0.1), basis, 10.0)
    assert known.nearest(held(column, 0.745)).short
    assert known.nearest(held(column, 0.01)).short  # 0.36 away, where ways are short
    known.remember(held(column, 0.74), None, 2 * 100 / 0.65)
    assert not known.nearest(held(column, 0.63)).short


def test_a_worker_goes_on_where_it_stands_unless_another_vertex_is_much_nearer(monkeypatch):
    """Proves: with 100 iterations for a distance of 1, from 0.5, which was solved last, to 0.6 are 33, from 0.625 are 8 and those of the
    move, so that it pays at 20, not at 30; where both are too far it is from nothing. Sensitivity: the nearest vertex always.
    """
    monkeypatch.setattr(solving, "SIMPLEX_COLUMNS", 0)
    monkeypatch.setattr(solving, "SHORT_ITERATIONS", 100)
    problem = town()
    column, rows = wind_column(problem), len(problem.lp.row_lower)
    columns = len(problem.lp.lower)

    known = Vertices(problem.lp)
    for mark, value in enumerate((0.625, 0.5)):
        known.remember(held(column, value), (np.full(columns, mark, np.int8), np.full(rows, mark, np.int8)), None)
    chosen = {}
    for move in (20, 30, 90):
        monkeypatch.setattr(solving, "MOVE_ITERATIONS", move)
        chosen[move] = int(known.nearest(held(column, 0.6)).basis[0][0])
    assert chosen == {20: 0, 30: 1, 90: 1}
    assert not known.nearest(held(column, 1.1)).short  # 1.09 from the last, 90 and 86 iterations from the other


def test_a_solver_that_stays_takes_the_vectors_of_the_next_variant(monkeypatch):
    """Proves: bounds of columns and rows, costs and the offset of the next variant are those that are solved, in one solver that is loaded
    once. Sensitivity: a vector that stays in the solver, or a solver that is loaded anew.
    """
    loads = []
    true = solving.load_arrays
    monkeypatch.setattr(solving, "load_arrays", lambda lp: loads.append(1) or true(lp))
    problem = town()
    column = wind_column(problem)
    lp = with_row(problem.lp, np.eye(1, len(problem.lp.lower), column)[0])
    row = lp.matrix.shape[0] - 1
    solver, start = WarmSolver(1), None
    asked = [
        (Variant(), 9.6),
        (Variant((hold("row_lower", [row], 0.5),)), 10.8),
        (Variant((hold("lower", [column], 0.25),)), 10.2),
        (Variant((hold("upper", [column], 0.5),), objective=((column, -1.0),)), -0.5),
        (Variant(), 9.6),
    ]
    for variant, cost in asked:
        own = applied(lp, variant)
        way = solver.solve(own, start)
        assert own.cost @ way.solution.primal + own.offset == pytest.approx(cost)
        start = Start(way.basis, 1.0)
    assert len(loads) == 1


def test_a_way_that_is_given_up_comes_to_the_same(monkeypatch):
    """Proves: when the simplex method is stopped, the answer is found from nothing, and the way counts as twice as long as it was let go.
    Sensitivity: the answer of the way that was given up, or a rate of what HiPO took.
    """
    monkeypatch.setattr(solving, "SIMPLEX_COLUMNS", 0)
    problem = town()
    lp = applied(problem.lp, Variant((hold("lower", [wind_column(problem)], 1.05),)))
    first = WarmSolver(1).solve(applied(problem.lp, Variant((hold("lower", [wind_column(problem)], 0.95),))), None)
    assert (first.solution.algorithm, first.rate) == ("hipo", None)
    monkeypatch.setattr(solving, "WARM_ITERATIONS", 0)
    way = WarmSolver(1).solve(lp, Start(first.basis, 0.5))
    assert (way.solution.algorithm, way.rate) == ("hipo", 0.0)
    assert lp.cost @ way.solution.primal == pytest.approx(lp.cost @ solve_lp(lp, "simplex", threads=1).primal)
    monkeypatch.setattr(solving, "WARM_ITERATIONS", 1)
    assert WarmSolver(1).solve(lp, Start(first.basis, 0.5)).rate in (2.0, 4.0)


def test_the_distance_of_two_variants_by_hand():
    """Proves: bounds at 2 and 3 instead of 1 and 4 are 1/2 and 1/4 apart, an end that is open in one of them counts 1, equal infinite ends
    nothing; a bound that was 8 somewhere is counted in parts of that. Sensitivity: infinity less infinity, or near nothing all is far.
    """
    lp = town().lp
    base = replace(lp, lower=lp.lower.copy(), upper=lp.upper.copy())
    base.lower[:2], base.upper[:3] = (1.0, 4.0), (np.inf, 5.0, np.inf)
    other = replace(base, lower=base.lower.copy(), upper=base.upper.copy())
    other.lower[:2], other.upper[:3] = (2.0, 3.0), (np.inf, 5.0, 7.0)
    size = sizes(other, sizes(base))
    assert distance(base, other, size) == pytest.approx(0.5 + 0.25 + 1)
    assert distance(base, base, size) == 0
    further = replace(base, lower=base.lower.copy())
    further.lower[0] = -8.0
    assert distance(base, other, sizes(further, size)) == pytest.approx(1 / 8 + 0.25 + 1)


def test_what_is_impossible_is_proven_and_reported():
    """Proves: wind below its own lower limit has no plan; the multipliers prove it, those of a possible problem prove nothing; the journal
    keeps the sentence and the other variants go on. Sensitivity: a point that is dropped, or believed without proof.
    """
    problem = town()
    lp = with_row(problem.lp, np.eye(1, len(problem.lp.lower), wind_column(problem))[0])
    row = lp.matrix.shape[0] - 1
    impossible = Variant((hold("row_lower", [row], 2.5),))
    chain = Chain(lp)
    chain.solve(Variant())
    ray = chain.solve(impossible).solution
    assert ray.status == "Infeasible"
    assert proves_infeasible(applied(lp, impossible), ray.dual)
    assert not proves_infeasible(lp, ray.dual)
    shared = shared_of(problem, lp)
    assert told(shared, Variant())["impossible"] == ""
    assert told(shared, impossible)["impossible"] == "no_plan"
    assert "No plan" in why(told(shared, impossible))
    assert told(shared, Variant())["cost_mcny"] == pytest.approx(9.6)
    cold = told(shared_of(problem, lp), impossible)  # the first solve of a worker has no basis yet
    assert cold["impossible"] == "no_plan"
    assert "infeasible" in why(cold) or "No plan" in why(cold)


def test_an_answer_that_fails_its_check_stops_everything(monkeypatch):
    """Proves: an uncertified answer is an error, warm or cold. Sensitivity: taking its figures anyway."""
    honest = variants.certify

    def cold(problem, *a, **k):
        found = solve_lp(problem.lp, "simplex", threads=1)
        return found, {}, variants.certify(problem.lp, found.primal, found.dual, problem.lp.costs(found.primal), 1e-6)

    monkeypatch.setattr(variants, "certify", lambda *a: replace(honest(*a), passed=False))
    monkeypatch.setattr(variants, "solve_to_gap", cold)
    with pytest.raises(CertificateError):
        told(shared_of(town()), Variant())


def test_an_interrupted_question_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """Proves: what the journal has is not solved again. Sensitivity: a key that does not name the variant."""
    problem = town()
    shared, column = shared_of(problem), wind_column(problem)
    asked = {f"wind={v}": Variant((hold("lower", [column], v),)) for v in (0.0, 0.5)}
    with workers(1) as pool:
        first = VariantRunner(pool, Journal(tmp_path / "j.jsonl", {"a": 1}), QUIET).solve(shared, asked)
    monkeypatch.setattr(variant_runner, "solve_one", None)
    with workers(1) as pool:
        assert VariantRunner(pool, Journal(tmp_path / "j.jsonl", {"a": 1}), QUIET).solve(shared, asked) == first


@pytest.mark.slow
def test_workers_in_other_processes_give_the_same(tmp_path):
    """Proves: what is shared can be sent to processes, without the solver of this one. Sensitivity: a solver that cannot be pickled."""
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
