"""The main job: read, profile, compile, stamp, solve, certify, write."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import pandas as pd
from rich.console import Console

from energy_model.labels import label
from energy_model.report.console import print_summary
from energy_model.results import losses, security, store
from energy_model.results.certificate import Certificate, certify, certify_whole
from energy_model.results.dataset import build_dataset
from energy_model.results.fingerprint import run_fingerprint, weather_digest
from energy_model.results.limit_values import limit_values
from energy_model.results.node_costs import node_costs
from energy_model.results.power_flow import PowerFlow
from energy_model.results.recount import recount
from energy_model.results.tables import result_tables
from energy_model.solving.assumptions import require_free
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.build import Problem, build_problem, rebuilt
from energy_model.solving.capacity_credit import credit_table
from energy_model.solving.contingencies import Contingencies
from energy_model.solving.highs import Solution, solver_version
from energy_model.solving.integer import NoIntegerPlan, solve_integer
from energy_model.solving.ladder import EXACT_GAP, SCREENED_COLUMNS, SolveError, required_gap, solve, solve_fast, solve_screened
from energy_model.solving.limits import NO_LIMITS, LimitReached, Limits
from energy_model.solving.refine import Refinement, solve_until_consistent
from energy_model.solving.stamp import StampedLP
from energy_model.study.cells import CELLS_FILE, cells, write_cells
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study, load_study
from energy_model.study.system import build_system
from energy_model.study.unread import unread_lines
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year

INTEGER_GAP, INTEGER_LIMIT_S = 1e-4, 3600.0
"""Relative gap at which branch and bound stops, and its time limit; a plan found by then with a wider gap is refused unless accepted."""

__all__ = ["SolveError", "optimize", "prepare"]


class HasLP(Protocol):
    """What can be solved to a gap: a year, years of a pathway, weather years joined."""

    @property
    def lp(self) -> StampedLP:
        """The arrays."""


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
    outputs: store.Outputs = store.no_outputs,
) -> Path:
    """Solve a scenario and write its result folder, whole or not at all.

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
    outputs : callable, optional
        Writes what else belongs to the result into the folder it is given, such as `report.outputs.write_outputs`.

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
    with clock.phase("solve"):
        problem, solved, refinements = solve_study(study, problem, exact, threads, console, limits)
        solution, accounts, certificate, whole = solved
        counted = recount(problem, solution.primal, accounts)
        counted.require()
    with clock.phase("write"), store.whole_folder(results / horizon.folder(scenario)) as folder:
        data = build_dataset(problem, study, solution.primal, solution.dual)
        data = data.assign(limit_values(problem.lp, solution.primal, solution.dual))
        tables = result_tables(data, study, accounts) | {r.name: r.table() for r in refinements}
        tables["node_costs"] = node_costs(problem.lp, solution.primal, problem.system)
        manifest = manifest_of(study, problem, horizon, solution, certificate.as_dict(), exact)
        manifest["recount"] = counted.as_dict()
        manifest |= {r.name: r.summary() for r in refinements} | ({"whole_numbers": whole} if whole else {})
        if "losses" in tables:
            manifest["losses"] = {"tangents": study.settings.network.loss_tangents} | losses.summary(tables["losses"])
        if "contingencies" in tables:
            manifest["security"] |= security.summary(tables["contingencies"])
        data.attrs = {
            k: int(v) if isinstance(v, bool) else v
            for k, v in manifest.items()
            if isinstance(v, (str, int, float))
        }
        store.write_dataset(data, folder)
        store.write_tables(tables, folder)
        write_cells(cells(study), folder / CELLS_FILE)
        manifest |= {
            "seconds": clock.seconds | {"write": clock.running()},
            "peak_memory_gb": peak_memory_gb(),
        }
        store.write_manifest(manifest, folder)
        written = outputs(folder)
    print_summary(console, manifest, tables)
    for path in written:
        console.print(f"  {results / horizon.folder(scenario) / path.relative_to(folder)}")
    if lone := manifest.get("security", {}).get("radial"):
        console.print(f"Lone links, whose trip splits the network 单回辐射、跳闸即解列: {', '.join(lone)}", style="yellow")
    return results / horizon.folder(scenario)


