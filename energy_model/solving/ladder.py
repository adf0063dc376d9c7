"""Choice of solver and algorithm, and the sequence of fallbacks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.solving.highs import Solution, SolverSetupError, solve_lp, status_words
from energy_model.solving.interior_point.elsewhere import holders_of, told_of_traffic
from energy_model.solving.interior_point.kernels import compiled_before
from energy_model.solving.interior_point.method import NoPlan, Stalled, heaviest_rows, solve_blocks
from energy_model.solving.interior_point.start import Neighbour, told_of_start
from energy_model.solving.interior_point.structure import NoStructure
from energy_model.solving.limits import HIGHS, NO_LIMITS, OWN, LimitReached, Limits
from energy_model.solving.pinched import Released, released
from energy_model.solving.progress import BlockProgress, Progress
from energy_model.solving.solvers.by_name import solve_by_name
from energy_model.solving.stamp import StampedLP
from energy_model.workers import Workers

SMALL_STUDY_COLUMNS = 100_000
FULL_SIZE_GAP, EXACT_GAP = 1e-4, 1e-7
BLOCK_GAP = 1e-6
"""Which the method on blocks comes below where prices are published, as the last digits cost it little; a gap wider than `FULL_SIZE_GAP`
is that of a solve on the way, which ends at half of it."""
ENOUGH = 0.9
"""Share of the gap asked for that will do where the method comes no nearer; the certificate judges it."""
EXACT_BLOCK_GAP = 1e-8
"""At which it ends where `EXACT_GAP` is asked for."""
SIMPLEX_COLUMNS = 15_000
"""Below this size the dual simplex is quicker than an interior point method and gives a vertex at once; from it on the method on blocks
takes less than half the processor time of HiPO (docs/convergence.md)."""


REFUSED = ("Infeasible", "Primal infeasible or unbounded", "Unbounded")
"""What HiGHS says of a problem without optimum."""

SECOND_OPINION_LIMIT_S = 300.0
"""Longer than this the first opinion is not doubted."""


class SolveError(EnergyModelError):
    """No optimal solution: the message gives the reason and the remedy."""


class InfeasibleError(SolveError):
    """The hard clauses and limits cannot all be satisfied.

    Attributes
    ----------
    rows : DataFrame or None
        What excludes each other (`analyses.explain.conflict_table`), where that has been looked for.
    """

    rows: pd.DataFrame | None = None


def _impossible(status: str) -> InfeasibleError:
    return InfeasibleError(
        say(
            f"The plan is infeasible as written ({status}): hard clauses and limits cannot all be met.",
            f"方案不可行（{status}）：硬约束与限值不能同时满足。",
        )
    )


def required_gap(lp: StampedLP, exact: bool) -> float:
    """Relative gap that the certificate must prove: small studies and published prices are exact."""
    return EXACT_GAP if exact or lp.matrix.shape[1] < SMALL_STUDY_COLUMNS else FULL_SIZE_GAP


def solve(lp: StampedLP, gap: float, threads: int, console: Console, *, crossover: bool = False, limits: Limits = NO_LIMITS) -> Solution:
    """Solve by the sequence HiPO, IPX, simplex; each step is named on the console.

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
        console.print(
            say(
                f"  {solution.algorithm}: {status_words(solution.status)}, {solution.iterations} iterations, {solution.seconds:.1f} s",
                f"  {solution.algorithm}：{status_words(solution.status)}，{solution.iterations} 次迭代，{solution.seconds:.1f} 秒",
            )
        )
        if solution.status == "Optimal" and len(solution.primal):
            return solution
        if solution.status in REFUSED:
            if (second := _second_opinion(lp, threads, console, limits)).status == "Optimal":
                return second
            raise _impossible(solution.status)
        said.append(f"{algorithm}: {status_words(solution.status)}")
    raise SolveError(
        say(f"No algorithm found an optimum ({'; '.join(said)}). Nothing was written.", f"未求得最优解（{'; '.join(said)}）。未写出结果。")
    )


def solve_in_blocks(
    lp: StampedLP,
    gap: float,
    threads: int,
    console: Console,
    limits: Limits = NO_LIMITS,
    neighbour: Neighbour | None = None,
    pool: Workers | None = None,
) -> Solution | None:
    """Solve by the interior point method that exploits the blocks of the LP, from what a neighbour has left, and leave that to the next.

    Workers of a cluster hold the parts of an LP that has several.

    Returns
    -------
    Solution or None
        None, with a sentence on the console, when the LP is not made of blocks or the method comes no nearer: HiGHS takes it then.

    Raises
    ------
    InfeasibleError
        When row duals prove that there is not a plan; the message names the rows that weigh most.
    LimitReached
        When a limit came first.
    """
    first = "" if compiled_before() else say(" (its loops are compiled once, some 20 s)", "（首次使用需编译，约 20 秒）")
    console.print(say(f"  interior point method on blocks{first} …", f"  分块内点法{first} …"), highlight=False)
    started, progress = time.monotonic(), BlockProgress(console, limits)
    keep, neighbour = neighbour is not None, neighbour or Neighbour()
    trail, given = neighbour.trail_for(lp), neighbour.trail is not None
    try:
        tolerance = EXACT_BLOCK_GAP if gap <= EXACT_GAP else min(gap, BLOCK_GAP) / 2 if gap <= FULL_SIZE_GAP else gap / 2
        with holders_of(pool, console) as elsewhere:
            answer = solve_blocks(lp, tolerance, ENOUGH * gap, threads, progress, trail=trail, keep=keep, elsewhere=elsewhere)
            if elsewhere is not None:
                console.print(told_of_traffic(elsewhere, answer.iterations), highlight=False)
    except NoPlan as proof:
        console.print(say(f"  blocks: {proof}", "  分块：行对偶射线证明无可行方案"), highlight=False)
        rows = ", ".join(heaviest_rows(lp, proof.ray))
        raise _impossible(
            say(f"infeasible; rows with the largest weight in the proof: {rows}", f"不可行；权重最大的约束：{rows}")
        ) from proof
    except (NoStructure, Stalled) as fault:
        console.print(say(f"  abandoned ({fault}); HiGHS continues", f"  该法中止（{fault}），改用 HiGHS"))
        return None
    seconds = time.monotonic() - started
    neighbour.keep(lp, answer.points, answer.warm)
    if given:
        console.print(told_of_start(trail is not None, answer.warm), highlight=False)
    console.print(
        say(f"  blocks: {answer.iterations} iterations, {seconds:.1f} s", f"  分块：{answer.iterations} 次迭代，{seconds:.1f} 秒")
    )
    return Solution("Optimal", OWN, answer.primal, answer.dual, answer.iterations, seconds, basic=False)


