"""Rows whose limits leave one value only: their duals are one-sided differences of the cost, whichever way it is solved."""

from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from energy_model.results.certificate import certify
from energy_model.solving import ladder
from energy_model.solving.highs import solve_lp
from energy_model.solving.limits import HIGHS, OWN, Limits
from energy_model.solving.pinched import released
from tests.support.every import every_family, every_profile
from tests.support.pathways import joined, linked
from tests.support.tiny import build, tiny_system

QUIET = Console(quiet=True)
WAYS = ("simplex", HIGHS, OWN)
STEP = 1e-3
FLOOR = {"wind": {"quantity": "wind_capacity_mw", "value": 1000.0}}
COAL = {"existing": 3.0, "fuel": 0.2}  # a day of 24 GWh costs 4.8 MCNY


def answer(monkeypatch, lp, way):
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 10**9 if way == "simplex" else 0)
    found = ladder.first_answer(lp, 1e-7, 1, QUIET, Limits(solver=HIGHS if way == HIGHS else OWN))
    assert certify(lp, found.primal, found.dual, lp.costs(found.primal), 1e-6).passed
    return found


def row(lp, family, *label):
    labels, ids = lp.row_ids[family]
    return int(ids[labels.index(label)])


def cost(lp, at=None, by=0.0):
    """Least cost with one row's right side moved; None without a plan."""
    low, high = lp.row_lower.copy(), lp.row_upper.copy()
    if at is not None:
        low[at], high[at] = low[at] + by, high[at] + by
    found = solve_lp(replace(lp, row_lower=low, row_upper=high), "simplex", threads=1)
    return float(lp.cost @ found.primal) if found.status == "Optimal" else None


def slope(lp, at, by):
    return (cost(lp, at, by) - cost(lp)) / by


def path(capex, load):
    wind = {"thermal": {"coal": COAL}, "resource": {"w": {"max_new": 3.0, "capex": capex}}}
    systems = {2011: tiny_system(**wind, target=FLOOR), 2012: tiny_system(**wind)}
    return joined(systems, linked([2011, 2012], {("wind", 2011): 1.0}), {y: {"load": {"A": load}} for y in systems}).lp


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("capex", "floor", "rate"), [(6.0, 2 * (6.0 - 2.4), 0.0), (0.5, 0.0, -(2.4 - 0.5))])
def test_a_floor_at_all_that_may_be_built_in_time(monkeypatch, way, capex, floor, rate):
    """Proves: 1,000 MW of wind are due and all that can be finished in 2011. Each MW costs `capex` in both years and saves the fuel of half
    a day: dear wind costs the floor that difference twice and the rate nothing; cheap wind would be built anyway, and one more MW of the
    rate saves one year of the difference, as in 2012 it is built in any case. One MW of the floor more is no plan.
    Sensitivity: without setting the row aside both duals are of the order of 1e6 by interior point.
    """
    lp = path(capex, [2.0] * 12 + [0.0] * 12)
    found = answer(monkeypatch, lp, way)
    clause, limit = row(lp, "clause_at_least", 2011, "wind"), row(lp, "build_rate", "wind", 2011)
    assert set(found.without_room) == {clause, limit}
    assert found.dual[clause] == pytest.approx(floor, abs=1e-5)
    assert found.dual[limit] == pytest.approx(rate, abs=1e-5)
    assert found.dual[clause] == pytest.approx(slope(lp, clause, -STEP), abs=1e-5)
    assert found.dual[limit] == pytest.approx(slope(lp, limit, STEP), abs=1e-5)
    assert cost(lp, clause, STEP) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_floor_at_the_sum_of_what_may_be_built(monkeypatch, way):
    """Proves: a floor of 1,000 MW over 400 MW at 8 and 600 MW at 7 MCNY/GW, which is all that there is, saves the dearer when it gives way,
    less the fuel of a day: 8 - 4.8. Sensitivity: the cheaper one (2.2), or a dual without bound.
    """
    plants = {"dear": {"max_new": 0.4, "capex": 8.0}, "cheap": {"max_new": 0.6, "capex": 7.0}}
    lp = build(tiny_system(thermal={"coal": COAL}, resource=plants, target=FLOOR), load=2.0).lp
    found = answer(monkeypatch, lp, way)
    clause = row(lp, "clause_at_least", "wind")
    assert list(found.without_room) == [clause]
    assert found.dual[clause] == pytest.approx(3.2, abs=1e-5)
    assert found.dual[clause] == pytest.approx(slope(lp, clause, -STEP), abs=1e-5)
    assert cost(lp, clause, STEP) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_ceiling_at_what_stands(monkeypatch, way):
    """Proves: a ceiling of the 500 MW that stand saves, one MW more, the fuel of a day less the annuity: 4.8 - 1. A second ceiling on the
    same is worth nothing of its own, and alone gives no room.
    Sensitivity: a dual without bound, or the value counted at both ceilings.
    """
    same = {"quantity": "wind_capacity_mw", "value": 500.0, "sense": "<="}
    plants = {"thermal": {"coal": COAL}, "resource": {"w": {"existing": 0.5, "max_new": 1.0, "capex": 1.0}}}
    for ceilings, worth in (({"one": same}, -3.8), ({"one": same, "other": same}, 0.0)):
        lp = build(tiny_system(**plants, target=ceilings), load=1.0).lp
        found = answer(monkeypatch, lp, way)
        for name in ceilings:
            ceiling = row(lp, "clause_at_most", name)
            assert slope(lp, ceiling, STEP) == pytest.approx(worth, abs=1e-6)
        assert sum(found.dual[row(lp, "clause_at_most", name)] for name in ceilings) == pytest.approx(-3.8, abs=1e-5)
        assert len(found.without_room) == len(ceilings)


def test_a_study_with_room_is_left_as_it_is():
    """Proves: in the study that has every family of rows none is set aside. Sensitivity: a tolerance that takes all binding rows."""
    lp = build(every_family(), step_h=4, **every_profile(24)).lp
    assert released(lp).lp is lp
    assert not len(answer_of(lp).without_room)


def answer_of(lp):
    return ladder.first_answer(lp, 1e-7, 1, QUIET)


def test_a_floor_out_of_reach_is_told_as_ever(monkeypatch):
    """Proves: a floor above all that may be built is no row without room, and the study has no plan.
    Sensitivity: a row set aside would give a plan that breaks the floor.
    """
    lp = build(tiny_system(resource={"w": {"max_new": 0.9, "capex": 1.0}}, target=FLOOR)).lp
    assert released(lp).lp is lp
    with pytest.raises(ladder.InfeasibleError):
        answer_of(lp)


def test_duals_prove_the_same_bound(monkeypatch):
    """Proves: with the duals given back the bound of the LP as it was is its cost. Sensitivity: a share of a wrong sign."""
    lp = path(6.0, 2.0)
    free = released(lp)
    found = solve_lp(free.lp, "simplex", threads=1)
    whole = free.solution(found)
    assert np.any(whole.dual != found.dual)
    assert certify(lp, whole.primal, whole.dual, lp.costs(whole.primal), 1e-9).passed
