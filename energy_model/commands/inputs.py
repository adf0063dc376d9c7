"""The input tables as an Excel workbook: inputs export, inputs import."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from energy_model.commands.help import Command, Group
from energy_model.commands.shared import (
    DEFAULT_INPUTS,
    DEFAULT_SCENARIO,
    EXIT_INPUT,
    Inputs,
    PlainScenario,
    done,
    guarded,
    known_scenarios,
    out,
    require_scenario,
    stop,
)
from energy_model.invocation import command
from energy_model.language import language, say
from energy_model.results import contract

if TYPE_CHECKING:
    from energy_model.exchange.workbook_import import Draft

inputs_app = typer.Typer(name="inputs", cls=Group, no_args_is_help=True, add_completion=False)
MOST_ROWS = 40
"""Changes that are listed; the others are counted."""

Replace = Annotated[bool, typer.Option("--replace")]
Workbook = Annotated[Path, typer.Argument()]


@inputs_app.command(cls=Command)
def export(workbook: Workbook, inputs: Inputs = DEFAULT_INPUTS, replace: Replace = False) -> None:
    """Write the input tables as one workbook."""
    with guarded():
        known_scenarios(inputs)
        from energy_model.report.workbook.input_workbook import write_input_workbook

        if workbook.suffix.lower() != ".xlsx":
            stop(say(f"'{workbook}' must end in .xlsx.", f"“{workbook}” 的后缀须为 .xlsx。"), EXIT_INPUT)
        if workbook.exists() and not replace:
            stop(
                say(
                    f"{workbook} exists and is unchanged: use another name, or add --replace.",
                    f"{workbook} 已存在，未改动：请换名称，或加 --replace 覆盖。",
                ),
                EXIT_INPUT,
            )
        write_input_workbook(inputs, workbook, language())
    done(workbook)
    out.print(say("After editing it: ", "修改后：") + command("inputs import", str(workbook), inputs=inputs), soft_wrap=True)


@inputs_app.command(name="import", cls=Command)
def import_workbook(
    workbook: Workbook, inputs: Inputs = DEFAULT_INPUTS, scenario: PlainScenario = DEFAULT_SCENARIO, replace: Replace = False
) -> None:
    """Read a workbook back into the input tables."""
    with guarded():
        if not workbook.is_file():
            stop(say(f"There is no file {workbook}.", f"没有文件 {workbook}。"), EXIT_INPUT)
        require_scenario(inputs, scenario)
        from energy_model.exchange.workbook_import import draft_inputs, take_place

        target = inputs.resolve()
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as hidden:
            draft = draft_inputs(workbook, target, scenario, Path(hidden) / target.name)
            _show(draft)
            if not draft.files:
                out.print(say(f"The workbook changes nothing in {inputs}.", f"工作簿与 {inputs} 一致，无改动。"), style="green")
                return
            _agree(inputs, replace)
            kept = take_place(draft.folder, target)
    done(*(inputs / file for file in draft.files))
    out.print(say(f"The earlier inputs are in {kept.name}.", f"原输入保存在 {kept.name}。"), highlight=False)
    out.print(command("check", inputs=inputs, scenario=scenario), highlight=False, soft_wrap=True)


def _show(draft: Draft) -> None:
    """Print what a workbook changes, and what of it was not read."""
    for note in draft.notes:
        out.print(f"  - {note.shown}", highlight=False)
    if not draft.changes:
        return
    table = Table(*(contract.words(c).shown for c in ("table", "key", "column")), say("before", "原值"), say("after", "新值"))
    for change in draft.changes[:MOST_ROWS]:
        table.add_row(*change)
    out.print(table)
    more = say(f" (first {MOST_ROWS} shown)", f"（列出前 {MOST_ROWS} 处）") if len(draft.changes) > MOST_ROWS else ""
    out.print(say(f"{len(draft.changes)} changes{more}", f"{len(draft.changes)} 处改动{more}"), highlight=False)


def _agree(inputs: Path, replace: bool) -> None:
    """Stop unless a person agrees to the changes."""
    if replace:
        return
    if not sys.stdin.isatty():
        stop(
            say(
                f"{inputs} is unchanged: add --replace to write these changes; the earlier folder is kept beside it.",
                f"{inputs} 未改动：加 --replace 写入以上改动；原目录另存备份。",
            ),
            EXIT_INPUT,
        )
    if not typer.confirm(say(f"Write these changes to {inputs}?", f"是否把以上改动写入 {inputs}？")):
        stop(say(f"{inputs} is unchanged.", f"{inputs} 未改动。"), EXIT_INPUT)
