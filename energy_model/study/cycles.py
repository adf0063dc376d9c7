"""Independent cycles of the networks under Kirchhoff's voltage law, and the dependence of impedance on what is built.

Flows of a network obey the law if they obey it on a basis of its cycles: one row per cycle and hour, without voltage angles (Hörsch et
al. 2018, "Linear optimal power flow using cycle flows", Electric Power Systems Research 158).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, shortest_path

from energy_model.study.settings import NetworkSettings
from energy_model.units import MW_PER_GW

MESHED = ("ac", "dc")
"""Kinds of corridors that form networks, each kind its own; an HVDC link is steered and takes no part."""

BUILT_GW = 1e-3
"""A corridor of less capacity is not there."""


def electrical(c: pd.DataFrame, network: NetworkSettings) -> pd.DataFrame:
    """Corridors with impedance and resistance of one circuit [1/GW] as required by the options; quadratic losses replace the loss share.

    ohm/kV2 is 1/MW.
    """
    per_gw = c.length_km / c.voltage_kv**2 * MW_PER_GW
    resistance = (c.resistance_ohm_per_km * per_gw).where(c.kind.isin(MESHED))
    # In a direct-current network resistance does what reactance does in an alternating one. A dedicated corridor starts from a busbar
    # of its own: it carries what its plants make.
    impedance = (c.reactance_ohm_per_km * per_gw).where(c.kind == "ac", resistance).where(c.dedicated_to.isna())
    c["impedance_per_gw"] = impedance if network.power_flow == "dc" else np.nan
    c["resistance_per_gw"] = resistance if network.losses == "tangents" else np.nan
    c["loss_share"] = c.loss_share.where(c.resistance_per_gw.isna(), 0.0)
    return c


def half_at_both_ends(c: pd.DataFrame) -> pd.DataFrame:
    r"""Corridors whose loss occurs half at each end, as the same corridors with the loss of what is sent.

    Of a flow :math:`f` in the middle, :math:`f (1 + \lambda/2)` is sent and :math:`f (1 - \lambda/2)` arrives; the capacity limits
    :math:`f`.
    """
    both = (c.loss_at == "both") & c.output_per_input.isna()
    sent = 1 + c.loss_share.where(both, 0.0) / 2
    return c.assign(loss_share=c.loss_share / sent, availability_share=c.availability_share * sent)


def loss_at_full_load(corridor: pd.DataFrame) -> pd.Series:
    """Share of the power sent that a corridor loses at its largest flow: its loss share, or that of its resistance.

    A flow :math:`u` in the middle of a line of resistance :math:`r` is sent as :math:`u + r u^2 / 2`, of which :math:`r u^2` is lost.
    """
    standing = (corridor.existing / corridor.circuits).where(corridor.circuits > 0, 0.0)
    new = (1 / corridor.circuits_per_gw.where(corridor.circuits_per_gw > 0)).fillna(0.0)
    drop = corridor.resistance_per_gw * corridor.usable * np.maximum(standing, new)
    return corridor.loss_share.where(corridor.resistance_per_gw.isna(), drop / (1 + drop / 2)).astype(float)


def circuits(corridor: pd.DataFrame, capacity: pd.Series) -> pd.Series:
    """Circuits of every corridor at the given capacity [GW]; fractional for fractions of a circuit, 0 without capacity."""
    new = (capacity - corridor.existing).clip(lower=0.0)
    return (corridor.circuits + corridor.circuits_per_gw * new).where(capacity > BUILT_GW, 0.0)


def cycle_table(corridor: pd.DataFrame) -> pd.DataFrame:
    """Rows of Kirchhoff's voltage law for the assumed circuits.

    Parameters
    ----------
    corridor : DataFrame
        Corridors of a `System`; those without ``impedance_per_gw`` or without ``assumed_circuits`` take no part.

    Returns
    -------
    DataFrame
        Index (cycle, corridor), column ``weight``: the signed impedance of the corridor over the largest of its cycle.
    """
    found: dict[tuple[str, str], float] = {}
    part = corridor[corridor.impedance_per_gw.notna() & (corridor.assumed_circuits > 0)]
    for _, network in part[part.kind.isin(MESHED)].groupby("kind"):
        impedance = network.impedance_per_gw / network.assumed_circuits
        for cycle in cycle_basis(list(zip(network.from_bus, network.to_bus, strict=True))):
            names = {network.index[e]: sign for e, sign in cycle.items()}
            largest = max(impedance[c] for c in names)
            label = "+".join(sorted(names))
            found |= {(label, c): sign * impedance[c] / largest for c, sign in names.items()}
    index = pd.MultiIndex.from_tuples(found, names=("cycle", "corridor")) if found else NO_CYCLE.index
    return pd.DataFrame({"weight": pd.Series(list(found.values()), index=index, dtype=float)})


def cycles_as_built(corridor: pd.DataFrame, capacity: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Corridors fixed at a capacity [GW], and Kirchhoff's rows for the resulting circuits: the network of a finished plan."""
    new = (capacity.reindex(corridor.index) - corridor.existing).clip(lower=0.0)
    held = corridor.assign(min_new=new, max_new=new, assumed_circuits=circuits(corridor, capacity.reindex(corridor.index)))
    return held, cycle_table(held)


