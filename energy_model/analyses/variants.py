"""Solve many variants of one stamped study: certified one by one, kept in a journal, on several workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from energy_model.certified import solve_to_gap, why_not_one_lp
from energy_model.errors import EnergyModelError
from energy_model.labels import label
from energy_model.language import say
from energy_model.results.certificate import Certificate, certify
from energy_model.screen import plain_console
from energy_model.solving.bounds import proves_infeasible
from energy_model.solving.build import Problem
from energy_model.solving.highs import Solution, solve_lp
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.ladder import InfeasibleError, SolveError, required_gap
from energy_model.solving.stamp import StampedLP
from energy_model.solving.variants import (
    IPM_TOLERANCE,
    SIMPLEX_COLUMNS,
    Basis,
    SimplexTry,
    Start,
    Variant,
    WarmSolver,
    applied,
)
from energy_model.study.study import Study

SIZED_GAP = 2e-4
"""Gap of an objective that has a size, as share of it."""
LIKE_A_COST = 1e4
"""HiPO takes a tenth fewer iterations when the objective is as large as the cost of a plan in MCNY than when it is a few GW."""


class VariantError(EnergyModelError):
    """An analysis that is not possible, or has no answer; the message gives the reason."""


@dataclass(frozen=True)
class Answer:
    """A certified solution of a variant.

    Attributes
    ----------
    primal, dual : ndarray
        Of the shared LP, with what was added to it.
    certificate : Certificate
        In the unit of the objective.
    lp : StampedLP
        The LP of the variant.
    """

    primal: np.ndarray
    dual: np.ndarray
    certificate: Certificate
    lp: StampedLP


Reader = Callable[["Shared", Answer], dict[str, Any]]
"""Of a module: what is kept of an answer, in values that JSON knows."""


@dataclass(frozen=True)
class Shared:
    """Data shared by all variants; sent to each worker once.

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
    neighbour : Neighbour
        Of this process too.

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
    neighbour: Neighbour = field(default_factory=Neighbour, compare=False, repr=False)

    def __post_init__(self) -> None:
        if reason := why_not_one_lp(self.problem.system.options.network):
            raise VariantError(reason)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"warm": [], "neighbour": Neighbour()}

    def cost_of(self, primal: np.ndarray) -> float:
        """Yearly cost of a plan, whatever was minimised [MCNY]."""
        lp = self.problem.lp
        return float(lp.cost @ primal) + lp.offset


@dataclass(frozen=True)
class Ask:
    """A variant to solve, and its initial vertex, if a nearby one is known."""

    variant: Variant
    start: Start | None = None


@dataclass(frozen=True)
class Solved:
    """A worker's answer for a variant.

    Attributes
    ----------
    record : dict
        What the journal keeps: ``impossible`` (why there is no plan, a code of the labels; empty where there is one) and ``why`` in words,
        ``objective``, ``bound`` (proven), ``gap``, ``violation`` (largest of rows and bounds), ``cost_mcny``, ``seconds``, ``rate`` (of
        `SimplexTry`), and what the reader adds.
    basis : Basis or None
        Vertex of the answer, for the variants near it.
    rate : float or None
        How long the way was from where it began, as in `SimplexTry`.
    """

    record: dict[str, Any]
    basis: Basis | None = None
    rate: float | None = None


def why(answer: Mapping[str, Any]) -> str:
    """Why an answer has no plan, in the words of the run that found it."""
    return answer.get("why") or label("impossible", answer["impossible"]).shown


def solve_one(shared: Shared, ask: Ask) -> Solved:
    """Solve and certify one variant; returns what the reader keeps of it, or the reason for infeasibility.

    Raises
    ------
    CertificateError
        When an answer fails its independent check.
    """
    began, variant = time.perf_counter(), ask.variant
    lp = applied(shared.problem.lp, variant)
    limit = required_gap(lp, shared.exact)
    way, code = SimplexTry(None), "no_plan"
    if lp.matrix.shape[1] <= SIMPLEX_COLUMNS and not lp.integer.any():
        if not shared.warm:
            shared.warm.append(WarmSolver(shared.threads))
        way = shared.warm[0].solve(lp, ask.start)
    try:
        found = _at_vertex(lp, way.solution, limit) or _sized(lp, variant, shared.threads)
        found = found or _by_ladder(replace(shared.problem, lp=lp), limit, shared.threads, None if variant.objective else shared.neighbour)
    except SolveError as fault:
        found = " ".join(str(fault).split())
        code = "no_plan" if isinstance(fault, InfeasibleError) else "unsolved"
    if isinstance(found, str):
        return Solved({"impossible": code, "why": found}, way.basis, way.rate)
    c = found.certificate
    c.require(say("A solve failed its independent check", "求解未通过独立校核"))
    record = {
        "impossible": "",
        "objective": c.objective_mcny,
        "bound": c.lower_bound_mcny,
        "gap": c.gap,
        "violation": max(c.row_violation, c.bound_violation),
        "cost_mcny": shared.cost_of(found.primal),
        "seconds": round(time.perf_counter() - began, 2),
        "rate": way.rate,
    }
    return Solved(record | shared.reader(shared, found), way.basis, way.rate)


def _at_vertex(lp: StampedLP, solution: Solution | None, limit: float) -> Answer | str | None:
    """Answer at a vertex, or the proof of infeasibility; None if the method led to neither."""
    if solution is None:
        return None
    if solution.status == "Infeasible":
        if not proves_infeasible(lp, solution.dual):
            return None
        return say("No plan satisfies all hard clauses and limits here", "没有方案能同时满足硬约束与限值")
    answer = _answer(lp, solution, limit)
    return answer if answer.certificate.passed else None


def _sized(lp: StampedLP, variant: Variant, threads: int) -> Answer | None:
    """Answer with a gap that is small relative to the size of the objective; None without a size, or if this method does not reach it.

    HiPO holds rows and bounds only as well as its own gap is small: one that would do for the range often breaks bounds, and the solve
    begins again from scratch. The most wind of a county on four typical weeks misses by 2e-4 after 70 iterations, by 4e-13 after 80.
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


def _by_ladder(problem: Problem, limit: float, threads: int, neighbour: Neighbour | None) -> Answer:
    """Answer of the ladder's methods; another objective has other duals, and neither starts from the plans nor leaves them a start."""
    solution, _, certificate = solve_to_gap(problem, limit, threads, plain_console(quiet=True), neighbour=neighbour)
    return Answer(solution.primal, solution.dual, certificate, problem.lp)


def _answer(lp: StampedLP, solution: Solution, limit: float, size: float = 0.0) -> Answer:
    certificate = certify(lp, solution.primal, solution.dual, lp.costs(solution.primal), limit, size)
    return Answer(solution.primal, solution.dual, certificate, lp)
