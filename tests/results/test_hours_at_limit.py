"""Hours at the limit: one definition, by the flow."""

import numpy as np
import pytest
import xarray as xr

from energy_model.results.indicators import at_limit
from energy_model.results.node_balance import tie_full

FLOW = np.array([[100.0, 299.8, 300.0, 250.0, 0.0], [0.0, 0.0, 0.0, 0.0, 300.0]])


def grid(agreed, usable=1.0):
    """A microgrid G behind corridor P of 300 MW; corridor Q is no tie. Back over the tie flow 50 MW in the fourth hour."""
    back = np.zeros_like(FLOW)
    back[0, 3] = 50.0
    return xr.Dataset(
        {"flow_forward_mw": (("corridor", "time"), FLOW), "flow_backward_mw": (("corridor", "time"), back)},
        coords={
            "corridor": ["P", "Q"], "time": np.arange(5), "microgrid": ["G"],
            "corridor_tie_of": ("corridor", ["G", ""]), "corridor_capacity_mw": ("corridor", [300.0, 300.0]),
            "corridor_usable": ("corridor", [usable, 1.0]), "microgrid_tie_limit_mw": ("microgrid", [agreed]),
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("agreed", "usable", "hours"),
    [(300.0, 1.0, [False, True, True, True, False]), (np.nan, 1.0, [False, True, True, True, False]),
     (400.0, 1.0, [False, True, True, True, False]), (400.0, 1.5, [False, False, False, False, False]),
     (100.0, 1.0, [True, True, True, True, False])],
)  # fmt: skip
def test_a_tie_is_full_by_its_flow(agreed, usable, hours):
    """Proves: the exchange both ways counts against the lesser of the agreed limit and what the tie's corridors carry, within a thousandth;
    other corridors do not count, and no dual is asked. Sensitivity: 0 hours where the corridor's own row holds the whole dual.
    """
    assert tie_full(grid(agreed, usable), "G").tolist() == hours


def test_nothing_is_at_a_limit_of_nothing():
    """Proves: a corridor that is not built is not full, nor is a microgrid without a tie. Sensitivity: 0 >= 0 counts 8,760 h."""
    assert not at_limit(xr.DataArray([0.0]), xr.DataArray([0.0])).any()
    assert not tie_full(grid(300.0).assign_coords(corridor_tie_of=("corridor", ["", ""])), "G").any()
