"""Systems that are not at hand: modules of POSIX missing, as on Windows; consoles with few characters; names of files."""

import re
import shlex
import subprocess
import sys

import pytest
import typer

from energy_model import cli
from energy_model.study.horizon import Horizon
from tests.paths import ROOT

WITHOUT_POSIX = """
import importlib, os, pkgutil, signal, sys
from pathlib import Path
from types import SimpleNamespace

# Packages of others have their own ways on every system: they are imported as here.
import distributed, highspy, netCDF4, numba, pandas, pandera, plotly.graph_objects, psutil, pvlib, pydantic, pyomo.environ, rich.progress
import scipy.sparse.linalg, SALib, typer

import filelock, xarray, xlsxwriter

for name in ("resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "crypt", "spwd", "syslog", "readline"):
    sys.modules[name] = None  # an import of it is a ModuleNotFoundError from now on
for name in ("sched_getaffinity", "getuid", "geteuid", "killpg", "setsid", "statvfs", "fork", "uname", "nice", "mkfifo"):
    delattr(os, name)
for name in ("pthread_sigmask", "SIGHUP", "SIGKILL", "SIGUSR1", "alarm", "setitimer"):
    delattr(signal, name)

import energy_model
from energy_model.solving import memory

memory.sys = SimpleNamespace(platform="win32")
memory.os = SimpleNamespace()
memory.Path = lambda text: Path("no such drive")
memory.psutil = lambda: SimpleNamespace(
    virtual_memory=lambda: SimpleNamespace(total=16e9),
    Process=lambda: SimpleNamespace(memory_info=lambda: SimpleNamespace(peak_wset=1.5e9)),
)

for module in pkgutil.walk_packages(energy_model.__path__, "energy_model."):
    if not module.name.startswith("energy_model.solving.solvers.") and module.name != "energy_model.__main__":
        importlib.import_module(module.name)

assert memory.peak_memory_gb() == memory.resident_gb() == 1.5e9 / memory.BYTES_PER_GB

from energy_model.ending import ended_well

with ended_well():
    sys.argv = ["energy-model", "--lang", "zh", "new", "study", "--example"]
    try:
        importlib.import_module("energy_model.cli").main()
    except SystemExit as end:
        assert not end.code, end.code
    sys.argv = ["energy-model", "--lang", "zh", "optimize", "--inputs", "study/inputs", "--weather", "study/weather", "--scenario", "base"]
    sys.argv += ["--horizon", "hours:24", "--threads", "1"]
    importlib.import_module("energy_model.cli").main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp437", "gbk"])
def test_a_study_is_made_and_solved_without_posix(encoding, tmp_path):
    """Proves: every module is imported, and a study made, solved and written with its pages, where modules, functions and signals of POSIX
    are missing and memory is told by psutil, on consoles of Windows, in Chinese. Sensitivity: ``import resource`` at the top of a module,
    or a character that the console does not have.
    """
    env = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", WITHOUT_POSIX], cwd=tmp_path, env=env, capture_output=True)
    said = done.stdout.decode(encoding, "replace") + done.stderr.decode(encoding, "replace")
    assert done.returncode == 0, said[-3000:]
    made = {p.name for p in (tmp_path / "results" / "base-hours24").iterdir()}
    assert made >= {"map.html", "report.html", "tables.xlsx", "results.nc", "manifest.json", "run.log"}
    if encoding == "gbk":
        assert "完成" in said


def test_names_of_results_are_names_on_every_system():
    """Proves: folders of results, with overlays, weather year and horizon, have no character that Windows refuses in a name, and no two
    differ in case alone. Sensitivity: the colon of ``weeks:4`` in a folder.
    """
    names = [Horizon.parse(text).folder("plan-2015+dear-coal@synthetic-2") for text in ("year", "weeks:4", "hours:24", "weeks:2/hours:672")]
    assert len({name.lower() for name in names}) == 4
    ours = [p.relative_to(ROOT).as_posix() for folder in ("inputs", "weather", "examples", "docs") for p in (ROOT / folder).rglob("*")]
    ours += [p.relative_to(ROOT).as_posix() for p in (ROOT / "energy_model").rglob("*") if "__pycache__" not in p.parts]
    assert len({name.lower() for name in ours}) == len(set(ours))
    for name in [*names, *ours]:
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]|[. ](?=/|$)', name), name
        parts = [part.partition(".")[0].upper() for part in name.split("/")]
        assert not {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"} & set(parts), name
        assert len(name) < 120, name


def test_the_file_that_starts_the_program_on_windows():
    """Proves: its lines end as Windows wants them, it has no character beyond ASCII, every jump has its label, and each command of the
    program in it exists with its options. Sensitivity: a command or an option that is renamed.
    """
    content = (ROOT / "start.bat").read_bytes()
    assert content.isascii()
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
    text = content.decode()
    jumps = set(re.findall(r"goto (\w+)", text))
    assert jumps == set(re.findall(r"^:(\w+)", text, re.M))
    commands = re.findall(r'"%PYTHON%" -m energy_model ([^|\r\n]+)', text)
    assert len(commands) == 3
    group = typer.main.get_command(cli.app)
    for line in commands:
        name, *rest = shlex.split(line)
        assert {o for o in rest if o.startswith("--")} <= {o for p in group.commands[name].params for o in p.opts}
