"""The log of a run: console output with times, and the solver's own lines, in a file of the result."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from energy_model.language import say

NAME = "run.log"
FOLDER = ".logs"
"""Hidden folder beside the results: logs of runs that are under way, and of those that failed."""
WIDTH = 160


class RunLog:
    """A file that grows line by line, each line with the seconds since the start of the run.

    Parameters
    ----------
    target : Path
        Result folder that the run makes; the log lies beside it until then.
    part : str, optional
        Name of what is added to a result; jobs that add to it at the same time have logs of their own.

    Attributes
    ----------
    solving : bool
        Whether the solver has begun: a log without its lines is not worth keeping.
    """

    def __init__(self, target: Path, part: str = "") -> None:
        name = ".".join(filter(None, (target.name, part, "log")))
        self.target, self.path = target, target.parent / FOLDER / name
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.solving = self._placed = False
        self._before = ""
        self._started, self._lock = time.monotonic(), threading.Lock()
        self._plain = Console(file=StringIO(), width=WIDTH, markup=False, highlight=False)
        self.path.write_text(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}\n", encoding="utf-8")

    def write(self, text: str) -> None:
        """Add lines; a full disk ends the log, not the run."""
        seconds = time.monotonic() - self._started
        lines = "".join(f"{seconds:9.1f}  {line.rstrip()}\n" for line in text.splitlines())
        with self._lock, suppress(OSError), self.path.open("a", encoding="utf-8") as file:
            file.write(lines)

    def said(self, objects: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Add what a console printed, as plain text."""
        with self._lock:
            self._plain.file = StringIO()
            self._plain.print(*objects, **options)
            text = self._plain.file.getvalue()
        self.write(text)

    def place(self, folder: Path) -> None:
        """Put the present log into the folder of the future result, after the log of an earlier run."""
        with suppress(OSError):
            if not self._placed and (folder / NAME).is_file():
                self._before = (folder / NAME).read_text(encoding="utf-8", errors="replace") + "\n"
            (folder / NAME).write_text(self._whole(), encoding="utf-8")
            self._placed = True

    def finish(self) -> None:
        """Complete the log in the finished result."""
        with suppress(OSError):
            if self._placed:
                self.path.write_text(self._whole(), encoding="utf-8")
                self.path.replace(self.target / NAME)
            self.path.unlink(missing_ok=True)

    def _whole(self) -> str:
        return self._before + self.path.read_text(encoding="utf-8")


_current: RunLog | None = None


@contextmanager
def recorded(target: Path, tell: Callable[[str], object], part: str = "") -> Iterator[None]:
    """Log console and solver output into the result `target`, or as `part` of it.

    A run that fails after the solver has started prints the path of its log.

    Raises
    ------
    OSError
        When there is no place for the log.
    """
    global _current
    log = _current = RunLog(target, part)
    try:
        yield
        log.finish()
    except BaseException as fault:
        if isinstance(fault, Exception) and not hasattr(fault, "exit_code"):
            log.write("".join(traceback.format_exception(fault)))
        if log.solving:
            tell(say(f"Log of this run: {log.path}", f"运行日志：{log.path}"))
        else:
            with suppress(OSError):
                log.path.unlink(missing_ok=True)
        raise
    finally:
        _current = None


def said(*objects: Any, **options: Any) -> None:
    """Log what a console printed, where a run is being logged."""
    if _current:
        _current.said(objects, options)


def solver_said(line: str) -> None:
    """Log a line of the solver, if a run is being logged."""
    if _current:
        _current.solving = True
        _current.write(f"| {line}")


def place(folder: Path, target: Path) -> None:
    """Put the log of the run under way into the folder that will be its result `target`."""
    if _current and _current.target == target:
        _current.place(folder)
