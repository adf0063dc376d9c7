"""The contract of the result tables: it holds together, what is written is held to it, and what is read is typed by it."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from energy_model import cli
from energy_model.report.workbook.sheets import BLOCKS
from energy_model.results import contract
from energy_model.results.difference import MEANING, SECTIONS
from energy_model.results.outputs_page import outputs_markdown
from energy_model.results.store import read_table, write_tables

COSTS = pd.DataFrame({"category": ["starts", "total"], "cost_mcny": [1.5, 1.5]})


def broken(**changes):
    """What is said of the contract with one changed column of the clauses, or table."""
    found, catalogue = dict(contract._columns()), dict(contract.tables())
    for name, change in changes.items():
        if name == "table":
            catalogue["clauses"] = replace(catalogue["clauses"], **change)
        else:
            found["clauses", name] = replace(found["clauses", name], **change)
    return list(contract.contradictions(found, catalogue))


def test_a_contract_that_contradicts_itself_says_where():
    """Proves: the shipped contract is whole; a unit against the ending, a unit column that is not there, a code without words, a meaning in
    one language, a number without unit, unknown type, presence, page and key, a gap on the console, a table without columns: each is told.
    Sensitivity: each of them alone would pass where only names are looked at.
    """
    assert broken() == []
    for changes, said in (
        ({"worth_at_most_mcny": {"unit": "MW"}}, "unit MW against the ending of the name, MCNY"),
        ({"reached": {"unit": "=missing"}}, "should stand in the column missing"),
        ({"verdict": {"codes": "verdicts"}}, "no label group 'verdicts'"),
        ({"verdict": {"codes": ""}}, "a code has a label group"),
        ({"verdict": {"en": ""}}, "no meaning in both languages"),
        ({"year": {"unit": ""}}, "a number has a unit"),
        ({"year": {"type": "date"}}, "none of text, number, flag, code"),
        ({"year": {"console": 2}}, "places on the console"),
        ({"table": {"presence": "often"}}, "none of always, option, request"),
        ({"table": {"pages": ("front",)}}, "pages are map, study and console"),
        ({"table": {"names": "mine"}}, "gives names of mine without"),
    ):
        told = broken(**changes)
        assert any(said in text for text in told), (changes, told)
    assert "tides is in catalogue.csv and has no columns" in list(
        contract.contradictions(contract._columns(), contract.tables() | {"tides": replace(contract.tables()["costs"], name="tides")})
    )


def test_words_are_of_both_languages_and_tell_columns_apart():
    """Proves: every table and column has Chinese and plain English, and no two columns of a table share their words.
    Sensitivity: swapped words, or a copied line.
    """
    for thing in (*contract.tables().values(), *(c for t in contract.tables() for c in contract.columns(t))):
        assert re.search(r"[\u4e00-\u9fff]", thing.zh), thing
        assert not re.search(r"[\u4e00-\u9fff]", thing.en), thing
    for table in contract.tables():
        for language in ("zh", "en"):
            words = [getattr(c, language) for c in contract.columns(table)]
            assert len(set(words)) == len(words), (table, sorted(w for w in words if words.count(w) > 1))


def test_what_sheets_and_comparisons_speak_of_is_in_the_contract():
    """Proves: every column that a sum, ratio, formula or chart of the workbook, or a comparison names is one of its table.
    Sensitivity: a renamed column would leave a sheet without its sum.
    """
    for block in BLOCKS:
        spoken = {*block.formulas, *block.ratios, *block.inputs, *(n for r in block.ratios.values() for n in (r.part, r.whole))}
        spoken |= {n for f in block.formulas.values() for n in re.findall(r"{(\w+)}", f)}
        if block.total:
            spoken |= {*block.total.columns, *([block.total.by] if block.total.by else [])}
        if block.chart:
            spoken |= {*block.chart.values, *block.chart.categories.split(), *([block.chart.split] if block.chart.split else [])}
        known = {c.name for c in contract.columns(block.table)}  # of two names the sheet shows one
        assert spoken <= known | {c.removesuffix("_zh") for c in known}, block.table
    for table, keys, values in SECTIONS.values():
        assert {*keys, *values} <= {c.name for c in contract.columns(table)}, table
    for table, (key, columns) in MEANING.items():
        assert {key, *columns} <= {c.name for c in contract.columns(table)}, table


def test_a_table_that_is_not_as_declared_is_not_written(tmp_path):
    """Proves: a column too many, one that is missing, text where numbers belong, numbers where codes belong, and a table that no row
    declares are told together, and none of the tables is written; the same tables as declared are.
    Sensitivity: only the first fault is told, or the good table stands there already.
    """
    tables = {
        "costs": COSTS.assign(share=0.5).drop(columns="category"),
        "node_costs": pd.DataFrame({"place": [1, 2], "category": "starts", "cost_mcny": ["1.5", "much"]}),
        "prices": pd.DataFrame(columns=["bus", "mean_cny_per_mwh", "p05_cny_per_mwh", "p50_cny_per_mwh", "p95_cny_per_mwh"]),
        "tides": COSTS,
    }
    with pytest.raises(contract.ContractError) as fault:
        write_tables(tables, tmp_path)
    assert str(fault.value).splitlines() == [
        "costs lacks the column category of contract.csv",
        "costs has a column share that contract.csv does not give it",
        "node_costs: column place is to be code and is integer",
        "node_costs: column cost_mcny is to be number and is string",
        "tables/tides.csv is not in catalogue.csv",
    ]
    assert not list(tmp_path.iterdir())
    assert [p.name for p in write_tables({"costs": COSTS, "prices": tables["prices"]}, tmp_path)] == ["costs.csv", "prices.csv"]


def test_a_table_is_read_as_it_was_meant(tmp_path):
    """Proves: codes that look like numbers stay text, empty text is "" and an empty number NaN; a table without rows and columns is
    written with its columns and read with their types; columns from elsewhere are what they look like.
    Sensitivity: county 012 becomes 12; an empty file cannot be read.
    """
    places = {"node": ["1", "2"], "name_zh": "甲", "name_en": "A", "kind": "county", "adcode": ["012", None], "market": "", "microgrid": ""}
    tables = {"places": pd.DataFrame(places | {"latitude_deg": [43.0, None], "longitude_deg": 122.0}), "increments": pd.DataFrame([])}
    paths = write_tables(tables, tmp_path)
    read, empty = map(read_table, paths)
    assert read.adcode.tolist() == ["012", ""]
    assert read.node.tolist() == ["1", "2"]
    assert read.latitude_deg.isna().tolist() == [False, True]
    assert list(empty.columns) == [c.name for c in contract.columns("increments")]
    assert empty.dtypes.astype(str)[["energy_gwh", "horizon"]].tolist() == ["float64", "str"]
    other = tmp_path / "tables" / "island[test].csv"
    other.write_text("node,height_m\n7,12.5\n", encoding="utf-8")
    assert read_table(other).to_dict("list") == {"node": ["7"], "height_m": [12.5]}


def test_tables_are_made_by_commands_that_exist():
    """Proves: every command that the catalogue names is one of the program. Sensitivity: a renamed command."""
    commands = {c.name or c.callback.__name__.replace("_", "-") for c in cli.app.registered_commands}
    assert {t.made_by.split()[0] for t in contract.tables().values()} <= commands


def test_the_page_of_outputs_names_everything():
    """Proves: docs/outputs.md has a row for every table, and for every column of each. Sensitivity: a table left out of the page."""
    text = outputs_markdown().partition("\n## results.nc\n")[0]
    for name, table in contract.tables().items():
        assert f"| [`{table.file}`](#{name}) | `{table.made_by}` |" in text
        rows = [line for line in text.split(f"\n### {name}\n")[1].split("\n### ")[0].splitlines() if line.startswith("| ")]
        assert len(rows) == len(contract.columns(name)) + 1
