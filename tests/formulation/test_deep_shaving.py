"""Deep peak shaving below minimum load, in tiers with their cost, solved by hand."""

import numpy as np
import pytest

from energy_model.results.quantities import Quantities
from energy_model.results.recount import recount
from tests.support.every import deep_shaving, every_profile
from tests.support.tiny import run, tiny_system


def night(wind: float, on: bool = True, **unit):
    """A plant of 1 GW that must run, with tiers of 0.1 and 0.2 GW below its minimum load of 0.5 GW, beside wind that costs nothing."""
    plant = {
        "existing": 1.0,
        "min_load_share": 0.5,
        "must_run_share": 1.0,
        "fuel": 0.2,
        "dry_depth": 0.1,
        "dry_cost": 0.05,
        "oil_depth": 0.2,
        "oil_cost": 0.15,
    }
    return tiny_system(
        thermal={"g": plant | unit}, resource={"w": {"existing": wind}}, options={"commitment": {"deep_shaving": on}}
    )  # fmt: skip


def test_the_cheap_tier_fills_first_and_the_dear_one_stops_where_it_costs_more_than_fuel():
    """Proves: with 1 GW of load and 0.65 GW of wind the plant runs at 0.35 GW: 0.1 GW below minimum load at 0.05 and 0.05 GW at 0.15
    MCNY/GWh, each of which saves fuel at 0.2. One more GW of depth of the cheap tier saves 0.1 MCNY an hour.
    Sensitivity: no fuel saved below minimum load, one cost for both tiers, depth of capacity that is off, or a row that binds at minimum.
    """
    r = run(night(0.65), load=1.0)
    assert r.value("below_minimum", "g", "dry") == pytest.approx(0.1)
    assert r.value("below_minimum", "g", "oil") == pytest.approx(0.05)
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.65)
    assert r.cost == pytest.approx(24 * (0.35 * 0.2 + 0.1 * 0.05 + 0.05 * 0.15))
    assert r.account("deep_shaving") == pytest.approx(24 * (0.1 * 0.05 + 0.05 * 0.15))
    assert r.dual("deep_limit", "g", "dry") == pytest.approx(-0.1)


def test_wind_is_curtailed_where_shaving_costs_more_than_the_fuel():
    """Proves: a tier at 0.25 MCNY/GWh is not used for fuel at 0.2; without the option nothing falls below minimum load.
    Sensitivity: tiers that must be used, or an option that is always on.
    """
    r = run(night(0.65, oil_cost=0.25), load=1.0)
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.6)
    assert r.value("below_minimum", "g", "oil") == pytest.approx(0.0)
    off = run(night(0.65, on=False), load=1.0)
    assert "below_minimum" not in off.lp.column_ids
    assert "deep_shaving" not in off.lp.accounts
    assert off.cost == pytest.approx(24 * 0.5 * 0.2)


def test_depth_is_of_what_is_online():
    """Proves: where half of the plant is on-line it shaves half of the depth: 0.15 GW below 0.25 GW. Sensitivity: depth of the capacity."""
    r = run(night(2.0, must_run_share=0.5, oil_cost=0.1), load=1.0)
    assert r.value("below_minimum", "g", "dry") + r.value("below_minimum", "g", "oil") == pytest.approx(0.15)
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.9)


def test_output_fuel_and_cost_are_counted_again():
    """Proves: the recount finds balance, fuel and costs of a plan with tiers, and the quantities give the output below minimum load; a
    depth beyond the tier is found. Sensitivity: output, fuel or cost without what is below minimum load.
    """
    r = run(deep_shaving(), load=0.7, availability=every_profile(24)["availability"]["wind"], step_h=12)
    shaved = r.value("below_minimum", "deep", "dry") + r.value("below_minimum", "deep", "oil")
    assert shaved.max() > 0.01
    q = Quantities(r.problem, r.solution.primal)
    expected = 0.5 * np.repeat(r.value("online", "deep"), 12) + r.value("above_minimum", "deep") - shaved
    assert q.thermal_power()[0] == pytest.approx(expected)
    found = recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal))
    found.require()
    assert found.accounts["deep_shaving"] < 1e-9
    wrong = r.solution.primal.copy()
    wrong[r.ids("below_minimum", "deep", "oil")] += 1.0
    assert recount(r.problem, wrong, r.lp.costs(wrong)).balances["deep_gw"] > 0.8
