"""Time and memory of an analysis: told, asked and recorded."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from energy_model import cli
from energy_model.analyses import variant_runner
from energy_model.analyses.break_even import Knob, most_solves
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.commands.effort import foreseen
from energy_model.commands.question import Question
from energy_model.journal import Journal
from energy_model.results.records import Records, Size
from energy_model.study.horizon import Horizon, solves_named
from energy_model.workers import workers
from tests.paths import ROOT

YEAR = Horizon.parse("year")


def asked(results: Path, **more) -> Question:
    return Question("frontier-export", ROOT / "inputs", "plan-2015", None, None, results, ROOT / "weather", False, 1, **more)


def test_more_than_an_hour_is_asked_for_and_what_it_took_is_recorded(tmp_path, capsys):
    """Proves: 40 solves of 100 s by the records of this machine are 66:40 min and stop with code 2 where nobody can answer; with --yes they
    run, on two workers they are half an hour, and with 10 in the journal 50 min; afterwards the seconds of one solve are on record.
    Sensitivity: a limit per solve, solves counted that the journal has, or a record of the whole run.
    """
    records, size = Records(tmp_path), Size(8760, job="frontier-export")
    records.add(size, {"solve": 100.0})
    job, journal = SimpleNamespace(horizon=YEAR, exact=False), Journal(tmp_path / "j.jsonl", {})
    with pytest.raises(typer.Exit) as stopped, foreseen(asked(tmp_path), job, 40, journal, 4_000_000):
        pytest.fail("solved without being asked")
    assert stopped.value.exit_code == 2
    assert "--yes" in " ".join(capsys.readouterr().err.split())
    for question in (asked(tmp_path, yes=True), asked(tmp_path, workers=2)):
        with foreseen(question, job, 40, journal, 4_000_000):
            pass
    for k in range(10):
        journal.add(str(k), {})
    with foreseen(asked(tmp_path), job, 40, journal, 4_000_000):
        journal.add("one more", {})
    told = " ".join(capsys.readouterr().out.split())
    assert "40 solves of about 1:40 min and 1.5 GB: at most about 1:06 h" in told
    assert "33:20 min" in told
    assert "30 solves" in told
    assert records.expected(size)["solve"] == pytest.approx(50.0, abs=1.0)  # the middle of 100 s and nothing


def test_an_analysis_is_of_the_hours_of_its_result(day_results):
    """Proves: without --solve-horizon the solves have the horizon of the result, and one that is not the year says that it is a quick look;
    the number of solves is foreseen. Sensitivity: typical weeks by default.
    """
    words = ("frontier", "--points", "2", "--horizon", "hours:24", "--threads", "1", "--results", str(day_results))
    done = CliRunner().invoke(cli.app, ["--lang", "en", *words])
    assert done.exit_code == 0, done.output
    assert "Horizon of each solve: first 24 hours (quick look)" in " ".join(done.output.split())
    assert "up to 3 solves" in done.output
    assert "quick look" not in solves_named("year").en


def test_progress_is_told_where_there_is_no_terminal(tmp_path, monkeypatch, capsys):
    """Proves: in a log a line tells how many solves are done, and of how many. Sensitivity: hours without a word."""
    monkeypatch.setattr(variant_runner, "TOLD_EVERY_S", 0.0)
    with workers(1) as pool:
        items = {str(k): k for k in range(3)}
        variant_runner.run_items(lambda _, k: {"k": k}, None, items, pool, Journal(tmp_path / "j.jsonl", {}), Console(width=80))
    assert "2 of 3 solves done" in capsys.readouterr().out


def test_the_first_solve_begins_at_the_plan(tmp_path):
    """Proves: a runner hands the points of the plan to what its workers share, unless something was solved there already.
    Sensitivity: a cold start of every analysis, or one that forgets a nearer solve.
    """
    shared = SimpleNamespace(neighbour=SimpleNamespace(trail=None))
    runner = VariantRunner(None, Journal(tmp_path / "j.jsonl", {}), Console(quiet=True), "of the plan")
    runner.pool = SimpleNamespace(map_unordered=lambda *_: iter(()))
    runner.explore(shared, lambda *_: None)
    assert shared.neighbour.trail == "of the plan"
    shared.neighbour.trail = "nearer"
    runner.explore(shared, lambda *_: None)
    assert shared.neighbour.trail == "nearer"


def test_solves_of_a_search_by_hand():
    """Proves: between 0 and 16 with 3 values looked at between them, 5 solves find an interval of 4, and 3 more halve it to 0.5.
    Sensitivity: halving the whole range.
    """
    assert most_solves(Knob("", "", "", (), 0.0, 16.0), 0.5, 3) == 8
