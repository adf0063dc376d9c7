"""The interior point method on blocks against the simplex: same cost, exact duals, rows that hold."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from energy_model.solving import stamp
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import solve_lp
from energy_model.solving.interior_point.method import Stalled, solve_blocks
from energy_model.solving.interior_point.newton import Newton
from energy_model.solving.interior_point.structure import NoStructure, find_structure
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.ladder import solve_in_blocks
from energy_model.solving.limits import LimitReached, Limits
from energy_model.solving.stamp import MISSING
from energy_model.study.horizon import Horizon
from tests.support import every
from tests.support.tiny import build

ONE_DAY = {"flow", "security"}
"""Studies whose data stand for a day only."""


def stamped(name: str, horizon: Horizon | None = None):
    hours = 24 if name in ONE_DAY else 96
    data = every.every_profile(hours) if horizon is None else every.every_profile(8760)
    return build(every.STUDIES[name](), step_h=12, horizon=horizon, **data).lp


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


def test_sums_over_a_cut_week_are_shared(monkeypatch):
    """Proves: of a week cut into days the sums over it, and nothing else, belong to what all days share; with too many they stay whole.
    Sensitivity: fails if a sum counts as one day's, or an hour as none's.
    """
    lp, days = stamped("base", Horizon.parse("weeks:2")), stamped("base")
    sums = [ids for family, (_, ids) in lp.column_ids.items() if family.startswith("ledger_")]
    assert (lp.column_block[np.concatenate([ids.ravel() for ids in sums])] == MISSING).all()
    assert (lp.column_block == MISSING).sum() - sum(ids.size for ids in sums) == (days.column_block == MISSING).sum()
    monkeypatch.setattr(stamp, "MOST_SUMS", 1)
    assert stamped("base", Horizon.parse("weeks:2")).column_block.max() + 1 == 2


def test_a_lost_inverse_ends_with_the_best_point(monkeypatch):
    """Proves: when a matrix has no inverse any more, the best point so far that is near enough is the answer.
    Sensitivity: fails if the end of the digits throws away what was reached.
    """
    seen, factor = [], Newton.factor

    def lost(self):
        if seen and seen[-1].gap < 1e-7 and seen[-1].feasible:
            raise np.linalg.LinAlgError("singular")
        factor(self)

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


def test_an_impossible_study_stalls():
    """Proves: a study whose hard clause cannot be met is given up, not answered. Sensitivity: fails if any end counts as an optimum."""
    lp = stamped("base")
    demand = np.zeros(len(lp.row_lower))
    demand[lp.row_ids["nodal_balance"][1][0, 1, 5]] = 1e3
    with pytest.raises(Stalled):
        solve(replace(lp, row_lower=lp.row_lower + demand, row_upper=lp.row_upper + demand))


def test_an_lp_without_blocks_is_refused():
    """Proves: an LP with rows of no block goes another way. Sensitivity: fails if such rows are lost in silence."""
    lp = stamped("base")
    with pytest.raises(NoStructure, match="belong to no block"):
        find_structure(replace(lp, row_block=lp.row_block[:-1]))


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
