"""A modelled day that stands for two: yearly rows speak of the year, capacities are counted once."""

import numpy as np
import pytest

from energy_model.solving.build import build_problem
from energy_model.study.horizon import Horizon
from tests.support.tiny import build, solved, tiny_profiles, tiny_system

WEIGHTED = {"hours": 48, "horizon": Horizon("hours", 24)}


@pytest.mark.parametrize(
    ("quantity", "sense", "value"),
    [("renewable_share", ">=", 0.25), ("curtailment_share", "<=", 0.5), ("co2_kt", "<=", 3.6), ("coal_kt", "<=", 5.4)],
)
def test_yearly_clauses_count_the_weighted_year(quantity, sense, value):
    """Proves: a day of 1 GW load stands for 48 GWh. Coal at 0.2 is cheaper than wind at 0.5, of which 0.5 GW offer 24 GWh, so wind makes
    only what the clause wants, 12 GWh each time: 25 % of 48; half of 24; CO2 of 3.6 kt at 0.1 kt/TJ leaves 36 GWh to coal, so do 5.4 kt
    of coal at 0.15 kt/TJ. Cost 36*0.2 + 12*0.5 = 13.2.
    Sensitivity: fails if a ledger, the full-load hours or the yearly load miss the weight (6 or 24 GWh), or a factor of the clause.
    """
    s = tiny_system(
        thermal={"g": {"existing": 2.0}},
        resource={"w": {"existing": 1.0, "vom": 0.5}},
        supply={("pit", "g"): {"price": 0.2, "kt_per_tj": 0.15}},
        mine={"pit": {}},
        target={"c": {"quantity": quantity, "sense": sense, "value": value}},
    )
    r = solved(build(s, load=1.0, availability=0.5, **WEIGHTED))
    assert r.problem.plan.weight == pytest.approx([2.0])
    assert r.value("total_renewable", "A.wind")[0] == pytest.approx(12.0)
    assert r.cost == pytest.approx(13.2)


def test_yearly_contracts_and_mines_count_the_weighted_year():
    """Proves: a contract that takes at most 9.6 GWh a year takes 4.8 on the modelled day; a mine of 2.4 kt a year gives 1.2 kt to the
    day, so 12 of 24 GWh are made from it.
    Sensitivity: fails if the limits meet the modelled day alone.
    """
    s = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"g": {"existing": 2.0}},
        corridor={"l": {"to_bus": "M", "existing": 5.0}},
        contract={"x": {"min_gwh_per_year": 9.6}},
        mine={"near": {"capacity_kt_per_year": 2.4}, "far": {}},
        supply={("near", "g"): {"price": 0.1}, ("far", "g"): {"price": 0.3}},
    )
    r = solved(build(s, load={"A": 0.8}, **WEIGHTED))
    assert r.value("delivered", "x").sum() == pytest.approx(4.8)
    assert r.value("coal", "near", "g")[0] == pytest.approx(24.0)
    assert r.cost == pytest.approx(24 * 0.1 + 24 * 0.3)


@pytest.mark.parametrize(("horizon", "weights"), [("year", [300.0, 65.0]), ("hours:24", [365.0])])
def test_hours_of_unlike_weight_stand_for_the_year(horizon, weights):
    """Proves: a day of weight 300 and one of 65 make 8,760 h; the first alone stands for all of them, 24 h of 365. Load 1 GW at 0.2
    MCNY/GWh costs 8760 * 0.2 = 1,752 either way, and a clause of 5,256 GWh of wind of 0.5 (2 GW at availability 0.5 offer 8,760) brings
    5256 * 0.3 = 1,576.8 more. Sensitivity: scaled by the count of hours the first day stands for 14,400 h.
    """
    s = tiny_system(
        thermal={"g": {"existing": 2.0, "fuel": 0.2}}, resource={"w": {"existing": 2.0, "vom": 0.5}},
        target={"c": {"quantity": "renewable_share", "sense": ">=", "value": 0.6}},
    )  # fmt: skip
    profiles = tiny_profiles(s, hours=48, load=1.0, availability=0.5)
    profiles["weight_h"] = "time", np.repeat([300.0, 65.0], 24)
    r = solved(build_problem(s, profiles, Horizon.parse(horizon), 24, 1))
    assert r.problem.plan.weight == pytest.approx(weights)
    assert r.cost == pytest.approx(1752.0 + 1576.8)


def test_a_smelter_counts_for_as_many_hours_as_are_modelled():
    """Proves: of a study of 48 h with 1 GW of load and a potline of 1 GW, a quarter of 96 GWh, 24, is to be renewable.
    Sensitivity: a potline of 8,760 h asks for 2,202 GWh, which is impossible.
    """
    s = tiny_system(
        thermal={"g": {"existing": 3.0, "fuel": 0.2}}, resource={"w": {"existing": 2.0, "vom": 0.5}}, smelter={"pot": {}},
        target={"c": {"quantity": "renewable_share", "sense": ">=", "value": 0.25}},
    )  # fmt: skip
    r = solved(build(s, load=1.0, availability=0.5, hours=48))
    assert r.value("total_renewable", "A.wind")[0] == pytest.approx(24.0)
