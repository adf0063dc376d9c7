"""Checks of investment data: the years of construction add up, and loans have a rate, and what they build a construction time."""

from __future__ import annotations

from collections.abc import Iterator

from energy_model.study.checker import Checker
from energy_model.study.errors import InputError

ADDS_UP = 1e-6
"""How far the shares of the years of construction may be from 1."""


def _construction(c: Checker) -> Iterator[InputError]:
    """Shares of the years of construction add up to 1."""
    table = c.t["construction"]
    total = table[[n for n in table if n.endswith("_share")]].sum(axis=1)
    for i in table.index[(total - 1).abs() > ADDS_UP]:
        hint, hint_zh = f"the years add up to {total[i]:.6g}, not 1", f"各年合计为 {total[i]:.6g}，应为 1"
        yield c.error("contradiction", "construction", i, "year_1_share", hint, hint_zh)


def _loans(c: Checker) -> Iterator[InputError]:
    """With loans, every kind that may be built has years of construction."""
    finance = c.t["finance"]
    finance = finance[finance.vintage == c.settings.study.cost_vintage]
    if not c.settings.expansion.enabled or not finance.loan_share.sum():
        return
    known = set(c.t["construction"].kind)
    kind = c.t["technologies"].drop_duplicates("technology").set_index("technology").kind
    new, lines = c.t["candidates"], c.t["corridors"]
    for table, frame, column, kinds in (
        ("candidates", new[new.max_new_mw > 0], "technology", new.technology.map(kind)),
        ("corridors", lines[lines.max_new_mw > 0], "kind", lines.kind),
    ):
        for lacking in sorted(set(kinds[frame.index].dropna()) - known):
            i = next(i for i in frame.index if kinds[i] == lacking)
            hint = f"construction.csv has no row for {lacking}, and finance.csv has loans: add the row, or set loan_share to 0"
            hint_zh = f"construction.csv 缺 {lacking} 的行，而 finance.csv 有贷款：请补行，或将 loan_share 置 0"
            yield c.error("missing_value", table, i, column, hint, hint_zh)


def _rates(c: Checker) -> Iterator[InputError]:
    """Loans have a rate of interest: an empty cell is not one of nothing."""
    finance, cells = c.t["finance"], c.raw["finance"].cells.loan_rate_share
    for i in finance.index[(finance.loan_share > 0) & (cells == "").to_numpy()]:
        hint, hint_zh = (
            "loan_share is above 0: write the yearly interest on loans, 0 for none",
            "loan_share 大于 0：请填贷款年利率，无息填 0",
        )
        yield c.error("missing_value", "finance", i, "loan_rate_share", hint, hint_zh)


FINANCE_CHECKS = (_construction, _loans, _rates)
