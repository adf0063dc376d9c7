"""Converters, reservoirs and limits on weighted sums, solved by hand."""

import numpy as np
import pytest

from tests.support.tiny import run, tiny_system

COAL = {"existing": 2.0, "fuel": 0.2}  # MCNY/GWh at a heat rate of 1


def converter(**own):
    return {"existing": 1.0, **own}


def test_a_converter_turns_power_of_one_node_into_power_of_two_others():
    """Proves: 0.3 GW of heat at C need 1 GW of fuel from A, of which 0.5 GW come out at B: coal at B saves 0.5 GW.
    Sensitivity: a port that is left out, or a yield that is taken for its inverse.
    """
    system = tiny_system(
        bus={"A": {}, "B": {}, "C": {}},
        thermal={"fuel": {**COAL, "fuel": 0.1}, "b": {**COAL, "node": "B", "fuel": 0.9}},
        converter={"chp": converter()},
        converter_port={
            "chp/0": {"converter": "chp", "node": "A", "output": -1.0},
            "chp/1": {"converter": "chp", "node": "B", "output": 0.5},
            "chp/2": {"converter": "chp", "node": "C", "output": 0.3},
        },
    )
    r = run(system, load={"A": 0.0, "B": 0.8, "C": 0.3})
    assert r.value("converter_power", "chp") == pytest.approx(1.0)
    assert r.cost == pytest.approx(24 * (0.1 * 1.0 + 0.9 * 0.3))


def test_what_a_converter_gives_and_costs_varies_by_the_hour():
    """Proves: with a yield of 0.5 at night and 1 by day, and a cost of 0.1 times that, 0.4 GW beside coal at 0.2: the converter gives power
    for 0.1 by day and for 0.1 at night, and its limit of 0.5 holds in both: 0.25 and 0.4 GW. Sensitivity: the mean of a series.
    """
    share = np.repeat([0.5, 1.0], 12)
    system = tiny_system(
        thermal={"coal": COAL}, converter={"k": converter(most=0.5, cost=0.1, cost_series="s")},
        converter_port={"k/0": {"converter": "k", "output_series": "s"}},
    )  # fmt: skip
    r = run(system, load={"A": 0.4}, availability={"s": share})
    assert r.value("converter_power", "k") == pytest.approx(np.repeat([0.5, 0.4], 12))
    assert r.cost == pytest.approx(12 * (0.5 * 0.05 + 0.15 * 0.2) + 12 * 0.4 * 0.1)


def test_a_converter_runs_backwards_and_is_kept_running():
    """Proves: in reverse it takes 0.3 GW, no more, and is paid for it; kept at 0.1 at least it takes that where it costs.
    Sensitivity: power of one sign, or a least power that is not held.
    """
    system = tiny_system(
        thermal={"coal": COAL},
        converter={
            "sold": converter(most=0.0, reverse_most=0.3, cost=0.5),
            "kept": converter(most=0.0, reverse_most=0.3, reverse_least=0.1),
        },
        converter_port={"sold/0": {"converter": "sold"}, "kept/0": {"converter": "kept"}},
    )
    r = run(system, load={"A": 1.0})
    assert r.value("converter_reverse", "sold") == pytest.approx(0.3)
    assert r.value("converter_reverse", "kept") == pytest.approx(0.1)
    assert r.cost == pytest.approx(24 * (0.2 * 1.4 - 0.5 * 0.3))


def test_ramps_differ_by_direction():
    """Proves: load steps from 0 to 0.6 and back in a ring; a converter of 1 GW at 0.1 rises by 0.2 and falls by 0.3 an hour, so that beside
    coal it gives 0.2, 0.4, 0.6 as the load rises: at once by what it may, and it must be down again as fast as it falls, as nothing takes
    what is too much. Sensitivity: one rate for both directions.
    """
    load = np.zeros(24)
    load[8:16] = 0.6
    system = tiny_system(
        thermal={"coal": COAL}, converter={"k": converter(cost=0.1, least=0.0, ramp_up=0.2, ramp_down=0.3)},
        converter_port={"k/0": {"converter": "k"}},
    )  # fmt: skip
    r = run(system, load={"A": load})
    assert r.value("converter_power", "k")[8:16] == pytest.approx([0.2, 0.4, 0.6, 0.6, 0.6, 0.6, 0.6, 0.3])


