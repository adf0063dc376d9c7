"""Page and workbook of a plan for many weather years."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from energy_model.labels import Label
from energy_model.language import language, say
from energy_model.report import html
from energy_model.report.colours import DIFFERENCE, STACK
from energy_model.report.shown_units import shown_unit
from energy_model.report.workbook.blocks import write_table_sheets

TITLES = {
    "summary": Label("汇总", "Summary"),
    "certified_years": Label("逐时校核", "Every hour of each year"),
    "years": Label("各气象年", "Weather years"),
    "capacities": Label("装机", "Capacities"),
    "capacity_values": Label("各年容量价值", "What one more kW saves each year"),
}
LONG = ("capacity_values",)
"""Tables for the workbook only."""
VERBATIM = ("weather_year", "element")
LEAST_SHOWN_MW = 1.0
SILENT = {"displaylogo": False, "displayModeBar": False, "showTips": False}
"""Settings of Plotly's charts: its own words are English."""
NO_VERDICT = Label("", "")


def write_ensemble(tables: Mapping[str, pd.DataFrame], scenario: str, folder: Path, verdict: Label = NO_VERDICT) -> list[Path]:
    """Write ``index.html``, ``ensemble.xlsx`` and ``ensemble-en.xlsx`` into the folder; `verdict` is the sentence of a certificate."""
    title = Label(f"多气象年方案：{scenario}", f"One plan for many weather years: {scenario}")
    page = html.page_in_both(title, lambda: _body(tables, title, verdict), get_plotlyjs())
    (folder / "index.html").write_text(page, encoding="utf-8")
    built = _rounded(tables)
    shown = dict(tables) | {"capacities": built}
    if "capacity_values" in shown:
        shown["capacity_values"] = shown["capacity_values"].merge(built[["family", "element", "item_zh", "item_en"]], how="left")
    sheets = [(name, title, shown[name]) for name, title in TITLES.items() if name in shown]
    return [folder / "index.html", *write_table_sheets(folder, "ensemble", sheets, {})]


def _rounded(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["capacities"].round(3)


def _body(tables: Mapping[str, pd.DataFrame], title: Label, verdict: Label) -> str:
    """Body of the page in the language in use."""
    shown = dict(tables) | {"capacities": _rounded(tables)}
    body = f"<h1>{escape(title.shown)}</h1>"
    body += f'<p class="note">{escape(verdict.shown)}</p>' if verdict.shown else ""
    for name, figure in _charts(tables).items():
        body += f"<h2>{name}</h2>" + figure.to_html(full_html=False, include_plotlyjs=False, config=SILENT | {"responsive": True})
    for name, words in TITLES.items():
        if name in shown and name not in LONG:
            body += f"<h2>{words.shown}</h2>{html.table(shown[name], name=name, verbatim=VERBATIM)}"
    return body


def _charts(tables: Mapping[str, pd.DataFrame]) -> dict[str, go.Figure]:
    """Cost of each year, its export and curtailment, and how far capacities hang on the weather."""
    certified, years = tables.get("certified_years"), tables["years"]
    cost, money = go.Figure(), shown_unit("MCNY", language())
    planned = say("the plan", "方案") if certified is None else say("typical weeks", "典型周")
    alone = say("planned for this year alone", "单独规划")
    for column, name, symbol in (("cost_mcny", planned, "circle-open"), ("alone_mcny", alone, "x-thin-open")):
        cost.add_scatter(
            x=years.weather_year, y=years[column] * money.factor, name=name, mode="markers", marker={"symbol": symbol, "size": 10}
        )
    if certified is not None:
        every = say("every hour", "逐时")
        cost.add_scatter(x=certified.weather_year, y=certified.whole_mcny * money.factor, name=every, mode="markers", marker={"size": 10})
    cost.update_yaxes(title=f"{say('yearly cost', '年费用')} {money.words}")
    shown = years if certified is None else certified
    energy = go.Figure()
    energy.add_bar(x=shown.weather_year, y=100 * shown.curtailed_share, marker_color=STACK["curtailed"])
    energy.update_yaxes(title=say("curtailment rate, %", "弃风弃光率，%"))
    figures = (cost, energy, _ranges(tables["capacities"]))
    for figure in figures:
        figure.update_layout(template="plotly_white", margin={"t": 20, "b": 40}, legend={"orientation": "h", "y": 1.1})
        figure.update_yaxes(automargin=True)
    titles = (
        say("Cost of each year", "各年费用"), say("Curtailment", "弃风弃光"),
        say("Capacities that depend on the weather year", "随气象年变化的装机"),
    )  # fmt: skip
    return dict(zip(titles, figures, strict=True))


def _ranges(built: pd.DataFrame) -> go.Figure:
    """Capacities that differ between plans for single years, and those of the plan."""
    most = built[["capacity_mw_or_mwh", "most_alone"]].max(axis=1)
    moved = built[(most >= LEAST_SHOWN_MW) & (built.most_alone - built.least_alone > 0.01 * most)].sort_values("capacity_mw_or_mwh")
    units = [shown_unit("MWh" if family == "store_energy" else "MW", language()) for family in moved.family]
    names = [f"{escape(name)} {unit.words}" for name, unit in zip(moved[f"item_{language()}"], units, strict=True)]
    figures = ["capacity_mw_or_mwh", "least_alone", "most_alone"]
    moved = moved.assign(**{name: moved[name] * [unit.factor for unit in units] for name in figures})
    figure = go.Figure()
    figure.add_bar(
        x=moved.most_alone - moved.least_alone, y=names, base=moved.least_alone, orientation="h", width=0.5,
        name=say("range over plans for single years", "各年单独规划的范围"), marker_color=DIFFERENCE["same"],
    )  # fmt: skip
    mark = {"color": DIFFERENCE["more"], "size": 9}
    figure.add_scatter(x=moved.capacity_mw_or_mwh, y=names, mode="markers", name=say("the plan", "统一方案"), marker=mark)
    figure.update_layout(height=140 + 28 * len(moved))
    figure.update_yaxes(tickfont={"size": 10})
    return figure
