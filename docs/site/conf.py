"""Settings of the documentation site: the Markdown pages of the project, one site for each language (``make site``).

Sphinx reads the pages where they lie. The tag ``zh`` makes the Chinese site; a page that exists in English only is in both.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage, languages
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

ROOT = Path(__file__).parents[2]
LANGUAGE = "zh" if tags.has("zh") else "en"  # type: ignore[name-defined]  # noqa: F821 (Sphinx defines `tags`)
OTHER = {"zh": "en", "en": "zh"}[LANGUAGE]

# Parts of the navigation: heading in each language, pages in order; pages without a folder are in docs/.
NAVIGATION = """
First steps             | 入门             | tutorial inputs-in-excel pages results glossary
Questions               | 问题             | questions scenarios alternatives negotiation contracts money
Grid and security       | 电网与安全       | power-flow sections security reserves commitment microgrids
Years and weather       | 年份与气象       | pathway ensemble typical-weeks operation hindcast weather/README
Fuel, water, hydrogen   | 燃料、用水与氢气 | coal water-and-emissions converters hydrogen
Lists                   | 清单             | inputs outputs seed-coverage options solvers scaling
For modellers           | 建模             | python exchange exchange-attributes equations examples/README benchmarks/README
Changing the program    | 参与开发         | architecture convergence tests/README docs/sources/README ./CONTRIBUTING
About this project      | 关于本项目       | results/README ./SECURITY licences ./CHANGELOG
"""
# Chinese names of pages that are in English only.
ENGLISH_ONLY = {
    "docs/python": "Python 接口",
    "docs/exchange": "与其他程序交换",
    "docs/exchange-attributes": "PyPSA 属性",
    "docs/equations": "方程",
    "docs/architecture": "程序结构",
    "docs/convergence": "求解器的收敛",
    "docs/licences": "许可与数据来源",
    "docs/sources/README": "数据整理",
    "weather/README": "气象",
    "examples/README": "示例",
    "results/README": "结果目录",
    "benchmarks/README": "与其他程序比较",
    "tests/README": "测试",
    "CONTRIBUTING": "参与开发",
    "SECURITY": "安全问题",
    "CHANGELOG": "更新记录",
}


def _parts() -> list[tuple[str, str, list[str]]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in NAVIGATION.strip().splitlines()]
    return [(en, zh, [n.removeprefix("./") if "/" in n else f"docs/{n}" for n in names.split()]) for en, zh, names in rows]


def _in(language: str, page: str) -> str:
    """Name of a page in the site of a language."""
    return f"{page}.zh" if language == "zh" and (ROOT / f"{page}.zh.md").is_file() else page


PAGES = ["README", *(page for *_, pages in _parts() for page in pages)]
OF = {language: {_in(language, page): page for page in PAGES} for language in ("zh", "en")}

HAN = r"\u2014\u2018-\u201d\u2026\u3001-\u303f\u3400-\u9fff\uff01-\uff60"
"""Chinese characters and punctuation."""

project = {"zh": "energy_model 通辽电力系统逐时规划模型", "en": "energy_model: Tongliao's power system"}[LANGUAGE]
language = {"zh": "zh_CN", "en": "en"}[LANGUAGE]
extensions = ["myst_parser"]
root_doc = _in(LANGUAGE, "README")
include_patterns = [f"{name}.md" for name in OF[LANGUAGE]]
exclude_patterns = [".venv", "node_modules", "build", "dist", ".git", "**/__pycache__"]

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"
highlight_language = "none"

html_theme = "alabaster"
html_theme_options = {"page_width": "min(98vw, 1400px)", "body_max_width": "1080px", "sidebar_width": "250px", "fixed_sidebar": True}
html_title = project
html_static_path = ["static"]
templates_path = ["templates"]
html_sidebars = {"**": ["sidebar.html"]}
html_show_sphinx = html_show_copyright = html_copy_source = html_show_sourcelink = html_use_index = False
html_show_search_summary = False  # would be fetched, which browsers refuse pages opened from a folder


class PairsOfCharacters(SearchLanguage):
    """Chinese text without a dictionary: every pair of neighbouring characters is a word, in the index and in the query."""

    lang = "zh"
    js_splitter_code = r"""
