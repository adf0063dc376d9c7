"""The local server, asked over the loopback address as a browser, a stranger and a vandal would."""

import http.client
import io
import json
import re
import shutil
import threading
from urllib.parse import quote

import openpyxl
import pandas as pd
import pytest

from energy_model.language import speaking
from energy_model.report.map.map_page import write_map
from energy_model.report.server.server import ResultServer, answer
from energy_model.report.workbook.result_workbook import write_workbooks


@pytest.fixture(scope="module")
def results(solved, tmp_path_factory):
    """Results of two plans, one with a hostile name, beside files that are nobody's business."""
    folder = tmp_path_factory.mktemp("served")
    write_workbooks(solved)
    write_map(solved)
    shutil.copytree(solved, folder / "plan-2015")
    other = shutil.copytree(solved, folder / 'odd <b>&"name')
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    manifest["title_zh"] = manifest["title_en"] = "<script>alert(1)</script>"
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    coal = pd.read_csv(other / "tables" / "coal.csv", encoding="utf-8-sig")
    coal.loc[0, "name_en"] = "=1+1"
    coal.loc[1, "name_en"] = "<img src=x onerror=alert(1)>"
    coal.to_csv(other / "tables" / "coal.csv", index=False, encoding="utf-8-sig")
    (folder / "secret.txt").write_text("hidden words", encoding="utf-8")
    (folder / "unfinished").mkdir()
    (folder / "unfinished" / "map.html").write_text("hidden words", encoding="utf-8")
    (folder / "plan-2015" / "notes.txt").write_text("hidden words", encoding="utf-8")
    (folder / "plan-2015" / "link.csv").symlink_to(folder / "secret.txt")
    (folder / "linked").symlink_to(other, target_is_directory=True)
    (folder / "old").mkdir()
    (folder / "old" / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "torn").mkdir()
    (folder / "torn" / "manifest.json").write_text('{"title_zh": ', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(results):
    with ResultServer(results) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, path, method="GET", host=None, body=None):
    """Status, headers and body of one request; the path is sent as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
    if body:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), content


def test_listens_at_this_machine_only(server):
    """Proves: the default address is the loopback one. Sensitivity: an empty host would listen everywhere."""
    assert server.server_address[0] == "127.0.0.1"


def test_lists_finished_results_only(server):
    """Proves: folders with a manifest are listed, hidden, unfinished and linked ones are not, an unreadable one is said to be old, and
    names and titles are text. Sensitivity: a directory listing, or a title put in unescaped, fails.
    """
    status, _, body = ask(server, "/")
    text = body.decode()
    assert status == 200
    assert 'href="/plan-2015/"' in text
    assert "unfinished" not in text
    assert "linked" not in text
    assert "older result" in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "odd &lt;b&gt;&amp;" in text


@pytest.mark.parametrize(
    ("name", "manifest", "told"),
    [
        (
            "path",
            {"title_zh": "路", "title_en": "path", "hours": 24, "horizon": "hours:24", "weather_kind": "synthetic", "weather": "s-1",
             "foresight": "perfect", "years": [2011, 2016], "objective_mcny": 1234.0, "created": "2026-01-02",
             "certificates": [{"passed": True, "gap": 1e-9, "gap_limit": 1e-7}, {"passed": True, "gap": 5e-8, "gap_limit": 1e-7}]},
            ["逐年路径", "2011, 2016", "合成气象（s-1）", "12.34", "（现值）", "校核通过，相对间隙 0.000005 %", "2026-01-02"],
        ),
        (
            "many",
            {"horizon": "weeks:2", "weather_years": ["v-1", "v-2"], "objective_mcny": 200.0, "gap": 3e-5},
            ["多气象年", "weeks:2", "v-1, v-2", "2.00", "相对间隙 0.003 %"],
        ),
        (
            "fortnight",
            {"start": "2015-01-15", "days": 14, "relaxed_mcny": 100.0,
             "certificate": {c: {"passed": c == "relaxed", "gap": 0, "gap_limit": 1e-7} for c in ("relaxed", "whole")}},
            ["机组组合（整台机组）", "2015-01-15, 14 d", "校核未通过"],
        ),
        (
            "flexible",
            {"horizon": "year", "certificate": {c: {"passed": True, "gap": 0, "gap_limit": 1e-7} for c in ("with", "without")}},
            ["电解铝调节价值", "year", "校核通过"],
        ),
    ],
)  # fmt: skip
def test_results_of_every_kind_are_told(tmp_path, name, manifest, told):
    """Proves: a pathway, an ensemble, days of whole units and the value of potlines stand in the list with what they are, span, weather,
    cost and the weakest of their certificates; pages of years are served. Sensitivity: reading `certificate` alone calls them old.
    """
    folder = tmp_path / name
    (folder / "2011").mkdir(parents=True)
    (folder / "2011" / "report.html").write_text("year 2011", encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"scenario": "plan"} | manifest), encoding="utf-8")
    with speaking("zh"):
        text = answer(tmp_path, "/", {}).body.decode()
    assert "older result" not in text
    for part in told:
        assert part in text
    assert answer(tmp_path, f"/{name}/2011/report.html", {}).body == b"year 2011"
    assert "2011 study page" in answer(tmp_path, f"/{name}/", {}).body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/plan-2015/../secret.txt", "/plan-2015/..%2fsecret.txt", "/plan-2015/%2e%2e/secret.txt", "/..%5csecret.txt",
        "/plan-2015/tables/../../secret.txt", "//etc/passwd", "/plan-2015//etc/passwd", "/plan-2015/notes.txt", "/plan-2015/link.csv",
        "/linked/map.html", "/unfinished/map.html", "/secret.txt", "/plan-2015/tables/", "/plan-2015/tables", "/plan-2015/show/../coal",
        "/plan-2015/show/..%2f..%2fsecret", "/plan-2015/map.html%00.csv", "/.", "/plan-2015/.", "/plan-2015/%ff",
    ],
)  # fmt: skip
def test_nothing_outside_the_results_is_reached(server, path):
    """Proves: no spelling of a path leaves the listed files. Sensitivity: joining the path to a folder would follow some of them."""
    status, _, body = ask(server, path)
    assert status in (400, 404)
    assert b"hidden words" not in body
    assert b"root:" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(server, results, method):
    """Proves: any other method is refused and changes nothing. Sensitivity: a handler for it would answer otherwise."""
    before = sorted(p.as_posix() for p in results.rglob("*"))
    status, headers, _ = ask(server, "/plan-2015/map.html", method, body=b"x")
    assert status == 405
    assert headers["Allow"] == "GET, HEAD"
    assert sorted(p.as_posix() for p in results.rglob("*")) == before


def test_head_has_the_headers_of_get_without_body(server):
    """Proves: HEAD answers like GET. Sensitivity: a body would follow."""
    _, full, body = ask(server, "/plan-2015/tables/coal.csv")
    status, headers, none = ask(server, "/plan-2015/tables/coal.csv", "HEAD")
    assert (status, none) == (200, b"")
    assert headers["Content-Length"] == full["Content-Length"] == str(len(body))


def test_other_host_names_are_refused(server):
    """Proves: a page of another site that points its name here (DNS rebinding) gets nothing. Sensitivity: without the check it reads all
    results.
    """
    assert ask(server, "/", host="evil.example")[0] == 403
    assert ask(server, "/", host=f"evil.example:{server.server_port}")[0] == 403
    assert ask(server, "/", host=f"localhost:{server.server_port}")[0] == 200


@pytest.mark.parametrize("path", ["/", "/plan-2015/", "/plan-2015/map.html", "/plan-2015/tables.xlsx", "/plan-2015/show/coal", "/nothing"])
def test_every_answer_is_locked_down(server, path):
    """Proves: every answer forbids framing, sniffing, loading from elsewhere and scripts that do not stand in the page.
    Sensitivity: a missing policy, or 'unsafe-inline' for scripts, fails.
    """
    _, headers, _ = ask(server, path)
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";") if " " in part.strip())
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in policy.get("script-src", "")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Python" not in headers["Server"]


def test_tables_are_shown_and_downloaded_as_shown(server):
    """Proves: with filter and order, page, CSV and XLSX hold the same rows in the same order, and text stays text in both files.
    Sensitivity: a download of the whole table, or a name run as a formula, fails.
    """
    query = "?q=HLGL&by=capacity_mw&down=1"
    page = ask(server, f"/plan-2015/show/capacity{query}")[2].decode()
    _, headers, csv = ask(server, f"/plan-2015/show/capacity.csv{query}")
    frame = pd.read_csv(io.BytesIO(csv), encoding="utf-8-sig")
    assert 0 < len(frame) < len(pd.read_csv(io.BytesIO(ask(server, "/plan-2015/show/capacity.csv")[2]), encoding="utf-8-sig"))
    assert frame.capacity_mw.is_monotonic_decreasing
    assert "attachment" in headers["Content-Disposition"]
    shown = re.findall(r"<tr><td>([^<]+)</td>", page)
    assert shown == frame.element.tolist()
    sheet = openpyxl.load_workbook(io.BytesIO(ask(server, f"/plan-2015/show/capacity.xlsx{query}")[2])).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == frame.element.tolist()

    odd = "/" + quote('odd <b>&"name')
    page = ask(server, f"{odd}/show/coal")[2].decode()
    assert "<img" not in page
    assert b"'=1+1" in ask(server, f"{odd}/show/coal.csv")[2]
    sheet = openpyxl.load_workbook(io.BytesIO(ask(server, f"{odd}/show/coal.xlsx")[2])).active
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s"


def test_an_unknown_column_is_said(server):
    """Proves: a wrong order column answers in words. Sensitivity: a stack trace, or a closed connection."""
    status, _, body = ask(server, "/plan-2015/show/coal?by=nonsense%3Cscript%3E")
    assert status == 409
    assert b"nonsense&lt;script&gt;" in body


def test_comparison_is_shown(server):
    """Proves: two results are compared on the fly, and an old, torn or unknown one is said.
    Sensitivity: a KeyError or StoreError would drop the connection.
    """
    odd = quote('odd <b>&"name')
    assert ask(server, f"/compare?a=plan-2015&b={odd}")[0] == 200
    assert ask(server, "/compare?a=plan-2015&b=nowhere")[0] == 404
    assert ask(server, "/compare?a=plan-2015&b=old")[0] in (404, 409)
    status, _, body = ask(server, "/compare?a=plan-2015&b=torn")
    assert status == 409
    assert b"damaged" in body


@pytest.mark.browser
def test_the_map_works_under_its_policy(server, browser):
    """Proves: in Chromium the served map draws, nothing is blocked or asked for elsewhere.
    Sensitivity: a script whose hash the policy lacks is blocked, and the console says so.
    """
    page = browser.new_page()
    complaints, requests = [], []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.on("request", lambda r: requests.append(r.url))
    page.goto(f"{server.url}plan-2015/map.html")
    page.wait_for_selector("body[data-ready]")
    assert not [c for c in complaints if "favicon" not in c]
    assert not [url for url in requests if not url.startswith((server.url, "data:", "blob:"))]
    page.close()
