"""Minimum commitment by region and month, and the generation quota of condensing plants, solved by hand."""

import numpy as np
import pytest

from energy_model.results.quantities import Quantities
from energy_model.results.recount import balances
from tests.support.tiny import run, tiny_system

JANUARY = (1.0,) + (0.0,) * 11
"""The hours of a tiny study lie in January."""


def region(group: dict, **parts):
    """A dear and a cheap condensing plant and a CHP plant of 1 GW each, minimum load one half, beside 1 GW of wind."""
    plant = {"existing": 1.0, "min_load_share": 0.5}
    return tiny_system(
        bus={"A": {"region": "west"}},
        thermal={"dear": plant | {"fuel": 0.4}, "cheap": plant | {"fuel": 0.2}, "heat": plant | {"fuel": 0.1, "kind": "chp"}},
        resource={"w": {"existing": 1.0}},
        minimum_commitment={"group": group} if group else {},
        **parts,
    )


def test_the_cheapest_plants_of_the_region_stay_online():
    """Proves: of three plants 1.5 GW must be on-line in January: the CHP plant and half of the cheap one run at minimum load, 0.75 GW, and
    so much wind is curtailed; one more GW on-line costs half of the fuel at 0.2 MCNY/GWh for the four hours of a step, 0.4 MCNY.
    Sensitivity: a row by plant, of another month, of output instead of on-line capacity, or none.
    """
    r = run(region({"least_gw": tuple(1.5 * np.array(JANUARY))}), load=1.0, step_h=4)
    online = {g: r.value("online", g) for g in ("dear", "cheap", "heat")}
    assert online["dear"] == pytest.approx(0.0)
    assert online["cheap"] == pytest.approx(0.5)
    assert online["heat"] == pytest.approx(1.0)
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.25)
    assert r.cost == pytest.approx(24 * (0.5 * 0.1 + 0.25 * 0.2))
    assert r.dual("minimum_commitment", "group") == pytest.approx(4 * 0.5 * 0.2)
    assert r.shifted(0.2, "minimum_commitment", "group") - r.cost == pytest.approx(0.2 * 0.4)


@pytest.mark.parametrize(
    ("group", "online"),
    [
        ({"least_gw": (0.0,) + (1.5,) * 11}, 0.0),  # other months
        ({"kind": "thermal", "least_gw": JANUARY}, 1.0),  # the CHP plant does not count
        ({"region": "east", "least_gw": (0.0,) * 12}, 0.0),
        ({"kind": "thermal", "least_share": (0.25,) * 12}, 0.5),  # of 2 GW
        ({"kind": "thermal", "least_gw": (0.1,) * 12, "least_share": (0.25,) * 12}, 0.6),
        ({}, 0.0),
    ],
)
def test_group_month_and_share(group, online):
    """Proves: the row counts the plants of its kind and region in its month; a share is one of the available capacity and adds to the
    amount; without a row nothing is on-line. Sensitivity: a group, a month or a share that is not looked at.
    """
    r = run(region(group), load=1.0)
    assert sum(r.value("online", g) for g in ("dear", "cheap")) == pytest.approx(online)
    assert r.value("online", "heat") == pytest.approx(0.0)


def test_a_share_follows_what_is_built_and_available():
    """Proves: half of what is available of 1 GW with outages of 20 % and of what is built must be on-line: at 0.5 GW of load that only the
    second plant can serve, 0.5 GW are built, and (0.8 + 0.5)/2 = 0.65 GW on-line, 0.15 GW of them of the first: a tenth of fuel, no output.
    Sensitivity: a share of what stood before, or of gross capacity.
    """
    s = tiny_system(
        bus={"A": {"region": "west"}, "B": {"region": "west"}},
        thermal={
            "old": {"existing": 1.0, "online_share": 0.8, "fuel": 1.0, "no_load_fuel_share": 0.1},
            "new": {"node": "B", "max_new": 2.0, "capex": 100.0},
        },
        minimum_commitment={"group": {"least_share": (0.5,) * 12}},
    )
    r = run(s, load={"B": 0.5})
    assert r.value("capacity_thermal", "new") == pytest.approx(0.5)
    assert r.value("online", "new") == pytest.approx(0.5)
    assert r.value("online", "old") == pytest.approx(0.15)
    assert r.value("above_minimum", "old") == pytest.approx(0.0)
    assert r.cost == pytest.approx(0.5 * 100 + 24 * 0.15 * 0.1)


def test_a_quota_is_owed_by_condensing_plants_alone():
    """Proves: a quota of 12 GWh a day is made by the cheap condensing plant at 0.2 MCNY/GWh and not by the cheaper CHP plant, whenever it
    likes; half of the wind is curtailed and one more GWh costs 0.2. Sensitivity: CHP counts, or the row is one of every hour.
    """
    r = run(region({}, target={"quota": {"quantity": "condensing_gwh", "value": 12.0}}), load=1.0)
    assert r.account("thermal_variable") == 0.0
    assert r.cost == pytest.approx(12 * 0.2)
    assert r.value("total_condensing", "cheap") == pytest.approx(12.0)
    assert r.value("renewable_power", "A.wind").sum() == pytest.approx(12.0)
    assert r.dual("clause_at_least", "quota") == pytest.approx(0.2)


