"""Morris screening of uncertain inputs: screen."""

from __future__ import annotations

from typing import Annotated

import typer

from energy_model.commands.adding import journal_of, publish_tables, question_run
from energy_model.commands.effort import foreseen
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes
from energy_model.commands.sensitivity import Picked, chosen_levers
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    Inputs,
    Results,
    Scheduler,
    Threads,
    Weather,
    out,
    stop,
)


def screen(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    picked: Picked = None,
    trajectories: Annotated[int, typer.Option()] = 6,
    levels: Annotated[int, typer.Option()] = 4,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Morris screening: which uncertain inputs matter for cost, export price and capacities."""
    question = Question("screening", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    with question_run(question) as (job, folder):
        from energy_model.analyses import morris
        from energy_model.analyses.changed_inputs import solve_points

        try:
            plan = morris.design(chosen_levers(job.study, picked), trajectories, levels, seed)
            journal = journal_of(folder, "screening", job, plan.about())
            with foreseen(question, job, len(plan.points), journal):
                outcomes = solve_points(job, plan.changes(), count, journal, out, scheduler)
            table = morris.analyse(plan, outcomes)
        except morris.ScreeningError as fault:
            stop(str(fault), EXIT_INPUT)
        publish_tables(folder, {"screening": table.assign(horizon=str(job.horizon), seed=seed)})
