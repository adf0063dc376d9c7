"""How time and memory grow with hours and nodes: power laws fitted to the records of this program alone.

Use: ``python -m benchmarks.growth [--run] [--records FILE]``; with ``--run`` the cases are measured first (about ten minutes of one core).

Processor seconds are fitted, not waiting time, so that other work on the machine changes little.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.cases import OURS
from benchmarks.run import run_case

RECORDS = Path("benchmarks/records/growth.jsonl")
HOURS = ("smoke", "week", "month", "quarter")
NODES = ("nodes-4", "nodes-8", "week", "nodes-24", "nodes-40")
MEASURED = ("nonzeros", "build", "solve", "iterations", "memory")


@dataclass(frozen=True)
class Law:
    """``factor * size ** exponent``, and the largest ratio between a measured value and it.

    Attributes
    ----------
    quantity : str
    factor, exponent : float
    worst : float
        1.2: the law misses a measured value by a fifth.
    """

    quantity: str
    factor: float
    exponent: float
    worst: float

    def at(self, size: float) -> float:
        """Value at a size."""
        return self.factor * size**self.exponent


def values(record: dict) -> dict[str, float]:
    """Figures of a record: nonzeros, processor seconds to build and to solve, iterations, peak of resident memory [GB]."""
    phases = record["phases"]
    return {
        "nonzeros": record["nonzeros"],
        "build": sum(phases[k]["cpu_s"] for k in ("build", "hand-over")),
        "solve": phases["solve"]["cpu_s"],
        "iterations": record["iterations"],
        "memory": max(p["peak_gb"] for p in phases.values()),
    }


def fit(sizes: list[float], measured: list[float], quantity: str) -> Law:
    """Least squares in logarithms."""
    x, y = np.log(sizes), np.log(measured)
    exponent, factor = np.polyfit(x, y, 1)
    missed = np.exp(np.abs(y - factor - exponent * x).max())
    return Law(quantity, float(np.exp(factor)), float(exponent), float(missed))


def laws(records: dict[str, dict], cases: tuple[str, ...], size: str) -> list[Law]:
    """Laws of all figures over the cases that were measured; `size` is ``hours`` or ``nodes``."""
    found = [records[c] for c in cases if c in records]
    if len(found) < 3:
        raise SystemExit(f"A law over {size} needs three cases of {', '.join(cases)}: measure them with --run.")
    rows = [values(r) for r in found]
    return [fit([r[size] for r in found], [v[q] for v in rows], q) for q in MEASURED]


def latest(path: Path) -> dict[str, dict]:
    """Last good record of this program by case."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    good = [r for r in map(json.loads, lines) if r["program"] == OURS and "error" not in r and "cpu_s" in r["phases"]["solve"]]
    return {r["case"]: r for r in good}


def main() -> None:
    """Measure if asked, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--records", type=Path, default=RECORDS)
    args = parser.parse_args()
    console = Console(width=130)
    if args.run:
        for case in dict.fromkeys((*HOURS, *NODES)):
            run_case(case, args.records, console, (OURS,))
    records = latest(args.records)
    for size, cases in (("hours", HOURS), ("nodes", NODES)):
        shown = Table("case", size, *MEASURED, title=f"Growth with {size}")
        for case in (c for c in cases if c in records):
            shown.add_row(case, f"{records[case][size]:,}", *(f"{v:,.4g}" for v in values(records[case]).values()))
        told = laws(records, cases, size)
        shown.add_row("law", "", *(f"{law.factor:.3g} n^{law.exponent:.2f}" for law in told))
        shown.add_row("off by at most", "", *(f"{law.worst:.2f} x" for law in told))
        console.print(shown)


if __name__ == "__main__":
    main()
