"""Scheduled maintenance: the plants are overhauled when they are needed least."""

import numpy as np
import pytest

from tests.support.tiny import run, tiny_system


def study(**limits):
    """1 GW at 1 MCNY/GWh that needs a quarter of the year for its overhaul, a backup at 3."""
    return tiny_system(
        thermal={"plant": {"existing": 1.0, "fuel": 1.0, "planned_outage_share": 0.25}, "backup": {"existing": 1.0, "fuel": 3.0}},
        options={"maintenance": {"scheduled": True} | limits},
    )


LOAD = [1.0] * 48 + [0.5] * 24 + [1.0] * 24
"""Four days; the third is a holiday."""


def test_overhaul_falls_into_the_quiet_block():
    """Proves: of four days of 24 h one GW-day must be overhauled. With half the plant at once, 0.5 GW on the quiet day cost nothing, and
    the other 0.5 GW-day moves 12 of the 84 GWh from 1 to 3 MCNY/GWh: 84 + 24.
    The dual of the yearly row is 2: one more GWh of overhaul moves a GWh to the backup.
    Sensitivity: an even derating of 25 % moves 3 x 24 x 0.25 = 18 GWh: 84 + 36.
    """
    r = run(study(max_share=0.5), hours=96, load=LOAD)
    work = r.value("on_maintenance", "plant")
    assert work[2] == pytest.approx(0.5)
    assert work.sum() == pytest.approx(1.0)
    assert r.cost == pytest.approx(84.0 + 24.0)
    assert r.dual("maintenance_done", "plant") == pytest.approx([2.0])


def test_no_more_than_the_share_is_out_at_once():
    """Proves: with a quarter at once the work is spread evenly over four days. Sensitivity: without the limit it falls on one day."""
    r = run(study(max_share=0.25), hours=96, load=LOAD)
    assert r.value("on_maintenance", "plant") == pytest.approx([0.25] * 4)


def test_scheduling_never_costs_more_than_an_even_derating():
    """Proves: the even plan is one of those the model may choose. Sensitivity: an overhaul counted twice costs more."""
    even = tiny_system(thermal={"plant": {"existing": 1.0, "fuel": 1.0, "online_share": 0.75}, "backup": {"existing": 1.0, "fuel": 3.0}})
    assert run(study(), hours=96, load=LOAD).cost <= run(even, hours=96, load=LOAD).cost + 1e-9


def test_overhauls_by_the_month_do_not_follow_quiet_days():
    """Proves: 31 days of January of 1 GW, two of them quiet (0.5 GW), and two of February of 0.75 GW; two GW-days are owed. Of February
    0.25 GW are idle on both days: half a GW-day for nothing, more of it moves 24 GWh a GW-day from 1 to 3 MCNY/GWh, 48. The other 1.5
    GW-days are even over January, where 29 of 31 days are busy: 1.5 x 48 x 29 / 31. The dual of the yearly row is 48 x 29 / 31 / 24.
    Sensitivity: by the day half a GW more is out on each quiet day, and 24 MCNY are paid; a month that hands its overhaul to the next
    has 2/33 GW out on all days.
    """
    load = np.repeat(np.where(np.isin(np.arange(31), (9, 19)), 0.5, 1.0), 24).tolist() + [0.75] * 48
    s = tiny_system(
        thermal={"plant": {"existing": 1.0, "fuel": 1.0, "planned_outage_share": 2 / 33}, "backup": {"existing": 1.0, "fuel": 3.0}},
        options={"maintenance": {"scheduled": True, "by_month": True, "max_share": 1.0}},
    )
    r = run(s, hours=33 * 24, load=load)
    assert r.value("on_maintenance", "plant") == pytest.approx([1.5 / 31] * 31 + [0.25] * 2)
    assert r.cost == pytest.approx(sum(load) + 1.5 * 48 * 29 / 31)
    assert r.dual("maintenance_done", "plant") == pytest.approx([2 * 29 / 31])
