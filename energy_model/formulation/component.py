"""A component of the model: one file with its sets, columns, rows, costs, and its terms in each balance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NamedTuple

import pandas as pd
import pyomo.environ as pyo

from energy_model.formulation.equation import REGISTRY
from energy_model.study.system import System


class Ledger(NamedTuple):
    """A sum over a block, ``ledger_<name>``, whose weighted sum over the blocks is the master's ``total_<name>``."""

    over: str
    """Index set of block and master."""
    signed: bool = False
    """Whether it may be below zero."""


class LeftSide(NamedTuple):
    """Left side of clauses on a quantity; in `CLAUSES` of the file of its component, by quantity."""

    of: Callable
    """``of(m, c)``: of one clause [GW, GWh, kt]; a share is multiplied out so that the row stays linear, against 0."""
    most_missed: Callable | None = None
    """``most_missed(m, c)``: bound on what a share, whose row has no amount on its right, is missed by: energy [GWh] or power [GW]."""


@dataclass(frozen=True)
class Component:
    """Contribution of a file of equations to the block of hours and to the yearly master; its rows are the equations of the file.

    Attributes
    ----------
    name : str
        ``__name__`` of the file.
    sets : callable, optional
        ``sets(m, y)``: index sets, and tables as dictionaries (`columns_of`), that block and master share.
    block_sets, block_columns : callable, optional
        ``block_sets(m, y)``, ``block_columns(m)``: what only the block has.
    master_sets, master_columns : callable, optional
        ``master_sets(m, y, yearly)``, ``master_columns(m, y)``: what only the master has.
    running_cost, yearly_cost : callable, optional
        ``running_cost(m)``, ``yearly_cost(m)``: cost of the block, and of the year, by account [MCNY].
    net : mapping of str to callable
        By carrier: ``net(m, place, t)``, power into the balance of a place less power out of it [GW].
    data : mapping of str to str
        Hourly data, which are parameters of a block, and the index set of each.
    ledgers : mapping of str to Ledger
    states : mapping of str to str
        Columns that a block hands to the next one, with the set that counts their time.
    history : mapping of str to str
        Further columns at which rows look back over the border of a block, with the set that counts their time.
    fixed_by_plan : tuple of str
        Columns that represent all hours of a block. The plan decides them for the year, and its operation is held to them.
    """

    name: str
    sets: Callable[[pyo.ConcreteModel, System], None] | None = None
    block_sets: Callable[[pyo.ConcreteModel, System], None] | None = None
    block_columns: Callable[[pyo.ConcreteModel], None] | None = None
    master_sets: Callable[[pyo.ConcreteModel, System, Any], None] | None = None
    master_columns: Callable[[pyo.ConcreteModel, System], None] | None = None
    running_cost: Callable[[pyo.ConcreteModel], dict] | None = None
    yearly_cost: Callable[[pyo.ConcreteModel], dict] | None = None
    net: Mapping[str, Callable] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    history: Mapping[str, str] = field(default_factory=dict)
    fixed_by_plan: tuple[str, ...] = ()

    def rows(self, part: str) -> list[Callable]:
        """Its equations for the block or for the master, in the order of its file."""
        return [e.rule for e in REGISTRY.values() if e.rule.__module__ == self.name and e.part == part]


def columns_of(table: pd.DataFrame) -> SimpleNamespace:
    """Table columns as dictionaries keyed by the row label: quick to read inside equations."""
    if table.empty:
        return SimpleNamespace(**{c: {} for c in table.columns})
    return SimpleNamespace(**{c: table[c].to_dict() for c in table.columns})


def members_of(owner: pd.Series, owners: Iterable) -> dict:
    """Members by owner; every owner has an entry, members without an owner are omitted."""
    found = {k: list(v) for k, v in owner.groupby(owner).groups.items()} if len(owner) else {}
    return {k: found.get(k, []) for k in owners}


def declare(m: pyo.ConcreteModel, **sets: Iterable) -> None:
    """Add index sets."""
    for name, members in sets.items():
        m.add_component(name, pyo.Set(initialize=list(members), ordered=True))


def positive(m: pyo.ConcreteModel, **columns: tuple) -> None:
    """Add non-negative columns, each with its index sets."""
    for name, over in columns.items():
        m.add_component(name, pyo.Var(*over, within=pyo.NonNegativeReals))


def bound(family: Mapping, most: Mapping) -> None:
    """Give columns a generous but finite bound by their first index, if no row does: the certificate's lower bound needs it."""
    for (i, *_), column in family.items():
        column.setub(most[i])


def added(costs: Iterable[dict]) -> dict:
    """Costs of several parts by account."""
    total: dict = {}
    for part in costs:
        for account, cost in part.items():
            total[account] = total[account] + cost if account in total else cost
    return total
