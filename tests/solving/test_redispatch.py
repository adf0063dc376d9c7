"""A plan dispatched again: windows must decide as the year does."""

import functools

import numpy as np
import pytest

from energy_model.solving.dispatcher import Dispatcher
from energy_model.solving.highs import solve_lp
from energy_model.solving.redispatch import Plan, plan_of, with_capacities_fixed
from energy_model.solving.windows import Operation, operation, window_data
from energy_model.study.horizon import Horizon
from tests.support.every import every_family, every_profile
from tests.support.tiny import Run, run


@functools.cache
def solved_plan(hours: int = 96, step_h: int = 6) -> tuple[Run, Plan]:
    r = run(every_family(), **every_profile(hours), step_h=step_h, block_h=48)
    return r, plan_of(r.problem, r.solution.primal, r.solution.dual)


def own_decisions(r: Run, plan: Plan, op: Operation, positions: np.ndarray) -> np.ndarray:
    """The plan's values in the columns of a window."""
    flat = {}
    for family, (labels, ids) in r.lp.column_ids.items():
        if np.ndim(ids) == 3:
            for label, own in zip(labels, ids, strict=True):
                flat[family, label] = r.solution.primal[own]
    values = np.zeros(len(op.columns))
    block = positions[0] // plan.hours.hours
    first = positions[0] % plan.hours.hours
    for j, (family, index) in enumerate(op.columns):
        if (family, index) in flat:  # a ledger: recomputed below
            continue
        step = op.step_h if family in ("started", "synchronous_short", "online") else 1
        own = flat[family, index[:-1]]
        base = 0 if family in ("online", "above_minimum", "level", "smelter_power") else 1
        values[j] = own[block, first // step + index[-1] - base]
    # ledgers follow from their rows
    for i, (family, index) in enumerate(op.rows):
        if family.endswith("_ledger"):
            row = op.matrix.tocsr()[[i]].toarray()[0]
            j = next(j for j, (name, own) in enumerate(op.columns) if name.startswith("ledger_") and own == index and row[j])
            values[j] = (op.rhs.constant[i] - row @ values) / row[j]
    return values


def test_the_whole_horizon_with_capacities_fixed_costs_what_the_plan_costs():
    """Proves: dispatching all hours again with what was built, under the same yearly rows, costs the plan's cost to 1e-7.
    Sensitivity: fails if a capacity is left out, taken from another column or in another unit.
    """
    r, _ = solved_plan()
    again = solve_lp(with_capacities_fixed(r.lp, r.solution.primal), "simplex", threads=1)
    assert again.status == "Optimal"
    assert float(r.lp.cost @ again.primal) + r.lp.offset == pytest.approx(r.cost, rel=1e-7)


@pytest.mark.parametrize("length", [24, 48])
def test_a_window_finds_nothing_better_than_the_plan(length):
    """Proves: from the plan's state, with yearly totals at the plan's prices and states after the window at their value, the cheapest
    dispatch of a window costs exactly what the plan does there: coal, contracts, clauses and storage are valued as in the year.
    Sensitivity: fails if one price has the wrong sign or weight, a ledger has none, or a state is worth too little or too much.
    """
    r, plan = solved_plan()
    op = operation(plan.system, length, plan.step_h, plan.capacity, plan.price)
    dispatcher = Dispatcher(op)
    for start in range(0, 96 - length + 1, 24):
        positions = plan.following(start, length)
        data, state = window_data(plan.profiles, plan.year_hour(positions)), plan.state_at(plan.before(start))
        lp = op.lp(data, state, plan.held_at(positions), plan.value_at(positions[-1]))
        found = dispatcher.solve(lp)
        if length <= plan.hours.hours - start % plan.hours.hours:
            own = own_decisions(r, plan, op, positions)
            activity = lp.matrix @ own
            assert np.max(np.maximum(lp.row_lower - activity, activity - lp.row_upper)) < 1e-9
            assert found.objective == pytest.approx(float(lp.cost @ own) + lp.offset, rel=1e-7, abs=1e-7)
    assert dispatcher.solved >= 2


def test_windows_add_up_to_the_plan():
    """Proves: the windows of a horizon, each from the plan's state, cost together what the plan's blocks cost at the plan's prices.
    Sensitivity: fails if hours are counted twice, the ring does not close, or end values do not cancel from one window to the next.
    """
    r, plan = solved_plan()
    op = operation(plan.system, 24, plan.step_h, plan.capacity, plan.price)
    dispatcher, total = Dispatcher(op), 0.0
    for start in range(0, 96, 24):
        before, end = plan.before(start), start + 23
        positions = plan.following(start, 24)
        data = window_data(plan.profiles, plan.year_hour(positions))
        lp = op.lp(data, plan.state_at(before), plan.held_at(positions), plan.value_at(end))
        worth = sum(plan.value[label][end] * plan.state[label][end] for label in plan.state)
        total += dispatcher.solve(lp).objective - worth
    block_accounts = [a for a in r.lp.accounts if a in op.accounts]
    columns = np.zeros(len(r.lp.cost))
    for name in block_accounts:
        columns += r.lp.accounts[name][0]
    masters = np.concatenate([np.ravel(ids) for _, ids in r.lp.column_ids.values() if np.ndim(ids) == 1])
    columns[masters] = 0.0
    dispatch = float(columns @ r.solution.primal)
    ledgers = sum(
        price
        * r.solution.primal[
            r.lp.column_ids["total_" + family.removeprefix("ledger_")][1][
                r.lp.column_ids["total_" + family.removeprefix("ledger_")][0].index(index)
            ]
        ]
        for (family, index), price in plan.price.items()
    )
    weight = plan.hours.weight[0]
    assert total * weight == pytest.approx(dispatch + ledgers, rel=1e-7)


def test_typical_weeks_are_rings_of_their_own():
    """Proves: with two typical weeks each hour's predecessor is in its own week, and a walk over the end comes back to its start.
    Sensitivity: fails if a week hands its state to the next one, which is months away.
    """
    profile = every_profile(24 * 7 * 4)
    r = run(every_family(), **profile, step_h=24, horizon=Horizon("weeks", 2))
    plan = plan_of(r.problem, r.solution.primal, r.solution.dual)
    assert [len(ring) for ring in plan.rings()] == [168, 168]
    assert plan.before(168) == 335
    assert list(plan.following(334, 3)) == [334, 335, 168]
    assert plan.weight(np.array([0, 168])).sum() == pytest.approx(4.0)
