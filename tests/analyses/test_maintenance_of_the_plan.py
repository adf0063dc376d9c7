"""Overhauls are decided in the plan: operation day by day and islands keep them."""

import numpy as np
import pandas as pd
import pytest

from energy_model.analyses.forecast import CARRIERS, Forecaster
from energy_model.analyses.island import make_island, open_border
from energy_model.analyses.redispatch import roll
from energy_model.analyses.redispatch_tables import totals
from energy_model.solving.dispatcher import Dispatcher
from energy_model.solving.redispatch import Plan, plan_of
from energy_model.solving.windows import operation, window_data
from energy_model.study.settings import IslandingSettings
from tests.support.every import every_profile, secured
from tests.support.tiny import run, tiny_system

EXACT = pd.DataFrame(
    {"error_1h_share": 0.05, "error_24h_share": 0.15, "hour_correlation": 0.9, "site_correlation": 0.4}, index=list(CARRIERS)
)


def plan(hours=48, block_h=24, load=(0.5, 1.0), step_h=1) -> Plan:
    """B needs 0.5 GW on the first day and 1 GW on the second; its own cheap GW owes half of the time for an overhaul."""
    s = tiny_system(
        bus={"A": {}, "B": {"microgrid": "G"}},
        thermal={"grid": {"existing": 5.0, "fuel": 0.2}, "own": {"node": "B", "existing": 1.0, "fuel": 0.1, "planned_outage_share": 0.5}},
        corridor={"tie": {"existing": 1.0, "tie_of": "G"}},
        microgrid={"G": {}},
        options={"maintenance": {"scheduled": True, "max_share": 1.0}},
    )
    r = run(s, hours=hours, load={"B": np.repeat(load, 24)}, block_h=block_h, step_h=step_h)
    return plan_of(r.problem, r.solution.primal, r.solution.dual)


def test_the_plan_tells_its_overhaul_by_the_hour():
    """Proves: 24 of 48 GWh are owed. On the first day half a GW, 12 GWh, is idle and out for nothing; the other 12 GWh go to the backup at
    the same cost on either day. The plan does 24 GWh and no more.
    Sensitivity: fails if a block's value is not repeated over its hours, or lies with another block.
    """
    p = plan()
    out = p.dispatch["on_maintenance", ("own",)]
    assert out.sum() == pytest.approx(24.0)
    assert out[:24] == pytest.approx(out[0])
    assert out[24:] == pytest.approx(24.0 / 24 - out[0])
    assert 0.5 - 1e-9 <= out[0] <= 1.0 + 1e-9
    assert list(p.held_at(np.array([23, 24]))["on_maintenance", ("own",)]) == [out[0], out[24]]


@pytest.mark.parametrize(("look_ahead", "step", "step_h"), [(24, 24, 1), (48, 24, 6), (48, 48, 24)])
def test_windows_do_the_overhaul_of_the_plan(look_ahead, step, step_h):
    """Proves: the unit runs with what the plan leaves of it, in windows of one block and of two: 24 GWh are taken out, no more and no less,
    so it makes 24 of the 36 GWh of the load. Operation costs what the plan costs.
    Sensitivity: fails if windows choose the overhaul anew (at the price of the yearly row they do 12 GWh and make 36), or one value holds
    for two blocks.
    """
    p = plan(step_h=step_h)
    out = p.dispatch["on_maintenance", ("own",)]
    found = roll(p, Forecaster(p, EXACT, 12, 1, 0.0), look_ahead, step, 0.0)
    online = found.real["online", ("own",)]
    assert np.max(online + out) <= 1.0 + 1e-9
    assert online == pytest.approx(np.minimum(1.0 - out, np.repeat([0.5, 1.0], 24)))
    assert online.sum() == pytest.approx(24.0)
    assert sum(v.sum() for v in found.costs.values()) == pytest.approx(sum(v.sum() for v in found.plan_costs.values()))
    assert "maintenance_ledger" not in set(totals(p, found).ledger)


