"""Listings of the server: result folders, their files, their tables."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.language import language, say
from energy_model.report import html
from energy_model.report.shown_units import figure, shown_unit
from energy_model.report.words import certificate_words, horizon_words, percent, weakest, weather_words
from energy_model.results import contract
from energy_model.results.store import StoreError, read_manifest, read_table

__all__ = ["back", "chosen_rows", "files", "index_page", "read_table", "result_folders", "result_page", "table_page"]

SERVED = (".html", ".csv", ".xlsx", ".json", ".nc", ".png", ".svg")
PAGES = {"map.html": "map", "report.html": "report", "page.html": "report"}
"""Names of pages, and their keys in group ``page`` of the labels."""
MOST_ROWS = 2000
"""Rows a page shows; the files hold all."""


def back() -> str:
    """Link to the list of results."""
    return f'<nav><a href="/">{say("All results", "全部结果")}</a></nav>'


def result_folders(results: Path) -> dict[str, Path]:
    """Finished results by name; hidden folders and links are excluded."""
    found = results.iterdir() if results.is_dir() else ()
    folders = [p for p in found if p.is_dir() and not p.is_symlink() and not p.name.startswith(".") and (p / "manifest.json").is_file()]
    return {p.name: p for p in sorted(folders)}


def files(folder: Path) -> dict[str, Path]:
    """Files of a result that may be sent, by path inside it, including those of its years; links are excluded."""
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
        return (
            f"<h1>{say('Results', '结果')}</h1><p>"
            + f"{say('There are no results yet; run', '还没有结果，请先运行')} <code>make optimize</code></p>"
        )
    rows = []
    for name, folder in folders.items():
        link = f'<a href="/{quote(name)}/">{escape(name)}</a>'
        try:
            cells = [escape(text).replace("\n", "<br>") for text in _described(read_manifest(folder))]
        except (KeyError, StoreError):
            cells = [say("an older result that cannot be read", "旧版结果，无法读取"), "", "", "", "", ""]
        rows.append(f"<tr><td>{link}</td>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
    heads = (
        say("result", "结果"),
        say("study", "研究"),
        say("horizon", "时段"),
        say("weather", "气象"),
        f"{say('yearly cost', '年费用')} {shown_unit('MCNY', language()).words}",
        say("certificate", "校核"),
        say("solved at", "计算时间"),
    )
    head = "".join(f"<th>{h}</th>" for h in heads)
    options = "".join(f"<option>{escape(name)}</option>" for name in folders)
    form = (
        f'<form action="/compare"><label>{say("compare", "对比")} <select name="a">{options}</select></label> '
        f'<label>{say("with", "与")} <select name="b">{options}</select></label> <button>{say("show", "显示")}</button></form>'
    )
    return f"<h1>{say('Results', '结果')}</h1>{form}<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def kind(manifest: dict) -> str:
    """Kind of a result folder: ``plan``, ``pathway``, ``ensemble``, ``commitment`` or ``flexibility``; codes of group ``result_kind``."""
    marks = {"foresight": "pathway", "weather_years": "ensemble", "relaxed_mcny": "commitment"}
    found = next((name for key, name in marks.items() if key in manifest), "plan")
    return "flexibility" if found == "plan" and "with" in manifest["certificate"] else found


def _described(m: dict) -> list[str]:
    """Study, horizon, weather, yearly cost, certificate and time of a result of any kind."""
    made = kind(m)
    title = say(m["title_en"], m["title_zh"]) if "title_zh" in m else m["scenario"]
    if made == "pathway":
        title += f"\n{label('result_kind', made).shown}: {', '.join(map(str, m['years']))}"
    elif made != "plan":
        title += f"\n{label('result_kind', made).shown}"
    span = horizon_words(m).shown if "hours" in m else str(m.get("horizon") or f"{m['start']}, {m['days']} d")
    air = weather_words(m).shown if "weather_kind" in m else ", ".join(m.get("weather_years", ()))
    yearly = figure(m["objective_mcny"], "MCNY", language(), 0) if "objective_mcny" in m else ""
    yearly += f" {label('result_kind', 'present_value').shown}" if made == "pathway" else ""
    return [title, span, air, yearly, _judged(m, made).shown, m.get("created", "")]


def _judged(m: dict, made: str) -> Label:
    """Verdict of the certificate, or of the weakest of several."""
    if made == "plan":
        return certificate_words(m)
    if made == "ensemble":  # its gap is proven over all years together
        return Label(f"相对间隙 {percent(m['gap'])}", f"relative gap {percent(m['gap'])}")
    several = m["certificates"] if made == "pathway" else list(m["certificate"].values())
    return certificate_words({"certificate": weakest(several)})


def result_page(folder: Path) -> str:
    """Pages, workbooks and tables of one result."""
    pages, tables, other = [], [], []
    for path in files(folder):
        link = f'<a href="/{quote(folder.name)}/{quote(path)}">'
        if path.startswith("tables/"):
            name = path.removeprefix("tables/").removesuffix(".csv")
            words = LABELS["sheet"].get(name) or (contract.title(name) if name in contract.tables() else None)
            shown = f'<a href="/{quote(folder.name)}/show/{quote(name)}">{escape(name)}</a>'
            tables.append(f"<tr><td>{shown}</td><td>{escape(words.shown if words else '')}</td><td>{link}CSV</a></td></tr>")
        elif path.endswith(".html"):
            place, _, page = path.rpartition("/")
            named = label("page", PAGES[page]).shown if page in PAGES else page
            pages.append(f"<li>{link}{escape(f'{place} {named}'.strip())}</a></li>")
        else:
            other.append(f"<li>{link}{escape(path)}</a></li>")
    heads = (say("table", "表"), say("content", "内容"), say("whole", "全表"))
    head = "<tr>" + "".join(f"<th>{h}</th>" for h in heads) + "</tr>"
    return (
        f"{back()}<h1>{escape(folder.name)}</h1><h2>{say('Pages', '页面')}</h2><ul>{''.join(pages)}</ul>"
        f"<h2>{say('Files', '文件')}</h2><ul>{''.join(other)}</ul>"
        f"<h2>{say('Tables', '表格')}</h2><table><thead>{head}</thead><tbody>{''.join(tables)}</tbody></table>"
    )


def chosen_rows(frame: pd.DataFrame, query: dict[str, str]) -> pd.DataFrame:
    """Rows that contain a text in any cell (``q``), sorted by a column (``by``), descending if ``down`` is set.

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
    """A table with a filter, sorting, and downloads of exactly these rows."""
    options = "".join(
        f'<option value="{escape(str(c))}"{" selected" if query.get("by") == c else ""}>{escape(str(c))}</option>' for c in frame.columns
    )
    down = " checked" if query.get("down") else ""
    form = (
        f'<form action="{escape(link)}"><label>{say("filter", "筛选")} <input name="q" value="{escape(query.get("q", ""))}"></label> '
        f'<label>{say("order", "排序")} <select name="by"><option value=""></option>{options}</select></label> '
        f'<label><input type="checkbox" name="down" value="1"{down}> {say("descending", "降序")}</label> '
        f"<button>{say('show', '显示')}</button> "
        f'<a href="{escape(link)}.csv?{escape(again)}">CSV</a> <a href="{escape(link)}.xlsx?{escape(again)}">XLSX</a></form>'
    )
    more = (
        f'<p class="note">{say(f"the first {MOST_ROWS} rows are shown, the files hold all", f"显示前 {MOST_ROWS} 行，文件含全部")}</p>'
        if len(frame) > MOST_ROWS
        else ""
    )
    up = f'<nav><a href="/">{say("All results", "全部结果")}</a> › <a href="/{quote(folder.name)}/">{escape(folder.name)}</a></nav>'
    count = f'<p class="note">{say(f"{len(frame)} rows", f"{len(frame)} 行")}</p>'
    return f"{up}<h1>{escape(name)}</h1>{form}{count}{more}{html.table(frame.head(MOST_ROWS), name=name, as_file=True)}"
