"""Join stamped years that share their capacities into one LP.

Capacities are common columns, the other columns and rows of each year are on the diagonal, and its costs are multiplied by its
probability; hence a dual of a year's row, divided by that probability, is a price of the year. The method on blocks holds each year as a
part of its own (`interior_point.parts`).

The weight of the most expensive years (CVaR; Rockafellar and Uryasev 2000, "Optimization of conditional value-at-risk", Journal of Risk 2)
adds a column, the value at risk, and to each year a column, what it costs beyond that, and the row that says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import scipy.sparse as sp

from energy_model.solving.risk import Risk
from energy_model.solving.shared_capacity import Capacities, same_capacities, shared_part
from energy_model.solving.stamp import MISSING, YEARLY, StampedLP, joint_blocks, joint_ids

LARGEST_COST = 1e3
"""Yearly costs are below so many times the largest one known: bounds the columns of CVaR."""
LEAST_WEIGHT = 1e-6
"""A year with less weight in the objective has no prices: its dispatch is not decided."""


@dataclass(frozen=True)
class JoinedYears:
    """Years as one problem for the solver.

    Attributes
    ----------
    lp : StampedLP
    once : Capacities
        Its columns come first.
    columns, rows : list of ndarray of int
        Joint column and row of each column and row of a year; rows of capacities alone, which stand once, are -1.
    probability : ndarray, shape (years,)
        Weight of each year's cost in the objective, beside that of CVaR.
    beyond : slice
        Rows of CVaR, one for each year; empty for the mean.
    """

    lp: StampedLP
    once: Capacities
    columns: list[np.ndarray]
    rows: list[np.ndarray]
    probability: np.ndarray
    beyond: slice

    def weights(self, dual: np.ndarray) -> np.ndarray:
        """Weight of each year's cost, shape (years,): with CVaR that of the years beyond the value at risk is larger."""
        return self.probability + (dual[self.beyond] if self.beyond.stop > self.beyond.start else 0.0)

    def year(self, k: int, primal: np.ndarray, dual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Column values and row duals of one year, in its own money; duals of common rows, and of a year without weight, are 0."""
        weight = self.weights(dual)[k]
        own = np.where(self.rows[k] >= 0, dual[self.rows[k]], 0.0)
        return primal[self.columns[k]], own / weight if weight > LEAST_WEIGHT else np.zeros_like(own)

    def worth(self, dual: np.ndarray) -> np.ndarray:
        """Saving of one more unit of each capacity in the dispatch of each year, shape (years, capacities) [MCNY/GW, MCNY/GWh]."""
        shared = sp.csr_array(self.lp.matrix[:, : len(self.once.labels)])
        own = [rows[rows >= 0] for rows in self.rows]
        weights = np.where((w := self.weights(dual)) > LEAST_WEIGHT, w, np.inf)
        return np.array([shared[rows].T @ dual[rows] / weight for rows, weight in zip(own, weights, strict=True)])


def join(lps: Sequence[StampedLP], probability: np.ndarray, risk: Risk | None = None, largest_mcny: float = 1.0) -> JoinedYears:
    """Join years to minimise their mean cost, or what `risk` says.

    Parameters
    ----------
    lps : sequence of StampedLP
        With the same candidates.
    probability : ndarray, shape (years,)
    risk : Risk, optional
    largest_mcny : float
        Largest cost of a year that is known, as of its own plan; needed for CVaR.

    Raises
    ------
    DecompositionError
        When the years have other candidates, or whole numbers.
    """
    parts = [shared_part(lp) for lp in lps]
    once = reduce(same_capacities, (own for own, _, _ in parts))
    n, columns, rows = len(once.labels), [], []
    width, height = n, once.matrix.shape[0]
    for lp, (_, shared, alone) in zip(lps, parts, strict=True):
        place = np.full(lp.matrix.shape[1], MISSING, np.int32)
        place[shared] = np.arange(n)
        own = place < 0
        place[own] = width + np.arange(own.sum())
        width += int(own.sum())
        row = np.full(lp.matrix.shape[0], MISSING, np.int32)
        kept = np.setdiff1d(np.arange(len(row)), alone)
        row[kept] = height + np.arange(len(kept))
        height += len(kept)
        columns.append(place)
        rows.append(row)
    cost, lower, upper, unit = np.zeros(width), np.empty(width), np.empty(width), np.ones(width)
    row_lower, row_upper = np.empty(height), np.empty(height)
    row_lower[: len(once.row_lower)], row_upper[: len(once.row_upper)] = once.row_lower, once.row_upper
    for lp, place, row, p in zip(lps, columns, rows, probability, strict=True):
        cost[:n] += p * lp.cost[place < n][np.argsort(place[place < n])]
        rest, kept = place >= n, row >= 0
        cost[place[rest]] = p * lp.cost[rest]
        lower[place[rest]], upper[place[rest]], unit[place] = lp.lower[rest], lp.upper[rest], lp.column_scale
        row_lower[row[kept]], row_upper[row[kept]] = lp.row_lower[kept], lp.row_upper[kept]
    lower[:n], upper[:n] = once.lower, once.upper
    offset = float(sum(p * lp.offset for lp, p in zip(lps, probability, strict=True)))
    lp = StampedLP(
        matrix=_matrix(lps, once, columns, rows, height),
        cost=cost,
        offset=offset,
        lower=lower,
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        integer=np.zeros(width, bool),
        accounts={"mean": (cost, offset)},
        column_scale=unit,
        column_ids=joint_ids("column_ids", lps, range(len(lps)), columns),
        row_ids=joint_ids("row_ids", lps, range(len(lps)), rows),
        column_block=joint_blocks("column_block", lps, columns, width),
        row_block=joint_blocks("row_block", lps, rows, height),
        assumed=np.unique(np.concatenate([once.assumed, *(place[lp.assumed] for place, lp in zip(columns, lps, strict=True))])),
    )
    joined = JoinedYears(lp, once, columns, rows, probability, slice(height, height))
    return joined if risk is None or risk.weight == 0 else _with_risk(joined, lps, risk, LARGEST_COST * largest_mcny)


def _matrix(lps: Sequence[StampedLP], once: Capacities, columns: list[np.ndarray], rows: list[np.ndarray], height: int) -> sp.csc_array:
    """Coefficients by column, of the capacities first; put together without a list of all entries, which needs three times the room."""
    n = len(once.labels)
    common, data, indices, counts = [once.matrix.tocoo()], [], [], []
    for lp, place, row in zip(lps, columns, rows, strict=True):
        own = place >= n
        held = lp.matrix[:, own]
        data.append(held.data)
        indices.append(row[held.indices])
        counts.append(np.diff(held.indptr))
        shared = lp.matrix[:, ~own].tocoo()
        kept = row[shared.coords[0]] >= 0
        at = row[shared.coords[0][kept]], place[~own][shared.coords[1][kept]]
        common.append(sp.coo_array((shared.data[kept], at), shape=(height, n)))
    values = np.concatenate([c.data for c in common])
    first = sp.csc_array((values, tuple(np.concatenate([c.coords[axis] for c in common]) for axis in (0, 1))), shape=(height, n))
    start = np.cumsum(np.concatenate([[0], np.diff(first.indptr), *counts]))
    matrix = sp.csc_array(
        (np.concatenate([first.data, *data]), np.concatenate([first.indices, *indices]).astype(np.int32), start.astype(np.int32)),
        shape=(height, len(start) - 1),
    )
    matrix.sort_indices()
    return matrix


def _with_risk(one: JoinedYears, lps: Sequence[StampedLP], risk: Risk, largest: float) -> JoinedYears:
    """The value at risk, what each year costs beyond it, and the rows that say so."""
    lp, years = one.lp, len(lps)
    height, width = lp.matrix.shape
    costs = sp.vstack([
        sp.csr_array((own.cost[at], (np.zeros(len(at), np.int32), place[at])), shape=(1, width))
        for own, place in zip(lps, one.columns, strict=True)
        for at in [np.flatnonzero(own.cost)]
    ])  # fmt: skip
    further = sp.hstack([np.ones((years, 1)), sp.identity(years)])
    cost = np.concatenate([(1 - risk.weight) * lp.cost, [risk.weight], risk.weight / (1 - risk.level) * one.probability])
    offset = (1 - risk.weight) * lp.offset
    added = np.full(1 + years, MISSING, np.int32)
    risky = replace(
        lp,
        matrix=sp.csc_array(sp.block_array([[lp.matrix, None], [-costs, further]], format="csc")),
        cost=cost,
        offset=offset,
        lower=np.concatenate([lp.lower, [-largest], np.zeros(years)]),
        upper=np.concatenate([lp.upper, np.full(1 + years, 2 * largest)]),
        row_lower=np.append(lp.row_lower, [own.offset for own in lps]),
        row_upper=np.append(lp.row_upper, np.full(years, np.inf)),
        integer=np.append(lp.integer, np.zeros(1 + years, bool)),
        accounts={"mean and CVaR": (cost, offset)},
        column_scale=np.append(lp.column_scale, np.full(1 + years, YEARLY)),
        column_block=np.append(lp.column_block, added),
        row_block=np.append(lp.row_block, added[1:]),
    )
    return replace(one, lp=risky, probability=(1 - risk.weight) * one.probability, beyond=slice(height, height + years))
