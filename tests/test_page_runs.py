"""Tables of the documentation that come from runs: what pages name exists, and they hold what the commands give."""

import json
import re
import shlex
from itertools import pairwise

import pandas as pd
import pytest
from typer.main import get_command

from energy_model import cli, page_runs
from energy_model.labels import LABELS
from energy_model.page_runs import BLOCK, PageRunError, blocks, filled_table, pages_with_blocks, write_runs
from energy_model.results import contract, variables
from energy_model.study import contract as inputs
from energy_model.study.horizon import Horizon
from tests.paths import ROOT

PAGES = sorted(p for p in (ROOT / "docs").glob("*.md") if "<!-- run:" in p.read_text(encoding="utf-8"))
ONE = """<!-- run: optimize --scenario x --horizon weeks:1; calibrate --scenario x --horizon weeks:1
     | table: x-weeks1/calibration | columns: item, value, deviation_share | rows: not given -->
old
<!-- end -->
"""


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_what_a_page_names_exists(page):
    """Proves: every command of a block is read by the program with all its options, its scenario stands in the inputs, the table is one of
    the catalogue with the columns named, and its folder is that of a command of this page.
    Sensitivity: an option or a column that was renamed.
    """
    group = get_command(cli.app)
    made = set()
    for block in blocks(page):
        for command in block.commands:
            name, *options = shlex.split(command)
            group.get_command(None, name).make_context(name, list(options))
            said = dict(pairwise(options))
            batch = options[: options.index("--horizon")] if name == "run-all" else []
            for scenario in batch or [said["--scenario"]]:
                first, *overlays = scenario.split("+")
                assert (ROOT / "inputs" / "scenarios" / f"{first}.toml").is_file()
                assert all((ROOT / "inputs" / "overlays" / f"{o}.toml").is_file() for o in overlays)
                span = said.get("--horizon")
                made.add(scenario + (f"-{span.replace(':', '')}" if span and Horizon.parse(span).kind != "year" else ""))
            made |= {said["--name"]} if batch else set()
        assert block.folder in made or block.folder.removesuffix("-ensemble") in made
        assert set(block.columns) <= {c.name for c in contract.columns(block.table)}
        if block.rows:
            pd.DataFrame({c.name: pd.Series(dtype=object) for c in contract.columns(block.table)}).query(block.rows, engine="python")


@pytest.fixture
def result(tmp_path):
    folder = tmp_path / "x-weeks1"
    (folder / "calibration").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"sha256": {"a.csv": "0" * 64}}), encoding="utf-8")
    rows = {"item": ["green_gwh", "wind_mw"], "value": [3500, 900], "deviation_share": [-0.0970, 0.0], "given": [False, True]}
    rows |= {"scenario": "x", "microgrid": "M", "band_share": 0.15, "model": [3161, 900], "within": True, "unit": ["GWh", "MW"]}
    pd.DataFrame(rows)[contract.column_names("calibration")].to_csv(folder / "calibration" / "calibration.csv", index=False)
    return tmp_path


def test_a_block_is_filled_by_hand(result):
    """Proves: one row that is no input, in words, with thousands, a share in percent, and the fingerprint of the inputs.
    Sensitivity: codes, shares as fractions, all rows, or figures without the inputs they are of.
    """
    page = result / "page.md"
    page.write_text(ONE, encoding="utf-8")
    (block,) = blocks(page)
    assert block.commands == ("optimize --scenario x --horizon weeks:1", "calibrate --scenario x --horizon weeks:1")
    text = filled_table(block, result, "en")
    assert "| wind and solar energy used | 3,500.00 | -9.70% |" in text
    assert "wind capacity" not in text
    assert re.search(r"Inputs `[0-9a-f]{16}`", text)


def test_both_languages_hold_the_table_of_one_run(result, monkeypatch):
    """Proves: a command runs once for the pages of both languages; the Chinese one has the words and units of its
    workbook: 3,500 GWh are 35 亿千瓦时. Sensitivity: a second run, or English words and units on a Chinese page.
    """
    ran = []
    monkeypatch.setattr(page_runs, "_run", lambda page, command, results: ran.append(command))
    for name in ("page.md", "page.zh.md"):
        (result / name).write_text(ONE.replace("value, ", "value, unit, "), encoding="utf-8")
    assert [p.name for p in write_runs(result, result, lambda _: None)] == ["page.md", "page.zh.md"]
    assert [command.split()[0] for command in ran] == ["optimize", "calibrate"]
    english, chinese = ((result / name).read_text(encoding="utf-8") for name in ("page.md", "page.zh.md"))
    assert "| item | value | unit | deviation |" in english
    assert "| 项目 | " in chinese
    assert "| wind and solar energy used | 3,500.00 | GWh | -9.70% |" in english
    assert "| 绿电电量 | 35.00 | 亿千瓦时 | -9.70% |" in chinese
    assert re.search(r"\n输入 `[0-9a-f]{16}`。\n", chinese)


