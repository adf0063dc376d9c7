"""Nothing is lost: a run killed at any moment, two runs at once, a full disk, damaged files."""

import errno
import importlib
import json
import os
import re
import shutil
import signal
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.commands.adding import publish_tables
from energy_model.commands.naming import finished_result
from energy_model.results import folders, store
from tests.paths import ROOT
from tests.support.killing import run_spoilt

NAME = "plan-2015-hours24"
runner = CliRunner()
POINTS = {
    "reading": ("energy_model.run.load_study", 0),
    "profiles": ("energy_model.run.make_profiles", 0),
    "building": ("energy_model.run.build_problem", 0),
    "solving": ("energy_model.certified.solve_to_gap", 0),
    "labelling": ("energy_model.results.solved.build_dataset", 0),
    "writing the dataset": ("energy_model.results.store.write_dataset", 0),
    "writing the tables": ("energy_model.results.store.write_tables", 0),
    "writing the manifest": ("energy_model.results.store.write_manifest", 0),
    "setting the earlier result aside": ("Path.replace", 0),
    "moving the new result into place": ("Path.replace", 1),
    "drawing the map": ("energy_model.report.outputs.write_map", 0),
}
"""Where a run is killed: function, calls of it that pass."""
SOLVED = ("setting the earlier result aside", "moving the new result into place", "drawing the map")
"""Points at which all is written that had to be solved for, and the earlier result stands or comes back."""


def kill_at(point: str, after: int) -> None:
    """Let a function kill its process when it is called once more than `after` times; of `Path` only where hidden folders are moved."""
    module, _, name = point.rpartition(".")
    owner = Path if module == "Path" else importlib.import_module(module)
    true, calls = getattr(owner, name), []

    def killing(*a, **k):
        if module != "Path" or "~" in str(a[0]) + str(a[1]):
            calls.append(1)
            if len(calls) > after:
                os.kill(os.getpid(), signal.SIGKILL)
        return true(*a, **k)

    setattr(owner, name, killing)


def arguments(results, *more):
    return ["optimize", "--horizon", "hours:24", "--results", str(results), "--threads", "1", "--anew", *more]


def visible(results: Path) -> list[str]:
    return sorted(p.name for p in results.iterdir() if not p.name.startswith("."))


@pytest.fixture
def results(day_results):
    """A finished small result."""
    return day_results


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.replace(" ", "-"))
def test_killed_at_any_moment_the_earlier_result_is_whole(point, results, tmp_path):
    """Proves: after kill -9 while {point}, commands find a whole result (the earlier or the new one), nothing half-made is
    in sight, what the killed run left hidden goes with the next look, and what it had solved is kept then.
    Sensitivity: writing into the result folder itself, or replacing it without putting back what was set aside, fails at one of the points.
    """
    log = tmp_path / "killed.log"
    assert run_spoilt(partial(kill_at, *POINTS[point]), arguments(results), log) == -signal.SIGKILL, log.read_text(encoding="utf-8")
    folder = finished_result(results, "plan-2015", "hours:24").folder  # what every command that shows a result asks first
    assert visible(results) == [NAME]
    _, manifest, tables = store.read_result(folder)
    assert manifest["status"] == "optimal"
    assert tables["costs"].cost_mcny.iloc[-1] == pytest.approx(manifest["objective_mcny"], rel=1e-9)
    with folders.exclusive(results / NAME):
        assert not [p for p in results.iterdir() if "~" in p.name]
    kept = folders.without_pages(results / NAME)
    assert kept.exists() == (point in SOLVED)
    if kept.exists():
        assert store.undamaged(kept, store.read_manifest(kept))


