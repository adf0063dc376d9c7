"""Schedules and planned outages of corridors, whole circuits, solved by hand."""

import numpy as np
import pytest

from energy_model.exchange.subset import pypsa_subset
from energy_model.solving.integer import solve_integer
from tests.support.tiny import build, run, solved, tiny_system

AB = {"A": {}, "B": {}}
PLANTS = {"far": {"existing": 5.0, "fuel": 0.2}, "near": {"node": "B", "existing": 5.0, "fuel": 0.5}}


def link(**columns):
    """Power at 0.2 in A and 0.5 in B, joined by an HVDC link of 2 GW."""
    row = {"kind": "hvdc", "existing": 2.0, "reversible": False}
    return tiny_system(bus=AB, thermal=PLANTS, corridor={"l": row | columns})


def test_a_schedule_is_held_over_its_step():
    """Proves: a load of 1 and 2 GW in turn gets 1 GW all day over a schedule held 4 h, the rest from B: 24 x 0.2 + 12 x 0.5 = 10.8;
    without a schedule 36 x 0.2 = 7.2.
    Sensitivity: fails if the step is ignored.
    """
    load = {"B": [1.0, 2.0] * 12}
    assert run(link(), load=load).cost == pytest.approx(7.2)
    held = run(link(schedule_step_h=4), load=load)
    assert held.cost == pytest.approx(10.8)
    assert held.value("flow_forward", "l") == pytest.approx(np.ones(24))


def test_steps_start_with_the_day():
    """Proves: with a step of 3 h and loads of 1, 1, 1, 2, 2, 2, ... the schedule follows the load without cost.
    Sensitivity: fails if steps are shifted by an hour.
    """
    load = {"B": ([1.0] * 3 + [2.0] * 3) * 4}
    assert run(link(schedule_step_h=3), load=load).cost == pytest.approx(36 * 0.2)


@pytest.mark.parametrize("hours", [24, 48])
def test_a_schedule_ramps(hours):
    """Proves: at a quarter of 2 GW an hour a load of 2 GW in the second half of the day gets 0.5, 1, 1.5, 2 ..., and down again before the
    next day begins: 18 of 24 GWh, so 18 x 0.2 + 6 x 0.5 = 6.6 a day, in one block and in two that hand the schedule on.
    Sensitivity: fails if the ramp is free between blocks (7.5 GWh more), or only one direction is limited.
    """
    r = run(link(ramp_share_per_h=0.25), hours=hours, load={"B": ([0.0] * 12 + [2.0] * 12) * (hours // 24)})
    assert r.cost == pytest.approx(6.6 * hours / 24)
    assert r.value("flow_forward", "l")[12:24] == pytest.approx([0.5, 1, 1.5, *[2] * 6, 1.5, 1, 0.5])


def test_a_link_may_reverse():
    """Proves: a reversible link sends 1 GW to B in one half of the day and back in the other, where B has the cheap plant.
    Sensitivity: fails if the schedule cannot be negative.
    """
    s = tiny_system(
        bus=AB,
        thermal={"g": {"existing": 1.0}, "h": {"node": "B", "existing": 1.0}},
        corridor={"l": {"kind": "hvdc", "existing": 2.0, "schedule_step_h": 12}},
    )
    r = run(s, load={"A": [2.0] * 12 + [0.0] * 12, "B": [0.0] * 12 + [2.0] * 12})
    assert r.cost == pytest.approx(0.0)
    assert r.value("schedule", "l")[[11, 23]] == pytest.approx([-1, 1])


def test_a_planned_outage_takes_circuits_for_its_days():
    """Proves: of 3 GW, 1 GW is out on the second of three days: 3, 2 and 3 GW arrive of a load of 4; the least power of a tenth goes down
    with it. A window that begins on the last day of the year goes on at its beginning.
    Sensitivity: fails if the window is a day off, takes a share of all, or ends with the year.
    """
    columns = {"existing": 3.0, "outage": 1.0, "outage_days": 1, "outage_start": "01-02"}
    r = run(link(**columns), hours=72, load={"B": 4.0})
    assert r.value("flow_forward", "l") == pytest.approx([*[3] * 24, *[2] * 24, *[3] * 24])
    least = tiny_system(
        bus=AB,
        thermal={"far": PLANTS["near"] | {"node": "A"}, "near": PLANTS["far"] | {"node": "B"}},
        corridor={"l": {"kind": "hvdc", "reversible": False, "min_power_share": 0.1} | columns},
    )
    assert run(least, hours=72, load={"B": 4.0}).value("flow_forward", "l") == pytest.approx([*[0.3] * 24, *[0.2] * 24, *[0.3] * 24])
    r = run(link(**columns | {"outage_start": "12-31", "outage_days": 2}), hours=72, load={"B": 4.0})
    assert r.value("flow_forward", "l") == pytest.approx([*[2] * 24, *[3] * 48])


def test_an_outage_adds_no_data_where_there_is_none():
    """Proves: without planned outages the block has no data column more. Sensitivity: fails if the default grows."""
    assert build(link()).profiles.sizes["outaged"] == 0
    assert build(link(outage=1.0, outage_start="01-02", outage_days=1)).profiles.sizes["outaged"] == 1


def test_new_capacity_comes_in_whole_circuits():
    """Proves: beside 0.5 GW that stand, 0.7 GW are wanted in circuits of 0.4 GW at 2 MCNY/GW: two are built, 0.8 GW; cost 1.6 + 24 x 1.2 x
    0.2 = 7.36. The third circuit that `max_new` has no room for is not offered.
    Sensitivity: the relaxation builds 0.7 GW (7.16).
    """
    s = tiny_system(
        bus=AB,
        thermal={"far": PLANTS["far"], "near": {"node": "B", "existing": 5.0, "fuel": 9.0}},
        corridor={"l": {"existing": 0.5, "circuits": 1.0, "max_new": 1.1, "new_circuit": 0.4, "circuits_per_gw": 2.5, "capex": 2.0}},
        options={"network": {"circuits": "integer"}},
    )
    problem = build(s, load={"B": 1.2})
    assert problem.lp.integer.sum() == 1
    assert problem.lp.upper[problem.lp.integer] == [2]
    plan = solve_integer(problem.lp, threads=1, gap=1e-9)
    assert plan.objective == pytest.approx(7.36)
    assert solved(problem).cost == pytest.approx(7.16)


def test_an_exported_network_says_what_it_lacks():
    """Proves: the subset for PyPSA names schedules, and has none. Sensitivity: a silent difference of the optimum."""
    part, lacks = pypsa_subset(link(schedule_step_h=4))
    assert [words for _, words in lacks] == ["schedules of HVDC links"]
    assert run(part, load={"B": [1.0, 2.0] * 12}).cost == pytest.approx(7.2)
