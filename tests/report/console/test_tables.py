"""Tables of commands on the console."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

import energy_model
from energy_model.analyses.island_tables import verdict
from energy_model.analyses.redispatch_tables import drifts
from energy_model.language import speaking
from energy_model.report.console.pathway import print_pathway
from energy_model.report.console.summary import _corridors
from energy_model.report.console.tables import MOST, console_table
from energy_model.results import contract
from energy_model.results.dust import without_dust

TELLING = ("report", "commands", "plans", "precheck", "analyses")
"""Folders whose numbers are read by people."""


def text(table):
    console = Console(width=220, record=True, file=io.StringIO(), markup=False)  # as every console of the program
    console.print(table)
    return console.export_text()


def test_headings_are_words_with_units_and_codes_are_words():
    """Proves: columns carry one language and its units, names are of that language, codes are words, shares are percent, and text of the
    data is no markup. Sensitivity: raw column names, 204.44 元/千瓦时, or 12,000 GWh on the Chinese console.
    """
    frame = pd.DataFrame(
        {"item": ["LN"], "item_zh": ["辽宁[b]"], "item_en": ["Liaoning"], "case": ["flat"], "energy_gwh": [12000.0],
         "ours_cny_per_mwh": [204.44], "gap_share": [0.0123]}
    )  # fmt: skip
    said = {
        "zh": ("议价方案", "年电量", "辽宁[b]", "改为直线送电", "[元/千瓦时]", "0.2044", "[亿千瓦时]", "120.000"),
        "en": ("Bargaining", "yearly energy", "Liaoning", "flat instead", "[CNY/MWh]", "204.4", "[GWh]", "12,000.0"),
    }
    for chosen, other in (("zh", "en"), ("en", "zh")):
        with speaking(chosen):
            shown = text(console_table("bargaining", frame, (*contract.console_columns("bargaining"), "gap_share")))
        for words in (*said[chosen], "1.23%"):
            assert words in shown
        assert [words for words in said[other] if words in shown] == []
        assert "ours_cny_per_mwh" not in shown


def test_corridors_tell_both_directions_and_no_minus_zero():
    """Proves: a line that carries 200 GWh one way and 600 the other is listed with both; one of -0.2 MW and -3 MWh has 0 and 0.
    Sensitivity: forward energy alone hides a line that mostly flows back, and the second one of these; rounding keeps the sign.
    """
    lines = pd.DataFrame(
        [("C1", "甲", "one", 500.0, 0.0, 200.0, 600.0, 0.4, 10.0), ("C2", "乙", "two", -0.2, 30.0, -0.003, -0.0, float("nan"), -0.0)],
        columns=["corridor", "name_zh", "name_en", "existing_mw", "new_mw", "sent_gwh", "returned_gwh", "utilisation_share",
                 "hours_at_limit_h"],
    )  # fmt: skip
    first, second = (re.split(r"\s*│\s*", line)[2:-1] for line in text(_corridors(lines)).splitlines() if "│ C" in line)
    assert first == ["500", "0", "200", "600", "40%", "10"]
    assert second == ["0", "30", "0", "0", "", "0"]


def test_every_number_is_told_without_minus_zero():
    """Proves: every format of decimals that people read has z, and tables have no minus zero in any column, be it dust or not.
    Sensitivity: f"{-0.3:,.0f}" is -0, also where the table is clean.
    """
    folder = Path(energy_model.__file__).parent
    lines = [(p.name, f) for d in TELLING for p in folder.joinpath(d).rglob("*.py")
             for f in re.findall(r":[^{}:\"' ]*\.\d+[f%]\}", p.read_text(encoding="utf-8"))]  # fmt: skip
    assert all(folder.joinpath(d).is_dir() for d in TELLING)
    assert len(lines) > 100
    assert [line for line in lines if "z" not in line[1]] == []
    clean = without_dust(pd.DataFrame({"hours_h": [-0.0], "new_mw": [-1e-4], "price": [-0.0]}))
    assert clean.astype(str).to_numpy().tolist() == [["0.0", "0.0", "0.0"]]


def test_long_tables_say_so():
    """Proves: no more than the first rows are printed, and how many there are. Sensitivity: a thousand rows on the console."""
    shown = text(console_table("increments", pd.DataFrame({"contract": [f"C{k}" for k in range(100)]})))
    assert f"{MOST} of 100" in shown
    assert "C39" in shown
    assert "C40" not in shown


def test_drifts_are_told_from_a_hundredth_of_their_kind():
    """Proves: 30 % of a contract and an old plant planned at nothing are told, the largest first; 0.5 % is not.
    Sensitivity: shares of nothing, or of each row alone.
    """
    totals = pd.DataFrame(
        [("export_ledger", "LN_FREE", 7.72e3, 5.93e3), ("export_ledger", "JL", 12060.0, 12000.0), ("fuel_ledger", "old", 34000.0, 0.0),
         ("fuel_ledger", "new", 9e5, 9e5)],
        columns=["ledger", "element", "operated", "planned"],
    )  # fmt: skip
    assert drifts(totals).element.tolist() == ["old", "LN_FREE"]


@pytest.mark.parametrize(("survived", "step", "said"), [(1.0, 1.0, "no shortfall"), (1.0, 0.313, "response is insufficient in 68.7%"),
                                                        (0.5, 1.0, "load is unserved in 50.0%")])  # fmt: skip
def test_an_island_is_judged_in_a_sentence(survived, step, said):
    """Proves: share of hours, what fails and how many hours were tested stand in one sentence. Sensitivity: '100 % survived' alone."""
    row = {"name_zh": "霍", "name_en": "Huolinhe", "holds_share": min(survived, step), "survived_share": survived, "hours": "worst",
           "step_covered_share": step, "worst_hour": "2015-01-01T18", "largest_step_short_mw": 235.0,
           "tests": 48, "hours_of_result": 72}  # fmt: skip
    sentence = verdict(row)
    assert said in sentence.en
    assert f"fit for islanding in {min(survived, step):.1%}" in sentence.en
    assert "48 / 72 小时（最不利时刻）" in sentence.zh


def test_a_pathway_tells_electrolysers_and_its_weakest_certificate():
    """Proves: the table of capacity has a row of electrolysers, the foresight is a word, and of two certificates the one nearer to its
    limit is told with gap and limit, in either language. Sensitivity: the first certificate, or the code 'myopic' on a Chinese console.
    """
    capacity = pd.DataFrame(
        [(2015, "electrolyser", 40.0, 10.0), (2015, "wind", 200.0, 0.0)], columns=["year", "kind", "capacity_mw", "built_mw"]
    )
    cost = pd.DataFrame([(2015, 5.0, 4.0)], columns=["year", "cost_mcny", "discounted_mcny"])
    clauses = pd.DataFrame(columns=["mode", "target"])
    certificates = [{"passed": True, "gap": 1e-9, "gap_limit": 1e-7}, {"passed": True, "gap": 2e-5, "gap_limit": 1e-4}]
    manifest = {
        "years": [2015], "title_zh": "路径", "title_en": "path", "scenario": "p", "foresight": "myopic", "certificates": certificates,
        "objective_mcny": 4.0, "predicted_memory_gb": 1.0, "peak_memory_gb": 1.0, "algorithm": "simplex", "iterations": 7,
    }  # fmt: skip
    tables = {"pathway_capacity": capacity, "pathway_cost": cost, "pathway_clauses": clauses}
    for chosen, said in (
        ("zh", ("电解水制氢", "4.0 (1.0)", "逐年短视", "校核通过，相对间隙 0.002 %（限 0.01 %）")),
        ("en", ("electrolyser", "40 (10)", "myopic foresight", "certificate passed, gap 0.002 % (limit 0.01 %)")),
    ):
        console = Console(width=160, record=True, file=io.StringIO(), markup=False)
        with speaking(chosen):
            print_pathway(console, manifest, tables)
        shown = console.export_text()
        assert [words for words in said if words not in shown] == []
