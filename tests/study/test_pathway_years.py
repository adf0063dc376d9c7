"""The study of each investment year, and every way to write a pathway that cannot be."""

import pandas as pd
import pytest

from energy_model.study.build_system import build_system
from energy_model.study.errors import RULES
from energy_model.study.load import load_study
from energy_model.study.pathway import between, build_rates, pathway_of, prices_of_year, study_of_year
from energy_model.study.reach import foresee, most_new_mw
from tests.support.shipped import with_coal_cap

HEAD = "[study]\nfleet_year = 2010\n"
CASES = 'cases = { 2010 = "base-2010", 2015 = "plan-2015", 2016 = "plan-2015" }\n'


def test_levels_lie_on_the_line_between_cases(load):
    """Proves: the load of 2013 is 40 % of 2010 and 60 % of 2015; a load that 2010 lacks counts as zero there; years of a case have its
    very rows. Sensitivity: fails if the wrong ends are weighed, or a missing row keeps its value.
    """
    path = load("plan-path")
    loads = path.tables["loads"].set_index(["load", "node", "case"]).energy_gwh_per_year
    now = study_of_year(path, 2013)
    assert now.settings.study.case == "2013"
    own = now.tables["loads"].query("case == '2013'").set_index(["load", "node"]).energy_gwh_per_year
    assert own["corn", "HORQIN"] == pytest.approx(0.4 * loads["corn", "HORQIN", "base-2010"] + 0.6 * loads["corn", "HORQIN", "plan-2015"])
    assert own["polysilicon", "NAIMAN"] == pytest.approx(0.6 * 300)
    smelters = build_system(now).smelter
    assert smelters.aluminium_kt_per_year["AL_HUOLINHE"] == pytest.approx(0.4 * 350 + 0.6 * 1800)
    assert smelters.intensity_kwh_per_t["AL_ZHAHA"] == pytest.approx(13500)
    assert study_of_year(path, 2015).settings.study.case == "plan-2015"
    assert study_of_year(path, 2015).tables["loads"] is path.tables["loads"]


def test_between_keeps_what_only_one_case_has():
    """Proves: amounts of a row that one case lacks count as zero there, its other numbers and words are kept.
    Sensitivity: fails if intensities are weighed with zero.
    """
    columns = ["smelter", "case", "name_zh", "name_en", "node", "aluminium_kt_per_year", "intensity_kwh_per_t", "modulation_down_share",
               "modulation_up_share", "modulation_hours_h", "ramp_share_per_h", "shed_cost_cny_per_mwh",
               "restart_cost_cny_per_mw"]  # fmt: skip
    rest = [0.1, 0.1, 4.0, 1.0, 2000.0, 1e5]
    rows = [
        ["A", "x", "甲", "a", "N", 100.0, 14000.0, *rest], ["A", "y", "甲", "a", "N", 200.0, 13000.0, *rest],
        ["B", "y", "乙", "b", "M", 80.0, 13500.0, *rest],
    ]  # fmt: skip
    table = between("smelters", pd.DataFrame(rows, columns=columns), "x", "y", 0.25, "z").set_index("smelter")
    assert table.aluminium_kt_per_year.to_dict() == {"A": 125.0, "B": 20.0}
    assert table.intensity_kwh_per_t.to_dict() == {"A": 13750.0, "B": 13500.0}
    assert table.node.to_dict() == {"A": "N", "B": "M"}
    assert set(table.case) == {"z"}


def test_prices_lie_on_the_line_between_vintages(load):
    """Proves: new wind at 8,000 in 2012 and 4,000 in 2024 costs 6,000 in 2018, 8,000 before and 4,000 after; battery energy likewise;
    fixed cost, life and minimum load stay those of the price level. Sensitivity: fails if the nearest vintage is taken or O&M follows.
    """
    tech = load("plan-path").tables["technologies"]

    def at(year):
        return prices_of_year(tech, 2012, year).query("vintage == 2012").set_index("technology")

    assert at(2018).capex_cny_per_kw["wind_new"] == pytest.approx(6000)
    assert at(2018).capex_cny_per_kwh["battery"] == pytest.approx(1335)
    assert (at(2005).capex_cny_per_kw["wind_new"], at(2040).capex_cny_per_kw["wind_new"]) == (8000, 4000)
    before = tech.query("vintage == 2012").set_index("technology").drop(columns=["capex_cny_per_kw", "capex_cny_per_kwh"])
    pd.testing.assert_frame_equal(at(2018)[before.columns], before)
    others = prices_of_year(tech, 2012, 2018).query("vintage == 2024")
    pd.testing.assert_frame_equal(others, tech.query("vintage == 2024"))


