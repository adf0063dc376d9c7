"""The main job: read, profile, compile, stamp, solve, certify, write."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from energy_model.case import Case
from energy_model.language import say
from energy_model.report.console.summary import print_summary
from energy_model.results import folders
from energy_model.results.fingerprint import weather_digest
from energy_model.results.records import Records, Size
from energy_model.results.recount import recount
from energy_model.results.solved import Solved, write_solved
from energy_model.results.stages import RUN, Clock
from energy_model.results.start import started_from
from energy_model.rounds import solve_study
from energy_model.solving.build import Problem, build_problem
from energy_model.solving.ladder import SIMPLEX_COLUMNS, takes_blocks
from energy_model.solving.memory import return_large_arrays
from energy_model.solving.stamp import StampedLP
from energy_model.study.build_system import build_system
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.study.study import Study
from energy_model.study.unread import unread_lines
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year


def optimize(case: Case, console: Console, outputs: folders.Outputs = folders.no_outputs) -> Path:
    """Solve a scenario and write its result folder, completely or not at all.

    Parameters
    ----------
    case : Case
    console : Console
    outputs : callable, optional
        Writes what else belongs to the result into the folder it is given, such as `report.outputs.write_outputs`.

    Returns
    -------
    Path
        The result folder.

    Raises
    ------
    InputErrors, WeatherError, StartError
        Before anything is solved.
    SolveError
        When no optimal solution was found; nothing is written.
    CertificateError
        When the result fails its independent check; nothing is written.
    StoreError
        When the folder cannot be written; what was solved is kept where only `outputs` failed (`folders.kept_without_pages`).
    """
    horizon, exact, target = case.horizon, case.exact, case.folder
    clock = Clock(console, RUN, Records(case.results))
    clock.expect(Size(horizon.hours, exact=exact))
    neighbour = started_from(case.start)
    study, problem = prepare(case.inputs, case.scenario, horizon, case.weather, clock)
    size = Size(horizon.hours, int(problem.lp.matrix.nnz), exact, bool(problem.lp.integer.any()))
    clock.expect(size)
    neighbour.require_like(problem.lp)
    tell_of_unused_start(case, problem.lp, console)
    with clock.phase("solve"):
        problem, (solution, accounts, certificate, whole), refinements = solve_study(
            study, problem, exact, case.threads, console, case.limits, neighbour=neighbour
        )
        counted = recount(problem, solution.primal, accounts)
        counted.require()
    solved = Solved(study, horizon, exact, problem, solution, accounts, certificate, whole, refinements, counted, neighbour)
    with folders.whole_folder(target) as folder:
        with clock.phase("write"):
            manifest, tables = write_solved(solved, clock, folder)
        with folders.kept_without_pages(folder, target, console.print, resumes=True), clock.phase("pages"):
            written = outputs(folder)
    folders.forget_without_pages(target)
    clock.keep(size)
    print_summary(console, manifest, tables)
    for path in written:
        console.print(f"  {target / path.relative_to(folder)}")
    return target


def tell_of_unused_start(case: Case, lp: StampedLP, console: Console) -> None:
    """Say so where a start is given for an LP that is solved by a method that takes none."""
    if case.start is not None and (lp.integer.any() or not takes_blocks(lp, case.limits)):
        console.print(
            say(
                f"  --start is not used: only the method on blocks takes it, from {SIMPLEX_COLUMNS:,} columns on and without whole numbers",
                f"  --start 未使用：只有分块内点法接受起始点，且须有 {SIMPLEX_COLUMNS:,} 列以上、无整数变量",
            ),
            highlight=False,
        )


def prepare(inputs: Path, scenario: str, horizon: Horizon, weather: Path, clock: Clock) -> tuple[Study, Problem]:
    """Everything before the solver: study, profiles, stamped LP."""
    with clock.phase("read"):
        study = load_study(inputs, scenario)
        for line in unread_lines(study):
            clock.console.print(line)
    return study, prepare_study(study, horizon, weather, clock)


def prepare_study(study: Study, horizon: Horizon, weather: Path, clock: Clock) -> Problem:
    """From a checked study to the stamped LP."""
    return_large_arrays()
    settings = study.settings
    with clock.phase("weather"):
        year = ensure_year(settings.weather.year, weather)
        system = build_system(study)
        profiles = make_profiles(study.tables, settings.study.case, year, float(system.finance.distribution_loss_share))
        profiles.attrs["weather_sha256"] = weather_digest(year)
    with clock.phase("compile"):
        problem = build_problem(system, profiles, horizon, settings.time.block_hours, settings.time.commitment_step_h)
    clock.seconds |= problem.seconds
    return problem
