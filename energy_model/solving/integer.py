"""Whole numbers: branch and bound for the plan, then the LP with the whole columns held for its prices.

Duals of a mixed-integer program do not exist; what is published are those of the LP around the plan found (O'Neill et al. 2005,
"Efficient market-clearing prices in markets with nonconvexities", European Journal of Operational Research 164).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from energy_model.solving.highs import Solution, load_arrays, run_interruptibly, set_option, solve_lp
from energy_model.solving.stamp import StampedLP


@dataclass(frozen=True)
class IntegerSolution:
    """Plan with whole columns.

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
        Of the search, in HiGHS's words: ``"Optimal"`` within the gap asked for, or the limit that stopped it.
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
        return (self.objective - self.bound) / max(1.0, abs(self.objective))


class NoIntegerPlan(Exception):
    """The search ended without a plan: the sentence says why."""


def solve_integer(
    lp: StampedLP,
    *,
    gap: float = 1e-4,
    threads: int = 2,
    time_limit_s: float | None = None,
    log: Callable[[str], None] | None = None,
) -> IntegerSolution:
    """Solve with the columns in ``lp.integer`` held to whole numbers.

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

    Raises
    ------
    NoIntegerPlan
        When no plan was found: there is none, or the limit came first.
    """
    h = load_arrays(lp, integer=True)
    set_option(h, "threads", threads)
    set_option(h, "mip_rel_gap", gap)
    if time_limit_s is not None:
        set_option(h, "time_limit", time_limit_s)
    run_interruptibly(h)
    status, info, found = h.modelStatusToString(h.getModelStatus()), h.getInfo(), h.getSolution()
    if not found.value_valid or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise NoIntegerPlan(f"No plan with whole numbers was found 未求得整数解 ({status}).")
    whole = np.round(np.array(found.col_value)[lp.integer])
    lower, upper = lp.lower.copy(), lp.upper.copy()
    lower[lp.integer] = upper[lp.integer] = whole
    held = replace(lp, lower=lower, upper=upper, integer=np.zeros_like(lp.integer))
    solution = solve_lp(held, "simplex", threads=threads)
    if solution.status != "Optimal":
        raise NoIntegerPlan(f"The plan found does not hold with its whole numbers rounded 取整后不可行 ({solution.status}).")
    objective = float(lp.cost @ solution.primal) + lp.offset
    if log:
        log(f"branch and bound 分支定界: {status}, {info.mip_node_count} nodes 节点, {h.getRunTime():.1f} s")
    return IntegerSolution(solution, held, objective, float(info.mip_dual_bound), int(info.mip_node_count), status)
