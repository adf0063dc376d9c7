"""One plan for many weather years: capacities decided once, dispatched in each year, and tested on unseen years.

All years are one LP (`solving.joined_years`), which the method on blocks holds a year at a time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from rich.console import Console

from energy_model.case import Case
from energy_model.certified import why_not_one_lp
from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.plans.ensemble_solve import Ensemble, Solved, solve_years
from energy_model.plans.ensemble_years import Setting
from energy_model.plans.standing import standing
from energy_model.precheck.size import predicted_gb
from energy_model.report.comparison.ensemble import write_ensemble
from energy_model.results import folders, store
from energy_model.results.ensemble import capacity_table, summary_table, value_table, year_table
from energy_model.results.fingerprint import program_digest, run_fingerprint, weather_digest
from energy_model.results.names import element_names
from energy_model.results.records import Records, Size
from energy_model.results.stages import ENSEMBLE, Clock
from energy_model.solving.highs import solver_version
from energy_model.solving.memory import peak_memory_gb, usable_gb, years_gb
from energy_model.study.build_system import build_system
from energy_model.study.load import load_study
from energy_model.study.study import Study
from energy_model.weather.store import ensure_year, require_year
from energy_model.workers import workers

PROGRAM = ("plans/ensemble.py", "plans/ensemble_solve.py", "plans/ensemble_years.py")
"""Code that makes the plan, beside that of a run."""


class EnsembleError(EnergyModelError):
    """The years do not form an ensemble, or the machine is too small; the message says what to do."""


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
    case: Case, asked: Ensemble, console: Console, count: int | None = None, scheduler: str | None = None, again: bool = True
) -> Plan:
    """Plan over weather years and write tables, workbook and page.

    Parameters
    ----------
    case : Case
        Its horizon is that of each year.
    asked : Ensemble
    console : Console
    count : int, optional
        Workers on this machine.
    scheduler : str, optional
        Of a Dask cluster.
    again : bool
        Solve even if the plan is current.

    Raises
    ------
    InputErrors, WeatherError, EnsembleError, WorkerError
        Before anything is solved.
    DispatchError, SolveError, CertificateError
    """
    target = ensemble_folder(case)
    clock = Clock(console, ENSEMBLE, Records(case.results))
    with workers(count, scheduler) as pool:
        used = pool.count
        with clock.phase("read"):
            study = load_study(case.inputs, case.scenario)
            _require_possible(study, asked, case.weather)
            setting = Setting(study, case.horizon, case.weather)
            _require_memory(predicted_gb(study, case.horizon, case.weather), len(asked.years), 1 if scheduler else used)
            mark = _fingerprint(setting, asked)
        if not again and (stands := standing(target, lambda: mark)):
            tables = store.read_tables(stands.folder)
            if stands.folder != target:
                with folders.copied_folder(target, stands.folder) as folder:
                    write_ensemble(tables, case.scenario, folder)
            return _plan_of(target, tables, stands.manifest)
        size = Size(len(asked.years) * case.horizon.hours, job=f"ensemble {used}")
        clock.expect(size)
        solved = solve_years(setting, asked, pool, clock)
    with clock.phase("write"), folders.whole_folder(target) as folder:
        tables = _tables(study, asked, solved)
        store.write_tables(tables, folder)
        manifest = _manifest(setting, asked, solved)
        manifest |= {"run_sha256": mark, "workers": used, "files": store.file_digests(folder)}
        manifest |= {"seconds": clock.seconds | {"write": clock.running()}, "peak_memory_gb": peak_memory_gb()}
        store.write_manifest(manifest, folder)
        with folders.kept_without_pages(folder, target, console.print, resumes=True, commands=()):
            write_ensemble(tables, case.scenario, folder)
    folders.forget_without_pages(target)
    clock.keep(size)
    return _plan_of(target, tables)


def ensemble_folder(case: Case) -> Path:
    """Folder of the plan of a scenario for many weather years."""
    return case.folder.with_name(f"{case.folder.name}-ensemble")


def _tables(study: Study, asked: Ensemble, solved: Solved) -> dict[str, pd.DataFrame]:
    names = element_names(study, build_system(study))
    plan, alone = solved.plan, solved.alone
    return {
        "summary": summary_table(plan, asked.risk, alone, solved.outcomes, asked.years, asked.unseen),
        "years": year_table(solved.outcomes, asked.years, alone),
        "capacities": capacity_table(solved.labels, names, plan.capacity, [a.capacity for a in alone]),
        "capacity_values": value_table(solved.labels, solved.worth, asked.years),
    }


def _plan_of(folder: Path, tables: dict[str, pd.DataFrame], stands: dict | None = None) -> Plan:
    return Plan(folder, tables["summary"], tables["years"], tables["capacities"], stands or {})


def _require_possible(study: Study, asked: Ensemble, weather: Path) -> None:
    if reason := why_not_one_lp(study.settings):
        raise EnsembleError(reason)
    names = [*asked.years, *asked.unseen]
    if len(asked.years) < 2:
        raise EnsembleError(
            say(
                "An ensemble needs two weather years or more, such as --weather-years variable-1..5",
                "至少需要两个气象年，如 --weather-years variable-1..5",
            )
        )
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise EnsembleError(
            say(
                f"Named twice: {', '.join(twice)}; a year of the plan cannot be an unseen one.",
                f"气象年重复：{', '.join(twice)}；规划所用的年份不能同时用于检验。",
            )
        )
    for name in names:
        require_year(name, weather)


def _require_memory(year_gb: float, years: int, count: int) -> None:
    """Refuse what does not fit: years alone, one for each worker of this machine, and all of them in one problem."""
    have = usable_gb()
    if (need := year_gb * count) > have:
        raise EnsembleError(
            say(
                f"{count} workers would need about {need:z.1f} GB of {have:z.1f} GB: use fewer --workers or a shorter --horizon.",
                f"{count} 个工作进程约需 {need:z.1f} GB，可用 {have:z.1f} GB：请减小 --workers 或缩短 --horizon。",
            )
        )
    if (need := years_gb(year_gb, years)) > have:
        raise EnsembleError(
            say(
                f"{years} years in one problem need about {need:z.1f} GB of {have:z.1f} GB: plan for typical weeks of all years "
                "and check all their hours (--horizon weeks:4 --certify), or for fewer years.",
                f"{years} 个年份联合求解约需 {need:z.1f} GB，可用 {have:z.1f} GB：请以典型周规划并逐时校核"
                "（--horizon weeks:4 --certify），或减少年份。",
            )
        )


def _fingerprint(setting: Setting, asked: Ensemble) -> str:
    """Everything that affects the plan, in one hash."""
    digests = "/".join(weather_digest(ensure_year(year, setting.weather)) for year in [*asked.years, *asked.unseen])
    question = f"{asked} {program_digest(PROGRAM)}"
    return hashlib.sha256((run_fingerprint(setting.study, digests, setting.horizon, False) + question).encode()).hexdigest()


def _manifest(setting: Setting, asked: Ensemble, solved: Solved) -> dict:
    plan = solved.plan
    return {
        "status": "optimal",
        "scenario": setting.study.name,
        "horizon": str(setting.horizon),
        "weather_years": list(asked.years),
        "unseen_weather_years": list(asked.unseen),
        "risk": {"cvar_weight": asked.risk.weight, "cvar_level": asked.risk.level},
        "objective_mcny": plan.cost,
        "lower_bound_mcny": plan.bound,
        "gap": plan.gap,
        "iterations": plan.iterations,
        "missing_gw": max(o.missing_gw for (case, _), o in solved.outcomes.items() if case == "plan"),
        "solver_version": solver_version(),
        "packages": store.package_versions(),
        "sha256": dict(setting.study.sha256),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
