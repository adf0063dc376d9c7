"""Limits of time and memory enforced from outside the solver: a watch asks it to stop and does not wait for its answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from energy_model.ending import leave
from energy_model.language import say
from energy_model.solving.memory import resident_gb
from energy_model.units import YI_CNY_PER_MCNY

GRACE_S = 20.0
"""How long a solver that was asked to stop may take to do so before the run ends without it."""
STOP_GRACE_S = 1.0
"""The same where the planner waits for the prompt."""


OWN, HIGHS = "blocks", "highs"
"""The way that is taken unless another is asked for (the method on blocks, with HiGHS for what it does not take), and HiGHS alone."""


class LimitReached(Exception):
    """A limit set by the planner was reached first; the message says which.

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


def known_bound(bound: float) -> str:
    """What is proven of the cost, in words."""
    if abs(bound) < 1e20:
        return say(f"no plan costs less than {bound:,.1f} MCNY", f"费用下界 {bound * YI_CNY_PER_MCNY:,.3f} 亿元")
    return say("no bound was proven yet", "尚无下界")


@dataclass(frozen=True)
class Limits:
    """Limits of a run, and the chosen solver.

    Attributes
    ----------
    deadline : float
        Moment of `time.monotonic` [s] at which solving stops; infinite without a limit.
    memory_gb : float
        Resident memory of the process [GB].
    solver : str
        The solver, one of `solvers.by_name.KNOWN`.
    """

    deadline: float = float("inf")
    memory_gb: float = float("inf")
    solver: str = OWN

    @classmethod
    def of(cls, minutes: float | None, memory_gb: float | None, solver: str = OWN) -> Limits:
        """Limits counted from now."""
        deadline = float("inf") if minutes is None else time.monotonic() + 60 * minutes
        return cls(deadline, float("inf") if memory_gb is None else memory_gb, solver)

    def reached(self) -> str:
        """The limit reached, in words; empty while within the limits."""
        if time.monotonic() > self.deadline:
            return say("time limit", "时间上限")
        if self.memory_gb < float("inf") and (used := resident_gb()) > self.memory_gb:
            return say(f"memory limit ({used:.1f} GB > {self.memory_gb:g} GB)", f"内存上限（{used:.1f} GB > {self.memory_gb:g} GB）")
        return ""

    @property
    def left_s(self) -> float:
        """Seconds until the deadline, at least zero."""
        return max(0.0, self.deadline - time.monotonic())


NO_LIMITS = Limits()


def run_within(run: Callable[[], object], stop: Callable[[], object], limits: Limits = NO_LIMITS) -> None:
    """Run a solver in a thread, so that Ctrl-C and limits reach Python at once and the solver is asked to stop.

    Raises
    ------
    LimitReached
        When a limit came first.  A solver may hear no request to stop; after `GRACE_S` nobody waits for it.
    """
    failure: list[BaseException] = []

    def work() -> None:
        try:
            run()
        except BaseException as error:
            failure.append(error)

    worker = threading.Thread(target=work, daemon=True)
    try:
        worker.start()
        while worker.is_alive():
            worker.join(0.2)
            if what := limits.reached():
                raise LimitReached(what)
    except BaseException as reason:
        stop()
        worker.join(GRACE_S if isinstance(reason, LimitReached) else STOP_GRACE_S)
        if worker.is_alive():
            leave(worker)
        raise
    if failure:
        raise failure[0]
