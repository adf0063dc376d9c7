"""One short solved study for all tests of map and workbook, and a browser that logs what it does."""

import os
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from energy_model import run
from energy_model.study.horizon import Horizon

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def solved(tmp_path_factory):
    """Result folder of the shipped plan over one day."""
    results = tmp_path_factory.mktemp("results")
    console = Console(quiet=True)
    return run.optimize(ROOT / "inputs", "plan-2015", Horizon.parse("hours:24"), results, ROOT / "weather", False, 1, console)


@pytest.fixture
def result_dir(solved, tmp_path):
    """A copy that a test may spoil."""
    return Path(shutil.copytree(solved, tmp_path / "result"))


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; without one the tests are skipped, except on the build server, where they fail."""
    program = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if program is None:
        reason = "Chromium is not installed"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield chromium
        chromium.close()
