"""Make a study of your own: new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from energy_model.commands.shared import DEFAULT_INPUTS, DEFAULT_WEATHER, done, guarded, out
from energy_model.invocation import command
from energy_model.language import say


def new(folder: Annotated[Path, typer.Argument()], example: Annotated[bool, typer.Option("--example")] = False) -> None:
    """Make a study of your own in a new folder, from the inputs and weather that come with the program."""
    with guarded():
        from energy_model.api.new_study import new as make

        study = make(folder, example=example)
    done(study.inputs, study.weather)
    where = {"inputs": folder / DEFAULT_INPUTS, "scenario": study.scenario, "weather": folder / DEFAULT_WEATHER}
    out.print(say("Check it, then solve a day of it:", "先校核，再求解一日："), highlight=False)
    for name, more in (("check", {}), ("optimize", {"horizon": "hours:24", "results": folder / "results"})):
        out.print(f"  {command(name, **where, **more)}", highlight=False, soft_wrap=True)