def test_a_quota_of_a_place_counts_its_plants():
    """Proves: a quota of B is not made by the cheaper plant of A; one above what B can make is missed at its penalty.
    Sensitivity: a scope that is not looked at.
    """
    plant = {"existing": 1.0, "fuel": 0.2}
    quota = {"quantity": "condensing_gwh", "scope": "B", "value": 30.0, "mode": "soft", "penalty_cny_per_unit": 1000.0}
    s = tiny_system(bus={"A": {}, "B": {}}, thermal={"a": plant, "b": plant | {"node": "B", "fuel": 0.3}}, target={"quota": quota})
    r = run(s, load={"A": 0.0, "B": 1.0})
    assert r.value("total_condensing", "b") == pytest.approx(24.0)
    assert r.value("missed", "quota") == pytest.approx(6.0)


HEATED = {"existing": 1.0, "kind": "chp", "is_chp": True, "heat_area": "town", "min_load_share": 0.5}
DIAGRAM = {"heat_share": 1.0, "power_loss_per_heat": 0.2, "back_pressure_ratio": 0.5}
"""At 0.5 GW of heat a GW on-line loses 0.1 GW: it sends out 0.4 GW at minimum load, 0.25 GW on the back-pressure line."""


@pytest.mark.parametrize(
    ("share", "heat", "power"),
    [
        ((0.0,) * 12, 0.5, 0.4),  # minimum load of the boiler
        ((0.6,) + (0.0,) * 11, 0.5, 0.6),
        ((0.0,) + (0.6,) * 11, 0.5, 0.4),  # other months
        ((0.45,) * 12, 1.0, 0.5),  # the back-pressure line lies higher
    ],
)
def test_output_follows_heat_and_month(share, heat, power):
    """Proves: a CHP unit on-line for its heat sends out the most of minimum load less the power lost to heat, the share of the month and
    the back-pressure line, and wind takes what is left of 1 GW. Sensitivity: a share of the boiler load, of another month, or none.
    """
    s = tiny_system(
        bus={"A": {"region": "west"}},
        thermal={"heat": HEATED | DIAGRAM | {"must_run_share": 1.0, "fuel": 0.1}},
        heat_area={"town": {}},
        resource={"w": {"existing": 1.0}},
        minimum_commitment={"group": {"kind": "chp", "least_output_share": share}},
    )
    r = run(s, load=1.0, heat=heat)
    assert r.value("renewable_power", "A.wind") == pytest.approx(1.0 - power)
    boiler = power + 0.2 * heat
    assert r.cost == pytest.approx(24 * 0.1 * boiler)
    if power == 0.6:
        assert r.dual("minimum_output", "heat") == pytest.approx(0.1)
        assert r.shifted(0.05, "minimum_output", "heat") - r.cost == pytest.approx(0.05 * 0.1)


def test_each_cluster_holds_its_own_minimum_output():
    """Proves: of two CHP clusters on-line the dearer one sends out its 0.6 GW too and cannot leave it to the cheaper one; in two groups the
    higher share counts. Sensitivity: one row for the sum of a group, or the share of the last group.
    """
    unit = {"existing": 1.0, "must_run_share": 1.0, "kind": "chp"}
    s = tiny_system(
        bus={"A": {"region": "west"}},
        thermal={"cheap": unit | {"fuel": 0.1}, "dear": unit | {"fuel": 0.4}},
        minimum_commitment={
            "chp": {"kind": "chp", "least_output_share": (0.6,) * 12},
            "all": {"least_output_share": (0.3,) * 12},
        },
    )
    r = run(s, load=1.2 + 0.2)
    assert r.value("above_minimum", "dear") == pytest.approx(0.6)
    assert r.value("above_minimum", "cheap") == pytest.approx(0.8)


def test_planned_generation_comes_before_wind():
    """Proves: of a load of 1 GW, 24 GWh a day, the condensing plants make the 465 GWh planned for January, 15 GWh on its first day, with
    the cheap one, and wind the other 9: 15 x 0.2 = 3 MCNY, one GWh more costs 0.2; what is planned for February binds nothing.
    Sensitivity: the month's amount in one day, output of the CHP plant in it, or a plan of another month.
    """
    plan = (465.0, 700.0) + (0.0,) * 10
    r = run(region({"kind": "thermal", "planned_gwh": plan}), load=1.0)
    assert r.cost == pytest.approx(3.0)
    assert r.value("renewable_power", "A.wind").sum() == pytest.approx(9.0)
    assert r.dual("planned_generation", "group", 1) == pytest.approx(0.2)
    assert run(region({"planned_gwh": plan}), load=1.0).cost == pytest.approx(1.5)  # all plants: the CHP plant makes it at 0.1


def test_planned_generation_is_counted_again():
    """Proves: the recount finds a plan that lacks planned output, by the GWh that it lacks. Sensitivity: a recount that reads the rows."""
    r = run(region({"kind": "thermal", "planned_gwh": (465.0,) + (0.0,) * 11}), load=1.0)
    found = Quantities(r.problem, r.solution.primal)
    assert balances(found)["planned_generation"] == pytest.approx(0.0, abs=1e-9)
    less = r.solution.primal.copy()
    _, ids = r.problem.lp.column_ids["above_minimum"]
    less[ids[ids >= 0]] -= 0.01
    assert balances(Quantities(r.problem, less))["planned_generation"] * found.amount == pytest.approx(24 * 2 * 0.01, rel=1e-3)
