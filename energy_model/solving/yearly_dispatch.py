"""Dispatch of one year at given capacities: its cost, and the derivative of the cost in each capacity."""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.screen import plain_console
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import load_arrays, set_option
from energy_model.solving.ladder import EXACT_GAP, SolveError, solve
from energy_model.solving.shared_capacity import Dispatch
from energy_model.solving.stamp import StampedLP

Basis = tuple[np.ndarray, np.ndarray]
"""Statuses of columns and of rows."""

COLD_SIMPLEX_COLUMNS = 30_000
"""Up to this size a year without a basis is solved by dual simplex; larger ones by interior point and crossover."""


@dataclass(frozen=True)
class Ask:
    """Capacities, shape (capacities,), and the final point of the previous answer of the same year."""

    capacity: np.ndarray
    basis: Basis | None = None
    penalty: float = 1.0
    whole: bool = False


@dataclass(frozen=True)
class Answer:
    """Dispatch of a year at given capacities.

    Attributes
    ----------
    cost : float
        Of the year, capacity and the price of missing capacity included [MCNY].
    bound : float
        Proven lower bound of the same.
    slope : ndarray, shape (capacities,)
        Change of the bound with the capacities.
    missing : ndarray, shape (capacities,)
        Capacity bought in addition [GW].
    basis : tuple of ndarray or None
        None after an interior point.
    iterations : int
    seconds : float
    primal, dual : ndarray
        Empty unless asked for.
    """

    cost: float
    bound: float
    slope: np.ndarray
    missing: np.ndarray
    basis: Basis | None
    iterations: int
    seconds: float
    primal: np.ndarray
    dual: np.ndarray


class DispatchError(EnergyModelError, RuntimeError):
    """A year has no dispatch at any capacities."""


def dispatch(year: Dispatch, ask: Ask) -> Answer:
    """Solve one year at given capacities; with a basis by warm-started dual simplex, else from scratch.

    Where the whole answer is asked for, once, an interior point does; cuts need a basis to go on from.

    Raises
    ------
    DispatchError
        When HiGHS finds no optimum.
    """
    started = time.perf_counter()
    lp = (year if ask.penalty == 1.0 else year.dearer(ask.penalty)).at(ask.capacity)
    if ask.whole and ask.basis is None and lp.matrix.shape[1] > COLD_SIMPLEX_COLUMNS:
        primal, dual, basis, iterations = _interior(lp)
    else:
        primal, dual, basis, iterations = _with_basis(lp, ask.basis)
    return Answer(
        cost=float(lp.cost @ primal) + lp.offset,
        bound=safe_lower_bound(lp, dual)[0],
        slope=dual[year.held],
        missing=year.missing(primal),
        basis=basis,
        iterations=iterations,
        seconds=time.perf_counter() - started,
        primal=primal if ask.whole else np.empty(0),
        dual=dual if ask.whole else np.empty(0),
    )


def _interior(lp: StampedLP) -> tuple[np.ndarray, np.ndarray, None, int]:
    """Primal, duals, no basis, iterations."""
    try:
        found = solve(lp, EXACT_GAP, 1, plain_console(quiet=True))
    except SolveError as fault:
        raise DispatchError(say(f"no dispatch found: {fault}", f"未求得运行方案：{fault}")) from fault
    return found.primal, found.dual, None, found.iterations


def _with_basis(lp: StampedLP, start: Basis | None) -> tuple[np.ndarray, np.ndarray, Basis, int]:
    """Primal, duals, final basis, iterations."""
    h = load_arrays(lp)
    set_option(h, "threads", 1)
    if start is not None or lp.matrix.shape[1] <= COLD_SIMPLEX_COLUMNS:
        set_option(h, "solver", "simplex")
        if start is not None:
            h.setBasis(_to_basis(start))
    else:
        set_option(h, "solver", "ipx")
    h.run()
    status = h.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise DispatchError(say(f"no dispatch found: {h.modelStatusToString(status)}", f"未求得运行方案：{h.modelStatusToString(status)}"))
    info, found, basis = h.getInfo(), h.getSolution(), h.getBasis()
    iterations = int(info.simplex_iteration_count + max(0, info.ipm_iteration_count))
    return (
        np.array(found.col_value), np.array(found.row_dual), (_statuses(basis.col_status), _statuses(basis.row_status)), iterations
    )  # fmt: skip


def _statuses(found: list) -> np.ndarray:
    return np.fromiter((int(s) for s in found), np.int8, len(found))


_STATUS = [highspy.HighsBasisStatus(i) for i in range(5)]


def _to_basis(stored: Basis) -> highspy.HighsBasis:
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = ([_STATUS[i] for i in part] for part in stored)
    basis.valid = True
    return basis
