"""The workbook, read back with another library and calculated again."""

import re
import shutil
import subprocess
from functools import partial

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model import cli
from energy_model.labels import LABELS, Label
from energy_model.report.columns import code_words, word
from energy_model.report.result_folder import Result, ResultError
from energy_model.report.shown_units import row_unit, unit_of
from energy_model.report.words import surplus_words
from energy_model.report.workbook.files import new_workbook
from energy_model.report.workbook.landed_price import write_landed_price
from energy_model.report.workbook.result_workbook import (
    FILES,
    FORBIDDEN,
    LONGEST_NAME,
    SheetWriter,
    UnknownSheetError,
    sheet_titles,
    write_workbooks,
)
from energy_model.report.workbook.sheets import REQUIRED, SHEETS, words_of
from energy_model.report.workbook.style import ONE_PAGE_ROWS, Style, sheet_columns
from energy_model.results import balance_tables, contract, indicators
from energy_model.results.assumptions import FIGURES
from energy_model.results.city import city_hours
from energy_model.results.dust import LEAST_GWH
from energy_model.results.store import write_table
from energy_model.study import contract as input_contract
from tests.paths import ROOT
from tests.support.spreadsheet import evaluate, formulas
from tests.support.stretched import stretched

HEAD = "FFDCE6F1"
"""Colour behind the headings of a sheet."""
LAID_OUT_OTHERWISE = {"typical_days", "landed_price", "price_notes"}
PLAIN = [s for s in SHEETS if not (s.code in LAID_OUT_OTHERWISE or s.on_request or s.optional or all(b.by_month for b in s.blocks))]
"""Sheets of every result but for those that only a year has."""
TITLES = {language: sheet_titles([s for s in SHEETS if not s.optional], language) for language in FILES}


@pytest.fixture(scope="module")
def books(solved):
    """By language: the workbook with its formulas, and with the values stored beside them."""
    write_workbooks(solved)
    return {lang: tuple(openpyxl.load_workbook(solved / f, data_only=d) for d in (False, True)) for lang, f in FILES.items()}


def blocks_of(result, spec):
    """Blocks of a sheet but for tables of options that the result does not have."""
    return [b for b in spec.blocks if b.table in result.tables or contract.tables()[b.table].presence != "option"]


def block_rows(result, block):
    """Rows of a table that stand on the sheet."""
    table = result.tables[block.table]
    if block.total and block.total.replaces:
        column, value = block.total.replaces
        table = table[table[column] != value]
    return table.reset_index(drop=True)


def heading_row(sheet, headings, after):
    """Row of the heading of a block: the first below `after` that reads so."""
    for row in range(after + 1, sheet.max_row + 1):
        if [sheet.cell(row, k + 1).value for k in range(len(headings))] == headings:
            return row
    raise AssertionError(f"no heading {headings[:3]} below row {after} of {sheet.title}")


def test_sheets_are_those_of_the_trade(books, solved):
    """Proves: the sheets planners hand over stand in their order, results before inputs, and their English twins beside; every table has
    its CSV file; what would be empty is left out, and the cover says why. Sensitivity: a sheet left out, inputs in front, or a table
    without a file, fails.
    """
    wanted = [
        "概要",
        "封面与说明",
        "装机规划表",
        "电力平衡表",
        "调峰平衡表",
        "电量平衡表",
        "年利用小时",
        "典型日出力曲线",
        "弃风弃光率",
        "断面潮流与利用率",
        "储能运行",
        "条款",
        "投资估算",
        "成本",
        "度电成本",
        "分地费用",
        "分方收支",
        "外送",
        "峰平谷电量",
        "落地电价测算",
        "价格说明",
        "8760分类出力",
        "8760交付曲线",
        "双边合同",
        "合同收付",
        "煤炭",
        "用水与排放",
        "微网",
        "电解铝负荷",
        "装机明细",
        "边界条件",
        "节点",
        "电厂",
        "代码与名称",
    ]
    assert books["zh"][0].sheetnames == wanted
    assert len(books["en"][0].sheetnames) == len(wanted)
    assert books["en"][0].sheetnames[3] == "Capacity balance"
    assert {p.stem for p in (solved / "tables").glob("*.csv")} >= set(REQUIRED)
    said = {row[0].value: row[1].value for row in books["zh"][1]["封面与说明"].iter_rows()}
    assert said["未列入：需另行求解"] == "供电成本曲线、敏感性、费用前沿、近优容量范围、条款代价、议价方案、典型周校核、典型周费用偏差"
    assert said["未列入：只有全年计算才有"] == "分月、分解曲线"


def test_some_sheets_on_their_own(result_dir):
    """Proves: sheets are chosen by title in either language, by code or by a table of theirs, and stand in the order of the workbook, in a
    file that names them; wrong names are told all at once, and nothing is written. Sensitivity: a name that is passed over unsaid.
    """
    paths = write_workbooks(result_dir, ["curtailment_months", "电力平衡表", "capacity PLAN"])
    assert [p.name for p in paths] == [f"tables-capacity_plan-power_balance-curtailment{end}.xlsx" for end in ("", "-en")]
    assert openpyxl.load_workbook(paths[1]).sheetnames == ["Capacity plan", "Capacity balance", "Curtailment"]
    before = sorted(result_dir.iterdir())
    with pytest.raises(UnknownSheetError, match=r"no sheet 'mine', '分月'\. It has: capacity_plan \(Capacity plan\)"):
        write_workbooks(result_dir, ["mine", "costs", "分月"])
    assert sorted(result_dir.iterdir()) == before


