"""Scale of a study, in power and in money: the reference of tolerances, and the units of the solver."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from energy_model.solving.stamp import StampedLP

BALANCES = ("nodal_balance", "heat_balance")
LEAST_SHARE = 1e-4
"""Share of the cost of an hour without the largest load below which a study's cost counts as nothing: incomes may cancel it."""
USUAL_SIZE = 256.0
"""What the size of an objective that is no cost counts as: the shadow prices of a budget are then some of its cost coefficients."""
USUAL_GW = (0.25, 256.0)
USUAL_MCNY = (1e-3, 1e3)
"""Largest load and middle cost coefficient that a solver's absolute tolerances fit; others are counted in units of their own size."""


def power_gw(lp: StampedLP) -> float:
    """Largest hourly demand of any balance [GW]; 1 if there is no demand."""
    rows = np.concatenate([np.ravel(lp.row_ids[f][1]) for f in BALANCES if f in lp.row_ids] or [np.empty(0, np.int64)])
    demand = np.abs(lp.row_lower[rows[rows >= 0]])
    return float(demand.max(initial=0.0)) or 1.0


def least_mcny(lp: StampedLP) -> float:
    """Least reference cost of a study, where incomes cancel its cost [MCNY]: a small share of an hour without the largest load."""
    return LEAST_SHARE * power_gw(lp) * float(np.abs(lp.cost).max(initial=0.0))


def size_mcny(cost: float, least: float) -> float:
    """Reference of cost differences [MCNY]: the cost, or the `least_mcny` of its study."""
    return max(abs(cost), least) or 1.0


def money_mcny(lp: StampedLP, cost: float) -> float:
    """The same for a given study, or the size of another objective."""
    return lp.size or size_mcny(cost, least_mcny(lp))


def relative_gap(cost: float, bound: float, least: float) -> float:
    """Gap between a cost and a bound [MCNY], relative to `size_mcny`; infinite without a plan or a bound."""
    return float((cost - bound) / size_mcny(cost, least)) if np.isfinite(cost) else np.inf


def own_units(lp: StampedLP) -> tuple[float, float]:
    """Powers of two [GW, MCNY per GW] as units of a study of unusual size, 1 for a usual one."""
    power = _unit(power_gw(lp), USUAL_GW)
    if lp.size:
        return power, _power_of_two(lp.size / power / USUAL_SIZE)
    cost = np.abs(lp.cost[lp.cost != 0])
    return power, _unit(float(np.median(cost)) if len(cost) else 1.0, USUAL_MCNY)


def _unit(size: float, usual: tuple[float, float]) -> float:
    return 1.0 if usual[0] <= size <= usual[1] else _power_of_two(size)


def _power_of_two(size: float) -> float:
    return float(2.0 ** np.round(np.log2(size)))


def in_own_units(lp: StampedLP, power: float, money: float) -> StampedLP:
    """The same problem with amounts in units of `power` and prices in units of `money`; a power of two changes no digit."""
    if power == money == 1:
        return lp
    return replace(
        lp,
        cost=lp.cost / money,
        offset=lp.offset / (power * money),
        size=lp.size / (power * money),
        lower=lp.lower / power,
        upper=lp.upper / power,
        row_lower=lp.row_lower / power,
        row_upper=lp.row_upper / power,
    )


def in_units(lp: StampedLP, row_scale: np.ndarray, column_scale: np.ndarray) -> StampedLP:
    """The same problem with its rows multiplied and its columns in other units."""
    matrix = lp.matrix.copy()
    matrix.data = matrix.data * row_scale[matrix.indices] * np.repeat(column_scale, np.diff(matrix.indptr))
    return replace(
        lp,
        matrix=matrix,
        cost=lp.cost * column_scale,
        lower=lp.lower / column_scale,
        upper=lp.upper / column_scale,
        row_lower=lp.row_lower * row_scale,
        row_upper=lp.row_upper * row_scale,
    )


@dataclass(frozen=True)
class Counted:
    """An LP in the units of a solver, and the conversion back to those of the study.

    Attributes
    ----------
    lp : StampedLP
    column : ndarray, shape (columns,)
        Unit of each column, in that of the study.
    dual : ndarray, shape (rows,)
        The same of each row's dual.
    cost : float
        The same of the cost.
    """

    lp: StampedLP
    column: np.ndarray
    dual: np.ndarray
    cost: float


def counted(lp: StampedLP, *, scaled: bool = True) -> Counted:
    """An LP of unusual size in units of its own; if `scaled`, as needed by all but the simplex, with yearly amounts in larger ones."""
    column = lp.column_scale if scaled else np.ones(len(lp.lower))
    row = 1 / lp.row_scale if scaled else np.ones(len(lp.row_lower))
    power, money = own_units(lp)
    return Counted(in_own_units(in_units(lp, row, column) if scaled else lp, power, money), column * power, row * money, power * money)
