"""Which input cells differ."""

from dataclasses import replace

import pandas as pd
import pytest

from energy_model.study.cells import cells, differing_cells, read_by, read_cells, write_cells
from energy_model.study.load import load_study


@pytest.fixture(scope="module")
def plan(load):
    return load("plan-2015")


def by_cell(found):
    return found.set_index(["table", "key", "column"])


def test_exactly_the_changed_cells_are_named(inputs, plan):
    """Proves: a cell changed in a file, one changed by a scenario and a changed setting are three rows with place, both values and source;
    130 written as 130.0 is none; nothing else is. Sensitivity: comparing text, or whole files, names more.
    """
    header, *body = inputs.rows("mines")
    at = header.index("price_cny_per_t")
    for row in body:
        row[at] = f"{float(row[at]):.1f}"
    body[0][at] = "131"
    inputs.write("mines", [header, *body])
    inputs.scenario(
        '[network]\nlosses = "tangents"\n[[set]]\ntable = "corridors"\nwhere = { corridor = "C04" }\nvalues = { max_new_mw = 1 }\n'
        'source = "a test"\nconfidence = "judgement"\n'
    )
    other = load_study(inputs.path, "mine")
    found = differing_cells(cells(plan), cells(other), other.tables["sources"])
    assert found[["table", "key", "column", "value_a", "value_b"]].to_numpy().tolist() == [
        ["settings", "network", "losses", "linear", "tangents"],
        ["corridors", "C04", "max_new_mw", "10000", "1"],
        ["mines", f"{body[0][0]}/plan-2015", "price_cny_per_t", "130", "131"],
    ]
    rows = by_cell(found)
    mine = rows.loc["mines"].iloc[0]
    assert (mine.file_b, mine.row_b) == ("mines.csv", "2")
    assert "Lutian" in mine.source_a
    corridor = rows.loc["corridors"].iloc[0]
    assert (corridor.file_b, corridor.row_b, corridor.source_b) == ("scenarios/mine.toml", "", "a test [judgement]")
    assert rows.loc["settings"].iloc[0].file_b == "scenarios/mine.toml"


def test_added_and_removed_rows_are_told_cell_by_cell(inputs, plan):
    """Proves: a row that only one side has shows every filled cell of it with an empty value on the other side.
    Sensitivity: an inner join drops it.
    """
    header, *body = inputs.rows("bilateral")
    inputs.write("bilateral", [header, *body[:-1]])
    found = differing_cells(cells(plan), cells(load_study(inputs.path, "plan-2015")))
    assert set(found.table) == {"bilateral"}
    assert set(found.key) == {body[-1][0]}
    assert len(found) == sum(bool(cell) for cell in body[-1])
    assert (found.value_b == "").all()
    assert (found.value_a != "").all()


def test_a_study_does_not_differ_from_itself_nor_from_its_file(plan, tmp_path):
    """Proves: cells come back from their file as they were, and equal bytes are written twice.
    Sensitivity: a lost digit, or a time stamp.
    """
    table = cells(plan)
    path, again = write_cells(table, tmp_path / "a.csv.gz"), write_cells(table, tmp_path / "b.csv.gz")
    pd.testing.assert_frame_equal(read_cells(path), table)
    assert path.read_bytes() == again.read_bytes()
    assert differing_cells(table, read_cells(path)).empty
    assert not table.duplicated(["table", "key", "column"]).any()


def test_rows_that_no_study_reads_can_be_left_out(plan, load, shipped):
    """Proves: dearer coal shows the mines of the load level of the plan only, a comparison with the outlook those of both, and settings and
    tables without levels stay. Sensitivity: rows of 2010 that neither reads.
    """
    a, b, c = cells(plan), cells(load_study(shipped, "plan-2015+dear-coal")), cells(load_study(shipped, "outlook-2030+dear-coal"))
    assert len(read_by(differing_cells(a, b), a, b)) == 4
    assert len(differing_cells(a, b)) == 20
    found = read_by(differing_cells(a, c), a, c)
    mines = found[found.table == "mines"]
    assert {key.split("/")[1] for key in mines.key} == {"plan-2015", "outlook-2030"}
    assert {"settings", "contracts"} <= set(found.table)
    path = cells(load("plan-path"))
    assert len(read_by(differing_cells(a, path), a, path)) == len(differing_cells(a, path))


def test_hourly_series_differ_as_a_whole(plan):
    """Proves: a table of series that has no cells as text is compared column by column. Sensitivity: a KeyError, or silence."""
    first, second = (
        replace(plan, tables={**plan.tables, "series": pd.DataFrame({"a_mw": [1.0, 2.0], "b_mw": [3.0, last]})}) for last in (4.0, 5.0)
    )
    found = differing_cells(cells(first), cells(second))
    assert found[["table", "key", "column", "file_a"]].to_numpy().tolist() == [["series", "*", "b_mw", "series.csv"]]
    assert len(read_by(found, cells(first), cells(second))) == 1
