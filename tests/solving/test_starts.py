"""Starts of the method on blocks from points of a like problem: the same optimum, in fewer iterations, refused where they do not fit."""

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import typer
import xarray as xr
from hypothesis import event, given, settings
from hypothesis import strategies as st
from rich.console import Console

from energy_model import run
from energy_model.case import Case
from energy_model.commands.shared import EXIT_INPUT, require_own_solver
from energy_model.results.start import START_FILE, WRITTEN, read_start, started_from, write_start
from energy_model.solving import ladder
from energy_model.solving.highs import solve_lp
from energy_model.solving.interior_point import method
from energy_model.solving.interior_point.iterate import Iterate
from energy_model.solving.interior_point.method import NoPlan, Stalled, solve_blocks
from energy_model.solving.interior_point.start import CentralIterate, Neighbour, StartError, Trail
from energy_model.solving.interior_point.threads import Threads
from energy_model.solving.ladder import solve_in_blocks
from energy_model.solving.stamp import MISSING
from energy_model.solving.variants import with_axis, with_row
from energy_model.study.horizon import Horizon
from tests.paths import ROOT
from tests.support.block_studies import EXAMPLES, FAULTS, stamped
from tests.support.random_studies import studies
from tests.support.tiny import build


def solve(lp, trail=None):
    return solve_blocks(lp, 1e-9, 1e-7, 1, lambda progress: None, trail=trail and trail.on(lp))


def trail_of(lp) -> Trail:
    return Trail(lp.column_ids, lp.row_ids, solve(lp).points)


@cache
def base():
    lp = stamped("base")
    return lp, trail_of(lp)


def more_demand(lp, by: float):
    """The same study with all right-hand sides of equations larger by a share."""
    equation = lp.row_lower == lp.row_upper
    return replace(
        lp,
        row_lower=np.where(equation, lp.row_lower * (1 + by), lp.row_lower),
        row_upper=np.where(equation, lp.row_upper * (1 + by), lp.row_upper),
    )


@settings(max_examples=EXAMPLES)
@given(studies(), st.sampled_from(sorted(FAULTS)), st.integers(0, 10**6), st.floats(-0.3, 0.3))
def test_any_start_leads_to_the_same_optimum(study, fault, seed, by):
    """Proves: of random studies that are changed afterwards, in any way that the method without start is tested with, the answer from the
    points of the study as it was costs what the simplex finds, and no proof of none is given where there is a plan.
    Sensitivity: fails if a residual that a start brings is left out of the check whether a point is an answer.
    """
    system, profiles = study
    given_lp = build(system, step_h=4, **profiles).lp
    lp = more_demand(FAULTS[fault](given_lp, np.random.default_rng(seed)), by)
    if (lp.lower > lp.upper).any() or (lp.row_lower > lp.row_upper).any():
        return
    try:
        trail = trail_of(given_lp)
        answer = solve(lp, trail if trail.points else None)
    except Stalled:
        event("stalled")
        return
    except NoPlan:
        event("proven")
        assert solve_lp(lp, "simplex", threads=1).status != "Optimal"
        return
    event(f"warm: {answer.warm}")
    exact = solve_lp(lp, "simplex", threads=1)
    assert exact.status == "Optimal"
    optimum = float(lp.cost @ exact.primal) + lp.offset
    assert float(lp.cost @ answer.primal) + lp.offset == pytest.approx(optimum, abs=1e-6 * (1 + abs(optimum)))
    activity = lp.matrix @ answer.primal
    assert np.maximum(lp.row_lower - activity, activity - lp.row_upper).max() < 1e-5


@pytest.mark.parametrize("change", ["none", "demand", "costs"])
def test_a_start_saves_a_third_of_the_iterations(change):
    """Proves: over four days the same study, one with 2 % more demand and one with 3 % dearer first columns take two thirds of the
    iterations of a cold start at most, and cost the same. Sensitivity: fails if points are kept too near the optimum, or placed with the
    units of another problem.
    """
    lp, trail = base()
    dear = np.where(np.arange(len(lp.cost)) % 7 == 0, 1.03, 1.0)
    lp = {"none": lp, "demand": more_demand(lp, 0.02), "costs": replace(lp, cost=lp.cost * dear)}[change]
    cold, warm = solve(lp), solve(lp, trail)
    assert warm.warm
    assert not cold.warm
    assert warm.iterations <= 2 / 3 * cold.iterations
    assert lp.cost @ warm.primal == pytest.approx(lp.cost @ cold.primal, rel=1e-7)