def test_least_power_forward_costs():
    """Proves: a plant kept at 0.25 of 1 GW at 0.9 runs there beside coal. Sensitivity: a share of another capacity."""
    system = tiny_system(
        thermal={"coal": COAL}, converter={"k": converter(cost=0.9, least=0.25)}, converter_port={"k/0": {"converter": "k"}}
    )
    r = run(system, load={"A": 1.0})
    assert r.cost == pytest.approx(24 * (0.25 * 0.9 + 0.75 * 0.2))
    assert r.dual("converter_minimum", "k") == pytest.approx(0.7)


def test_a_reservoir_stores_its_inflow_and_spills_the_rest():
    """Proves: 0.1 GWh/h flow into a volume of 1 GWh whose outlet of 0.2 GW can be used by day alone (12 h): 2.4 GWh less what the
    volume cannot hold over night. Twelve nights' inflow is 1.2 GWh, 1 GWh of it stays, 0.2 GWh are spilled at 0.01; by day 1 + 1.2 = 2.2
    GWh come out at up to 0.2 GW. Sensitivity: spill that is free or above the inflow, a level above the volume.
    """
    system = tiny_system(
        thermal={"coal": COAL},
        reservoir={"dam": {"existing": 1.0, "duration_h": 1.0, "charge_most": 0.0, "discharge_most": 0.2, "discharge_most_series": "day",
                           "inflow": 0.1, "spill_most": 0.1, "spill_cost": 0.01}},
    )  # fmt: skip
    r = run(system, load={"A": 1.0}, availability={"day": np.repeat([0.0, 1.0], 12)})
    assert r.value("reservoir_spill", "dam").sum() == pytest.approx(0.2)
    assert r.value("reservoir_discharge", "dam").sum() == pytest.approx(2.2)
    assert r.cost == pytest.approx(0.2 * (24 - 2.2) + 0.01 * 0.2)


def test_levels_are_kept_between_limits_and_cost():
    """Proves: with power at 0.2 and 0.4 in turn (12 h each), a store that yields 0.9 and draws 1.25 moves energy from the cheap half to
    the dear one: 0.72 kept of each GWh, 0.2 / 0.72 < 0.4; levels between 0.25 and 0.75 of 2 GWh let 1 GWh through, 0.8 GWh out, for
    1 / 0.9 in. Sensitivity: levels from 0 to 1, yields of 1.
    """
    system = tiny_system(
        thermal={"coal": {**COAL, "fuel": 0.2}}, converter={"import": {"existing": 1.0, "cost": 0.2, "cost_series": "dear"}},
        converter_port={"import/0": {"converter": "import"}},
        reservoir={"s": {"existing": 1.0, "duration_h": 2.0, "least_level": 0.25, "most_level": 0.75, "charge_yield": 0.9,
                         "discharge_draw": 1.25}},
    )  # fmt: skip
    system.thermal["existing"] = 0.0
    r = run(system, load={"A": 0.2}, availability={"dear": np.repeat([1.0, 2.0], 12)})
    assert r.value("reservoir_level", "s").max() == pytest.approx(1.5)
    assert r.value("reservoir_level", "s").min() == pytest.approx(0.5)
    assert r.cost == pytest.approx(12 * 0.2 * 0.2 + 12 * 0.2 * 0.4 + 0.2 / 0.9 - 0.4 * 0.8)


def test_a_level_below_zero_by_the_hour_is_a_debt():
    """Proves: a volume of 2 GWh that may owe half of it until the last hour, and then nothing, gives 1 GWh in the dear half (0.4 per GWh)
    and takes it back in the cheap one (0.2). Sensitivity: a level held at 0 or above because its constant is (cost 0.2 more).
    """
    owed = np.append(np.full(23, -0.5), 0.0)
    system = tiny_system(
        thermal={"coal": {**COAL, "fuel": 0.2}}, converter={"import": {"existing": 1.0, "cost": 0.2, "cost_series": "dear"}},
        converter_port={"import/0": {"converter": "import"}},
        reservoir={"s": {"existing": 2.0, "least_level": 1.0, "least_level_series": "owed", "most_level_series": "open"}},
    )  # fmt: skip
    system.thermal["existing"] = 0.0
    r = run(system, load={"A": 0.2}, availability={"dear": np.repeat([2.0, 1.0], 12), "owed": owed, "open": -2 * owed})
    assert r.value("reservoir_level", "s").min() == pytest.approx(-1.0)
    assert r.cost == pytest.approx(12 * 0.2 * 0.4 + 12 * 0.2 * 0.2 - 0.4 + 0.2)


