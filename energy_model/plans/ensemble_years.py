"""One weather year of an ensemble: its problem, its own optimal plan, and its dispatch at given capacities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from energy_model.certified import solve_to_gap
from energy_model.language import say
from energy_model.results.certificate import certify
from energy_model.results.dataset import build_dataset
from energy_model.results.ensemble import OwnPlan, YearOutcome
from energy_model.results.plan_figures import plan_figures
from energy_model.results.stages import Clock
from energy_model.run import prepare_study
from energy_model.screen import plain_console
from energy_model.solving.build import Problem
from energy_model.solving.ladder import required_gap
from energy_model.solving.redispatch import with_capacities_fixed
from energy_model.solving.shared_capacity import capacity_ids, split
from energy_model.solving.yearly_dispatch import MISSING_GW, dispatch
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study
from energy_model.workers import Workers


@dataclass(frozen=True)
class Setting:
    """Data shared by all years.

    Attributes
    ----------
    study : Study
    horizon : Horizon
    weather : Path
    """

    study: Study
    horizon: Horizon
    weather: Path

    def problem(self, year: str) -> Problem:
        """The stamped problem of one weather year."""
        settings = self.study.settings
        study = replace(self.study, settings=settings.model_copy(update={"weather": settings.weather.model_copy(update={"year": year})}))
        return prepare_study(study, self.horizon, self.weather, Clock(plain_console(quiet=True)))


def own_plan(setting: Setting, year: str) -> OwnPlan:
    """Plan of one weather year alone.

    Raises
    ------
    SolveError, CertificateError
    """
    problem = setting.problem(year)
    lp = problem.lp
    solution, _, certificate = solve_to_gap(problem, required_gap(lp, exact=False), 1, plain_console(quiet=True))
    certificate.require(say(f"The plan of {year} failed its independent check", f"{year} 的单年方案未通过独立校核"))
    ids, _ = capacity_ids(lp)
    return OwnPlan(solution.primal[ids], certificate.objective_mcny, certificate.lower_bound_mcny)


@dataclass(frozen=True)
class Trial:
    """Plans to dispatch in one weather year: capacities, shape (capacities,), by case."""

    year: str
    cases: dict[str, np.ndarray]


def dispatch_year(setting: Setting, trial: Trial) -> dict[str, YearOutcome]:
    """Dispatch one weather year at the capacities of each case and check it.

    Raises
    ------
    CertificateError
        When a dispatch fails its independent check.
    """
    problem = setting.problem(trial.year)
    _, dispatched = split(problem.lp)
    rows, columns = problem.lp.matrix.shape
    basis, found, gap = None, {}, required_gap(problem.lp, exact=False)
    for case, capacity in trial.cases.items():
        answer = dispatch(dispatched, capacity, gap, basis)
        basis = answer.basis
        primal, dual, missing = answer.primal[:columns], answer.dual[:rows], float(np.abs(answer.missing).sum())
        if missing <= MISSING_GW * len(capacity):
            held = with_capacities_fixed(problem.lp, primal)
            certificate = certify(held, primal, dual, problem.lp.costs(primal), gap)
            certificate.require(say(f"The dispatch of {trial.year} failed its independent check", f"{trial.year} 的运行方案未通过独立校核"))
        found[case] = replace(outcome_of(setting, trial.year, problem, primal, dual, missing), cost=answer.cost)
    return found


def outcome_of(setting: Setting, year: str, problem: Problem, primal: np.ndarray, dual: np.ndarray, missing_gw: float) -> YearOutcome:
    """Figures of a year in a solution of its problem."""
    accounts = problem.lp.costs(primal)
    data = build_dataset(problem, setting.study, primal, dual)
    return YearOutcome(year, sum(accounts.values()), missing_gw, plan_figures(sum(accounts.values()), data))


def dispatch_all(
    pool: Workers,
    setting: Setting,
    years: Sequence[str],
    cases: dict[str, np.ndarray],
    known: dict[tuple[str, str], YearOutcome],
) -> dict[tuple[str, str], YearOutcome]:
    """Outcome of every case in every year, in order of the years; `known` ones are not solved again."""
    asked = [{case: at for case, at in cases.items() if (case, year) not in known} for year in years]
    trials = [Trial(year, own) for year, own in zip(years, asked, strict=True)]
    found = dict(pool.map_unordered(dispatch_year, setting, trials))
    return {(case, year): known.get((case, year)) or found[n][case] for case in cases for n, year in enumerate(years)}
