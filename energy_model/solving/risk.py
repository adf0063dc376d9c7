"""Weight of the most expensive years in the objective of a plan for many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Risk:
    """Objective: ``(1 - weight) * mean + weight * CVaR`` of the yearly costs.

    Attributes
    ----------
    weight : float
        Of the conditional value at risk, 0 to 1.
    level : float
        CVaR is the mean of the most expensive ``1 - level`` of the years (Rockafellar and Uryasev 2000).
    """

    weight: float = 0.0
    level: float = 0.9

    def of(self, cost: np.ndarray, probability: np.ndarray) -> float:
        """Value of yearly costs, shape (years,)."""
        return float((1 - self.weight) * probability @ cost + self.weight * conditional_value_at_risk(cost, probability, self.level))


def conditional_value_at_risk(cost: np.ndarray, probability: np.ndarray, level: float) -> float:
    """Mean of the most expensive ``1 - level`` of the years."""
    left, total = 1.0 - level, 0.0
    for i in np.argsort(-cost):
        share = min(probability[i], left)
        total, left = total + share * cost[i], left - share
    return float(total / (1.0 - level))
