"""Candidates whose units stand once they are built: the refinement behind ``largest_unit = "standing"``.

Whether a unit of a candidate stands is a choice of the plan, and no row of a linear programme expresses "in full, if built". So the plan is
solved, candidates of which at least half a unit was built count in full from then on, and the plan is solved again until there is no other.
One that is then not wanted any more still counts: the reserve is large enough, and may be too large by the unit that is not there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.language import say
from energy_model.solving.build import Problem
from energy_model.study.largest_unit import areas, standing
from energy_model.study.system import System

LEAST_UNITS = 0.5
"""From so many units on a cluster has one, as where whole units are dispatched."""


class StandingUnits:
    """The refinement of the largest unit that stands (`solving.refine.Refinement`).

    Parameters
    ----------
    console : Console
    """

    def __init__(self, console: Console) -> None:
        self.console = console

    def refine(self, problem: Problem, primal: np.ndarray) -> System | None:
        """The system in which the candidates that a solution has built count, or None if they all do."""
        system = problem.system
        g = system.thermal.loc[areas(system).index.difference(standing(system), sort=False)]
        labels, ids = problem.lp.columns("capacity_thermal")
        capacity = pd.Series(primal[ids], [label[0] for label in labels]).reindex(g.index)
        found = g.index[capacity >= LEAST_UNITS * g.unit_gw]
        if not len(found):
            return None
        names = ", ".join(map(str, found))
        self.console.print(say(f"  largest unit: {names} stand", f"  最大单机：{names} 已建成"), highlight=False)
        thermal = system.thermal.assign(found_built=system.thermal.found_built | system.thermal.index.isin(found))
        return replace(system, thermal=thermal)

    def reopen(self, system: System) -> System:
        """Keep what was found."""
        return system
