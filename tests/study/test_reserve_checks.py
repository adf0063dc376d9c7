"""Bad input of reserves, outages, the reserve margin and the clauses: each is named where it can be repaired."""

import pytest

MARGIN = (
    '[[add]]\ntable = "targets"\nrow = {{ target = "M", clause = "-", name_zh = "备用率", name_en = "margin", '
    'quantity = "reserve_margin_share", scope = "{scope}", sense = "{sense}", value = 0.15, year = 2015, mode = "hard" }}\n'
)
CELLS = [
    ("technologies", {"technology": "coal_sc660", "vintage": "2012"}, "planned_outage_share", "0.2", "contradiction"),
    ("technologies", {"technology": "coal_sc660", "vintage": "2012"}, "planned_outage_share", "1.2", "out_of_range"),
    ("technologies", {"technology": "wind_new", "vintage": "2012"}, "start_time_h", "1", "not_allowed"),
    ("nodes", {"node": "HLH"}, "reserve_region", "WEST", "reserve"),
    ("nodes", {"node": "JL_LISHU"}, "reserve_region", "EAST", "reserve"),
    ("reserves", {"product": "SPIN_UP", "region": "WEST"}, "load_share", "1.5", "out_of_range"),
    ("reserves", {"product": "SPIN_UP", "region": "WEST"}, "wind_share", "-0.1", "out_of_range"),
    ("reserves", {"product": "SPIN_UP", "region": "WEST"}, "product", "SPINUP", "dangling_reference"),
    ("reserves", {"product": "SPIN_UP", "region": "WEST"}, "region", "SOUTH", "dangling_reference"),
    ("reserves", {"product": "SPIN_DOWN", "region": "WEST"}, "largest_unit_share", "1", "reserve"),
    ("reserves", {"product": "SPIN_UP", "region": "WEST"}, "largest_unit_share", "-1", "out_of_range"),
    ("microgrids", {"microgrid": "ZHAQI"}, "largest_unit", "sometimes", "not_a_bool"),
    ("reserve_products", {"product": "SPIN_UP"}, "response_h", "1.5", "reserve"),
    ("reserve_products", {"product": "SPIN_DOWN"}, "spinning", "FALSE", "reserve"),
    ("reserve_products", {"product": "SPIN_UP"}, "direction", "sideways", "not_in_list"),
    ("targets", {"target": "T07_PRICE"}, "modelled_by", "", "clause"),
    ("targets", {"target": "T03_OUTLETS"}, "modelled_by", "corridors/C99", "clause"),
    ("targets", {"target": "T03_OUTLETS"}, "modelled_by", "tunnels/C01", "clause"),
    ("targets", {"target": "T07_EXPORT"}, "value", "", "clause"),
    ("targets", {"target": "T07_EXPORT"}, "quantity", "", "clause"),
]


@pytest.mark.parametrize(("table", "where", "column", "value", "rule"), CELLS)
def test_one_broken_cell(inputs, table, where, column, value, rule):
    """Proves: each fault is found at its own cell, under its own rule, with advice in both languages. Sensitivity: a check left out."""
    row = inputs.find(table, **where)
    inputs.put(table, row, column, value)
    found = inputs.errors()
    assert (f"{table}.csv", row, column, rule) in [(e.file, e.row, e.column, e.rule) for e in found]
    assert all(e.zh and e.en for e in found)


def test_clause_outside_without_reason(inputs):
    """Proves: a clause left outside the model needs a reason in each language. Sensitivity: an empty cell in a page."""
    row = inputs.find("targets", target="T15_GEOTHERMAL")
    inputs.put("targets", row, "mode", "outside")
    inputs.put("targets", row, "reason_en", "")
    assert ("targets.csv", row, "reason_en", "clause") in [(e.file, e.row, e.column, e.rule) for e in inputs.errors()]


def test_non_spinning_reserve_faster_than_spinning(inputs):
    """Proves: replacement reserve within 6 minutes beside spinning reserve within 15 is refused. Sensitivity: the chain by speed breaks."""
    row = inputs.find("reserve_products", product="REPLACE_UP")
    inputs.put("reserve_products", row, "response_h", "0.1")
    assert inputs.places() == [("reserve_products.csv", row, "response_h", "0.1", "reserve")]


def test_region_without_provider(inputs):
    """Proves: a region of the converter station alone can hold no reserve. Sensitivity: the study would only pay for shortfall."""
    inputs.put("nodes", inputs.find("nodes", node="ZLT"), "reserve_region", "HUB")
    row = inputs.find("reserves", product="SPIN_UP", region="WEST")
    inputs.put("reserves", row, "region", "HUB")
    assert ("reserves.csv", row, "region", "HUB", "reserve") in inputs.places()


@pytest.mark.parametrize(
    ("scope", "sense", "column", "rule"),
    [("WEST", "<=", "sense", "margin"), ("HUB", ">=", "scope", "margin"), ("C01", ">=", "scope", "scope")],
)
def test_margin_clause_that_cannot_work(inputs, scope, sense, column, rule):
    """Proves: a margin as a ceiling, of a region without load (no peak), or of a corridor is refused. Sensitivity: each check left out."""
    inputs.put("nodes", inputs.find("nodes", node="ZLT"), "reserve_region", "HUB")
    inputs.scenario(MARGIN.format(scope=scope, sense=sense))
    assert [(e.column, e.rule) for e in inputs.errors("mine")] == [(column, rule)]
