"""What the commands that read the networks and cases of other programs share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from energy_model.commands.shared import err
from energy_model.language import say

if TYPE_CHECKING:
    from energy_model.exchange.refusals import NetworkRefused


def parent_of(folder: Path) -> Path:
    """The folder that a new one is written into, made where it is missing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder.parent


def show_refusals(fault: NetworkRefused) -> None:
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
