"""The main job: read, profile, compile, stamp, solve, certify, write."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from energy_model.certified import solve_study
from energy_model.report.console import print_summary
from energy_model.results import losses, security, store
from energy_model.results.dataset import build_dataset
from energy_model.results.fingerprint import pages_digest, weather_digest
from energy_model.results.limit_values import limit_values
from energy_model.results.manifest import manifest_of
from energy_model.results.node_costs import node_costs
from energy_model.results.records import Records, Size
from energy_model.results.recount import recount
from energy_model.results.stages import RUN, Clock
from energy_model.results.tables import result_tables
from energy_model.solving.build import Problem, build_problem
from energy_model.solving.limits import NO_LIMITS, Limits
from energy_model.solving.memory import peak_memory_gb
from energy_model.study.cells import CELLS_FILE, cells, write_cells
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study, load_study
from energy_model.study.system import build_system
from energy_model.study.unread import unread_lines
from energy_model.weather.profiles import make_profiles
from energy_model.weather.store import ensure_year


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
    clock = Clock(console, RUN, Records(results))
    clock.expect(Size(horizon.hours, exact=exact))
    study, problem = prepare(inputs, scenario, horizon, weather, clock)
    size = Size(horizon.hours, int(problem.lp.matrix.nnz), exact, bool(problem.lp.integer.any()))
    clock.expect(size)
    with clock.phase("solve"):
        problem, solved, refinements = solve_study(study, problem, exact, threads, console, limits)
        solution, accounts, certificate, whole = solved
        counted = recount(problem, solution.primal, accounts)
        counted.require()
    target = results / horizon.folder(scenario)
    with store.whole_folder(target) as folder:
        with clock.phase("write"):
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
                "files": store.file_digests(folder),
                "pages_sha256": pages_digest(),
            }
            store.write_manifest(manifest, folder)
        with clock.phase("pages"):
            written = outputs(folder)
    clock.keep(size)
    print_summary(console, manifest, tables)
    for path in written:
        console.print(f"  {target / path.relative_to(folder)}")
    if lone := manifest.get("security", {}).get("radial"):
        console.print(f"Lone links, whose trip splits the network 单回辐射、跳闸即解列: {', '.join(lone)}", style="yellow")
    return target


def prepare(
    inputs: Path, scenario: str, horizon: Horizon, weather: Path, clock: Clock
) -> tuple[Study, Problem]:
    """Everything before the solver: study, profiles, stamped LP."""
    with clock.phase("read"):
        study = load_study(inputs, scenario)
        for line in unread_lines(study):
            clock.console.print(line)
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
