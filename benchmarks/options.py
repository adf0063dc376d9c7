"""What each option of the model costs: columns, rows, nonzeros of the shipped study, iterations and seconds of one solver.

    python benchmarks/options.py [--horizon hours:168] [--scenario plan-2015] [--write docs/options.md]

Every option is applied to the same scenario; the first problem of each is solved by HiPO to 1e-7 (the pages of options that solve several
times, such as power flow and N-1, give the number of solves). Sizes and iterations are reproducible, seconds are of this machine.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from energy_model.results.stages import Clock
from energy_model.run import prepare
from energy_model.solving.highs import solve_lp
from energy_model.study.horizon import Horizon

DC = '[network]\npower_flow = "dc"\n'
TANGENTS = 'losses = "tangents"\n'
RESERVES = "[reserves]\nenabled = true\n"
STEP = "[time]\ncommitment_step_h = 4\n"
OPTIONS = {
    "default": "",
    'power_flow = "dc"': DC,
    'losses = "tangents"': "[network]\n" + TANGENTS,
    'security = "n-1", first round': '[network]\nsecurity = "n-1"\n',
    "reserves": RESERVES,
    "maintenance scheduled": "[maintenance]\nscheduled = true\n",
    "dc, tangents and reserves": DC + TANGENTS + RESERVES,
    "potlines: hours in a row": "[smelters]\nhours_in_a_row = true\n",
    "potlines: restarts": "[smelters]\nrestarts = true\n",
    "commitment every 4 h": STEP,
    "commitment every 4 h, minimum times": STEP + "[commitment]\nminimum_times = true\n",
    "commitment every 4 h, start classes": STEP + "[commitment]\nstart_classes = true\n",
}
HEAD = "| option | columns | rows | nonzeros | HiPO iterations | seconds | cost of the first solve, MCNY |\n|---|---|---|---|---|---|---|\n"


def main() -> None:
    """Measure every option and print, or write, the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="plan-2015")
    parser.add_argument("--horizon", default="hours:168")
    parser.add_argument("--inputs", type=Path, default=Path("inputs"))
    parser.add_argument("--weather", type=Path, default=Path("weather"))
    parser.add_argument("--sizes", action="store_true", help="sizes only, nothing is solved")
    parser.add_argument("--write", type=Path, help="page to write")
    args = parser.parse_args()
    horizon, rows = Horizon.parse(args.horizon), []
    with tempfile.TemporaryDirectory() as place:
        inputs = Path(place) / "inputs"
        shutil.copytree(args.inputs, inputs)
        base = (inputs / "scenarios" / f"{args.scenario}.toml").read_text(encoding="utf-8")
        for name, text in OPTIONS.items():
            (inputs / "scenarios" / "option.toml").write_text(base + "\n" + text, encoding="utf-8")
            _, problem = prepare(inputs, "option", horizon, args.weather, Clock(Console(quiet=True)))
            lp = problem.lp
            size = f"| {name} | {lp.matrix.shape[1]:,} | {lp.matrix.shape[0]:,} | {lp.matrix.nnz:,} |"
            if args.sizes:
                rows.append(f"{size} | | |")
            else:
                answer = solve_lp(lp, "hipo", tolerance=1e-7)
                cost = f"{float(lp.cost @ answer.primal) + lp.offset:,.1f}" if len(answer.primal) else answer.status
                rows.append(f"{size} {answer.iterations} | {answer.seconds:.0f} | {cost} |")
            print(rows[-1], flush=True)
    if args.write:
        command = f"python benchmarks/options.py --horizon {args.horizon} --write {args.write}"
        intro = (
            "# What each option costs\n\n"
            f"`{command}`: scenario `{args.scenario}` over {args.horizon}, one option at a time; HiPO to 1e-7 on the first problem.\n"
            "Sizes and iterations are reproducible; seconds are from one noisy two-core machine.\n\n"
        )
        args.write.write_text(intro + HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
