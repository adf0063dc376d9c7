"""Data of the study page on uncertain inputs: tornado, screening, break-evens; each from the table of its command."""

from __future__ import annotations

import pandas as pd

from energy_model.labels import LABELS, Label, label
from energy_model.report.page.tables import plain
from energy_model.report.shell.page import words
from energy_model.results import contract
from energy_model.study.horizon import solves_named

TORNADO = ("low", "high", "low_change_mcny", "high_change_mcny", "gap_share")
SCREENING = ("mu_star", "mu_star_conf", "sigma")
BREAK_EVEN = ("input", "condition", "outcome", "low", "high", "bracket_low", "bracket_high", "reached_at_low", "reached_at_high")


def uncertainty(tables: dict[str, pd.DataFrame]) -> dict:
    """Rows of the three parts by code; empty if the command was not run."""
    screened = tables.get("screening", pd.DataFrame(columns=["output"]))
    return {
        "tornado": _rows(tables.get("sensitivity"), TORNADO),
        "screening": [
            {
                "output": str(output),
                "name": words(label("output", str(output))),
                "unit": contract.unit_of(str(output).partition("/")[0]),
                "rows": _rows(t, SCREENING),
            }
            for output, t in screened.groupby("output", sort=False)
        ],
        "break_even": _rows(tables.get("break_even"), BREAK_EVEN),
        "horizons": {
            name: [words(solves_named(horizon)) for horizon in sorted(set(tables[name].horizon))]
            for name in ("sensitivity", "screening", "break_even")
            if name in tables
        },
    }


def _rows(table: pd.DataFrame | None, columns: tuple[str, ...]) -> list[dict]:
    if table is None or table.empty or not {"item_zh", *columns} <= set(table.columns):
        return []
    rows = plain(table, columns)
    sure = table.confidence if "confidence" in table else [""] * len(table)
    inputs = table.input if "input" in table else [""] * len(table)
    for row, name, zh, en, confidence in zip(rows, inputs, table.item_zh, table.item_en, sure, strict=True):
        row["unit"] = _unit_of(str(name))
        row["name"] = words(Label(zh, en))
        row["sure"] = words(label("confidence", confidence)) if confidence in LABELS["confidence"] else words(label("study", "range_given"))
        row["judged"] = confidence in ("judgement", "own knowledge")
    return rows


def _unit_of(name: str) -> str:
    """Unit of the column of an input ``table/key/column``; shares are percent."""
    column = name.rpartition("/")[2]
    return "%" if column.endswith("_share") else contract.unit_of(column)
