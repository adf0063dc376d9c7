"""The annex of one export contract."""

import json
import shutil

import openpyxl
import pandas as pd
import pytest

from energy_model.labels import LABELS
from energy_model.report.result_folder import Result
from energy_model.report.words import partial_year_notice
from energy_model.report.workbook.annex import UnknownContractError, weather_years, write_annex
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results import delivery
from energy_model.results.prices import with_ceiling
from energy_model.results.store import write_table
from tests.paths import ROOT
from tests.support.spreadsheet import evaluate, formulas
from tests.support.stretched import stretched

CONTRACT = "LN_TARIFF"


@pytest.fixture(scope="module")
def books(solved):
    path = write_annex(solved, CONTRACT)[0]
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


def terms(book):
    sheet = book["合同要点"]
    return {sheet.cell(r, 1).value: sheet.cell(r, 2) for r in range(3, sheet.max_row + 1)}


def test_formulas_give_what_is_stored(books):
    """Proves: every formula of the annex equals the value beside it. Sensitivity: a wrong reference fails."""
    live, stored = books
    found = [(s, c) for s in live.worksheets for c in formulas(s)]
    assert len(found) >= 5
    for sheet, cell in found:
        assert evaluate(sheet, cell) == pytest.approx(stored[sheet.title][cell.coordinate].value, rel=1e-7, abs=1e-7)


def test_energy_by_month_and_period_adds_up_to_the_contract(result_dir):
    """Proves: of a year, the total of months and periods is the energy of the contract in the dataset, twelve months stand on both sheets,
    and every formula gives what is stored. Sensitivity: a period left out (the flat hours) fails.
    """
    data = stretched(result_dir)
    tariffs = pd.read_csv(ROOT / "inputs" / "tariffs.csv", encoding="utf-8-sig")
    prices = Result.read(result_dir).tables["contract_prices"]
    write_table(with_ceiling(delivery.deliveries(data, tariffs), prices), result_dir / "tables" / "deliveries.csv")
    write_table(delivery.delivery_curve(data), result_dir / "tables" / "delivery_curve.csv")
    path = write_annex(result_dir, CONTRACT)[0]
    live, stored = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    sheet = live["分月分时段"]
    total = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == "合计")
    last = max(k for k in range(1, 8) if sheet.cell(total, k).value is not None)
    energy = float((data.delivered_mw.sel(contract=CONTRACT) * data.weight).sum()) / 1e3
    assert evaluate(sheet, sheet.cell(total, last)) == pytest.approx(energy / 100, rel=1e-6)
    for cell in formulas(sheet):
        assert evaluate(sheet, cell) == pytest.approx(stored[sheet.title][cell.coordinate].value, rel=1e-7, abs=1e-7)
    assert [live["分月日曲线"].cell(r, 1).value for r in (4, 15)] == ["1月", "12月"]


def test_a_sample_has_no_months(books, solved):
    """Proves: an annex of a day says that it has no months and shows the mean day of all its hours; hours times power is energy.
    Sensitivity: the day's energy as that of its month.
    """
    tables = Result.read(solved).tables
    energy = tables["contract_prices"].set_index("contract").energy_gwh[CONTRACT]
    assert books[0]["分月分时段"]["A3"].value == LABELS["study"]["no_months"].zh
    mean, curve = books[0]["平均日曲线"], tables["delivery_curve"]
    assert mean["A4"].value == "全部计算时段"
    assert [mean.cell(4, k).value for k in range(2, 26)] == pytest.approx((curve[f"{CONTRACT}_mw"] / 10).tolist(), abs=1e-6)
    t, main = terms(books[0]), books[0]["合同要点"]
    assert evaluate(main, t["合同利用小时"]) * t["合同功率（受端）"].value / 1e4 == pytest.approx(energy / 100, rel=1e-6)


def test_floor_ceiling_and_penalty_by_hand(books, solved):
    """Proves: ceiling = 410 / 1.17 - 0 = 350.43 CNY/MWh, room = ceiling - floor, the higher of marginal cost and what a plant gets at home,
    also after either cell is changed; penalty = price x shortfall.
    Sensitivity: VAT multiplied instead of divided, or forgotten, or a floor that is not a formula fails.
    """
    t, sheet = terms(books[0]), books[0]["合同要点"]
    prices = Result.read(solved).tables["contract_prices"].set_index("contract").loc[CONTRACT]
    marginal, seller = prices.marginal_cny_per_mwh, prices.seller_cny_per_mwh
    assert evaluate(sheet, t["价格上限（不含税）"]) == pytest.approx(0.410 / 1.17)
    assert t["边际成本（受端，不含税）"].value == pytest.approx(marginal / 1e3, rel=1e-6)
    assert seller > marginal
    assert evaluate(sheet, t["议价空间（不含税）"]) == pytest.approx(0.410 / 1.17 - seller / 1e3, rel=1e-6)
    t["卖方保留价（受端，不含税）"].value = "无"
    assert evaluate(sheet, t["议价空间（不含税）"]) == pytest.approx(0.410 / 1.17 - marginal / 1e3, rel=1e-6)
    assert evaluate(sheet, t["价格下限（不含税）"]) == pytest.approx(marginal / 1e3, rel=1e-6)
    t["欠送违约金"].value, t["假定欠送电量"].value = 0.1, 2.0  # 0.1 CNY/kWh x 2e8 kWh = 0.2e8 CNY
    assert evaluate(sheet, t["违约金额"]) == pytest.approx(0.2)
    assert t["保证电量 P90"].value == "无"


