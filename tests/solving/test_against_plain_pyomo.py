"""The horizon written as one Pyomo model and handed to the solver by Pyomo itself: neither our compiler nor our stamp take part."""

import pyomo.environ as pyo
import pytest

from benchmarks.whole import whole_horizon
from tests.support.every import every_family, every_profile
from tests.support.tiny import build, solved

HOURS, STEP_H = 48, 4


def test_pyomo_alone_finds_the_same_optimum():
    """Proves: 2 stamped days cost what the 48 h cost when Pyomo writes and solves them, to 1e-9: the arrays say what the algebra says.
    Sensitivity: fails if compiling loses a coefficient, a bound, an account's constant or the order of the hourly data.
    """
    profiles = every_profile(HOURS)
    problem = build(every_family(), block_h=HOURS, step_h=STEP_H, **profiles)
    root = whole_horizon(problem.system, problem.profiles, problem.plan, STEP_H)
    pyo.SolverFactory("appsi_highs").solve(root)
    stamped = solved(build(every_family(), block_h=24, step_h=STEP_H, **profiles))
    assert stamped.cost == pytest.approx(pyo.value(root.cost), rel=1e-9)
