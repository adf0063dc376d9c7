"""One uncertain input at a time: sensitivity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.adding import journal_of, publish_tables, question_run
from energy_model.commands.effort import foreseen
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Count, Question, Solves, Yes
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
from energy_model.language import say

if TYPE_CHECKING:
    from energy_model.analyses.sensitivity import Lever
    from energy_model.study.study import Study


Picked = Annotated[list[str] | None, typer.Option("--input")]


def sensitivity(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    picked: Picked = None,
    listed: Annotated[bool, typer.Option("--list")] = False,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Cost and export price of a finished plan with one input at its low and high value."""
    question = Question("sensitivity", inputs, scenario, horizon, solve, results, weather, exact, threads, count, scheduler, yes)
    with question_run(question) as (job, folder):
        from energy_model.analyses import sensitivity as levers

        if listed:
            for lever in levers.levers(job.study):
                out.print(f"{lever.name}: {lever.low:g} … {lever.high:g} [{lever.confidence}]", highlight=False)
            return
        found = chosen_levers(job.study, picked)
        journal = journal_of(folder, "sensitivity", job, {})
        with foreseen(question, job, 1 + 2 * len(found), journal):
            table = levers.sensitivity(job, found, count, journal, out, scheduler)
        publish_tables(folder, {"sensitivity": table.assign(horizon=str(job.horizon))})


def chosen_levers(study: Study, picked: list[str] | None) -> list[Lever]:
    """Uncertain inputs that were named, else the default ones; stops if a name matches none."""
    from energy_model.analyses import sensitivity as levers

    found, unknown = levers.chosen(study, tuple(picked or levers.DEFAULT_INPUTS))
    if picked and unknown:
        names = ", ".join(unknown)
        stop(
            say(
                f"No input with low and high values matches {names}. See sensitivity --list.",
                f"没有与 {names} 相符且有低值、高值的输入。见 sensitivity --list。",
            ),
            EXIT_INPUT,
        )
    return found
