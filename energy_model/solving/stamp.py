"""Stamp the compiled block over the horizon and join the copies with the master: one sparse LP.

Columns of a block at times of 0 or less precede it: they are the columns of that time in the previous block, or in earlier ones.
Capacities are columns of the master, and so are the columns ``typical_*``, of which the master has one for each block; ledgers are summed
with the block's weight into the master's totals of the year and of its months.
"""
# Over 300 lines: the arrays of a problem and how they are stamped; neither is understood without the other.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp

from energy_model.labels import LABELS
from energy_model.solving.compile import Compiled
from energy_model.units import HOURS_PER_DAY

TOTAL, MONTHLY, LEDGER, CAPACITY, TYPICAL = "total_", "monthly_", "ledger_", "capacity_", "typical_"
SUMS = ("yearly_total", "monthly_total")
"""Rows that make totals of the master sums of the blocks' ledgers."""
OF_THE_MASTER = (CAPACITY, TYPICAL)
"""Columns and rows of the block that represent those of the master."""
YEARLY_FAMILIES = ("coal", "other_coal", "coal_month", "other_coal_month", "coal_stock", "month_short", "month_beyond")
"""Further families of yearly amounts."""

YEARLY = 1e3
"""Yearly amounts [GWh, TJ, kt] are about this much larger than hourly power [GW]; solvers that are no simplex get them in this unit."""

MOST_SUMS = 1000
"""Most sums over blocks of several days that the master may take from them."""

NO_MONTHS = np.empty((0, 12))
"""For blocks of which nothing is summed by month."""

MISSING = -1
"""Id of a column or row that a label has not at some time."""
NEGLIGIBLE = 1e-9
"""HiGHS ignores smaller coefficients; they are dropped here, so that the certificate checks the model that was solved."""


@dataclass(frozen=True)
class BlockPlan:
    """Hours of the year covered by the blocks.

    Attributes
    ----------
    hours : int
        Length of each block [h].
    start : ndarray of int, shape (blocks,)
        First hour of each block.
    weight : ndarray, shape (blocks,)
        How many blocks of the year each represents.
    previous : ndarray of int, shape (blocks,)
        Block whose end is this block's beginning (itself for typical weeks).
    typical : ndarray of int, shape (weeks,)
        Typical week (block) that represents each calendar week; empty over consecutive hours.
    """

    hours: int
    start: np.ndarray
    weight: np.ndarray
    previous: np.ndarray
    typical: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def follows_weeks(self) -> bool:
        """Whether consecutive calendar weeks, each represented by a typical one, exist, so that stores may carry energy between them."""
        return len(self.typical) > 0

    @property
    def hour_index(self) -> np.ndarray:
        """Hour of the year, shape (blocks, hours)."""
        return self.start[:, None] + np.arange(self.hours)


