"""Years that share capacities: the decomposition ends where the joined LP does, whatever the workers suffer."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from energy_model.solving import benders
from energy_model.solving.benders import (
    CutFileError,
    Decomposition,
    Risk,
    StalledError,
    conditional_value_at_risk,
    fingerprint_of,
)
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import solve_lp
from energy_model.solving.joined_years import join
from energy_model.solving.shared_capacity import Capacities, DecompositionError, Dispatch, capacity_ids, same_capacities, split
from energy_model.solving.stamp import StampedLP
from energy_model.solving.yearly_dispatch import Ask, dispatch
from energy_model.workers import workers
from tests.paths import ROOT
from tests.support.every import STUDIES, every_family, every_profile
from tests.support.tiny import build

GAP = 1e-6
MEAN = Risk()


def weather(seed: int, hours: int = 48) -> dict:
    """`every_profile` with other wind and load."""
    profile, rng = every_profile(hours), np.random.default_rng(seed)
    profile["availability"] = {k: np.clip(v * rng.uniform(0.4, 1.3), 0, 1) for k, v in profile["availability"].items()}
    profile["load"] = {k: v * rng.uniform(0.9, 1.15) for k, v in profile["load"].items()}
    return profile


def year(seed: int, system=None) -> StampedLP:
    return build(system or every_family(), block_h=24, step_h=4, **weather(seed)).lp


def parts(lps: list[StampedLP]) -> tuple[Capacities, list[Dispatch]]:
    once, years = None, []
    for lp in lps:
        own, dispatched = split(lp)
        once = own if once is None else same_capacities(once, own)
        years.append(dispatched)
    return once, years


def joined(lps: list[StampedLP], probability: np.ndarray, risk: Risk = MEAN) -> StampedLP:
    """The same problem as one LP, put together another way: years on the diagonal, capacities tied to those of the first by rows."""
    n, width = len(lps), sum(lp.matrix.shape[1] for lp in lps)
    ids = [capacity_ids(lp)[0] for lp in lps]
    first = np.cumsum([0, *(lp.matrix.shape[1] for lp in lps)])
    cost = np.zeros(width + n + 1)
    rows, low, high = [], [], []
    for k, lp in enumerate(lps):
        at = slice(first[k], first[k + 1])
        own = lp.cost
        cost[at] = own * probability[k] * (1 - risk.weight)
        if k:
            tie = sp.lil_array((len(ids[k]), width + n + 1))
            tie[np.arange(len(ids[k])), first[k] + ids[k]] = 1.0
            tie[np.arange(len(ids[k])), first[0] + ids[0]] = -1.0
            rows.append(tie.tocsr())
            low.append(np.zeros(len(ids[k])))
            high.append(np.zeros(len(ids[k])))
        exceed = np.zeros((1, width + n + 1))  # what the year costs beyond the value at risk
        exceed[0, at], exceed[0, width], exceed[0, width + 1 + k] = -own, 1.0, 1.0
        rows.append(sp.csr_array(exceed))
        low.append(np.array([lp.offset]))
        high.append(np.array([np.inf]))
    cost[width] = risk.weight
    cost[width + 1 :] = risk.weight / (1 - risk.level) * probability
    years = sp.block_diag([lp.matrix for lp in lps])
    matrix = sp.vstack([sp.hstack([years, sp.csr_array((years.shape[0], n + 1))]), *rows])
    return replace(
        lps[0],
        matrix=sp.csc_array(matrix),
        cost=cost,
        offset=float(probability @ [lp.offset for lp in lps]) * (1 - risk.weight),
        lower=np.concatenate([*(lp.lower for lp in lps), [-1e6], np.zeros(n)]),
        upper=np.concatenate([*(lp.upper for lp in lps), [1e6], np.full(n, 1e6)]),
        row_lower=np.concatenate([*(lp.row_lower for lp in lps), *low]),
        row_upper=np.concatenate([*(lp.row_upper for lp in lps), *high]),
        column_scale=np.ones(width + n + 1),
    )


def optimum(lp: StampedLP) -> float:
    found = solve_lp(lp, "simplex", threads=1)
    assert found.status == "Optimal"
    return float(lp.cost @ found.primal) + lp.offset


def decomposed(lps: list[StampedLP], probability: np.ndarray, risk: Risk | None = None, count: int = 1, **options):
    once, years = parts(lps)
    with workers(count) as pool:
        plan = Decomposition(once, [pool.keep(y) for y in years], probability, pool, risk, **options)
        return plan.solve((once.lower + once.upper) / 2, GAP, 400)


ANY_DAY = ("base", "reserves")
"""Studies tried in `make test`; the others in `make test-all`."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in ANY_DAY else pytest.mark.slow)
        for name in ("base", "flow", "commitment", "smelters", "bilateral", "reserves")
    ],
)
def test_one_year_costs_what_its_own_lp_costs(name):
    """Proves: split and joined by cuts, a year of every option costs the same, and the bound lies below.
    Sensitivity: a row or column left with the wrong side of the split, or a cut with a wrong slope, moves the cost or crosses the bound.
    """
    lp = build(STUDIES[name](), block_h=24, step_h=4, **every_profile(24)).lp
    best = optimum(lp)
    plan = decomposed([lp], np.ones(1))
    assert plan.cost == pytest.approx(best, rel=2 * GAP)
    assert plan.bound <= best * (1 + 1e-9)
    assert plan.gap <= GAP


