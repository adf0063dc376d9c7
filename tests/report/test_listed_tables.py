"""Limits of sections and months of contracts where a reader looks for them: workbook, annex, study page, console."""

import openpyxl
import pandas as pd
import pytest
from rich.console import Console

from energy_model.report.console.summary import print_summary
from energy_model.report.page.study_page import write_study_page
from energy_model.report.page.tables import key_figures, listing
from energy_model.report.result_folder import Result
from energy_model.report.workbook.annex import write_annex
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results import contract
from energy_model.results.outputs_page import outputs_markdown
from energy_model.results.store import read_result, write_table
from tests.support.opened import Opened
from tests.support.spreadsheet import evaluate

LIMIT = {
    "section": "CUT", "name_zh": "某断面", "name_en": "A section", "flow_direction": "forward",
    "least_limit_mw": 2600.0, "largest_limit_mw": 3000.0, "largest_mw": 2590.0, "largest_share": 0.99, "hours_at_limit_h": 12.0,
    "hours_binding_h": 12.0, "mean_price_cny_per_mwh": 123.0, "congestion_rent_cny_per_mw": 1476.0,
}  # fmt: skip
MONTH = {
    "contract": "LN_TARIFF", "month": 1, "agreed_gwh": 1000.0, "least_gwh": 900.0, "most_gwh": 1100.0, "delivered_gwh": 850.0,
    "difference_gwh": -150.0, "difference_share": -0.15, "charge_mcny": 2.0, "shadow_cny_per_mwh": 40.0,
}  # fmt: skip


@pytest.fixture
def with_tables(result_dir):
    months = [MONTH, MONTH | {"month": 2, "delivered_gwh": 1150.0, "difference_gwh": 150.0, "difference_share": 0.15}]
    for name, rows in (("section_limits", [LIMIT]), ("contract_months", months)):
        write_table(pd.DataFrame(rows), result_dir / "tables" / f"{name}.csv")
    return result_dir


def text_of(sheet):
    return [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]


def test_both_workbooks_have_them_in_words(with_tables):
    """Proves: the sheet on interfaces holds the section with its direction in words, that on contracts the months, in the units of each
    language (260 万千瓦 are 2,600 MW). Sensitivity: codes instead of words; a table on no sheet.
    """
    write_workbooks(with_tables)
    for file, sheets, words in (
        ("tables.xlsx", ("断面潮流与利用率", "外送"), ("断面限额", "某断面", "正向", "260", "合同分月电量", "偏差电量\n（亿千瓦时）")),
        (
            "tables-en.xlsx",
            ("Interfaces and corridors", "Contracts"),
            ("interface limits", "A section", "forward", "2600", "contracts by month"),
        ),
    ):
        book = openpyxl.load_workbook(with_tables / file)
        text = [cell for name in sheets for cell in text_of(book[name])]
        for word in words:
            assert word in text, (file, word)


def test_a_sheet_with_one_table_keeps_its_filter(result_dir):
    """Proves: without months the sheet of contracts has one table and its filter. Sensitivity: a filter lost to a table not there."""
    write_workbooks(result_dir)
    assert openpyxl.load_workbook(result_dir / "tables.xlsx")["外送"].auto_filter.ref


def test_the_annex_tells_agreed_and_delivered_energy(with_tables):
    """Proves: the annex of the contract has a sheet of its months whose total adds up, 20 and 20 亿千瓦时; that of another contract has
    none. Sensitivity: months of another contract.
    """
    path = write_annex(with_tables, "LN_TARIFF")[0]
    sheet = openpyxl.load_workbook(path)["分月约定电量"]
    assert [sheet.cell(r, 1).value for r in (4, 5, 6)] == [1, 2, "合计"]
    heads = [str(sheet.cell(3, k).value).partition("\n")[0] for k in range(1, 10)]
    sums = {name: evaluate(sheet, sheet.cell(6, heads.index(name) + 1)) for name in ("合同电量", "实际外送")}
    assert sums == pytest.approx({"合同电量": 20.0, "实际外送": 20.0})
    assert "分月约定电量" not in openpyxl.load_workbook(write_annex(with_tables, "JL_FLAT")[0]).sheetnames


def test_the_page_lists_them_in_both_languages():
    """Proves: heads with units, codes in words, numbers in the unit of the language, and nothing where there is no table.
    Sensitivity: one language for both; megawatts under 万千瓦.
    """
    found = listing("section_limits", pd.DataFrame([LIMIT]))
    zh, en = found["zh"], found["en"]
    assert (zh["title"], en["title"]) == ("断面限额", "interface limits")
    assert zh["heads"][4] == {"text": "最高限额", "unit": "万千瓦"}
    assert (zh["rows"][0][1:4], en["rows"][0][1:4]) == (["某断面", "正向", "260.00"], ["A section", "forward", "2,600.0"])
    assert listing("section_limits", None) is None


def test_the_console_prints_them(with_tables):
    """Proves: the summary of a run names the section with its largest flow, and the months. Sensitivity: tables that are not printed."""
    _, manifest, tables = read_result(with_tables)
    console = Console(record=True, width=200)
    print_summary(console, manifest, tables)
    text = console.export_text()
    assert "CUT" in text
    assert "2,590" in text
    assert "1,150" in text


