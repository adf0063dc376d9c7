"""The ``energy-model`` command: the list of its commands.

Heavy modules are imported inside the commands, so that help is fast.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer

from energy_model.commands.help import GROUPS, PANELS, PROGRAM, Command, Group, asked_language
from energy_model.commands.shared import EXIT_DISK, guarded, show_version
from energy_model.ending import ended_well
from energy_model.language import Language, speaking
from energy_model.screen import show_what_can_be_shown

__all__ = ["app", "main"]


class Edge(Group):
    """Outermost command group: any failure to read or write ends in one message, wherever it occurs."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with guarded():
            return super().invoke(ctx)


app = typer.Typer(
    name=PROGRAM,
    cls=Edge,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)


@app.callback()
def top(
    lang: Annotated[Language | None, typer.Option("--lang", is_eager=True)] = None,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=show_version)] = False,
) -> None:
    """Options before a command."""


def _add_commands() -> None:
    """Add every command: a function in the module of `energy_model.commands` that has its name."""
    for name in (name for names in PANELS.values() for name in names):
        code = name.replace("-", "_")
        module = import_module(f"energy_model.commands.{code}")
        if name in GROUPS:
            app.add_typer(getattr(module, f"{code}_app"), name=name)
        else:
            app.command(name, cls=Command)(getattr(module, code))


_add_commands()


def main() -> None:
    """Entry point of the command line; a standard output that cannot be written, such as a file on a full disk, is reported too."""
    show_what_can_be_shown()
    with speaking(asked_language(sys.argv[1:])), ended_well():
        try:
            app()
        except SystemExit as end:
            try:
                sys.stdout.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would fail again when Python ends
                raise SystemExit(end.code or EXIT_DISK) from None
            raise


if __name__ == "__main__":
    main()
