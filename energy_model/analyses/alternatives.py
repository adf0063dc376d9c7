"""Near-optimal alternatives: ranges of capacity among plans of slightly higher cost, and plans that differ as much as possible.

Modelling to generate alternatives (Brill, Chang and Hopkins 1982, Management Science 28; for energy systems DeCarolis 2011, Energy
Economics 33): the cost becomes a constraint, and the capacity of interest becomes the objective.
"""
# Over 300 lines: room and spread ask the same plans within the same budget, and each uses what the other has solved.

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from energy_model.analyses.capacity_groups import Catalogue, Condition, Group
from energy_model.analyses.near_plans import NearPlans, cut_of
from energy_model.analyses.variant_runner import VariantRunner
from energy_model.analyses.variants import Answer, Shared, VariantError, without_plan
from energy_model.language import say
from energy_model.results.points import capacities, elements
from energy_model.solving.build import Problem
from energy_model.solving.stamp import StampedLP
from energy_model.solving.variants import Change, Variant, hold, with_row
from energy_model.study.study import Study
from energy_model.units import GW_PER_MW, MW_PER_GW

SIDES = {"least": 1.0, "most": -1.0}
ERROR = 1e-3
"""Of a range, as share of the room: 6 MW where 6 GW may be built."""
AT_ONCE = 8
"""Ranges solved before the others are looked at again: the same whatever the workers, so that the answer is too."""


def read_elements(shared: Shared, answer: Answer) -> dict[str, Any]:
    """Capacity of every element and every kind [MW], and the bound of the duals on all plans (`near_plans.cut_of`)."""
    table = elements(shared.problem.system, shared.problem.lp)
    values = answer.primal[table.column] * MW_PER_GW
    return {
        "elements": {str(code): float(v) for code, v in zip(table.index, values, strict=True)},
        "kinds": capacities(shared.problem.system, shared.problem.lp, answer.primal),
        "cut": cut_of(answer.lp, answer.dual, table.column.to_numpy(), shared.problem.lp.cost, shared.problem.lp.offset),
    }


@dataclass
class Range:
    """One end of the range of a group within a budget.

    Attributes
    ----------
    group : Group
    side : {"least", "most"}
    epsilon : float
    weights : ndarray
        1 for each capacity of the catalogue that belongs to the group.
    reached, proven : float
        Capacity [GW], negative for the most: what a plan has, and what none goes below.
    violation : float
        Largest residual of the plan that reaches it.
    solved : bool
        Whether it was solved individually.
    """

    group: Group
    side: str
    epsilon: float
    weights: np.ndarray
    reached: float = np.inf
    proven: float = -np.inf
    violation: float = 0.0
    solved: bool = False

    @property
    def gap(self) -> float:
        """Distance between known and proven end, as a share of the span."""
        return abs(self.reached - self.proven) / self.group.room

    def objective(self, lp: StampedLP) -> np.ndarray:
        """Objective that finds this end."""
        return SIDES[self.side] * _sum_of(self.group.columns, len(lp.lower))

    def seen_by(self, known: NearPlans) -> Range:
        """The same end, updated with the plans known by now."""
        signed = SIDES[self.side] * self.weights
        self.reached, self.violation = known.reached(signed, self.epsilon)
        self.proven = known.proven(signed, self.epsilon)
        return self


