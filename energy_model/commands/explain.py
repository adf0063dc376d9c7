"""What binds in a plan, or why there is none: explain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from energy_model.commands.naming import HorizonOfResult, Which, finished_result, read_case
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    EXIT_SOLVE,
    Inputs,
    Results,
    Threads,
    Weather,
    err,
    guarded,
    out,
    solver_errors,
    stop,
)
from energy_model.labels import label
from energy_model.results import contract

if TYPE_CHECKING:
    import pandas as pd

    from energy_model.study.horizon import Horizon


def explain(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    impossible: Annotated[bool, typer.Option("--impossible")] = False,
    rows: Annotated[int, typer.Option(min=1)] = 40,
    threads: Threads = 0,
) -> None:
    """What binds in a plan and what one more unit is worth, or why there is no plan."""
    with guarded():
        if impossible:
            scenario, span = read_case(inputs, scenario, horizon, "year")
            explain_impossible(inputs, scenario, span, weather, threads, out)
            return
        folder = finished_result(results, scenario, horizon, inputs).folder
        from energy_model.questions.explain import what_binds
        from energy_model.results.read_plan import StaleResultError

        try:
            table = what_binds(inputs, folder)
        except StaleResultError as fault:
            stop(str(fault), EXIT_INPUT)
    shown = Table()
    for c in ("family", "element", "hours_binding_h", "value_per_unit", "unit", "cell"):
        words = contract.words(c)
        shown.add_column(f"{words.zh}\n{words.en}", overflow="fold")
    for r in table.head(rows).itertuples():
        hours = "" if r.hours_binding_h != r.hours_binding_h else f"{r.hours_binding_h:z,.0f}"
        shown.add_row(r.family, r.element, hours, f"{r.value_per_unit:z,.1f}", r.unit, r.cell)
    out.print(shown)
    out.print("Capacity that may be built is told net of its annuity 可建容量的价值已扣除年金.")
    out.print(f"{len(table)} rows bind 条约束起作用; dearest first 按价值排序. Families 约束含义: docs/equations.md")


@contextmanager
def explained_when_impossible(inputs: Path, scenario: str, span: Horizon, weather: Path, threads: int) -> Iterator[None]:
    """Inside `guarded`: when the plan is impossible, say so and look for the reason, over typical weeks where the horizon is long."""
    from energy_model.solving.ladder import InfeasibleError
    from energy_model.study.horizon import Horizon

    try:
        yield
    except InfeasibleError as fault:
        err.print(str(fault), style="red", highlight=False)
        short = span if span.kind != "year" else Horizon("weeks", 1)
        err.print(f"Looking for the reason over {short} 正在查找原因 …", highlight=False)
        explain_impossible(inputs, scenario, short, weather, threads, err)
        stop(f"None found over {short}; the hours left out hold it 未在 {short} 中找到，原因在其余时段.", EXIT_SOLVE)


def explain_impossible(inputs: Path, scenario: str, span: Horizon, weather: Path, threads: int, console: Console) -> None:
    """Print the conflict of a scenario; leaves with the solver's exit code when there is one."""
    from energy_model.questions.explain import why_impossible
    from energy_model.solving.diagnosis import DiagnosisError
    from energy_model.study.horizon import Horizon
    from energy_model.study.load import load_study

    study = load_study(inputs, scenario)
    if study.settings.pathway.years and span.kind == "year":
        span = Horizon("weeks", 1)
        said = f"The years of a pathway are looked at together over {span} 路径各年合并，按 {span} 查找."
        console.print(said, highlight=False)
    try:
        with solver_errors():
            diagnosis, table = why_impossible(study, span, weather, threads, console)
    except DiagnosisError as fault:
        stop(str(fault), EXIT_SOLVE)
    if not diagnosis.conflicts:
        console.print(f"All yearly rows can hold together over {span} 年度约束可以同时满足", style="green")
        return
    err.print(conflict_words(table))
    raise typer.Exit(EXIT_SOLVE)


def conflict_words(table: pd.DataFrame) -> Table:
    """A conflict as a table for the console."""
    shown = Table(
        *(str(contract.words(c)) for c in ("conflict", "role", "element", "value", "possible", "cell")),
        title="These rows cannot hold together 以下约束不能同时满足",
        show_lines=True,
    )
    for r in table.itertuples():
        possible = "" if r.possible != r.possible else f"{r.possible:,.6g}"
        words = (str(r.conflict or ""), str(label("conflict", r.role)), f"{r.family} {r.element}", f"{r.value:,.6g}", possible, r.cell)
        shown.add_row(*words)
    return shown
