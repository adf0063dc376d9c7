"""The documentation site: built without a warning in both languages, complete in itself, searchable from its folder."""

import re
import shutil
import subprocess
import sys
from html import unescape
from urllib.parse import unquote

import pytest

from tests.paths import ROOT

SITE = ROOT / "docs" / "site"
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
ID = re.compile(r'(?:id|name)="([^"]*)"')


def test_every_page_has_its_place_in_the_navigation():
    """Proves: the navigation names every page of docs/ once, and no other. Sensitivity: a new page that the site leaves out."""
    rows = re.search(r'NAVIGATION = """\n(.*?)"""', (SITE / "conf.py").read_text(encoding="utf-8"), re.S)[1].splitlines()
    named = [name for row in rows for name in row.split("|")[2].split() if "/" not in name]
    assert sorted(named) == sorted(p.stem for p in (ROOT / "docs").glob("*.md") if not p.name.endswith(".zh.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Both sites, as ``make site`` builds them."""
    folder = tmp_path_factory.mktemp("site")
    for language in ("en", "zh"):
        called = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", SITE, "-t", language, "-d", folder / f".{language}"]
        done = subprocess.run([*called, ROOT, folder / language], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    shutil.copy(SITE / "index.html", folder)
    return folder


@pytest.mark.slow
def test_every_link_of_the_site_leads_somewhere_in_it(site):
    """Proves: both sites are built without a warning; every address in them is that of a file of the site and names a part of it that
    exists, in the other language too; nothing is fetched from elsewhere; every page leads to its other language; a half of an equation is
    one over two. Sensitivity: a page renamed in one language, a font from a network, a fraction that becomes twelve over a symbol.
    """
    pages = {p: p.read_text(encoding="utf-8") for p in site.rglob("*.html")}
    parts = {p: set(map(unescape, ID.findall(text))) for p, text in pages.items()}
    wrong = []
    for page, text in pages.items():
        for address in map(unescape, LINK.findall(text)):
            target, _, part = address.partition("#")
            if f'<a class="reference external" href="{address}"' in text:
                continue
            named = (page.parent / unquote(target.partition("?")[0])).resolve() if target else page
            if not named.is_file() or (part and named in parts and unquote(part) not in parts[named] | {"top"}):
                wrong.append(f"{page.relative_to(site)} -> {address}")
    assert wrong == []
    for language, other in (("en", "zh"), ("zh", "en")):
        for page in (site / language / "docs").glob("*.html"):
            assert f'href="../../{other}/docs/' in pages[page], page
    equations = re.sub(r"\s+", "", pages[site / "en" / "docs" / "equations.html"])
    assert "<mfrac><mn>1</mn><mn>2</mn></mfrac><msub><mi>ℓ</mi>" in equations


@pytest.mark.slow
@pytest.mark.browser
def test_the_site_is_searched_from_its_folder(site, browser):
    """Proves: opened from disk the search of each language finds the page on interfaces by words in the middle of its sentences, with the
    page's own navigation. Sensitivity: an index without Chinese words, or one that the browser has to fetch.
    """
    for language, word, found in (("zh", "断面限额", "docs/sections.zh.html"), ("en", "interface limits", "docs/sections.html")):
        page = browser.new_page()
        page.goto((site / language / "search.html").as_uri() + f"?q={word}")
        page.wait_for_selector("#search-results li a")
        assert any(found in a.get_attribute("href") for a in page.query_selector_all("#search-results li a"))
        page.close()
