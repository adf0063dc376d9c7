"""Water uses, water rights and factors of emissions: what tables may say, and that the shipped ones keep the emission standard."""

import pytest

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from energy_model.study.unread import unread
from energy_model.units import MG_PER_M3_FROM_KT_PER_GM3


def places(inputs, text):
    inputs.scenario(text)
    return {(e.file, e.column, e.rule) for e in inputs.errors("mine")}


def test_a_use_that_is_no_load_is_refused(inputs):
    """Proves: a mistyped load in the table of water uses is refused by row. Sensitivity: water that nobody uses, in silence."""
    row = inputs.find("water_uses", water_use="corn")
    inputs.put("water_uses", row, "water_use", "korn")
    (error,) = inputs.errors()
    assert (error.file, error.row, error.column) == ("water_uses.csv", row, "water_use")


def test_a_subsidy_where_the_load_is_not_is_refused(inputs):
    """Proves: a subsidy on polysilicon at a node without it is refused by file, row and column with the nodes that have it, and so is one
    on smelters; at such a node it is not, and a load without a row at the level is told. Sensitivity: a subsidy of nothing, in silence.
    """
    header, *_ = inputs.rows("subsidies")
    titles, *listed = inputs.rows("sources")
    source = dict.fromkeys(titles, "") | {"table": "subsidies", "key": "*", "column": "*", "source": "test", "confidence": "judgement"}
    inputs.write("sources", [titles, *listed, list(source.values())])
    row = dict.fromkeys(header, "") | {"subsidy": "S", "name_zh": "甲", "name_en": "a", "subsidy_cny_per_mwh": "50"}
    at = {r["load"]: r["node"] for r in (dict(zip(inputs.rows("loads")[0], r, strict=True)) for r in inputs.rows("loads")[1:])
          if r["case"] == "plan-2015"}  # fmt: skip
    for load, wrong in (("polysilicon", "KULUN"), ("smelters", "HORQIN")):
        inputs.write("subsidies", [header, list((row | {"load": load, "node": wrong}).values())])
        (error,) = inputs.errors()
        assert (error.file, error.row, error.column, error.value) == ("subsidies.csv", 2, "node", wrong)
        assert at["polysilicon"] in error.advice or load == "smelters"
    inputs.write("subsidies", [header, list((row | {"load": "polysilicon", "node": at["polysilicon"]}).values())])
    assert not [n for n in unread(load_study(inputs.path)) if n.file == "subsidies.csv"]
    inputs.write("subsidies", [header, list((row | {"load": "polysilicon"}).values())])
    assert [n.rows for n in unread(load_study(inputs.path, "huolinhe-2014")) if n.file == "subsidies.csv"] == [(2,)]


def test_a_right_below_the_use_of_industry_is_refused(inputs):
    """Proves: 40 Mm3 for the city, whose industry takes 49.68, are refused; 50 are not. Sensitivity: a plan that is infeasible."""
    text = '[[set]]\ntable = "nodes"\nwhere = {{ node = "HORQIN" }}\nvalues = {{ water_right_mm3_per_year = {0} }}\n'
    assert places(inputs, text.format(40)) == {("scenarios/mine.toml", "water_right_mm3_per_year", "contradiction")}
    inputs.scenario(text.format(50))
    assert build_system(load_study(inputs.path, "mine")).water_node.right["HORQIN"] == 50_000


def test_a_clause_without_factors_is_refused(inputs):
    """Proves: a ceiling on SO2 where a grade that is burnt has no sulphur is refused at the grade; without the clause it may be
    empty. Sensitivity: emissions of zero.
    """
    row = inputs.find("coal_grades", grade="lignite")
    inputs.put("coal_grades", row, "sulphur_share", "")
    load_study(inputs.path, "plan-2015")
    clause = 'clause = "-", name_zh = "甲", name_en = "a", sense = "<=", year = 2015, mode = "hard"'
    text = f'[[add]]\ntable = "targets"\nrow = {{ target = "AIR", quantity = "so2_kt", value = 50, {clause} }}\n'
    assert places(inputs, text) == {("coal_grades.csv", "sulphur_share", "missing_value")}


def test_shipped_factors_keep_the_emission_standard(load):
    """Proves: plants that may be built stay below 100 mg/m3 of SO2 and NOx (fluidised beds 200) and 30 of dust of GB 13223-2011, and those
    of 2024 below the 35, 50 and 10 of ultra-low emission (fluidised beds twice that of NOx). Sensitivity: a removal that is off by a digit.
    """
    for scenario, limits in (("plan-2015", (100.0, 100.0, 30.0)), ("outlook-2030", (40.0, 50.0, 10.0))):
        y = build_system(load(scenario))
        new = y.supply[[u in y.thermal.index and y.thermal.existing[u] == 0 for _, u in y.supply.index]]
        assert len(new)
        for (_, user), row in new.iterrows():
            bed = 2.0 if "cfb" in user else 1.0
            for name, limit in zip(("so2", "nox", "dust"), limits, strict=True):
                allowed = limit * (bed if name == "nox" else 1.0)
                assert row[f"{name}_kt_per_tj"] / row.flue_gas_gm3_per_tj * MG_PER_M3_FROM_KT_PER_GM3 <= allowed, (scenario, user, name)


def test_water_of_the_plan(load):
    """Proves: industry of the plan takes 91.97 Mm3, 4.455 of them the smelters at 40,500 GWh x 0.11 m3/MWh; a gross quota of 0.53 m3/MWh
    is 0.53/0.93 of net output. Sensitivity: loads of another level, net taken for gross.
    """
    y = build_system(load("plan-2015"))
    assert y.water_node.industry.sum() == pytest.approx(91_965)
    assert y.thermal.water["HLGL.coal_sub600"] == pytest.approx(0.53 / 0.93)
