"""Figures put into words, the same in console, pages and workbooks."""

import pytest

from energy_model.report.words import percent


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (4e-5, "0.004 %"),
        (0.0, "0 %"),
        (3e-10, "<0.000001 %"),
        (-1.9e-16, "<0.000001 %"),
        (-2e-4, "-0.02 %"),
        (float("nan"), "nan %"),
    ],
)
def test_a_share_is_told_without_digits_of_rounding(share, words):
    """Proves: a bound above the cost by rounding reads as a gap too small to tell, one that is really above keeps its sign.
    Sensitivity: the gap of a simplex was printed as -1.89448e-14 %.
    """
    assert percent(share) == words
