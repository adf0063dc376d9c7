"""What the server lists: result folders, their files, their tables."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.report import html
from energy_model.report.words import certificate_words, horizon_words, percent, weather_words
from energy_model.results import contract
from energy_model.results.store import StoreError, read_manifest, read_table
from energy_model.units import YI_CNY_PER_MCNY

__all__ = ["chosen_rows", "files", "index_page", "read_table", "result_folders", "result_page", "table_page"]

BACK = '<nav><a href="/">全部结果 All results</a></nav>'
SERVED = (".html", ".csv", ".xlsx", ".json", ".nc", ".png", ".svg")
PAGES = {"map.html": "地图 map", "report.html": "研究页 study page", "page.html": "研究页 study page"}
MOST_ROWS = 2000
"""Rows a page shows; the files hold all."""


def result_folders(results: Path) -> dict[str, Path]:
    """Finished results by name; hidden folders and links are none."""
    found = results.iterdir() if results.is_dir() else ()
    folders = [p for p in found if p.is_dir() and not p.is_symlink() and not p.name.startswith(".") and (p / "manifest.json").is_file()]
    return {p.name: p for p in sorted(folders)}


def files(folder: Path) -> dict[str, Path]:
    """Files of a result that may be sent, by their path inside it, those of its years too; links are left out."""
    inside = [p for p in folder.iterdir() if p.is_dir() and not p.is_symlink() and not p.name.startswith(".")]
    found = [*folder.iterdir(), *(p for place in inside for p in place.iterdir())]
    return {
        p.relative_to(folder).as_posix(): p
        for p in sorted(found)
        if p.suffix in SERVED and p.is_file() and not p.is_symlink() and not p.name.startswith(".")
    }


def index_page(folders: dict[str, Path]) -> str:
    """List of the results with a form that compares two of them."""
    if not folders:
        return "<h1>结果 Results</h1><p>还没有结果。请先运行 There are no results yet; run: <code>make optimize</code></p>"
    rows = []
    for name, folder in folders.items():
        link = f'<a href="/{quote(name)}/">{escape(name)}</a>'
        try:
            cells = [escape(text).replace("\n", "<br>") for text in _described(read_manifest(folder))]
        except (KeyError, StoreError):
            cells = ["旧版结果，无法读取 an older result that cannot be read", "", "", "", "", ""]
        rows.append(f"<tr><td>{link}</td>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
    heads = (
        "结果 result",
        "研究 study",
        "时段 horizon",
        "气象 weather",
        "年费用 cost, 亿元 100 MCNY",
        "校核 certificate",
        "计算时间 solved at",
    )
    head = "".join(f"<th>{h}</th>" for h in heads)
    options = "".join(f"<option>{escape(name)}</option>" for name in folders)
    form = (
        f'<form action="/compare"><label>对比 compare <select name="a">{options}</select></label> '
        f'<label>与 with <select name="b">{options}</select></label> <button>显示 show</button></form>'
    )
    return f"<h1>结果 Results</h1>{form}<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def kind(manifest: dict) -> str:
    """What made a result folder: ``plan``, ``pathway``, ``ensemble``, ``commitment`` or ``flexibility``; codes of group ``result_kind``."""
    marks = {"foresight": "pathway", "weather_years": "ensemble", "relaxed_mcny": "commitment"}
    found = next((name for key, name in marks.items() if key in manifest), "plan")
    return "flexibility" if found == "plan" and "with" in manifest["certificate"] else found


def _described(m: dict) -> list[str]:
    """Study, horizon, weather, yearly cost, certificate and time of a result of any kind; a line break between languages."""
    made = kind(m)
    title = f"{m['title_zh']}\n{m['title_en']}" if "title_zh" in m else m["scenario"]
    if made == "pathway":
        title += f"\n{label('result_kind', made)}: {', '.join(map(str, m['years']))}"
    elif made != "plan":
        title += f"\n{label('result_kind', made)}"
    span = str(horizon_words(m)) if "hours" in m else str(m.get("horizon") or f"{m['start']}, {m['days']} d")
    air = str(weather_words(m)) if "weather_kind" in m else ", ".join(m.get("weather_years", ()))
    yearly = f"{m['objective_mcny'] * YI_CNY_PER_MCNY:z,.2f}" if "objective_mcny" in m else ""
    yearly += f" {label('result_kind', 'present_value')}" if made == "pathway" else ""
    return [title, span, air, yearly, _judged(m, made).zh, m.get("created", "")]


def _judged(m: dict, made: str) -> Label:
    """Words of the certificate, or of the weakest of several."""
    if made == "plan":
        return certificate_words(m)
    if made == "ensemble":  # its gap is proven over all years together
        return Label(f"相对间隙 {percent(m['gap'])}", f"relative gap {percent(m['gap'])}")
    several = m["certificates"] if made == "pathway" else list(m["certificate"].values())
    return certificate_words({"certificate": max(several, key=lambda c: (not c["passed"], c["gap"] / c["gap_limit"]))})


def result_page(folder: Path) -> str:
    """Pages, workbooks and tables of one result."""
    pages, tables, other = [], [], []
    for path in files(folder):
        link = f'<a href="/{quote(folder.name)}/{quote(path)}">'
        if path.startswith("tables/"):
            name = path.removeprefix("tables/").removesuffix(".csv")
            words = LABELS["sheet"].get(name) or (contract.title(name) if name in contract.tables() else None)
            shown = f'<a href="/{quote(folder.name)}/show/{quote(name)}">{escape(name)}</a>'
            tables.append(f"<tr><td>{shown}</td><td>{escape(str(words or ''))}</td><td>{link}CSV</a></td></tr>")
        elif path.endswith(".html"):
            place, _, page = path.rpartition("/")
            pages.append(f"<li>{link}{escape(f'{place} {PAGES.get(page, page)}'.strip())}</a></li>")
        else:
            other.append(f"<li>{link}{escape(path)}</a></li>")
    head = "<tr><th>表 table</th><th>内容 content</th><th>全表 whole</th></tr>"
    return (
        f"{BACK}<h1>{escape(folder.name)}</h1><h2>页面 Pages</h2><ul>{''.join(pages)}</ul><h2>文件 Files</h2><ul>{''.join(other)}</ul>"
        f"<h2>表格 Tables</h2><table><thead>{head}</thead><tbody>{''.join(tables)}</tbody></table>"
    )


def chosen_rows(frame: pd.DataFrame, query: dict[str, str]) -> pd.DataFrame:
    """Rows that contain a text in any cell (``q``), in the order of a column (``by``), falling where ``down`` is set.

    Raises
    ------
    ValueError
        When there is no such column.
    """
    if text := query.get("q", "").strip().lower():
        hit = frame.astype(str).apply(lambda c: c.str.lower().str.contains(text, regex=False)).any(axis=1)
        frame = frame[hit]
    if by := query.get("by", ""):
        if by not in frame:
            raise ValueError(f"no column '{by}'")
        frame = frame.sort_values(by, ascending=not query.get("down"), kind="stable")
    return frame.reset_index(drop=True)


def table_page(folder: Path, name: str, frame: pd.DataFrame, query: dict[str, str], link: str, again: str) -> str:
    """A table with a filter, its order, and downloads of exactly these rows."""
    options = "".join(
        f'<option value="{escape(str(c))}"{" selected" if query.get("by") == c else ""}>{escape(str(c))}</option>' for c in frame.columns
    )
    down = " checked" if query.get("down") else ""
    form = (
        f'<form action="{escape(link)}"><label>筛选 filter <input name="q" value="{escape(query.get("q", ""))}"></label> '
        f'<label>排序 order <select name="by"><option value=""></option>{options}</select></label> '
        f'<label><input type="checkbox" name="down" value="1"{down}> 降序 falling</label> <button>显示 show</button> '
        f'<a href="{escape(link)}.csv?{escape(again)}">CSV</a> <a href="{escape(link)}.xlsx?{escape(again)}">XLSX</a></form>'
    )
    more = (
        f'<p class="note">显示前 {MOST_ROWS} 行，文件含全部 first {MOST_ROWS} rows shown, the files hold all</p>'
        if len(frame) > MOST_ROWS
        else ""
    )
    up = f'<nav><a href="/">全部结果 All results</a> › <a href="/{quote(folder.name)}/">{escape(folder.name)}</a></nav>'
    count = f'<p class="note">{len(frame)} 行 rows</p>'
    return f"{up}<h1>{escape(name)}</h1>{form}{count}{more}{html.table(frame.head(MOST_ROWS))}"
