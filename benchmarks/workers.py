"""How much sooner independent solves are done with more workers: the plans of several weather years, each alone.

Use: ``python -m benchmarks.workers [--counts 1 2] [--horizon hours:720] [--years variable-1..6] [--records FILE]``.

The machine should do nothing else. Starting the workers is part of the time. Every count must find the same costs.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.measure import SCENARIO
from benchmarks.run import machine
from energy_model.commands.shared import read_years
from energy_model.plans.ensemble_years import Setting, own_plan
from energy_model.study.horizon import Horizon
from energy_model.study.load import load_study
from energy_model.weather.store import ensure_year
from energy_model.workers import workers

RECORDS = Path("benchmarks/records/workers.jsonl")
GOAL = 1.6
"""Two workers should be so much faster than one."""
AGREE = 1e-6


def measure(setting: Setting, years: list[str], count: int) -> dict:
    """Seconds that so many workers need, and the cost of each year [MCNY]."""
    began = time.perf_counter()
    with workers(count) as pool:
        found = dict(pool.map_unordered(own_plan, setting, years))
    return {"workers": count, "seconds": round(time.perf_counter() - began, 2), "costs_mcny": [found[n].cost for n in range(len(years))]}


def main() -> None:
    """Measure each count in one run; exit code 1 where costs differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--horizon", default="hours:720")
    parser.add_argument("--years", default="variable-1..6")
    parser.add_argument("--records", type=Path, default=RECORDS)
    args = parser.parse_args()
    console, weather, years = Console(width=130), Path("weather"), read_years(args.years)
    for year in years:
        ensure_year(year, weather)
    setting = Setting(load_study(Path("inputs"), SCENARIO), Horizon.parse(args.horizon), weather)
    told = [measure(setting, years, count) for count in args.counts]
    shown = Table("workers", "seconds", "times the first", title=f"{len(years)} weather years of {args.horizon}, each planned alone")
    for one in told:
        shown.add_row(str(one["workers"]), f"{one['seconds']:.1f}", f"{told[0]['seconds'] / one['seconds']:.2f}")
    console.print(shown)
    if args.counts[:2] == [1, 2]:
        met = told[0]["seconds"] / told[1]["seconds"] >= GOAL
        console.print(f"Goal: two workers at least {GOAL} times one: {'[green]met[/green]' if met else '[red]missed[/red]'}")
    head = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "horizon": args.horizon, "years": years}
    args.records.parent.mkdir(parents=True, exist_ok=True)
    with args.records.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(head | one) + "\n" for one in told)
    same = all(np.allclose(one["costs_mcny"], told[0]["costs_mcny"], rtol=AGREE) for one in told)
    raise SystemExit(0 if same else "The answers differ with the number of workers.")


if __name__ == "__main__":
    main()
