"""Read a case of GenX into input tables: import-genx."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.importing import new_inputs, tell_notes, tell_written
from energy_model.commands.shared import guarded
from energy_model.labels import Label


def import_genx(case: Annotated[Path, typer.Argument()], folder: Annotated[Path, typer.Argument()]) -> None:
    """Read a case of GenX into a complete inputs folder; what cannot be represented is refused by file, row and column."""
    with guarded():
        from energy_model.exchange.written import write_genx_study

        with new_inputs(folder, Label("算例", "case")) as new:
            note = write_genx_study(case, new)
    tell_notes(note)
    tell_written(folder)