IN_CHINESE = {
    "MW": 0.1, "GWh": 0.01, "GWh/a": 0.01, "kt": 0.1, "kt/a": 0.1, "Mm3": 100.0, "Mm3/a": 100.0, "CNY/MWh": 1e-3, "CNY/(MW a)": 1e-3
}  # fmt: skip
"""Factors of units that stand in a row, written out by hand: 万千瓦, 亿千瓦时, 万吨, 万立方米, 元/千瓦时, 元/(千瓦·年)."""


def codes_of_sheets():
    """Every sheet that any result may have: those of all results, of options, of questions, of pathways."""
    others = ("ensemble", "flexibility", "commit")  # make folders of their own, with other workbooks or none
    return sorted({t.sheet or t.name for t in contract.tables().values() if t.in_tables and t.made_by.split()[0] not in others})


@pytest.mark.parametrize("language", FILES)
def test_every_sheet_has_a_name_and_a_description(books, solved, language):
    """Proves: every table that any option, question or pathway writes has, as a sheet, a name by one rule (a capital first, short enough to
    stand whole, without signs that Excel forbids) and a description; the cover of a result has no empty one, and what somebody else laid
    into the folder is said to be that. Sensitivity: 'payments by party' beside 'Cost by place', a table without words.
    """
    said = [words_of(code) for code in codes_of_sheets()]
    k = 0 if language == "zh" else 1
    names = [title[k] for title, _ in said]
    assert len({n.lower() for n in names}) == len(names) > 40
    for name in names:
        assert len(name) <= LONGEST_NAME
        assert not set(name) & set(FORBIDDEN)
        assert name[0] == name[0].upper()
    assert all(note[k] for _, note in said)
    assert words_of("mine_own") == (("mine_own", "mine_own"), LABELS["sheet_note"]["other"])
    cover = books[language][1].worksheets[1]
    listed = {row[0].value: row[1].value for row in cover.iter_rows() if row[0].hyperlink}
    assert set(listed) == set(books[language][0].sheetnames[2:])
    assert [name for name, note in listed.items() if not note] == []


def test_rows_say_their_unit_sources_and_codes_in_chinese(books, solved):
    """Proves: the clause of 300 亿千瓦时 stands as 300 with its unit, a limit of a share in percent, coal grades in words, fixed words of
    sources in Chinese, and a range in the words of a source in its columns (900 GWh from 900 kWh/t of 600 to 1,500). Rows without a name
    have that of what their key names, prices their level, and tables of options that are off are not there.
    Sensitivity: 30,000 under no unit; 'lignite_low'; empty cells beside a range; coal yards (off) as "price level 2012".
    """
    book = books["zh"][0]
    texts = {name: [[str(c.value) for c in row] for row in book[name].iter_rows()] for name in ("条款", "煤炭", "边界条件")}
    words = {row.target: row.name_zh for row in Result.read(solved).tables["clauses"].itertuples()}
    export = next(row for row in texts["条款"] if words["T07_EXPORT"] in row)
    assert "亿千瓦时" in export
    assert "300" in export
    assert "元/千瓦时" in export
    assert "%" in next(row for row in texts["条款"] if words["T06_BALANCE"] in row)
    assert not any("lignite" in cell for row in texts["煤炭"] for cell in row)
    load = next(row for row in texts["边界条件"] if "铝深加工/霍林郭勒市/plan-2015" in row)
    assert "亿千瓦时/年" in load
    assert {"9", "6", "15"} <= set(load)
    assert any("2011年通辽规划原文" in cell for cell in load)
    names = {code: [row[2] for row in texts["边界条件"] if code in row] for code in ("dc", "2012")}
    assert {code: found[0] for code, found in names.items()} == {"dc": "直流电网线路", "2012": "价格水平 2012"}
    assert any("凝汽火电，价格水平 2012" in row for row in texts["边界条件"])
    assert not {LABELS["table"][name].zh for name in ("coal_yards", "short_circuit")} & {row[0] for row in texts["边界条件"]}
    mixed = re.compile(r"[\u4e00-\u9fff].*[A-Za-z]{3,} [a-z]{3,}|[A-Za-z]{3,} [a-z]{3,}.*[\u4e00-\u9fff]")
    assert [cell for row in texts["边界条件"] for cell in row if mixed.search(cell)] == []


def test_units_have_words_in_chinese():
    """Proves: no unit of an input or result column is in Latin letters on a Chinese sheet; condensers and short-circuit power
    have units in their headings. Sensitivity: 'CNY/(kW a)' among the assumptions, a rating of condensers without unit.
    """
    latin = re.compile("[A-Za-z]")
    asked = {c.unit for table, columns in FIGURES.items() for c in map(partial(input_contract.column, table), columns)}
    assert {unit for unit in asked if latin.search(row_unit(unit, False, "zh").words)} == set()
    shown = {c.name: unit_of(c.name) for table in contract.tables() for c in contract.columns(table) if c.unit in ("Mvar", "MVA")}
    assert len(shown) >= 4
    assert {name for name, unit in shown.items() if not unit.words or latin.search(unit.words)} == set()
    assert row_unit("kt/a", False, "zh").words == "万吨/年"
    assert row_unit("1/a", False, "zh").words == "1/年"


