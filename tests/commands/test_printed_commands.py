"""Every command that documents, targets and messages print: it parses, what it names exists, and each kind of it runs."""

import ast
import re
import shlex
import subprocess
from http.server import ThreadingHTTPServer

import pytest
import typer
from typer.testing import CliRunner

from energy_model import cli, invocation
from energy_model.commands.help import GROUPS
from energy_model.commands.shared import read_years, require_scenario
from energy_model.report.workbook.input_workbook import write_input_workbook
from energy_model.solving import capacity_credit
from energy_model.weather.store import load_weather
from tests.paths import ROOT
from tests.support.genx_case import three_zones
from tests.support.pypsa_networks import network, solve

PROGRAM = ".venv/bin/energy-model"
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / f / "README.md" for f in ("weather", "results", "benchmarks"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
GROUP = typer.main.get_command(cli.app)
WRITTEN_BY_READERS = "+more-export"
"""The overlay that the tutorial lets its readers write."""
NOT_RUN = {
    "weather fetch": "asks a server on the internet",
    "bargain": "fifty solves, 30 s of processor time for a day; tests/report/test_pricing_commands.py runs it",
    "break-even": "two solves at least, 7 s for a day; tests/report/test_pricing_commands.py runs it",
    "calibrate": "needs a solved week of another study; tests/analyses/test_calibration.py solves one and runs it",
    "cluster-demo": "starts processes of a cluster, three imports of everything; tests/plans/test_ensemble.py runs it",
    "ensemble": "six solves, 25 s for a day of two years; tests/plans/test_ensemble.py runs it",
    "pathway": "55 s for a day of each of its years; tests/plans/test_pathway_run.py runs it on two",
    "rerun": "solves what it looks at, 7 s for a day; tests/analyses/test_rerun.py runs it",
    "screen": "six solves at least, 30 s for a day; tests/report/test_pricing_commands.py screens",
}
"""Kinds of commands that are parsed but not run here, and why."""


def spans(text):
    """Pieces of code of a document: between backticks, and lines of blocks."""
    block, found = False, []
    for line in text.splitlines():
        if line.startswith("```"):
            block = not block
        elif block or line.startswith("    "):
            found.append(line.partition(" #")[0].strip())
        else:
            found += [span.strip() for span in re.findall(r"`([^`]+)`", line)]
    return found


def printed():
    """(where, text) of every command of this program and every call of make that is printed."""
    found = [(path.name, span) for path in DOCUMENTS if path.name != "CHANGELOG.md" for span in spans(path.read_text(encoding="utf-8"))]
    helps = re.findall(r'e\.g\. (make (?:[^"\\]|\\.)+)"|Name another one like this:  (make \S+)', MAKEFILE)
    found += [("Makefile", a.replace('\\"', '"') or b.replace("$(or", "optimize")) for a, b in helps]
    return [(where, text) for where, text in found if re.match(rf"(make|{re.escape(PROGRAM)}|energy-model|python -m energy_model) ", text)]


PRINTED = printed()
MADE = [(where, text) for where, text in PRINTED if text.startswith("make ")]
OWN = [(where, text) for where, text in PRINTED if not text.startswith("make ")]


def own_words(text):
    """Words of a printed command after the program, which is on the path where the wheel is installed."""
    return shlex.split(text.removeprefix(PROGRAM).removeprefix("energy-model"))


def made(text):
    """Commands of this program that a call of make runs, by `make -n`."""
    done = subprocess.run(["make", "-n", *shlex.split(text)[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line.partition("-m energy_model ")[2] for line in done.stdout.splitlines() if "-m energy_model " in line]


def parsed(words):
    """Parameters of a command as the command line reads them; fails on an unknown command, option or value."""
    name, *rest = words
    group = GROUP
    if name in GROUPS:
        group, (name, *rest) = GROUP.commands[name], rest
    try:
        return group.commands[name].make_context(name, list(rest)).params if not name.startswith("--") else {}
    except typer.Exit:  # help was asked for
        return {}


def named(name):
    """Command of a name, such as ``optimize`` or ``weather make``."""
    group, _, of_group = name.partition(" ")
    return GROUP.commands[group].commands[of_group] if of_group else GROUP.commands[group]


def check(words):
    """Parse a command, and look for the scenarios, weather years and horizons that it names."""
    params = parsed(words)
    named = [params.get("scenario"), *(params.get("scenarios") or ()), *(params.get("others") or ())]
    named += [params[side] for side in ("first", "second", "result") if side in params]
    for text in filter(None, named):
        scenario = str(text).removeprefix("results/").partition(":")[0].removesuffix(WRITTEN_BY_READERS)
        if scenario not in ("network", "inputs"):
            require_scenario(ROOT / "inputs", scenario)
    for years in (params.get("years"), params.get("unseen")):
        for text in [years] if isinstance(years, str) else years or ():
            assert all(re.fullmatch(r"(variable|synthetic)-\d+", year) for year in read_years(text))


def test_documents_print_the_program_as_a_shell_finds_it():
    """Proves: no document tells a bare `energy-model …`, which is not on the path, but where the README installs the wheel.
    Sensitivity: one line without `.venv/bin/`.
    """
    assert len(OWN) > 40
    bare = [(where, text) for where, text in OWN if not text.startswith(f"{PROGRAM} ")]
    of_wheel = {"energy-model new my-study", "energy-model check", "energy-model optimize --horizon weeks:4"}
    assert {text for where, text in bare if where in ("README.md", "README.zh.md")} <= of_wheel
    assert {where for where, _ in bare} <= {"README.md", "README.zh.md", "tutorial.md", "tutorial.zh.md"}  # beside each the way with make


def test_pages_and_workbooks_tell_no_commands():
    """Proves: no word of labels.csv, no text of pages, sheets and annexes asks for a command: who gets them by e-mail has none.
    Sensitivity: 'not computed yet, energy-model curve'.
    """
    texts = {"labels.csv": (ROOT / "energy_model" / "labels.csv").read_text(encoding="utf-8")}
    names = "|".join(sorted(TARGETS | set(GROUP.commands), key=len, reverse=True))
    asked = re.compile(rf"energy-model (?:{names})\b|\bmake (?:{names})\b")
    for path in (ROOT / "energy_model" / "report").iterdir():
        if path.suffix in (".js", ".html"):
            texts[path.name] = path.read_text(encoding="utf-8")
        if path.suffix == ".py" and path.name not in ("listing.py", "server.py", "source.py"):  # seen by who runs the program
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts[path.name] = "\n".join(n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    assert {name: asked.findall(text) for name, text in texts.items() if asked.search(text)} == {}


@pytest.mark.parametrize("text", sorted({text for _, text in OWN}))
def test_every_printed_command_parses_and_names_what_exists(text):
    """Proves: command, options and values are known, and scenarios and weather years exist.
    Sensitivity: a renamed option, a misspelt name.
    """
    check(own_words(text))


@pytest.mark.parametrize("text", sorted({text for _, text in MADE}))
def test_every_printed_target_runs_commands_that_parse(text):
    """Proves: every call of make that is printed names targets, and what they run parses.
    Sensitivity: an option that has another name now and that a target still gives.
    """
    targets = [word for word in shlex.split(text)[1:] if "=" not in word]
    assert set(targets) <= TARGETS
    for line in made(text):
        check(shlex.split(line))


def test_every_target_that_starts_the_program_parses():
    """Proves: as above for all targets, printed or not. Sensitivity: a target that no document names and that fails since a renaming."""
    variables = "A=plan-2015 B=no-export WITH=no-export CONTRACT=LN_TARIFF CERTIFY=yes HORIZON=weeks:8"
    for target in sorted(TARGETS - {"clean"}):
        for extra in ("A=plan-2015 B=no-export", variables):
            for line in made(f"make {target} {extra}"):
                check(shlex.split(line))


def test_every_command_that_messages_tell_parses():
    """Proves: what `invocation.command` is asked to print has options of that command, and that every target it may print exists.
    Sensitivity: a message with an option that was renamed.
    """
    calls = 0
    for path in (ROOT / "energy_model").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "command" and node.args):
                continue
            if not isinstance(node.args[0], ast.Constant):
                continue
            calls += 1
            name, options = node.args[0].value, {keyword.arg for keyword in node.keywords}
            known = {opt.lstrip("-") for p in named(name).params for opt in p.opts}
            assert {o.replace("_", "-") for o in options} <= known, (path.name, name)
    assert calls >= 5
    assert set(invocation.TARGETS) <= TARGETS & set(GROUP.commands)


SMALL = {
    "alternatives": ["alternatives", "--groups", "technology", "--epsilon", "0.02", "--spread", "1"],
    "bench": ["bench", "--log", "{new}/runs.jsonl"],
    "commit": ["commit", "--first-day", "01-01", "--days", "1"],
    "compare": ["compare", "plan-2015", "plan-2015:hours:24", "--output", "{new}/compared"],
    "curve": ["curve", "--points", "2"],
    "diff": ["diff", "plan-2015:hours:24", "no-export"],
    "docs": ["docs", "--output", "{new}/docs"],
    "export-pypsa": ["export-pypsa", "{new}/network"],
    "frontier": ["frontier", "--axis", "co2", "--points", "2"],
    "new": ["new", "{new}/my-study"],
    "import-genx": ["import-genx", "{new}/case", "{new}/imported"],
    "inputs export": ["inputs", "export", "{new}/study.xlsx"],
    "inputs import": ["inputs", "import", "{new}/study.xlsx"],
    "import-pypsa": ["import-pypsa", "{new}/network.nc", "{new}/imported", "--solve"],
    "island": ["island", "huolinhe"],
    "picture": ["picture", "list"],
    "redispatch": ["redispatch", "--look-ahead", "24"],
    "run-all": ["run-all", "plan-2015"],
    "sensitivity": ["sensitivity", "--list"],
    "weather import": ["weather", "import", "{new}/mast.csv", "--name", "mast-2019", "--folder", "{new}"],
    "weather make": ["weather", "make", "--seed", "2", "--weather", "{new}"],
    "weather report": ["weather", "report", "synthetic-1"],
}
"""Smaller instances of printed commands; others run as printed, over a day."""
DAY = ("check", "export-pypsa", "bench", "flexibility", "optimize", "run-all")
"""Commands that would solve more than a day where no horizon is given."""


def small_network(new, results, monkeypatch):
    """A plant and a load for four hours, solved in PyPSA."""
    n = network(4)
    n.add("Bus", "town")
    n.add("Load", "load", bus="town", p_set=50.0)
    n.add("Generator", "plant", bus="town", p_nom=100.0, marginal_cost=20.0)
    solve(n)
    n.export_to_netcdf(new / "network.nc")


def coarse_credits(new, results, monkeypatch):
    """Credits from single days, roughly: each of them would take a hundred dispatches of weeks."""
    for name, value in (("LONGEST_PERIOD_H", 24), ("OTHERS_SHARE", 1.0), ("TOLERANCE", 0.1)):
        monkeypatch.setattr(capacity_credit, name, value)


def mast(new, results, monkeypatch):
    """A year measured at every site, as the planner's own file."""
    year = load_weather("synthetic-1", ROOT / "weather")
    names = {"wind_speed_100m": "wind_speed_100m_m_per_s", "ghi": "ghi_w_per_m2", "temperature": "temperature_degc"}
    table = year[list(names)].to_dataframe().reset_index().rename(columns=names | {"time": "time_beijing"})
    table[["site", "time_beijing", *names.values()]].to_csv(new / "mast.csv", index=False)


def short_visit(new, results, monkeypatch):
    """A server that is closed at once."""
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", lambda self, **_: None)


def exported(new, results, monkeypatch):
    """A workbook of the shipped inputs."""
    write_input_workbook(ROOT / "inputs", new / "study.xlsx", "en")


BEFORE = {
    "capacity-credit": coarse_credits,
    "import-genx": lambda new, *_: three_zones(new / "case"),
    "import-pypsa": small_network,
    "inputs import": exported,
    "serve": short_visit,
    "weather import": mast,
}
"""What there must be before a command, or how it is kept short."""


def kinds():
    """Names of the commands that are printed or that a target runs."""
    lines = [shlex.join(own_words(text)) for _, text in OWN]
    lines += [line for target in TARGETS - {"clean"} for line in made(f"make {target} A=a B=b")]
    lines += [line for text in {text for _, text in MADE} for line in made(text)]
    words = [shlex.split(line) for line in lines]
    return {" ".join(w[:2]) if w[0] in GROUPS else w[0] for w in words if not w[0].startswith("-") and "--help" not in w}


def test_every_kind_of_printed_command_is_run_or_has_a_reason_not_to_be():
    """Proves: every command of the program is printed somewhere, and is run below or has a reason not to be.
    Sensitivity: a new command that no document tells.
    """
    assert kinds() == set(ALL)


ALL = sorted({*GROUP.commands, *(f"{group} {name}" for group in GROUPS for name in GROUP.commands[group].commands)} - {*GROUPS})


LONG = {
    "alternatives", "bench", "capacity-credit", "clause-costs", "commit", "curve", "flexibility", "frontier", "import-pypsa", "increment",
    "inputs export", "inputs import", "island", "redispatch", "weather import",
}  # fmt: skip
"""Kinds that take some seconds; each has tests of its own besides."""


@pytest.mark.parametrize("kind", [pytest.param(k, marks=pytest.mark.slow if k in LONG else ()) for k in sorted(set(ALL) - set(NOT_RUN))])
def test_each_kind_of_printed_command_runs(kind, day_results, tmp_path, monkeypatch):
    """Proves: as printed, over a day of the shipped plan, each kind of command ends well after `make quick` has made the only result; what
    adds to a result tells it in its log. Pages that questions write again are left out: tests/report/test_pricing_commands.py opens them.
    Sensitivity: a command that looks for the year, or reads what an earlier name of an option gave.
    """
    BEFORE.get(kind, lambda *_: None)(tmp_path, day_results, monkeypatch)
    words = [word.format(new=tmp_path) for word in SMALL.get(kind, [kind])]
    params = {p.name: p for p in GROUP.commands[words[0]].params} if words[0] not in GROUPS else {}
    fixed = {"inputs": ROOT / "inputs", "weather": ROOT / "weather", "results": day_results, "threads": 1}
    words += [w for name, value in fixed.items() if name in params for w in (f"--{name}", str(value))]
    words += ["--horizon", "hours:24"] if kind in DAY else []
    asks = "--solve-horizon" in (params["solve"].opts if "solve" in params else ())
    if asks:
        words += ["--solve-horizon", "hours:24"]
        for module in ("page.study_page.write_study_page", "workbook.result_workbook.write_workbooks"):
            monkeypatch.setattr(f"energy_model.report.{module}", lambda folder: [])
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.output
    log = (day_results / "plan-2015-hours24" / "run.log").read_text(encoding="utf-8")
    adds = kind in ("island", "redispatch") or (asks and kind != "sensitivity")  # which lists only
    assert len(re.findall(r"^\d{4}-\d\d-\d\d ", log, re.M)) == 1 + adds