def solve_study(
    study: Study,
    problem: Problem,
    exact: bool,
    threads: int,
    console: Console,
    limits: Limits = NO_LIMITS,
    adapted: Callable[[Problem], Problem] = lambda problem: problem,
) -> tuple[Problem, tuple[Solution, dict[str, float], Certificate, dict], list[Refinement]]:
    """Solve a prepared study with all its options: again and again where flows or trips must agree with what is built.

    Parameters
    ----------
    study : Study
    problem : Problem
    exact, threads, console, limits
        As in `optimize`.
    adapted : callable, optional
        Changes each problem that is solved, the first and those that are built again, as a question asks for.

    Returns
    -------
    problem : Problem
        The last one.
    solved
        As `solve_certified`.
    refinements : list of Refinement
        What was agreed on.

    Raises
    ------
    SolveError, CertificateError
    """
    network = study.settings.network
    refinements: list[Refinement] = []
    if network.power_flow == "dc" and network.reactance == "as built":
        refinements.append(PowerFlow(problem.system, console))
    if network.security == "n-1":
        refinements.append(Contingencies(network.security_rounds, console))
    problem, solved = solve_until_consistent(
        adapted(problem),
        lambda system: adapted(rebuilt(problem, system)),
        partial(solve_certified, exact=exact, threads=threads, console=console, limits=limits),
        refinements,
    )
    return problem, solved, refinements


def solve_certified(
    problem: Problem, exact: bool, threads: int, console: Console, limits: Limits = NO_LIMITS
) -> tuple[Solution, dict[str, float], Certificate, dict]:
    """Solution, cost tables and certificate of one problem, and what branch and bound proved where columns are whole numbers.

    Raises
    ------
    SolveError, CertificateError
        When no plan was found, or its certificate fails.
    """
    lp = problem.lp
    console.print(
        f"  {lp.matrix.shape[1]:,} columns 列, {lp.matrix.shape[0]:,} rows 行, {lp.matrix.nnz:,} nonzeros 非零元"
    )
    if lp.integer.any():
        solution, accounts, certificate, whole = solve_whole(problem, threads, console, limits)
    else:
        whole = {}
        solution, accounts, certificate = solve_to_gap(problem, required_gap(lp, exact), threads, console, limits)
    certificate.require("The result failed its independent check and was not written 结果未通过校核")
    require_free(problem, solution.primal, solution.dual, certificate.gap_limit * certificate.size_mcny)
    return solution, accounts, certificate, whole


def solve_whole(
    problem: Problem, threads: int, console: Console, limits: Limits = NO_LIMITS
) -> tuple[Solution, dict[str, float], Certificate, dict]:
    """Solution with whole numbers, its cost tables, the certificate of the plan with the whole numbers held, and the proven bound.

    Raises
    ------
    SolveError
        When there is no such plan, or the time limit comes first.
    """
    lp = problem.lp
    console.print(f"  branch and bound 分支定界: {int(lp.integer.sum()):,} whole columns 整数变量 …")
    def log(line: str) -> None:
        console.print(f"  {line}")

    try:
        whole = solve_integer(lp, gap=INTEGER_GAP, threads=threads, time_limit_s=INTEGER_LIMIT_S, log=log, limits=limits)
    except NoIntegerPlan as none:
        raise SolveError(str(none)) from none
    except LimitReached as fault:
        raise SolveError(f"Stopped by the {fault}; nothing was written 未写入结果; {_known(fault.bound)}.") from fault
    console.print(f"  cost 费用 {whole.objective:,.2f}, bound 下界 {whole.bound:,.2f} MCNY, gap 间隙 {whole.gap:.1e}")
    solution = replace(whole.solution, algorithm=f"branch and bound + {whole.solution.algorithm}")
    accounts = lp.costs(solution.primal)
    proven = {"status": whole.status.lower(), "lower_bound_mcny": whole.bound, "gap": whole.gap, "nodes": whole.nodes}
    allowed = max(INTEGER_GAP, problem.system.options.network.accepted_gap)
    if whole.gap > allowed:
        raise SolveError(
            f"Branch and bound stopped ({whole.status}) at a plan of {whole.objective:,.1f} MCNY that may be {whole.gap:.2%} too dear "
            f"({_known(whole.bound)}); nothing was written 未写入结果. Give it more time, or accept such a plan with "
            f"accepted_gap = {whole.gap * 1.05:.2g} in [network] 请加长限时，或在 [network] 设 accepted_gap 接受该间隙."
        )
    held = certify(whole.held, solution.primal, solution.dual, accounts, EXACT_GAP)
    return solution, accounts, certify_whole(held, whole.bound, allowed), proven


