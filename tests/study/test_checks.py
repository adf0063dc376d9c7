"""Checks across tables: each broken link is named where it can be repaired."""

import pandas as pd
import pytest

from energy_model.study.load import load_study
from energy_model.study.provenance import source_of

# table, where, column, value, expected (file, column, value, rule)
CELLS = [
    (
        "technologies",
        {"technology": "coal_sc660", "vintage": "2012"},
        "no_load_fuel_share",
        "",
        "missing_value",
    ),
    ("technologies", {"technology": "coal_sc660", "vintage": "2012"}, "unit_size_mw", "0", "missing_value"),
    ("technologies", {"technology": "coal_chp350", "vintage": "2024"}, "back_pressure_ratio", "0.84", None),
    (
        "technologies",
        {"technology": "battery", "vintage": "2012"},
        "charge_efficiency_share",
        "",
        "missing_value",
    ),
    ("technologies", {"technology": "wind_new", "vintage": "2012"}, "profile", "", "missing_value"),
    ("technologies", {"technology": "wind_new", "vintage": "2012"}, "profile", "pv_fixed", "profile_kind"),
    ("candidates", {"candidate": "coal_sc660@HLGL"}, "coal_grade", "", "missing_value"),
    ("candidates", {"candidate": "wind_new@KZZ"}, "coal_grade", "lignite", "not_allowed"),
    ("candidates", {"candidate": "wind_new@KZZ"}, "node", "KEQ", "no_climate"),
    ("candidates", {"candidate": "coal_cfb350@HLH"}, "node", "KAILU", None),
    ("candidates", {"candidate": "battery@KEQ"}, "node", "LN_FUXIN", "node_kind"),
    ("candidates", {"candidate": "heat_store@HLGL"}, "node", "KAILU", "node_kind"),
    ("candidates", {"candidate": "pumped_hydro@JARUD"}, "min_new_mw", "1300", "contradiction"),
    ("plants", {"plant": "HONGJUN", "unit": "A-1"}, "retired_year", "2001", "contradiction"),
    ("nodes", {"node": "KEQ"}, "market", "LN", "contradiction"),
    ("nodes", {"node": "LN_FUXIN"}, "market_en", "Jilin", "contradiction"),
    ("nodes", {"node": "KEQ"}, "market_zh", "辽宁", "contradiction"),
    ("nodes", {"node": "KAILU"}, "reserve_region_en", "the east", "contradiction"),
    ("nodes", {"node": "KAILU"}, "wind_potential_mw", "500", "potential"),
    ("nodes", {"node": "ZHNE"}, "microgrid", "", None),
    ("corridors", {"corridor": "C02"}, "reversible", "TRUE", "corridor"),
    ("corridors", {"corridor": "D01"}, "reversible", "TRUE", "corridor"),
    ("corridors", {"corridor": "C01"}, "start_year", "", "corridor"),
    ("corridors", {"corridor": "C07"}, "capex_cny_per_kw", "0", "corridor"),
    ("corridors", {"corridor": "C01"}, "min_power_share", "0.1", "corridor"),
    ("corridors", {"corridor": "C02"}, "wheeling_cny_per_mwh", "25", "corridor"),  # capital cost of new capacity beside a charge
    ("corridors", {"corridor": "C01"}, "wheeling_cny_per_mwh", "25", None),  # inside the city
    ("corridors", {"corridor": "T01"}, "wheeling_cny_per_mwh", "45", None),  # stands only
    ("corridors", {"corridor": "C17"}, "tie_of", "HUOLINHE", None),
    ("contracts", {"contract": "LN_TARIFF"}, "tariff", "", "missing_value"),
    ("contracts", {"contract": "JL_FLAT"}, "avoided_cost_cny_per_mwh", "-1", "out_of_range"),
    ("contracts", {"contract": "JL_FLAT"}, "avoided_peak_cny_per_mwh", "500", None),
    ("contracts", {"contract": "JL_FLAT"}, "max_gwh_per_year", "100", None),
    ("contracts", {"contract": "JL_FLAT"}, "min_gwh_per_year", "20000", "contradiction"),
    ("loads", {"load": "cement", "node": "NAIMAN", "case": "plan-2015"}, "node", "ZLT", "node_kind"),
    ("smelters", {"smelter": "AL_ZHAHA", "case": "plan-2015"}, "node", "SD_QINGZHOU", "node_kind"),
    ("bilateral", {"bilateral": "B01"}, "seller_node", "LN_FUXIN", "node_kind"),
    ("bilateral", {"bilateral": "B01"}, "energy_gwh_per_year", "-1", "out_of_range"),
    ("forecast", {"carrier": "wind"}, "hour_correlation", "1", "out_of_range"),
    ("calibration", {"scenario": "huolinhe-2014", "item": "wind_mw"}, "microgrid", "HULUNBUIR", "dangling_reference"),
    ("targets", {"target": "T12_CORN"}, "scope", "maize", "scope"),
    ("targets", {"target": "T12_CORN"}, "scope", "", "missing_value"),
    ("targets", {"target": "T07_EXPORT"}, "scope", "HLGL", "scope"),
    ("targets", {"target": "T06_WIND"}, "scope", "LN_FUXIN", "scope"),
    ("targets", {"target": "T06_WIND"}, "scope", "ZLT", "unanswered"),
    ("targets", {"target": "T06_BALANCE"}, "penalty_cny_per_unit", "", "missing_value"),
    ("shapes", {"shape": "flat"}, "hour_00", "0", None),
    ("sources", {"table": "finance", "column": "co2_price_cny_per_t", "key": "2024"}, "key", "2025", None),
]
ELSEWHERE = {  # faults that show in another cell or in several
    ("technologies", "back_pressure_ratio"): [("technologies.csv", "heat_per_power", "contradiction")],
    ("candidates", "node"): [("candidates.csv", "coal_grade", "no_coal")],
    ("nodes", "microgrid"): [
        ("corridors.csv", "tie_of", "microgrid"),
        ("microgrids.csv", "microgrid", "microgrid"),
    ],
    ("corridors", "tie_of"): [
        ("corridors.csv", "tie_of", "microgrid"),
        ("microgrids.csv", "microgrid", "microgrid"),
    ],
    ("contracts", "avoided_peak_cny_per_mwh"): [("contracts.csv", "avoided_cost_cny_per_mwh", "missing_value")],
    ("contracts", "max_gwh_per_year"): [("contracts.csv", "min_gwh_per_year", "contradiction")],
    ("corridors", "wheeling_cny_per_mwh"): [],
    ("shapes", "hour_00"): [],
    ("sources", "key"): [
        ("finance.csv", "co2_price_cny_per_t", "unsourced"),
        ("sources.csv", "key", "dangling_source"),
    ],
}