@pytest.mark.parametrize("language", FILES)
@pytest.mark.parametrize("spec", PLAIN, ids=lambda s: s.code)
def test_every_number_is_that_of_the_table_in_the_unit_of_the_heading(books, solved, spec, language):
    """Proves: each number column of each block, times the factor of its unit, is on the sheet row by row, stored or calculated.
    Sensitivity: a factor of ten (MW written under 万千瓦), a shifted row, or a formula over other columns fails.
    """
    result = Result.read(solved)
    live, stored = (book[TITLES[language][spec.code]] for book in books[language])
    row = 1
    for block in blocks_of(result, spec):
        table = block_rows(result, block)
        columns = sheet_columns(block.table, table, result.element_names(), language)
        row = heading_row(live, [c.heading for c in columns], row)
        for k, column in enumerate(columns, start=1):
            if not column.is_number:
                continue
            unit = unit_of(column.name, language)
            assert unit.words in column.heading
            own = {c.name: c.unit_column for c in contract.columns(block.table) if c.unit_column}
            factors = table[own[column.name]].map(IN_CHINESE).fillna(1.0) if column.name in own and language == "zh" else [1.0] * len(table)
            if own.get(column.name) == "unit":
                factors = [100.0 if q.endswith("_share") else f for q, f in zip(table.quantity, factors, strict=True)]
            figures = [v * f for v, f in zip(table[column.name], factors, strict=True)]
            for line, expected in enumerate(figures, start=row + 1):
                cell = live.cell(line, k)
                if pd.isna(expected):
                    assert cell.value is None
                else:
                    about = pytest.approx(expected * unit.factor, rel=1e-7, abs=1e-5)
                    assert evaluate(live, cell) == about, (block.table, column.name, line)
                    assert stored.cell(line, k).value == about


@pytest.mark.parametrize("language", FILES)
def test_every_formula_gives_the_value_stored_beside_it(books, language):
    """Proves: all formulas of the workbook, worked out from the cells, equal what a reader without a calculator sees.
    Sensitivity: a range one row short, a wrong reference or a stale stored value fails.
    """
    live, stored = books[language]
    count = 0
    for sheet in live.worksheets:
        if sheet.max_row > 3000:
            continue
        for cell in formulas(sheet):
            count += 1
            kept = stored[sheet.title][cell.coordinate].value
            wanted = kept if isinstance(kept, str) else pytest.approx(kept, rel=1e-7, abs=1e-5)
            assert evaluate(sheet, cell) == wanted, (sheet.title, cell)
    assert count > 300


def test_sums_equal_the_sums_of_the_tables(books, solved):
    """Proves: the line under each block adds exactly its rows.
    Sensitivity: a sum over the heading's neighbour or over the total line of the costs too would double it.
    """
    result, checked = Result.read(solved), 0
    for spec in PLAIN:
        live = books["zh"][0][TITLES["zh"][spec.code]]
        row = 1
        for block in blocks_of(result, spec):
            table = block_rows(result, block)
            columns = sheet_columns(block.table, table, result.element_names(), "zh")
            row = heading_row(live, [c.heading for c in columns], row)
            if not block.total or table.empty:
                continue
            by = block.total.by
            groups = [table] if by is None else [table[table[by] == g] for g in dict.fromkeys(table[by])]
            for line, group in enumerate(groups, start=row + len(table) + 1):
                for k, column in enumerate(columns, start=1):
                    if column.name in block.total.columns:
                        expected = group[column.name].sum() * unit_of(column.name).factor
                        assert evaluate(live, live.cell(line, k)) == pytest.approx(expected, rel=1e-7, abs=1e-5)
                        checked += 1
    assert checked > 60


def test_sum_of_costs_is_the_objective(books, solved):
    """Proves: the formula under the costs gives the certified objective. Sensitivity: summing the total line too would double it."""
    sheet = books["zh"][0]["成本"]
    total = [c for c in formulas(sheet) if c.value.startswith("=SUM(")]
    assert len(total) == 1
    assert evaluate(sheet, total[0]) * 100 == pytest.approx(Result.read(solved).manifest["objective_mcny"], rel=1e-8)


def test_reserve_shares_are_live(books):
    """Proves: the capacity balance follows its blue cells: one more percent of reserve takes one percent of demand off the surplus.
    Sensitivity: a stored number in place of the formula would not move.
    """
    sheet = openpyxl.Workbook().active
    source = books["zh"][0]["电力平衡表"]
    for line in source.iter_rows():
        for cell in line:
            sheet[cell.coordinate] = cell.value
    row = {sheet.cell(r, 1).value: r for r in range(1, 30)}
    demand, surplus, reserve = (row[LABELS["item"][k].zh] for k in ("demand", "surplus", "load_reserve"))
    before = evaluate(sheet, sheet.cell(surplus, 3))
    sheet.cell(reserve, 2).value += 0.01
    assert before - evaluate(sheet, sheet.cell(surplus, 3)) == pytest.approx(0.01 * evaluate(sheet, sheet.cell(demand, 3)))


