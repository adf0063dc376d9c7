"""Plan over many years by a regularised multi-cut Benders decomposition.

Each round solves the dispatch of every year at the same capacities, in parallel. Each dispatch proves, by its row duals, a cut: a plane
below that year's cost as a function of the capacities (Van Slyke and Wets 1969). The next capacities are the centre of the set at which
the cuts promise to close most of the gap (level sets: Lemaréchal, Nemirovskii and Nesterov 1995; their analytic centre: Goffin, Haurie
and Vial 1992); the nearest such capacities took half as many rounds again. Cuts are recomputed from the duals independently of the solver
(`safe_lower_bound`), so that they hold whatever its accuracy; the lower bound is the safe bound of the master problem over them.
"""
# Over 300 lines: the decomposition with its cuts and its file of cuts is one method.

from __future__ import annotations

import hashlib
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import highspy
import numpy as np
import scipy.sparse as sp

from energy_model.errors import EnergyModelError
from energy_model.language import say
from energy_model.solving.assumptions import require_free
from energy_model.solving.bounds import safe_lower_bound
from energy_model.solving.highs import load_arrays, set_option
from energy_model.solving.magnitude import relative_gap, size_mcny
from energy_model.solving.shared_capacity import Capacities, Dispatch
from energy_model.solving.stamp import StampedLP
from energy_model.solving.yearly_dispatch import Ask, DispatchError, dispatch
from energy_model.workers import Kept, Workers

LEVEL = 0.35
"""Part of the gap between bound and best cost that the next capacities may promise to keep."""

MISSING_GW = 1e-6
"""Less capacity bought in addition is rounding."""

DEARER = 10.0
"""Factor on the price of missing capacity when the best plan still lacks some."""

INSIDE = 1e-6
"""By this share the capacities that are tried stay below bounds of ours: at one the slope of a cut would not tell what more is worth."""

LARGEST_COST = 1e3
"""Yearly costs are below so many times the largest one seen: bounds the columns of the master problem."""


@dataclass(frozen=True)
class Risk:
    """Objective: ``(1 - weight) * mean + weight * CVaR`` of the yearly costs.

    Attributes
    ----------
    weight : float
        Of the conditional value at risk, 0 to 1.
    level : float
        CVaR is the mean of the most expensive ``1 - level`` of the years (Rockafellar and Uryasev 2000).
    """

    weight: float = 0.0
    level: float = 0.9

    def of(self, cost: np.ndarray, probability: np.ndarray) -> float:
        """Value of yearly costs, shape (years,)."""
        return float((1 - self.weight) * probability @ cost + self.weight * conditional_value_at_risk(cost, probability, self.level))


def conditional_value_at_risk(cost: np.ndarray, probability: np.ndarray, level: float) -> float:
    """Mean of the most expensive ``1 - level`` of the years."""
    left, total = 1.0 - level, 0.0
    for i in np.argsort(-cost):
        share = min(probability[i], left)
        total, left = total + share * cost[i], left - share
    return float(total / (1.0 - level))


@dataclass(frozen=True)
class Round:
    """Progress after a round: proven bound and best cost [MCNY], relative gap, simplex iterations of all years, seconds so far."""

    number: int
    bound: float
    best: float
    gap: float
    iterations: int
    seconds: float


@dataclass(frozen=True)
class Decomposed:
    """Outcome.

    Attributes
    ----------
    capacity : ndarray, shape (capacities,)
        The plan [GW, GWh].
    cost, bound, gap : float
        Cost of the plan, proven lower bound of the best plan [MCNY], and their relative difference.
    rounds : list of Round
    bases : list
        Where the dispatch of each year ended.
    """

    capacity: np.ndarray
    cost: float
    bound: float
    gap: float
    rounds: list[Round]
    bases: list


class CutFileError(EnergyModelError, ValueError):
    """A file of cuts belongs to another study or is damaged."""


class StalledError(RuntimeError):
    """The gap was not reached within the permitted rounds; cuts are kept."""


