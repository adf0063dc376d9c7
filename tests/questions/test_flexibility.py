"""The value of flexible potlines on a small study."""

import pandas as pd
import pytest
from tiny import run, tiny_system

from energy_model.questions.flexibility import without_modulation


def test_without_modulation_potlines_run_at_rated_power():
    """Proves: the rigid case of a study with a dear half day runs its pots at 1 GW in every hour and costs 0.8 MCNY more: from 0.4 GWh
    above to 0.4 below is what the band allows, at 1 MCNY/GWh. Everything else is untouched.
    Sensitivity: fails if only one direction is locked, or the case without keeps some modulation.
    """
    wind = [2.0] * 9 + [0.0] * 11 + [2.0] * 4
    pots = {"modulation_down_share": 0.1, "modulation_up_share": 0.1, "modulation_hours_h": 4.0}
    s = tiny_system(resource={"w": {"existing": 1.0}}, thermal={"g": {"existing": 1.0, "fuel": 1.0}}, smelter={"pots": pots})
    rigid = without_modulation(s)
    pd.testing.assert_frame_equal(rigid.thermal, s.thermal)
    free, held = run(s, availability={"w": wind}), run(rigid, availability={"w": wind})
    assert held.value("smelter_power", "pots") == pytest.approx(1.0)
    assert held.cost == pytest.approx(11.0)
    assert held.cost - free.cost == pytest.approx(0.8)