def test_a_start_that_leads_nowhere_is_given_up(monkeypatch):
    """Proves: where the products do not fall as wanted, the method begins cold after the trial, counts on, and finds the optimum.
    Sensitivity: fails if the run goes on from the point that led nowhere.
    """
    lp, trail = base()
    monkeypatch.setattr(method, "LED_ON", 0.0)
    monkeypatch.setattr(method, "TRIAL", 2)
    numbers = []
    answer = solve_blocks(lp, 1e-9, 1e-7, 1, lambda at: numbers.append(at.number), trail=trail)
    cold = solve(lp)
    assert not answer.warm
    assert numbers == [*range(method.TRIAL + 1), *range(method.TRIAL, method.TRIAL + cold.iterations + 1)]
    assert answer.iterations == cold.iterations + method.TRIAL
    assert lp.cost @ answer.primal == pytest.approx(lp.cost @ cold.primal, rel=1e-9)


@pytest.mark.parametrize("name", ["columns", "row_duals", "distances", "duals"])
def test_a_point_that_is_not_finite_is_not_placed(name):
    """Proves: with all points damaged the answer is that of a cold start, in as many iterations; with the nearest one damaged the start is
    the point before. Sensitivity: fails if a value that is no number gets into the point of the method.
    """
    lp, trail = base()
    bad = [
        replace(p, **{name: np.where(np.arange(getattr(p, name).shape[-1]) == 3, np.float32(np.inf), getattr(p, name))})
        for p in trail.points
    ]
    cold, answer = solve(lp), solve(lp, replace(trail, points=tuple(bad)))
    assert not answer.warm
    assert answer.iterations == cold.iterations
    assert solve(lp, replace(trail, points=(trail.points[0], bad[1]))).warm


def test_a_cold_start_forgets_the_direction_before():
    """Proves: after a direction without finite values the method starts cold, and warm, as if there had been none.
    Sensitivity: fails if `start` or `place` leaves a direction, which is multiplied by zero and stays NaN.
    """
    lp, trail = base()
    workers = Threads(1)
    try:
        point = Iterate(lp, workers)
        for begin in (point.start, lambda: point.place(trail.points[0])):
            begin()
            first = point.look(0)
            point.step()
            after = point.look(1)
            for part in (point.shared, *point.holders.holders):
                for direction in (*part.d, *part.e, part.dy, part.ey):
                    direction[:] = np.nan
            begin()
            assert replace(point.look(0), duals=first.duals) == first
            point.step()
            assert point.look(1).gap == after.gap
            assert np.isfinite(after.gap)
    finally:
        workers.close()


def test_points_are_kept_far_and_near():
    """Proves: a run keeps points at falling gaps, each below a tenth, inside all bounds by their own count. Sensitivity: fails if the
    starting point or the solution is kept.
    """
    _, trail = base()
    gaps = [p.gap for p in trail.points]
    assert gaps == sorted(gaps, reverse=True)
    assert len(gaps) >= 3
    assert gaps[0] < 0.1
    assert gaps[-1] > 1e-5
    for point in trail.points:
        assert ((point.distances > 0) == (point.duals > 0)).all()


def test_rows_and_columns_are_matched_by_name():
    """Proves: of two problems with the columns a(x), b(y) and b(z), c(x) each value goes to its own name, and what is new is told apart.
    Sensitivity: fails if values go by position.
    """
    point = CentralIterate(
        0.01,
        np.array([1, 2, 3], np.float32),
        np.array([7], np.float32),
        np.array([[1, 2, 3, 4], [0, 0, 0, 0]], np.float32),
        np.array([[5, 6, 7, 8], [0, 0, 0, 0]], np.float32),
    )
    moved = point.taken(np.array([2, MISSING, 0]), np.array([0, MISSING]))
    np.testing.assert_array_equal(moved.columns, [3, np.nan, 1])
    np.testing.assert_array_equal(moved.row_duals, [7, np.nan])
    np.testing.assert_array_equal(moved.distances[0], [3, 0, 1, 4, 0])
    np.testing.assert_array_equal(moved.duals[0], [7, 0, 5, 8, 0])


@pytest.mark.parametrize("what", ["row", "axis"])
def test_a_problem_with_a_row_or_column_more_is_started_too(what):
    """Proves: a budget row, or a column that moves right-hand sides, is no obstacle: the start is used and the optimum is that of a cold
    start. Sensitivity: fails if points only fit problems of their own size.
    """
    lp, trail = base()
    if what == "row":
        changed = with_row(lp, lp.cost)
        changed = replace(changed, row_upper=np.append(lp.row_upper, 1.2 * float(lp.cost @ solve(lp).primal)))
    else:
        rows = np.flatnonzero((lp.row_lower == lp.row_upper) & (lp.row_lower != 0))[:24]
        changed = with_axis(lp, rows, lp.row_lower[rows], 1e3, 1.0)
        changed = replace(changed, lower=np.append(lp.lower, 1.0))
    warm, cold = solve(changed, trail), solve(changed)
    assert warm.warm
    assert warm.iterations < cold.iterations
    assert changed.cost @ warm.primal == pytest.approx(changed.cost @ cold.primal, rel=1e-7)


