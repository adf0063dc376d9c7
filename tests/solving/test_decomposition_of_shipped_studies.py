"""Every shipped study that is one LP comes to the same plan by decomposition."""

import numpy as np
import pytest
from rich.console import Console

from energy_model.certified import why_not_one_lp
from energy_model.results.stages import Clock
from energy_model.run import prepare
from energy_model.solving.benders import Decomposition
from energy_model.solving.highs import solve_lp
from energy_model.solving.shared_capacity import capacity_ids, split
from energy_model.study.combination import read_combination
from energy_model.study.horizon import Horizon
from energy_model.study.scenario import SCENARIOS, load_toml, names_in
from energy_model.study.settings import Settings
from energy_model.study.study import BASE_FILE
from energy_model.workers import workers
from tests.paths import ROOT

pytestmark = pytest.mark.slow

GAP = 1e-4
INPUTS = ROOT / "inputs"


def is_one_lp(name: str) -> bool:
    """Whether the study may be decomposed: no pathway, no rounds of trips or reactances, no whole numbers."""
    settings = Settings.model_validate(read_combination(INPUTS, name).settings(load_toml(INPUTS / BASE_FILE, BASE_FILE)))
    return not settings.pathway.years and not why_not_one_lp(settings)


@pytest.mark.parametrize("name", [name for name in names_in(INPUTS, SCENARIOS) if is_one_lp(name)])
def test_a_shipped_study_costs_the_same_decomposed(name):
    """Proves: a day of the study, capacities given by the master and hours dispatched at them, costs what its LP costs, to the gap that
    is proven; the start is the plan with a tenth more of everything. Sensitivity: a row of the study on the wrong side of the split.
    """
    _, problem = prepare(INPUTS, name, Horizon.parse("hours:24"), ROOT / "weather", Clock(Console(quiet=True)))
    lp = problem.lp
    found = solve_lp(lp, "simplex", threads=1)
    best = float(lp.cost @ found.primal) + lp.offset
    once, year = split(lp)
    start = np.clip(1.1 * found.primal[capacity_ids(lp)[0]], once.lower, once.upper)
    with workers(1) as pool:
        plan = Decomposition(once, [pool.keep(year)], np.ones(1), pool).solve(start, GAP, 400)
    assert plan.gap <= GAP
    assert best * (1 - 1e-9) <= plan.cost <= best * (1 + 2 * GAP)
    assert plan.bound <= best * (1 + 1e-9)
