"""Progress of a solve for a caller: nothing is printed; whoever wants to hear of it gives a function."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

from rich.console import Console
from rich.control import Control

from energy_model import runlog

Progress = Callable[[str], object]
"""Called with every line that the command line would print while it solves."""


class _Told(Console):
    """A console that hands lines to a function and to the log of the run, and writes nowhere."""

    def __init__(self, progress: Progress | None) -> None:
        super().__init__(file=StringIO(), width=runlog.WIDTH, markup=False, highlight=False, color_system=None)
        self._progress = progress

    def print(self, *objects: Any, **options: Any) -> None:
        if objects and isinstance(objects[0], Control):
            return
        runlog.said(*objects, **options)
        if self._progress is None:
            return
        with self.capture() as captured:
            super().print(*objects, **options)
        for line in captured.get().splitlines():
            self._progress(line.rstrip())


def told(progress: Progress | None) -> Console:
    """Console for a run whose lines go to `progress`; None hears nothing."""
    return _Told(progress)
