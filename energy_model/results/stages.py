"""Stages of a run and the seconds they take."""

from __future__ import annotations

import time
from contextlib import contextmanager

from rich.console import Console

from energy_model.labels import label


class Clock:
    """Seconds by phase, told on the console while they pass."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}
        self._started = 0.0

    @contextmanager
    def phase(self, name: str):
        """Time one phase."""
        self._started = time.perf_counter()
        self.console.print(f"{label('phase', name)} …", style="bold")
        yield
        self.seconds[name] = self.running()

    def running(self) -> float:
        """Seconds of the phase that is under way."""
        return time.perf_counter() - self._started
