"""Rolling re-dispatch: laws, and forecasts."""

import functools

import numpy as np
import pandas as pd
import pytest

from energy_model.analyses.forecast import CARRIERS, Forecaster, carriers_without_errors
from energy_model.analyses.redispatch import roll
from energy_model.solving.redispatch import Plan, plan_of
from tests.support.every import every_family, every_profile
from tests.support.tiny import run, tiny_system

ERRORS = pd.DataFrame(
    {"error_1h_share": 0.05, "error_24h_share": 0.15, "hour_correlation": 0.9, "site_correlation": 0.4}, index=list(CARRIERS)
)


@functools.cache
def plan() -> Plan:
    r = run(every_family(), **every_profile(96), step_h=24, block_h=48)
    return plan_of(r.problem, r.solution.primal, r.solution.dual)


def cost(costs: dict[str, np.ndarray]) -> float:
    return sum(values.sum() for values in costs.values())


def forecaster(scale: float, seed: int = 1, p: Plan | None = None) -> Forecaster:
    return Forecaster(p or plan(), ERRORS, 12, seed, scale)


def test_without_error_the_whole_horizon_ahead_is_the_plan():
    """Proves: with perfect forecasts and a window over the whole horizon the operation costs what the plan costs, in every category.
    Sensitivity: fails if the data of a window are shifted, a category is charged twice, or the commitment loses against the plan's.
    """
    found = roll(plan(), forecaster(0.0), 96, 96, 0.0)
    assert cost(found.costs) + found.end_cost == pytest.approx(cost(found.plan_costs), rel=1e-7)
    assert found.residual < 1e-6
    assert found.emergencies == []


def test_without_error_short_windows_lose_almost_nothing():
    """Proves: with perfect forecasts, windows of two days carried out day by day cost at least the plan's cost and at most 1 % more: the
    values of states stand for the days beyond.
    Sensitivity: fails if stores are emptied at the end of each window, or the next day's state is not what was left.
    """
    found = roll(plan(), forecaster(0.0), 48, 24, 0.0)
    ratio = (cost(found.costs) + found.end_cost) / cost(found.plan_costs)
    assert 1 - 1e-7 <= ratio <= 1.01


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("margin", [0.0, 1.0])
def test_errors_never_make_operation_cheaper_than_foresight(seed, margin):
    """Proves: at the plan's prices and state values, no forecast beats perfect foresight; and a forecast with errors costs something here.
    Sensitivity: fails if real dispatch runs on the forecast weather, a cost is dropped, or end states are not paid for.
    """
    found = roll(plan(), forecaster(1.0, seed), 48, 24, margin)
    assert cost(found.costs) + found.end_cost > cost(found.plan_costs) * (1 + 1e-6)


def test_real_dispatch_balances_on_real_weather_with_the_units_committed():
    """Proves: 1 GW of load, a forecast of 0.5 GW of wind, 0.3 GW in fact, no store: the unit online is that of the schedule, and what the
    schedule cannot serve is shed: 0.2 GW. The other way round 0.2 GW are curtailed or the unit lowers its output.
    Sensitivity: fails if units come online on the real weather, or the schedule saw it.
    """
    s = tiny_system(thermal={"own": {"existing": 2.0, "fuel": 0.5, "no_load_fuel_share": 0.1}}, resource={"w": {"existing": 1.0}})
    r = run(s, hours=48, load=1.0, availability=0.3, step_h=24)
    p = plan_of(r.problem, r.solution.primal, r.solution.dual)

    class Wrong(Forecaster):
        def deviation(self, positions):
            return np.where(self._carrier == "wind", self.scale, 0.0)[:, None] * np.ones(len(positions))

    short = roll(p, Wrong(p, ERRORS, 12, 1, 0.2), 24, 24, 0.0)
    assert short.scheduled["online", ("own",)] == pytest.approx(0.5)
    assert short.real["online", ("own",)] == pytest.approx(0.5)
    assert short.real["shed", ("A",)] == pytest.approx(0.2)
    ample = roll(p, Wrong(p, ERRORS, 12, 1, -0.2), 24, 24, 0.0)
    assert ample.scheduled["online", ("own",)] == pytest.approx(0.9)
    assert ample.real["above_minimum", ("own",)] == pytest.approx(0.7)
    assert ample.real["shed", ("A",)] == pytest.approx(0.0)