def test_landed_price_is_live(books, solved):
    """Proves: the calculation starts from the model's figures, and a dearer gate price raises the landed price by the price over one
    less losses.
    Sensitivity: a stored number, or losses left out, fails.
    """
    sheet = books["zh"][0]["落地电价测算"]
    row = {sheet.cell(r, 1).value: r for r in range(1, sheet.max_row + 1)}
    prices = Result.read(solved).tables["contract_prices"]
    landed, gate, loss = (row[n] for n in ("落地电价（不含税）", "送端关口电价（不含税）", "线损率"))
    assert (prices.energy_gwh >= LEAST_GWH).any()
    for k, (marginal, energy) in enumerate(zip(prices.marginal_cny_per_mwh, prices.energy_gwh, strict=True), start=4):
        if energy < LEAST_GWH:
            continue
        assert evaluate(sheet, sheet.cell(landed, k)) == pytest.approx(marginal / 1e3, rel=1e-9)
        before, old = evaluate(sheet, sheet.cell(landed, k)), sheet.cell(gate, k).value
        sheet.cell(gate, k).value = old + 0.01
        assert evaluate(sheet, sheet.cell(landed, k)) - before == pytest.approx(0.01 / (1 - sheet.cell(loss, k).value))
        sheet.cell(gate, k).value = old
        assert sheet.cell(gate, k).font.color.rgb == "FF0000FF"


def test_landed_price_by_hand(tmp_path):
    """Proves: 200 at the gate, 10 of wheeling, 5 % lost is 221.05 at the far end; a contract of marginal cost 230 has a capacity fee of
    8.95 and a landed price of 230, one of marginal cost 215 (power is forced on it) a fee of 0 and 221.05, as does the stored value;
    one without energy has the word in place of gate price, fee and all that follows, until figures are put in: 200 and a fee of 5 make
    226.05.
    A landed price below the floor of 230 is said to be that, one at it is not. Sensitivity: the difference as it is gives fees of -6.05
    and, of duals over nothing, of any sign; a warning of rounding.
    """
    row = {"name_zh": "甲", "name_en": "one", "market": "M", "gate_cny_per_mwh": 200.0, "nodal_cny_per_mwh": 221.0,
           "benchmark_gross_cny_per_mwh": 410.0, "desulphurisation_cny_per_mwh": 15.0, "denitrification_cny_per_mwh": 8.0,
           "dedusting_cny_per_mwh": 2.0, "vat_share": 0.17, "funds_cny_per_mwh": 0.0, "loss_share": 0.05,
           "wheeling_cny_per_mwh": 10.0, "seller_cny_per_mwh": 190.0, "floor_cny_per_mwh": 230.0, "price_note": ""}  # fmt: skip
    cases = {"A": (230.0, 1000.0), "B": (215.0, 1000.0), "C": (215.0, 0.0)}
    prices = pd.DataFrame(
        [{"contract": k, **row, "price_note": "", "marginal_cny_per_mwh": m, "energy_gwh": e} for k, (m, e) in cases.items()]
    )
    with new_workbook(tmp_path / "price.xlsx") as book:
        write_landed_price(book.add_worksheet("price"), Style(book, "en"), prices, {})
    live, stored = (openpyxl.load_workbook(tmp_path / "price.xlsx", data_only=d)["price"] for d in (False, True))
    at = {live.cell(r, 1).value: r for r in range(1, live.max_row + 1)}
    names = ("capacity charge, on energy received", "landed price, without VAT", "below the ceiling, without VAT")
    fee, landed, room = (at[n] for n in names)
    bare = live.cell(at["benchmark without the additions for the environment, VAT included"], 4)
    assert evaluate(live, bare) == pytest.approx(410.0 - 15.0 - 8.0 - 2.0)
    carried = 210.0 / 0.95
    for k, (least, full) in enumerate(((230.0 - carried, 230.0), (0.0, carried)), start=4):
        assert live.cell(fee, k).value == pytest.approx(least)
        assert evaluate(live, live.cell(landed, k)) == stored.cell(landed, k).value == pytest.approx(full)
        assert evaluate(live, live.cell(room, k)) == pytest.approx(410 / 1.17 - full)
        assert evaluate(live, live.cell(at["bargaining room, without VAT"], k)) == pytest.approx(410 / 1.17 - 230.0)
    words = [live.cell(r, 6).value if live.cell(r, 6).data_type == "s" else evaluate(live, live.cell(r, 6)) for r in (fee, landed, room)]
    assert {*words, stored.cell(landed, 6).value, live.cell(at["marginal cost, of one MWh more"], 6).value} == {"no energy"}
    live.cell(at["price at the sending gate, without VAT"], 6).value, live.cell(fee, 6).value = 200.0, 5.0
    assert evaluate(live, live.cell(landed, 6)) == pytest.approx(carried + 5.0)
    warned = [stored.cell(at["against the price floor"], k).value for k in (4, 5, 6)]  # 230 is not below 230, 221.05 is
    assert warned == ["–", "landed price below the price floor", "–"]
    assert [evaluate(live, live.cell(at["against the price floor"], k)) for k in (4, 5, 6)] == warned
    assert all(r.operator == "greaterThanOrEqual" for r in live.data_validations.dataValidation)
    assert f"F{fee}" in {c for r in live.data_validations.dataValidation for c in str(r.sqref).split()}