def test_a_contract_that_delivers_nothing_has_no_floor(result_dir):
    """Proves: without delivery marginal cost, floor, room and payment are words, and every other formula gives what is stored.
    Sensitivity: the reservation price as floor of a contract without energy, or an annex that fails.
    """
    table = Result.read(result_dir).tables["contract_prices"].set_index("contract", drop=False)
    table.loc[CONTRACT, ["marginal_cny_per_mwh", "floor_cny_per_mwh", "room_cny_per_mwh"]] = float("nan")
    table.loc[CONTRACT, ["energy_gwh", "price_note"]] = [0.0, "no_delivery"]
    write_table(table, result_dir / "tables" / "contract_prices.csv")
    path = write_annex(result_dir, CONTRACT)[0]
    live, stored = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    t = terms(live)
    for line in ("边际成本（受端，不含税）", "价格下限（不含税）", "议价空间（不含税）", "照付不议金额（按价格下限）"):
        assert t[line].value == "无"
    for cell in formulas(live["合同要点"]):
        assert evaluate(live["合同要点"], cell) == pytest.approx(stored["合同要点"][cell.coordinate].value, abs=1e-7)


def test_take_or_pay_by_hand(books, solved):
    """Proves: a receiver that takes 70 % of a contract with a take-or-pay share of 90 % owes the floor for 20 % of the energy; one that
    takes all, or more, owes nothing. Sensitivity: the share of what is taken, or a payment below zero.
    """
    t, sheet = terms(books[0]), books[0]["合同要点"]
    prices = Result.read(solved).tables["contract_prices"].set_index("contract").loc[CONTRACT]
    energy = prices.energy_gwh / 100
    assert evaluate(sheet, t["照付不议应付电量"]) == 0.0
    t["照付不议比例"].value, t["假定受端实际受电量"].value = 0.9, 0.7 * energy
    t["边际成本（受端，不含税）"].value, t["卖方保留价（受端，不含税）"].value = 0.2, 0.25
    assert evaluate(sheet, t["照付不议应付电量"]) == pytest.approx(0.2 * energy)
    assert evaluate(sheet, t["照付不议金额（按价格下限）"]) == pytest.approx(0.2 * energy * 0.25)
    t["假定受端实际受电量"].value = 1.1 * energy
    assert evaluate(sheet, t["照付不议金额（按价格下限）"]) == 0.0


def test_weather_years_give_guaranteed_energy(solved, tmp_path):
    """Proves: results that differ in weather only count as weather years, others do not; two years of 100 and 80 give P50 = 90 and P90
    = 82 GWh.
    Sensitivity: the 90 % quantile (98) in place of the 10 % one fails.
    """
    results = tmp_path / "results"
    for name, weather, energy, loads in (("a", "w1", 100.0, ""), ("b", "w2", 80.0, ""), ("c", "w3", 5.0, "other")):
        folder = shutil.copytree(solved, results / name)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["weather"] = weather
        manifest["sha256"]["scenarios/plan-2015.toml"] = name
        manifest["sha256"]["loads.csv"] += loads
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        path = folder / "tables" / "contract_prices.csv"
        table = pd.read_csv(path, encoding="utf-8-sig")
        table.loc[table.contract == CONTRACT, "energy_gwh"] = energy
        table.to_csv(path, index=False, encoding="utf-8-sig")
    assert weather_years(results / "a", CONTRACT) == {"w1": 100.0, "w2": 80.0}
    t = terms(openpyxl.load_workbook(write_annex(results / "a", CONTRACT)[0]))
    assert t["保证电量 P50"].value == pytest.approx(0.90)
    assert t["保证电量 P90"].value == pytest.approx(0.82)


def test_unknown_contract_lists_the_known_ones(solved, result_dir):
    """Proves: a wrong id names the contracts there are, and nothing is written. Sensitivity: a KeyError."""
    with pytest.raises(UnknownContractError, match="LN_TARIFF, JL_FLAT, SD_HVDC"):
        write_annex(result_dir, "../../x")
    assert not list(result_dir.parent.rglob("annex-..*"))


def test_a_sample_is_stamped_on_every_sheet(solved, result_dir):
    """Proves: annex and workbook of one solved day say so in red at the top of every sheet, typical weeks say so too with their proven
    distance to the year where it is known, and a whole year bears nothing. Sensitivity: a line on the cover alone.
    """

    def tops(paths):
        return [sheet.cell(1, 1) for path in paths for sheet in openpyxl.load_workbook(path).worksheets]

    for cell in tops([*write_annex(result_dir, CONTRACT), *write_workbooks(result_dir)]):
        assert "不得作为合同附件" in cell.value or "must not be used in contract annexes" in cell.value
        assert cell.font.color.rgb == "FFC00000"
    manifest = json.loads((result_dir / "manifest.json").read_text(encoding="utf-8"))
    assert partial_year_notice(manifest).en.startswith("sample of 1 day,")
    assert partial_year_notice(manifest | {"hours": 30}).zh.startswith("30 小时样本")
    weeks = manifest | {"horizon": "weeks:4", "hours": 672}
    assert "not proven" in partial_year_notice(weeks).en
    assert "within 0.80 % of" in partial_year_notice(weeks | {"weeks_certificate": {"gap": 0.008}}).en
    whole = manifest | {"horizon": "year", "hours": 8760}
    (result_dir / "manifest.json").write_text(json.dumps(whole), encoding="utf-8")
    assert all("附件" not in cell.value and "annexes" not in cell.value for cell in tops(write_annex(result_dir, CONTRACT)))
