"""Which way is taken, and what follows when one gives no answer or one that is not near enough."""

from dataclasses import replace

import pytest
from rich.console import Console

from energy_model import certified
from energy_model.solving import ladder
from energy_model.solving.highs import Solution
from tests.support.every import every_family, every_profile
from tests.support.tiny import build, solved

QUIET = Console(quiet=True)


@pytest.mark.parametrize("fault", ["rough", "none"])
def test_an_answer_that_misses_the_gap_sends_the_solver_on(monkeypatch, fault):
    """Proves: when the method on blocks has no answer, or one whose certificate misses the limit, the thorough way is tried and its result
    counts. Sensitivity: fails if the first answer is written, or refused without a second try.
    """
    problem = build(every_family(), step_h=4, **every_profile(48))
    vertex = solved(problem).solution
    asked = []

    def blocks(lp, gap, threads, console, limits, neighbour, pool) -> Solution | None:
        asked.append("blocks")
        return None if fault == "none" else replace(vertex, dual=vertex.dual * 1.01, basic=False)

    def thorough(lp, gap, threads, console, *, crossover=False, limits) -> Solution:
        asked.append("vertex" if crossover else "interior")
        return vertex if crossover else replace(vertex, dual=vertex.dual * 1.01, basic=False)

    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    monkeypatch.setattr(ladder, "solve_in_blocks", blocks)
    monkeypatch.setattr(ladder, "solve", thorough)
    solution, _, certificate = certified.solve_to_gap(problem, 1e-4, 1, QUIET)
    assert asked == ["blocks", "interior", "vertex"]
    assert solution.basic
    assert certificate.passed


def test_what_has_no_blocks_is_solved_by_highs(monkeypatch):
    """Proves: an LP whose columns belong to no block has the cost of the same LP with blocks, by HiGHS, and whoever asks for a first answer
    gets that. Sensitivity: fails if the method's refusal ends the solve.
    """
    problem = build(every_family(), step_h=4, **every_profile(48))
    monkeypatch.setattr(ladder, "SIMPLEX_COLUMNS", 0)
    answers = [
        ladder.first_answer(lp, 1e-7, 1, QUIET) for lp in (problem.lp, replace(problem.lp, column_block=problem.lp.column_block[:0]))
    ]
    assert [a.algorithm for a in answers] == ["blocks", "hipo"]
    one, other = (float(problem.lp.cost @ a.primal) for a in answers)
    assert one == pytest.approx(other, rel=1e-6)
