"""Reserve for the largest unit on-line in regions and microgrids, and what tie-lines take over, solved by hand."""

from dataclasses import replace

import pandas as pd
import pytest
import xarray as xr
from rich.console import Console

from energy_model.results.largest_unit import largest_units
from energy_model.results.recount import recount
from energy_model.solving.build import rebuilt
from energy_model.solving.refine import solve_until_consistent
from energy_model.solving.standing_units import StandingUnits
from energy_model.study.largest_unit import standing, unit_on_line
from energy_model.study.settings import ReserveSettings
from tests.support.every import every_profile, largest_unit
from tests.support.tiny import Run, build, run, solved, tiny_system


def region(share: float):
    """Two units of 0.6 GW and five dearer ones of 0.1 GW with a minimum load of one half."""
    return tiny_system(
        bus={"A": {"region": "west"}},
        thermal={
            "big": {"existing": 1.2, "unit_gw": 0.6, "fuel": 0.1},
            "small": {"existing": 0.5, "unit_gw": 0.1, "fuel": 0.3, "min_load_share": 0.5},
        },
        reserve_product={"spare": {}},
        reserve={("spare", "west"): {"largest_unit_share": share}},
        options={"reserves": {"enabled": True}},
    )


def test_a_region_holds_headroom_for_its_largest_unit():
    """Proves: with both big units on-line for 0.9 GW of load their headroom is 0.3 GW; the trip of one, 0.6 GW, needs 0.3 GW more, which
    small units hold at minimum load: 0.15 GW at 0.2 MCNY/GWh more than the big ones. One more GW of reserve costs half of that difference.
    Sensitivity: the unit's output instead of its size, the sum of the units, gross times outages, or no row.
    """
    r = run(region(1.0), load=0.9)
    assert r.value("largest_unit", "west") == pytest.approx(0.6)
    assert r.value("online", "small") == pytest.approx(0.3)
    assert r.cost == pytest.approx(24 * (0.75 * 0.1 + 0.15 * 0.3))
    assert r.dual("reserve_balance", "spare", "west") == pytest.approx(0.5 * 0.2)
    assert run(region(0.0), load=0.9).cost == pytest.approx(24 * 0.9 * 0.1)


def microgrid(tie: float, outside: float, **park):
    """Two units of 0.3 GW in a park behind a tie, and plants in the public grid; missing reserve costs 1 MCNY/GWh, lost load ten."""
    system = tiny_system(
        bus={"A": {}, "B": {"microgrid": "park"}},
        thermal={
            "public": {"existing": outside, "fuel": 0.3},
            "own": {"node": "B", "existing": 0.6, "unit_gw": 0.3, "fuel": 0.2},
        },
        corridor={"tie": {"existing": tie, "tie_of": "park"}},
        microgrid={"park": {"largest_unit": True} | park},
    )
    return replace(system, finance=pd.Series({**system.finance, "reserve_shortfall_cny_per_mwh": 1e3}))


def test_a_tie_takes_over_what_it_has_room_for():
    """Proves: 0.6 GW on-line for 0.42 GW of load leave 0.18 GW of headroom; the tie of 0.1 GW gives another 0.1 GW whatever it carries
    (what it imports is headroom inside, what it exports is room), so 0.02 GW of a unit of 0.3 GW are missing.
    Sensitivity: no help over the tie, its capacity without the flow, or a fixed reserve.
    """
    r = run(microgrid(0.1, 2.0), load={"A": 0.5, "B": 0.42})
    flow = r.value("flow_forward", "tie") - r.value("flow_backward", "tie")
    assert r.value("tie_support", "park", "tie") == pytest.approx(0.1 - flow)
    assert recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).balances["largest_unit_gw"] < 1e-9
    assert r.value("reserve_short", "park") == pytest.approx(0.02)
    assert r.account("reserve_shortfall") == pytest.approx(24 * 0.02)
    more = run(microgrid(0.1, 2.0, reserve=0.01), load={"A": 0.5, "B": 0.42})
    assert more.value("reserve_short", "park") == pytest.approx(0.03)


