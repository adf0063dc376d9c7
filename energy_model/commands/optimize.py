"""Solve a scenario and write its result: optimize."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.certifying import add_week_certificate, require_certifiable
from energy_model.commands.explain import explained_when_impossible
from energy_model.commands.naming import read_case
from energy_model.commands.running import Anew, making, show_standing
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    CertifiedGap,
    Exact,
    HorizonText,
    Inputs,
    NoPages,
    Results,
    Scenario,
    SolverName,
    Threads,
    Weather,
    done,
    guarded,
    out,
    require_own_solver,
    require_solver,
)


def optimize(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    minutes: Annotated[float | None, typer.Option("--time-limit", min=0.0)] = None,
    memory_gb: Annotated[float | None, typer.Option("--memory-limit", min=0.0)] = None,
    solver: SolverName = "blocks",
    start: Annotated[Path | None, typer.Option("--start")] = None,
    certify: Annotated[bool, typer.Option("--certify")] = False,
    certified_gap: CertifiedGap = 0.01,
    no_pages: NoPages = False,
    anew: Anew = False,
) -> None:
    """Solve a scenario and write dataset, certificate, map, study page and tables."""
    with guarded():
        require_solver(solver)
        require_own_solver(start, solver)
        scenario, span = read_case(inputs, scenario, horizon, "year")
        from energy_model import run
        from energy_model.case import Case
        from energy_model.plans.standing import fingerprint_of, standing
        from energy_model.report.outputs import write_outputs
        from energy_model.solving.limits import OWN, Limits

        case = Case(inputs, scenario, span, results, weather, exact, threads, Limits.of(minutes, memory_gb, solver), start)
        if certify:
            require_certifiable(inputs, scenario, span, weather)
        outputs = partial(write_outputs, pages=not no_pages)
        folder = case.folder
        with making(folder), explained_when_impossible(inputs, scenario, span, weather, threads):
            stands = None if anew or solver != OWN else standing(folder, partial(fingerprint_of, case))
            if not stands:
                run.optimize(case, out, outputs)
        if stands:
            show_standing(folder, stands, not no_pages)
        if certify:
            add_week_certificate(folder, inputs, weather, certified_gap, threads, case.limits, not no_pages)
    done(folder)
