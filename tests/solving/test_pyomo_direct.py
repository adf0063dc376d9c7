"""The horizon written as one Pyomo model and handed to the solver by Pyomo itself: neither our compiler nor our stamp take part."""

import pyomo.environ as pyo
import pytest
from every import every_family, every_profile
from tiny import TIMED, build, solved

from energy_model.formulation.block import DATA, dispatch_block
from energy_model.formulation.master import investment_master
from energy_model.solving.build import hourly_data, yearly_data

HOURS, STEP_H = 48, 4


def whole_horizon(problem) -> pyo.ConcreteModel:
    """Block and master side by side, tied by plain constraints; hourly data fixed in place."""
    system, profiles, plan = problem.system, problem.profiles, problem.plan
    root = pyo.ConcreteModel()
    root.block = dispatch_block(system, HOURS, STEP_H)
    root.master = investment_master(system, yearly_data(system, profiles, plan))
    columns = [v for name in DATA for v in getattr(root.block, name).values()]
    for column, value in zip(columns, hourly_data(system, profiles, plan)[:, 0], strict=True):
        column.fix(value)
    root.tie = pyo.ConstraintList()
    for family in root.block.component_objects(pyo.Var):
        name = family.local_name
        for index, column in family.items():
            if name.startswith("capacity_"):
                root.tie.add(column == getattr(root.master, name)[index])
            elif name.startswith("ledger_"):
                root.tie.add(column == getattr(root.master, name.replace("ledger_", "total_"))[index])
            elif name in TIMED and index[-1] <= 0:
                last = HOURS // STEP_H if TIMED[name] == "step" else HOURS
                root.tie.add(column == family[*index[:-1], last + index[-1]])
    accounts = [a for part in (root.block, root.master) for a in part.account_cost.values()]
    root.cost = pyo.Objective(expr=sum(a.expr for a in accounts))
    for a in accounts:
        a.deactivate()
    return root


def test_pyomo_alone_finds_the_same_optimum():
    """Proves: 2 stamped days cost what the 48 h cost when Pyomo writes and solves them, to 1e-9: the arrays say what the algebra says.
    Sensitivity: fails if compiling loses a coefficient, a bound, an account's constant or the order of the hourly data.
    """
    profiles = every_profile(HOURS)
    root = whole_horizon(build(every_family(), block_h=HOURS, step_h=STEP_H, **profiles))
    pyo.SolverFactory("appsi_highs").solve(root)
    stamped = solved(build(every_family(), block_h=24, step_h=STEP_H, **profiles))
    assert stamped.cost == pytest.approx(pyo.value(root.cost), rel=1e-9)
