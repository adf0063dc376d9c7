"""Thermal clusters and coal, solved by hand."""

import numpy as np
import pytest

from tests.support.tiny import VOLL, run, tiny_system

DAY = np.r_[np.full(12, 1.0), np.full(12, 2.0)]  # GW: half a day low, half a day high


def test_outages_limit_online_capacity():
    """Proves: 2 GW with 90 % available serve 1.8 of 2 GW; the dual of one more available GW in a step is VOLL - 0.3 = 9.7.
    Sensitivity: fails if online_share is dropped or applied twice.
    """
    r = run(tiny_system(thermal={"g": {"existing": 2.0, "online_share": 0.9, "fuel": 0.3}}), load=2.0)
    assert r.value("online", "g") == pytest.approx(1.8)
    assert r.cost == pytest.approx(24 * (1.8 * 0.3 + 0.2 * VOLL))
    assert -r.dual("online_limit", "g") == pytest.approx(VOLL - 0.3)


def test_one_start_a_day_on_a_day_that_repeats():
    """Proves: with minimum load equal to full load, output follows 1 GW then 2 GW; 1 GW is started once a day at 5 MCNY/GW. The day is
    a ring: nothing is started for the capacity that runs through midnight.
    Sensitivity: fails if starts are free, charged for going offline, or the first hour starts from nothing (15 instead of 5).
    """
    s = tiny_system(thermal={"g": {"existing": 2.0, "min_load_share": 1.0, "start_cost": 5.0, "fuel": 0.1}})
    r = run(s, load={"A": DAY}, step_h=4)
    assert r.account("starts") == pytest.approx(5.0)
    assert r.value("started", "g") == pytest.approx([0, 0, 0, 1, 0, 0])
    assert r.cost == pytest.approx(5.0 + 0.1 * 36)


def test_a_dear_start_keeps_plant_online_over_a_step():
    """Proves: half of the fuel at 0.1 MCNY/GWh is no-load: staying online for 12 idle hours costs 0.6 MCNY/GW, which is paid when a
    start costs 1 and not when it costs 0.3.
    Sensitivity: fails if the start cost does not weigh against no-load fuel.
    """
    for start, online_low in ((1.0, 2.0), (0.3, 1.0)):
        s = tiny_system(thermal={"g": {"existing": 2.0, "no_load_fuel_share": 0.5, "fuel": 0.1, "start_cost": start}})
        r = run(s, load={"A": DAY})
        assert r.value("online", "g")[:12] == pytest.approx(online_low)
        assert r.cost == pytest.approx(0.05 * 36 + 0.05 * (12 * online_low + 24) + (start if online_low == 1.0 else 0.0))


def test_minimum_load_curtails_wind():
    """Proves: 1 GW of load, 10 h of 1 GW wind. A plant that may not go below 40 % and costs 100 to start stays on at 0.4 GW (1 GW
    online): 10*0.4 GWh of wind are curtailed; without the minimum load none is.
    Sensitivity: fails if minimum load does not bind output to online capacity.
    """
    wind = np.r_[np.full(10, 1.0), np.zeros(14)]
    for least, used in ((0.4, 6.0), (0.0, 10.0)):
        s = tiny_system(
            thermal={"g": {"existing": 1.0, "min_load_share": least, "start_cost": 100.0, "fuel": 0.2}}, resource={"w": {"existing": 1.0}}
        )
        r = run(s, load=1.0, availability={"w": wind})
        assert r.value("renewable_power", "A.wind").sum() == pytest.approx(used)
        assert r.cost == pytest.approx(0.2 * (24 - used))


def test_output_stays_within_online_capacity():
    """Proves: with one commitment for the whole day (step 24 h), a peak of 2 GW keeps 2 GW online all day; part above the minimum is
    1.2 GW = (1 - 0.4)*2 at the peak, so the minimum load of 0.8 GW covers the low hours and only 0.2 GW is added.
    Sensitivity: fails if output_range compares with capacity instead of online capacity, or forgets the minimum.
    """
    s = tiny_system(thermal={"g": {"existing": 5.0, "min_load_share": 0.4, "no_load_fuel_share": 0.2, "fuel": 0.1}})
    r = run(s, load={"A": DAY}, step_h=24)
    assert r.value("online", "g") == pytest.approx([2.0])
    assert r.value("above_minimum", "g") == pytest.approx(DAY - 0.8)


@pytest.mark.parametrize(("turned", "name"), [(False, "ramp_up"), (True, "ramp_down")])
def test_ramps_shed_what_cannot_be_followed(turned, name):
    """Proves: 2 GW online may change by 25 % = 0.5 GW an hour, and nothing can be dumped. Load jumps from 0.5 to 2 GW at noon, so two
    hours after the jump shed 1.0 and 0.5 GW; before the fall at midnight, two more. Turned around in time, ramping down does it.
    Sensitivity: fails if the ramp is missing (no shedding), acts on capacity above 2 GW, or one direction is free.
    """
    load = np.r_[np.full(12, 0.5), np.full(12, 2.0)]
    load = load[::-1] if turned else load
    s = tiny_system(thermal={"g": {"existing": 2.0, "ramp_share_per_h": 0.25, "fuel": 0.1}})
    r = run(s, load={"A": load})
    shed = r.value("shed", "A")
    # The day is a ring: one jump up and one down, each shedding 1.0 + 0.5 GWh.
    assert shed.sum() == pytest.approx(3.0)
    assert (np.abs(r.dual(name, "g")) > 1).any()
    at = 11 if turned else 12
    near = shed[at - 1 : at + 1][::-1] if turned else shed[at : at + 2]
    assert near == pytest.approx([1.0, 0.5])


