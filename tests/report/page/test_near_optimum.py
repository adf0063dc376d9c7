"""Curves, rooms, clause costs and deals on the study page and in the workbook."""

import openpyxl
import pandas as pd
import pytest

from energy_model.labels import LABELS
from energy_model.report.page.near_optimum import near_optimum
from energy_model.report.page.study_page import write_study_page
from energy_model.report.pictures import chart_names
from energy_model.report.result_folder import Result
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results.store import write_table
from tests.support.near_optimum_tables import CODE, NASTY, near_optimum_tables


@pytest.fixture
def with_tables(result_dir):
    for name, table in near_optimum_tables().items():
        write_table(table, result_dir / "tables" / f"{name}.csv")
    return result_dir


def test_points_that_are_impossible_stay_and_proofs_are_told(with_tables):
    """Proves: the impossible point, clause and case are there and marked, all others are not; horizon, weather, gap and residual of each
    part are told; a result without these tables has empty parts. Sensitivity: an empty cell read as a reason marks every point.
    """
    found = near_optimum(Result.read(with_tables).tables)
    assert [r["impossible"] for r in found["supply"]] == [False, False, True]
    assert [r["impossible"] for r in found["clauses"]] == [False, True]
    assert [r["impossible"] for r in found["deals"]] == [False, True]
    assert [r["impossible"] for r in found["fronts"]["co2"]["rows"]] == [False, False]
    proof = found["proof"][0]
    assert (proof["horizon"], proof["weather"], proof["points"], proof["impossible"]) == (
        {"zh": "最初 24 小时（速览）", "en": "first 24 hours (quick look)"},
        "synthetic-1",
        3,
        1,
    )
    assert (proof["gap"], proof["violation"], proof["error"]) == ("0.000002 %", 1e-9, 1.5)
    empty = near_optimum({})
    assert (empty["supply"], empty["fronts"], empty["rooms"], empty["deals"], empty["proof"]) == ([], {}, {}, [], [])
    assert (empty["spread"], empty["bends"]) == ({}, [])


def test_the_largest_bends_are_named_and_alternatives_stacked():
    """Proves: the chart names what begins (+) and ceases (−) where the marginal cost jumps by a tenth of its range or more, the three
    largest in the order of the curve, codes in words where the result knows them; a smaller jump, a fall and an impossible point are not
    named. Alternatives have the kinds that some plan has, corridors apart. Sensitivity: bends by position instead of size, or a stack that
    counts corridors as capacity of power.
    """
    tables = {name: table for name, table in near_optimum_tables().items() if name in ("supply_curve", "alternatives")}
    named = {"name_zh": ["煤炭", "甲旗风电"], "name_en": ["coal cap", "First Banner: wind"]}
    tables["names"] = pd.DataFrame({"element": [CODE, "wind@A"], **named})
    (bend,) = near_optimum(tables)["bends"]
    assert (bend["at"], bend["marginal"]) == (20000.0, 190.0)
    assert [(e["sign"], e["name"]["en"]) for e in bend["entries"]] == [("+", "coal cap"), ("−", "ELSEWHERE"), ("+", "First Banner: wind")]
    marginal = [100.0, 130.0, 134.0, 180.0, 170.0, 190.0, 230.0]
    row = tables["supply_curve"].iloc[1].to_dict()
    curve = [row | {"export_gwh": float(k), "marginal_cny_per_mwh": v, "changed": f"X{k}+"} for k, v in enumerate(marginal)]
    told = near_optimum({"supply_curve": pd.DataFrame(curve)})["bends"]
    assert [b["entries"][0]["name"]["zh"] for b in told] == ["X1", "X3", "X6"]
    spread = near_optimum(tables)["spread"]
    assert [k["kind"] for k in spread["kinds"]] == ["wind", "solar"]
    assert [r["mw"] for r in spread["rows"]][2] == {"wind": 2000.0, "solar": 1400.0, "corridor": 4000.0}


def test_the_workbook_has_their_sheets_in_words(with_tables):
    """Proves: sheets on fronts, room, clauses and deals hold their tables with words for codes, also where a reason stands; the cover
    names those left out without their tables. Sensitivity: codes instead of words.
    """
    write_workbooks(with_tables)
    book = openpyxl.load_workbook(with_tables / "tables-en.xlsx")

    def text(sheet):
        return [str(c.value) for row in book[sheet].iter_rows() for c in row if c.value is not None]

    assert "dropped" in text("Cost of clauses")
    assert "as agreed" in text("Bargaining")
    assert {"code", "item", "weather year"} <= set(text("Bargaining"))
    assert "by place and technology" in text("Near-optimal ranges")
    assert LABELS["impossible"]["no_plan"].en in text("Supply curve")
    (with_tables / "tables" / "bargaining.csv").unlink()
    write_workbooks(with_tables)
    book = openpyxl.load_workbook(with_tables / "tables-en.xlsx")
    assert "Bargaining" not in book.sheetnames
    assert "Bargaining" in dict(book["Cover"].iter_rows(max_col=2, values_only=True))["left out: take solves of their own"]


@pytest.mark.browser
def test_the_page_draws_them(with_tables, browser):
    """Proves: in Chromium all seven charts draw in both languages, impossible points are written, names are text, the note tells gap and
    weather, the pickers change the charts, nothing complains. Sensitivity: a script in the wrong order, or a null that breaks a chart.
    """
    (path,) = write_study_page(with_tables)
    page, complaints = browser.new_page(), []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    charts = ("supply", "supply_stack", "front", "room", "spread", "clause_cost", "deal")
    assert set(charts) < set(chart_names())  # so that `picture` can draw them too
    for language, lost, hours in (("zh", "不可行", "最初 24 小时（速览）"), ("en", "infeasible", "first 24 hours (quick look)")):
        page.goto("about:blank")
        page.goto(f"{path.as_uri()}#lang={language}&section=beyond")
        page.wait_for_selector("body[data-ready]")
        page.evaluate(f"Promise.all({list(charts)}.map(draw))")
        for name in charts:
            page.wait_for_selector(f"#chart_{name} :is(.points, .lines, .bars, .fills) path", state="attached")
        for name in ("supply", "clause_cost", "deal"):
            assert lost in page.inner_text(f"#chart_{name}")
        assert NASTY in page.inner_text("#chart_deal")
        assert "− ELSEWHERE" in page.inner_text("#chart_supply")
        assert "2 · +2.0 %" in page.inner_text("#chart_spread")
        assert all(f"{hours}, synthetic-1" in page.inner_text(f"#chart_{name}") for name in charts)
        note = page.inner_text("#beyond_note")
        assert "≤ 0.000002 %" in note
        assert "synthetic-1" in note
        assert "+ " in note
    assert page.input_value("#front") == "co2"
    page.select_option("#stack", "contract")
    page.wait_for_selector("#chart_supply_stack :text('Jilin flat')", state="attached")
    assert page.inner_text("#beyond_absent") == ""
    assert complaints == []
    page.close()
