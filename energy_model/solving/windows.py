"""Windows of operation: the compiled block with its capacities inserted as numbers; `solving.dispatcher` solves them.

With fixed capacities the weather appears only in right-hand sides, so every window of equal length has the same matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp
import xarray as xr

from energy_model.formulation.block import dispatch_block
from energy_model.formulation.components import DATA, FIXED_BY_PLAN, STATES
from energy_model.solving.build import data_at
from energy_model.solving.compile import Affine, compile_model
from energy_model.solving.redispatch import Label, fixed_columns, row_begin
from energy_model.solving.stamp import LEDGER, NEGLIGIBLE, StampedLP, family_ids
from energy_model.study.system import System

PLANNED = {"columns": (*FIXED_BY_PLAN, "ledger_maintenance"), "rows": ("maintenance_limit", "maintenance_ledger")}
"""What the block decides and sums up about scheduled maintenance: settled in the plan, so not there in a window."""
DUST = 1e-6
"""A limit that falls short of zero by less is zero [GW]: 1 kW, the tolerance of the plan whose values are put in."""


@dataclass(frozen=True)
class Operation:
    """The dispatch of a window of given length with fixed capacities.

    Attributes
    ----------
    columns, rows : list of (family, index)
        Columns of the block without the capacities.
    matrix : csc_array
    rhs : Affine
        Right-hand sides by the hourly data of the window.
    sense : ndarray
        -1 for >=, 0 for ==, 1 for <=.
    lower, upper : ndarray
    integer : ndarray of bool
    accounts : dict of str to ndarray
        Cost by category [MCNY]; each yearly total is a category of its own at its price.
    offset : float
        Constant part of the cost [MCNY].
    hours, step_h : int
    held : list of (family, index)
        Columns of the block whose values the plan gives.
    held_matrix : csr_array, shape (rows, held)
        Their coefficients.
    """

    columns: list[Label]
    rows: list[Label]
    matrix: sp.csc_array
    rhs: Affine
    sense: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    accounts: dict[str, np.ndarray]
    offset: float
    hours: int
    step_h: int
    held: list[Label]
    held_matrix: sp.csr_array

    @cached_property
    def initial(self) -> list[int]:
        """Columns that hold the state before the window."""
        return [j for j, (family, index) in enumerate(self.columns) if family in STATES and index[-1] == 0]

    @cached_property
    def final(self) -> list[int]:
        """Columns that hold the state after the window."""
        last = {"step": self.hours // self.step_h, "hour": self.hours}
        return [j for j, (family, index) in enumerate(self.columns) if family in STATES and index[-1] == last[STATES[family]]]

    @cached_property
    def column_ids(self) -> dict[str, tuple[list[tuple], np.ndarray]]:
        """Columns by family, label and time."""
        return family_ids(self.columns)

    @cached_property
    def row_ids(self) -> dict[str, tuple[list[tuple], np.ndarray]]:
        """Rows by family, label and time."""
        return family_ids(self.rows)

    def places(self, family: str) -> tuple[list[tuple], np.ndarray]:
        """Labels and columns of a family, columns of shape (labels, times); states without the initial one."""
        labels, ids = self.column_ids.get(family, ([], np.empty((0, 1, 0), np.int64)))
        ids = ids[:, 0]
        return labels, ids[:, 1:] if family in STATES else ids

    def lp(
        self,
        data: np.ndarray,
        initial: Mapping[Label, float],
        held: Mapping[Label, np.ndarray],
        end_value: Mapping[Label, float] | None = None,
    ) -> StampedLP:
        """One window as a separate LP.

        Parameters
        ----------
        data : ndarray, shape (data columns,)
            Hourly data, see `data_at`.
        initial : Mapping
            State before the window by (family, index without time); states that are missing are free.
        held : Mapping
            What the plan decided, by (family, index): values in the hours of the window, shape (hours,); see `Plan.held_at`.
        end_value : Mapping, optional
            Slope of the cost of later hours in each state; without it states after the window are worth nothing.

        Raises
        ------
        KeyError
            When a value of `held` is missing.
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        for j in self.initial:
            family, index = self.columns[j]
            if (family, index[:-1]) in initial:
                lower[j] = upper[j] = initial[family, index[:-1]]
        right = self._less_held(self.rhs.at(data[:, None])[:, 0], held)
        accounts = {name: (vector, 0.0) for name, vector in self.accounts.items()}
        if end_value is not None:
            accounts["end_value"] = self.end_cost(end_value), 0.0
        return StampedLP(
            matrix=self.matrix,
            cost=np.sum([c for c, _ in accounts.values()], axis=0),
            offset=self.offset,
            lower=lower,
            upper=upper,
            row_lower=np.where(self.sense == 1, -np.inf, right),
            row_upper=np.where(self.sense == -1, np.inf, right),
            integer=self.integer,
            accounts=accounts,
            column_scale=np.ones(len(lower)),
            column_ids=self.column_ids,
            row_ids=self.row_ids,
        )

    def _less_held(self, right: np.ndarray, held: Mapping[Label, np.ndarray]) -> np.ndarray:
        """Right-hand sides minus the plan's fixed decisions: each row with the value in its first hour.

        Blocks of the plan are whole commitment steps, so all hours of a row are of one block, however many blocks the window touches.
        """
        if not self.held:
            return right
        values, entries = np.array([held[label] for label in self.held]), self.held_matrix.tocoo()
        hour = np.array([row_begin(row, self.step_h) for row in self.rows])[entries.row] - 1
        left = right.copy()
        np.add.at(left, entries.row, -entries.data * values[entries.col, hour])
        left[entries.row[np.abs(left[entries.row]) < DUST]] = 0.0
        return left

    def hour_share(self) -> sp.csr_array:
        """Share of each column's cost that belongs to each hour, shape (hours, columns).

        That of a commitment step belongs to its hours in equal parts; initial states and ledgers have none.
        """
        begin, width = self._column_hours()
        width = np.where(begin > 0, width, 0)
        column = np.repeat(np.arange(len(width)), width)
        first = np.repeat(np.cumsum(width) - width, width)
        hour = begin[column] - 1 + np.arange(len(column)) - first
        return sp.csr_array((1.0 / width[column], (hour, column)), shape=(self.hours, len(self.columns)))

    def _column_hours(self) -> tuple[np.ndarray, np.ndarray]:
        """First hour of each column in the window (0 for initial states and for ledgers) and the number of hours that it spans."""
        begin, width = np.zeros(len(self.columns), np.int64), np.ones(len(self.columns), np.int64)
        for family, (_, ids) in self.column_ids.items():
            own = self.places(family)[1]
            if not family.startswith(LEDGER) and own.shape[1] in (self.hours, self.hours // self.step_h):
                width[own] = self.hours // own.shape[1]
                begin[own] = np.arange(own.shape[1]) * width[own[0, 0]] + 1
            elif not family.startswith(LEDGER):  # a set with holes counts hours
                first = min(index[-1] for name, index in self.columns if name == family)
                there = ids[:, 0] >= 0
                begin[ids[:, 0][there]] = np.broadcast_to(first + np.arange(ids.shape[2]), ids[:, 0].shape)[there]
        return begin, width

    def spread_accounts(self) -> dict[str, np.ndarray]:
        """Cost vectors by category with the ledgers replaced by the columns that they sum, so that every hour has its own cost."""
        rows = self.matrix.tocsr()
        spread = {name: vector.copy() for name, vector in self.accounts.items()}
        place = {i: j for j, (family, _) in enumerate(self.columns) if family.startswith(LEDGER) for i in self._rows_of(j)}
        for i, j in place.items():
            row = rows[[i]].toarray()[0]
            own, row[j] = row[j], 0.0
            for vector in spread.values():
                if vector[j]:
                    vector += -vector[j] / own * row
                    vector[j] = 0.0
        return spread

    def _rows_of(self, column: int) -> np.ndarray:
        return self.matrix.indices[self.matrix.indptr[column] : self.matrix.indptr[column + 1]]

    def without_rows(self, *families: str) -> Operation:
        """The same operation without some families of rows."""
        keep = np.array([family not in families for family, _ in self.rows])
        return replace(
            self,
            rows=[row for row, stays in zip(self.rows, keep, strict=True) if stays],
            matrix=self.matrix.tocsr()[keep].tocsc(),
            rhs=Affine(self.rhs.constant[keep], self.rhs.map[keep]),
            sense=self.sense[keep],
            held_matrix=self.held_matrix[keep],
        )

    def end_cost(self, end_value: Mapping[Label, float]) -> np.ndarray:
        """Cost vector of the states after the window."""
        cost = np.zeros(len(self.columns))
        for j in self.final:
            family, index = self.columns[j]
            cost[j] = end_value.get((family, index[:-1]), 0.0)
        return cost


def operation(system: System, hours: int, step_h: int, capacity: Mapping[Label, float], price: Mapping[Label, float]) -> Operation:
    """Compile the block for windows of `hours` with capacities and prices inserted.

    Parameters
    ----------
    system : System
    hours, step_h : int
        Length of the windows and of a commitment step [h].
    capacity, price : Mapping
        As in `Plan`; a capacity that is missing is an error.

    Raises
    ------
    KeyError
        When the capacity of an element or the price of a ledger is not given.
    ValueError
        When hourly data multiply anything but a capacity.
    """
    block = compile_model(dispatch_block(replace(system, options=system.options.without_history()), hours, step_h), DATA)
    fixed = fixed_columns(block)
    appears = np.zeros(len(fixed), bool)
    appears[block.column_of] = True
    built = np.array([capacity[label] if f and a else 0.0 for label, f, a in zip(block.columns, fixed, appears, strict=True)])
    on_capacity = fixed[block.column_of]
    if np.diff(block.coefficient.map.indptr)[~on_capacity].any():
        raise ValueError("hourly data multiply a column that is no capacity")
    size = built[block.column_of] * on_capacity
    to_row = sp.csr_array((size, (block.row_of, np.arange(len(size)))), shape=(len(block.rows), len(size)))
    rhs = Affine(block.rhs.constant - to_row @ block.coefficient.constant, (block.rhs.map - to_row @ block.coefficient.map).tocsr())
    given = np.array([family in FIXED_BY_PLAN for family, _ in block.columns])
    keep = np.flatnonzero([not f and family not in PLANNED["columns"] for f, (family, _) in zip(fixed, block.columns, strict=True)])
    place = np.full(len(fixed), -1)
    place[keep] = np.arange(len(keep))
    decided = place[block.column_of] >= 0
    matrix = sp.csc_array(
        (block.coefficient.constant[decided], (block.row_of[decided], place[block.column_of[decided]])), shape=(len(block.rows), len(keep))
    )
    matrix.data[np.abs(matrix.data) < NEGLIGIBLE] = 0.0
    matrix.eliminate_zeros()
    held_matrix = sp.csr_array((block.coefficient.constant, (block.row_of, block.column_of)), shape=(len(block.rows), len(fixed)))
    columns = [block.columns[j] for j in keep]
    costs = block.cost.tocsc()[:, keep].toarray()
    accounts = {name: costs[i] for i, name in enumerate(block.accounts)}
    for family in dict.fromkeys(name for name, _ in columns if name.startswith(LEDGER)):
        accounts[family] = np.array([price[label] if label[0] == family else 0.0 for label in columns])
    return Operation(
        columns, list(block.rows), matrix, rhs, block.sense, block.lower[keep], block.upper[keep], block.integer[keep], accounts,
        float(block.offset.sum()), hours, step_h, [block.columns[j] for j in np.flatnonzero(given)], held_matrix[:, given],
    ).without_rows(*PLANNED["rows"])  # fmt: skip


def window_data(profiles: xr.Dataset, hours: np.ndarray) -> np.ndarray:
    """Hourly data of one window with given hours of the year."""
    return data_at(profiles, hours[None, :])[:, 0]