@dataclass(frozen=True)
class StampedLP:
    """``min cost @ x + offset`` with ``row_lower <= matrix @ x <= row_upper`` and ``lower <= x <= upper``.

    Attributes
    ----------
    matrix : csc_array
    integer : ndarray of bool
        Columns that take whole numbers: `solving.integer` holds them to it, every other algorithm solves the relaxation.
    accounts : dict of str to (csr row vector as ndarray, offset)
        Cost coefficients by category over all columns; their sum is the objective.
    column_scale : ndarray
        Unit in which a solver should count each column: `YEARLY` for yearly amounts, else 1.
    column_ids, row_ids : dict
        Family -> (labels, ids): labels are index tuples without the time, ids an int array (label, block, time), -1 where absent.
        Families of the master have ids of shape (label,).
    column_block, row_block : ndarray of int
        Block of each column and row, of at most a day where that is possible (`_blocks_of`), -1 for those of the master; shorter than these
        where others were added later.
    assumed : ndarray of int
        Columns whose upper bound is ours and stands for "no limit" (`solving.assumptions`).
    size : float
        What gaps are relative to where the objective is no cost but may well be zero, such as a capacity: the range that it may have. 0:
        to the cost.
    """

    matrix: sp.csc_array
    cost: np.ndarray
    offset: float
    lower: np.ndarray
    upper: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    integer: np.ndarray
    accounts: dict[str, tuple[np.ndarray, float]]
    column_scale: np.ndarray
    column_ids: dict[str, tuple[list[tuple], np.ndarray]]
    row_ids: dict[str, tuple[list[tuple], np.ndarray]]
    column_block: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    row_block: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    assumed: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    size: float = 0.0

    def holding(self, columns: np.ndarray, values: np.ndarray) -> StampedLP:
        """The same problem with some columns fixed at given values, which are then not artificial bounds."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[columns] = upper[columns] = values
        return replace(self, lower=lower, upper=upper, assumed=np.setdiff1d(self.assumed, columns))

    @property
    def row_scale(self) -> np.ndarray:
        """Largest unit of the columns in each row: 1 for rows of power, `YEARLY` for rows with a yearly amount; shape (rows,)."""
        unit = np.ones(self.matrix.shape[0])
        np.maximum.at(unit, self.matrix.indices, np.repeat(self.column_scale, np.diff(self.matrix.indptr)))
        return unit

    @property
    def capacities(self) -> np.ndarray:
        """All columns of capacities."""
        own = [ids for family, (_, ids) in self.column_ids.items() if family.startswith(CAPACITY)]
        return np.concatenate([np.empty(0, np.int64), *own])

    def columns(self, family: str) -> tuple[list[tuple], np.ndarray]:
        """Labels and ids of a family of the master; empty if the study has none."""
        return self.column_ids.get(family, ([], np.empty(0, np.int64)))

    def rows(self, family: str) -> tuple[list[tuple], np.ndarray]:
        """Labels and ids of a family of rows of the master; empty if the study has none."""
        return self.row_ids.get(family, ([], np.empty(0, np.int64)))

    def costs(self, primal: np.ndarray) -> dict[str, float]:
        """Cost of a solution by category [MCNY]."""
        return {name: float(vector @ primal) + offset for name, (vector, offset) in self.accounts.items()}


def stamp(block: Compiled, master: Compiled, plan: BlockPlan, data: np.ndarray, months: np.ndarray = NO_MONTHS) -> StampedLP:
    """Join copies of the block and the master.

    Parameters
    ----------
    block, master : Compiled
    plan : BlockPlan
    data : ndarray, shape (data columns of the block, blocks)
        Hourly data of each block in the order of the block's data columns.
    months : ndarray, shape (blocks, 12), optional
        Share of each block's hours in each month, for totals by month.

    Returns
    -------
    StampedLP
    """
    blocks, base = len(plan.start), len(master.columns)
    local, own = _block_columns(block, master, plan)
    columns = base + len(own) * blocks
    per_block = len(block.rows)
    coefficient, rhs = block.coefficient.at(data), block.rhs.at(data)

    first_block_row = len(master.rows)
    totals, by_month = ([i for i, (name, _) in enumerate(master.columns) if name.startswith(kind)] for kind in (TOTAL, MONTHLY))
    first_total_row = first_block_row + per_block * blocks
    sums = len(totals) + len(by_month)
    rows = first_total_row + sums

    total_row, total_column, total_value = _total_rows(block, master, plan, local, totals + by_month, months)
    block_row = first_block_row + block.row_of[:, None] + per_block * np.arange(blocks)
    row = np.concatenate([master.row_of, block_row.ravel(), first_total_row + total_row])
    column = np.concatenate([master.column_of, local[block.column_of].ravel(), total_column])
    value = np.concatenate([master.coefficient.constant, coefficient.ravel(), total_value])
    matrix = sp.csc_array((value, (row, column)), shape=(rows, columns))
    matrix.data[np.abs(matrix.data) < NEGLIGIBLE] = 0.0  # wind in a calm hour, sun at night, rounding where terms cancel
    matrix.eliminate_zeros()

    sense = np.concatenate([master.sense, np.tile(block.sense, blocks), np.zeros(sums, np.int8)])
    right = np.concatenate([master.rhs.constant, rhs.T.ravel(), np.zeros(sums)])
    lower, upper = np.empty(columns), np.empty(columns)
    lower[:base], upper[:base] = master.lower, master.upper
    lower[base:], upper[base:] = np.tile(block.lower[own], blocks), np.tile(block.upper[own], blocks)
    scale = np.empty(columns)
    scale[:base] = [YEARLY if _is_yearly(name) else 1.0 for name, _ in master.columns]
    scale[base:] = np.tile([YEARLY if _is_yearly(block.columns[j][0]) else 1.0 for j in own], blocks)
    accounts = _accounts(block, master, plan, local, columns)
    cost = np.zeros(columns)
    for vector, _ in accounts.values():
        cost += vector
    return StampedLP(
        matrix=matrix,
        cost=cost,
        offset=sum(o for _, o in accounts.values()),
        lower=lower,
        upper=upper,
        row_lower=np.where(sense == 1, -np.inf, right),
        row_upper=np.where(sense == -1, np.inf, right),
        integer=np.concatenate([master.integer, np.tile(block.integer[own], blocks)]),
        accounts=accounts,
        column_scale=scale,
        column_ids=_ids(master.columns, block.columns, np.arange(base), local, blocks),
        row_ids=_ids(
            master.rows,
            block.rows,
            np.arange(first_block_row),
            first_block_row + np.arange(per_block)[:, None] + per_block * np.arange(blocks),
            blocks,
        )
        | {
            name: ([(master.columns[j][0], *master.columns[j][1]) for j in own_sums], first_total_row + first + np.arange(len(own_sums)))
            for name, first, own_sums in zip(SUMS, (0, len(totals)), (totals, by_month), strict=True)
            if own_sums or name == SUMS[0]
        },
        column_block=_blocks_of(base, [block.columns[j] for j in own], plan, 0),
        row_block=_blocks_of(first_block_row, block.rows, plan, sums),
    )


def _total_rows(
    block: Compiled, master: Compiled, plan: BlockPlan, local: np.ndarray, sums: list[int], months: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and values of the rows that define each total of the master as the weighted sum of the blocks' ledgers.

    A total by month, the last part of its index, weights each block by the share of its hours in that month.
    """
    place = {label: i for i, label in enumerate(block.columns)}
    ledgers, weights = [], []
    for name, index in (master.columns[j] for j in sums):
        if name.startswith(TOTAL):
            ledgers.append(place[LEDGER + name.removeprefix(TOTAL), index])
            weights.append(plan.weight)
        else:
            ledgers.append(place[LEDGER + name.removeprefix(MONTHLY), index[:-1]])
            weights.append(plan.weight * months[:, index[-1] - 1])
    count = len(plan.weight)
    column = np.column_stack([sums, local[ledgers]]) if sums else np.empty((0, 1 + count), np.int64)
    row = np.repeat(np.arange(len(sums)), column.shape[1])
    return row, column.ravel(), np.column_stack([np.ones(len(sums)), -np.array(weights).reshape(-1, count)]).ravel()


