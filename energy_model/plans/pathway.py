"""The job of a pathway: a study for each investment year, one LP for all of them or one after the other, a result folder for each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console

from energy_model.case import Case
from energy_model.certified import solve_to_gap
from energy_model.formulation.pathway import Past
from energy_model.language import say
from energy_model.plans.pathway_result import Job, SolvedPath, SolvedYear, write_pathway
from energy_model.plans.standing import fingerprint_of
from energy_model.results import folders
from energy_model.results.certificate import certify
from energy_model.results.fingerprint import program_digest
from energy_model.results.records import Records
from energy_model.results.records import Size as RunSize
from energy_model.results.stages import RUN, Clock
from energy_model.solving.build import Problem
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.ladder import SolveError, required_gap
from energy_model.solving.limits import NO_LIMITS, Limits
from energy_model.solving.magnitude import money_mcny
from energy_model.solving.memory import MemoryRefused, Size
from energy_model.solving.pathway import PathProblem, build_year, join_years
from energy_model.solving.periods import plan_blocks
from energy_model.solving.stamp import StampedLP
from energy_model.study.build_system import build_system
from energy_model.study.errors import InputErrors, input_error
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.pathway import pathway_of, study_of_year
from energy_model.study.reach import foresee
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year
from energy_model.workers import Workers


def solve_pathway(
    case: Case, foresight: str | None, console: Console, outputs: folders.Outputs = folders.no_outputs, pool: Workers | None = None
) -> Path:
    """Solve the investment years of a scenario and write a result folder with one folder per year, completely or not at all.

    Parameters
    ----------
    case : Case
        Its horizon is that of each year; a study that would need more memory than its limit is refused before it is stamped whole.
    foresight : {"perfect", "myopic"}, optional
        Instead of the one in the settings.
    console : Console
    outputs : callable, optional
        Writes what else belongs to the result into the folder it is given, such as `report.outputs.write_outputs`.
    pool : Workers, optional
        Of a Dask cluster: they hold the years that are decided together.

    Returns
    -------
    Path
        The result folder.

    Raises
    ------
    InputErrors, WeatherError
        Before anything is solved.
    SolveError
        When a plan is not possible or does not fit the memory; nothing is written.
    CertificateError
        When a result fails its independent check; nothing is written.
    """
    clock = Clock(console, RUN, Records(case.results))
    with clock.phase("read"):
        study = load_study(case.inputs, case.scenario)
        require_years(study)
        foresight = foresight or study.settings.pathway.foresight
        pathway = pathway_of(study)
        year_study = foresee if foresight == "myopic" else study_of_year
        studies = {y: year_study(study, y) for y in pathway.years}
        systems = {y: build_system(s) for y, s in studies.items()}
    size = RunSize(len(studies) * case.horizon.hours, exact=case.exact, job=f"pathway {foresight}")
    clock.expect(size)
    stamp = _builder(study, studies, systems, case.horizon, case.weather, clock)
    job = Job(pathway, studies, systems, stamp, case.limits, case.exact, case.threads, clock, pool)
    try:
        path = _myopic(job) if foresight == "myopic" else _solved(job, _joined(job))
    except MemoryRefused as fault:
        raise SolveError(str(fault)) from None
    mark = fingerprint_of_path(case, foresight)
    write_pathway(study, job, path, case.horizon, {"foresight": foresight, "run_sha256": mark}, case.folder, outputs)
    clock.keep(size)
    return case.folder


def fingerprint_of_path(case: Case, foresight: str | None) -> str:
    """Fingerprint of a pathway; `foresight` as `solve_pathway`.

    Raises
    ------
    InputErrors, WeatherError
    """
    foresight = foresight or load_study(case.inputs, case.scenario).settings.pathway.foresight
    return fingerprint_of(case, foresight, program_digest(("plans/pathway.py", "plans/pathway_result.py")))


def _builder(
    study: Study, studies: dict[int, Study], systems: dict[int, System], horizon: Horizon, weather: Path, clock: Clock
) -> Callable[[int], Problem]:
    """Function that stamps a year; typical weeks are those of the last year, in all years."""
    s = study.settings
    with clock.phase("weather"):
        weather_year = ensure_year(s.weather.year, weather)

    def profiles(y: int):
        loss = float(systems[y].finance.distribution_loss_share)
        return make_profiles(studies[y].tables, studies[y].settings.study.case, weather_year, loss)

    plan = plan_blocks(horizon, profiles(max(studies)), s.time.block_hours, s.time.period_h)
    return lambda y: build_year(systems[y], profiles(y), horizon, s.time.block_hours, s.time.commitment_step_h, plan)


def require_years(study: Study) -> None:
    """An input error if the scenario has no investment years."""
    if not study.settings.pathway.years:
        hint = ("write years = [...] in its section [pathway]", "请在该情景的 [pathway] 一节填写 years")
        raise InputErrors([input_error("pathway", study.scenario.file, None, "pathway.years", "[]", *hint)])


def joined_path(
    study: Study, horizon: Horizon, weather: Path, threads: int, clock: Clock, limits: Limits = NO_LIMITS
) -> tuple[dict[int, Study], PathProblem]:
    """The study of each investment year, and all years in one LP, stamped but not solved.

    Raises
    ------
    InputErrors, WeatherError
    SolveError
        When the LP does not fit the memory.
    """
    require_years(study)
    pathway = pathway_of(study)
    studies = {y: study_of_year(study, y) for y in pathway.years}
    systems = {y: build_system(s) for y, s in studies.items()}
    job = Job(pathway, studies, systems, _builder(study, studies, systems, horizon, weather, clock), limits, False, threads, clock)
    try:
        return studies, _joined(job)
    except MemoryRefused as fault:
        raise SolveError(str(fault)) from None


def _joined(job: Job) -> PathProblem:
    """All years in one LP."""
    problems, years = {}, job.pathway.years
    with job.clock.phase("compile"):
        for y in years:
            problems[y] = job.build(y)
            if len(problems) == 1:  # all years are about as large as the first: refuse before the memory is full
                lp = problems[y].lp
                size_of(lp, len(years)).require(job.limits.memory_gb)
        return join_years(problems, job.systems, job.pathway)


def size_of(lp: StampedLP, copies: int = 1) -> Size:
    """Size of an LP, or of one with that many years of this size."""
    shared = int((lp.column_block < 0).sum() + (lp.row_block < 0).sum())
    blocks = int(lp.column_block.max(initial=-1)) + 1
    return Size(copies * lp.matrix.shape[1], copies * lp.matrix.nnz, copies * shared, copies * blocks)


def _myopic(job: Job) -> SolvedPath:
    """One year after the other, with earlier decisions fixed."""
    parts, past, neighbour = [], Past(), Neighbour()
    for y in job.pathway.years:
        job.clock.console.print(f"{y}", style="bold")
        with job.clock.phase("compile"):
            problem = job.build(y)
            size_of(problem.lp).require(job.limits.memory_gb)
            known = {v: system for v, system in job.systems.items() if v <= y}
            path = join_years({y: problem}, known, job.pathway, past)
        try:
            part = _solved(job, path, neighbour)
        except SolveError as fault:
            raise SolveError(say(f"Year {y}: {fault}", f"{y} 年：{fault}")) from None
        parts.append(part)
        past = part.decided
    return SolvedPath(
        years={y: solved for part in parts for y, solved in part.years.items()},
        decided=past,
        certificates=[c for part in parts for c in part.certificates],
        rate_prices={k: v for part in parts for k, v in part.rate_prices.items()},
        sizes=[s for part in parts for s in part.sizes],
    )


def _solved(job: Job, path: PathProblem, neighbour: Neighbour | None = None) -> SolvedPath:
    """Solve the years decided together; certify them as a whole and year by year."""
    lp, console = path.lp, job.clock.console
    size = size_of(lp)
    console.print(
        say(
            f"  {size.columns:,} columns, {lp.matrix.shape[0]:,} rows, {size.nonzeros:,} nonzeros; about "
            f"{size.peak_gb:z.1f} GB at the peak",
            f"  {size.columns:,} 列，{lp.matrix.shape[0]:,} 行，{size.nonzeros:,} 个非零元；峰值内存约 {size.peak_gb:z.1f} GB",
        )
    )
    gap_limit = required_gap(lp, job.exact)
    with job.clock.phase("solve"):
        solution, _, whole = solve_to_gap(path, gap_limit, job.threads, console, job.limits, neighbour, job.pool)
    whole.require(_failed("path"))
    years = {}
    for y, problem in path.problems.items():
        accounts = path.yearly_accounts(y, solution.primal)
        primal, dual = solution.primal[path.columns[y]], solution.dual[path.rows[y]] / path.pathway.weight[y]
        cost = sum(accounts.values())
        # the gaps of the years, discounted, and that of the links add up to the whole gap
        limit = gap_limit * whole.size_mcny / (path.pathway.weight[y] * money_mcny(problem.lp, cost))
        certificate = certify(path.held(y, solution.primal), primal, dual, accounts, limit)
        certificate.require(_failed(str(y)))
        first, end = path.rows[y].start, path.rows[y].stop
        tight = solution.without_room[(solution.without_room >= first) & (solution.without_room < end)] - first
        years[y] = SolvedYear(job.studies[y], problem, primal, dual, tight, accounts, certificate, solution)
    labels, rows = lp.row_ids.get("build_rate", ([], np.empty(0, np.int64)))
    prices = {(item, y): float(solution.dual[r]) for (item, y), r in zip(labels, rows, strict=True)}
    return SolvedPath(years, path.decided(solution.primal), [whole], prices, [size])


def _failed(what: str) -> str:
    return say(f"The result ({what}) failed its independent check and was not written", f"结果（{what}）未通过独立校核，未写出")
