"""Options and profiles of the whole suite, and one solved day that all of it shares."""

import gc
import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest
from filelock import FileLock
from hypothesis import settings
from typer import testing
from typer.testing import CliRunner

from energy_model import cli
from energy_model.language import CHOSEN
from tests.paths import ROOT

os.environ[CHOSEN] = "en"  # tests quote the English words, whatever the language of the machine
os.environ.pop("MAKELEVEL", None)  # messages are those of the program itself, whoever started the tests

# No deadline: the first example pays for imports. Derandomized: a red run must be red again.
settings.register_profile("project", deadline=None, derandomize=True, max_examples=12, database=None)
settings.load_profile("project")

testing._get_command = cache(testing._get_command)  # as in the program, commands are made of their signatures once in a process


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept-rows", action="store_true", help="write tests/formulation/accepted_rows again")
    parser.addoption("--slow-part", default="1/1", metavar="K/N", help="of the slow proofs the K-th of N parts only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow proofs of other parts out. A proof is always in the same part, whatever else there is."""
    part, parts = map(int, config.getoption("slow_part").split("/"))
    if not 1 <= part <= parts:
        raise pytest.UsageError(f"--slow-part {part}/{parts}: parts are counted from 1 to {parts}")
    others = [t for t in items if t.get_closest_marker("slow") and crc32(t.nodeid.encode()) % parts != part - 1]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [t for t in items if t not in set(others)]


def pytest_collection_finish() -> None:
    """Take what is loaded out of the sight of the garbage collector, which looks through all of it again and again: a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


OWN = ("PYTEST_", "PYTHONWARNINGS")
"""Environment that pytest changes, and that the command line silences once in a process."""


def _shared() -> dict:
    """What all tests of a process share and none may change for the others."""
    pandas = sys.modules.get("pandas")
    return {
        "working directory": Path.cwd(),
        "what Ctrl-C does": signal.getsignal(signal.SIGINT),
        "silenced logs": logging.root.manager.disable,
        "strings of pandas": pandas.get_option("mode.string_storage") if pandas else None,
    } | {name: value for name, value in os.environ.items() if not name.startswith(OWN)}


def _equations() -> set[str]:
    equation = sys.modules.get("energy_model.formulation.equation")
    return set(equation.REGISTRY) if equation else set()


@pytest.fixture(autouse=True)
def leaves_the_process_as_it_was():
    """What one test leaves behind, another would depend on; what is first imported in a test may add equations and environment."""
    before, equations = _shared(), _equations()
    yield
    after = _shared()
    changed = {name for name, value in before.items() if value is not None and value != after.get(name)}
    assert {name: (before.get(name), after.get(name)) for name in changed} == {}
    assert equations <= _equations()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Folder of a name that is filled once a run by whichever worker is first, only to look at: ``made_once(name, fill)``."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def made(name: str, fill: Callable[[Path], None]) -> Path:
        folder, whole = place / name, place / f"{name}.whole"
        with FileLock(place / f"{name}.lock"):
            if not whole.exists():
                fill(folder)
                whole.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def shipped_day(made_once) -> Path:
    """Result folder of the shipped plan over one day with its pages: solved once a run by whichever worker is first, only to look at."""

    def solve(folder: Path) -> None:
        command = ["optimize", "--inputs", ROOT / "inputs", "--weather", ROOT / "weather", "--results", folder]
        done = CliRunner().invoke(cli.app, [*map(str, command), "--horizon", "hours:24", "--threads", "1"])
        assert done.exit_code == 0, done.output

    return made_once("shipped", solve) / "plan-2015-hours24"


@pytest.fixture
def day_results(shipped_day, tmp_path) -> Path:
    """A results folder with a copy of the solved day that a test may spoil."""
    shutil.copytree(shipped_day, tmp_path / "results" / shipped_day.name)
    return tmp_path / "results"
