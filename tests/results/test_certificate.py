"""The certificate passes what is optimal and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy_model.results.certificate import certify
from energy_model.solving.bounds import implied_bounds, safe_lower_bound
from tests.support.every import every_family, every_profile
from tests.support.tiny import Run, build, run, solved, tiny_system

GAP = 1e-6


@pytest.fixture(scope="module")
def optimum() -> Run:
    return solved(build(every_family(), block_h=24, step_h=4, **every_profile(48)))


def checked(r: Run, primal=None, dual=None, accounts=None):
    primal = r.solution.primal if primal is None else primal
    told = {k: float(v @ primal) + o for k, (v, o) in r.lp.accounts.items()} if accounts is None else accounts
    return certify(r.lp, primal, r.solution.dual if dual is None else dual, told, GAP)


def moved(r: Run, family: str, *label, by: float) -> np.ndarray:
    primal = r.solution.primal.copy()
    primal[r.ids(family, *label)[0]] += by
    return primal


def test_an_optimum_passes(optimum):
    """Proves: the vertex found by simplex has a proven gap below 1e-6, balances to 1e-3 MW, and the bound it proves is its cost.
    Sensitivity: fails if the bound leaves out a term (offset, a column bound, a row side).
    """
    c = checked(optimum)
    assert c.passed
    assert c.lower_bound_mcny == pytest.approx(c.objective_mcny, rel=1e-8)
    assert c.objective_mcny == pytest.approx(optimum.cost)
    assert c.balance_residual_mw < 1e-5


@pytest.mark.parametrize(
    ("family", "label", "by", "seen"),
    [
        ("renewable_power", ("A.wind",), 2e-6, "balance_residual_mw"),
        ("shed", ("A",), -1e-5, "bound_violation"),
        ("capacity_renewable", ("new",), 5.0, "row_violation"),
        ("coal", ("near", "chp"), 1.0, "row_violation"),
    ],
)
def test_a_tampered_primal_is_rejected(optimum, family, label, by, seen):
    """Proves: 2 kW of power from nowhere, negative shedding, capacity beyond the land and 1 TJ of coal nobody burns are all refused,
    and the residual that belongs to them says so.
    Sensitivity: fails if a residual is not computed, is averaged, or is not part of the verdict.
    """
    honest, c = checked(optimum), checked(optimum, primal=moved(optimum, family, *label, by=by))
    assert not c.passed
    assert getattr(c, seen) > 1e3 * getattr(honest, seen) + 1e-6


def test_a_feasible_but_dear_point_is_rejected():
    """Proves: serving load by shedding is feasible, balanced and honestly booked, but dearer than the bound: only the gap refuses it.
    Sensitivity: fails if the gap is not part of the verdict.
    """
    r = run(tiny_system(thermal={"g": {"existing": 1.0, "fuel": 0.2}}), load=0.5)
    primal = r.solution.primal.copy()
    for family, value in (("above_minimum", 0.0), ("ledger_fuel", 0.0), ("total_fuel", 0.0)):
        primal[r.ids(family, "g")] = value
    primal[r.ids("coal", "pit", "g")] = 0.0
    primal[r.ids("shed", "A")] = 0.5
    c = checked(r, primal=primal)
    assert c.row_violation < 1e-9
    assert c.bound_violation < 1e-9
    assert c.gap > 0.9
    assert not c.passed


def test_a_bad_dual_is_rejected(optimum):
    """Proves: duals 1 % off, or all zero, prove no gap of 1e-6.
    Sensitivity: fails if the bound is taken from the solver instead of from the duals.
    """
    for dual in (optimum.solution.dual * 1.01, np.zeros_like(optimum.solution.dual)):
        c = checked(optimum, dual=dual)
        assert c.lower_bound_mcny < optimum.cost
        assert not c.passed


def test_cost_tables_that_do_not_add_up_are_rejected(optimum):
    """Proves: cost tables that differ from the objective by a millionth are refused. Sensitivity: fails if accounts are not compared."""
    told = {name: optimum.account(name) for name in optimum.lp.accounts}
    assert checked(optimum, accounts=told).passed
    assert not checked(optimum, accounts=told | {"coal": told["coal"] + 1e-6 * abs(optimum.cost)}).passed


@given(seed=st.integers(0, 2**32 - 1), noise=st.sampled_from([1e-6, 1e-3, 0.1, 1.0, 100.0]), kept=st.sampled_from([0.0, 1.0]))
def test_bound_never_lies_above_the_optimum(optimum, seed, noise, kept):
    """Proves: whatever the duals -- the true ones with noise, or nothing but noise -- the bound is at most the optimal cost.
    Sensitivity: fails if duals of the wrong sign are kept, or an implied bound is tighter than the rows allow.
    """
    rng = np.random.default_rng(seed)
    dual = kept * optimum.solution.dual + noise * rng.standard_normal(len(optimum.solution.dual))
    assert safe_lower_bound(optimum.lp, dual)[0] <= optimum.cost + 1e-9 * abs(optimum.cost)


def test_small_noise_costs_little_of_the_bound(optimum):
    """Proves: duals with an error of 1e-8 still prove a gap below 1e-4: every column has a finite bound, its own or one its rows imply.
    Sensitivity: fails if one column of the model is open-ended (the bound would be minus infinity).
    """
    noise = 1e-8 * np.random.default_rng(3).standard_normal(len(optimum.solution.dual))
    value, _ = safe_lower_bound(optimum.lp, optimum.solution.dual + noise)
    assert value > optimum.cost * (1 - 1e-4)


def test_implied_bounds_hold_at_the_optimum(optimum):
    """Proves: bounds that rows imply do not cut off the optimum, nor that of a study with other costs, and leave no column open-ended.
    Sensitivity: fails if an implied bound uses the wrong side of a row.
    """
    low, high = implied_bounds(optimum.lp)
    other = solved(replace(optimum.problem, lp=replace(optimum.lp, cost=np.abs(np.cos(np.arange(len(low)))))))
    assert other.solution.status == "Optimal"
    for point in (optimum.solution.primal, other.solution.primal):
        assert (point >= low - 1e-6).all()
        assert (point <= high + 1e-6).all()
    assert np.isfinite(low).all()
    assert np.isfinite(high).all()


def test_a_plan_that_leaves_out_heat_fails_though_it_costs_less(optimum):
    """Proves: 1 MW of heat too little in every hour is seen, by the row and by a cost below the bound.
    Sensitivity: testing the electric balance alone, or only `gap <= limit`, lets it pass.
    """
    primal = optimum.solution.primal.copy()
    family = optimum.lp.column_ids["boiler_heat"]
    primal[family[1][family[1] >= 0]] -= 1e-3
    found = checked(optimum, primal)
    assert not found.passed
    assert found.worst_row == "heat_balance"
    assert found.objective_mcny < found.lower_bound_mcny
    assert found.violation_worth_mcny > 0
