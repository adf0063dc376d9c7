"""Page and workbook of a plan for many weather years."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import pandas as pd

from energy_model.labels import label
from energy_model.report import html
from energy_model.report.compare import write_workbook

TITLES = {
    "summary": "汇总 Summary",
    "certified_years": "逐时校核 Every hour of each year",
    "years": "各气象年 Weather years",
    "capacities": "装机 Capacities",
    "capacity_values": "各年容量价值 What one more kW saves each year",
    "rounds": "收敛过程 Convergence",
}
LONG = ("capacity_values",)
"""Tables for the workbook only."""


def write_ensemble(tables: Mapping[str, pd.DataFrame], scenario: str, folder: Path, verdict: str = "") -> list[Path]:
    """Write ``index.html`` and ``ensemble.xlsx`` into the folder; `verdict` is the sentence of a certificate."""
    shown = dict(tables) | {"summary": tables["summary"].assign(meaning=[str(label("ensemble", f)) for f in tables["summary"].figure])}
    body = f"<h1>多气象年方案 One plan for many weather years: {escape(scenario)}</h1>"
    body += f'<p class="note">{escape(verdict)}</p>' if verdict else ""
    body += "".join(f"<h2>{title}</h2>{html.table(shown[name])}" for name, title in TITLES.items() if name in shown and name not in LONG)
    (folder / "index.html").write_text(html.page(f"{scenario} ensemble", body), encoding="utf-8")
    write_workbook(folder / "ensemble.xlsx", {name: shown[name] for name in TITLES if name in shown})
    return [folder / "index.html", folder / "ensemble.xlsx"]