@pytest.mark.parametrize(("table", "where", "column", "value", "rule"), CELLS)
def test_one_broken_link(inputs, table, where, column, value, rule):
    """Proves: one inconsistent cell gives exactly the error of its rule, at its own row.

    Sensitivity: a check that is missing, or that also blames sound cells, fails.
    """
    row = inputs.find(table, **where)
    inputs.put(table, row, column, value)
    if rule is None:
        expected = ELSEWHERE[table, column]
        if not expected:  # a sound change must not be refused
            assert load_study(inputs.path)
            return
        found = {(e.file, e.column, e.rule) for e in inputs.errors()} - {("sources.csv", "key", "dangling_source")}
        assert found >= set(expected) - {("sources.csv", "key", "dangling_source")}
        assert found <= set(expected) | {(f"{table}.csv", column, "unsourced")}
    else:
        found = [p for p in inputs.places() if p[4] not in ("unsourced", "dangling_source")]
        assert found == [(f"{table}.csv", row, column, value, rule)]


def test_a_quota_is_within_what_the_plants_can_make(inputs):
    """Proves: the condensing plants of Naiman (1,320 MW that may be built, 6.5 % own use, 13 % outage) make 9,406 GWh a year at most: a
    quota of 9,400 is read, one of 9,410 refused at its value with that figure. Sensitivity: capacity gross, or without outages, makes more.
    """
    toml = inputs.path / "scenarios" / "plan-2015.toml"
    head = toml.read_text(encoding="utf-8")
    for value, refused in ((9400, False), (9410, True)):
        row = f'target = "Q", clause = "-", name_zh = "q", name_en = "q", year = 2015, mode = "hard", sense = ">=", value = {value}'
        place = 'quantity = "condensing_gwh", scope = "NAIMAN"'
        toml.write_text(f'{head}\n[[add]]\ntable = "targets"\nrow = {{ {row}, {place} }}\n', encoding="utf-8")
        found = inputs.errors() if refused else load_study(inputs.path) and []
        assert [(e.column, e.rule) for e in found] == ([("value", "contradiction")] if refused else [])


