"""Why a plan is impossible, on studies whose conflicts are known."""

import pytest

from energy_model.analyses.explain import PATH_ROWS, YEARLY_ROWS
from energy_model.solving import diagnosis
from energy_model.solving.diagnosis import DiagnosisError, diagnose
from energy_model.study.path_origins import PathRow
from tests.support.pathways import joined, linked
from tests.support.tiny import build, tiny_system


def conflict_of(system, **profiles):
    return diagnose(build(system, **profiles).lp, YEARLY_ROWS, threads=1)


def two_wishes(wind: float, coal: float):
    """At most 9 GW of wind can be built; each GW of thermal capacity needs coal that `coal` limits."""
    return tiny_system(
        thermal={"coal": {"existing": 1.0, "fuel": 1.0}},
        resource={"new": {"max_new": 9.0, "capex": 1.0}},
        target={
            "wind": {"quantity": "wind_capacity_mw", "value": wind},
            "thermal": {"quantity": "thermal_capacity_mw", "value": 500.0},
            "carbon": {"quantity": "co2_kt", "sense": "<=", "value": coal},
        },
    )


def test_a_possible_plan_has_no_conflict():
    """Proves: rows that hold are no conflict. Sensitivity: an elastic program that always uses slack would accuse a sound plan."""
    assert conflict_of(two_wishes(9000.0, 1e6), load=0.5).conflicts == ()


def test_a_floor_above_what_can_be_built_is_named_alone_with_its_limit():
    """Proves: 10 GW of wind where 9 can be built is a conflict of one row, held back by that candidate, and 1 GW less would do.
    Sensitivity: without the deletion filter the clauses on coal and thermal capacity could be accused too.
    """
    found = conflict_of(two_wishes(10_000.0, 1e6), load=0.5)
    (conflict,) = found.conflicts
    (member,) = conflict.members
    assert (member.family, member.label, member.limit) == ("clause_at_least", ("wind",), 10.0)
    assert member.gives == pytest.approx(-1.0)
    assert [h[:2] for h in conflict.held_by] == [("capacity_renewable", ("new",))]
    assert [(m.family, m.label) for m in found.least] == [("clause_at_least", ("wind",))]


def test_two_rows_that_fight_are_both_named():
    """Proves: export of 12 GWh from coal of 0.1 kt CO2/TJ and a cap of 0.6 kt fight: either 6 GWh less, or 0.6 kt more, alone suffices.
    Sensitivity: a filter that drops too much would name one row, which can hold by itself.
    """
    system = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"coal": {"existing": 1.0, "fuel": 1.0}},
        corridor={"line": {"to_bus": "M", "existing": 1.0, "reversible": False}},
        contract={"sale": {"max": 1.0}},
        target={
            "export": {"quantity": "export_gwh", "value": 12.0},
            "carbon": {"quantity": "co2_kt", "sense": "<=", "value": 0.6},
            "idle": {"quantity": "thermal_capacity_mw", "value": 500.0},
        },
    )
    (conflict,) = conflict_of(system).conflicts
    gives = {m.label[0]: m.gives for m in conflict.members}
    assert gives == pytest.approx({"export": -6.0, "carbon": 0.6})


def test_two_conflicts_are_told_apart():
    """Proves: a wind floor out of reach and a contract out of reach are two conflicts, each with what it alone has to give.
    Sensitivity: with one conflict held while the other is measured, neither could be mended alone and both would say nothing.
    """
    system = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"coal": {"existing": 1.0, "fuel": 1.0}},
        resource={"new": {"max_new": 9.0, "capex": 1.0}},
        corridor={"line": {"to_bus": "M", "existing": 0.5, "reversible": False}},
        contract={"sale": {"max": 1.0, "min_gwh_per_year": 15.0}},
        target={"wind": {"quantity": "wind_capacity_mw", "value": 10_000.0}},
    )
    found = conflict_of(system)
    gives = {m.label[0]: m.gives for c in found.conflicts for m in c.members}
    assert len(found.conflicts) == 2
    assert gives == pytest.approx({"wind": -1.0, "sale": -3.0})


