"""Integer problems: branch and bound for the plan, then the LP with the integers fixed for its prices.

Duals of a mixed-integer program do not exist; published prices are those of the LP with fixed integers (O'Neill et al. 2005, "Efficient
market-clearing prices in markets with nonconvexities", European Journal of Operational Research 164).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from energy_model.language import say
from energy_model.runlog import solver_said
from energy_model.solving.highs import Solution, load_arrays, run_interruptibly, set_option, solve_lp, solver_lines, status_words
from energy_model.solving.limits import NO_LIMITS, LimitReached, Limits, known_bound
from energy_model.solving.magnitude import least_mcny, relative_gap
from energy_model.solving.stamp import StampedLP

SEARCH_SHARE = 0.9
"""Share of the time that is left for the search; the rest is for the LP with the whole columns held."""


@dataclass(frozen=True)
class IntegerSolution:
    """Plan with integer columns.

    Attributes
    ----------
    solution : Solution
        Of the LP with the whole columns held: its primal is the plan, its duals are the prices around it.
    held : StampedLP
        That LP.
    objective, bound : float
        Cost of the plan and the bound that branch and bound has proven [MCNY].
    nodes : int
        Nodes of the search tree.
    status : str
        Status of the search, in HiGHS's words: ``"Optimal"`` within the required gap, or the limit that stopped it.
    """

    solution: Solution
    held: StampedLP
    objective: float
    bound: float
    nodes: int
    status: str

    @property
    def gap(self) -> float:
        """Relative distance between plan and bound."""
        return relative_gap(self.objective, self.bound, least_mcny(self.held))


class NoIntegerPlan(Exception):
    """The search ended without a plan: the message gives the reason."""


def solve_integer(
    lp: StampedLP,
    *,
    gap: float = 1e-4,
    threads: int = 2,
    time_limit_s: float | None = None,
    log: Callable[[str], None] | None = None,
    limits: Limits = NO_LIMITS,
) -> IntegerSolution:
    """Solve with the columns in ``lp.integer`` restricted to whole numbers.

    Parameters
    ----------
    lp : StampedLP
    gap : float
        Relative gap at which the search stops.
    threads : int
    time_limit_s : float, optional
        The best plan found by then is returned with its bound.
    log : callable, optional
        Receives one line when the search ends.
    limits : Limits
        Held by a watch outside HiGHS, during the search and the LP after it.  The search itself stops a little before the deadline, so that
        the plan found by then can be made whole.

    Raises
    ------
    NoIntegerPlan
        When no plan was found: there is none, or the limit came first; the sentence then gives the bound that was proven.
    LimitReached
        When a limit came during the LP after the search, or HiGHS did not heed its own time limit.
    """
    h = load_arrays(lp, integer=True)
    set_option(h, "threads", threads)
    set_option(h, "mip_rel_gap", gap)
    patience = min(float("inf") if time_limit_s is None else time_limit_s, SEARCH_SHARE * limits.left_s)
    if patience < float("inf"):
        set_option(h, "time_limit", patience)
    try:
        with solver_lines(h, solver_said):
            run_interruptibly(h, limits)
    except LimitReached as fault:
        fault.bound = float(h.getInfo().mip_dual_bound)
        raise
    status, info, found = h.modelStatusToString(h.getModelStatus()), h.getInfo(), h.getSolution()
    if not found.value_valid or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        known = say("; ", "；") + known_bound(info.mip_dual_bound) if abs(info.mip_dual_bound) < 1e20 else ""
        raise NoIntegerPlan(
            say(
                f"No plan with whole numbers was found ({status_words(status)}{known}).", f"未求得整数解（{status_words(status)}{known}）。"
            )
        )
    whole = np.round(np.array(found.col_value)[lp.integer])
    held = replace(lp.holding(np.flatnonzero(lp.integer), whole), integer=np.zeros_like(lp.integer))
    solution = solve_lp(held, "simplex", threads=threads, limits=limits)
    if solution.status != "Optimal":
        raise NoIntegerPlan(
            say(
                f"The plan found is infeasible with its whole numbers rounded ({status_words(solution.status)}).",
                f"取整后不可行（{status_words(solution.status)}）。",
            )
        )
    objective = float(lp.cost @ solution.primal) + lp.offset
    if log:
        log(
            say(
                f"branch and bound: {status_words(status)}, {info.mip_node_count} nodes, {h.getRunTime():.1f} s",
                f"分支定界：{status_words(status)}，{info.mip_node_count} 个节点，{h.getRunTime():.1f} 秒",
            )
        )
    return IntegerSolution(solution, held, objective, float(info.mip_dual_bound), int(info.mip_node_count), status)
