"""Pages of the documentation in both languages: every page that planners read is whole in Chinese, and says the same as the English one."""

import calendar
import re

import pytest

from tests.paths import ROOT

ENGLISH_ONLY = {
    "architecture.md": "for who changes the program",
    "convergence.md": "for who changes the solver",
    "equations.md": "made from the docstrings of the code, which are English",
    "exchange-attributes.md": "attributes of PyPSA, for its users",
    "exchange.md": "for users of PyPSA and GenX",
    "licences.md": "licences of packages, in the words of their authors",
    "python.md": "for who writes Python",
}
BILINGUAL = {"glossary.md"}
OWN_UNITS = {"inputs.md", "outputs.md", "seed-coverage.md"}
"""Made from inputs and contracts, whose words state amounts and codes as their language does."""
PAGES = sorted(p for p in (ROOT / "docs").glob("*.md") if not p.name.endswith(".zh.md"))
TWINS = [p for p in PAGES if p.with_suffix(".zh.md").is_file()]
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
RUN = re.compile(r"<!-- run:.*?<!-- end -->", re.S)
"""Tables that `docs --runs` writes in the words and units of each language."""
LINK = re.compile(r"(\[[^\]]*\])\(([^)\s]+)\)")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
MONTHS = {calendar.month_name[n]: str(n) for n in range(1, 13)}
"""Chinese writes months as numbers."""


def text_of(page):
    return page.read_text(encoding="utf-8")


def headings(text):
    """Level of every heading, and its number where it has one."""
    found = re.findall(r"^(#+) ((?:\d+\.)?)", FENCE.sub("", text), re.M)
    return [(len(marks), number) for marks, number in found]


def code(text):
    """Fenced blocks, without remarks, which are in the language of the page."""
    return [re.sub(r" +# .*", "", block) for block in FENCE.findall(text)]


def tables(text):
    """Of every row of every table the number of cells, and the numbers in them."""
    plain = re.sub("|".join(MONTHS), lambda m: MONTHS[m[0]], RUN.sub("", FENCE.sub("", text)))
    rows = [LINK.sub(r"\1", line) for line in plain.splitlines() if line.startswith("|")]
    return [(len(re.findall(r"(?<!\\)\|", row)), sorted(NUMBER.findall(row))) for row in rows]


def named(text):
    """Columns, tables and commands that the text names."""
    spans = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    return sorted({s for s in spans if re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)+", s) or s.startswith(("make ", ".venv/"))})


def leads(page, text):
    """Files that a page leads to, in whatever language, and how often; its other half left out."""
    own = page.name.removesuffix(".md").removesuffix(".zh")
    targets = [target.partition("#")[0] for _, target in LINK.findall(FENCE.sub("", text))]
    names = [re.sub(r"\.zh\.md$", ".md", t) for t in targets if t]
    return sorted(n for n in names if n != f"{own}.md")


@pytest.mark.parametrize("page", [ROOT / "README.md", *TWINS], ids=lambda p: p.name)
def test_a_chinese_page_leads_to_chinese_pages(page):
    """Proves: where a page has a Chinese half, Chinese pages link to that; their other half apart. Sensitivity: a link that leads
    a reader of Chinese to an English page.
    """
    named = {t.partition("#")[0] for _, t in LINK.findall(FENCE.sub("", text_of(page.with_suffix(".zh.md"))))} - {page.name}
    english = [t for t in named if t.endswith(".md") and not t.endswith(".zh.md")]
    assert [t for t in english if (page.parent / t).with_suffix(".zh.md").is_file()] == []


def test_every_page_is_in_both_languages_or_says_why_not():
    """Proves: a page has a Chinese half, or stands in the list of those in English only, with the reason, or in that of pages in both
    languages; and no Chinese page lacks its English half. Sensitivity: a new page in one language.
    """
    alone = {p.name for p in PAGES if p not in TWINS}
    assert alone == ENGLISH_ONLY.keys() | BILINGUAL
    halves = {p.name for p in (ROOT / "docs").glob("*.zh.md")}
    assert halves == {p.with_suffix(".zh.md").name for p in TWINS}


@pytest.mark.parametrize("page", [ROOT / "README.md", *TWINS], ids=lambda p: p.name)
def test_both_halves_say_the_same(page):
    """Proves: both languages have the same headings, the same commands and inputs and tables of the same rows with the same numbers, name
    the same columns and lead to the same pages, the Chinese one to Chinese pages where there are; each names its other half at its top.
    Sensitivity: a summary, a figure of an earlier run in one language, a section added to one of them.
    """
    twin = page.with_suffix(".zh.md")
    english, chinese = text_of(page), text_of(twin)
    assert f"]({twin.name})" in english[:400]
    assert f"]({page.name})" in chinese[:400]
    for part in (headings, code) if page.name in OWN_UNITS else (headings, code, tables):
        for one, other in zip(part(english), part(chinese), strict=True):
            assert one == other, part.__name__
    assert named(english) == named(chinese)
    assert leads(page, english) == leads(page, chinese)
    targets = [t.partition("#")[0] for _, t in LINK.findall(FENCE.sub("", chinese)) if re.search(r"(?<!\.zh)\.md(#|$)", t)]
    assert [t for t in targets if t != page.name and (page.parent / t).with_suffix(".zh.md").is_file()] == []