def test_the_manual_names_the_console_for_what_a_run_prints():
    """Proves: the manual says console of tables that a run or the command that adds them prints, and of no table of the page alone.
    Sensitivity: every table with columns for the page is said to be printed.
    """
    rows = {line.split("`")[1]: line for line in outputs_markdown().splitlines() if line.startswith("| [`tables/")}
    told = {contract.table_at(place).name for place, line in rows.items() if ", console |" in line or "| console |" in line}
    assert set(contract.printed()) <= told
    assert {"supply_curve", "bargaining"} <= told
    assert not told & {"investments", "parties", "contract_prices", "water", "coal_months"}


def test_the_cost_of_neighbours_stands_beside_the_whole(solved):
    """Proves: of 100 MCNY with 40 of the neighbours the tile of the total says 40.0 %; a study of the city alone has no such note.
    Sensitivity: a total that holds the neighbours' cost in silence.
    """
    tables = Result.read(solved).tables
    emissions = pd.DataFrame({"co2_kt": [0.0]})
    costs = pd.DataFrame({"category": ["coal", "total"], "cost_mcny": [100.0, 100.0]})
    for place, note in (("neighbours", {"zh": "其中邻网费用 40.0%", "en": "of which cost of the neighbours 40.0%"}), ("HLGL", None)):
        parts = pd.DataFrame({"place": [place, "KZZ"], "category": "coal", "cost_mcny": [40.0, 60.0]})
        (total,) = (f for f in key_figures(tables | {"costs": costs, "node_costs": parts}, emissions) if f["code"] == "total_cost")
        assert total["note"] == note


def test_the_console_prints_no_export_without_contracts(with_tables):
    """Proves: a result with contracts has their table, one without, as the hindcast, none. Sensitivity: a heading over nothing."""
    _, manifest, tables = read_result(with_tables)
    shown = []
    for contracts in (tables["contracts"], tables["contracts"].iloc[:0]):
        console = Console(record=True, width=200)
        print_summary(console, manifest, tables | {"contracts": contracts})
        shown.append("contract power" in console.export_text())
    assert shown == [True, False]


@pytest.mark.browser
def test_the_page_draws_them(with_tables, browser):
    """Proves: the part on flows shows both tables in the language chosen; without them their places are empty and no error is logged.
    Sensitivity: a script that expects the tables in every result.
    """
    (path,) = write_study_page(with_tables)
    opened = Opened(browser, path, "#lang=en", (1280, 900))
    shown = opened.page.evaluate("['section_limits', 'contract_months'].map((id) => document.getElementById(id).innerText)")
    assert "A section" in shown[0]
    assert "1,150.0" in shown[1]
    assert opened.complaints == []
    for name in ("section_limits", "contract_months"):
        (with_tables / "tables" / f"{name}.csv").unlink()
    opened = Opened(browser, write_study_page(with_tables)[0], "#lang=zh", (1280, 900))
    assert opened.page.evaluate("document.getElementById('section_limits').innerText") == ""
    assert opened.complaints == []


def test_the_page_lists_money_in_words(solved):
    """Proves: prices of contracts, investment, cost per kWh and accounts of parties are listed with headings, kinds, technologies and
    parties in the words of each language, a row each, and the seller's reservation price of 310/1.17 at the gate beside the marginal cost.
    Sensitivity: a code of a kind, technology or party on the page, or prices in the units of the other language.
    """
    result = Result.read(solved)
    names = result.element_names()
    for name, words in (
        ("contract_prices", (("卖方保留价", "价格下限", "元/千瓦时"), ("seller's reservation price", "price floor", "CNY/MWh"))),
        ("investments", (("静态投资", "建设期利息", "亿元"), ("static investment", "interest during construction", "MCNY"))),
        ("technology_costs", (("凝汽火电", "超临界66万千瓦空冷煤电", "度电成本"), ("condensing thermal", "cost per energy", "CNY/MWh"))),
        ("parties", (("电网企业", "受端", "可再生能源补贴"), ("grid company", "receivers", "renewable subsidy"))),
    ):
        table = result.tables[name]
        found = listing(name, table, names)
        for language, own in zip(("zh", "en"), words, strict=True):
            told = [text for h in found[language]["heads"] for text in h.values()] + [c for row in found[language]["rows"] for c in row]
            assert set(own) <= set(told), (name, language)
            assert len(found[language]["rows"]) == len(table)
            assert not {"thermal", "coal_sc660", "grid", "line_owner"} & set(told)
    gate = result.tables["contract_prices"].seller_gate_cny_per_mwh
    assert gate.tolist() == pytest.approx([310 / 1.17] * len(gate))


def test_a_page_names_elements_and_has_no_column_without_words():
    """Proves: elements, shown by their names, stand under that word, and a remark that no row has is no column; one that a row has is.
    Sensitivity: names under 'code'; an empty column of remarks.
    """
    asked = contract.console_columns("contract_prices")
    assert "price_note" in asked
    row = {c: 1.0 if (known := contract.column(c, "contract_prices")) and known.type == "number" else "LN" for c in asked}
    row |= {"name_en": "LN", "name_zh": "LN"}
    without = listing("contract_prices", pd.DataFrame([row | {"price_note": ""}]))["en"]
    told = listing("contract_prices", pd.DataFrame([row | {"price_note": "no_delivery"}]))["en"]
    assert [len(r) for r in without["rows"]] == [len(without["heads"])] == [len(told["heads"]) - 1]
    project = {
        c: 1.0 if (known := contract.column(c, "investments")) and known.type == "number" else "X"
        for c in contract.console_columns("investments")
    }
    assert listing("investments", pd.DataFrame([project]))["zh"]["heads"][0]["text"] == "名称"
