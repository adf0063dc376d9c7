"""Solve many variants of one stamped study: certified one by one, kept in a journal, on several workers."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from energy_model.certified import solve_to_gap, why_not_one_lp
from energy_model.journal import Journal
from energy_model.results.certificate import Certificate, certify
from energy_model.screen import plain_console
from energy_model.solving.build import Problem
from energy_model.solving.highs import Solution, solve_lp
from energy_model.solving.ladder import SolveError, required_gap
from energy_model.solving.stamp import StampedLP
from energy_model.solving.variants import (
    IPM_TOLERANCE,
    SIMPLEX_COLUMNS,
    WARM_COLUMNS,
    Basis,
    Start,
    Variant,
    Vertices,
    WarmSolver,
    Way,
    applied,
    proves_infeasible,
)
from energy_model.study.study import Study
from energy_model.workers import WAIT, Workers

SIZED_GAP = 2e-4
"""Gap of an objective that has a size, as share of it."""
LIKE_A_COST = 1e4
"""HiPO takes a tenth fewer iterations when the objective is as large as the cost of a plan in MCNY than when it is a few GW."""

IMPOSSIBLE = "No plan holds all hard clauses and limits here 没有方案能同时满足硬约束与限值"


class VariantError(Exception):
    """A question that cannot be asked, or has no answer at all; the sentence says why."""


@dataclass(frozen=True)
class Answer:
    """A certified solution of a variant.

    Attributes
    ----------
    primal, dual : ndarray
        Of the shared LP, with what was added to it.
    certificate : Certificate
        In the unit of what was minimised.
    lp : StampedLP
        The LP of the variant.
    """

    primal: np.ndarray
    dual: np.ndarray
    certificate: Certificate
    lp: StampedLP


Chooser = Callable[[Mapping[str, dict[str, Any]], Collection[str]], tuple[str, Variant] | None]
Reader = Callable[["Shared", Answer], dict[str, Any]]
"""Of a module: what is kept of an answer, in values that JSON knows."""


@dataclass(frozen=True)
class Shared:
    """What all variants share; sent to each worker once.

    Attributes
    ----------
    problem : Problem
        With the LP that variants change: that of the study, perhaps with columns and rows at its end.
    study : Study
    reader : callable
    exact : bool
    threads : int
    warm : list of WarmSolver
        Of this process, once it has solved something.

    Raises
    ------
    VariantError
        When the study is no single LP.
    """

    problem: Problem
    study: Study
    reader: Reader
    exact: bool
    threads: int
    warm: list[WarmSolver] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        if reason := why_not_one_lp(self.problem.system.options.network):
            raise VariantError(reason)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"warm": []}

    def cost_of(self, primal: np.ndarray) -> float:
        """Yearly cost of a plan, whatever was minimised [MCNY]."""
        lp = self.problem.lp
        return float(lp.cost @ primal) + lp.offset


@dataclass(frozen=True)
class Ask:
    """A variant to solve, and where to begin, if a vertex near it is known."""

    variant: Variant
    start: Start | None = None


@dataclass(frozen=True)
class Solved:
    """What a worker tells of a variant.

    Attributes
    ----------
    told : dict
        What the journal keeps: ``impossible`` (empty where there is a plan), ``objective``, ``bound`` (proven), ``gap``, ``violation``
        (largest of rows and bounds), ``cost_mcny``, ``seconds``, ``rate`` (of `Way`), and what the reader adds.
    basis : Basis or None
        Vertex of the answer, for the variants near it.
    rate : float or None
        How long the way was from where it began, as in `Way`.
    """

    told: dict[str, Any]
    basis: Basis | None = None
    rate: float | None = None


def solve_one(shared: Shared, ask: Ask) -> Solved:
    """Solve and certify one variant; what the reader keeps of it, or why there is no plan.

    Raises
    ------
    CertificateError
        When an answer fails its independent check.
    """
    began, variant = time.perf_counter(), ask.variant
    lp = applied(shared.problem.lp, variant)
    limit = required_gap(lp, shared.exact)
    way = Way(None)
    if lp.matrix.shape[1] <= (SIMPLEX_COLUMNS if variant.objective else WARM_COLUMNS) and not lp.integer.any():
        if not shared.warm:
            shared.warm.append(WarmSolver(shared.threads))
        way = shared.warm[0].solve(lp, ask.start)
    try:
        found = _at_vertex(lp, way.solution, limit) or _sized(lp, variant, shared.threads)
        found = found or _cold(replace(shared.problem, lp=lp), limit, shared.threads)
    except SolveError as fault:
        found = " ".join(str(fault).split())
    if isinstance(found, str):
        return Solved({"impossible": found}, way.basis, way.rate)
    c = found.certificate
    c.require("A solve failed its independent check 未通过校核")
    told = {
        "impossible": "",
        "objective": c.objective_mcny,
        "bound": c.lower_bound_mcny,
        "gap": c.gap,
        "violation": max(c.row_violation, c.bound_violation),
        "cost_mcny": shared.cost_of(found.primal),
        "seconds": round(time.perf_counter() - began, 2),
        "rate": way.rate,
    }
    return Solved(told | shared.reader(shared, found), way.basis, way.rate)


def _at_vertex(lp: StampedLP, solution: Solution | None, limit: float) -> Answer | str | None:
    """Answer at a vertex, or the proof that there is none; None when the way led to neither."""
    if solution is None:
        return None
    if solution.status == "Infeasible":
        return IMPOSSIBLE if proves_infeasible(lp, solution.dual) else None
    answer = _answer(lp, solution, limit)
    return answer if answer.certificate.passed else None


def _sized(lp: StampedLP, variant: Variant, threads: int) -> Answer | None:
    """Answer with a gap that is small beside the size of the objective; None when there is no size, or this way does not lead to one.

    HiPO holds rows and bounds only as well as its own gap is small: one that would do for the range often breaks bounds, and the solve
    begins again from nothing. The most wind of a county on four typical weeks misses by 2e-4 after 70 iterations, by 4e-13 after 80.
    """
    if not variant.size or lp.integer.any():
        return None
    unit, tolerance = LIKE_A_COST / variant.size, IPM_TOLERANCE
    solution = solve_lp(
        replace(lp, cost=lp.cost * unit), "hipo", threads=threads, tolerance=tolerance, options={"optimality_tolerance": tolerance}
    )
    if not len(solution.primal):
        return None
    answer = _answer(lp, replace(solution, dual=solution.dual / unit), SIZED_GAP, variant.size)
    return answer if answer.certificate.passed else None


def _cold(problem: Problem, limit: float, threads: int) -> Answer:
    solution, _, certificate = solve_to_gap(problem, limit, threads, plain_console(quiet=True))
    return Answer(solution.primal, solution.dual, certificate, problem.lp)


def _answer(lp: StampedLP, solution: Solution, limit: float, size: float = 0.0) -> Answer:
    certificate = certify(lp, solution.primal, solution.dual, lp.costs(solution.primal), limit, size)
    return Answer(solution.primal, solution.dual, certificate, lp)


class VariantRunner:
    """Where the solves of one question are done, and kept: a pool of workers and a journal.

    Each solve begins at the nearest vertex that any worker has found.

    Parameters
    ----------
    pool : Workers
    journal : Journal
    console : Console
    """

    def __init__(self, pool: Workers, journal: Journal, console: Console) -> None:
        self.pool, self.journal, self.console = pool, journal, console
        self._vertices: Vertices | None = None

    def solve(self, shared: Shared, variants: Mapping[str, Variant]) -> dict[str, dict[str, Any]]:
        """Answers by key, those that the journal has taken from it; impossible ones are told."""
        left = {key: variant for key, variant in variants.items() if key not in self.journal.done}
        _tell_taken(self.console, len(variants), len(left))
        if left:
            deque(self._work(shared, iter(left.items()), len(left)), maxlen=0)
        return {key: self.journal.done[key] for key in variants}

    def explore(self, shared: Shared, choose: Chooser) -> dict[str, dict[str, Any]]:
        """Answers by key of variants that are chosen one by one, each when a worker is free for it.

        Parameters
        ----------
        shared : Shared
        choose : callable
            Of the answers so far, the last one last, and of the keys that are being solved: the next key and variant, or None when there
            is none before the next answer; the end when nothing is being solved.
        """
        answers: dict[str, dict[str, Any]] = {}
        running: set[str] = set()

        def pairs() -> Iterator[tuple[str, Variant] | None]:
            while True:
                if (pair := choose(answers, running)) is None:
                    if not running:
                        return
                    yield None
                elif pair[0] in self.journal.done:
                    answers[pair[0]] = self.journal.done[pair[0]]
                else:
                    running.add(pair[0])
                    yield pair

        for key, told in self._work(shared, pairs(), None):
            running.remove(key)
            answers[key] = told
        return answers

    def _work(self, shared: Shared, pairs: Iterator[tuple[str, Variant] | None], total: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Solve keys and variants as they come, None for one that cannot be told yet; keep and yield the answers as they come in."""
        if self._vertices is None or self._vertices.lp is not shared.problem.lp:
            self._vertices = Vertices(shared.problem.lp)
        vertices = self._vertices
        taken: list[tuple[str, Variant]] = []

        def asks() -> Iterator[Any]:
            for pair in pairs:
                if pair is None:
                    yield WAIT
                else:
                    taken.append(pair)
                    yield Ask(pair[1], vertices.near(pair[1]))

        with _bar(self.console, total) as advance:
            for place, solved in self.pool.map_unordered(solve_one, shared, asks()):
                key, variant = taken[place]
                vertices.learn(variant, solved.basis, solved.rate)
                self.journal.add(key, solved.told)
                advance(key, solved.told)
                yield key, solved.told


