"""The pathway from inputs to result folders, on one day of two years."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from energy_model import cli
from energy_model.language import speaking
from energy_model.plans import pathway
from energy_model.plans.standing import shown
from energy_model.report.page.tables import clause_rows
from energy_model.report.result_folder import Result
from energy_model.report.workbook.pathway import side_by_side
from energy_model.results.folders import forget_without_pages
from energy_model.results.store import read_result
from energy_model.solving.memory import MemoryRefused, Size
from tests.paths import INPUTS

SCENARIO = """purpose_en = "two years"
purpose_zh = "两年"

[study]
fleet_year = 2010

[pathway]
years = [2011, 2012]
cases = { 2010 = "base-2010", 2015 = "plan-2015" }

[[set]]
table = "targets"
where = { target = "T06_WIND_GRID" }
values = { mode = "hard" }
"""


def run(*args):
    return CliRunner().invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Result of one day of 2011 and 2012."""
    import shutil

    root = tmp_path_factory.mktemp("pathway")
    shutil.copytree(INPUTS, root / "inputs")
    (root / "inputs" / "scenarios" / "two.toml").write_text(SCENARIO, encoding="utf-8")
    done = run("pathway", "--inputs", root / "inputs", "--scenario", "two", "--horizon", "hours:24", "--results", root / "results")
    assert done.exit_code == 0, done.output
    return root / "results" / "two-hours24"


def table(folder, name):
    return pd.read_csv(folder / "tables" / f"{name}.csv", encoding="utf-8-sig")


