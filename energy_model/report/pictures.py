"""Pictures of charts for documents, drawn by the pages themselves in an installed Chromium.

Every chart is defined once, in the scripts of the pages. A Python renderer such as kaleido would need a second definition of each; the
page opened without a window draws the same chart from the same state and needs only a browser.
"""

from __future__ import annotations

import base64
import html
import os
import re
import shutil
import subprocess
import tempfile
import urllib.parse
from pathlib import Path

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.report.map.map_page import write_map
from energy_model.report.page.study_page import write_study_page
from energy_model.weather.files import replacing

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
QUIET = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
LIMIT_S = 120


class PictureError(EnergyModelError):
    """A picture cannot be made; the message gives the reason."""


def chart_names() -> list[str]:
    """Names of all charts: the map and those of the study page."""
    files = sorted((Path(__file__).parent / "page" / "charts").glob("*.js"))
    return ["map", *(name for f in files for name in re.findall(r'^chart\("(\w+)"', f.read_text(encoding="utf-8"), flags=re.MULTILINE))]


def find_browser() -> str:
    """Program of an installed Chromium.

    Raises
    ------
    PictureError
        When there is none.
    """
    program = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if program is None:
        raise PictureError(
            say(
                "Pictures need an installed Chromium, Chrome or Edge, and none was found. On Debian or Ubuntu: "
                "apt-get install chromium fonts-noto-cjk. Or open the page and use its save button.",
                "出图需要 Chromium、Chrome 或 Edge，未找到。Debian 或 Ubuntu：apt-get install chromium "
                "fonts-noto-cjk。也可打开网页，用页面上的“存图”按钮。",
            )
        )
    return program


def write_picture(folder: Path, chart: str, file_format: str, state: str = "", size: str = "1200x700", to: Path | None = None) -> Path:
    """Write one chart of a result as a picture.

    Parameters
    ----------
    folder : Path
        Result folder; the page that has the chart is written first when it is missing.
    chart : str
        One of `chart_names`.
    file_format : str
        ``png`` (twice the size, for print) or ``svg``.
    state : str
        State of the page as in its address, such as ``lang=en&week=1152``; without `lang` in the language of the program.
    size : str
        Width and height [px], such as ``1200x700``.
    to : Path, optional
        File to write; by default ``<chart>.<format>`` in the result folder.

    Raises
    ------
    PictureError
        When no browser is installed, the size is not understood, or the result has nothing to show in that chart.
    """
    found = re.fullmatch(r"(\d{3,4})x(\d{3,4})", size)
    if not found:
        raise PictureError(
            say(
                f"The size '{size}' is not understood; write width x height in pixels, such as 1200x700.",
                f"尺寸“{size}”无法识别；请写宽x高（像素），如 1200x700。",
            )
        )
    page = folder / ("map.html" if chart == "map" else "report.html")
    program = find_browser()
    if not page.is_file() or "deliverPicture" not in page.read_text(encoding="utf-8"):  # an earlier version's page cannot do it
        if chart == "map":
            write_map(folder)
        else:
            write_study_page(folder)
    state = state.lstrip("#")
    if "lang" not in urllib.parse.parse_qs(state):
        state = f"lang={say('en', 'zh')}&{state}"
    wanted = {"picture": chart, "format": file_format, "width": found[1], "height": found[2]}
    address = f"{page.resolve().as_uri()}#{urllib.parse.urlencode(wanted)}&{state}"
    with tempfile.TemporaryDirectory() as profile:
        # Chromium refuses its sandbox to root; the only page opened is our own, whose policy lets nothing else run.
        root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        own = [*root, f"--user-data-dir={profile}", "--window-size=1400,1000", "--virtual-time-budget=60000"]
        command = [program, *QUIET, *own, "--dump-dom", address]
        try:
            done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            raise PictureError(
                say(
                    f"The browser did not finish within {LIMIT_S} s; nothing was written.",
                    f"浏览器未在 {LIMIT_S} 秒内完成，未写入任何文件。",
                )
            ) from None
    data = _picture_in(done.stdout.decode("utf-8", "replace"), chart)
    path = to or folder / f"{chart}.{file_format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return path


def _picture_in(document: str, chart: str) -> bytes:
    """The picture that the page has embedded as a data address."""
    found = re.search(r'<pre id="picture"[^>]*>([^<]*)</pre>', document)
    if not found:
        raise PictureError(
            say(
                "The browser did not draw the page; nothing was written. Is it able to run without a window?",
                "浏览器未能绘出网页，未写入任何文件。该浏览器能否无窗口运行？",
            )
        )
    if not found[1]:
        raise PictureError(say(f"This result has nothing to show in the chart '{chart}'.", f"此结果没有图 '{chart}'。"))
    head, _, body = html.unescape(found[1]).partition(",")
    return base64.b64decode(body) if head.endswith("base64") else urllib.parse.unquote(body).encode()
