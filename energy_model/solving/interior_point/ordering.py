"""Order of elimination of one block's Newton system, and the structure of its factor."""

from __future__ import annotations

import heapq

import numpy as np


def minimum_degree(
    first: np.ndarray, second: np.ndarray, nodes: int, interior: int, weak: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Eliminate the interior nodes of a graph, always one with the fewest neighbours.

    Parameters
    ----------
    first, second : ndarray of int, shape (edges,)
        Ends of the edges.
    nodes : int
    interior : int
        The nodes below this number are eliminated, the others stay.
    weak : ndarray of bool, shape (nodes,)
        Nodes whose pivot is nearly zero until a neighbour is eliminated: equations and free columns. They wait for one.

    Returns
    -------
    order : ndarray of int, shape (interior,)
        Nodes in the order of elimination.
    structure : list of ndarray
        Neighbours of each of them at that moment, in the same order: the rows of its column of the factor.

    Notes
    -----
    Tinney and Walker (1967), "Direct solutions of sparse network equations by optimally ordered triangular factorization",
    Proceedings of the IEEE 55.
    """
    neighbours: list[set[int]] = [set() for _ in range(nodes)]
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        if a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)
    ready = ~weak[:interior]
    heap = [(len(neighbours[i]), i) for i in np.flatnonzero(ready).tolist()]
    heapq.heapify(heap)
    done = np.zeros(interior, bool)
    order: list[int] = []
    structure: list[np.ndarray] = []
    while len(order) < interior:
        if not heap:  # those left have neighbours only among each other and in the border
            heap = [(len(neighbours[i]), i) for i in np.flatnonzero(~done).tolist()]
            heapq.heapify(heap)
        degree, i = heapq.heappop(heap)
        near = neighbours[i]
        if done[i] or degree != len(near):
            continue
        done[i] = True
        order.append(i)
        structure.append(np.fromiter(near, np.int64, len(near)))
        for a in near:
            neighbours[a] |= near
            neighbours[a] -= {a, i}
            if a < interior:
                heapq.heappush(heap, (len(neighbours[a]), a))
        neighbours[i] = set()
    return np.array(order, np.int64), structure
