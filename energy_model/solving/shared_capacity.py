"""Split stamped years that share their capacities: the common decision, and each year's dispatch at given capacities.

Capacities are the only coupling between the years of an ensemble: storage, commitment and the yearly ledgers (fuel, clauses, contracts)
stay within a year. Blocks of one year are *not* decomposed: their ledgers, given as budgets, would prescribe the energy of every plant
block by block (docs/ensemble.md gives the results of a trial).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.solving.magnitude import least_mcny
from energy_model.solving.stamp import MISSING, MONTHLY, SUMS, TOTAL, TYPICAL, StampedLP

LARGEST_GW = 1e3
"""No capacity of a region of this size is larger; taken where the inputs set no limit."""

PENALTY, LEAST_PENALTY = 10.0, 100.0
"""Price of capacity that a year lacks: so many times its yearly cost, and no less than this [MCNY/GW]."""


@dataclass(frozen=True)
class Capacities:
    """The common decision of all years: capacities [GW, GWh] within these rows and bounds. Their cost is part of each year.

    Attributes
    ----------
    labels : list of (family, label)
    lower, upper : ndarray, shape (capacities,)
    matrix : csr_array, shape (rows, capacities)
        Rows that hold capacities alone: land, durations, reserve margin.
    assumed : ndarray of int
        Capacities whose upper bound is ours, as `StampedLP.assumed`.
    least_mcny : float
        Of a year, as `magnitude.least_mcny`.
    row_lower, row_upper : ndarray, shape (rows,)
    """

    labels: list[tuple[str, tuple]]
    lower: np.ndarray
    upper: np.ndarray
    matrix: sp.csr_array
    row_lower: np.ndarray
    row_upper: np.ndarray
    assumed: np.ndarray
    least_mcny: float

    @property
    def column_ids(self) -> dict[str, tuple[list[tuple], np.ndarray]]:
        """Their places by family, as `StampedLP.column_ids`."""
        families = np.array([family for family, _ in self.labels])
        return {
            family: ([label for name, label in self.labels if name == family], np.flatnonzero(families == family))
            for family in dict.fromkeys(families.tolist())
        }


@dataclass(frozen=True)
class Dispatch:
    """A year at given capacities.

    Attributes
    ----------
    lp : StampedLP
        The whole year's rows and columns, then rows that hold each capacity at what is given, up to what is bought in addition or left
        unused at a price, so that all capacities have an answer.  Rows of capacities alone are free: they hold once.
    held : ndarray of int, shape (capacities,)
        Rows of `lp` that hold a capacity, in the order of `Capacities`.
    """

    lp: StampedLP
    held: np.ndarray

    def at(self, capacity: np.ndarray) -> StampedLP:
        """The LP with these capacities, shape (capacities,)."""
        lower, upper = self.lp.row_lower.copy(), self.lp.row_upper.copy()
        lower[self.held] = upper[self.held] = capacity
        return replace(self.lp, row_lower=lower, row_upper=upper)

    def missing(self, primal: np.ndarray) -> np.ndarray:
        """Capacity bought in addition (positive) or left unused (negative), shape (capacities,)."""
        n = len(self.held)
        return primal[-2 * n : -n] - primal[-n:]


class DecompositionError(EnergyModelError, ValueError):
    """These years cannot be decomposed; the message gives the reason."""


def capacity_ids(lp: StampedLP) -> tuple[np.ndarray, np.ndarray]:
    """Common columns, and rows that contain no others.

    Columns of the master that are tied to a yearly total or to typical weeks by rows belong to the year.
    """
    of_master = {f: ids for f, (_, ids) in lp.column_ids.items() if ids.ndim == 1}
    master = np.sort(np.concatenate(list(of_master.values())))
    totals = np.concatenate([np.empty(0, np.int64), *(ids for f, ids in of_master.items() if f.startswith((TOTAL, MONTHLY, TYPICAL)))])
    rows = np.sort(np.concatenate([ids for f, (_, ids) in lp.row_ids.items() if ids.ndim == 1 and f not in SUMS]))
    part = sp.csr_array(lp.matrix)[rows][:, master].tocoo()
    capacities = np.isin(master, np.concatenate([ids for f, ids in of_master.items() if f.startswith("capacity_")]))
    free = ~capacities[part.coords[1]]
    n = len(rows)
    edges = sp.coo_array((np.ones(free.sum()), (part.coords[0][free], n + part.coords[1][free])), shape=(n + len(master), n + len(master)))
    _, component = sp.csgraph.connected_components(edges, directed=False)
    yearly = np.isin(component[n:], component[n + np.flatnonzero(np.isin(master, totals))])
    shared = master[~yearly]
    own = sp.csr_array(lp.matrix)[rows]
    alone = np.asarray((own[:, shared] != 0).sum(axis=1)).ravel() == np.diff(own.indptr)
    return shared, rows[alone & (np.diff(own.indptr) > 0)]


def split(lp: StampedLP) -> tuple[Capacities, Dispatch]:
    """Split one year, as `shared_part`, into the common decision and its dispatch."""
    once, shared, rows = shared_part(lp)
    return once, _dispatch(lp, once, shared, rows)


def shared_part(lp: StampedLP) -> tuple[Capacities, np.ndarray, np.ndarray]:
    """The part of one year shared with the others, and its own columns and rows (`capacity_ids`).

    Parameters
    ----------
    lp : StampedLP

    Raises
    ------
    DecompositionError
        When columns must be whole numbers.
    """
    if lp.integer.any():
        raise DecompositionError(
            say("Whole units or circuits cannot be decided over several weather years.", "多气象年规划不支持整台机组与整回线路。")
        )
    shared, rows = capacity_ids(lp)
    labels: list[tuple[str, tuple]] = [("", ())] * len(shared)
    place = np.full(lp.matrix.shape[1], -1)
    place[shared] = np.arange(len(shared))
    for family, (names, ids) in lp.column_ids.items():
        if ids.ndim == 1:
            for name, j in zip(names, ids, strict=True):
                if place[j] >= 0:
                    labels[place[j]] = family, name
    own = sp.csr_array(lp.matrix)[rows][:, shared]
    once = Capacities(
        labels,
        lp.lower[shared],
        np.minimum(lp.upper[shared], LARGEST_GW),
        own,
        lp.row_lower[rows],
        lp.row_upper[rows],
        np.flatnonzero(np.isin(shared, lp.assumed) | (lp.upper[shared] > LARGEST_GW)),
        least_mcny(lp),
    )
    return once, shared, rows


def _dispatch(lp: StampedLP, once: Capacities, shared: np.ndarray, rows: np.ndarray) -> Dispatch:
    n, (height, width) = len(shared), lp.matrix.shape
    matrix = lp.matrix.copy()
    matrix.data = np.where(np.isin(matrix.indices, rows), 0.0, matrix.data)
    matrix.eliminate_zeros()
    holding = sp.csc_array((np.ones(n), (np.arange(n), shared)), shape=(n, width))
    eye = sp.identity(n, format="csc")
    row_lower, row_upper = lp.row_lower.copy(), lp.row_upper.copy()
    row_lower[rows], row_upper[rows] = -np.inf, np.inf
    lower, upper = lp.lower.copy(), lp.upper.copy()
    lower[shared], upper[shared] = once.lower, once.upper
    price = np.maximum(PENALTY * np.abs(lp.cost[shared]), LEAST_PENALTY)
    room = once.upper - once.lower
    return Dispatch(
        lp=replace(
            lp,
            matrix=sp.csc_array(sp.block_array([[matrix, None, None], [holding, -eye, eye]])),
            cost=np.concatenate([lp.cost, price, price]),
            lower=np.concatenate([lower, np.zeros(2 * n)]),
            upper=np.concatenate([upper, room, room]),
            row_lower=np.concatenate([row_lower, np.zeros(n)]),
            row_upper=np.concatenate([row_upper, np.zeros(n)]),
            integer=np.concatenate([lp.integer, np.zeros(2 * n, bool)]),
            accounts={},
            column_scale=np.concatenate([lp.column_scale, np.ones(2 * n)]),
            column_block=np.append(lp.column_block, np.full(2 * n, MISSING, np.int32)),
            row_block=np.append(lp.row_block, np.full(n, MISSING, np.int32)),
        ),
        held=height + np.arange(n),
    )


def same_capacities(first: Capacities, other: Capacities) -> Capacities:
    """The capacities of two years as one: bounds must agree, rows of both apply.

    Raises
    ------
    DecompositionError
        When candidates or bounds differ.
    """
    if first.labels != other.labels:
        raise DecompositionError(say("The years have different candidates.", "各年候选项目不同。"))
    for name in ("lower", "upper"):
        if not np.allclose(getattr(first, name), getattr(other, name), rtol=1e-9, atol=1e-9):
            raise DecompositionError(say(f"The years differ in the {name} bounds of capacity.", f"各年容量的 {name} 界限不同。"))
    matrix = sp.csr_array(sp.vstack([first.matrix, other.matrix]))
    table = np.column_stack([matrix.toarray(), np.r_[first.row_lower, other.row_lower], np.r_[first.row_upper, other.row_upper]])
    _, keep = np.unique(table, axis=0, return_index=True)  # rows that do not depend on the weather come twice
    keep.sort()
    return replace(
        first,
        matrix=matrix[keep],
        row_lower=np.r_[first.row_lower, other.row_lower][keep],
        row_upper=np.r_[first.row_upper, other.row_upper][keep],
    )
