"""A solved pathway and its result folder: a folder for each year, and the tables over all years above them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.formulation.pathway import Past
from energy_model.report.console.pathway import print_pathway
from energy_model.results import folders, store
from energy_model.results.certificate import Certificate
from energy_model.results.dataset import build_dataset
from energy_model.results.fingerprint import pages_digest
from energy_model.results.manifest import manifest_of
from energy_model.results.money import money_tables
from energy_model.results.pathway import pathway_tables
from energy_model.results.solved import attributes
from energy_model.results.stages import Clock
from energy_model.results.tables import result_tables
from energy_model.solving.build import Problem
from energy_model.solving.highs import Solution
from energy_model.solving.limits import Limits
from energy_model.solving.memory import Size, peak_memory_gb
from energy_model.study.cells import CELLS_FILE, cells, write_cells
from energy_model.study.horizon import Horizon
from energy_model.study.pathway import Pathway
from energy_model.study.study import Study
from energy_model.study.system import System
from energy_model.workers import Workers


@dataclass(frozen=True)
class SolvedYear:
    """One investment year of a solved path.

    Attributes
    ----------
    study : Study
    problem : Problem
    primal, dual : ndarray
        Of the year's own LP; duals in the money of the year.
    without_room : ndarray of int
        Its rows whose limits leave one value only.
    accounts : dict
        Cost by category in the money of the year [MCNY].
    certificate : Certificate
        Of the year's dispatch with the capacities of the path fixed.
    solution : Solution
        Of the LP that the year was solved in.
    """

    study: Study
    problem: Problem
    primal: np.ndarray
    dual: np.ndarray
    without_room: np.ndarray
    accounts: dict[str, float]
    certificate: Certificate
    solution: Solution


@dataclass(frozen=True)
class SolvedPath:
    """A solved path.

    Attributes
    ----------
    years : dict of int to SolvedYear
    decided : Past
        Capacity built and kept.
    certificates : list of Certificate
        Of the LPs that were solved: one with perfect foresight, one a year with myopic foresight.
    rate_prices : dict of (item, year) to float
        Duals of the build rates [MCNY/GW].
    sizes : list of Size
        Of those LPs.
    """

    years: dict[int, SolvedYear]
    decided: Past
    certificates: list[Certificate]
    rate_prices: dict[tuple[str, int], float]
    sizes: list[Size]

    @property
    def objective(self) -> float:
        """Present value of the path [MCNY]."""
        return sum(c.objective_mcny for c in self.certificates)


@dataclass(frozen=True)
class Job:
    """The problem solved, and the solution options.

    Attributes
    ----------
    pathway : Pathway
    studies, systems : dict by year
    build : callable
        Stamps the LP of a year.
    limits : Limits
    exact : bool
    threads : int
    clock : Clock
    pool : Workers or None
        Of a Dask cluster.
    """

    pathway: Pathway
    studies: dict[int, Study]
    systems: dict[int, System]
    build: Callable[[int], Problem]
    limits: Limits
    exact: bool
    threads: int
    clock: Clock
    pool: Workers | None = None


def write_pathway(study: Study, job: Job, path: SolvedPath, horizon: Horizon, asked: dict, target: Path, outputs: folders.Outputs) -> None:
    """Write a folder for each year, and the tables over all years above them; `asked` is the manifest's record of the options."""
    clock = job.clock
    with folders.whole_folder(target) as folder:
        with clock.phase("write"):
            clauses = {y: _write_year(study, job, solved, horizon, y, folder / str(y)) for y, solved in path.years.items()}
            modes = study.tables["targets"].set_index("target")["mode"].to_dict()
            accounts = {y: solved.accounts for y, solved in path.years.items()}
            tables = pathway_tables(job.pathway, job.systems, path.decided, accounts, clauses, modes, path.rate_prices)
            store.write_tables(tables, folder)
            write_cells(cells(study), folder / CELLS_FILE)
            manifest = _manifest(study, job, path, horizon) | asked
            manifest |= {"seconds": clock.seconds | {"write": clock.running()}, "peak_memory_gb": peak_memory_gb()}
            manifest |= {"files": store.file_digests(folder), "pages_sha256": pages_digest()}
            store.write_manifest(manifest, folder)
        with clock.phase("pages"), folders.kept_without_pages(folder, target, clock.console.print, resumes=True):
            written = outputs(folder)
    folders.forget_without_pages(target)
    print_pathway(clock.console, manifest, tables)
    for file in written:
        clock.console.print(f"  {target / file.relative_to(folder)}")


def _write_year(study: Study, job: Job, solved: SolvedYear, horizon: Horizon, year: int, folder: Path) -> pd.DataFrame:
    """Write the result of one year; returns its clauses."""
    folder.mkdir()
    data = build_dataset(solved.problem, solved.study, solved.primal, solved.dual, solved.without_room)
    tables = result_tables(data, solved.study, solved.accounts)
    tables |= money_tables(solved.problem, solved.primal, data, solved.study, solved.accounts, tables)
    manifest = manifest_of(solved.study, solved.problem, horizon, solved.solution, solved.certificate.as_dict(), job.exact)
    titles = {"title_zh": f"{manifest['title_zh']}（{year}年）", "title_en": f"{manifest['title_en']} ({year})"}
    manifest |= titles | {"year": year, "pathway": study.name}
    data.attrs |= attributes(manifest)
    store.write_dataset(data, folder)
    store.write_tables(tables, folder)
    store.write_manifest(manifest | {"seconds": job.clock.seconds, "peak_memory_gb": peak_memory_gb()}, folder)
    return tables["clauses"]


def _manifest(study: Study, job: Job, path: SolvedPath, horizon: Horizon) -> dict:
    first = next(iter(path.years.values()))
    manifest = manifest_of(study, first.problem, horizon, first.solution, path.certificates[0].as_dict(), job.exact)
    manifest |= {
        "years": list(job.pathway.years),
        "objective_mcny": path.objective,
        "certificates": [c.as_dict() for c in path.certificates],
        "iterations": sum({id(s.solution): s.solution.iterations for s in path.years.values()}.values()),
        "variables": sum(s.columns for s in path.sizes),
        "nonzeros": sum(s.nonzeros for s in path.sizes),
        "predicted_memory_gb": max(s.peak_gb for s in path.sizes),
    }
    del manifest["certificate"], manifest["rows"]
    return manifest
