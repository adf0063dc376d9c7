"""Two results side by side."""

import json
import re
import shutil

import pandas as pd
import pytest
from openpyxl import load_workbook

from energy_model.labels import LABELS
from energy_model.report import html
from energy_model.report.comparison.two_results import compare
from energy_model.report.result_folder import Result
from energy_model.results import contract
from energy_model.results.difference import CannotCompareError, changed_inputs, differences
from energy_model.results.store import write_table
from tests.support.spreadsheet import evaluate


def change(folder, table, where, column, value):
    """Set cells of a table of a result."""
    frame = Result.read(folder).tables[table]
    frame.loc[where(frame), column] = value
    write_table(frame, folder / "tables" / f"{table}.csv")


@pytest.fixture
def other(solved, tmp_path):
    return shutil.copytree(solved, tmp_path / "results" / "other")


def test_differences_are_second_less_first(solved, other):
    """Proves: a changed cost, capacity and price show with sign and amount, a new element counts from zero, all else is zero.
    Sensitivity: first less second, or an inner join that drops the new element, fails.
    """
    change(other, "costs", lambda t: t.category == "coal", "cost_mcny", 1.0)
    change(other, "capacity", lambda t: t.index == 0, "element", "new.thing")
    table = differences(Result.read(solved).tables, Result.read(other).tables)
    costs = Result.read(solved).tables["costs"].set_index("category").cost_mcny
    row = table[(table.section == "costs") & (table.key == "coal")].iloc[0]
    assert row.difference == pytest.approx(1.0 - costs["coal"])
    capacity = Result.read(solved).tables["capacity"].iloc[0]
    new = table[(table.section == "capacity") & (table.key == "new.thing") & (table.quantity == "capacity_mw")].iloc[0]
    gone = table[(table.section == "capacity") & (table.key == capacity.element) & (table.quantity == "capacity_mw")].iloc[0]
    assert (new["first"], new["second"]) == (0.0, pytest.approx(capacity.capacity_mw))
    assert gone.difference == pytest.approx(-capacity.capacity_mw)
    rest = table[~((table.section == "costs") & (table.key == "coal")) & ~table.key.isin([capacity.element, "new.thing"])]
    assert rest.difference.abs().max() == 0
    assert set(table.section) == {"capacity", "corridors", "energy", "curtailment", "costs", "clauses", "contracts", "prices"}


