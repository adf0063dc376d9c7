"""Wind, solar and stores, solved by hand."""

import numpy as np
import pytest

from tests.support.tiny import VOLL, run, tiny_system

HALF = np.r_[np.ones(12), np.zeros(12)]


def test_wind_beyond_the_load_is_curtailed():
    """Proves: two vintages of 1 and 2 GW at availability 0.5 and 0.25 offer 1 GW together; a load of 0.7 uses 0.7, and a curtailment
    cost of 100 CNY/MWh on the other 0.3 GW costs 24*0.3*0.1 = 0.72 MCNY.
    Sensitivity: fails if vintages are not added or the cost is charged on what is used.
    """
    s = tiny_system(resource={"old": {"existing": 1.0}, "new": {"existing": 2.0}}, curtailment_cost=100.0)
    r = run(s, load=0.7, availability={"old": 0.5, "new": 0.25})
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.7)
    assert r.cost == pytest.approx(0.72) == r.account("curtailment")
    assert r.value("total_renewable", "A.wind") == pytest.approx(16.8)


def test_wind_never_exceeds_what_is_offered():
    """Proves: with 0.4 GW on offer and 1 GW of load, 0.6 GW are shed, and the rent of the wind is VOLL.
    Sensitivity: fails if the limit is missing or the hour's availability is taken from another hour.
    """
    offer = np.linspace(0.1, 0.8, 24)
    r = run(tiny_system(resource={"w": {"existing": 1.0}}), load=1.0, availability={"w": offer})
    assert r.value("renewable_power", "A.wind") == pytest.approx(offer)
    assert -r.dual("renewable_limit", "A.wind") == pytest.approx(VOLL)


def test_store_moves_wind_with_its_losses():
    """Proves: wind of 2 GW for 12 h, load of 0.64 GW for 24 h. Out of store 12*0.64 = 7.68 GWh at 0.8 each way take 12 GWh in; the
    level swings by 9.6 GWh and used wind is 7.68 + 12 = 19.68 GWh.
    Sensitivity: fails if an efficiency is inverted or applied to the wrong side.
    """
    s = tiny_system(
        resource={"w": {"existing": 2.0}},
        curtailment_cost=1.0,
        store={"b": {"existing": 2.0, "charge_efficiency_share": 0.8, "discharge_efficiency_share": 0.8, "vom": 0.01}},
    )
    r = run(s, load=0.64, availability={"w": HALF})
    assert r.value("charge", "b").sum() == pytest.approx(12.0)
    assert np.ptp(r.value("level", "b")) == pytest.approx(9.6)
    assert r.account("storage_variable") == pytest.approx(0.0768)


def test_standing_loss_acts_every_hour():
    """Proves: an hour of 1 GWh wind keeps 0.9 after one hour: with a loss of 10 % an hour, delivered two hours later are 0.81 GWh
    (level at the end of the charging hour 1, of the next 0.9, in the third hour 0.81 can be drawn).
    Sensitivity: fails if the loss acts on power, or once.
    """
    wind, load = np.zeros(24), np.zeros(24)
    wind[5], load[7] = 1.0, 1.0
    s = tiny_system(resource={"w": {"existing": 1.0}}, store={"b": {"existing": 1.0, "standing_loss_share_per_h": 0.1}})
    r = run(s, load={"A": load}, availability={"w": wind})
    assert r.value("shed", "A").sum() == pytest.approx(0.19)


def test_converter_and_volume_limit_a_store():
    """Proves: a store of 1 GW and duration 3 h moves 3 GWh of wind into a dark half day of 12 GWh; 9 are shed. One more GWh of volume
    would save VOLL; the duration row tells it.
    Sensitivity: fails if volume is free, if duration multiplies the wrong side, or the limit is on power only.
    """
    s = tiny_system(resource={"w": {"existing": 5.0}}, store={"b": {"existing": 1.0, "max_new": 1.0, "capex": 1e3, "duration_h": 3.0}})
    r = run(s, load=1.0, availability={"w": HALF})
    assert r.value("capacity_store_energy", "b") == pytest.approx(3.0)
    assert r.value("shed", "A").sum() == pytest.approx(9.0)
    assert -r.dual("store_duration", "b") == pytest.approx(VOLL)
    assert -r.dual("store_level_limit", "b").sum() == pytest.approx(VOLL)


def test_converter_power_limits_charge_and_discharge_together():
    """Proves: a converter of 0.25 GW brings 0.25 of 1 GW through the dark half day; 9 GWh are shed, and its power is worth VOLL in
    each of the 12 dark hours.
    Sensitivity: fails if the converter limit is missing.
    """
    r = run(tiny_system(resource={"w": {"existing": 5.0}}, store={"b": {"existing": 0.25}}), load=1.0, availability={"w": HALF})
    assert (r.value("charge", "b") + r.value("discharge", "b")).max() == pytest.approx(0.25)
    assert r.value("shed", "A").sum() == pytest.approx(9.0)
    assert -r.dual("store_power_limit", "b").sum() == pytest.approx(12 * VOLL)


