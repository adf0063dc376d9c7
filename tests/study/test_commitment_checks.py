"""What commitment and retrofits need from the tables: each fault is named at its cell."""

import pytest

from energy_model.study.load import load_study

FLEX = (
    '[[add]]\ntable = "candidates"\nrow = {{ candidate = "flex", name_zh = "改造", name_en = "retrofit", node = "{node}", '
    'technology = "{technology}", max_new_mw = {most}, min_new_mw = {least}, coal_grade = "{grade}", retrofit_of = "{parent}"{cost} }}\n'
)
GOOD = {"node": "HLGL", "technology": "coal_sub600_flex", "most": 1200, "least": 0, "grade": "lignite", "parent": "coal_sub600"}
GOOD |= {"cost": ", retrofit_cny_per_kw = 120"}
RULES = ("unsourced", "dangling_source")

CELLS = [
    ("", {}, "min_load_share", "0.9", "contradiction"),  # 0.87 are available
    ("", {}, "min_load_share", "0.87", None),
    ("[commitment]\nminimum_times = true\n", {}, "min_up_h", "36", "minimum_time"),  # the step is 24 h
    ("[commitment]\nminimum_times = true\n", {}, "min_up_h", "48", None),
    ("[commitment]\nminimum_times = true\n", {}, "min_down_h", "10", None),  # within one step
    ("", {}, "min_up_h", "36", None),
    ("[commitment]\nstart_classes = true\n", {}, "start_cost_hot_cny_per_mw", "", "missing_value"),
    ("", {}, "start_cost_hot_cny_per_mw", "", None),
    ("", {}, "start_cost_cold_cny_per_mw", "400", "start_class"),
    ("", {}, "warm_start_h", "6", "start_class"),
    ("", {}, "deep_load_share", "0.45", "contradiction"),  # minimum load is 0.4
    ("", {}, "deep_load_share", "0.4", None),
    ("", {}, "oil_load_share", "1.2", "out_of_range"),
    ("[commitment]\nwhole = true\n", {}, None, None, "setting"),
    ("[time]\nperiod_h = 48\n", {}, None, None, "contradiction"),  # 8760 h are no whole periods
]


def found(inputs, scenario: str) -> list[tuple]:
    return [p for p in inputs.places(scenario) if p[4] not in RULES]


def test_tiers_of_deep_shaving(inputs):
    """Proves: a tier of a CHP plant, a lower tier above the upper one, and a lower tier that costs less are refused at their cells.
    Sensitivity: tiers that would fill from below, or take the heat of a CHP plant.
    """
    inputs.scenario("")
    chp, row = (inputs.find("technologies", technology=t, vintage="2012") for t in ("coal_chp350", "coal_sc660"))
    inputs.put("technologies", chp, "oil_load_share", "0.3")
    for column, value in (
        ("deep_load_share", "0.3"),
        ("deep_cost_cny_per_mwh", "100"),
        ("oil_load_share", "0.35"),
        ("oil_cost_cny_per_mwh", "50"),
    ):
        inputs.put("technologies", row, column, value)
    places = [(p[1], p[2], p[4]) for p in found(inputs, "mine")]
    assert (chp, "oil_load_share", "not_allowed") in places
    assert (row, "oil_load_share", "contradiction") in places
    assert (row, "oil_cost_cny_per_mwh", "contradiction") in places


@pytest.mark.parametrize(("settings", "where", "column", "value", "rule"), CELLS)
def test_one_cell(inputs, settings, where, column, value, rule):
    """Proves: a minimum load above what is available, a least time that is no whole number of steps, a class without its cost, classes out
    of order and an unknown setting are refused at their own row; what is sound or not asked for is not.
    Sensitivity: a missing check, or one that ignores the option, fails.
    """
    inputs.scenario(settings)
    row = inputs.find("technologies", technology="coal_sc660", vintage="2012")
    if column is None:
        assert [p[4] for p in found(inputs, "mine")] == [rule]
        return
    inputs.put("technologies", row, column, value)
    if rule is None:
        assert load_study(inputs.path, "mine")
    else:
        assert found(inputs, "mine") == [("technologies.csv", row, column, value, rule)]


def test_a_store_closes_within_each_representative_period(inputs):
    """Proves: representative periods refuse stores with a given starting level and those that carry energy from week to week, each at its
    cell. Sensitivity: levels that the plan would silently ignore.
    """
    inputs.scenario(
        '[time]\nperiod_h = 24\n[[set]]\ntable = "technologies"\nwhere = { technology = "battery", vintage = 2012 }\n'
        'values = { start_level_h = 1.0, long_duration = true }\nsource = "test"\nconfidence = "judgement"\n'
    )
    refused = [(p[2], p[4]) for p in found(inputs, "mine")]
    assert refused == [("long_duration", "not_allowed"), ("start_level_h", "not_allowed")]


def test_whole_units_need_a_size(inputs):
    """Proves: a unit size of zero is refused. Sensitivity: a division by zero in `energy-model commit` would show it instead."""
    row = inputs.find("technologies", technology="coal_sc660", vintage="2012")
    inputs.put("technologies", row, "unit_size_mw", "0")
    assert found(inputs, "plan-2015") == [("technologies.csv", row, "unit_size_mw", "0", "missing_value")]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({}, None),
        ({"parent": "coal_sc660"}, "retrofit_of"),  # planned, but none stands yet
        ({"node": "JARUD"}, "retrofit_of"),
        ({"grade": "lignite_low"}, "retrofit_of"),
        ({"technology": "battery", "grade": ""}, "retrofit_of"),
        ({"technology": "coal_chp350"}, "technology"),
        ({"cost": ""}, "retrofit_cny_per_kw"),
        ({"least": 1300, "most": 1300}, "min_new_mw"),
    ],
)
def test_a_retrofit_has_something_to_convert(inputs, change, column):
    """Proves: a retrofit whose parent does not stand at its node, burns other coal, is of another kind or without cost, or is smaller than
    what must be converted is refused in the scenario that adds it; a sound one loads, with the heat rate of its parent.
    Sensitivity: accepting any of them builds capacity out of nothing.
    """
    inputs.scenario(FLEX.format(**GOOD | change))
    if column is None:
        from energy_model.study.build_system import build_system

        g = build_system(load_study(inputs.path, "mine")).thermal
        assert g.retrofit_of["flex"] == "HLGL.coal_sub600"
        assert g.heat_rate["flex"] == pytest.approx(g.heat_rate["HLGL.coal_sub600"])
        assert g.min_load_share["flex"] == 0.3
        assert g.capex["flex"] == pytest.approx(120 * 0.08 / (1 - 1.08**-15))
        assert g.retrofit_of.notna().sum() == 1
    else:
        places = found(inputs, "mine")
        assert ("scenarios/mine.toml", column) in {(p[0], p[2]) for p in places}, places


def test_an_unknown_parent_is_a_dangling_reference(inputs):
    """Proves: a parent that is no technology at all is named. Sensitivity: a typo that silently makes a new plant of a retrofit fails."""
    inputs.scenario(FLEX.format(**GOOD | {"parent": "coal_sub6000"}))
    assert [(p[2], p[3], p[4]) for p in found(inputs, "mine")] == [("retrofit_of", "coal_sub6000", "dangling_reference")]
