"""Local server of results: read-only, limited to result folders and to its own address.

A request never becomes a path: it is looked up in a list made from the result folders, so nothing else is accessible.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from energy_model.language import say
from energy_model.report import html
from energy_model.report.comparison.two_results import comparison
from energy_model.report.server import listing
from energy_model.report.workbook.files import write_plain_workbook
from energy_model.results.difference import CannotCompareError
from energy_model.results.store import StoreError, write_table

LOCAL = ("127.0.0.1", "localhost", "[::1]")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json; charset=utf-8",
    ".nc": "application/x-netcdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
SCRIPT = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Answer:
    """A response."""

    body: bytes
    type: str
    policy: str = f"{NOTHING}; form-action 'none'; sandbox"
    file_name: str = ""
    status: HTTPStatus = HTTPStatus.OK


class ResultServer(ThreadingHTTPServer):
    """Serves one folder of results.

    Parameters
    ----------
    results : Path
    host : str
        Address to listen at.
    port : int
        0 for any free one.
    """

    daemon_threads = True

    def __init__(self, results: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self.results = results
        super().__init__((host, port), Handler)
        self.names = {f"{name}:{self.server_port}" for name in (*LOCAL, host)} | ({*LOCAL, host} if self.server_port == 80 else set())

    @property
    def url(self) -> str:
        """Address of the list of results."""
        return f"http://{self.server_address[0]!s}:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    server: ResultServer
    server_version, sys_version = "energy-model", ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer with headers and body."""
        self._reply(self._answer(), body=True)

    def do_HEAD(self) -> None:
        """Answer with headers only."""
        self._reply(self._answer(), body=False)

    def _refuse(self) -> None:
        self.close_connection = True
        answer = _message(say("This server is read-only.", "仅供读取。"), HTTPStatus.METHOD_NOT_ALLOWED)
        self._reply(answer, body=True, allow="GET, HEAD")

    do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _refuse

    def _answer(self) -> Answer:
        # A page of another site may point its own name at this address (DNS rebinding); its requests carry that name.
        if self.headers.get("Host", "").lower() not in self.server.names:
            return _message(say("Unknown host name.", "主机名不符。"), HTTPStatus.FORBIDDEN)
        parts = urlsplit(self.path)
        try:
            path = unquote(parts.path, errors="strict")
            query = {k: v[-1] for k, v in parse_qs(parts.query, errors="strict", max_num_fields=20).items()}
        except ValueError:
            return _message(say("The address is not understood.", "地址无法解析。"), HTTPStatus.BAD_REQUEST)
        try:
            return answer(self.server.results, path, query)
        except NotFoundError as fault:
            return _message(str(fault), HTTPStatus.NOT_FOUND)
        except (CannotCompareError, StoreError, KeyError, ValueError, OSError) as fault:
            return _message(say(f"This cannot be shown: {fault}", f"无法显示：{fault}"), HTTPStatus.CONFLICT)

    def _reply(self, a: Answer, body: bool, allow: str = "") -> None:
        self.send_response(a.status)
        headers = {
            "Content-Type": a.type,
            "Content-Length": str(len(a.body)),
            "Content-Security-Policy": a.policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        if a.file_name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(a.file_name, safe='')}"
        if allow:
            headers["Allow"] = allow
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(a.body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the console belongs to the planner."""


class NotFoundError(Exception):
    """There is nothing at this address."""


def answer(results: Path, path: str, query: dict[str, str]) -> Answer:
    """Response to a decoded path and its query.

    Paths: ``/``, ``/compare``, ``/<result>/``, ``/<result>/<file>``, ``/<result>/show/<table>`` and the same with ``.csv`` or ``.xlsx``.
    """
    folders = listing.result_folders(results)
    if path == "/":
        return _own_page(say("Results", "结果"), lambda: listing.index_page(folders))
    if path == "/compare":
        first, second = (folders.get(query.get(k, "")) for k in ("a", "b"))
        if first is None or second is None:
            raise NotFoundError(say("Choose two results that are listed.", "请选择两个已列出的结果。"))
        return _own_page(f"{first.name} / {second.name}", lambda: listing.back() + comparison(first, second).body())
    name, _, rest = path[1:].partition("/")
    folder = folders.get(name)
    if folder is None:
        raise NotFoundError(say(f"There is no result '{name}'.", f"没有结果“{name}”。"))
    if not rest:
        return _own_page(name, lambda: listing.result_page(folder))
    kind, _, shown = rest.partition("/")
    if kind == "show":
        return _table(folder, shown, query)
    file = listing.files(folder).get(rest)
    if file is None:
        raise NotFoundError(say(f"'{rest}' is not a file of this result.", f"此结果中没有文件“{rest}”。"))
    content = file.read_bytes()
    if file.suffix == ".html":
        return Answer(content, TYPES[".html"], page_policy(content))
    return Answer(content, TYPES[file.suffix], file_name=f"{name}-{file.name}")


def _table(folder: Path, shown: str, query: dict[str, str]) -> Answer:
    """A table filtered and sorted as requested, as a page or as a file with the same rows."""
    stem, dot, suffix = shown.rpartition(".")
    name = stem if dot and suffix in ("csv", "xlsx") else shown
    path = listing.files(folder).get(f"tables/{name}.csv")
    if path is None:
        raise NotFoundError(say(f"There is no table '{name}'.", f"没有表“{name}”。"))
    frame = listing.chosen_rows(listing.read_table(path), query)
    if name == shown:
        link = f"/{quote(folder.name)}/show/{quote(name)}"
        return _own_page(f"{name} · {folder.name}", lambda: listing.table_page(folder, name, frame, query, link, urlencode(query)))
    file_name = f"{folder.name}-{name}.{suffix}"
    if suffix == "csv":
        text = io.StringIO()
        write_table(frame, text)
        return Answer(text.getvalue().encode("utf-8-sig"), TYPES[".csv"], file_name=file_name)
    buffer = io.BytesIO()
    write_plain_workbook(buffer, {name: frame})
    return Answer(buffer.getvalue(), TYPES[".xlsx"], file_name=file_name)


def page_policy(content: bytes) -> str:
    """Policy of a self-contained page: only its own scripts may run, and nothing may be fetched."""
    hashes = []
    for found in SCRIPT.finditer(content):
        if b"src=" not in found["attributes"].lower() and b"json" not in found["attributes"].lower():
            # Browsers hash the text as parsed, with the line ends of HTML.
            code = found["code"].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            hashes.append(f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'")
    scripts = " ".join(dict.fromkeys(hashes)) or "'none'"
    return f"{NOTHING}; form-action 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"


def _own_page(title: str, body: Callable[[], str]) -> Answer:
    nonce = secrets.token_urlsafe(16)
    text = html.page(title, body(), f' nonce="{nonce}"')
    return Answer(text.encode(), TYPES[".html"], f"{NOTHING}; form-action 'self'; style-src 'nonce-{nonce}'")


def _message(text: str, status: HTTPStatus) -> Answer:
    nonce = secrets.token_urlsafe(16)
    body = html.page(str(status.value), f"{listing.back()}<h1>{status.value}</h1><p>{escape(text)}</p>", f' nonce="{nonce}"')
    return Answer(body.encode(), TYPES[".html"], f"{NOTHING}; form-action 'none'; style-src 'nonce-{nonce}'", status=status)


def serve(results: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` receives the address."""
    with ResultServer(results, host, port) as server:
        ready(server.url)
        server.serve_forever(poll_interval=0.2)
