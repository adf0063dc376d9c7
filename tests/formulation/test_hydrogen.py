"""Electrolysers, hydrogen stores and hydrogen contracts, solved by hand; one GWh makes 0.02 kt."""

import numpy as np
import pytest

from tests.support.tiny import run, tiny_system

DAY = np.repeat([1.0, 0.0], 12)
"""Wind in the first half of the day."""


def test_hydrogen_costs_its_electricity():
    """Proves: 0.24 kt owed, at 50 GWh/kt and 0.2 MCNY/GWh, cost 12 GWh or 2.4 MCNY, less 4 MCNY/kt of income; hydrogen is worth
    0.2 * 50 = 10 MCNY/kt, and one more kt owed costs 10 - 4.
    Sensitivity: an intensity that multiplies where it divides, income of the wrong sign, electricity that is drawn from nowhere.
    """
    s = tiny_system(
        thermal={"g": {"existing": 2.0, "fuel": 0.2}}, electrolyser={"e": {"existing": 1.0}},
        hydrogen_contract={"x": {"min_kt_per_year": 0.24, "price": 4.0}},
    )  # fmt: skip
    r = run(s, load=0.5)
    assert r.value("electrolyser_power", "e").sum() == pytest.approx(12.0)
    assert r.cost == pytest.approx(24 * 0.5 * 0.2 + 2.4 - 0.96)
    assert r.account("hydrogen_sales") == pytest.approx(-0.96)
    assert r.dual("hydrogen_balance", "A") == pytest.approx(10.0)
    assert r.dual("hydrogen_contract_minimum", "x") == pytest.approx(6.0)
    assert r.shifted(0.01, "hydrogen_contract_minimum", "x") - r.cost == pytest.approx(0.06)


def test_a_contract_that_pays_is_filled_to_its_most():
    """Proves: at 12 MCNY/kt a kt that costs 10 is sold up to 0.1 kt; one more kt allowed saves 2.
    Sensitivity: a contract without a largest amount, or one that takes nothing beyond its least.
    """
    s = tiny_system(
        thermal={"g": {"existing": 2.0, "fuel": 0.2}}, electrolyser={"e": {"existing": 1.0}},
        hydrogen_contract={"x": {"max_kt_per_year": 0.1, "price": 12.0}},
    )  # fmt: skip
    r = run(s)
    assert r.value("hydrogen_delivered", "x").sum() == pytest.approx(0.1)
    assert r.cost == pytest.approx(0.1 * (10.0 - 12.0))
    assert r.dual("hydrogen_contract_maximum", "x") == pytest.approx(-2.0)


def test_a_store_carries_the_day_into_the_night():
    """Proves: 0.12 kt in even hours from twelve windy ones: 0.01 kt an hour are made and 0.005 taken, so the level rises by 0.06 kt, which
    is built at 10 MCNY/kt; 0.5 GW of electrolyser are built at 0.4 MCNY/GW.
    Sensitivity: a store that gives what was not put in, a level that is not bounded by its volume, an annuity that is not paid.
    """
    s = tiny_system(
        resource={"w": {"existing": 1.0}}, electrolyser={"e": {"max_new": 2.0, "capex": 0.4}},
        hydrogen_store={"tank": {"max_new": 1.0, "capex": 10.0}},
        hydrogen_contract={"x": {"min_kt_per_year": 0.12, "most_kt_per_h": 0.005}},
    )  # fmt: skip
    r = run(s, availability=DAY)
    assert r.value("capacity_electrolyser", "e") == pytest.approx(0.5)
    assert r.value("capacity_hydrogen_store", "tank") == pytest.approx(0.06)
    assert r.value("hydrogen_level", "tank") == pytest.approx([*0.005 * np.arange(1, 13), *0.005 * np.arange(11, -1, -1)], abs=1e-9)
    assert r.account("investment_electrolyser") == pytest.approx(0.2)
    assert r.account("investment_hydrogen_store") == pytest.approx(0.6)
    assert r.cost == pytest.approx(0.8)


def test_a_store_loses_a_share_of_its_level():
    """Proves: of 0.02 kt made in the one windy hour 0.01 are taken at once; a tenth of the other 0.01 is lost within the hour.
    Sensitivity: a loss that is left out (0.02 kt delivered), or taken of what is put in.
    """
    s = tiny_system(
        resource={"w": {"existing": 1.0}}, electrolyser={"e": {"existing": 1.0}},
        hydrogen_store={"tank": {"existing": 1.0, "loss_share_per_h": 0.1}},
        hydrogen_contract={"x": {"most_kt_per_h": 0.01, "price": 1.0}},
    )  # fmt: skip
    r = run(s, availability=np.eye(1, 24)[0])
    assert r.value("hydrogen_level", "tank")[:3] == pytest.approx([0.01, 0.0, 0.0], abs=1e-9)
    assert r.value("hydrogen_delivered", "x")[:3] == pytest.approx([0.01, 0.009, 0.0], abs=1e-9)


def test_a_steady_electrolyser_is_never_switched_off():
    """Proves: 0.4 of 1 GW run all day for nothing: 24 * 0.4 * 0.2 = 1.92 MCNY, and 0.192 kt are taken.
    Sensitivity: a least load that only holds while it runs.
    """
    s = tiny_system(
        thermal={"g": {"existing": 2.0, "fuel": 0.2}}, electrolyser={"e": {"existing": 1.0, "min_load_share": 0.4}},
        hydrogen_contract={"x": {}},
    )  # fmt: skip
    r = run(s)
    assert r.cost == pytest.approx(1.92)
    assert r.value("hydrogen_delivered", "x").sum() == pytest.approx(0.192)
    assert r.dual("electrolyser_minimum", "e") == pytest.approx(0.2)


def test_power_is_limited_by_capacity_at_its_own_node():
    """Proves: 0.3 GW make 0.144 kt a day of a contract that would take more; wind at the other node does not reach them without a line.
    Sensitivity: an electrolyser without a limit, or hydrogen that moves between nodes.
    """
    s = tiny_system(
        bus={"A": {}, "B": {}}, resource={"w": {"existing": 9.0}, "v": {"node": "B", "existing": 9.0}},
        electrolyser={"e": {"existing": 0.3}, "f": {"node": "B", "existing": 1.0}}, hydrogen_contract={"x": {"price": 1.0}},
    )  # fmt: skip
    r = run(s)
    assert r.value("hydrogen_delivered", "x").sum() == pytest.approx(0.144)
    assert r.value("electrolyser_power", "f") == pytest.approx(0.0)
    assert r.dual("electrolyser_limit", "e") == pytest.approx(-0.02)
