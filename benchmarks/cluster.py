"""What weather years held by workers of a Dask cluster cost beside those held in one process: processor time, bytes and memory.

Use: ``python -m benchmarks.cluster [--counts 1 2 4] [--horizon weeks:4] [--years variable-1..4] [--records FILE]``.

All workers are on this machine; processor seconds tell what the work costs, not how soon it is done on several machines. Every count must
find the same digits as this process alone.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.measure import SCENARIO
from benchmarks.run import machine
from energy_model.commands.shared import read_years
from energy_model.plans.ensemble_years import Setting
from energy_model.solving.interior_point.elsewhere import holders_of
from energy_model.solving.interior_point.method import solve_blocks
from energy_model.solving.joined_years import join
from energy_model.solving.memory import peak_memory_gb, resident_gb, return_large_arrays
from energy_model.solving.stamp import StampedLP
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.units import BYTES_PER_MB
from energy_model.weather.store import ensure_year
from energy_model.workers import local_cluster, workers

RECORDS = Path("benchmarks/records/cluster.jsonl")
TOLERANCE, ENOUGH = 5e-7, 9e-5
QUIET = Console(quiet=True)


def joined(setting: Setting, years: list[str]) -> StampedLP:
    """The years as one LP."""
    lps = [replace(setting.problem(year).lp, accounts={}) for year in years]
    return join(lps, np.full(len(lps), 1 / len(lps))).lp


def measure(lp: StampedLP, count: int) -> tuple[dict, np.ndarray]:
    """Figures of a solve with so many workers, and its columns; without workers all is in this process."""
    began, cpu = time.perf_counter(), time.process_time()
    if not count:
        answer = solve_blocks(lp, TOLERANCE, ENOUGH, 1, lambda at: None, keep=False)
        told = {"workers": 0, "iterations": answer.iterations, "worker_cpu_s": [], "worker_gb": []}
    else:
        with local_cluster(count) as scheduler, workers(scheduler=scheduler) as pool, holders_of(pool, QUIET) as holders:
            before, began, cpu = pool.client.run(time.process_time), time.perf_counter(), time.process_time()
            answer = solve_blocks(lp, TOLERANCE, ENOUGH, 1, lambda at: None, keep=False, elsewhere=holders)
            after, moved = pool.client.run(time.process_time), holders.traffic
            told = {"workers": count, "iterations": answer.iterations, "parts": len(holders)}
            told["worker_cpu_s"] = [round(after[address] - before[address], 2) for address in before]
            told["worker_gb"] = [round(gb, 2) for gb in pool.client.run(peak_memory_gb).values()]
            told |= {"once_bytes": moved.once, "sent_bytes": moved.sent, "told_bytes": moved.told, "messages": moved.calls}
    told |= {"here_cpu_s": round(time.process_time() - cpu, 2), "seconds": round(time.perf_counter() - began, 2)}
    return told | {"here_gb": round(resident_gb(), 2)}, answer.primal


def main() -> None:
    """Measure each count in one run; exit code 1 where answers differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--horizon", default="weeks:4")
    parser.add_argument("--years", default="variable-1..4")
    parser.add_argument("--records", type=Path, default=RECORDS)
    args = parser.parse_args()
    weather, years = Path("weather"), read_years(args.years)
    for year in years:
        ensure_year(year, weather)
    return_large_arrays()
    lp = joined(Setting(load_study(Path("inputs"), SCENARIO), Horizon.parse(args.horizon), weather), years)
    size = {"horizon": args.horizon, "years": years, "columns": lp.matrix.shape[1], "nonzeros": int(lp.matrix.nnz)}
    found = [measure(lp, count) for count in (*args.counts, 0)]
    shown = Table(
        "workers", "iterations", "here, cpu s", "workers, cpu s", "MB once", "kB an iteration", "messages", "GB here", "GB of a worker"
    )
    for one, _ in found:
        each = 1000 * one["iterations"]
        shown.add_row(
            str(one["workers"]),
            str(one["iterations"]),
            f"{one['here_cpu_s']:.1f}",
            " ".join(f"{s:.1f}" for s in one["worker_cpu_s"]) or "–",
            f"{one.get('once_bytes', 0) / BYTES_PER_MB:.1f}",
            f"{(one.get('sent_bytes', 0) + one.get('told_bytes', 0)) / each:.0f}",
            f"{one.get('messages', 0) / one['iterations']:.0f}",
            f"{one['here_gb']:.2f}",
            " ".join(f"{gb:.2f}" for gb in one["worker_gb"]) or "–",
        )
    Console(width=140).print(shown)
    head = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()} | size
    args.records.parent.mkdir(parents=True, exist_ok=True)
    with args.records.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(head | one) + "\n" for one, _ in found)
    raise SystemExit(0 if all((primal == found[-1][1]).all() for _, primal in found) else "The answers differ with the number of workers.")


if __name__ == "__main__":
    main()
