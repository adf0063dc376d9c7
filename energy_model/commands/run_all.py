"""Run many scenarios and weather years: run-all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    Exact,
    Inputs,
    NoPages,
    Results,
    Weather,
    done,
    err,
    guarded,
    known_scenarios,
    out,
    read_horizon,
    read_years,
    require_scenario,
    stop,
)
from energy_model.language import say


def run_all(
    scenarios: Annotated[list[str] | None, typer.Argument()] = None,
    horizons: Annotated[list[str] | None, typer.Option("--horizon")] = None,
    years: Annotated[list[str] | None, typer.Option("--weather-years")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1)] = 1,
    name: Annotated[str, typer.Option("--name")] = "runs",
    minutes: Annotated[float | None, typer.Option("--time-limit", min=0.0)] = None,
    inputs: Inputs = DEFAULT_INPUTS,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    no_pages: NoPages = False,
) -> None:
    """Solve many scenarios and weather years, resume interrupted work, and collect all in one table."""
    with guarded():
        spans = [read_horizon(text) for text in dict.fromkeys(horizons or ["year"])]
        names = _names(inputs, scenarios or [], [y for text in years or [] for y in read_years(text)])
        from energy_model.study.combination import is_plain

        if not is_plain(name):
            stop(say(f"'{name}' is not a valid folder name", f"'{name}' 不是合法的目录名"), EXIT_INPUT)
        if name in {span.folder(n) for n in names for span in spans} or (results / name / "manifest.json").is_file():
            stop(say(f"'{name}' is the folder of a result; choose another --name", f"'{name}' 与结果目录重名，请另选 --name"), EXIT_INPUT)
        from energy_model.plans.batch import Batch, BatchError, plan_runs, require_memory
        from energy_model.plans.run_all import command_of, run_batch

        runs = plan_runs(inputs, names, spans, weather, results, exact, not no_pages)
        for r in runs:
            if r.status == "failed":
                err.print(f"{r.folder.name}: {r.reason}", style="red", highlight=False)
        waiting, kept = (sum(r.status == s for r in runs) for s in ("waiting", "kept"))
        try:
            need = require_memory(runs, workers, weather) if waiting else 0.0
        except BatchError as fault:
            stop(str(fault), EXIT_INPUT)
        out.print(
            say(
                f"{len(runs)} runs: {waiting} to solve, {kept} already finished, about {need:z.1f} GB at the same time",
                f"共 {len(runs)} 个：待算 {waiting}，已有 {kept}，同时约需内存 {need:z.1f} GB",
            )
        )
        command = command_of(inputs, results, weather, exact, workers, minutes, not no_pages)
        batch = Batch(runs, results, name, workers, command, out)
        run_batch(batch)
        for file in ("index.html", "runs.csv", "runs.xlsx", "runs-en.xlsx"):
            out.print(f"  {batch.target / file}")
        failed = [r for r in runs if r.status == "failed"]
        if failed:
            for r in failed:
                err.print(say("failed ", "失败 ") + f"{r.folder.name}: {r.reason}", style="red", highlight=False)
            stop(
                say(
                    f"{len(failed)} of {len(runs)} runs failed; the others are finished",
                    f"{len(runs)} 个中有 {len(failed)} 个失败，其余已完成",
                ),
                EXIT_INPUT,
            )
    done(batch.target)


def _names(inputs: Path, scenarios: list[str], years: list[str]) -> list[str]:
    """Every scenario in every weather year; without names, all scenarios with one investment year."""
    names = list(dict.fromkeys(scenarios)) or _single_year(inputs)
    for scenario in names:
        if years and "@" in scenario:
            stop(
                say(
                    f"'{scenario}' already names its weather year; leave out --weather-years",
                    f"'{scenario}' 已含气象年，请去掉 --weather-years",
                ),
                EXIT_INPUT,
            )
    found = [f"{s}@{y}" for s in names for y in years] if years else names
    for scenario in found:
        require_scenario(inputs, scenario)
    return found


def _single_year(inputs: Path) -> list[str]:
    from energy_model.study.scenario import list_scenarios

    known_scenarios(inputs)
    return [s.name for s in list_scenarios(inputs) if not s.settings.get("pathway", {}).get("years")]