def solve_named(lp: StampedLP, gap: float, threads: int, console: Console, *, vertex: bool = False, limits: Limits) -> Solution:
    """Solve with the solver named in the limits.

    Raises
    ------
    InfeasibleError, SolveError
        When it finds no optimum; there is no second opinion, as the planner chose whom to ask.
    SolverSetupError, LimitReached
        As `solve_by_name`.
    """
    found = solve_by_name(lp, limits.solver, gap, threads, console, vertex=vertex, limits=limits)
    if found.status in REFUSED:
        raise _impossible(found.status)
    if found.status != "Optimal":
        raise SolveError(
            say(
                f"{limits.solver} found no optimum ({found.status}). Nothing was written.",
                f"{limits.solver} 未求得最优解（{found.status}）。未写出结果。",
            )
        )
    return found


def ways(
    lp: StampedLP,
    gap: float,
    threads: int,
    console: Console,
    limits: Limits,
    neighbour: Neighbour | None = None,
    pool: Workers | None = None,
) -> list[tuple[str, Callable[[], Solution | None]]]:
    """Methods in the order in which they are tried, each with its name; one without an answer gives None.

    Rows without room are removed before any of them (`solving.pinched`).
    """
    free = released(lp)
    return [(said, partial(_restored, free, way)) for said, way in _ways(free.lp, gap, threads, console, limits, neighbour, pool)]


def _restored(free: Released, way: Callable[[], Solution | None]) -> Solution | None:
    """Solution of a method, with the duals of all rows of the original LP."""
    try:
        found = way()
    except LimitReached as fault:
        if len(fault.dual) == len(free.lp.row_lower):
            fault.dual = free.dual(fault.dual)
        raise
    return found and free.solution(found)


def takes_blocks(lp: StampedLP, limits: Limits) -> bool:
    """Whether the method on blocks is the first that is tried, the only one that can begin at a start."""
    return limits.solver == OWN and lp.matrix.shape[1] >= SIMPLEX_COLUMNS


def _ways(
    lp: StampedLP,
    gap: float,
    threads: int,
    console: Console,
    limits: Limits,
    neighbour: Neighbour | None,
    pool: Workers | None,
) -> list[tuple[str, Callable[[], Solution | None]]]:
    if limits.solver not in (OWN, HIGHS):
        thorough: Callable[..., Solution] = partial(solve_named, lp, gap, threads, console, limits=limits)
        exact = gap <= EXACT_GAP
        return [
            (limits.solver, partial(thorough, vertex=exact)),
            *([] if exact else [(say("vertex", "顶点"), partial(thorough, vertex=True))]),
        ]
    thorough = partial(solve, lp, gap, threads, console, limits=limits)
    found: list[tuple[str, Callable[[], Solution | None]]] = [
        (say("interior point method", "内点法"), thorough),
        (say("vertex by crossover", "交叉求顶点"), partial(thorough, crossover=True)),
    ]
    if takes_blocks(lp, limits):
        found.insert(0, (say("blocks", "分块"), partial(solve_in_blocks, lp, gap, threads, console, limits, neighbour, pool)))
    return found


def first_answer(
    lp: StampedLP, gap: float, threads: int, console: Console, limits: Limits = NO_LIMITS, neighbour: Neighbour | None = None
) -> Solution:
    """Answer of the first of the `ways` that has one.

    Raises
    ------
    InfeasibleError, SolveError, LimitReached
        As `solve`.
    """
    for _, way in ways(lp, gap, threads, console, limits, neighbour):
        if (solution := way()) is not None:
            return solution
    raise AssertionError("the last way gives an answer or says why there is none")


def _second_opinion(lp: StampedLP, threads: int, console: Console, limits: Limits) -> Solution:
    """Solve once more without presolve and with every row scaled to its largest coefficient, before "infeasible" is believed.

    Presolve and bad ranges are the commonest causes of a plan falsely called impossible.
    """
    console.print(say("  second opinion on 'infeasible', without presolve …", "  复核不可行结论（不作预处理）…"), highlight=False)
    size = np.ones(lp.matrix.shape[0])
    np.maximum.at(size, lp.matrix.indices, np.abs(lp.matrix.data))
    matrix = lp.matrix.copy()
    matrix.data = matrix.data / size[matrix.indices]
    scaled = replace(lp, matrix=matrix, row_lower=lp.row_lower / size, row_upper=lp.row_upper / size)
    second = solve_lp(scaled, "simplex", threads=threads, time_limit_s=SECOND_OPINION_LIMIT_S, options={"presolve": "off"}, limits=limits)
    console.print(f"  {second.algorithm}: {status_words(second.status)}, {second.seconds:.1f} {say('s', '秒')}")
    return replace(second, dual=second.dual / size) if len(second.dual) else second
