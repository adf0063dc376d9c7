"""A plan in whole numbers is certified against the bound of branch and bound."""

import pytest

from energy_model.results.certificate import Certificate, certify_whole


@pytest.mark.parametrize(("bound", "gap", "passed"), [(99.995, 5e-5, True), (84.0, 0.16, False), (101.0, -0.01, False)])
def test_distance_to_the_bound_decides(bound, gap, passed):
    """Proves: with its LP solved exactly, a plan of 100 passes above a bound of 99.995 and fails 16 % above the bound or 1 % below.
    Sensitivity: telling the gap of the LP with the whole numbers held (0) passes all three.
    """
    held = Certificate(0.0, 0.0, "", 0.0, 0.0, 0.0, 100.0, 100.0, 0.0, 100.0, 1e-7, 0.0, True)
    found = certify_whole(held, bound, 1e-4)
    assert found.passed is passed
    assert (found.lower_bound_mcny, found.gap_limit) == (bound, 1e-4)
    assert found.gap == pytest.approx(gap)
