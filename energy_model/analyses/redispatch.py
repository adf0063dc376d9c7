"""Rolling re-dispatch of a plan: day-ahead commitment on a forecast, dispatch on the actual weather, states carried from day to day.

Each day has two optimisations over the same window. The day-ahead one uses the forecast with a margin and decides which units are online.
The second uses the actual weather of the day and the forecast beyond it; commitment is fixed, and output, stores, flows and curtailment
balance the error. Beyond the window the plan's marginal state values represent the future, and the plan's prices the yearly totals, so
without error the result is the plan's own dispatch. Maintenance is that of the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from energy_model.analyses.forecast import Forecaster
from energy_model.formulation.components import STATES
from energy_model.solving.dispatcher import Dispatcher, NoDispatchError, Outcome
from energy_model.solving.redispatch import Label, Plan
from energy_model.solving.stamp import StampedLP
from energy_model.solving.windows import Operation, operation


@dataclass(frozen=True)
class Rolled:
    """Operation of the whole horizon.

    Attributes
    ----------
    op : Operation
        The window's operation, with the meaning of its columns.
    real, scheduled : dict
        Column ``(family, index without time)`` -> values in every hour of the horizon, as dispatched and as scheduled a day ahead.
    costs : dict
        Category -> cost of every hour of the horizon as dispatched [MCNY], not weighted.
    plan_costs : dict
        The same of the plan's own dispatch.
    end_cost : float
        What the states at the end of the horizon are worth less than the plan's [MCNY of the year].
    emergencies : list of int
        First positions of the days in which units had to be shut down against their commitment.
    residual : float
        Largest violation of a row or bound in any window [GW].
    windows : int
    """

    op: Operation
    real: dict[Label, np.ndarray]
    scheduled: dict[Label, np.ndarray]
    costs: dict[str, np.ndarray]
    plan_costs: dict[str, np.ndarray]
    end_cost: float
    emergencies: list[int]
    residual: float
    windows: int


def roll(
    plan: Plan, forecaster: Forecaster, look_ahead: int, step: int, margin: float, tell: Callable[[int], None] = lambda _: None
) -> Rolled:
    """Operate the plan day by day.

    Parameters
    ----------
    plan : Plan
    forecaster : Forecaster
    look_ahead, step : int
        Length of a window and of the part of it that is carried out [h], multiples of 24.
    margin : float
        Standard deviations of the forecast's shared error that the commitment keeps.
    tell : callable
        Receives the number of hours that are done.

    Raises
    ------
    ValueError
        When the lengths do not fit.
    WindowError
        When a window has no dispatch, or none was found.
    """
    if look_ahead % 24 or step % 24 or not 24 <= step <= look_ahead:
        raise ValueError(f"step ({step} h) and look-ahead ({look_ahead} h) must be whole days, the step no longer than the look-ahead")
    op = operation(plan.system, look_ahead, plan.step_h, plan.capacity, plan.price)
    dispatcher = Dispatcher(op)  # one for both: the actual weather of a day is near its forecast, and so is the basis
    count = plan.hours.hour_index.size
    blank = {label: np.zeros(count) for label in _timed(op)}
    real, scheduled = blank, {label: values.copy() for label, values in blank.items()}
    spread, hour_share, planned = op.spread_accounts(), op.hour_share(), _planned(op, plan)
    costs, plan_costs = ({name: np.zeros(count) for name in spread} for _ in range(2))
    emergencies: list[int] = []
    end_cost, residual, windows, done = 0.0, 0.0, 0, 0
    for ring in plan.rings():
        state = plan.state_at(plan.before(int(ring[0])))
        for first in range(0, len(ring), step):
            part = ring[first : first + step]
            positions = plan.following(int(part[0]), look_ahead)
            seen, guess = forecaster.window(positions)
            value, held = plan.value_at(int(positions[-1])), plan.held_at(positions)
            schedule = dispatcher.solve(op.lp(forecaster.cautious(guess, margin).ravel(), state, held, value), f"day ahead {part[0]}")
            mixed = np.concatenate([seen[:, : len(part)], guess[:, len(part) :]], axis=1)
            lp = op.lp(mixed.ravel(), state, held, value)
            try:
                found = dispatcher.solve(_committed(op, lp, schedule, len(part), plan), f"day {part[0]}")
            except NoDispatchError:
                found = dispatcher.solve(_committed(op, lp, schedule, len(part), plan, shut_down=True), f"day {part[0]}")
                emergencies.append(int(part[0]))
            _keep(op, schedule, scheduled, part)
            _keep(op, found, real, part)
            as_planned = _columns_at(planned, positions, op)
            for name, vector in spread.items():
                costs[name][part] = (hour_share @ (vector * found.primal))[: len(part)]
                plan_costs[name][part] = (hour_share @ (vector * as_planned))[: len(part)]
            state = {label: float(values[part[-1]]) for label, values in real.items() if label[0] in STATES}
            residual, windows, done = max(residual, schedule.residual, found.residual), windows + 2, done + len(part)
            tell(done)
        last = int(ring[-1])
        weight = float(plan.weight(np.array([last]))[0])
        end_cost += weight * sum(slope[last] * (state[label] - plan.state[label][last]) for label, slope in plan.value.items())
    return Rolled(op, real, scheduled, costs, plan_costs, end_cost, emergencies, residual, windows)


def _committed(op: Operation, lp: StampedLP, schedule: Outcome, hours: int, plan: Plan, shut_down: bool = False) -> StampedLP:
    """Units online as scheduled in the hours carried out; in an emergency this is an upper limit."""
    _, ids = op.places("online")
    own = ids[:, : hours // op.step_h].ravel()
    lower, upper = lp.lower.copy(), lp.upper.copy()
    upper[own] = np.maximum(schedule.primal[own], 0.0)
    if not shut_down:
        lower[own] = upper[own]
    return replace(lp, lower=lower, upper=upper)


def _timed(op: Operation) -> list[Label]:
    full = {op.hours, op.hours // op.step_h}
    return [
        (family, label) for family in op.column_ids for label in op.places(family)[0]
        if op.places(family)[1].shape[1] in full and not family.startswith("ledger_")
    ]  # fmt: skip


def _keep(op: Operation, found: Outcome, into: dict[Label, np.ndarray], part: np.ndarray) -> None:
    for family in {family for family, _ in into}:
        labels, ids = op.places(family)
        values = np.repeat(found.primal[ids], op.hours // ids.shape[1], axis=1)[:, : len(part)]
        for label, row in zip(labels, values, strict=True):
            into[family, label][part] = row


def _planned(op: Operation, plan: Plan) -> list[tuple[np.ndarray, np.ndarray]]:
    """Columns of a window, and the plan's dispatch of them in every hour of the horizon, by family."""
    found = []
    for family in dict.fromkeys(family for family, _ in _timed(op)):
        labels, ids = op.places(family)
        there = [i for i, label in enumerate(labels) if (family, label) in plan.dispatch]
        if there:
            found.append((ids[there], np.array([plan.dispatch[family, labels[i]] for i in there])))
    return found


def _columns_at(planned: list[tuple[np.ndarray, np.ndarray]], positions: np.ndarray, op: Operation) -> np.ndarray:
    """The plan's dispatch in the columns of a window (ledgers 0)."""
    values = np.zeros(len(op.columns))
    for ids, dispatch in planned:
        values[ids] = dispatch[:, positions[:: op.hours // ids.shape[1]]]
    return values
