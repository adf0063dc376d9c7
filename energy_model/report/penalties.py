"""Penalties of a plan in words, with the largest of them."""

from __future__ import annotations

import pandas as pd

from energy_model.labels import Label, label
from energy_model.report.shown_units import amount
from energy_model.results.indicators import largest_penalty, penalties


def largest_penalty_words(costs: pd.DataFrame, own: str = "MCNY", digits: int = 0) -> Label:
    """The largest of the penalties, which need not be that on missed clauses; `own`, `digits` as for `shown_units.amount`."""
    code, most = largest_penalty(costs)
    name, part = label("account", code), amount(most, own, digits)
    return Label(f"最大一项：{name.zh} {part.zh}", f"largest: {name.en}, {part.en}")


def penalty_words(costs: pd.DataFrame) -> Label | None:
    """Penalties and the largest of them; None where they are no significant part of the cost."""
    if not (sum_ := penalties(costs)):
        return None
    fines, largest = amount(sum_, "MCNY"), largest_penalty_words(costs)
    return Label(f"{fines.zh}（{largest.zh}）", f"{fines.en} ({largest.en})")
