"""A plan for many weather years in all their hours, and the bound on all such plans."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from energy_model.analyses import ensemble_certificate
from energy_model.analyses.ensemble_certificate import WholeYear, certify_ensemble, certify_year, prices_of
from energy_model.case import Case
from energy_model.cli import app
from energy_model.plans.ensemble import solve_ensemble
from energy_model.plans.ensemble_solve import Ensemble
from energy_model.results import store
from energy_model.results.ensemble_certificate import CertifiedYear, EnsembleCertificate
from energy_model.results.week_certificate import sentence
from energy_model.study.horizon import Horizon
from energy_model.workers import workers

INPUTS, WEATHER = Path("inputs"), Path("weather")
YEARS, UNSEEN = ["variable-1", "variable-2"], ["variable-3"]
QUIET = Console(quiet=True)


def planned(results: Path, again: bool = True):
    case = Case(INPUTS, "plan-2015", Horizon("hours", 24), results, WEATHER)
    return solve_ensemble(case, Ensemble(YEARS, UNSEEN, gap=1e-7), QUIET, count=1, again=again)


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    """A plan of one day of two years, certified against the same day: its prices are exact."""
    plan = planned(tmp_path_factory.mktemp("ensemble"))
    with workers(1) as pool:
        return plan, certify_ensemble(plan.folder, INPUTS, WEATHER, 0.01, pool, QUIET)


@pytest.mark.slow
def test_with_exact_prices_the_bound_is_the_optimum(certified):
    """Proves: where the plan is of all hours, operating its years costs what the plan does, and years at its prices bound it tightly, above
    what the years would cost if each could build for itself.
    Sensitivity: prices whose mean is not zero, the other sign, or the worth of another year lift the bound above the cost or drop it.
    """
    plan, found = certified
    figures = plan.summary.set_index("figure").value
    assert found.upper_mcny == pytest.approx(figures["objective"], rel=1e-3)  # operated to a part of the gap asked for
    assert found.upper_mcny >= figures["lower_bound"] * (1 - 1e-9)
    assert found.lower_mcny <= figures["objective"] * (1 + 1e-9)
    assert found.lower_mcny == pytest.approx(figures["objective"], rel=1e-5)
    assert found.lower_mcny > figures["wait_and_see"] * (1 + 1e-4), "these years differ, so that the prices matter"
    assert found.verdict == "suffice"


@pytest.mark.slow
def test_without_prices_the_years_are_bounded_apart(certified, monkeypatch):
    """Proves: with prices of nothing the mean of the bounds is the cost of years that build for themselves.
    Sensitivity: prices that were not taken from what is asked would give the bound of the plan.
    """
    plan, _ = certified
    seen = []

    def keep(function, shared, asked, *_):
        seen.extend((shared, item) for item in asked.values())
        raise KeyboardInterrupt

    monkeypatch.setattr(ensemble_certificate, "run_items", keep)
    with workers(1) as pool, pytest.raises(KeyboardInterrupt):
        certify_ensemble(plan.folder, INPUTS, WEATHER, 0.01, pool, QUIET)
    shared, asked = seen[0]
    free = certify_year(shared, WholeYear(asked.year, dict.fromkeys(asked.prices, 0.0)))
    assert free["bound_mcny"] == pytest.approx(plan.years.set_index("weather_year").alone_mcny[asked.year], rel=1e-6)
    assert [item.prices is None for _, item in seen] == [False, False, True]


def test_prices_cancel_over_the_years():
    """Proves: worth 10 and 30 is a price of -10 and 10: zero on the mean. Sensitivity: the sign, or a mean over capacities."""
    assert prices_of(np.array([[10.0, 1.0], [30.0, 1.0]])).tolist() == [[-10.0, 0.0], [10.0, 0.0]]


@pytest.mark.slow
def test_the_folder_tells_what_was_found(certified):
    """Proves: table, summary, workbook, page and manifest hold the certificate; certifying again does not tell it twice; the finished plan
    is not solved again. Sensitivity: fails if the page is written before, or rows are appended to an earlier certificate's.
    """
    plan, found = certified
    with workers(1) as pool:
        certify_ensemble(plan.folder, INPUTS, WEATHER, 0.01, pool, QUIET)
    tables = store.read_tables(plan.folder)
    years = tables["certified_years"].set_index("weather_year")
    assert list(years.index) == [*YEARS, *UNSEEN]
    assert years.whole_mcny[YEARS].mean() == pytest.approx(found.upper_mcny, rel=1e-9)
    assert years.priced_bound_mcny[YEARS].mean() == pytest.approx(found.lower_mcny, rel=1e-9)
    assert np.isnan(years.priced_bound_mcny["variable-3"])
    assert (years.export_gwh >= 30_000 * (1 - 1e-6)).all()
    figures = tables["summary"].figure.tolist()
    assert figures.count("whole_expected_cost") == 1
    page = (plan.folder / "index.html").read_text(encoding="utf-8")
    assert "逐时校核" in page
    assert "suffice" in page
    sheets = pd.read_excel(plan.folder / "ensemble.xlsx", sheet_name=None)
    assert {"逐时校核", "各年容量价值"} <= set(sheets)
    assert sheets["各年容量价值"]["项目"].notna().all()
    assert json.loads((plan.folder / "manifest.json").read_text(encoding="utf-8"))["certificate_of_weeks"]["verdict"] == "suffice"
    before = (plan.folder / "manifest.json").stat().st_mtime_ns
    assert planned(plan.folder.parent, again=False).summary.figure.tolist() == figures
    assert (plan.folder / "manifest.json").stat().st_mtime_ns == before
    assert not list(plan.folder.parent.glob(".*.certificate.jsonl"))


def year(name, cost, bound, near, missed="", seen=True):
    return CertifiedYear(name, seen, 1.0, cost, bound, near, 1e-3, missed, {"export_gwh": 100.0, "curtailed_share": 0.1})


@pytest.mark.parametrize(
    ("years", "verdict", "gap"),
    [
        ((year("a", 90.0, 100.0, 100.0), year("b", 110.0, 99.0, 99.5)), "suffice", 0.005),
        ((year("a", 90.0, 96.0, 96.0), year("b", 110.0, 99.0, 99.0)), "too_few", 0.025),
        ((year("a", 90.0, 96.0, 100.0), year("b", 110.0, 99.0, 99.9)), "loose", 0.025),
        ((year("a", 90.0, 96.0, 100.0), year("b", 110.0, -np.inf, np.inf)), "loose", np.inf),
        ((year("a", 90.0, 100.0, 100.0), year("b", 110.0, 99.0, 99.5, "clause 5")), "cannot_hold", np.inf),
        ((year("a", 100.0, 99.5, 99.5), year("c", 500.0, None, None, "clause 5", seen=False)), "suffice", 0.005),
    ],
)
def test_the_verdict_by_hand(years, verdict, gap):
    """Proves: bounds count on the mean alone, one above its own year's cost too; unseen years are told and do not decide; a clause that a
    planned year misses cannot be held, and nothing is said of more capacity. Sensitivity: a bound per year, or an unseen year in the mean.
    """
    found = EnsembleCertificate("weeks:4", "year", years, 0.01)
    assert found.verdict == verdict
    assert found.gap == pytest.approx(gap)
    words = sentence(found.as_dict())
    assert "weeks:4" in words.en
    assert ("b: clause 5" in words.en) == (verdict == "cannot_hold")
    assert "with more" not in words.en
    assert found.summary().set_index("figure").value["whole_export_gwh_p90"] == 100.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--horizon", "hours:24"), "checks typical weeks"),
        (("--horizon", "weeks:1", "--cvar-weight", "0.5"), "bounds the mean cost"),
        (("--horizon", "weeks:1", "--workers", "400"), "would need about"),
    ],
)
def test_what_cannot_be_certified_is_refused_before_it_is_solved(tmp_path, arguments, said):
    """Proves: each ends with exit code 2 and a sentence and writes nothing. Sensitivity: fails if the check comes after the solve."""
    outcome = CliRunner().invoke(app, ["ensemble", "--certify", "--results", str(tmp_path), *arguments], env={"COLUMNS": "200"})
    assert outcome.exit_code == 2
    assert said in " ".join(outcome.output.split())
    assert not list(tmp_path.iterdir())