def test_the_sheet_of_costs_tells_what_is_the_neighbours(tmp_path):
    """Proves: of 200 MCNY a year 150 at the place of the neighbours are told below the costs, as 75 %, and nothing where all is the city's.
    Sensitivity: a total read as that of the city.
    """
    costs = pd.DataFrame({"category": ["coal", "wheeling", "total"], "cost_mcny": [180.0, 20.0, 200.0]})
    (spec,) = (s for s in SHEETS if s.code == "costs")
    manifest = {"title_en": "t", "hours": 8760, "horizon_kind": "year"}
    for beyond in (150.0, 0.0):
        placed = pd.DataFrame({"place": ["A", "neighbours"], "category": "coal", "cost_mcny": [180.0 - beyond, beyond]})
        with new_workbook(tmp_path / "costs.xlsx") as book:
            result = Result(manifest, {"costs": costs, "node_costs": placed}, {})
            SheetWriter(book, Style(book, "en"), result, {}, spec, "costs").write()
        sheet = openpyxl.load_workbook(tmp_path / "costs.xlsx")["costs"]
        told = [str(c.value) for c in sheet["A"] if "neighbours" in str(c.value)]
        assert told == (["of which cost of the neighbours: 150.0 MCNY/a (75.0%)"] if beyond else [])


def test_typical_days_balance(books):
    """Proves: in every hour of every typical day supply and demand are equal, by the formulas of the sheet.
    Sensitivity: a flow counted on one side only (losses, charging) fails.
    """
    sheet = books["zh"][0]["典型日出力曲线"]
    rows = {side: [r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == f"合计：{side}"] for side in ("供电侧", "用电侧")}
    assert rows["供电侧"]
    for a, b in zip(rows["供电侧"], rows["用电侧"], strict=True):
        for k in range(2, 27):
            assert evaluate(sheet, sheet.cell(a, k)) == pytest.approx(evaluate(sheet, sheet.cell(b, k)), abs=1e-4)


def test_native_charts_stand_on_their_sheets(books):
    """Proves: charts are of the spreadsheet, not pictures, and none is empty. Sensitivity: a block whose columns were renamed loses its
    chart.
    """
    book = books["zh"][0]
    for name in ("装机规划表", "典型日出力曲线", "年利用小时", "峰平谷电量", "断面潮流与利用率", "8760交付曲线"):
        assert book[name]._charts, name
        assert all(chart.series for chart in book[name]._charts)
        assert not book[name]._images


def test_months_are_drawn_of_a_year_and_said_to_be_missing_of_less(books, result_dir):
    """Proves: sheets of a day say that it has no months, without rows or chart; of a year they have both. Sensitivity: sums of typical
    weeks by month are drawn as if July had 13 GWh and August 176.
    """
    sentence = LABELS["study"]["no_months"].zh
    assert "分月" not in books["zh"][0].sheetnames
    for name in ("弃风弃光率", "价格说明"):
        assert sentence in [c.value for row in books["zh"][0][name].iter_rows(max_col=1) for c in row]
        assert not books["zh"][0][name]._charts
    data = stretched(result_dir)
    write_table(balance_tables.monthly(city_hours(data)), result_dir / "tables" / "monthly.csv")
    write_table(balance_tables.curtailment_months(city_hours(data)), result_dir / "tables" / "curtailment_months.csv")
    book = openpyxl.load_workbook(write_workbooks(result_dir)[0])
    for name in ("弃风弃光率", "分月"):
        assert book[name]._charts
        assert sentence not in [c.value for row in book[name].iter_rows(max_col=1) for c in row]
    total = next(row for row in book["分月"].iter_rows() if row[0].value == "合计")
    cut = indicators.curtailment(data)
    assert evaluate(book["分月"], total[-1]) == pytest.approx(cut.curtailed_gwh.sum() / cut.available_gwh.sum(), rel=1e-6)


def test_curves_are_not_drawn_across_hours_that_are_missing(result_dir):
    """Proves: a delivery curve of two runs of twelve hours has a chart for each, none over both. Sensitivity: one line from the last hour
    of a week to the first of another, months later.
    """
    path = result_dir / "tables" / "delivery_curve.csv"
    curve = pd.read_csv(path, encoding="utf-8-sig")
    curve.loc[12:, "time"] = curve.time[12:].str.replace("2015-01", "2015-07")
    write_table(curve, path)
    charts = openpyxl.load_workbook(write_workbooks(result_dir)[0])["8760交付曲线"]._charts
    ranges = [[s.val.numRef.f.split("!")[1] for s in chart.series] for chart in charts]
    assert [set(re.findall(r"\$(\d+)", " ".join(r))) for r in ranges] == [{"4", "15"}, {"16", "27"}]


