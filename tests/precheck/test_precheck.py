"""What is said of a plan before it is solved."""

import json
import shutil
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.precheck.clause_reach import REACH
from energy_model.precheck.findings import out_of_reach
from energy_model.precheck.precheck import precheck
from energy_model.study.build_system import build_system
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from tests.paths import ROOT
from tests.support.shipped import with_coal_cap

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


def test_the_plan_as_written_needs_6300_hours_of_coal(inputs):
    """Proves: the arithmetic of the plan's own amounts: 55.2 TWh of load and 30 TWh of export, less 26.5 TWh from 10 GW of wind, ask about
    6,300 full-load hours of 10 GW of coal net of own use, which it is available for. Sensitivity: a slip of units gives 6.3 or 6,300,000.
    """
    (own,) = [f for f in findings(inputs) if "needed_full_load_h" in f.figures]
    f = own.figures
    assert own.severity == "note"
    assert f["left_twh"] == pytest.approx(55.2 + 30 - 26.5, abs=0.3)
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


@pytest.mark.slow
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
    (own,) = [f for f in findings(inputs, text, "export") if f.severity == "error"]
    assert (own.topic, own.figures["target"]) == ("clauses", "T07_EXPORT")
    done = runner.invoke(cli.app, ["check", "--inputs", str(inputs), "--scenario", "export", "--weather", str(ROOT / "weather"), "--json"])
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert told[0]["severity"] == "error"
    assert told[0]["figures"]["value"] == 300000


BEYOND = {
    # target: table, its cells for all rows of the level, what is told
    "T08_ALUMINIUM": ("smelters", {"aluminium_kt_per_year": 100}, "aluminium_kt ≥ 3,000 kt, the tables allow at most"),
    "T06_WIND": ("candidates", {"max_new_mw": 10, "min_new_mw": 0}, "wind_capacity_mw ≥ 10,000 MW, the tables allow at most"),
    "T07_COAL": ("coal_users", {"demand_kt_per_year": 90000}, "coal_kt ≤ 100,000 kt, the tables need at least"),
}


@pytest.mark.parametrize("target", BEYOND)
def test_a_clause_that_no_plan_meets_is_told_before_any_solve(target):
    """Proves: rated potlines, buildable wind and other users of coal are set against their clauses, with both figures; a hard clause is an
    error, one that is only measured a warning. Sensitivity: only what the study is given is compared.
    """
    study = with_coal_cap(load_study(ROOT / "inputs"))
    assert out_of_reach(study, build_system(study)) == []
    table, cells, said = BEYOND[target]
    changed = replace(study, tables={**study.tables, table: study.tables[table].assign(**cells)})
    told = {f.figures["target"]: f for f in out_of_reach(changed, build_system(changed))}
    assert said in told[target].en
    assert f"row {study.place('targets', 'value', target=target)[1]}" in told[target].en
    assert told[target].severity == ("warning" if target == "T08_ALUMINIUM" else "error")


def test_the_reach_of_scopes_adds_up_to_the_whole():
    """Proves: the most of each smelter, mine and node adds up to that of the study, and land bounds what candidates may reach.
    Sensitivity: a scope that is not looked at gives the whole each time.
    """
    system = build_system(load_study(ROOT / "inputs"))
    for quantity, scopes in (
        ("aluminium_kt", system.smelter.index),
        ("coal_kt", system.mine.index),
        ("wind_capacity_mw", system.resource.node.unique()),
        ("thermal_capacity_mw", system.thermal.node.unique()),
    ):
        parts = [REACH[quantity](system, str(scope))[1] for scope in scopes]
        assert len(parts) > 1
        assert sum(parts) == pytest.approx(REACH[quantity](system, "")[1])
    node = system.resource.node[system.resource.kind == "wind"].iloc[0]
    narrow = replace(system, potential=system.potential.where(system.potential.index != (node, "wind"), 0.4))
    assert REACH["wind_capacity_mw"](narrow, node)[1] == pytest.approx(400.0)


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
    Sensitivity: a factor that makes a cost odd, or an outlet too small for the contracts, fails. Two overlays meet at one cell: where the
    Northeast stands as nodes, its contract is closed. Agreements need the lines that `late-outlet` closes, and are read in
    tests/study/test_combination.py.
    """
    overlays = sorted({p.stem for p in (ROOT / "inputs" / "overlays").glob("*.toml")} - {"agreements"})
    found = precheck(ROOT / "inputs", "+".join([base, *overlays]), Horizon.parse("hours:24"), ROOT / "weather")
    odd = [f.en for f in found if f.severity == "error" or f.topic in ("plausibility", "overlays")]
    assert [text for text in odd if "months.toml and overlays/northeast.toml both change max_mw of contracts LN_FREE" not in text] == []
