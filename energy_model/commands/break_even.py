"""Break-even value of an input: break-even."""

from __future__ import annotations

import hashlib
from typing import Annotated

import typer

from energy_model.commands.adding import journal_of, publish_tables, question_run
from energy_model.commands.effort import foreseen
from energy_model.commands.naming import HorizonOfResult, Which
from energy_model.commands.question import Question, Solves, Yes
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    Inputs,
    Results,
    Threads,
    Weather,
    out,
    stop,
)
from energy_model.language import say


def break_even(
    turned: Annotated[str, typer.Option("--input")],
    until: Annotated[str, typer.Option("--until")],
    low: Annotated[float | None, typer.Option("--low")] = None,
    high: Annotated[float | None, typer.Option("--high")] = None,
    relative: Annotated[bool, typer.Option("--relative")] = False,
    tolerance: Annotated[float | None, typer.Option()] = None,
    scan: Annotated[int, typer.Option(min=0, max=50)] = 3,
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = True,
    threads: Threads = 0,
    yes: Yes = False,
) -> None:
    """Break-even value of an input, where the plan changes, such as the cost at which solar enters."""
    question = Question("break-even", inputs, scenario, horizon, solve, results, weather, exact, threads, yes=yes)
    with question_run(question) as (job, folder):
        import pandas as pd

        from energy_model.analyses import break_even as finder
        from energy_model.analyses.changed_inputs import solve_points

        try:
            condition = finder.Condition.parse(until, job.study)
            knob = finder.knob(job.study, turned, low, high, relative)
        except finder.BreakEvenError as fault:
            stop(str(fault), EXIT_INPUT)
        width = (knob.high - knob.low) / 100 if tolerance is None else tolerance
        if width <= 0:
            stop(say("--tolerance must be above 0.", "--tolerance 须大于 0。"), EXIT_INPUT)
        mark = hashlib.sha256(f"{turned} {relative}".encode()).hexdigest()[:8]
        journal = journal_of(folder, f"break-even-{mark}", job, {"input": turned, "relative": relative})

        def solved(x: float):
            return solve_points(job, {f"{x!r}": (knob.at(x),)}, 1, journal, out)[f"{x!r}"]

        with foreseen(question, job, finder.most_solves(knob, width, scan), journal):
            found = finder.search(solved, condition, knob.low, knob.high, width, scan)
        for p in found.points:
            out.print(f"  {p.at:12.6g}  {condition.quantity} = {p.value:,.4g}", highlight=False)
        out.print(finder.sentence(found, knob, condition, width))
        row = pd.DataFrame([finder.as_row(found, knob, condition, width) | {"horizon": str(job.horizon)}])
        path = folder / "tables" / "break_even.csv"
        if path.is_file():  # other questions stay, this one is answered anew
            from energy_model.results.store import read_table

            kept = read_table(path)
            kept = kept[(kept.input != turned) | (kept.condition != str(condition))]
            row = pd.concat([kept, row], ignore_index=True) if len(kept) else row
        publish_tables(folder, {"break_even": row})
