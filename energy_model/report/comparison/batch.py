"""The table of a batch of runs as page, CSV and workbook."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from energy_model.labels import label
from energy_model.report import html
from energy_model.report.workbook.files import write_plain_workbook
from energy_model.results.folders import whole_folder
from energy_model.results.store import write_tables


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
        ``index.html``, ``runs.csv``, ``runs.xlsx``.
    """
    shown = table.assign(status=[str(label("run_status", s)) for s in table.status])
    with whole_folder(target) as folder:
        (folder / "index.html").write_text(html.page("多方案计算 Runs", _body(shown, table)), encoding="utf-8")
        write_tables({"runs": table}, folder, "")
        write_plain_workbook(folder / "runs.xlsx", {"runs": shown})
    return [target / name for name in ("index.html", "runs.csv", "runs.xlsx")]


def _body(shown: pd.DataFrame, table: pd.DataFrame) -> str:
    done = table.status.isin(["solved", "kept"])
    pages = {"report": "研究页 study page", "map": "地图 map"}
    links = "".join(f"<li>{escape(run)}: {' · '.join(_link(run, p, w) for p, w in pages.items())}</li>" for run in table.run[done])
    failed = table[table.status == "failed"]
    count = f"{int(done.sum())} / {len(table)}"
    note = f'<p class="note">已完成 finished: {count}；失败 failed: {len(failed)}</p>'
    return f"<h1>多方案计算 Runs</h1>{note}{html.table(shown)}<h2>各结果 The results</h2><ul>{links}</ul>"


def _link(run: str, page: str, words: str) -> str:
    return f'<a href="../{quote(run)}/{page}.html">{words}</a>'
