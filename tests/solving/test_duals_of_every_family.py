"""The dual of each kind of row, checked by moving one right-hand side of the study that uses everything."""

import functools

import pytest

from tests.support.every import STUDIES, every_profile
from tests.support.tiny import run

EPS = 1e-3


@functools.cache
def study(name: str):
    return run(STUDIES[name](), **every_profile(24), step_h=6)


ROWS = {
    "base": [
        ("heat_balance", ("town",), 5),
        ("tie_limit", ("park",), 7),
        ("synchronous_share", ("park",), 2),
        ("reserve_up", ("park",), 4),
        ("store_reserve_power", ("battery",), 4),
        ("store_reserve_energy", ("battery",), 4),
        ("reserve_down", ("park",), 4),
        ("back_pressure", ("chp",), 6),
        ("hvdc_minimum", ("hvdc",), 0),
        ("dedicated_flow", ("green",), 8),
        ("potline_deviation", ("pots",), 8),
        ("level_balance", ("battery",), 11),
        ("contract_minimum", ("curve",), 0),
        ("clause_at_least", ("wind",), 0),
        ("clause_at_most", ("carbon",), 0),
        ("clause_at_most", ("waste",), 0),
        ("other_coal_balance", ("chemistry",), 0),
        ("self_supply", ("park",), 0),
        ("land_limit", ("A", "wind"), 0),
        ("store_duration", ("battery",), 0),
        ("export_ledger", ("curve",), 0),
        ("start_up", ("chp",), 1),
        ("online_limit", ("chp",), 2),
    ],
    "flow": [
        ("kirchhoff", ("ab+ac+cb",), 5),
        ("kirchhoff", ("dc1+dc2",), 9),
        ("loss_tangent", ("ac", 1), 3),
        ("loss_tangent", ("ab", 2), 7),
        ("loss_secant", ("dc1",), 4),
        ("corridor_limit", ("cb",), 10),
        ("nodal_balance", ("B",), 6),
        ("tie_limit", ("park",), 8),
    ],
    "commitment": [
        ("unit_balance", ("chp",), 1),
        ("minimum_up_time", ("chp",), 2),
        ("minimum_down_time", ("own",), 1),
        ("class_balance", ("chp", "hot"), 1),
        ("class_limit", ("chp", "warm"), 2),
        ("class_start_limit", ("own",), 0),
        ("retrofit_limit", ("chp",), 0),
    ],
    "smelters": [
        ("potline_endurance", ("pots",), 5),
        ("potline_restart", ("pots",), 3),
        ("potline_ledger", ("pots",), 0),
        ("clause_at_least", ("tonnes",), 0),
    ],
    "security": [
        ("contingency_limit", ("ab", "ab", "forward"), 8),
        ("contingency_limit", ("ab", "ac", "forward"), 3),
        ("contingency_limit", ("cb", "ab", "reverse"), 5),
        ("schedule_flow", ("hvdc",), 7),
        ("schedule_ramp_up", ("hvdc",), 6),
        ("schedule_ramp_down", ("hvdc",), 12),
        ("whole_circuits", ("ab",), 0),
        ("corridor_limit", ("hvdc",), 4),
    ],
    "bilateral": [
        ("sold_by_seller", ("B",), 4),
        ("bought_by_buyer", ("B", "smelter"), 6),
        ("bilateral_ledger", ("captive",), 0),
        ("bilateral_energy", ("captive",), 0),
        ("bilateral_energy", ("town",), 0),
    ],
    "reserves": [
        ("reserve_balance", ("fast", "west"), 8),
        ("reserve_balance", ("slow", "east"), 8),
        ("reserve_balance", ("down", "east"), 3),
        ("reserve_ramp", ("fast", "coal"), 8),
        ("reserve_ramp", ("down", "pots"), 3),
        ("reserve_footroom", ("coal",), 3),
        ("reserve_power", ("battery", "up"), 8),
        ("reserve_energy", ("battery", "up"), 20),
        ("reserve_energy", ("battery", "down"), 2),
        ("reserve_delivery", ("east", "west"), 12),
        ("maintenance_limit", ("coal",), 0),
        ("maintenance_ledger", ("coal",), 0),
        ("maintenance_done", ("coal",), 0),
        ("clause_at_least", ("margin",), 0),
        ("firm_by_power", ("battery",), 0),
        ("firm_by_energy", ("battery",), 0),
    ],
    "sections": [
        ("section_limit", ("cut", "forward"), 2),
        ("section_limit", ("cut", "forward"), 14),
        ("section_limit", ("cut", "reverse"), 4),
    ],
    "opening": [
        ("level_from_start", ("lake",), 0),
        ("level_from_start", ("lake",), 9),
        ("must_run", ("nuclear",), 1),
        ("ramp_up", ("gas",), 0),
        ("ramp_up", ("gas",), 7),
        ("ramp_down", ("gas",), 12),
        ("start_up", ("gas",), 0),
        ("level_balance", ("battery",), 3),
    ],
}
"""Rows by study of `STUDIES`: family, label, position in time."""


@pytest.mark.parametrize(("name", "family", "label", "hour"), [(name, *row) for name, rows in ROWS.items() for row in rows])
def test_dual_lies_between_the_slopes(name, family, label, hour):
    """Proves: for any kind of row the dual is the cost of one more unit of its right-hand side, as written. The optimal cost is convex in
    it, so the dual lies between the slope to the left and to the right (which differ only on a kink).
    Sensitivity: fails on a wrong sign (such as a floor that Pyomo turned around), a wrong row, or a factor of 1000.
    """
    r = study(name)
    below = (r.cost - r.shifted(-EPS, family, *label, hour=hour)) / EPS
    above = (r.shifted(EPS, family, *label, hour=hour) - r.cost) / EPS
    assert below - 1e-6 <= r.dual(family, *label)[hour] <= above + 1e-6
