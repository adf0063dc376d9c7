"""Smelters, solved by hand."""

import numpy as np
import pytest

from tests.support.tiny import run, tiny_system

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
    s = tiny_system(
        resource={"w": {"existing": 1.0}}, thermal={"g": {"existing": 2.0, "fuel": 1.0}}, smelter={"pots": POT | {"ramp_share_per_h": 0.02}}
    )
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


@pytest.mark.parametrize(("exact", "saved"), [(False, 0.6), (True, 0.5)])
def test_hours_in_a_row_hold_for_pots_that_were_heated(exact, saved):
    """Proves: six dear hours in the middle of the day; pots of 1 GW go 10 % down. The band of the running deviation lets pots that were
    heated before stay down all six (0.6 GWh); with the exact rule no 5 hours in a row withhold more than 4 x 0.1 GWh: 0.5 in all, as one
    hour among them is at rated power.
    Sensitivity: fails if the window is an hour too short (0.6) or too long (0.4).
    """
    wind = np.ones(24) * 2.0
    wind[9:15] = 0.0
    s = tiny_system(
        resource={"w": {"existing": 1.0}},
        thermal={"g": {"existing": 1.0, "fuel": 1.0}},
        smelter={"pots": POT},
        options={"smelters": {"hours_in_a_row": exact}},
    )
    r = run(s, availability={"w": wind})
    assert r.cost == pytest.approx(6.0 - saved)
    down = 1.0 - r.value("smelter_power", "pots")
    windows = [sum(down[(t + i) % 24] for i in range(5)) for t in range(24)]
    assert bool(max(windows) < 0.4 + 1e-6) is exact


def test_hours_in_a_row_look_back_over_midnight():
    """Proves: hours 20 to 24 and 0 to 4 of the next day are dear, in blocks of a day: eight hours in a row with 0.1 GW withheld in each
    would be 0.8 GWh; any five withhold 0.4 at most, also over midnight: 4 down, one at rated power, 3 down: 0.7.
    Sensitivity: a window that starts afresh at midnight gives 0.8.
    """
    wind = np.ones(24) * 2.0
    wind[[20, 21, 22, 23, 0, 1, 2, 3]] = 0.0
    s = tiny_system(
        resource={"w": {"existing": 1.0}},
        thermal={"g": {"existing": 1.0, "fuel": 1.0}},
        smelter={"pots": POT},
        options={"smelters": {"hours_in_a_row": True}},
    )
    r = run(s, 48, block_h=24, availability={"w": np.tile(wind, 2)})
    assert r.cost == pytest.approx(2 * (8.0 - 0.7))


def test_shed_pots_come_back_at_a_cost():
    """Proves: for 6 h, 0.4 of the 1 GW that pots need is missing, except in one hour in between. Shedding is 0.3 MCNY/GWh; staying shed in
    that hour costs 0.12. A second restart at 0.2 MCNY/GW costs 0.08, so they come back twice: 5 x 0.4 x 0.3 + 2 x 0.4 x 0.2 = 0.76. At
    0.4 it costs 0.16, so they stay down: 6 x 0.4 x 0.3 + 0.4 x 0.4 = 0.88.
    Sensitivity: fails if restarts are free, charged per hour shed, or charged on going down.
    """
    plant = np.ones(24)
    plant[8:14] = 0.6
    plant[10] = 1.0
    for cost, expected in ((0.2, 0.76), (0.4, 0.88)):
        s = tiny_system(
            resource={"w": {"existing": 1.0}},
            smelter={"pots": {"shed_cost": 0.3, "restart_cost": cost}},
            options={"smelters": {"restarts": True}},
        )
        r = run(s, block_h=24, availability={"w": plant})
        assert r.cost == pytest.approx(expected)
        assert r.account("potline_restarts") == pytest.approx(expected - r.account("potline_shedding"))


def test_shed_potlines_of_midnight_come_back_in_the_next_block():
    """Proves: 0.4 GW are shed in the last hour of day 1 and come back in the first of day 2: one restart, 0.4 x 0.2 = 0.08.
    Sensitivity: a block that forgets what was shed before it restarts for nothing.
    """
    wind = np.ones(48)
    wind[23] = 0.6
    s = tiny_system(
        resource={"w": {"existing": 1.0}},
        smelter={"pots": {"shed_cost": 0.3, "restart_cost": 0.2}},
        options={"smelters": {"restarts": True}},
    )
    r = run(s, 48, block_h=24, availability={"w": wind})
    assert r.account("potline_restarts") == pytest.approx(0.08)


def test_tonnes_are_owed():
    """Proves: pots of 1 GW at 13.5 MWh/t make 24/13.5 = 1.778 kt a day. Plant costs 3 MCNY/GWh, shedding 2.5: all is shed. A clause of 1.2
    kt, hard, keeps 16.2 GWh running: its price is (3 - 2.5) x 13.5 = 6.75 MCNY/kt. As a soft clause at 6 it is missed by all 1.2.
    Sensitivity: fails if the clause is only reported, counts what is scheduled instead of what is used, or mixes GWh and MWh.
    """
    for mode, made, price in (("hard", 1.2, 6.75), ("soft", 0.0, 6.0)):
        clause = {"quantity": "aluminium_kt", "value": 1.2, "mode": mode, "penalty_cny_per_unit": 6e6}
        s = tiny_system(thermal={"g": {"existing": 1.0, "fuel": 3.0}}, smelter={"pots": {}}, target={"tonnes": clause})
        r = run(s)
        assert r.value("total_potline", "pots") / 13.5 == pytest.approx(made)
        assert r.dual("clause_at_least", "tonnes") == pytest.approx(price)
    elsewhere = clause | {"scope": "B", "value": 0.0}
    s = tiny_system(
        bus={"A": {}, "B": {"microgrid": "park"}},
        smelter={"pots": {"node": "B"}, "far": {}},
        microgrid={"park": {}},
        target={"node": elsewhere, "grid": elsewhere | {"scope": "park"}, "one": elsewhere | {"scope": "pots"}},
    )
    rows = run(s).lp
    for name in ("node", "grid", "one"):
        labels, ids = rows.row_ids["clause_at_least"]
        assert rows.matrix[[ids[labels.index((name,))]]].nnz == 2  # the pots of B, and what is missed
