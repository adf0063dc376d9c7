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
from energy_model.results.certificate import Certificate
from energy_model.screen import plain_console
from energy_model.solving.build import Problem
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.ladder import InfeasibleError, SolveError, required_gap
from energy_model.solving.stamp import StampedLP
from energy_model.solving.variants import Variant, applied
from energy_model.study.study import Study


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
    neighbour : Neighbour
        What the last solve of this process has left; workers begin with a copy.

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
    neighbour: Neighbour = field(default_factory=Neighbour, compare=False, repr=False)

    def __post_init__(self) -> None:
        if reason := why_not_one_lp(self.problem.system.options):
            raise VariantError(reason)

    def cost_of(self, primal: np.ndarray) -> float:
        """Yearly cost of a plan, whatever was minimised [MCNY]."""
        lp = self.problem.lp
        return float(lp.cost @ primal) + lp.offset


def why(answer: Mapping[str, Any]) -> str:
    """Why an answer has no plan, in the words of the run that found it."""
    return answer.get("why") or label("impossible", answer["impossible"]).shown


def without_plan(answer: Mapping[str, Any], what: str, what_zh: str) -> VariantError:
    """The error of a question that needs a plan which an answer does not have: whether there is none, or none was found, and why.

    Parameters
    ----------
    answer : Mapping
        With ``impossible``.
    what, what_zh : str
        What was asked for.
    """
    if answer["impossible"] == "no_plan":
        return VariantError(say(f"No plan exists for {what}: {why(answer)}", f"{what_zh}无可行方案：{why(answer)}"))
    return VariantError(say(f"No answer was found for {what}: {why(answer)}", f"{what_zh}求解未得到结果：{why(answer)}"))


def solve_one(shared: Shared, variant: Variant) -> dict[str, Any]:
    """Solve and certify one variant.

    Another objective has other duals: such a variant neither begins where the plans have passed nor leaves them a start.

    Returns
    -------
    dict
        What the journal keeps: ``impossible`` (why there is no plan, a code of the labels; empty where there is one) and ``why`` in words,
        ``objective``, ``bound`` (proven), ``gap``, ``violation`` (largest of rows and bounds), ``cost_mcny``, ``seconds``, and what the
        reader adds.

    Raises
    ------
    CertificateError
        When an answer fails its independent check.
    """
    began = time.perf_counter()
    lp = applied(shared.problem.lp, variant)
    limit, neighbour = required_gap(lp, shared.exact), None if variant.objective else shared.neighbour
    try:
        solution, _, c = solve_to_gap(replace(shared.problem, lp=lp), limit, shared.threads, plain_console(quiet=True), neighbour=neighbour)
        c.require(say("A solve failed its independent check", "求解未通过独立校核"))
    except SolveError as fault:
        code = "no_plan" if isinstance(fault, InfeasibleError) else "unsolved"
        return {"impossible": code, "why": " ".join(str(fault).split())}
    answer = Answer(solution.primal, solution.dual, c, lp)
    record = {
        "impossible": "",
        "objective": c.objective_mcny,
        "bound": c.lower_bound_mcny,
        "gap": c.gap,
        "violation": max(c.row_violation, c.bound_violation),
        "cost_mcny": shared.cost_of(answer.primal),
        "seconds": round(time.perf_counter() - began, 2),
    }
    return record | shared.reader(shared, answer)
