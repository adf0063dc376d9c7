"""Tables that a command has made, short enough for the console: both languages, units of the CSV files, codes in words."""

from __future__ import annotations

import pandas as pd
from rich.table import Table

from energy_model.labels import LABELS, Label
from energy_model.report.workbook_style import code_words, heading_of, unit_of

SHOWN: dict[str, tuple[str, ...]] = {
    "supply_curve": (
        "export_gwh", "delivered_gwh", "cost_mcny", "marginal_cny_per_mwh", "segment_cny_per_mwh", "average_cny_per_mwh", "error_mcny",
        "changed",
    ),
    "average_prices": (
        "contract", "energy_gwh", "average_cny_per_mwh", "energy_cny_per_mwh", "capacity_cny_per_mwh", "corridor_cny_per_mwh",
    ),
    "frontier_co2": ("co2_kt", "cost_mcny", "marginal_cny_per_t", "segment_cny_per_t", "error_mcny"),
    "frontier_curtailment": ("curtailed_gwh", "cost_mcny", "marginal_cny_per_mwh", "segment_cny_per_mwh", "error_mcny"),
    "frontier_renewable_share": ("renewable_share", "cost_mcny", "marginal_cny_per_mwh", "segment_cny_per_mwh", "error_mcny"),
    "increments": ("contract", "energy_gwh", "cost_with_mcny", "cost_without_mcny", "incremental_cny_per_mwh"),
    "room_to_move": ("grouping", "item", "epsilon_share", "lowest_mw", "plan_mw", "highest_mw"),
    "alternatives": ("alternative", "cost_mcny", "extra_share", "distance_share"),
    "clause_costs": ("clause", "name", "change", "change_mcny", "by_dual_mcny", "impossible"),
    "bargaining": (
        "item", "case", "energy_gwh", "ours_cny_per_mwh", "theirs_cny_per_mwh", "room_cny_per_mwh", "equal_split_cny_per_mwh", "impossible",
    ),
}  # fmt: skip
"""Columns of the tables that commands print; ``name`` and ``item`` stand for the two columns of names where there are two."""
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
        Columns shown in this order, those that are there; default all but proofs and second names.
    """
    chosen = [c for c in columns or frame.columns if c in frame or f"{c}_zh" in frame]
    title = LABELS["block"].get(name) or LABELS["sheet"].get(name) or Label(name, "")
    shown = Table(title=f"{title.zh} {title.en}")
    texts = []
    for c in chosen:
        number = c in frame and pd.api.types.is_numeric_dtype(frame[c]) and not pd.api.types.is_bool_dtype(frame[c])
        unit = unit_of(c, "en").words
        words = [*dict.fromkeys(heading_of(c, {}, language) for language in ("zh", "en")), *([f"[{unit}]"] if unit else [])]
        shown.add_column("\n".join(words), justify="right" if number else "left", overflow="fold")
        texts.append(_cells(name, frame, c, number))
    for row in list(zip(*texts, strict=True))[:MOST]:
        shown.add_row(*row)
    if len(frame) > MOST:
        shown.caption = f"{MOST} of {len(frame)} rows 行"
    return shown


def _cells(table: str, frame: pd.DataFrame, column: str, number: bool) -> list[str]:
    if column not in frame or (column == "item" and "item_zh" in frame):
        pairs = zip(frame[f"{column}_zh"], frame[f"{column}_en"], strict=True)
        return [" ".join(dict.fromkeys((str(zh), str(en)))) for zh, en in pairs]
    if number:
        form = "{:z.2%}" if column.endswith("_share") else "{:z,.1f}" if pd.api.types.is_float_dtype(frame[column]) else "{:,}"
        return ["" if pd.isna(v) else form.format(v) for v in frame[column]]
    both = [code_words(table, column, frame[column], {}, language, False) for language in ("zh", "en")]
    if both[0] is None or both[1] is None:
        return ["" if pd.isna(v) else str(v).replace("; ", "\n") for v in frame[column]]
    return [" ".join(dict.fromkeys(pair)) for pair in zip(*both, strict=True)]