def test_sums_have_hours_and_generation_is_gross(books, solved):
    """Proves: the lines of all thermal plants and of all generation have their sums and the hours of them: gross energy over capacity.
    Sensitivity: a blank under the hours; net energy over gross capacity; storage and heat counted as generation.
    """
    table = Result.read(solved).tables["full_load_hours"]
    for language, at in (("zh", "年利用小时"), ("en", "Full-load hours")):
        sheet = books[language][0][at]
        for code, kinds in (("all_thermal", ("thermal", "chp")), ("all_generation", ("thermal", "chp", "wind", "solar"))):
            words = LABELS["item"][code]
            row = next(r for r in sheet.iter_rows() if r[0].value == (words.zh if language == "zh" else words.en))
            chosen = table[table.kind.isin(kinds)]
            assert evaluate(sheet, row[-1]) == pytest.approx(chosen.gross_gwh.sum() * 1e3 / chosen.capacity_mw.sum(), rel=1e-6)
        assert (table.gross_gwh > table.sent_out_gwh)[(table.kind == "thermal") & (table.sent_out_gwh > 0)].all()


def test_the_surplus_at_the_peak_is_explained(books, solved):
    """Proves: cover and sheet say the surplus of the balance and what it means beside a plan that meets every hour.
    Sensitivity: a red number without a word.
    """
    surplus = balance_tables.least_surplus_mw(Result.read(solved).tables["power_balance"])
    cover = [[c.value for c in row] for row in books["zh"][0]["封面与说明"].iter_rows()]
    (line,) = (row[1] for row in cover if row[0] == "电力盈亏")
    assert line.startswith(f"{surplus / 10:,.1f} 万千瓦（")
    assert surplus_words(-1.0).zh.endswith("逐时平衡不受影响")
    assert surplus_words(1.0) != surplus_words(-1.0)
    text = "".join(str(c.value) for row in books["zh"][0]["电力平衡表"].iter_rows(max_col=1) for c in row)
    for part in ("电解铝按额定负荷", "外送按合同电力", "不是优化模型的约束"):
        assert part in text


@pytest.mark.parametrize("language", FILES)
def test_sheets_are_set_up_for_reading_and_printing(books, language):
    """Proves: headings and first column frozen, A4 one page wide, across but for long and narrow sheets, short names, no merged cells, one
    language only. Sensitivity: losing any of them fails.
    """
    for sheet in books[language][0].worksheets:
        assert sheet.page_setup.paperSize == 9
        if sheet.title in ("代码与名称", "Codes and names"):
            assert sheet.page_setup.orientation == "portrait"
        else:
            assert sheet.page_setup.orientation == "landscape" or sheet.max_row > ONE_PAGE_ROWS
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert len(sheet.title) <= 31
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes or sheet.title in ("封面与说明", "Cover")
        filtered = sheet.auto_filter.ref
        assert not (sheet.print_title_rows and not filtered) or sheet.title in ("典型日出力曲线", "Typical days")
    if language == "en":
        text = [c.value for s in books["en"][0].worksheets for r in s.iter_rows(max_row=3) for c in r if isinstance(c.value, str)]
        assert not [t for t in text if any("一" <= c <= "鿿" for c in t)]


def test_cover_names_weather_certificate_and_units(books):
    """Proves: the cover says that synthetic weather is synthetic, what the gap is, the units, and what blue means.
    Sensitivity: a cover without them fails.
    """
    text = {
        lang: "\n".join(str(c.value) for row in book[0].worksheets[1].iter_rows() for c in row if c.value) for lang, book in books.items()
    }
    for part in ("合成气象", "校核通过", "亿千瓦时", "plan-2015", "边界仅为示意", "蓝色"):
        assert part in text["zh"]
    for part in ("synthetic weather", "gap", "MW", "Blue"):
        assert part in text["en"]


@pytest.mark.parametrize("language", FILES)
def test_the_summary_has_the_figures_of_the_tables(books, solved, language):
    """Proves: the first sheet has installed capacity, energy and investment of the tables in the units of the language; sent out is gross
    generation less own use, and what is sent out, with what is unserved and discharged, is used, charged, lost or exported.
    Sensitivity: a line of another table, or a factor of ten.
    """
    t, sheet = Result.read(solved).tables, books[language][1].worksheets[0]
    k = 0 if language == "zh" else 1
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    power, energy, money = (unit_of(c, language).factor for c in ("x_mw", "x_gwh", "x_mcny"))
    total = [row for row in rows if row[0] == ("合计", "total")[k]]
    assert total[0][1:4] == pytest.approx([t["capacity_plan"][c].sum() * power for c in ("existing_mw", "new_mw", "capacity_mw")])
    if len(t["investments"]):
        columns = ("static_mcny", "interest_mcny", "dynamic_mcny", "annuity_mcny")
        assert total[1][1:5] == pytest.approx([t["investments"][c].sum() * money for c in columns])
    said = {code: next(row[1] for row in rows if row[0] == words[k]) for code, words in LABELS["summary"].items() if code in ENERGY_LINES}
    assert said["gross"] - said["own_use"] == pytest.approx(said["sent_out"], rel=1e-6)
    account = t["energy_account"].set_index(["side", "item"]).energy_gwh
    store = account["supply", "discharge"] - account["demand", "charge"]
    assert said["sent_out"] + said["unserved"] + store * energy == pytest.approx(said["used"] + said["exported"] + said["lost"], rel=1e-6)
    assert sheet.page_setup.fitToHeight in (None, 1)


