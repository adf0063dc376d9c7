"""Curtailed wind and solar by cause: what kept the energy of an hour from being used."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from energy_model.results.dust import BUILT_MW, smallest
from energy_model.results.indicators import BINDING, CURTAILED_MW
from energy_model.units import CNY_PER_KWH_FROM_CNY_PER_MWH, MWH_PER_GWH

CAUSES = ("network", "outlet", "microgrid_tie", "minimum_output", "no_taker")
"""In the order in which they are looked for."""
NONE = -1
"""In hours without curtailment."""
RUNNING_MW = 1.0
"""Thermal output from which plants are running."""


def curtailment_causes(data: xr.Dataset) -> pd.DataFrame:
    """Curtailed energy of every node and carrier by cause [GWh].

    In every hour the places that can exchange another MW without a limit are one zone: between them prices differ by losses and wheeling
    alone; corridors that do not stand join and part nothing. Energy is curtailed for ``network`` where a limit (corridor, interface, N-1)
    keeps it from a place of the city that would pay more than it costs to carry it there; for ``outlet`` where one towards a market does;
    for ``microgrid_tie`` where one between a microgrid and its neighbours does; else for ``minimum_output`` where thermal plants run in
    the zone, which minimum load, heat or reserve keep from being lowered; else nobody takes it (``no_taker``): load, stores and
    contracts of the zone are full. The first of these is the cause. Causes too small to be told, and hours in which no feed is
    curtailed by more than `CURTAILED_MW`, count with the largest cause of the feed.

    Returns
    -------
    DataFrame
        ``feed``, ``node``, ``carrier``, ``<cause>_gwh`` for each of `CAUSES`, ``curtailed_gwh`` their sum.
    """
    cut = data.curtailed_mw.transpose("feed", "time").to_numpy()
    cause = np.full(cut.shape, NONE)
    buses = pd.Index(data.bus.to_numpy())
    hours = np.flatnonzero((cut > CURTAILED_MW).any(axis=0))
    running, stands = _running(data, buses), data.corridor_capacity_mw.to_numpy() >= BUILT_MW
    start, end = (buses.get_indexer(data[f"corridor_{side}_bus"].to_numpy()) for side in ("from", "to"))
    kind = np.where(np.isin(buses, data.node.to_numpy()), CAUSES.index("network"), CAUSES.index("outlet"))[np.r_[end, start]]
    kind[np.tile(_ties(data), 2)] = CAUSES.index("microgrid_tie")
    at = buses.get_indexer(data.feed_bus.to_numpy())
    for blocked, own in _alike(_gaps(data, buses) & np.tile(stands, 2)[:, None], hours):
        joins = stands & ~blocked.reshape(2, -1).any(axis=0)
        graph = coo_array((np.ones(int(joins.sum())), (start[joins], end[joins])), shape=(len(buses), len(buses)))
        zone = connected_components(graph, directed=False)[1]
        source = zone[np.r_[start, end]]
        for feed, bus in enumerate(at):
            limits = kind[blocked & (source == zone[bus])]
            busy = running[zone == zone[bus]][:, own].sum(axis=0) >= RUNNING_MW
            held = np.where(busy, CAUSES.index("minimum_output"), CAUSES.index("no_taker"))
            cause[feed, own] = limits.min() if len(limits) else held
    table = pd.DataFrame({"feed": data.feed.to_numpy(), "node": data.feed_bus.to_numpy(), "carrier": data.feed_carrier.to_numpy()})
    parts = _told(cut, cause, data.weight.to_numpy() / MWH_PER_GWH)
    return table.assign(**{f"{name}_gwh": parts[k] for k, name in enumerate(CAUSES)}, curtailed_gwh=parts.sum(axis=0))


def _told(cut: np.ndarray, cause: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Energy by cause and feed [GWh]; what is too small to be told is with the largest cause, so that the causes add up."""
    energy = cut * weight
    parts = np.array([(energy * (cause == k)).sum(axis=1) for k in range(len(CAUSES))])
    largest = np.where(parts.max(axis=0) > 0, parts.argmax(axis=0), CAUSES.index("no_taker"))
    parts[parts < smallest("curtailed_gwh")] = 0.0
    parts[largest, np.arange(len(cut))] += energy.sum(axis=1) - parts.sum(axis=0)
    return parts


def _ties(data: xr.Dataset) -> np.ndarray:
    """Whether a corridor is the tie of a microgrid, or leaves one."""
    within = data.place_microgrid.to_series()
    one, other = (within.reindex(data[f"corridor_{side}_node"].to_numpy(), fill_value="").to_numpy() for side in ("from", "to"))
    return (data.corridor_tie_of.to_numpy() != "") | (one != other)


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
