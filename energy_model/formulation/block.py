"""The block of consecutive hours, built from the components."""

import pyomo.environ as pyo

from energy_model.formulation.component import added, positive
from energy_model.formulation.components import CARRIERS, COMPONENTS, DATA, LEDGERS
from energy_model.formulation.equation import add
from energy_model.study.capacities import CAPACITIES
from energy_model.study.system import System


def dispatch_block(system: System, hours: int, step_h: int, typical: bool = False) -> pyo.ConcreteModel:
    """Build one block of the dispatch problem.

    Parameters
    ----------
    system : System
        Elements of the study in model units.
    hours : int
        Length of the block [h], a multiple of `step_h`; where potlines or contracts count by the day, whole days or part of one.
    step_h : int
        Length of a commitment step [h].
    typical : bool
        The block represents several weeks of the year, between which long-duration stores carry energy.

    Returns
    -------
    ConcreteModel
        Hourly data are variables named in `DATA` (the compiler treats them as parameters); the interface to other blocks and to the
        master are the columns ``capacity_*``, the columns of `STATES` and `HISTORY` at time 0 and before,
        the columns ``ledger_*``, and the columns ``typical_*`` of carried stores.
    """
    if (hours % 24 and hours > 24 and system.counts_by_day) or hours % step_h or 24 % step_h:
        raise ValueError(f"a block of {hours} h needs whole days and whole commitment steps of {step_h} h")
    m = pyo.ConcreteModel("dispatch_block")
    _time(m, hours, step_h)
    m.is_typical = typical
    m.net = {carrier: [c.net[carrier] for c in COMPONENTS if carrier in c.net] for carrier in CARRIERS}
    for declare in [f for c in COMPONENTS for f in (c.sets, c.block_sets) if f]:
        declare(m, system)
    for name, over in DATA.items():
        m.add_component(name, pyo.Var(getattr(m, over), m.hour))
    positive(m, **{c.column: (getattr(m, c.over),) for c in CAPACITIES})
    for name, ledger in LEDGERS.items():
        m.add_component(f"ledger_{name}", pyo.Var(getattr(m, ledger.over), within=pyo.Reals if ledger.signed else pyo.NonNegativeReals))
    for columns in [c.block_columns for c in COMPONENTS if c.block_columns]:
        columns(m)
    for row in [row for c in COMPONENTS for row in c.rows("block")]:
        add(m, row)
    costs = added(c.running_cost(m) for c in COMPONENTS if c.running_cost)
    m.account = pyo.Set(initialize=list(costs))
    m.account_cost = pyo.Objective(m.account, rule=lambda m, name: costs[name])  # the objective is their sum
    return m


def _time(m: pyo.ConcreteModel, hours: int, step_h: int) -> None:
    """Hours and commitment steps; time 0 precedes the block."""
    steps = hours // step_h
    m.step_h = step_h
    m.hour, m.hour0 = pyo.RangeSet(1, hours), pyo.RangeSet(0, hours)
    m.step, m.step0 = pyo.RangeSet(1, steps), pyo.RangeSet(0, steps)
    m.step_of = {t: (t - 1) // step_h + 1 for t in range(1, hours + 1)} | {0: 0}
    m.hours_of = {k: range((k - 1) * step_h + 1, k * step_h + 1) for k in range(1, steps + 1)}