def solve_to_gap(
    problem: HasLP, gap_limit: float, threads: int, console: Console, limits: Limits = NO_LIMITS
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
        raise SolveError(
            f"Stopped by the {fault} before a plan passed its check; nothing was written 未写入结果; {_known(bound)}."
        ) from fault


def _known(bound: float) -> str:
    return f"no plan costs less than 费用下界 {bound:,.1f} MCNY" if abs(bound) < 1e20 else "no bound was proven yet 尚无下界"


def _solve_to_gap(
    problem: HasLP, gap_limit: float, threads: int, console: Console, limits: Limits
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
        accounts = lp.costs(solution.primal)
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
        for line in unread_lines(study):
            clock.console.print(line, markup=False, highlight=False)
    return study, prepare_study(study, horizon, weather, clock)


def prepare_study(study: Study, horizon: Horizon, weather: Path, clock: Clock) -> Problem:
    """From a checked study to the stamped LP."""
    settings = study.settings
    with clock.phase("weather"):
        year = ensure_year(settings.weather.year, weather)
        system = build_system(study)
        profiles = make_profiles(
            study.tables, settings.study.case, year, float(system.finance.distribution_loss_share)
        )
        profiles.attrs["weather_sha256"] = weather_digest(year)
    with clock.phase("compile"):
        problem = build_problem(
            system, profiles, horizon, settings.time.block_hours, settings.time.commitment_step_h
        )
    clock.seconds |= problem.seconds
    return problem


def find_capacity_credit(inputs: Path, scenario: str, results: Path, weather: Path) -> tuple[pd.DataFrame, Path]:
    """Find capacity credits by carrier and node and write them to ``capacity-credit-<scenario>.csv``.

    Returns
    -------
    table : DataFrame
        As `credit_table`.
    path : Path
    """
    study = load_study(inputs, scenario)
    system = build_system(study)
    year = ensure_year(study.settings.weather.year, weather)
    profiles = make_profiles(study.tables, study.settings.study.case, year, float(system.finance.distribution_loss_share))
    table = credit_table(system, profiles)
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"capacity-credit-{scenario}.csv"
    table.to_csv(path, index=False, encoding="utf-8-sig")
    return table, path


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
        self.console.print(f"{label('phase', name)} …", style="bold")
        yield
        self.seconds[name] = self.running()

    def running(self) -> float:
        """Seconds of the phase that is under way."""
        return time.perf_counter() - self._started


def peak_memory_gb() -> float:
    """Peak resident memory of this process [GB]."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


def manifest_of(
    study: Study, problem: Problem, horizon: Horizon, solution: Solution, certificate: dict, exact: bool
) -> dict:
    """Facts of a run: what was solved, from which inputs, how exactly, with what."""
    s, lp = study.settings, problem.lp
    rows, columns = lp.matrix.shape
    return {
        "status": solution.status.lower(),
        "scenario": study.name,
        "purpose_zh": study.scenario.purpose_zh,
        "purpose_en": study.scenario.purpose_en,
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
        "run_sha256": run_fingerprint(study, str(problem.profiles.attrs.get("weather_sha256", "")), horizon, exact),
        "packages": store.package_versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
