"""Which algorithm solves what, and what happens when one gives up."""

from __future__ import annotations

import re
import time

from rich.console import Console

from energy_model.solving.highs import Solution, SolverSetupError, solve_lp
from energy_model.solving.stamp import StampedLP

SMALL_STUDY_COLUMNS = 100_000
FULL_SIZE_GAP, EXACT_GAP = 1e-4, 1e-7
SIMPLEX_COLUMNS = 15_000
"""Below this size the dual simplex is quicker than an interior point method and gives a vertex at once."""


class SolveError(Exception):
    """No optimal solution: the sentence says why and what to do."""


def required_gap(lp: StampedLP, exact: bool) -> float:
    """Relative gap that the certificate must prove: small studies and published prices are exact."""
    return EXACT_GAP if exact or lp.matrix.shape[1] < SMALL_STUDY_COLUMNS else FULL_SIZE_GAP


def solve(lp: StampedLP, gap: float, threads: int, console: Console, *, crossover: bool = False) -> Solution:
    """Solve by the ladder HiPO, IPX, simplex; each step is named on the console.

    With `crossover` an interior point is carried on to a vertex, whose duals are exact.

    Raises
    ------
    SolveError
        When the model is infeasible or unbounded, or no algorithm finds an optimum.
    """
    tolerance = 1e-9 if gap <= EXACT_GAP else gap / 10
    rungs = ["simplex"] if lp.matrix.shape[1] < SIMPLEX_COLUMNS else ["hipo", "ipx", "simplex"]
    said: list[str] = []
    for algorithm in rungs:
        console.print(f"  {algorithm} …", highlight=False)
        try:
            solution = solve_lp(
                lp,
                algorithm,
                threads=threads,
                tolerance=None if algorithm == "simplex" else tolerance,
                crossover=crossover,
                log=_Progress(console),
            )
        except SolverSetupError as fault:
            console.print(f"  [yellow]{fault}[/yellow]")
            said.append(f"{algorithm}: {fault}")
            continue
        console.print(
            f"  {solution.algorithm}: {solution.status}, {solution.iterations} iterations 次迭代, {solution.seconds:.1f} s"
        )
        if solution.status == "Optimal" and len(solution.primal):
            return solution
        if solution.status in ("Infeasible", "Primal infeasible or unbounded", "Unbounded"):
            raise SolveError(
                f"The plan is not possible as written ({solution.status}): hard clauses and limits cannot all be held. "
                "Make clauses of targets.csv 'soft' with a penalty to see which. "
                "方案不可行：请将 targets.csv 中的硬约束逐条改为软约束以查明冲突。"
            )
        said.append(f"{algorithm}: {solution.status}")
    raise SolveError(
        "No algorithm found an optimum 未求得最优解 (" + "; ".join(said) + "). Nothing was written."
    )


class _Progress:
    """One short line every few seconds instead of the solver's log: presolved size, then iteration, costs, gap and elapsed time."""

    ITERATION = re.compile(r"^\s*(\d+)\s+(-?\d\.\d+e[+-]\d+)\s+(-?\d\.\d+e[+-]\d+)\s+\S+\s+\S+\s+(\S+)")
    SIMPLEX = re.compile(r"^\s*(\d+)\s+(-?\d\.\d+e[+-]\d+)\s+\S+")
    EVERY_S = 5.0

    def __init__(self, console: Console) -> None:
        self.console, self.started, self.said = console, time.monotonic(), 0.0

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if line.startswith("Presolve reductions"):
            self._say(now, line.strip())
        elif now - self.said < self.EVERY_S:
            return
        elif found := self.ITERATION.match(line):
            n, primal, dual, gap = found.groups()
            self._say(now, f"iteration 迭代 {n}: cost 费用 {float(primal):,.1f}, bound 下界 {float(dual):,.1f} MCNY, gap {gap}")
        elif found := self.SIMPLEX.match(line):
            self._say(now, f"iteration 迭代 {found[1]}: {float(found[2]):,.1f} MCNY")

    def _say(self, now: float, text: str) -> None:
        self.said = now
        self.console.print(f"  {now - self.started:6.0f} s  {text}", markup=False, highlight=False)
