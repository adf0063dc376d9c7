"""One plan for many weather years, by one LP of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from rich.console import Console

from energy_model.certified import solve_to_gap
from energy_model.language import say
from energy_model.plans.ensemble_years import Setting, dispatch_all, outcome_of, own_plan
from energy_model.results.ensemble import OwnPlan, YearOutcome, YearsPlan
from energy_model.results.stages import Clock
from energy_model.solving.joined_years import JoinedYears, join
from energy_model.solving.ladder import FULL_SIZE_GAP, required_gap
from energy_model.solving.risk import Risk
from energy_model.workers import Workers

DECIDED = 1e-3
"""Least weight of a year, relative to its probability, at which the plan decides its dispatch too; with less it is dispatched again."""


@dataclass(frozen=True)
class Ensemble:
    """Weather years of the plan.

    Attributes
    ----------
    years, unseen : sequence of str
        Those that the plan is made for, equally probable, and those that it is tested on.
    risk : Risk
    gap : float
        Relative gap to prove.
    """

    years: Sequence[str]
    unseen: Sequence[str] = ()
    risk: Risk = field(default_factory=Risk)
    gap: float = FULL_SIZE_GAP


@dataclass(frozen=True)
class Solved:
    """A plan for many years.

    Attributes
    ----------
    labels : list of (family, index)
        Of the capacities.
    plan : YearsPlan
    alone : list of OwnPlan
        Optimal plan of each year alone.
    outcomes : dict of (case, year) to YearOutcome
    worth : ndarray, shape (years, capacities)
        Saving of each capacity in each year.
    """

    labels: list[tuple[str, tuple]]
    plan: YearsPlan
    alone: list[OwnPlan]
    outcomes: dict[tuple[str, str], YearOutcome]
    worth: np.ndarray


def solve_years(setting: Setting, asked: Ensemble, pool: Workers, clock: Clock) -> Solved:
    """Plan for the years, and dispatch the plan in all of them.

    Raises
    ------
    DispatchError, SolveError, CertificateError
    """
    with clock.phase("alone"):
        own = dict(pool.map_unordered(own_plan, setting, asked.years))
        alone = [own[n] for n in range(len(asked.years))]
    with clock.phase("solve"):
        joined = _joined(setting, asked, max(abs(own.cost) for own in alone))
        plan, primal, dual = _planned(joined, asked, pool, clock.console)
    outcomes = _outcomes(setting, asked, joined, primal, dual)
    worth = joined.worth(dual)
    with clock.phase("operate"):
        cases = {"plan": plan.capacity, "reference": alone[0].capacity}
        outcomes |= dispatch_all(pool, setting, [*asked.years, *asked.unseen], cases, outcomes)
    return Solved(joined.once.labels, plan, alone, outcomes, worth)


def _joined(setting: Setting, asked: Ensemble, largest_mcny: float) -> JoinedYears:
    """The years as one problem; costs by account are left out, since the years are stamped again for them."""
    lps = [replace(setting.problem(year).lp, accounts={}) for year in asked.years]
    return join(lps, np.full(len(lps), 1 / len(lps)), asked.risk, largest_mcny)


def _planned(joined: JoinedYears, asked: Ensemble, pool: Workers, console: Console) -> tuple[YearsPlan, np.ndarray, np.ndarray]:
    """The plan, and values and duals of the problem of all years.

    Raises
    ------
    SolveError, CertificateError
    """
    height, width = joined.lp.matrix.shape
    console.print(
        say(
            f"  {width:,} columns, {height:,} rows, {joined.lp.matrix.nnz:,} nonzeros",
            f"  {width:,} 列，{height:,} 行，{joined.lp.matrix.nnz:,} 个非零元",
        )
    )
    solution, _, certificate = solve_to_gap(joined, min(asked.gap, required_gap(joined.lp, exact=False)), 0, console, pool=pool)
    certificate.require(say("The plan failed its independent check", "方案未通过独立校核"))
    capacity = solution.primal[: len(joined.once.labels)]
    plan = YearsPlan(capacity, certificate.objective_mcny, certificate.lower_bound_mcny, certificate.gap, solution.iterations)
    return plan, solution.primal, solution.dual


def _outcomes(
    setting: Setting, asked: Ensemble, joined: JoinedYears, primal: np.ndarray, dual: np.ndarray
) -> dict[tuple[str, str], YearOutcome]:
    """The plan in each year whose dispatch it decides, one year after the other in memory."""
    found = {}
    for k in np.flatnonzero(joined.weights(dual) * len(asked.years) > DECIDED).tolist():
        year = asked.years[k]
        found["plan", year] = outcome_of(setting, year, setting.problem(year), *joined.year(k, primal, dual), 0.0)
    return found
