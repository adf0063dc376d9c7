"""The study page as a planner meets it: opened from disk, in a browser without network."""

import json
import shutil
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energy_model.labels import label
from energy_model.report import pictures
from energy_model.report.page.study_page import write_study_page
from energy_model.report.result_folder import Result, ResultError
from energy_model.report.shell.page import page, policy
from energy_model.report.words import surplus_words
from energy_model.results import series, weeks
from energy_model.results.store import StoreError
from tests.support.near_optimum_tables import near_optimum_tables
from tests.support.opened import Opened
from tests.support.stretched import stretched

pytestmark = pytest.mark.browser


def edit(folder, name, change):
    """Change a table of a result."""
    path = folder / "tables" / f"{name}.csv"
    table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    change(table).to_csv(path, index=False, encoding="utf-8-sig")


@pytest.fixture(scope="module")
def year(solved, tmp_path_factory):
    """Folder and dataset of a year, with one clause missed, an islanding study, a sensitivity and a screening."""
    folder = tmp_path_factory.mktemp("year") / "plan"
    shutil.copytree(solved, folder)
    data = stretched(folder)
    edit(folder, "clauses", lambda t: t.assign(verdict=t.verdict.mask(t.target == "T07_COAL", "missed")))
    item = {"item_zh": "煤价", "item_en": "price of coal", "confidence": "judgement", "gap_share": 1e-5, "horizon": "year"}
    bar = item | {"low": 110, "high": 210, "low_change_mcny": -10.0, "high_change_mcny": 20.0}
    point = item | {"output": "cost_mcny", "mu_star": 6.0, "mu_star_conf": 0.5, "sigma": 1.0}
    for name, row in (("sensitivity", bar), ("screening", point)):
        pd.DataFrame([row]).to_csv(folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig")
    for name, table in near_optimum_tables().items():
        table.to_csv(folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig")
    (folder / "islanding").mkdir()
    row = {"microgrid": "HUOLINHE", "tests": 8760, "survived_share": 0.875, "worst_hour": "2015-07-01 18:00", "worst_firm_shed_mwh": 12.5}
    pd.DataFrame([row]).to_csv(folder / "islanding" / "island_summary.csv", index=False, encoding="utf-8-sig")
    curve = pd.DataFrame({"microgrid": "HUOLINHE", "exceeded_share": [0, 0.5, 1], "unserved_mwh": [90, 10, 0], "step_short_mw": [50, 5, 0]})
    curve.to_csv(folder / "islanding" / "island_duration.csv", index=False, encoding="utf-8-sig")
    return folder, data


@pytest.fixture(scope="module")
def path(year):
    return write_study_page(year[0])[0]


@pytest.fixture(scope="module")
def opened(browser, path):
    opened = Opened(browser, path, "#lang=zh", (1280, 900))
    yield opened
    opened.page.close()


def test_a_year_fits_and_asks_for_nothing(opened, path):
    """Proves: a year of 8,760 h makes a page below 8 MB; it reads nothing but itself; all charts draw, each with a finding, and the
    console stays silent.
    Sensitivity: series written as text, a script from elsewhere, or an error in any chart fail.
    """
    assert path.stat().st_size < 8e6
    opened.page.evaluate("drawAll()")
    opened.until("document.querySelectorAll('figure.js-plotly-plot').length === Object.keys(charts).length")
    assert opened.page.query_selector("figure .empty") is None
    without = "Object.keys(charts).filter(n => byId(charts[n].id).layout.title.subtitle.text.startsWith(word('source_line')))"
    assert opened.page.evaluate(without) == []
    assert opened.outside() == []
    assert sum(url.startswith("file:") for url in opened.requests) == 1
    assert opened.complaints == []


def test_clauses_come_first_the_missed_one_on_top(opened, year):
    """Proves: the clause table follows the plan, missed clauses lead and are counted, and neither inputs nor
    figures that are only reported count as met. Sensitivity: a table in the order of the file, or one count of all rows.
    """
    opened.show("lang=en")
    assert opened.page.evaluate("sections.slice(0, 2)") == ["plan", "summary"]
    first = opened.page.inner_text("#clauses tbody tr")
    assert "mine capacity" in first
    assert "✗ missed" in first
    table = Result.read(year[0]).tables["clauses"].verdict.value_counts()
    told = opened.page.inner_text("#others")
    assert f"{table['input']} inputs" in told
    assert f"{table['reached']} reported figures reached" in told
    assert opened.page.inner_text("#verdicts").startswith(f"{table['met']}")
    assert "1 clauses missed" in opened.page.inner_text("#verdicts").replace("\n", " ").replace("1clauses", "1 clauses")


def test_unpacked_series_are_those_of_the_dataset(opened, year):
    """Proves: hours, times and values in the page are the dataset's. Sensitivity: a shifted hour or a wrong step of the packing."""
    data = year[1]
    place = series.places(data)["node:HLH"]
    for name in ("thermal", "price", "smelter"):
        shown = np.array(opened.page.evaluate(f"Array.from(hourly['node:HLH|{name}'])"))
        assert np.abs(shown - place[name]).max() <= np.abs(place[name]).max() / 32000 + 1e-3
    assert opened.page.evaluate("[timeOf(0), timeOf(5000), timeOf(8759)]") == [str(data.indexes["time"][i])[:16] for i in (0, 5000, 8759)]


def test_the_week_picker_shows_the_week_that_it_names(opened, year):
    """Proves: each named week starts where it is found; the slider reaches any other; the stack shows the hours of the week; the address
    has the week. Sensitivity: a slider that counts weeks instead of its positions, or a stack that starts at the wrong hour.
    """
    data = year[1]
    city = series.places(data)["city"]
    found = weeks.notable_weeks(data.indexes["time"], city)
    opened.show("lang=zh&section=dispatch")
    opened.page.evaluate("draw('dispatch')")
    assert len(found) >= 4
    for name in found:
        button = opened.page.locator("#weeks button", has_text=opened.page.evaluate(f"word('week_{name}')"))
        button.click()
        assert opened.page.evaluate("Number(state.week)") == found[name]
        assert str(data.indexes["time"][found[name]].date()) in opened.page.inner_text("#week_text")
    opened.page.focus("#week")
    opened.page.keyboard.press("Home")
    opened.until("state.week === '0'")
    opened.page.keyboard.press("ArrowRight")
    opened.until("state.week === '24'")
    assert "week=24" in opened.page.url
    opened.until("byId('chart_dispatch').data[0].x[0].startsWith('2015-01-02')")
    shown = opened.page.evaluate("byId('chart_dispatch').data.find(t => t.name === word('wind')).y")
    assert np.abs(np.array(shown) - 0.1 * city["wind"][24:192]).max() < 0.1  # 万千瓦


def test_hours_that_are_not_modelled_stay_empty(browser, year, tmp_path):
    """Proves: the heat map of two weeks, seven apart, has columns for all days from the first to the last, empty where nothing is
    modelled; no week runs on into the other; months are said to be missing; the surplus at the peak has its sentence.
    Sensitivity: days set side by side as they come; a line from one week to the next.
    """
    folder = shutil.copytree(year[0], tmp_path / "weeks")
    hours = np.r_[168 * 10 : 168 * 11, 168 * 18 : 168 * 19]
    two = year[1].isel(time=hours)
    two.assign_coords(weight=("time", np.full(336, 8760 / 336))).to_netcdf(folder / "results.nc", engine="netcdf4")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"hours": 336, "horizon": "weeks:2"}), encoding="utf-8")
    shown = Opened(browser, write_study_page(folder)[0], "#lang=en", (1280, 900))
    shown.show("lang=en&heat=demand")
    columns = shown.page.evaluate("content('heatmap').traces[0].z.map(row => row.map(v => v !== null))")
    assert np.array(columns).shape == (24, 63)
    assert np.array(columns).all(axis=0).nonzero()[0].tolist() == [*range(7), *range(56, 63)]
    assert shown.page.evaluate("content('heatmap').traces[0].text[0][56]") == str(two.indexes["time"][168].date())
    assert shown.page.evaluate("[weekEnd(0), weekEnd(24), weekEnd(168)]") == [168, 168, 336]
    assert shown.page.evaluate("content('weather').missing") == label("study", "no_months").en
    assert surplus_words(-1.0).en in shown.page.inner_text("#figures") or surplus_words(1.0).en in shown.page.inner_text("#figures")
    shown.page.close()


