"""How scenarios, results, options and commands are named on the command line: one grammar, one meaning, and what was meant."""

import json
import os

import pytest
import typer
from typer.testing import CliRunner

from energy_model import cli, invocation
from energy_model.commands.naming import finished_result
from energy_model.commands.weather import weather_app
from energy_model.labels import LABELS
from tests.paths import ROOT

runner = CliRunner()
NEEDED = {
    "commit": ["--first-day", "01-01"],
    "island": ["huolinhe"],
    "picture": ["map"],
    "break-even": ["--input", "a/b/c", "--until", "x > 0"],
}
OF_A_RESULT = (
    "explain", "map", "report", "tables", "picture", "commit", "island", "redispatch", "calibrate", "curve", "frontier", "alternatives",
    "clause-costs", "bargain", "increment", "sensitivity", "screen", "break-even",
)  # fmt: skip
SEVERAL_HELPS = {
    "--certify": "prove that typical weeks suffice",
    "--horizon": "part of the year of a study or a result",
    "--input": "input cells, as sources.csv names them",
    "--inputs": "folder of input tables",
    "--memory-limit": "memory of the process",
    "--name": "name that what is made is kept under",
    "--output": "where to write",
    "--scenario": "study or result by its name",
    "--seed": "seed of random numbers",
    "--solve": "solve too, and compare",
    "--time-limit": "minutes for the solver",
    "--weather-years": "weather years",
    "--workers": "processes at once",
    "--year": "calendar year",
}
"""The one meaning of each option that several commands explain in words of their own; a new use of such a name must have it too."""


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "300"})


def said(result):
    return " ".join(result.output.split())


def put(results, name, scenario, horizon, age=0):
    """A folder with the manifest of a finished result, `age` hours old."""
    folder = results / name
    folder.mkdir(parents=True)
    path = folder / "manifest.json"
    path.write_text(json.dumps({"scenario": scenario, "horizon": horizon}), encoding="utf-8")
    os.utime(path, (1e9 - 3600 * age,) * 2)
    (folder / "results.nc").touch()
    return folder


@pytest.fixture
def results(tmp_path):
    """Two results of plan-2015 below the year, the one over weeks newer, and what other commands made of it."""
    folder = tmp_path / "results"
    put(folder, "plan-2015-hours24", "plan-2015", "hours:24", age=2)
    put(folder, "plan-2015-weeks4", "plan-2015", "weeks:4", age=1)
    put(folder, "plan-2015-weeks4-commit-01-15", "plan-2015", "weeks:4")
    return folder


def test_the_year_is_meant_else_the_newest_and_it_is_said_which(results, capsys):
    """Proves: a scenario alone is its year's result where there is one, else the newest over less, not what `commit` made of that; the
    folder is told. Sensitivity: looking for the year alone, every command after `make quick` finds nothing.
    """
    assert finished_result(results, "plan-2015", None).folder == results / "plan-2015-weeks4"
    assert str(results / "plan-2015-weeks4") in capsys.readouterr().err
    year = put(results, "plan-2015", "plan-2015", "year", age=5)
    assert finished_result(results, "plan-2015", None).folder == year


def test_names_horizons_and_folders_find_the_same_result(results, tmp_path, monkeypatch):
    """Proves: SCENARIO:HORIZON, --horizon, the folder's name and its path are one result; two horizons for one name are refused.
    Sensitivity: a second reader of names in one command would know fewer forms.
    """
    monkeypatch.chdir(tmp_path)
    for text, horizon in (
        ("plan-2015:hours:24", None),
        ("plan-2015:hours:24", "hours:24"),
        ("plan-2015", "hours:24"),
        ("plan-2015-hours24", None),
        ("results/plan-2015-hours24", None),
        (str(results / "plan-2015-hours24"), "hours:24"),
    ):
        found = finished_result(results, text, horizon)
        assert found.folder.resolve() == results / "plan-2015-hours24"
        assert (found.scenario, str(found.horizon)) == ("plan-2015", "hours:24")
    for text in ("plan-2015:hours:24", "results/plan-2015-hours24"):
        with pytest.raises(typer.Exit):
            finished_result(results, text, "weeks:4")