def test_clauses_contracts_and_microgrids_begin_in_their_year(load):
    """Proves: the export and thermal clauses hold from 2015, coal from 2014, wind from 2016; contracts owe energy and microgrids have
    rules from 2015. Sensitivity: fails if a target's year is ignored.
    """
    path = with_coal_cap(load("plan-path"))
    enforced = {}
    for y in (2011, 2014, 2015, 2016):
        t = study_of_year(path, y).tables["targets"].set_index("target")
        enforced[y] = set(t.index[t["mode"].isin(("hard", "soft"))])
    assert enforced[2011] == {"T06_WIND_GRID"}
    assert enforced[2014] == {"T06_WIND_GRID", "T07_COAL"}
    assert enforced[2015] == {"T06_WIND_GRID", "T07_COAL", "T07_THERMAL", "T07_EXPORT", "T06_BALANCE"}
    assert enforced[2016] == enforced[2015] | {"T06_WIND"}
    early, late = (build_system(study_of_year(path, y)) for y in (2014, 2015))
    assert early.contract.min_gwh_per_year.sum() == 0 < late.contract.min_gwh_per_year["LN_TARIFF"]
    assert early.microgrid.self_supply_share.sum() == 0 < late.microgrid.self_supply_share["HUOLINHE"]


def test_plants_leave_as_stated_or_at_the_end_of_life(load):
    """Proves: Hongjun's first two units leave in 2015 as stated, Tongliao's units of 1985 in 2015 after 30 years; those of 1989 stay; with
    an extension of five years the latter all stay. Clusters keep their names. Sensitivity: fails if life is counted one year off.
    """
    path = load("plan-path")

    def mw(study, year, name):
        return build_system(study_of_year(study, year)).thermal.existing.get(name, 0.0) * 1e3

    assert mw(path, 2014, "HORQIN.coal_old200") == pytest.approx(800)
    assert mw(path, 2015, "HORQIN.coal_old200") == pytest.approx(400)
    assert mw(path, 2014, "HLH.coal_captive_small") == pytest.approx(600)
    assert mw(path, 2015, "HLH.coal_captive_small") == pytest.approx(500)
    settings = path.settings.model_copy(update={"pathway": path.settings.pathway.model_copy(update={"life_extension_years": 5})})
    assert mw(type(path)(**{**path.__dict__, "settings": settings}), 2016, "HORQIN.coal_old200") == pytest.approx(800)


def test_one_year_is_the_study_itself(inputs):
    """Proves: a pathway of the year 2016 at fixed prices has the tables of the single study, but for what has left the fleet since.
    Sensitivity: fails if a year changes anything that it has no reason to.
    """
    inputs.scenario('[pathway]\nyears = [2016]\nprices = "fixed"\nlife_extension_years = 40\ncases = { 2016 = "plan-2015" }\n')
    single, path = load_study(inputs.path, "plan-2015"), load_study(inputs.path, "mine")
    year = study_of_year(path, 2016)
    for name, table in single.tables.items():
        if name != "plants":
            pd.testing.assert_frame_equal(year.tables[name], table)
    gone = year.tables["plants"].capacity_mw < single.tables["plants"].capacity_mw
    assert set(single.tables["plants"].plant[gone]) == {"HONGJUN"}
    assert pathway_of(path).weight == {2016: 1.0}


def test_rates_hold_until_the_next_row():
    """Proves: a rate holds from its year on until the next row; years before the first have none.
    Sensitivity: fails if rates are summed.
    """
    table = pd.DataFrame({"item": ["wind", "wind"], "year": [2014, 2012], "max_build_mw_per_year": [2.0, 1.0]})
    assert build_rates(table, [2011, 2012, 2013, 2015]) == {("wind", 2012): 1.0, ("wind", 2013): 1.0, ("wind", 2015): 2.0}


def test_a_myopic_planner_knows_what_the_rates_leave_time_for(load):
    """Proves: 10 GW of wind due in 2016 at 2 GW a year ask 6 GW in 2014; 10 GW of thermal plants due in 2015 at 2 GW, with 500 MW leaving
    in between, ask 8.5 GW in 2014. Sensitivity: fails if the years of building are counted one off, or leaving plants are forgotten.
    """
    t = foresee(load("plan-path"), 2014).tables["targets"].set_index("target")
    assert t.value["T06_WIND@2016"] == pytest.approx(6000)
    assert t.value["T07_THERMAL@2015"] == pytest.approx(8500)
    assert (t["mode"]["T06_WIND@2016"], t.year["T06_WIND@2016"]) == ("hard", 2014)
    assert "T06_WIND@2016" not in foresee(load("plan-path"), 2016).tables["targets"].target.to_list()


def test_most_new_is_bounded_by_candidates_and_rates(load):
    """Proves: wind of two years is bounded by its rates (1,500 + 2,000 MW), IGCC by its row of zero until 2014 and its candidate of 400 MW.
    Sensitivity: fails if an item's rate bounds every candidate alone.
    """
    path = load("plan-path")
    assert most_new_mw(path, "wind_capacity_mw", None, [2011, 2012]) == pytest.approx(3500)
    assert most_new_mw(path, "wind_capacity_mw", "HLGL", [2011, 2012]) == pytest.approx(300)
    assert most_new_mw(path, "igcc_capacity_mw", None, [2011, 2014]) == pytest.approx(0)
    assert most_new_mw(path, "igcc_capacity_mw", None, [2011, 2016]) == pytest.approx(400)


