"""One plan for many weather years: decided once, dispatched in each, and tested on years that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.questions.outcomes import values_of
from energy_model.questions.sweep import Solved
from energy_model.questions.variants import why_not_one_lp
from energy_model.report.ensemble import write_ensemble
from energy_model.results import store
from energy_model.results.certificate import certify
from energy_model.results.dataset import build_dataset
from energy_model.results.ensemble import YearOutcome, capacity_table, summary_table, year_table
from energy_model.run import Clock, peak_memory_gb, prepare_study, solve_to_gap
from energy_model.runs.precheck import predicted_gb
from energy_model.solving.benders import MISSING_GW, Ask, Decomposed, Decomposition, Risk, Round, dispatch, fingerprint_of
from energy_model.solving.build import Problem
from energy_model.solving.highs import solver_version
from energy_model.solving.ladder import EXACT_GAP, FULL_SIZE_GAP, required_gap
from energy_model.solving.memory import machine_gb
from energy_model.solving.redispatch import with_capacities_fixed
from energy_model.solving.shared_capacity import Capacities, capacity_ids, same_capacities, split
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study, load_study
from energy_model.workers import Kept, Workers, workers

ROUNDS = 500
MEMORY_SHARE = 0.9


class EnsembleError(Exception):
    """The years asked for make no ensemble, or the machine is too small; the sentence says what to do."""


@dataclass(frozen=True)
class Setting:
    """What all years share.

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
        return prepare_study(study, self.horizon, self.weather, Clock(Console(quiet=True)))


@dataclass(frozen=True)
class Plan:
    """A plan for many years.

    Attributes
    ----------
    folder : Path
    summary, years, capacities : DataFrame
    """

    folder: Path
    summary: pd.DataFrame
    years: pd.DataFrame
    capacities: pd.DataFrame


def solve_ensemble(
    inputs: Path,
    scenario: str,
    horizon: Horizon,
    years: Sequence[str],
    unseen: Sequence[str],
    results: Path,
    weather: Path,
    console: Console,
    *,
    risk: Risk,
    gap: float = FULL_SIZE_GAP,
    count: int | None = None,
    scheduler: str | None = None,
) -> Plan:
    """Plan over weather years by decomposition and write tables, workbook and page.

    Parameters
    ----------
    inputs : Path
    scenario : str
    horizon : Horizon
        Of each year.
    years, unseen : sequence of str
        Weather years that the plan is made for, equally probable, and that it is tested on.
    results, weather : Path
    console : Console
    risk : Risk
    gap : float
        Relative gap to prove.
    count : int, optional
        Workers on this machine.
    scheduler : str, optional
        Of a Dask cluster.

    Raises
    ------
    InputErrors, WeatherError, EnsembleError, WorkerError, CutFileError
        Before anything is solved.
    DispatchError, StalledError, SolveError, CertificateError
    """
    study = load_study(inputs, scenario)
    _require_possible(study, years, unseen)
    setting = Setting(study, horizon, weather)
    target = results / f"{horizon.folder(scenario)}-ensemble"
    with store.exclusive(target), workers(count, scheduler) as pool:
        if not scheduler:
            _require_memory(study, horizon, weather, pool.count)
        clock = Clock(console)
        with clock.phase("compile"):
            once, kept, mark = _keep_years(setting, years, pool)
        with clock.phase("solve"):
            console.print(f"  each year alone 各年单独优化: {len(years)} …")
            own = dict(pool.map_unordered(own_plan, setting, years))
            alone = [own[n] for n in range(len(years))]
            cuts = results / f".{target.name}.cuts.npz"
            probability = np.full(len(years), 1 / len(years))
            decomposition = Decomposition(once, kept, probability, pool, risk, cuts, f"{mark}/{risk}")
            plan = decomposition.solve(alone[0].capacity, gap, ROUNDS, lambda r: _tell(r, console))
            cases = {"plan": plan.capacity, "reference": alone[0].capacity}
            outcomes = _dispatch_all(pool, setting, [*years, *unseen], cases, plan.bases)
        with clock.phase("write"), store.whole_folder(target) as folder:
            tables = {
                "summary": summary_table(plan, risk, alone, outcomes, years, unseen),
                "years": year_table(outcomes, years, alone),
                "capacities": capacity_table(once.labels, plan.capacity, [a.capacity for a in alone]),
                "rounds": pd.DataFrame([vars(r) for r in plan.rounds]).replace(np.inf, np.nan),
            }
            store.write_tables(tables, folder)
            write_ensemble(tables, scenario, folder)
            manifest = _manifest(study, horizon, years, unseen, risk, plan, outcomes)
            manifest |= {"seconds": clock.seconds, "peak_memory_gb": peak_memory_gb(), "workers": pool.count}
            store.write_manifest(manifest, folder)
        cuts.unlink(missing_ok=True)
    return Plan(target, tables["summary"], tables["years"], tables["capacities"])


