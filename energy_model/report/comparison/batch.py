"""The table of a batch of runs as page, CSV and workbook."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from energy_model.labels import Label, label
from energy_model.language import language, say
from energy_model.report import html
from energy_model.report.workbook.blocks import write_table_sheets
from energy_model.results.folders import whole_folder
from energy_model.results.store import write_tables

TITLE = Label("多方案计算", "Runs")


def write_runs(table: pd.DataFrame, target: Path) -> list[Path]:
    """Write the table of a batch.

    Parameters
    ----------
    table : DataFrame
        As `results.runs.run_table`.
    target : Path
        Folder beside the results, written completely or not at all.

    Returns
    -------
    list of Path
        ``index.html``, ``runs.csv``, ``runs.xlsx``, ``runs-en.xlsx``.
    """
    with whole_folder(target) as folder:
        page = html.page_in_both(TITLE, lambda: _body(table))
        (folder / "index.html").write_text(page, encoding="utf-8")
        write_tables({"runs": table}, folder, "")
        books = write_table_sheets(folder, "runs", [("runs", TITLE, table)], {})
    return [target / name for name in ("index.html", "runs.csv", *(book.name for book in books))]


def _body(table: pd.DataFrame) -> str:
    """Body of the page in the language in use."""
    done = table.status.isin(["solved", "kept"])
    links = "".join(f"<li>{escape(run)}: {' · '.join(_link(run, page) for page in ('report', 'map'))}</li>" for run in table.run[done])
    solved, failed = f"{int(done.sum())} / {len(table)}", int((table.status == "failed").sum())
    note = f'<p class="note">{say(f"finished: {solved}; failed: {failed}", f"已完成：{solved}；失败：{failed}")}</p>'
    rows = html.table(table, name="runs", verbatim=("run", "scenario", "weather", "reason"))
    return f"<h1>{TITLE.shown}</h1>{note}{rows}<h2>{say('The results', '各结果')}</h2><ul>{links}</ul>"


def _link(run: str, page: str) -> str:
    return f'<a href="../{quote(run)}/{page}.html#lang={language()}">{escape(label("page", page).shown)}</a>'