def test_the_years_add_up_to_the_pathway(folder):
    """Proves: the present values of the cost table add up to the objective of the manifest; each year's cost table is the pathway's; each
    year's capacity table has what fleet and vintages add up to; each year passed its certificate; costs by place and project add up to the
    year's, and the nets of parties to minus that.
    Sensitivity: fails if a year is written with another year's columns, or discounted twice.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["years"] == [2011, 2012]
    cost, capacity = table(folder, "pathway_cost"), table(folder, "pathway_capacity")
    assert cost.discounted_mcny.sum() == pytest.approx(manifest["objective_mcny"], rel=1e-9)
    for y in manifest["years"]:
        data, year, tables = read_result(folder / str(y))
        assert (year["year"], year["certificate"]["passed"]) == (y, True)
        total = tables["costs"].set_index("category").cost_mcny["total"]
        assert cost[cost.year == y].cost_mcny.sum() == pytest.approx(total, rel=1e-9)
        assert year["objective_mcny"] == pytest.approx(total, rel=1e-6)
        for name in ("node_costs", "unit_costs", "technology_costs", "parties"):
            assert tables[name].cost_mcny.sum() == pytest.approx(total, rel=1e-8), name
        assert tables["parties"].net_mcny.sum() == pytest.approx(-total, rel=1e-8)
        own = tables["capacity"].set_index("element").capacity_mw
        path = capacity[(capacity.year == y) & ~capacity.kind.isin(("ac", "hvdc"))].set_index("element").capacity_mw
        assert own[own > 0.01].sort_index().to_numpy() == pytest.approx(path[path > 0.01].sort_index().to_numpy(), abs=1e-3)
        assert {p.name for p in (folder / str(y)).iterdir()} >= {"results.nc", "map.html", "tables.xlsx", "tables", "manifest.json"}
        assert abs(tables["energy_balance"].residual_gwh).max() < 1e-3
        assert np.isfinite(data.dual_nodal_balance).all()


@pytest.mark.slow
def test_years_held_by_a_cluster_cost_the_same(folder, monkeypatch, tmp_path):
    """Proves: with `--scheduler` two workers hold a year each and the pathway costs what it costs here; nobody at the address is told.
    Sensitivity: fails if the option is not passed on, or years are held here.
    """
    from distributed import LocalCluster

    monkeypatch.setattr("energy_model.solving.ladder.SIMPLEX_COLUMNS", 0)
    asked = ["pathway", "--inputs", folder.parents[1] / "inputs", "--scenario", "two", "--horizon", "hours:24", "--results", tmp_path]
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster, speaking("en"):
        done = run("--lang", "en", *asked, "--no-pages", "--scheduler", cluster.scheduler_address)
    assert done.exit_code == 0, done.output
    assert "2 workers held 2 parts" in done.output
    here, there = (json.loads((at / "manifest.json").read_text(encoding="utf-8")) for at in (folder, tmp_path / folder.name))
    assert there["objective_mcny"] == pytest.approx(here["objective_mcny"], rel=1e-7)
    monkeypatch.setattr("energy_model.workers.CONNECT_TIMEOUT_S", 0.5)
    refused = run("--lang", "en", *asked, "--anew", "--scheduler", "tcp://127.0.0.1:1")
    assert refused.exit_code == 2
    assert "No Dask scheduler answers" in refused.output


def test_clauses_and_rates_year_by_year(folder):
    """Proves: the first year's 1.5 GW of wind is due and met; export is not due; no build rate is exceeded.
    Sensitivity: fails if clauses are due before their year.
    """
    clauses = table(folder, "pathway_clauses").set_index(["target", "year"])
    assert clauses.loc[("T06_WIND_START", 2011), "reached"] >= 1500 - 0.1
    assert not clauses.loc[("T07_EXPORT", 2012), "due"]
    assert clauses.loc[("T07_EXPORT", 2012), "mode"] == "hard"
    rates = table(folder, "pathway_build_rates")
    assert (rates.built_mw <= rates.limit_mw + 1e-3).all()
    assert set(rates.year) == {2011, 2012}


def test_what_cannot_be_moved_has_no_price(folder):
    """Proves: in 2011 the plan asks for all 1,500 MW of wind that can be built: tables of the pathway and of the year, page, and `explain`
    say so instead of a price, and one more MW of the build rate saves less than a year's cost; a build rate of 0 has no price either.
    Sensitivity: without the note a price of 3e7 CNY/(MW a), and savings of 1e10 CNY.
    """
    year = read_result(folder / "2011")[2]["clauses"]
    for clauses in (table(folder, "pathway_clauses").query("year == 2011"), year):
        wind = clauses.set_index("target").loc["T06_WIND_GRID"]
        assert np.isnan(wind.price)
        assert wind.price_note == "no_room"
    rates = table(folder, "pathway_build_rates").set_index(["item", "year"])
    assert rates.limit_mw["wind", 2011] == rates.built_mw["wind", 2011] == 1500
    assert 0 <= rates.one_more_mw_saves_cny["wind", 2011] < 1e8
    assert (rates.price_note.fillna("") == "closed").equals(rates.limit_mw == 0)
    assert (rates.one_more_mw_saves_cny.isna() == (rates.limit_mw == 0)).all()
    (line,) = [row for row in clause_rows(year) if row["price_note"]]
    assert (line["binds"], line["price"], line["price_note"]["zh"]) == (True, None, "已到可建可送的上限，无法再提高")
    told = run("--lang", "en", "explain", "--scenario", folder / "2011", "--inputs", folder.parents[1] / "inputs")
    lines = told.output.splitlines()  # a cell is folded over two lines
    at = next(i for i, line in enumerate(lines) if "at its limit: no more can be" in line)
    assert "T06_WIND_GRID" in lines[at]
    assert "built or delivered" in lines[at + 1]


def test_workbook_of_the_pathway(folder):
    """Proves: the workbook has the balances with the years side by side, each figure that of its year, and a sheet for each table of the
    pathway, with the discounted sum; a use that begins in the last year stands among the uses. Sensitivity: fails if a table has no
    sheet, a year stands under another, or rows of later years are put behind the surplus.
    """
    book = load_workbook(folder / "pathway.xlsx", data_only=True)
    balances = ["装机规划表", "电力平衡表", "调峰平衡表", "电量平衡表"]
    assert book.sheetnames == [*balances, "逐年装机", "分年份投产", "逐年费用", "逐年条款", "建设规模"]
    cells = {name: [[c.value for c in row] for row in book[name].iter_rows()] for name in balances}
    for year, column in ((2011, 0), (2012, 1)):
        capacity = pd.read_csv(folder / str(year) / "tables" / "capacity_plan.csv", encoding="utf-8-sig").capacity_mw.sum()
        made = pd.read_csv(folder / str(year) / "tables" / "generation.csv", encoding="utf-8-sig").gross_gwh.sum()
        peak = pd.read_csv(folder / str(year) / "tables" / "power_balance.csv", encoding="utf-8-sig").set_index("item").year_peak_mw
        assert cells["装机规划表"][3][1 + column] == f"{year}年\n（万千瓦）"
        assert next(row for row in cells["装机规划表"] if row[0] == "合计")[1 + column] == pytest.approx(capacity / 10)
        assert next(row for row in cells["电量平衡表"] if row[0] == "合计")[1 + column] == pytest.approx(made / 100)
        surplus = [row[2 + column] for row in cells["电力平衡表"] if row[0] == "四、电力盈亏"]
        assert surplus[-1] == pytest.approx(peak["surplus"] / 10)
    years = {year: Result.read(folder / str(year)) for year in (2011, 2012)}
    old = years[2011].tables["power_balance"]
    later = dict(years[2011].tables, power_balance=old[~old["item"].isin(["load", "electric_boiler"])])
    merged = side_by_side({2010: replace(years[2011], tables=later)} | years, "power_balance", ["item"], "year_peak_mw")
    assert merged["item"].tolist() == old["item"].tolist()
    book = load_workbook(folder / "pathway.xlsx")
    assert str(book["逐年费用"].cell(book["逐年费用"].max_row, 6).value).startswith("=SUM")


@pytest.mark.slow
def test_pages_that_cannot_be_written_leave_the_earlier_pathway_whole(folder, monkeypatch):
    """Proves: when the page of a year fails after the solve, every file of the earlier pathway is as it was, those of its years too.
    Sensitivity: years moved into place before their pages are there.
    """

    def fails(*_args):
        raise KeyError("a fault of the program")

    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    monkeypatch.setattr("energy_model.report.workbook.result_workbook.write_cover", fails)
    inputs = folder.parents[1] / "inputs"
    done = run("pathway", "--inputs", inputs, "--scenario", "two", "--horizon", "hours:24", "--results", folder.parent, "--anew")
    assert done.exit_code == 1
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_a_pathway_that_does_not_fit_is_refused(folder):
    """Proves: with too little memory the run ends with code 3 and says what to do, in either language, and the earlier result stays.
    Sensitivity: fails if the limit is looked at after stamping all years.
    """
    root = folder.parents[1]
    done = run("pathway", "--inputs", root / "inputs", "--scenario", "two", "--horizon", "hours:24", "--results", folder.parent,
               "--anew", "--memory-limit", "0.3")  # fmt: skip
    assert done.exit_code == 3
    assert "myopic" in done.output
    assert "typical weeks" in done.output
    with speaking("zh"), pytest.raises(MemoryRefused, match="典型周"):
        Size(10**6, 10**9).require(1.0)
    assert (folder / "manifest.json").exists()
    with pytest.raises(MemoryRefused, match="weeks:8"):
        Size(10**8, 4 * 10**8).require(24.0)
    Size(5 * 1_084_000, 5 * 4_200_000).require(24.0)


MEASURED = [
    (20_937, 81_523, 0.516),
    (83_229, 324_140, 0.593),
    (90_293, 348_429, 0.549),
    (210_453, 813_756, 0.676),
    (1_096_633, 4_250_000, 1.6),
]
PATHS = [(120_794, 453_851, 2541, 42, 0.824), (512_760, 1_934_983, 2541, 180, 1.319)]
"""Six years of 168 and 720 hours in one LP, with the columns and rows that all share and the blocks."""


@pytest.mark.parametrize(("columns", "nonzeros", "gb"), MEASURED)
def test_predicted_memory_is_near_what_was_measured(columns, nonzeros, gb):
    """Proves: the law told before solving is within 20 % of peaks measured over a fiftyfold range. Sensitivity: a constant slips."""
    assert Size(columns, nonzeros).peak_gb == pytest.approx(gb, rel=0.2)


@pytest.mark.parametrize(("columns", "nonzeros", "shared", "blocks", "gb"), PATHS)
def test_predicted_memory_of_a_path_counts_what_years_share(columns, nonzeros, shared, blocks, gb):
    """Proves: the law is within 5 % of the peaks of two paths, which it missed by a quarter without what their years share.
    Sensitivity: fails if the dense system of the shared columns and rows is left out.
    """
    assert Size(columns, nonzeros, shared, blocks).peak_gb == pytest.approx(gb, rel=0.05)
    assert Size(columns, nonzeros).peak_gb < 0.8 * gb


def test_a_scenario_without_years_is_told(tmp_path):
    """Proves: a scenario without investment years ends with code 2 and a sentence. Sensitivity: fails with a traceback."""
    done = run("pathway", "--scenario", "plan-2015", "--horizon", "hours:24", "--results", tmp_path)
    assert done.exit_code == 2
    assert "years" in done.output


def test_the_same_pathway_again_stands(folder, monkeypatch):
    """Proves: the log in the result tells six numbered stages and the solver's lines; the same command says that the result stands and
    solves nothing, other foresight, `--anew` and a table that was changed solve; a page of a year that is gone is missed.
    Sensitivity: two investment years of minutes solved again for the same figures, or a myopic path taken for a perfect one.
    """
    log = (folder / "run.log").read_text(encoding="utf-8")
    assert [number for number in range(1, 7) if f" {number}/6 " in log] == [1, 2, 3, 4, 5, 6]
    assert "  | " in log
    forget_without_pages(folder)
    asked = []
    monkeypatch.setattr(pathway, "solve_pathway", lambda *a: asked.append(a))
    same = ("pathway", "--inputs", folder.parents[1] / "inputs", "--scenario", "two", "--horizon", "hours:24", "--results", folder.parent)
    again = run(*same)
    assert (again.exit_code, asked) == (0, []), again.output
    assert "The result is current" in again.output
    assert "--anew" in again.output
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    page = folder / "2012" / "map.html"
    page.rename(page.with_suffix(".gone"))
    assert not shown(folder, manifest, pages=True)
    page.with_suffix(".gone").rename(page)
    assert shown(folder, manifest, pages=True)
    run(*same, "--foresight", "myopic")
    run(*same, "--anew")
    costs = folder / "2012" / "tables" / "costs.csv"
    before = costs.read_bytes()
    costs.write_bytes(before + b"\n")
    run(*same)
    costs.write_bytes(before)
    assert len(asked) == 3
