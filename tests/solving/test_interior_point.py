"""The interior point method on blocks against the simplex: same cost, exact duals, rows that hold."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from rich.console import Console

from benchmarks.foreign import write_network
from energy_model.exchange import study_tables
from energy_model.exchange.written import write_network_study
from energy_model.results.stages import Clock
from energy_model.run import prepare
from energy_model.solving import ladder, stamp
from energy_model.solving.bounds import proves_infeasible, safe_lower_bound
from energy_model.solving.highs import solve_lp
from energy_model.solving.interior_point import structure
from energy_model.solving.interior_point.method import NoPlan, Stalled, solve_blocks
from energy_model.solving.interior_point.newton import Newton
from energy_model.solving.interior_point.structure import NoStructure, find_structure
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.ladder import InfeasibleError, solve_in_blocks
from energy_model.solving.limits import LimitReached, Limits
from energy_model.solving.stamp import MISSING
from energy_model.solving.variants import with_axis, with_row
from energy_model.study.horizon import Horizon
from tests.paths import ROOT
from tests.support import every
from tests.support.block_studies import EXAMPLES, FAULTS, stamped
from tests.support.quiet import quiet
from tests.support.random_studies import studies
from tests.support.tiny import build


def solve(lp, threads: int = 1):
    return solve_blocks(lp, 1e-9, 1e-7, threads, lambda progress: None)


@pytest.mark.parametrize("name", sorted(set(every.STUDIES) - {"carrying"}))
def test_costs_what_the_simplex_finds(name):
    """Proves: over four days the cost is that of the simplex to 1e-7, no row is off by more than 1e-6, and the duals prove it.
    Sensitivity: fails if an entry of a block, of a state handed on or of the year's beginning is lost or stands twice.
    """
    lp = stamped(name)
    answer, exact = solve(lp), solve_lp(lp, "simplex", threads=1)
    cost, optimum = lp.cost @ answer.primal, lp.cost @ exact.primal
    activity = lp.matrix @ answer.primal
    assert cost == pytest.approx(optimum, rel=1e-7)
    assert np.maximum(lp.row_lower - activity, activity - lp.row_upper).max() < 1e-6
    assert safe_lower_bound(lp, answer.dual)[0] == pytest.approx(optimum + lp.offset, rel=1e-6)


@pytest.mark.parametrize("name", ["base", "carrying"])
def test_typical_weeks_are_rings(name):
    """Proves: two typical weeks, each its own past and cut into days, one study with levels that the master carries, cost what the simplex
    finds.
    Sensitivity: fails if the end of a week is taken for a state of another block, or a column of one week for that of the other.
    """
    lp = stamped(name, Horizon.parse("weeks:2"))
    assert lp.column_block.max() + 1 == lp.row_block.max() + 1 == 14
    assert lp.cost @ solve(lp).primal == pytest.approx(lp.cost @ solve_lp(lp, "simplex", threads=1).primal, rel=1e-7)


@quiet()
def test_stores_over_many_days_lose_no_digits(tmp_path):
    """Proves: a battery and a hydrogen store handed over forty days, diagonals 1e-11 to 1e13, are solved to a proven 1e-8.
    Sensitivity: with explicit inverses along the chain of states the method comes no nearer than 5e-6.
    """
    write_network(960, tmp_path / "net")
    write_network_study(tmp_path / "net", tmp_path / "inputs")
    clock = Clock(Console(quiet=True))
    lp = prepare(tmp_path / "inputs", study_tables.SCENARIO, Horizon.parse("hours:960"), ROOT / "weather", clock)[1].lp
    answer = solve_blocks(lp, 1e-8, 1e-8, 1, lambda progress: None)
    cost = float(lp.cost @ answer.primal) + lp.offset
    assert safe_lower_bound(lp, answer.dual, cost)[0] == pytest.approx(cost, rel=1e-7)


@pytest.mark.parametrize("name", ["base", "reserves"])
def test_questions_with_a_row_or_column_more_keep_their_blocks(name):
    """Proves: an LP with a budget row over all its columns, and one with right sides moved along a line, cost what the simplex finds.
    Sensitivity: fails if what is added belongs to a block, or makes the LP one without blocks.
    """
    lp = stamped(name)
    most = 1.02 * (lp.cost @ solve(lp).primal)
    budget = with_row(lp, lp.cost)
    budget = replace(budget, row_upper=np.append(lp.row_upper, most), cost=np.where(lp.cost > 0, 1.0, 0.0) / (1 + lp.cost))
    rows = np.flatnonzero((lp.row_lower == lp.row_upper) & (lp.row_lower != 0))[:24]
    moved = with_axis(lp, rows, lp.row_lower[rows], 2.0, 1.0)
    moved = replace(moved, lower=np.append(lp.lower, 0.9), upper=np.append(lp.upper, 0.9))
    for asked in (budget, moved):
        exact = solve_lp(asked, "simplex", threads=1)
        assert asked.cost @ solve(asked).primal == pytest.approx(asked.cost @ exact.primal, rel=1e-7)


def test_sums_over_a_cut_week_are_shared(monkeypatch):
    """Proves: of a week cut into days the sums over it, and nothing else, belong to what all days share; with too many they stay whole.
    Sensitivity: fails if a sum counts as one day's, or an hour as none's.
    """
    lp, days = stamped("base", Horizon.parse("weeks:2")), stamped("base")
    sums = [ids for family, (_, ids) in lp.column_ids.items() if family.startswith("ledger_")]
    assert (lp.column_block[np.concatenate([ids.ravel() for ids in sums])] == MISSING).all()
    assert (lp.column_block == MISSING).sum() - sum(ids.size for ids in sums) == (days.column_block == MISSING).sum()
    monkeypatch.setattr(stamp, "MOST_SUMS", 1)
    whole = stamped.__wrapped__("base", Horizon.parse("weeks:2"))  # not the one made before
    assert whole.column_block.max() + 1 == 2


def test_a_lost_inverse_ends_with_the_best_point(monkeypatch):
    """Proves: when a matrix has no inverse any more, the best point so far that is near enough is the answer.
    Sensitivity: fails if the end of the digits throws away what was reached.
    """
    seen, factor = [], Newton.factor

    def lost(self, *diagonals):
        if seen and seen[-1].gap < 1e-7 and seen[-1].feasible:
            raise np.linalg.LinAlgError("singular")
        return factor(self, *diagonals)

    monkeypatch.setattr(Newton, "factor", lost)
    answer = solve_blocks(stamped("base"), 1e-14, 1e-7, 1, seen.append)
    assert answer.iterations == seen[-1].number


def test_answers_do_not_depend_on_threads():
    """Proves: one and two threads give the same digits. Sensitivity: fails if sums are cut by the number of threads."""
    lp = stamped("base")
    one, two = solve(lp), solve(lp, threads=2)
    assert (one.primal == two.primal).all()
    assert (one.dual == two.dual).all()


def test_products_are_those_of_the_matrix():
    """Proves: the laid-out products equal those of the LP's matrix, states, master and totals included.
    Sensitivity: fails if an entry is laid to another block, or a state to another day.
    """
    lp, rng = stamped("base"), np.random.default_rng(1)
    x, y = rng.random(lp.matrix.shape[1]), rng.random(lp.matrix.shape[0])
    structure = find_structure(lp)
    newton = Newton(structure, lp, Threads(1))
    laid_x, laid_y, ax, aty = (np.zeros(n) for n in (structure.width, structure.height, structure.height, structure.width))
    laid_x[structure.column_at], laid_y[structure.row_at] = x, y
    newton.products(laid_x, laid_y, ax, aty)
    assert ax[structure.row_at] == pytest.approx(lp.matrix @ x, abs=1e-12)
    assert aty[structure.column_at] == pytest.approx(lp.matrix.T @ y, abs=1e-12)


def overloaded(lp, by=1e3):
    """The study with so much more demand at one node in one hour [GW]."""
    demand = np.zeros(len(lp.row_lower))
    demand[lp.row_ids["nodal_balance"][1][0, 1, 5]] = by
    return replace(lp, row_lower=lp.row_lower + demand, row_upper=lp.row_upper + demand)


@pytest.mark.parametrize("by", [5.0, 1e3])
def test_an_impossible_study_is_proven_so(by):
    """Proves: a study with more demand than anything can serve is given up within a dozen iterations, by row duals that prove it of the
    study and of no other; the row of that hour is named first. Sensitivity: fails if any end counts as an optimum, a ray proves too much,
    or the method goes on until it stalls.
    """
    lp = stamped("base")
    seen = []
    with pytest.raises(NoPlan) as proof:
        solve_blocks(overloaded(lp, by), 1e-9, 1e-7, 1, seen.append)
    assert len(seen) < 13
    assert proves_infeasible(overloaded(lp, by), proof.value.ray)
    assert not proves_infeasible(lp, proof.value.ray)
    with pytest.raises(InfeasibleError, match=r"in the proof: nodal_balance\["):
        solve_in_blocks(overloaded(lp, by), 1e-7, 1, Console(quiet=True))


def test_a_cost_without_end_is_seen_and_told_by_highs(monkeypatch):
    """Proves: a study whose every column may grow and earns is given up by its ray, and HiGHS calls it unbounded.
    Sensitivity: fails if the method goes on until nothing comes nearer, or answers.
    """
    lp = stamped("base")
    endless = replace(lp, cost=lp.cost - 1.0, upper=np.full_like(lp.upper, np.inf))
    with pytest.raises(Stalled, match="falls without end"):
        solve(endless)
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    with pytest.raises(InfeasibleError, match="nbounded"):
        ladder.first_answer(endless, 1e-7, 1, Console(quiet=True))


@settings(max_examples=EXAMPLES)
@given(studies(), st.sampled_from(sorted(FAULTS)), st.integers(0, 10**6))
def test_an_answer_is_an_optimum_and_a_ray_is_a_proof(study, fault, seed):
    """Proves: of random studies, sound, degenerate, impossible or endless, whatever the method answers costs what the simplex finds and is
    proven by its duals; where the simplex has no optimum there is no answer, and where it has one there is no proof of none.
    Sensitivity: fails if an end without optimum passes for one, or a feasible study for an impossible one.
    """
    system, profiles = study
    lp = FAULTS[fault](build(system, step_h=4, **profiles).lp, np.random.default_rng(seed))
    if (lp.lower > lp.upper).any() or (lp.row_lower > lp.row_upper).any():
        return
    exact = solve_lp(lp, "simplex", threads=1)
    try:
        answer = solve(lp)
    except Stalled:
        event(f"{exact.status}: stalled")
        return
    except NoPlan:
        event(f"{exact.status}: proven")
        assert exact.status == "Infeasible"
        return
    event(f"{exact.status}: answered")
    assert exact.status == "Optimal"
    optimum = float(lp.cost @ exact.primal) + lp.offset
    size = 1 + abs(optimum)
    assert float(lp.cost @ answer.primal) + lp.offset == pytest.approx(optimum, abs=1e-6 * size)
    activity = lp.matrix @ answer.primal
    assert np.maximum(lp.row_lower - activity, activity - lp.row_upper).max() < 1e-5


def test_an_lp_without_blocks_is_refused(monkeypatch):
    """Proves: an LP with rows of no block, or with a block too large to be analysed, goes another way.
    Sensitivity: fails if such rows are lost in silence, or a grid of 585 nodes is analysed for minutes.
    """
    lp = stamped("base")
    with pytest.raises(NoStructure, match="belong to no block"):
        find_structure(replace(lp, row_block=lp.row_block[:-1]))
    monkeypatch.setattr(structure, "MOST_IN_BLOCK", 100)
    with pytest.raises(NoStructure, match="a block has"):
        find_structure(lp)


def test_what_has_no_blocks_goes_on_with_a_sentence():
    """Proves: the way through blocks gives nothing and says why where there are none. Sensitivity: an error would end the run."""
    lp, told = stamped("base"), io.StringIO()
    assert solve_in_blocks(replace(lp, column_block=lp.column_block[:-1]), 1e-7, 1, Console(file=told)) is None
    assert "belong to no block" in told.getvalue()


def test_limits_are_held_between_iterations():
    """Proves: a time that has passed ends the iterations at once, with duals for a bound. Sensitivity: fails if only HiGHS is watched."""
    lp = stamped("base")
    with pytest.raises(LimitReached) as reached:
        solve_in_blocks(lp, 1e-7, 1, Console(quiet=True), Limits(deadline=0.0))
    assert len(reached.value.dual) == len(lp.row_lower)
