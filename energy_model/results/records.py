"""Durations of earlier runs on this machine, kept beside the results, for estimating the duration of a run."""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

FILE = ".records.jsonl"
LAST = 500
"""Lines that are looked at."""
NEAREST = 5
FACTOR = 3.0
"""Runs of a size within this factor are alike enough; their seconds are taken in proportion to the size."""


@dataclass(frozen=True)
class Size:
    """Characteristics that determine the seconds of a run.

    Attributes
    ----------
    hours : int
        Hours in the linear programme.
    nonzeros : int
        0 before it is built.
    exact : bool
    whole : bool
        Whether there are whole numbers; False before it is built.
    job : str
        What is done; other jobs of this size take other times.
    """

    hours: int
    nonzeros: int = 0
    exact: bool = False
    whole: bool = False
    job: str = "optimize"

    def like(self, other: Size) -> float:
        """Ratio of sizes, from the data known of both; 0 if they are solved by different methods."""
        if self.job != other.job or self.exact != other.exact or (self.nonzeros and self.whole != other.whole):
            return 0.0
        mine, theirs = (self.nonzeros, other.nonzeros) if self.nonzeros else (self.hours, other.hours)
        return mine / theirs if theirs > 0 else 0.0


class Records:
    """Seconds by stage of earlier runs in one results folder on this machine.

    A file of JSON lines: a line is added whole, so that runs at the same time do not mix; one that cannot be read counts for nothing.

    Parameters
    ----------
    results : Path
        Folder of results.
    """

    def __init__(self, results: Path) -> None:
        self.path = results / FILE

    def expected(self, size: Size) -> dict[str, float]:
        """Predicted seconds by stage for a run of this size, from the most similar ones; empty without any."""
        alike = [(size.like(known), seconds) for known, seconds in self._read()]
        near = sorted(((r, s) for r, s in alike if 1 / FACTOR <= r <= FACTOR), key=lambda pair: max(pair[0], 1 / pair[0]))[:NEAREST]
        stages = dict.fromkeys(stage for _, seconds in near for stage in seconds)
        return {stage: median([ratio * seconds[stage] for ratio, seconds in near if stage in seconds]) for stage in stages}

    def add(self, size: Size, seconds: dict[str, float]) -> None:
        """Record a run; if the folder is not writable only the record is lost."""
        line = json.dumps({"machine": _machine(), **size.__dict__, "seconds": {k: round(v, 2) for k, v in seconds.items()}})
        with suppress(OSError), self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def _read(self) -> list[tuple[Size, dict[str, float]]]:
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST:]
        except OSError:
            return []
        return [found for line in reversed(lines) if (found := _record(line))]  # the newest first among equals


def _record(line: str) -> tuple[Size, dict[str, float]] | None:
    try:
        told: Any = json.loads(line)
        if told["machine"] != _machine():
            return None
        size = Size(int(told["hours"]), int(told["nonzeros"]), bool(told["exact"]), bool(told["whole"]), str(told.get("job", Size.job)))
        return size, {str(k): float(v) for k, v in told["seconds"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _machine() -> str:
    return f"{platform.node()}, {os.cpu_count()} cores"