def test_only_stores_carry_energy_between_weeks(inputs):
    """Proves: the optional column long_duration is read for a store, false where it is not given, and refused for wind at its own cell.
    Sensitivity: a mark that has no effect would be believed.
    """
    header, *body = inputs.rows("technologies")
    kind = header.index("kind")
    assert not load_study(inputs.path).tables["technologies"].long_duration.any()
    for marked, place in (("pumped_hydro", None), ("wind", "technologies.csv")):
        inputs.write("technologies", [[*header, "long_duration"], *([*row, str(row[kind] == marked).lower()] for row in body)])
        if place is None:
            tech = load_study(inputs.path).tables["technologies"]
            assert set(tech.kind[tech.long_duration]) == {marked}
        else:
            assert {(p[0], p[2], p[4]) for p in inputs.places() if p[2] == "long_duration"} == {(place, "long_duration", "not_allowed")}


def test_missing_rows_across_tables(inputs):
    """Proves: a vintage, a load level, a coal route, a line and a source that are missing show in one run.

    Sensitivity: stopping after the first check loses the later ones.
    """
    inputs.drop("finance", vintage="2012")
    inputs.drop("coal_users", case="plan-2015")
    inputs.drop("coal_routes", mine="HLH_PIT", node="NAIMAN")
    inputs.drop("coal_routes", mine="ZHNE_PIT", node="NAIMAN")
    for corridor in ("C23", "C24"):
        inputs.drop("corridors", corridor=corridor)
    inputs.drop("sources", table="finance", column="curtailment_cost_cny_per_mwh")
    found = {(e.file, e.column, e.rule) for e in inputs.errors()}
    assert found >= {
        ("finance.csv", "vintage", "no_vintage"),
        ("coal_users.csv", "case", "no_case"),
        ("candidates.csv", "coal_grade", "no_coal"),
        ("nodes.csv", "node", "not_connected"),
        ("finance.csv", "curtailment_cost_cny_per_mwh", "unsourced"),
    }
    alone = [e.value for e in inputs.errors() if e.rule == "not_connected"]
    assert alone == ["KULUN"]


def test_missing_technology_vintage(inputs):
    """Proves: plants and candidates of a technology without costs at the price level are named row by row.

    Sensitivity: naming the technology once, or only the candidates, fails.
    """
    inputs.drop("technologies", technology="coal_sub600", vintage="2012")
    found = inputs.places()
    assert {(p[0], p[2], p[3], p[4]) for p in found} >= {("plants.csv", "technology", "coal_sub600", "no_vintage")}
    assert len([p for p in found if p[4] == "no_vintage"]) == 3


def test_delivered_contract_needs_a_smelter(inputs):
    """Proves: a contract that is to be delivered to smelters of a node without any is refused; a financial one is not.

    Sensitivity: accepting it makes the model infeasible instead.
    """
    row = inputs.find("bilateral", bilateral="B01")
    inputs.put("bilateral", row, "buyer_node", "KAILU")
    inputs.put("bilateral", row, "kind", "physical")
    assert inputs.places() == [("bilateral.csv", row, "buyer_node", "KAILU", "node_kind")]


