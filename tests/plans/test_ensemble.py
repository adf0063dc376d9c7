"""One plan for many weather years, from the command to the tables."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from energy_model.case import Case
from energy_model.certified import solve_to_gap
from energy_model.cli import app
from energy_model.plans import ensemble as ensemble_run
from energy_model.plans import ensemble_solve
from energy_model.plans.ensemble import EnsembleError, solve_ensemble
from energy_model.plans.ensemble_solve import Ensemble
from energy_model.results.ensemble import OwnPlan, YearOutcome, YearsPlan, summary_table, year_table
from energy_model.results.stages import Clock
from energy_model.run import prepare
from energy_model.solving.risk import Risk
from energy_model.study.horizon import Horizon

INPUTS, WEATHER = Path("inputs"), Path("weather")
DAY = Horizon("hours", 24)
MEAN = Risk()


def planned(results: Path, again: bool = True, gap: float = 1e-4, risk: Risk = MEAN):
    asked = Ensemble(["variable-1", "variable-2"], ["variable-3"], risk, gap)
    return solve_ensemble(Case(INPUTS, "plan-2015", DAY, results, WEATHER), asked, Console(quiet=True), count=1, again=again)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("ensemble"))


def figure(plan, name: str) -> float:
    return float(plan.summary.set_index("figure").value[name])


@pytest.mark.slow
def test_the_plan_of_the_shipped_study_is_proven_and_ordered(plan):
    """Proves: wait-and-see <= expected cost <= any plan, the gap is proven, years average to the expected cost.
    Sensitivity: a wrong probability, a year left out or a cost counted twice breaks the order or the mean.
    """
    assert figure(plan, "gap") <= 1e-4
    assert figure(plan, "wait_and_see") <= figure(plan, "expected_cost") * (1 + 1e-4)
    planned = plan.years[plan.years.planned_for]
    assert planned.cost_mcny.mean() == pytest.approx(figure(plan, "expected_cost"), rel=1e-9)
    assert (planned.alone_mcny <= planned.cost_mcny * (1 + 1e-4)).all()
    assert list(plan.years.weather_year) == ["variable-1", "variable-2", "variable-3"]
    assert planned.missing_mw.max() <= 0.1
    assert planned.export_gwh.min() >= 30_000 * (1 - 1e-6)


@pytest.mark.slow
def test_the_demonstration_on_a_cluster_comes_to_the_same_plan(plan, tmp_path):
    """Proves: `cluster-demo` as a user starts it brings up a scheduler and a worker, plans on it, ends well, and costs what the plan of
    this process costs. Sensitivity: a problem that cannot be sent, workers that are left behind, options that only `ensemble` has.
    """
    command = ["-m", "energy_model", "cluster-demo", "--horizon", "hours:24", "--weather-years", "variable-1,variable-2",
               "--unseen", "variable-3", "--workers", "1", "--results", str(tmp_path)]  # fmt: skip
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, encoding="utf-8", timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = tmp_path.glob("*/tables/summary.csv")
    cost = pd.read_csv(path, encoding="utf-8-sig").set_index("figure").value
    assert float(cost["expected_cost"]) == pytest.approx(figure(plan, "expected_cost"), rel=2e-4)


@pytest.mark.slow
def test_the_same_plan_again_stands(plan, monkeypatch):
    """Proves: the same question finds its plan and solves nothing; another gap, and a plan whose table was changed by hand, are solved.
    Sensitivity: years solved again for the same figures, or a changed figure taken for a result.
    """

    class Solving(Exception):
        pass

    def own_plan(setting, year):
        raise Solving

    monkeypatch.setattr(ensemble_solve, "own_plan", own_plan)
    again = planned(plan.folder.parent, again=False)
    assert again.stands["objective_mcny"] == pytest.approx(figure(plan, "objective"))
    assert again.years.weather_year.tolist() == plan.years.weather_year.tolist()
    with pytest.raises(Solving):
        planned(plan.folder.parent, again=False, gap=1e-3)
    table = plan.folder / "tables" / "years.csv"
    before = table.read_bytes()
    table.write_bytes(before + b"\n")
    with pytest.raises(Solving):
        planned(plan.folder.parent, again=False)
    table.write_bytes(before)


@pytest.mark.slow
def test_a_page_that_cannot_be_written_loses_no_plan(tmp_path, monkeypatch):
    """Proves: when page and workbook fail after the solve, the plan is kept beside the folder, and the same command writes them without
    solving and puts the plan in place. Sensitivity: the years are solved again, or what was kept stays behind.
    """

    class Fault(Exception):
        pass

    def fails(*_args):
        raise Fault

    told, case = Console(file=StringIO(), width=1000), Case(INPUTS, "plan-2015", DAY, tmp_path, WEATHER)
    asked = Ensemble(["variable-1", "variable-2"], [])
    monkeypatch.setattr(ensemble_run, "write_ensemble", fails)
    with pytest.raises(Fault):
        solve_ensemble(case, asked, told, count=1)
    monkeypatch.undo()
    (kept,) = tmp_path.glob("*-without-pages")
    assert f"kept without them in {kept}. The same command again writes them" in told.file.getvalue()
    monkeypatch.setattr(ensemble_run, "solve_years", fails)
    again = solve_ensemble(case, asked, told, count=1, again=False)
    assert again.stands
    assert {p.name for p in again.folder.iterdir()} >= {"index.html", "ensemble.xlsx", "manifest.json", "tables"}
    assert not kept.exists()


@pytest.mark.slow
def test_risk_weighs_the_dearer_year(plan, tmp_path):
    """Proves: with the dearest year alone in the objective the plan costs no more in it, and no less on average, than the plan for the
    mean; its objective is the cost of that year, which is dispatched again where the plan does not decide it.
    Sensitivity: the weight not handed through, or outcomes read from a year without weight.
    """
    risky = planned(tmp_path, risk=Risk(1.0, 0.5))
    slack = 2e-4 * figure(plan, "objective")
    assert figure(risky, "cvar") <= figure(plan, "cvar") + slack
    assert figure(risky, "expected_cost") >= figure(plan, "expected_cost") - slack
    assert figure(risky, "objective") == pytest.approx(figure(risky, "cvar"), rel=2e-4)


@pytest.mark.slow
def test_a_single_year_alone_costs_what_optimize_finds(plan, tmp_path):
    """Proves: the year's own plan is the one of `optimize`. Sensitivity: the weather year not handed through gives another cost."""
    quiet = Console(quiet=True)
    _, problem = prepare(INPUTS, "plan-2015@variable-2", DAY, WEATHER, Clock(quiet))
    _, _, certificate = solve_to_gap(problem, 1e-7, 1, quiet)
    alone = plan.years.set_index("weather_year").alone_mcny["variable-2"]
    assert alone == pytest.approx(certificate.objective_mcny, rel=1e-6)
    _, first = prepare(INPUTS, "plan-2015", DAY, WEATHER, Clock(quiet))
    assert first.lp.matrix.shape[1] > 1000