@pytest.mark.parametrize("command", OF_A_RESULT)
def test_every_command_of_a_result_knows_the_grammar(command, results):
    """Proves: each command takes SCENARIO:HORIZON and a folder, and of a result that is not there says the folder, what was meant, what
    there is and how to make it. Sensitivity: a command with a parser of its own takes the text for a scenario and says something else.
    """
    more = NEEDED.get(command, [])
    missing = run(command, *more, "--scenario", "plan-2015:weeks:5", "--results", results)
    assert missing.exit_code == 2, missing.output
    for part in (str(results / "plan-2015-weeks5"), "Did you mean", "plan-2015:weeks:4", "optimize --scenario plan-2015 --horizon weeks:5"):
        assert part in said(missing)
    nowhere = run(command, *more, "--scenario", results / "none", "--results", results)
    assert nowhere.exit_code == 2
    assert str(results / "none") in said(nowhere)


@pytest.mark.parametrize(
    ("command", "name", "said_so"),
    [
        ("check", "plan-2015-hours48", "Did you mean plan-2015:hours:48?"),
        ("check", "plan-2015:hours24", "Did you mean plan-2015:hours:24?"),
        ("optimize", "plan-2015：weeks：4", "Did you mean plan-2015:weeks:4?"),
        ("map", "plan-2015-hours48", "--scenario plan-2015 --horizon hours:48"),
        ("map", "plan-2015-n1-hours48", "--scenario plan-2015-n1 --horizon hours:48"),
        ("map", "plan-2015:hours-48", "Did you mean plan-2015:hours:48?"),
    ],
)
def test_a_missing_or_wrong_colon_is_answered_with_the_name(command, name, said_so, results):
    """Proves: studies and results named with a missing or a wrong colon are answered with the name to write, and exit code 2.
    Sensitivity: 'no scenario plan-2015-hours48; did you mean plan-2015-n1?'.
    """
    done = run(command, "--scenario", name, *(["--results", results] if command == "map" else []))
    assert done.exit_code == 2
    assert said_so in said(done)


def test_comparisons_name_results_alike(results, tmp_path):
    """Proves: compare, map --with, rerun and diff know SCENARIO:HORIZON, and --horizon of compare is for names without one; the second name
    takes the horizon of the first. Sensitivity: `make compare A=plan-2015 B=no-export HORIZON=weeks:4` looks for the year.
    """
    put(results, "no-export-weeks4", "no-export", "weeks:4")
    put(results, "no-export", "no-export", "year")
    for words in (
        ("compare", "plan-2015:weeks:5", "no-export"),
        ("compare", "plan-2015", "no-export", "--horizon", "weeks:5"),
        ("map", "--with", "plan-2015:weeks:5"),
        ("rerun", "plan-2015:weeks:5"),
        ("diff", "plan-2015:weeks:5", "plan-2015"),
    ):
        done = run(*words, "--results", results)
        assert done.exit_code == 2
        assert str(results / "plan-2015-weeks5") in said(done), words
    first = finished_result(results, "plan-2015:weeks:4", None)
    assert finished_result(results, "no-export", None, like=first).folder == results / "no-export-weeks4"


def test_a_study_is_named_with_its_horizon_too(results):
    """Proves: `optimize` and `check` take SCENARIO:HORIZON, refuse two horizons, and a misspelt one is told with its forms.
    Sensitivity: `make optimize SCENARIO=plan-2015:weeks:4` asks for a scenario of that name.
    """
    done = run("check", "--scenario", "plan-2015:hours:24", "--inputs", ROOT / "inputs", "--weather", ROOT / "weather")
    assert done.exit_code == 0, done.output
    two = run("optimize", "--scenario", "plan-2015:hours:24", "--horizon", "year", "--inputs", ROOT / "inputs")
    assert (two.exit_code, "two horizons" in two.output) == (2, True)
    odd = run("optimize", "--scenario", "plan-2015:week:4", "--inputs", ROOT / "inputs")
    assert (odd.exit_code, "weeks:N" in odd.output) == (2, True)