@pytest.mark.parametrize("risk", [pytest.param(Risk(), id="mean", marks=pytest.mark.slow), pytest.param(Risk(0.6, 0.5), id="cvar")])
def test_three_years_cost_what_the_joined_lp_costs(risk):
    """Proves: mean and CVaR over years of unequal probability.
    Sensitivity: probabilities or the columns of CVaR misplaced change the cost.
    """
    lps, probability = [year(s) for s in (1, 2, 3)], np.array([0.5, 0.2, 0.3])
    best = optimum(joined(lps, probability, risk))
    plan = decomposed(lps, probability, risk)
    assert plan.cost == pytest.approx(best, rel=2 * GAP)
    assert plan.bound <= best * (1 + 1e-9)


def test_cvar_of_four_years_by_hand():
    """Proves: with level 0.6 the dearest 40 % of (0.25 each) 10, 20, 40, 80 are 0.25 of 80 and 0.15 of 40: 65.
    Sensitivity: taking whole years only gives 80 or 60.
    """
    assert conditional_value_at_risk(np.array([40.0, 10.0, 80.0, 20.0]), np.full(4, 0.25), 0.6) == pytest.approx(65.0)


def test_a_cut_lies_below_the_cost_everywhere():
    """Proves: bound + slope holds at twenty other capacities and touches at its own.
    Sensitivity: a slope of wrong sign or scale crosses.
    """
    once, (one,) = parts([year(4)])
    rng = np.random.default_rng(0)
    at = (once.lower + once.upper) / 2
    answer = dispatch(one, Ask(at))
    assert answer.bound == pytest.approx(answer.cost, rel=1e-7)
    basis = answer.basis
    for _ in range(20):
        other = rng.uniform(once.lower, once.upper)
        found = dispatch(one, Ask(other, basis))
        basis = found.basis
        assert answer.bound + answer.slope @ (other - at) <= found.cost + 1e-6 * abs(found.cost)


def test_slopes_are_finite_differences():
    """Proves: where the cost is smooth, the slope is its change with each capacity; at a kink it lies between the changes on either side.
    Sensitivity: a capacity whose column bounds and rows do not both count, or a dual of the wrong sign.
    """
    once, (one,) = parts([year(5)])
    at = once.lower + 0.37 * (once.upper - once.lower)
    answer, eps, smooth = dispatch(one, Ask(at)), 1e-4, 0
    for j in np.flatnonzero(once.upper - once.lower > 0.01):
        step = np.zeros(len(at))
        step[j] = eps
        up, down = dispatch(one, Ask(at + step)).cost - answer.cost, answer.cost - dispatch(one, Ask(at - step)).cost
        assert down / eps - 1e-3 * (1 + abs(down / eps)) <= answer.slope[j] <= up / eps + 1e-3 * (1 + abs(up / eps))
        smooth += abs(up - down) < 1e-6
    assert smooth > len(at) / 2


