"""Folders that cannot be written and disks that are full: one sentence, exit code 5, and what stood before is whole."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from energy_model import cli
from energy_model.commands.weather import weather_app
from tests.paths import ROOT

STUDY = ["--inputs", str(ROOT / "inputs"), "--horizon", "hours:24"]
PLACES = {
    "no file system to write to": "/proc/x",
    "a file where a folder is asked for": "{file}",
    "a name too long": "{folder}/" + "x" * 300,
}
WRITING = {
    "docs": ["docs", "--inputs", str(ROOT / "inputs"), "--output", "{place}"],
    "optimize": ["optimize", *STUDY, "--results", "{place}"],
    "pathway": ["pathway", "--scenario", "plan-path", *STUDY, "--results", "{place}"],
    "export-pypsa": ["export-pypsa", "{place}/network", *STUDY],
    "diff": ["diff", "plan-2015", "no-export", "--inputs", str(ROOT / "inputs"), "--output", "{place}/cells.csv"],
    "bench": ["bench", *STUDY, "--log", "{place}/log/runs.jsonl"],
    "new": ["new", "{place}/study"],
    "ensemble": ["ensemble", *STUDY, "--results", "{place}"],
    "cluster-demo": ["cluster-demo", *STUDY, "--workers", "1", "--results", "{place}"],
    "flexibility": ["flexibility", *STUDY, "--results", "{place}"],
    "run-all": ["run-all", "plan-2015", *STUDY, "--results", "{place}"],
    "capacity-credit": ["capacity-credit", *STUDY[:2], "--results", "{place}"],
    "compare": ["compare", "plan-2015:hours:24", "plan-2015:hours:24", "--results", "{given}", "--output", "{place}/compared"],
    "weather make": ["weather", "make", "--seed", "2", "--folder", "{place}"],
    "weather report": ["weather", "report", "synthetic-1", "--output", "{place}/report.html"],
}
"""Every command that writes beside the results or makes a result of its own."""
ELSEWHERE = {
    "import-genx": "needs a case",
    "import-pypsa": "needs a network",
    "picture": "starts a browser before it writes",
    "weather fetch": "asks a server before it writes",
    "weather import": "needs a weather file",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("command", ["docs", "optimize", "pathway"])
def test_impossible_folders_are_told_in_a_sentence(command, place, tmp_path):
    """Proves: exit code 5 and a sentence with the place before anything is solved. Sensitivity: NotADirectoryError with a traceback."""
    _refused(command, place, tmp_path)


@pytest.mark.parametrize("command", sorted(set(WRITING) - {"docs", "optimize", "pathway"}))
def test_impossible_files_are_told_in_a_sentence(command, day_results, tmp_path):
    """Proves: the same of every other command that writes files beside the results, or makes a result of its own.
    Sensitivity: a guard of the folder of results alone.
    """
    _refused(command, "{file}", tmp_path, day_results)


def test_every_command_that_writes_is_tried():
    """Proves: a command with a place to write, or that can make a result anew, is above. Sensitivity: a new command, its file unguarded."""
    places = {"output", "log", "folder"}
    group, weather = typer.main.get_command(cli.app), typer.main.get_command(weather_app)
    named = {name for name, c in group.commands.items() if places & {p.name for p in c.params}}
    named |= {f"weather {name}" for name, c in weather.commands.items() if places & {p.name for p in c.params}}
    named |= {name for name, c in group.commands.items() if "anew" in {p.name for p in c.params}}
    assert named <= set(WRITING) | set(ELSEWHERE)


def _refused(command, place, tmp_path, given=Path()):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    there = place.format(file=tmp_path / "file", folder=tmp_path)
    done = CliRunner().invoke(cli.app, [word.format(place=there, given=given) for word in WRITING[command]])
    assert (done.exit_code, type(done.exception)) == (5, SystemExit), done.output
    assert there[:40] in done.output.replace("\n", "")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "words",
    [["--version"], pytest.param(["scenarios"], marks=pytest.mark.slow), ["diff", "plan-2015", "no-export", "--json"]],
    ids=lambda words: words[0],
)
def test_a_console_that_is_full_is_told(words):
    """Proves: output into a full file ends with exit code 5 and one sentence, for a table, the version and JSON alike.
    Sensitivity: a traceback, or Python's own complaint when it ends.
    """
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-m", "energy_model", *words], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_full_disk_leaves_the_earlier_file(tmp_path):
    """Proves: where no more than two kilobytes can be written, `diff --output` says so and the earlier file stands as it was.
    Sensitivity: a file opened before all of it is known to fit.
    """
    kept = tmp_path / "cells.csv"
    kept.write_text("earlier", encoding="utf-8")

    def little_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

    command = [sys.executable, "-m", "energy_model", "diff", "plan-2015", "outlook-2030", "--output", str(kept)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=little_room)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "Earlier results are unchanged" in " ".join(done.stderr.split())
    assert kept.read_text(encoding="utf-8") == "earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["cells.csv"]