def test_market_needs_a_line(inputs):
    """Proves: a contract with a floor whose market no corridor reaches is refused.

    Sensitivity: accepting it makes the model infeasible instead.
    """
    for corridor in ("C12", "C13", "C15"):
        inputs.put("corridors", inputs.find("corridors", corridor=corridor), "max_new_mw", "0")
    row = inputs.find("contracts", contract="JL_FLAT")
    assert ("contracts.csv", row, "market", "JL", "no_market") in inputs.places()


def test_dangling_sources(inputs):
    """Proves: source rows for unknown tables, columns or keys are errors.

    Sensitivity: a provenance table that rots unnoticed fails.
    """
    rows = inputs.rows("sources")
    extra = [["plans", "*", "*"], ["finance", "*", "name"], ["finance", "1999", "*"]]
    inputs.write("sources", [*rows, *[[*e, "nobody", "judgement", "", "", ""] for e in extra]])
    n = len(rows)
    assert inputs.places() == [
        ("sources.csv", n + 1, "table", "plans", "dangling_source"),
        ("sources.csv", n + 2, "column", "name", "dangling_source"),
        ("sources.csv", n + 3, "key", "1999", "dangling_source"),
    ]


def test_source_of_takes_the_closest_row():
    """Proves: a named column beats *, a longer key beats a shorter.

    Sensitivity: taking the first or last row of the file fails.
    """
    rows = [("*", "*", "a"), ("X/*", "*", "b"), ("*", "cost", "c"), ("X/1", "cost", "d")]
    sources = pd.DataFrame([("t", *r) for r in rows[::-1]], columns=["table", "key", "column", "source"])
    assert source_of(sources, "t", "X/1", "cost").source == "d"
    assert source_of(sources, "t", "X/2", "cost").source == "c"
    assert source_of(sources, "t", "X/2", "mass").source == "b"
    assert source_of(sources, "u", "X/2", "mass") is None


def dried(inputs, raw):
    """A dryer whose product is a mine of the plan, and a mine of another level."""
    header, *mines = inputs.rows("mines")
    like = dict(zip(header, next(r for r in mines if "HLH_PIT" in r and "plan-2015" in r), strict=True))
    added = ({"mine": "HLH_DRIED", "grade": "lignite_dried"}, {"mine": "NO_LEVEL", "case": "base-2010"})
    inputs.write("mines", [header, *mines, *([(like | new)[c] for c in header] for new in added)])
    columns, *_ = inputs.rows("coal_dryers")
    row = {"mine": "HLH_DRIED", "raw_mine": raw, "yield_t_per_t": "0.667", "capex_cny_per_t_year": "231"}
    inputs.write("coal_dryers", [columns, [row.get(c, "") for c in columns]])


@pytest.mark.parametrize(("raw", "rule"), [("HLH_PIT", None), ("NO_LEVEL", "no_case"), ("HLH_DRIED", "contradiction")])
def test_a_dryer_dries_raw_coal_of_its_level(inputs, raw, rule):
    """Proves: raw coal of a mine that is not in the level of the study, and of a dryer's product, are refused at their cell.
    Sensitivity: a dryer that is left out silently, or that feeds itself.
    """
    dried(inputs, raw)
    found = [p for p in inputs.places() if p[4] not in ("unsourced", "dangling_source")]
    assert found == ([("coal_dryers.csv", 2, "raw_mine", raw, rule)] if rule else [])


def test_without_expansion_nothing_dries_coal(inputs):
    """Proves: dried coal of another user, accepted with expansion, is refused at its cell without, as no dryer can be built.
    Sensitivity: the product of a dryer that does not stand counted as a mine.
    """
    dried(inputs, "HLH_PIT")
    row = inputs.find("coal_users", user="EG", case="plan-2015")
    inputs.put("coal_users", row, "grade", "lignite_dried")
    assert not [p for p in inputs.places() if p[4] == "no_coal"]
    toml = inputs.path / "study.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("[expansion]\nenabled = true", "[expansion]\nenabled = false"), encoding="utf-8")
    assert [p for p in inputs.places() if p[4] == "no_coal"] == [("coal_users.csv", row, "grade", "lignite_dried", "no_coal")]
