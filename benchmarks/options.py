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
    ("default", "默认"): "",
    ('power_flow = "dc"', 'power_flow = "dc"'): DC,
    ('losses = "tangents"', 'losses = "tangents"'): "[network]\n" + TANGENTS,
    ('security = "n-1", first round', 'security = "n-1"，第一轮'): '[network]\nsecurity = "n-1"\n',
    ("reserves", "备用"): RESERVES,
    ("maintenance scheduled", "检修排期"): "[maintenance]\nscheduled = true\n",
    ("dc, tangents and reserves", "直流潮流、线损切线与备用"): DC + TANGENTS + RESERVES,
    ("potlines: hours in a row", "电解槽：连续小时数"): "[smelters]\nhours_in_a_row = true\n",
    ("potlines: restarts", "电解槽：重启"): "[smelters]\nrestarts = true\n",
    ("commitment every 4 h", "每 4 h 决定一次启停"): STEP,
    ("commitment every 4 h, minimum times", "每 4 h 决定一次启停，最短启停时间"): STEP + "[commitment]\nminimum_times = true\n",
    ("commitment every 4 h, start classes", "每 4 h 决定一次启停，启动类别"): STEP + "[commitment]\nstart_classes = true\n",
}
"""Settings of each option by its name, English and Chinese."""
PAGES = {
    ".md": """# What each option costs

中文：[{name}.zh.md]({name}.zh.md)

`{command}`: scenario `{scenario}` over {horizon}, one option at a time; HiPO to 1e-7 on the first problem.
Sizes and iterations are reproducible; seconds are from one noisy two-core machine.

| option | columns | rows | nonzeros | HiPO iterations | seconds | cost of the first solve, MCNY |
|---|---|---|---|---|---|---|
""",
    ".zh.md": """# 各选项的规模与用时

English: [{name}.md]({name}.md)

`{command}`：方案 `{scenario}`，时段 {horizon}，每次只加一个选项；第一个问题用 HiPO 求解到 1e-7。
规模与迭代次数可重现；秒数取自一台两核、另有负载的机器。

| 选项 | 变量 | 约束 | 非零元 | HiPO 迭代 | 秒 | 首次求解的费用，百万元 |
|---|---|---|---|---|---|---|
""",
}
"""Head of the page in each language, by the ending of its name."""


def write(page: Path, rows: list[tuple[tuple[str, str], str]], scenario: str, horizon: str) -> None:
    """Write the page in English, and beside it in Chinese."""
    command = f"python benchmarks/options.py --horizon {horizon} --write {page}"
    for number, (end, head) in enumerate(PAGES.items()):
        text = head.format(name=page.stem, command=command, scenario=scenario, horizon=horizon)
        lines = "".join(f"| {names[number]} | {figures}\n" for names, figures in rows)
        page.with_name(page.stem + end).write_text(text + lines, encoding="utf-8")


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
        for names, text in OPTIONS.items():
            (inputs / "scenarios" / "option.toml").write_text(base + "\n" + text, encoding="utf-8")
            _, problem = prepare(inputs, "option", horizon, args.weather, Clock(Console(quiet=True)))
            lp = problem.lp
            figures = f"{lp.matrix.shape[1]:,} | {lp.matrix.shape[0]:,} | {lp.matrix.nnz:,} |"
            if args.sizes:
                figures += " | | |"
            else:
                answer = solve_lp(lp, "hipo", tolerance=1e-7)
                cost = f"{float(lp.cost @ answer.primal) + lp.offset:,.1f}" if len(answer.primal) else answer.status
                figures += f" {answer.iterations} | {answer.seconds:.0f} | {cost} |"
            rows.append((names, figures))
            print(names[0], figures, flush=True)
    if args.write:
        write(args.write, rows, args.scenario, args.horizon)


if __name__ == "__main__":
    main()