class NearOptimal:
    """The plans of a study within a cost budget slightly above the optimum.

    Parameters
    ----------
    problem : Problem
    study : Study
    conditions : sequence of Condition
    exact, threads
        As in `Shared`.
    runner : VariantRunner
    """

    def __init__(
        self, problem: Problem, study: Study, conditions: Sequence[Condition], exact: bool, threads: int, runner: VariantRunner
    ) -> None:
        lp = problem.lp
        self.held: list[Change] = []
        for condition in conditions:
            lp = with_row(lp, _sum_of(condition.group.columns, len(lp.lower)))
            side = "row_upper" if condition.sense == "<=" else "row_lower"
            self.held.append(hold(side, [lp.matrix.shape[0] - 1], condition.value))  # type: ignore[arg-type]
        lp = with_row(lp, lp.cost)
        self.lp, self.row, self.runner, self.conditions = lp, lp.matrix.shape[0] - 1, runner, conditions
        self.shared = Shared(replace(problem, lp=lp), study, read_elements, exact, threads)
        self.catalogue = Catalogue(study, problem.system, lp)
        self.plan = runner.solve(self.shared, {"plan": Variant()})["plan"]
        if self.plan["impossible"]:
            raise without_plan(self.plan, "the study itself", "研究本身")

    def check_conditions(self, epsilon: float) -> None:
        """Verify that some alternative satisfies all conditions.

        Raises
        ------
        VariantError
            When none does, with what the cheapest plan that does costs more.
        """
        if not self.conditions:
            return
        texts = ", ".join(c.text for c in self.conditions)
        found = self._conditioned()
        if found["impossible"]:
            raise without_plan(found, f"the study with {texts}", f"满足 {texts} 的研究")
        more = found["cost_mcny"] / self.plan["cost_mcny"] - 1
        if more > epsilon:
            raise VariantError(
                say(
                    f"No alternative within {epsilon:.4g} satisfies {texts}: the cheapest plan that does costs {more:z.2%} more.",
                    f"多花 {epsilon:.4g} 以内没有方案满足 {texts}：满足者至少贵 {more:z.2%}。",
                )
            )

    def _conditioned(self) -> dict[str, Any]:
        """The cheapest plan that satisfies all conditions."""
        key = "plan with conditions"
        return self.runner.solve(self.shared, {key: Variant(tuple(self.held))})[key]

    def variant(self, epsilon: float, objective: np.ndarray, size: float) -> Variant:
        """The variant that minimises a sum of capacities, with span `size`, among the plans within `epsilon`."""
        budget = hold("row_upper", [self.row], (1 + epsilon) * self.plan["cost_mcny"] - self.lp.offset)
        used = np.flatnonzero(objective)
        return Variant((*self.held, budget), tuple((int(i), float(objective[i])) for i in used), size)

    def value_gw(self, answer: dict, group: Group) -> float:
        """Capacity of a group in an answer [GW]."""
        named = self.catalogue.table.index[self.catalogue.table.column.isin(group.columns)]
        return sum(answer["elements"][code] for code in named) * GW_PER_MW

    def room(self, groups: Sequence[Group], epsilons: Sequence[float], error: float = ERROR) -> pd.DataFrame:
        """Least and largest capacity of every group among the plans within each `epsilon`.

        A range is solved only where the plans and duals of all solves before, of whatever range and budget (`NearPlans`), leave it open by
        more than the error; the widest are solved next. For each budget, plans with the least, and the most, of all that is open together
        come first, as long as each settles several.

        Parameters
        ----------
        groups : sequence of Group
        epsilons : sequence of float
        error : float
            Distance between what a plan reaches and what is proven that will do, as share of the room that the inputs give a group.

        Returns
        -------
        DataFrame
            ``grouping``, ``group``, ``item_zh``, ``item_en``, ``epsilon_share``, ``plan_mw``, ``lowest_mw`` and ``highest_mw`` (a plan has
            them), ``lowest_proven_mw`` and ``highest_proven_mw`` (no plan goes beyond), ``floor_mw`` and ``ceiling_mw`` (limits of the
            inputs), ``gap_share`` (distance between reached and proven of the wider side, as share of the room between these limits),
            ``violation``.
        """
        ranges = [Range(g, side, epsilon, self._weights(g)) for epsilon in sorted(epsilons) for g in groups for side in SIDES]
        known = NearPlans(self.catalogue.table.lower.to_numpy(), self.catalogue.table.upper.to_numpy(), self.plan["cost_mcny"])
        known.remember([self.plan], plans=not self.held)
        if self.held:
            known.remember([self._conditioned()])

        asked: set[str] = set()

        def still_open() -> list[Range]:
            found = [r.seen_by(known) for r in ranges if r.gap > error and not r.solved]
            return [r for r in found if r.gap > error]

        def ask(wanted: dict[str, Variant]) -> None:
            answers = self.runner.solve(self.shared, wanted)
            for key, answer in answers.items():
                if answer["impossible"]:
                    raise without_plan(answer, f"the range within this cost ({key})", f"该费用范围（{key}）")
            known.remember(answers.values())
            asked.update(answers)

        left = still_open()
        together = sorted({(r.epsilon, r.side) for r in left})
        while together:
            parts = {pair: [r for r in left if (r.epsilon, r.side) == pair] for pair in together}
            wanted = dict(self._of_all(*pair, still) for pair, still in parts.items() if len(still) > 2)
            ask({key: variant for key, variant in wanted.items() if key not in asked})
            left = still_open()
            settled = {pair: len(still) - sum((r.epsilon, r.side) == pair for r in left) for pair, still in parts.items()}
            together = [pair for pair in together if settled[pair] > 1]
        while left:
            self.runner.console.print(
                say(
                    f"  {len(left)} of {len(ranges)} ranges open, largest gap {max(r.gap for r in left):z.2%} of the permitted range",
                    f"  {len(ranges)} 个区间中 {len(left)} 个待定，最大间隙为允许范围的 {max(r.gap for r in left):z.2%}",
                )
            )
            chosen: dict[tuple, Range] = {}
            for r in sorted(left, key=lambda r: -r.gap):
                chosen.setdefault((r.side, *np.sort(r.group.columns)), r)
            batch = list(chosen.values())[:AT_ONCE]
            ask({f"{r.epsilon!r} {r.side} {r.group.code}": self.variant(r.epsilon, r.objective(self.lp), r.group.room) for r in batch})
            for r in batch:
                r.solved = True
            left = still_open()
        for r in ranges:
            r.seen_by(known)
        return pd.DataFrame([self._row(*pair) for pair in zip(ranges[::2], ranges[1::2], strict=True)])

    def _of_all(self, epsilon: float, side: str, still: Sequence[Range]) -> tuple[str, Variant]:
        """Name and variant of the plan with the least, or the largest, sum of several groups, each relative to its span."""
        groups = [r.group for r in still]
        return f"{epsilon!r} {side} of all {_mark(groups)}", self._directed(groups, epsilon, np.full(len(groups), SIDES[side]))

    def _row(self, least: Range, most: Range) -> dict[str, Any]:
        g = least.group
        return {
            "grouping": g.family, "group": g.code, "item_zh": g.name.zh, "item_en": g.name.en, "epsilon_share": least.epsilon,
            "plan_mw": self.value_gw(self.plan, g) * MW_PER_GW,
            "lowest_mw": least.reached * MW_PER_GW, "highest_mw": -most.reached * MW_PER_GW,
            "lowest_proven_mw": least.proven * MW_PER_GW, "highest_proven_mw": -most.proven * MW_PER_GW,
            "floor_mw": g.lower * MW_PER_GW, "ceiling_mw": g.upper * MW_PER_GW, "gap_share": max(least.gap, most.gap),
            "violation": max(least.violation, most.violation),
        }  # fmt: skip

    def _weights(self, group: Group) -> np.ndarray:
        return self.catalogue.table.column.isin(group.columns).to_numpy(float)

    def spread(self, groups: Sequence[Group], epsilon: float, count: int, seed: int, method: str = "random") -> pd.DataFrame:
        """Plans that differ from the optimum and from each other; all capacities are scaled by the span allowed by the inputs.

        ``random`` minimises a random sum of the groups each time, all at once on the workers.  ``away`` minimises what earlier plans have
        built: each group weighs as much as its new capacity in all of them together (evolving weights of spatially explicit alternatives,
        Lombardi et al. 2020, Joule 4); one solve waits for the one before.

        Parameters
        ----------
        groups : sequence of Group
        epsilon : float
        count : int
        seed : int
            Of random directions.
        method : {"random", "away"}

        Returns
        -------
        DataFrame
            ``alternative`` (0 is the plan), ``cost_mcny``, ``extra_share`` (cost above the plan), ``distance_share`` (sum of the
            differences to the plan, as share of its new and old capacity), ``nearest_share`` (the same to the most similar row above),
            capacity by kind [MW], ``gap_share``, ``violation``.

        Raises
        ------
        VariantError
            When the plan builds nothing in the groups, so that ``away`` has nothing to move away from.
        """
        answers = [self.plan, *(self._away(groups, epsilon, count) if method == "away" else self._random(groups, epsilon, count, seed))]
        if none := [answer for answer in answers if answer["impossible"]]:
            raise without_plan(none[0], f"the range within {epsilon:g}", f"多花 {epsilon:g} 以内")
        plans = [pd.Series(answer["elements"]) for answer in answers]
        size = float(plans[0].sum())
        rows = []
        for k, answer in enumerate(answers):
            apart = [float((plans[k] - earlier).abs().sum()) / size for earlier in plans[:k]]
            rows.append(
                {
                    "alternative": k, "cost_mcny": answer["cost_mcny"], "extra_share": answer["cost_mcny"] / self.plan["cost_mcny"] - 1,
                    "distance_share": apart[0] if apart else 0.0, "nearest_share": min(apart, default=0.0),
                    **{f"{kind}_mw": v for kind, v in answer["kinds"].items()},
                    "gap_share": answer["gap"], "violation": answer["violation"],
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    def _directed(self, groups: Sequence[Group], epsilon: float, weights: np.ndarray) -> Variant:
        """The plan within `epsilon` with the least weighted sum of the groups, each relative to its span."""
        objective = np.zeros(len(self.lp.lower))
        for g, weight in zip(groups, weights, strict=True):
            objective[g.columns] += weight / g.room
        return self.variant(epsilon, objective, size=float(np.abs(weights).sum()))

    def _random(self, groups: Sequence[Group], epsilon: float, count: int, seed: int) -> list[dict]:
        directions = np.random.default_rng(seed).standard_normal((count, len(groups)))
        mark = _mark(groups)
        asked = {f"{epsilon!r} direction {seed}.{k} {mark}": self._directed(groups, epsilon, w) for k, w in enumerate(directions, start=1)}
        return list(self.runner.solve(self.shared, asked).values())

    def _away(self, groups: Sequence[Group], epsilon: float, count: int) -> list[dict]:
        found, weights = [self.plan], np.zeros(len(groups))
        mark = _mark(groups)
        for k in range(1, count + 1):
            weights += [max(0.0, self.value_gw(found[-1], g) - g.lower) / g.room for g in groups]
            if not weights.any():
                raise VariantError(
                    say(
                        "The plan builds nothing in these groups, so there is nothing to move away from; use --spread-method random.",
                        "方案在这些分组中没有新建容量，无从避开；请用 --spread-method random。",
                    )
                )
            key = f"{epsilon!r} away {k} {mark}"
            found.append(self.runner.solve(self.shared, {key: self._directed(groups, epsilon, weights)})[key])
            if found[-1]["impossible"]:
                break
        return found[1:]


def _mark(groups: Sequence[Group]) -> str:
    """Short name of a choice of groups, for the journal."""
    return hashlib.sha256(",".join(g.code for g in groups).encode()).hexdigest()[:8]


def _sum_of(columns: np.ndarray, count: int) -> np.ndarray:
    vector = np.zeros(count)
    vector[columns] = 1.0
    return vector
