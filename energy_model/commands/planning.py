"""Commands that read and solve a study: optimize, check, scenarios, bench."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from energy_model.commands.certifying import add_week_certificate, require_certifiable
from energy_model.commands.explaining import explained_when_impossible
from energy_model.commands.naming import read_case
from energy_model.commands.running import Anew, making, show_standing
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_RESULTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    CertifiedGap,
    Exact,
    HorizonText,
    Inputs,
    NoPages,
    PlainScenario,
    Results,
    Scenario,
    Threads,
    Weather,
    guarded,
    known_scenarios,
    out,
    read_horizon,
    require_scenario,
    solver_errors,
)
from energy_model.labels import label
from energy_model.results import contract


def optimize(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = None,
    results: Results = DEFAULT_RESULTS,
    weather: Weather = DEFAULT_WEATHER,
    exact: Exact = False,
    threads: Threads = 0,
    minutes: Annotated[float | None, typer.Option("--time-limit", min=0.0, help="Minutes for the solver 求解限时（分钟）")] = None,
    memory_gb: Annotated[float | None, typer.Option("--memory-limit", min=0.0, help="Memory for the process 内存上限 [GB]")] = None,
    certify: Annotated[bool, typer.Option("--certify", help="Prove whether typical weeks suffice 校核典型周是否足够")] = False,
    certified_gap: CertifiedGap = 0.01,
    no_pages: NoPages = False,
    anew: Anew = False,
) -> None:
    """Solve a scenario and write dataset, certificate, map, study page and tables 优化求解."""
    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "year")
        from energy_model import run
        from energy_model.plans.standing import fingerprint_of, standing
        from energy_model.report.outputs import write_outputs
        from energy_model.solving.limits import Limits

        limits = Limits.of(minutes, memory_gb)
        if certify:
            require_certifiable(inputs, scenario, span, weather)
        outputs = partial(write_outputs, pages=not no_pages)
        folder = results / span.folder(scenario)
        asked = partial(fingerprint_of, inputs, scenario, span, weather, exact)
        with making(folder), explained_when_impossible(inputs, scenario, span, weather, threads):
            stands = None if anew else standing(folder, asked)
            if not stands:
                run.optimize(inputs, scenario, span, results, weather, exact, threads, out, limits, outputs)
        if stands:
            show_standing(folder, stands, not no_pages)
        if certify:
            add_week_certificate(folder, inputs, weather, certified_gap, threads, limits, not no_pages)
    out.print(f"Done 完成: {folder}", style="green")


def check(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: HorizonText = None,
    weather: Weather = DEFAULT_WEATHER,
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON, for scripts 输出JSON")] = False,
) -> None:
    """Check the inputs and the plan's own arithmetic, solve nothing 校核输入与电力电量平衡."""
    import json

    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "year")
        from energy_model.precheck.precheck import precheck

        found = precheck(inputs, scenario, span, weather)
    if as_json:
        print(json.dumps([f.as_dict() for f in found], ensure_ascii=False, indent=2))
    else:
        table = Table(str(contract.words("severity")), str(contract.words("topic")), str(contract.words("finding")), show_lines=True)
        colour = {"error": "red", "warning": "yellow", "note": "green"}
        for f in found:
            severity = Text(str(label("severity", f.severity)), colour[f.severity])
            table.add_row(severity, str(label("topic", f.topic)), f"{f.zh}\n{f.en}")
        out.print(table)
        counts = {s: sum(f.severity == s for f in found) for s in colour}
        out.print(f"Inputs are sound 输入无误: {scenario}; {counts['error']} errors 错误, {counts['warning']} warnings 警告")
    if any(f.severity == "error" for f in found):
        raise typer.Exit(EXIT_INPUT)


def scenarios(inputs: Inputs = DEFAULT_INPUTS) -> None:
    """List the scenarios and overlays and what each is for; combine them as SCENARIO+OVERLAY 方案与叠加清单."""
    with guarded():
        known_scenarios(inputs)
        from energy_model.study.scenario import OVERLAYS, SCENARIOS, list_scenarios

        tables = []
        for folder, code in ((SCENARIOS, "scenario"), (OVERLAYS, "overlay")):
            table = Table(str(contract.words(code)), str(contract.words("purpose")), show_lines=True)
            for scenario in list_scenarios(inputs, folder):
                table.add_row(scenario.name, f"{scenario.purpose_zh}\n{scenario.purpose_en}")
            tables.append(table)
    for table in tables:
        if table.row_count:
            out.print(table)


def bench(
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: PlainScenario = DEFAULT_SCENARIO,
    weather: Weather = DEFAULT_WEATHER,
    sizes: Annotated[list[str] | None, typer.Option("--horizon", help="Horizons to time, repeatable 测速时段")] = None,
    exact: Exact = False,
    threads: Threads = 0,
    log: Annotated[Path, typer.Option(help="File that takes one JSON line per run")] = Path("benchmarks/runs.jsonl"),
) -> None:
    """Time the phases at growing sizes 测速."""
    with guarded():
        horizons = [read_horizon(text) for text in sizes or ["hours:240", "weeks:4", "year"]]
        require_scenario(inputs, scenario)
        from energy_model.plans.bench import run_benchmark

        with solver_errors():
            records = run_benchmark(inputs, scenario, weather, horizons, exact, threads, log, out)
    phases = list(records[0]["seconds"])
    table = Table("horizon", "variables", *(f"{p} s" for p in phases), "peak GB")
    for r in records:
        seconds = (f"{r['seconds'][p]:z.1f}" for p in phases)
        table.add_row(r["horizon"], f"{r['variables']:,}", *seconds, f"{r['peak_memory_gb']:z.1f}")
    out.print(table)
