"""Studies of any size, from a hundred watts to thousands of terawatts, are solved and judged alike."""

from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from energy_model.plans.fortnight import Fortnight
from energy_model.results.certificate import certify
from energy_model.results.recount import recount
from energy_model.results.week_certificate import Bounds
from energy_model.solving.dispatcher import checked
from energy_model.solving.integer import IntegerSolution
from energy_model.solving.ladder import EXACT_GAP, solve
from energy_model.solving.magnitude import least_mcny, money_mcny, own_units, power_gw
from tests.support.tiny import Run, build, tiny_system

SIZES = [1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e4, 1e6]
LOAD = 0.7 + 0.3 * np.sin(np.arange(24) / 3.8)
WIND = np.clip(0.4 + 0.5 * np.cos(np.arange(24) / 5.1), 0, 1)


def sized(power: float, price: float = 1.0) -> Run:
    """A town of `power` GW with an old plant, a wind farm and a battery to build, all amounts in proportion, prices times `price`."""
    system = tiny_system(
        thermal={
            "old": {"existing": 0.6 * power, "fuel": 0.3 * price},
            "peak": {"max_new": 2 * power, "capex": 0.7 * price, "fuel": 0.6 * price},
        },
        resource={"farm": {"max_new": 3 * power, "capex": 4.0 * price}},
        store={"cell": {"max_new": power, "capex": 0.3 * price, "duration_h": 2.0, "charge_efficiency_share": 0.9}},
        mine={"pit": {"capacity_kt_per_year": 1e6 * power}},
    )
    system.finance.loc["value_of_lost_load_cny_per_mwh"] *= price
    problem = build(system, load=power * LOAD, availability=WIND)
    return Run(problem, solve(problem.lp, EXACT_GAP, 1, Console(quiet=True)))


def judged(r: Run, primal: np.ndarray | None = None):
    primal = r.solution.primal if primal is None else primal
    return certify(r.lp, primal, r.solution.dual, r.lp.costs(primal), EXACT_GAP)


@pytest.fixture(scope="module")
def usual() -> Run:
    return sized(1.0)


@pytest.mark.parametrize(("power", "price"), [*((s, 1.0) for s in SIZES), (1e-6, 1e-5), (1.0, 1e-5), (1.0, 1e4), (1e6, 1e4)])
def test_the_plan_and_its_certificate_scale(usual, power, price):
    """Proves: a study a million times smaller or larger, or in money of another worth, has the same plan in proportion, the same relative
    gap,
    and passes certificate and recount. Sensitivity: the solver's own tolerance of 1e-7 GW is a tenth of a load of 1 kW, and a price of
    1e-8 MCNY/GWh is none to it.
    """
    r = sized(power, price)
    found = judged(r)
    assert found.passed
    assert abs(found.gap) < 1e-9
    assert found.objective_mcny / (power * price) == pytest.approx(usual.cost, rel=1e-9)
    assert found.size_mcny == pytest.approx(found.objective_mcny)
    for family in ("capacity_thermal", "capacity_renewable", "capacity_store_power"):
        ids = usual.lp.column_ids[family][1]
        np.testing.assert_allclose(r.solution.primal[ids] / power, usual.solution.primal[ids], atol=1e-9)
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()


@pytest.mark.parametrize("power", SIZES)
def test_a_plan_that_serves_too_little_is_refused_at_any_size(power):
    """Proves: 0.11 % of the load not served in every hour is refused, by rows and by a cost below the bound; so is a capacity 0.1 % above
    what
    may be built, whose worth is counted like that of a row. Sensitivity: a gap relative to 1 MCNY and rows to 1 kW pass both for 1 kW.
    """
    r = sized(power)
    primal = r.solution.primal.copy()
    primal[np.ravel(r.lp.column_ids["above_minimum"][1])] *= 1 - 0.0011
    found = judged(r, primal)
    assert not found.passed
    assert found.violation_worth_mcny > 1e-5 * found.size_mcny
    upper, j = r.lp.upper.copy(), r.ids("capacity_renewable", "farm")[0]
    assert r.solution.primal[j] > 0
    upper[j] = r.solution.primal[j] / 1.001
    beyond = certify(replace(r.lp, upper=upper), r.solution.primal, r.solution.dual, r.lp.costs(r.solution.primal), EXACT_GAP)
    assert not beyond.passed
    assert beyond.bound_violation == pytest.approx(1e-3 * upper[j])


def test_bound_violations_are_priced():
    """Proves: a bound that is broken by less than the tolerance costs its reduced cost: 0.5 kW of wind that must not be built, worth 30
    MCNY/GW
    more than it costs. Sensitivity: violations of rows alone.
    """
    r = sized(1.0)
    j = r.ids("capacity_renewable", "farm")[0]
    cost, primal = r.lp.cost.copy(), r.solution.primal.copy()
    cost[j] -= 30.0
    primal[j] = r.lp.upper[j] + 5e-7
    found = certify(replace(r.lp, cost=cost), primal, r.solution.dual, r.lp.costs(primal), EXACT_GAP)
    assert found.violation_worth_mcny >= 5e-7 * 30.0 * 0.99


def test_sizes():
    """Proves: the size in power is the largest hourly load, in money the cost, or 1e-4 of the dearest hour where the cost is nothing;
    units are
    powers of two near the size, and 1 for a usual study. Sensitivity: dividing by a cost of zero.
    """
    r = sized(1e-6, 1e4)
    assert power_gw(r.lp) == pytest.approx(1e-6 * LOAD.max())
    assert own_units(sized(1.0).lp) == (1.0, 1.0)
    power, money = own_units(r.lp)
    assert np.log2(power) == np.round(np.log2(power))
    assert 0.5 < power_gw(r.lp) / power < 2
    assert money > 1
    assert money_mcny(r.lp, -3.0) == 3.0
    assert money_mcny(r.lp, 0.0) == pytest.approx(1e-4 * power_gw(r.lp) * np.abs(r.lp.cost).max())


GAPS = {
    "branch and bound": lambda lp, cost, bound: IntegerSolution(None, lp, cost, bound, 0, "Optimal").gap,
    "fortnight": lambda lp, cost, bound: Fortnight(cost, cost, bound, least_mcny(lp), "Optimal", {}, {}).gap,
    "weeks": lambda lp, cost, bound: Bounds(cost, bound, bound, least_mcny(lp)).gap,
}


@pytest.mark.parametrize("way", GAPS)
def test_every_gap_is_relative_to_the_study(way):
    """Proves: for a study of a kilowatt, whose cost is 1e-6 MCNY, a plan a tenth above its bound has a gap of 0.1 in branch and bound, in a
    fortnight and in the certificate of weeks; where incomes cancel the cost, it is relative to the dearest hour.
    Sensitivity: relative to 1 MCNY, 1e-7: proven at once.
    """
    lp, cost = sized(1e-6).lp, 1e-6
    assert GAPS[way](lp, cost, 0.9 * cost) == pytest.approx(0.1)
    assert GAPS[way](lp, 0.0, -least_mcny(lp)) == pytest.approx(1.0)


def test_a_window_is_judged_by_its_own_size():
    """Proves: the dispatch of a window of a kilowatt at duals that prove a tenth less has a gap of some percent, at its own of none.
    Sensitivity: relative to 1 MCNY, below the 1e-6 that passes.
    """
    r = sized(1e-6)
    assert checked(r.lp, r.solution.primal, r.solution.dual).gap < 1e-9
    assert checked(r.lp, r.solution.primal, 0.9 * r.solution.dual).gap > 0.01
