"""Islanding tests solved by hand.  Bus A is the grid, bus B lies inside the microgrid G; in the plan the tie carries a known import."""

from dataclasses import replace

import numpy as np
import pytest

from energy_model.analyses.island import longest_run, make_island, net_import, open_border, worst_hours
from energy_model.solving.redispatch import Plan, plan_of
from energy_model.study.settings import IslandingSettings
from tests.support.tiny import run, tiny_system

BUS = {"A": {}, "B": {"microgrid": "G"}}
GRID = {"node": "A", "existing": 5.0, "fuel": 0.2}
UNIT = {"node": "B", "existing": 1.0, "min_load_share": 0.5, "fuel": 0.5, "no_load_fuel_share": 0.1}
RULES = IslandingSettings()


def plan(own=None, load=1.0, hours=24, microgrid=None, **parts) -> Plan:
    """A load [GW] at B, cheap power at A over a tie of 0.4 GW, and a unit of 1 GW inside."""
    system = tiny_system(
        bus=BUS,
        thermal={"grid": GRID, "own": UNIT | (own or {})},
        corridor={"tie": {"existing": 0.4, "tie_of": "G"}},
        microgrid={"G": microgrid or {}},
        **parts,
    )
    r = run(system, hours=hours, load={"B": load}, availability=0.0)
    return plan_of(r.problem, r.solution.primal, r.solution.dual)


def opened(p: Plan, duration=4, positions=range(4, 8), rules=RULES, **options):
    return open_border(make_island(p, "G", duration, rules, **options), positions)


def test_spinning_headroom_carries_a_lost_import():
    """Proves: 1 GW of load, 0.4 imported, 0.6 from 1 GW online (kept by a share of synchronous machines of 1): alone the unit goes to full
    output and nothing is shed. In ten minutes it gives 0.6/h * 10 min = 0.1 GW, so 0.3 GW of the step are uncovered at first.
    Sensitivity: fails if the tie stays closed, headroom is that of installed and not of online capacity, or ramp and minutes do not meet.
    """
    p = plan({"ramp_share_per_h": 0.6}, microgrid={"synchronous_share": 1.0})
    assert net_import(p, "G") == pytest.approx(0.4)
    found = opened(p)
    assert found.survived.all()
    assert found.unserved_mwh.max() == pytest.approx(0.0, abs=1e-6)
    assert found.import_mw.to_numpy() == pytest.approx(400.0)
    assert found.response_mw.to_numpy() == pytest.approx(100.0)
    assert found.step_short_mw.to_numpy() == pytest.approx(300.0)


def test_units_that_stand_still_do_not_help():
    """Proves: without that share only 0.6 GW are online; in an island of 4 h 0.4 GW are shed in every hour, 1,600 MWh. When starts are
    allowed, nothing is shed; with a start time of 2 h it is shed in two hours, 800 MWh.
    Sensitivity: fails if units start at will, or not at all, or the state before the hour is not the plan's.
    """
    p = plan()
    assert p.state["online", ("own",)] == pytest.approx(0.6)
    found = opened(p)
    assert found.firm_shed_mwh.to_numpy() == pytest.approx(1600.0)
    assert found.served_share.to_numpy() == pytest.approx(0.6)
    assert not found.survived.any()
    assert opened(p, allow_starts=True).unserved_mwh.max() == pytest.approx(0.0, abs=1e-6)
    assert opened(p, rules=IslandingSettings(start_hours=2)).firm_shed_mwh.to_numpy() == pytest.approx(800.0)


def test_pick_up_is_limited_by_the_ramp():
    """Proves: with 1 GW online at 0.6 GW and a ramp of 0.1/h, output is 0.7, 0.8, 0.9, 1.0 GW: 300 + 200 + 100 MWh are shed.
    Sensitivity: fails if the first hour does not ramp from the output before the opening.
    """
    found = opened(plan({"ramp_share_per_h": 0.1}, microgrid={"synchronous_share": 1.0}))
    assert found.firm_shed_mwh.to_numpy() == pytest.approx(600.0)


def test_surplus_is_no_failure():
    """Proves: a microgrid that exports 0.3 GW of its unit lowers output at once, below the ramp, and serves its load.
    Sensitivity: fails (infeasible) if ramps hold downward in an emergency.
    """
    system = tiny_system(
        bus=BUS,
        thermal={"own": UNIT | {"ramp_share_per_h": 0.05, "min_load_share": 0.2}},
        corridor={"tie": {"existing": 0.4, "tie_of": "G"}},
        microgrid={"G": {}},
    )
    r = run(system, load={"A": 0.3, "B": 0.5})
    found = opened(plan_of(r.problem, r.solution.primal, r.solution.dual))
    assert found.import_mw.to_numpy() == pytest.approx(-300.0)
    assert found.survived.all()
    assert found.step_down_short_mw.min() > 0  # 0.05/h in ten minutes is far less than 300 MW: the instant surplus trips units