def test_ramps_are_changes_from_hour_to_hour(opened, year):
    """Proves: the curve of ramps runs from the largest rise to the largest fall of the net load, and of thermal output, of the place that
    is chosen; the first hour has none. Sensitivity: changes across a break, or against the hour after.
    """
    for key in ("city", "node:HLH"):
        opened.show(f"lang=en&place={key}")
        place = series.places(year[1])[key]
        found = opened.page.evaluate("content('ramps').traces.map(t => [t.name, t.y[0], t.y.at(-1)])")
        thermal = place["thermal"] + place["chp"]
        for (name, rise, fall), power in zip(found, (series.total(place, "net_load"), thermal), strict=True):
            change = np.diff(power, prepend=power[0])
            assert name in ("net load (with export, less available wind and solar)", "thermal output with CHP")
            assert (rise, fall) == pytest.approx((change.max(), change.min()), abs=1.0)
        assert found[0][1] > 1.0


def test_weeks_of_two_names_are_one_button(opened, year):
    """Proves: each week has one button with all its names, and one is lit. Sensitivity: two buttons of one week, which light together."""
    found = weeks.notable_weeks(year[1].indexes["time"], series.places(year[1])["city"])
    opened.show("lang=zh&section=dispatch")
    texts = opened.page.locator("#weeks button").all_inner_texts()
    assert len(texts) == len(set(found.values()))
    opened.show(f"lang=zh&section=dispatch&week={found['load']}")
    assert opened.page.locator("#weeks button[aria-pressed=true]").count() == 1
    same = [name for name in found if found[name] == found["load"]]
    lit = opened.page.locator("#weeks button[aria-pressed=true]").inner_text()
    assert lit == "、".join(opened.page.evaluate(f"word('week_{name}')") for name in same)


