"""Sections, solved by hand: cheap power in A, dear power in B, lines between them."""

import numpy as np
import pytest

from energy_model.exchange.subset import NotCarriedError, pypsa_subset
from energy_model.results.quantities import Quantities
from energy_model.results.recount import balances, recount
from energy_model.results.sections import section_limits
from energy_model.study.system import MONTHS
from tests.support.labelled import of_nodes, with_names
from tests.support.tiny import build, run, tiny_system

AB = {"A": {}, "B": {}}
PLANTS = {"a": {"existing": 5.0, "fuel": 0.2}, "b": {"node": "B", "existing": 5.0, "fuel": 0.5}}
LINES = {"x": {"existing": 1.0}, "y": {"from_bus": "B", "to_bus": "A", "existing": 1.0}}
MEMBERS = {("cut", "x"): {}, ("cut", "y"): {"weight": -1.0}}


def limited(forward=None, reverse=None, thermal=PLANTS, **more):
    """Two lines under limits [GW], a number for all months or the twelve of them."""
    sides = {"forward": forward, "reverse": reverse}
    months = {k: dict(zip(MONTHS, np.broadcast_to(v, 12).tolist(), strict=True)) for k, v in sides.items() if v is not None}
    section = {("cut", k): v for k, v in months.items()}
    return tiny_system(bus=AB, thermal=thermal, corridor=LINES, section=section, section_member=MEMBERS if section else {}, **more)


def test_lines_share_one_limit():
    """Proves: 2 GW of load in B over two lines of 1 GW, one of them entered from B to A, get 1.5 GW under a limit of 1.5: a day costs
    24 x (1.5 x 0.2 + 0.5 x 0.5) = 13.2, one more GW saves 0.3 in every hour; without the limit 2 GW arrive and cost 9.6.
    Sensitivity: a limit on each line; a weight without its sign.
    """
    r = run(limited(1.5), load={"B": 2.0})
    assert r.value("flow_forward", "x") + r.value("flow_backward", "y") == pytest.approx(1.5)
    assert r.cost == pytest.approx(13.2)
    assert -r.dual("section_limit", "cut", "forward") == pytest.approx(0.3)
    assert run(limited(), load={"B": 2.0}).cost == pytest.approx(9.6)


def test_the_other_way_has_a_limit_of_its_own():
    """Proves: with the cheap plant in B, a limit of 0.5 from A to B leaves the way back free and one of 0.4 back holds it.
    Sensitivity: one limit for both ways; rows of the wrong sign.
    """
    swapped = {"a": PLANTS["b"] | {"node": "A"}, "b": PLANTS["a"] | {"node": "B"}}
    assert run(limited(0.5, thermal=swapped), load={"A": 1.0}).cost == pytest.approx(24 * 0.2)
    r = run(limited(0.5, 0.4, thermal=swapped), load={"A": 1.0})
    assert r.cost == pytest.approx(24 * (0.4 * 0.2 + 0.6 * 0.5))
    assert -r.dual("section_limit", "cut", "reverse") == pytest.approx(0.3)


def test_each_month_has_its_limit():
    """Proves: 1 GW in January and 0.25 from February on: the flow steps down at the first hour of February.
    Sensitivity: one limit all year; months shifted by one.
    """
    r = run(limited([1.0] + [0.25] * 11), hours=32 * 24, load={"B": 2.0})
    flow = r.value("flow_forward", "x") + r.value("flow_backward", "y")
    assert flow == pytest.approx([1.0] * 31 * 24 + [0.25] * 24)


def test_units_on_line_raise_the_limit():
    """Proves: 0.8 GW on-line in A lift a limit of 0.5 by a quarter of it to 0.7, which is sent and costs 24 x (0.7 x 0.2 + 0.3 x 0.5) =
    6.96; units in B lift nothing. Sensitivity: capacity of another node; what is built instead of what is on-line.
    """
    plants = {"a": {"existing": 0.8, "fuel": 0.2}, "b": PLANTS["b"]}
    r = run(limited(0.5, thermal=plants, section_unit={("cut", "A"): {"forward": 0.25}}), load={"B": 1.0})
    assert r.cost == pytest.approx(6.96)
    assert r.value("online", "a") == pytest.approx(0.8)
    other = run(limited(0.5, thermal=plants, section_unit={("cut", "A"): {"reverse": 0.25}}), load={"B": 1.0})
    assert other.cost == pytest.approx(24 * (0.5 * 0.2 + 0.5 * 0.5))


def test_a_study_without_sections_is_the_same_problem():
    """Proves: no row, no column and no data more, where a limit of 9 GW brings one row an hour. Sensitivity: rows that are always there."""
    plain, wide = build(limited()), build(limited(9.0))
    assert plain.profiles.sizes["section_side"] == 0
    assert "section_limit" not in plain.lp.row_ids
    assert wide.lp.matrix.shape == (plain.lp.matrix.shape[0] + 24, plain.lp.matrix.shape[1])


def test_the_table_tells_limit_flow_and_price():
    """Proves: load in B of 0.5 and 2 GW in turn under 1.5 GW: the largest flow is 1.5, all of its limit, for 12 h at 300 CNY/MWh, so
    that one more MW saves 3,600 CNY in the day; 0 the other way, whose limit is 0.4. Recount agrees.
    Sensitivity: hours of both ways together; prices that are means over hours without one.
    """
    s = with_names(limited(1.5, 0.4))
    r = run(s, load={"B": [0.5, 2.0] * 12})
    recount(r.problem, r.solution.primal, r.lp.costs(r.solution.primal)).require()
    table = section_limits(of_nodes(r)).set_index("flow_direction")
    there, back = table.loc["forward"], table.loc["reverse"]
    assert (there.least_limit_mw, there.largest_limit_mw, there.largest_mw) == pytest.approx((1500, 1500, 1500))
    assert (there.largest_share, there.hours_at_limit_h, there.hours_binding_h) == pytest.approx((1.0, 12, 12))
    assert (there.mean_price_cny_per_mwh, there.congestion_rent_cny_per_mw) == pytest.approx((300, 3600))
    assert (back.largest_limit_mw, back.largest_mw, back.hours_at_limit_h, back.congestion_rent_cny_per_mw) == pytest.approx(
        (400, -500, 0, 0)
    )


def test_a_flow_held_at_zero_is_at_its_limit():
    """Proves: a section that lets nothing through is at its limit in all 24 hours, as its price says. Sensitivity: 0 h at the limit."""
    table = section_limits(of_nodes(run(with_names(limited(0.0)), load={"B": 1.0}))).iloc[0]
    assert (table.largest_mw, table.hours_at_limit_h, table.hours_binding_h) == pytest.approx((0, 24, 24))


def test_a_flow_above_its_limit_is_found():
    """Proves: a plan that sends 0.1 GW more than it may is 0.1 GW above the limit. Sensitivity: a count that trusts the rows."""
    r = run(limited(1.5), load={"B": 2.0})
    primal = r.solution.primal.copy()
    primal[r.ids("flow_forward", "x")] += 0.1
    assert balances(Quantities(r.problem, primal))["section_gw"] == pytest.approx(0.1)


def test_an_export_to_pypsa_refuses_it_by_name():
    """Proves: a network has no limit on a sum of flows, so that leaving it out would make another study. Sensitivity: silence."""
    with pytest.raises(NotCarriedError, match="interfaces cut/forward have no counterpart"):
        pypsa_subset(limited(1.5))
