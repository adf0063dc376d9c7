"""Figures put into words, the same in console, pages and workbooks."""

import pytest

from energy_model.report.words import method_words, percent


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (4e-5, "0.004 %"),
        (0.02448, "2.4 %"),
        (0.05, "5 %"),
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


def test_methods_have_names_in_each_language():
    """Proves: the method on blocks, and branch and bound before it, are words of either language; a solver that is named keeps its name.
    Sensitivity: 'blocks' on a Chinese console.
    """
    told = {way: method_words({"algorithm": way, "iterations": 1026}) for way in ("blocks", "branch and bound + simplex", "gurobi")}
    assert told["blocks"] == ("分块内点法，1,026 次迭代", "interior point on blocks, 1,026 iterations")
    assert told["branch and bound + simplex"].zh == "分支定界＋单纯形法，1,026 次迭代"
    assert told["gurobi"].en == "gurobi, 1,026 iterations"
