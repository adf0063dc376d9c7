"""Railway lines and coal yards: what tables may say."""

import pytest

from energy_model.study.build_system import build_system
from energy_model.study.errors import InputErrors
from energy_model.study.load import load_study
from energy_model.study.unread import unread

ON = "[coal]\nby_month = true\n"


def refused(inputs) -> tuple[str, str, str]:
    with pytest.raises(InputErrors) as caught:
        load_study(inputs.path, "mine")
    (error,) = caught.value.errors
    return error.file, error.column, error.advice


def test_the_shipped_line_and_yards_reach_the_model(load):
    """Proves: routes from the pits into the city take the railway, those beside the pits do not; with months, each node and grade that
    burns coal has a yard, in hours of its consumption, and without them none. Sensitivity: a line lost on the way; days taken for hours.
    """
    plain, on = build_system(load("plan-2015")), build_system(load("plan-2015+coal-months"))
    assert plain.rail_line.capacity_kt_per_year["TONGHUO"] == 82000
    node = plain.supply.index.get_level_values(1).map(plain.fuel_user.node)
    assert set(node[(plain.supply.rail_line == "TONGHUO").to_numpy()]).isdisjoint({"HLGL", "HLH", "ZHNE"})
    assert set(node[plain.supply.rail_line.isna().to_numpy()]) <= {"HLGL", "HLH", "ZHNE"}
    assert plain.coal_yard.empty
    assert set(on.coal_yard.node + "/" + on.coal_yard.grade) == set(on.fuel_user.node + "/" + on.fuel_user.coal_grade)
    assert tuple(on.coal_yard.loc["HORQIN/lignite", ["least_h", "most_h", "mj_per_kg"]]) == (360.0, 720.0, 12.8)


def test_a_node_without_a_yard_is_refused_by_month(inputs):
    """Proves: with months, a plant at a node without a row of stocks is refused with file, row and what to add; without months it is not.
    Sensitivity: a stock of zero days that nobody wrote.
    """
    inputs.drop("coal_yards", node="ZHNE")
    inputs.scenario("")
    load_study(inputs.path, "mine")
    inputs.scenario(ON)
    with pytest.raises(InputErrors) as caught:
        load_study(inputs.path, "mine")
    assert {e.column for e in caught.value.errors} == {"node"}
    assert all(e.row and "ZHNE" in e.advice and "coal_yards.csv" in e.advice for e in caught.value.errors)


def test_bounds_that_cross_are_refused(inputs):
    """Proves: a minimum stock above the maximum is refused at its cell. Sensitivity: a yard that no plan can hold."""
    inputs.scenario('[[set]]\ntable = "coal_yards"\nwhere = { node = "HORQIN" }\nvalues = { least_days = 40 }\n')
    file, column, advice = refused(inputs)
    assert (file, column) == ("scenarios/mine.toml", "least_days")
    assert "most_days" in advice


def test_an_unknown_railway_line_is_refused(inputs):
    """Proves: a route over a line that no table knows is refused. Sensitivity: a mistyped line that limits nothing."""
    inputs.scenario('[[set]]\ntable = "coal_routes"\nwhere = { node = "HORQIN", mine = "HLH_PIT" }\nvalues = { rail_line = "TONGHOU" }\n')
    file, column, advice = refused(inputs)
    assert (file, column) == ("scenarios/mine.toml", "rail_line")
    assert "TONGHUO" in advice


def test_tables_that_are_not_read_are_told(load):
    """Proves: the stocks are told to have no effect while months are off, and only then. Sensitivity: silence; a note always there."""
    notes = {
        scenario: [n.en for n in unread(load(scenario)) if n.file == "coal_yards.csv"]
        for scenario in ("plan-2015", "plan-2015+coal-months")
    }
    assert "[coal] by_month is off" in " ".join(notes["plan-2015"])
    assert "by_month" not in " ".join(notes["plan-2015+coal-months"])


def test_a_railway_below_its_fixed_users_is_refused(inputs):
    """Proves: 20 kt less than what chemistry and rail shipments take over the railway are refused at its capacity, with what they take;
    exactly that is not. Sensitivity: a check that sees plants only, so that the plan is infeasible.
    """
    users = [dict(zip(inputs.rows("coal_users")[0], r, strict=True)) for r in inputs.rows("coal_users")[1:]]
    fixed = sum(float(u["demand_kt_per_year"]) for u in users if (u["case"], u["rail_line"]) == ("plan-2015", "TONGHUO"))
    row = inputs.find("rail_lines", rail_line="TONGHUO")
    inputs.put("rail_lines", row, "capacity_kt_per_year", f"{fixed - 20:g}")
    (error,) = inputs.errors()
    assert (error.file, error.row, error.column) == ("rail_lines.csv", row, "capacity_kt_per_year")
    assert f"{fixed:,.0f} kt" in error.advice
    inputs.put("rail_lines", row, "capacity_kt_per_year", f"{fixed:g}")
    load_study(inputs.path)
