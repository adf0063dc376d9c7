"""The blocks of an LP: found in its arrays, brought into the order in which the compiled loops read them.

Vectors of columns and rows are laid out as the master's part, then for every kind of block an array (group, entry, `WIDTH`): `WIDTH`
blocks side by side, so that one vector instruction serves all of them.  The last group is filled up with blocks that hold nothing.
"""
# Over 300 lines: the symbolic analysis of a block and its border is one step.

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from energy_model.language import say
from energy_model.solving.interior_point.ordering import minimum_degree
from energy_model.solving.stamp import MISSING, StampedLP

WIDTH = 8
"""Blocks that one stream of vector instructions serves; the kernels are unrolled for it."""
FARTHEST = 7
"""A state may be looked back at over so many blocks; one that is looked at from farther off, as where the year meets its beginning, joins
the part that all blocks share."""


MOST_KEPT = 3000
"""Columns and rows that blocks may share: their system is dense."""
MOST_IN_BLOCK = 250_000
"""Columns and rows of one block: the analysis of a block pays where many are alike, and that of a larger one takes minutes."""


class NoStructure(Exception):
    """The LP is not made of blocks that this method can take; the sentence says why."""


@dataclass(frozen=True)
class Kind:
    """Blocks with the same columns and rows.

    Attributes
    ----------
    blocks, width, height : int
        Blocks, and own columns and rows of each.
    first_column, first_row : int
        Where the kind begins in vectors that are laid out.
    value : ndarray, shape (groups, entries, WIDTH)
        Coefficients.
    row_of, column_of : ndarray of int, shape (entries,)
        Where they stand: own rows and columns first, then places in the border of the block.
    node : ndarray of int, shape (blocks, border)
        Which node of the shared part each place of the border is, `MISSING` where the block has none there: states of this block that
        others look at, states of other blocks, the master's columns, the master's rows.
    states : ndarray of int
        Own columns of the first of these places.
    border_columns : int
        Places that are columns of others.
    factor : Factor
    """

    blocks: int
    width: int
    height: int
    first_column: int
    first_row: int
    value: np.ndarray
    row_of: np.ndarray
    column_of: np.ndarray
    node: np.ndarray
    states: np.ndarray
    border_columns: int
    factor: Factor


@dataclass(frozen=True)
class Factor:
    """Symbolic factor of one block's Newton system, the same for all blocks of a kind.

    Attributes
    ----------
    interior, border : int
        Nodes that are eliminated, and that stay.
    number : ndarray of int
        Elimination number of each node: own columns, own rows, then the further places of the border.
    start, index : ndarray of int
        Columns of L: ``index[start[j]:start[j + 1]]`` are the rows of column j.
    entry_start, entry_row, entry_kind, entry_source : ndarray of int
        By column: entries of the system, of kind 0 a coefficient, 1 the diagonal of a column, 2 of a row.
    left_start, left_column, left_place : ndarray of int
        By row of L: columns that stand there, and their place in `index`.
    sign : ndarray, shape (interior,)
        Sign of each pivot: -1 of a column, 1 of a row.
    """

    interior: int
    border: int
    number: np.ndarray
    start: np.ndarray
    index: np.ndarray
    entry_start: np.ndarray
    entry_row: np.ndarray
    entry_kind: np.ndarray
    entry_source: np.ndarray
    left_start: np.ndarray
    left_column: np.ndarray
    left_place: np.ndarray
    sign: np.ndarray


@dataclass(frozen=True)
class Structure:
    """Blocks of an LP and what they share.

    Attributes
    ----------
    kinds : list of Kind
    column_at, row_at : ndarray of int
        Place of each column and row of the LP in vectors that are laid out.
    width, height : int
        Lengths of these vectors.
    master_columns, master_rows : ndarray of int
        The master's, in the LP; the first nodes of the shared part.
    stage, position : ndarray of int, shape (nodes,)
        Stage of the chain in which each node is eliminated, `MISSING` for those that stay to the end, and its place there or among those.
    stages, stage_width, kept : int
    """

    kinds: list[Kind]
    column_at: np.ndarray
    row_at: np.ndarray
    width: int
    height: int
    master_columns: np.ndarray
    master_rows: np.ndarray
    stage: np.ndarray
    position: np.ndarray
    stages: int
    stage_width: int
    kept: int