def test_the_start_of_another_study_is_refused_in_words():
    """Proves: points of a study with other columns are not used, the console says so, and the study is solved all the same; where they fit
    the console says that too, and the next solve starts from this one. Sensitivity: fails if a misfit ends the run, or is silent.
    """
    lp, other = stamped("base"), stamped("flow")
    assert trail_of(other).on(lp) is None
    told, neighbour = io.StringIO(), Neighbour(trail_of(other), "results/other")
    answer = solve_in_blocks(lp, 1e-7, 1, Console(file=told), neighbour=neighbour)
    assert "the start is of another problem" in told.getvalue()
    assert neighbour.used == ""
    told = io.StringIO()
    again = solve_in_blocks(lp, 1e-7, 1, Console(file=told), neighbour=neighbour)
    assert "begun at the start" in told.getvalue()
    assert again.iterations < answer.iterations
    assert lp.cost @ again.primal == pytest.approx(lp.cost @ answer.primal, rel=1e-7)


def test_a_start_is_read_as_it_was_written(tmp_path):
    """Proves: points, rounded to 1e-4, names and places come out of the file as they went in, and start a solve as they do.
    Sensitivity: fails if an array is cut short, changes its type or loses its label.
    """
    lp, trail = base()
    write_start(trail, tmp_path)
    found = read_start(tmp_path)
    assert [p.gap for p in found.points] == [p.gap for p in trail.points[:WRITTEN]]
    for one, other in zip(found.points, trail.points, strict=False):
        for name in ("columns", "row_duals", "distances", "duals"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1.3e-4, atol=0)
    for side in ("column_ids", "row_ids"):
        own, read = getattr(trail, side), getattr(found, side)
        assert list(own) == list(read)
        for family, (labels, ids) in own.items():
            assert read[family][0] == labels
            np.testing.assert_array_equal(read[family][1], ids)
    answer = solve(lp, found)
    assert answer.warm
    assert lp.cost @ answer.primal == pytest.approx(lp.cost @ solve(lp).primal, rel=1e-7)


def test_a_folder_without_a_start_is_refused_with_what_to_do(tmp_path):
    """Proves: a folder without the file, one with half of it, and points of another study are refused before anything is solved, each with
    what to do. Sensitivity: fails if the run begins cold without a word.
    """
    with pytest.raises(StartError, match="solved by the method on blocks"):
        started_from(tmp_path)
    write_start(base()[1], tmp_path)
    with pytest.raises(StartError, match="leave --start out"):
        started_from(tmp_path).require_like(stamped("flow"))
    started_from(tmp_path).require_like(base()[0])
    whole = (tmp_path / START_FILE).read_bytes()
    (tmp_path / START_FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StartError, match="damaged"):
        started_from(tmp_path)


