"""What is said of a plan before it is solved."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.runs.precheck import precheck
from energy_model.study.horizon import Horizon

ROOT = Path(__file__).parents[2]
runner = CliRunner()
HEAD = 'purpose_en = "test"\npurpose_zh = "测试"\n'


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("precheck") / "inputs"
    shutil.copytree(ROOT / "inputs", folder)
    return folder


def findings(inputs, text="", name="mine"):
    (inputs / "scenarios" / f"{name}.toml").write_text(HEAD + text, encoding="utf-8")
    return precheck(inputs, name, Horizon.parse("hours:240"), ROOT / "weather")


def test_the_plan_as_written_needs_6200_hours_of_coal(inputs):
    """Proves: the arithmetic of the plan's own amounts: 55.2 TWh of load and 30 TWh of export, less 27.7 TWh from 10 GW of wind, ask about
    6,200 full-load hours of 10 GW of coal net of own use, which it is available for. Sensitivity: a slip of units gives 6.2 or 6,200,000.
    """
    (own,) = [f for f in findings(inputs) if "needed_full_load_h" in f.figures]
    f = own.figures
    assert own.severity == "note"
    assert f["left_twh"] == pytest.approx(55.2 + 30 - 27.7, abs=0.3)
    assert f["needed_full_load_h"] == pytest.approx(f["left_twh"] * 1e3 / 9.28, rel=0.02)


def test_a_cost_twenty_times_off_is_named_with_its_cell(inputs):
    """Proves: capex of 78,000 CNY/kW for coal (a slip of 20) is a warning that names file, row or scenario, column and factor.
    Sensitivity: the contract's hard limits (up to 30,000) would let 28,000 pass in silence; the band does not.
    """
    text = '[[set]]\ntable = "technologies"\nwhere = { technology = "coal_sc660", vintage = 2012 }\nvalues = { capex_cny_per_kw = 28000 }\n'
    (odd,) = [f for f in findings(inputs, text) if f.topic == "plausibility"]
    assert odd.severity == "warning"
    assert odd.figures["value"] == 28000
    assert odd.figures["file"] == "scenarios/mine.toml"
    assert odd.figures["column"] == "capex_cny_per_kw"


@pytest.mark.parametrize("scenario", sorted(p.stem for p in (ROOT / "inputs" / "scenarios").glob("*.toml")))
def test_shipped_scenarios_have_no_odd_values_and_no_errors(scenario):
    """Proves: every shipped scenario passes its own arithmetic.
    Sensitivity: a mistyped cost or an unreachable contract in a scenario fails.
    """
    found = precheck(ROOT / "inputs", scenario, Horizon.parse("hours:24"), ROOT / "weather")
    assert not [f.en for f in found if f.severity == "error" or (f.topic in ("plausibility", "numbers") and f.severity != "note")]


def test_an_export_beyond_all_outlets_is_an_error_before_any_solve(inputs):
    """Proves: 300 TWh of export is refused by arithmetic, with exit code 2, in JSON too. Sensitivity: it would cost an hour of solving."""
    text = '[[set]]\ntable = "targets"\nwhere = { target = "T07_EXPORT" }\nvalues = { value = 300000 }\n'
    assert "error" in {f.severity for f in findings(inputs, text, "export") if f.topic == "outlets"}
    done = runner.invoke(cli.app, ["check", "--inputs", str(inputs), "--scenario", "export", "--weather", str(ROOT / "weather"), "--json"])
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert told[0]["severity"] == "error"
    assert told[0]["figures"]["clause_twh"] == 300


def test_predicted_size_is_that_of_the_solved_problem(inputs):
    """Proves: columns and rows foretold from one compiled block agree with the stamped LP within 2 % (first states are shared columns).
    Sensitivity: a forgotten family of columns or a wrong number of blocks is off by more.
    """
    from rich.console import Console

    from energy_model.results.stages import Clock
    from energy_model.run import prepare

    (size,) = [f for f in findings(inputs) if f.topic == "size"]
    _, problem = prepare(inputs, "mine", Horizon.parse("hours:240"), ROOT / "weather", Clock(Console(quiet=True)))
    rows, columns = problem.lp.matrix.shape
    assert size.figures["columns"] == pytest.approx(columns, rel=0.02)
    assert size.figures["rows"] == pytest.approx(rows, rel=0.02)


def test_overlays_that_meet_in_a_cell_are_noted(inputs):
    """Proves: a cell that two overlays set to different values is a note with both values, no more. Sensitivity: silence, or a stop."""
    text = HEAD + '[[set]]\ntable = "finance"\nwhere = {}\nvalues = { co2_price_cny_per_t = 60 }\nsource = "x"\nconfidence = "judgement"\n'
    (inputs / "overlays" / "cheap-carbon.toml").write_text(text, encoding="utf-8")
    found = precheck(inputs, "plan-2015+carbon-price+cheap-carbon", Horizon.parse("hours:24"), ROOT / "weather")
    (own,) = [f for f in found if f.topic == "overlays" and f.figures["key"] == "2012"]
    assert own.severity == "note"
    assert (own.figures["before"], own.figures["value"]) == ("150", "60")


@pytest.mark.parametrize("base", ["plan-2015", "outlook-2030"])
def test_shipped_overlays_have_no_odd_values_and_no_errors(base):
    """Proves: the plan and the outlook under all shipped overlays at once pass their own arithmetic.
    Sensitivity: a factor that makes a cost odd, or an outlet too small for the contracts, fails.
    """
    overlays = sorted(p.stem for p in (ROOT / "inputs" / "overlays").glob("*.toml"))
    found = precheck(ROOT / "inputs", "+".join([base, *overlays]), Horizon.parse("hours:24"), ROOT / "weather")
    assert [f.en for f in found if f.severity == "error" or f.topic in ("plausibility", "overlays")] == []