def require_blocks(lp: StampedLP) -> None:
    """Refuse an LP that is not made of blocks.

    Raises
    ------
    NoStructure
    """
    rows, columns = lp.matrix.shape
    if len(lp.column_block) != columns or len(lp.row_block) != rows:
        raise NoStructure(say("columns or rows were added that belong to no block", "新增的行列不属于任何块"))
    if not (lp.column_block >= 0).any():
        raise NoStructure(say("there are no blocks", "没有块"))
    largest = sum(int(np.bincount(block[block >= 0]).max(initial=0)) for block in (lp.row_block, lp.column_block))
    if largest > MOST_IN_BLOCK:
        raise NoStructure(say(f"a block has {largest:,} columns and rows", f"单块有 {largest:,} 个行列"))


def find_structure(lp: StampedLP, known: dict[bytes, Factor] | None = None) -> Structure:
    """Structure of an LP, or of a part of one.

    Parameters
    ----------
    lp : StampedLP
    known : dict, optional
        Symbolic factors by pattern: those of other parts are taken, new ones added.

    Raises
    ------
    NoStructure
        When the LP has no blocks, or they share more than `MOST_KEPT` columns and rows.
    """
    require_blocks(lp)
    rows, columns = lp.matrix.shape
    found = _Blocks(lp, {} if known is None else known)
    first_column, first_row = len(found.master_columns), len(found.master_rows)
    column_at, row_at = np.empty(columns, np.int32), np.empty(rows, np.int32)
    column_at[found.master_columns], row_at[found.master_rows] = np.arange(first_column), np.arange(first_row)
    kinds = []
    for k, members in enumerate(found.members):
        kind = found.kind(k, first_column, first_row)
        kinds.append(kind)
        lane = np.arange(len(members))
        for at, first, own in ((column_at, first_column, found.columns[k]), (row_at, first_row, found.rows[k])):
            at[own] = first + ((lane // WIDTH)[:, None] * own.shape[1] + np.arange(own.shape[1])) * WIDTH + (lane % WIDTH)[:, None]
        first_column += len(kind.value) * WIDTH * kind.width
        first_row += len(kind.value) * WIDTH * kind.height
    stage, position, stages, stage_width, kept = _stages(kinds, found)
    if kept > MOST_KEPT:
        raise NoStructure(say(f"the blocks share {kept} columns and rows", f"各块共用 {kept} 个行列"))
    master = found.master_columns, found.master_rows
    return Structure(kinds, column_at, row_at, first_column, first_row, *master, stage, position, stages, stage_width, kept)


class _Blocks:
    """Entries of an LP by block, and the nodes that blocks share: the master's columns, its rows, states by block."""

    def __init__(self, lp: StampedLP, known: dict[bytes, Factor]) -> None:
        self.lp, self.known = lp, known
        entry = lp.matrix.tocoo()
        self.row, self.column = (np.asarray(a, np.int64) for a in entry.coords)
        self.value = entry.data
        self.row_block, self.column_block = lp.row_block.astype(np.int64), lp.column_block.astype(np.int64)
        self.blocks = int(max(self.row_block.max(initial=-1), self.column_block.max(initial=-1))) + 1
        self.row_local, row_count = _ranks(self.row_block, self.blocks)
        self.column_local, column_count = _ranks(self.column_block, self.blocks)
        self.master_columns, self.master_rows = np.flatnonzero(self.column_block < 0), np.flatnonzero(self.row_block < 0)
        _, kind_of = np.unique(np.column_stack([column_count, row_count]), axis=0, return_inverse=True)
        self.kind_of = kind_of.ravel()
        self.members = [np.flatnonzero(self.kind_of == k) for k in range(self.kind_of.max() + 1)]
        self.columns = [_members(self.column_block, members, column_count) for members in self.members]
        self.rows = [_members(self.row_block, members, row_count) for members in self.members]
        self._name_nodes()

    def _name_nodes(self) -> None:
        b, c = self.row_block[self.row], self.column_block[self.column]
        handed = np.unique(self.column[(b >= 0) & (c >= 0) & (b != c)])
        kind_handed = self.kind_of[self.column_block[handed]]
        self.states = [np.unique(self.column_local[handed[kind_handed == k]]) for k in range(len(self.members))]
        count = np.array([len(self.states[k]) for k in self.kind_of])
        self.shared = len(self.master_columns) + len(self.master_rows)
        self.first_state = self.shared + np.cumsum(count) - count
        self.node_block = np.r_[np.full(self.shared, MISSING), np.repeat(np.arange(self.blocks), count)]
        self.node_of_column = np.full(len(self.column_block), MISSING)
        self.node_of_column[self.master_columns] = np.arange(len(self.master_columns))
        for members, columns, states in zip(self.members, self.columns, self.states, strict=True):
            self.node_of_column[columns[:, states]] = self.first_state[members][:, None] + np.arange(len(states))
        self.node_of_row = np.full(len(self.row_block), MISSING)
        self.node_of_row[self.master_rows] = len(self.master_columns) + np.arange(len(self.master_rows))

    def kind(self, k: int, first_column: int, first_row: int) -> Kind:
        """Blocks of one kind: the union of their patterns, the coefficients laid out, the symbolic factor."""
        members, columns, rows, states = self.members[k], self.columns[k], self.rows[k], self.states[k]
        n, m, lanes = columns.shape[1], rows.shape[1], len(members)
        of_row, of_column = self.row_block[self.row], self.column_block[self.column]
        block = np.where(of_row >= 0, of_row, of_column)
        mine = np.flatnonzero((block >= 0) & (self.kind_of[block] == k))
        row, column, block = self.row[mine], self.column[mine], block[mine]
        lane = np.searchsorted(members, block)
        of_master = self.row_block[row] < 0
        outside = ~of_master & (self.column_block[column] != block)
        column_place, column_node = _places(lane[outside], self.node_of_column[column[outside]], self.row_local[row[outside]], lanes)
        row_place, row_node = _places(lane[of_master], self.node_of_row[row[of_master]], self.column_local[column[of_master]], lanes)
        border_columns = column_node.shape[1]
        r, c = self.row_local[row], self.column_local[column]
        r[of_master], c[outside] = m + row_place, n + column_place
        width = n + border_columns
        key, at = np.unique(r * width + c, return_inverse=True)
        value = np.zeros((-(-lanes // WIDTH), len(key), WIDTH))
        value[lane // WIDTH, at, lane % WIDTH] = self.value[mine]
        row_of, column_of = key // width, key % width
        own_nodes = self.first_state[members][:, None] + np.arange(len(states))
        free = (np.isinf(self.lp.lower) & np.isinf(self.lp.upper))[columns].any(axis=0)
        equation = (self.lp.row_lower == self.lp.row_upper)[rows].any(axis=0)
        # nodes of the system of one block: own columns, own rows, columns of the border, rows of the border
        ends = np.where(row_of < m, n, n + border_columns) + row_of, np.where(column_of < n, 0, m) + column_of
        pattern = (*ends, np.r_[free, equation], n, m, states, border_columns + row_node.shape[1])
        name = sha256(b"/".join(np.asarray(a).tobytes() for a in pattern)).digest()
        factor = self.known.get(name) or self.known.setdefault(name, _factor(*pattern))
        return Kind(
            lanes,
            n,
            m,
            first_column,
            first_row,
            value,
            row_of.astype(np.int32),
            column_of.astype(np.int32),
            np.hstack([own_nodes, column_node, row_node]),
            states,
            border_columns,
            factor,
        )


def _ranks(block: np.ndarray, blocks: int) -> tuple[np.ndarray, np.ndarray]:
    """Place of each member within its block, and members of each block."""
    order = np.argsort(block, kind="stable")
    count = np.bincount(block[block >= 0], minlength=blocks)
    first = np.r_[(block < 0).sum(), (block < 0).sum() + np.cumsum(count)[:-1]] if blocks else np.empty(0, int)
    rank = np.empty(len(block), np.int64)
    rank[order] = np.arange(len(block))
    inside = block >= 0
    rank[inside] -= first[block[inside]]
    return rank, count


def _members(block: np.ndarray, wanted: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Members of some blocks of one size, shape (blocks, members)."""
    order = np.argsort(block, kind="stable")
    first = np.r_[0, np.cumsum(count)[:-1]] + (block < 0).sum()
    return order[first[wanted][:, None] + np.arange(count[wanted[0]])]


def _places(lane: np.ndarray, node: np.ndarray, stands_at: np.ndarray, lanes: int) -> tuple[np.ndarray, np.ndarray]:
    """Place in the border of each entry, and the node of each place in each block, shape (blocks, places).

    Nodes that (nearly) every block knows have a place of their own; those that few know, such as states of other blocks, share the place of
    those that stand at the same rows of other blocks.
    """
    if not len(node):
        return np.empty(0, np.int64), np.empty((lanes, 0), np.int64)
    pair, of_pair = np.unique(node * lanes + lane, return_inverse=True)
    first_at = np.full(len(pair), np.iinfo(np.int64).max)
    np.minimum.at(first_at, of_pair, stands_at)
    pair_node, pair_lane = pair // lanes, pair % lanes
    known_by = np.bincount(pair_node)[pair_node]
    common = known_by > lanes // 2
    # among those that share the first row where they stand, by the order in which they stand: a running number within (lane, first row)
    order = np.lexsort((pair_node, first_at, pair_lane))
    alone = np.r_[True, (np.diff(pair_lane[order]) != 0) | (np.diff(first_at[order]) != 0)]
    at = np.arange(len(order))
    run = np.empty(len(pair), np.int64)
    run[order] = at - np.maximum.accumulate(np.where(alone, at, 0))
    signature = np.where(common, -1 - pair_node, first_at * 4096 + run)
    places, place_of_pair = np.unique(signature, return_inverse=True)
    nodes = np.full((lanes, len(places)), MISSING)
    nodes[pair_lane, place_of_pair] = pair_node
    return place_of_pair[of_pair], nodes


def _factor(at_row: np.ndarray, at_column: np.ndarray, weak: np.ndarray, n: int, m: int, states: np.ndarray, further: int) -> Factor:
    nodes = n + m + further
    inner = np.setdiff1d(np.arange(n), states)
    interior, border = len(inner) + m, len(states) + further
    before = np.empty(nodes, np.int64)  # interior first
    before[inner], before[n : n + m] = np.arange(len(inner)), len(inner) + np.arange(m)
    before[states], before[n + m :] = interior + np.arange(len(states)), interior + len(states) + np.arange(further)
    waits = np.zeros(nodes, bool)
    waits[before[: n + m]] = weak
    order, structure = minimum_degree(before[at_row], before[at_column], nodes, interior, waits)
    number_of = np.arange(nodes)
    number_of[order] = np.arange(interior)
    number = number_of[before]
    columns = [np.sort(number_of[c]) for c in structure]
    start = np.r_[0, np.cumsum([len(c) for c in columns])].astype(np.int64)
    index = np.concatenate([*columns, np.empty(0, np.int64)]).astype(np.int32)
    i, j = np.r_[number[at_row], number[: n + m]], np.r_[number[at_column], number[: n + m]]
    kind = np.r_[np.zeros(len(at_row), np.int8), np.ones(n, np.int8), np.full(m, 2, np.int8)]
    source = np.r_[np.arange(len(at_row)), np.arange(n), np.arange(m)].astype(np.int32)
    low, high = np.minimum(i, j), np.maximum(i, j)
    sort = np.lexsort((high, low))
    entry_start = np.searchsorted(low[sort], np.arange(nodes + 1)).astype(np.int64)
    column = np.repeat(np.arange(interior), np.diff(start))
    by_row = np.lexsort((column, index))
    return Factor(
        interior,
        border,
        number.astype(np.int32),
        start,
        index,
        entry_start,
        high[sort].astype(np.int32),
        kind[sort],
        source[sort],
        np.searchsorted(index[by_row], np.arange(nodes + 1)).astype(np.int64),
        column[by_row].astype(np.int32),
        by_row.astype(np.int64),
        np.where(order < len(inner), -1.0, 1.0),
    )


def _stages(kinds: list[Kind], found: _Blocks) -> tuple[np.ndarray, np.ndarray, int, int, int]:
    """Stage and position of every node, stages, their width, and nodes that stay to the end.

    States are eliminated in the order of their blocks, but those that are looked at from farther than the block after, as where the year
    meets its beginning, stay to the end with what all blocks share.
    """
    looking = np.concatenate([np.repeat(members, kind.node.shape[1]) for members, kind in zip(found.members, kinds, strict=True)])
    node = np.concatenate([kind.node.ravel() for kind in kinds])
    looking, node = looking[node >= found.shared], node[node >= found.shared]
    distance = looking - found.node_block[node]
    reach = int(distance[(distance >= 0) & (distance <= FARTHEST)].max(initial=1))
    of_stage = np.arange(found.blocks) // reach
    over = of_stage[looking] - of_stage[found.node_block[node]]
    stays = np.zeros(len(found.node_block), bool)
    stays[: found.shared] = True
    stays[node[(over < 0) | (over > 1)]] = True
    stage, position = np.full(len(stays), MISSING), np.empty(len(stays), np.int64)
    chained = np.flatnonzero(~stays)
    stage[chained] = of_stage[found.node_block[chained]]
    count = np.bincount(stage[chained])
    position[chained] = np.arange(len(chained)) - (np.cumsum(count) - count)[stage[chained]]
    position[stays] = np.arange(stays.sum())
    return stage, position, len(count), int(count.max(initial=0)), int(stays.sum())
