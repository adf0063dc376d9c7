"""Years that share capacities: one LP has the optimum of years tied by rows, and each year can be dispatched at capacities from outside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from energy_model.solving.highs import solve_lp
from energy_model.solving.interior_point.method import solve_blocks
from energy_model.solving.interior_point.parts import find_parts
from energy_model.solving.joined_years import join
from energy_model.solving.risk import Risk, conditional_value_at_risk
from energy_model.solving.shared_capacity import DecompositionError, capacity_ids, same_capacities, split
from energy_model.solving.stamp import StampedLP
from energy_model.solving.yearly_dispatch import MISSING_GW, dispatch
from tests.support.every import STUDIES, every_family, every_profile
from tests.support.tiny import build

MEAN = Risk()


def weather(seed: int, hours: int = 48) -> dict:
    """`every_profile` with other wind and load."""
    profile, rng = every_profile(hours), np.random.default_rng(seed)
    profile["availability"] = {k: np.clip(v * rng.uniform(0.4, 1.3), 0, 1) for k, v in profile["availability"].items()}
    profile["load"] = {k: v * rng.uniform(0.9, 1.15) for k, v in profile["load"].items()}
    return profile


def year(seed: int, system=None) -> StampedLP:
    return build(system or every_family(), block_h=24, step_h=4, **weather(seed)).lp


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


PROBABILITY = np.array([0.5, 0.2, 0.3])


@pytest.mark.parametrize(
    "risk", [pytest.param(Risk(), id="mean"), pytest.param(Risk(0.6, 0.5), id="cvar"), pytest.param(Risk(1.0, 0.6), id="only cvar")]
)
def test_three_years_cost_what_years_tied_by_rows_cost(risk):
    """Proves: mean and CVaR over years of unequal probability, with the capacities standing once, have the optimum of years tied by rows,
    by the simplex and by the method on blocks; each year keeps its own rows, and the value of the years' costs is the objective.
    Sensitivity: a probability, an offset, a column of the wrong year or of CVaR misplaced moves the cost or breaks a row.
    """
    lps = [year(s) for s in (1, 2, 3)]
    largest = max(optimum(lp) for lp in lps)
    one, best = join(lps, PROBABILITY, risk, largest), optimum(joined(lps, PROBABILITY, risk))
    found = solve_lp(one.lp, "simplex", threads=1)
    assert float(one.lp.cost @ found.primal) + one.lp.offset == pytest.approx(best, rel=1e-8)
    by_blocks = solve_blocks(one.lp, 1e-9, 1e-7, 1, lambda at: None)
    assert float(one.lp.cost @ by_blocks.primal) + one.lp.offset == pytest.approx(best, rel=1e-7)
    yearly = []
    for k, lp in enumerate(lps):
        primal, _ = one.year(k, found.primal, found.dual)
        activity = lp.matrix @ primal
        assert np.maximum(lp.row_lower - activity, activity - lp.row_upper).max() < 1e-6
        yearly.append(sum(lp.costs(primal).values()))
    if risk.weight < 1:
        assert risk.of(np.array(yearly), PROBABILITY) == pytest.approx(best, rel=1e-7)
    assert one.weights(found.dual).sum() == pytest.approx(1.0, rel=1e-9)


def test_years_with_a_value_at_risk_are_parts(monkeypatch):
    """Proves: the row of what a year costs beyond the value at risk is that year's own, and only capacities and the value at risk are
    shared between parts. Sensitivity: fails if the row makes one part of all years, which takes the memory of all.
    """
    monkeypatch.setattr("energy_model.solving.interior_point.parts.WORTH_PARTS", 0)
    one = join([year(s) for s in (1, 2, 3)], PROBABILITY, Risk(0.5, 0.5), 1e4)
    found = find_parts(one.lp)
    value_at_risk = len(one.lp.cost) - 4
    assert found.count == 3
    assert set(found.columns) <= {*range(len(one.once.labels)), value_at_risk}
    assert value_at_risk in found.columns
    assert found.of_row[one.beyond].tolist() == [0, 1, 2]


def test_cvar_of_four_years_by_hand():
    """Proves: with level 0.6 the dearest 40 % of (0.25 each) 10, 20, 40, 80 are 0.25 of 80 and 0.15 of 40: 65.
    Sensitivity: taking whole years only gives 80 or 60.
    """
    assert conditional_value_at_risk(np.array([40.0, 10.0, 80.0, 20.0]), np.full(4, 0.25), 0.6) == pytest.approx(65.0)


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


def test_savings_of_capacity_with_a_value_at_risk_are_each_years_own():
    """Proves: with CVaR the weights of the years add up to one, the dearest year weighs more than its probability, and the savings of a
    capacity, weighted so, are its reduced cost at the optimum, as for the mean. Sensitivity: savings left at the scale of the mean.
    """
    lps = [year(s) for s in (1, 2, 3)]
    costs = [optimum(lp) for lp in lps]
    for risk in (MEAN, Risk(0.5, 0.7)):
        one = join(lps, PROBABILITY, risk, max(costs))
        found = solve_lp(one.lp, "simplex", threads=1)
        weights = one.weights(found.dual)
        n = len(one.once.labels)
        cost = np.array([lp.cost[capacity_ids(lp)[0]] for lp in lps])
        alone = one.once.matrix.T @ found.dual[: one.once.matrix.shape[0]]
        reduced = weights @ cost - weights @ one.worth(found.dual) - alone
        inside = (found.primal[:n] > one.once.lower + 1e-6) & (found.primal[:n] < one.once.upper - 1e-6)
        assert inside.any()
        assert np.abs(reduced[inside]).max() < 1e-6
    yearly = [sum(lp.costs(one.year(k, found.primal, found.dual)[0]).values()) for k, lp in enumerate(lps)]
    assert (weights > PROBABILITY)[np.argmax(yearly)]


@pytest.mark.parametrize("largest", [30_000, 0])
def test_a_year_dispatched_at_its_own_plan_costs_what_the_plan_costs(largest, monkeypatch):
    """Proves: at the capacities of its plan a year costs the plan's cost and lacks nothing, by the simplex and by the method on blocks;
    with none at all it has an answer too, at a price, and says what is missing.
    Sensitivity: a row or column on the wrong side of the split, or added ones that no block knows.
    """
    monkeypatch.setattr("energy_model.solving.yearly_dispatch.FROM_BASIS_COLUMNS", largest)
    monkeypatch.setattr("energy_model.solving.ladder.SIMPLEX_COLUMNS", largest)
    lp = year(4)
    found = solve_lp(lp, "simplex", threads=1)
    once, one = split(lp)
    answer = dispatch(one, found.primal[capacity_ids(lp)[0]], 1e-7)
    assert answer.cost == pytest.approx(float(lp.cost @ found.primal) + lp.offset, rel=1e-6)
    assert np.abs(answer.missing).max() < 10 * MISSING_GW
    assert (answer.basis is None) == (largest == 0)
    nothing = dispatch(one, once.lower, 1e-7)
    assert nothing.cost > answer.cost
    assert nothing.missing.max() > 0.01


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
