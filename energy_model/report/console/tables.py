"""Tables of a command, shortened for the console: in the language in use and its units, codes as labels."""

from __future__ import annotations

import pandas as pd
from rich.table import Table

from energy_model.language import language, say
from energy_model.report.columns import code_words, heading_of
from energy_model.report.shown_units import in_row_units, in_unit, unit_of
from energy_model.results import contract

MOST = 40
"""Rows that are printed; the file has all."""


def console_table(name: str, frame: pd.DataFrame, columns: tuple[str, ...] = ()) -> Table:
    """A table for the console.

    Parameters
    ----------
    name : str
        Of the result table, which says what its codes mean.
    frame : DataFrame
    columns : tuple of str
        Columns shown in this order, those that are there; default those that the contract puts on the console, else all.
    """
    chosen = [c for c in columns or contract.console_columns(name) or frame.columns if c in frame]
    frame = in_row_units(name, frame, language())
    shown = Table(title=contract.title(name).shown)
    texts = []
    for c in chosen:
        number = pd.api.types.is_numeric_dtype(frame[c]) and not pd.api.types.is_bool_dtype(frame[c])
        heading = heading_of(c.removesuffix("_zh"), {}, language(), name)
        unit = unit_of(c, language()).words
        shown.add_column(f"{heading}\n[{unit}]" if unit else heading, justify="right" if number else "left", overflow="fold")
        texts.append(_cells(name, frame, c, number))
    for row in list(zip(*texts, strict=True))[:MOST]:
        shown.add_row(*row)
    if len(frame) > MOST:
        shown.caption = say(f"{MOST} of {len(frame)} rows", f"共 {len(frame)} 行，列出 {MOST} 行")
    return shown


def _cells(table: str, frame: pd.DataFrame, column: str, number: bool) -> list[str]:
    if column.endswith("_zh"):
        return [str(v) for v in frame[f"{column.removesuffix('_zh')}_{language()}"]]
    if number:
        unit = unit_of(column, language())
        if unit.factor != 1.0:
            return ["" if pd.isna(v) else in_unit(v, unit) for v in frame[column]]
        form = "{:z.2%}" if column.endswith("_share") else "{:z,.1f}" if pd.api.types.is_float_dtype(frame[column]) else "{:,}"
        return ["" if pd.isna(v) else form.format(v) for v in frame[column]]
    words = code_words(table, column, frame[column], {}, language(), False)
    return ["" if pd.isna(v) else str(v).replace("; ", "\n") for v in frame[column]] if words is None else list(words)
