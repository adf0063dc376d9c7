"""Help of the command line: in one language at a time, whole in both, and by panels."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import energy_model
from energy_model import cli, language
from energy_model.commands import help as words
from energy_model.labels import LABELS

runner = CliRunner()
CHINESE = re.compile(r"[\u3400-\u9fff]")
SENTENCE = re.compile(r"(?<![-/\w.])[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
"""Three words in a row: names of options, codes and units are shorter."""
GROUP = typer.main.get_command(cli.app)
NAMES = ["", *GROUP.commands, *(f"{group} {name}" for group in words.GROUPS for name in GROUP.commands[group].commands)]


def shown(name, **variables):
    result = runner.invoke(cli.app, [*name.split(), "--help"], env={"COLUMNS": "200", language.CHOSEN: "", **variables})
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("name", NAMES)
def test_help_is_whole_in_either_language(name):
    """Proves: on a Chinese system no line of any help has an English sentence, on others none has Chinese, and both say what is asked.
    Sensitivity: one option whose text is bilingual, or comes from a docstring, shows both on one line.
    """
    chinese = shown(name, LC_ALL="zh_CN.UTF-8")
    assert CHINESE.search(chinese)
    assert [line for line in chinese.splitlines() if SENTENCE.search(line)] == []
    for place in ("C", "en_US.UTF-8"):
        english = shown(name, LC_ALL=place)
        assert [line for line in english.splitlines() if CHINESE.search(line)] == []
    assert english.count("--") == chinese.count("--")


@pytest.mark.parametrize("name", NAMES)
def test_help_is_whole_on_a_narrow_console(name):
    """Proves: at 80 columns every sign of the help is there that is there at 300, in either language.
    Sensitivity: a Chinese sentence, which has no spaces, cut with … at the edge of its column.
    """
    for place in ("zh_CN.UTF-8", "C"):
        narrow, wide = (Counter(re.sub(r"[\s─│╭╮╰╯]", "", shown(name, LC_ALL=place, COLUMNS=width))) for width in ("80", "300"))
        assert narrow == wide


@pytest.mark.parametrize(
    ("variables", "chosen"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "zh_TW", "LC_MESSAGES": "C", "LANG": "C"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_language_of_the_system(variables, chosen, monkeypatch):
    """Proves: LC_ALL goes before LC_MESSAGES and that before LANG; anything but Chinese is English; --lang goes before all of them.
    Sensitivity: reading LANG first would answer Chinese in the second case.
    """
    for name in language.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", "linux")
    assert language.language() == chosen
    for asked in language.LANGUAGES:
        with language.speaking(asked):
            assert language.language() == asked
    assert language.language() == chosen
    monkeypatch.setattr(language, "_user_interface", lambda: "zh_CN")
    assert language.language() == ("zh" if not variables else chosen)


@pytest.mark.parametrize("asked", [["--lang", "zh"], ["--lang=zh"]])
def test_lang_holds_for_help_and_refusals_only_in_its_own_command(asked):
    """Proves: --lang before a command decides help and parsing errors, wherever --help stands, and nothing of it stays.
    Sensitivity: a choice kept in the process would make the last line Chinese.
    """
    plain = {"COLUMNS": "200", language.CHOSEN: "", "LC_ALL": "C"}
    assert "规划" in runner.invoke(cli.app, ["--help", *asked], env=plain).output
    for arguments, said in (
        (["optimise"], "没有命令 'optimise'；是否应为 'optimize'？"),
        (["explain", "--rowss", "1"], "没有选项 --rowss；相近选项："),
        (["island"], "缺少 'microgrid'。"),
        (["island", "x", "--duration", "99"], "'--duration' 的值不合要求：不得大于 24"),
        (["commit", "--first-day", "01-01", "--days", "x"], "'--days' 的值不合要求：应为数字"),
        (["picture", "map", "--format", "jpg"], "'--format' 的值不合要求：'jpg' 不在可选值之列：'png', 'svg'"),
        (["optimize", "a"], "多余的参数：a"),
        (["weather", "grow"], "没有命令 'grow'。"),
        (["optimize", "--threads"], "选项 '--threads' 需要一个值。"),
        (["optimize", "--certify=1"], "选项 '--certify' 不带值。"),
    ):
        result = runner.invoke(cli.app, [*asked, *arguments], env=plain)
        assert result.exit_code == 2
        assert said in result.output
        assert not SENTENCE.search(result.output.replace(said, "")), result.output
    assert not CHINESE.search(runner.invoke(cli.app, ["optimise"], env=plain).output)


def test_a_process_answers_in_the_language_of_its_system():
    """Proves: the real program, not only the runner, reads the environment.
    Sensitivity: words chosen when modules load would be English.
    """
    code = [sys.executable, "-m", "energy_model", "--help"]

    place = {**os.environ, language.CHOSEN: "", "LC_ALL": "zh_CN.UTF-8", "COLUMNS": "200", "PYTHONUTF8": "1"}
    done = subprocess.run(code, env=place, capture_output=True, check=True, cwd=Path(energy_model.__file__).parents[1])
    assert "优化求解一个方案" in done.stdout.decode("utf-8")


def test_every_command_has_a_panel_a_file_of_its_name_and_no_text_without_command():
    """Proves: panels hold all commands, each in a file of its name, and every help text belongs to an option that exists.
    Sensitivity: a command that was dropped would leave its texts behind.
    """
    names = [name for panel in words.PANELS.values() for name in panel]
    assert names == list(GROUP.list_commands(None))
    folder = Path(words.__file__).parent
    assert all((folder / f"{name.replace('-', '_')}.py").is_file() for name in names)
    assert set(words.PANELS) == set(LABELS["panel"])
    used = {words.PROGRAM, "--help", *NAMES} - {""}
    for name in NAMES:
        command = GROUP
        for part in name.split():
            command = command.commands[part]
        for param in command.params:
            used |= {param.help or max(param.opts, key=len), f"{name} {max(param.opts, key=len)}"}
    assert set(LABELS["help"]) - used == set()
