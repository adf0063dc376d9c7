"""The dual of each kind of row, checked by moving one right-hand side of the study that uses everything."""

import functools

import pytest
from every import STUDIES, every_profile
from tiny import run

EPS = 1e-3


@functools.cache
def study(name: str):
    return run(STUDIES[name](), **every_profile(24), step_h=6)


ROWS = {
    "base": [
        ("heat_balance", ("town",), 5), ("tie_limit", ("park",), 7), ("synchronous_share", ("park",), 2), ("reserve_up", ("park",), 4),
        ("reserve_down", ("park",), 4), ("back_pressure", ("chp",), 6), ("hvdc_minimum", ("hvdc",), 0), ("dedicated_flow", ("green",), 8),
        ("potline_deviation", ("pots",), 8), ("level_balance", ("battery",), 11), ("contract_minimum", ("curve",), 0),
        ("clause_at_least", ("wind",), 0), ("clause_at_most", ("carbon",), 0), ("clause_at_most", ("waste",), 0),
        ("other_coal_balance", ("chemistry",), 0), ("self_supply", ("park",), 0), ("land_limit", ("A", "wind"), 0),
        ("store_duration", ("battery",), 0), ("export_ledger", ("curve",), 0), ("start_up", ("chp",), 1), ("online_limit", ("chp",), 2),
    ],
    "secured": [
        ("reserve_balance", ("fast", "west"), 8), ("reserve_balance", ("slow", "east"), 8), ("reserve_balance", ("down", "east"), 3),
        ("reserve_ramp", ("fast", "coal"), 8), ("reserve_ramp", ("down", "pots"), 3), ("reserve_footroom", ("coal",), 3),
        ("reserve_power", ("battery", "up"), 8), ("reserve_energy", ("battery", "up"), 20), ("reserve_energy", ("battery", "down"), 2),
        ("reserve_delivery", ("east", "west"), 12), ("maintenance_limit", ("coal",), 0), ("maintenance_ledger", ("coal",), 0),
        ("maintenance_done", ("coal",), 0), ("clause_at_least", ("margin",), 0), ("firm_by_power", ("battery",), 0),
        ("firm_by_energy", ("battery",), 0),
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