def test_power_and_volume_of_a_battery_are_sized_apart():
    """Proves: bridging 12 dark hours of 0.5 GW takes 0.5 GW and 6 GWh: 0.5*3 + 6*2 = 13.5 MCNY, cheaper than shedding 6 GWh for 60.
    Sensitivity: fails if volume is not paid, or paid per GW.
    """
    s = tiny_system(resource={"w": {"existing": 5.0}}, store={"b": {"max_new": 9.0, "capex": 3.0, "capex_energy": 2.0}})
    r = run(s, load=0.5, availability={"w": HALF})
    assert r.cost == pytest.approx(13.5) == r.account("investment_storage")


def test_volume_that_stands_already_is_not_paid_again():
    """Proves: an existing store of 1 GW and 3 h has no investment cost; 1 GW more (min_new) pays 1*5 + 3*2 = 11 MCNY.
    Sensitivity: fails if the volume of existing stores is charged (17 instead of 11).
    """
    s = tiny_system(store={"b": {"existing": 1.0, "min_new": 1.0, "max_new": 1.0, "duration_h": 3.0, "capex": 5.0, "capex_energy": 2.0}})
    assert run(s).account("investment_storage") == pytest.approx(11.0)


def test_level_carries_over_days_and_closes_over_the_horizon():
    """Proves: wind of one day serves two windless days through the store: 3 days of 0.5 GW, wind only on the first, nothing is shed
    and the level after the last hour is the one before the first.
    Sensitivity: fails if blocks close on themselves (24 h) instead of handing the level on.
    """
    wind = np.r_[np.ones(24), np.zeros(48)]
    s = tiny_system(resource={"w": {"existing": 3.0}}, store={"b": {"existing": 2.0, "duration_h": 20.0}})
    r = run(s, 72, load=0.5, availability={"w": wind})
    assert r.cost == pytest.approx(0.0)
    level, before = r.value("level", "b"), r.problem.lp.column_ids["level"][1][0, 0, 0]
    assert r.solution.primal[before] == level[-1]


def test_hours_of_a_store_that_is_sized_apart_lie_between_their_bounds():
    """Proves: a dark hour of 1 GW: power costs 0.8 MCNY/GW, volume 0.2 MCNY/GWh. Free of bounds 1 GW and 1 GWh are built for 0.8 + 0.2 = 1.
    At least 3 h: 1 GW and 3 GWh for 1.4, and one more GWh between both sides costs 0.2. With two dark hours 1 GW and 2 GWh would do; at
    most 1 h they take 2 GW and 2 GWh for 2, and one more GWh than the power allows saves 1 GW, 0.8.
    Sensitivity: bounds on the wrong side, on the power, or missing.
    """
    wind = {"w": {"existing": 5.0}}
    own = {"max_new": 9.0, "capex": 0.8, "capex_energy": 0.2}

    def built(dark, **bounds):
        s = tiny_system(resource=wind, store={"b": own | bounds})
        return run(s, load={"A": np.r_[np.zeros(24 - dark), np.ones(dark)]}, availability={"w": np.r_[np.ones(24 - dark), np.zeros(dark)]})

    assert built(1).cost == pytest.approx(1.0)
    long = built(1, min_duration_h=3.0)
    assert long.cost == pytest.approx(1.4)
    assert long.dual("store_duration_least", "b") == pytest.approx(0.2)
    short = built(2, max_duration_h=1.0)
    assert (short.cost, short.value("capacity_store_power", "b")) == (pytest.approx(2.0), pytest.approx(2.0))
    assert -short.dual("store_duration_most", "b") == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("start", "stock", "curtailed"), [(0.0, True, 1.0), (0.25, True, 1.125), (np.nan, True, 1.25), (np.nan, False, 0.0)]
)
def test_an_hour_discharges_what_was_in_store_before(start, stock, curtailed):
    """Proves: one hour with 2 GW of wind nobody needs, at a penalty, and a store of 9 GW and 0.5 GWh at 0.5 each way. Charging c and
    discharging d at once wastes c - d. Empty at the start d is 0, and 0.5 c <= 0.5 leaves 1 GW. From 0.25 GWh d is at most 0.125 and
    0.25 + 0.5 c - 2 d <= 0.5 takes c = 1: 1.125 GW are left. In a ring c = 4 d, and the 0.5 GWh before allow d = 0.25: 1.25 GW are left;
    without the rule d = 2/3 wastes all.
    Sensitivity: the level of the same hour instead of the one before, or the end of the ring in place of the given start.
    """
    store = {"existing": 9.0, "charge_efficiency_share": 0.5, "discharge_efficiency_share": 0.5, "duration_h": 0.5 / 9}
    s = tiny_system(
        resource={"w": {"existing": 2.0}}, store={"b": store | {"start_level": start, "from_stock": stock}}, curtailment_cost=1e3
    )
    r = run(s, hours=1)
    assert r.cost == pytest.approx(curtailed)
    if stock and start == 0:
        assert -r.dual("discharge_from_stock", "b") == pytest.approx(1.5)