@pytest.mark.slow
def test_the_folder_is_whole(plan):
    """Proves: manifest, page and workbook stand in one folder and tell of the same years and cost.
    Sensitivity: a page without the unseen year, or a sheet left out.
    """
    manifest = json.loads((plan.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "optimal"
    assert manifest["weather_years"] == ["variable-1", "variable-2"]
    assert manifest["missing_gw"] <= 1e-4 or manifest["unseen_weather_years"]
    page = (plan.folder / "index.html").read_text(encoding="utf-8")
    assert "期望年费用" in page
    assert "variable-3" in page
    sheets = pd.read_excel(plan.folder / "ensemble.xlsx", sheet_name=None)
    assert set(sheets) == {"汇总", "各气象年", "装机", "各年容量价值"}
    named = sheets["装机"].set_index("编号")["项目"]
    assert named["C02"] == "科尔沁—沙岭"
    assert named["HLGL.coal_sub600"].startswith("霍林郭勒")
    assert named["HLGL.coal_sub600"] != named["HLGL.coal_chp135"]
    told = pd.read_excel(plan.folder / "ensemble-en.xlsx", "Summary").set_index("figure").value["expected yearly cost"]
    assert set(sheets["各气象年"]["参与规划"]) == {"是", "否"}
    assert told == pytest.approx(figure(plan, "expected_cost"))


def test_the_summary_by_hand():
    """Proves: EVPI, VSS, CVaR and quantiles of two years by hand: costs 10 and 30, alone 8 and 26, reference 12 and 34.
    Sensitivity: any mean or difference the wrong way round.
    """

    class Alone:
        capacity = np.zeros(1)

        def __init__(self, cost):
            self.cost, self.bound = cost, cost

    outcomes = {
        (case, year): YearOutcome(year, cost, 0.0, {"export_gwh": export, "curtailed_share": share})
        for case, costs in (("plan", (10.0, 30.0)), ("reference", (12.0, 34.0)))
        for year, cost, export, share in zip("ab", costs, (100.0, 200.0), (0.1, 0.2), strict=True)
    }
    plan = YearsPlan(np.zeros(1), 20.0, 20.0, 0.0, 1)
    table = summary_table(plan, Risk(0.0, 0.5), [Alone(8.0), Alone(26.0)], outcomes, ["a", "b"], []).set_index("figure").value
    assert table.expected_cost == 20
    assert table.perfect_information == 3
    assert table.stochastic_solution == 3
    assert table.cvar == 30
    assert table.export_gwh_p50 == 150
    assert table.export_gwh_p90 == pytest.approx(110)
    assert table.curtailed_share_p90 == pytest.approx(0.19)
    outcomes["reference", "b"] = YearOutcome("b", 1e6, 0.5, {})
    short = summary_table(plan, Risk(), [Alone(8.0), Alone(26.0)], outcomes, ["a", "b"], []).set_index("figure").value
    assert np.isnan(short.stochastic_solution)
    assert short.reference_years_short == 1


def test_thermal_energy_of_a_year_counts_heating_plants():
    """Proves: 30 GWh of condensing and 12 of CHP plants are 42 of thermal energy.
    Sensitivity: the kind ``thermal`` alone tells 30.
    """
    outcome = YearOutcome("a", 1.0, 0.0, {"energy_gwh/thermal": 30.0, "energy_gwh/chp": 12.0, "export_gwh": 5.0})
    table = year_table({("plan", "a"): outcome, ("reference", "a"): outcome}, ["a"], [OwnPlan(np.array([1.0]), 1.0, 1.0)])
    assert table.thermal_gwh.item() == 42.0
    assert table.export_gwh.item() == 5.0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--weather-years", "variable-1"], "needs two weather years"),
        (["--weather-years", "variable-1,variable-2", "--unseen", "variable-2"], "Named twice"),
        (["--weather-years", "variable-3..1"], "run backwards"),
        (["--weather-years", "variable-1,no-such-year"], "no-such-year"),
        (["--scenario", "plan-2015-dc"], "power_flow"),
        (["--horizon", "year", "--weather-years", "variable-1..40", "--workers", "1"], "in one problem"),
        (["--scheduler", "tcp://127.0.0.1:1"], "No Dask scheduler"),
        (["--horizon", "year", "--workers", "400"], "would need about"),
    ],
)
def test_bad_input_is_a_sentence(arguments, sentence, tmp_path, monkeypatch):
    """Proves: years, horizons, workers and schedulers that cannot be end with code 2 and a sentence, and leave no result.
    Sensitivity: a traceback, or a refusal after years were solved and a folder begun.
    """
    monkeypatch.setattr("energy_model.workers.CONNECT_TIMEOUT_S", 0.5)
    command = ["ensemble", "--results", str(tmp_path)]
    if "--horizon" not in arguments:
        command += ["--horizon", "hours:24"]
    done = CliRunner().invoke(app, [*command, *arguments])
    assert done.exit_code == 2, done.output
    assert sentence in " ".join(done.output.split())
    assert not list(tmp_path.glob("plan*"))


def test_impossible_years_are_told(tmp_path):
    """Proves: one year alone is refused by the function itself, whoever calls it. Sensitivity: a check at the command line only."""
    with pytest.raises(EnsembleError, match="two weather years"):
        solve_ensemble(Case(INPUTS, "plan-2015", DAY, tmp_path, WEATHER), Ensemble(["variable-1"]), Console(quiet=True), count=1)
