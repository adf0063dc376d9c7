"""Forced outages of thermal units as a distribution of available capacity, divided into slices for a dispatch."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

GRID_GW = 0.002
CUTS = (1e-5, 1e-3, 0.01, 0.05, 0.15, 0.35, 0.7)
"""Probabilities of missing capacity at which the stack of plants is cut; losses are exact at the cuts and linear between them."""


def outage_table(sizes: np.ndarray, rates: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Distribution of the capacity out of service, by convolution of independent two-state units.

    Billinton and Allan (1996), "Reliability Evaluation of Power Systems", chapter 2.

    Parameters
    ----------
    sizes, rates : ndarray
        Net capacity [GW] and forced outage rate of the units of a kind.
    counts : ndarray of int
        Units of the kind.

    Returns
    -------
    ndarray
        Probability of ``k * GRID_GW`` out of service.
    """
    table = np.ones(1)
    for size, rate, count in zip(sizes, rates, counts, strict=True):
        unit = np.zeros(round(size / GRID_GW) + 1)
        unit[0] = 1 - rate
        unit[-1] += rate
        for _ in range(count if rate > 0 else 0):
            table = np.convolve(table, unit)
    return table


def outage_slices(thermal: pd.DataFrame, fleet: pd.Series, base: float) -> pd.DataFrame:
    """Plants as slices used by a dispatch in order of their probability of being missing.

    The cost of serving a demand from the slices is the expected energy that forced outages leave unserved.

    Parameters
    ----------
    thermal : DataFrame
        Clusters with ``net_share``, ``firm_share`` and ``unit_gw``.
    fleet : Series
        Their gross capacities [GW].
    base : float
        Capacity [GW] of a plant that never fails, below the stack; it only moves the zero of a load shift.

    Returns
    -------
    DataFrame
        ``width`` [GW] and ``cost`` [GWh/GWh] of each slice, costs ascending.
    """
    net = thermal.net_share * fleet
    unit = (thermal.net_share * thermal.unit_gw).clip(upper=net)
    stands = net > 0
    counts = (net[stands] / unit[stands]).round().clip(lower=1).astype(int)
    rates = 1 - thermal.firm_share[stands] / thermal.net_share[stands]
    out = outage_table((net[stands] / counts).to_numpy(), rates.to_numpy(), counts.to_numpy())
    total = float(net.sum())
    beyond = out[::-1].cumsum()[::-1]  # probability that at least k steps of capacity are out
    chance = beyond[:0:-1]  # that each step of the stack is missing, from the bottom up
    bounds = np.unique(np.r_[0, np.searchsorted(chance, CUTS), len(chance)])
    width = np.diff(bounds) * GRID_GW
    cost = [float(chance[a:b].mean()) for a, b in pairwise(bounds)]
    firm = base + total - float(width.sum())
    return pd.DataFrame({"width": np.r_[firm, width], "cost": np.r_[0.0, cost]})
