"""Questions about a finished plan: each solves its study again with something changed, and adds tables to the result.

All take how their plans are solved as further names: ``horizon`` (of each solve; that of the plan without it), ``exact``, ``threads``,
``workers`` (solves at once), ``scheduler`` (of a Dask cluster) and ``progress`` (a function that gets each line of progress). What was
solved is kept in the result folder, so that a question asked again, or after it was stopped, goes on where it ended. ``docs/outputs.md``
explains the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Unpack

import pandas as pd

from energy_model.api import answers
from energy_model.api.answers import Room, Tables, Turn
from energy_model.api.asking import Asked, QuestionError, Solving, asked
from energy_model.api.plan import Plan
from energy_model.language import say

if TYPE_CHECKING:
    from energy_model.analyses.sensitivity import Lever

__all__ = [
    "alternatives",
    "bargain",
    "break_even",
    "clause_costs",
    "explain",
    "frontier",
    "increment",
    "levers",
    "screen",
    "sensitivity",
]


def explain(plan: Plan) -> pd.DataFrame:
    """Binding constraints of a plan, the hours in which they bind, what one more unit saves, and the input cell behind each.

    Raises
    ------
    StaleResultError
        When an input has changed since the result was made.
    """
    from energy_model.analyses.explain import what_binds

    return what_binds(plan.study.inputs, plan.folder)


def frontier(
    plan: Plan,
    axis: str = "export",
    *,
    values: Sequence[float] = (),
    points: int = 20,
    between: tuple[float | None, float | None] = (None, None),
    error_share: float = 1e-3,
    **options: Unpack[Solving],
) -> Tables:
    """Least cost against exports, CO2, curtailment or the share of wind and solar energy.

    Parameters
    ----------
    plan : Plan
    axis : {"export", "co2", "curtailment", "renewable-share"}
    values : sequence of float
        Points that are solved in any case [TWh, Mt, GWh, share].
    points : int
        Most points.
    between : (float or None, float or None)
        Ends of the axis.
    error_share : float
        Error between points that is good enough, as a share of the cost from end to end.
    options : Solving

    Returns
    -------
    dict of str to DataFrame
        ``frontier_<axis>``; of exports ``supply_curve`` and its parts.

    Raises
    ------
    QuestionError, SweepError, VariantError, SolveError, CertificateError
    """
    if not points >= 2 or not 0 <= error_share <= 1:
        raise QuestionError(say("A frontier has 2 points or more, and an error between 0 and 1.", "前沿至少 2 点，误差在 0 与 1 之间。"))
    return _answered(plan, f"frontier-{axis}", options, lambda a: answers.frontier(a, axis, values, points, between, error_share))


def increment(plan: Plan, **options: Unpack[Solving]) -> Tables:
    """Incremental cost of each export contract, solved with and without it: ``increments``.

    Raises
    ------
    SweepError, SolveError, CertificateError
    """
    return _answered(plan, "increment", options, answers.increment)


def clause_costs(plan: Plan, move: float = 0.1, **options: Unpack[Solving]) -> Tables:
    """Cost of each clause of the plan: without it, with it moved by a share, or imposed if it is only reported: ``clause_costs``.

    Raises
    ------
    QuestionError, VariantError, SolveError, CertificateError
    """
    if not 0 < move < 1:
        raise QuestionError(say("move is a share between 0 and 1.", "move 须为 0 至 1 之间的份额。"))
    return _answered(plan, "clauses", options, lambda a: answers.clause_costs(a, move))


def bargain(plan: Plan, **options: Unpack[Solving]) -> Tables:
    """Reservation prices, room and proposals for every contract and corridor: ``bargaining``.

    Raises
    ------
    SweepError, VariantError, SolveError, CertificateError
    """
    return _answered(plan, "bargain", options, answers.bargain)


def alternatives(plan: Plan, room: Room | None = None, **options: Unpack[Solving]) -> Tables:
    """Least and largest capacity of technologies, counties and corridors in near-optimal plans.

    Parameters
    ----------
    plan : Plan
    room : Room, optional
        Shares of extra cost, groups, conditions, diverse plans; default: 1 and 5 %, all groups.
    options : Solving

    Returns
    -------
    dict of str to DataFrame
        ``room_to_move`` and, where diverse plans are asked for, ``alternatives``.

    Raises
    ------
    QuestionError, VariantError, SolveError, CertificateError
    """
    return _answered(plan, "alternatives", options, lambda a: answers.alternatives(a, room or Room()))


def levers(plan: Plan) -> list[Lever]:
    """Uncertain inputs of a plan: those with low and high values in ``sources.csv``."""
    from energy_model.analyses.sensitivity import levers as of_study

    return of_study(plan.study.checked)


def sensitivity(plan: Plan, inputs: Sequence[str] = (), **options: Unpack[Solving]) -> Tables:
    """Cost and export price with one input at its low and at its high value: ``sensitivity``.

    Parameters
    ----------
    plan : Plan
    inputs : sequence of str
        Names of levers, with ``*`` for any text; default: the usual ones.
    options : Solving

    Raises
    ------
    QuestionError, ImpossibleBaseError, WorkerError, CertificateError
    """
    return _answered(plan, "sensitivity", options, lambda a: answers.sensitivity(a, inputs))


def screen(
    plan: Plan, inputs: Sequence[str] = (), *, trajectories: int = 6, levels: int = 4, seed: int = 1, **options: Unpack[Solving]
) -> Tables:
    """Morris screening: which uncertain inputs matter for cost, export price and capacities: ``screening``.

    Raises
    ------
    QuestionError, ScreeningError, WorkerError, CertificateError
    """
    return _answered(plan, "screening", options, lambda a: answers.screening(a, inputs, trajectories, levels, seed))


def break_even(plan: Plan, turn: Turn, **options: Unpack[Solving]) -> Tables:
    """Value of an input at which the plan changes, such as the cost at which solar enters: ``break_even``.

    Parameters
    ----------
    plan : Plan
    turn : Turn
        The input, the condition, and how it is searched.
    options : Solving

    Raises
    ------
    BreakEvenError, QuestionError, WorkerError, CertificateError
    """
    return _answered(plan, "break-even", options, lambda a: answers.break_even(a, turn))


def _answered(plan: Plan, name: str, options: Solving, answer: Callable[[Asked], Tables]) -> Tables:
    study = plan.study
    with asked(name, plan.folder, (study.inputs, study.weather), options) as under_way:
        return under_way.publish(answer(under_way))