def test_capacity_that_is_missing_is_bought_at_a_price_and_ends_at_none():
    """Proves: from no capacity at all, where a year could not be dispatched, the plan still ends whole.
    Sensitivity: a year without a price for missing capacity is infeasible at once; a price too low is paid in the plan that ends.
    """
    lps = [year(1), year(2)]
    once, years = parts(lps)
    with workers(1) as pool:
        plan = Decomposition(once, [pool.keep(y) for y in years], np.full(2, 0.5), pool)
        found = plan.solve(once.lower, GAP, 400)
    assert found.cost == pytest.approx(optimum(joined(lps, np.full(2, 0.5))), rel=2 * GAP)
    for one in years:
        assert np.abs(dispatch(one, Ask(found.capacity)).missing).max() <= benders.MISSING_GW


def test_a_run_that_was_killed_goes_on_from_its_cuts(tmp_path):
    """Proves: cuts of ten rounds are read back and shorten the rest. Sensitivity: cuts not stored, or not used, take as long again."""
    lps, file = [year(1), year(2)], tmp_path / "cuts.npz"
    once, years = parts(lps)
    mark = "".join(fingerprint_of(once, y) for y in years)

    def plan(pool, **options):
        return Decomposition(once, [pool.keep(y) for y in years], np.full(2, 0.5), pool, cuts=file, fingerprint=mark, **options)

    start = (once.lower + once.upper) / 2
    with workers(1) as pool:
        whole = Decomposition(once, [pool.keep(y) for y in years], np.full(2, 0.5), pool).solve(start, GAP, 400)
        with pytest.raises(StalledError, match="run it again"):
            plan(pool).solve(start, GAP, 10)
        rest = plan(pool).solve(start, GAP, 400)
    assert len(rest.rounds) < len(whole.rounds)
    assert rest.cost == pytest.approx(whole.cost, rel=2 * GAP)


def test_foreign_and_damaged_cuts_are_refused(tmp_path):
    """Proves: a file of cuts of other years, and one that was cut off, are refused in words. Sensitivity: cuts of another study cut off the
    best plan of this one, and nobody is told.
    """
    once, years = parts([year(1)])
    file = tmp_path / "cuts.npz"
    with workers(1) as pool:
        kept = [pool.keep(years[0])]
        with pytest.raises(StalledError):
            Decomposition(once, kept, np.ones(1), pool, cuts=file, fingerprint="mine").solve(once.upper, GAP, 2)
        with pytest.raises(CutFileError, match="another study"):
            Decomposition(once, kept, np.ones(1), pool, cuts=file, fingerprint="other")
        file.write_bytes(file.read_bytes()[:200])
        with pytest.raises(CutFileError, match="cannot be read"):
            Decomposition(once, kept, np.ones(1), pool, cuts=file, fingerprint="mine")


