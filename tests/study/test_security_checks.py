"""Bad inputs of security, circuits, schedules and planned outages: each is named where it can be repaired, with its option."""

import pytest

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study

N1, WHOLE = '[network]\nsecurity = "n-1"', '[network]\ncircuits = "integer"'
CELLS = [
    # option, cells of one corridor, broken column, rule
    (N1, {"corridor": "C01", "reactance_ohm_per_km": ""}, "reactance_ohm_per_km", "missing_value"),
    (N1, {"corridor": "C01", "circuits": "0"}, "circuits", "missing_value"),
    (N1, {"corridor": "C07", "new_circuit_mw": "0"}, "new_circuit_mw", "missing_value"),
    (N1, {"corridor": "C21", "circuits": "1", "max_new_mw": "0"}, "circuits", "splits_network"),
    (WHOLE, {"corridor": "C07", "new_circuit_mw": "0"}, "new_circuit_mw", "missing_value"),
    (WHOLE, {"corridor": "C07", "max_new_mw": "900"}, "max_new_mw", "contradiction"),
    ("", {"corridor": "C01", "outage_start": "13-01", "outage_days": "7", "outage_circuits": "1"}, "outage_start", "not_a_day"),
    ("", {"corridor": "C01", "outage_start": "02-30", "outage_days": "7", "outage_circuits": "1"}, "outage_start", "not_a_day"),
    ("", {"corridor": "C01", "outage_start": "03-01", "outage_days": "365", "outage_circuits": "1"}, "outage_days", "out_of_range"),
    ("", {"corridor": "C01", "outage_start": "03-01", "outage_days": "7"}, "outage_circuits", "missing_value"),
    ("", {"corridor": "C01", "outage_days": "7", "outage_circuits": "1"}, "outage_start", "missing_value"),
    ("", {"corridor": "C01", "outage_start": "03-01", "outage_days": "7", "outage_circuits": "3"}, "outage_circuits", "contradiction"),
    ("", {"corridor": "C04", "schedule_step_h": "5"}, "schedule_step_h", "corridor"),
    ("", {"corridor": "C01", "schedule_step_h": "4"}, "schedule_step_h", "corridor"),
    ("", {"corridor": "C01", "ramp_share_per_h": "0.2"}, "ramp_share_per_h", "corridor"),
    ("", {"corridor": "C01", "least_short_circuit_ratio": "3"}, "least_short_circuit_ratio", "not_allowed"),
    ("", {"corridor": "C04", "least_short_circuit_ratio": "0.5"}, "least_short_circuit_ratio", "out_of_range"),
    ("", {"corridor": "C04", "reversible": "TRUE"}, "min_power_share", "corridor"),
]