def _require_possible(study: Study, years: Sequence[str], unseen: Sequence[str]) -> None:
    if reason := why_not_one_lp(study.settings.network):
        raise EnsembleError(reason)
    names = [*years, *unseen]
    if len(years) < 2:
        raise EnsembleError("An ensemble needs two weather years or more 至少需要两个气象年: --weather-years variable-1..5")
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise EnsembleError(f"Named twice 重复的气象年: {', '.join(twice)}; a year cannot be planned for and unseen at once.")


def _require_memory(study: Study, horizon: Horizon, weather: Path, count: int) -> None:
    need, have = predicted_gb(study, horizon, weather) * count, machine_gb()
    if need > MEMORY_SHARE * have:
        raise EnsembleError(
            f"{count} workers would need about {need:.1f} GB of {have:.1f} GB 内存不足: ask for fewer --workers or a shorter --horizon."
        )


def _keep_years(setting: Setting, years: Sequence[str], pool: Workers) -> tuple[Capacities, list[Kept], str]:
    """Stamp year after year and put each aside, so that one at a time is in memory."""
    once: Capacities | None = None
    kept, marks = [], []
    for year in years:
        own, dispatched = split(setting.problem(year).lp)
        once = own if once is None else same_capacities(once, own)
        marks.append(fingerprint_of(own, dispatched)[:16])
        kept.append(pool.keep(dispatched))
    assert once is not None
    return once, kept, "/".join(marks)


@dataclass(frozen=True)
class OwnPlan:
    """What a year would build for itself, shape (capacities,), its cost and proven lower bound [MCNY]."""

    capacity: np.ndarray
    cost: float
    bound: float


def own_plan(setting: Setting, year: str) -> OwnPlan:
    """Plan of one weather year alone.

    Raises
    ------
    SolveError, CertificateError
    """
    problem = setting.problem(year)
    lp = problem.lp
    solution, _, certificate = solve_to_gap(problem, required_gap(lp, exact=False), 1, Console(quiet=True))
    certificate.require(f"The plan of {year} failed its independent check 单年方案未通过校核")
    ids, _ = capacity_ids(lp)
    return OwnPlan(solution.primal[ids], certificate.objective_mcny, certificate.lower_bound_mcny)


@dataclass(frozen=True)
class Trial:
    """Plans to dispatch in one weather year: capacities, shape (capacities,), by case, and a basis to start from."""

    year: str
    cases: dict[str, np.ndarray]
    basis: tuple[np.ndarray, np.ndarray] | None = None


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
    basis, found = trial.basis, {}
    for case, capacity in trial.cases.items():
        answer = dispatch(dispatched, Ask(capacity, basis, whole=True))
        basis = answer.basis
        primal, dual, missing = answer.primal[:columns], answer.dual[:rows], float(np.abs(answer.missing).sum())
        accounts = problem.lp.costs(primal)
        if missing <= MISSING_GW * len(capacity):
            certificate = certify(with_capacities_fixed(problem.lp, primal), primal, dual, accounts, EXACT_GAP)
            certificate.require(f"The dispatch of {trial.year} failed its independent check 运行方案未通过校核")
        data = build_dataset(problem, setting.study, primal, dual)
        values = values_of(Solved(sum(accounts.values()), 0.0, accounts, data))
        found[case] = YearOutcome(trial.year, answer.cost, missing, values)
    return found


def _dispatch_all(
    pool: Workers, setting: Setting, years: Sequence[str], cases: dict[str, np.ndarray], bases: Sequence
) -> dict[tuple[str, str], YearOutcome]:
    """Outcome of every case in every year, in the order of the years; `bases` of the first of them."""
    trials = [Trial(year, cases, basis) for year, basis in zip_longest(years, bases)]
    found = dict(pool.map_unordered(dispatch_year, setting, trials))
    return {(case, year): found[n][case] for case in cases for n, year in enumerate(years)}


def _tell(r: Round, console: Console) -> None:
    if r.number == 1 or r.number % 5 == 0 or np.isfinite(r.gap):
        best = f"{r.best:,.1f}" if np.isfinite(r.best) else "–"
        console.print(
            f"  round 轮 {r.number}: bound 下界 {r.bound:,.1f}, best 最优 {best} MCNY, gap 间隙 {r.gap:.1e}, "
            f"{r.iterations:,} iterations 次迭代, {r.seconds:.0f} s",
            highlight=False,
        )


def _manifest(
    study: Study,
    horizon: Horizon,
    years: Sequence[str],
    unseen: Sequence[str],
    risk: Risk,
    plan: Decomposed,
    outcomes: dict[tuple[str, str], YearOutcome],
) -> dict:
    return {
        "status": "optimal",
        "scenario": study.name,
        "horizon": str(horizon),
        "weather_years": list(years),
        "unseen_weather_years": list(unseen),
        "risk": {"cvar_weight": risk.weight, "cvar_level": risk.level},
        "objective_mcny": plan.cost,
        "lower_bound_mcny": plan.bound,
        "gap": plan.gap,
        "rounds": len(plan.rounds),
        "iterations": sum(r.iterations for r in plan.rounds),
        "missing_gw": max(o.missing_gw for (case, _), o in outcomes.items() if case == "plan"),
        "solver_version": solver_version(),
        "packages": store.package_versions(),
        "sha256": dict(study.sha256),
    }
