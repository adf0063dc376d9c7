"""Commands on uncertain inputs of a finished plan: sensitivity, screen, break-even. Their tables join the result."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.adding import Count, Solves, asking, journal_of, keep
from energy_model.commands.naming import HorizonOfResult, Which
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

if TYPE_CHECKING:
    from energy_model.questions.sensitivity import Lever
    from energy_model.study.study import Study

Picked = Annotated[list[str] | None, typer.Option("--input", help="table/key/column as in sources.csv, * allowed, repeatable 变动的输入")]


def sensitivity(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:4",
    picked: Picked = None,
    listed: Annotated[bool, typer.Option("--list", help="Only list the inputs that have low and high values 仅列出可变动的输入")] = False,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Cost and export price of a finished plan with one input at its low and high value 单因素敏感性."""
    here = 1 if scheduler else count
    with asking("sensitivity", inputs, scenario, horizon, solve, results, weather, exact, threads, here) as (job, folder):
        from energy_model.questions import sensitivity as levers

        if listed:
            for lever in levers.levers(job.study):
                out.print(f"{lever.name}: {lever.low:g} … {lever.high:g} [{lever.confidence}]", highlight=False)
            return
        found = _levers(job.study, picked)
        journal = journal_of(folder, "sensitivity", job, {})
        table = levers.sensitivity(job, found, count, journal, out, scheduler)
        keep(folder, {"sensitivity": table.assign(horizon=str(job.horizon))})


def screen(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:1",
    picked: Picked = None,
    trajectories: Annotated[int, typer.Option(help="Random trajectories 轨迹数; each takes inputs + 1 solves")] = 6,
    levels: Annotated[int, typer.Option(help="Levels of the grid, even 水平数（偶数）")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw 随机种子")] = 1,
    count: Count = 1,
    scheduler: Scheduler = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
) -> None:
    """Which of many uncertain inputs matter for cost, export price and capacities: Morris screening 全局敏感性筛选."""
    here = 1 if scheduler else count
    with asking("screening", inputs, scenario, horizon, solve, results, weather, exact, threads, here) as (job, folder):
        from energy_model.questions import morris
        from energy_model.questions.changed_inputs import solve_points

        try:
            plan = morris.design(_levers(job.study, picked), trajectories, levels, seed)
            journal = journal_of(folder, "screening", job, plan.about())
            table = morris.analyse(plan, solve_points(job, plan.changes(), count, journal, out, scheduler))
        except morris.ScreeningError as fault:
            stop(str(fault), EXIT_INPUT)
        keep(folder, {"screening": table.assign(horizon=str(job.horizon), seed=seed)})


def break_even(
    turned: Annotated[str, typer.Option("--input", help="table/key/column, * allowed; all cells are turned together 变动的输入单元格")],
    until: Annotated[str, typer.Option("--until", help='Condition such as "new_mw/solar > 0" 条件')],
    low: Annotated[float | None, typer.Option("--low", help="Lowest value 下限; default of sources.csv")] = None,
    high: Annotated[float | None, typer.Option("--high", help="Highest value 上限; default of sources.csv")] = None,
    relative: Annotated[bool, typer.Option("--relative", help="Low and high are factors on the values at hand 上下限为系数")] = False,
    tolerance: Annotated[float | None, typer.Option(help="Width at which the search ends 精度; default 1 % of the range")] = None,
    scan: Annotated[int, typer.Option(min=0, max=50, help="Values between the ends that are looked at first 预扫描点数")] = 3,
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    solve: Solves = "weeks:1",
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = True,
    threads: Threads = 0,
) -> None:
    """The value of an input at which a plan changes its mind, such as the cost at which solar enters 临界值."""
    with asking("break-even", inputs, scenario, horizon, solve, results, weather, exact, threads, 1) as (job, folder):
        import pandas as pd

        from energy_model.questions import break_even as finder
        from energy_model.questions.changed_inputs import solve_points

        try:
            condition = finder.Condition.parse(until, job.study)
            knob = finder.knob(job.study, turned, low, high, relative)
        except finder.BreakEvenError as fault:
            stop(str(fault), EXIT_INPUT)
        width = (knob.high - knob.low) / 100 if tolerance is None else tolerance
        if width <= 0:
            stop("The tolerance must be above 0 精度须大于 0.", EXIT_INPUT)
        question = hashlib.sha256(f"{turned} {relative}".encode()).hexdigest()[:8]
        journal = journal_of(folder, f"break-even-{question}", job, {"input": turned, "relative": relative})

        def solved(x: float):
            return solve_points(job, {f"{x!r}": (knob.at(x),)}, 1, journal, out)[f"{x!r}"]

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
        keep(folder, {"break_even": row})


def _levers(study: Study, picked: list[str] | None) -> list[Lever]:
    from energy_model.questions import sensitivity as levers

    found, unknown = levers.chosen(study, tuple(picked or levers.DEFAULT_INPUTS))
    if picked and unknown:
        stop(f"No input with low and high values matches 没有相符的输入: {', '.join(unknown)}. See sensitivity --list.", EXIT_INPUT)
    return found
