"""Information of solved plans on all others: convex combinations are plans, and duals bound the cost at other capacities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.optimize import linprog

from energy_model.solving.bounds import priced
from energy_model.solving.stamp import StampedLP
from energy_model.units import GW_PER_MW

USED = 1e-9
"""A plan with a smaller share is not a part of a mixture."""


def cut_of(lp: StampedLP, dual: np.ndarray, columns: np.ndarray, cost: np.ndarray, offset: float) -> dict[str, Any] | None:
    r"""Inequality, proven by the duals of a solved variant, between the capacities and the cost of any plan.

    Lagrangian duality: whatever the row duals y, a plan v has c·v ≥ (rows at y) + (c − Aᵀy)·v. All columns but the capacities are put at
    the bounds their reduced costs point to; the budget, which is the last row, is left as the cost of the plan.

    .. math:: \kappa\,C + \sum_j a_j x_j \ge k

    Parameters
    ----------
    lp : StampedLP
        Of the variant; its last row is the budget.
    dual : ndarray, shape (rows,)
    columns : ndarray of int
        Capacity columns, shape (capacities,).
    cost, offset
        Of the plans; the objective of the variant is this cost or a sum of capacities.

    Returns
    -------
    dict or None
        ``cost`` κ, ``capacity`` a [per GW] and ``least`` k, for the cost in MCNY; None where a column is not limited.
    """
    y, reduced, row_side, worth = priced(lp, dual)
    worth = worth.copy()
    worth[columns] = 0.0
    rest = row_side[:-1] @ y[:-1] + worth.sum()
    if not np.isfinite(rest):
        return None
    own = bool(np.array_equal(lp.cost, cost))
    weight = float(own) - y[-1]
    capacity = (0.0 if own else lp.cost[columns]) - reduced[columns]
    return {"cost": float(weight), "capacity": capacity.tolist(), "least": float(rest + weight * offset)}


class NearPlans:
    """The solved plans, and their bounds on the least and largest sum of capacities at any budget.

    Parameters
    ----------
    lower, upper : ndarray, shape (capacities,)
        Limits that the inputs set [GW].
    cost : float
        Of the cheapest plan [MCNY].
    """

    def __init__(self, lower: np.ndarray, upper: np.ndarray, cost: float) -> None:
        self.cost, self._box = cost, np.column_stack([lower, upper])
        self._capacity: list[np.ndarray] = []
        self._extra: list[float] = []
        self._violation: list[float] = []
        self._cuts: list[np.ndarray] = []

    def remember(self, answers: Iterable[dict[str, Any]], plans: bool = True) -> None:
        """Add answers of `alternatives.read_elements`; without `plans` only their proofs, as when they violate a condition."""
        for answer in answers:
            if cut := answer["cut"]:
                row = np.array([cut["cost"] * self.cost, *cut["capacity"], cut["least"] - cut["cost"] * self.cost])
                self._cuts.append(row / max(1e-9, np.abs(row[:-1]).max()))
            if plans:
                self._capacity.append(np.array(list(answer["elements"].values())) * GW_PER_MW)
                self._extra.append(answer["cost_mcny"] / self.cost - 1)
                self._violation.append(answer["violation"])

    def reached(self, weights: np.ndarray, epsilon: float) -> tuple[float, float]:
        """Least weighted sum of capacities of a combination of the plans within a budget, and its largest residual; (inf, 0) if none."""
        if not self._extra:
            return np.inf, 0.0
        worth, extra = np.array(self._capacity) @ weights, np.array(self._extra)
        found = linprog(worth, A_ub=[extra], b_ub=[epsilon], A_eq=[np.ones(len(extra))], b_eq=[1.0])
        if found.status != 0:
            return np.inf, 0.0
        share = np.where(found.x > USED, found.x, 0.0)
        share /= share.sum()
        return float(worth @ share), float(np.max(self._violation, initial=0.0, where=share > 0))

    def proven(self, weights: np.ndarray, epsilon: float) -> float:
        """Lower bound on the weighted sum of capacities of any plan within a budget; safe, whatever the accuracy of the small LP."""
        cuts = np.array(self._cuts).reshape(-1, len(weights) + 2)
        matrix, side = -cuts[:, :-1], -cuts[:, -1]
        price, box = np.array([0.0, *weights]), np.array([[0.0, epsilon], *self._box])
        dual = np.zeros(len(side))
        if len(side) and (found := linprog(price, A_ub=matrix, b_ub=side, bounds=box)).status == 0:
            dual = np.minimum(0.0, found.ineqlin.marginals)
        reduced = price - dual @ matrix
        with np.errstate(invalid="ignore"):
            worth = np.where(reduced == 0, 0.0, reduced * np.where(reduced > 0, box[:, 0], box[:, 1]))
        return float(side @ dual + worth.sum())
