"""Certificate of a result: everything is recomputed from the arrays, independently of the solver."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

import numpy as np

from energy_model.errors import EnergyModelError
from energy_model.solving.assumptions import AssumptionError, binding
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.magnitude import money_mcny, power_gw
from energy_model.solving.stamp import StampedLP
from energy_model.units import MW_PER_GW

TOLERANCE = 1e-6
"""Largest violation of a row or bound of power, as a share of the largest hourly load; yearly amounts [GWh, TJ, kt] count in the larger
unit of these, so 1e-3."""


class CertificateError(EnergyModelError):
    """A result failed its independent check and was not written."""


@dataclass(frozen=True)
class Certificate:
    """Residuals of a result.

    Attributes
    ----------
    bound_violation, row_violation : float
        Largest violation of a column bound and of a row, in the row's own unit (GW, GWh, TJ, kt).
    worst_row : str
        Family of the row that is violated most, measured by what is tolerated there.
    violation_worth_mcny : float
        Violations of all rows at their duals and of all bounds at their reduced costs: by so much the cost may be too low.
    balance_residual_mw : float
        Largest residual of the hourly balance of any bus [MW].
    dual_violation : float
        Largest reduced cost of the wrong sign at a bound that is not there [MCNY per unit].
    objective_mcny, lower_bound_mcny : float
        Cost of the stored solution and the proven lower bound on the optimal cost.
    gap : float
        (objective - lower bound) / size.
    size_mcny : float
        The cost, or its substitute if incomes cancel it, or the size of another objective (`magnitude.money_mcny`).
    gap_limit : float
        What was required.
    accounts_difference : float
        Relative difference between the sum of the cost tables and the objective.
    passed : bool
        Whether all of these are within their limits.
    held_back : list of str
        Columns at an artificial bound ("no limit") whose value exceeds the gap (`solving.assumptions`).
    """

    bound_violation: float
    row_violation: float
    worst_row: str
    violation_worth_mcny: float
    balance_residual_mw: float
    dual_violation: float
    objective_mcny: float
    lower_bound_mcny: float
    gap: float
    size_mcny: float
    gap_limit: float
    accounts_difference: float
    passed: bool
    held_back: list[str] = field(default_factory=list)

    def as_dict(self) -> dict:
        """Plain values for the manifest."""
        return asdict(self)

    def require(self, failed: str) -> None:
        """Refuse a result that failed, or whose cost an artificial bound raises.

        Raises
        ------
        CertificateError
            With the sentence `failed` and all figures.
        AssumptionError
        """
        if not self.passed:
            raise CertificateError(f"{failed}: {self.as_dict()}")
        if self.held_back:
            raise AssumptionError(self.held_back)


def certify(lp: StampedLP, primal: np.ndarray, dual: np.ndarray, accounts: dict[str, float], gap_limit: float) -> Certificate:
    """Recompute residuals, costs and the gap from the arrays.

    Parameters
    ----------
    lp : StampedLP
    primal : ndarray, shape (columns,)
    dual : ndarray, shape (rows,)
    accounts : dict
        Cost tables [MCNY] as they will be written.
    gap_limit : float
        Largest relative gap that passes.

    Returns
    -------
    Certificate
    """
    activity = lp.matrix @ primal
    row = np.maximum(0.0, np.maximum(lp.row_lower - activity, activity - lp.row_upper))
    bound = np.maximum(0.0, np.maximum(lp.lower - primal, primal - lp.upper))
    balance = lp.row_ids["nodal_balance"][1]
    objective = float(lp.cost @ primal) + lp.offset
    lower, wrong = safe_lower_bound(lp, dual, objective)
    size = money_mcny(lp, objective)
    gap = (objective - lower) / size
    told = abs(sum(accounts.values()) - objective) / size
    tolerance = TOLERANCE * power_gw(lp)
    tolerated = row / (tolerance * lp.row_scale)
    worth = float(row @ np.abs(dual) + bound @ np.abs(lp.cost - lp.matrix.T @ dual))
    passed = (
        tolerated.max(initial=0.0) <= 1
        and (bound / lp.column_scale).max() <= tolerance
        and abs(gap) <= gap_limit  # a cost below the bound is one of a plan that breaks rows
        and worth <= gap_limit * size
        and told <= 1e-9
    )
    return Certificate(
        bound_violation=float(bound.max()),
        row_violation=float(row.max(initial=0.0)),
        worst_row=_family(lp, int(tolerated.argmax())) if len(row) else "",
        violation_worth_mcny=worth,
        balance_residual_mw=float(np.abs(activity - lp.row_lower)[balance].max() * MW_PER_GW),
        dual_violation=wrong,
        objective_mcny=objective,
        lower_bound_mcny=lower,
        gap=float(gap),
        size_mcny=float(size),
        gap_limit=gap_limit,
        accounts_difference=float(told),
        passed=bool(passed),
        held_back=binding(lp, primal, dual, gap_limit * size),
    )


def certify_whole(held: Certificate, bound: float, gap_limit: float) -> Certificate:
    """Certificate of an integer plan: that of the LP with fixed integers, against the bound of branch and bound [MCNY].

    The held LP proves that the plan keeps its rows and is dispatched at least cost, not that its whole numbers are good ones.
    """
    gap = (held.objective_mcny - bound) / held.size_mcny
    passed = bool(held.passed and abs(gap) <= gap_limit)
    return replace(held, lower_bound_mcny=bound, gap=float(gap), gap_limit=gap_limit, passed=passed)


def _family(lp: StampedLP, row: int) -> str:
    return next((family for family, (_, ids) in lp.row_ids.items() if (ids == row).any()), "")
