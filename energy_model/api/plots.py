"""Plotly figures of a plan, with units, scenario and horizon in their titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from energy_model.errors import EnergyModelError
from energy_model.labels import LABELS, label
from energy_model.language import language, say
from energy_model.report.colours import STACK, TECHNOLOGY
from energy_model.report.shown_units import shown_unit
from energy_model.report.words import horizon_words
from energy_model.results import series
from energy_model.results.weeks import notable_weeks, starts
from energy_model.study.nearest import likely
from energy_model.units import HOURS_PER_WEEK

BELOW = ("export", "sent", "charge", "loss")
"""Drawn below zero: what leaves a place or is stored or lost."""
PRICE = "cny_per_mwh"


class UnknownViewError(EnergyModelError):
    """There is no such place, week or series to draw."""


@dataclass(frozen=True)
class Plots:
    """Figures of a plan; each method returns a ``plotly.graph_objects.Figure``.

    Attributes
    ----------
    data : Dataset
    tables : Mapping of str to DataFrame
    manifest : dict
    """

    data: xr.Dataset
    tables: Mapping[str, pd.DataFrame]
    manifest: dict[str, Any]

    def dispatch(self, week: str | int = "load", place: str = "city") -> go.Figure:
        """A week of dispatch in a place: supply stacked over exports, charging and losses, demand as a line, the price below [MW, CNY/MWh].

        Parameters
        ----------
        week : str or int
            A notable week (``load``, ``wind``, ``calm``, ``curtailed``, ``festival``), a day such as ``07-15``, or a number from 1.
        place : str
            ``city``, ``node:<node>`` or ``microgrid:<microgrid>``.

        Raises
        ------
        UnknownViewError
        """
        own, hours = self._place(place), self._week(week)
        power, price = (shown_unit(unit, language()) for unit in ("MW", "CNY/MWh"))
        time = self.data.indexes["time"][hours]
        figure = make_subplots(rows=2, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.06)
        drawn = [(name, 1, own[name]) for name in (*series.SUPPLY, "curtailed")] + [(name, -1, own[name]) for name in BELOW]
        for name, sign, values in drawn:
            if not np.any(values > 0.0):
                continue
            look = {"name": _word(name), "stackgroup": "up" if sign > 0 else "down", "fillcolor": STACK[name]}
            line = {"width": 0, "shape": "hv", "color": STACK[name]}
            figure.add_scatter(
                x=time, y=sign * values[hours] * power.factor, line=line, hovertemplate=f"%{{y:,.1f}} {power.words}", **look, row=1, col=1
            )
        demand = series.needed(own)[hours] * power.factor
        figure.add_scatter(x=time, y=demand, name=_word("demand"), line={"color": STACK["load"], "shape": "hv"}, row=1, col=1)
        figure.add_scatter(
            x=time, y=own["price"][hours] * price.factor, name=_word("price"), line={"shape": "hv"}, showlegend=False, row=2, col=1
        )
        figure.update_yaxes(title=power.words, row=1)
        figure.update_yaxes(title=price.words, row=2)
        return self._titled(figure, say("Dispatch", "生产模拟"), place)

    def duration(self, name: str = "price", place: str = "city") -> go.Figure:
        """Hours of the year in which a series lies above a value [MW; CNY/MWh of the price].

        Parameters
        ----------
        name : str
            Of `energy_model.results.series`: ``price``, ``demand``, ``wind``, ``curtailed``, ``export``, ``net_load`` and others.
        place : str
        """
        own = self._place(place)
        values = series.total(own, name) if name in series.SUMS else own.get(name)
        if values is None:
            raise UnknownViewError(_no(say("series", "序列"), name, [*own, *series.SUMS]))
        order = np.argsort(values)[::-1]
        hours = np.cumsum(self.data["weight"].to_numpy()[order])
        unit = shown_unit("CNY/MWh" if name == "price" else "MWh" if name == "level" else "MW", language())
        figure = go.Figure(go.Scatter(x=hours, y=values[order] * unit.factor, line={"shape": "vh"}, name=_word(name)))
        figure.update_layout(xaxis_title=shown_unit("h", language()).words, yaxis_title=unit.words)
        return self._titled(figure, say("Duration curve: ", "持续曲线：") + _word(name), place)

    def capacity(self) -> go.Figure:
        """Existing and new capacity by kind of plant [MW]."""
        table = self.tables["capacity"].groupby("kind", sort=False)[["existing_mw", "new_mw"]].sum()
        table = table.loc[[k for k in (*TECHNOLOGY, *table.index.difference(list(TECHNOLOGY))) if k in table.index]]
        power = shown_unit("MW", language())
        table = table * power.factor
        names = [label("kind", str(kind)).shown for kind in table.index]
        figure = go.Figure(
            [
                go.Bar(x=names, y=table.existing_mw, name=say("existing", "既有"), marker_color="#9a9a9a"),
                go.Bar(x=names, y=table.new_mw, name=say("new", "新建"), marker_color="#0072b2"),
            ]
        )
        figure.update_layout(barmode="stack", yaxis_title=power.words)
        return self._titled(figure, say("Capacity", "装机"), series.CITY)

    @cached_property
    def _places(self) -> dict[str, series.Place]:
        return series.places(self.data)

    def _place(self, place: str) -> series.Place:
        if place not in self._places:
            raise UnknownViewError(_no(say("place", "地点"), place, self._places))
        return self._places[place]

    def _week(self, week: str | int) -> slice:
        """Hours of a week of the horizon."""
        time = self.data.indexes["time"]
        length = min(HOURS_PER_WEEK, len(time))
        notable = notable_weeks(time, self._places[series.CITY])
        if isinstance(week, int):
            count = -(-len(time) // length)
            if not 1 <= week <= count:
                raise UnknownViewError(say(f"There is no week {week}: the plan has {count}.", f"没有第 {week} 周：方案共 {count} 周。"))
            first = min((week - 1) * length, len(time) - length)
        elif week in notable:
            first = notable[week]
        else:
            first = self._week_of(week, time, [*notable])
        return slice(first, first + length)

    @staticmethod
    def _week_of(day: str, time: pd.DatetimeIndex, notable: list[str]) -> int:
        at = np.flatnonzero(time.strftime("%m-%d") == day)
        if not at.size:
            raise UnknownViewError(_no(say("week, or day such as 07-15", "周，或形如 07-15 的日期"), day, notable))
        begins = starts(time)
        return int(begins[begins <= at[0]].max(initial=begins[0]))

    def _titled(self, figure: go.Figure, what: str, place: str) -> go.Figure:
        where = "" if place == series.CITY else f" · {place.partition(':')[2]}"
        small = f"{self.manifest['scenario']} · {horizon_words(self.manifest).shown}"
        figure.update_layout(
            title=f"{what}{where}<br><sup>{small}</sup>", template="plotly_white", hovermode="x unified", legend={"traceorder": "normal"}
        )
        return figure


def _word(name: str) -> str:
    group = next(g for g in ("study", "kind", "item") if name in LABELS[g])
    return label(group, name).shown


def _no(what: str, name: str, known: Any) -> str:
    listed = ", ".join(map(str, known))
    return (
        say(f"There is no {what} '{name}'. ", f"没有{what} '{name}'。") + likely(name, known) + say(f"Known: {listed}", f"可选：{listed}")
    )