def test_part_load_burns_more_per_unit():
    """Proves: heat rate 10 TJ/GWh with 10 % no-load fuel. At full load 10 TJ per GWh; at 50 % load of a cluster held online by a 24 h
    commitment 10*0.9*0.5 + 10*0.1 = 5.5 TJ, that is 11 TJ per GWh.
    Sensitivity: fails if no-load fuel is added on top of the full-load rate or scales with output.
    """
    load = np.r_[2.0, np.full(23, 1.0)]
    r = run(tiny_system(thermal={"g": {"existing": 2.0, "heat_rate": 10.0, "no_load_fuel_share": 0.1}}), load={"A": load}, step_h=24)
    assert r.value("total_fuel", "g") == pytest.approx(20 + 23 * 11)


def test_coal_is_bought_at_the_cheapest_mine_until_it_is_exhausted():
    """Proves: 24 GWh need 240 TJ = 24 kt at 0.1 kt/TJ. Pit A gives 10 kt at 0.02 MCNY/TJ, pit B the rest at 0.03 + 0.01 freight: cost
    100*0.02 + 140*0.04 = 7.6. Scarcity of A: (0.04 - 0.02)/0.1 = 0.2 MCNY/kt. Fuel is worth 0.04 at the plant, power 0.4.
    Sensitivity: fails if freight is dropped, kt and TJ are mixed, or the mine limit sees only one user.
    """
    s = tiny_system(
        thermal={"g": {"existing": 1.0, "heat_rate": 10.0}},
        mine={"a": {"capacity_kt_per_year": 10.0}, "b": {}},
        supply={("a", "g"): {"price": 0.02}, ("b", "g"): {"price": 0.03, "freight": 0.01}},
    )
    r = run(s, load=1.0)
    assert r.cost == pytest.approx(7.6)
    assert (r.account("coal"), r.account("coal_freight")) == pytest.approx((6.2, 1.4))
    assert -r.dual("mine_limit", "a") == pytest.approx(0.2)
    assert r.dual("fuel_balance", "g") == pytest.approx(0.04)
    assert r.dual("nodal_balance", "A") == pytest.approx(0.4)


def test_chemistry_takes_its_coal_before_power():
    """Proves: of 10 kt, chemistry is owed 7.6; 2.4 kt = 24 TJ = 24 GWh/10 leave 2.4 GWh, one tenth of the load; 21.6 GWh are shed. One
    more kt for chemistry costs the 1 GWh that 10 TJ no longer make: VOLL.
    Sensitivity: fails if other users have a mine of their own or their balance is an inequality the wrong way.
    """
    s = tiny_system(
        thermal={"g": {"existing": 1.0, "heat_rate": 10.0}},
        mine={"a": {"capacity_kt_per_year": 10.0}},
        supply={("a", "g"): {}},
        coal_user={"chemistry": {"demand_kt_per_year": 7.6}},
    )
    r = run(s, load=1.0)
    assert r.value("shed", "A").sum() == pytest.approx(21.6)
    assert r.dual("other_coal_balance", "chemistry") == pytest.approx(VOLL)


def test_co2_price_acts_through_the_coal():
    """Proves: 24 GWh * 1 TJ/GWh * 0.1 kt/TJ * 70 CNY/t = 0.168 MCNY, on top of nothing.
    Sensitivity: fails if the price is not turned from CNY/t to MCNY/kt.
    """
    r = run(tiny_system(thermal={"g": {"existing": 1.0}}, co2_price=70.0), load=1.0)
    assert r.cost == pytest.approx(24 * 0.1 * 0.07) == r.account("co2")


@pytest.mark.parametrize(("ramp", "first"), [(0.6, 0.6), (0.3, 0.4)])
def test_capacity_that_starts_or_stops_keeps_its_ramp_from_and_to_standstill(ramp, first):
    """Proves: 1 GW of minimum load 0.4 starts for a load of 1 GW in four hours of the day. With ``start_ramps`` it reaches the higher of
    minimum load and ramp in its first hour, 0.6 or 0.4, and comes down the same way; between, it climbs by the ramp: at 0.6 it serves
    0.6 + 1 + 1 + 0.6, at 0.3 0.4 + 0.7 + 0.7 + 0.4. An idle hour costs more than a GWh is worth (minimum load without load cannot be
    sold), so it does not start before. Without the option started capacity climbs by its ramp above minimum load: 1 or 0.7 at once.
    Sensitivity: a ramp of the capacity that ran before in place of that which started, or of starts alone.
    """
    load = np.zeros(24)
    load[10:14] = 1.0
    plant = {"existing": 1.0, "min_load_share": 0.4, "ramp_share_per_h": ramp}

    def output(on):
        r = run(tiny_system(thermal={"g": plant}, options={"commitment": {"start_ramps": on}}), load={"A": load})
        return 1.0 - r.value("shed", "A")[10:14]

    assert output(True) == pytest.approx([first, min(1.0, first + ramp), min(1.0, first + ramp), first])
    assert output(False) == pytest.approx([min(1.0, 0.4 + ramp), 1.0, 1.0, min(1.0, 0.4 + ramp)])
