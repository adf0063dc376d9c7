"""The word table covers what the tables may say, in both languages."""

import csv
import importlib
import itertools
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr

import energy_model
from energy_model import formulation, labels
from energy_model.formulation.equation import REGISTRY
from energy_model.labels import LABELS, UnknownLabelError, label
from energy_model.report import colours
from energy_model.results.binding import SILENT
from energy_model.study import contract
from energy_model.study.capacities import CAPACITIES
from energy_model.weather.dataset import check_weather
from energy_model.weather.errors import WeatherError
from tests.paths import ROOT

LABELS_FILE = Path(energy_model.__file__).parent / labels.FILE


def test_every_value_that_a_table_may_hold_has_words():
    """Proves: each allowed value of the table contract has a label in some group.
    Sensitivity: a new kind of technology or quantity without words would reach the map as a bare code.
    """
    known = {code for group in LABELS.values() for code in group}
    allowed = {value for table in contract.tables() for c in contract.columns(table) for value in c.values}
    assert len(allowed) > 40
    assert allowed - known == set()


LOOKED_UP = {
    ("nodes", "kind"): "node", ("technologies", "kind"): "kind", ("corridors", "kind"): "current", ("contracts", "shape"): "delivery",
    ("targets", "quantity"): "quantity", ("targets", "sense"): "sense", ("targets", "mode"): "mode",
    ("sources", "confidence"): "confidence", ("calibration", "item"): "calibration", ("loads", "sector"): "sector",
    ("bilateral", "kind"): "settlement",
    ("bilateral", "buyer"): "buyer", ("reserve_products", "direction"): "direction", ("reserve_products", "basis"): "basis",
    ("profiles", "tracking"): "mounting", ("forecast", "carrier"): "forecast", ("tariffs", "hour_00"): "tariff",
}  # fmt: skip
"""Columns of inputs whose codes pages and workbooks show, and the group in which they look them up."""


def test_what_pages_look_up_is_known_before_anything_is_solved():
    """Proves: every code that an input may hold where pages look it up has words in that very group, and what reading accepts as a kind
    of weather is what pages have words for. So a code without words is refused when it is read, not after the solve.
    Sensitivity: a code that has words in another group only passes the reader and stops the pages.
    """
    allowed = {(table, c.name): c.values for table in contract.tables() for c in contract.columns(table) if c.values}
    lacking = {key: set(allowed[key]) - set(LABELS[group]) for key, group in LOOKED_UP.items()}
    assert {key: codes for key, codes in lacking.items() if codes} == {}
    assert set(colours.TECHNOLOGY) <= set(LABELS["kind"])
    for kind in LABELS["weather"]:
        year = xr.Dataset(attrs={"kind": kind})
        with pytest.raises(WeatherError) as fault:  # an empty year has many faults, its kind is none of them
            check_weather(year, "year")
        assert "attribute kind" not in str(fault.value)
        assert label("weather", kind)


def test_the_file_holds_each_code_once_and_every_group_together():
    """Proves: no group has a code twice, rows have all five columns, a group's rows stand together, and what is read is what is written.
    Sensitivity: of two rows for one code the later would win unseen; a group begun twice hides half of it from whoever edits it.
    """
    with LABELS_FILE.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head == ["group", "key", "zh", "en", "note"]
    assert {len(row) for row in rows} == {5}
    codes = [(group, key) for group, key, *_ in rows]
    assert len(set(codes)) == len(codes)
    groups = [group for group, _ in itertools.groupby(rows, key=lambda row: row[0])]
    assert len(set(groups)) == len(groups)
    assert [(*label(group, key), group, key) for group, key in codes] == [(zh, en, group, key) for group, key, zh, en, _ in rows]


def test_words_are_read_without_a_table_library():
    """Proves: reading all words, which every command does, loads no library of tables. Sensitivity: pandas.read_csv, half a second."""
    code = "import sys, energy_model.labels; print([m for m in ('pandas', 'numpy', 'polars') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_labels_are_chinese_and_english():
    """Proves: every label has Chinese (or a short sign) and plain English without Chinese.
    Sensitivity: swapped words fail.
    """
    for group, words in LABELS.items():
        for code, (zh, en) in words.items():
            assert re.search(r"[\u4e00-\u9fff]", zh), (group, code)
            assert en, (group, code)
            assert not re.search(r"[\u4e00-\u9fff]", en), (group, code)


def test_no_two_codes_of_a_group_share_their_words():
    """Proves: a legend can tell the codes of a group apart. Sensitivity: a copied line fails."""
    for group, words in LABELS.items():
        assert len({w.zh for w in words.values()}) == len(words), group
        assert len({w.en for w in words.values()}) == len(words), group


def test_unknown_code_is_an_error_that_names_the_near_ones():
    """Proves: a misspelt code raises and shows the right one.
    Sensitivity: dict.get would print an empty cell.
    """
    with pytest.raises(UnknownLabelError, match="battery"):
        label("kind", "batery")
    with pytest.raises(UnknownLabelError, match="no label group"):
        label("kinds", "battery")


def test_rows_that_are_explained_have_words():
    """Proves: every row and limit that `explain` may name, definitions apart, has words in both languages, and no word is of a row that
    is gone. Sensitivity: a new equation that a Chinese reader meets by its code.
    """
    for module in pkgutil.iter_modules(formulation.__path__):  # equations register themselves on import
        importlib.import_module(f"{formulation.__name__}.{module.name}")
    definitions = SILENT | {name for name in REGISTRY if name.endswith(("_ledger", "_level"))}
    named = {name for name in REGISTRY if name not in definitions} | {c.column for c in CAPACITIES} | {"capacity_contract"}
    assert set(LABELS["row"]) - named - SILENT == set()
    assert named - set(LABELS["row"]) == set()
