"""Curves of least cost against one quantity: hand-solved, and the laws of convex functions on the shipped study."""

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model.analyses.chords import chord_error, next_value
from energy_model.analyses.frontier import AXES, Frontier, trace
from energy_model.analyses.frontier_tables import changes
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import VariantError, solve_one
from energy_model.journal import Journal
from energy_model.results.stages import Clock
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.workers import workers
from tests.paths import ROOT

DAY, QUIET = Horizon.parse("hours:24"), Console(quiet=True)


@pytest.fixture(scope="module")
def study():
    return load_study(ROOT / "inputs", "plan-2015")


def traced(name, study, tmp, points=6, span=(None, None), error=1e-3, values=()):
    frontier = Frontier(name, study, DAY, ROOT / "weather", Clock(QUIET))
    shared = frontier.shared(False, 1)
    with workers(1) as pool:
        runner = VariantRunner(pool, Journal(tmp / f"{name}.jsonl", {"span": span}), QUIET)
        return frontier, shared, trace(frontier, shared, runner, values, span, points, error, QUIET)


def point(at, cost, slope):
    return pd.Series({"at": at, "cost_mcny": cost, "bound_mcny": cost, "slope": slope}, dtype=float)


def test_the_error_of_a_chord_by_hand():
    """Proves: between (0, 0) with slope 0 and (4, 4) with slope 2 the curve lies above 0 and above 2x - 4, which meet at 2; the chord is
    2 there, so the error is 2. A straight piece has none; a bound below the cost adds its gap. Sensitivity: tangents from the costs
    instead of the proven bounds.
    """
    assert chord_error(point(0, 0, 0), point(4, 4, 2)) == pytest.approx((2.0, 2.0))
    assert chord_error(point(0, 0, 1), point(4, 4, 1))[1] == pytest.approx(0)
    low = point(0, 0, 1)
    low["bound_mcny"] = -0.5
    assert chord_error(low, point(4, 4, 1))[1] <= 0.5
    assert chord_error(low, point(4, 4, 1))[1] >= 0


def solved(at: float, cost: float, slope: float) -> dict:
    """An answer as a worker gives it."""
    return {"at": at, "cost_mcny": cost, "bound": cost, "slope": slope, "gap": 0.0, "violation": 0.0, "impossible": ""}


def test_where_a_curve_is_solved_next_by_hand():
    """Proves: the chord of (0, 0), slope 0, and (4, 4), slope 2, errs by 2 at 2. One point left goes there; with four left each shall leave
    1/16 of the error, a step of a quarter from where the worker stands. A value in work at 3 leaves pieces with 9/16 and 1/16 of the error:
    a worker at 0 steps on by 1; one at 4, with three left, where the piece is good enough, goes to the middle of the other. Without points,
    or where the error is small, there is no next. A value without an answer parts the chord like one in work. Sensitivity: a point halfway,
    or one in a piece that is being solved, or the value without an answer again.
    """
    low, high = solved(0.0, 0.0, 0.0), solved(4.0, 4.0, 2.0)
    at_high, at_low = {0.0: low, 4.0: high}, {4.0: high, 0.0: low}
    assert next_value(at_high, (), 1e-3, 1) == pytest.approx(2.0)
    assert next_value(at_high, (), 1e-3, 4) == pytest.approx(3.0)
    assert next_value(at_low, (), 1e-3, 4) == pytest.approx(1.0)
    assert next_value(at_low, (3.0,), 1e-3, 4) == pytest.approx(1.0)
    assert next_value(at_high, (3.0,), 1e-3, 3) == pytest.approx(1.5)
    assert next_value(at_high, (), 1e-3, 0) is None
    assert next_value(at_high, (), 0.6, 4) is None
    assert next_value({}, (), 1e-3, 4) is None
    unsolved = {2.0: {"at": 2.0, "impossible": "unsolved", "why": "a bound of ours"}}
    assert next_value(at_low | unsolved, (), 1e-3, 1) in (1.0, 3.0)