def test_the_contents_follow_what_is_read(opened):
    """Proves: scrolling to a section lights its entry and writes the address, an entry that is clicked leads below the bar and stays lit
    however short its section, and the top lights the first. Sensitivity: an entry that changes by click alone stays on the first.
    """
    opened.show("lang=en&section=summary")
    current = "[...byId('menu').children].filter(b => b.getAttribute('aria-current') === 'true').map(b => b.dataset.id).join()"
    for section in ("heatmaps", "costs", "durations"):
        opened.page.evaluate("id => scrollTo(0, scrollY + byId(id).getBoundingClientRect().top - covered() + 30)", section)
        opened.until(f"{current} === '{section}'")
        assert f"section={section}" in opened.page.url
    for section in opened.page.evaluate("sections.filter(id => !byId(id).hidden)"):
        opened.page.click(f"#menu button[data-id={section}]")
        opened.page.wait_for_timeout(60)
        assert opened.page.evaluate(current) == section
        assert opened.page.evaluate("id => byId(id).getBoundingClientRect().top >= covered() - 1", section)
    opened.page.evaluate("scrollTo(0, 0)")
    opened.until(f"{current} === 'plan'")


def test_shadow_prices_have_the_units_of_the_language(opened):
    """Proves: prices of clauses that bind are in CNY in English and in 元 in Chinese. Sensitivity: the unit of the table in both."""
    for language, unit, other in (("en", "CNY/", "元/兆瓦"), ("zh", "元/", "CNY")):
        opened.show(f"lang={language}")
        shown = opened.page.inner_text("#clauses")
        assert unit in shown
        assert other not in shown


def test_place_language_and_link(opened, browser, path):
    """Proves: place and language change tables and charts; a link brings all of it back; there is no Chinese in the English charts.
    Sensitivity: a chart that keeps its old words, or state outside the address.
    """
    opened.show("lang=en&place=node:HLH&week=1200&heat=curtailed&scope=electric&section=heatmaps")
    opened.page.evaluate("drawAll()")
    titles = opened.page.evaluate("[...document.querySelectorAll('figure')].map(f => f.layout?.title?.text ?? '')")
    assert not any("\u4e00" <= c <= "\u9fff" for c in " ".join(titles))
    assert "Huolinhe" in titles[0]
    link = opened.page.evaluate("writeHash(), location.href")
    other = Opened(browser, path, "#" + link.split("#")[1], (1280, 900))
    assert other.page.evaluate("JSON.stringify(state)") == opened.page.evaluate("JSON.stringify(state)")
    assert other.page.evaluate("Math.abs(byId('heatmaps').getBoundingClientRect().top)") < 80
    other.page.close()


