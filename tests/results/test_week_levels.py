"""Levels of long-duration stores as results tell them."""

from dataclasses import replace

import numpy as np
import pytest

from energy_model.results.certificate import CertificateError, certify
from energy_model.results.recount import recount
from energy_model.results.week_levels import week_levels
from energy_model.solving.highs import solve_lp
from energy_model.solving.redispatch import plan_of
from energy_model.solving.shared_capacity import shared_part
from energy_model.study.horizon import Horizon
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import VOLL, run, tiny_system

WIND = np.repeat([1.0, 1.0, 0.0, 0.0], 168)


def solved(duration_h: float, wind=WIND, **more):
    """Two windy weeks, then two empty ones, a load of 0.5 GW, and a battery beside the lake."""
    store = {"lake": {"existing": 1.0, "duration_h": duration_h, "long_duration": True, "vom": 0.01} | more, "battery": {"existing": 0.1}}
    thermal = {"idle": {"existing": 0.1, "fuel": 2 * VOLL}}
    system = with_names(tiny_system(thermal=thermal, resource={"w": {"existing": 1.0}}, store=store))
    return run(system, 672, horizon=Horizon("weeks", 2), load=0.5, availability={"w": wind})


@pytest.fixture(scope="module")
def r():
    return solved(100.0, standing_loss_share_per_h=0.001)


def test_the_dataset_tells_true_levels(r):
    """Proves: the week-start levels close to a ring of four weeks, the table has a row for each with its typical week, and the level of
    an hour is that of the fullest week: it starts from the highest of its starts, and reaches the volume of 100,000 MWh.
    Sensitivity: fails if the level is the one relative to the start, or a week is told with another's typical week.
    """
    data = of_nodes(r)
    start = data.week_start_level_mwh.sel(carried_store="lake").to_numpy()
    table = week_levels(data)
    assert table.calendar_week.tolist() == [1, 2, 3, 4]
    assert table.level_mwh.to_numpy() == pytest.approx(start)
    assert table.week_start.tolist() == ["2011-01-01 00:00", "2011-01-08 00:00", "2011-01-15 00:00", "2011-01-22 00:00"]
    assert table.typical_week_start.tolist()[0] == table.typical_week_start.tolist()[1] < table.typical_week_start.tolist()[2]
    level, flow = data.level_mwh.sel(store="lake").to_numpy(), (data.charge_mw - data.discharge_mw).sel(store="lake").to_numpy()
    assert level[0] == pytest.approx(0.999 * max(start[:2]) + flow[0])
    assert level[168] == pytest.approx(0.999 * max(start[2:]) + flow[168])
    assert level[167] == pytest.approx(start[2]) == pytest.approx(1e5)
    assert "fullest calendar week" in data.level_mwh.attrs["comment"]
    assert data.dual_week_balance.carried_week.to_numpy().tolist() == ["lake/1", "lake/2", "lake/3", "lake/4"]


def test_results_without_such_stores_tell_nothing_new():
    """Proves: a plan without carried stores has no variable, dual or attribute of them. Sensitivity: every result would change."""
    data = of_nodes(solved(100.0, long_duration=False))
    assert not [n for n in data.variables if "week_start" in n or n in ("dual_lowest_level", "carried_store")]
    assert "comment" not in data.level_mwh.attrs


@pytest.mark.parametrize(("family", "place", "check"), [("week_level", 1, "week_start_gwh"), ("typical_highest", 0, "stored_gwh"),
                                                        ("charge", 5, "week_level_gwh")])  # fmt: skip
def test_a_level_that_is_off_is_found(r, family, place, check):
    """Proves: the plan agrees with its tables and passes the certificate; one level or one hour of charging that is off does not.
    Sensitivity: fails if the recount takes levels from rows of the LP, or looks at the weeks it has alone.
    """
    accounts = r.lp.costs(r.solution.primal)
    assert certify(r.lp, r.solution.primal, r.solution.dual, accounts, 1e-7).passed
    recount(r.problem, r.solution.primal, accounts).require()
    spoilt = r.solution.primal.copy()
    spoilt[r.lp.column_ids[family][1].ravel()[place]] += 0.01
    found = recount(r.problem, spoilt, accounts)
    assert found.balances[check] > 1e-3
    with pytest.raises(CertificateError, match="differs"):
        found.require()


def test_energy_left_at_the_end_of_a_week_has_its_value(r):
    """Proves: the slope of later cost in the level after the last hour of the empty week is a slope of the least cost, by its two calendar
    weeks: between what one GWh less would cost (VOLL: it would be shed) and what one more would save, both found by solving again.
    Sensitivity: fails if the value ends with the block, or carries the weight of its weeks.
    """
    value = plan_of(r.problem, r.solution.primal, r.solution.dual).value["level", ("lake",)]
    row = r.ids("week_gain", "lake", rows=True)[1]

    def cost(more_gwh: float) -> float:
        lower, upper = r.lp.row_lower.copy(), r.lp.row_upper.copy()
        lower[row], upper[row] = lower[row] + more_gwh, upper[row] + more_gwh
        lp = replace(r.lp, row_lower=lower, row_upper=upper)
        return float(lp.cost @ solve_lp(lp, "simplex", threads=1).primal)

    step, weeks = 0.01, 2
    less, more = (cost(0) - cost(-step)) / step / weeks, (cost(step) - cost(0)) / step / weeks
    assert less == pytest.approx(-VOLL)
    assert less - 1e-6 <= value[-1] <= more + 1e-6 < 0
    assert value[-1] == pytest.approx(r.solution.dual[row] / weeks)


def test_levels_belong_to_their_weather_year():
    """Proves: of a study over weather years, capacities alone are decided once: the week levels stay with each year.
    Sensitivity: fails if two years must fill and empty the store in the same weeks.
    """
    year = solved(100.0)
    once, _, rows = shared_part(year.lp)
    assert {family for family, _ in once.labels} <= {f"capacity_{k}" for k in ("thermal", "renewable", "store_power", "store_energy")}
    held = np.concatenate([year.lp.row_ids[f][1] for f in ("week_balance", "highest_start", "lowest_start")])
    assert not np.isin(held, rows).any()


def test_reserve_of_a_carried_store_stands_in_its_emptiest_week():
    """Proves: a microgrid's store that carries and holds reserve keeps its energy in the emptiest week that a typical week stands for.
    Sensitivity: fails if reserve is backed by the level of the fullest week.
    """
    store = {"lake": {"existing": 1.0, "duration_h": 100.0, "long_duration": True}}
    grid = {"park": {"reserve": 0.4}}
    system = tiny_system(bus={"A": {"microgrid": "park"}}, resource={"w": {"existing": 1.0}}, store=store, microgrid=grid)
    r = run(system, 672, horizon=Horizon("weeks", 2), load=0.5, availability={"w": WIND})
    reserve = r.value("store_reserve", "lake").reshape(2, 168)
    level, spread = r.value("level", "lake").reshape(2, 168), r.solution.primal[r.lp.column_ids["typical_spread"][1]]
    assert spread.min() > 1.0
    room = level - spread[:, None] - reserve
    assert room.min() == pytest.approx(0.0, abs=1e-6)
    assert reserve[room < 1e-6].max() == pytest.approx(0.4)
