"""Unit commitment with whole units over some days of a finished plan: commit."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.running import making, operation_errors
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Inputs,
    Results,
    Threads,
    Weather,
    done,
    guarded,
    out,
    stop,
)
from energy_model.labels import label
from energy_model.language import language, say
from energy_model.report.shown_units import amount, figure, shown_unit
from energy_model.results import contract


def commit(
    start: Annotated[str, typer.Option("--first-day")],
    days: Annotated[int, typer.Option("--days", min=1, max=28)] = 14,
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    gap: Annotated[float, typer.Option("--gap", min=0.0, max=0.1)] = 1e-3,
    minutes: Annotated[float, typer.Option("--minutes", min=0.1)] = 20.0,
    threads: Threads = 0,
    limit_minutes: Annotated[float | None, typer.Option("--time-limit", min=0.0)] = None,
    memory_gb: Annotated[float | None, typer.Option("--memory-limit", min=0.0)] = None,
) -> None:
    """Commit whole units over some days of a finished plan, with minimum times and start classes."""
    with guarded():
        folder = finished_result(results, scenario, horizon, inputs).folder
        from energy_model.plans.fortnight import Search, commit_plan, first_hour
        from energy_model.results.read_plan import read_plan
        from energy_model.solving.highs import status_words
        from energy_model.solving.limits import Limits

        search = Search(gap, 60 * minutes, threads, Limits.of(limit_minutes, memory_gb))
        target = folder.with_name(f"{folder.name}-commit-{start}")
        with making(target), operation_errors():
            study, plan, _ = read_plan(folder, inputs, weather, calendar=True)
            begin = first_hour(start, plan.profiles.time.to_numpy())
            if begin is None or begin + 24 * days > plan.profiles.sizes["time"]:
                stop(
                    say(
                        f"'{start}' is not a day (mm-dd) from which {days} days of the year remain",
                        f"'{start}' 不是有效日期（月-日），或其后不足 {days} 天",
                    ),
                    EXIT_INPUT,
                )
            found = commit_plan(study, plan, begin, days, target, search, out)
    money, apart = shown_unit("MCNY", language()).words, amount(found.apart_mcny, "MCNY", 2)
    shown = Table(
        contract.words("category").shown,
        *(f"{said} {money}" for said in (say("relaxed", "松弛解"), say("whole units", "整数解"), say("difference", "差额"))),
    )
    for category, *values in found.tables["commitment_costs"].itertuples(index=False):
        if any(abs(v) > 0.005 for v in values):
            shown.add_row(label("account", category).shown, *(figure(v, "MCNY", language(), 2) for v in values))
    out.print(shown)
    out.print(
        say(
            f"Whole units cost {apart.en} more ({100 * found.apart_share:z.2f} % of expenditure); "
            f"proven gap {found.gap:.1e} ({status_words(found.status)})",
            f"整数解比松弛解多 {apart.zh}（占支出 {100 * found.apart_share:z.2f} %）；"
            f"已证间隙 {found.gap:.1e}（{status_words(found.status)}）",
        )
    )
    done(target)
