"""Stages of a run: their list, duration, and the estimated time remaining."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console

from energy_model.labels import label
from energy_model.language import say
from energy_model.results.records import Records, Size

RUN = ("read", "weather", "compile", "solve", "write", "pages")
"""Stages of the main job."""
ENSEMBLE = ("read", "alone", "solve", "operate", "write")
"""Stages of a plan for many weather years."""
TOLD_FROM_S = 5.0
"""Less than this is not worth an estimate."""


class Clock:
    """Seconds by phase, printed while they pass; a repeated phase adds to its time.

    Parameters
    ----------
    console : Console
    stages : sequence of str, optional
        All phases in their order; then each tells its number, what has passed and, from records, what is left.
    records : Records, optional
        Of earlier runs.
    """

    def __init__(self, console: Console, stages: Sequence[str] = (), records: Records | None = None) -> None:
        self.console, self.stages, self.records = console, stages, records
        self.seconds: dict[str, float] = {}
        self._expected: dict[str, float] = {}
        self._begun = self._started = time.perf_counter()

    def expect(self, size: Size) -> None:
        """Take the estimate from runs of this size."""
        self._expected = self.records.expected(size) if self.records else {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time one phase."""
        self._started = time.perf_counter()
        self.console.print(f"{self._number(name)}{label('phase', name).shown} …{self._progress(name)}", style="bold", highlight=False)
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + self.running()

    def keep(self, size: Size) -> None:
        """Record the seconds of the finished run for later estimates."""
        if self.records:
            stamp = self.seconds.get("stamp", 0.0)  # told apart from "compile", within its stage
            self.records.add(size, {k: v + stamp * (k == "compile") for k, v in self.seconds.items() if k in self.stages})

    def running(self) -> float:
        """Seconds of the current phase."""
        return time.perf_counter() - self._started

    def _number(self, name: str) -> str:
        return f"{self.stages.index(name) + 1}/{len(self.stages)} " if name in self.stages else ""

    def _progress(self, name: str) -> str:
        """Time elapsed, and time remaining by the records of this machine."""
        if name not in self.stages:
            return ""
        told = (
            say(f"  {in_words(time.perf_counter() - self._begun)} passed", f"  已用时 {in_words(time.perf_counter() - self._begun)}")
            if self.seconds
            else ""
        )
        ahead = [stage for stage in self.stages[self.stages.index(name) :] if stage in self._expected]
        left = sum(max(0.0, self._expected[stage] - self.seconds.get(stage, 0.0)) for stage in ahead)
        if left < TOLD_FROM_S:
            return told
        comma = say(",", "，") if told else " "
        return told + comma + say(f" about {in_words(left)} left, judged by earlier runs", f"据本机记录约剩 {in_words(left)}")


def in_words(seconds: float) -> str:
    """Seconds as ``45 s`` or minutes and hours as ``3:20 min``, ``1:02 h``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, s = divmod(whole, 60)
    return f"{minutes}:{s:02d} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d} h"
