"""A combined scenario from end to end: folder, manifest, lock, rerun, diff, compare, map, server; every bad name is a sentence."""

import json
import shutil
from urllib.parse import quote

import openpyxl
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.report.server.server import answer
from tests.paths import ROOT

NAME = "plan-2015+dear-coal+dry-year@synthetic-1"
FOLDER = f"{NAME}-hours24"
runner = CliRunner()


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def results(shipped_day, tmp_path_factory):
    results = tmp_path_factory.mktemp("combined") / "results"
    shutil.copytree(shipped_day, results / shipped_day.name)
    done = run("optimize", "--scenario", NAME, "--horizon", "hours:24", "--results", results)
    assert done.exit_code == 0, done.output
    return results


def test_the_result_says_what_it_is(results):
    """Proves: the folder carries the name, the manifest every file and the weather, page and map the name; coal costs more.
    Sensitivity: an overlay that is read but not applied gives the cost of the plan.
    """
    folder = results / FOLDER
    m, plan = (json.loads((results / f / "manifest.json").read_text(encoding="utf-8")) for f in (FOLDER, "plan-2015-hours24"))
    assert m["scenario"] == NAME
    assert {"scenarios/plan-2015.toml", "overlays/dear-coal.toml", "overlays/dry-year.toml"} <= set(m["sha256"])
    assert m["objective_mcny"] > 1.05 * plan["objective_mcny"]
    assert "Coal costs a third more" in m["purpose_en"]
    assert "干旱年" in m["purpose_zh"]
    for page in ("map.html", "report.html"):
        text = (folder / page).read_text(encoding="utf-8")
        assert NAME in text
        assert "Coal costs a third more" in text
    sheet = openpyxl.load_workbook(next(folder.glob("*.xlsx")), read_only=True)
    assert sheet.properties.subject == NAME
    assert any("煤价上涨" in str(c.value) or "Coal costs" in str(c.value) for row in sheet.worksheets[0].iter_rows() for c in row)


def test_it_can_be_shown(results):
    """Proves: report, tables and map with another result take the name. Sensitivity: a name that is split at its plus."""
    case = ("--scenario", NAME, "--horizon", "hours:24", "--results", results)
    for command in (("report", *case), ("tables", *case), ("map", *case, "--with", "plan-2015")):
        done = run(*command)
        assert done.exit_code == 0, done.output


@pytest.mark.slow
def test_it_can_be_made_again(results):
    """Proves: rerun takes the name (of a plain name: tests/analyses/test_rerun.py). Sensitivity: a name that is split at its plus."""
    done = run("rerun", results / FOLDER)
    assert done.exit_code == 0, done.output


def test_diff_of_scenarios_and_of_results_agree(results, tmp_path):
    """Proves: diff by name, by inputs folder and by result name the same cells; results keep them when the inputs change later; CSV and
    JSON hold the rows. Sensitivity: reading the inputs of today for a result of yesterday.
    """
    rows = json.loads(run("diff", "plan-2015", NAME, "--json").output)
    changed = {(r["table"], r["key"], r["column"]) for r in rows}
    assert ("mines", "HLH_PIT/plan-2015", "price_cny_per_t") in changed
    assert {t for t, *_ in changed} == {"mines", "loads"}  # synthetic-1 is the weather of the plan too
    inputs = tmp_path / "inputs"
    shutil.copytree(ROOT / "inputs", inputs)
    (inputs / "mines.csv").write_text((inputs / "mines.csv").read_text(encoding="utf-8-sig").replace(",130", ",999"), encoding="utf-8-sig")
    case = ("diff", results / "plan-2015-hours24", results / FOLDER, "--inputs", inputs)
    done = run(*case, "--output", tmp_path / "cells.json")
    assert done.exit_code == 0, done.output
    kept = json.loads((tmp_path / "cells.json").read_text(encoding="utf-8"))
    assert [{k: v for k, v in r.items() if "source" not in k} for r in kept] == [
        {k: v for k, v in r.items() if "source" not in k} for r in rows
    ]
    assert run(*case, "--output", tmp_path / "cells.csv").exit_code == 0
    assert len((tmp_path / "cells.csv").read_text(encoding="utf-8-sig").splitlines()) == len(rows) + 1
    other = json.loads(run("diff", ROOT / "inputs", f"{inputs}:plan-2015", "--json").output)
    assert {(r["column"], r["value_a"], r["value_b"]) for r in other} == {("price_cny_per_t", "130", "999")}


def test_compare_shows_cells_and_a_map(results, tmp_path):
    """Proves: the comparison names the cells on page, CSV and workbook, and its map opens at the difference. Sensitivity: hashes only."""
    done = run("compare", "plan-2015-hours24", FOLDER, "--results", results)
    assert done.exit_code == 0, done.output
    target = results / f"compare-plan-2015-hours24-{FOLDER}"
    page = (target / "index.html").read_text(encoding="utf-8")
    assert "HLH_PIT/plan-2015" in page
    assert f"map.html#lang=zh&amp;case={quote(FOLDER, safe='')}&amp;minus=plan-2015-hours24" in page
    assert "173.29" in (target / "cells.csv").read_text(encoding="utf-8-sig")
    assert "Input cells that differ" in openpyxl.load_workbook(target / "comparison-en.xlsx", read_only=True).sheetnames
    assert FOLDER in (target / "map.html").read_text(encoding="utf-8")


def test_the_server_finds_it(results):
    """Proves: list, page, table and comparison answer to the name, plus sign and all. Sensitivity: a plus read as a space."""
    listed = answer(results, "/", {}).body.decode()
    assert quote(FOLDER) in listed
    assert answer(results, f"/{FOLDER}/map.html", {}).status == 200
    assert answer(results, f"/{FOLDER}/show/costs", {}).status == 200
    assert answer(results, "/compare", {"a": FOLDER, "b": "plan-2015-hours24"}).status == 200


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("check", "--scenario", "plan-2015+nope"), "no overlay 'nope'"),
        (("check", "--scenario", "nope+dear-coal"), "no scenario 'nope'"),
        (("check", "--scenario", "dear-coal"), "needs a scenario before it"),
        (("check", "--scenario", "plan-2015+dear-coal+dear-coal"), "twice"),
        (("check", "--scenario", "plan-2015+../overlays/dear-coal"), "no overlay '"),
        (("map", "--scenario", "../plan-2015"), "no finished result in ../plan-2015"),
        (("report", "--scenario", "plan-2015+../../x"), "no finished result in plan-2015+../../x"),
        (("diff", "plan-2015", "plan-2015+nope"), "no overlay 'nope'"),
        (("diff", "plan-2015", "nowhere/at/all"), "no finished result in nowhere/at/all"),
        (("diff", "plan-2015", "no-export", "--output", "x.txt"), "must end in .csv or .json"),
    ],
)
def test_bad_names_are_sentences(command, words):
    """Proves: every bad name ends with code 2 and a sentence. Sensitivity: a traceback, or a path that is followed."""
    done = run(*command)
    assert done.exit_code == 2, done.output
    assert words in " ".join(done.output.split())
