"""Microgrids, solved by hand.  In all of them bus A is the grid and bus B lies inside the microgrid G."""

import numpy as np
import pytest

from tests.support.tiny import VOLL, build, run, solved, tiny_system

BUS = {"A": {}, "B": {"microgrid": "G"}}
TIE = {"tie": {"existing": 5.0, "tie_of": "G"}}
PLANT = {"node": "B", "existing": 2.0, "fuel": 0.5}
GRID = {"node": "A", "existing": 5.0, "fuel": 0.2}


def test_tie_limit_binds_at_the_common_coupling():
    """Proves: cheap grid power enters up to 0.3 GW although the corridor has 5; the rest of 1 GW is made inside at 0.5. A wider limit is
    worth 0.5 - 0.2 = 0.3 an hour.
    Sensitivity: fails if the limit is the corridor's or the tie is not found.
    """
    s = tiny_system(bus=BUS, corridor=TIE, thermal={"grid": GRID, "own": PLANT}, microgrid={"G": {"tie_limit": 0.3}})
    r = run(s, load={"B": 1.0})
    assert r.cost == pytest.approx(24 * (0.3 * 0.2 + 0.7 * 0.5))
    assert -r.dual("tie_limit", "G") == pytest.approx(0.3)


def test_export_over_the_tie_counts_too():
    """Proves: surplus wind inside leaves through the same limit of 0.3 GW to serve 1 GW outside.
    Sensitivity: fails if the limit counts imports only.
    """
    s = tiny_system(bus=BUS, corridor=TIE, resource={"w": {"node": "B", "existing": 2.0}}, microgrid={"G": {"tie_limit": 0.3}})
    assert run(s, load={"A": 1.0}).value("flow_backward", "tie") == pytest.approx(0.3)


def test_synchronous_share_keeps_machines_online():
    """Proves: wind alone could serve 1 GW of load and 1 GW of pots, but 30 % of that must be online: 0.6 GW at minimum load 0.5 give
    0.3 GW of power at 0.5 MCNY/GWh. One more GW of synchronous load share costs 0.25 an hour.
    Sensitivity: fails if pots are not counted (0.3 GW online) or the row compares output.
    """
    s = tiny_system(
        bus=BUS,
        thermal={"own": PLANT | {"min_load_share": 0.5}},
        resource={"w": {"node": "B", "existing": 3.0}},
        smelter={"pots": {"node": "B"}},
        microgrid={"G": {"synchronous_share": 0.3}},
    )
    r = run(s, load={"B": 1.0})
    assert r.value("online", "own") == pytest.approx(0.6)
    assert r.cost == pytest.approx(24 * 0.3 * 0.5)
    assert r.dual("synchronous_share", "G") == pytest.approx(0.25)


def test_missing_synchronous_capacity_is_paid_per_hour():
    """Proves: without any machine, 30 % of 1 GW are short: 0.3 GW * 24 h * VOLL = 72 MCNY, in steps of 1 h and of 8 h alike.
    Sensitivity: fails if a step of 8 h is paid as one hour.
    """
    s = tiny_system(bus=BUS, resource={"w": {"node": "B", "existing": 3.0}}, microgrid={"G": {"synchronous_share": 0.3}})
    for step_h in (1, 8):
        assert run(s, load={"B": 1.0}, step_h=step_h).account("reserve_shortfall") == pytest.approx(24 * 0.3 * VOLL)


def test_upward_reserve_comes_from_machines_and_stores():
    """Proves: 1.8 GW of load on 2 GW of plant leave 0.2 GW of a reserve of 0.5; an idle store of 0.1 GW gives 0.1: 0.2 GW are missing,
    as shortfall or as load shed to make room, and reserve has a price of no more than VOLL.
    Sensitivity: fails if online capacity, the store or the shortfall is left out.
    """
    full = {"node": "B", "existing": 0.1, "duration_h": 2.0}
    s = tiny_system(bus=BUS, thermal={"own": PLANT}, store={"b": full}, microgrid={"G": {"reserve": 0.5}})
    r = run(s, load={"B": 1.8})
    assert r.value("reserve_short", "G") + r.value("shed", "B") == pytest.approx(0.2)
    assert 0 < r.dual("reserve_up", "G").min() <= r.dual("reserve_up", "G").max() <= VOLL + 1e-9


def test_an_empty_store_holds_no_reserve():
    """Proves: a reserve of 0.3 GW beside a plant at full output takes 0.3 GW of converter and 0.3 GWh / 0.5 of volume, for the store must
    hold for an hour what it gives; they cost 0.003 + 3.0 MCNY, less than the shortfall, and losses are paid once, for nothing is drawn.
    Sensitivity: without the row of the level 0.3 GW of converter without any volume would do, for 0.003 MCNY.
    """
    store = {"b": {"node": "B", "max_new": 1.0, "capex": 0.01, "capex_energy": 5.0, "discharge_efficiency_share": 0.5}}
    s = tiny_system(bus=BUS, thermal={"own": PLANT | {"existing": 1.0}}, store=store, microgrid={"G": {"reserve": 0.3}})
    r = run(s, load={"B": 1.0})
    assert r.value("capacity_store_power", "b") == pytest.approx(0.3)
    assert r.value("capacity_store_energy", "b") == pytest.approx(0.6)
    assert r.value("reserve_short", "G") == pytest.approx(0.0)
    assert (0.5 * r.value("level", "b") >= 0.3 - 1e-9).all()


