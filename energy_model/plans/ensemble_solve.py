"""One plan for many weather years, by one LP of all of them or by decomposition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from rich.console import Console

from energy_model.certified import solve_to_gap
from energy_model.language import say
from energy_model.plans.ensemble_years import Setting, dispatch_all, outcome_of, own_plan
from energy_model.results.ensemble import OwnPlan, YearOutcome
from energy_model.results.stages import Clock
from energy_model.solving.benders import Decomposed, Decomposition, Risk, Round, fingerprint_of
from energy_model.solving.joined_years import join
from energy_model.solving.ladder import FULL_SIZE_GAP, required_gap
from energy_model.solving.shared_capacity import Capacities, same_capacities, split
from energy_model.workers import Kept, Workers

ROUNDS = 500

Method = Literal["auto", "joined", "benders"]
METHODS: tuple[str, ...] = get_args(Method)


@dataclass(frozen=True)
class Ensemble:
    """Weather years of the plan, and the method.

    Attributes
    ----------
    years, unseen : sequence of str
        Those that the plan is made for, equally probable, and those that it is tested on.
    risk : Risk
    gap : float
        Relative gap to prove.
    method : {"auto", "joined", "benders"}
        One LP of all years, a decomposition, or what suits.
    """

    years: Sequence[str]
    unseen: Sequence[str] = ()
    risk: Risk = field(default_factory=Risk)
    gap: float = FULL_SIZE_GAP
    method: Method = "auto"


@dataclass(frozen=True)
class Solved:
    """A plan for many years.

    Attributes
    ----------
    labels : list of (family, index)
        Of the capacities.
    plan : Decomposed
    alone : list of OwnPlan
        Optimal plan of each year alone.
    outcomes : dict of (case, year) to YearOutcome
    worth : ndarray or None, shape (years, capacities)
        Saving of each capacity in each year; None for a plan by decomposition.
    """

    labels: list[tuple[str, tuple]]
    plan: Decomposed
    alone: list[OwnPlan]
    outcomes: dict[tuple[str, str], YearOutcome]
    worth: np.ndarray | None


def solve_years(setting: Setting, asked: Ensemble, pool: Workers, cuts: Path, clock: Clock) -> Solved:
    """Plan for the years by the method `asked` (not ``auto``), and dispatch the plan in all of them.

    Raises
    ------
    DispatchError, StalledError, SolveError, CertificateError
    """
    with clock.phase("alone"):
        own = dict(pool.map_unordered(own_plan, setting, asked.years))
        alone = [own[n] for n in range(len(asked.years))]
    outcomes: dict[tuple[str, str], YearOutcome] = {}
    bases: Sequence = ()
    worth = None
    with clock.phase("solve"):
        if asked.method == "joined":
            labels, plan, worth, outcomes = _joined(setting, asked, clock.console)
        else:
            labels, plan, bases = _decomposed(setting, asked, pool, alone[0].capacity, cuts, clock.console)
    with clock.phase("operate"):
        cases = {"plan": plan.capacity, "reference": alone[0].capacity}
        outcomes |= dispatch_all(pool, setting, [*asked.years, *asked.unseen], cases, bases, outcomes)
    return Solved(labels, plan, alone, outcomes, worth)


def _joined(
    setting: Setting, asked: Ensemble, console: Console
) -> tuple[list[tuple[str, tuple]], Decomposed, np.ndarray, dict[tuple[str, str], YearOutcome]]:
    """The plan by one LP, the yearly savings of its capacities, and its dispatch in each year.

    Raises
    ------
    SolveError, CertificateError
    """
    problems = [setting.problem(year) for year in asked.years]
    joined = join([p.lp for p in problems], np.full(len(problems), 1 / len(problems)))
    height, width = joined.lp.matrix.shape
    console.print(
        say(
            f"  {width:,} columns, {height:,} rows, {joined.lp.matrix.nnz:,} nonzeros",
            f"  {width:,} 列，{height:,} 行，{joined.lp.matrix.nnz:,} 个非零元",
        )
    )
    solution, _, certificate = solve_to_gap(joined, min(asked.gap, required_gap(joined.lp, exact=False)), 0, console)
    certificate.require(say("The plan failed its independent check", "方案未通过独立校核"))
    done = Round(1, certificate.lower_bound_mcny, certificate.objective_mcny, certificate.gap, solution.iterations, solution.seconds)
    plan = Decomposed(solution.primal[: len(joined.once.labels)], done.best, done.bound, done.gap, [done], [])
    outcomes = {}
    for k, (year, problem) in enumerate(zip(asked.years, problems, strict=True)):
        primal, dual = joined.year(k, solution.primal, solution.dual)
        outcomes["plan", year] = outcome_of(setting, year, problem, primal, dual, 0.0)
    return joined.once.labels, plan, joined.worth(solution.dual), outcomes


def _decomposed(
    setting: Setting, asked: Ensemble, pool: Workers, start: np.ndarray, cuts: Path, console: Console
) -> tuple[list[tuple[str, tuple]], Decomposed, Sequence]:
    """The plan by decomposition, and the final basis of each year's dispatch; its cuts are kept until the result is written."""
    once, kept, mark = _keep_years(setting, asked.years, pool)
    probability = np.full(len(asked.years), 1 / len(asked.years))
    decomposition = Decomposition(once, kept, probability, pool, asked.risk, cuts, f"{mark}/{asked.risk}")
    plan = decomposition.solve(start, asked.gap, ROUNDS, lambda r: _tell(r, console))
    return once.labels, plan, plan.bases


def _keep_years(setting: Setting, years: Sequence[str], pool: Workers) -> tuple[Capacities, list[Kept], str]:
    """Stamp the years one after another and store each, so that one at a time is in memory."""
    once: Capacities | None = None
    kept, marks = [], []
    for year in years:
        own, dispatched = split(setting.problem(year).lp)
        once = own if once is None else same_capacities(once, own)
        marks.append(fingerprint_of(own, dispatched)[:16])
        kept.append(pool.keep(dispatched))
    assert once is not None
    return once, kept, "/".join(marks)


def _tell(r: Round, console: Console) -> None:
    if r.number == 1 or r.number % 5 == 0 or np.isfinite(r.gap):
        best = f"{r.best:z,.1f}" if np.isfinite(r.best) else "–"
        console.print(
            say(
                f"  round {r.number}: bound {r.bound:z,.1f}, best {best} MCNY, gap {r.gap:.1e}, {r.iterations:,} "
                f"iterations, {r.seconds:z.0f} s",
                f"  第 {r.number} 轮：下界 {r.bound:z,.1f}，最优 {best} 百万元，相对间隙 {r.gap:.1e}，"
                f"{r.iterations:,} 次迭代，{r.seconds:z.0f} 秒",
            ),
            highlight=False,
        )
