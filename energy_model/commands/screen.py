"""The one edge at which something is printed: what comes from inputs is shown as it stands, on any console."""

from __future__ import annotations

import io
import sys

from rich.console import Console

LOG_WIDTH = 160
"""Of what is no terminal: a log file has no width, and narrow tables would break words."""


def plain_console(stderr: bool = False) -> Console:
    """A console without markup: names with square brackets are names; colour comes as ``style=`` or `rich.text.Text`."""
    console = Console(stderr=stderr)
    if not console.is_terminal:
        console.width = LOG_WIDTH
    return console


def show_what_can_be_shown() -> None:
    """Print a question mark for every sign that the console does not know, instead of ending there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
