"""A second identical `optimize`: the result stands, or is solved anew for a reason."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energy_model import cli, run
from energy_model.language import speaking
from energy_model.results import store
from tests.paths import ROOT

NAME = "plan-2015-hours24"
runner = CliRunner()


@pytest.fixture
def solves(monkeypatch):
    """What is solved, instead of solving."""
    asked = []
    monkeypatch.setattr(run, "optimize", lambda *a: asked.append(a))
    return asked


def optimize(results, *more):
    arguments = ["optimize", "--horizon", "hours:24", "--results", str(results), "--weather", str(ROOT / "weather"), *map(str, more)]
    if "--inputs" not in arguments:
        arguments += ["--inputs", str(ROOT / "inputs")]
    return runner.invoke(cli.app, arguments)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def altered(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_same_command_again_says_that_the_result_stands(day_results, solves):
    """Proves: nothing is solved and no file is touched, the sentence is there in either language with the option that solves anew, the code
    is 0, from another place of equal inputs and without pages too; `--anew` solves. Sensitivity: ten minutes for the same figures.
    """
    folder = day_results / NAME
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    copy = day_results.parent / "inputs"
    shutil.copytree(ROOT / "inputs", copy)
    for more in ((), ("--inputs", copy), ("--no-pages", "--threads", "1")):
        again = optimize(day_results, *more)
        assert again.exit_code == 0, again.output
        assert "The result is current" in again.output
        assert "--anew" in again.output
        assert solves == []
    with speaking("zh"):
        assert "结果有效" in optimize(day_results).output
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()} == before
    assert optimize(day_results, "--anew").exit_code == 0
    assert len(solves) == 1


DAMAGE = {
    "a table cut off": lambda folder: cut(folder / "tables" / "capacity.csv"),
    "a table gone": lambda folder: (folder / "tables" / "clauses.csv").unlink(),
    "the dataset cut off": lambda folder: cut(folder / "results.nc"),
    "the manifest cut off": lambda folder: cut(folder / "manifest.json"),
    "inputs of the result gone": lambda folder: (folder / "inputs.csv.gz").unlink(),
    "a table changed by hand": lambda folder: altered(folder / "tables" / "capacity.csv", "thermal", "nuclear"),
    "another version": lambda folder: altered(folder / "manifest.json", '"run_sha256": "', '"run_sha256": "0'),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_result_that_is_not_whole_is_solved_anew(damage, day_results, solves):
    """Proves: with {damage} the study is solved. Sensitivity: a manifest that is there, taken for a result."""
    DAMAGE[damage](day_results / NAME)
    assert optimize(day_results).exit_code == 0
    assert len(solves) == 1


def test_anything_that_the_figures_depend_on_is_solved_anew(day_results, solves, monkeypatch):
    """Proves: a changed cell, exact prices, another version of a package, each alone, is solved. Sensitivity: names of files instead of
    what is in them, or the versions of today's manifest.
    """
    inputs = day_results.parent / "inputs"
    shutil.copytree(ROOT / "inputs", inputs)
    altered(inputs / "finance.csv", "0.08", "0.081")
    optimize(day_results, "--inputs", inputs)
    optimize(day_results, "--exact")
    assert len(solves) == 2
    monkeypatch.setattr("energy_model.results.fingerprint.package_versions", lambda: store.package_versions() | {"numpy": "0"})
    optimize(day_results)
    assert len(solves) == 3


def test_missing_or_damaged_pages_alone_are_written_again(day_results, solves):
    """Proves: a map that is gone, a study page cut off and a workbook cut off come again whole without solving, by the result as it is;
    with `--no-pages` a missing page is not missed. Sensitivity: solving for a page, or a page that never comes back.
    """
    folder = day_results / NAME
    dataset, manifest = (folder / "results.nc").read_bytes(), json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "map.html").unlink()
    cut(folder / "report.html")
    assert "writing them again" not in optimize(day_results, "--no-pages").output
    cut(folder / "tables.xlsx")
    again = optimize(day_results)
    assert again.exit_code == 0, again.output
    assert "writing them again" in again.output
    assert (folder / "map.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert (folder / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert (folder / "results.nc").read_bytes() == dataset
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8")) == manifest
    assert "writing them again" not in optimize(day_results).output
    cut(folder / "map.html")
    with speaking("zh"):
        assert "重新写出" in optimize(day_results).output
    assert solves == []


def test_pages_of_an_older_program_are_written_again(day_results, solves, monkeypatch):
    """Proves: pages made by other code are not taken for those of today, and are not solved for. Sensitivity: pages only looked for."""
    written = []
    monkeypatch.setattr("energy_model.report.outputs.write_outputs", lambda folder, pages: written.append(folder) or [])
    altered(day_results / NAME / "manifest.json", '"pages_sha256": "', '"pages_sha256": "0')
    assert optimize(day_results).exit_code == 0
    assert optimize(day_results).exit_code == 0
    assert len(written) == 1
    assert solves == []