def held_elsewhere(p: Plan, by_day: tuple[float, float]) -> Plan:
    """The plan with its overhaul and its commitment moved by hand: `by_day` GW are out."""
    out = np.repeat(by_day, 24)
    online = np.minimum(1.0 - out, np.repeat([0.5, 1.0], 24))
    moved = {("on_maintenance", ("own",)): out, ("online", ("own",)): online, ("above_minimum", ("own",)): online}
    state = {label: values for label, values in moved.items() if label in p.state}
    tie = {("flow_forward", ("tie",)): np.repeat([0.5, 1.0], 24) - online}
    return Plan(p.system, p.profiles, p.hours, p.step_h, p.capacity, p.price, {**p.state, **state}, p.value, {**p.dispatch, **moved, **tie})


def test_a_window_over_two_blocks_has_the_value_of_each():
    """Proves: all of the unit is out on the first day and none on the second: in a window from noon to noon it makes nothing for 12 h and
    1 GW for 12 h. The plan's row is a ring: from noon of the second day it is the other way round.
    Sensitivity: fails if a window holds one value, that of its beginning.
    """
    p = held_elsewhere(plan(), (1.0, 0.0))
    op = operation(p.system, 24, 1, p.capacity, p.price)
    own = op.places("online")[1][op.places("online")[0].index(("own",))]
    for start, expected in ((12, [0.0] * 12 + [1.0] * 12), (36, [1.0] * 12 + [0.0] * 12)):
        positions = p.following(start, 24)
        lp = op.lp(window_data(p.profiles, p.year_hour(positions)), p.state_at(p.before(start)), p.held_at(positions))
        assert Dispatcher(op).solve(lp).primal[own] == pytest.approx(expected)
    with pytest.raises(KeyError, match="on_maintenance"):
        op.lp(window_data(p.profiles, p.year_hour(positions)), p.state_at(p.before(start)), {})


@pytest.mark.parametrize("allow_starts", [False, True])
def test_an_island_starts_no_unit_under_overhaul(allow_starts):
    """Proves: the unit is out on the first day; alone the microgrid sheds all of 0.5 GW for 4 h, 2000 MWh, though units may start. Opened
    two hours before the overhaul ends it sheds 2 h x 0.5 GW and, when the unit may start then, nothing more; else 2 h x 1 GW more.
    On the second day the unit is online and nothing is shed.
    Sensitivity: fails if the island decides the overhaul anew: nothing is shed when starts are allowed.
    """
    p = held_elsewhere(plan(), (1.0, 0.0))
    found = open_border(make_island(p, "G", 4, IslandingSettings(), allow_starts=allow_starts), [5, 22, 30])
    assert found.unserved_mwh.to_numpy() == pytest.approx([2000.0, 1000.0 if allow_starts else 3000.0, 0.0], abs=1e-5)
    assert found.import_mw.to_numpy() == pytest.approx([500.0, 500.0, 0.0], abs=1e-6)


def test_windows_with_reserves_cost_what_the_plan_costs():
    """Proves: with reserve products, a margin clause and scheduled maintenance the horizon in one window costs what the plan costs, so
    reserve rows see the overhaul too; shorter windows cost no less and at most 1 % more.
    Sensitivity: fails if a row with available capacity (commitment, non-spinning reserve) is left with the whole capacity.
    """
    r = run(secured(), **every_profile(96), step_h=6, block_h=24)
    p = plan_of(r.problem, r.solution.primal, r.solution.dual)
    assert p.dispatch["on_maintenance", ("coal",)].sum() == pytest.approx(0.08 * 1.2 * 96)
    for look_ahead, most in ((96, 1e-7), (48, 1e-2)):
        found = roll(p, Forecaster(p, EXACT, 12, 1, 0.0), look_ahead, min(look_ahead, 24) if most > 1e-6 else 96, 0.0)
        planned = sum(v.sum() for v in found.plan_costs.values())
        assert -1e-7 <= (sum(v.sum() for v in found.costs.values()) + found.end_cost) / planned - 1 <= most
