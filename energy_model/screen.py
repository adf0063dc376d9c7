"""Console output: text from inputs is printed literally, on any console."""

from __future__ import annotations

import io
import sys
from typing import Any

from rich.console import Console
from rich.control import Control

from energy_model import runlog


class _Console(Console):
    """A console whose output is also logged with the current run."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*objects, **options)
        if not self.quiet and not (objects and isinstance(objects[0], Control)):
            runlog.said(*objects, **options)


def plain_console(stderr: bool = False, quiet: bool = False) -> Console:
    """A console without markup, so that brackets in names are not read as tags. Colour is given by ``style=`` or `Text`."""
    console = _Console(stderr=stderr, quiet=quiet, markup=False)
    if not console.is_terminal:
        console.width = runlog.WIDTH  # a log file has no width, and narrow tables would break words
    return console


def show_what_can_be_shown() -> None:
    """Print a question mark for characters that the console does not support, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
