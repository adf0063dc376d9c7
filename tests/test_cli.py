"""The command line as a planner meets it."""

import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from energy_model import cli
from tests.paths import ROOT

PLANNING = ("optimize", "pathway", "check", "scenarios", "weather", "bench", "explain", "rerun", "flexibility", "capacity-credit")
OPERATION = ("commit", "island", "redispatch", "calibrate", "curve", "increment", "sensitivity", "screen", "break-even")
BEYOND = ("frontier", "alternatives", "clause-costs", "bargain")
SHARING = ("map", "report", "tables", "picture", "docs", "export-pypsa", "serve", "compare", "diff", "run-all")
COMMANDS = (*PLANNING, *OPERATION, *BEYOND, *SHARING)
runner = CliRunner()


@pytest.fixture
def inputs(tmp_path):
    """Folder with two named scenarios and no tables: enough for what happens before reading."""
    folder = tmp_path / "inputs"
    (folder / "scenarios").mkdir(parents=True)
    for name, purpose in (("plan-2015", "The plan as written"), ("outlook", "Today's fleet")):
        text = f'purpose_en = "{purpose}"\npurpose_zh = "{purpose}"\n'
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def run(*args):
    return runner.invoke(cli.app, [str(a) for a in args], env={"COLUMNS": "200"})