def test_dust_is_no_difference(solved, other, tmp_path):
    """Proves: a result that differs by 9.8e-06 MW of a line, -1e-07 GWh and 1e-05 CNY/MWh differs in nothing, on page and in workbook; by
    a tenth of a megawatt it does. Sensitivity: a relative limit alone shows dust of what is zero in the other.
    """
    zero = {"capacity": "capacity_mw", "curtailment": "curtailed_gwh", "prices": "mean_cny_per_mwh"}
    for folder, dust in ((solved_copy := shutil.copytree(solved, tmp_path / "one"), 0.0), (other, 1.0)):
        for (table, column), value in zip(zero.items(), (9.8e-6, -1e-7, 1e-5), strict=True):
            frame = Result.read(folder).tables[table]
            frame.loc[0, column] = dust * value
            frame.to_csv(folder / "tables" / f"{table}.csv", index=False, encoding="utf-8-sig")
    page = compare(solved_copy, other, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert page.count("No difference") == 8
    assert not pd.read_csv(tmp_path / "out" / "difference.csv", encoding="utf-8-sig").difference.fillna(0).any()
    change(other, "capacity", lambda t: t.index == 0, "capacity_mw", 0.1)
    page = compare(solved_copy, other, tmp_path / "again")[0].read_text(encoding="utf-8")
    assert page.count("No difference") == 7


def test_page_names_changed_inputs_and_escapes_names(solved, other, tmp_path):
    """Proves: the page lists the files whose hash differs, holds no script but its own switch of languages, writes names as text; the
    table opens without formulas. Sensitivity: a name written raw would run.
    """
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    manifest["sha256"]["loads.csv"] = "0" * 64
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    change(other, "contract_prices", lambda t: t.index == 0, "energy_gwh", 5.0)
    for folder in (other,):
        change(folder, "clauses", lambda t: t.index == 0, "reached", 1e9)
    wicked = shutil.copytree(solved, tmp_path / "results" / "wicked")
    change(wicked, "clauses", lambda t: t.index == 0, "name_en", "<script>alert(1)</script>")
    change(wicked, "clauses", lambda t: t.index == 0, "name_zh", "=1+1")
    paths = compare(wicked, other, tmp_path / "out")
    page = paths[0].read_text(encoding="utf-8")
    assert "loads.csv" in page
    assert "000000000000" in page
    assert re.findall(r"<script.*?</script>", page, re.DOTALL) == [f"<script>{html.SWITCH}</script>"]
    assert page.count("<script") == 1
    assert "&lt;script&gt;" in page
    assert "'=1+1" in paths[3].read_text(encoding="utf-8-sig")
    files = ["index.html", "comparison.xlsx", "comparison-en.xlsx", "difference.csv", "inputs.csv", "cells.csv", "map.html"]
    assert [p.name for p in paths] == files
    assert changed_inputs(Result.read(solved).manifest, manifest).file.tolist() == ["loads.csv"]


def test_the_workbook_sets_both_results_side_by_side(solved, other, tmp_path):
    """Proves: both workbooks have a cover with both results and a sheet for each section; capacity stands in 10 MW (zh) and MW (en), the
    difference is a formula that comes to second less first, a price that one result lacks leaves it empty, and names that look like
    formulas are text. Sensitivity: columns swapped, or factors of one language in the other.
    """
    change(other, "capacity", lambda t: t.index == 0, "capacity_mw", 1234.5)
    change(other, "capacity", lambda t: t.index == 0, "name_zh", "=1+1")
    solved_copy = shutil.copytree(solved, tmp_path / "one")
    change(solved_copy, "contract_prices", lambda t: t.index == 0, "marginal_cny_per_mwh", None)
    compare(solved_copy, other, tmp_path / "out")
    before = Result.read(solved).tables["capacity"].iloc[0]
    title = LABELS["sheet"]["capacity"]
    for file, sheet, factor in ("comparison.xlsx", title.zh, 0.1), ("comparison-en.xlsx", title.en, 1.0):
        book = load_workbook(tmp_path / "out" / file)
        assert [book.worksheets[0].cell(3, k).value for k in (2, 3)] == ["one", "other"]
        assert len(book.sheetnames) == 10
        page = book[sheet]
        row = next(r for r in range(5, page.max_row + 1) if page.cell(r, 1).value == before.element)
        a, b, d = (page.cell(row, k) for k in (3, 4, 5))
        assert a.value == pytest.approx(before.capacity_mw * factor)
        assert b.value == pytest.approx(1234.5 * factor)
        assert d.data_type == "f"
        assert evaluate(page, d) == pytest.approx((1234.5 - before.capacity_mw) * factor)
        assert all(c.data_type != "f" or c.column > 2 for line in page.iter_rows() for c in line)
    prices = load_workbook(tmp_path / "out" / "comparison-en.xlsx")[contract.title("contract_prices").en]
    lacking = [c.value for c in next(prices.iter_rows(min_row=5, max_row=5))]
    assert None in lacking[2:]
    energy = [line[1].value for line in load_workbook(tmp_path / "out" / "comparison-en.xlsx")["Energy balance"].iter_rows(min_row=5)]
    assert energy[0] == f"{LABELS['side']['supply'].en} · {LABELS['item']['thermal'].en}"


def test_answers_to_questions_are_compared_where_both_have_them(solved, other, tmp_path):
    """Proves: rooms that both results have are compared, one that was asked of one result alone is left out instead of counting as zero,
    and an impossible change stays empty. Sensitivity: an outer join with zeros.
    """
    room = {"grouping": "county", "item_zh": "甲：风电", "item_en": "A: wind", "plan_mw": 1.0}
    for folder, groups in ((solved_copy := shutil.copytree(solved, tmp_path / "one"), ("wind@A", "wind@B")), (other, ("wind@A",))):
        rows = [room | {"group": g, "epsilon_share": 0.05, "lowest_mw": 10.0 * len(groups), "highest_mw": 50.0} for g in groups]
        write_table(pd.DataFrame(rows), folder / "tables" / "room_to_move.csv")
        cost = {"target": "T1", "clause": "1", "name_zh": "甲", "name_en": "first", "change": "drop"}
        write_table(pd.DataFrame([cost | {"change_mcny": 5.0 if len(groups) == 1 else None}]), folder / "tables" / "clause_costs.csv")
    table = differences(Result.read(solved_copy).tables, Result.read(other).tables)
    rooms = table[table.section == "room"].set_index(["key", "quantity"])
    assert set(rooms.index) == {("wind@A 0.05", "lowest_mw"), ("wind@A 0.05", "highest_mw")}
    assert rooms.difference["wind@A 0.05", "lowest_mw"] == -10
    assert rooms.name_zh["wind@A 0.05", "lowest_mw"] == "甲：风电"
    assert table[table.section == "clause_costs"].difference.isna().all()
    compare(solved_copy, other, tmp_path / "out")
    assert "Near-optimal ranges" in load_workbook(tmp_path / "out" / "comparison-en.xlsx").sheetnames


def test_results_with_other_meanings_are_refused(solved, other, tmp_path):
    """Proves: a contract to another market, a clause of another quantity and other hours are each named, all at once, and nothing is
    written.
    Sensitivity: comparing them would set unlike things side by side.
    """
    change(other, "contract_prices", lambda t: t.index == 0, "market", "JL")
    change(other, "clauses", lambda t: t.index == 0, "quantity", "coal_kt")
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    manifest["horizon"] = "hours:48"
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CannotCompareError) as fault:
        compare(solved, other, tmp_path / "out")
    for part in ("LN_TARIFF", "market", "quantity", "hours:24, hours:48"):
        assert part in str(fault.value)
    assert not (tmp_path / "out").exists()


