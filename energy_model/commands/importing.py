"""What the commands that read the networks and cases of other programs share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from energy_model.commands.shared import EXIT_INPUT, err, out, stop
from energy_model.invocation import command
from energy_model.labels import Label
from energy_model.language import say

if TYPE_CHECKING:
    from energy_model.exchange.refusals import NetworkRefused


@contextmanager
def new_inputs(folder: Path, source: Label) -> Iterator[Path]:
    """Where to write an inputs folder, which becomes `folder` when it is whole; refusals and a `source` that cannot be read are told."""
    from energy_model.exchange.refusals import NetworkFileError, NetworkRefused

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        stop(say(f"{folder} is not empty; name a new folder.", f"{folder} 非空，请指定新目录。"), EXIT_INPUT)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
            new = Path(draft) / "inputs"
            yield new
            if folder.exists():
                folder.rmdir()
            shutil.move(new, folder)
    except NetworkFileError as fault:
        stop(say(f"The {source.en} was not read: {fault}.", f"{source.zh}未读入：{fault}。"), EXIT_INPUT)
    except NetworkRefused as fault:
        _show_refusals(fault)
        raise typer.Exit(EXIT_INPUT) from None


def tell_notes(note: dict) -> None:
    """Print what became of parts of a network or case."""
    for zh, en in zip(note["notes_zh"], note["notes"], strict=True):
        out.print(f"  - {say(en, zh)}", highlight=False)


def tell_written(folder: Path) -> None:
    """Print where the inputs are, and the command that solves them."""
    from energy_model.exchange.study_tables import SCENARIO

    out.print(say(f"Written: {folder}", f"已写入：{folder}"), style="green")
    out.print(command("optimize", inputs=folder, scenario=SCENARIO), highlight=False, soft_wrap=True)


def _show_refusals(fault: NetworkRefused) -> None:
    """Print all refusals of a network or case."""
    table = Table(
        say("component or file", "元件或文件"),
        say("name or row", "名称或行"),
        say("attribute or column", "属性或列"),
        say("value", "值"),
        say("reason, and what to do", "原因与办法"),
        show_lines=True,
        title=say(f"{len(fault.refusals)} items cannot be imported", f"{len(fault.refusals)} 项无法导入"),
    )
    from energy_model.exchange.refusals import REASONS

    for r in fault.refusals:
        why_zh, why, *_ = REASONS[r.reason]
        said = say(f"{why}; {r.advice[0]}", f"{why_zh}；{r.advice[1]}")
        table.add_row(r.component, r.name, r.attribute, r.value, said)
    err.print(table)
    if fault.left_out:
        err.print(say(f"{fault.left_out} more follow from these and are not listed.", f"另有 {fault.left_out} 项由以上各项引起，未列出。"))
