"""Causes of infeasibility: the yearly rows that cannot hold together, the necessary relaxation of each, and what limits them.

Elastic filter and deletion filter after Chinneck and Dravnieks (1991), "Locating minimal infeasible constraint sets in linear programs",
ORSA Journal on Computing 3(2). Every yearly row gets a slack, relative to its own size; the least sum of slacks is the distance from
feasibility, and the rows with a dual then contain a conflict, from which rows are removed as long as a conflict remains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.solving.highs import Solution, solve_lp
from energy_model.solving.stamp import CAPACITY, StampedLP

NOTHING = 1e-6
"""Sum of slacks, in shares of the rows' size, below which the rows hold."""


MANY_COLUMNS = 40_000
"""Above this the interior point method with crossover was faster than the simplex method from scratch."""
VINTAGES = "built"
"""Columns of a pathway whose upper limit is that of new capacity."""


class DiagnosisError(EnergyModelError):
    """The conflict was not found: the message says why."""


@dataclass(frozen=True)
class Member:
    """One row of a conflict, or of the changes that end it.

    Attributes
    ----------
    family : str
    label : tuple
    limit : float
        Right-hand side [model unit].
    gives : float or None
        Least change of this row alone that makes the plan possible [model unit]; None when no change of it alone does. Among several
        changes, the one of this row.
    """

    family: str
    label: tuple
    limit: float
    gives: float | None


@dataclass(frozen=True)
class Conflict:
    """Rows that cannot hold together.

    Attributes
    ----------
    members : tuple of Member
        An irreducible set: without any one of them the others can hold (with everything that is no yearly row).
    held_by : tuple of (str, tuple, float)
        Capacities at their limit that keep the members apart: family, label, limit [GW]; the strongest first.
    """

    members: tuple[Member, ...]
    held_by: tuple[tuple[str, tuple, float], ...]


@dataclass(frozen=True)
class Diagnosis:
    """Why a plan is impossible.

    Attributes
    ----------
    conflicts : tuple of Conflict
        Disjoint; empty when all rows hold.
    least : tuple of Member
        The smallest changes, in sum of shares, that make the whole plan possible.
    solves : int
        Linear programs solved.
    """

    conflicts: tuple[Conflict, ...]
    least: tuple[Member, ...]
    solves: int


def diagnose(lp: StampedLP, families: tuple[str, ...], *, threads: int = 2, log: Callable[[str], None] | None = None) -> Diagnosis:
    """Find rows of some families that cannot hold together.

    Parameters
    ----------
    lp : StampedLP
    families : tuple of str
        Families of yearly rows that may be given up; all other rows and bounds are taken as facts.
    threads : int
    log : callable, optional
        Receives one line a solve.

    Raises
    ------
    DiagnosisError
        When the facts alone (hourly rows, bounds) are impossible, or the solver gives up.
    """
    search = _Search(lp, families, threads, log)
    start = search.slack(search.rows, search.rows)
    if start is None:
        raise DiagnosisError(
            say(
                "Even without the yearly constraints the hours cannot be balanced: limits of capacity or of "
                "single hours contradict each other.",
                "即使不计年度约束，逐时约束与容量限值也互相矛盾。",
            )
        )
    least = tuple(Member(*search.name[r], search.limit(r), s) for r, s in start[1].items() if abs(s) > NOTHING * search.size[r])
    found: list[tuple[list[int], tuple]] = []
    rest = search.rows
    trial: _Trial | None = start
    while trial is not None and trial[0] > NOTHING:
        members, held_by = search.reduce(rest, trial)
        found.append((members, held_by))
        rest = [r for r in rest if r not in members]
        trial = search.slack(rest, rest)
    conflicts = []
    for members, held_by in found:
        others = [r for group, _ in found if group is not members for r in group]
        held = [r for r in search.rows if r not in others]
        conflicts.append(Conflict(tuple(search.member(r, held) for r in members), held_by))
    return Diagnosis(tuple(conflicts), least, search.solves)


_Trial = tuple[float, dict[int, float], Solution, StampedLP]
"""Sum of slacks, change of each elastic row, the solution and the elastic program."""


