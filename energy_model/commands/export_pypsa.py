"""Write a study as a PyPSA network: export-pypsa."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.naming import read_case
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
    EXIT_SOLVE,
    Inputs,
    Scenario,
    Threads,
    Weather,
    guarded,
    out,
    solver_errors,
    stop,
)
from energy_model.language import say
from energy_model.units import CNY_PER_MCNY


def export_pypsa(
    folder: Annotated[Path, typer.Argument()],
    inputs: Inputs = DEFAULT_INPUTS,
    scenario: Scenario = DEFAULT_SCENARIO,
    horizon: Annotated[str | None, typer.Option("--horizon", show_default="hours:336")] = None,
    weather: Weather = DEFAULT_WEATHER,
    solve: Annotated[bool, typer.Option("--solve")] = False,
    threads: Threads = 0,
) -> None:
    """Write a study as a PyPSA network (CSV folder), so that another program can check the optimum."""
    with guarded():
        scenario, span = read_case(inputs, scenario, horizon, "hours:336")
        if folder.exists() and any(folder.iterdir()):
            stop(say(f"{folder} is not empty; name a new folder.", f"{folder} 非空，请指定新目录。"), EXIT_INPUT)
        from energy_model.certified import solve_to_gap
        from energy_model.exchange.pypsa_export import held_as_built, subset_problem, write_network
        from energy_model.exchange.subset import HELD, NotCarriedError
        from energy_model.rounds import solve_study
        from energy_model.solving.ladder import SolveError
        from energy_model.study.load import load_study

        try:
            study, problem, left_out = subset_problem(load_study(inputs, scenario), span, weather)
            network = study.settings.network
            if network.power_flow == "dc" and network.reactance == "as built":
                out.print(
                    say(
                        "Reactances depend on what is built: solving first for the network to be written …",
                        "电抗取决于所建线路，先求解要写出的网络 …",
                    )
                )
                with solver_errors():
                    problem, (solution, *_), _ = solve_study(study, problem, True, threads, out)
                problem = held_as_built(problem, solution.primal, span, study.settings.time.block_hours)
                left_out.append(HELD)
            exported = write_network(problem, folder, f"{scenario} {span}")
        except NotCarriedError as fault:
            stop(say(f"This study cannot be represented in PyPSA: {fault}.", f"PyPSA 无法表达该研究：{fault}。"), EXIT_INPUT)
        listed = {"left_out": [told.en for told in left_out], "left_out_zh": [told.zh for told in left_out]}
        note = {"scenario": scenario, "horizon": str(span)} | listed | {"cost_of_what_stands_mcny": exported.constant_mcny}
        if solve:
            from energy_model.solving.ladder import EXACT_GAP

            try:
                _, _, certificate = solve_to_gap(problem, EXACT_GAP, threads, out)
            except SolveError as fault:
                stop(str(fault), EXIT_SOLVE)
            note |= {"cost_mcny": certificate.objective_mcny, "gap": certificate.gap}
            note["pypsa_objective_cny"] = (certificate.objective_mcny - exported.constant_mcny) * CNY_PER_MCNY
        (folder / "energy_model.json").write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    out.print(say("Left out, as a PyPSA network cannot represent it:", "PyPSA 网络无法表达而未导出的部分："))
    for told in left_out:
        out.print(f"  - {told.shown}", highlight=False)
    constant = f"{exported.constant_mcny:z,.3f} MCNY"
    out.print(
        say(
            f"Fixed cost of existing assets, in this model's objective only: {constant}",
            f"既有资产固定费用（只计入本模型目标值）：{constant}",
        )
    )
    if solve:
        out.print(
            say(
                f"PyPSA's objective should be {note['pypsa_objective_cny']:z,.0f} CNY",
                f"PyPSA 目标值应为 {note['pypsa_objective_cny']:z,.0f} 元",
            )
        )
    out.print(say(f"Written: {folder}", f"已写入：{folder}"), style="green")