def test_costs_of_power_and_level_are_paid_once():
    """Proves: a volume that must hold 1 GWh in the last hour and loses half from hour to hour gets it at 0.2 then: charging costs 0.05 and
    the level 0.01. Sensitivity: a cost that is paid in another hour, or on another column.
    """
    last = np.zeros(24)
    last[-1] = 1.0
    system = tiny_system(
        thermal={"coal": COAL},
        reservoir={"s": {"existing": 2.0, "least_level": 0.5, "least_level_series": "last", "kept": 0.0, "charge_cost": 0.05,
                         "level_cost": 0.01}},
    )  # fmt: skip
    r = run(system, load={"A": 0.5}, availability={"last": last})
    assert r.cost == pytest.approx(24 * 0.5 * 0.2 + 0.2 + 0.05 + 0.01)


def test_limits_hold_sums_of_capacities_and_energies():
    """Proves: of two candidates the cheap one may be built up to a sum with the other of 0.5 GW counted double, and 6 GWh at least
    is asked of the dear one: 0.25 GW of it, which leaves nothing to the cheap one under 2 x 0.25 = 0.5. Sensitivity: weights of 1, or an
    energy limit on the wrong one.
    """
    system = tiny_system(
        thermal={"coal": COAL},
        converter={"cheap": {"max_new": 1.0, "capex": 0.1, "cost": 0.05}, "dear": {"max_new": 1.0, "capex": 9.0, "cost": 0.05}},
        converter_port={"c/0": {"converter": "cheap"}, "d/0": {"converter": "dear"}},
        limit={"sum": {"sense": "<=", "value": 0.5}, "least": {"sense": ">=", "value": 6.0}},
        limit_member={
            "1": {"limit": "sum", "element": "cheap", "weight": 2.0}, "2": {"limit": "sum", "element": "dear", "weight": 2.0},
            "3": {"limit": "least", "element": "dear", "quantity": "energy"},
        },
    )  # fmt: skip
    r = run(system, load={"A": 1.0})
    assert r.value("capacity_converter", "dear") == pytest.approx(0.25)
    assert r.value("capacity_converter", "cheap") == pytest.approx(0.0)


def test_a_limit_may_be_met_exactly():
    """Proves: of a converter at 0.05 beside coal at 0.2 exactly 3 GWh are taken, and the sum of a level in one hour is 0.4 GWh.
    Sensitivity: a limit from one side.
    """
    last = np.zeros(24)
    last[5] = 1.0
    system = tiny_system(
        thermal={"coal": COAL}, converter={"k": converter(cost=0.05)}, converter_port={"k/0": {"converter": "k"}},
        reservoir={"s": {"existing": 1.0, "level_cost": 1.0}},
        limit={"e": {"sense": "exact", "value": 3.0}, "h": {"sense": "exact", "value": 0.4}},
        limit_member={"1": {"limit": "e", "element": "k", "quantity": "energy"},
                      "2": {"limit": "h", "table": "reservoirs", "element": "s", "quantity": "level", "weight_series": "last"}},
    )  # fmt: skip
    r = run(system, load={"A": 1.0}, availability={"last": last})
    assert r.value("converter_power", "k").sum() == pytest.approx(3.0)
    assert r.value("reservoir_level", "s")[5] == pytest.approx(0.4)


def test_a_rating_by_the_hour_limits_a_corridor():
    """Proves: a line of 1 GW usable at 0.8 carries 0.8 x 0.5 = 0.4 GW by night and 0.8 GW by day, the rest of 1 GW is made dearly at B.
    Sensitivity: the mean rating, or one that forgets the usable share.
    """
    system = tiny_system(
        bus={"A": {}, "B": {}}, thermal={"a": COAL, "b": {**COAL, "node": "B", "fuel": 0.9}},
        corridor={"l": {"existing": 1.0, "usable": 0.8, "rating_series": "r"}},
    )  # fmt: skip
    r = run(system, load={"A": 0.0, "B": 1.0}, availability={"r": np.repeat([0.5, 1.0], 12)})
    assert r.value("flow_forward", "l") == pytest.approx(np.repeat([0.4, 0.8], 12))
    assert r.dual("corridor_rating", "l")[:12] == pytest.approx(-0.7)


