"""Every quotation of the plan is in the model, or said to be outside with a reason."""

import importlib
import pkgutil
from collections import Counter

import pytest

from energy_model import formulation
from energy_model.formulation.equation import REGISTRY
from energy_model.labels import LABELS
from energy_model.study.coverage import coverage_markdown, coverage_rows, where
from tests.paths import INPUTS

QUOTATIONS = {
    "一": 4,
    "三": 1,
    "2": 1,
    "6": 8,
    "7": 7,
    "8": 2,
    "9": 3,
    "10": 4,
    "11": 1,
    "12": 2,
    "13": 1,
    "15": 1,
    "17": 2,
    "20": 2,
    "24": 3,
    "27": 2,
}
"""Quotations taken from each part of the plan, 44 in all."""


@pytest.fixture(scope="module")
def rows():
    return coverage_rows(INPUTS)


def test_every_quotation_has_its_row(rows):
    """Proves: each part of the plan has as many rows as it has quotations, no quotation twice. Sensitivity: a row deleted, or copied."""
    assert Counter(r["clause"] for r in rows) == QUOTATIONS
    assert len({(r["clause"], r["quote_zh"]) for r in rows}) == len(rows) == sum(QUOTATIONS.values())


def test_every_row_is_modelled_or_has_a_reason(rows):
    """Proves: no row is left without a quantity, a table, an equation or a reason in both languages, and equations named exist.
    Sensitivity: a family renamed, or an empty reason.
    """
    for module in pkgutil.iter_modules(formulation.__path__):
        importlib.import_module(f"{formulation.__name__}.{module.name}")
    for r in rows:
        assert where(r), r["target"]
        assert bool(r["reason_zh"]) == bool(r["reason_en"])
        assert r["mode"] != "outside" or not (r["quantity"] or r["modelled_by"])
        for reference in filter(None, r["modelled_by"].split(";")):
            assert "/" in reference or reference in REGISTRY, (r["target"], reference)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_shows_every_row(rows, language):
    """Proves: the page lists each quotation with its row, mode and reason, in its language alone.
    Sensitivity: a filter that drops a mode; the reason of the other language.
    """
    page, other = coverage_markdown(INPUTS, language), "zh" if language == "en" else "en"
    for r in rows:
        line = next(line for line in page.splitlines() if f"`{r['target']}`" in line)
        assert r["quote_zh"] in line
        assert f"| {LABELS['mode'][r['mode']].zh if language == 'zh' else r['mode']} |" in line
        assert r[f"reason_{language}"] in line
        assert not r[f"reason_{other}"] or r[f"reason_{other}"] not in line
