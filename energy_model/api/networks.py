"""Studies and plans as PyPSA networks."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr
from rich.console import Console

from energy_model.errors import EnergyModelError
from energy_model.exchange.pypsa_export import held_as_built, subset_problem, write_network
from energy_model.exchange.subset import HELD
from energy_model.invocation import installation
from energy_model.labels import Label
from energy_model.language import say
from energy_model.results.read_plan import built_capacities
from energy_model.rounds import solve_study
from energy_model.solving.build import Problem, build_problem
from energy_model.study import study as checked
from energy_model.study.capacities import LIMITED
from energy_model.study.horizon import Horizon
from energy_model.study.system import System

if TYPE_CHECKING:
    import pypsa

NOTE = "energy_model.json"
"""File in an exported folder: scenario, horizon, what was left out, the cost of what stands."""


class MissingPackageError(EnergyModelError):
    """A package that only this part of the interface needs is not installed."""


@dataclass(frozen=True)
class Exported:
    """A study written as a PyPSA network.

    Attributes
    ----------
    problem : Problem
        The part of the study that the network represents.
    left_out : list of Label
    constant_mcny : float
        Fixed cost of existing assets: in this model's objective, not in PyPSA's.
    note : dict
        As in the folder's note.
    """

    problem: Problem
    left_out: list[Label]
    constant_mcny: float
    note: dict


def export(study: checked.Study, horizon: Horizon, weather: Path, folder: Path, threads: int, console: Console) -> Exported:
    """Write a study as a PyPSA network; where reactances depend on what is built, the plan is solved first.

    Raises
    ------
    NotCarriedError, WeatherError, SolveError, CertificateError
    """
    part, problem, left_out = subset_problem(study, horizon, weather)
    network = part.settings.network
    if network.power_flow == "dc" and network.reactance == "as built":
        console.print(
            say(
                "Reactances depend on what is built: solving first for the network to be written …",
                "电抗取决于所建线路，先求解要写出的网络 …",
            )
        )
        problem, (solution, *_), _ = solve_study(part, problem, True, threads, console)
        problem = held_as_built(problem, solution.primal, horizon, part.settings.time.block_hours)
        left_out.append(HELD)
    return _written(problem, left_out, study.name, horizon, folder)


def export_plan(study: checked.Study, horizon: Horizon, weather: Path, data: xr.Dataset, folder: Path) -> Exported:
    """Write a plan as a PyPSA network with the capacities that it builds.

    Raises
    ------
    NotCarriedError, WeatherError
    """
    part, problem, left_out = subset_problem(study, horizon, weather)
    time = part.settings.time
    system = replace(with_capacities(problem.system, data), reference_flow=pd.DataFrame())
    held = build_problem(system, problem.profiles, horizon, time.block_hours, time.commitment_step_h)
    return _written(held, left_out, study.name, horizon, folder)


def with_capacities(system: System, data: xr.Dataset) -> System:
    """The system in which exactly the capacities of a plan may be built; the energy of stores that are sized apart stays free."""
    built, held = built_capacities(data), {}
    for capacity in LIMITED:
        table = getattr(system, capacity.over)
        if "max_new" in table:
            stands = [built.get((capacity.column, (str(i),)), existing) for i, existing in table.existing.items()]
            new = (pd.Series(stands, table.index, dtype=float) - table.existing).clip(lower=0.0)
            held[capacity.over] = table.assign(min_new=new, max_new=new)
    return replace(system, **held)


def _written(problem: Problem, left_out: list[Label], scenario: str, horizon: Horizon, folder: Path) -> Exported:
    exported = write_network(problem, folder, f"{scenario} {horizon}")
    listed = {"left_out": [told.en for told in left_out], "left_out_zh": [told.zh for told in left_out]}
    note = {"scenario": scenario, "horizon": str(horizon)} | listed | {"cost_of_what_stands_mcny": exported.constant_mcny}
    write_note(note, folder)
    return Exported(problem, left_out, exported.constant_mcny, note)


def write_note(note: dict, folder: Path) -> None:
    """Write the note on an export into its folder."""
    (folder / NOTE).write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def to_pypsa(folder: Path, note: dict) -> pypsa.Network:
    """The network in an exported folder; its ``meta`` holds the note on the export.

    Raises
    ------
    MissingPackageError
        When PyPSA is not installed.
    """
    try:
        import pypsa
    except ImportError:
        how = installation("pypsa")
        raise MissingPackageError(say(f"PyPSA is not installed: {how}", f"未安装 PyPSA：{how}")) from None
    with quiet():
        network = pypsa.Network(folder)
    network.meta = note
    return network


@contextmanager
def quiet() -> Iterator[None]:
    """Without what PyPSA logs and warns of when it reads or writes a network that is not its own."""
    logger = logging.getLogger("pypsa")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
