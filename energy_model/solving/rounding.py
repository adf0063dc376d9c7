"""Whole circuits by rounding: the plan with fractions of circuits, rounded up, and dispatched again with these circuits.

Branch and bound over a year is out of reach.  The plan with fractions is a bound for every plan of whole circuits under the same rows, so
what rounding costs is proven.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.language import say
from energy_model.solving.build import Problem
from energy_model.solving.contingencies import STAGES, Contingencies
from energy_model.solving.magnitude import least_mcny, relative_gap
from energy_model.study.system import System

NEGLIGIBLE = 1e-3
"""Part of a circuit that is rounding of the solver, not a circuit."""


class Rounding:
    """The refinement of circuits ``rounded`` (`solving.refine.Refinement`), the outermost: it rounds once, when all others are satisfied.

    Parameters
    ----------
    system : System
        The first one; its limits of new capacity hold throughout.
    bound : callable
        Bound on the cost proven for the last problem solved [MCNY].
    security : Contingencies or None
        The search for contingencies, from then on with capacities that stay.
    console : Console
    """

    name = "circuits"

    def __init__(self, system: System, bound: Callable[[], float], security: Contingencies | None, console: Console) -> None:
        corridor = system.corridor
        self.most = (corridor.max_new / corridor.new_circuit).where(corridor.max_new > 0, 0.0)
        self.bound, self.security, self.console = bound, security, console
        self.rows: list[dict] = []
        self.lower_bound = float("nan")
        self.gap = float("nan")

    def refine(self, problem: Problem, primal: np.ndarray) -> System | None:
        """The system with whole circuits, the first time; then None."""
        cost = float(problem.lp.cost @ primal) + problem.lp.offset
        if self.rows:
            self.gap = relative_gap(cost, self.lower_bound, least_mcny(problem.lp))
            return None
        self.lower_bound = self.bound()
        corridor = problem.system.corridor.copy()
        labels, ids = problem.lp.columns("capacity_corridor")
        capacity = pd.Series(primal[ids], [label[0] for label in labels]).reindex(corridor.index)
        grows = corridor.max_new > 0
        number = ((capacity - corridor.existing).clip(lower=0.0) / corridor.new_circuit).where(grows, 0.0)
        whole = np.minimum(np.ceil(number - NEGLIGIBLE), np.floor(self.most[corridor.index] + NEGLIGIBLE)).where(grows, 0.0)
        for c in self.most.index[self.most > 0]:
            self.rows.append({"corridor": c, "fraction_circuits": float(number[c]), "new_circuits": float(whole[c])})
        corridor["min_new"] = corridor["max_new"] = (whole * corridor.new_circuit).where(grows, 0.0)
        corridor["may"] = "stay"
        self.console.print(
            say(
                f"  whole circuits: {float(number.sum()):.1f} rounded up to {int(whole.sum())}",
                f"  整回线路：{float(number.sum()):.1f} 回上取整为 {int(whole.sum())} 回",
            )
        )
        if self.security:
            self.security.stage, self.security.seen = STAGES.index("stay"), []
        return replace(problem.system, corridor=corridor)

    def reopen(self, system: System) -> System:
        """No refinement stands outside of it."""
        return system

    def summary(self) -> dict:
        """Circuits before and after, the proven bound and the relative gap."""
        return {
            "fraction_circuits": sum(row["fraction_circuits"] for row in self.rows),
            "new_circuits": sum(row["new_circuits"] for row in self.rows),
            "lower_bound_mcny": self.lower_bound,
            "gap": self.gap,
        }

    def table(self) -> pd.DataFrame:
        """Corridors that may be reinforced, with fractions of circuits and whole ones."""
        return pd.DataFrame(self.rows)
