"""Seconds and memory of the phases of a run."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from energy_model.solving.limits import resident_gb


class Phases:
    """Seconds and memory of the phases of a run.

    Attributes
    ----------
    told : dict
        Phase -> ``seconds`` [s], ``cpu_s`` of this process [s], ``peak_gb`` (resident at most) and ``above_gb`` (that above what was
        resident when it began) [GB].
    """

    def __init__(self) -> None:
        self.told: dict[str, dict[str, float]] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure one phase."""
        forgotten, before, started, worked = _forget_peak(), resident_gb(), time.perf_counter(), time.process_time()
        yield
        cpu = time.process_time() - worked
        seconds, peak = time.perf_counter() - started, _peak_gb()
        self.told[name] = {"seconds": round(seconds, 4), "cpu_s": round(cpu, 4), "peak_gb": round(peak, 4)}
        if forgotten:
            self.told[name]["above_gb"] = round(max(0.0, peak - before), 4)


def _forget_peak() -> bool:
    """Start the peak of resident memory anew; only Linux can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _peak_gb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1.024e-6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