def test_keyboard_reaches_the_controls(opened):
    """Proves: Tab goes from the language through the contents to the pickers; Enter on a heading goes there and into the address.
    Sensitivity: contents made of elements that take no focus.
    """
    opened.show("lang=en")
    opened.page.focus("nav button[data-lang=zh]")
    reached = ["中文"]
    for _ in range(16):
        opened.page.keyboard.press("Tab")
        reached.append(opened.page.evaluate("document.activeElement.textContent"))
        if reached[-1] == "Flows":
            opened.page.keyboard.press("Enter")
            assert opened.page.evaluate("state.section") == "flows"
            break
    assert {"中文", "English", "Clauses", "Weekly dispatch", "Flows"} <= set(reached)
    assert "section=flows" in opened.page.url


def test_phone_shows_no_wider_than_its_screen(browser, path):
    """Proves: at 390 px the page does not scroll sideways. Sensitivity: one table or chart of fixed width."""
    phone = Opened(browser, path, "#lang=en", (390, 844))
    phone.page.evaluate("drawAll()")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.complaints == []
    phone.page.close()


def test_islanding_is_shown_where_there_is_a_study(opened):
    """Proves: figures and curve of the microgrid that was tested, and a sentence for the other. Sensitivity: one table for all."""
    opened.show("lang=en&grid=HUOLINHE")
    text = opened.page.inner_text("#islands")
    assert "87.5 %" in text
    assert "2015-07-01 18:00" in text
    opened.show("lang=en&grid=ZHAQI")
    assert "no islanding test" in opened.page.inner_text("#islands")


NASTY = "=1+<img src=x onerror=alert(1)></script><script>alert(2)</script> \"'&amp;"


def test_names_show_as_text_and_nothing_of_them_runs(browser, year, tmp_path):
    """Proves: hostile names of places, contracts, corridors, clauses, smelters and microgrids show as they are written, and the policy
    lets no script run that is put into the page. Sensitivity: one name put into markup opens a dialog or makes an image.
    """
    folder = tmp_path / "plan"
    shutil.copytree(year[0], folder)
    for name in ("names", "places", "contracts", "corridors", "clauses", "microgrids", "coal"):
        edit(folder, name, lambda t: t.assign(name_zh=NASTY, name_en=NASTY))
    with xr.open_dataset(folder / "results.nc") as stored:
        data = stored.load()
    data = data.assign_coords({f"smelter_name_{x}": ("smelter", [NASTY] * data.sizes["smelter"]) for x in ("zh", "en")})
    data.to_netcdf(folder / "results.nc")
    hostile = Opened(browser, write_study_page(folder)[0], "#lang=en&place=node:HLH", (1280, 900))
    hostile.page.evaluate("drawAll()")
    assert NASTY in hostile.page.inner_text("#clauses")
    assert NASTY in hostile.page.inner_text("#place")
    assert hostile.page.query_selector("main img, .js-plotly-plot a") is None
    assert hostile.page.evaluate("byId('chart_dispatch').querySelector('.gtitle').textContent").endswith(NASTY)
    assert hostile.complaints == []
    hostile.page.evaluate("""() => {
        window.ran = [];
        const script = document.createElement('script'), box = document.createElement('div');
        script.textContent = "window.ran.push('script')";
        box.innerHTML = '<img src="x" onerror="window.ran.push(1)">';
        document.body.append(script, box);
    }""")
    hostile.page.wait_for_timeout(200)
    assert hostile.page.evaluate("window.ran") == []
    assert any("Content Security Policy" in text for text in hostile.complaints)
    hostile.page.close()


def test_the_policy_names_every_script_and_no_other():
    """Proves: each script of a page stands in its policy, and inline handlers are not allowed. Sensitivity: 'unsafe-inline' for scripts."""
    text = page("page", "t", {"name": "</script>"}, "")
    allowed = text.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert allowed.count("'sha256-") == text.count("<script>") == 2
    assert "unsafe-inline" not in allowed.split("style-src")[0]
    assert policy(["a"]) != policy(["b"])