BAD = {
    "out of order": ("years = [2012, 2011]\n" + CASES, "pathway.years", "pathway"),
    "twice": ("years = [2012, 2012]\n" + CASES, "pathway.years", "pathway"),
    "before the fleet": ('years = [2008]\ncases = { 2008 = "base-2010" }\n', "pathway.years", "pathway"),
    "gap in the cases": ('years = [2012]\ncases = { 2015 = "plan-2015" }\n', "pathway.cases", "pathway"),
    "after the last case": ("years = [2017]\n" + CASES, "pathway.cases", "pathway"),
    "unknown case": ('years = [2012]\ncases = { 2012 = "plan-2012" }\n', "pathway.cases", "pathway"),
    "no year": ('years = [2012]\ncases = { now = "plan-2015", 2012 = "plan-2015" }\n', "pathway.cases", "pathway"),
    "foresight": ('years = [2012]\nforesight = "none"\n', "pathway.foresight", "setting"),
}


@pytest.mark.parametrize(("text", "column", "rule"), BAD.values(), ids=list(BAD))
def test_a_bad_pathway_is_refused(inputs, text, column, rule):
    """Proves: each mistake in [pathway] is told with its setting. Sensitivity: fails if a mistake passes, or raises anything else."""
    inputs.scenario(HEAD + "[pathway]\n" + text)
    errors = inputs.errors("mine")
    assert {(e.column, e.rule) for e in errors} == {(column, rule)}
    assert all(e.zh and e.en for e in errors)


def test_a_build_rate_that_makes_a_hard_clause_impossible(inputs):
    """Proves: 1,000 MW of wind a year cannot reach 10 GW by 2016; the error names the clause's cell, the year and the reach, in both
    languages; soft, the clause passes. Sensitivity: fails if reach is counted from candidates alone.
    """
    for year in ("2011", "2012"):
        inputs.put("pathway", inputs.find("pathway", item="wind", year=year), "max_build_mw_per_year", "1000")
    inputs.scenario(HEAD + "[pathway]\nyears = [2011, 2012, 2013, 2014, 2015, 2016]\n" + CASES)
    (error,) = inputs.errors("mine")
    row = inputs.find("targets", target="T06_WIND")
    assert (error.file, error.row, error.column, error.rule) == ("targets.csv", row, "value", "out_of_reach")
    assert "in 2016 at most 7,197 MW" in error.advice
    assert "7,197 MW" in error.advice_zh
    inputs.put("targets", row, "mode", "soft")
    inputs.put("targets", row, "penalty_cny_per_unit", "1e6")
    load_study(inputs.path, "mine")


def test_all_errors_at_once(inputs):
    """Proves: an unknown item, years out of order and an unknown case come together. Sensitivity: fails if the first one stops the rest."""
    row = inputs.find("pathway", item="C04", year="2011")
    inputs.put("pathway", row, "item", "C99")
    inputs.scenario(HEAD + '[pathway]\nyears = [2013, 2012]\ncases = { 2010 = "base-2010", 2015 = "none" }\n')
    places = {(e.file, e.row, e.column, e.value, e.rule) for e in inputs.errors("mine") if e.rule != "dangling_source"}
    assert ("pathway.csv", row, "item", "C99", "pathway") in places
    assert {p[2] for p in places} == {"item", "pathway.years", "pathway.cases"}
    assert "pathway" in RULES


@pytest.mark.parametrize(("name", "value"), [("power_flow", "dc"), ("security", "n-1"), ("circuits", "integer")])
def test_options_that_solve_a_year_several_times_are_refused_in_a_pathway(inputs, name, value):
    """Proves: power flow, N-1 and whole circuits in a pathway are refused by name with what to do instead.
    Sensitivity: silently dropped, the pathway would claim a security that nobody checked.
    """
    inputs.scenario(HEAD + f'[network]\n{name} = "{value}"\n[pathway]\nyears = [2015]\ncases = {{ 2015 = "plan-2015" }}\n')
    found = {(e.column, e.value, e.rule) for e in inputs.errors("mine")}
    assert (f"network.{name}", value, "pathway") in found


def test_retrofits_are_refused_in_a_pathway(inputs):
    """Proves: a pathway with a retrofit candidate is refused at the candidate's cell; the same candidate without a pathway passes.
    Sensitivity: accepted, the retrofit was never built, or kept its fleet from retiring.
    """
    row = (
        '[[add]]\ntable = "candidates"\nrow = { candidate = "flex", name_zh = "改造", name_en = "retrofit", node = "HORQIN", '
        'technology = "coal_sub600_flex", max_new_mw = 600, coal_grade = "lignite", retrofit_cny_per_kw = 120, '
        'retrofit_of = "coal_sub600" }\n'
    )
    inputs.scenario('[pathway]\nyears = [2015]\ncases = { 2015 = "plan-2015" }\n' + row)
    assert [(e.file, e.column) for e in inputs.errors("mine")] == [("scenarios/mine.toml", "retrofit_of")]
    inputs.scenario(row, "alone")
    assert load_study(inputs.path, "alone").tables["candidates"].retrofit_of.notna().sum() == 1
