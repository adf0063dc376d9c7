"""Many LPs that differ in a few vectors: changes of the arrays in memory.

Nothing is built again: an added column (an axis) or row (a budget) joins the arrays once, and every variant sets bounds and costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import scipy.sparse as sp

from energy_model.solving.stamp import MISSING, StampedLP

Vector = Literal["lower", "upper", "row_lower", "row_upper"]
VECTORS: tuple[Vector, ...] = get_args(Vector)


@dataclass(frozen=True)
class Change:
    """New values of entries of one vector of bounds.

    Attributes
    ----------
    vector : {"lower", "upper", "row_lower", "row_upper"}
    ids : tuple of int
        Columns or rows.
    value : float
    """

    vector: Vector
    ids: tuple[int, ...]
    value: float


@dataclass(frozen=True)
class Variant:
    """Differences from the LP shared by all variants.

    Attributes
    ----------
    changes : tuple of Change
    objective : tuple of (int, float)
        Columns and their coefficients, minimised instead of the cost; empty: the cost is.
    size : float
        Range that such an objective may have, in its unit: its gap need only be small beside that. 0: it must be as small as for a cost.
    """

    changes: tuple[Change, ...] = ()
    objective: tuple[tuple[int, float], ...] = ()
    size: float = 0.0


def hold(vector: Vector, ids: Sequence[int] | np.ndarray, value: float) -> Change:
    """The change that sets entries of a vector."""
    return Change(vector, tuple(int(i) for i in np.ravel(ids)), float(value))


def applied(lp: StampedLP, variant: Variant) -> StampedLP:
    """The LP of a variant; the matrix is shared."""
    vectors = {name: getattr(lp, name) for name in {c.vector for c in variant.changes}}
    vectors = {name: values.copy() for name, values in vectors.items()}
    for change in variant.changes:
        vectors[change.vector][list(change.ids)] = change.value
    if not variant.objective:
        return replace(lp, **vectors)
    cost = np.zeros(len(lp.cost))
    np.add.at(cost, [i for i, _ in variant.objective], [v for _, v in variant.objective])
    return replace(lp, **vectors, cost=cost, offset=0.0, accounts={"objective": (cost, 0.0)}, size=variant.size)


def with_row(lp: StampedLP, coefficients: np.ndarray) -> StampedLP:
    """The LP with one more row at the end, free until a variant bounds it.

    Parameters
    ----------
    lp : StampedLP
    coefficients : ndarray, shape (columns,)
    """
    return replace(
        lp,
        matrix=sp.csc_array(sp.vstack([lp.matrix, sp.csr_array(coefficients[None, :])])),
        row_lower=np.append(lp.row_lower, -np.inf),
        row_upper=np.append(lp.row_upper, np.inf),
        row_block=_and_shared(lp.row_block),
    )


def with_axis(lp: StampedLP, rows: np.ndarray, coefficients: np.ndarray, most: float, scale: float) -> StampedLP:
    """The LP with one more column at the end, from 0 to `most`, without cost, which moves right-hand sides along a line.

    Parameters
    ----------
    lp : StampedLP
    rows : ndarray of int
        Rows whose right-hand side the column represents; theirs becomes 0.
    coefficients : ndarray
        Right-hand side of each row per unit of the axis.
    most : float
        Bound that no plan reaches.
    scale : float
        Unit in which a solver should count the column.
    """
    column = sp.csc_array((-coefficients, (rows, np.zeros(len(rows), int))), shape=(lp.matrix.shape[0], 1))
    column.eliminate_zeros()
    row_lower, row_upper = lp.row_lower.copy(), lp.row_upper.copy()
    for side in (row_lower, row_upper):
        side[rows] = np.where(np.isfinite(side[rows]), 0.0, side[rows])
    return replace(
        lp,
        matrix=sp.csc_array(sp.hstack([lp.matrix, column])),
        cost=np.append(lp.cost, 0.0),
        lower=np.append(lp.lower, 0.0),
        upper=np.append(lp.upper, most),
        row_lower=row_lower,
        row_upper=row_upper,
        integer=np.append(lp.integer, False),
        accounts={name: (np.append(vector, 0.0), offset) for name, (vector, offset) in lp.accounts.items()},
        column_scale=np.append(lp.column_scale, scale),
        column_block=_and_shared(lp.column_block),
    )


def _and_shared(blocks: np.ndarray) -> np.ndarray:
    """The blocks of rows or columns, and of one more that all blocks share; none where the LP has none."""
    return np.append(blocks, np.int32(MISSING)) if len(blocks) else blocks
