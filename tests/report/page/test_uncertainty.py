"""Uncertain inputs on the study page and in the workbook."""

import openpyxl
import pandas as pd
import pytest

from energy_model.report.page.study_page import write_study_page
from energy_model.report.page.uncertainty import uncertainty
from energy_model.report.result_folder import Result
from energy_model.report.workbook.result_workbook import write_workbooks
from energy_model.results.store import write_table

ITEM = {"input": "mines/*/price_cny_per_t", "item_zh": "煤价", "item_en": "price <b>of</b> coal", "horizon": "hours:24"}
SENSITIVITY = ITEM | {
    "confidence": "judgement", "low": 110.0, "high": 210.0, "base_cost_mcny": 100.0, "low_cost_mcny": 90.0, "high_cost_mcny": None,
    "low_change_mcny": -10.0, "high_change_mcny": None, "gap_share": 1e-5,
}  # fmt: skip
SCREENING = ITEM | {
    "output": "cost_mcny", "confidence": "sourced", "low": 1.0, "high": 2.0, "mu": 5.0, "mu_star": 6.0, "mu_star_conf": 0.5, "sigma": 1.0,
    "trajectories": 4, "gap_share": 1e-5, "seed": 1,
}  # fmt: skip
BREAK_EVEN = ITEM | {
    "confidence": "", "condition": "new_mw/solar > 0", "outcome": "switches", "low": 1.0, "high": 9.0, "bracket_low": 4.0,
    "bracket_high": 4.5, "tolerance": 0.5, "reached_at_low": 0.0, "reached_at_high": 70.0, "solves": 7, "gap_share": 1e-7,
}  # fmt: skip


@pytest.fixture
def with_tables(result_dir):
    never = BREAK_EVEN | {"outcome": "never", "bracket_low": None, "bracket_high": None, "reached_at_low": None, "reached_at_high": None}
    for name, rows in (("sensitivity", [SENSITIVITY]), ("screening", [SCREENING]), ("break_even", [BREAK_EVEN, never])):
        write_table(pd.DataFrame(rows), result_dir / "tables" / f"{name}.csv")
    return result_dir


def test_rows_say_how_sure_they_are(with_tables):
    """Proves: a judged range is marked, a given one is told as given, an impossible end stays empty, a result without these tables has
    empty parts. Sensitivity: an impossible end shown as no change.
    """
    found = uncertainty(Result.read(with_tables).tables)
    (bar,) = found["tornado"]
    assert (bar["low_change_mcny"], bar["high_change_mcny"], bar["judged"]) == (-10, None, True)
    assert found["screening"][0]["rows"][0]["judged"] is False
    assert found["break_even"][0]["sure"]["en"] == "range given by the user"
    assert found["break_even"][1]["bracket_low"] is None
    assert found["horizons"]["sensitivity"] == [{"zh": "最初 24 小时（速览）", "en": "first 24 hours (quick look)"}]
    assert uncertainty({}) == {"tornado": [], "screening": [], "break_even": [], "horizons": {}}


def test_the_workbook_has_all_three(with_tables):
    """Proves: the sheet on sensitivities holds the three tables with their words. Sensitivity: codes instead of words."""
    write_workbooks(with_tables)
    sheet = openpyxl.load_workbook(with_tables / "tables-en.xlsx")["Sensitivity"]
    text = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
    titles = ("one-at-a-time sensitivity", "break-even values", "global screening (Morris)")
    for words in (*titles, "yearly cost (MCNY)", "holds nowhere in the range"):
        assert words in text, words


@pytest.mark.browser
def test_the_page_draws_them(with_tables, browser):
    """Proves: in Chromium both charts draw, the bracket and the missing switch stand in the table, names are text, nothing complains.
    Sensitivity: a script in the wrong order, or a null that breaks a chart.
    """
    (path,) = write_study_page(with_tables)
    page, complaints = browser.new_page(), []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(f"{path.as_uri()}#lang=en&section=uncertainty")
    page.wait_for_selector("body[data-ready]")
    page.evaluate("Promise.all(['tornado', 'screening'].map(draw))")
    page.wait_for_selector("#chart_tornado .bars path")
    page.wait_for_selector("#chart_screening .points path")
    told = page.inner_text("#break_evens")
    assert "4.000 – 4.500" in told
    assert "never holds in the range" in told
    assert "price <b>of</b> coal" in told
    assert "infeasible" in page.inner_text("#chart_tornado")
    assert complaints == []
    page.close()
