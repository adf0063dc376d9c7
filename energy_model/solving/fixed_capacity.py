"""Two bounds on the optimum of a whole horizon from capacities chosen by a smaller problem.

Upper bound: the horizon dispatched with these capacities is a feasible plan, so the optimum costs no more. Lower bound: row duals of any
accuracy, made safe (`solving.bounds`), here those of the whole horizon's optimum. The duals of a dispatch with fixed capacities prove
little: its rents do not add up to the cost of the capacities, and each deviation is multiplied by the whole range of a candidate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from rich.console import Console

from energy_model.solving.assumptions import require_free
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.ladder import first_answer
from energy_model.solving.limits import LimitReached, Limits
from energy_model.solving.magnitude import money_mcny
from energy_model.solving.stamp import CAPACITY, MISSING, SUMS, StampedLP

Label = tuple[str, tuple]
"""Family and index."""

MISSED_PRICE = 100.0
"""Price of missing a hard yearly row [MCNY per GW, GWh, TJ or kt], above that of unserved load: nothing is missed that can be held."""
LARGEST_MISS = 1e6
"""Bound on what a row is missed by [GW, GWh, TJ, kt], far above anything a region can reach: the certificate's lower bound needs one."""
TOLERANCE = 1e-6
"""Rows are held when they miss by less, in GW or in thousands of yearly units (as `results.certificate`)."""
PART_OF_GAP = 0.1
"""The whole horizon is solved to this share of the gap to be proven."""


@dataclass(frozen=True)
class Held:
    """A horizon with fixed capacities.

    Attributes
    ----------
    lp : StampedLP
        Capacities are constants; rows of capacities alone are free; columns at the end miss hard yearly rows at `MISSED_PRICE`.
    columns : int
        Columns of the horizon itself.
    elastic : list of (int, float)
        Row and sign of each column at the end.
    broken : dict
        Family and label of rows that the capacities alone break, and by how much.
    """

    lp: StampedLP
    columns: int
    elastic: list[tuple[int, float]]
    broken: dict[Label, float]

    def missed(self, primal: np.ndarray) -> dict[Label, float]:
        """Hard yearly rows violated by a solution, with the amount [GW, GWh, TJ, kt]."""
        scale, found = self.lp.row_scale, dict(self.broken)
        names = {int(i): (family, label) for family, (labels, ids) in _yearly(self.lp) for label, i in zip(labels, ids, strict=True)}
        for (row, _), value in zip(self.elastic, primal[self.columns :], strict=True):
            if value > TOLERANCE * scale[row]:
                found[names[row]] = float(value)
        return found


def with_capacities(lp: StampedLP, capacity: Mapping[Label, float], *, may_grow: bool = False) -> StampedLP:
    """The LP with capacities at given values [GW, GWh], or with these as lower bounds.

    Raises
    ------
    KeyError
        When a capacity of the LP is not given.
    """
    families = [entry for entry in lp.column_ids.items() if entry[0].startswith(CAPACITY)]
    ids = np.concatenate([np.empty(0, np.int64), *(own for _, (_, own) in families)])
    given = np.array([capacity[family, label] for family, (labels, _) in families for label in labels])
    held = lp.holding(ids, np.clip(given, lp.lower[ids], lp.upper[ids]))
    return replace(held, upper=lp.upper, assumed=lp.assumed) if may_grow else held