NO_CYCLE = pd.DataFrame({"weight": pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=("cycle", "corridor")))})
"""The table where flows go as they like."""


def cycle_basis(ends: Sequence[tuple[str, str]]) -> list[dict[int, int]]:
    """Shortest independent cycles of a graph with parallel edges.

    Horton's algorithm (1987, "A polynomial-time algorithm to find the shortest cycle basis of a graph", SIAM J. Comput. 16): of the cycles
    that an edge closes with the shortest paths from a node to its ends, take the shortest that are independent.

    Parameters
    ----------
    ends : sequence of (from, to)

    Returns
    -------
    list of dict
        Edge position -> +1 where the cycle passes it from its first to its second end, else -1.
    """
    single: dict[frozenset, int] = {}
    basis = []
    for e, (a, b) in enumerate(ends):
        twin = single.setdefault(frozenset((a, b)), e)
        if twin != e:
            basis.append({e: 1, twin: -1 if ends[twin] == (a, b) else 1})
    nodes = sorted({n for pair in ends for n in pair})
    place = {n: i for i, n in enumerate(nodes)}
    edges = np.array(list(single.values()), dtype=int)
    start, end = (np.array([place[ends[e][k]] for e in edges], dtype=int) for k in (0, 1))
    graph = sp.csr_array((np.ones(len(start)), (start, end)), shape=(len(nodes), len(nodes)))
    distance, before = shortest_path(graph, directed=False, unweighted=True, return_predecessors=True)
    independent = len(edges) - len(nodes) + connected_components(graph, directed=False)[0]
    edge_of = {frozenset((a, b)): int(e) for a, b, e in zip(start, end, edges, strict=True)}

    def path(root: int, n: int) -> int:
        """Edges of the shortest path from a root, one bit each."""
        bits = 0
        while n != root:
            bits |= 1 << edge_of[frozenset((n, before[root, n]))]
            n = before[root, n]
        return bits

    pivots: dict[int, int] = {}
    for pairs in _closing(start, end, distance, before):
        found = {path(root, start[e]) ^ path(root, end[e]) ^ 1 << int(edges[e]) for root, e in pairs}
        for cycle in sorted(found):
            rest = cycle
            while rest and rest.bit_length() in pivots:
                rest ^= pivots[rest.bit_length()]
            if rest:
                pivots[rest.bit_length()] = rest
                basis.append(_walked([e for e in range(cycle.bit_length()) if cycle >> e & 1], ends))
        if len(pivots) == independent:
            break
    return basis


def _closing(start: np.ndarray, end: np.ndarray, distance: np.ndarray, before: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs (root, edge) where the shortest paths from the root to both ends have only the root in common, the shortest cycles first."""
    first = np.where(distance == 0, np.arange(len(before)), -1)  # node after the root on the path to each node
    for steps in range(1, int(distance[np.isfinite(distance)].max(initial=0)) + 1):
        root, n = np.nonzero(distance == steps)
        first[root, n] = n if steps == 1 else first[root, before[root, n]]
    closes = (first[:, start] != first[:, end]) & (before[:, start] != end) & (before[:, end] != start)
    root, edge = np.nonzero(closes & (first[:, start] >= 0))
    length = distance[root, start[edge]] + distance[root, end[edge]]
    for size in np.unique(length):
        yield np.column_stack((root, edge))[length == size]


def _walked(edges: list[int], ends: Sequence[tuple[str, str]]) -> dict[int, int]:
    """Signs of the edges of one cycle, traversed from the first of them."""
    walked = {edges[0]: 1}
    here = ends[edges[0]][1]
    while len(walked) < len(edges):
        step = next(e for e in edges if e not in walked and here in ends[e])
        walked[step] = 1 if ends[step][0] == here else -1
        here = ends[step][1] if walked[step] == 1 else ends[step][0]
    return walked
