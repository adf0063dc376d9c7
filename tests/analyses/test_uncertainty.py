"""Uncertain inputs: one at a time, screened together, and the value at which a plan changes its mind; each against a case by hand."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from energy_model import rounds
from energy_model.analyses import changed_inputs
from energy_model.analyses.break_even import BreakEvenError, Condition, knob, search, sentence
from energy_model.analyses.changed_inputs import Job, Outcome, changed, evaluate, solve_points
from energy_model.analyses.morris import ScreeningError, analyse, design
from energy_model.analyses.sensitivity import ImpossibleBaseError, Lever, levers, tornado
from energy_model.journal import Journal
from energy_model.results.plan_figures import figure_names
from energy_model.solving.ladder import SolveError
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from tests.paths import ROOT
from tests.support.tiny import run as solve
from tests.support.tiny import tiny_system

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def study():
    return load_study(ROOT / "inputs", "plan-2015")


def lever(name, low, high, confidence="sourced"):
    table, _, column = name.split("/")
    return Lever(name, table, column, pd.Index([0]), low, high, confidence)


def wind_or_coal(fuel: float, capex: float = 4.8) -> Outcome:
    """One bus, 1 GW of load over a day, coal that stands at `fuel` MCNY/GWh, wind that blows all day at `capex` MCNY/GW for the day.

    By hand: coal costs 24 fuel, wind capex; the plan builds 1 GW of wind where capex < 24 fuel, none where capex > 24 fuel.
    """
    system = tiny_system(
        thermal={"coal": {"existing": 1.0, "fuel": fuel}}, resource={"wind": {"max_new": 1.0, "capex": capex, "lifetime_years": 1.0}}
    )
    done = solve(system, load={"A": 1.0})
    return Outcome({"cost_mcny": done.cost, "new_mw/wind": float(done.value("capacity_renewable", "wind")[0]) * 1e3}, 0.0)


FUEL = 4.8 / 24
"""Fuel price [MCNY/GWh] at which a day of coal costs as much as the wind plant."""

WIND = Condition("new_mw/wind", ">", 0.0)


def test_the_break_even_is_where_the_costs_are_equal():
    """Proves: the bracket is no wider than the tolerance, contains the price at which 24 h of coal cost as much as the wind plant, and says
    on which side wind is built. Sensitivity: halving towards the wrong end leaves the price outside.
    """
    assert wind_or_coal(9.0).get("cost_mcny") == pytest.approx(4.8)
    assert wind_or_coal(1e-6).get("cost_mcny") == pytest.approx(24e-6)
    found = search(wind_or_coal, WIND, 0.0, 0.41, 0.002, scan=1)
    assert found.outcome == "switches"
    assert found.low <= FUEL <= found.high
    assert found.high - found.low <= 0.002
    by_value = {p.at: p.holds for p in found.points}
    assert (by_value[found.low], by_value[found.high]) == (False, True)
    turned = knob_of("mines/HLH_PIT/plan-2015/price_cny_per_t")
    assert "it holds above" in sentence(found, turned, WIND, 0.01)
    below = search(lambda x: wind_or_coal(1.0, x), WIND, 1.0, 100.0, 0.5)
    assert "it holds below" in sentence(below, turned, WIND, 0.5)


def knob_of(name):
    return knob(load_study(ROOT / "inputs", "plan-2015"), name, 1.0, 2.0)


def said(values):
    """Search for more than 5 MW over 0 to 4 in a function; where that is NaN there is no plan."""

    def evaluate_at(x):
        return Outcome({}, impossible="no") if math.isnan(values(x)) else Outcome({"new_mw/wind": values(x)})

    return search(evaluate_at, Condition("new_mw/wind", ">", 5.0), 0, 4, 0.1)


def test_no_switch_and_several_switches_are_told():
    """Proves: a condition that holds everywhere or nowhere has no bracket; one that switches twice gives the first and says so; where there
    is no plan, no switch is invented, and the search ends beside it. Sensitivity: bisection alone finds any one of them in silence.
    """
    turned = knob_of("mines/HLH_PIT/plan-2015/price_cny_per_t")
    for value, outcome, words in ((9.0, "always", "holds everywhere"), (1.0, "never", "holds nowhere")):
        found = said(lambda _, v=value: v)
        assert (found.outcome, math.isnan(found.low)) == (outcome, True)
        assert words in sentence(found, turned, WIND, 0.1)
    hill = said(lambda x: 9.0 if 0.5 < x < 2.5 else 0.0)
    assert hill.outcome == "several"
    assert hill.low <= 0.5 <= hill.high
    assert "not monotone" in sentence(hill, turned, WIND, 0.1)
    cliff = said(lambda x: 0.0 if x < 0.5 else 9.0 if x < 2.5 else math.nan)
    assert cliff.outcome == "switches"
    assert cliff.high - cliff.low <= 0.1
    assert "No plan is possible at" in sentence(cliff, turned, WIND, 0.1)
    gone = said(lambda x: 0.0 if x < 2.5 else math.nan)
    assert gone.outcome == "never"
    assert said(lambda _: math.nan).outcome == "impossible"
    hole = said(lambda x: 0.0 if x <= 1 else 9.0 if x >= 2 else math.nan)
    assert (hole.low, hole.high) == (1, 2)
    assert "could not be narrowed" in sentence(hole, turned, WIND, 0.1)


def test_dust_of_the_solver_is_no_capacity():
    """Proves: a tenth of a megawatt is not more than nothing, and equality holds within it. Sensitivity: 1e-7 MW would be a plant."""
    assert [Condition("new_mw/solar", ">", 0.0).holds(v) for v in (0.0, 1e-5, 1.0, math.nan)] == [False, False, True, None]
    assert Condition("new_mw/solar", "<=", 100.0).holds(100.00001)
    assert not Condition("cost_mcny", "<", 100.0).holds(100.0)


def test_cells_are_found_by_pattern(study):
    """Proves: a knob takes the cells in use that match, the range of sources.csv where it is the same for all, and factors where asked.
    Sensitivity: cells of other price levels or load levels would be turned too.
    """
    pits = knob(study, "mines/*_PIT/*/price_cny_per_t", None, None)
    mines = study.tables["mines"].loc[list(pits.rows)]
    assert mines.mine.tolist() == ["HLH_PIT", "ZHNE_PIT"]
    assert set(mines.case) == {"plan-2015"}
    assert (pits.low, pits.high, pits.confidence) == (110, 210, "own knowledge")
    all_mines = knob(study, "mines/*/price_cny_per_t", 0.5, 2.0, relative=True)
    table = changed(study, (all_mines.at(2.0),)).tables["mines"]
    before = study.tables["mines"]
    own = before.index.isin(all_mines.rows)
    assert (table.price_cny_per_t[own] == 2 * before.price_cny_per_t[own]).all()
    assert (table.price_cny_per_t[~own] == before.price_cny_per_t[~own]).all()
    assert before.price_cny_per_t.max() == 200  # the study itself is as it was


@pytest.mark.parametrize(
    ("pattern", "low", "high", "relative", "words"),
    [
        ("mine/*/price_cny_per_t", 1, 2, False, "No numeric cell in use.*mines"),
        ("mines/*/price", 1, 2, False, "No numeric cell in use"),
        ("mines/HLH_PIT/outlook-2030/price_cny_per_t", 1, 2, False, "No numeric cell in use"),
        ("mines/*/*", 1, 2, False, "several columns"),
        ("mines/*/price_cny_per_t", 1, 2, False, "differ.*--relative"),
        ("mines/HLH_PIT/*/price_cny_per_t", 200, 100, False, "runs backwards"),
        ("mines/HLH_PIT/*/price_cny_per_t", 100, 100, False, "runs backwards"),
        ("mines/HLH_PIT/*/price_cny_per_t", -5, 100, False, "exceeds the limits"),
        ("corridors/C02/max_new_mw", None, None, False, "add --low and --high"),
        ("mines/*/price_cny_per_t", None, 2, True, "add --low and --high"),
    ],
)
def test_bad_knobs_are_sentences(study, pattern, low, high, relative, words):
    """Proves: unknown cells, several columns, differing values, a reversed or missing range are told. Sensitivity: a silent choice."""
    with pytest.raises(BreakEvenError, match=words):
        knob(study, pattern, low, high, relative)


@pytest.mark.parametrize(
    ("text", "words"), [("solar", "not understood"), ("new_mw/solr > 0", "new_mw/solar"), ("new_mw/solar > x", "not understood")]
)
def test_bad_conditions_are_sentences(study, text, words):
    """Proves: a condition that cannot be read, and an unknown quantity, are told with near names. Sensitivity: a KeyError after hours."""
    with pytest.raises(BreakEvenError, match=words):
        Condition.parse(text, study)


def test_the_tornado_by_hand():
    """Proves: with costs 100 (base), 90/120 and 105/95 the changes are -10/+20 and +5/-5, the wider first; an impossible end is empty; the
    gap is the widest; an impossible base is refused. Sensitivity: sorting by high less low alone puts a one-sided input wrong.
    """
    first, second = lever("mines/A/price_cny_per_t", 1, 2), lever("mines/B/price_cny_per_t", 1, 2, "judgement")
    ends = {
        second.name: (Outcome({"cost_mcny": 105.0, "export_cny_per_mwh": 4.0}, 1e-3), Outcome({"cost_mcny": 95.0}, 1e-5)),
        first.name: (Outcome({"cost_mcny": 90.0}, 1e-4), Outcome({"cost_mcny": 120.0}, 1e-6)),
    }
    base = Outcome({"cost_mcny": 100.0, "export_cny_per_mwh": 3.0}, 1e-5)
    table = tornado([second, first], base, ends)
    assert table.input.tolist() == [first.name, second.name]
    assert table[["low_change_mcny", "high_change_mcny"]].to_numpy().tolist() == [[-10, 20], [5, -5]]
    assert table.gap_share.tolist() == [1e-4, 1e-3]
    assert table.confidence.tolist() == ["sourced", "judgement"]
    lost = tornado([first], base, {first.name: (Outcome({}, impossible="no coal"), Outcome({"cost_mcny": 130.0}, 0.0))})
    assert math.isnan(lost.low_change_mcny[0])
    assert lost.high_change_mcny[0] == 30
    with pytest.raises(ImpossibleBaseError, match="no coal"):
        tornado([first], Outcome({}, impossible="no coal"), ends)


def screened(function, levers_, trajectories=8, seed=3):
    plan = design(levers_, trajectories, 4, seed)
    found = {str(k): function(row) for k, row in enumerate(plan.points)}
    return plan, analyse(plan, found)


def linear(x):
    return Outcome({"cost_mcny": 2 * x[0] - 3 * x[1] + 100, "capacity_mw/wind": x[0] * x[1]}, 1e-6)


LEVERS = [lever("mines/A/price_cny_per_t", 0, 10), lever("mines/B/price_cny_per_t", 0, 4), lever("mines/C/price_cny_per_t", 5, 6)]


def test_screening_by_hand():
    """Proves: for cost 2a - 3b + 100 with a in 0..10, b in 0..4 and an idle c, the effects from low to high are exactly 20, -12 and 0
    without spread; for a product, the spread tells the interaction; the same seed gives the same table.
    Sensitivity: effects in the unit of the inputs would be 2 and -3.
    """
    _, table = screened(linear, LEVERS)
    cost = table[table.output == "cost_mcny"].set_index("input")
    assert cost.index.tolist() == [v.name for v in LEVERS]
    assert cost.mu.tolist() == pytest.approx([20, -12, 0], abs=1e-9)
    assert cost.mu_star.tolist() == pytest.approx([20, 12, 0], abs=1e-9)
    assert cost.sigma.tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    product = table[table.output == "capacity_mw/wind"].set_index("input")
    assert product.sigma[LEVERS[0].name] > 1
    assert product.mu_star[LEVERS[2].name] == pytest.approx(0, abs=1e-9)
    assert not table.mu.isna().any()
    pd.testing.assert_frame_equal(screened(linear, LEVERS)[1], table)
    assert not np.array_equal(design(LEVERS, 8, 4, 4).points, design(LEVERS, 8, 4, 3).points)


def test_trajectories_without_a_plan_are_left_out():
    """Proves: a trajectory with an impossible point is not counted and the others give the same effects; with fewer than two whole ones
    the screening is refused. Sensitivity: a cost of 0 for no plan gives huge effects.
    """
    plan = design(LEVERS, 8, 4, 3)
    found = {str(k): linear(row) for k, row in enumerate(plan.points)}
    found["5"] = Outcome({}, impossible="no coal")
    table = analyse(plan, found)
    assert set(table.trajectories) == {7}
    assert table[table.output == "cost_mcny"].mu.tolist() == pytest.approx([20, -12, 0], abs=1e-9)
    with pytest.raises(ScreeningError, match="Only 0 of 8"):
        analyse(plan, {k: Outcome({}, impossible="no") for k in found})
    for wrong in ((LEVERS[:1], 8, 4), (LEVERS, 1, 4), (LEVERS, 8, 5), (LEVERS, 8, 2)):
        with pytest.raises(ScreeningError):
            design(*wrong, 3)


def test_the_journal_goes_on_where_it_stopped(tmp_path):
    """Proves: results come back, a line that was cut off is dropped, NaN survives, and another question begins anew.
    Sensitivity: results of other inputs taken for one's own.
    """
    path = tmp_path / "a.jsonl"
    journal = Journal(path, {"run": 1})
    journal.add("x", {"cost": 1.5})
    journal.add("y", math.nan)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"key": "z", "val')
    again = Journal(path, {"run": 1})
    assert set(again.done) == {"x", "y"}
    assert again.done["x"] == {"cost": 1.5}
    assert math.isnan(again.done["y"])
    again.add("z", 3)
    assert Journal(path, {"run": 1}).done["z"] == 3
    other = Journal(path, {"run": 2})
    assert (other.done, other.renewed) == ({}, True)


def test_only_what_is_missing_is_solved(study, tmp_path, monkeypatch):
    """Proves: points in the journal are not solved again, each new one is written at once. Sensitivity: starting from nothing."""
    asked = []

    def fake(job, changes):
        asked.append(changes)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return Outcome({"cost_mcny": float(len(asked))}, 0.0)

    monkeypatch.setattr(changed_inputs, "evaluate", fake)
    points = {"a": (LEVERS[0].at(1.0),), "b": (LEVERS[0].at(2.0),), "c": ()}
    job = Job(study, Horizon.parse("hours:24"), ROOT / "weather", False, 1)
    with pytest.raises(KeyboardInterrupt):
        solve_points(job, points, 1, Journal(tmp_path / "j.jsonl", {}), QUIET)
    found = solve_points(job, points, 1, Journal(tmp_path / "j.jsonl", {}), QUIET)
    assert [found[k].get("cost_mcny") for k in "abc"] == [1, 3, 4]
    assert len(asked) == 4


def test_a_solve_of_the_plan_itself(study):
    """Proves: a certified solve gives every quantity under a known name, dearer coal costs more by at most its own quantity, and a plan
    that cannot be is told, not raised. Sensitivity: a changed cell that does not reach the LP leaves the cost as it was.
    """
    job = Job(study, Horizon.parse("hours:24"), ROOT / "weather", False, 1)
    base = evaluate(job, ())
    assert set(base.values) <= set(figure_names(study))
    assert base.get("capacity_mw/wind") >= 10000 - 1e-3  # clause 6
    assert base.get("nothing/of/that") == 0.0
    coal = next(v for v in levers(study) if v.name == "mines/*/price_cny_per_t")
    dear = evaluate(job, (coal.at(131.0),))
    assert 0 < dear.get("cost_mcny") - base.get("cost_mcny") < 90.0  # at most all 80 Mt of the pits at 1 CNY/t more
    targets = study.tables["targets"].copy()
    targets.loc[targets.target == "T06_WIND", "value"] = 90000.0
    lost = evaluate(replace(job, study=replace(study, tables={**study.tables, "targets": targets})), ())
    assert lost.impossible
    assert math.isnan(lost.get("cost_mcny"))
    assert json.dumps(dict(base.values))


@pytest.mark.parametrize(("name", "names"), [("plan-2015-dc", ["power_flow"]), ("plan-2015-n1", ["security"]), ("plan-2015", [])])
def test_options_of_the_study_hold_in_every_solve(name, names, monkeypatch):
    """Proves: a solve with changed inputs goes through the same rounds as the plan, for Kirchhoff's laws and for trips.
    Sensitivity: one solve with the reactances of today, or without contingencies, costs less than the plan and would be told as a change.
    """
    seen = []

    def stop(problem, rebuild, solve, refinements):
        seen.extend(r.name for r in refinements)
        raise SolveError("seen")

    monkeypatch.setattr(rounds, "solve_until_consistent", stop)
    job = Job(load_study(ROOT / "inputs", name), Horizon.parse("hours:24"), ROOT / "weather", False, 1)
    assert evaluate(job, ()).impossible == "seen"
    assert seen == names
