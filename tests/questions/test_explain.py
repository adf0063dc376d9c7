"""The command that explains a plan, on the shipped inputs."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energy_model import cli

ROOT = Path(__file__).parents[2]
runner = CliRunner()
IMPOSSIBLE = """
purpose_en = "more wind than the land carries"
purpose_zh = "风电目标过高"
[[set]]
table = "targets"
where = { target = "T06_WIND" }
values = { value = 60000 }
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain") / "inputs"
    shutil.copytree(ROOT / "inputs", folder)
    (folder / "scenarios" / "too-much.toml").write_text(IMPOSSIBLE, encoding="utf-8")
    return folder


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "200"})


def test_an_impossible_plan_is_explained_and_nothing_is_written(inputs, tmp_path):
    """Proves: `optimize` on a wind target beyond all candidates ends with exit code 3, names the clause, the cell that sets it and the
    candidates that limit it, and leaves no result. Sensitivity: "infeasible" alone, or a result folder, fails.
    """
    results = tmp_path / "results"
    case = ("--inputs", inputs, "--scenario", "too-much", "--horizon", "hours:24", "--weather", ROOT / "weather")
    done = run("optimize", *case, "--results", results)
    assert done.exit_code == 3
    for words in ("not possible as written", "clause_at_least T06_WIND", "scenarios/too-much.toml", "wind_new@KZZ", "candidates.csv"):
        assert words in done.output
    assert not results.exists() or not [p for p in results.iterdir() if not p.name.startswith(".")]


def test_what_binds_names_cells_and_refuses_changed_inputs(inputs, tmp_path):
    """Proves: `explain` lists the export clause with its row of targets.csv, and refuses to name cells after an input has changed.
    Sensitivity: without the check it would show rows and values that were never solved.
    """
    case = ("--inputs", inputs, "--horizon", "hours:24", "--results", tmp_path)
    assert run("optimize", *case, "--weather", ROOT / "weather").exit_code == 0
    shown = run("explain", *case, "--rows", 400)
    assert shown.exit_code == 0
    assert "T07_EXPORT" in shown.output
    assert "targets.csv row" in shown.output
    target = inputs / "targets.csv"
    target.write_text(target.read_text(encoding="utf-8-sig") + " ", encoding="utf-8-sig")
    refused = run("explain", *case)
    assert refused.exit_code == 2
    assert "targets.csv" in refused.output
