"""The commands that solve a finished plan again and add tables to its result."""

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.sweep import SweepError, study_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def invoke(result_dir):
    """Runs a command on a result of one day."""
    results = result_dir.rename(result_dir.parent / "plan-2015-hours24").parent
    common = ["--inputs", str(ROOT / "inputs"), "--weather", str(ROOT / "weather"), "--results", str(results)]
    common += ["--horizon", "hours:24", "--solve", "hours:24", "--threads", "1"]
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
