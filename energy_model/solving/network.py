"""Linear network theory of the trip of one circuit: transfer factors, what is left of a corridor, which trips split the network.

A corridor of n equal circuits has the susceptance n b; when one of them trips it has (n-1) b. With the Laplacian L of the network before
the trip, a the incidence vector of the corridor and H = b n a' L^-1 a its own transfer factor, the matrix inversion lemma gives
(L - b a a')^-1 = L^-1 + b L^-1 a a' L^-1 / (1 - H/n), hence for a flow f before the trip

- on another corridor l the flow rises by H_lk / (n - H_kk) f_k,
- on the n-1 circuits that are left together (n-1) / (n - H_kk) f_k flow,

which for n = 1 is the known line outage distribution factor (Wood, Wollenberg and Sheblé 2013, "Power Generation, Operation, and Control",
chapter 7). Injections stay; each island has a slack of its own, which takes no part as every transfer is balanced.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

BUILT_GW = 1e-3
"""A corridor of less capacity is not there."""
BRIDGE = 1e-7
"""Own transfer factor nearer to one than this: nothing else connects the two ends."""


def circuits(corridor: pd.DataFrame, capacity: pd.Series) -> pd.Series:
    """Circuits of every corridor at the given capacity [GW]; fractional for fractions of a circuit, 0 without capacity."""
    new = (capacity - corridor.existing).clip(lower=0.0)
    return (corridor.circuits + corridor.circuits_per_gw * new).where(capacity > BUILT_GW, 0.0)


@dataclass(frozen=True)
class Network:
    """Corridors between buses, in any number of islands and of networks of different current.

    Attributes
    ----------
    corridor : Index
        Names, for the order of all arrays.
    start, end : ndarray of int, shape (corridors,)
        Buses.
    susceptance : ndarray, shape (corridors,)
        Of one circuit [GW/rad].
    number : ndarray, shape (corridors,)
        Circuits in service; a corridor with 0 is out.
    buses : int
    """

    corridor: pd.Index
    start: np.ndarray
    end: np.ndarray
    susceptance: np.ndarray
    number: np.ndarray
    buses: int

    @property
    def incidence(self) -> sp.csr_array:
        """+1 at the start and -1 at the end of each corridor, shape (corridors, buses)."""
        rows, n = np.arange(len(self.start)), len(self.start)
        return sp.csr_array((np.r_[np.ones(n), -np.ones(n)], (np.r_[rows, rows], np.r_[self.start, self.end])), shape=(n, self.buses))

    def ptdf(self) -> np.ndarray:
        """Power transfer distribution factors: flow per power injected at a bus and withdrawn at the slack of its island.

        Returns
        -------
        ndarray, shape (corridors, buses)
        """
        a, b = self.incidence, self.susceptance * self.number
        live = b > 0
        graph = sp.csr_array((np.ones(live.sum()), (self.start[live], self.end[live])), shape=(self.buses, self.buses))
        _, island = connected_components(graph, directed=False)
        slack = np.unique(island, return_index=True)[1]
        free = np.setdiff1d(np.arange(self.buses), slack)
        angle = np.zeros((self.buses, self.buses))
        if len(free):
            laplacian = (a.T @ sp.diags_array(b) @ a).tocsc()[free][:, free]
            angle[np.ix_(free, free)] = splu(laplacian.tocsc()).solve(np.eye(len(free)))
        return b[:, None] * (a @ angle)

    def transfer(self) -> np.ndarray:
        """Flow on corridor l per power sent from the start to the end of corridor k, shape (corridors, corridors)."""
        return np.asarray((self.incidence @ self.ptdf().T).T)


@dataclass(frozen=True)
class Outages:
    """Effect of the trip of one circuit of each corridor k (second index) per unit of its flow before.

    Attributes
    ----------
    factor : ndarray, shape (corridors, corridors)
        Rise of the flow on corridor l; on the diagonal of the corridor itself (what is left less what was there).
    own : ndarray, shape (corridors,)
        Own transfer factor H_kk.
    number : ndarray, shape (corridors,)
        Circuits that count: at least one, as less than a circuit is lost whole.
    splits : ndarray of bool, shape (corridors,)
        Nothing else connects the two ends; the factors are zero.
    """

    factor: np.ndarray
    own: np.ndarray
    number: np.ndarray
    splits: np.ndarray


def outages(network: Network) -> Outages:
    """Outage factors of one circuit of every corridor.

    Parameters
    ----------
    network : Network
    """
    h = network.transfer()
    own = np.diag(h).copy()
    number = np.maximum(network.number, 1.0)
    out = network.number > 0
    splits = out & (number - own < BRIDGE)
    with np.errstate(divide="ignore"):
        per_flow = np.where(out & ~splits, 1 / (number - own), 0.0)
    factor = h * per_flow
    factor[np.diag_indices(len(own))] = np.where(out & ~splits, (number - 1) * per_flow - 1, 0.0)
    return Outages(factor, own, number, splits)


def after_trip(network: Network, flow: np.ndarray, k: int) -> np.ndarray | None:
    """Flows after the trip of one circuit of corridor `k`, from the remaining network, without outage factors.

    What the tripped circuit carried is sent between its ends over the network that is left.

    Parameters
    ----------
    network : Network
    flow : ndarray, shape (corridors, hours)
    k : int

    Returns
    -------
    ndarray, shape (corridors, hours), or None
        None where no way is left between the ends: the trip splits the network.
    """
    left = network.number.copy()
    lost = min(1.0, left[k])
    carried = flow[k] * lost / left[k]
    left[k] -= lost
    after = flow.copy()
    after[k] -= carried
    rest = Network(network.corridor, network.start, network.end, network.susceptance, left, network.buses)
    send = np.zeros(network.buses)
    send[network.start[k]], send[network.end[k]] = 1.0, -1.0
    share = rest.ptdf() @ send
    arrives = np.bincount(network.start, share, network.buses) - np.bincount(network.end, share, network.buses)
    if np.abs(arrives - send).max() > 1e-6:
        return None
    return after + share[:, None] * carried