def test_help_is_quick_and_lists_the_commands():
    """Proves: help answers without loading pandas, Pyomo or the solver, and names every command.
    Sensitivity: one heavy import at the top of cli.py puts those modules into the list.
    """
    code = "import sys; sys.argv = ['energy-model', '--help']\nfrom energy_model.cli import main\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "heavy = 'pandas pyomo highspy xarray plotly scipy'.split()\n"
    code += "print('HEAVY', [m for m in heavy if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout
    for command in COMMANDS:
        assert command in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    """Proves: each command has help with a text. Sensitivity: a broken option declaration raises here."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


@pytest.mark.parametrize("command", ["optimize", "check", "bench"])
def test_unknown_scenario_lists_the_known_ones(command, inputs):
    """Proves: exit code 2 and both known names.
    Sensitivity: a bare FileNotFoundError would exit 1 and name a path.
    """
    result = run(command, "--inputs", inputs, "--scenario", "plan-2051")
    assert result.exit_code == 2
    assert "plan-2051" in result.output
    assert "plan-2015" in result.output
    assert "outlook" in result.output


def test_missing_inputs_folder_is_told(tmp_path):
    """Proves: a wrong --inputs exits 2 and names the folder looked in.
    Sensitivity: an empty list of scenarios would mislead.
    """
    result = run("optimize", "--inputs", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.output.replace("\n", "")


def test_sentences_before_reading_are_in_one_language(inputs, tmp_path):
    """Proves: a folder without scenarios, a horizon that is none, an unknown overlay and solver are told wholly in the language asked for;
    overlays and scenarios are listed apart, each under its name. Sensitivity: an English sentence with a Chinese tail.
    """
    for args, en, zh in (
        (("check", "--inputs", tmp_path / "nowhere"), "There are no scenarios in", "中没有方案"),
        (("optimize", "--horizon", "hour:24"), "Did you mean hours:24?", "无法识别时段"),
        (("check", "--inputs", inputs, "--scenario", "plan-2015+nope"), "Known: none. Scenarios: outlook", "可选：无。方案：outlook"),
        (("optimize", "--inputs", inputs, "--solver", "higs"), "Did you mean highs?", "是否应为 highs？"),
    ):
        english, chinese = (run("--lang", chosen, *args) for chosen in ("en", "zh"))
        assert english.exit_code == chinese.exit_code == 2
        assert en in english.output
        assert english.output.isascii()
        assert zh in chinese.output
        assert not any(word in chinese.output for word in ("There", "Did", "Known", "not understood"))


@pytest.mark.parametrize("command", ["optimize", "map", "tables", "bench"])
def test_bad_horizon_is_refused_before_any_work(command):
    """Proves: exit code 2 and the forms that are understood.
    Sensitivity: reading it late would cost the planner minutes.
    """
    result = run(command, "--horizon", "fortnight")
    assert result.exit_code == 2
    assert "weeks:N" in result.output


@pytest.mark.parametrize("command", ["map", "report", "tables"])
def test_reports_of_a_missing_result_say_how_to_make_it(command, tmp_path):
    """Proves: exit code 2 and the command that makes the result.
    Sensitivity: a stack trace about a missing file.
    """
    result = run(command, "--results", tmp_path, "--scenario", "outlook", "--horizon", "weeks:4")
    assert result.exit_code == 2
    assert "optimize --scenario outlook --horizon weeks:4" in result.output.replace("\n", "")


def test_pages_refuse_results_that_cannot_be_shown(tmp_path):
    """Proves: a torn manifest gives exit code 5 and is called damaged, as by every command; a result without tables, a missing result to
    compare with and an unknown chart give exit code 2 and a sentence. Sensitivity: a traceback.
    """
    folder = tmp_path / "plan-2015"
    folder.mkdir()
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    for command in ("map", "report"):
        result = run(command, "--results", tmp_path)
        assert (result.exit_code, "damaged" in result.output) == (5, True)
    (folder / "manifest.json").write_text('{"scenario": "plan-2015", "title_zh": "x", "horizon": "year"}', encoding="utf-8")
    for command in ("map", "report"):
        result = run(command, "--results", tmp_path)
        assert result.exit_code == 2
        assert "optimize --scenario plan-2015" in result.output.replace("\n", "")
    result = run("map", "--results", tmp_path, "--with", "no-export:weeks:4")
    assert result.exit_code == 2
    assert "optimize --scenario no-export --horizon weeks:4" in result.output.replace("\n", "")
    result = run("picture", "sunburst", "--results", tmp_path)
    assert result.exit_code == 2
    assert "waterfall" in result.output


def test_scenarios_are_listed_with_their_purpose(inputs):
    """Proves: names and purposes come from the files.
    Sensitivity: a built-in list would miss a planner's own scenario.
    """
    result = run("scenarios", "--inputs", inputs)
    assert result.exit_code == 0
    for text in ("plan-2015", "The plan as written", "outlook", "Today's fleet"):
        assert text in result.output


def test_all_input_errors_are_shown_with_place_rule_and_advice(tmp_path):
    """Proves: `check` on broken tables exits 2 and shows each error's file, row, value and what to do.
    Sensitivity: stopping at the first error would leave out the second table.
    """
    inputs = tmp_path / "inputs"
    shutil.copytree(ROOT / "inputs", inputs)
    for name, old, new in (("nodes.csv", "county", "county?"), ("finance.csv", "0.08", "eight percent")):
        text = (inputs / name).read_text(encoding="utf-8")
        assert old in text
        (inputs / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    for words, said in (((), "allowed"), (("--lang", "zh"), "可选值")):
        result = run(*words, "check", "--inputs", inputs)
        assert result.exit_code == 2
        for part in ("nodes.csv", "county?", "finance.csv", "eight percent", said):
            assert part in result.output


def test_stopping_leaves_earlier_results_and_says_so(inputs, monkeypatch):
    """Proves: Ctrl-C during a run exits 130 with the sentence.
    Sensitivity: uncaught it would exit 1 with a trace.
    """
    from energy_model import run as running

    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "optimize", interrupted)
    result = run("optimize", "--inputs", inputs, "--results", inputs.parent / "results")
    assert result.exit_code == 130
    assert "earlier results are unchanged" in result.output


def test_solver_and_certificate_failures_have_their_own_exit_codes(inputs, monkeypatch):
    """Proves: an unsolved study exits 3 and an uncertified one 4, each with its sentence.
    Sensitivity: a script around the command could not tell them from wrong inputs.
    """
    from energy_model import run as running
    from energy_model.results.certificate import CertificateError
    from energy_model.solving.ladder import SolveError

    for fault, code in (
        (SolveError("no plan meets clause A"), 3),
        (CertificateError("gap 0.2 is too large"), 4),
    ):

        def fails(*_args, fault=fault):
            raise fault

        monkeypatch.setattr(running, "optimize", fails)
        result = run("optimize", "--inputs", inputs, "--results", inputs.parent / "results")
        assert result.exit_code == code
        assert str(fault) in result.output
