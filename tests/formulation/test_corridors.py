"""Corridors, solved by hand."""

import numpy as np
import pandas as pd
import pytest

from energy_model.study.cycles import half_at_both_ends
from tests.support.tiny import VOLL, run, tiny_system

AB = {"A": {}, "B": {}}


def test_price_spread_is_the_loss_then_the_rent():
    """Proves: power at 0.2 in A reaches B over a corridor losing 10 %: the price in B is 0.2/0.9. When the corridor of usable 0.9*1 GW
    is full (load 1.5 GW, local plant at 0.5), the price in B is 0.5 and the rent is 0.9*0.5 - 0.2 = 0.25 per GWh sent.
    Sensitivity: fails if losses are charged at the wrong end, or usable capacity is the whole capacity.
    """
    s = tiny_system(
        bus=AB,
        thermal={"far": {"existing": 5.0, "fuel": 0.2}, "near": {"node": "B", "existing": 5.0, "fuel": 0.5}},
        corridor={"l": {"existing": 1.0, "usable": 0.9, "loss_share": 0.1}},
    )
    light = run(s, load={"B": 0.5})
    assert light.dual("nodal_balance", "B") == pytest.approx(0.2 / 0.9)
    full = run(s, load={"B": 1.5})
    assert full.value("flow_forward", "l") == pytest.approx(0.9)
    assert full.dual("nodal_balance", "B") == pytest.approx(0.5)
    assert -full.dual("corridor_limit", "l") == pytest.approx(0.25)


def test_no_energy_from_nothing():
    """Proves: a lossy corridor run both ways at once only loses energy: with free capacity on it, served load equals generation less
    loss to the last bit, and flows in both directions at once are never used to dump when power has a price.
    Sensitivity: fails if the backward flow gains what it loses (sign or end of the loss).
    """
    s = tiny_system(bus=AB, thermal={"g": {"existing": 1.0, "fuel": 0.1}}, corridor={"l": {"existing": 9.0, "loss_share": 0.1}})
    r = run(s, load={"A": 0.2, "B": 1.0})
    forward, backward = r.value("flow_forward", "l"), r.value("flow_backward", "l")
    served = 1.2 - r.value("shed", "A") - r.value("shed", "B")
    assert served == pytest.approx(1.0 - 0.1 * (forward + backward))
    assert backward == pytest.approx(0.0)


def test_a_reversible_corridor_brings_power_back():
    """Proves: a plant in B serves A backwards: 0.9 GW arrive of 1 GW sent; a one-way corridor sheds A's load instead.
    Sensitivity: fails if `reversible` is ignored or the loss of the backward flow is missing.
    """
    for reversible, shed in ((True, 0.1), (False, 1.0)):
        s = tiny_system(
            bus=AB,
            thermal={"g": {"node": "B", "existing": 5.0}},
            corridor={"l": {"existing": 1.0, "loss_share": 0.1, "reversible": reversible}},
        )
        assert run(s, load={"A": 1.0}).value("shed", "A") == pytest.approx(shed)


def test_wheeling_is_paid_on_what_is_sent():
    """Proves: 0.9 GW at B take 1 GW sent at 0.03 MCNY/GWh: 0.72 MCNY a day.
    Sensitivity: fails if the charge is on received energy or one direction only.
    """
    for plant, load in (("A", "B"), ("B", "A")):
        s = tiny_system(
            bus=AB, thermal={"g": {"node": plant, "existing": 2.0}}, corridor={"l": {"existing": 2.0, "loss_share": 0.1, "wheeling": 0.03}}
        )
        assert run(s, load={load: 0.9}).account("wheeling") == pytest.approx(0.72)


def test_a_new_line_pays_when_its_annuity_is_below_the_spread():
    """Proves: 0.3 MCNY/GWh of spread over 24 h and a usable share of 0.5 earn 3.6 MCNY per GW of line; at 3.5 it is built to 2 GW for
    1 GW of load, at 3.7 it is not built.
    Sensitivity: fails if usable capacity is free of the security factor or the annuity is not charged.
    """
    for capex, built in ((3.5, 2.0), (3.7, 0.0)):
        s = tiny_system(
            bus=AB,
            thermal={"far": {"existing": 5.0, "fuel": 0.2}, "near": {"node": "B", "existing": 5.0, "fuel": 0.5}},
            corridor={"l": {"max_new": 9.0, "usable": 0.5, "capex": capex}},
        )
        assert run(s, load={"B": 1.0}).value("capacity_corridor", "l") == pytest.approx(built)


