"""Which hours stand for the year."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from energy_model.solving.build import build_problem
from energy_model.solving.periods import extreme_weeks, plan_blocks, representative_weeks, with_yearly_energy
from energy_model.study.horizon import Horizon, HorizonError
from energy_model.units import HOURS_PER_WEEK
from tests.support.tiny import solved, tiny_profiles, tiny_system

YEAR = 8760


def profiles(load):
    return tiny_profiles(
        tiny_system(resource={"w": {"existing": 1.0}}), load={"A": load}, availability={"w": np.roll(load, 3) / 10}, hours=len(load)
    )


SEASONS = np.random.default_rng(1).random(YEAR) + np.sin(np.arange(YEAR) * 2 * np.pi / YEAR) + 2


def test_two_kinds_of_weeks_are_told_apart():
    """Proves: 20 weeks of one shape and 32 of another, mixed, are stood for by one week of each with shares 20/52 and 32/52.
    Each calendar week is stood for by the one of its shape.
    Sensitivity: fails if clusters ignore the shape within the week, or a share counts the wrong weeks.
    """
    low, high = np.ones(HOURS_PER_WEEK), np.tile(np.r_[np.ones(12), np.full(12, 5.0)], 7)
    kind = np.arange(52) * 20 % 52 < 20
    start, share, typical = representative_weeks(profiles(np.concatenate([low if k else high for k in kind])), 2)
    assert dict(zip(kind[start // HOURS_PER_WEEK].tolist(), share, strict=True)) == pytest.approx({False: 32 / 52, True: 20 / 52})
    assert (kind[start // HOURS_PER_WEEK][typical] == kind).all()


@given(n=st.integers(1, 52))
def test_shares_add_up_and_choice_is_reproducible(n):
    """Proves: for any number of weeks the shares are positive, add up to 1 and count the weeks stood for, each chosen
    week stands for itself, weeks are distinct whole weeks in order, and a second
    call chooses the same.
    Sensitivity: fails if a cluster is lost, counted twice, or the start is random.
    """
    data = profiles(SEASONS)
    (start, share, typical), again = representative_weeks(data, n), representative_weeks(data, n)
    assert share.sum() == pytest.approx(1.0, abs=1e-12)
    assert (share > 0).all()
    assert len(start) == n
    assert (np.diff(start) > 0).all()
    assert (start % HOURS_PER_WEEK == 0).all()
    assert (start == again[0]).all()
    assert (share == again[1]).all()
    assert share == pytest.approx(np.bincount(typical) / 52)
    assert (typical[start // HOURS_PER_WEEK] == np.arange(n)).all()


@pytest.mark.parametrize("n", [0, 53])
def test_too_many_or_no_weeks_are_refused(n):
    """Proves: a year has 1 to 52 weeks to choose. Sensitivity: fails if 53 weeks are silently cut to 52."""
    with pytest.raises(ValueError, match="not between"):
        representative_weeks(profiles(SEASONS), n)


@pytest.mark.parametrize("horizon", [Horizon("year"), Horizon("hours", 240), Horizon("weeks", 5)])
def test_blocks_stand_for_the_whole_year(horizon):
    """Proves: hours times weights are the 8,760 hours of the year for every horizon; days are whole; typical weeks follow themselves,
    consecutive blocks follow each other in a ring.
    Sensitivity: fails if a horizon's weight is missing, so that yearly limits meet a few hours only.
    """
    plan = plan_blocks(horizon, profiles(SEASONS), 48)
    assert plan.hours * plan.weight.sum() == pytest.approx(YEAR)
    assert plan.hours % 24 == 0
    assert sorted(plan.previous) == list(range(len(plan.start)))
    if horizon.kind == "weeks":
        assert (plan.previous == np.arange(5)).all()
    else:
        assert (np.diff(plan.start) == plan.hours).all()
        assert plan.previous[0] == len(plan.start) - 1


def weighted_periods(weight):
    """Two periods of 2 h: 2 GW of wind in the first hour of the first, 1 GW of load in the second hour of both, and a store."""
    s = tiny_system(resource={"w": {"existing": 1.0}}, store={"b": {"existing": 1.0}})
    data = tiny_profiles(s, load={"A": [0.0, 1.0, 0.0, 1.0]}, availability={"w": [2.0, 0.0, 0.0, 0.0]}, hours=4)
    return replace(s, period_h=2), data.assign(weight_h=("time", np.asarray(weight, float)))


def test_representative_periods_close_in_themselves_and_count_by_their_weight():
    """Proves: the store brings the wind of the first period to its load and none to the second, whose 1 GWh is shed 380 times a year at
    10 MCNY/GWh: 3,800 MCNY. As hours that follow one another 2 GWh of wind would serve one of both loads.
    Sensitivity: fails if the level is handed from period to period (cost 3,800 in other hours or 0), or weights are lost (21,900).
    """
    s, data = weighted_periods([4000, 4000, 380, 380])
    r = solved(build_problem(s, data, Horizon("year"), 24, 1))
    assert (r.cost, list(r.value("shed", "A"))) == (pytest.approx(3800.0), pytest.approx([0, 0, 0, 1]))
    s, data = weighted_periods([4000, 3999, 380, 380])
    with pytest.raises(HorizonError, match="period 1 has hours of unlike weight"):
        build_problem(s, data, Horizon("year"), 24, 1)
    with pytest.raises(HorizonError, match="no whole periods of 3 h"):
        build_problem(replace(s, period_h=3), data, Horizon("year"), 24, 1)


def test_typical_weeks_hold_the_energy_of_the_year():
    """Proves: two weeks, weighted, hold each load, availability and heat of the year; availability stays within 0 and 1.
    Sensitivity: without scaling the shipped profiles miss the wind of a place by up to 40 %.
    """
    hours, rng = 8760, np.random.default_rng(3)
    season = 1 + 0.5 * np.sin(2 * np.pi * np.arange(hours) / hours)
    profiles = xr.Dataset(
        {
            "load_mw": (("node", "time"), (100 * season * rng.uniform(0.8, 1.2, hours))[None]),
            "availability": (("resource", "time"), np.vstack([rng.beta(0.5, 0.7, hours) * season / 1.5, np.zeros(hours)])),
            "heat_mw": (("heat_area", "time"), (50 * season[::-1])[None]),
        }
    )
    plan = plan_blocks(Horizon("weeks", 2), profiles, 24)
    scaled = with_yearly_energy(profiles, plan)
    chosen, weight = plan.hour_index.ravel(), np.repeat(plan.weight, plan.hours)
    missed = 0.0
    for name in ("load_mw", "availability", "heat_mw"):
        whole = profiles[name].sum("time").to_numpy()
        assert scaled[name].to_numpy()[:, chosen] @ weight == pytest.approx(whole, rel=1e-6)
        missed = max(missed, float(np.abs(profiles[name].to_numpy()[:, chosen] @ weight - whole).max() / whole.max()))
    assert missed > 0.01
    assert float(scaled.availability.max()) <= 1
    assert float(scaled.availability.min()) >= 0


def hard_weeks():
    """A year with a calm week (9), one with a peak hour in a lull (20), and a cold one (40)."""
    load, wind, heat = np.ones(YEAR), np.full(YEAR, 0.5), np.full(YEAR, 0.1)
    wind[9 * HOURS_PER_WEEK : 10 * HOURS_PER_WEEK] = 0.3
    load[20 * HOURS_PER_WEEK + 50], wind[20 * HOURS_PER_WEEK + 50] = 2.0, 0.0
    heat[40 * HOURS_PER_WEEK + 7] = 1.0
    system = tiny_system(resource={"w": {"existing": 1.0}}, heat_area={"town": {}}, bus={"A": {}})
    return tiny_profiles(system, load={"A": load}, availability={"w": wind}, heat={"town": heat}, hours=YEAR)


def test_extreme_weeks_are_found_and_kept():
    """Proves: the week of the largest residual load (20), the calmest (9) and the coldest (40) are found in this order; six typical weeks
    hold all three, each for itself alone, five hold none; the shares add up to 1.
    Sensitivity: fails if a medoid of ordinary weeks pushes the hour out that sizes the plant, or the extreme week stands for ordinary ones.
    """
    data = hard_weeks()
    assert extreme_weeks(data) == [20, 9, 40]
    for n, kept in ((5, []), (6, [20, 9, 40]), (52, [20, 9, 40])):
        start, share, _ = representative_weeks(data, n)
        alone = dict(zip((start // HOURS_PER_WEEK).tolist(), share, strict=True))
        assert [alone.get(w) for w in kept] == [pytest.approx(1 / 52)] * len(kept)
        assert kept or not {20, 9, 40} & set(alone)
        assert share.sum() == pytest.approx(1.0)
        assert len(start) == n


def test_weeks_of_a_part_of_the_year_stand_for_that_part():
    """Proves: two typical weeks of the first 1,008 h lie within them, their weights make a year, and the weighted load is the part's
    blown up to the year.
    Sensitivity: fails if weeks of the whole year are chosen, which makes the part no judge of them.
    """
    data, horizon = profiles(SEASONS), Horizon.parse("weeks:2/hours:1008")
    plan = plan_blocks(horizon, data, 24)
    assert plan.start.max() + HOURS_PER_WEEK <= 1008
    assert plan.hours * plan.weight.sum() == pytest.approx(YEAR)
    scaled = with_yearly_energy(data, plan, horizon.of).load_mw.to_numpy()[0, plan.hour_index.ravel()]
    assert scaled @ np.repeat(plan.weight, plan.hours) == pytest.approx(data.load_mw.to_numpy()[0, :1008].sum() * YEAR / 1008, rel=1e-6)


def test_a_part_longer_than_the_study_is_refused():
    """Proves: weeks of 1,008 h cannot be chosen in a study of 336 h. Sensitivity: fails if the part is silently cut short."""
    with pytest.raises(HorizonError, match="the study has 336 h"):
        plan_blocks(Horizon.parse("weeks:1/hours:1008"), profiles(SEASONS[:336]), 24)
