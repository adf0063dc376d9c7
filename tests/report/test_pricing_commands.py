"""The commands that solve a finished plan again and add tables to its result."""

import json

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.analyses.exports import SweepError, study_of
from tests.paths import ROOT


def stored_names(folder, table):
    """Chinese names of the clauses of a table."""
    return pd.read_csv(folder / "tables" / f"{table}.csv", encoding="utf-8-sig").set_index("target").name_zh


@pytest.fixture
def invoke(result_dir):
    """Runs a command on a result of one day."""
    results = result_dir.rename(result_dir.parent / "plan-2015-hours24").parent
    common = ["--inputs", str(ROOT / "inputs"), "--weather", str(ROOT / "weather"), "--results", str(results)]
    common += ["--horizon", "hours:24", "--solve-horizon", "hours:24", "--threads", "1"]
    return lambda *command: CliRunner().invoke(cli.app, [*command, *common]), results / "plan-2015-hours24"


@pytest.mark.slow
def test_commands_add_their_tables_to_the_result(invoke):
    """Proves: curve and sensitivity store tables in the result and draw their sheets; a negative volume and an unknown input exit 2.
    Sensitivity: a workbook that is not written again would still say that nothing is computed.
    """
    run, folder = invoke
    for command in (["curve", "--volume", "10"], ["sensitivity", "--input", "finance/*/discount_rate_share"]):
        result = run(*command)
        assert result.exit_code == 0, result.output
        assert "Horizon of each solve: first 24 hours" in result.output
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    for sheet in ("供电成本曲线", "敏感性"):
        assert book[sheet]._charts
    table = pd.read_csv(folder / "tables" / "sensitivity.csv", encoding="utf-8-sig")
    assert table.low_cost_mcny[0] < table.base_cost_mcny[0] < table.high_cost_mcny[0]
    average = pd.read_csv(folder / "tables" / "average_prices.csv", encoding="utf-8-sig").set_index("contract").average_cny_per_mwh
    sheet = book["落地电价测算"]
    row = next(r for r in range(1, 40) if str(sheet.cell(r, 1).value).startswith("平均成本"))
    assert sheet.cell(row, 4).value == pytest.approx(average["LN_TARIFF"] / 1e3)
    assert run("curve", "--volume", "-1").exit_code == 2
    unknown = run("sensitivity", "--input", "nonsense/*")
    assert unknown.exit_code == 2
    assert "nonsense" in unknown.output


def test_tables_of_other_inputs_are_refused(invoke):
    """Proves: once an input has changed, its file is named and nothing is added. Sensitivity: the table would be taken for the plan's
    own.
    """
    run, folder = invoke
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["sha256"]["loads.csv"] = "0"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SweepError, match=r"loads\.csv"):
        study_of(ROOT / "inputs", "plan-2015", manifest, folder)
    result = run("increment")
    assert result.exit_code == 2
    assert "loads.csv" in result.output
    assert not (folder / "tables" / "increments.csv").exists()


