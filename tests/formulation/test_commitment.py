"""Minimum times, start classes, whole units and retrofits, solved by hand."""

import itertools

import numpy as np
import pytest

from energy_model.solving.integer import solve_integer
from energy_model.study.horizon import Horizon
from tests.support.tiny import VOLL, build, run, solved, tiny_system

TIMES = {"minimum_times": True}
CLASSES = {"start_classes": True}
DUMP = {"bus": {"A": {}, "X": {}}, "corridor": {"out": {"to_bus": "X", "existing": 9.0, "reversible": False, "loss_share": 1.0}}}
"""A line on which everything is lost: power that is made and not needed goes there."""


def step_load(*levels, hours: int) -> np.ndarray:
    """Load of equal stretches [GW]."""
    return np.repeat(np.array(levels, float), hours)


def test_minimum_up_time_holds_across_the_border_of_a_block():
    """Proves: blocks of 24 h, steps of 6 h. Only the last step of day 1 needs 1 GW; minimum load is full load, so the rest of a stay is
    dumped over a line that loses everything. 18 h on-line = 3 steps: from step 4 of day 1 through step 2 of day 2 (or before: all the
    same). Burnt: 1 GW x 18 h at 0.1 = 1.8, in blocks of 24 h as in one of 48 h.
    Sensitivity: a row that does not look back over midnight lets it stop there: 0.6.
    """
    load = step_load(0, 0, 0, 1, 0, 0, 0, 0, hours=6)
    for block_h in (24, 48):
        s = tiny_system(
            **DUMP, thermal={"g": {"existing": 2.0, "min_load_share": 1.0, "fuel": 0.1, "min_up_h": 18.0}}, options={"commitment": TIMES}
        )
        r = run(s, 48, block_h=block_h, step_h=6, load={"A": load})
        assert r.value("online", "g").sum() == pytest.approx(3), block_h
        assert r.cost == pytest.approx(1.8), block_h


def test_in_a_cluster_another_unit_may_stop():
    """Proves: the same with 1 GW needed always and 2 GW in the last step of day 1: the new unit stays and the old one stops: nothing is
    dumped, as 1 GW of the two has been on-line long enough.
    Sensitivity: a row that binds all on-line capacity to the last start costs 1.2 more.
    """
    load = step_load(1, 1, 1, 2, 1, 1, 1, 1, hours=6)
    g = {"existing": 2.0, "min_load_share": 1.0, "fuel": 0.1, "min_up_h": 18.0}
    s = tiny_system(**DUMP, thermal={"g": g}, options={"commitment": TIMES})
    r = run(s, 48, step_h=6, load={"A": load})
    assert r.cost == pytest.approx(0.1 * load.sum())


def test_minimum_down_time_longer_than_a_block():
    """Proves: 1 GW of wind on day 2 of four lets a plant at 5 MCNY/GWh stop; with 36 h least time off-line it is missing for 12 h of day 3,
    and 12 GWh are shed: (96 - 36) x 5 + 12 x 10 = 420, less than the 480 of running through. Blocks are 24 h, steps 12 h.
    Sensitivity: a look back that ends at the block before lets it return after 24 h and shed nothing: 360.
    """
    wind = np.r_[np.zeros(24), np.ones(24), np.zeros(48)]
    s = tiny_system(
        thermal={"g": {"existing": 1.0, "min_load_share": 1.0, "no_load_fuel_share": 0.0, "fuel": 5.0, "min_down_h": 36.0}},
        resource={"w": {"existing": 1.0}},
        options={"commitment": TIMES},
    )
    r = run(s, 96, block_h=24, step_h=12, load=1.0, availability={"w": wind})
    assert r.value("shed", "A").sum() == pytest.approx(12.0)
    assert r.cost == pytest.approx(60 * 5 + 12 * VOLL)