def run_items(
    function: Callable[[Any, Any], Any], shared: Any, items: Mapping[str, Any], pool: Workers, journal: Journal, console: Console
) -> dict[str, Any]:
    """Results of a function over items by key; only those that the journal lacks are worked out, with progress."""
    left = [key for key in items if key not in journal.done]
    _tell_taken(console, len(items), len(left))
    if left:
        with _bar(console, len(left)) as advance:
            for place, result in pool.map_unordered(function, shared, [items[key] for key in left]):
                journal.add(left[place], result)
                advance(left[place], result)
    return {key: journal.done[key] for key in items}


def _tell_taken(console: Console, all_items: int, left: int) -> None:
    if left < all_items and all_items > 1:
        console.print(f"  {all_items - left} of {all_items} solves were done before 沿用已完成的求解")


@contextmanager
def _bar(console: Console, total: int | None) -> Iterator[Callable[[str, dict], None]]:
    """Progress of solves; each is told when it is done, and those that are impossible stay on the screen."""
    told = TextColumn("{task.description}", markup=False)
    columns = (told, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("solves 求解", total=total)

        def advance(key: str, result: dict) -> None:
            bar.advance(task)
            if result.get("impossible"):
                console.print(f"{key}: {result['impossible']}", highlight=False, style="yellow")

        yield advance
