"""One short solved study for the tests of operation."""

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from energy_model import run
from energy_model.case import Case
from energy_model.study.horizon import Horizon
from tests.paths import ROOT


@pytest.fixture(scope="session")
def solved(made_once):
    """Result folder of the shipped plan over two days, only to look at."""

    def solve(results: Path) -> None:
        run.optimize(
            Case(ROOT / "inputs", "plan-2015", Horizon.parse("hours:48"), results, ROOT / "weather", threads=1), Console(quiet=True)
        )

    return made_once("two days", solve) / "plan-2015-hours48"


@pytest.fixture
def result_dir(solved, tmp_path):
    """A copy that a test may spoil, under its own name."""
    return Path(shutil.copytree(solved, tmp_path / solved.name))
