"""Neighbours are read where a study asks for them; without them nothing of their rows is left, and each fault is named at its cell."""

import pytest

from energy_model.study import contract
from energy_model.study.build_system import build_system
from energy_model.study.given import given
from energy_model.study.load import load_study
from energy_model.study.neighbours import city_of
from energy_model.study.unread import unread

SCENARIO = "hindcast-2015"
BEYOND = {"LN", "JL", "HLJ", "EMD"}


def test_a_study_without_them_has_nothing_of_them(load):
    """Proves: off, no table has a row that names a neighbour, sources included, the system has no bus outside, and a note tells the rows
    that are not read; keys and places of the rows that stay are those of their files. Sensitivity: a table whose rows stay, or rows
    whose places moved up.
    """
    study = load("plan-2015")
    for name in contract.tables():
        for column in (c.name for c in contract.columns(name) if c.ref == ("nodes", "node")):
            assert not BEYOND & set(study.tables[name][column])
        assert not study.raw[name].cells.apply(lambda c: c.str.startswith("NB_")).to_numpy().any(), name
        assert len(study.raw[name].rows) == len(study.tables[name])
    assert not build_system(study).bus.outside.any()
    assert not len(study.tables["minimum_commitment"])
    (told,) = [n for n in unread(study) if "neighbours" in n.en]
    assert told.file == "nodes.csv"
    assert told.rows == (21, 22, 23, 24)
    assert all(f"{name}.csv (" in told.en for name in ("nodes", "plants", "loads", "corridors", "minimum_commitment"))
    assert "nodes.csv (4)" in told.zh
    file, row = study.raw["plants"].rows[-1]
    assert study.raw["plants"].cells.plant.iloc[-1] == study.tables["plants"].plant.iloc[-1]
    assert file == "plants.csv"
    assert row >= len(study.tables["plants"]) + 1


def test_on_they_stand_in_the_place_of_their_markets(load):
    """Proves: outlets to Liaoning end at the node LN, which has a load, plants and heat, and no bus has its name twice; the city alone has
    the heat of its clause. Sensitivity: a market beside its neighbour, or the heat of Liaoning in a clause of the city.
    """
    study = load(SCENARIO)
    system = build_system(study)
    assert set(system.bus.index[system.bus.outside]) == BEYOND
    assert system.bus.index.is_unique
    assert not system.bus.market["LN"]
    assert system.corridor.to_bus["C02"] == "LN"
    assert {"LN", "JL"} <= set(system.thermal.node) & set(system.heat_area.node)
    assert given(study, "heat_pj", "") == given(load("huolinhe-2014"), "heat_pj", "") == pytest.approx(12.7)
    city = city_of(study)
    assert not BEYOND & set(city.tables["nodes"].node)
    assert city_of(load("plan-2015")) is load("plan-2015")


def test_each_fault_is_named_at_its_cell(inputs):
    """Proves: a neighbour without a load of the level, a contract to its market, a line that ends at it and not at a receiver, and a clause
    of the city that is enforced are refused, each at its own row. Sensitivity: a node that is a bottomless sink, energy that is sold
    twice, a line that the map cannot draw, or a clause that counts the provinces.
    """
    inputs.drop("loads", node="JL")
    line = inputs.find("corridors", corridor="C01")
    inputs.put("corridors", line, "to_node", "JL")
    contract_row = inputs.find("contracts", contract="LN_TARIFF")
    inputs.scenario(
        '[study]\nfleet_year = 2015\ncase = "actual-2015"\n[expansion]\nenabled = false\n[neighbours]\nenabled = true\n'
        '[[set]]\ntable = "targets"\nwhere = { mode = ["hard", "soft"] }\nvalues = { mode = "report" }\n'
        '[[set]]\ntable = "targets"\nwhere = { target = "T07_EXPORT" }\nvalues = { mode = "hard" }\n'
        '[[set]]\ntable = "contracts"\nwhere = { contract = ["LN_FREE", "JL_FLAT", "SD_HVDC"] }\n'
        "values = { min_gwh_per_year = 0, max_mw = 0 }\n"
    )
    found = {(file, row, column) for file, row, column, _, rule in inputs.places("mine") if rule == "neighbour"}
    assert found == {
        ("nodes.csv", inputs.find("nodes", node="JL"), "node"),
        ("contracts.csv", contract_row, "max_mw"),
        ("corridors.csv", line, "to_node"),
        ("scenarios/mine.toml", None, "mode"),
    }


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("region", "LNN", "dangling_reference"),
        ("month", "2", "duplicate_key"),
        ("month", "13", "out_of_range"),
        ("least_online_share", "1.2", "out_of_range"),
        ("least_online_mw", "90000", "minimum_commitment"),
        ("kind", "coal", "not_in_list"),
        ("least_output_share", "1.2", "out_of_range"),
    ],
)
def test_minimum_commitment_is_checked_by_cell(inputs, column, value, rule):
    """Proves: an unknown region, a month twice or beyond the year, a share above 1, and more than is available are refused at their row.
    Sensitivity: a check that is missing, or a region that no plant stands in.
    """
    row = inputs.find("minimum_commitment", region="LN", case="actual-2015", kind="all", month="1")
    inputs.put("minimum_commitment", row, column, value)
    named = {(r, c) for file, r, c, _, found in inputs.places(SCENARIO) if file == "minimum_commitment.csv" and found == rule}
    assert (row, column if rule != "duplicate_key" else "region,kind,month") in named or rule == "duplicate_key"
    assert named


