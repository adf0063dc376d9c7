"""A solved plan as input of operation: capacities built, initial states, and prices that represent the rest of the year.

A window of hours decides as the year does when it has three things of the plan: the capacities; the price of each yearly total (the dual
of its row: coal at its delivered value, contract energy and clauses at their marginal cost); and the marginal value of each final state
(the derivative of the cost of all later hours). At exact duals the plan's own dispatch is optimal in every window: the Lagrangian of the
year separates into its windows (Boyd and Vandenberghe 2004, "Convex Optimization", section 5.5.3). A price does not determine how much
maintenance is done in a window, so scheduled maintenance is not a decision of operation: windows keep the plan's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from energy_model.formulation.components import FIXED_BY_PLAN, HISTORY, STATES
from energy_model.formulation.equation import REGISTRY
from energy_model.solving.build import Problem, hourly_data
from energy_model.solving.compile import Affine, Compiled
from energy_model.solving.stamp import CAPACITY, LEDGER, MONTHLY, TOTAL, BlockPlan, StampedLP
from energy_model.study.system import System

TIMED = STATES | HISTORY
Label = tuple[str, tuple]
"""Family and index of a column, without the time."""


@dataclass(frozen=True)
class Plan:
    """Data of a solved study for its operation.

    Attributes
    ----------
    system : System
    profiles : Dataset
        Hourly profiles in the order of the system's labels.
    hours : BlockPlan
    step_h : int
        Length of a commitment step [h].
    capacity : Mapping
        Column of the block ``(capacity_..., index)`` -> installed [GW, GWh].
    price : Mapping
        Column ``(ledger_..., index)`` -> cost of one more unit in the year [MCNY per GWh, TJ, ...].
    state : Mapping
        Column ``(family of STATES, index without time)`` -> values at the end of every hour of the horizon, shape (hours,).
    value : Mapping
        The same labels -> slope of the cost of all later hours, per real hour [MCNY per unit], shape (hours,).
    dispatch : Mapping
        Every column with a time of its own, and those of FIXED_BY_PLAN -> values in every hour of the horizon [GW, GWh], shape (hours,);
        states at its end.
    """

    system: System
    profiles: xr.Dataset
    hours: BlockPlan
    step_h: int
    capacity: Mapping[Label, float]
    price: Mapping[Label, float]
    state: Mapping[Label, np.ndarray]
    value: Mapping[Label, np.ndarray]
    dispatch: Mapping[Label, np.ndarray]

    def state_at(self, position: int) -> dict[Label, float]:
        """States at the end of an hour of the horizon."""
        return {label: float(values[position]) for label, values in self.state.items()}

    def value_at(self, position: int) -> dict[Label, float]:
        """Marginal state values after an hour of the horizon."""
        return {label: float(values[position]) for label, values in self.value.items()}

    def held_at(self, positions: np.ndarray) -> dict[Label, np.ndarray]:
        """Columns fixed by the plan in operation (scheduled maintenance) [GW], in the hours at positions of the horizon."""
        return {label: values[positions] for label, values in self.dispatch.items() if label[0] in FIXED_BY_PLAN}

    def following(self, position: int, count: int) -> np.ndarray:
        """Positions in the horizon of `count` hours from `position` on, cyclic (typical weeks each by themselves)."""
        return _walk(self.hours, position, count)

    def before(self, position: int) -> int:
        """Position whose end is the start of this hour."""
        block, hour = divmod(position, self.hours.hours)
        return position - 1 if hour else int(self.hours.previous[block]) * self.hours.hours + self.hours.hours - 1

    def rings(self) -> list[np.ndarray]:
        """Positions of the horizon in order of time, one array per cycle of blocks."""
        left, rings = set(range(len(self.hours.start))), []
        while left:
            first = min(left)
            blocks = [first]
            while (after := _successor(self.hours, blocks[-1])) != first:
                blocks.append(after)
            left -= set(blocks)
            rings.append((np.array(blocks)[:, None] * self.hours.hours + np.arange(self.hours.hours)).ravel())
        return rings

    def year_hour(self, positions: np.ndarray) -> np.ndarray:
        """Hour of the year of positions in the horizon."""
        return self.hours.hour_index.ravel()[positions]

    def weight(self, positions: np.ndarray) -> np.ndarray:
        """Hours of the year represented by each position."""
        return self.hours.weight[np.asarray(positions) // self.hours.hours]


def _successor(plan: BlockPlan, block: int) -> int:
    return int(np.flatnonzero(plan.previous == block)[0])


def _walk(plan: BlockPlan, position: int, count: int) -> np.ndarray:
    found = np.empty(count, np.int64)
    for i in range(count):
        found[i] = position
        block, hour = divmod(position, plan.hours)
        position = position + 1 if hour < plan.hours - 1 else _successor(plan, block) * plan.hours
    return found


def plan_of(problem: Problem, primal: np.ndarray, dual: np.ndarray) -> Plan:
    """The plan in a solved problem.

    Parameters
    ----------
    problem : Problem
    primal, dual : ndarray
        Column values and row duals of its LP.
    """
    columns = problem.lp.column_ids
    capacity = {
        (family, label): float(primal[i])
        for family, (labels, ids) in columns.items()
        if family.startswith(CAPACITY)
        for label, i in zip(labels, ids, strict=True)
    }
    dispatch: dict[Label, np.ndarray] = {}
    length = {"hour": problem.plan.hours, "step": problem.plan.hours // problem.step_h}
    for family, (labels, ids) in columns.items():
        own = ids[..., -length[TIMED[family]] :] if family in TIMED else ids  # without what stands before the block
        if ids.ndim == 3 and (family in FIXED_BY_PLAN or own.shape[2] in length.values()):
            values = np.where(own >= 0, primal[own], 0.0)
            values = np.repeat(values, problem.plan.hours // own.shape[2], axis=2).reshape(len(labels), problem.plan.hour_index.size)
            dispatch |= {(family, label): row for label, row in zip(labels, values, strict=True)}
    state = {label: values for label, values in dispatch.items() if label[0] in STATES}
    return Plan(
        problem.system, problem.profiles, problem.plan, problem.step_h, capacity, ledger_prices(problem.lp, primal, dual), state,
        state_values(problem, dual), dispatch,
    )  # fmt: skip


def ledger_prices(lp: StampedLP, primal: np.ndarray, dual: np.ndarray) -> dict[Label, float]:
    """Cost of one more unit of each yearly total [MCNY per unit], under the name of the block's ledger.

    Where months have rows of their own, what a unit costs in them is averaged over what they hold: operation knows one price.
    """
    price = {
        (LEDGER + name.removeprefix(TOTAL), tuple(index)): float(dual[i])
        for (name, *index), i in zip(*lp.rows("yearly_total"), strict=True)
    }
    amount, worth = dict.fromkeys(price, 0.0), dict.fromkeys(price, 0.0)
    for (name, *index), i in zip(*lp.rows("monthly_total"), strict=True):
        labels, columns = lp.columns(name)
        ledger, held = (LEDGER + name.removeprefix(MONTHLY), tuple(index[:-1])), primal[columns[labels.index(tuple(index))]]
        amount[ledger] += held
        worth[ledger] += held * dual[i]
    return {ledger: p + (worth[ledger] / amount[ledger] if amount[ledger] > 0 else 0.0) for ledger, p in price.items()}


def state_values(problem: Problem, dual: np.ndarray) -> dict[Label, np.ndarray]:
    """Derivative of the cost of all later hours in each state, after every hour of the horizon.

    The slope after hour t is minus the sum, over the rows of later hours in which the state stands, of coefficient times dual, per real
    hour.  For a state counted in commitment steps it is that of the end of its step.

    Returns
    -------
    dict
        (family, index without time) -> array of shape (hours,) [MCNY per GW or GWh].
    """
    block, plan, step = problem.block, problem.plan, problem.step_h
    count, rows = len(plan.start), len(block.rows)
    first = min(int(ids[ids >= 0].min()) for _, ids in problem.lp.row_ids.values() if ids.ndim == 3 and (ids >= 0).any())
    y = dual[first : first + rows * count].reshape(count, rows).T / plan.weight  # (rows, blocks)
    successor = np.array([_successor(plan, b) for b in range(count)])
    begin = np.array([row_begin(label, step) for label in block.rows])
    value: dict[Label, np.ndarray] = {}
    places = np.flatnonzero([block.columns[j][0] in STATES for j in block.column_of])
    coefficient = Affine(block.coefficient.constant[places], block.coefficient.map[places]).at(
        hourly_data(problem.system, problem.profiles, plan)
    )
    for k, held in zip(places, coefficient, strict=True):
        row, (family, index) = int(block.row_of[k]), block.columns[block.column_of[k]]
        if index[-1] < 0:
            continue  # looked back at further than the state: a window does not know it
        at = value.setdefault((family, index[:-1]), np.zeros((count, plan.hours)))
        width = step if STATES[family] == "step" else 1
        end = index[-1] * width
        if index[-1] > 0 and begin[row] <= end and block.rows[row][0] != "week_gain":
            continue  # a row of the same hours, not of later ones
        slope = -held * y[row]
        if index[-1] == 0:  # stands for the last state of the block before
            at[:, -width:] += slope[successor][:, None]
        else:
            at[:, end - width : end] += slope[:, None]
    return {label: values.ravel() for label, values in value.items()}


def row_begin(label: Label, step: int) -> int:
    """First hour of a row inside its block; 0 for a row without time."""
    family, index = label
    if not index or not isinstance(index[-1], int):
        return 0
    return (index[-1] - 1) * step + 1 if REGISTRY[family].over[-1].startswith("step") else index[-1]


def with_capacities_fixed(lp: StampedLP, primal: np.ndarray) -> StampedLP:
    """The whole horizon again with its yearly rows, without investment: capacities are fixed as built."""
    return lp.holding(lp.capacities, primal[lp.capacities])


def fixed_columns(block: Compiled) -> np.ndarray:
    """Which columns of a compiled block are capacities."""
    return np.array([name.startswith(CAPACITY) for name, _ in block.columns])