def test_help_needs_headroom_beyond_the_tie():
    """Proves: where the public plants have 0.05 GW to spare, that is all a wide tie takes over: of 0.3 GW for the unit 0.18 GW are
    headroom inside, 0.05 GW come over the tie, 0.07 GW are missing.
    Sensitivity: a tie that helps without anybody behind it.
    """
    r = run(microgrid(0.4, 0.55), load={"A": 0.5, "B": 0.42})
    assert r.value("reserve_short", "park") == pytest.approx(0.07)


def test_help_passes_through_another_microgrid():
    """Proves: a works with one unit of 0.3 GW for 0.3 GW of load is helped by the headroom of the park, 0.18 GW, and the public grid
    through the park's tie of 0.1 GW at twice its capacity for a short time: nothing is missing with the rating, 0.02 GW without.
    Sensitivity: help of direct neighbours alone, or help that does not share the corridors it passes.
    """
    for emergency, missing in ((2.0, 0.0), (1.0, 0.02)):
        system = tiny_system(
            bus={"A": {}, "B": {"microgrid": "park"}, "C": {"microgrid": "works"}},
            thermal={
                "public": {"existing": 2.0, "fuel": 0.3},
                "own": {"node": "B", "existing": 0.6, "unit_gw": 0.01, "fuel": 0.2},
                "lone": {"node": "C", "existing": 0.3, "unit_gw": 0.3, "fuel": 0.1},
            },
            corridor={
                "tie": {"existing": 0.1, "emergency": emergency},
                "between": {"from_bus": "C", "to_bus": "B", "existing": 0.5},
            },
            microgrid={"park": {}, "works": {"largest_unit": True}},
        )
        system = replace(system, finance=pd.Series({**system.finance, "reserve_shortfall_cny_per_mwh": 1e3}))
        r = run(system, load={"A": 0.5, "B": 0.42, "C": 0.3})
        assert r.value("reserve_short", "works") == pytest.approx(missing)
        assert recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).balances["largest_unit_gw"] < 1e-9


def test_corridors_that_carry_no_reserve_help_nobody():
    """Proves: with `shares_reserve` off the unit of 0.3 GW is covered inside alone: plants of 0.6 GW run at 0.3 GW, and 0.12 GW of the
    load are bought at 0.1 MCNY/GWh more. Sensitivity: help from corridors that carry no reserve.
    """
    system = microgrid(0.4, 2.0)
    system.corridor["shares_reserve"] = False
    r = run(system, load={"A": 0.5, "B": 0.42})
    assert "tie_support" not in r.lp.column_ids
    assert r.value("reserve_short", "park") == pytest.approx(0.0)
    assert r.cost == pytest.approx(24 * (0.3 * 0.2 + 0.62 * 0.3))


def test_part_of_a_cluster_counts_in_proportion_and_the_table_says_by_how_much_too_low():
    """Proves: of two units of 0.3 GW that run at 0.3 GW together the rows count 0.15 GW where one unit is 0.3 GW; both are told.
    Sensitivity: a measure of the error that repeats the row.
    """
    counted, full = unit_on_line(microgrid(0.1, 2.0), "park", pd.DataFrame([[0.5], [0.3]], index=["public", "own"]))
    assert counted[0] == pytest.approx(0.15)
    assert full[0] == pytest.approx(0.3)


def test_what_a_microgrid_has_to_spare_is_not_taken_over():
    """Proves: with 40 MW over its tie in one hour and 100 MW more than it needs in the next the microgrid is helped by 20 MW in the mean.
    Sensitivity: a mean below zero, of help that nobody asked for.
    """
    hourly = {"largest_unit_mw": [[300.0, 300.0]], "unit_in_full_mw": [[300.0, 300.0]], "taken_over_mw": [[40.0, -100.0]]}
    data = xr.Dataset({k: (("risk_area", "time"), v) for k, v in hourly.items()}, {"risk_area": ["park"], "weight": ("time", [1.0, 1.0])})
    assert largest_units(data).mean_taken_over_mw.tolist() == [20.0]


