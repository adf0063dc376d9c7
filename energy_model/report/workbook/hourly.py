"""Sheets of hours: every hour for the screen, and beside it, for print, the mean day of each month."""

from __future__ import annotations

import pandas as pd

from energy_model.report.shown_units import unit_of
from energy_model.report.workbook.style import Column, Style
from energy_model.results.city import whole_months

HEAD = 2  # row of the heading, also of the hours
HOURS = 24


def write_mean_days(sheet, style: Style, table: pd.DataFrame, columns: list[Column], title: str) -> int:
    """Write the mean day of each power beside the hours, as the part of the sheet that is printed; return the first free row.

    Parameters
    ----------
    table : DataFrame
        ``time``, ``weight`` and powers [MW].
    columns : list of Column
        Of the table as it stands on the sheet; the block begins one column after them.
    title : str
        Repeated above the block, as the other title is not printed.
    """
    left, row = len(columns) + 1, HEAD
    time = pd.DatetimeIndex(table["time"])
    whole = whole_months(time, table["weight"].to_numpy())
    sheet.write_string(0, left, title, style.title)
    sheet.write_string(1, left, _note(style, whole), style.note)
    sheet.set_column(left, left, 24)
    sheet.set_column(left + 1, left + HOURS + 1, 7)
    for k in range(HOURS):
        sheet.write_string(HEAD, left + 1 + k, style.say(f"{k}时", f"{k} h"), style.head)
    sheet.write_string(HEAD, left + 1 + HOURS, style.say("平均", "mean"), style.head)
    sheet.write_string(HEAD, left, style.say(f"月平均日（{unit_of('x_mw', 'zh').words}）", "mean day by month (MW)"), style.head)
    for column in (c for c in columns if c.name.endswith("_mw")):
        row = _block(sheet, style, column, mean_days(table, column.name, time, whole), row + 1, left)
    sheet.repeat_rows(0, HEAD)
    sheet.print_area(0, left, row, left + HOURS + 1)
    return row + 1


def mean_days(table: pd.DataFrame, name: str, time: pd.DatetimeIndex, whole: bool) -> pd.DataFrame:
    """Mean power by hour of the day [MW], a row for each month and, as 0, for all hours; of less than a year that one only."""
    energy, weight = table[name] * table["weight"], table["weight"]
    groups = [pd.Series(0, index=table.index)] + ([pd.Series(time.month, index=table.index)] if whole else [])
    parts = [energy.groupby([g, time.hour]).sum() / weight.groupby([g, time.hour]).sum() for g in groups]
    return pd.concat(parts[::-1]).unstack()


def _block(sheet, style: Style, column: Column, days: pd.DataFrame, row: int, left: int) -> int:
    """One item: a line with its name, then its rows; return the row of the last."""
    unit = unit_of(column.name, style.language)
    sheet.write_string(row, left, column.heading.split("\n")[0], style.block_title)
    for month, values in days.iterrows():
        row += 1
        every = month == 0
        words = style.say("全部时段", "all hours") if every else style.say(f"{month}月", f"month {month}")
        sheet.write_string(row, left, words, style.sum_text if every else style.text)
        form = style.sum_number(unit.format) if every else style.number(unit.format)
        for hour, value in values.items():
            if not pd.isna(value):
                sheet.write_number(row, left + 1 + int(hour), float(value) * unit.factor + 0.0, form)
        sheet.write_number(row, left + 1 + HOURS, float(values.mean()) * unit.factor + 0.0, form)
    return row


def _note(style: Style, whole: bool) -> str:
    what = ("各月平均日", "mean day of each month") if whole else ("全部计算时段的平均日", "mean day of all hours solved")
    return style.say(f"打印部分：{what[0]}；逐时数值在左侧各列，不打印", f"printed: {what[1]}; the hours are in the columns to the left")
