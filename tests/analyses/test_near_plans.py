"""What solved plans tell of the plans that were not solved for."""

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model.analyses.alternatives import NearOptimal
from energy_model.analyses.capacity_groups import Catalogue
from energy_model.analyses.near_plans import NearPlans
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.journal import Journal
from energy_model.solving import ladder
from energy_model.workers import workers
from tests.support.two_places import STUDY, two_places

QUIET = Console(quiet=True)


def answer(capacity_mw, cost, cut=None, violation=0.0):
    """An answer as the reader keeps it."""
    return {"elements": dict(enumerate(capacity_mw)), "cost_mcny": cost, "violation": violation, "cut": cut}


def test_a_mixture_reaches_and_a_cut_proves():
    """Proves: of plans with 0 and 2 GW at 100 and 104 MCNY, 1 % more buys a quarter of the way, 0.5 GW, with the larger residual of the
    two; a cut C ≥ 100 + x MCNY allows 1 GW at 1 % and 2 GW, the limit, from 2 % on; without any plan nothing is reached, and without
    cuts the limits alone are proven. Sensitivity: mixing costs but not capacities, or a budget in MCNY instead of shares.
    """
    known, more = NearPlans(np.array([0.0]), np.array([2.0]), 100.0), np.array([-1.0])
    assert known.reached(more, 0.01) == (np.inf, 0.0)
    assert known.proven(more, 0.01) == pytest.approx(-2.0)
    cut = {"cost": 1.0, "capacity": [-1.0], "least": 100.0}
    known.remember([answer([0.0], 100.0, cut, 1e-9), answer([2000.0], 104.0, None, 5e-9)])
    reached, violation = known.reached(more, 0.01)
    assert (reached, violation) == (pytest.approx(-0.5), 5e-9)
    assert known.proven(more, 0.01) == pytest.approx(-1.0)
    assert known.proven(more, 0.03) == pytest.approx(-2.0)
    assert known.reached(-more, 0.01)[0] == pytest.approx(0.0)
    assert known.proven(-more, 0.01) == pytest.approx(0.0)


def test_what_only_proves_is_no_plan():
    """Proves: an answer that breaks a condition gives its cut and is no part of a mixture. Sensitivity: a range that it reaches."""
    known = NearPlans(np.array([0.0]), np.array([2.0]), 100.0)
    known.remember([answer([2000.0], 100.0, {"cost": 1.0, "capacity": [-1.0], "least": 100.0})], plans=False)
    assert known.reached(np.array([-1.0]), 0.01)[0] == np.inf
    assert known.proven(np.array([-1.0]), 0.01) == pytest.approx(-1.0)


def asked(tmp_path, name: str, epsilons, error: float) -> tuple[pd.DataFrame, int]:
    """The room of all groups of the two places, and how many LPs it took."""
    problem = two_places()
    known = Catalogue(STUDY, problem.system, problem.lp)
    with workers(1) as pool:
        near = NearOptimal(problem, STUDY, [], True, 1, VariantRunner(pool, Journal(tmp_path / name, {}), QUIET))
        groups = [g for f in ("technology", "county", "corridor") for g in known.family(f)]
        return near.room(groups, epsilons, error), len(near.runner.journal.done)


def test_ranges_that_others_tell_are_not_solved(tmp_path):
    """Proves: the ranges of `two_places` grow in proportion to the budget, so that those within 1 %, 2 % and 5 % follow from the plan and
    those within 10 %: four budgets take as many solves as one and fewer than half the ranges, and each figure is that of its own solve.
    What is proven encloses what is reached, by the told gap at most. Sensitivity: cuts that leave the budget at its value, or mixtures
    that do not count the cost.
    """
    epsilons = [0.01, 0.02, 0.05, 0.1]
    together, solves = asked(tmp_path, "together.jsonl", epsilons, 1e-6)
    alone = pd.concat([asked(tmp_path, f"{e}.jsonl", [e], 0.0)[0] for e in epsilons], ignore_index=True)
    one = asked(tmp_path, "one.jsonl", [0.1], 1e-6)[1]
    for column in ("lowest_mw", "highest_mw"):
        assert together[column].tolist() == pytest.approx(alone[column].tolist(), abs=2e-3)
    assert solves < len(together)  # each row has two ends
    assert one <= solves <= one + 2 * len(epsilons)
    assert (together.lowest_proven_mw <= together.lowest_mw + 1e-6).all()
    assert (together.highest_proven_mw >= together.highest_mw - 1e-6).all()
    room = together.ceiling_mw - together.floor_mw
    assert (together.highest_proven_mw - together.highest_mw <= together.gap_share * room + 1e-6).all()
    assert (together.gap_share <= 1e-6).all()


def test_ranges_of_a_large_study_are_solved_on_blocks(tmp_path, monkeypatch):
    """Proves: where a study counts as large, every range is found by the method on blocks, HiGHS is not asked, and each end is that of the
    simplex to 1e-7 of its room, although many are zero. Sensitivity: a gap relative to an objective near zero, which no interior point
    meets, duals in the units of a scaled objective, or a budget row that is free in the first solve.
    """
    exact, _ = asked(tmp_path, "exact.jsonl", [0.05], 0.0)
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    monkeypatch.setattr(ladder, "solve_lp", None)
    blocks, _ = asked(tmp_path, "blocks.jsonl", [0.05], 0.0)
    room = (exact.ceiling_mw - exact.floor_mw).to_numpy()
    for column in ("lowest_mw", "highest_mw"):
        assert (np.abs(blocks[column] - exact[column]) <= 2e-7 * room).all()
    assert (blocks.gap_share <= 1e-7).all()
    assert (blocks.violation <= 1e-6).all()