def test_a_missing_month_and_a_region_without_plants_are_refused(inputs):
    """Proves: eleven months, and a group whose region has no such plant, are named. Sensitivity: a month without a floor in silence."""
    inputs.drop("minimum_commitment", region="LN", case="actual-2015", kind="all", month="7")
    first = inputs.find("minimum_commitment", region="LN", case="actual-2015", kind="all")
    assert ("minimum_commitment.csv", first, "month", "1", "minimum_commitment") in inputs.places(SCENARIO)
    inputs.drop("plants", node="JL", coal_grade="northeast")
    place = (
        "minimum_commitment.csv",
        inputs.find("minimum_commitment", region="JL", case="actual-2015", kind="all"),
        "kind",
        "all",
        "minimum_commitment",
    )
    assert place in inputs.places(SCENARIO)


def test_a_minimum_output_leaves_room_for_full_heat(inputs):
    """Proves: CHP that gives all the heat it can loses 0.15 of 1.329/0.92 of its net rating and reaches 0.78; a minimum output of 0.8 is
    refused, 0.78 is not; condensing plants may be asked for 0.8. Sensitivity: a minimum that no unit can hold in deep winter.
    """
    row = inputs.find("minimum_commitment", region="LN", case="actual-2015", kind="chp", month="1")
    inputs.put("minimum_commitment", row, "least_output_share", "0.8")
    place = ("minimum_commitment.csv", row, "least_output_share", "0.8", "minimum_commitment")
    assert inputs.places(SCENARIO) == [place]
    inputs.put("minimum_commitment", row, "least_output_share", "0.78")
    assert load_study(inputs.path, SCENARIO)


def test_damage_in_rows_that_are_not_read_is_still_named(inputs):
    """Proves: a plant of a neighbour with a capacity in words is refused though the study reads none. Sensitivity: rows left out unread."""
    row = inputs.find("plants", plant="NB_LN_CHP", unit="1")
    inputs.put("plants", row, "capacity_mw", "many")
    assert [p[:3] for p in inputs.places("plan-2015")] == [("plants.csv", row, "capacity_mw")]
    inputs.put("plants", row, "capacity_mw", "4000")
    assert load_study(inputs.path)


@pytest.mark.parametrize("scenario", ["plan-2015", "outlook-2030"])
def test_the_overlay_puts_neighbours_in_the_place_of_contracts(load, scenario):
    """Proves: with `northeast` the four neighbours of the level have load, CHP, heat and coal of their own, the contracts with Liaoning and
    Jilin take nothing, no clause is enforced, and new lines to their stations end at them. Sensitivity: a level without a load or a
    fleet, energy that is sold twice, or an outlet that ends at a market.
    """
    study = load(f"{scenario}+northeast")
    system = build_system(study)
    assert set(system.bus.index[system.bus.outside]) == BEYOND
    assert set(system.heat_area.node) & BEYOND == BEYOND
    assert {"LN", "JL", "HLJ", "EMD"} <= set(system.thermal.node[system.thermal.kind == "chp"])
    assert study.tables["contracts"].set_index("market").max_mw[["LN", "JL"]].eq(0).all()
    assert not set(study.tables["targets"]["mode"]) & {"hard", "soft"}
    assert set(system.corridor.to_bus[["C03", "C09", "C11"]]) == {"LN"}
    heat = system.thermal[system.thermal.node == "LN"].existing.sum()
    assert heat == pytest.approx({"plan-2015": 28.744, "outlook-2030": 40.074}[scenario])
