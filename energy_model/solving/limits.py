"""Limits of time and memory that hold whatever the solver does: a watch outside it asks it to stop, and does not wait for its answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from energy_model.solving.memory import resident_gb

GRACE_S = 20.0
"""How long a solver that was asked to stop may take to do so before the run ends without it."""
STOP_GRACE_S = 1.0
"""The same where the planner waits for the prompt."""


class LimitReached(Exception):
    """A limit that the planner set came first; the sentence says which.

    Attributes
    ----------
    dual : ndarray
        Row duals of the best answer so far, which prove a bound; empty when there are none.
    bound : float
        Bound that branch and bound has proven [MCNY]; -inf when there is none.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.dual: np.ndarray = np.empty(0)
        self.bound = float("-inf")


@dataclass(frozen=True)
class Limits:
    """Limits of a run.

    Attributes
    ----------
    deadline : float
        Moment of `time.monotonic` [s] at which solving stops; infinite without a limit.
    memory_gb : float
        Resident memory of the process [GB].
    """

    deadline: float = float("inf")
    memory_gb: float = float("inf")

    @classmethod
    def of(cls, minutes: float | None, memory_gb: float | None) -> Limits:
        """Limits that count from now."""
        return cls(float("inf") if minutes is None else time.monotonic() + 60 * minutes, float("inf") if memory_gb is None else memory_gb)

    def reached(self) -> str:
        """What has been reached, in words; empty while within the limits."""
        if time.monotonic() > self.deadline:
            return "time limit 时间上限"
        if self.memory_gb < float("inf") and (used := resident_gb()) > self.memory_gb:
            return f"memory limit 内存上限 ({used:.1f} GB > {self.memory_gb:g} GB)"
        return ""

    @property
    def left_s(self) -> float:
        """Seconds until the deadline, not below zero."""
        return max(0.0, self.deadline - time.monotonic())


NO_LIMITS = Limits()