def fix_capacities(lp: StampedLP, capacity: Mapping[Label, float]) -> Held:
    """Fix all capacities of an LP at given values [GW, GWh]."""
    fixed = with_capacities(lp, capacity)
    constant = np.zeros(len(fixed.cost), bool)
    constant[lp.capacities] = True
    moving = np.zeros(lp.matrix.shape[0], bool)
    moving[lp.matrix.indices[np.repeat(~constant, np.diff(lp.matrix.indptr))]] = True
    activity, scale = lp.matrix[:, constant] @ fixed.lower[constant], lp.row_scale
    off = np.maximum(0.0, np.maximum(lp.row_lower - activity, activity - lp.row_upper))
    broken: dict[Label, float] = {}
    elastic: list[tuple[int, float]] = []
    for family, (labels, ids) in _yearly(lp):
        for label, i in zip(labels, ids.tolist(), strict=True):
            if not moving[i]:
                if off[i] > TOLERANCE * scale[i]:
                    broken[family, label] = float(off[i])
            elif lp.row_lower[i] != lp.row_upper[i]:
                elastic += [(i, 1.0)] if np.isfinite(lp.row_lower[i]) else []
                elastic += [(i, -1.0)] if np.isfinite(lp.row_upper[i]) else []
    n, rows, signs = len(elastic), [i for i, _ in elastic], [s for _, s in elastic]
    missed = sp.csc_array((np.array(signs), (np.array(rows, int), np.arange(n))), shape=(lp.matrix.shape[0], n))
    price = np.full(n, MISSED_PRICE)
    accounts = {name: (np.r_[vector, np.zeros(n)], offset) for name, (vector, offset) in lp.accounts.items()}
    whole = replace(
        fixed,
        matrix=sp.csc_array(sp.hstack([lp.matrix, missed])),
        cost=np.r_[lp.cost, price],
        lower=np.r_[fixed.lower, np.zeros(n)],
        upper=np.r_[fixed.upper, np.full(n, LARGEST_MISS)],
        row_lower=np.where(moving, lp.row_lower, -np.inf),
        row_upper=np.where(moving, lp.row_upper, np.inf),
        integer=np.r_[lp.integer, np.zeros(n, bool)],
        accounts=accounts | {"missed_rows": (np.r_[np.zeros(len(lp.cost)), price], 0.0)},
        column_scale=np.r_[lp.column_scale, scale[rows] if n else np.empty(0)],
        column_block=np.r_[lp.column_block, np.full(n, MISSING, np.int32)],
    )
    return Held(whole, len(lp.cost), elastic, broken)


def _yearly(lp: StampedLP) -> list[tuple[str, tuple[list[tuple], np.ndarray]]]:
    """Rows of the master, without those that sum ledgers or limit a store to its volume."""
    facts = (*SUMS, "highest_start", "lowest_start")
    return [(family, entry) for family, entry in lp.row_ids.items() if entry[1].ndim == 1 and family not in facts]


@dataclass(frozen=True)
class Below:
    """A proven lower bound on the optimal cost.

    Attributes
    ----------
    bound : float
        [MCNY]; minus infinity when nothing was proven.
    near : float
        Cost of the approximate plan that came with it [MCNY]: about as far as the bound could rise.
    """

    bound: float
    near: float


def bound_below(lp: StampedLP, cost: float, gap: float, threads: int, console: Console, limits: Limits) -> Below:
    """Prove a lower bound on the cost of all plans.

    Parameters
    ----------
    lp : StampedLP
        With capacities free.
    cost : float
        Of the plan that is compared [MCNY].
    gap : float
        Relative gap to prove.

    Raises
    ------
    InfeasibleError
        When the whole horizon has no plan.
    AssumptionError
        When the bound leans on a bound of ours, so that plans beyond it may cost less.
    """
    size = gap * money_mcny(lp, cost)
    try:
        found = first_answer(lp, PART_OF_GAP * gap, threads, console, limits)
    except LimitReached as fault:
        if len(fault.dual) != len(lp.row_lower):
            return Below(-np.inf, -np.inf)
        require_free(lp, lp.upper, fault.dual, size)  # without a plan, any column may be at its bound
        return Below(safe_lower_bound(lp, fault.dual)[0], -np.inf)
    require_free(lp, found.primal, found.dual, size)
    return Below(safe_lower_bound(lp, found.dual)[0], float(lp.cost @ found.primal) + lp.offset)