def test_hours_that_cannot_balance_are_a_sentence():
    """Proves: when the hourly rows alone are impossible (a converter minimum that no market takes), the diagnosis says so.
    Sensitivity: reading the elastic program's empty answer as zeros would say that the plan is possible.
    """
    system = tiny_system(
        bus={"A": {}, "M": {"market": True}},
        thermal={"coal": {"existing": 1.0, "fuel": 1.0}},
        corridor={"dc": {"to_bus": "M", "kind": "hvdc", "existing": 1.0, "reversible": False, "min_power_share": 0.1}},
        target={"thermal": {"quantity": "thermal_capacity_mw", "value": 500.0}},
    )
    with pytest.raises(DiagnosisError, match="hours cannot be balanced"):
        conflict_of(system)


def path_conflicts(first, second, rates=None):
    """Conflicts of a pathway over 2011 and 2012."""
    path = joined({2011: first, 2012: second}, linked([2011, 2012], rates), {2011: {"load": 0.5}, 2012: {"load": 0.5}})
    return diagnose(path.lp, PATH_ROWS, threads=1)


def test_of_a_pathway_the_year_and_the_clause_are_named():
    """Proves: 10 GW of wind in 2012 where 9 can be built is a conflict of that clause in that year alone, by 1 GW, held back by what can be
    built; the same clause at 5 GW in 2011 is not accused.
    Sensitivity: labels without their year, or rows of 2011 among the members, fail.
    """
    found = path_conflicts(two_wishes(5000.0, 1e6), two_wishes(10_000.0, 1e6))
    (conflict,) = found.conflicts
    (member,) = conflict.members
    assert (member.family, member.label, member.gives) == ("clause_at_least", (2012, "wind"), pytest.approx(-1.0))
    held = {(row.family, row.element) for row in (PathRow.of(f, n) for f, n, _ in conflict.held_by)}
    assert held
    assert {name.split("/")[1] for _, name in held} == {"new"}
    assert [(m.family, m.label) for m in found.least] == [("clause_at_least", (2012, "wind"))]


def test_a_clause_of_one_year_fights_with_build_rates_of_both():
    """Proves: 10 GW of wind due in 2012 against 3 GW a year in 2011 and in 2012: three rows, each able to mend it alone by 4 GW.
    Sensitivity: each year's own LP is possible (20 GW can be built), so a search year by year would find nothing.
    """
    free = tiny_system(thermal={"coal": {"existing": 1.0}}, resource={"w": {"max_new": 20.0}})
    bound = tiny_system(
        thermal={"coal": {"existing": 1.0}},
        resource={"w": {"max_new": 20.0}},
        target={"wind": {"quantity": "wind_capacity_mw", "value": 10_000.0}},
    )
    (conflict,) = path_conflicts(free, bound, {("wind", 2011): 3.0, ("wind", 2012): 3.0}).conflicts
    gives = {(m.family, m.label): m.gives for m in conflict.members}
    assert gives == pytest.approx(
        {("clause_at_least", (2012, "wind")): -4.0, ("build_rate", ("wind", 2011)): 4.0, ("build_rate", ("wind", 2012)): 4.0}
    )


@pytest.mark.parametrize("many", [0, 10**9])
def test_two_clauses_of_the_second_year_fight(many, monkeypatch):
    """Proves: export of 12 GWh from coal of 0.1 kt CO2/TJ and a cap of 0.6 kt fight in 2012, when the cap has come: both are named with
    that year, 6 GWh less or 0.6 kt more would do; without the cap there is no conflict. Both ways of solving say so.
    Sensitivity: a filter that drops too much would name one, which can hold by itself.
    """

    def system(cap):
        return tiny_system(
            bus={"A": {}, "M": {"market": True}},
            thermal={"coal": {"existing": 1.0, "fuel": 1.0}},
            corridor={"line": {"to_bus": "M", "existing": 1.0, "reversible": False}},
            contract={"sale": {"max": 1.0}},
            target={
                "export": {"quantity": "export_gwh", "value": 12.0},
                "carbon": {"quantity": "co2_kt", "sense": "<=", "value": cap},
            },
        )

    monkeypatch.setattr(diagnosis, "MANY_COLUMNS", many)
    years = linked([2011, 2012])
    path = joined({2011: system(99.0), 2012: system(0.6)}, years, {2011: {}, 2012: {}})
    (conflict,) = diagnose(path.lp, PATH_ROWS, threads=1).conflicts
    gives = {m.label: m.gives for m in conflict.members}
    assert gives == pytest.approx({(2012, "export"): -6.0, (2012, "carbon"): 0.6})
    sound = joined({2011: system(99.0), 2012: system(99.0)}, years, {2011: {}, 2012: {}})
    assert diagnose(sound.lp, PATH_ROWS, threads=1).conflicts == ()
