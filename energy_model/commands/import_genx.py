"""Read a case of GenX into input tables: import-genx."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.importing import parent_of, show_refusals
from energy_model.commands.shared import EXIT_INPUT, guarded, out, stop
from energy_model.invocation import command
from energy_model.language import say


def import_genx(case: Annotated[Path, typer.Argument()], folder: Annotated[Path, typer.Argument()]) -> None:
    """Read a case of GenX into a complete inputs folder; what cannot be represented is refused by file, row and column."""
    with guarded():
        from energy_model.exchange.refusals import NetworkFileError, NetworkRefused
        from energy_model.exchange.study_tables import SCENARIO
        from energy_model.exchange.written import write_genx_study

        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            stop(say(f"{folder} is not empty; name a new folder.", f"{folder} 非空，请指定新目录。"), EXIT_INPUT)
        try:
            with tempfile.TemporaryDirectory(dir=parent_of(folder)) as draft:
                new = Path(draft) / "inputs"
                note = write_genx_study(case, new)
                if folder.exists():
                    folder.rmdir()
                shutil.move(new, folder)
        except NetworkFileError as fault:
            stop(say(f"The case was not read: {fault}.", f"算例未读入：{fault}。"), EXIT_INPUT)
        except NetworkRefused as fault:
            show_refusals(fault)
            raise typer.Exit(EXIT_INPUT) from None
    for zh, en in zip(note["notes_zh"], note["notes"], strict=True):
        out.print(f"  - {say(en, zh)}", highlight=False)
    out.print(say(f"Written: {folder}", f"已写入：{folder}"), style="green")
    out.print(command("optimize", inputs=folder, scenario=SCENARIO), highlight=False, soft_wrap=True)
