"""Scripts of the pages: joined from modules, in words that are known, in lines that can be read."""

import re
from pathlib import Path

import pytest

import energy_model.report
from energy_model.labels import LABELS
from energy_model.report.map.map_page import WORDS as MAP_WORDS
from energy_model.report.page.study_page import WORDS
from energy_model.report.pictures import chart_names
from energy_model.report.shell.bundle import BundleError, bundle

REPORT = Path(energy_model.report.__file__).parent
SCRIPTS = sorted(REPORT.rglob("*.js"))
CHARTS = sorted((REPORT / "page" / "charts").glob("*.js"))
CODE = re.compile(r'\bword\("(\w+)"\)|\b(?:title|absent|label): "(\w+)"|data-word="(\w+)"')
CHART = re.compile(r'^chart\("(\w+)", \{\n(.*?)^\}\);', re.M | re.S)
LONGEST = 140


def modules(folder, **texts):
    """Modules as files; the last one is the entry."""
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / f"{list(texts)[-1]}.js"


def test_modules_are_joined_each_after_what_it_imports(tmp_path):
    """Proves: what is imported stands first and once, further modules before the entry; exported names can be used, others stay
    apart though two modules have the same; no word of import or export is left. Sensitivity: modules in the order of their names.
    """
    entry = modules(
        tmp_path,
        z="const own = 1;\nexport const base = own + 1;\nexport async function later() {}\n",
        m='import { base } from "./z.js";\nconst own = base;\nexport function twice() {\n  return 2 * own;\n}\n',
        f='import { twice } from "./m.js";\nresult.push(twice());\n',
        a='import {\n  base,\n  later,\n} from "./z.js";\nimport "./m.js";\nresult.push(base, later);\n',
    )
    script = bundle(entry, [tmp_path / "f.js"])
    places = [script.index(text) for text in ("own + 1", "2 * own", "push(twice())", "push(base, later)")]
    assert places == sorted(places)
    assert script.count("own + 1") == 1
    assert "const { base, later } = (() => {" in script
    assert not re.search(r"^\s*(import|export)\b", script, re.M)
    assert script.startswith('"use strict";')


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"a": 'import { x } from "./b.js";\n'}, r"a\.js imports \./b\.js, which is no file"),
        ({"b": "const x = 1;\n", "a": 'import { x } from "./b.js";\n'}, r"a\.js imports x from b\.js, which does not export it"),
        ({"b": "export const x = 1;\n", "a": 'import "./b.js";\nexport const x = 2;\n'}, r"a\.js exports 'x', as b\.js does"),
        ({"b": 'import "./a.js";\n', "a": 'import "./b.js";\n'}, r"a\.js → b\.js → a\.js: modules import each other in a circle"),
        ({"a": "export default 1;\n"}, r"a\.js: 'export default 1;' is a form of import or export that cannot be joined"),
        ({"b": "export const x = 1;\n", "a": 'import * as b from "./b.js";\n'}, r"cannot be joined"),
    ],
    ids=["no-file", "not-exported", "one-name-twice", "circle", "default-export", "whole-module"],
)
def test_what_cannot_be_joined_is_refused_in_a_sentence(tmp_path, texts, words):
    """Proves: each such module is named with what is wrong. Sensitivity: a page that breaks only when it is opened."""
    with pytest.raises(BundleError, match=words):
        bundle(modules(tmp_path, **texts))


@pytest.mark.parametrize("page", ["page", "map"])
def test_every_module_of_a_page_is_in_it(page):
    """Proves: no script lies about unused. Sensitivity: a module that `main.js` forgets to import."""
    own = sorted((REPORT / page).rglob("*.js"))
    script = bundle(REPORT / page / "main.js", sorted((REPORT / page / "charts").glob("*.js")))
    assert len(own) > 5
    assert [path.name for path in own if f"// {path.parent.name}/{path.name}\n" not in script] == []


def test_every_chart_has_its_words():
    """Proves: each chart has a title among the words of the page, the source of its figures, and what is said where it has nothing; every
    word that scripts and skeleton ask for by its code is known; pictures know each chart. Sensitivity: a chart whose words
    nobody wrote shows 'undefined'.
    """
    known = {code for group in WORDS for code in LABELS[group]}
    specs = {name: spec for path in CHARTS for name, spec in CHART.findall(path.read_text(encoding="utf-8"))}
    assert len(specs) > 20
    assert chart_names() == ["map", *specs]
    for name, spec in specs.items():
        title = re.search(r'^  title: "(\w+)"', spec, re.M)
        assert re.search(r'^  source: "[^"]+",$', spec, re.M), f"chart {name} does not say where its figures stand"
        assert (title[1] if title else name) in known, f"chart {name}: labels.csv has no words for its title, study,{name}"
        assert "  there" not in spec or re.search(r"^  absent:", spec, re.M) or name == "island", f"chart {name}: 'there' without 'absent'"
    asked = {(path.name, code) for path in _texts("page") for codes in CODE.findall(path.read_text(encoding="utf-8")) for code in codes}
    assert {(name, code) for name, code in asked if code and code not in known} == set()
    on_map = {(path.name, code) for path in _texts("map") for codes in CODE.findall(path.read_text(encoding="utf-8")) for code in codes}
    known_on_map = {code for group in MAP_WORDS for code in LABELS[group]}
    assert {(name, code) for name, code in on_map if code and code not in known_on_map} == set()
    assert CODE.findall('word("x"); absent: "no_x"; <i data-word="y">') == [("x", "", ""), ("", "no_x", ""), ("", "", "y")]


def test_charts_read_only_the_state_that_they_name():
    """Proves: no chart takes the state of the page from elsewhere than `draw`, which gets what the chart reads; so it is drawn anew when
    that changes. Sensitivity: a chart that looks at `state.place` without reading it keeps the old place.
    """
    for path in CHARTS:
        imports = re.findall(r'from "([^"]+)";', path.read_text(encoding="utf-8"))
        assert not [address for address in imports if address.endswith(("/state.js", "/view.js"))], path.name
        assert "../chart.js" in imports, path.name


def _texts(page):
    """Scripts and skeleton of a page."""
    return [path for path in sorted((REPORT / page).rglob("*")) if path.suffix in (".js", ".html")]


def test_lines_of_scripts_styles_and_skeletons_can_be_read():
    """Proves: no line of them is longer than 140 characters, as in Python. Sensitivity: a chart on one line of 600."""
    files = [path for path in REPORT.rglob("*") if path.suffix in (".js", ".css", ".html")]
    assert len(files) > len(SCRIPTS) > 40
    long = {(p.name, k) for p in files for k, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1) if len(line) > LONGEST}
    assert long == set()
