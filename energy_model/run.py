"""The main job: read, profile, compile, stamp, solve, certify, write."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from energy_model.labels import label
from energy_model.report.console import print_summary
from energy_model.results import store
from energy_model.results.certificate import Certificate, CertificateError, certify, safe_lower_bound
from energy_model.results.dataset import build_dataset
from energy_model.results.node_costs import node_costs
from energy_model.results.tables import result_tables
from energy_model.solving.build import Problem, build_problem
from energy_model.solving.highs import Solution, solver_version
from energy_model.solving.ladder import EXACT_GAP, SCREENED_COLUMNS, SolveError, required_gap, solve, solve_fast, solve_screened
from energy_model.solving.limits import NO_LIMITS, LimitReached, Limits
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study, load_study
from energy_model.study.system import build_system
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year

__all__ = ["SolveError", "optimize", "prepare"]


def optimize(
    inputs: Path,
    scenario: str,
    horizon: Horizon,
    results: Path,
    weather: Path,
    exact: bool,
    threads: int,
    console: Console,
    limits: Limits = NO_LIMITS,
) -> Path:
    """Solve a scenario and write its result folder.

    Parameters
    ----------
    inputs, results, weather : Path
        Folders.
    scenario : str
    horizon : Horizon
    exact : bool
        Ask for exact prices (gap 1e-7) whatever the size.
    threads : int
        Solver threads, 0 for all cores.
    console : Console
    limits : Limits
        Of time and memory, for the solver.

    Returns
    -------
    Path
        The result folder.

    Raises
    ------
    InputErrors, WeatherError
        Before anything is solved.
    SolveError
        When no optimal solution was found; nothing is written.
    CertificateError
        When the result fails its independent check; nothing is written.
    """
    clock = Clock(console)
    study, problem = prepare(inputs, scenario, horizon, weather, clock)
    lp = problem.lp
    console.print(
        f"  {lp.matrix.shape[1]:,} columns 列, {lp.matrix.shape[0]:,} rows 行, {lp.matrix.nnz:,} nonzeros 非零元"
    )
    gap_limit = required_gap(lp, exact)
    with clock.phase("solve"):
        solution, accounts, certificate = solve_to_gap(problem, gap_limit, threads, console, limits)
    if not certificate.passed:
        raise CertificateError(
            f"The result failed its independent check and was not written 结果未通过校核: {certificate.as_dict()}"
        )
    with clock.phase("write"), store.whole_folder(results / horizon.folder(scenario)) as folder:
        data = build_dataset(problem, study, solution.primal, solution.dual)
        tables = result_tables(data, study, accounts) | {"node_costs": node_costs(problem.lp, solution.primal, problem.system)}
        manifest = _manifest(study, problem, horizon, solution, certificate.as_dict(), exact)
        data.attrs = {
            k: int(v) if isinstance(v, bool) else v
            for k, v in manifest.items()
            if isinstance(v, (str, int, float))
        }
        store.write_dataset(data, folder)
        store.write_tables(tables, folder)
        manifest |= {
            "seconds": clock.seconds | {"write": clock.running()},
            "peak_memory_gb": peak_memory_gb(),
        }
        store.write_manifest(manifest, folder)
    print_summary(console, manifest, tables)
    return results / horizon.folder(scenario)


def solve_to_gap(
    problem: Problem, gap_limit: float, threads: int, console: Console, limits: Limits = NO_LIMITS
) -> tuple[Solution, dict[str, float], Certificate]:
    """Solution, cost tables and certificate; when one way misses the gap, the next and more thorough one is tried.

    Raises
    ------
    SolveError
        When no plan was found, or a limit came first; the sentence then tells the best bound that was proven.
    """
    try:
        return _solve_to_gap(problem, gap_limit, threads, console, limits)
    except LimitReached as fault:
        bound = safe_lower_bound(problem.lp, fault.dual)[0] if len(fault.dual) == len(problem.lp.row_lower) else float("-inf")
        known = f"no plan costs less than 费用下界 {bound:,.1f} MCNY" if bound > float("-inf") else "no bound was proven yet 尚无下界"
        raise SolveError(f"Stopped by the {fault} before a plan passed its check; nothing was written 未写入结果; {known}.") from fault


def _solve_to_gap(
    problem: Problem, gap_limit: float, threads: int, console: Console, limits: Limits
) -> tuple[Solution, dict[str, float], Certificate]:
    lp = problem.lp
    thorough = partial(solve_screened if lp.matrix.shape[1] >= SCREENED_COLUMNS else solve, limits=limits)
    ways: list[tuple[str, Callable[[], Solution | None]]] = [
        ("interior point method 内点法", partial(thorough, lp, gap_limit, threads, console)),
        ("vertex by crossover 交叉求顶点", partial(thorough, lp, gap_limit, threads, console, crossover=True)),
    ]
    if gap_limit > EXACT_GAP:
        ways.insert(0, ("", partial(solve_fast, lp, gap_limit, threads, console, limits)))
    result: tuple[Solution, dict[str, float], Certificate]
    for tried, (said, way) in enumerate(ways):
        if tried:
            console.print(f"  gap still wider than {gap_limit:.0e}; next 间隙仍偏大，改用: {said} …")
        if (solution := way()) is None:
            continue
        accounts = {name: float(vector @ solution.primal) + offset for name, (vector, offset) in lp.accounts.items()}
        certificate = certify(lp, solution.primal, solution.dual, accounts, gap_limit)
        result = solution, accounts, certificate
        if certificate.passed or solution.basic:
            break
    return result


def prepare(
    inputs: Path, scenario: str, horizon: Horizon, weather: Path, clock: Clock
) -> tuple[Study, Problem]:
    """Everything before the solver: study, profiles, stamped LP."""
    with clock.phase("read"):
        study = load_study(inputs, scenario)
    settings = study.settings
    with clock.phase("weather"):
        year = ensure_year(settings.weather.year, weather)
        system = build_system(study)
        profiles = make_profiles(
            study.tables, settings.study.case, year, float(system.finance.distribution_loss_share)
        )
    with clock.phase("compile"):
        problem = build_problem(
            system, profiles, horizon, settings.time.block_hours, settings.time.commitment_step_h
        )
    clock.seconds |= problem.seconds
    return study, problem


class Clock:
    """Seconds by phase, told on the console while they pass."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}
        self._started = 0.0

    @contextmanager
    def phase(self, name: str):
        """Time one phase."""
        self._started = time.perf_counter()
        self.console.print(f"[bold]{label('phase', name)}[/bold] …")
        yield
        self.seconds[name] = self.running()

    def running(self) -> float:
        """Seconds of the phase that is under way."""
        return time.perf_counter() - self._started


def peak_memory_gb() -> float:
    """Peak resident memory of this process [GB]."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


def _manifest(
    study: Study, problem: Problem, horizon: Horizon, solution: Solution, certificate: dict, exact: bool
) -> dict:
    s, lp = study.settings, problem.lp
    rows, columns = lp.matrix.shape
    return {
        "status": solution.status.lower(),
        "scenario": study.name,
        "title_zh": s.study.title_zh,
        "title_en": s.study.title_en,
        "plan_year": s.study.plan_year,
        "fleet_year": s.study.fleet_year,
        "horizon": str(horizon),
        "hours": int(problem.plan.hours * len(problem.plan.start)),
        "block_hours": problem.plan.hours,
        "commitment_step_h": problem.step_h,
        "weather": s.weather.year,
        "weather_kind": str(problem.profiles.attrs.get("weather_kind", "")),
        "objective_mcny": certificate["objective_mcny"],
        "solver": "HiGHS",
        "solver_version": solver_version(),
        "algorithm": solution.algorithm,
        "exact": exact,
        "iterations": solution.iterations,
        "variables": columns,
        "rows": rows,
        "nonzeros": int(lp.matrix.nnz),
        "certificate": certificate,
        "sha256": dict(study.sha256),
        "packages": store.package_versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
