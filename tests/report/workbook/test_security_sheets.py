"""The shipped scenario on security of supply from end to end over one day: its tables say what the solution holds."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from openpyxl import load_workbook
from rich.console import Console

from energy_model import run
from energy_model.case import Case
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results.read_plan import read_plan
from energy_model.solving import capacity_credit
from energy_model.solving.dispatcher import Dispatcher
from energy_model.solving.windows import operation, window_data
from energy_model.study.horizon import Horizon
from tests.paths import ROOT

WEST = ["HLGL", "JARUD", "ZLT"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Result folder of plan-2015-reserves over one day, with capacity credits from single days, roughly."""
    results = tmp_path_factory.mktemp("security")
    case = Case(ROOT / "inputs", "plan-2015-reserves", Horizon.parse("hours:24"), results, ROOT / "weather", threads=1)
    with pytest.MonkeyPatch.context() as roughly:
        for name, value in (("LONGEST_PERIOD_H", 24), ("OTHERS_SHARE", 1.0), ("TOLERANCE", 0.01)):
            roughly.setattr(capacity_credit, name, value)
        return run.optimize(case, Console(quiet=True))


@pytest.fixture(scope="module")
def data(folder):
    with xr.open_dataset(next(folder.glob("*.nc"))) as stored:
        return stored.load()


def test_reserve_figures_follow_from_the_hourly_results(folder, data):
    """Proves: the requirement of the west is 2 % of its load and 3 % of its wind and sun, hour by hour, and the table's means and value are
    those of the hours. Sensitivity: a requirement read from another region, or an average without weights.
    """
    load = data.load_mw.sel(node=[n for n in WEST if n in data.node.to_numpy()]).sum("node")
    output = data.renewable_mw.sel(feed=[j for j in data.feed.to_numpy() if j.split(".")[0] in WEST]).sum("feed")
    electric = (data.boiler_kind == "electric_boiler") & data.boiler_node.isin(WEST)
    boiler = data.boiler[electric].to_numpy()
    drawn = (data.boiler_heat_mw / data.boiler_efficiency_share).sel(boiler=boiler).sum("boiler")
    asked = data.reserve_asked_mw.sel(reserve_need="SPIN_DOWN/WEST")
    assert asked.to_numpy() == pytest.approx((0.02 * (load + drawn) + 0.03 * output).to_numpy())
    table = pd.read_csv(folder / "tables" / "reserves.csv", encoding="utf-8-sig").set_index(["product", "region"])
    assert table.loc[("SPIN_DOWN", "WEST"), "mean_asked_mw"] == pytest.approx(float(asked.mean()))
    value = float((data.reserve_asked_mw * data.reserve_price_cny_per_mwh * data.weight).sum()) / 1e6
    assert table.reserve_value_mcny.sum() == pytest.approx(value)
    assert (data.reserve_price_cny_per_mwh.to_numpy() >= -1e-6).all()


def test_margin_is_recomputed_from_capacities(folder):
    """Proves: the clause table shows the margin that firm capacity over peak gives, at least what was asked, and every credit is a share.
    Sensitivity: a margin read from the row of the model instead.
    """
    tables = folder / "tables"
    clause = pd.read_csv(tables / "clauses.csv", encoding="utf-8-sig").set_index("target").loc["S_MARGIN"]
    adequacy = pd.read_csv(tables / "adequacy.csv", encoding="utf-8-sig").iloc[0]
    assert clause.reached == pytest.approx(adequacy.firm_mw / adequacy.peak_mw - 1)
    assert clause.reached >= 0.15 - 1e-6
    assert clause.price_unit == "CNY/(MW a)"
    credit = pd.read_csv(tables / "capacity_credit.csv", encoding="utf-8-sig").credit_share
    assert credit.between(0, 1).all()
    assert credit.max() > 0.2


def test_planned_outage_is_done_and_the_result_is_certified(folder, data):
    """Proves: every cluster is overhauled for 8 % of its net capacity and hours; the certificate passed. Sensitivity: a lost ledger."""
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["certificate"]["passed"]
    net = (data.thermal_capacity_mw * data.cluster_net_share).sel(cluster=data.maintained.to_numpy())
    done = (data.on_maintenance_mw * data.weight).sum("time")
    assert (done.to_numpy() >= 0.08 * 8760 * net.to_numpy() - 1e-3).all()


def test_operation_reads_the_overhaul_from_the_files(folder, data):
    """Proves: the plan read back holds the stored overhaul in GW, and a day of operation from the files puts no more online than it leaves.
    Sensitivity: an overhaul that is lost on the way through the files, or read in MW.
    """
    _, plan, _ = read_plan(folder, ROOT / "inputs", ROOT / "weather")
    hours = np.arange(24)
    held = plan.held_at(hours)
    out = data.on_maintenance_mw / 1e3
    assert out.to_numpy().max() > 0.05
    op = operation(plan.system, 24, plan.step_h, plan.capacity, plan.price)
    found = Dispatcher(op).solve(op.lp(window_data(plan.profiles, hours), plan.state_at(23), held, plan.value_at(23)))
    labels, ids = op.places("online")
    online = dict(zip(labels, found.primal[ids], strict=True))
    for g in out.maintained.to_numpy():
        assert held["on_maintenance", (g,)] == pytest.approx(out.sel(maintained=g).to_numpy(), abs=1e-12)
        left = plan.system.thermal.online_share[g] * plan.capacity["capacity_thermal", (g,)] - out.sel(maintained=g).to_numpy()[0]
        assert online[(g,)].max() <= left + 2e-6


def test_workbook_has_the_further_sheets(folder):
    """Proves: reserve, adequacy and credit have sheets with words for every heading; no month is under maintenance in a day, so
    that there is no sheet of it. Sensitivity: a column without label.
    """
    write_workbooks(folder)
    names = load_workbook(folder / "tables.xlsx", read_only=True).sheetnames
    assert {"备用", "容量充裕度", "容量可信度"} <= set(names)
    assert "检修" not in names