def test_recount_finds_a_unit_that_is_not_covered():
    """Proves: the recount of a solved study agrees, and differs once the help over a corridor is taken out of the plan.
    Sensitivity: a recount that reads the rows of the LP.
    """
    r = run(largest_unit(), **every_profile(48), step_h=12)
    primal = r.solution.primal.copy()
    assert recount(r.problem, primal, r.lp.costs(primal)).balances["largest_unit_gw"] < 1e-8
    primal[r.ids("largest_unit", "park")] = 0.0
    assert recount(r.problem, primal, r.lp.costs(primal)).balances["largest_unit_gw"] == pytest.approx(0.27, abs=0.15)


def standing_region(**new):
    """A unit of 0.6 GW that stands idle and a candidate with units of 0.9 GW, of which much may be built."""
    system = tiny_system(
        bus={"A": {"region": "west"}},
        thermal={
            "small": {"existing": 2.0, "unit_gw": 0.1, "fuel": 0.1},
            "big": {"existing": 0.6, "unit_gw": 0.6, "fuel": 0.5},
            "new": {"max_new": 9.0, "unit_gw": 0.9, "fuel": 0.3, "capex": 1e3} | new,
        },
        reserve_product={"spare": {"price": 1.0}},
        reserve={("spare", "west"): {"largest_unit_share": 1.0}},
        options={"reserves": {"enabled": True, "largest_unit": "standing"}},
    )
    return system


def test_a_unit_that_stands_counts_in_full_whether_it_runs_or_not():
    """Proves: small units give 2 GW for 1.7 GW of load and 0.3 GW of headroom; the idle unit of 0.6 GW stands, so it comes on-line with
    its whole headroom and needs no more: reserve is 0.6 GW in every hour, and the recount holds. In proportion small units of
    0.1 GW alone count, u = 0.1 (1.7 + u) / 2.
    Sensitivity: fails if the unit counts by what runs of it, or the candidate counts that nobody builds.
    """
    system = standing_region()
    r = run(system, load=1.7)
    assert r.value("largest_unit", "west") == pytest.approx(0.6)
    assert (r.value("online", "small") + r.value("online", "big")).min() >= 1.7 + 0.6 - 1e-6
    assert recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).balances["largest_unit_gw"] < 1e-9
    online = replace(system, options=system.options.model_copy(update={"reserves": ReserveSettings(enabled=True)}))
    assert run(online, load=1.7).value("largest_unit", "west") == pytest.approx(1.7 / 19)


def test_candidates_count_once_built():
    """Proves: a candidate that a clause of the tables requires counts at once; one that the plan builds for 1.8 GW, two units, counts
    0.9 / 9 of its 1.8 GW on-line at first, 0.18 GW beside the 0.6 GW that stand, and 0.9 GW after another solve, in two solves together.
    Sensitivity: fails if what may be built counts, if rounds do not end, or if less than half a unit counts.
    """
    assert set(standing(standing_region(min_new=0.9))) == {"small", "big", "new"}
    system = standing_region(capex=1.0)
    solves = []

    def solve(problem):
        solves.append(problem)
        return (solved(problem).solution,)

    first = build(system, load=4.0)
    problem, (solution,) = solve_until_consistent(first, lambda s: rebuilt(first, s), solve, [StandingUnits(Console(quiet=True))])
    r = Run(problem, solution)
    assert Run(first, solve(first)[0]).value("largest_unit", "west") == pytest.approx(0.6)
    assert r.value("capacity_thermal", "new") > 0.45
    assert r.value("largest_unit", "west") == pytest.approx(0.9)
    assert len(solves) == 3  # the last one is that of the assertion above
