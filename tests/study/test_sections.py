"""Tables of sections: what the model makes of them, and what is refused."""

import pytest

from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from energy_model.study.unread import unread

MONTHS = ", ".join(f"forward_mw_{i:02d} = {1000 + i}" for i in range(1, 13))
SECTION = f"""
[[add]]
table = "sections"
row = {{ section = "S", name_zh = "断面", name_en = "S", {MONTHS} }}
[[add]]
table = "section_members"
row = {{ section = "S", corridor = "C02", weight = 0.5 }}
[[add]]
table = "section_members"
row = {{ section = "S", corridor = "C01", weight = -1 }}
[[add]]
table = "section_units"
row = {{ section = "S", node = "KZZ", forward_share = 0.2 }}
"""


def test_tables_become_gigawatts(inputs):
    """Proves: 1,001 MW in January and 1,012 in December are 1.001 and 1.012 GW of one direction; weights and shares stay as they are.
    Sensitivity: a factor of 1000; months by another order; a row for a direction without limits.
    """
    inputs.scenario(SECTION)
    y = build_system(load_study(inputs.path, "mine"))
    assert list(y.section.index) == [("S", "forward")]
    assert (y.section.month_01.item(), y.section.month_12.item()) == pytest.approx((1.001, 1.012))
    assert y.section_member.weight.to_dict() == {("S", "C02"): 0.5, ("S", "C01"): -1.0}
    assert y.section_unit.loc["S", "KZZ"].to_dict() == {"forward": 0.2, "reverse": 0.0}


def test_the_shipped_study_has_none(load):
    """Proves: without the overlay there is no section; with it one, of the lines that end in Liaoning. Sensitivity: one that is on."""
    assert len(build_system(load("plan-2015")).section) == 0
    y = build_system(load("plan-2015+sections"))
    ends = y.corridor.index[y.corridor.to_bus == "LN"]
    assert set(y.section_member.index.get_level_values("corridor")) == set(ends)


def test_a_corridor_that_is_not_there_does_not_count_and_is_told(inputs):
    """Proves: a member that neither stands nor may be built leaves the section, with a note. Sensitivity: silence; a missing column."""
    line = '[[set]]\ntable = "corridors"\nwhere = { corridor = "C02" }\nvalues = { existing_mw = 0, max_new_mw = 0 }\n'
    inputs.scenario(SECTION + line)
    study = load_study(inputs.path, "mine")
    assert list(build_system(study).section_member.index) == [("S", "C01")]
    assert any("S/C02" in note.en and "neither stands" in note.en for note in unread(study))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('corridor = "C02"', 'corridor = "C99"', ("corridor", "dangling_reference")),
        ('corridor = "C02"', 'corridor = "C01"', ("section,corridor", "duplicate_key")),
        ("weight = -1", "weight = 0", ("weight", "contradiction")),
        ("forward_mw_03 = 1003, ", "", ("forward_mw_03", "missing_value")),
        ("forward_mw_12 = 1012", "reverse_mw_12 = 1012", ("forward_mw_12", "missing_value")),
        (f", {MONTHS}", "", ("forward_mw_01", "missing_value")),
        ("forward_mw_01 = 1001", "forward_mw_01 = -1", ("forward_mw_01", "out_of_range")),
        ("forward_share = 0.2", "reverse_share = 0.2", ("reverse_share", "not_allowed")),
        ("forward_share = 0.2", "forward_share = 0", ("forward_share", "contradiction")),
        ('node = "KZZ"', 'node = "LN_SHALING"', ("node", "node_kind")),
        ('section = "S", corridor = "C01"', 'section = "T", corridor = "C01"', ("section", "dangling_reference")),
    ],
)
def test_what_cannot_be_is_refused(inputs, old, new, place):
    """Proves: each broken cell is named with its file and rule. Sensitivity: months that are filled in by guess; doubled members."""
    assert SECTION.count(old) == 1
    inputs.scenario(SECTION.replace(old, new))
    assert ("scenarios/mine.toml", *place) in [(e.file, e.column, e.rule) for e in inputs.errors("mine")]


def test_a_section_without_corridors_is_refused(inputs):
    """Proves: a section that no row of section_members.csv names limits nothing and is an error. Sensitivity: a limit that never binds."""
    inputs.scenario(SECTION[: SECTION.index('[[add]]\ntable = "section_members"')])
    assert [(e.column, e.rule) for e in inputs.errors("mine")] == [("section", "contradiction")]


def test_a_node_without_thermal_units_is_told(inputs):
    """Proves: units of KZZ, where no thermal plant stands or may be built, raise no limit, and a note says so; Jarud, where one
    may be built, and Horqin District of the shipped overlay have none. Sensitivity: silence; a note on every node without plants of today.
    """

    def told(scenario):
        return [note.en for note in unread(load_study(inputs.path, scenario)) if "no thermal unit stands" in note.en]

    inputs.scenario(SECTION)
    assert "S/KZZ" in told("mine")[0]
    inputs.scenario(SECTION.replace('node = "KZZ"', 'node = "JARUD"'))
    assert not told("mine")
    assert not told("plan-2015+sections")


def test_a_section_between_neighbours_is_left_out_with_them(inputs):
    """Proves: a section of a tie between neighbours limits the hindcast, and a plan without neighbours leaves it and its units out; with a
    corridor of the city it stays. Sensitivity: a section without corridors that no plan may read; a section lost for one of its corridors.
    """
    tie = SECTION.replace("C02", "N03").replace("C01", "N01")
    hindcast = (inputs.path / "scenarios" / "hindcast-2015.toml").read_text(encoding="utf-8").split("\n", 2)[2]
    inputs.scenario(hindcast + tie)
    assert list(build_system(load_study(inputs.path, "mine")).section.index) == [("S", "forward")]
    inputs.scenario(tie)
    city = load_study(inputs.path, "mine").tables
    assert not any(len(city[name]) for name in ("sections", "section_members", "section_units"))
    inputs.scenario(SECTION.replace("C02", "N03"))
    city = load_study(inputs.path, "mine").tables
    assert list(city["section_members"].corridor) == ["C01"]
    assert len(city["sections"]) == len(city["section_units"]) == 1
