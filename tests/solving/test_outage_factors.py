"""Outage factors: by hand, and against the flow computed anew on what a trip leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy_model.solving.network import after_trip, outages
from tests.support.dc_flow import dc_flow, network

TRIANGLE = [(0, 1), (1, 2), (0, 2)]


def test_three_equal_lines():
    """Proves: in a triangle of equal lines a transfer along one line takes 2/3 the straight way and 1/3 round; when a single line trips all
    of its flow goes round, so its outage factors are 1 on the way round.
    Sensitivity: fails on a wrong sign, a transposed factor, or 1/3 instead of (1/3) / (1 - 2/3).
    """
    h = network(TRIANGLE, [1, 1, 1]).transfer()
    assert np.diag(h) == pytest.approx(2 / 3)
    assert h[:, 0] == pytest.approx([2 / 3, -1 / 3, 1 / 3])
    found = outages(network(TRIANGLE, [1, 1, 1]))
    assert found.factor[:, 0] == pytest.approx([-1, -1, 1])
    assert not found.splits.any()


def test_one_of_two_circuits():
    """Proves: of one unit from 0 to 1, corridor 0-1 with two circuits (impedance 1/2) carries 4/5 and the way round (2) 1/5. With one
    circuit left (1) it is 2/3 and 1/3. So the circuit left carries (2/3) / (4/5) = 5/6 of what both did, and (1/3 - 1/5) / (4/5) = 1/6
    goes round.
    Sensitivity: fails if the whole corridor is taken out (1 goes round), or half of its flow simply moves (1/2).
    """
    found = outages(network(TRIANGLE, [2, 1, 1]))
    assert found.own[0] == pytest.approx(4 / 5)
    assert found.factor[:, 0] == pytest.approx([5 / 6 - 1, -1 / 6, 1 / 6])


def test_a_lone_link_splits_and_a_double_one_does_not():
    """Proves: the trip of the only circuit to bus 2 splits the network, of one of two does not: the other takes over all of its flow.
    Sensitivity: fails if 1/(n - H) is divided by zero, or a double circuit counts as a bridge.
    """
    single, double = (outages(network([(0, 1), (1, 2)], [2, n])) for n in (1, 2))
    assert single.splits.tolist() == [False, True]
    assert not single.factor[:, 1].any()
    assert not double.splits.any()
    assert double.factor[:, 1] == pytest.approx([0, 0])
    assert after_trip(network([(0, 1), (1, 2)], [2, 1]), np.ones((2, 1)), 1) is None


@given(st.integers(0, 10_000), st.integers(3, 8))
def test_factors_agree_with_the_flow_computed_anew(seed, buses):
    """Proves: on random networks of two islands, with parallel corridors and one to four circuits (fractions too), flows after the trip of
    one circuit by factors equal the DC flow of the same injections on the network that is left, and so does the independent check's way.
    Sensitivity: fails if a circuit is n circuits, the slack is shared between islands, or the corridor's own rest is wrong.
    """
    rng = np.random.default_rng(seed)
    tree = [(int(rng.integers(0, i)), i) for i in range(1, buses)]
    more = [tuple(int(x) for x in rng.choice(buses, 2, replace=False)) for _ in range(buses)]
    ends = tree + more
    ends += [(a + buses, b + buses) for a, b in ends]
    number = rng.choice([1.0, 2.0, 3.0, 4.0, 1.5], len(ends))
    net = network(ends, number, rng.uniform(0.5, 3.0, len(ends)), 2 * buses)
    injection = rng.normal(size=2 * buses)
    injection[:buses] -= injection[:buses].mean()
    injection[buses:] -= injection[buses:].mean()
    before = dc_flow(net, number, injection)
    found = outages(net)
    for k in np.flatnonzero(~found.splits):
        left = number.copy()
        left[k] -= 1
        anew = dc_flow(net, left, injection)
        assert before + found.factor[:, k] * before[k] == pytest.approx(anew, abs=1e-9)
        assert after_trip(net, before[:, None], k)[:, 0] == pytest.approx(anew, abs=1e-9)
