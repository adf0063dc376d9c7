"""The sheet of starts appears with its option."""

import shutil

import openpyxl
import pandas as pd
import pytest
from rich.console import Console

from energy_model import run
from energy_model.case import Case
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results.store import read_result
from energy_model.study.horizon import Horizon
from tests.paths import ROOT

OPTION = 'purpose_en = "starts"\npurpose_zh = "启动"\n[time]\ncommitment_step_h = 12\n[commitment]\nstart_classes = true\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("starts")
    shutil.copytree(ROOT / "inputs", place / "inputs")
    (place / "inputs" / "scenarios" / "starts.toml").write_text(OPTION, encoding="utf-8")
    quiet = Console(quiet=True)
    return run.optimize(Case(place / "inputs", "starts", Horizon.parse("hours:48"), place / "results", ROOT / "weather", threads=1), quiet)


def test_starts_add_up_and_have_their_sheet(folder):
    """Proves: hot, warm and cold starts of each cluster add up to all its starts, their prices to the cost of starts in the cost table, and
    the workbook has the sheet. Sensitivity: fails if a class is read from another cluster, or weights are forgotten.
    """
    data, _, tables = read_result(folder)
    table = tables["starts"].set_index("element")
    kinds = table[["started_hot_mw", "started_warm_mw", "started_cold_mw"]]
    started = data.started_mw.to_numpy() @ data.weight.to_numpy()
    assert kinds.sum(axis=1).to_numpy() == pytest.approx(started, abs=1e-2)
    cost = (kinds * [250.0, 450.0, 900.0]).sum().sum() * 1e-6
    assert cost == pytest.approx(tables["costs"].set_index("category").cost_mcny["starts"], rel=1e-6, abs=1e-6)
    write_workbooks(folder)
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    assert "机组启动" in book.sheetnames
    assert isinstance(pd.read_csv(folder / "tables" / "starts.csv"), pd.DataFrame)
