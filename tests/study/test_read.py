"""Every broken cell is named: file, row, column, value, rule."""

import pytest

from energy_model.study import contract
from energy_model.study.errors import RULES
from energy_model.study.load import load_study


def test_cell_faults_are_named(inputs):
    """Proves: each kind of broken cell gives one error with its place, and all come in one run.

    Sensitivity: a fault that is skipped, reported twice or at another row changes the list.
    """
    cells = {
        ("corridors", 2, "length_km"): ("330 km", "not_a_number"),
        ("corridors", 3, "loss_share"): ("1.6%", "not_a_number"),
        ("corridors", 4, "existing_mw"): ("2,000", "not_a_number"),
        ("corridors", 5, "circuits"): ("1.5", "not_an_integer"),
        ("corridors", 6, "reversible"): ("yes", "not_a_bool"),
        ("corridors", 7, "loss_share"): ("0.6", "out_of_range"),
        ("corridors", 8, "kind"): ("lcc", "not_in_list"),
        ("corridors", 9, "to_node"): ("KEQQ", "dangling_reference"),
        ("corridors", 10, "voltage_kv"): ("", "required"),
        ("corridors", 11, "length_km"): ("#REF!", "excel_damage"),
        ("corridors", 12, "length_km"): ("２１０", "excel_damage"),
        ("corridors", 13, "circuits"): ("2012/3/1", "excel_damage"),
        ("heat_areas", 2, "season_start"): ("Oct-15", "not_a_day"),
    }
    for (table, row, column), (value, _) in cells.items():
        inputs.put(table, row, column, value)
    expected = [(f"{t}.csv", r, c, v, rule) for (t, r, c), (v, rule) in cells.items()]
    assert sorted(inputs.places()) == sorted(expected)


def test_duplicate_key_names_the_second_row(inputs):
    """Proves: a repeated key is reported at its second row. Sensitivity: reporting the first row fails."""
    rows = inputs.rows("loads")
    inputs.write("loads", [*rows, rows[1]])
    key = "/".join(rows[1][:3])
    assert inputs.places() == [("loads.csv", len(rows) + 1, "load,node,case", key, "duplicate_key")]


def test_files(inputs):
    """Proves: missing, unknown, empty and wrongly encoded files are all found in one run.

    Sensitivity: stopping at the first bad file loses the others.
    """
    (inputs.path / "mines.csv").unlink()
    (inputs.path / "corridor.csv").write_text("a\n1\n")
    inputs.write("finance", inputs.rows("finance")[:1])
    plants = inputs.path / "plants.csv"
    plants.write_bytes(plants.read_bytes() + b"\xff")
    found = {(e.file, e.rule, e.advice) for e in inputs.errors()}
    known = ",".join(c.name for c in contract.columns("mines") if c.required)
    advice = f"put the file back; where the study has none of this, add the file with row 1 alone: {known}"
    assert ("mines.csv", "missing_optional_file", advice) in found
    assert ("corridor.csv", "unknown_file", "remove it or rename it: corridors.csv") in found
    assert ("finance.csv", "empty_file", "add at least one row") in found
    assert any(f == "plants.csv" and r == "encoding" and f"byte {plants.stat().st_size}" in a for f, r, a in found)


@pytest.mark.parametrize(
    ("old", "new", "rule", "hint"),
    [
        ("capacity_mw", "capacity_kw", "unit_suffix", "capacity_mw"),
        ("technology", "tecnology", "unknown_column", "technology"),
        ("latitude_deg", "colour", "unknown_column", "delete it"),
    ],
)
def test_header_names(inputs, old, new, rule, hint):
    """Proves: a misspelt column or unit is one error that names the right column.

    Sensitivity: no suggestion, or a further error for the same slip, such as an empty cell in each row, fails.
    """
    rows = inputs.rows("plants")
    rows[0][rows[0].index(old)] = new
    inputs.write("plants", rows)
    faults = inputs.errors()
    assert [(e.file, e.row, e.column, e.rule) for e in faults] == [("plants.csv", 1, new, rule)]
    assert hint in faults[0].advice


def test_a_misspelt_key_column_is_one_error(inputs):
    """Proves: where the column of the nodes' codes is misspelt, neither a row without code, nor one like another, nor the many references
    to it, nor a scenario that changes it, is told besides. Sensitivity: hundreds of follow-ups.
    """
    rows = inputs.rows("nodes")
    inputs.write("nodes", [["nod", *rows[0][1:]], *rows[1:]])
    inputs.scenario('[[set]]\ntable = "nodes"\nwhere = { node = "HORQIN" }\nvalues = { latitude_deg = 43.6 }\n')
    (fault,) = inputs.errors("mine")
    assert (fault.file, fault.column, fault.rule) == ("nodes.csv", "nod", "unknown_column")