def test_an_older_result_is_refused_in_words(solved, other, tmp_path):
    """Proves: a table that is missing is named. Sensitivity: a KeyError."""
    (other / "tables" / "contract_prices.csv").unlink()
    with pytest.raises(CannotCompareError, match="contract_prices"):
        compare(solved, other, tmp_path / "out")


def test_equal_results_have_no_difference(solved, tmp_path):
    """Proves: a result compared with itself shows none. Sensitivity: NaN prices counted as differences would show."""
    page = compare(solved, solved, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert "All input files are equal" in page
    assert page.count("No difference") == 8
    assert not pd.read_csv(tmp_path / "out" / "difference.csv", encoding="utf-8-sig").difference.fillna(0).any()


@pytest.mark.browser
def test_the_map_of_a_comparison_opens_at_the_difference(solved, browser, tmp_path):
    """Proves: the link on the page opens the map of the second result less the first, plus signs in the name and all; nothing complains.
    Sensitivity: a plus read as a space, or a key that the map does not know, shows one result alone.
    """
    other = shutil.copytree(solved, tmp_path / "plan-2015+dear-coal@synthetic-1-hours24")
    page, complaints = browser.new_page(), []
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(compare(solved, other, tmp_path / "out")[0].as_uri())
    page.click("text=English")
    page.click("text=Map of the difference")
    page.wait_for_selector("#map")
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("[state.lang, state.case, state.minus]") == ["en", other.name, solved.name]
    assert complaints == []
    page.close()


def test_the_page_speaks_in_words_and_leaves_no_cell_blank(solved, other, tmp_path):
    """Proves: quantities, categories, buses and feeds stand in words of both languages with their unit, no name of a program's column is
    shown, and what one result lacks is a dash. Sensitivity: the columns of difference.csv as they are.
    """
    change(other, "costs", lambda t: t.category == "coal", "cost_mcny", 1.0)
    change(other, "prices", lambda t: t.bus == "HLGL", "mean_cny_per_mwh", 1.0)
    change(other, "curtailment", lambda t: t.feed == "KZZ.wind", "curtailed_gwh", 777.0)
    change(other, "contract_prices", lambda t: t.contract == "LN_TARIFF", "marginal_cny_per_mwh", float("nan"))
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    del manifest["sha256"]["loads.csv"]
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    page = compare(solved, other, tmp_path / "out")[0].read_text(encoding="utf-8")
    body = page[page.index("<body") :]
    for words in (
        "电煤坑口费用",
        "coal at the mine",
        "霍林郭勒市",
        "Huolinguole",
        "科尔沁左翼中旗 · 风电",
        "mean price [CNY/MWh]",
        "[元/千瓦时]",
    ):
        assert words in body
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", body)
    assert "" not in cells
    assert [c for c in cells if re.search(r"[a-z0-9]_(zh|en|mcny|gwh|mw|mwh|share|sha256|a|b)$|^(key|quantity|first|second)$", c)] == []
    assert "–" in cells
