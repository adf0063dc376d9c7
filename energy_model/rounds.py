"""The solves of a study: one, or rounds until its network agrees with what is built, and whole circuits by rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from rich.console import Console

from energy_model.certified import Certified, solve_certified
from energy_model.language import say
from energy_model.results.certificate import certify_whole
from energy_model.results.power_flow import PowerFlow
from energy_model.solving.build import Problem, rebuilt
from energy_model.solving.contingencies import Contingencies
from energy_model.solving.interior_point.start import Neighbour
from energy_model.solving.ladder import InfeasibleError, SolveError, required_gap
from energy_model.solving.limits import NO_LIMITS, Limits, known_bound
from energy_model.solving.refine import Record, Refinement, solve_until_consistent
from energy_model.solving.rounding import SOUGHT_WEEKS, Rounding, relaxation, sought_over, with_network
from energy_model.solving.standing_units import StandingUnits
from energy_model.study.study import Study
from energy_model.study.system import System

ROUGH_GAP = 2e-4
"""Gap of a solve from which only a bound is taken."""


def solve_study(
    study: Study,
    problem: Problem,
    exact: bool,
    threads: int,
    console: Console,
    limits: Limits = NO_LIMITS,
    adapted: Callable[[Problem], Problem] = lambda problem: problem,
    neighbour: Neighbour | None = None,
) -> tuple[Problem, Certified, list[Record]]:
    """Solve a prepared study with all its options; repeat where flows or trips must agree with what is built.

    Parameters
    ----------
    study : Study
    problem : Problem
    exact, threads, console, limits
        As in `optimize`.
    adapted : callable, optional
        Changes each problem that is solved, the first and those that are built again, as a question asks for.
    neighbour : Neighbour, optional
        What an earlier solve has left; without it the rounds of this one start from each other.

    Returns
    -------
    problem : Problem
        The last one.
    solved
        As `solve_certified`.
    records : list of Record
        Refinements that reached agreement, and circuits that were rounded.

    Raises
    ------
    SolveError, CertificateError
    """
    start = neighbour or Neighbour()
    solver = Solver(exact, threads, console, limits, adapted)
    refinements = refinements_of(problem.system, console)
    if study.settings.network.circuits == "rounded":
        return solve_rounded(problem, solver, refinements, start, study.settings.network.accepted_gap)
    found, solved = solver.until_consistent(problem, refinements, start)
    return found, solved, records_of(refinements)


def records_of(refinements: list[Refinement]) -> list[Record]:
    """Those of which the result has a table."""
    return [r for r in refinements if isinstance(r, Record)]


def refinements_of(system: System, console: Console) -> list[Refinement]:
    """What must agree with the solution, the inner loop first."""
    network = system.options.network
    found: list[Refinement] = [StandingUnits(console)] if system.options.reserves.largest_unit == "standing" else []
    if network.power_flow == "dc" and network.reactance == "as built":
        found.append(PowerFlow(system, console, sought=network.circuits == "rounded"))
    if network.security == "n-1":
        found.append(Contingencies(network.security_rounds, console, sought=network.circuits == "rounded"))
    return found


@dataclass(frozen=True)
class Solver:
    """How the problems of a study are solved; the fields as those of `solve_study`."""

    exact: bool
    threads: int
    console: Console
    limits: Limits
    adapted: Callable[[Problem], Problem]

    def once(self, problem: Problem, start: Neighbour, *, rough: bool = False) -> Certified:
        """Solve and certify; `rough` where only a bound is taken from the answer."""
        gap = max(ROUGH_GAP, required_gap(problem.lp, self.exact)) if rough else None
        return solve_certified(problem, self.exact, self.threads, self.console, self.limits, start, gap)

    def of(self, problem: Problem, system: System) -> Problem:
        """The problem of a changed system."""
        return self.adapted(rebuilt(problem, system))

    def until_consistent(self, problem: Problem, refinements: Sequence[Refinement], start: Neighbour) -> tuple[Problem, Certified]:
        """Solve until the refinements agree with the solution."""
        again, solve = partial(self.of, problem), partial(self.once, start=start)
        return solve_until_consistent(self.adapted(problem), again, solve, refinements)


def solve_rounded(
    problem: Problem, solver: Solver, refinements: list[Refinement], start: Neighbour, allowed: float
) -> tuple[Problem, Certified, list[Record]]:
    """Solve with circuits rounded up: a bound, the fractions, and the dispatch with whole circuits, which withstands all trips.

    Raises
    ------
    SolveError
        When the plan may cost more than allowed above the bound.
    """
    console = solver.console
    console.print(say("  bound: fractions of circuits, no trips …", "  下界：线路回数连续、不计事故 …"))
    bound = solver.once(solver.of(problem, relaxation(problem.system)), start, rough=True)[2]
    sought = sought_over(problem)
    if sought is not problem:
        console.print(say(f"  circuits are sought over {SOUGHT_WEEKS} typical weeks …", f"  先在 {SOUGHT_WEEKS} 个典型周上确定线路 …"))
    found, (solution, *_) = solver.until_consistent(sought, refinements, start if sought is problem else Neighbour())
    if sought is not problem:
        console.print(say("  with these over all hours …", "  以此求解全部时段 …"))
        found = solver.of(problem, with_network(problem.system, found.system))
        solution, *_ = solver.once(found, start)
    rounding = Rounding.up(found, solution.primal, problem.system, bound.lower_bound_mcny, sought.plan.hour_index.size)
    console.print(rounding.said())
    held = rounding.held(found, solution.primal)
    for refinement in refinements:
        held = refinement.reopen(held)
        if isinstance(refinement, PowerFlow | Contingencies):
            refinement.sought = False
        if isinstance(refinement, Contingencies):
            refinement.hold(bound.objective_mcny)
    try:
        problem, solved = solver.until_consistent(rebuilt(problem, held), refinements, start)
    except InfeasibleError as fault:
        raise SolveError(
            say(
                "With circuits rounded no plan holds all hard clauses, although one with fractions does. Let corridors whose fraction "
                "could not be rounded up grow (max_new_mw), make a clause soft, or decide circuits by branch and bound on few hours: "
                'circuits = "integer".',
                "线路取整后无法满足全部硬性条款，而线路连续时可以。请放宽不能上取整的通道上限（max_new_mw）、将条款改为软约束，"
                '或在较少时段上以分支定界决定回数：circuits = "integer"。',
            )
        ) from fault
    return problem, _rounded(solved, rounding.lower_bound, allowed), [*records_of(refinements), rounding]


def _rounded(solved: Certified, lower_bound: float, allowed: float) -> Certified:
    """The plan with circuits rounded up, its certificate against the bound.

    Raises
    ------
    SolveError
        When rounding cost more than is accepted.
    """
    solution, accounts, certificate, _ = solved
    certificate = certify_whole(certificate, lower_bound, allowed)
    if certificate.gap > allowed:
        raise SolveError(
            say(
                f"The plan with circuits rounded up may cost {certificate.gap:.2%} too much ({known_bound(lower_bound)}); nothing was "
                f"written. Accept it with accepted_gap = {certificate.gap * 1.05:.2g} in [network], or decide circuits by "
                'branch and bound: circuits = "integer".',
                f"线路回数上取整所得方案可能偏高 {certificate.gap:.2%}（{known_bound(lower_bound)}）；未写出结果。请在 [network] 设 "
                f'accepted_gap = {certificate.gap * 1.05:.2g} 接受，或以分支定界决定回数：circuits = "integer"。',
            )
        )
    certificate.require(say("The result failed its independent check and was not written", "结果未通过独立校核，未写出"))
    return solution, accounts, certificate, {"status": "rounded", "lower_bound_mcny": lower_bound, "gap": certificate.gap, "nodes": 0}