@pytest.mark.parametrize("column", ["market", "reserve_region"])
def test_a_misspelt_column_that_others_refer_to_is_one_error(inputs, column):
    """Proves: where an optional column of the nodes that contracts, reserves and commitment refer to is misspelt, none of these references
    is told besides. Sensitivity: a follow-up for each market and region.
    """
    header, *rows = inputs.rows("nodes")
    inputs.write("nodes", [[c if c != column else f"{column}z" for c in header], *rows])
    (error,) = inputs.errors()
    assert (error.file, error.row, error.column, error.rule) == ("nodes.csv", 1, f"{column}z", "unknown_column")
    assert column in error.advice


def test_a_misspelt_code_is_one_error_with_all_its_places(inputs):
    """Proves: a node that is misspelt where it is defined is one error, at its first use, with further places and the likely name; a code
    misspelt where it is used stays an error of its own. Sensitivity: a sentence for each use, or places that are lost.
    """
    inputs.put("nodes", inputs.find("nodes", node="HORQIN"), "node", "HORQINN")
    used = [e for e in inputs.errors() if e.value == "HORQIN"]
    assert [e.rule for e in used] == ["dangling_reference"]
    assert "did you mean HORQINN? It also stands in: " in used[0].advice
    assert used[0].advice.count(", row ") == 5
    assert "more places" in used[0].advice
    assert "是否应为 HORQINN？另见：" in used[0].advice_zh
    inputs.put("corridors", 9, "to_node", "KEQQ")
    assert {e.value for e in inputs.errors() if e.rule == "dangling_reference"} == {"HORQIN", "KEQQ"}


def test_a_misnamed_file_is_one_error(inputs):
    """Proves: mine.csv for mines.csv is told once, with the right name, and not as a missing file besides.
    Sensitivity: a second error for the same slip.
    """
    (inputs.path / "mines.csv").rename(inputs.path / "mine.csv")
    assert [(e.file, e.rule, e.advice) for e in inputs.errors()] == [("mine.csv", "unknown_file", "remove it or rename it: mines.csv")]


def test_header_missing_and_repeated(inputs):
    """Proves: a missing required column and a repeated one are found. Sensitivity: filling silently fails."""
    rows = inputs.rows("finance")
    cut = [r[:1] + r[2:] + [r[-1]] for r in rows]
    inputs.write("finance", cut)
    found = {(e.column, e.rule) for e in inputs.errors() if e.file == "finance.csv"}
    assert ("discount_rate_share", "missing_column") in found
    assert (rows[0][-1], "duplicate_column") in found


def test_optional_column_may_be_absent(inputs):
    """Proves: a column with a default may be left out and takes it.

    Sensitivity: a required optional column, or NaN instead of the default, fails.
    """
    rows = inputs.rows("microgrids")
    at = rows[0].index("reserve_down_mw")
    inputs.write("microgrids", [r[:at] + r[at + 1 :] for r in rows])
    assert (load_study(inputs.path).tables["microgrids"].reserve_down_mw == 0).all()


def test_rows(inputs):
    """Proves: a blank row and a stray comma are named; commas after the last row are harmless.

    Sensitivity: shifting later row numbers, or refusing the tail Excel leaves, fails.
    """
    rows = inputs.rows("coal_routes")
    width = len(rows[0])
    inputs.write("coal_routes", [*rows[:3], [""] * width, *rows[3:5], [*rows[5], "x"], *rows[6:], [""] * width])
    assert inputs.places() == [
        ("coal_routes.csv", 4, "", "", "blank_row"),
        ("coal_routes.csv", 7, "", str(width + 1), "cell_count"),
    ]


def test_sentences_in_both_languages(inputs):
    """Proves: an error reads as a sentence in both languages, and no rule lacks one.

    Sensitivity: an unfilled placeholder or a missing translation fails.
    """
    inputs.put("finance", 2, "discount_rate_share", "8")
    (error,) = inputs.errors()
    assert error.en == ("finance.csv, row 2, column discount_rate_share: outside the allowed range ('8'); allowed: 0 … 0.3.")
    assert error.zh == "finance.csv 第 2 行 discount_rate_share 列：超出允许范围（8）；允许范围：0 … 0.3。"
    assert all(len(texts) == 4 and all(texts) for texts in RULES.values())
