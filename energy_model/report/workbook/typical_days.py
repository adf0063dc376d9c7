"""Typical days in the customary layout: items down, hours across, a stack of supply below; and the chart of the delivery curve."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from energy_model.labels import LABELS
from energy_model.report.columns import word
from energy_model.report.shown_units import unit_of
from energy_model.report.workbook.native_charts import COLOURS, SERIES, dress
from energy_model.report.workbook.style import Style
from energy_model.results.city import DEMAND, SUPPLY

HEADING = 2  # row of the first heading, which stays in view
CHART_ROWS = 16
CURVE_ROWS, MOST_CHARTS = 22, 12
"""Rows that a chart of the delivery curve takes, and how many such charts there are at most."""


def write_typical_days(book, sheet, style: Style, table: pd.DataFrame) -> None:
    """Write every typical day: a block of items by hour with sums, and a chart of it.

    Parameters
    ----------
    table : DataFrame
        ``day``, ``date``, ``hour`` and powers [MW].
    """
    unit = unit_of("x_mw", style.language)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 24, 7.5)
    sheet.set_column(25, 25, 12)
    sheet.freeze_panes(HEADING + 1, 1)
    sheet.repeat_rows(0, HEADING - 1)  # each day has its own heading, at the top of a page
    row = HEADING
    for day, part in table.groupby("day", sort=False):
        words = word(LABELS["day"][day], style.language) if day in LABELS["day"] else str(day)
        title = f"{words} {part.date.iloc[0]}"
        sheet.write_string(row, 0, f"{title}\n（{unit.words}）", style.head)
        sheet.set_row(row, 32)
        for k, hour in enumerate(part.hour):
            sheet.write_string(row, 1 + k, style.say(f"{hour}时", f"{hour} h"), style.head)
        sheet.write_string(row, 1 + len(part), style.say("日电量\n（万千瓦时）", "energy\n(MWh)"), style.head)
        row = _write_day(book, sheet, style, part, row, title)
        sheet.set_h_pagebreaks([*getattr(sheet, "hbreaks", []), row])


def _write_day(book, sheet, style: Style, part: pd.DataFrame, heading: int, title: str) -> int:
    unit, hours = unit_of("x_mw", style.language), len(part)
    place: dict[str, int] = {}
    row = heading
    for side, named in (("supply", SUPPLY), ("demand", DEMAND), ("", ("curtailed_mw",))):
        start, names = row + 1, [name for name in named if name in part]
        for name in names:
            row += 1
            place[name] = row
            sheet.write_string(row, 0, style.word("item", name.removesuffix("_mw")), style.text)
            for k, value in enumerate(part[name]):
                sheet.write_number(row, 1 + k, value * unit.factor + 0.0, style.number(unit.format))
            _day_sum(sheet, style, row, hours, float(part[name].sum()) * unit.factor, style.number(unit.format))
        if side:
            row += 1
            place[side] = row
            sheet.write_string(row, 0, style.say("合计：", "total: ") + style.word("side", side), style.sum_text)
            for k in range(hours):
                formula = f"=SUM({xl_rowcol_to_cell(start, 1 + k)}:{xl_rowcol_to_cell(row - 1, 1 + k)})"
                total = float(part[list(names)].iloc[k].sum()) * unit.factor
                sheet.write_formula(row, 1 + k, formula, style.sum_number(unit.format), total)
            _day_sum(sheet, style, row, hours, float(part[list(names)].to_numpy().sum()) * unit.factor, style.sum_number(unit.format))
    sheet.insert_chart(row + 1, 0, _day_chart(book, sheet.get_name(), style, part, heading, place, title), {"object_position": 1})
    return row + 1 + CHART_ROWS


def _day_sum(sheet, style: Style, row: int, hours: int, value: float, form) -> None:
    sheet.write_formula(row, 1 + hours, f"=SUM({xl_range(row, 1, row, hours)})", form, value)


def _day_chart(book, name: str, style: Style, part: pd.DataFrame, heading: int, place: dict[str, int], title: str):
    hours = len(part)
    chart = book.add_chart({"type": "area", "subtype": "stacked"})
    for item in SUPPLY:
        if part[item].abs().max() > 1e-3:
            fill = {"color": COLOURS[item.removesuffix("_mw")]}
            row = place[item]
            chart.add_series(
                {
                    "name": [name, row, 0],
                    "categories": [name, heading, 1, heading, hours],
                    "values": [name, row, 1, row, hours],
                    "fill": fill,
                }
            )
    lines = book.add_chart({"type": "line"})
    for item, colour in (("demand", "#000000"), ("export_mw", "#D55E00")):
        row, line = place[item], {"color": colour, "width": 1.75}
        lines.add_series(
            {"name": [name, row, 0], "categories": [name, heading, 1, heading, hours], "values": [name, row, 1, row, hours], "line": line}
        )
    chart.combine(lines)
    dress(chart, style, unit_of("x_mw", style.language).words, {"width": 1200, "height": 310})
    chart.set_title({"name": title, "name_font": {"size": 11}, "overlay": False})
    return chart


def write_curve_charts(book, sheet, writer, row: int) -> None:
    """Charts of the delivery curve beside its table from a row on: one line per contract, a chart per run of hours without gaps."""
    powers = [c for c in writer.columns if c.name.endswith("_mw")]
    if not powers or not len(writer.table):
        return
    time = pd.DatetimeIndex(writer.table["time"])
    breaks = np.flatnonzero(np.diff(time.to_numpy()) != np.timedelta64(1, "h")) + 1
    runs = list(itertools.pairwise([0, *breaks.tolist(), len(time)]))
    for number, (first, after) in enumerate(runs[:MOST_CHARTS]):
        chart = _curve_chart(book, sheet.get_name(), writer, powers, (writer.first + first, writer.first + after - 1))
        if len(runs) > 1:
            chart.set_title({"name": f"{time[first]:%Y-%m-%d} – {time[after - 1]:%m-%d}", "name_font": {"size": 11}})
        sheet.insert_chart(row + 1 + number * CURVE_ROWS, len(writer.columns) + 1, chart)


def _curve_chart(book, name: str, writer, powers: list, rows: tuple[int, int]):
    chart = book.add_chart({"type": "line"})
    for number, column in enumerate(powers):
        k = writer.at[column.name]
        chart.add_series(
            {
                "name": [name, writer.heading_row, k],
                "categories": [name, rows[0], 0, rows[1], 0],
                "values": [name, rows[0], k, rows[1], k],
                "line": {"color": SERIES[number % len(SERIES)], "width": 0.75},
            }
        )
    dress(chart, writer.style, unit_of("x_mw", writer.style.language).words, {"width": 1000, "height": 420})
    return chart