ENERGY_LINES = ("gross", "own_use", "sent_out", "used", "exported", "lost", "unserved")


def test_hours_print_as_mean_days(books, solved):
    """Proves: the sheets of hours print the mean day beside the hours and nothing else; the mean of an item over its day, times the hours
    of the year, is its energy. Sensitivity: 130 printed pages of hours; a mean that leaves weights or an hour out.
    """
    live, account = books["zh"][1]["8760分类出力"], Result.read(solved).tables["energy_account"].set_index(["side", "item"]).energy_gwh
    left, right = re.findall(r"[A-Z]+", live.print_area.split("!")[1])
    first, last = (openpyxl.utils.column_index_from_string(c) for c in (left, right))
    assert last - first == 25
    rows = [[c.value for c in row] for row in live.iter_rows(min_col=first, max_col=last)]
    for side, item in (("supply", "thermal"), ("supply", "wind"), ("demand", "load")):
        at = next(n for n, row in enumerate(rows) if row[0] == code_words("energy_account", "item", pd.Series([item]), {}, "zh", True)[0])
        assert rows[at + 1][25] * 8760 * 10 / 1e3 == pytest.approx(account[side, item], rel=1e-6)  # 10 MW are 1 万千瓦
    assert books["zh"][1]["8760交付曲线"].print_area


HOSTILE = ["=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x", "<script>alert(1)</script>", 'it\'s "so"']


def test_names_never_become_formulas_or_links(result_dir):
    """Proves: names that look like formulas, links or markup stay text. Sensitivity: xlsxwriter's plain `write` would make formulas and
    links.
    """
    for table, names in (("places", HOSTILE), ("contract_prices", HOSTILE[:4]), ("contracts", HOSTILE[4:])):
        path = result_dir / "tables" / f"{table}.csv"
        frame = pd.read_csv(path, encoding="utf-8-sig")
        frame.loc[: len(names) - 1, "name_zh"] = names[: len(frame)]
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    book = openpyxl.load_workbook(write_workbooks(result_dir)[0])
    for name in HOSTILE:
        cells = [c for sheet in book.worksheets if sheet.max_row < 3000 for row in sheet.iter_rows() for c in row if name in str(c.value)]
        cells = [c for c in cells if c.data_type != "f" or c.value == name]
        assert cells, name
        assert {c.data_type for c in cells} == {"s"}, name
        assert not [c for c in cells if c.hyperlink]


def test_a_further_table_gets_a_plain_sheet_at_the_end(result_dir):
    """Proves: a table nobody described stands on a sheet of its own, in units by the endings of its columns.
    Sensitivity: a loop over known sheets would drop it.
    """
    (result_dir / "tables" / "island_[test].csv").write_text("element,peak_mw,note\n=1+1,50,a\n", encoding="utf-8")
    sheet = openpyxl.load_workbook(write_workbooks(result_dir)[0])["island__test_"]
    assert sheet["B4"].value == pytest.approx(5.0)  # 50 MW are 5 万千瓦
    assert sheet["A4"].data_type == "s"


def test_an_older_result_is_refused_in_words(result_dir):
    """Proves: a result without the tables of this version names them and the command that makes them; nothing is written.
    Sensitivity: a KeyError from the middle of the workbook.
    """
    for file in FILES.values():
        (result_dir / file).unlink(missing_ok=True)
    path = result_dir / "tables" / "capacity.csv"
    table = pd.read_csv(path, encoding="utf-8-sig")
    write_table(table.drop(columns="gross_gwh"), path)
    with pytest.raises(ResultError, match=r"lacks the tables capacity \(gross_gwh\)"):
        write_workbooks(result_dir)
    write_table(table, path)
    (result_dir / "tables" / "power_balance.csv").unlink()
    with pytest.raises(ResultError, match=r"lacks the tables power_balance.*optimize --scenario plan-2015 --horizon hours:24"):
        write_workbooks(result_dir)
    assert not [f for f in FILES.values() if (result_dir / f).exists()]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_calculates_the_same(tmp_path, books):
    """Proves: an independent spreadsheet, given the formulas without their values, calculates what is stored, and no error.
    Sensitivity: a formula only our own calculator understands, or a wrong stored value, fails.
    """
    books["zh"][0].save(tmp_path / "formulas.xlsx")  # openpyxl keeps formulas and drops the values beside them
    program = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    program += ["--outdir", str(tmp_path / "out"), str(tmp_path / "formulas.xlsx")]
    subprocess.run(program, check=True, capture_output=True, timeout=180)
    found = openpyxl.load_workbook(tmp_path / "out" / "formulas.xlsx", data_only=True)
    live, stored = books["zh"]
    count = 0
    for sheet in live.worksheets:
        for cell in formulas(sheet):
            value = found[sheet.title][cell.coordinate].value
            kept = stored[sheet.title][cell.coordinate].value
            wanted = kept if isinstance(kept, str) else pytest.approx(kept, rel=1e-7, abs=1e-5)
            assert value == wanted, (sheet.title, cell.coordinate)
            count += 1
    assert count > 300


