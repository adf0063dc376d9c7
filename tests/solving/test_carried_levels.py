"""Levels of long-duration stores, carried from calendar week to calendar week over typical weeks."""

from dataclasses import replace

import numpy as np
import pytest

from energy_model.solving.build import build_problem
from energy_model.solving.highs import solve_lp
from energy_model.solving.joined_years import join
from energy_model.solving.pathway import join_years
from energy_model.study.horizon import Horizon
from energy_model.units import HOURS_PER_WEEK
from tests.support.pathways import linked
from tests.support.tiny import VOLL, Run, build, run, solved, tiny_profiles, tiny_system

STORE = {"existing": 1.0, "duration_h": 200.0, "vom": 0.01}


def system(store=None, **parts):
    """Wind of 1 GW, a dear plant of 0.1 GW, and a store that carries energy between weeks unless told otherwise."""
    parts = {"resource": {"w": {"existing": 1.0}}, "thermal": {"g": {"existing": 0.1, "fuel": 2.0}}} | parts
    return tiny_system(store={"lake": STORE | {"long_duration": True} | (store or {})}, **parts)


def weeks(text: str) -> np.ndarray:
    """Availability of wind in weeks: full (F), every other hour (H), first half (U: up and down), last half (D) or empty (E)."""
    first = np.repeat([1.0, 0.0], HOURS_PER_WEEK // 2)
    shape = {"F": np.ones(HOURS_PER_WEEK), "H": np.arange(HOURS_PER_WEEK) % 2.0, "U": first, "D": 1 - first, "E": np.zeros(HOURS_PER_WEEK)}
    return np.concatenate([shape[c] for c in text])


def typical(y, text: str, load: float = 0.5) -> Run:
    """Solved over as many typical weeks as there are kinds."""
    wind = weeks(text)
    return run(y, len(wind), horizon=Horizon("weeks", len(set(text))), load=load, availability={"w": wind})


def whole(y, text: str, load: float = 0.5) -> Run:
    """Solved over every hour."""
    wind = weeks(text)
    return run(y, len(wind), load=load, availability={"w": wind}, block_h=HOURS_PER_WEEK)


def week_levels(r: Run) -> np.ndarray:
    """Level at the start of each calendar week [GWh]."""
    labels, ids = r.lp.column_ids["week_level"]
    assert [w for _, w in labels] == list(range(1, len(labels) + 1))
    return r.solution.primal[ids]


def test_a_store_carries_a_windy_week_into_an_empty_one():
    """Proves: of F E with a load of 0.5 GW, the windy week stores 0.5 GW x 168 h = 84 GWh, which the empty one uses up: levels 0 and 84 at
    the starts, cost 84 x 0.01 = 0.84 MCNY; a ring in each week makes 0.1 x 168 GWh for 33.6 MCNY and sheds the other 67.2 GWh for 672.
    Sensitivity: fails if the gain of a week does not reach the next, has the wrong sign, or the ring of the year is open.
    """
    r = typical(system(), "FE")
    assert week_levels(r) == pytest.approx([0.0, 84.0], abs=1e-6)
    assert r.cost == pytest.approx(0.84) == r.account("storage_variable")
    assert r.value("level", "lake") == pytest.approx(np.r_[0.5 * np.arange(1, 169), 84 - 0.5 * np.arange(1, 169)])
    ring = typical(system({"long_duration": False}), "FE")
    assert ring.cost == pytest.approx(33.6 + 67.2 * VOLL)
    assert "week_level" not in ring.lp.column_ids


def test_volume_holds_for_the_fullest_and_the_emptiest_week():
    """Proves: of F F E E two windy weeks in a row would fill 168 GWh; 100 GWh hold 50 of each, so that each empty week gets 50 GWh: levels
    0, 50, 100, 50, and 2 x (84 - 50 - 16.8) = 34.4 GWh are shed. Of F E F E each windy week stores the 84 GWh of the next, at no cost.
    Sensitivity: fails if a week's gain is limited as if it stood alone (84 GWh each), or volume counts over the two weeks together.
    """
    y = system({"duration_h": 100.0, "vom": 0.0})
    r = typical(y, "FFEE")
    assert week_levels(r) == pytest.approx([0.0, 50.0, 100.0, 50.0], abs=1e-6)
    assert r.account("load_shedding") == pytest.approx(34.4 * VOLL)
    assert typical(y, "FEFE").cost == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("loss", [0.0, 0.002])
def test_copies_of_weeks_cost_what_every_hour_costs(loss):
    """Proves: where the calendar weeks are exact copies, F F E E, and the store is large, the typical weeks cost what all 672 hours cost,
    and the weeks' starts are those of the hours. With standing losses the hours may use two equal weeks differently (the later keeps more),
    so the typical weeks cost no less. A ring in each week is dearer by a fifth and more.
    Sensitivity: fails if a week counts once instead of twice, if losses act on a week's gain and not on the level at its start, or the
    bounds are too wide.
    """
    y = system({"duration_h": 400.0, "standing_loss_share_per_h": loss}, thermal={"g": {"existing": 0.3, "fuel": 2.0}})
    few, all_hours = typical(y, "FFEE"), whole(y, "FFEE")
    assert few.cost >= all_hours.cost - 1e-6
    if not loss:
        assert few.cost == pytest.approx(all_hours.cost, rel=1e-9)
        at_sunday_night = all_hours.value("level", "lake")[HOURS_PER_WEEK - 1 :: HOURS_PER_WEEK]
        assert week_levels(few) == pytest.approx(np.roll(at_sunday_night, 1), abs=1e-6)
    ring = typical(replace(y, store=y.store.assign(long_duration=False)), "FFEE")
    assert ring.cost > 1.2 * few.cost


@pytest.mark.parametrize("text", ["FE", "HFE", "FUE", "FED"])
def test_each_week_for_itself_is_the_whole_year(text):
    """Proves: where every calendar week is a typical week, the plan is that of all hours, standing losses of 0.2 % an hour included:
    equal cost, so no bound is on the safe side. Of F U E the second week goes up and down from a full store, of F E D down and up
    from an empty one.
    Sensitivity: Kotzur's bounds leave less room wherever the level falls by losses; a wrong power of the losses shifts every level; without
    the highest start F U E overflows.
    """
    y = system({"duration_h": 80.0, "standing_loss_share_per_h": 0.002})
    few, all_hours = typical(y, text), whole(y, text)
    assert few.cost == pytest.approx(all_hours.cost, rel=1e-9)
    assert few.cost > 1.0


@pytest.mark.parametrize(("text", "duration"), [("FEFEE", 30.0), ("FFHEEH", 90.0), ("FUFUEE", 50.0), ("DFDEE", 60.0)])
def test_true_levels_of_all_calendar_weeks_stay_within_the_store(text, duration):
    """Proves: levels counted hour by hour through all calendar weeks, from charging and discharging alone, close to a ring and stay between
    empty and full; the plan costs no less than that of all hours. (Rings in each week may cost less: their levels jump between weeks.)
    Sensitivity: fails if the bounds forget losses, the order of the weeks, or a week that is neither fullest nor emptiest.
    """
    y = system({"duration_h": duration, "standing_loss_share_per_h": 0.003, "charge_efficiency_share": 0.9})
    r = typical(y, text)
    level, hourly = week_levels(r)[0], []
    for k in r.problem.plan.typical:
        for gain in (0.9 * r.value("charge", "lake") - r.value("discharge", "lake")).reshape(-1, HOURS_PER_WEEK)[k]:
            level = 0.997 * level + gain
            hourly.append(level)
    assert week_levels(r) == pytest.approx(np.roll(hourly[HOURS_PER_WEEK - 1 :: HOURS_PER_WEEK], 1), abs=1e-6)
    assert min(hourly) > -1e-6
    assert max(hourly) == pytest.approx(duration, abs=1e-4)
    assert whole(y, text).cost - 1e-6 <= r.cost


def test_prices_are_slopes():
    """Proves: in F F E E with a full store, one more unit of load in an hour, of volume in an hour, and of energy at the start of a week
    change the cost as their duals say; energy at the start of the first week, when the store is empty, is worth more than 1 MCNY/GWh.
    Sensitivity: fails on a wrong sign or if a row of the year carries the weight of a week.
    """
    y = system({"duration_h": 100.0, "standing_loss_share_per_h": 0.001})
    r = typical(y, "FFEE")
    eps, rows = 1e-3, [("nodal_balance", ("A",), 30), ("nodal_balance", ("A",), 300), ("store_level_limit", ("lake",), 167)]
    rows += [(family, ("lake", w), 0) for family in ("week_balance", "highest_start", "lowest_start") for w in (1, 2, 3, 4)]
    rows += [("week_gain", ("lake",), k) for k in (0, 1)] + [("lowest_level", ("lake",), 335)]
    for family, label, hour in rows:
        below = (r.cost - r.shifted(-eps, family, *label, hour=hour)) / eps
        above = (r.shifted(eps, family, *label, hour=hour) - r.cost) / eps
        assert below - 1e-6 <= r.dual(family, *label)[hour] <= above + 1e-6, (family, label)
    assert r.dual("week_balance", "lake", 1)[0] < -1.0


def test_the_day_left_over_is_in_the_weights_and_not_in_the_ring():
    """Proves: 336 h and a day have two calendar weeks, whose levels close; each stands for 15/14 of a week, so the cost is 0.84 x 15/14.
    Sensitivity: fails if the odd day opens the ring or is lost from the cost.
    """
    wind = np.r_[weeks("FE"), np.full(24, 0.5)]
    data = tiny_profiles(y := system(), load=0.5, availability={"w": wind}, hours=360)
    r = solved(build_problem(y, data, Horizon("weeks", 2), 24, 1))
    assert week_levels(r) == pytest.approx([0.0, 84.0], abs=1e-6)
    assert r.cost == pytest.approx(0.84 * 15 / 14)


def test_consecutive_hours_know_nothing_of_it():
    """Proves: over consecutive hours, and over typical weeks without such a store, the LP is the same with and without the mark.
    Sensitivity: a row or column more would cost every study.
    """
    wind = weeks("FE")
    for horizon, marks in ((Horizon("hours", 336), (True, False)), (Horizon("year"), (True, False))):
        first, second = (build(system({"long_duration": m}), 336, horizon=horizon, load=0.5, availability={"w": wind}).lp for m in marks)
        assert (first.matrix != second.matrix).nnz == 0
        assert first.column_ids.keys() == second.column_ids.keys()
        assert np.array_equal(first.row_lower, second.row_lower)
    without = build(system({"long_duration": False}), 336, horizon=Horizon("weeks", 2), load=0.5, availability={"w": wind}).lp
    assert not any(f.startswith(("typical_", "week_", "lowest_", "highest_")) for f in without.column_ids.keys() | without.row_ids.keys())


def test_a_store_sized_apart_may_hold_weeks():
    """Proves: volume at 0.1 MCNY/GWh is built as large as 84 GWh, 84 h of the power: 8.4 MCNY besides 0.84 for its use.
    Sensitivity: the bound of 12 h for batteries would allow 12 GWh.
    """
    r = typical(system({"duration_h": np.nan, "capex_energy": 0.1}, thermal={}), "FE")
    assert r.value("capacity_store_energy", "lake") == pytest.approx(84.0)
    assert r.cost == pytest.approx(8.4 + 0.84)


def test_weather_years_and_investment_years_keep_their_own_levels():
    """Proves: two years, F E and E F, whose capacities stand once, cost the mean of what each costs alone when joined as weather years, and
    the sum as a pathway, with the levels 0, 84 and 84, 0 of each.
    Sensitivity: one set of week levels for both years would leave the load of one of them unserved.
    """
    y, winds = system(), {2011: weeks("FE"), 2012: weeks("EF")}
    horizon, levels = Horizon("weeks", 2), {2011: [0.0, 84.0], 2012: [84.0, 0.0]}
    problems = {k: build(y, 336, horizon=horizon, load=0.5, availability={"w": wind}) for k, wind in winds.items()}
    joined = join([p.lp for p in problems.values()], np.array([0.5, 0.5]))
    found = solve_lp(joined.lp, "simplex", threads=1)
    assert float(joined.lp.cost @ found.primal) + joined.lp.offset == pytest.approx(0.84)
    for k, (p, wanted) in enumerate(zip(problems.values(), levels.values(), strict=True)):
        own, _ = joined.year(k, found.primal, found.dual)
        assert own[p.lp.column_ids["week_level"][1]] == pytest.approx(wanted, abs=1e-6)
    path = join_years(problems, dict.fromkeys(winds, y), linked([2011, 2012]))
    found = solve_lp(path.lp, "simplex", threads=1)
    assert float(path.lp.cost @ found.primal) + path.lp.offset == pytest.approx(2 * 0.84)
    for year, p in problems.items():
        own = found.primal[path.columns[year]]
        assert own[p.lp.column_ids["week_level"][1]] == pytest.approx(levels[year], abs=1e-6)
