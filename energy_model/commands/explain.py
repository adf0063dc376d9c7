"""Binding constraints of a plan, or the cause of infeasibility: explain."""

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
from energy_model.labels import LABELS, Label, label
from energy_model.language import language, say
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
    """Binding constraints of a plan and the value of one more unit, or the cause of infeasibility."""
    with guarded():
        if impossible:
            scenario, span = read_case(inputs, scenario, horizon, "year")
            explain_impossible(inputs, scenario, span, weather, threads, out)
            return
        folder = finished_result(results, scenario, horizon, inputs).folder
        from energy_model.analyses.explain import what_binds
        from energy_model.report.columns import named
        from energy_model.report.result_folder import Result
        from energy_model.report.shown_units import in_unit, row_unit
        from energy_model.results.read_plan import StaleResultError

        try:
            table = what_binds(inputs, folder)
        except StaleResultError as fault:
            stop(str(fault), EXIT_INPUT)
    names = Result.read(folder).element_names()
    shown = Table()
    for c in ("family", "element", "hours_binding_h", "value_per_unit", "unit", "cell"):
        shown.add_column(contract.words(c).shown, overflow="fold")
    for r in table.head(rows).itertuples():
        hours = "" if r.hours_binding_h != r.hours_binding_h else f"{r.hours_binding_h:z,.0f}"
        unit = row_unit(r.unit, False, language())
        element = named(r.element, names, language(), with_code=True)
        value = label("price_note", r.price_note).shown if r.price_note else in_unit(r.value_per_unit, unit)
        shown.add_row(f"{row_words(r.family)}\n{r.family}", element, hours, value, unit.words, r.cell)
    out.print(shown)
    out.print(say("The value of capacity that may be built is net of its annuity.", "可建容量的价值已扣除年金。"))
    out.print(
        say(
            f"{len(table)} constraints bind, in order of value. Families of rows: docs/equations.md",
            f"{len(table)} 条约束起作用，按价值排序。各类约束的含义见 docs/equations.md",
        )
    )


@contextmanager
def explained_when_impossible(inputs: Path, scenario: str, span: Horizon, weather: Path, threads: int) -> Iterator[None]:
    """Inside `guarded`: if the plan is infeasible, report it and search for the cause, over typical weeks if the horizon is long."""
    from energy_model.analyses.explain import searched_over
    from energy_model.solving.ladder import InfeasibleError

    try:
        yield
    except InfeasibleError as fault:
        err.print(str(fault), style="red", highlight=False)
        short = searched_over(span)
        err.print(say(f"Looking for the reason over {short} …", f"正在 {short} 内查找原因 …"), highlight=False)
        explain_impossible(inputs, scenario, short, weather, threads, err)
        stop(
            say(f"No conflict within {short}; the reason lies in the other hours.", f"在 {short} 内未找到冲突，原因在其余时段。"),
            EXIT_SOLVE,
        )


def explain_impossible(inputs: Path, scenario: str, span: Horizon, weather: Path, threads: int, console: Console) -> None:
    """Print the conflict of a scenario; exits with the solver's exit code if there is one."""
    from energy_model.analyses.explain import searched_over, why_impossible
    from energy_model.results.names import element_names
    from energy_model.solving.diagnosis import DiagnosisError
    from energy_model.study.build_system import build_system
    from energy_model.study.load import load_study

    study = load_study(inputs, scenario)
    if study.settings.pathway.years and span.kind == "year":
        span = searched_over(span)
        said = say(f"The years of a pathway are examined together over {span}.", f"路径各年合并，按 {span} 查找。")
        console.print(said, highlight=False)
    try:
        with solver_errors():
            diagnosis, table = why_impossible(study, span, weather, threads, console)
    except DiagnosisError as fault:
        stop(str(fault), EXIT_SOLVE)
    if not diagnosis.conflicts:
        console.print(say(f"All yearly constraints can be met together over {span}", f"在 {span} 内，年度约束可以同时满足"), style="green")
        return
    err.print(conflict_words(table, element_names(study, build_system(study))))
    raise typer.Exit(EXIT_SOLVE)


def row_words(family: str) -> str:
    """Words of a family of rows or limits."""
    return LABELS["row"].get(family, Label(family, family)).shown


def conflict_words(table: pd.DataFrame, names: dict[str, Label]) -> Table:
    """A conflict as a console table, with the names of its elements."""
    from energy_model.report.columns import named

    shown = Table(
        *(contract.words(c).shown for c in ("conflict", "role", "element", "value", "possible", "cell")),
        title=say("These constraints cannot be met together", "以下约束不能同时满足"),
        show_lines=True,
    )
    for r in table.itertuples():
        possible = "" if r.possible != r.possible else f"{r.possible:,.6g}"
        row = f"{row_words(r.family)}\n{r.family} {named(r.element, names, language(), with_code=True)}"
        shown.add_row(str(r.conflict or ""), label("conflict", r.role).shown, row, f"{r.value:,.6g}", possible, r.cell)
    return shown