def test_places_and_markets_have_names():
    """Proves: what stands at no node has words of one language, nodes and markets have
    their names, composed codes those of their parts.
    Sensitivity: "corridors" on a Chinese sheet, "HLGL 霍林郭勒市".
    """
    names = {"HLGL": Label("霍林郭勒市", "Huolingol"), "LN": Label("受端市场 LN", "market LN")}
    shown = code_words("node_costs", "place", pd.Series(["corridors", "HLGL", "system"]), names, "zh", True)
    assert shown == [LABELS["study"]["corridors"].zh, "霍林郭勒市", LABELS["study"]["whole_system"].zh]
    assert code_words("contracts", "market", pd.Series(["LN"]), names, "en", True) == ["market LN"]
    names |= {"lignite": Label("霍林河褐煤", "Huolinhe lignite"), "POLY": Label("多晶硅", "polysilicon")}
    yards = code_words("coal_months", "element", pd.Series(["HLGL/lignite"]), names, "zh", True)
    assert yards == ["霍林郭勒市/霍林河褐煤"]
    assert code_words("curtailment", "feed", pd.Series(["HLGL.wind"]), names, "zh", True) == ["霍林郭勒市 风电"]
    assert code_words("subsidies", "load", pd.Series(["POLY", "smelters"]), names, "zh", False) == ["多晶硅", "电解铝"]


def bare_codes(result, language):
    """Codes that have a name and are no word themselves."""
    groups = {c.codes for table in contract.tables() for c in contract.columns(table)} & LABELS.keys()
    labels = [(code, word(words, language)) for group in sorted(groups) for code, words in LABELS[group].items()]
    names = [(code, word(words, language)) for code, words in result.element_names().items()]
    said = {name.casefold() for _, name in labels}
    return {code for code, name in labels + names if name.casefold() != code.casefold() and code.casefold() not in said}


def code_columns(language):
    """Sheet and heading of the columns that hold codes by intent: of the elements that a table has names of, and keys of inputs."""
    found = set()
    for table in contract.tables().values():
        title = word(words_of(table.sheet or table.name)[0], language)
        columns = contract.columns(table.name)
        named = table.name == "names" or "name_zh" in {c.name for c in columns}
        own = [c for c in columns if c.name == table.names or (named and c.codes == "=elements")][:1]
        own += columns[:1] if named else []
        found |= {(title, word(c.words, language)) for c in (*own, *(c for c in contract.columns(table.name) if c.name == "key"))}
    return found


OPTIONS = "plan-2015-reserves+coal-months+power-subsidy+sections+dried-lignite"
"""Options whose tables have codes of their own."""


@pytest.mark.slow
@pytest.mark.parametrize("language", list(FILES))
def test_no_cell_of_an_option_is_a_code_that_has_a_name(made_once, language):
    """Proves: with reserves, coal by month, subsidies, interface limits and dryers no cell, columns of codes apart, is or is composed of
    bare codes that have names. Sensitivity: 'HLGL/lignite', 'polysilicon' or 'SPIN_UP' in a cell.
    """

    def solve(folder):
        arguments = ["optimize", "--scenario", OPTIONS, "--horizon", "hours:24", "--results", str(folder), "--inputs", str(ROOT / "inputs")]
        assert CliRunner().invoke(cli.app, [*arguments, "--weather", str(ROOT / "weather")]).exit_code == 0

    folder = made_once("options", solve) / f"{OPTIONS}-hours24"
    result, bare, code = Result.read(folder), set(), re.compile(r"[A-Za-z0-9_.@/-]+(?<!\.csv)")
    codes, intended = bare_codes(result, language), code_columns(language)
    for sheet in openpyxl.load_workbook(folder / FILES[language]).worksheets:
        heading: dict[int, str] = {}
        for cell in (c for row in sheet.iter_rows() for c in row if isinstance(c.value, str)):
            if cell.fill.fgColor.rgb == HEAD:
                heading[cell.column] = cell.value.split("\n")[0]
            elif code.fullmatch(cell.value) and set(re.split("[/.]", cell.value)) & codes:
                bare.add((sheet.title, heading.get(cell.column)))
    assert bare - intended == set()


@pytest.mark.parametrize("language", list(FILES))
def test_no_cell_is_a_code_that_has_a_name(books, solved, language):
    """Proves: read back, no cell of either workbook, columns of codes apart, is the bare code of a technology, kind, sector, grade or
    scope that has a name. Sensitivity: 'coal_sub600' or 'loads' in a cell.
    """
    codes, intended, bare = bare_codes(Result.read(solved), language), code_columns(language), set()
    assert {"coal_sub600", "lignite_low", "C02"} <= codes
    for sheet in books[language][1].worksheets:
        heading: dict[int, str] = {}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.fill.fgColor.rgb == HEAD:
                    heading[cell.column] = str(cell.value).split("\n")[0]
                elif cell.value in codes and (sheet.title, heading.get(cell.column)) not in intended:
                    bare.add((sheet.title, heading.get(cell.column), cell.value))
    assert bare == set()
