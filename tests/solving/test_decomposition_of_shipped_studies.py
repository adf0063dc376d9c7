"""Every shipped study that is one LP can be dispatched at capacities from outside."""

import numpy as np
import pytest
from rich.console import Console

from energy_model.certified import why_not_one_lp
from energy_model.results.stages import Clock
from energy_model.run import prepare
from energy_model.solving.highs import solve_lp
from energy_model.solving.shared_capacity import capacity_ids, split
from energy_model.solving.yearly_dispatch import MISSING_GW, dispatch
from energy_model.study.combination import read_combination
from energy_model.study.horizon import Horizon
from energy_model.study.scenario import SCENARIOS, load_toml, names_in
from energy_model.study.settings import Settings
from energy_model.study.study import BASE_FILE
from tests.paths import ROOT

pytestmark = pytest.mark.slow

INPUTS = ROOT / "inputs"
HORIZON = {"hindcast-2015": "weeks:1"}
"""Where the first day of January alone, with an even share of the year's agreements, is impossible."""


def is_one_lp(name: str) -> bool:
    """Whether the study may be decomposed: no pathway, no rounds of trips or reactances, no whole numbers."""
    settings = Settings.model_validate(read_combination(INPUTS, name).settings(load_toml(INPUTS / BASE_FILE, BASE_FILE)))
    return not settings.pathway.years and not why_not_one_lp(settings)


@pytest.mark.parametrize("name", [name for name in names_in(INPUTS, SCENARIOS) if is_one_lp(name)])
def test_a_shipped_study_costs_the_same_dispatched_at_its_plan(name):
    """Proves: a day or a week of the study, capacities given by its own plan and hours dispatched at them, costs what its LP costs and
    lacks nothing.
    Sensitivity: a row of the study on the wrong side of the split.
    """
    _, problem = prepare(INPUTS, name, Horizon.parse(HORIZON.get(name, "hours:24")), ROOT / "weather", Clock(Console(quiet=True)))
    lp = problem.lp
    found = solve_lp(lp, "simplex", threads=1)
    answer = dispatch(split(lp)[1], found.primal[capacity_ids(lp)[0]], 1e-7)
    assert answer.cost == pytest.approx(float(lp.cost @ found.primal) + lp.offset, rel=1e-6)
    assert np.abs(answer.missing).max() < 10 * MISSING_GW