def test_downward_reserve_needs_output_to_lower():
    """Proves: imports at 0.2 are cheaper than own output at 0.5, but 0.4 GW must be there to be lowered at once: 0.4 GW of own output
    above the minimum, at 0.3 more per GWh, which is the price of the reserve. Wind output counts as well: with 0.3 GW of it, 0.1.
    Sensitivity: fails if minimum load counts or wind does not.
    """
    for wind, own in ((0.0, 0.4), (0.3, 0.1)):
        s = tiny_system(
            bus=BUS,
            corridor=TIE,
            thermal={"grid": GRID, "own": PLANT},
            resource={"w": {"node": "B", "existing": 1.0}},
            microgrid={"G": {"reserve_down": 0.4}},
        )
        r = run(s, load={"B": 1.0}, availability=wind)
        assert r.value("above_minimum", "own") == pytest.approx(own)
        assert r.dual("reserve_down", "G") == pytest.approx(0.3)


def test_yearly_exchange_is_metered_both_ways():
    """Proves: 12 h of 1 GW in and 12 h of 0.5 GW of wind out make 18 GWh at a cost of 12*0.2. With a limit of 15 GWh, exports go first:
    each GWh less costs 0.2 at the grid's plant outside, an import less 0.3: 3*0.2 more.
    Sensitivity: fails if directions are netted (6 GWh) or one is not counted.
    """
    half = np.r_[np.ones(12), np.zeros(12)]
    for limit, cost in ((19.0, 2.4), (15.0, 3.0)):
        s = tiny_system(
            bus=BUS,
            corridor=TIE,
            thermal={"grid": GRID, "own": PLANT},
            resource={"w": {"node": "B", "existing": 1.0}},
            microgrid={"G": {"tie_limit_gwh_per_year": limit}},
        )
        r = run(s, load={"B": half, "A": 0.5 * (1 - half)}, availability={"w": 0.5 * (1 - half)})
        exchange = (r.value("flow_forward", "tie") + r.value("flow_backward", "tie")).sum()
        assert exchange == pytest.approx(min(limit, 18.0)) == r.value("total_exchange", "G")[0]
        assert r.cost == pytest.approx(cost)
    assert -r.dual("exchange_limit", "G") == pytest.approx(0.2)


def test_self_supply_limits_net_import_of_the_year():
    """Proves: 24 GWh of load, at least 75 % own: 6 GWh may come in at 0.2, 18 are made at 0.5; one more GWh of import saves 0.3. Imported
    energy counts as it arrives, after a loss of 10 %.
    Sensitivity: fails if the share is taken from import, or the loss is counted as import.
    """
    tie = {"tie": TIE["tie"] | {"loss_share": 0.1}}
    s = tiny_system(
        bus=BUS, corridor=tie, thermal={"grid": GRID | {"fuel": 0.18}, "own": PLANT}, microgrid={"G": {"self_supply_share": 0.75}}
    )
    r = run(s, load={"B": 1.0})
    assert r.value("total_import", "G") == pytest.approx(6.0)
    assert r.cost == pytest.approx(6 * 0.2 + 18 * 0.5)
    assert -r.dual("self_supply", "G") == pytest.approx(0.3)


def test_self_supply_nets_export_and_corridor_direction():
    """Proves: a corridor written from the microgrid to the grid behaves as the other way round: the import limit of 6 GWh holds.
    Sensitivity: fails if border corridors that leave the microgrid are forgotten or have the wrong sign.
    """
    turned = {"tie": {"from_bus": "B", "to_bus": "A", "existing": 5.0, "tie_of": "G", "loss_share": 0.1}}
    s = tiny_system(
        bus=BUS, corridor=turned, thermal={"grid": GRID | {"fuel": 0.18}, "own": PLANT}, microgrid={"G": {"self_supply_share": 0.75}}
    )
    assert run(s, load={"B": 1.0}).cost == pytest.approx(6 * 0.2 + 18 * 0.5)


def test_an_island_without_plant_must_shed():
    """Proves: a tie limit of 0 isolates the microgrid: its load is shed although the grid has power.
    Sensitivity: fails if power enters by another way than the tie.
    """
    s = tiny_system(bus=BUS, corridor=TIE, thermal={"grid": GRID}, microgrid={"G": {"tie_limit": 0.0}})
    r = solved(build(s, load={"B": 1.0}))
    assert r.value("shed", "B") == pytest.approx(1.0)
