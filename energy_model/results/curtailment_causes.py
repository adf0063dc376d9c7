"""Curtailed wind and solar by cause: what kept the energy of an hour from being used."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from energy_model.results.indicators import BINDING, CURTAILED_MW
from energy_model.units import CNY_PER_KWH_FROM_CNY_PER_MWH, MWH_PER_GWH

CAUSES = ("network", "outlet", "minimum_output", "no_taker")
"""In the order in which they are looked for."""
RUNNING_MW = 1.0
"""Thermal output from which plants are running."""


def curtailment_causes(data: xr.Dataset) -> pd.DataFrame:
    """Curtailed energy of every node and carrier by cause [GWh].

    In every hour the places that can exchange another MW without a limit are one zone: between them prices differ by losses and wheeling
    alone. Energy is curtailed for ``network`` where a limit (corridor, interface, tie of a microgrid, N-1) keeps it from a place of the
    city that would pay more than it costs to carry it there; for ``outlet`` where only a limit towards a market does; else for
    ``minimum_output`` where thermal plants run in the zone, which minimum load, heat or reserve keep from being lowered; else nobody
    takes it (``no_taker``): load, stores and contracts of the zone are full.

    Returns
    -------
    DataFrame
        ``feed``, ``node``, ``carrier``, ``<cause>_gwh`` for each of `CAUSES`, ``curtailed_gwh`` their sum.
    """
    cut = data.curtailed_mw.transpose("feed", "time").to_numpy()
    cause = np.full(cut.shape, CAUSES.index("no_taker"))
    buses = pd.Index(data.bus.to_numpy())
    at = buses.get_indexer(data.feed_bus.to_numpy())
    hours = np.flatnonzero((cut > CURTAILED_MW).any(axis=0))
    running = _running(data, buses)
    home, gap = np.isin(buses, data.node.to_numpy()), _gaps(data, buses)
    start, end = (buses.get_indexer(data[f"corridor_{side}_bus"].to_numpy()) for side in ("from", "to"))
    for pattern, own in _alike(gap, hours):
        zone = _zones(len(buses), start, end, pattern)
        one, other = zone[np.r_[start, end]], np.r_[end, start]
        blocked = np.r_[pattern[: len(start)], pattern[len(start) :]]
        for feed, bus in enumerate(at):
            beyond = other[blocked & (one == zone[bus])]
            busy = running[zone == zone[bus]][:, own].sum(axis=0) >= RUNNING_MW
            held = np.where(busy, CAUSES.index("minimum_output"), CAUSES.index("no_taker"))
            cause[feed, own] = CAUSES.index("network") if home[beyond].any() else CAUSES.index("outlet") if len(beyond) else held
    energy = cut * data.weight.to_numpy() / MWH_PER_GWH
    table = pd.DataFrame({"feed": data.feed.to_numpy(), "node": data.feed_bus.to_numpy(), "carrier": data.feed_carrier.to_numpy()})
    parts = {f"{name}_gwh": (energy * (cause == k)).sum(axis=1) for k, name in enumerate(CAUSES)}
    return table.assign(**parts, curtailed_gwh=energy.sum(axis=1))


def _gaps(data: xr.Dataset, buses: pd.Index) -> np.ndarray:
    """Whether one more MW over a corridor would pay and is not sent, forwards and then backwards, of shape (2 corridors, time)."""
    price = data.dual_nodal_balance.sel(bus=buses.to_numpy()).transpose("bus", "time").to_numpy()
    start, end = (price[buses.get_indexer(data[f"corridor_{side}_bus"].to_numpy())] for side in ("from", "to"))
    left = 1 - data.corridor_loss_share.to_numpy()[:, None]
    charge = data.corridor_wheeling.to_numpy()[:, None] / CNY_PER_KWH_FROM_CNY_PER_MWH
    both = data.corridor_reversible.to_numpy()[:, None] > 0
    return np.r_[end * left - charge - start > BINDING, (start * left - charge - end > BINDING) & both]


def _running(data: xr.Dataset, buses: pd.Index) -> np.ndarray:
    """Output of thermal plants at every bus [MW], of shape (bus, time)."""
    found = np.zeros((len(buses), data.sizes["time"]))
    if data.sizes.get("cluster"):
        np.add.at(found, buses.get_indexer(data.cluster_node.to_numpy()), data.thermal_mw.transpose("cluster", "time").to_numpy())
    return found


def _alike(gap: np.ndarray, hours: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Hours with the same limits in the way, and these."""
    if not len(hours):
        return []
    patterns, which = np.unique(gap[:, hours], axis=1, return_inverse=True)
    return [(patterns[:, k], hours[which.ravel() == k]) for k in range(patterns.shape[1])]


def _zones(count: int, start: np.ndarray, end: np.ndarray, blocked: np.ndarray) -> np.ndarray:
    """Zone of every bus: joined are the ends of corridors over which nothing more would pay, in either direction."""
    half = len(start)
    free = ~(blocked[:half] | blocked[half:])
    graph = coo_array((np.ones(int(free.sum())), (start[free], end[free])), shape=(count, count))
    return connected_components(graph, directed=False)[1]