def test_folders_without_a_single_plan_are_told_apart(results):
    """Proves: a pathway names its years where one plan with hours is needed.
    Sensitivity: 'the result is damaged' for a missing results.nc.
    """
    folder = put(results, "plan-path-weeks1", "plan-path", "weeks:1")
    (folder / "results.nc").unlink()
    (folder / "2012").mkdir()
    (folder / "2012" / "results.nc").touch()
    done = run("explain", "--scenario", "plan-path", "--results", results)
    assert done.exit_code == 2
    assert str(folder / "2012") in said(done)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("check", "--scenario", "plan-2051"), "plan-2015"),
        (("check", "--scenario", "Outlook-2030"), "outlook-2030"),
        (("check", "--scenario", "plan-2015+dearcoal"), "dear-coal"),
        (("optimise",), "optimize"),
        (("optimize", "--horizn", "year"), "--horizon"),
    ],
)
def test_what_was_meant_is_asked(words, meant):
    """Proves: scenarios, overlays, commands and options that are near a known one are asked for.
    Sensitivity: a list of forty names alone.
    """
    done = run(*words, *(("--inputs", ROOT / "inputs") if words[0] == "check" else ()))
    assert done.exit_code == 2
    assert meant in said(done).partition("Known")[0]


def test_the_version_is_told():
    """Proves: --version prints name and version and exits 0. Sensitivity: 'No such option'."""
    done = run("--version")
    assert (done.exit_code, done.output.split()[0]) == (0, "energy-model")


def test_an_option_means_the_same_in_every_command():
    """Proves: a name of an option has one type, and one meaning: the same help, or a line in the table above.
    Sensitivity: `--gap` that a solve stops at and one that a certificate proves, `--folder` for documents and for weather.
    """
    commands = typer.main.get_command(cli.app).commands | {
        f"weather {name}": c for name, c in typer.main.get_command(weather_app).commands.items()
    }
    helps, types = {}, {}
    for command_name, command in commands.items():
        for parameter in command.params:
            for name in parameter.opts if parameter.param_type_name == "option" else ():
                own = f"{command_name} {max(parameter.opts, key=len)}"
                helps.setdefault(name, set()).add(own if own in LABELS["help"] else parameter.help or max(parameter.opts, key=len))
                types.setdefault(name, set()).add(parameter.bare_type().removeprefix("list[").removesuffix("]"))
    assert {name for name, found in helps.items() if len(found) > 1} == set(SEVERAL_HELPS)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_printed_commands_can_be_pasted(monkeypatch, tmp_path):
    """Proves: a command is told as a target with variables under make, else as the program that a shell here finds, blanks quoted.
    Sensitivity: a bare `energy-model`, which is not on the path, or a target for options that the Makefile has no variable for.
    """
    monkeypatch.setattr(invocation.sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.chdir(tmp_path)
    assert invocation.command("optimize", scenario="a b") == "bin/python -m energy_model optimize --scenario 'a b'"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "energy-model").touch(mode=0o755)
    assert invocation.command("optimize", horizon="weeks:4") == "bin/energy-model optimize --horizon weeks:4"
    monkeypatch.setenv("MAKELEVEL", "1")
    assert invocation.command("optimize", scenario="a", horizon=None) == "make optimize SCENARIO=a"
    assert invocation.command("optimize", inputs="x").startswith("bin/energy-model optimize --inputs x")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert invocation.command("optimize", inputs="x") == "energy-model optimize --inputs x"


def test_a_damaged_result_is_told_when_it_is_the_only_one(day_results):
    """Proves: a bare name whose only result is damaged says so. Sensitivity: "there is none, make it first"."""
    (day_results / "plan-2015-hours24" / "manifest.json").write_text("{", encoding="utf-8")
    command = ["explain", "--scenario", "plan-2015", "--results", day_results, "--inputs", ROOT / "inputs"]
    done = CliRunner().invoke(cli.app, list(map(str, command)))
    assert done.exit_code == 5
    assert "damaged" in " ".join(done.output.split())