WRONG = {
    "names of no columns": lambda d: d.assign_attrs(column_names="[]"),
    "names of columns left out": lambda d: d.assign_attrs(column_names="{}"),
    "names without labels": lambda d: d.assign_attrs(row_names='{"x": [[], [3]]}'),
    "labels that are lists": lambda d: d.assign_attrs(column_names=d.attrs["column_names"].replace('[["', '[[["x"], "', 1)),
    "shape of nothing": lambda d: d.assign_attrs(row_names='{"x": [[["a"]], []]}'),
    "no gaps": lambda d: d.assign_attrs(gaps=np.empty(0)),
    "gap NaN": lambda d: d.assign_attrs(gaps=[np.nan, 1e-2]),
    "gap 0.1": lambda d: d.assign_attrs(gaps=[0.1, 1e-2]),
    "three gaps": lambda d: d.assign_attrs(gaps=[0.01, 0.005, 1e-3]),
    "short sides": lambda d: d.isel(both=slice(0, -1)),
    "one side": lambda d: d.isel(side=slice(0, 1)),
    "place too high": lambda d: d.assign(column_ids=d.column_ids + 1),
    "place too low": lambda d: d.assign(row_ids=d.row_ids - 1 - d.row_ids.max()),
    "places in fractions": lambda d: d.assign(row_ids=d.row_ids + 0.5),
    "infinite column": lambda d: d.assign(columns_0=d.columns_0 + np.float32(np.inf)),
    "distance NaN": lambda d: d.assign(distances_1=d.distances_1 * np.float32(np.nan)),
    "negative dual": lambda d: d.assign(duals_0=-d.duals_0),
    "whole numbers": lambda d: d.assign(duals_0=d.duals_0.astype(np.int32)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_start_with_wrong_contents_is_refused(wrong, tmp_path):
    """Proves: a file that can be read, with names, shapes, places, gaps or values that no solve leaves, is refused with what to do; the
    file as it was is not. Sensitivity: fails if it is found out in the middle of a solve, as a fault of the program.
    """
    path = write_start(base()[1], tmp_path)
    with xr.open_dataset(path, engine="netcdf4") as stored:
        held = stored.load()
    read_start(tmp_path)
    WRONG[wrong](held).to_netcdf(path, engine="netcdf4")
    with pytest.raises(StartError, match="solve that result again, or start without it"):
        read_start(tmp_path)


def test_a_point_with_columns_that_were_not_there_is_read(tmp_path):
    """Proves: a result solved from a start with fewer columns leaves points without these, NaN, which are read. Sensitivity: refused."""
    trail = base()[1]
    columns = trail.points[0].columns.copy()
    columns[0] = np.nan
    write_start(replace(trail, points=(replace(trail.points[0], columns=columns),)), tmp_path)
    assert np.isnan(read_start(tmp_path).points[0].columns[0])


def test_only_the_method_on_blocks_is_started(capsys):
    """Proves: `optimize --start` with another solver stops with code 2 before anything is read. Sensitivity: the start is ignored."""
    with pytest.raises(typer.Exit) as end:
        require_own_solver(Path("results/x"), "highs")
    assert end.value.exit_code == EXIT_INPUT
    require_own_solver(None, "highs")
    require_own_solver(Path("results/x"), "blocks")


@pytest.mark.parametrize(
    ("whole", "least", "start", "said"),
    [(False, 0, "x", 0), (True, 0, "x", 1), (False, 10**9, "x", 1), (True, 0, None, 0)],
)
def test_a_start_that_no_method_takes_is_named(whole, least, start, said, monkeypatch):
    """Proves: a start is said to be unused for whole numbers and for studies that the simplex solves, and only where one is given.
    Sensitivity: fails if branch and bound ignores it without a word, or a study solved on blocks is told so.
    """
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", least)
    lp, told = base()[0], io.StringIO()
    case = Case(ROOT / "inputs", "plan-2015", Horizon.parse("hours:24"), Path("r"), ROOT / "weather", start=start and Path(start))
    run.tell_of_unused_start(case, replace(lp, integer=np.full(len(lp.cost), whole)), Console(file=told, width=200))
    assert told.getvalue().count("--start is not used") == said


def test_a_result_leaves_a_start_and_says_what_it_started_from(tmp_path, monkeypatch):
    """Proves: a result solved on blocks has the file, listed in its manifest; another from it names it there, has points of its own, and
    proves the same gap; one solved by the simplex says that the start is not used, and has no points. Sensitivity: fails if the points do
    not reach the folder, the manifest is silent about the start, or points of another study are written as a result's own.
    """
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    quiet, day = Console(quiet=True), Horizon.parse("hours:24")
    case = Case(ROOT / "inputs", "plan-2015", day, tmp_path / "one", ROOT / "weather", threads=1)
    first = run.optimize(case, quiet)
    again = run.optimize(replace(case, results=tmp_path / "two", start=first), quiet)
    one, two = (json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (first, again))
    assert START_FILE in one["files"]
    assert "started_from" not in one
    assert two["started_from"] == str(first)
    assert two["iterations"] < one["iterations"]
    assert two["certificate"]["gap"] <= two["certificate"]["gap_limit"]
    assert two["objective_mcny"] == pytest.approx(one["objective_mcny"], rel=1e-7)
    assert (again / START_FILE).read_bytes() != (first / START_FILE).read_bytes()
    monkeypatch.undo()
    told = io.StringIO()
    third = run.optimize(replace(case, results=tmp_path / "three", start=first), Console(file=told, width=200))
    three = json.loads((third / "manifest.json").read_text(encoding="utf-8"))
    assert told.getvalue().count("--start is not used") == 1
    assert START_FILE not in three["files"]
    assert not (third / START_FILE).exists()
    assert "started_from" not in three


def test_points_are_kept_for_a_next_solve_only():
    """Proves: a solve that is told that none follows keeps no points and gives the same answer; the ladder tells it so where no neighbour
    waits. Sensitivity: fails if points, which need an eighth of the memory of many joined years, are kept for nobody.
    """
    lp, trail = base()
    alone = solve_blocks(lp, 1e-9, 1e-7, 1, lambda at: None, keep=False)
    assert trail.points
    assert alone.points == ()
    assert (alone.primal == solve(lp).primal).all()