def test_limits_count_technologies_their_fuel_and_what_is_not_served():
    """Proves: two coal clusters of one technology at 0.9 t/TJ and a plant of another technology at 2 MCNY/GWh, under a cap of 0.45 t per
    served GWh on a load of 1 GW: 0.9 F + 0.45 U <= 0.45*24. Coal gives 0.5 GW, the other 0.5: 24*(0.5*0.1 + 0.5*2) = 25.2. Where that
    other has 0.2 GW alone, with x of coal and u not served x + 0.2 + u = 1 and 0.9 x + 0.45 u = 0.45: x = 0.2 and u = 0.6. At least 0.4 GW
    of the batteries, of either, and 1 GWh of them are built.
    Sensitivity: one cluster of the technology, a rate on the whole demand (x = 0.5), or a store left out.
    """
    limit = {"rate": {"value": 0.45 * 24}, "power": {"sense": ">=", "value": 0.4}, "volume": {"sense": ">=", "value": 1.0}}
    kind = {"limit": "rate", "table": "technologies", "element": "coal", "quantity": "fuel", "weight": 0.9}
    members = {
        "1": kind, "2": {"limit": "rate", "table": "nodes", "element": "A", "quantity": "unserved", "weight": 0.45},
        "3": {"limit": "power", "table": "technologies", "element": "battery"},
        "4": {"limit": "volume", "table": "technologies", "element": "battery", "quantity": "volume"},
    }  # fmt: skip
    store = {"max_new": 1.0, "capex": 0.1, "capex_energy": 0.01}

    def plan(other):
        s = tiny_system(
            thermal={
                "cheap": {"existing": 0.4, "fuel": 0.1}, "dear": {"existing": 2.0, "fuel": 0.1},
                "gas": {"existing": other, "technology": "gas", "vom": 2.0},
            },
            store={"b": store, "c": store}, limit=limit, limit_member=members,
        )  # fmt: skip
        return run(s, load=1.0)

    ample, short = plan(1.0), plan(0.2)
    built = 0.4 * 0.1 + 1.0 * 0.01
    assert ample.cost == pytest.approx(24 * (0.5 * 0.1 + 0.5 * 2.0) + built)
    assert short.value("shed", "A").sum() == pytest.approx(24 * 0.6)


def test_a_cap_per_served_energy_may_count_the_losses_of_stores():
    """Proves: 12 GWh of a dark half day out of a store at 0.8 each way lose 12/0.64 - 12 = 6.75 GWh; counted with weight -1 against the
    fuel of coal at 0.5 TJ of fuel allowed beside them, 7.25 GWh of coal may be burnt and 24 - 7.25 come from wind.
    Sensitivity: the loss of one direction alone, or none.
    """
    wind = np.r_[np.full(12, 5.0), np.zeros(12)]
    s = tiny_system(
        resource={"w": {"existing": 1.0, "vom": 0.3}},
        thermal={"g": {"existing": 5.0, "fuel": 0.001, "max_new": 0.0}},
        store={"b": {"existing": 5.0, "charge_efficiency_share": 0.8, "discharge_efficiency_share": 0.8, "vom": 0.1}},
        limit={"cap": {"value": 0.5}},
        limit_member={
            "1": {"limit": "cap", "table": "technologies", "element": "coal", "quantity": "fuel"},
            "2": {"limit": "cap", "table": "technologies", "element": "battery", "quantity": "loss", "weight": -1.0},
        },
    )
    r = run(s, load=1.0, availability={"w": wind})
    lost = r.value("charge", "b").sum() - r.value("discharge", "b").sum()
    assert lost == pytest.approx(r.value("discharge", "b").sum() * (1 / 0.64 - 1))
    assert r.value("total_fuel", "g") == pytest.approx(0.5 + lost)
