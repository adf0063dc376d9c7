"""Interface of a solver: its task, its answer, and its duties during the solve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

OPTIMAL, INFEASIBLE, UNBOUNDED, EITHER, TIME_UP = (
    "Optimal",
    "Infeasible",
    "Unbounded",
    "Primal infeasible or unbounded",
    "Time limit reached",
)
"""Statuses in the words of HiGHS; any other status is in the words of the solver."""


@dataclass(frozen=True)
class Asked:
    """The task of a solver.

    Attributes
    ----------
    tolerance : float
        Relative gap at which an interior point or first-order method may end.
    vertex : bool
        Go on to a vertex, whose duals are exact.
    threads : int
        0 for the solver's own choice.
    seconds : float
        Time limit [s]; infinite without one.
    """

    tolerance: float
    vertex: bool
    threads: int
    seconds: float


@dataclass(frozen=True)
class Answer:
    """Answer of a solver: status in words, columns and row duals (empty without a solution), iterations, whether it is a vertex."""

    status: str
    primal: np.ndarray
    dual: np.ndarray
    iterations: int
    basic: bool


def without_solution(status: str) -> Answer:
    """Answer with a status only."""
    return Answer(status, np.empty(0), np.empty(0), 0, False)


class Session(Protocol):
    """A solver with the arrays loaded."""

    def run(self) -> None:
        """Solve."""

    def stop(self) -> None:
        """Ask a running solver to stop, from another thread; one without such a request continues until its time limit."""

    def answer(self) -> Answer:
        """Its answer."""