ANY_DAY = ("co2",)
"""Axes tried in `make test`; the others in `make test-all`."""


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in ANY_DAY else pytest.mark.slow) for name in AXES])
def test_curves_are_convex_and_duals_lie_between_increments(name, study, tmp_path):
    """Proves: slopes never fall; each increment lies between the slopes at its ends; the cost at a fresh value lies between tangents and
    chord, within the stated error. Sensitivity: a row of the axis whose coefficient or sign is wrong, or another study between two points.
    """
    frontier, shared, table = traced(name, study, tmp_path)
    assert len(table) == 6
    assert (table.impossible == "").all()
    x, cost, slope = (table[c].to_numpy() for c in ("at", "cost_mcny", "slope"))
    step = np.diff(cost) / np.diff(x)
    tolerance = 1e-6 * np.abs(slope).max()
    assert (np.diff(slope) >= -tolerance).all()
    assert (slope[:-1] - tolerance <= step).all()
    assert (step <= slope[1:] + tolerance).all()
    widest = table.loc[table.error_mcny.idxmax()]
    k = int(table.index.get_loc(widest.name))
    between = solve_one(shared, frontier.at(widest.widest_at))["cost_mcny"]
    chord = np.interp(widest.widest_at, x[k - 1 : k + 1], cost[k - 1 : k + 1])
    assert chord - widest.error_mcny - 1e-4 <= between <= chord + 1e-4
    reached = table[frontier.axis.column if name != "export" else "delivered_gwh"].to_numpy()
    slack = (reached - x) * (1 if frontier.axis.floor else -1)
    assert (slack >= -1e-5 * np.abs(x).max()).all()


def test_what_bends_the_curve_is_named():
    """Proves: a limit that binds from the second point on and an outlet built there are named with a plus there and nowhere else, one that
    ceases with a minus. Sensitivity: the whole list at every point.
    """
    lines = [[{"corridor": "C12", "new_mw": mw}] for mw in (0.0, 500.0, 900.0)]
    points = pd.DataFrame({"limits": [["COAL"], ["WIND"], ["WIND"]], "corridors": lines}, index=[0, 2, 3])
    assert changes(points).to_dict() == {0: "", 2: "C12+; WIND+; COAL-", 3: ""}


def test_values_out_of_reach_are_reported_and_the_limit_is_found(study, tmp_path):
    """Proves: more export than the contracts can take is a row that says so, and the last possible point is solved; a range that no plan
    reaches is refused in a sentence. Sensitivity: dropping the point, or an exception.
    """
    _, _, table = traced("export", study, tmp_path, points=4, span=(30000.0, 200000.0))
    last = table.iloc[-1]
    assert last["at"] == 200000
    assert last.impossible
    assert np.isnan(last.cost_mcny)
    assert 40000 < table["at"].iloc[-2] < 200000
    with pytest.raises(VariantError, match="No plan reaches"):
        traced("renewable-share", study, tmp_path, span=(5.0, 6.0))


@pytest.mark.slow
def test_two_workers_and_a_second_asking_come_to_the_same_curve(study, tmp_path):
    """Proves: two workers that take points as they become free find a curve that is convex and keeps the error asked for; asked again, its
    journal gives the same points, and fewer are the first that were solved.
    Sensitivity: points chosen anew from what the journal has, or a point that is solved twice because it was on the way.
    """
    frontier = Frontier("export", study, DAY, ROOT / "weather", Clock(QUIET))
    shared = frontier.shared(False, 1)

    def curve(count, points):
        journal = Journal(tmp_path / "export.jsonl", {})
        before = len(journal.done)
        with workers(count) as pool:
            table = trace(frontier, shared, VariantRunner(pool, journal, QUIET), (), (None, None), points, 1e-3, QUIET)
        return table, len(journal.done) - before

    both, solved = curve(2, 9)
    assert solved == len(both)
    assert (both.impossible == "").all()
    assert (np.diff(both.slope) >= -1e-6 * both.slope.abs().max()).all()
    again, solved = curve(1, 9)
    assert solved == 0
    pd.testing.assert_frame_equal(both, again)
    fewer, solved = curve(1, 5)
    assert solved == 0
    assert len(fewer) == 5
    assert set(fewer["at"]) < set(both["at"])
