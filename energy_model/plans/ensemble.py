"""One plan for many weather years: decided once, dispatched in each, and tested on years that it has not seen.

While all years fit into memory they are one LP (`solving.joined_years`), which is much quicker; else, on a cluster, or where the dearest
years weigh more than the mean, the plan is found by decomposition, which holds one year at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.certified import solve_to_gap, why_not_one_lp
from energy_model.labels import label
from energy_model.plans.standing import standing
from energy_model.precheck.precheck import predicted_gb
from energy_model.report.comparison.ensemble import write_ensemble
from energy_model.results import store
from energy_model.results.certificate import certify
from energy_model.results.dataset import build_dataset
from energy_model.results.ensemble import YearOutcome, capacity_table, summary_table, value_table, year_table
from energy_model.results.fingerprint import program_digest, run_fingerprint, weather_digest
from energy_model.results.plan_figures import plan_figures
from energy_model.results.points import element_names
from energy_model.results.records import Records, Size
from energy_model.results.stages import ENSEMBLE, Clock
from energy_model.run import prepare_study
from energy_model.screen import plain_console
from energy_model.solving.benders import MISSING_GW, Decomposed, Decomposition, Risk, Round, fingerprint_of
from energy_model.solving.build import Problem
from energy_model.solving.highs import solver_version
from energy_model.solving.joined_years import join
from energy_model.solving.ladder import EXACT_GAP, FULL_SIZE_GAP, required_gap
from energy_model.solving.memory import peak_memory_gb, usable_gb
from energy_model.solving.redispatch import with_capacities_fixed
from energy_model.solving.shared_capacity import Capacities, capacity_ids, same_capacities, split
from energy_model.solving.yearly_dispatch import Ask, dispatch
from energy_model.study.build_system import build_system
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.study import Study
from energy_model.weather.store import ensure_year, require_year
from energy_model.workers import Kept, Workers, workers

ROUNDS = 500
JOINED_SHARE = 0.5
"""Years are joined while they are foreseen to need less than this share of the memory that may be used."""

Method = Literal["auto", "joined", "benders"]
METHODS: tuple[str, ...] = get_args(Method)


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
        return prepare_study(study, self.horizon, self.weather, Clock(plain_console(quiet=True)))


@dataclass(frozen=True)
class Plan:
    """A plan for many years.

    Attributes
    ----------
    folder : Path
    summary, years, capacities : DataFrame
    stands : dict
        Manifest, where the plan was there already; else empty.
    """

    folder: Path
    summary: pd.DataFrame
    years: pd.DataFrame
    capacities: pd.DataFrame
    stands: dict = field(default_factory=dict)


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
    method: Method = "auto",
    again: bool = True,
) -> Plan:
    """Plan over weather years and write tables, workbook and page.

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
    method : {"auto", "joined", "benders"}
        One LP of all years, a decomposition, or what suits.
    again : bool
        Solve although the same plan stands there, whole.

    Raises
    ------
    InputErrors, WeatherError, EnsembleError, WorkerError, CutFileError
        Before anything is solved.
    DispatchError, StalledError, SolveError, CertificateError
    """
    target = ensemble_folder(results, scenario, horizon)
    cuts = results / f".{target.name}.cuts.npz"
    clock = Clock(console, ENSEMBLE, Records(results))
    with workers(count, scheduler) as pool:
        used = pool.count
        with clock.phase("read"):
            study = load_study(inputs, scenario)
            _require_possible(study, years, unseen, weather)
            setting = Setting(study, horizon, weather)
            year_gb = predicted_gb(study, horizon, weather)
            if not scheduler:
                _require_memory(year_gb, used)
            chosen = _method(method, year_gb, len(years), risk, scheduler)
            mark = _fingerprint(setting, years, unseen, risk, gap, chosen)
        console.print(f"  {len(years)} weather years 气象年: {label('ensemble_method', chosen)}")
        if not again and (stands := standing(target, lambda: mark)):
            return _plan_of(target, store.read_tables(target), stands.manifest)
        size = Size(len(years) * horizon.hours, job=f"ensemble {chosen} {used}")
        clock.expect(size)
        with clock.phase("alone"):
            own = dict(pool.map_unordered(own_plan, setting, years))
            alone = [own[n] for n in range(len(years))]
        with clock.phase("solve"):
            if chosen == "joined":
                labels, plan, worth, outcomes = _joined(setting, years, gap, console)
                bases: Sequence = ()
            else:
                labels, plan, bases = _decomposed(setting, years, pool, risk, gap, alone[0].capacity, cuts, console)
                worth, outcomes = None, {}
        with clock.phase("operate"):
            cases = {"plan": plan.capacity, "reference": alone[0].capacity}
            outcomes |= _dispatch_all(pool, setting, [*years, *unseen], cases, bases, outcomes)
    names = element_names(build_system(study), study.tables["nodes"])
    with clock.phase("write"), store.whole_folder(target) as folder:
        tables = {
            "summary": summary_table(plan, risk, alone, outcomes, years, unseen),
            "years": year_table(outcomes, years, alone),
            "capacities": capacity_table(labels, names, plan.capacity, [a.capacity for a in alone]),
            "rounds": pd.DataFrame([vars(r) for r in plan.rounds]).replace(np.inf, np.nan),
        }
        if worth is not None:
            tables["capacity_values"] = value_table(labels, worth, years)
        store.write_tables(tables, folder)
        manifest = _manifest(study, horizon, years, unseen, risk, plan, outcomes)
        manifest |= {"method": chosen, "run_sha256": mark, "workers": used, "files": store.file_digests(folder)}
        write_ensemble(tables, scenario, folder)
        manifest |= {"seconds": clock.seconds | {"write": clock.running()}, "peak_memory_gb": peak_memory_gb()}
        store.write_manifest(manifest, folder)
    clock.keep(size)
    cuts.unlink(missing_ok=True)
    return _plan_of(target, tables)


def ensemble_folder(results: Path, scenario: str, horizon: Horizon) -> Path:
    """Where the plan of a scenario for many weather years stands."""
    return results / f"{horizon.folder(scenario)}-ensemble"


def _plan_of(folder: Path, tables: dict[str, pd.DataFrame], stands: dict | None = None) -> Plan:
    return Plan(folder, tables["summary"], tables["years"], tables["capacities"], stands or {})


def _require_possible(study: Study, years: Sequence[str], unseen: Sequence[str], weather: Path) -> None:
    if reason := why_not_one_lp(study.settings.network):
        raise EnsembleError(reason)
    names = [*years, *unseen]
    if len(years) < 2:
        raise EnsembleError("An ensemble needs two weather years or more 至少需要两个气象年: --weather-years variable-1..5")
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise EnsembleError(f"Named twice 重复的气象年: {', '.join(twice)}; a year cannot be planned for and unseen at once.")
    for name in names:
        require_year(name, weather)


def _require_memory(year_gb: float, count: int) -> None:
    need, have = year_gb * count, usable_gb()
    if need > have:
        raise EnsembleError(
            f"{count} workers would need about {need:.1f} GB of {have:.1f} GB 内存不足: ask for fewer --workers or a shorter --horizon."
        )


def _method(method: Method, year_gb: float, count: int, risk: Risk, scheduler: str | None) -> Literal["joined", "benders"]:
    """How the years are planned for.

    Raises
    ------
    EnsembleError
        When they should be joined and cannot be.
    """
    need, have = year_gb * count, usable_gb()
    if method == "joined":
        if risk.weight > 0:
            raise EnsembleError("--method joined minimises the mean only 联合求解仅支持期望费用; with --cvar-weight use --method benders.")
        if need > have:
            raise EnsembleError(
                f"{count} years in one problem need about {need:.1f} GB of {have:.1f} GB 内存不足: --method benders holds one at a time."
            )
        return "joined"
    fits = need <= JOINED_SHARE * have and risk.weight == 0 and scheduler is None
    return "joined" if method == "auto" and fits else "benders"


def _fingerprint(setting: Setting, years: Sequence[str], unseen: Sequence[str], risk: Risk, gap: float, method: str) -> str:
    """Everything that the plan depends on, in one hash."""
    air = "/".join(weather_digest(ensure_year(year, setting.weather)) for year in [*years, *unseen])
    asked = f"{list(years)} {list(unseen)} {risk} {gap!r} {method} {program_digest(('plans/ensemble.py',))}"
    return hashlib.sha256((run_fingerprint(setting.study, air, setting.horizon, False) + asked).encode()).hexdigest()


def _joined(
    setting: Setting, years: Sequence[str], gap: float, console: Console
) -> tuple[list[tuple[str, tuple]], Decomposed, np.ndarray, dict[tuple[str, str], YearOutcome]]:
    """The plan by one LP, what its capacities save each year, and what it does in each.

    Raises
    ------
    SolveError, CertificateError
    """
    problems = [setting.problem(year) for year in years]
    joined = join([p.lp for p in problems], np.full(len(years), 1 / len(years)))
    height, width = joined.lp.matrix.shape
    console.print(f"  {width:,} columns 列, {height:,} rows 行, {joined.lp.matrix.nnz:,} nonzeros 非零元")
    solution, _, certificate = solve_to_gap(joined, min(gap, required_gap(joined.lp, exact=False)), 0, console)
    certificate.require("The plan failed its independent check 未通过校核")
    done = Round(1, certificate.lower_bound_mcny, certificate.objective_mcny, certificate.gap, solution.iterations, solution.seconds)
    plan = Decomposed(solution.primal[: len(joined.once.labels)], done.best, done.bound, done.gap, [done], [])
    outcomes = {}
    for k, (year, problem) in enumerate(zip(years, problems, strict=True)):
        primal, dual = joined.year(k, solution.primal, solution.dual)
        outcomes["plan", year] = _outcome(setting, year, problem, primal, dual, 0.0)
    return joined.once.labels, plan, joined.worth(solution.dual), outcomes


def _decomposed(
    setting: Setting, years: Sequence[str], pool: Workers, risk: Risk, gap: float, start: np.ndarray, cuts: Path, console: Console
) -> tuple[list[tuple[str, tuple]], Decomposed, Sequence]:
    """The plan by decomposition, and where the dispatch of each year ended; its cuts are kept until the result is written."""
    once, kept, mark = _keep_years(setting, years, pool)
    probability = np.full(len(years), 1 / len(years))
    decomposition = Decomposition(once, kept, probability, pool, risk, cuts, f"{mark}/{risk}")
    plan = decomposition.solve(start, gap, ROUNDS, lambda r: _tell(r, console))
    return once.labels, plan, plan.bases


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
    solution, _, certificate = solve_to_gap(problem, required_gap(lp, exact=False), 1, plain_console(quiet=True))
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
        if missing <= MISSING_GW * len(capacity):
            held = with_capacities_fixed(problem.lp, primal)
            certificate = certify(held, primal, dual, problem.lp.costs(primal), EXACT_GAP)
            certificate.require(f"The dispatch of {trial.year} failed its independent check 运行方案未通过校核")
        found[case] = replace(_outcome(setting, trial.year, problem, primal, dual, missing), cost=answer.cost)
    return found


def _outcome(setting: Setting, year: str, problem: Problem, primal: np.ndarray, dual: np.ndarray, missing_gw: float) -> YearOutcome:
    accounts = problem.lp.costs(primal)
    data = build_dataset(problem, setting.study, primal, dual)
    return YearOutcome(year, sum(accounts.values()), missing_gw, plan_figures(sum(accounts.values()), data))


def _dispatch_all(
    pool: Workers,
    setting: Setting,
    years: Sequence[str],
    cases: dict[str, np.ndarray],
    bases: Sequence,
    known: dict[tuple[str, str], YearOutcome],
) -> dict[tuple[str, str], YearOutcome]:
    """Outcome of every case in every year, in the order of the years; `bases` of the first of them; `known` ones are not asked again."""
    asked = [{case: at for case, at in cases.items() if (case, year) not in known} for year in years]
    trials = [Trial(year, own, basis) for (year, own), basis in zip_longest(zip(years, asked, strict=True), bases)]
    found = dict(pool.map_unordered(dispatch_year, setting, trials))
    return {(case, year): known.get((case, year)) or found[n][case] for case in cases for n, year in enumerate(years)}


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
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