def broken(inputs, option, cells):
    """Errors at the corridor that the cells were written to; columns that the shipped table does not have are added to it."""
    header, *rows = inputs.rows("corridors")
    for column in cells:
        if column not in header:
            header.append(column)
            for row in rows:
                row.append("")
    at = next(i for i, row in enumerate(rows) if row[0] == cells["corridor"])
    for column, value in cells.items():
        rows[at][header.index(column)] = value
    inputs.write("corridors", [header, *rows])
    key = cells["corridor"]
    with (inputs.path / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write(f"corridors,{key},*,test,judgement,,,\n")
    inputs.scenario(option)
    return at + 2


def test_an_open_corridor_is_not_part_of_the_network(inputs):
    """Proves: with `normally_open` T01 is gone with its capacity, and nothing else is; a cell that is no truth value is refused.
    Sensitivity: a corridor that stays with no capacity, or may still be built.
    """
    change = 'where = { corridor = "T01" }\nvalues = { normally_open = true }\nsource = "test"\nconfidence = "judgement"'
    inputs.scenario(f'[[set]]\ntable = "corridors"\n{change}')
    closed, opened = (build_system(load_study(inputs.path, name)).corridor.index for name in ("plan-2015", "mine"))
    assert set(closed) - set(opened) == {"T01"}


def test_shares_of_short_circuit_power_belong_to_links_with_a_ratio(inputs):
    """Proves: a share of a corridor without a ratio is refused at its row; a link with a ratio and no share only where the option is on; a
    condenser without short-circuit power is refused. Sensitivity: a check left out, or one that ignores the option.
    """
    header, *rows = inputs.rows("short_circuit")
    inputs.write("short_circuit", [header, ["C01", "HLGL", "0.5"], *rows])
    assert ("short_circuit.csv", 2, "contradiction") in [(e.file, e.row, e.rule) for e in inputs.errors()]
    inputs.write("short_circuit", [header])
    at = inputs.find("corridors", corridor="C04")
    assert ("corridors.csv", at, "contradiction") not in [(e.file, e.row, e.rule) for e in inputs.errors()]
    inputs.scenario("[network]\nshort_circuit = true")
    assert ("corridors.csv", at, "contradiction") in [(e.file, e.row, e.rule) for e in inputs.errors("mine")]
    inputs.write("short_circuit", [header, *rows])
    row = inputs.find("technologies", technology="condenser", vintage="2012")
    inputs.put("technologies", row, "short_circuit_mva_per_mw", "0")
    found = [(e.file, e.row, e.column, e.rule) for e in inputs.errors("mine")]
    assert ("technologies.csv", row, "short_circuit_mva_per_mw", "missing_value") in found


@pytest.mark.parametrize(("option", "cells", "column", "rule"), CELLS)
def test_bad_cells_are_named(inputs, option, cells, column, rule):
    """Proves: the cell is named with its row and rule, in both languages; where an option needs it, the study is sound without the option.
    Sensitivity: fails if a check is missing, names another cell, or is asked of studies that do not use the option.
    """
    row = broken(inputs, option, cells)
    errors = inputs.errors("mine")
    assert (row, column, rule) in [(e.row, e.column, e.rule) for e in errors]
    assert all(e.advice and e.advice_zh for e in errors if e.rule == rule)
    if option:
        load_study(inputs.path, "plan-2015")


@pytest.mark.parametrize("cells", [{"contingency": "FALSE"}, {"max_new_mw": "1000"}, {"circuits": "2"}])
def test_a_splitting_trip_has_three_ways_out(inputs, cells):
    """Proves: the only circuit to the city is accepted when its trip is off the list, when the plan may reinforce it, or if there are two.
    Sensitivity: fails if the advice of the error does not help.
    """
    broken(inputs, N1, {"corridor": "C21", "circuits": "1", "max_new_mw": "0"} | cells)
    assert load_study(inputs.path, "mine").settings.network.security == "n-1"


def test_an_unknown_option_is_refused(inputs):
    """Proves: security n-2 is an error of the settings. Sensitivity: a silently ignored word would solve another study."""
    inputs.scenario('[network]\nsecurity = "n-2"')
    assert [(e.column, e.rule) for e in inputs.errors("mine")] == [("network.security", "setting")]


def test_margin_and_trips_do_not_add_up(load):
    """Proves: with n-1 the margin falls away on AC corridors whose trips are screened (C19: 0.9 to 1) and stays elsewhere (C04: 0.96); what
    is dedicated is not part of the network.
    Sensitivity: fails if both apply at once, or an HVDC link loses its availability.
    """
    margin, trips = (build_system(load(name)).corridor for name in ("plan-2015", "plan-2015-n1"))
    assert (margin.usable["C19"], trips.usable["C19"]) == (0.9, 1.0)
    assert margin.usable["C04"] == trips.usable["C04"] == 0.96
    assert margin.reactance.isna().all()
    assert trips.reactance[["C04", "D01"]].isna().all()
    assert trips.reactance["C01"] == pytest.approx(0.27 * 330 / 500**2 * 1e3)
