"""Years of construction, loans and tariffs of plants in the inputs."""

import pytest

from energy_model.study.load import load_study


def test_the_years_of_construction_add_up(inputs):
    """Proves: shares of 25, 45 and 20 % are named with the cell; they make 90 %. Sensitivity: a check of one year alone."""
    row = inputs.find("construction", kind="thermal")
    inputs.put("construction", row, "year_3_share", "0.2")
    assert ("construction.csv", row, "year_1_share", "0.25", "contradiction") in inputs.places()


def test_loans_need_a_construction_time(inputs):
    """Proves: without a row for wind the first candidate of that kind is named, and without one for AC the first corridor; without loans
    of the price level in use neither is needed. Sensitivity: candidates of no capacity, or loans of another price level.
    """
    inputs.drop("construction", kind="wind")
    inputs.drop("construction", kind="ac")
    inputs.drop("construction", kind="pumped_hydro")  # may not be built
    found = [(file, row, column, rule) for file, row, column, _, rule in inputs.places()]
    assert ("candidates.csv", inputs.find("candidates", candidate="wind_new@HORQIN"), "technology", "missing_value") in found
    assert ("corridors.csv", inputs.find("corridors", corridor="C01"), "kind", "missing_value") in found
    assert len(found) == 2
    inputs.put("finance", inputs.find("finance", vintage="2012"), "loan_share", "0")
    assert len(load_study(inputs.path).tables["construction"]) == 12


def test_loans_need_a_rate(inputs):
    """Proves: an empty rate beside a share of loans is refused by file, row and column; 0 is a rate, and without loans none is needed.
    Sensitivity: loans without interest, in silence.
    """
    row = inputs.find("finance", vintage="2012")
    inputs.put("finance", row, "loan_rate_share", "")
    assert ("finance.csv", row, "loan_rate_share", "", "missing_value") in inputs.places()
    inputs.put("finance", row, "loan_share", "0")
    assert "missing_value" not in {place[-1] for place in inputs.places()}
    inputs.put("finance", row, "loan_share", "0.8")
    inputs.put("finance", row, "loan_rate_share", "0")
    load_study(inputs.path)


@pytest.mark.parametrize(
    ("table", "column", "value", "rule"),
    [
        ("construction", "kind", "nuclear", "not_in_list"),
        ("construction", "year_1_share", "1.2", "out_of_range"),
        ("plant_tariffs", "on_grid_cny_per_mwh", "-1", "out_of_range"),
        ("plant_tariffs", "kind", "battery", "not_in_list"),
        ("plant_tariffs", "on_grid_cny_per_mwh", "", "required"),
        ("finance", "loan_share", "80", "out_of_range"),
        ("finance", "loan_years", "0", "out_of_range"),
    ],
)
def test_bad_cells_are_named(inputs, table, column, value, rule):
    """Proves: a share in percent, a price below zero, an unknown kind and an empty tariff are refused by cell. Sensitivity: any bound."""
    inputs.put(table, 2, column, value)
    assert (f"{table}.csv", 2, column, value, rule) in inputs.places()
