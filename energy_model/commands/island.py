"""Islanding test of a microgrid: island."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from energy_model.commands.naming import HorizonOfResult, Which, finished_result
from energy_model.commands.running import adding
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Inputs,
    Results,
    Weather,
    done,
    guarded,
    out,
    stop,
    unknown_choice,
)
from energy_model.labels import LABELS, Label, label
from energy_model.language import language, say

if TYPE_CHECKING:
    from energy_model.solving.redispatch import Plan
from energy_model.commands.running import operation_errors


def island(
    microgrid: Annotated[str, typer.Argument()],
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Which = DEFAULT_SCENARIO,
    horizon: HorizonOfResult = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    hours: Annotated[str, typer.Option("--hours")] = "worst",
    duration: Annotated[int, typer.Option("--duration", min=1, max=24)] = 4,
    allow_starts: Annotated[bool, typer.Option("--allow-starts")] = False,
) -> None:
    """Islanding test of a microgrid with its tie-lines open."""
    with guarded():
        folder = finished_result(results, scenario, horizon, inputs).folder
        from energy_model.analyses.island import make_island, open_border, worst_hours
        from energy_model.analyses.island_tables import add_to_result, verdict
        from energy_model.report.outputs import require_shown
        from energy_model.report.page.study_page import write_study_page
        from energy_model.report.shown_units import in_unit, unit_of
        from energy_model.results import contract
        from energy_model.results.read_plan import read_plan

        require_shown(folder)
        with adding(folder, "island"), operation_errors():
            _, plan, _ = read_plan(folder, inputs, weather)
            names = {str(name).lower(): name for name in plan.system.microgrid.index}
            if microgrid.lower() not in names:
                stop(unknown_choice("microgrid", "微网", microgrid, sorted(names)), EXIT_INPUT)
            started = time.perf_counter()
            made = make_island(plan, names[microgrid.lower()], duration, plan.system.options.islanding, allow_starts=allow_starts)
            tests = worst_hours(made) if hours == "worst" else open_border(made, _positions(plan, hours))
            seconds = time.perf_counter() - started
            row = add_to_result(folder, made, tests, hours, seconds, write_study_page)  # its section on microgrids shows the test
    table = Table(
        show_header=False,
        title=say(
            f"{row['name_en']}: {len(tests)} tests of {duration} h in {seconds:z.1f} s",
            f"{row['name_zh']}：{len(tests)} 次试验，每次 {duration} 小时，用时 {seconds:z.1f} 秒",
        ),
    )
    for name, value in row.items():
        if name in ("microgrid", "name_zh", "name_en"):
            continue
        words = LABELS["study"].get(name) or contract.heading(name, "island_summary") or name
        share, unit = name.endswith("_share"), unit_of(name, language())
        shown = f"{value:z.1%}" if share else f"{in_unit(value, unit) if isinstance(value, float) else value} {unit.words}".rstrip()
        if isinstance(value, bool):
            shown = label("verdict", "met" if value else "missed").shown
        if name == "hours" and value in LABELS["island_hours"]:
            shown = LABELS["island_hours"][value].shown
        table.add_row(words.shown if isinstance(words, Label) else words, shown)
    out.print(table)
    said = verdict(row)
    out.print(said.shown, style="green" if row["holds_share"] >= 1 else "bold red", highlight=False)
    done(folder / "islanding", folder / "report.html")


def _positions(plan: Plan, hours: str) -> list[int]:
    """Positions in the horizon of all hours, of a day or of one hour; stops if the text or the day is not valid."""
    import pandas as pd

    count = plan.hours.hour_index.size
    if hours == "all":
        return list(range(count))
    times = pd.DatetimeIndex(plan.profiles.time.to_numpy()[plan.hours.hour_index.ravel()])
    try:
        wanted = pd.Timestamp(hours)
    except ValueError:
        day, hour = f"{times[0]:%Y-%m-%d}", f"{times[0]:%Y-%m-%dT%H}"
        stop(
            say(
                f"--hours '{hours}' is not understood; write worst, all, a day such as {day} or an hour such as {hour}",
                f"--hours '{hours}' 无法识别；应为 worst、all、某日（如 {day}）或某时（如 {hour}）",
            ),
            EXIT_INPUT,
        )
    same = times.normalize() == wanted if "T" not in hours else times == wanted
    found = [int(i) for i in same.nonzero()[0]]
    if not found:
        days = pd.DatetimeIndex(times.normalize().unique())
        first, last = f"{days[0]:%Y-%m-%d}", f"{days[-1]:%Y-%m-%d}"
        stop(
            say(
                f"{hours} is not among the hours of this result: {len(days)} days from {first} to {last}",
                f"{hours} 不在本结果的时段内：{first} 至 {last}，共 {len(days)} 天",
            ),
            EXIT_INPUT,
        )
    return found