def test_a_week_that_repeats_looks_back_into_itself():
    """Proves: in a typical week of half days, 1 GW is needed in two of them and least time off-line is 36 h. When the two touch over the
    end of the week, or stand far apart, the plant runs two half days; when 12 h lie between them, it runs three, inside the week as well
    as over its end. (Shedding instead would cost 120.)
    Sensitivity: fails if a typical week looks back into nothing, or into another week.
    """
    g = {"existing": 1.0, "min_load_share": 1.0, "fuel": 0.1, "min_down_h": 36.0}
    s = tiny_system(**DUMP, thermal={"g": g}, options={"commitment": TIMES})
    need = np.zeros(14)
    need[[0, 13]] = 1.0
    r = run(s, 168, step_h=12, horizon=Horizon("weeks", 1), load={"A": np.repeat(need, 12)})
    assert r.value("online", "g").sum() == pytest.approx(2)
    need[[0, 11, 13]] = 0.0, 1.0, 1.0
    apart = run(s, 168, step_h=12, horizon=Horizon("weeks", 1), load={"A": np.repeat(need, 12)})
    assert apart.value("online", "g").sum() == pytest.approx(3)  # 12 h apart: it runs through
    need[[11, 13]], need[[1, 13]] = 0.0, 1.0
    wrapped = run(s, 168, step_h=12, horizon=Horizon("weeks", 1), load={"A": np.repeat(need, 12)})
    assert wrapped.value("online", "g").sum() == pytest.approx(3)  # the same over the end of the week


def test_a_start_costs_by_the_hours_before_it():
    """Proves: steps of 12 h; a plant follows 1 GW of load that is off for 12 h, then 24 h, then 60 h. Hot up to 12 h (250), warm up to 48
    h (450), else cold (900): 0.25 + 0.45 + 0.9 = 1.6 MCNY a round of eleven steps and one to make whole days.
    Sensitivity: fails if all starts are warm (1.35), if hours are counted one step off, or if a class forgets the block before.
    """
    on = np.array([1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0], float)
    g = {
        "existing": 1.0,
        "min_load_share": 1.0,
        "start_cost_hot": 0.25,
        "start_cost": 0.45,
        "start_cost_cold": 0.9,
        "hot_start_h": 12.0,
        "warm_start_h": 48.0,
    }
    for block_h in (24, 72, 144):
        s = tiny_system(thermal={"g": g}, options={"commitment": CLASSES})
        r = run(s, 144, block_h=block_h, step_h=12, load={"A": np.repeat(on, 12)})
        assert r.account("starts") == pytest.approx(1.6), block_h
        assert r.value("class_start", "g", "hot").sum() == pytest.approx(1.0)
        assert r.value("class_start", "g", "warm").sum() == pytest.approx(1.0)


def test_one_stop_serves_one_start():
    """Proves: of 3 GW off-line, 2 have been off for days and 1 stopped 12 h ago. When 3 GW start in two steps, 2 then 1, one GW is hot and
    two are cold: 0.6 + 2 x 0.9 = 2.4.
    Sensitivity: limits on single steps would let the one stop serve a hot start in both steps (2.1), as both lie within its 24 h.
    """
    on = np.array([3, 1, 1, 1, 1, 1, 0, 2, 3, 3, 3, 3], float)
    g = {
        "existing": 3.0,
        "min_load_share": 1.0,
        "start_cost_hot": 0.6,
        "start_cost": 0.6,
        "start_cost_cold": 0.9,
        "hot_start_h": 24.0,
        "warm_start_h": 24.0,
    }
    s = tiny_system(thermal={"g": g}, options={"commitment": CLASSES})
    r = run(s, 144, block_h=48, step_h=12, load={"A": np.repeat(on, 12)})
    assert r.account("starts") == pytest.approx(2.4)