def test_a_block_in_one_language_only_is_refused(tmp_path):
    """Proves: pages of two languages have the same blocks. Sensitivity: a table that a translation forgot, or of another run."""
    (tmp_path / "page.md").write_text(ONE, encoding="utf-8")
    (tmp_path / "page.zh.md").write_text(ONE.replace("not given", "given"), encoding="utf-8")
    with pytest.raises(PageRunError, match=r"page\.zh\.md.* page\.md"):
        pages_with_blocks(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("<!-- end -->", ""), "no '<!-- end -->'"),
        (("deviation_share", "deviation"), "deviation"),
        (("/calibration", "/calibrations"), "calibrations"),
        (("| rows", "| row"), "known: run, table"),
    ],
)
def test_a_wrong_block_is_refused_with_its_page(tmp_path, change, words):
    """Proves: a block without end, with an unknown column, table or item is refused with page and fault. Sensitivity: a block left out."""
    page = tmp_path / "page.md"
    page.write_text(ONE.replace(*change), encoding="utf-8")
    with pytest.raises(PageRunError, match=words) as told:
        blocks(page)
    assert str(page) in str(told.value)


def test_a_command_that_fails_leaves_the_page(tmp_path):
    """Proves: a command that the program refuses is named with its page, and the page keeps its text. Sensitivity: an empty table."""
    page = tmp_path / "page.md"
    page.write_text(ONE, encoding="utf-8")
    with pytest.raises(PageRunError, match="optimize --scenario x"):
        write_runs(tmp_path, tmp_path / "results", lambda _: None)
    assert page.read_text(encoding="utf-8") == ONE


@pytest.mark.slow
def test_a_page_holds_what_its_commands_give(tmp_path):
    """Proves: the first block of the page on microgrids, run again, has the same rows and, within 2 %, the same figures.
    Sensitivity: figures of inputs before, or typed by hand.
    """
    text = (ROOT / "docs" / "microgrids.md").read_text(encoding="utf-8")
    first = BLOCK.search(text)[0]
    (tmp_path / "microgrids.md").write_text(first, encoding="utf-8")
    write_runs(tmp_path, tmp_path / "results", lambda _: None)
    again = (tmp_path / "microgrids.md").read_text(encoding="utf-8")
    number = re.compile(r"-?[\d,]+\.\d+")
    table = [BLOCK.search(t)[3].partition("Inputs")[0] for t in (first, again)]
    assert number.sub("#", table[0]) == number.sub("#", table[1])
    figures = [[float(n.replace(",", "")) for n in number.findall(t)] for t in table]
    assert figures[1] == pytest.approx(figures[0], rel=0.02, abs=0.5)


def test_the_ten_questions_name_what_exists():
    """Proves: both languages have ten questions with the same commands; every command of the program is read with its options; every code
    in the text is a table, column, variable, input or command of this version.
    Sensitivity: a column renamed, a command in one language only.
    """
    words = {"zh": "questions.zh.md", "en": "questions.md"}
    texts = {lang: (ROOT / "docs" / file).read_text(encoding="utf-8") for lang, file in words.items()}
    commands = {lang: re.findall(r"^\.venv/bin/energy-model (.*)$", text, re.M) for lang, text in texts.items()}
    assert commands["zh"] == commands["en"]
    group = get_command(cli.app)
    for command in commands["en"]:
        name, *options = shlex.split(command)
        group.get_command(None, name).make_context(name, list(options))
    known = {c.name for t in contract.tables() for c in contract.columns(t)} | set(contract.tables()) | set(variables.variables())
    known |= {c.name for t in inputs.tables() for c in inputs.columns(t)} | set(group.commands) | set(LABELS["ensemble"])
    known |= {p.stem for folder in ("overlays", "scenarios") for p in (ROOT / "inputs" / folder).glob("*.toml")}
    for text in texts.values():
        assert re.findall(r"^## (\d+)\.", text, re.M) == [str(n) for n in range(1, 11)]
        prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        assert not {code for code in re.findall(r"`([a-z_]+[a-z0-9_]*)`", prose)} - known
