"""Duals are what they are said to be: the change of cost when a right-hand side moves a little."""

import numpy as np
import pytest

from energy_model.study.horizon import Horizon
from tests.support.tiny import Run, build, run, solved, tiny_system

EPS = 1e-4
DAY = 1.2 + 0.4 * np.sin(np.arange(24) * 2 * np.pi / 24)


def study() -> Run:
    """Two nodes and a market, scarce coal, a corridor that is full by day, and an export clause."""
    s = tiny_system(
        bus={"A": {}, "B": {}, "M": {"market": True}},
        thermal={"a": {"existing": 3.0, "heat_rate": 9.3, "vom": 0.013}, "b": {"node": "B", "existing": 3.0, "heat_rate": 10.7}},
        resource={"w": {"existing": 0.5}},
        corridor={
            "ab": {"existing": 0.7, "usable": 0.9, "loss_share": 0.03},
            "bm": {"from_bus": "B", "to_bus": "M", "existing": 2.0, "loss_share": 0.06, "reversible": False},
        },
        contract={"x": {"max": 0.9}},
        mine={"cheap": {"capacity_kt_per_year": 27.0}, "dear": {}},
        supply={
            ("cheap", "a"): {"price": 0.021},
            ("cheap", "b"): {"price": 0.021, "freight": 0.004},
            ("dear", "a"): {"price": 0.043},
            ("dear", "b"): {"price": 0.048},
        },
        target={"export": {"quantity": "export_gwh", "value": 9.0}},
    )
    return run(s, load={"A": 0.5, "B": DAY}, availability={"w": np.linspace(0.9, 0.1, 24)})


@pytest.fixture(scope="module")
def solved_study() -> Run:
    return study()


@pytest.mark.parametrize(
    ("family", "label", "hour"),
    [
        ("nodal_balance", ("A",), 5),
        ("nodal_balance", ("B",), 6),
        ("nodal_balance", ("M",), 0),
        ("clause_at_least", ("export",), 0),
        ("mine_limit", ("cheap",), 0),
        ("corridor_limit", ("ab",), 6),
        ("fuel_balance", ("b",), 0),
        ("renewable_limit", ("A.wind",), 3),
    ],
)
def test_dual_is_the_slope_of_cost(solved_study, family, label, hour):
    """Proves: nodal price, export clause, mine scarcity, corridor rent, coal price and wind rent equal the cost difference of one
    right-hand side moved up by 1e-4, to 1e-6 relative; the slope down is the same, so the point is no kink.
    Sensitivity: fails if a dual has the wrong sign, belongs to another row or hour, or carries a wrong factor.
    """
    r = solved_study
    dual = r.dual(family, *label)[hour]
    assert abs(dual) > 1e-3
    assert (r.shifted(EPS, family, *label, hour=hour) - r.cost) / EPS == pytest.approx(dual, rel=1e-6)
    assert (r.cost - r.shifted(-EPS, family, *label, hour=hour)) / EPS == pytest.approx(dual, rel=1e-6)


def test_prices_add_up_along_the_chain(solved_study):
    """Proves: on the day's dearest hour the price in B is delivered coal * heat rate, the market's price is that over 0.94, and the rent
    of the full corridor is 0.97 * price B less price A.
    Sensitivity: fails if the duals are shifted by an hour or mix units.
    """
    r, t = solved_study, 6
    a, b = r.dual("nodal_balance", "A")[t], r.dual("nodal_balance", "B")[t]
    assert b == pytest.approx(10.7 * r.dual("fuel_balance", "b")[0])
    assert a == pytest.approx(9.3 * r.dual("fuel_balance", "a")[0] + 0.013)
    assert -r.dual("corridor_limit", "ab")[t] == pytest.approx(0.97 * b - a)
    assert r.dual("clause_at_least", "export")[0] == pytest.approx(r.dual("nodal_balance", "M").min())


def test_dual_of_a_weighted_block_counts_the_year():
    """Proves: with days that stand for two each, the same plant and load cost twice as much and the stamped dual of an hour is twice
    the price: what results divide out again.
    Sensitivity: fails if weights reach capacity cost, or miss the running cost.
    """
    s = tiny_system(thermal={"g": {"existing": 2.0, "vom": 0.3, "fom": 1.0}})
    day = solved(build(s, 48, load=1.0, horizon=Horizon("hours", 24)))
    assert day.problem.plan.weight == pytest.approx([2.0])
    assert day.cost == pytest.approx(2 * 24 * 0.3 + 2.0)
    assert day.dual("nodal_balance", "A") == pytest.approx(0.6)
