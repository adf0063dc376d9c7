"""Tiny pathways: systems by year, joined and solved to a vertex, with perfect or myopic foresight."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from energy_model.formulation.pathway import Past
from energy_model.solving.highs import Solution, solve_lp
from energy_model.solving.pathway import PathProblem, build_year, join_years
from energy_model.study.horizon import Horizon
from energy_model.study.pathway import Pathway, link_years
from energy_model.study.settings import PathwaySettings
from energy_model.study.system import System
from tests.support.tiny import tiny_profiles


@dataclass(frozen=True)
class PathRun:
    """A solved tiny pathway (one LP)."""

    path: PathProblem
    solution: Solution

    @property
    def cost(self) -> float:
        """Present value [MCNY]."""
        return float(self.path.lp.cost @ self.solution.primal) + self.path.lp.offset

    def value(self, family: str, *index) -> float:
        """One column of the linking part."""
        return self.path.linked(family, self.solution.primal)[index]

    def row(self, family: str, *index) -> int:
        labels, ids = self.path.lp.row_ids[family]
        return int(ids[labels.index(index)])

    def dual(self, family: str, *index) -> float:
        return float(self.solution.dual[self.row(family, *index)])

    def shifted(self, eps: float, family: str, *index) -> float:
        """Cost after one right-hand side is raised by `eps`."""
        low, high = self.path.lp.row_lower.copy(), self.path.lp.row_upper.copy()
        low[self.row(family, *index)] += eps
        high[self.row(family, *index)] += eps
        again = solve_lp(replace(self.path.lp, row_lower=low, row_upper=high), "simplex", threads=1)
        assert again.status == "Optimal"
        return float(self.path.lp.cost @ again.primal) + self.path.lp.offset


def linked(years: list[int], rates: dict | None = None, *, fleet_year: int = 2010, rate: float = 0.0, **settings) -> Pathway:
    """Links between years; `rates` in GW/a."""
    return link_years(PathwaySettings(years=years, **settings), fleet_year, rate, rates or {})


def joined(
    systems: dict[int, System], pathway: Pathway, profiles: dict[int, dict], past: Past | None = None, step_h: int = 1
) -> PathProblem:
    """Join the years in `profiles`; the others in `systems` are past."""
    problems = {}
    for y, data in profiles.items():
        data = dict(data)
        hours = data.pop("hours", 24)
        problems[y] = build_year(systems[y], tiny_profiles(systems[y], hours=hours, **data), Horizon("hours", hours), 24, step_h)
    return join_years(problems, systems, pathway, past)


def solved(path: PathProblem) -> PathRun:
    return PathRun(path, solve_lp(path.lp, "simplex", threads=1))


def run_path(systems: dict[int, System], pathway: Pathway, profiles: dict[int, dict], **options) -> PathRun:
    """Solve all years together."""
    result = solved(joined(systems, pathway, profiles, **options))
    assert result.solution.status == "Optimal", result.solution.status
    return result


def run_myopic(systems: dict[int, System], pathway: Pathway, profiles: dict[int, dict], **options) -> list[PathRun]:
    """Solve one year after the other."""
    past, runs = Past(), []
    for y in pathway.years:
        known = {v: systems[v] for v in pathway.years if v <= y}
        runs.append(solved(joined(known, pathway, {y: profiles[y]}, past, **options)))
        assert runs[-1].solution.status == "Optimal", (y, runs[-1].solution.status)
        past = runs[-1].path.decided(runs[-1].solution.primal)
    return runs


def decisions(result: PathRun) -> dict[tuple, float]:
    """Vintages larger than a kilowatt."""
    found = result.path.linked("built", result.solution.primal)
    return {index: round(gw, 6) for index, gw in found.items() if np.abs(gw) > 1e-6}
