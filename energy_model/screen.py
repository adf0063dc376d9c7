"""The one edge at which something is printed: what comes from inputs is shown as it stands, on any console."""

from __future__ import annotations

import io
import sys

from rich.console import Console

LOG_WIDTH = 160
"""Of what is no terminal: a log file has no width, and narrow tables would break words."""


def plain_console(stderr: bool = False, quiet: bool = False) -> Console:
    """A console without markup, which a quiet one would read too: brackets in names are no tags.  Colour comes as ``style=`` or `Text`."""
    console = Console(stderr=stderr, quiet=quiet, markup=False)
    if not console.is_terminal:
        console.width = LOG_WIDTH
    return console


def show_what_can_be_shown() -> None:
    """Print a question mark for every sign that the console does not know, instead of ending there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