def test_units_are_shut_down_when_nothing_else_takes_their_minimum():
    """Proves: 1 GW online at a minimum of 0.8 for a forecast load of 1 GW; the load is 0.5: the unit must go below its commitment, and the
    day is told as an emergency.
    Sensitivity: fails (no dispatch) if commitment is held at any price.
    """
    s = tiny_system(thermal={"own": {"existing": 2.0, "fuel": 0.5, "min_load_share": 0.8, "no_load_fuel_share": 0.1}})
    r = run(s, hours=24, load=0.5, step_h=24)
    p = plan_of(r.problem, r.solution.primal, r.solution.dual)

    class Wrong(Forecaster):
        def deviation(self, positions):
            return np.ones((len(self._carrier), len(positions)))

    found = roll(p, Wrong(p, ERRORS, 12, 1), 24, 24, 0.0)
    assert found.scheduled["online", ("own",)] == pytest.approx(1.0)
    assert found.emergencies == [0]
    assert found.real["shed", ("A",)] == pytest.approx(0.0)


def test_the_error_grows_with_lead_time_as_the_table_says():
    """Proves: over many forecasts the standard deviation of the error is 0.05 at 1 h and 0.15 at 24 h of lead, hours of one forecast are
    correlated by 0.9 and two sites by 0.4; a day has the same forecast whatever was asked before.
    Sensitivity: fails if the variance of the process drifts, the power law misses its points, or all draw from one generator.
    """
    p = plan()
    one = Forecaster(p, ERRORS, 0, 7)
    draws = np.array([one.deviation(np.arange(i, i + 24)) for i in range(2000)])
    wind = np.flatnonzero(one._carrier == "wind")
    assert draws[:, wind, 0].std() == pytest.approx(0.05, rel=0.05)
    assert draws[:, wind, 23].std() == pytest.approx(0.15, rel=0.05)
    assert np.corrcoef(draws[:, wind[0], 5], draws[:, wind[0], 6])[0, 1] == pytest.approx(0.9, abs=0.02)
    assert np.corrcoef(draws[:, wind[0], 5], draws[:, wind[1], 5])[0, 1] == pytest.approx(0.4, abs=0.05)
    again = Forecaster(p, ERRORS, 0, 7).deviation(np.arange(5, 29))
    assert np.array_equal(again, draws[5])
    assert not np.array_equal(Forecaster(p, ERRORS, 0, 8).deviation(np.arange(5, 29)), again)


def test_a_cautious_forecast_is_on_the_safe_side():
    """Proves: with a margin wind and sun are lower and loads higher than forecast, never outside 0 to 1, and unchanged without error.
    Sensitivity: fails on a turned sign.
    """
    for scale in (1.0, 0.0):
        f = forecaster(scale)
        _, guess = f.window(np.arange(48))
        safe = f.cautious(guess, 1.0)
        renewable = np.isin(f._carrier, ("wind", "solar"))
        assert (safe[renewable] <= guess[renewable]).all()
        assert (safe[~renewable] >= guess[~renewable]).all()
        assert safe[renewable].min() >= 0
        assert np.array_equal(safe, guess) == (scale == 0.0)


def test_step_and_look_ahead_must_fit():
    """Proves: a step beyond the window, or part of a day, is refused. Sensitivity: fails if hours would be left out silently."""
    for look_ahead, step in ((24, 48), (36, 24), (48, 12)):
        with pytest.raises(ValueError, match="whole days"):
            roll(plan(), forecaster(0.0), look_ahead, step, 0.0)


def test_a_line_in_planned_outage_is_known_beforehand():
    """Proves: a plan with an outage rolls day by day, and nothing flows over the line on the day it is out.
    Sensitivity: forecasting loads, output and heat alone leaves data rows without an error, which failed.
    """
    system = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"g": {"existing": 2.0, "fuel": 0.2}, "h": {"node": "B", "existing": 1.0, "fuel": 0.5}},
        corridor={"l": {"existing": 0.5, "circuits": 1.0, "outage": 0.5, "outage_start": "01-01", "outage_days": 1}},
    )
    r = run(system, hours=48, load={"A": 0.5, "B": 0.4})
    plan = plan_of(r.problem, r.solution.primal, r.solution.dual)
    errors = pd.DataFrame(
        {"error_1h_share": 0.0, "error_24h_share": 0.0, "hour_correlation": 0.5, "site_correlation": 0.5},
        index=["wind", "solar", "load", "heat"],
    )
    rolled = roll(plan, Forecaster(plan, errors, 12, 1), 48, 24, 0.0)
    assert cost(rolled.costs) + rolled.end_cost == pytest.approx(cost(rolled.plan_costs), rel=1e-6)
    assert cost(rolled.plan_costs) > 0
    assert rolled.residual < 1e-6


def test_carriers_without_errors_are_named():
    """Proves: of a forecast table with rows of wind and load alone, sun and heat are named; a whole one is complete.
    Sensitivity: a KeyError in the middle of the operation of an imported network, whose forecast.csv is empty.
    """
    assert carriers_without_errors(ERRORS.loc[["wind", "load"]]) == ["solar", "heat"]
    assert carriers_without_errors(ERRORS) == []
