"""Power that each bus of a PyPSA network can absorb: the upper limit on useful plant capacity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from energy_model.exchange.importer import Importer


@cache
def usable_mw(i: Importer) -> pd.Series:
    """Maximum total output of the plants of a bus [MW]; infinite if something there may grow without limit.

    Proof: whatever else feeds a bus only adds to them; so in every snapshot their output is at most the load, elastic demand included, what
    lines and links carry away, and what stores take in.
    """
    total = pd.Series(0.0, index=[str(b) for b in i.n.table("buses").index])
    for bus, power in (*_loads(i), *_branches(i), *_stores(i)):
        if bus in total.index:
            total[bus] += max(power, 0.0)
    return total


def least_above_0(share: np.ndarray) -> float:
    """Smallest positive availability."""
    return float(share[share > 0].min(initial=np.inf))


def _size(row: pd.Series, prefix: str) -> float:
    return float(row[f"{prefix}_max"] if row[f"{prefix}_extendable"] else row[prefix])


def _loads(i: Importer) -> Iterator[tuple[str, float]]:
    for name, row in i.n.table("loads").iterrows():
        yield row.bus, float(i.n.values("loads", str(name), "p_set", row.p_set).max())
    for name, row in i.n.table("generators").iterrows():  # demand that pays a price is a generator below 0
        if (taken := -float(i.n.values("generators", str(name), "p_min_pu", row.p_min_pu).min())) > 0:
            yield row.bus, _size(row, "p_nom") * taken


def _branches(i: Importer) -> Iterator[tuple[str, float]]:
    for owner in ("lines", "transformers"):
        for name, row in i.n.table(owner).iterrows():
            size = np.inf if owner == "transformers" and row.type else _size(row, "s_nom")  # a type has a rating of its own
            power = size * float(i.n.values(owner, str(name), "s_max_pu", row.s_max_pu).max())
            yield row.bus0, power
            yield row.bus1, power
    for name, row in i.n.table("links").iterrows():
        size = _size(row, "p_nom")
        yield row.bus0, size * float(i.n.values("links", str(name), "p_max_pu", row.p_max_pu).max())
        if (back := -float(i.n.values("links", str(name), "p_min_pu", row.p_min_pu).min())) > 0:
            yield row.bus1, size * back


def _stores(i: Importer) -> Iterator[tuple[str, float]]:
    for _, row in i.n.table("storage_units").iterrows():
        yield row.bus, _size(row, "p_nom")
    for _, row in i.n.table("stores").iterrows():
        yield row.bus, _size(row, "e_nom") / i.elapsed_h