def dying(one: Dispatch, ask: Ask):
    """As `dispatch`, but the third call on this machine kills its process."""
    folder = Path(os.environ["ENERGY_MODEL_TEST_FOLDER"])
    number = len(list(folder.iterdir()))
    (folder / f"{number}-{os.getpid()}").touch()
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return dispatch(one, ask)


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(tmp_path, monkeypatch):
    """Proves: with a worker killed midway the plan costs the same within the gap, and lost rounds are run again.
    Sensitivity: a lost item that is not asked again leaves a year without cuts, and the bound below the cost.
    """
    lps = [year(s) for s in (1, 2)]
    whole = decomposed(lps, np.full(2, 0.5))
    monkeypatch.setenv("ENERGY_MODEL_TEST_FOLDER", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(benders, "dispatch", dying)
    killed = decomposed(lps, np.full(2, 0.5), count=2)
    assert len(list(tmp_path.iterdir())) > 4
    assert killed.cost == pytest.approx(whole.cost, rel=2 * GAP)


def test_whole_numbers_are_refused():
    """Proves: years with whole units cannot be decomposed. Sensitivity: the relaxation would be solved and called the plan."""
    lp = build(STUDIES["whole_units"](), block_h=24, step_h=4, **every_profile(48)).lp
    with pytest.raises(DecompositionError, match="Whole units"):
        split(lp)


def test_other_candidates_are_refused():
    """Proves: years whose capacities differ in name or bound are refused. Sensitivity: capacities shared by place in the list alone."""
    once, _ = split(year(1))
    with pytest.raises(DecompositionError, match="candidates"):
        same_capacities(once, replace(once, labels=once.labels[:-1]))
    with pytest.raises(DecompositionError, match="upper bounds"):
        same_capacities(once, replace(once, upper=once.upper + 0.1))


def test_the_bound_is_safe_however_bad_the_duals(tmp_path):
    """Proves: random duals of a year prove a bound below its cost. Sensitivity: a bound read from the solver would not be recomputed."""
    once, (one,) = parts([year(6)])
    lp = one.at((once.lower + once.upper) / 2)
    best = optimum(lp)
    rng = np.random.default_rng(1)
    for _ in range(5):
        bound, _ = safe_lower_bound(lp, rng.normal(size=len(lp.row_lower)))
        assert bound <= best


@pytest.mark.slow
def test_years_joined_cost_what_years_decomposed_cost():
    """Proves: one LP with the capacities standing once has the optimum of years tied by rows, and of the decomposition; each year keeps
    its own rows, and the years' costs at their probabilities add up to the objective.
    Sensitivity: a probability, an offset or a column of the wrong year moves the cost or breaks a row.
    """
    lps, probability = [year(s) for s in (1, 2, 3)], np.array([0.5, 0.2, 0.3])
    one = join(lps, probability)
    found = solve_lp(one.lp, "simplex", threads=1)
    cost = float(one.lp.cost @ found.primal) + one.lp.offset
    assert cost == pytest.approx(optimum(joined(lps, probability)), rel=1e-8)
    assert cost == pytest.approx(decomposed(lps, probability).cost, rel=2 * GAP)
    assert one.lp.matrix.shape[1] == sum(lp.matrix.shape[1] for lp in lps) - 2 * len(one.once.labels)
    yearly = []
    for k, lp in enumerate(lps):
        primal, _ = one.year(k, found.primal, found.dual)
        activity = lp.matrix @ primal
        assert np.maximum(lp.row_lower - activity, activity - lp.row_upper).max() < 1e-6
        yearly.append(sum(lp.costs(primal).values()))
    assert probability @ yearly == pytest.approx(cost, rel=1e-9)


def test_prices_of_a_joined_year_are_finite_differences():
    """Proves: the dual of a year's row over its probability is what one more unit in that year costs that year.
    Sensitivity: duals left at the scale of the mean.
    """
    lps, probability = [year(s) for s in (1, 2)], np.array([0.25, 0.75])
    one = join(lps, probability)
    found = solve_lp(one.lp, "simplex", threads=1)
    row = int(lps[1].row_ids["nodal_balance"][1].ravel()[5])
    price = one.year(1, found.primal, found.dual)[1][row]

    def cost(step: float) -> float:
        lower, upper = lps[1].row_lower.copy(), lps[1].row_upper.copy()
        lower[row] += step
        upper[row] += step
        return optimum(join([lps[0], replace(lps[1], row_lower=lower, row_upper=upper)], probability).lp)

    slopes = sorted([(cost(0.0) - cost(-1e-3)) / 1e-3 / probability[1], (cost(1e-3) - cost(0.0)) / 1e-3 / probability[1]])
    assert slopes[0] - 1e-6 <= price <= slopes[1] + 1e-6


def test_all_ids_of_joined_years_stand_at_their_columns_and_rows():
    """Proves: families and labels of a joined LP name the same columns and rows as in the year. Sensitivity: ids not moved."""
    lps = [year(s) for s in (1, 2)]
    one = join(lps, np.full(2, 0.5))
    for kind, places in (("column_ids", one.columns), ("row_ids", one.rows)):
        ids = getattr(one.lp, kind)
        known = {int(j) for _, found in ids.values() for j in found.ravel() if j >= 0}
        assert known <= set(range(one.lp.matrix.shape[1 if kind == "column_ids" else 0]))
        for k, lp in enumerate(lps):
            for family, (labels, own) in getattr(lp, kind).items():
                joint = dict(zip(ids[family][0], ids[family][1], strict=True))
                for label, at in zip(labels, own, strict=True):
                    if (k, *label) in joint:
                        moved = np.where(np.asarray(at) >= 0, places[k][at], -1)
                        assert np.array_equal(joint[k, *label], moved)
