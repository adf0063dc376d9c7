"""From a prepared study to a certified plan: solve, certify, and continue with a more thorough method while the gap is too wide."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from rich.console import Console

from energy_model.language import say
from energy_model.results.certificate import Certificate, certify, certify_whole
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.build import Problem
from energy_model.solving.highs import Solution, status_words
from energy_model.solving.integer import NoIntegerPlan, solve_integer
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.ladder import EXACT_GAP, SolveError, required_gap, ways
from energy_model.solving.limits import HIGHS, NO_LIMITS, OWN, LimitReached, Limits, known_bound
from energy_model.solving.pinched import released
from energy_model.solving.stamp import StampedLP
from energy_model.study.settings import Options
from energy_model.units import YI_CNY_PER_MCNY
from energy_model.workers import Workers

INTEGER_GAP, INTEGER_LIMIT_S = 1e-4, 3600.0
"""Relative gap at which branch and bound stops, and its time limit; a plan found by then with a wider gap is refused unless accepted."""

Certified = tuple[Solution, dict[str, float], Certificate, dict]
"""Solution, cost tables, certificate, and what is proven of whole numbers; the last is empty without them."""


class HasLP(Protocol):
    """A problem that can be solved to a gap: a year, years of a pathway, weather years joined."""

    @property
    def lp(self) -> StampedLP:
        """The arrays."""


def why_not_one_lp(options: Options) -> str:
    """Why a study is not a single LP that can be changed in memory and solved again; empty if it is one.

    Reactances and units that depend on what is built, and trips added as rows, need several solves of one plan; whole circuits need branch
    and bound.
    """
    network, reserves = options.network, options.reserves
    several = {
        f'power_flow = "{network.power_flow}"': network.power_flow == "dc" and network.reactance == "as built",
        f'security = "{network.security}"': network.security == "n-1",
        f'circuits = "{network.circuits}"': network.circuits != "continuous",
        f'largest_unit = "{reserves.largest_unit}"': reserves.largest_unit == "standing",
    }
    for option, found in several.items():
        if found:
            return say(
                f"This analysis changes a single linear programme many times, which excludes "
                f"{option}: "
                "choose a scenario without it, or use increment or sensitivity, which solve each plan again.",
                f"该问题需反复修改同一个线性规划，而 {option} 的研究不是单一线性规划："
                "请改用不含该选项的方案，或用逐一重新求解的 increment、sensitivity。",
            )
    return ""


def solve_certified(
    problem: Problem,
    exact: bool,
    threads: int,
    console: Console,
    limits: Limits = NO_LIMITS,
    neighbour: Neighbour | None = None,
    gap: float | None = None,
) -> Certified:
    """Solution, cost tables and certificate of one problem, and the bound proven by branch and bound if it has integer columns.

    `gap` in place of the one that the size of the problem asks for.

    Raises
    ------
    SolveError, CertificateError
        When no plan was found, or its certificate fails.
    """
    lp = problem.lp
    console.print(
        say(
            f"  {lp.matrix.shape[1]:,} columns, {lp.matrix.shape[0]:,} rows, {lp.matrix.nnz:,} nonzeros",
            f"  {lp.matrix.shape[1]:,} 列，{lp.matrix.shape[0]:,} 行，{lp.matrix.nnz:,} 个非零元",
        )
    )
    if lp.integer.any():
        solution, accounts, certificate, whole = solve_whole(problem, threads, console, limits)
    else:
        whole = {}
        solution, accounts, certificate = solve_to_gap(problem, gap or required_gap(lp, exact), threads, console, limits, neighbour)
    certificate.require(say("The result failed its independent check and was not written", "结果未通过独立校核，未写出"))
    return solution, accounts, certificate, whole


def solve_whole(problem: Problem, threads: int, console: Console, limits: Limits = NO_LIMITS) -> Certified:
    """Integer solution, its cost tables, the certificate of the plan with the integers fixed, and the proven bound.

    Raises
    ------
    SolveError
        When there is no such plan, or the time limit comes first.
    """
    lp = problem.lp
    if limits.solver not in (OWN, HIGHS):
        raise SolveError(
            say(
                f"Whole numbers are decided by HiGHS: leave --solver {limits.solver} out.",
                f"整数方案只能由 HiGHS 求解：请去掉 --solver {limits.solver}。",
            )
        )
    console.print(
        say(f"  branch and bound: {int(lp.integer.sum()):,} integer columns …", f"  分支定界：{int(lp.integer.sum()):,} 个整数变量 …")
    )

    def log(line: str) -> None:
        console.print(f"  {line}")

    try:
        whole = solve_integer(lp, gap=INTEGER_GAP, threads=threads, time_limit_s=INTEGER_LIMIT_S, log=log, limits=limits)
    except NoIntegerPlan as none:
        raise SolveError(str(none)) from none
    except LimitReached as fault:
        raise SolveError(
            say(
                f"Stopped by the {fault}; nothing was written; {known_bound(fault.bound)}.",
                f"因{fault}中止，未写出结果；{known_bound(fault.bound)}。",
            )
        ) from fault
    console.print(
        say(
            f"  cost {whole.objective:,.2f}, bound {whole.bound:,.2f} MCNY, gap {whole.gap:.1e}",
            f"  费用 {whole.objective * YI_CNY_PER_MCNY:,.4f}，下界 {whole.bound * YI_CNY_PER_MCNY:,.4f} 亿元，相对间隙 {whole.gap:.1e}",
        )
    )
    solution = replace(whole.solution, algorithm=f"branch and bound + {whole.solution.algorithm}", without_room=released(lp).without_room)
    accounts = lp.costs(solution.primal)
    proven = {"status": whole.status.lower(), "lower_bound_mcny": whole.bound, "gap": whole.gap, "nodes": whole.nodes}
    allowed = max(INTEGER_GAP, problem.system.options.network.accepted_gap)
    if whole.gap > allowed:
        raise SolveError(
            say(
                f"Branch and bound stopped ({status_words(whole.status)}) at a plan of {whole.objective:,.1f} MCNY that may cost "
                f"{whole.gap:.2%} too much ({known_bound(whole.bound)}); nothing was written. Give it more time, or "
                f"accept such a plan with accepted_gap = {whole.gap * 1.05:.2g} in [network].",
                f"分支定界停止（{status_words(whole.status)}），所得方案 {whole.objective * YI_CNY_PER_MCNY:,.3f} 亿元，"
                f"可能偏高 {whole.gap:.2%}（{known_bound(whole.bound)}）；未写出结果。请加长限时，或在 [network] 设 accepted_gap = "
                f"{whole.gap * 1.05:.2g} 接受该间隙。",
            )
        )
    held = certify(whole.held, solution.primal, solution.dual, accounts, EXACT_GAP)
    return solution, accounts, certify_whole(held, whole.bound, allowed), proven


def solve_to_gap(
    problem: HasLP,
    gap_limit: float,
    threads: int,
    console: Console,
    limits: Limits = NO_LIMITS,
    neighbour: Neighbour | None = None,
    pool: Workers | None = None,
) -> tuple[Solution, dict[str, float], Certificate]:
    """Solution, cost tables and certificate; if a method misses the gap, the next and more thorough one is tried.

    Workers of a cluster in `pool` hold the parts of an LP that has several.

    Raises
    ------
    SolveError
        If no plan was found, or a limit was reached first; the message then gives the best proven bound.
    """
    try:
        return _solve_to_gap(problem, gap_limit, threads, console, limits, neighbour, pool)
    except LimitReached as fault:
        bound = safe_lower_bound(problem.lp, fault.dual)[0] if len(fault.dual) == len(problem.lp.row_lower) else float("-inf")
        raise SolveError(
            say(
                f"Stopped by the {fault} before a plan passed its check; nothing was written; {known_bound(bound)}.",
                f"在方案通过校核前因{fault}中止，未写出结果；{known_bound(bound)}。",
            )
        ) from fault


def _solve_to_gap(
    problem: HasLP,
    gap_limit: float,
    threads: int,
    console: Console,
    limits: Limits,
    neighbour: Neighbour | None,
    pool: Workers | None,
) -> tuple[Solution, dict[str, float], Certificate]:
    lp = problem.lp
    result: tuple[Solution, dict[str, float], Certificate] | None = None
    for tried, (said, way) in enumerate(ways(lp, gap_limit, threads, console, limits, neighbour, pool)):
        if result:
            console.print(
                say(f"  gap still wider than {gap_limit:.0e}; next: {said} …", f"  相对间隙仍大于 {gap_limit:.0e}，改用：{said} …")
            )
        elif tried:
            console.print(say(f"  next: {said} …", f"  改用：{said} …"))
        if (solution := way()) is None:
            continue
        accounts = lp.costs(solution.primal)
        certificate = certify(lp, solution.primal, solution.dual, accounts, gap_limit)
        result = solution, accounts, certificate
        if certificate.passed or solution.basic:
            break
    if result is None:
        raise AssertionError("the last way gives an answer or says why there is none")
    return result