def test_two_runs_of_one_result_do_not_mix(results):
    """Proves: while one run holds a result, a second one of it stops at once with a sentence; a run of another horizon is free.
    Sensitivity: without the lock both would solve, and the later would replace the earlier without a word.
    """
    with folders.exclusive(results / NAME):
        second = runner.invoke(cli.app, arguments(results))
        with folders.exclusive(results / "plan-2015-hours48"):
            pass
    assert second.exit_code == 5
    assert "Another run is writing" in second.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("writer", "fault"),
    [
        ("xarray.Dataset.to_netcdf", RuntimeError("NetCDF: HDF error")),
        ("pandas.DataFrame.to_csv", OSError(errno.ENOSPC, "No space left on device")),
    ],
)
def test_a_full_disk_is_a_sentence_and_loses_nothing(writer, fault, results, monkeypatch):
    """Proves: when the disk fills while dataset or tables are written, the run ends with a sentence and the earlier result stays.
    Sensitivity: the NetCDF library raises RuntimeError then, which used to be a traceback.
    """
    before = (results / NAME / "manifest.json").read_text(encoding="utf-8")

    def full(*arguments, **options):
        raise fault

    monkeypatch.setattr(writer, full)
    done = runner.invoke(cli.app, arguments(results))
    assert done.exit_code == 5
    assert "earlier result is unchanged" in done.output
    assert (results / NAME / "manifest.json").read_text(encoding="utf-8") == before
    assert visible(results) == [NAME]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "fault", "code"),
    [
        ("energy_model.report.page.study_page.write_page", KeyError("a fault of the program"), 1),
        ("xlsxwriter.workbook.ZipFile", OSError(errno.ENOSPC, "No space left on device"), 5),
    ],
    ids=["study-page-bug", "workbook-full-disk"],
)
def test_pages_that_cannot_be_written_leave_the_earlier_result_whole_and_lose_no_solve(page, fault, code, results, monkeypatch):
    """Proves: when {page} fails after the solve, every file of the earlier result is unchanged: dataset, tables, pages, workbooks. What was
    solved is kept beside it, undamaged, and the commands that are told write its pages there; the same `optimize` solves nothing, writes
    the pages and puts it in place, and nothing is left beside. Of other inputs or with --anew it does not.
    Sensitivity: moving the new dataset into place before its pages are there replaces the earlier result by half of one; throwing it away
    with them loses a night of solving.
    """
    mark_stale(results / NAME)
    before = contents(results / NAME)
    kept = folders.without_pages(results / NAME)

    def fails(*arguments, **options):
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(page, fails)
        done = runner.invoke(cli.app, arguments(results))
    assert done.exit_code == code, done.output
    assert ("earlier result is unchanged" in done.output) == isinstance(fault, OSError)
    assert contents(results / NAME) == before
    assert visible(results) == [NAME, kept.name]
    assert store.undamaged(kept, store.read_manifest(kept))
    told = re.findall(r"(map|report|tables) --scenario (\S+?)[;.](?=\s)", " ".join(done.output.split()))
    assert told == [(name, f"{results}/{kept.name}") for name in ("map", "report", "tables")]
    for command, folder in told:
        assert runner.invoke(cli.app, [command, "--scenario", folder]).exit_code == 0
    assert {p.name for p in kept.iterdir()} >= {"map.html", "report.html", "tables.xlsx", "tables-en.xlsx"}
    solved = (kept / "results.nc").read_bytes()
    with monkeypatch.context() as idle:
        idle.setattr("energy_model.certified.solve_to_gap", fails)
        again = runner.invoke(cli.app, [a for a in arguments(results) if a != "--anew"])
    assert again.exit_code == 0, again.output
    assert visible(results) == [NAME]
    assert (results / NAME / "results.nc").read_bytes() == solved
    assert "without-pages" not in (results / NAME / "map.html").read_text(encoding="utf-8")


def mark_stale(result: Path) -> None:
    """Let a result be one of an earlier program."""
    manifest = store.read_manifest(result)
    store.write_manifest(manifest | {"run_sha256": "of an earlier program"}, result)


@pytest.mark.parametrize(
    "page", ["energy_model.report.page.study_page.write_page", "energy_model.report.workbook.result_workbook.write_cover"]
)
def test_a_table_added_comes_with_its_pages_or_not_at_all(page, results, monkeypatch):
    """Proves: when {page} fails while tables of a later question are added to a result, the result is as it was; without the fault
    table, workbook and page are there. Sensitivity: tables written one by one before the pages stay behind.
    """
    before = contents(results / NAME)
    table = pd.DataFrame({"category": ["coal"], "weeks_mcny": [1.5], "whole_mcny": [2.0], "difference_mcny": [0.5]})

    def fails(*arguments, **options):
        raise KeyError("a fault of the program")

    with monkeypatch.context() as broken:
        broken.setattr(page, fails)
        with pytest.raises(KeyError, match="a fault"):
            publish_tables(results / NAME, {"certificate_costs": table})
    assert contents(results / NAME) == before
    publish_tables(results / NAME, {"certificate_costs": table})
    changed = {name for name, content in contents(results / NAME).items() if before.get(name) != content}
    assert changed >= {"tables/certificate_costs.csv", "tables.xlsx", "tables-en.xlsx"}


def test_a_results_folder_that_cannot_be_written_is_told_before_solving(tmp_path):
    """Proves: a file where the results folder should be is told at once, before the solver runs. Sensitivity: ten minutes lost."""
    (tmp_path / "results").write_text("", encoding="utf-8")
    done = runner.invoke(cli.app, arguments(tmp_path / "results"))
    assert done.exit_code == 5
    assert "cannot be written" in done.output
    assert "solve" not in done.output


@pytest.mark.parametrize("file", ["results.nc", "manifest.json"])
def test_a_damaged_result_is_a_sentence(file, results):
    """Proves: half a file of a result is told as damage, with what to do. Sensitivity: a traceback, or worse, figures from half a file."""
    path = results / NAME / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    shown = runner.invoke(cli.app, ["explain", "--horizon", "hours:24", "--results", str(results)])
    assert shown.exit_code == 5
    assert "damaged" in shown.output


def test_a_truncated_weather_file_is_a_sentence_and_loses_nothing(results, tmp_path):
    """Proves: half a weather year stops the run with a sentence and exit code 2; the earlier result stays.
    Sensitivity: xarray's own error would be a traceback.
    """
    weather = tmp_path / "weather"
    shutil.copytree(ROOT / "weather", weather)
    year = weather / "years" / "synthetic-1.nc"
    year.write_bytes(year.read_bytes()[:100_000])
    done = runner.invoke(cli.app, arguments(results, "--weather", str(weather)))
    assert done.exit_code == 2, done.output
    assert visible(results) == [NAME]
    assert json.loads((results / NAME / "manifest.json").read_text(encoding="utf-8"))["status"] == "optimal"
