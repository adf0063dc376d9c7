"""Quadratic losses between tangents and secant, solved by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tiny import run, tiny_system

AB = {"A": {}, "B": {}}
share = st.floats(0.0, 1.0).map(lambda v: round(v, 3))


def network(n: int) -> dict:
    return {"network": {"losses": "tangents", "loss_tangents": n}}


def line(n: int, plant="A", **corridor):
    """A line of one circuit and 1 GW that loses 0.08 f^2, fed in `plant`."""
    return tiny_system(
        bus=AB,
        thermal={"g": {"node": plant, "existing": 5.0, "fuel": 0.2}},
        options=network(n),
        corridor={"l": {"existing": 1.0, "resistance_per_gw": 0.08} | corridor},
    )


@pytest.mark.parametrize(("plant", "load", "way"), [("A", "B", "forward"), ("B", "A", "backward")])
def test_loss_lies_on_the_highest_tangent_and_half_of_it_at_either_end(plant, load, way):
    """Proves: one tangent touches at 2/3 GW: loss = 0.08 (4/3 f - 4/9). With a flow of 0.8 it is 0.04978; B receives 0.8 - 0.0249 and A
    makes 0.8 + 0.0249, in either direction.
    Sensitivity: fails on a tangent at another point, a loss at one end, or a direction without loss.
    """
    loss = 0.08 * (4 / 3 * 0.8 - 4 / 9)
    r = run(line(1, plant), load={load: 0.8 - loss / 2})
    assert r.value(f"flow_{way}", "l") == pytest.approx(0.8)
    assert r.value("loss", "l") == pytest.approx(loss)
    assert r.account("coal") == pytest.approx(24 * 0.2 * (0.8 + loss / 2))


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_tangents_fall_short_by_no_more_than_they_say(n):
    """Proves: over 24 flows from 0 to full load the loss is never above 0.08 f^2, and below it by at most 0.08/(2n+1)^2, which some hour
    between two tangents comes near.
    Sensitivity: evenly spaced points without half a step at the end err twice as much and more.
    """
    f = np.linspace(0, 0.95, 24)
    r = run(line(n), load={"B": f})
    flow, loss = r.value("flow_forward", "l"), r.value("loss", "l")
    short = 0.08 * flow**2 - loss
    limit = 0.08 / (2 * n + 1) ** 2
    assert short.min() >= -1e-9
    assert 0.6 * limit < short.max() <= limit + 1e-9


def test_tangents_hold_for_whatever_is_built():
    """Proves: with capacity free at no cost up to 4 GW, 1 GW flows at a quarter of the load per circuit and loses about 0.08/4: 5 tangents
    touch at 2/11 .. 10/11, and at 0.25 the first of them gives 4 x 0.08 (4/11 x 0.25 - 4/121) = 0.0185.
    Sensitivity: a resistance that does not fall with new circuits loses 0.08.
    """
    r = run(line(5, existing=1.0, max_new=3.0, capex=1e-9), load={"B": 1.0})
    flow = r.value("flow_forward", "l")
    assert r.value("capacity_corridor", "l") == pytest.approx(4.0)
    assert r.value("loss", "l") == pytest.approx(4 * 0.08 * (4 / 11 * flow / 4 - 4 / 121))


def test_a_corridor_without_resistance_keeps_its_share():
    """Proves: an HVDC link beside it still loses its linear share at the receiving end, and has no column of loss.
    Sensitivity: fails if the option takes the share away from all corridors.
    """
    s = tiny_system(
        bus=AB,
        thermal={"g": {"existing": 5.0}},
        options=network(2),
        corridor={"h": {"kind": "hvdc", "existing": 2.0, "loss_share": 0.1, "reversible": False}},
    )
    r = run(s, load={"B": 0.9})
    assert r.value("flow_forward", "h") == pytest.approx(1.0)
    assert "loss" not in r.lp.column_ids


def test_a_microgrid_imports_what_arrives():
    """Proves: a microgrid of 0.7 GW must make half of its energy itself, though power from outside is cheaper: 8.4 GWh a day arrive, the
    flow less the half of the loss on its side, and its own plant makes the other 8.4, whichever way the tie was written down.
    Sensitivity: fails if the loss of a border corridor is forgotten or counted whole in the import ledger.
    """
    for ends, way in (({"to_bus": "B"}, "forward"), ({"from_bus": "B", "to_bus": "A"}, "backward")):
        s = tiny_system(
            bus={"A": {}, "B": {"microgrid": "G"}},
            options=network(2),
            microgrid={"G": {"self_supply_share": 0.5}},
            thermal={"g": {"existing": 5.0, "fuel": 0.1}, "own": {"node": "B", "existing": 5.0, "fuel": 0.3}},
            corridor={"tie": ends | {"existing": 1.0, "resistance_per_gw": 0.08, "tie_of": "G"}},
        )
        r = run(s, load={"B": 0.7})
        assert r.value("total_import", "G") == pytest.approx(8.4)
        assert (r.value(f"flow_{way}", "tie") - r.value("loss", "tie") / 2).sum() == pytest.approx(8.4)
        assert r.value("total_fuel", "own") == pytest.approx(8.4)


def test_a_line_is_no_sink():
    """Proves: a feed must be taken in whole in A (curtailment costs 1000 per MWh less than nothing: -1 MCNY/GWh), load and line are small.
    The line burns what it can: both ways at once up to its capacity of 1 GW, and so no more than 0.08 GW, its loss at full load.
    Sensitivity: without the secant the loss is unbounded and all of the feed vanishes.
    """
    s = tiny_system(
        bus=AB,
        resource={"w": {"existing": 3.0}},
        options=network(2),
        curtailment_cost=1000.0,
        corridor={"l": {"existing": 1.0, "resistance_per_gw": 0.08}},
    )
    r = run(s, load={"A": 0.5})
    assert r.value("loss", "l") == pytest.approx(0.08)
    assert r.value("renewable_power", "A.wind") == pytest.approx(0.58)


@settings(max_examples=15)
@given(st.data())
def test_no_energy_from_a_line(data):
    """Proves: in random studies of two buses with a two-way lossy corridor, prices above and below nothing, fleets that must run and
    curtailment that costs, what is used is never more than what is made: the difference is the loss, within 0 and the loss of the full
    line, even when both directions are used at once.
    Sensitivity: fails if a direction gains what it loses, or the loss has no lower or upper bound.
    """
    n, r_line, capacity = data.draw(st.integers(1, 4)), 0.2 * data.draw(share), 0.1 + data.draw(share)
    s = tiny_system(
        bus=AB,
        options=network(n),
        curtailment_cost=2000 * (data.draw(share) - 0.3),
        thermal={
            "g": {"existing": 0.3 + data.draw(share), "min_load_share": 0.8 * data.draw(share), "fuel": 0.2, "start_cost": 0.5},
            "h": {"node": "B", "existing": data.draw(share), "fuel": 0.4},
        },
        resource={"w": {"existing": 2 * data.draw(share)}, "v": {"node": "B", "existing": 2 * data.draw(share), "vom": -data.draw(share)}},
        corridor={"l": {"existing": capacity, "resistance_per_gw": r_line, "max_new": data.draw(share), "capex": 0.1}},
    )
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    load = {"A": rng.random(24), "B": rng.random(24)}
    r = run(s, load=load, availability={"w": rng.random(24), "v": rng.random(24)}, step_h=4)
    online = [np.repeat(r.value("online", g), 4) * s.thermal.min_load_share[g] for g in "gh"]
    made = sum(online) + sum(r.value("above_minimum", g) for g in "gh") + sum(r.value("renewable_power", j) for j in ("A.wind", "B.wind"))
    used = load["A"] + load["B"] - r.value("shed", "A") - r.value("shed", "B")
    lost = r.value("loss", "l")
    flow = r.value("flow_forward", "l") - r.value("flow_backward", "l")
    built = r.value("capacity_corridor", "l")
    tolerance = 1e-7
    assert made - used == pytest.approx(lost, abs=tolerance)
    assert (lost >= r_line * flow**2 / built - r_line * built / (2 * n + 1) ** 2 - tolerance).all()
    assert (lost <= r_line * built + tolerance).all()