def one_node_only(folder):
    """Cut a result down to one node, without corridors, contracts, microgrids and smelters."""
    with xr.open_dataset(folder / "results.nc") as stored:
        data = stored.load()
    node, none = "HORQIN", []
    for dim in ("cluster", "resource", "store"):
        data = data.isel({dim: np.flatnonzero(data[f"{dim}_node"].to_numpy() == node)})
    data = data.isel(feed=np.flatnonzero(data.feed_bus.to_numpy() == node), place=np.flatnonzero(data.place.to_numpy() == node))
    users = {*data.cluster.to_numpy(), *data.boiler.to_numpy()}
    data = data.isel(fuel_user=np.flatnonzero([u in users for u in data.fuel_user.to_numpy()]))
    data = data.sel(node=[node]).isel(corridor=none, contract=none, microgrid=none, smelter=none)
    data.drop_encoding().to_netcdf(folder / "results.nc")
    keys = {"places": "node", "capacity": "node", "energy_balance": "node", "curtailment": "node", "sites": "node", "prices": "bus"}
    for name, key in keys.items():
        edit(folder, name, lambda t, key=key: t[t[key] == node])
    for name in ("corridors", "contracts", "microgrids"):
        edit(folder, name, lambda t: t.iloc[:0])
    edit(folder, "node_costs", lambda t: t[t.place == node])


def test_one_node_without_export_makes_correct_pages(browser, result_dir):
    """Proves: a result of one node, no corridor, no contract and no microgrid gives both pages, with sentences where nothing is to show.
    Sensitivity: a maximum over no corridors, or a chart without series, raises.
    """
    one_node_only(result_dir)
    bare = Opened(browser, write_study_page(result_dir)[0], "#lang=en", (1280, 900))
    bare.page.evaluate("drawAll()")
    assert "no microgrid" in bare.page.inner_text("#lacking")
    assert "no smelter" in bare.page.inner_text("#lacking")
    assert "not part of this result" in bare.page.inner_text("#chart_duration_loading")
    assert "export" not in bare.page.evaluate("[...byId('heat').options].map(o => o.value)")
    assert bare.complaints == []
    bare.page.close()
    from energy_model.report.map.map_page import write_map

    drawn = Opened(browser, write_map(result_dir), "#lang=en&pick=node:HORQIN")
    assert drawn.page.inner_text("#card h2") == "Horqin District"
    assert drawn.complaints == []
    drawn.page.close()