def test_store_level_is_handed_over():
    """Proves: a battery of 0.4 GW that the plan holds at 0.8 GWh carries the lost import for two of four hours: 800 MWh are shed.
    Sensitivity: fails if the store begins empty or full, or its power is not counted.
    """
    p = plan(store={"b": {"node": "B", "existing": 0.4, "duration_h": 4.0}})
    level = {("level", ("b",)): np.full(24, 0.8)}
    p = replace(p, state={**p.state, **level}, dispatch={**p.dispatch, **level})
    assert opened(p).firm_shed_mwh.to_numpy() == pytest.approx(800.0)
    assert opened(p).response_mw.to_numpy() == pytest.approx(400.0)


def test_the_largest_unit_must_be_covered_inside():
    """Proves: two units of 0.5 GW online serve 0.7 GW alone: 0.3 GW of headroom are 0.2 GW short of the loss of one.
    Sensitivity: fails if headroom is that before the opening (0.7 GW), or a unit's size is gross of its own use.
    """
    p = plan(load=0.7, microgrid={"synchronous_share": 1 / 0.7})
    units = p.system.thermal.assign(unit_gw=0.625, net_share=0.8)
    p = replace(p, system=replace(p.system, thermal=units))
    assert opened(p).unit_short_mw.to_numpy() == pytest.approx(200.0)


def test_potlines_shed_first_and_freeze_when_long():
    """Proves: load 0.2 and pots of 0.8 GW on 0.6 GW online: the pots, which may go down to 90 %, shed to 0.4 GW, half of their power. Above
    a freezing share of 0.4 nothing freezes; below one of 0.6 they freeze after 1.5 h, but not in an island of one hour, nor with a limit of
    4 h. Firm load is served throughout.
    Sensitivity: fails if firm load sheds first, modulation counts as shed, or the limit counts hours from one.
    """
    p = plan(load=0.2, smelter={"pots": {"node": "B", "rated": 0.8, "modulation_down_share": 0.1}})
    for duration, rules, frozen in (
        (4, {"freezing_share": 0.4}, 0.0), (4, {"freezing_share": 0.6}, 800.0), (1, {"freezing_share": 0.6}, 0.0),
        (4, {"freezing_share": 0.6, "freezing_hours": 4.0}, 0.0), (4, {"freezing_share": 0.6, "freezing_hours": 3.0}, 800.0),
    ):  # fmt: skip
        found = opened(p, duration, rules=IslandingSettings(**rules))
        assert found.firm_shed_mwh.max() == pytest.approx(0.0, abs=1e-6)
        assert found.potline_least_share.to_numpy() == pytest.approx(0.5)
        assert found.potline_shed_mwh.to_numpy() == pytest.approx(320.0 * duration)
        assert found.frozen_mw.to_numpy() == pytest.approx(frozen), (duration, rules)


def test_reserve_is_spent_before_load_is_shed():
    """Proves: a reserve of 0.4 GW holds 1 GW online; alone, the unit runs at full output, 0.4 GW of reserve are missing and nothing is
    shed, although missing reserve costs as much as lost load in this study.
    Sensitivity: fails if reserve keeps its price in an emergency.
    """
    found = opened(plan(microgrid={"reserve": 0.4}))
    assert found.survived.all()
    assert found.reserve_short_mw.to_numpy() == pytest.approx(400.0)


def test_worst_hours_are_the_worst_of_all():
    """Proves: over a day with a random load the hour that the screening finds and the tests confirm is the worst of all 24.
    Sensitivity: fails if the screening ranks by load alone, by the wrong hour's units, or upside down.
    """
    load = 0.6 + 0.5 * np.random.default_rng(3).random(24)
    p = plan(load=load)
    island = make_island(p, "G", 2, RULES)
    every = open_border(island, range(24))
    found = worst_hours(island, 3)
    assert len(found) == 3
    assert found.unserved_mwh.iloc[0] == pytest.approx(every.unserved_mwh.max())
    assert every.unserved_mwh.max() > every.unserved_mwh.min() + 100


def test_longest_run():
    """Proves: the longest run of true values. Sensitivity: fails if a run does not end at a false value."""
    assert [longest_run(np.array(f)) for f in ([], [0, 1, 1, 0, 1], [1, 1, 1], [0, 0])] == [0, 2, 3, 0]
