"""A solved study as it is written into its result folder: dataset, tables, cells of the inputs, manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from energy_model.results import losses, security, store
from energy_model.results.certificate import Certificate
from energy_model.results.dataset import build_dataset
from energy_model.results.dust import without_dust
from energy_model.results.fingerprint import pages_digest
from energy_model.results.limit_values import limit_values
from energy_model.results.manifest import manifest_of
from energy_model.results.money import money_tables
from energy_model.results.recount import Recount
from energy_model.results.stages import Clock
from energy_model.results.start import write_start
from energy_model.results.tables import result_tables
from energy_model.solving.build import Problem
from energy_model.solving.highs import Solution
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.memory import peak_memory_gb
from energy_model.solving.refine import Record
from energy_model.study.cells import CELLS_FILE, cells, write_cells
from energy_model.study.horizon import Horizon
from energy_model.study.study import Study


@dataclass(frozen=True)
class Solved:
    """A study with its certified answer.

    Attributes
    ----------
    study : Study
    horizon : Horizon
    exact : bool
    problem : Problem
        The last one that was solved.
    solution : Solution
    accounts : dict
        Cost by category [MCNY].
    certificate : Certificate
    whole : dict
        What branch and bound found; empty where nothing is in whole numbers.
    refinements : list of Record
    recount : Recount
    neighbour : Neighbour
        What the solve has left for another, and what it started from.
    """

    study: Study
    horizon: Horizon
    exact: bool
    problem: Problem
    solution: Solution
    accounts: dict[str, float]
    certificate: Certificate
    whole: dict
    refinements: list[Record]
    recount: Recount
    neighbour: Neighbour = field(default_factory=Neighbour)

    def tables(self, data) -> dict[str, pd.DataFrame]:
        """All tables by name, without numerical noise."""
        found = result_tables(data, self.study, self.accounts) | {r.name: r.table() for r in self.refinements}
        found |= money_tables(self.problem, self.solution.primal, data, self.study, self.accounts, found)
        return {name: without_dust(table) for name, table in found.items()}

    def manifest(self, tables: dict[str, pd.DataFrame]) -> dict:
        """Facts of the run."""
        facts = manifest_of(self.study, self.problem, self.horizon, self.solution, self.certificate.as_dict(), self.exact)
        facts["recount"] = self.recount.as_dict()
        facts |= {r.name: r.summary() for r in self.refinements} | ({"whole_numbers": self.whole} if self.whole else {})
        facts |= {"started_from": self.neighbour.used} if self.neighbour.used else {}
        if "losses" in tables:
            facts["losses"] = {"tangents": self.study.settings.network.loss_tangents} | losses.summary(tables["losses"])
        if "contingencies" in tables:
            facts["security"] |= security.summary(tables["contingencies"])
        return facts


def write_solved(solved: Solved, clock: Clock, folder: Path) -> tuple[dict, dict[str, pd.DataFrame]]:
    """Write a result without its pages and workbooks; the manifest comes last.

    Returns
    -------
    manifest : dict
    tables : dict of str to DataFrame
    """
    solution = solved.solution
    data = build_dataset(solved.problem, solved.study, solution.primal, solution.dual, solution.without_room)
    data = data.assign(limit_values(solved.problem.lp, solution.primal, solution.dual))
    tables = solved.tables(data)
    manifest = solved.manifest(tables)
    data.attrs |= attributes(manifest)
    store.write_dataset(data, folder)
    store.write_tables(tables, folder)
    write_cells(cells(solved.study), folder / CELLS_FILE)
    if (own := solved.neighbour.kept) is not None:
        write_start(own, folder)
    manifest |= {
        "seconds": clock.seconds | {"write": clock.running()},
        "peak_memory_gb": peak_memory_gb(),
        "files": store.file_digests(folder),
        "pages_sha256": pages_digest(),
    }
    store.write_manifest(manifest, folder)
    return manifest, tables


def attributes(manifest: dict) -> dict:
    """Facts that are single values, in types that NetCDF supports."""
    return {k: int(v) if isinstance(v, bool) else v for k, v in manifest.items() if isinstance(v, (str, int, float))}
