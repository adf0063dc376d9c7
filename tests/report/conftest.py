"""One short solved study for all tests of map and workbook, and a browser that logs what it does."""

import os
import shutil
from pathlib import Path

import pytest

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


PATIENCE_MS = 180_000
"""A page of some megabytes takes 3 s alone and over 30 s, the usual limit, where every core has other work."""


class Patient:
    """A browser whose pages wait long: what a page does is judged, not how busy the machine is."""

    def __init__(self, browser):
        self._browser = browser

    def new_page(self, **options):
        """A page of its own; of a browser in Chinese, unless told otherwise."""
        page = self._browser.new_page(**{"locale": "zh-CN"} | options)
        page.set_default_timeout(PATIENCE_MS)
        return page


@pytest.fixture(scope="session")
def solved(shipped_day, tmp_path_factory):
    """Result folder of the shipped plan over one day, without pages and workbooks."""
    drawn = shutil.ignore_patterns("*.html", "*.xlsx")
    return Path(shutil.copytree(shipped_day, tmp_path_factory.mktemp("results") / shipped_day.name, ignore=drawn))


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
        yield Patient(chromium)
        chromium.close()
