"""Scenario files: overlays, additions, and every way to get them wrong."""

import pickle

import pytest

from energy_model.study.errors import InputErrors
from energy_model.study.load import load_study
from energy_model.study.scenario import list_scenarios

NAMES = [
    "hindcast-2015",
    "huolinhe-2014",
    "huolinhe-2023",
    "no-export",
    "outlook-2030",
    "outlook-path",
    "plan-2015",
    "plan-2015-dc",
    "plan-2015-n1",
    "plan-2015-reserves",
    "plan-2015-retrofit",
    "plan-2015-secure",
    "plan-2015-thermal-cap",
    "plan-path",
]


@pytest.mark.slow
def test_shipped_scenarios(load, shipped):
    """Proves: all shipped scenarios load, carry a purpose in both languages and survive pickling.

    Sensitivity: any error in the shipped tables or files raises.
    """
    scenarios = list_scenarios(shipped)
    assert [s.name for s in scenarios] == NAMES
    assert all(s.purpose_en and s.purpose_zh for s in scenarios)
    for name in NAMES:
        again = pickle.loads(pickle.dumps(load(name)))
        assert again.tables["targets"].equals(load(name).tables["targets"])
        assert set(again.sha256) >= {"plants.csv", "study.toml", f"scenarios/{name}.toml"}


def test_shipped_scenarios_differ_where_they_say(load):
    """Proves: each overlay changes the cells it names and leaves the others.

    Sensitivity: an overlay that touches every row, or none, fails.
    """
    plan = load("plan-2015").tables
    cap = load("plan-2015-thermal-cap").tables["targets"].set_index("target")
    differ = plan["targets"].set_index("target").compare(cap)
    assert differ.index.tolist() == ["T07_THERMAL"]
    assert cap.sense["T07_THERMAL"] == "<="
    assert (load("no-export").tables["contracts"].max_mw == 0).all()
    past = load("hindcast-2015")
    assert not past.settings.expansion.enabled
    assert past.settings.study.fleet_year == 2015
    enforced = past.tables["targets"][past.tables["targets"]["mode"].isin(["hard", "soft"])]
    assert set(enforced.quantity) == {"condensing_gwh"}  # none of the plan: quotas of neighbours and of the public grid
    assert set(enforced.scope) == {"LN", "JL", "HLJ", "EMD", "HORQIN", "HLGL"}
    assert ("contracts", "JL_FLAT", "max_mw") in past.changed
    assert past.settings.time == load("plan-2015").settings.time


def test_set_and_add(inputs):
    """Proves: numbers match by value, lists by any member, added rows arrive typed with defaults.

    Sensitivity: text comparison of 660 and 660.0, or a lost default, fails.
    """
    inputs.scenario(
        """
[[set]]
table = "plants"
where = { capacity_mw = 660.0, plant = ["JINLIAN", "NONE"] }
values = { heat_rate_gj_per_mwh = 9.5 }
[[add]]
table = "candidates"
[add.row]
candidate = "battery@HORQIN"
name_zh = "电池"
name_en = "battery"
node = "HORQIN"
technology = "battery"
max_new_mw = 100
"""
    )
    study = load_study(inputs.path, "mine")
    plants = study.tables["plants"]
    assert (plants.heat_rate_gj_per_mwh == 9.5).sum() == 3
    assert (plants[plants.heat_rate_gj_per_mwh == 9.5].capacity_mw == 660).all()
    added = study.tables["candidates"].iloc[-1]
    assert (added.candidate, added.max_new_mw, added.min_new_mw) == ("battery@HORQIN", 100.0, 0.0)
    assert ("candidates", "battery@HORQIN", "*") in study.changed


@pytest.mark.parametrize(
    ("text", "column", "rule"),
    [
        ('[[set]]\ntable = "plant"\nwhere = {}\nvalues = {}\n', "table", "unknown_table"),
        ('[[set]]\ntable = "plants"\nwhere = { plnt = "X" }\nvalues = {}\n', "plnt", "unknown_column"),
        (
            '[[set]]\ntable = "plants"\nwhere = {}\nvalues = { capacity_kw = 1 }\n',
            "capacity_kw",
            "unknown_column",
        ),
        (
            '[[set]]\ntable = "plants"\nwhere = { plant = "X" }\nvalues = { capacity_mw = 1 }\n',
            "where",
            "no_match",
        ),
        ('[[set]]\ntable = "plants"\nvalues = { capacity_mw = 1 }\n', "set", "overlay_entry"),
        ('[[add]]\ntable = "plants"\nwhere = {}\n', "add", "overlay_entry"),
        ('[[add]]\ntable = "plants"\nrow = { nod = "KEQ" }\n', "nod", "unknown_column"),
        ("[study]\nfleet = 2015\n", "study.fleet", "setting"),
        ('[study]\nfleet_year = "2015"\n', "study.fleet_year", "setting"),
        ("[time]\nblock_hours = 100\n", "time.block_hours", "setting"),
        ("[time]\ncommitment_step_h = 5\n", "time.commitment_step_h", "setting"),
        ("[solver]\nthreads = 2\n", "solver", "setting"),
        ("[[set]\n", "", "bad_toml"),
    ],
)
def test_malformed_overlays(inputs, text, column, rule):
    """Proves: every slip in a scenario file is one error at that file.

    Sensitivity: an overlay that is silently ignored loads instead of raising.
    """
    inputs.scenario(text)
    assert [(e.file, e.column, e.rule) for e in inputs.errors("mine")] == [("scenarios/mine.toml", column, rule)]


def test_bad_value_is_blamed_on_the_scenario(inputs):
    """Proves: a bound broken by an overlay is reported at the scenario file, not at the table.

    Sensitivity: pointing the user at the sound CSV fails.
    """
    inputs.scenario('[[set]]\ntable = "finance"\nwhere = { vintage = 2012 }\nvalues = { discount_rate_share = 8 }\n')
    assert inputs.places("mine") == [("scenarios/mine.toml", None, "discount_rate_share", "8", "out_of_range")]


@pytest.mark.parametrize("name", ["../study", "a/b", "..", "", "a\\b", "/etc/passwd", "x\x00"])
def test_paths_are_refused(inputs, name):
    """Proves: a scenario name cannot leave the folder. Sensitivity: reading any such path fails."""
    assert [e.rule for e in inputs.errors(name)] == ["scenario_name"]


def test_unknown_scenario_lists_those_at_hand(inputs):
    """Proves: a wrong name is answered with the right ones. Sensitivity: a bare error fails."""
    (error,) = inputs.errors("plan-2051")
    assert error.rule == "unknown_scenario"
    assert "plan-2015-dc", "plan-2015-thermal-cap" in error.advice


def test_purpose_is_needed(inputs):
    """Proves: a scenario without purpose in both languages is refused. Sensitivity: accepting it fails."""
    (inputs.path / "scenarios" / "mine.toml").write_text('purpose_en = "x"\n')
    with pytest.raises(InputErrors, match="purpose_zh"):
        list_scenarios(inputs.path)
