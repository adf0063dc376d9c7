"""Smelters, solved by hand."""

import numpy as np
import pytest
from tiny import run, tiny_system

POT = {"modulation_down_share": 0.1, "modulation_up_share": 0.05, "modulation_hours_h": 4.0}


def test_modulation_lasts_so_many_hours_and_keeps_daily_energy():
    """Proves: pots of 1 GW may go 10 % down for 4 h in a row and 5 % up; plants of 0.5 GW free and the rest at 1 for 6 dear hours. Down
    by 0.4 GWh at most (4 h * 0.1 GW), made up at 0.05 GW in 8 other hours. The day's energy stays 24 GWh.
    Sensitivity: fails if the deviation is unbounded (0.6 GWh), or energy is lost.
    """
    wind = np.ones(24) * 2.0
    wind[9:15] = 0.0
    s = tiny_system(resource={"w": {"existing": 1.0}}, thermal={"g": {"existing": 1.0, "fuel": 1.0}}, smelter={"pots": POT})
    r = run(s, availability={"w": wind})
    power = r.value("smelter_power", "pots")
    assert power.sum() == pytest.approx(24.0)
    assert power.min() >= 0.9 - 1e-9
    assert power.max() <= 1.05 + 1e-9
    # Half of the reach may be used twice: up before the dear hours (+0.4 GWh), down through them to -0.4.
    assert r.cost == pytest.approx(6 * 1.0 - 0.6)
    assert np.abs(np.cumsum(power - 1.0)).max() <= 0.4 + 1e-9


def test_daily_energy_is_kept_each_day():
    """Proves: a dear day and a cheap one: pots may not move energy from one day to the other, so both days take 24 GWh.
    Sensitivity: fails if the deviation is closed only at the end of the block (48 h).
    """
    wind = np.r_[np.zeros(24), np.full(24, 2.0)]
    s = tiny_system(resource={"w": {"existing": 1.0}}, thermal={"g": {"existing": 2.0, "fuel": 1.0}}, smelter={"pots": POT})
    r = run(s, 48, block_h=48, availability={"w": wind})
    assert r.value("smelter_power", "pots").reshape(2, 24).sum(axis=1) == pytest.approx([24.0, 24.0])
    assert r.cost == pytest.approx(24.0)


def test_pots_ramp_at_their_rate_through_midnight():
    """Proves: pots that may change by 2 % an hour cannot follow a band of 10 % down, 5 % up: no two neighbouring hours differ by more
    than 0.02 GW, across midnight and across blocks too.
    Sensitivity: fails if a ramp row is missing anywhere, such as between two blocks.
    """
    price = np.tile(np.r_[0.0, 0.0, 2.0, 2.0], 12)
    s = tiny_system(resource={"w": {"existing": 1.0}}, thermal={"g": {"existing": 2.0, "fuel": 1.0}},
                    smelter={"pots": POT | {"ramp_share_per_h": 0.02}})
    r = run(s, 48, availability={"w": price})
    power = r.value("smelter_power", "pots")
    assert np.ptp(power) > 0.02
    assert np.abs(power - np.roll(power, 1)).max() <= 0.02 + 1e-9


def test_potlines_are_shed_at_their_own_cost():
    """Proves: 1.6 GW of pots and load on 1 GW of plant: pots go before homes, 0.6 GW at 2.5 MCNY/GWh: 36 MCNY a day. No more than
    all pots (1 GW) can be shed: with load of 1.3, 1 GW of pots and 0.3 GW of homes are.
    Sensitivity: fails if potline shedding is free, or larger than the pots, or missing from the balance.
    """
    s = tiny_system(thermal={"g": {"existing": 1.0}}, smelter={"pots": {}})
    r = run(s, load=0.6)
    assert r.value("potline_shed", "pots") == pytest.approx(0.6)
    assert r.cost == pytest.approx(36.0) == r.account("potline_shedding")
    worse = run(s, load=1.3)
    assert worse.value("potline_shed", "pots") == pytest.approx(1.0)
    assert worse.value("shed", "A") == pytest.approx(0.3)
