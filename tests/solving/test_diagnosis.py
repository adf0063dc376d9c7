"""Why a plan is impossible, on studies whose conflicts are known."""

import pytest
from tiny import build, tiny_system

from energy_model.questions.explain import YEARLY_ROWS
from energy_model.solving.diagnosis import DiagnosisError, diagnose


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
    assert [(f, n) for f, n, _ in found.least] == [("clause_at_least", ("wind",))]


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
