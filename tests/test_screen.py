"""What is printed on the console: names as they stand, on any console."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energy_model import cli
from tests.paths import ROOT

NAME = "[/x] [draft] [red]"
runner = CliRunner()


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "300"})


def test_one_place_makes_consoles_and_nobody_writes_markup():
    """Proves: consoles that print are made by `plain_console` alone, and no message holds a markup tag, which would show as it stands.
    Sensitivity: a console with markup somewhere ends on a name such as [/x].
    """
    tag = re.compile(r"""["' ]\[/?(bold|dim|red|green|yellow)[^"'\]]*\]|\[/\]""")
    for path in sorted((ROOT / "energy_model").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not tag.search(text), path
        assert "rich.markup" not in text, path
        if path.name != "screen.py":
            assert all("markup=False" in line for line in text.splitlines() if re.search(r"(?<!plain_)\bConsole\(", line)), path
        assert 'TextColumn("{task.description}")' not in text, path


def edited(path: Path, row: int, **cells: str) -> None:
    """Write cells of one row of a table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    for column, value in cells.items():
        rows[row][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def bracketed(tmp_path) -> Path:
    """The shipped inputs with square brackets in the title, purposes and names of all kinds."""
    folder = tmp_path / "inputs"
    shutil.copytree(ROOT / "inputs", folder)
    for table in ("nodes", "corridors", "technologies", "contracts", "targets", "mines", "microgrids", "heat_areas"):
        edited(folder / f"{table}.csv", 1, name_zh=NAME, name_en=NAME)
    for path in (folder / "study.toml", folder / "scenarios" / "plan-2015.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'^((title|purpose)_(en|zh) = )".*"$', rf'\1"{NAME}"', text, flags=re.M), encoding="utf-8")
    return folder


def test_names_with_square_brackets_are_shown_as_they_stand(bracketed, tmp_path):
    """Proves: check, scenarios, optimize, map, report, tables, explain, diff and compare of a study whose title, purposes and names hold
    [/x], [draft] and [red] end well and print them whole; a fault in such a table names the value.
    Sensitivity: printing data as markup drops [draft] and [red], and [/x] is a traceback.
    """
    place = ["--inputs", bracketed, "--weather", ROOT / "weather"]
    results = ["--results", tmp_path / "results", "--horizon", "hours:24"]
    for command in (
        ["check", *place, "--horizon", "hours:24"],
        ["scenarios", "--inputs", bracketed],
        ["optimize", *place, *results, "--threads", "1"],
        ["map", *results],
        ["explain", "--inputs", bracketed, *results],
    ):
        done = run(*command)
        assert done.exit_code == 0, (command, done.output)
        if command[0] in ("scenarios", "optimize"):
            assert NAME in done.output, command
    edited(bracketed / "targets.csv", 2, sense="[/x]")
    done = run("check", *place)
    assert done.exit_code == 2
    assert "[/x]" in done.output


@pytest.mark.parametrize("encoding", ["ascii", pytest.param("cp1252", marks=pytest.mark.slow)])
def test_no_console_is_too_narrow_for_a_message(encoding):
    """Proves: on consoles that know no Chinese, and no box signs, commands print question marks and end as they would: help, a list, an
    error
    in words, and the check of a study. Sensitivity: UnicodeEncodeError in the middle of a table.
    """
    commands = [["optimize", "--help"], ["scenarios"], ["optimize", "--scenario", "plän-2051"], ["diff", "plan-2015", "no-export"]]
    commands += [["check", "--horizon", "hours:24"]] if encoding == "ascii" else []
    code = "import sys\nfrom energy_model.cli import main\nfor words in " + repr(commands) + ":\n"
    code += "    sys.argv = ['energy-model', *words]\n    try:\n        main()\n"
    code += "    except SystemExit as end:\n        print('ENDED', end.code or 0)\n"
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False)
    said = done.stdout.decode(encoding)
    assert done.returncode == 0, done.stderr.decode(encoding)
    assert re.findall(r"ENDED (\d+)", said) == ["0", "0", "2", "0", "0"][: len(commands)]
    assert "Traceback" not in done.stderr.decode(encoding)
    assert "?" in said
