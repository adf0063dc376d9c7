"""Which algorithm solves what, and what happens when one gives up."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from rich.console import Console

from energy_model.solving.highs import Solution, SolverSetupError, solve_lp
from energy_model.solving.interior_point.kernels import compiled_before
from energy_model.solving.interior_point.method import Stalled, solve_blocks
from energy_model.solving.interior_point.structure import NoStructure
from energy_model.solving.limits import NO_LIMITS, LimitReached, Limits
from energy_model.solving.narrowing import narrowed
from energy_model.solving.progress import BlockProgress, Progress
from energy_model.solving.screening import UNBUILT_GW, capacity_columns, screen, unbuilt
from energy_model.solving.stamp import StampedLP

SMALL_STUDY_COLUMNS = 100_000
SCREENED_COLUMNS = 200_000
"""From this size on candidates are screened before the interior point method."""

FULL_SIZE_GAP, EXACT_GAP = 1e-4, 1e-7
BLOCKS = "blocks"
"""Name of our own method among the algorithms; all others are of HiGHS."""
BLOCK_GAP = 1e-6
"""Which the method on blocks comes below, whatever wider gap would do: the last digits cost it little, and prices gain them."""
EXACT_BLOCK_GAP = 1e-8
"""At which it ends where `EXACT_GAP` is asked for."""
SIMPLEX_COLUMNS = 15_000
"""Below this size the dual simplex is quicker than an interior point method and gives a vertex at once; from it on the method on blocks
takes less than half the processor time of HiPO (docs/convergence.md)."""


FIRST_ORDER_ITERATIONS = 60_000
"""Most iterations of the first-order method, three times those of the year; when it has not come near by then, the interior point method
alone must do it.  Not a time, so that a slow machine goes the same way as a quick one."""


REFUSED = ("Infeasible", "Primal infeasible or unbounded", "Unbounded")
"""What HiGHS says of a problem without optimum."""

SECOND_OPINION_LIMIT_S = 300.0
"""Longer than this the first opinion is not doubted."""


class SolveError(Exception):
    """No optimal solution: the sentence says why and what to do."""


class InfeasibleError(SolveError):
    """The hard clauses and limits cannot all be held."""


def required_gap(lp: StampedLP, exact: bool) -> float:
    """Relative gap that the certificate must prove: small studies and published prices are exact."""
    return EXACT_GAP if exact or lp.matrix.shape[1] < SMALL_STUDY_COLUMNS else FULL_SIZE_GAP


def solve(lp: StampedLP, gap: float, threads: int, console: Console, *, crossover: bool = False, limits: Limits = NO_LIMITS) -> Solution:
    """Solve by the ladder HiPO, IPX, simplex; each step is named on the console.

    With `crossover` an interior point is carried on to a vertex, whose duals are exact.

    Raises
    ------
    InfeasibleError
        When the model is infeasible or unbounded, in a second opinion too.
    SolveError
        When no algorithm finds an optimum.
    LimitReached
        When a limit came first.
    """
    tolerance = 1e-9 if gap <= EXACT_GAP else gap / 3
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
                log=Progress(console, lp, tolerance),
                limits=limits,
            )
        except SolverSetupError as fault:
            console.print(f"  {fault}", style="yellow")
            said.append(f"{algorithm}: {fault}")
            continue
        console.print(f"  {solution.algorithm}: {solution.status}, {solution.iterations} iterations 次迭代, {solution.seconds:.1f} s")
        if solution.status == "Optimal" and len(solution.primal):
            return solution
        if solution.status in REFUSED:
            if (second := _second_opinion(lp, threads, console, limits)).status == "Optimal":
                return second
            raise InfeasibleError(
                f"The plan is not possible as written ({solution.status}): hard clauses and limits cannot all be held. "
                "方案不可行：硬约束与限值不能同时满足。"
            )
        said.append(f"{algorithm}: {solution.status}")
    raise SolveError("No algorithm found an optimum 未求得最优解 (" + "; ".join(said) + "). Nothing was written.")


def solve_in_blocks(lp: StampedLP, gap: float, threads: int, console: Console, limits: Limits = NO_LIMITS) -> Solution | None:
    """Solve by the interior point method that knows the blocks of the LP.

    Returns
    -------
    Solution or None
        None, with a sentence on the console, when the LP is not made of blocks or the method comes no nearer: HiGHS takes it then.

    Raises
    ------
    LimitReached
        When a limit came first.
    """
    first = "" if compiled_before() else " (its loops are compiled once, some 20 s 首次使用需编译，约 20 秒)"
    console.print(f"  interior point method on blocks 分块内点法{first} …", highlight=False)
    started, progress = time.monotonic(), BlockProgress(console, limits)
    try:
        tolerance = EXACT_BLOCK_GAP if gap <= EXACT_GAP else min(gap, BLOCK_GAP) / 2
        answer = solve_blocks(lp, tolerance, gap / 2, threads, progress)
    except (NoStructure, Stalled) as fault:
        console.print(f"  it was given up ({fault}); HiGHS goes on 改用 HiGHS")
        return None
    seconds = time.monotonic() - started
    console.print(f"  blocks: {answer.iterations} iterations 次迭代, {seconds:.1f} s")
    return Solution("Optimal", BLOCKS, answer.primal, answer.dual, answer.iterations, seconds, basic=False)


def solve_fast(lp: StampedLP, gap: float, threads: int, console: Console, limits: Limits = NO_LIMITS) -> Solution | None:
    """Solve a large study to a proven small gap: a first-order method for the duals, then an interior point method for the primal.

    The duals of the first-order method prove the bound and say which columns rest at a bound; HiPO solves the third of the problem that
    is left, which gives a primal that holds every row.  Prices are as near as the gap; published ones need `solve_screened`.

    Returns
    -------
    Solution or None
        None when the narrowed problem has no solution, or the first-order method none that is near.
    """
    rough = _first_order(lp, gap / 10, threads, console, limits)
    if rough.status in REFUSED or not len(rough.primal):  # one that stopped early may be near enough: the certificate will tell
        return None
    console.print("  the bound is known; now a plan that holds every row 下界已定，求满足每一行的方案 …")
    try:
        exact = solve(narrowed(lp, rough.primal, rough.dual), 2 * gap, threads, console, limits=limits)
    except SolveError:
        return None
    except LimitReached as fault:
        fault.dual = rough.dual
        raise
    return replace(
        exact,
        algorithm=f"{rough.algorithm}+{exact.algorithm}",
        dual=rough.dual,
        iterations=rough.iterations + exact.iterations,
        seconds=rough.seconds + exact.seconds,
        basic=False,
    )


def solve_screened(
    lp: StampedLP, gap: float, threads: int, console: Console, *, crossover: bool = False, limits: Limits = NO_LIMITS
) -> Solution:
    """Solve a large study by interior point without the candidates that nearly optimal plans leave unbuilt, and give duals of all rows.

    A first-order method says which candidates are left unbuilt; those that the duals of the others would let pay come in again.

    Raises
    ------
    SolveError
        As `solve`.
    """
    rough = _first_order(lp, 10 * gap if gap > EXACT_GAP else FULL_SIZE_GAP, threads, console, limits)
    left_out = unbuilt(lp, rough.primal) if len(rough.primal) else capacity_columns(lp)[:0]
    seconds, iterations = rough.seconds, rough.iterations
    while True:
        console.print(f"  {len(left_out)} candidates left out for now 暂不考虑的候选 …")
        screened = screen(lp, left_out)
        part = solve(screened.reduced, gap, threads, console, crossover=crossover, limits=limits)
        pricing = screened.pricing(part.dual)
        priced = solve_lp(pricing, "hipo", threads=threads, tolerance=1e-8, limits=limits)
        seconds, iterations = seconds + part.seconds + priced.seconds, iterations + part.iterations + priced.iterations
        worth = float(pricing.cost @ priced.primal)
        cost = float(screened.reduced.cost @ part.primal) + lp.offset
        built = np.flatnonzero(~screened.columns)[priced.primal > UNBUILT_GW]
        left_out = np.setdiff1d(left_out, built)
        done = worth > -gap / 2 * abs(cost)
        console.print(f"  cost 费用 {cost:,.1f} MCNY; leaving candidates out costs at most 遗漏代价不超过 {max(0.0, -worth):,.2f} MCNY")
        if done or not len(np.intersect1d(built, capacity_columns(lp))):
            return replace(
                part,
                primal=screened.primal(part.primal),
                dual=screened.dual(part.dual, priced.dual),
                seconds=seconds,
                iterations=iterations,
            )


def _first_order(lp: StampedLP, tolerance: float, threads: int, console: Console, limits: Limits) -> Solution:
    console.print("  hipdlp …", highlight=False)
    enough, told = {"pdlp_iteration_limit": FIRST_ORDER_ITERATIONS}, Progress(console, lp, tolerance)
    rough = solve_lp(lp, "hipdlp", threads=threads, tolerance=tolerance, options=enough, log=told, limits=limits)
    console.print(f"  {rough.algorithm}: {rough.iterations} iterations 次迭代, {rough.seconds:.1f} s")
    return rough


def _second_opinion(lp: StampedLP, threads: int, console: Console, limits: Limits) -> Solution:
    """Solve once more without presolve and with every row scaled to its largest coefficient, before "infeasible" is believed.

    Presolve and bad ranges are the commonest causes of a plan falsely called impossible.
    """
    console.print("  second opinion on 'infeasible', without presolve 复核不可行结论 …", highlight=False)
    size = np.ones(lp.matrix.shape[0])
    np.maximum.at(size, lp.matrix.indices, np.abs(lp.matrix.data))
    matrix = lp.matrix.copy()
    matrix.data = matrix.data / size[matrix.indices]
    scaled = replace(lp, matrix=matrix, row_lower=lp.row_lower / size, row_upper=lp.row_upper / size)
    second = solve_lp(scaled, "simplex", threads=threads, time_limit_s=SECOND_OPINION_LIMIT_S, options={"presolve": "off"}, limits=limits)
    console.print(f"  {second.algorithm}: {second.status}, {second.seconds:.1f} s")
    return replace(second, dual=second.dual / size) if len(second.dual) else second
