"""Studies that are no ring: given levels at the start, free first hours, and plants that must run; solved by hand."""

import numpy as np
import pytest

from energy_model.study.horizon import Horizon, HorizonError
from tests.support.tiny import VOLL, build, run, tiny_system


def test_a_given_level_is_used_up_and_nothing_is_owed_at_the_end():
    """Proves: 6 GWh at the start, 10 % loss an hour from the second hour on, load of 1 GW: 1 is drawn in each of the first hours from
    levels 6 -> 5 -> 3.5 -> 2.15 -> 0.935, then 0.8415 is left for the fifth; the end is empty. Blocks of 6 h give the same.
    Sensitivity: a ring would ask for the level back (it would draw nothing), a loss before the first hour would leave 0.18 less.
    """
    store = {"lake": {"existing": 2.0, "duration_h": 4.0, "start_level": 6.0, "standing_loss_share_per_h": 0.1}}
    for block_h in (24, 6):
        r = run(tiny_system(store=store), load=1.0, block_h=block_h)
        assert r.value("discharge", "lake").sum() == pytest.approx(4.8415)
        assert r.cost == pytest.approx(VOLL * (24 - 4.8415))


def test_a_plant_that_must_run_keeps_its_minimum_load():
    """Proves: 1 GW of which 80 % must be on-line at a minimum load of 50 % makes at least 0.4 GW at 0.5 MCNY/GWh, although wind is free:
    24 h x 0.4 x 0.5 = 4.8 MCNY. Sensitivity: without the row the plant is off and the cost 0; on the whole capacity it would be 6.0.
    """
    thermal = {"chp": {"existing": 1.0, "fuel": 0.5, "min_load_share": 0.5, "must_run_share": 0.8}}
    r = run(tiny_system(thermal=thermal, resource={"w": {"existing": 5.0}}), load=1.0)
    assert r.cost == pytest.approx(4.8)


def test_the_first_hour_of_an_open_study_has_no_ramp_and_no_start():
    """Proves: a plant of 1 GW, 10 %/h, load falling from 1 to 0 in the middle of the day: in a ring its climb back to 1 GW in hour 1
    must begin ten hours before the end, or load is shed; in an open study hour 1 is free and nothing is shed at its beginning, and no
    start is paid. In both the descent after hour 12 is a ramp: surplus of a plant that cannot fall is avoided by shedding before.
    Sensitivity: fails if a ramp or start row still ties the first hour to the last.
    """
    load = np.r_[np.ones(12), np.zeros(12)]
    plant = {"existing": 1.0, "fuel": 0.1, "ramp_share_per_h": 0.1, "start_cost": 0.7, "must_run_share": 1.0}
    opened = run(tiny_system(thermal={"g": plant | {"open_start": True}}), load={"A": load})
    ring = run(tiny_system(thermal={"g": plant}), load={"A": load})
    shed = 1.0 - 0.1 * np.arange(12)[::-1] - 0.1
    expected = np.clip(shed, 0, None)
    assert opened.value("shed", "A")[:12] == pytest.approx(expected)
    assert ring.value("shed", "A")[:12].sum() > opened.value("shed", "A")[:12].sum() + 1.0
    assert opened.account("starts") == pytest.approx(0.0)


def test_typical_weeks_of_an_open_study_are_refused():
    """Proves: weeks that close to rings cannot hold a level given for the first hour; the sentence says so.
    Sensitivity: the level would hold in the first week alone, and nobody would know.
    """
    store = {"lake": {"existing": 2.0, "duration_h": 4.0, "start_level": 6.0}}
    with pytest.raises(HorizonError, match="consecutive hours"):
        build(tiny_system(store=store), 336, horizon=Horizon("weeks", 1))
