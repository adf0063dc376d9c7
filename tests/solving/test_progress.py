"""What is told while a solver runs."""

from io import StringIO

import pytest
from rich.console import Console

from energy_model.language import speaking
from energy_model.solving.highs import status_words
from energy_model.solving.progress import Progress
from tests.support.every import every_family, every_profile
from tests.support.tiny import build

HIPO = "   40   2.17281042e+04   2.17280682e+04   2.46e-04   1.66e-09  1.66e-06     8.1"
FAR = "    0   5.97479125e+04  -5.10373101e+06   1.41e-01   6.60e-01  2.05e+00     0.2"


@pytest.fixture(scope="module")
def lp():
    return build(every_family(), **every_profile(24), step_h=6).lp


def told(lp, *lines):
    """What the lines of a solver lead to, as if each came long after the one before."""
    said = StringIO()
    progress = Progress(Console(file=said, width=400), lp, 1e-9)
    progress.unit = 1.0
    for line in lines:
        progress.said -= 10.0
        progress(line)
    return said.getvalue().splitlines()


def test_a_small_gap_says_why_the_solver_goes_on(lp):
    """Proves: at a gap of 1.7e-6 with rows off by 2.5e-4 the line names rows, prices and the figure they must come to; far from the optimum
    it names none of them. Sensitivity: "gap 1.7e-06" alone looks finished.
    """
    far, near = told(lp, FAR, HIPO)
    assert "gap 8.6e+01" in far
    assert "still off" not in far
    assert "gap 1.7e-06; rows still violated by 2e-04, prices by 2e-09, target 1e-09" in near


def test_a_vertex_to_come_and_rows_not_held_are_told(lp):
    """Proves: crossover is told when it begins; the simplex tells how many rows (dual simplex) or prices (primal) are left, in both phases,
    and nothing once none is left. Sensitivity: an objective that looks final for minutes.
    """
    lines = told(
        lp,
        "Running crossover as requested",
        "       4146     2.0633078512e+04 Pr: 806(336273) 5.1s",
        "          0    -4.4673466634e+01 Ph1: 480(2599.68); Du: 144(44.6735) 0.1s",
        "       6162     2.1728086051e+04 Pr: 0(0) 10.2s",
    )
    assert "now to a vertex" in lines[0]
    assert lines[1].endswith("20,633.1 MCNY, 806 rows not satisfied yet")
    assert lines[2].endswith("144 prices not final yet")
    assert lines[3].endswith("21,728.1 MCNY")


def test_words_of_the_solver_are_told_in_the_language_of_the_console(lp):
    """Proves: what is left after presolve and how a solve ended are told in Chinese on a Chinese console, unknown words unchanged.
    Sensitivity: "Presolve reductions: rows …" or "Optimal" in a Chinese line.
    """
    line = "Presolve reductions: rows 2366(-919); columns 2692(-521); nonzeros 10249(-2023)"
    with speaking("zh"):
        assert told(lp, line)[0].endswith("预处理后：2,366 行，2,692 列，10,249 个非零元")
        assert (status_words("Optimal"), status_words("Bound on objective reached")) == ("最优", "Bound on objective reached")
    assert told(lp, line)[0].endswith("after presolve: 2,366 rows, 2,692 columns, 10,249 nonzeros")