def test_hvdc_carries_at_least_its_minimum():
    """Proves: a link of 2 GW * 0.5 usable with a minimum of 30 % carries 0.3 GW although local power in B is cheaper by 0.1; the
    minimum costs 0.1 per GWh.
    Sensitivity: fails if the minimum is taken from gross capacity (0.6) or is missing (0).
    """
    s = tiny_system(
        bus=AB,
        thermal={"far": {"existing": 5.0, "fuel": 0.3}, "near": {"node": "B", "existing": 5.0, "fuel": 0.2}},
        corridor={"l": {"kind": "hvdc", "existing": 2.0, "usable": 0.5, "min_power_share": 0.3, "reversible": False}},
    )
    r = run(s, load={"B": 1.0})
    assert r.value("flow_forward", "l") == pytest.approx(0.3)
    assert r.dual("hvdc_minimum", "l") == pytest.approx(0.1)


@pytest.mark.parametrize(("carrier", "sent"), [("wind", 0.4), ("thermal", 1.0), ("renewable", 0.7), (None, 1.0)])
def test_a_dedicated_corridor_sends_only_its_carrier(carrier, sent):
    """Proves: A has 0.4 GW of wind, 0.3 of solar and plenty of coal; a corridor reserved for wind sends 0.4, for renewables 0.7, for
    coal or for all the whole 1 GW of load.
    Sensitivity: fails if the reservation is ignored or counts other carriers.
    """
    s = tiny_system(
        bus=AB,
        thermal={"g": {"existing": 5.0, "fuel": 0.1}},
        resource={"w": {"existing": 0.4}, "s": {"existing": 0.3, "kind": "solar"}},
        corridor={"l": {"existing": 5.0, "dedicated_to": carrier}},
    )
    r = run(s, load={"B": 1.0})
    assert r.value("flow_forward", "l") == pytest.approx(sent)
    assert r.account("load_shedding") == pytest.approx(24 * VOLL * (1 - sent))


def test_two_dedicated_corridors_share_one_generation():
    """Proves: two corridors reserved for wind leave A; 0.4 GW of wind fill them together, not each: 0.4 GW arrive, not 0.8.
    Sensitivity: fails if each corridor is compared with the whole wind generation.
    """
    s = tiny_system(
        bus=AB,
        thermal={"g": {"existing": 5.0}},
        resource={"w": {"existing": 0.4}},
        corridor={k: {"existing": 1.0, "dedicated_to": "wind"} for k in "lm"},
    )
    r = run(s, load={"B": 1.0})
    assert r.value("flow_forward", "l") + r.value("flow_forward", "m") == pytest.approx(np.full(24, 0.4))


def test_half_of_the_loss_at_each_end():
    """Proves: 1 GW of capacity at 10 %, half at each end: for 1 GW in the middle 1.05 are sent and 0.95 arrive; a load of 1 GW sheds 0.05,
    and power costs 1.05/0.95 of what it costs where it is made while the line is not full (load 0.5). All at the receiving end 0.9 arrive.
    Sensitivity: a capacity of what is sent, or the whole loss at an end.
    """
    table = pd.DataFrame({"loss_share": [0.1], "loss_at": ["both"], "output_per_input": [np.nan], "availability_share": [1.0]})
    own = half_at_both_ends(table).iloc[0]
    line = {"existing": 1.0, "loss_share": own.loss_share, "usable": own.availability_share}
    s = tiny_system(bus=AB, thermal={"g": {"existing": 5.0, "fuel": 0.2}}, corridor={"l": line})
    full = run(s, load={"B": 1.0})
    assert full.value("shed", "B") == pytest.approx(0.05)
    assert full.value("total_fuel", "g") == pytest.approx(24 * 1.05)
    assert run(s, load={"B": 0.5}).dual("nodal_balance", "B") == pytest.approx(0.2 * 1.05 / 0.95)
    assert half_at_both_ends(table.assign(loss_at="receiving")).iloc[0].loss_share == 0.1
