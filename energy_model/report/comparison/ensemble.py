"""Page and workbook of a plan for many weather years."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

from energy_model.labels import label
from energy_model.report import html
from energy_model.report.colours import DIFFERENCE, STACK
from energy_model.report.workbook.files import write_plain_workbook

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


HEADS = {"family": "类别 kind<br><small>family</small>"}
LEAST_SHOWN_MW = 1.0


def write_ensemble(tables: Mapping[str, pd.DataFrame], scenario: str, folder: Path, verdict: str = "") -> list[Path]:
    """Write ``index.html`` and ``ensemble.xlsx`` into the folder; `verdict` is the sentence of the certificate."""
    shown = dict(tables) | {
        "capacities": tables["capacities"].round(3),
        "summary": tables["summary"].assign(meaning=[str(label("ensemble", f)) for f in tables["summary"].figure]),
    }
    body = f"<h1>多气象年方案 One plan for many weather years: {escape(scenario)}</h1>"
    body += f'<p class="note">{escape(verdict)}</p>' if verdict else ""
    for n, (title, figure) in enumerate(_charts(tables).items()):
        body += f"<h2>{title}</h2>" + figure.to_html(full_html=False, include_plotlyjs=n == 0, config={"displaylogo": False})
    titled = {name: title for name, title in TITLES.items() if name in shown}
    body += "".join(f"<h2>{title}</h2>{html.table(shown[name], HEADS)}" for name, title in titled.items() if name not in LONG)
    (folder / "index.html").write_text(html.page(f"{scenario} ensemble", body), encoding="utf-8")
    write_plain_workbook(folder / "ensemble.xlsx", {name: shown[name] for name in titled})
    return [folder / "index.html", folder / "ensemble.xlsx"]


def _charts(tables: Mapping[str, pd.DataFrame]) -> dict[str, go.Figure]:
    """Cost of each year, its export and curtailment, and the dependence of capacities on the weather."""
    certified = tables.get("certified_years")
    years, horizon = tables["years"], "典型周 typical weeks" if certified is not None else "方案 the plan"
    cost = go.Figure()
    alone = "单独规划 planned for this year alone"
    for column, name, symbol in (("cost_mcny", horizon, "circle-open"), ("alone_mcny", alone, "x-thin-open")):
        cost.add_scatter(x=years.weather_year, y=years[column], name=name, mode="markers", marker={"symbol": symbol, "size": 10})
    if certified is not None:
        cost.add_scatter(x=certified.weather_year, y=certified.whole_mcny, name="逐时 every hour", mode="markers", marker={"size": 10})
    cost.update_yaxes(title="年费用 yearly cost, MCNY")
    shown = years if certified is None else certified
    energy = go.Figure()
    energy.add_bar(x=shown.weather_year, y=100 * shown.curtailed_share, marker_color=STACK["curtailed"])
    energy.update_yaxes(title="弃电率 curtailed, %")
    built = tables["capacities"]
    most = built[["capacity_mw_or_mwh", "most_alone"]].max(axis=1)
    moved = built[(most >= LEAST_SHOWN_MW) & (built.most_alone - built.least_alone > 0.01 * most)].sort_values("capacity_mw_or_mwh")
    names = [
        f"{zh} ({code}{', MWh' if family == 'store_energy' else ''})<br>{en}"
        for family, code, zh, en in zip(moved.family, moved.element, moved.item_zh, moved.item_en, strict=True)
    ]
    range_of = go.Figure()
    range_of.add_bar(
        x=moved.most_alone - moved.least_alone, y=names, base=moved.least_alone, orientation="h", width=0.5,
        name="各年单独规划的范围 range over plans of single years", marker_color=DIFFERENCE["same"],
    )  # fmt: skip
    mark = {"color": DIFFERENCE["more"], "size": 9}
    range_of.add_scatter(x=moved.capacity_mw_or_mwh, y=names, mode="markers", name="统一方案 the plan", marker=mark)
    range_of.update_xaxes(title="MW, MWh")
    range_of.update_layout(height=180 + 34 * len(moved))
    range_of.update_yaxes(tickfont={"size": 10})
    for figure in (cost, energy, range_of):
        figure.update_layout(template="plotly_white", margin={"t": 20, "b": 40}, legend={"orientation": "h", "y": 1.1})
        figure.update_yaxes(automargin=True)
    return {
        "各年费用 Cost of each year": cost,
        "弃电率 Curtailment": energy,
        "取决于气象的装机 Capacities that hang on the weather": range_of,
    }
