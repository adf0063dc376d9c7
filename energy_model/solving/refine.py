"""Repeat the solve until the assumptions of the model agree with its solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
import pandas as pd

from energy_model.solving.build import Problem
from energy_model.solving.highs import Solution
from energy_model.study.system import System

Answer = TypeVar("Answer", bound=tuple[Solution, *tuple[Any, ...]])


@runtime_checkable
class Record(Protocol):
    """What a result says of how its network was found."""

    @property
    def name(self) -> str:
        """Key in the manifest and name of the table."""

    def summary(self) -> dict:
        """Plain values for the manifest."""

    def table(self) -> pd.DataFrame:
        """Result table."""


class Refinement(Protocol):
    """Data that a linear model must assume before it is solved, such as reactances or relevant contingencies."""

    def refine(self, problem: Problem, primal: np.ndarray) -> System | None:
        """Inspect a solution and return the system to solve instead, or None if it is consistent.

        Must come to an end: after some number of calls in a row it returns None.
        """

    def reopen(self, system: System) -> System:
        """Return the system with which to start again after another refinement has changed it."""


def solve_until_consistent(
    problem: Problem,
    problem_of: Callable[[System], Problem],
    solve: Callable[[Problem], Answer],
    refinements: Sequence[Refinement],
) -> tuple[Problem, Answer]:
    """Solve, let the refinements inspect the solution in turn, and solve again as required by the first unsatisfied one.

    A refinement is called only if those before it are satisfied, so they form the inner loops.

    Parameters
    ----------
    problem : Problem
        The first one.
    problem_of : callable
        Makes the problem of an altered system.
    solve : callable
        Returns the solution, and whatever belongs to it.
    refinements : sequence of Refinement

    Returns
    -------
    problem, answer
        The last problem, and its answer, with which every refinement is satisfied.
    """
    while True:
        answer = solve(problem)
        altered: System | None = None
        for place, refinement in enumerate(refinements):
            altered = refinement.refine(problem, answer[0].primal)
            if altered is not None:
                for inner in refinements[:place]:
                    altered = inner.reopen(altered)
                break
        if altered is None:
            return problem, answer
        problem = problem_of(altered)
