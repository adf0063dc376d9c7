"""Dispatch of one year at given capacities."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.screen import plain_console
from energy_model.solving.highs import load_arrays, set_option
from energy_model.solving.ladder import SolveError, first_answer
from energy_model.solving.shared_capacity import Dispatch
from energy_model.solving.stamp import StampedLP

Basis = tuple[np.ndarray, np.ndarray]
"""Statuses of columns and of rows."""

FROM_BASIS_COLUMNS = 30_000
"""Up to this size a year is solved by dual simplex, from the basis of its dispatch before; larger ones as a plan is."""

MISSING_GW = 1e-6
"""Less capacity bought in addition is rounding."""


@dataclass(frozen=True)
class Answer:
    """Dispatch of a year at given capacities.

    Attributes
    ----------
    cost : float
        Of the year, capacity and the price of missing capacity included [MCNY].
    missing : ndarray, shape (capacities,)
        Capacity bought in addition [GW].
    primal, dual : ndarray
    basis : tuple of ndarray or None
        None after an interior point.
    """

    cost: float
    missing: np.ndarray
    primal: np.ndarray
    dual: np.ndarray
    basis: Basis | None


class DispatchError(EnergyModelError, RuntimeError):
    """A year has no dispatch at any capacities."""


def dispatch(year: Dispatch, capacity: np.ndarray, gap: float, basis: Basis | None = None) -> Answer:
    """Solve one year at given capacities.

    Parameters
    ----------
    year : Dispatch
    capacity : ndarray, shape (capacities,)
    gap : float
        Relative gap to come below.
    basis : tuple of ndarray, optional
        Of the same year at other capacities.

    Raises
    ------
    DispatchError
        When no optimum is found.
    """
    lp = year.at(capacity)
    if lp.matrix.shape[1] <= FROM_BASIS_COLUMNS:
        primal, dual, basis = _with_basis(lp, basis)
    else:
        try:
            found = first_answer(lp, gap, 1, plain_console(quiet=True))
        except SolveError as fault:
            raise DispatchError(say(f"no dispatch found: {fault}", f"未求得运行方案：{fault}")) from fault
        primal, dual, basis = found.primal, found.dual, None
    return Answer(float(lp.cost @ primal) + lp.offset, year.missing(primal), primal, dual, basis)


def _with_basis(lp: StampedLP, start: Basis | None) -> tuple[np.ndarray, np.ndarray, Basis]:
    """Primal, duals, final basis."""
    h = load_arrays(lp)
    set_option(h, "threads", 1)
    set_option(h, "solver", "simplex")
    if start is not None:
        h.setBasis(_to_basis(start))
    h.run()
    status = h.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise DispatchError(say(f"no dispatch found: {h.modelStatusToString(status)}", f"未求得运行方案：{h.modelStatusToString(status)}"))
    found, basis = h.getSolution(), h.getBasis()
    return np.array(found.col_value), np.array(found.row_dual), (_statuses(basis.col_status), _statuses(basis.row_status))


def _statuses(found: list) -> np.ndarray:
    return np.fromiter((int(s) for s in found), np.int8, len(found))


_STATUS = [highspy.HighsBasisStatus(i) for i in range(5)]


def _to_basis(stored: Basis) -> highspy.HighsBasis:
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = ([_STATUS[i] for i in part] for part in stored)
    basis.valid = True
    return basis
