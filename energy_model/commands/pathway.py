"""Solve investment years: pathway."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from energy_model.commands.explain import explained_when_impossible
from energy_model.commands.naming import read_case
from energy_model.commands.running import Anew, making, show_standing
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    Inputs,
    NoPages,
    Results,
    Scenario,
    Scheduler,
    SolverName,
    Threads,
    Weather,
    done,
    guarded,
    out,
    require_solver,
    stop,
)

DEFAULT_PATH = "plan-path"


class Foresight(StrEnum):
    """Foresight of the planner."""

    perfect = "perfect"
    myopic = "myopic"


def pathway(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_PATH,
    horizon: Annotated[str | None, typer.Option("--horizon", show_default="weeks:2")] = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    foresight: Annotated[Foresight | None, typer.Option()] = None,
    exact: Exact = False,
    threads: Threads = 0,
    minutes: Annotated[float | None, typer.Option("--time-limit", min=0.0)] = None,
    memory_gb: Annotated[float | None, typer.Option("--memory-limit", min=0.0)] = None,
    solver: SolverName = "blocks",
    scheduler: Scheduler = None,
    no_pages: NoPages = False,
    anew: Anew = False,
) -> None:
    """Solve the investment years of a scenario and write a result for each."""
    with guarded():
        require_solver(solver)
        scenario, span = read_case(inputs, scenario, horizon, "weeks:2")
        from energy_model.case import Case
        from energy_model.plans.pathway import fingerprint_of_path, solve_pathway
        from energy_model.plans.standing import standing
        from energy_model.report.outputs import write_outputs
        from energy_model.solving.limits import OWN, Limits
        from energy_model.solving.memory import usable_gb
        from energy_model.workers import WorkerError, workers

        case = Case(inputs, scenario, span, results, weather, exact, threads, Limits.of(minutes, memory_gb or usable_gb(), solver))
        choice, outputs = foresight.value if foresight else None, partial(write_outputs, pages=not no_pages)
        folder = case.folder
        with making(folder), explained_when_impossible(inputs, scenario, span, weather, threads):
            stands = None if anew or solver != OWN else standing(folder, partial(fingerprint_of_path, case, choice))
            if not stands:
                try:
                    with workers(1, scheduler) as pool:
                        solve_pathway(case, choice, out, outputs, pool)
                except WorkerError as fault:
                    stop(str(fault), EXIT_INPUT)
        if stands:
            show_standing(folder, stands, not no_pages)
    done(folder)