@pytest.mark.slow
def test_questions_on_uncertain_inputs(invoke):
    """Proves: break-even and screen store their tables and journals, a second question joins the first, the page tells both, an interrupted
    screening solves only what is missing, and every slip is a sentence with code 2. Sensitivity: a journal that is not read.
    """
    run, folder = invoke
    pits = ("break-even", "--input", "mines/*_PIT/*/price_cny_per_t")
    for until in ("cost_mcny > 1", "new_mw/battery > 0"):
        done = run(*pits, "--until", until, "--scan", "0")
        assert done.exit_code == 0, done.output
        assert "no break-even in this range" in done.output
    found = pd.read_csv(folder / "tables" / "break_even.csv", encoding="utf-8-sig")
    assert found.outcome.tolist() == ["always", "never"]
    assert found.solves.tolist() == [2, 2]
    assert len(list(folder.glob("break-even-*.jsonl"))) == 1  # both questions turn the same cells: two solves in all
    two = ("--input", "finance/*/discount_rate_share", "--input", "mines/*_REJECT/*/price_cny_per_t", "--trajectories", "2")
    done = run("screen", *two)
    assert done.exit_code == 0, done.output
    table = pd.read_csv(folder / "tables" / "screening.csv", encoding="utf-8-sig")
    cost = table[table.output == "cost_mcny"].set_index("input").mu_star
    assert (cost > 0).all()
    journal = folder / "screening.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 2 * (len(cost) + 1)
    journal.write_text("\n".join(lines[:-2]) + "\n", encoding="utf-8")
    done = run("screen", *two)
    assert f"{len(lines) - 3} of {len(lines) - 1} solves were done before" in done.output
    assert "new_mw/battery" in (folder / "report.html").read_text(encoding="utf-8")
    for wrong, words in (
        ((*pits, "--until", "batteries"), "not understood"),
        ((*pits, "--until", "new_mw/batery > 0"), "new_mw/battery"),
        ((*pits, "--until", "cost_mcny > 1", "--low", "9", "--high", "3"), "runs backwards"),
        ((*pits, "--until", "cost_mcny > 1", "--tolerance", "0"), "must be above 0"),
        (("break-even", "--input", "pits/*/price", "--until", "cost_mcny > 1"), "No numeric cell"),
        (("screen", "--input", "nonsense/*"), "nonsense"),
        (("screen", *two[:2]), "at least two inputs"),
        (("screen", *two, "--levels", "5"), "even number of levels"),
    ):
        done = run(*wrong)
        assert done.exit_code == 2, done.output
        assert words in " ".join(done.output.split()), done.output


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["frontier", "--axis", "wind"], "export, co2, curtailment, renewable-share"),
        (["frontier", "--from", "30", "--to", "20"], "must be below"),
        (["frontier", "--error", "2"], "between 0 and 1"),
        (["alternatives", "--epsilon", "0"], "0.0001"),
        (["alternatives", "--epsilon", "much"], "0.0001"),
        (["alternatives", "--error", "-0.1"], "between 0 and 1"),
        (["alternatives", "--spread-method", "far"], "random, away"),
        (["alternatives", "--groups", "town"], "technology, county, corridor"),
        (["alternatives", "--group", "wid"], "similar: wind"),
        (["alternatives", "--hold", "wind@JARUD<5"], "not understood"),
        (["alternatives", "--groups", "technology", "--epsilon", "0.01", "--hold", "wind<=3000"], "No plan exists"),
        (["clause-costs", "--move", "1.5"], "between 0 and 1"),
    ],
)
def test_questions_that_make_no_sense_are_refused_in_words(invoke, command, told):
    """Proves: unknown axes, groups and conditions, shares out of range and targets that no plan reaches exit 2 with a sentence and add
    nothing. Sensitivity: a traceback, or a table of nothing.
    """
    run, folder = invoke
    before = sorted(p.name for p in (folder / "tables").iterdir())
    result = run(*command)
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split())
    assert sorted(p.name for p in (folder / "tables").iterdir()) == before


@pytest.mark.slow
def test_commands_beyond_the_optimum_add_their_tables(invoke):
    """Proves: frontier, alternatives, clause-costs and bargain store tables with horizon, weather and certificate, and their sheets stand
    in the workbook, amounts of clauses in its units. Sensitivity: a table that no sheet shows, or MW beside 万千瓦.
    """
    run, folder = invoke
    for command in (
        ["frontier", "--axis", "co2", "--points", "4"], ["alternatives", "--groups", "technology", "--epsilon", "0.02", "--spread", "2"],
        ["clause-costs"], ["bargain"],
    ):  # fmt: skip
        result = run(*command)
        assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    sheets = {"费用前沿": "frontier_co2", "近优容量范围": "room_to_move", "条款代价": "clause_costs", "议价方案": "bargaining"}
    for sheet, table in sheets.items():
        assert book[sheet].max_row > 4
        stored = pd.read_csv(folder / "tables" / f"{table}.csv", encoding="utf-8-sig")
        assert set(stored.horizon) == {"hours:24"}
        assert set(stored.weather) == {"synthetic-1"}
        assert (stored.gap_share.dropna() < 1e-6).all()
    sheet = book["条款代价"]
    at = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[3]}
    (name,) = stored_names(folder, "clause_costs").loc[["T06_WIND"]].unique()
    wind = next(row for row in range(4, 40) if name in [cell.value for cell in sheet[row]])
    assert sheet.cell(wind, at["值"]).value == pytest.approx(1000.0)  # 10,000 MW
    assert sheet.cell(wind, at["单位"]).value == "万千瓦"
