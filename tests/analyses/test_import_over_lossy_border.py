"""Import of a microgrid over a lossy border."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from energy_model.analyses.island import net_import


def test_net_import_gives_up_half_of_a_quadratic_loss():
    """Proves: 0.4 GW in the middle of a border line that loses 0.008 GW bring 0.396 GW. Sensitivity: the loss share alone (0) tells 0.4."""
    line = pd.DataFrame({"from_bus": ["A"], "to_bus": ["B"], "reversible": [False], "loss_share": [0.0]}, index=["c"])
    system = SimpleNamespace(corridor=line, bus=pd.DataFrame({"microgrid": ["", "m"]}, index=["A", "B"]))
    dispatch = {("flow_forward", ("c",)): np.full(2, 0.4), ("loss", ("c",)): np.full(2, 0.008)}
    plan = SimpleNamespace(system=system, dispatch=dispatch, hours=SimpleNamespace(hour_index=np.arange(2)))
    assert net_import(plan, "m") == pytest.approx(0.396)