class _Search:
    """Least slack of chosen rows, the other yearly rows held or let go."""

    def __init__(self, lp: StampedLP, families: tuple[str, ...], threads: int, log: Callable[[str], None] | None) -> None:
        self.lp, self.threads, self.log, self.solves = lp, threads, log, 0
        self.name = {int(i): (f, label) for f in families if f in lp.row_ids for label, i in zip(*_flat(lp.row_ids[f]), strict=True)}
        self.rows = list(self.name)
        by_row = sp.csr_array(lp.matrix)
        reach = np.array([np.abs(by_row[[r]].data).max(initial=1.0) for r in self.rows])
        self.size = dict(zip(self.rows, np.maximum([abs(self.limit(r)) for r in self.rows], reach), strict=True))

    def limit(self, row: int) -> float:
        """The finite side of a row."""
        low, high = self.lp.row_lower[row], self.lp.row_upper[row]
        return float(low if np.isfinite(low) else high)

    def reduce(self, rows: list[int], trial: _Trial) -> tuple[list[int], tuple]:
        """Rows of an irreducible conflict among `rows`, from their elastic solution, and the capacities that limit them."""
        _, _, solution, program = trial
        kept = [r for r in rows if abs(solution.dual[r]) * self.size[r] > NOTHING]
        for row in list(kept):
            rest = [r for r in kept if r != row]
            again = self.slack(rest, rest)
            if again is not None and again[0] > NOTHING:
                kept = rest
                _, _, solution, program = again
        return kept, tuple(_held_by(self.lp, program, solution))

    def member(self, row: int, held: list[int]) -> Member:
        """A row of a conflict, and its relaxation that suffices while the other rows hold."""
        alone = self.slack([row], held)
        return Member(*self.name[row], self.limit(row), None if alone is None else alone[1][row])

    def slack(self, elastic: list[int], held: list[int]) -> _Trial | None:
        """Least sum of slacks of the rows in `elastic` while those in `held` hold and all other yearly rows are free.

        Returns sum, change of each elastic row, the solution and the elastic program; None when even so nothing is possible.
        """
        lp = self.lp
        low, high = lp.row_lower.copy(), lp.row_upper.copy()
        gone = np.setdiff1d(self.rows, np.union1d(elastic, held)).astype(int)
        low[gone], high[gone] = -np.inf, np.inf
        up = [r for r in elastic if np.isfinite(low[r])]
        down = [r for r in elastic if np.isfinite(high[r])]
        rows, signs = np.array(up + down, dtype=int), np.r_[np.ones(len(up)), -np.ones(len(down))]
        size = np.array([self.size[r] for r in rows])
        n, extra = len(lp.lower), len(rows)
        slack = sp.csc_array((signs * size, (rows, np.arange(extra))), shape=(lp.matrix.shape[0], extra))
        program = replace(
            lp,
            matrix=sp.csc_array(sp.hstack([lp.matrix, slack])),
            cost=np.r_[np.zeros(n), np.ones(extra)],
            offset=0.0,
            lower=np.r_[lp.lower, np.zeros(extra)],
            upper=np.r_[lp.upper, np.full(extra, np.inf)],
            row_lower=low,
            row_upper=high,
            integer=np.r_[lp.integer, np.zeros(extra, bool)],
            column_scale=np.r_[lp.column_scale, np.ones(extra)],
        )
        solution = _vertex(program, self.threads)
        self.solves += 1
        if solution.status in ("Infeasible", "Primal infeasible or unbounded"):
            return None
        if solution.status != "Optimal":
            raise DiagnosisError(
                say(f"The solver stopped while looking for the conflict ({solution.status}).", f"查找冲突时求解中断（{solution.status}）。")
            )
        used = solution.primal[n:] * size
        change = {r: 0.0 for r in elastic}
        for row, sign, value in zip(rows, signs, used, strict=True):
            change[int(row)] += float(-sign * value)
        total = float(solution.primal[n:].sum())
        if self.log:
            self.log(
                say(
                    f"{self.solves}: {len(held)} rows kept, least change {total:.3g}",
                    f"{self.solves}：保留约束 {len(held)} 条，最小让步 {total:.3g}",
                )
            )
        return total, change, solution, program


def _vertex(program: StampedLP, threads: int) -> Solution:
    """A vertex, whose duals tell what fights; from the interior point where there are many columns, unless that finds none."""
    if len(program.lower) > MANY_COLUMNS:
        solution = solve_lp(program, "ipx", crossover=True, threads=threads)
        if solution.status == "Optimal" and solution.basic:
            return solution
    return solve_lp(program, "simplex", threads=threads)


def _flat(entry: tuple[list[tuple], np.ndarray]) -> tuple[list[tuple], np.ndarray]:
    labels, ids = entry
    return labels, np.asarray(ids).reshape(len(labels))


def _held_by(lp: StampedLP, program: StampedLP, solution: Solution) -> list[tuple[str, tuple, float]]:
    """Capacities whose upper limit has a price in the elastic program, the most expensive first."""
    reduced = program.cost - program.matrix.T @ solution.dual
    found = []
    for family, (labels, ids) in lp.column_ids.items():
        if family.startswith(CAPACITY) or family == VINTAGES:
            found += [(reduced[i], family, label, float(lp.upper[i])) for label, i in zip(labels, ids, strict=True) if reduced[i] < -1e-9]
    return [(family, label, limit) for _, family, label, limit in sorted(found)]
