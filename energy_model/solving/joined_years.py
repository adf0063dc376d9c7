"""Join stamped years that share their capacities into one LP: the fast method while all of them fit into memory.

Capacities are common columns, the other columns and rows of each year are on the diagonal, and its costs are multiplied by its
probability; hence a dual of a year's row, divided by that probability, is a price of the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import scipy.sparse as sp

from energy_model.solving.shared_capacity import Capacities, same_capacities, shared_part
from energy_model.solving.stamp import MISSING, StampedLP, joint_blocks, joint_ids


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
    """

    lp: StampedLP
    once: Capacities
    columns: list[np.ndarray]
    rows: list[np.ndarray]
    probability: np.ndarray

    def year(self, k: int, primal: np.ndarray, dual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Column values and row duals of one year, in its own money; duals of common rows are 0."""
        own = np.where(self.rows[k] >= 0, dual[self.rows[k]], 0.0) / self.probability[k]
        return primal[self.columns[k]], own

    def worth(self, dual: np.ndarray) -> np.ndarray:
        """Saving of one more unit of each capacity in the dispatch of each year, shape (years, capacities) [MCNY/GW, MCNY/GWh]."""
        shared = sp.csr_array(self.lp.matrix[:, : len(self.once.labels)])
        own = [rows[rows >= 0] for rows in self.rows]
        return np.array([shared[rows].T @ dual[rows] / p for rows, p in zip(own, self.probability, strict=True)])


def join(lps: Sequence[StampedLP], probability: np.ndarray) -> JoinedYears:
    """Join years to minimise their mean cost.

    Parameters
    ----------
    lps : sequence of StampedLP
        With the same candidates.
    probability : ndarray, shape (years,)

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
        place = np.full(lp.matrix.shape[1], MISSING)
        place[shared] = np.arange(n)
        own = place < 0
        place[own] = width + np.arange(own.sum())
        width += int(own.sum())
        row = np.full(lp.matrix.shape[0], MISSING)
        kept = np.setdiff1d(np.arange(len(row)), alone)
        row[kept] = height + np.arange(len(kept))
        height += len(kept)
        columns.append(place)
        rows.append(row)
    cost, lower, upper, unit = np.zeros(width), np.empty(width), np.empty(width), np.ones(width)
    integer = np.zeros(width, bool)
    row_lower, row_upper = np.empty(height), np.empty(height)
    row_lower[: len(once.row_lower)], row_upper[: len(once.row_upper)] = once.row_lower, once.row_upper
    entries = [once.matrix.tocoo()]
    data, at, to = [entries[0].data], [entries[0].coords[0]], [entries[0].coords[1]]
    for lp, place, row, p in zip(lps, columns, rows, probability, strict=True):
        cost[:n] += p * lp.cost[place < n][np.argsort(place[place < n])]
        rest, kept = place >= n, row >= 0
        cost[place[rest]] = p * lp.cost[rest]
        lower[place[rest]], upper[place[rest]], unit[place] = lp.lower[rest], lp.upper[rest], lp.column_scale
        row_lower[row[kept]], row_upper[row[kept]] = lp.row_lower[kept], lp.row_upper[kept]
        own = lp.matrix.tocoo()
        held = kept[own.coords[0]]
        data.append(own.data[held])
        at.append(row[own.coords[0][held]])
        to.append(place[own.coords[1][held]])
    lower[:n], upper[:n] = once.lower, once.upper
    offset = float(sum(p * lp.offset for lp, p in zip(lps, probability, strict=True)))
    lp = StampedLP(
        matrix=sp.csc_array((np.concatenate(data), (np.concatenate(at), np.concatenate(to))), shape=(height, width)),
        cost=cost,
        offset=offset,
        lower=lower,
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        integer=integer,
        accounts={"mean": (cost, offset)},
        column_scale=unit,
        column_ids=joint_ids("column_ids", lps, range(len(lps)), columns),
        row_ids=joint_ids("row_ids", lps, range(len(lps)), rows),
        column_block=joint_blocks("column_block", lps, columns, width),
        row_block=joint_blocks("row_block", lps, rows, height),
        assumed=np.unique(np.concatenate([once.assumed, *(place[lp.assumed] for place, lp in zip(columns, lps, strict=True))])),
    )
    return JoinedYears(lp, once, columns, rows, probability)