def _blocks_of(before: int, labels: list[tuple[str, tuple]], plan: BlockPlan, after: int) -> np.ndarray:
    """Block of columns or rows before, in and after the blocks; the master's are -1.

    A block of several days counts as one for each day, which hands its states on like any other; its sums over all days are the master's
    then.  Where that gave the master too many, blocks stay whole.  Blocks that are parts of a day count as one.
    """
    blocks, days = len(plan.start), plan.hours // HOURS_PER_DAY if plan.hours % HOURS_PER_DAY == 0 else 1
    timed = [(name, index[-1]) if isinstance(index[-1], int) else None for name, index in labels]
    if blocks * timed.count(None) > MOST_SUMS:
        days = 1
    length = dict(sorted(filter(None, timed)))  # of each family the largest time, which comes last
    day = np.array([0 if days == 1 else MISSING if t is None else _day(t[1], plan.hours // length[t[0]], days) for t in timed], np.int32)
    parts = HOURS_PER_DAY // plan.hours if HOURS_PER_DAY % plan.hours == 0 else 1
    number = np.arange(blocks, dtype=np.int32) // (parts if blocks % parts == 0 else 1)
    of_block = np.where(day < 0, MISSING, day + days * number[:, None]).astype(np.int32)
    outside = np.int32(MISSING)
    return np.r_[np.full(before, outside), of_block.ravel(), np.full(after, outside)]


def _day(time: int, step_h: int, days: int) -> int:
    """Day of a block that contains a time counted in steps, from 1 on."""
    return min((time - 1) * step_h // HOURS_PER_DAY, days - 1)


def _is_yearly(family: str) -> bool:
    return family.startswith((TOTAL, MONTHLY, LEDGER)) or family in YEARLY_FAMILIES


def _is_handed(index: tuple) -> bool:
    """Whether a column of the block belongs to an earlier block: its time is 0 or less."""
    return isinstance(index[-1], int) and index[-1] <= 0


def own_columns(block: Compiled) -> np.ndarray:
    """Columns that every block has of its own: in some row, not the master's, and not those of an earlier block."""
    appears = np.zeros(len(block.columns), bool)
    appears[block.column_of] = True
    columns = enumerate(block.columns)
    own = [j for j, (name, index) in columns if appears[j] and not name.startswith(OF_THE_MASTER) and not _is_handed(index)]
    return np.array(own, dtype=np.int64)


def _block_columns(block: Compiled, master: Compiled, plan: BlockPlan) -> tuple[np.ndarray, np.ndarray]:
    """Global id of every block column in every block (-1 if it appears in no row), and the columns owned by each block."""
    blocks, base = len(plan.start), len(master.columns)
    shared = {label: i for i, label in enumerate(master.columns)}
    place = {label: i for i, label in enumerate(block.columns)}
    own = own_columns(block)
    local = np.full((len(block.columns), blocks), -1, np.int64)
    local[own] = base + np.arange(len(own))[:, None] + len(own) * np.arange(blocks)
    handed = []
    length: dict[str, int] = {}
    for j, (name, index) in enumerate(block.columns):
        if isinstance(index[-1], int):
            length[name] = max(index[-1], length.get(name, 0))
        if name.startswith(CAPACITY):
            local[j] = shared[name, index]
        elif name.startswith(TYPICAL):
            local[j] = [shared[name, (*index, k)] for k in range(blocks)]
        elif _is_handed(index):
            handed.append((j, name, index))
    for j, name, index in handed:
        *label, time = index
        owner = np.arange(blocks)
        while time <= 0:  # a look back longer than a block reaches further
            owner, time = plan.previous[owner], time + length[name]
        end = place[name, (*label, time)]
        if local[end, 0] >= 0:
            local[j] = local[end][owner]
    return local, own


def _accounts(block: Compiled, master: Compiled, plan: BlockPlan, local: np.ndarray, columns: int) -> dict[str, tuple[np.ndarray, float]]:
    accounts: dict[str, tuple[np.ndarray, float]] = {}
    order = list(LABELS["account"])  # as every cost table shows them
    for name in sorted({*master.accounts, *block.accounts}, key=order.index):
        vector, offset = np.zeros(columns), 0.0
        if name in master.accounts:
            i = master.accounts.index(name)
            vector[: len(master.columns)] += master.cost[[i]].toarray()[0]
            offset += master.offset[i]
        if name in block.accounts:
            i = block.accounts.index(name)
            entry = block.cost[[i]].tocoo()
            at = local[entry.coords[1]]
            np.add.at(vector, at.ravel(), (entry.data[:, None] * plan.weight).ravel())
            offset += block.offset[i] * plan.weight.sum()
        accounts[name] = vector, offset
    return accounts


def family_ids(labels: list[tuple[str, tuple]]) -> dict[str, tuple[list[tuple], np.ndarray]]:
    """Ids of a single block's columns or rows by family, label, block and time, as in `StampedLP`."""
    return _ids([], labels, np.empty(0, np.int64), np.arange(len(labels))[:, None], 1)


def joint_ids(kind: str, lps: Sequence[StampedLP], keys: Iterable[int], places: Sequence[np.ndarray]) -> dict:
    """``column_ids`` or ``row_ids`` of joined LPs, as in `StampedLP`, with the key of the LP before each label.

    Parameters
    ----------
    kind : {"column_ids", "row_ids"}
    lps : sequence of StampedLP
    keys : iterable of int
        One for each LP, such as its year.
    places : sequence of ndarray of int
        Joint column or row of each of an LP's own, `MISSING` where it has none. What several LPs share is named by the first.
    """
    found: dict[str, tuple[list[tuple], list[np.ndarray]]] = {}
    seen: set[int] = set()
    for key, lp, place in zip(keys, lps, places, strict=True):
        for family, (labels, ids) in getattr(lp, kind).items():
            joint = np.where(ids >= 0, place[ids], MISSING)
            own, parts = found.setdefault(family, ([], []))
            if joint.ndim == 1:  # of the master, which joined LPs may share
                fresh = [int(j) not in seen and j != MISSING for j in joint]
                seen.update(int(j) for j in joint)
                labels, joint = [label for label, new in zip(labels, fresh, strict=True) if new], joint[fresh]
            own.extend((key, *label) for label in labels)
            parts.append(joint)
    return {family: (labels, np.concatenate(parts)) for family, (labels, parts) in found.items()}


def joint_blocks(kind: str, lps: Sequence[StampedLP], places: Sequence[np.ndarray], length: int) -> np.ndarray:
    """``column_block`` or ``row_block`` of joined LPs: the blocks of each LP after those of the previous LP.

    Parameters
    ----------
    kind : {"column_block", "row_block"}
    lps : sequence of StampedLP
    places : sequence of ndarray of int
        Joint column or row of each of an LP's own, `MISSING` where it has none.
    length : int
        Joint columns or rows.
    """
    found, first = np.full(length, MISSING, np.int32), 0
    for lp, place in zip(lps, places, strict=True):
        block = getattr(lp, kind)
        mine = block >= 0
        found[place[mine]] = block[mine] + first
        first += int(block.max(initial=MISSING)) + 1
    return found


def _ids(master_labels: list, block_labels: list, master_ids: np.ndarray, block_ids: np.ndarray, blocks: int) -> dict:
    """Group ids by family; block families by label and time (the last part of their index if it is a whole number)."""
    ids: dict[str, tuple[list[tuple], np.ndarray]] = {}
    families: dict[str, list[int]] = {}
    for i, (name, _) in enumerate(master_labels):
        families.setdefault(name, []).append(i)
    for name, members in families.items():
        ids[name] = [master_labels[i][1] for i in members], master_ids[members]
    families = {}
    for i, (name, _) in enumerate(block_labels):
        if not name.startswith(OF_THE_MASTER):
            families.setdefault(name, []).append(i)
    for name, members in families.items():
        timed = isinstance(block_labels[members[0]][1][-1], int)
        split = [(block_labels[i][1][:-1], block_labels[i][1][-1]) if timed else (block_labels[i][1], 1) for i in members]
        labels = list(dict.fromkeys(label for label, _ in split))
        first = min(t for _, t in split)
        array = np.full((len(labels), blocks, max(t for _, t in split) - first + 1), MISSING, np.int64)
        row_of = {label: i for i, label in enumerate(labels)}
        for i, (label, t) in zip(members, split, strict=True):
            array[row_of[label], :, t - first] = block_ids[i]
        ids[name] = labels, array
    return ids