class Decomposition:
    """Years at their workers, and the cuts known so far.

    Parameters
    ----------
    once : Capacities
    years : sequence of Kept
        `Dispatch` of each year, as kept by `pool`.
    probability : ndarray, shape (years,)
    pool : Workers
    risk : Risk
    cuts : Path, optional
        File with the cuts after every round, so that a killed run can resume.
    fingerprint : str
        Of the years (`fingerprint_of`); cuts of other years are refused.
    """

    def __init__(
        self,
        once: Capacities,
        years: Sequence[Kept],
        probability: np.ndarray,
        pool: Workers,
        risk: Risk | None = None,
        cuts: Path | None = None,
        fingerprint: str = "",
    ) -> None:
        self.once, self.years, self.probability, self.pool = once, list(years), probability, pool
        self.risk, self.path, self.fingerprint = risk or Risk(), cuts, fingerprint
        self.most = once.upper.copy()
        self.most[once.assumed] *= 1 - INSIDE
        self.year = np.empty(0, np.int64)
        self.intercept = np.empty(0)
        self.slope = np.empty((0, len(once.labels)))
        self.center: np.ndarray | None = None  # cheapest so far, missing capacity at its price
        self.center_cost, self.center_missing, self.penalty = np.inf, np.zeros(len(once.labels)), 1.0
        self.best: np.ndarray | None = None  # cheapest so far that lacks nothing
        self.best_cost = np.inf
        self.best_yearly = np.full(len(years), np.inf)
        self.bases: list = [None] * len(years)
        if cuts is not None and cuts.exists():
            self._load()

    def solve(self, start: np.ndarray, gap: float, rounds: int, told: Callable[[Round], None] = lambda _: None) -> Decomposed:
        """Rounds until the gap is proven.

        Parameters
        ----------
        start : ndarray, shape (capacities,)
            First capacities, when no cuts are known.
        gap : float
            Relative gap to prove.
        rounds : int
            At most so many.

        Raises
        ------
        StalledError
            When the rounds are used up.
        AssumptionError
            When a plan with more of a capacity than a bound of ours would cost less.
        DispatchError
        """
        began, history = time.perf_counter(), []
        point: np.ndarray | None = self._within(start)
        bound, master = -np.inf, self._within(start)
        if self.center is not None:  # cuts of an earlier run
            bound, master = self._lower_bound()
            point = self.center if self._gap(self.center_cost, bound) <= gap else self._next(bound)
        for number in range(1, rounds + 1):
            point = master if point is None else point
            iterations = self._visit(point)
            found, master = self._lower_bound()
            bound = max(bound, found)
            if self._gap(self.center_cost, bound) <= gap < self._gap(self.best_cost, bound):  # but it lacks capacity: build that too
                assert self.center is not None
                iterations += self._visit(self._within(self.center + self.center_missing))
                if self._gap(self.center_cost, bound) <= gap / 3 and self._gap(self.best_cost, bound) > gap:
                    self.penalty *= DEARER
                    self.center_cost = self.best_cost
            reached = self._gap(self.best_cost, bound)
            history.append(Round(number, bound, self.best_cost, reached, iterations, time.perf_counter() - began))
            told(history[-1])
            self._store()
            if reached <= gap and self.best is not None:
                lp = self._master()
                require_free(lp, *_solved(lp), gap * size_mcny(self.best_cost, self.once.least_mcny))
                return Decomposed(self.best, self.best_cost, bound, reached, history, self.bases)
            point = self._next(bound)
        raise StalledError(
            say(
                f"After {rounds} rounds the gap is {self._gap(self.best_cost, bound):.1e}, not {gap:.0e}; the cuts "
                "are kept: run it again to continue, or accept a wider --gap.",
                f"{rounds} 轮后相对间隙为 {self._gap(self.best_cost, bound):.1e}，未达 {gap:.0e}；切平面已保存：再次"
                "运行可继续，或放宽 --gap。",
            )
        )

    def _within(self, capacity: np.ndarray) -> np.ndarray:
        return np.clip(capacity, self.once.lower, self.most)

    def _gap(self, cost: float, bound: float) -> float:
        return relative_gap(cost, bound, self.once.least_mcny)

    def _visit(self, point: np.ndarray) -> int:
        """Dispatch every year at these capacities and keep the cuts; returns the simplex iterations."""
        asks = [Ask(point, basis, self.penalty) for basis in self.bases]
        yearly, missing, iterations = np.empty(len(asks)), np.zeros(len(point)), 0
        for n, answer in self.pool.map_kept(dispatch, zip(self.years, asks, strict=True)):
            yearly[n] = answer.cost
            missing = np.where(np.abs(answer.missing) > np.abs(missing), answer.missing, missing)
            self.bases[n] = answer.basis
            iterations += answer.iterations
            if np.isfinite(answer.bound):
                self.year = np.append(self.year, n)
                self.intercept = np.append(self.intercept, answer.bound - answer.slope @ point)
                self.slope = np.vstack([self.slope, answer.slope])
        cost = self.risk.of(yearly, self.probability)
        if self._breach(point) > MISSING_GW:
            return iterations
        if cost < self.center_cost:
            self.center, self.center_cost, self.center_missing = point, cost, missing
        if cost < self.best_cost and np.abs(missing).max() <= MISSING_GW:
            self.best, self.best_cost, self.best_yearly = point, cost, yearly
        return iterations

    def _breach(self, point: np.ndarray) -> float:
        """Largest violation of the capacity rows: a repaired or given point may violate one."""
        activity = self.once.matrix @ point
        return float(np.maximum(self.once.row_lower - activity, activity - self.once.row_upper).max(initial=0.0))

    def _master(self) -> StampedLP:
        """The master problem: capacities, yearly costs above their cuts, and the columns of CVaR."""
        n, years, cuts = len(self.once.labels), len(self.years), len(self.year)
        risky = self.risk.weight > 0
        p = self.probability
        width = n + years + (years + 1 if risky else 0)
        own = sp.csr_array(self.once.matrix)
        own.resize((own.shape[0], width))
        promise = sp.coo_array((np.ones(cuts), (np.arange(cuts), n + self.year)), shape=(cuts, width))
        slope = sp.csr_array(-self.slope)
        slope.resize((cuts, width))
        parts = [own, sp.csr_array(promise + slope)]
        cost = np.concatenate([np.zeros(n), (1 - self.risk.weight) * p])
        most = LARGEST_COST * size_mcny(float(np.abs(self.best_yearly).max()), self.once.least_mcny)
        lower, upper = np.r_[self.once.lower, np.full(years, -most)], np.r_[self.once.upper, np.full(years, most)]
        sides = [self.once.row_lower, self.intercept], [self.once.row_upper, np.full(cuts, np.inf)]
        if risky:  # value at risk, then what each year exceeds it by
            at, over = n + years, n + years + 1 + np.arange(years)
            rows, columns = np.tile(np.arange(years), 3), np.r_[n + np.arange(years), np.full(years, at), over]
            entries = np.repeat([-1.0, 1.0, 1.0], years), (rows, columns)
            parts.append(sp.coo_array(entries, shape=(years, width)).tocsr())
            sides[0].append(np.zeros(years))
            sides[1].append(np.full(years, np.inf))
            cost = np.r_[cost, self.risk.weight, self.risk.weight / (1 - self.risk.level) * p]
            lower, upper = np.r_[lower, -most, np.zeros(years)], np.r_[upper, most, np.full(years, 2 * most)]
        return StampedLP(
            matrix=sp.csc_array(sp.vstack(parts)),
            cost=cost,
            offset=0.0,
            lower=lower,
            upper=upper,
            row_lower=np.concatenate(sides[0]),
            row_upper=np.concatenate(sides[1]),
            integer=np.zeros(width, bool),
            accounts={},
            column_scale=np.ones(width),
            column_ids=self.once.column_ids,
            row_ids={},
            assumed=self.once.assumed,
        )

    def _lower_bound(self) -> tuple[float, np.ndarray]:
        """Safe bound of the master problem, and its capacities.

        Raises
        ------
        DispatchError
            When the rows of the capacities contradict each other.
        """
        lp = self._master()
        primal, dual = _solved(lp)
        return safe_lower_bound(lp, dual)[0], self._within(primal[: len(self.once.labels)])

    def _next(self, bound: float) -> np.ndarray | None:
        """Centre of the capacities at which the cuts promise the level; None if HiGHS finds none.

        An interior point method without crossover and without costs ends near the analytic centre.
        """
        lp = self._master()
        level = bound + LEVEL * (self.center_cost - bound)
        level_set = replace(
            lp,
            matrix=sp.csc_array(sp.vstack([lp.matrix, sp.csr_array(lp.cost[None, :])])),
            cost=np.zeros(len(lp.cost)),
            row_lower=np.r_[lp.row_lower, -np.inf],
            row_upper=np.r_[lp.row_upper, level],
        )
        h = load_arrays(level_set)
        for option, value in (("solver", "ipx"), ("run_crossover", "off"), ("presolve", "off"), ("threads", 1)):
            set_option(h, option, value)
        h.run()
        if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return self._within(np.array(h.getSolution().col_value)[: len(self.once.labels)])

    def _store(self) -> None:
        if self.path is None or self.center is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_name(self.path.name + ".part")
        with temporary.open("wb") as file:
            np.savez(
                file,
                fingerprint=np.array(self.fingerprint),
                year=self.year,
                intercept=self.intercept,
                slope=self.slope,
                center=self.center,
                center_missing=self.center_missing,
                best=self.center if self.best is None else self.best,
                best_yearly=self.best_yearly,
                state=np.array([self.center_cost, self.best_cost, self.penalty]),
            )
        temporary.replace(self.path)

    def _load(self) -> None:
        assert self.path is not None
        try:
            with np.load(self.path, allow_pickle=False) as stored:
                found = {name: stored[name] for name in stored.files}
            if str(found["fingerprint"]) != self.fingerprint:
                raise CutFileError(
                    say(
                        f"The cuts in {self.path} belong to another study, horizon or set of weather years; delete the "
                        "file or give another --results.",
                        f"{self.path} 中的切平面属于其他方案、时段或气象年；请删除该文件，或另给 --results。",
                    )
                )
            self.year, self.intercept, self.slope = found["year"], found["intercept"], found["slope"]
            self.center, self.center_missing, self.best_yearly = found["center"], found["center_missing"], found["best_yearly"]
            self.center_cost, self.best_cost, self.penalty = map(float, found["state"])
            self.best = found["best"] if np.isfinite(self.best_cost) else None
        except CutFileError:
            raise
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as fault:
            raise CutFileError(
                say(
                    f"The cuts in {self.path} cannot be read ({fault}); delete the file and start again.",
                    f"{self.path} 中的切平面无法读取（{fault}）；请删除该文件后重新开始。",
                )
            ) from fault


def _solved(master: StampedLP) -> tuple[np.ndarray, np.ndarray]:
    """Column values and row duals at a vertex of the master problem.

    Raises
    ------
    DispatchError
        When the rows of the capacities contradict each other.
    """
    h = load_arrays(master)
    set_option(h, "solver", "simplex")
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        status = h.modelStatusToString(h.getModelStatus())
        raise DispatchError(say(f"the limits on capacity cannot all be met: {status}", f"容量约束互相矛盾：{status}"))
    found = h.getSolution()
    return np.array(found.col_value), np.array(found.row_dual)


def fingerprint_of(once: Capacities, year: Dispatch) -> str:
    """Hash of everything that affects a year's cuts."""
    digest = hashlib.sha256()
    lp = year.lp
    for array in (
        lp.matrix.data, lp.matrix.indices, lp.matrix.indptr, lp.cost, lp.lower, lp.upper, lp.row_lower, lp.row_upper,
        once.lower, once.upper, once.row_lower, once.row_upper,
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