var splitQuery = function (query) {
  return (query.match(/[\u3400-\u9fff]+|[A-Za-z0-9_]+/g) || []).flatMap((run) =>
    /[A-Za-z0-9_]/.test(run) || run.length < 2 ? [run] : [...run].slice(1).map((c, i) => run[i] + c));
};
"""

    def split(self, input: str) -> list[str]:
        """Pairs of Chinese characters, and words and codes."""
        words = []
        for run in re.findall(r"[\u3400-\u9fff]+|[A-Za-z0-9_]+", input):
            words += [run] if run.isascii() or len(run) < 2 else [run[i : i + 2] for i in range(len(run) - 1)]
        return words

    def stem(self, word: str) -> str:
        """Words as they are, in small letters."""
        return word.lower()


class PagesOfTheOtherSite(SphinxPostTransform):
    """Links to pages that only the other language's site has lead there."""

    default_priority = 8  # before MyST resolves links

    def run(self, **_: Any) -> None:
        """Replace the links of one page."""
        for link in list(self.document.findall(pending_xref)):
            target = link["reftarget"]
            if link.get("refdomain") != "doc" or target in OF[LANGUAGE] or target not in OF[OTHER]:
                continue
            place = f"#{link['reftargetid']}" if link.get("reftargetid") else ""
            uri = relative_uri(f"{LANGUAGE}/{self.env.docname}.html", f"{OTHER}/{target}.html") + place
            link.replace_self(nodes.reference("", "", *link.children, refuri=uri, internal=True))


def _source(_: Sphinx, docname: str, source: list[str]) -> None:
    """Leave out the line to the other language and the blanks that ends of lines put between Chinese characters; add the navigation."""
    source[0] = re.sub(rf"^((?![#|]).*[{HAN}])\n(?=[{HAN}])", r"\1", source[0], flags=re.M)
    source[0] = re.sub(r"^(?:English: |中文：)?\[[^\]]*\]\([\w-]+(?:\.zh)?\.md\)\n", "", source[0], count=1, flags=re.M)
    if docname != root_doc:
        return
    for en, zh, pages in _parts():
        own = [(f"{ENGLISH_ONLY[p]}（英文） <{p}>" if LANGUAGE == "zh" and p in ENGLISH_ONLY else _in(LANGUAGE, p)) for p in pages]
        entries = "\n".join(f"/{e}" if "<" not in e else e.replace("<", "</") for e in own)
        source[0] += f"\n\n```{{toctree}}\n:hidden:\n:caption: {zh if LANGUAGE == 'zh' else en}\n:maxdepth: 1\n\n{entries}\n```\n"


def _languages(_: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Tell the switch of languages where the same page is in the other site."""
    other = _in(OTHER, OF[LANGUAGE].get(pagename, "README"))
    context["other_language"] = relative_uri(f"{LANGUAGE}/{pagename}.html", f"{OTHER}/{other}.html")
    context["own_language"] = LANGUAGE


def _mathml(node: nodes.Element, as_block: bool) -> str:
    """A formula for the browser, written as docutils reads it: no sizes of brackets, and fractions of single digits in braces."""
    text = re.sub(r"\\[bB]ig[lr]?(?![a-z])", "", node.astext()).replace(r"\dots", r"\ldots")
    return tex2mathml(re.sub(r"\\[td]?frac(\d)(\d)", r"\\frac{\1}{\2}", text), as_block)


def _inline(writer: Any, node: nodes.Element) -> None:
    writer.body.append(_mathml(node, as_block=False))
    raise nodes.SkipNode


def _display(writer: Any, node: nodes.Element) -> None:
    writer.body.append(f'<div class="math">{_mathml(node, as_block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register what Sphinx lacks: mathematics without a network, search in Chinese, links between two languages."""
    languages["zh"] = PairsOfCharacters
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    app.add_post_transform(PagesOfTheOtherSite)
    app.add_css_file("site.css")
    app.connect("source-read", _source)
    app.connect("html-page-context", _languages)
