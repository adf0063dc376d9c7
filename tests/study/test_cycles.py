"""Cycle bases, compared with another library and with the laws of graphs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.study.cycles import cycle_basis

edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda e: e[0] != e[1]), min_size=1, max_size=24)


@settings(max_examples=60)
@given(edges)
def test_a_basis_is_closed_complete_independent_and_short(pairs):
    """Proves: for random graphs with parallel edges and several parts, every cycle enters each node as often as it leaves it, there are
    edges - nodes + parts of them, they are independent, and their lengths add up to those of networkx's minimum cycle basis (parallel
    edges: 2 each).
    Sensitivity: fails on a wrong sign, a cycle too many or too few, or one that goes a longer way.
    """
    networkx = pytest.importorskip("networkx")
    ends = [(f"n{a}", f"n{b}") for a, b in pairs]
    basis = cycle_basis(ends)
    nodes = sorted({n for pair in ends for n in pair})
    incidence, cycles = np.zeros((len(nodes), len(ends))), np.zeros((len(ends), len(basis)))
    for e, (a, b) in enumerate(ends):
        incidence[nodes.index(a), e], incidence[nodes.index(b), e] = -1, 1
    for k, cycle in enumerate(basis):
        cycles[list(cycle), k] = list(cycle.values())
    assert not (incidence @ cycles).any()
    assert len(basis) == len(ends) - np.linalg.matrix_rank(incidence)
    assert not basis or np.linalg.matrix_rank(cycles) == len(basis)
    graph = networkx.Graph(ends)
    parallel = len(ends) - graph.number_of_edges()
    assert sum(map(len, basis)) == sum(map(len, networkx.minimum_cycle_basis(graph))) + 2 * parallel
