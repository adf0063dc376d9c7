"""Kirchhoff's voltage law, solved by hand."""

import pytest

from tests.support.tiny import VOLL, run, tiny_system

ABC = {"A": {}, "B": {}, "C": {}}
DC = {"network": {"power_flow": "dc"}}


def triangle(kind="ac", direct=9.0, direct_kind=None):
    """Cheap power in A, dear power in C, three lines of equal impedance; the one from A to C carries at most `direct`."""
    line = {"kind": kind, "impedance_per_gw": 0.2, "circuits": 1.0}
    return tiny_system(
        bus=ABC,
        thermal={"cheap": {"existing": 9.0, "fuel": 0.1}, "dear": {"node": "C", "existing": 9.0, "fuel": 0.3}},
        corridor={
            "ab": line | {"existing": 9.0},
            "bc": line | {"from_bus": "B", "to_bus": "C", "existing": 9.0},
            "ac": line | {"to_bus": "C", "existing": direct, "kind": direct_kind or kind},
        },
        options=DC,
    )


@pytest.mark.parametrize("kind", ["ac", "dc"])
def test_power_splits_by_impedance_over_two_paths(kind):
    """Proves: 0.9 GW from A to C take the direct line and the way over B 2 to 1, for the way over B has twice the impedance: 0.6 and 0.3.
    In a DC network the same holds by resistance.
    Sensitivity: transport sends all of it either way; a wrong sign of a cycle sends it round.
    """
    r = run(triangle(kind), load={"C": 0.9})
    assert r.value("flow_forward", "ac") == pytest.approx(0.6)
    for c in ("ab", "bc"):
        assert r.value("flow_forward", c) == pytest.approx(0.3)
        assert r.value("flow_backward", c) == pytest.approx(0.0)


def test_congestion_of_one_line_gives_three_prices():
    """Proves: with 0.4 GW on the direct line, A sends 0.6 (0.4 + 0.2) and C makes 0.3 itself. Prices: A 0.1, C 0.3; one more unit in B
    takes half from A (+1/3 on the direct line each) and half from C (-1/3): 0.2. The direct line is worth 0.3: one more unit of limit
    carries 1.5 GW more from A at a spread of 0.2.
    Sensitivity: transport gives B the price of A and sends 0.9 over B.
    """
    r = run(triangle(direct=0.4), load={"C": 0.9})
    assert r.value("flow_forward", "ac") == pytest.approx(0.4)
    assert r.value("flow_forward", "ab") == pytest.approx(0.2)
    assert [r.dual("nodal_balance", n)[3] for n in ABC] == pytest.approx([0.1, 0.2, 0.3])
    assert -r.dual("corridor_limit", "ac") == pytest.approx(0.3)


def test_a_steered_line_takes_no_part():
    """Proves: with an HVDC link from A to C there is no cycle: all 0.9 GW go through the link when that is free and the others charge.
    Sensitivity: with the law on the link, a third of it would go over B.
    """
    s = triangle(direct_kind="hvdc")
    s.corridor.loc[["ab", "bc"], "wheeling"] = 0.01
    r = run(s, load={"C": 0.9})
    assert r.value("flow_forward", "ac") == pytest.approx(0.9)
    assert "kirchhoff" not in r.lp.row_ids


def test_parallel_lines_share_by_impedance_and_the_first_full_one_limits_both():
    """Proves: two lines of 0.4 GW with impedances 1 and 2 carry 0.4 and 0.2 GW, not 0.8: 0.3 of 0.9 GW are shed, whichever way a line was
    written down.
    Sensitivity: transport sheds 0.1; a sign lost on the reversed line makes power circle.
    """
    for ends, way in (({}, "forward"), ({"from_bus": "B", "to_bus": "A"}, "backward")):
        line = {"existing": 0.4, "circuits": 1.0}
        s = tiny_system(
            bus={"A": {}, "B": {}},
            thermal={"g": {"existing": 5.0}},
            options=DC,
            corridor={"l": line | {"impedance_per_gw": 1.0}, "m": line | ends | {"impedance_per_gw": 2.0}},
        )
        r = run(s, load={"B": 0.9})
        assert r.value("flow_forward", "l") == pytest.approx(0.4)
        assert r.value(f"flow_{way}", "m") == pytest.approx(0.2)
        assert r.account("load_shedding") == pytest.approx(24 * 0.3 * VOLL)


def test_circuits_in_parallel_halve_the_impedance():
    """Proves: of two corridors with the same line, the one with two circuits carries two thirds.
    Sensitivity: fails if the impedance of a circuit is taken for that of the corridor.
    """
    s = tiny_system(
        bus={"A": {}, "B": {}},
        thermal={"g": {"existing": 5.0}},
        options=DC,
        corridor={
            "one": {"existing": 2.0, "circuits": 1.0, "impedance_per_gw": 0.3},
            "two": {"existing": 2.0, "circuits": 2.0, "impedance_per_gw": 0.3},
        },
    )
    r = run(s, load={"B": 0.9})
    assert r.value("flow_forward", "two") == pytest.approx(0.6)


def test_receivers_of_one_market_are_one_stiff_bus():
    """Proves: A and B are tied and each has a line to the market; of 1 GW made in A, the two ways A-M (impedance 1) and A-B-M (2) carry two
    thirds and one third.
    Sensitivity: if each receiver had a voltage of its own, the split would be free.
    """
    line = {"impedance_per_gw": 1.0, "circuits": 1.0, "existing": 5.0}
    s = tiny_system(
        bus={"A": {}, "B": {}, "M": {"market": True}},
        thermal={"g": {"existing": 1.0, "fuel": 0.1}},
        options=DC,
        corridor={
            "ab": line,
            "am": line | {"to_bus": "M", "reversible": False},
            "bm": line | {"from_bus": "B", "to_bus": "M", "reversible": False},
        },
        contract={"x": {"min_gwh_per_year": 24.0, "shape": "flat"}},
    )
    r = run(s, load={})
    assert r.value("flow_forward", "am") == pytest.approx(2 / 3)
    assert r.value("flow_forward", "bm") == pytest.approx(1 / 3)
