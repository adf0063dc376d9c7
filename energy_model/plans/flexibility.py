"""The value of flexible potlines: a plan solved with and without their modulation, both certified."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from rich.console import Console

from energy_model.case import Case
from energy_model.language import say
from energy_model.plans.standing import fingerprint_of
from energy_model.results import flexibility, folders, store
from energy_model.results.dataset import build_dataset
from energy_model.results.records import Records, Size
from energy_model.results.stages import RUN, Clock
from energy_model.rounds import solve_study
from energy_model.run import prepare
from energy_model.solving.build import rebuilt
from energy_model.solving.highs import solver_version
from energy_model.solving.interior_point.start import Neighbour
from energy_model.study.system import System

FLEXIBILITY = "flexibility"


def flexibility_folder(case: Case) -> Path:
    """Folder of the comparison of the two plans of a scenario."""
    return case.folder.with_name(f"{case.folder.name}-{FLEXIBILITY}")


def without_modulation(system: System) -> System:
    """The same system with potlines at rated power."""
    return replace(system, smelter=system.smelter.assign(modulation_down_share=0.0, modulation_up_share=0.0))


def value_of_flexibility(case: Case, console: Console) -> tuple[Path, dict[str, pd.DataFrame]]:
    """Solve a scenario with and without modulation and write both side by side.

    Parameters
    ----------
    case : Case
    console : Console

    Returns
    -------
    folder : Path
    tables : dict of str to DataFrame
        ``flexibility`` (by case) and ``flexibility_smelters``.

    Raises
    ------
    InputErrors, WeatherError, SolveError, CertificateError
        As `run.optimize`; nothing is written then.
    """
    clock = Clock(console, RUN[:-1], Records(case.results))
    size = Size(case.horizon.hours, exact=case.exact, job=FLEXIBILITY)
    clock.expect(size)
    study, problem = prepare(case.inputs, case.scenario, case.horizon, case.weather, clock)
    rigid = rebuilt(problem, without_modulation(problem.system))
    data, costs, certificates, neighbour = {}, {}, {}, Neighbour()
    with clock.phase("solve"):
        for modulation, one in (("with", problem), ("without", rigid)):
            console.print(say(f"  {modulation} modulation", f"  负荷调节：{'有' if modulation == 'with' else '无'}"))
            agreed, (solution, costs[modulation], certificate, _), _ = solve_study(
                study, one, case.exact, case.threads, console, case.limits, neighbour=neighbour
            )
            data[modulation] = build_dataset(agreed, study, solution.primal, solution.dual, solution.without_room)
            certificates[modulation] = certificate.as_dict()
    tables = {"flexibility": flexibility.by_case(data, costs), "flexibility_smelters": flexibility.by_smelter(data)}
    target = flexibility_folder(case)
    with clock.phase("write"), folders.whole_folder(target) as folder:
        store.write_tables(tables, folder)
        manifest = {
            "scenario": case.scenario,
            "horizon": str(case.horizon),
            "certificate": certificates,
            "solver_version": solver_version(),
            "seconds": clock.seconds,
            "sha256": dict(study.sha256),
            "run_sha256": fingerprint_of(case, FLEXIBILITY),
            "files": store.file_digests(folder),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        store.write_manifest(manifest, folder)
    clock.keep(size)
    return target, tables