def test_an_older_or_torn_result_is_refused_in_a_sentence(result_dir):
    """Proves: missing tables and a missing or unreadable dataset give one sentence each and leave the earlier page.
    Sensitivity: a KeyError or a half-written page.
    """
    (result_dir / "report.html").write_text("earlier", encoding="utf-8")
    (result_dir / "results.nc").write_bytes(b"nothing")
    with pytest.raises(StoreError, match="damaged"):
        write_study_page(result_dir)
    (result_dir / "results.nc").unlink()
    with pytest.raises(StoreError, match="dataset"):
        write_study_page(result_dir)
    (result_dir / "tables" / "costs.csv").unlink()
    with pytest.raises(ResultError, match=r"lacks the tables costs.*optimize --scenario plan-2015 --horizon hours:24"):
        write_study_page(result_dir)
    assert (result_dir / "report.html").read_text(encoding="utf-8") == "earlier"
    (result_dir / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        write_study_page(result_dir)
    (result_dir / "manifest.json").unlink()
    with pytest.raises(StoreError, match="no finished result"):
        write_study_page(result_dir)


def test_results_without_later_tables_still_show(browser, result_dir):
    """Proves: without tables that only some results have (sites, cost by place) the page says so and draws the rest.
    Sensitivity: requiring every table would refuse results that are fine.
    """
    for name in ("sites", "node_costs"):
        (result_dir / "tables" / f"{name}.csv").unlink()
    old = Opened(browser, write_study_page(result_dir)[0], "#lang=en", (1280, 900))
    old.page.evaluate("drawAll()")
    assert "solve it again" in old.page.inner_text("#chart_cost_by_place")
    assert old.complaints == []
    old.page.close()


def test_a_pathway_has_a_page_for_each_year_that_lead_to_each_other(browser, solved, tmp_path):
    """Proves: a page for each year and one above them; the year picker opens the other year in the same state; capacity by year has both.
    Sensitivity: addresses relative to the wrong folder lead nowhere.
    """
    folder = tmp_path / "pathway"
    for year in (2030, 2035):
        shutil.copytree(solved, folder / str(year))
    manifest = json.loads((solved / "manifest.json").read_text(encoding="utf-8"))
    del manifest["certificate"], manifest["rows"]
    (folder / "manifest.json").write_text(json.dumps(manifest | {"years": [2030, 2035]}), encoding="utf-8")
    paths = write_study_page(folder)
    assert [str(p.relative_to(folder)) for p in paths] == ["2030/report.html", "2035/report.html", "report.html"]
    top = Opened(browser, paths[-1], "#lang=en&heat=demand", (1280, 900))
    assert top.page.evaluate("data.capacity_years.map(y => y.year)") == [2030, 2035]
    top.page.select_option("#year", label="2030")
    top.page.wait_for_url("**/2030/report.html*")
    top.page.wait_for_selector("body[data-ready]")
    assert "heat=demand" in top.page.url
    assert top.page.evaluate("byId('year').selectedOptions[0].textContent") == "2030"
    top.page.close()


DRAWN_ALIKE = {"svg", "defs", "clipPath", "linearGradient", "stop", "rect", "path", "circle", "text", "image", "g"}


def test_a_chart_leaves_the_page_as_picture_and_as_table(opened, year):
    """Proves: the SVG of the menu has only elements and attributes that office programmes draw as browsers do, each line of text at its own
    place, hatching as lines, and says scenario, horizon and weather; its file is named after scenario, chart and week. The table has a row
    for every hour with the figures of the dataset under headings with units; a name cannot start a formula.
    Sensitivity: lines offset in units of the font lie on each other in Word; a pattern stays empty; figures of another week.
    """
    page = opened.page
    opened.show("lang=en&section=dispatch&week=24")
    page.evaluate("draw('dispatch')")
    page.click("#chart_dispatch .save summary")
    with page.expect_download() as saved:
        page.click("#chart_dispatch .save [data-act=save_svg]")
    assert saved.value.suggested_filename == "plan-2015_Weekly-dispatch-whole-city_2015-01-02_en.svg"
    drawn = list(ElementTree.parse(saved.value.path()).iter())
    assert {element.tag.rpartition("}")[2] for element in drawn} <= DRAWN_ALIKE
    assert not {name for element in drawn for name in element.attrib} & {"class", "style", "dy", "dominant-baseline"}
    texts = [element for element in drawn if element.tag.endswith("}text")]
    assert all({"x", "y", "font-family", "font-size"} <= set(element.attrib) and not list(element) for element in texts)
    assert len({(element.get("x"), element.get("y")) for element in texts}) == len(texts)
    assert any("scenario: plan-2015 · horizon: full year, 8,760 h · weather: synthetic" in (element.text or "") for element in texts)
    rows = page.evaluate("tableOf('dispatch')")
    head = next(i for i, row in enumerate(rows) if row[0] == "time")
    wind = [row[rows[head].index("wind [power, MW]")] for row in rows[head + 1 :]]
    assert np.array(wind) == pytest.approx(series.places(year[1])["city"]["wind"][24:192], abs=1)
    assert page.evaluate("tabbed([['=1+1', -2.5, null, 'a\\tb']])") == "'=1+1\t-2.5\t\ta b"


def test_pictures_of_charts(browser, year, path, tmp_path, monkeypatch):
    """Proves: a PNG and an SVG of the size asked for, in the state asked for; clear sentences for a chart without content, a wrong size and
    a machine without browser. Sensitivity: a page that is captured before the chart stands gives no picture.
    """
    folder = year[0]
    svg = pictures.write_picture(folder, "waterfall", "svg", "lang=en", "900x500", tmp_path / "w.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert 'width="900"' in svg
    assert "annuity of new" in svg
    png = pictures.write_picture(folder, "heatmap", "png", "", "800x400", tmp_path / "h.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") == 1600
    with pytest.raises(pictures.PictureError, match="not understood"):
        pictures.write_picture(folder, "heatmap", "png", "", "wide")
    with pytest.raises(pictures.PictureError, match="nothing to show"):
        pictures.write_picture(folder, "heatmap", "png", "place=node:KEQ&heat=curtailed", "800x400")
    monkeypatch.setattr(pictures.shutil, "which", lambda name: None)
    with pytest.raises(pictures.PictureError, match="apt-get install chromium"):
        pictures.write_picture(folder, "heatmap", "png")
