"""Time the phases of a run at growing sizes and keep one JSON line per run."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from energy_model.case import Case
from energy_model.results.store import read_manifest
from energy_model.run import optimize
from energy_model.study.horizon import Horizon

KEPT = (
    "status",
    "hours",
    "objective_mcny",
    "algorithm",
    "solver_version",
    "variables",
    "rows",
    "nonzeros",
    "seconds",
    "peak_memory_gb",
)


def run_benchmark(
    inputs: Path,
    scenario: str,
    weather: Path,
    horizons: list[Horizon],
    exact: bool,
    threads: int,
    log: Path,
    console: Console,
) -> list[dict]:
    """Optimise one scenario over each horizon and append the measured figures to `log`.

    Results go into a temporary folder: a benchmark never replaces a planner's result.

    Returns
    -------
    list of dict
        One record per horizon; ``seconds`` by phase [s], ``peak_memory_gb`` [GB].
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    records = []
    for horizon in horizons:
        with tempfile.TemporaryDirectory(prefix="energy-model-bench-") as folder:
            result = optimize(Case(inputs, scenario, horizon, Path(folder), weather, exact, threads), console)
            manifest = read_manifest(result)
        record = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "scenario": scenario,
            "horizon": str(horizon),
            "exact": exact,
            "threads": threads,
            **{key: manifest[key] for key in KEPT},
        }
        with log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
        records.append(record)
    return records
