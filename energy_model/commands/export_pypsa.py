"""Write a study as a PyPSA network: export-pypsa."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from energy_model.commands.naming import read_case
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_SCENARIO,
    DEFAULT_WEATHER,
    EXIT_INPUT,
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

if TYPE_CHECKING:
    from energy_model.api.networks import Exported


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
        from energy_model.api.networks import export, write_note
        from energy_model.exchange.subset import NotCarriedError
        from energy_model.study.load import load_study

        try:
            with solver_errors():
                exported = export(load_study(inputs, scenario), span, weather, folder, threads, out)
                note = exported.note | (solved(exported, threads) if solve else {})
        except NotCarriedError as fault:
            stop(say(f"This study cannot be represented in PyPSA: {fault}.", f"PyPSA 无法表达该研究：{fault}。"), EXIT_INPUT)
        write_note(note, folder)
    out.print(say("Left out, as a PyPSA network cannot represent it:", "PyPSA 网络无法表达而未导出的部分："))
    for told in exported.left_out:
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


def solved(exported: Exported, threads: int) -> dict:
    """Optimum of the exported part, and what PyPSA's objective should be.

    Raises
    ------
    SolveError
    """
    from energy_model.certified import solve_to_gap
    from energy_model.solving.ladder import EXACT_GAP

    _, _, certificate = solve_to_gap(exported.problem, EXACT_GAP, threads, out)
    of_pypsa = (certificate.objective_mcny - exported.constant_mcny) * CNY_PER_MCNY
    return {"cost_mcny": certificate.objective_mcny, "gap": certificate.gap, "pypsa_objective_cny": of_pypsa}
