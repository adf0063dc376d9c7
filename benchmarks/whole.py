"""The study over all its hours as one plain Pyomo model: the same algebra, neither compiled once nor stamped."""

from __future__ import annotations

import pyomo.environ as pyo
import xarray as xr
from pyomo.contrib.appsi.solvers import Highs

from benchmarks.phases import Phases
from energy_model.formulation.block import dispatch_block
from energy_model.formulation.components import DATA, HISTORY, STATES
from energy_model.formulation.master import investment_master
from energy_model.solving.build import hourly_data, yearly_data
from energy_model.solving.capacity_credit import find_adequacy
from energy_model.solving.stamp import CAPACITY, LEDGER, TOTAL, BlockPlan
from energy_model.study.system import System


def whole_horizon(system: System, profiles: xr.Dataset, plan: BlockPlan, step_h: int) -> pyo.ConcreteModel:
    """Block of all hours and master side by side, tied by plain constraints; hourly data fixed in place.

    Parameters
    ----------
    system : System
    profiles : Dataset
        As `matched_profiles` gives them.
    plan : BlockPlan
        Of consecutive hours.
    step_h : int
        Commitment step [h].

    Returns
    -------
    ConcreteModel
        Its objective ``cost`` is that of the stamped LP [MCNY].
    """
    hours, weight = plan.hours * len(plan.start), float(plan.weight[0])
    one = BlockPlan(hours, plan.start[:1], plan.weight[:1], plan.previous[:1] * 0)
    root = pyo.ConcreteModel()
    root.block = dispatch_block(system, hours, step_h)
    root.master = investment_master(system, yearly_data(system, profiles, plan, find_adequacy(system, profiles)))
    columns = [v for name in DATA for v in getattr(root.block, name).values()]
    for column, value in zip(columns, hourly_data(system, profiles, one)[:, 0], strict=True):
        column.fix(value)
    root.tie = pyo.ConstraintList()
    timed = STATES | HISTORY
    for family in root.block.component_objects(pyo.Var):
        name = family.local_name
        for index, column in family.items():
            if name.startswith(CAPACITY):
                root.tie.add(column == getattr(root.master, name)[index])
            elif name.startswith(LEDGER):
                root.tie.add(weight * column == getattr(root.master, name.replace(LEDGER, TOTAL))[index])
            elif name in timed and index[-1] <= 0:
                last = hours // step_h if timed[name] == "step" else hours
                root.tie.add(column == family[*index[:-1], last + index[-1]])
    running, yearly = root.block.account_cost, root.master.account_cost
    root.cost = pyo.Objective(expr=weight * sum(a.expr for a in running.values()) + sum(a.expr for a in yearly.values()))
    for account in (*running.values(), *yearly.values()):
        account.deactivate()
    return root


def build_whole(system: System, profiles: xr.Dataset, plan: BlockPlan, step_h: int, phases: Phases) -> dict:
    """Build the plain model and hand it to HiGHS through Pyomo's own interface; sizes as HiGHS has them."""
    with phases.phase("build"):
        root = whole_horizon(system, profiles, plan, step_h)
    with phases.phase("hand-over"):
        solver = Highs()
        solver.set_instance(root)
        h = solver._solver_model  # the interface has no other way to ask for its size
        lp = h.getLp()
    return {"phases": phases.told, "columns": lp.num_col_, "rows": lp.num_row_, "nonzeros": h.getNumNz()}
