"""Artificial bounds on columns that no row limits: a plan whose cost such a bound raises is not an answer.

If such a bound does not bind, it changes nothing: an optimum of a linear programme at which a row has no dual value is an optimum without
that row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from energy_model.formulation.clauses import LARGEST_EXCESS
from energy_model.language import say
from energy_model.solving.ladder import SolveError
from energy_model.solving.stamp import CAPACITY, StampedLP
from energy_model.study.capacities import CAPACITIES
from energy_model.study.system import UNLIMITED_GW, System

VOLUMES = {capacity.column for capacity in CAPACITIES if capacity.is_volume}
STARTS = ("started", "stopped", "class_start", "class_stock", "cooled")
NEAR = 1e-6
"""A column this near to its bound, relatively, is at it."""


class AssumptionError(SolveError):
    """A bound that stands for "no limit" binds."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            say(
                "The plan fills a bound that only represents 'no limit', so a better plan may exist; nothing was "
                f"written: {'; '.join(names)}. Give each a limit or a cost of its own.",
                f"方案触及仅代表“无上限”的界限，可能存在更优方案，未写出结果：{'; '.join(names)}。请为上列各项填写上限或费用。",
            )
        )


def require_free(lp: StampedLP, primal: np.ndarray, dual: np.ndarray, worth_mcny: float) -> None:
    """Refuse a solution that would cost less by more than `worth_mcny` without one of the artificial bounds.

    Raises
    ------
    AssumptionError
        With all of them by name.
    """
    if found := binding(lp, primal, dual, worth_mcny):
        raise AssumptionError(found)


def binding(lp: StampedLP, primal: np.ndarray, dual: np.ndarray, worth_mcny: float) -> list[str]:
    """Columns at an artificial bound whose value exceeds `worth_mcny`, each with its bound."""
    upper = lp.upper[lp.assumed]
    reduced = lp.cost[lp.assumed] - lp.matrix[:, lp.assumed].T @ dual
    with np.errstate(invalid="ignore"):
        at = (primal[lp.assumed] >= upper * (1 - NEAR)) & (-reduced * upper > worth_mcny)
    at &= np.isfinite(upper)
    return sorted(set(_named(lp, lp.assumed[at])))


def _named(lp: StampedLP, columns: np.ndarray) -> Iterator[str]:
    for family, (labels, ids) in lp.column_ids.items():
        if not np.isin(ids, columns).any():
            continue
        for label, own in zip(labels, ids, strict=True):
            if len(held := np.intersect1d(own, columns)):
                unit = "GWh" if family in VOLUMES else "GW"
                yield f"{family} {'/'.join(map(str, label))} = {lp.upper[held].max():,.6g} {unit}"


def assumed_columns(lp: StampedLP, system: System) -> np.ndarray:
    """Columns whose upper bound is not an input."""
    store = system.store
    apart = set(store.index[store.duration_h.isna()])
    found = np.zeros(len(lp.upper), bool)
    for family, (labels, ids) in lp.column_ids.items():
        own = np.ravel(ids)[np.ravel(ids) >= 0]
        if family == "capacity_store_energy":
            found[own] = [label[0] in apart for label in labels]
        elif family.startswith(CAPACITY) or family in STARTS:
            found[own] = lp.upper[own] >= UNLIMITED_GW
        elif family == "missed":
            found[own] = lp.upper[own] == LARGEST_EXCESS
    return np.flatnonzero(found)