def test_part_load_costs_more_a_unit():
    """Proves: a cluster of 2 GW with 20 % no-load fuel at 0.1 MCNY/GWh runs at half load for a day when restarting is dear: fuel is
    0.1 x (0.8 x 1 + 0.2 x 2) = 0.12 per GWh, 20 % above full load; with free starts 1 GW goes off and it is 0.10.
    Sensitivity: fails if no-load fuel follows output or capacity instead of on-line capacity.
    """
    load = step_load(2, 1, hours=24)
    for start, unit in ((9.0, 0.12), (0.0, 0.10)):
        s = tiny_system(thermal={"g": {"existing": 2.0, "no_load_fuel_share": 0.2, "fuel": 0.1, "start_cost": start}})
        r = run(s, 48, load={"A": load})
        half = r.value("online", "g")[24:] * 0.2 * 0.1 + (0.8 * 0.1)
        assert half == pytest.approx(unit)
        assert r.cost == pytest.approx(24 * 2 * 0.1 + 24 * unit)


def test_whole_units_against_every_plan():
    """Proves: three units of 0.5 GW (minimum 40 %, no-load fuel, a start cost) over four steps: branch and bound finds the cheapest of all
    4^4 plans, each priced by hand as economic dispatch; the relaxation is cheaper, as it runs 1.8 units at 0.9 GW.
    Sensitivity: fails if units are not whole, of another size, or starts are counted per unit instead of per GW.
    """
    levels, cap, least, no_load, fuel, start = np.array([0.9, 0.3, 1.2, 0.6]), 0.5, 0.4, 0.3, 0.2, 0.4
    g = {"existing": 1.5, "unit_gw": cap, "min_load_share": least, "no_load_fuel_share": no_load, "fuel": fuel, "start_cost": start}
    s = tiny_system(thermal={"g": g | {"whole": True}})
    problem = build(s, step_h=6, load={"A": np.repeat(levels, 6)})

    def cost(plan) -> float:
        online = np.array(plan) * cap
        if (levels < least * online).any():  # nothing can be dumped
            return np.inf
        made = np.minimum(levels, online)
        burnt = 6 * fuel * ((1 - no_load) * made + no_load * online).sum() + 6 * VOLL * (levels - made).sum()
        return burnt + start * np.maximum(online - np.roll(online, 1), 0).sum()

    best = min(cost(plan) for plan in itertools.product(range(4), repeat=4))
    found = solve_integer(problem.lp, gap=0.0)
    assert found.objective == pytest.approx(best, rel=1e-6)
    assert solved(problem).cost < best - 0.05


@pytest.mark.parametrize(("capex", "built"), [(0.9, 1.0), (1.1, 0.0)])
def test_retrofit_pays_when_the_wind_it_frees_is_worth_more(capex, built):
    """Proves: 2 GW of load, 1 GW of wind for 10 h of the day, 2 GW of plant that cannot stop (start cost 100) with a minimum of 75 %:
    1.5 GW, so 0.5 GW of wind is curtailed. Converting 1 GW to a minimum of 25 % frees those 0.5 GW: 10 h x 0.5 GW x 0.2 MCNY/GWh of coal
    = 1.0 MCNY. It is built at 0.9 and not at 1.1 MCNY/GW, and no more of it than it takes. What is converted is not paid back.
    Sensitivity: fails if the parent does not shrink (capacity 3), if its cost is refunded, or the retrofit keeps the old minimum.
    """
    plant = {"min_load_share": 0.75, "start_cost": 100.0, "fuel": 0.2}
    s = tiny_system(
        thermal={
            "old": plant | {"existing": 2.0, "capex": 50.0, "fom": 0.1},
            "flexible": plant | {"min_load_share": 0.25, "max_new": 2.0, "capex": capex, "fom": 0.1, "retrofit_of": "old"},
        },
        resource={"w": {"existing": 1.0}},
    )
    r = run(s, load=2.0, availability={"w": np.r_[np.ones(10), np.zeros(14)]})
    assert r.value("capacity_thermal", "flexible") == pytest.approx(built)
    assert r.value("capacity_thermal", "old") == pytest.approx(2 - built)
    used = 10 * 0.5 + 10 * 0.5 * built
    assert r.cost == pytest.approx(0.2 * (48 - used) + capex * built + 2 * 0.1)
