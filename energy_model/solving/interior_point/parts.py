"""Parts of an LP: blocks that hand states to each other with what they alone share, such as one of several years.

Parts meet in a few columns and rows only, capacities above all. Each is eliminated for itself, so that the totals and rows of one year are
no border of the blocks of another, and one part can be held elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from energy_model.solving.interior_point.structure import require_blocks
from energy_model.solving.stamp import StampedLP

WORTH_PARTS = 50_000
"""Columns and rows of the master, times blocks, from which it pays to hold them by part: all blocks know all of them otherwise."""


@dataclass(frozen=True)
class Part:
    """A part of an LP.

    Attributes
    ----------
    columns, rows : ndarray of int
        Its own, in the LP.
    met : ndarray of int
        Columns and rows that it shares with others, counted among all that are shared, columns first.
    met_columns : int
        How many of them are columns.
    lp : StampedLP
        Own columns, then the shared ones that it meets; rows alike. Entries, costs and bounds of the shared ones alone are left out.
    """

    columns: np.ndarray
    rows: np.ndarray
    met: np.ndarray
    met_columns: int
    lp: StampedLP


@dataclass(frozen=True)
class Parts:
    """An LP in parts.

    Attributes
    ----------
    columns, rows : ndarray of int
        What parts share, in the LP.
    lp : StampedLP
        Of these alone.
    of_column, of_row : ndarray of int
        Part of each column and row of the LP, -1 of shared ones.
    count : int
    """

    columns: np.ndarray
    rows: np.ndarray
    lp: StampedLP
    of_column: np.ndarray
    of_row: np.ndarray
    count: int

    def part(self, lp: StampedLP, k: int) -> Part:
        """One of the parts of the LP."""
        nothing = np.empty(0, np.int64)
        if self.count == 1 and not len(self.columns) + len(self.rows):
            return Part(np.arange(len(lp.lower)), np.arange(len(lp.row_lower)), nothing, 0, lp)
        columns, rows = np.flatnonzero(self.of_column == k), np.flatnonzero(self.of_row == k)
        row_place = np.full(len(lp.row_lower), -1, np.int32)
        row_place[rows], row_place[self.rows] = 1, 2
        entries = sp.csc_array(lp.matrix[:, columns])
        met_rows = np.unique(entries.indices[row_place[entries.indices] == 2])
        of_shared = sp.csc_array(lp.matrix[:, self.columns])
        here = np.repeat(np.arange(len(self.columns)), np.diff(of_shared.indptr))[row_place[of_shared.indices] == 1]
        met_columns = np.unique(here)
        row_place[:] = -1
        row_place[rows] = np.arange(len(rows))
        shared_entries = _with_rows(sp.csc_array(of_shared[:, met_columns]), row_place)
        row_place[met_rows] = len(rows) + np.arange(len(met_rows))
        matrix = sp.csc_array(sp.hstack([_with_rows(entries, row_place), shared_entries], format="csc"))
        matrix.resize(len(rows) + len(met_rows), len(columns) + len(met_columns))
        met = np.r_[met_columns, len(self.columns) + np.searchsorted(self.rows, met_rows)]
        of_columns: dict[str, Any] = {n: _padded(getattr(lp, n)[columns], len(met_columns)) for n in ("cost", "lower", "upper")}
        of_rows: dict[str, Any] = {n: _padded(getattr(lp, n)[rows], len(met_rows)) for n in ("row_lower", "row_upper")}
        part = replace(
            _bare(lp, columns, rows),
            matrix=matrix,
            **of_columns,
            **of_rows,
            column_block=_counted_on(lp.column_block[columns], lp.row_block[rows], len(met_columns)),
            row_block=_counted_on(lp.row_block[rows], lp.column_block[columns], len(met_rows)),
        )
        return Part(columns, rows, met, len(met_columns), part)


def find_parts(lp: StampedLP, elsewhere: bool = False) -> Parts:
    """Parts of an LP; one where they would share most of the master, or the master is small and parts are not wanted `elsewhere`.

    Raises
    ------
    NoStructure
        When the LP has no blocks.
    """
    require_blocks(lp)
    rows, columns = lp.matrix.shape
    master_columns, master_rows = np.flatnonzero(lp.column_block < 0), np.flatnonzero(lp.row_block < 0)
    of_column, of_row = np.zeros(columns, np.int16), np.zeros(rows, np.int16)
    count = 1
    blocks = int(max(lp.column_block.max(), lp.row_block.max(initial=-1))) + 1
    if elsewhere or (len(master_columns) + len(master_rows)) * blocks >= WORTH_PARTS:
        found = _Master(lp, master_columns, master_rows)
        count = found.parts
        if count > 1:
            of_column[:], of_row[:] = found.of_block[lp.column_block], found.of_block[lp.row_block]
            of_column[master_columns], of_row[master_rows] = np.split(found.of_node, [len(master_columns)])
    shared_columns, shared_rows = np.flatnonzero(of_column < 0), np.flatnonzero(of_row < 0)
    own = sp.csc_array(sp.csr_array(lp.matrix[:, shared_columns])[shared_rows])
    shared = replace(_bare(lp, shared_columns, shared_rows), matrix=own)
    return Parts(shared_columns, shared_rows, shared, of_column, of_row, count)


def _bare(lp: StampedLP, columns: np.ndarray, rows: np.ndarray) -> StampedLP:
    """Bounds, costs and sides of some columns and rows; names, accounts and the matrix are not theirs."""
    of_columns: dict[str, Any] = {n: getattr(lp, n)[columns] for n in ("cost", "lower", "upper", "integer", "column_scale")}
    of_rows: dict[str, Any] = {n: getattr(lp, n)[rows] for n in ("row_lower", "row_upper")}
    nothing = np.empty(0, np.int64)
    return replace(lp, offset=0.0, accounts={}, column_ids={}, row_ids={}, assumed=nothing, **of_columns, **of_rows)


def _padded(values: np.ndarray, further: int) -> np.ndarray:
    return np.append(values, np.zeros(further))


def _with_rows(matrix: sp.csc_array, place: np.ndarray) -> sp.csc_array:
    """The entries of a matrix whose rows have a place, there."""
    row = place[matrix.indices]
    kept = row >= 0
    start = np.r_[0, np.cumsum(kept)][matrix.indptr]
    return sp.csc_array((matrix.data[kept], row[kept], start), shape=(len(place), matrix.shape[1]))


def _counted_on(block: np.ndarray, other: np.ndarray, further: int) -> np.ndarray:
    """Blocks counted from 0, and `further` entries of none."""
    known = np.unique(np.r_[block, other])
    known = known[known >= 0]
    return np.r_[np.where(block < 0, -1, np.searchsorted(known, block)), np.full(further, -1)].astype(np.int32)


class _Master:
    """Which columns and rows of the master (nodes) belong to which part.

    Blocks that hand states to each other form a chain, and chains a part if they alone share something: columns or rows known to half of
    all chains at most, or what ties those together.  A node is of the part that alone knows it, or that alone knows what it is tied to.
    """

    def __init__(self, lp: StampedLP, columns: np.ndarray, rows: np.ndarray) -> None:
        self.nodes = len(columns) + len(rows)
        node_of_column, node_of_row = np.full(len(lp.lower), -1), np.full(len(lp.row_lower), -1)
        node_of_column[columns], node_of_row[rows] = np.arange(len(columns)), len(columns) + np.arange(len(rows))
        chain_of, chains = _chains(lp)
        known = self._known(lp, columns, node_of_column, node_of_row, chain_of, chains)
        tied = self._tied(lp, columns, node_of_column, node_of_row)
        of_chain = self._merged(known, tied)
        self.parts = int(of_chain.max()) + 1
        self.of_block = np.append(of_chain[chain_of], -1).astype(np.int16)  # the last for those of the master, whose block is -1
        to_part = sp.csr_array((np.ones(chains), (np.arange(chains), of_chain)), shape=(chains, self.parts))
        self.of_node = self._labels(sp.csr_array(known @ to_part), tied)

    def _known(self, lp, columns, node_of_column, node_of_row, chain_of, chains) -> sp.csr_array:
        """Which chains know each node, by an entry in a block."""
        own = lp.matrix[:, columns]
        block = lp.row_block[own.indices]
        node, chain = np.repeat(np.arange(len(columns)), np.diff(own.indptr))[block >= 0], chain_of[block[block >= 0]]
        at = node_of_row[lp.matrix.indices]
        entry = np.flatnonzero(at >= 0)
        block = lp.column_block[np.searchsorted(lp.matrix.indptr, entry, side="right") - 1]
        node = np.r_[node, at[entry[block >= 0]]]
        chain = np.r_[chain, chain_of[block[block >= 0]]]
        return _pattern(node, chain, (self.nodes, chains))

    def _tied(self, lp, columns, node_of_column, node_of_row) -> sp.csr_array:
        """Which nodes stand in each other's rows and columns."""
        own = lp.matrix[:, columns]
        row, column = node_of_row[own.indices], np.repeat(np.arange(len(columns)), np.diff(own.indptr))
        row, column = row[row >= 0], column[row >= 0]
        return _pattern(np.r_[row, column], np.r_[column, row], (self.nodes, self.nodes))

    def _merged(self, known: sp.csr_array, tied: sp.csr_array) -> np.ndarray:
        """Part of each chain, in the order of their first."""
        chains = known.shape[1]
        narrow = np.diff(known.indptr) <= chains / 2
        among = _only(known, narrow)
        by_group = sp.csr_array(self._groups(known, tied) @ tied @ among)
        by_group = by_group[np.flatnonzero(np.diff(by_group.indptr) <= chains / 2)]
        together = sp.vstack([among, by_group], format="csr")
        return sp.csgraph.connected_components(sp.csr_array(together.T @ together), directed=False)[1]

    def _groups(self, known: sp.csr_array, tied: sp.csr_array) -> sp.csr_array:
        """Nodes that no block knows, in groups tied together; shape (groups, nodes)."""
        unknown = np.flatnonzero(np.diff(known.indptr) == 0)
        count, group = sp.csgraph.connected_components(tied[unknown][:, unknown], directed=False)
        return _pattern(group, unknown, (count, self.nodes))

    def _labels(self, known: sp.csr_array, tied: sp.csr_array) -> np.ndarray:
        """Part of each node, -1 of those that parts share."""
        parts = np.diff(known.indptr)
        label = np.full(self.nodes, -1, np.int16)
        single = np.flatnonzero(parts == 1)
        label[single] = known.indices[known.indptr[single]]
        groups = self._groups(known, tied)
        around = sp.csr_array(groups @ tied @ _only(known, parts == 1))
        for g in np.flatnonzero(np.diff(around.indptr) == 1):
            label[groups.indices[groups.indptr[g] : groups.indptr[g + 1]]] = around.indices[around.indptr[g]]
        pair = tied.tocoo()
        a, b = label[pair.coords[0]], label[pair.coords[1]]
        label[pair.coords[0][(a >= 0) & (b >= 0) & (a != b)]] = -1
        return label


def _only(known: sp.csr_array, chosen: np.ndarray) -> sp.csr_array:
    """The same with the rows of the other nodes empty."""
    kept = known.copy()
    kept.data = np.where(np.repeat(chosen, np.diff(known.indptr)), known.data, 0.0)
    kept.eliminate_zeros()
    return kept


def _pattern(row: np.ndarray, column: np.ndarray, shape: tuple[int, int]) -> sp.csr_array:
    found = sp.csr_array((np.ones(len(row)), (row, column)), shape=shape)
    found.data[:] = 1.0
    return found


def _chains(lp: StampedLP) -> tuple[np.ndarray, int]:
    """Chain of each block, and how many there are."""
    blocks = int(max(lp.column_block.max(), lp.row_block.max())) + 1
    column = np.repeat(lp.column_block, np.diff(lp.matrix.indptr))
    row = lp.row_block[lp.matrix.indices]
    handed = np.flatnonzero((row >= 0) & (column >= 0) & (row != column))
    edges = sp.csr_array((np.ones(len(handed), np.int8), (row[handed], column[handed])), shape=(blocks, blocks))
    count, chain_of = sp.csgraph.connected_components(edges, directed=False)
    return chain_of, count
