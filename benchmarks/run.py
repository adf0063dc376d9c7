"""Run benchmark cases: each program in a process of its own, all in one run; ratios, goals met and missed, one JSON line a program.

Use: ``python -m benchmarks.run [CASE ...] [--smoke] [--programs PROGRAM ...] [--records FILE]``.

Without cases those of `benchmarks.cases.USUAL` are run.  Exit code 1 when a program fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.cases import CASES, OURS, PYPSA, SMOKE, USUAL, Case
from benchmarks.goals import Goal, goals, total

RECORDS = Path("benchmarks/records/runs.jsonl")
PACKAGES = ("highspy", "pyomo", "linopy", "pypsa")
START_S = 600.0
"""Time for everything but the solve before a program is given up."""
DECIDED = {PYPSA[0]: 11.0} | dict.fromkeys(PYPSA[1:], 2.2)
"""Times ours after which a peer's solve is stopped: the goal is met by then, whatever it would still have taken."""
LEAST_S = 120.0
"""No peer is stopped before: of quick cases all answers are compared, however busy the machine is."""


def machine() -> str:
    """Model of the processor and number of cores, nothing else."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def stopped_after(case: Case, program: str, own_s: float | None) -> float:
    """Seconds after which a program's solve is stopped, given what ours took, if it did."""
    if own_s and program in DECIDED:
        return min(case.limit_s, max(LEAST_S, DECIDED[program] * own_s))
    return case.limit_s


def run_case(name: str, records: Path, console: Console, programs: tuple[str, ...] = ()) -> dict[str, dict]:
    """Measure all programs of a case, or those named, append their records, and return them by program.

    One that failed has ``error`` in its record.
    """
    found = {}
    case = CASES[name]
    for program in programs or case.programs:
        limit_s = stopped_after(case, program, total(found.get(OURS, {})))
        console.print(f"  {name}: {program} …", highlight=False)
        command = [sys.executable, "-m", "benchmarks.measure", name, program, "--limit", f"{limit_s:.1f}"]
        record: dict = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "packages": {p: version(p) for p in PACKAGES},
            "case": name,
            "horizon": case.horizon,
            "nodes": case.nodes,
            "option": case.option,
            "model": "imported network" if case.foreign else "common part" if case.common else "study",
            "program": program,
            "limit_s": round(limit_s, 1),
        }
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=2 * limit_s + START_S)
            if done.returncode:
                record["error"] = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
            else:
                record |= json.loads(done.stdout.strip().splitlines()[-1])
        except subprocess.TimeoutExpired:
            record["error"] = "given up: neither finished nor stopped at its time limit"
        records.parent.mkdir(parents=True, exist_ok=True)
        with records.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
        found[program] = record
    return found


def table(name: str, found: dict[str, dict]) -> Table:
    """What each program took; the last column is its time from the study in memory to the answer, over ours."""
    case = CASES[name]
    part = "an imported network" if case.foreign else "the part PyPSA can carry" if case.common else "the whole study"
    head = (
        "program",
        "columns",
        "rows",
        "nonzeros",
        "build s",
        "MB",
        "solve s",
        "processor s",
        "iterations",
        "gap",
        "status",
        "time / ours",
    )
    shown = Table(*head, title=f"{name}: {case.horizon}, {case.nodes} nodes, {part}")
    ours = total(found.get(OURS, {}))
    for program, record in found.items():
        if "error" in record:
            shown.add_row(program, *[""] * 9, record["error"], "")
            continue
        building = [p for k in ("build", "hand-over") if (p := record["phases"].get(k))]
        solve, gap, own = record["phases"].get("solve"), record.get("gap"), total(record)
        shown.add_row(
            program,
            *(f"{record[k]:,}" for k in ("columns", "rows", "nonzeros")),
            f"{sum(p['seconds'] for p in building):.2f}" if building else "",
            f"{1e3 * max(p.get('above_gb', 0.0) for p in building):.0f}" if building else "",
            f"{solve['seconds']:.2f}" if solve else "",
            f"{solve['cpu_s']:.2f}" if solve and "cpu_s" in solve else "",
            f"{record['iterations']:,}" if "iterations" in record else "",
            f"{gap:.0e}" if gap is not None else "",
            record.get("status", "built"),
            f"{own / ours:.2f}" if solve and ours and own else "",
        )
    return shown


def _goal_table(told: list[Goal]) -> Table:
    shown = Table("goal", "case", "measured", "limit", "", title="Goals")
    for goal in told:
        verdict = "[green]met[/green]" if goal.met else "[red]missed[/red]"
        shown.add_row(goal.name, goal.case, f"{goal.measured:.2f}", f"{goal.limit:.2f}", verdict)
    return shown


def main() -> None:
    """Run the chosen cases and print ratios and goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--smoke", action="store_true", help="two days, in less than a minute: does everything run?")
    parser.add_argument("--records", type=Path, default=RECORDS)
    parser.add_argument("--programs", nargs="+", default=(), metavar="PROGRAM", help="only these, in this order; default: all of the case")
    args = parser.parse_args()
    if unknown := [c for c in args.cases if c not in CASES]:
        parser.error(f"unknown case {', '.join(unknown)}; there are: {', '.join(CASES)}")
    console = Console(width=150)
    for name in args.cases:
        if unknown := [p for p in args.programs if p not in CASES[name].programs]:
            parser.error(f"case {name} has no program {', '.join(unknown)}; it has: {', '.join(CASES[name].programs)}")
    told: list[Goal] = []
    failed = False
    for name in args.cases or (SMOKE if args.smoke else USUAL):
        found = run_case(name, args.records, console, tuple(args.programs))
        console.print(table(name, found))
        told += goals(name, found)
        failed |= any("error" in record for record in found.values())
    if told:
        console.print(_goal_table(told))
    console.print(f"{machine()}; records: {args.records}", highlight=False)
    raise SystemExit(int(failed))


if __name__ == "__main__":
    main()
