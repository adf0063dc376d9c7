"""Whole circuits by rounding: the bound of a relaxation, circuits sought with fractions, rounded up, and dispatched with what is whole.

Branch and bound over a year is out of reach. The relaxation lets circuits be fractions, keeps Kirchhoff's law only around cycles of
corridors that cannot change, and leaves trips out. Every plan of whole circuits, with the reactances and outage factors of its own network,
is one of its plans, so its cost is a bound for all of them, and what rounding costs is proven.

Where a horizon is long, circuits are sought over typical weeks of it: rounds of power flow and N-1 are many, and few hours decide them.
One solve over the whole horizon with the reactances and trips found there then gives the fractions that are rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from energy_model.language import say
from energy_model.solving.build import Problem, shortened
from energy_model.solving.contingencies import contingency_table, look_at
from energy_model.study.cycles import circuits, cycle_table
from energy_model.study.horizon import Horizon
from energy_model.study.series import WEIGHT
from energy_model.study.system import System, no_contingency
from energy_model.units import HOURS_PER_WEEK

NEGLIGIBLE = 0.02
"""Part of a circuit that is left out rather than rounded up: less than the gap of a solve may hide, and no reason to build a line."""
SOUGHT_WEEKS = 4
"""Typical weeks over which circuits of a long horizon are sought."""
LONG_H = 3 * SOUGHT_WEEKS * HOURS_PER_WEEK
"""Consecutive hours from which a horizon is long."""


def relaxation(system: System) -> System:
    """The system of which every plan of whole circuits is a plan, whatever its reactances and outage factors."""
    corridor = system.corridor.copy()
    fixed = corridor.max_new <= corridor.min_new
    number = circuits(corridor, corridor.existing + corridor.min_new)
    corridor["assumed_circuits"] = number.where(fixed, 0.0)
    cycle = cycle_table(corridor) if len(system.cycle) else system.cycle
    return replace(system, corridor=corridor, cycle=cycle, reference_flow=pd.DataFrame(), contingency=no_contingency())


def sought_over(problem: Problem) -> Problem:
    """The problem over which circuits are sought: typical weeks of a long horizon of consecutive hours, else the same."""
    hours = problem.plan.hour_index.size
    if hours < LONG_H or problem.plan.follows_weeks or problem.system.is_open or problem.system.period_h or WEIGHT in problem.profiles:
        return problem
    return shortened(problem, Horizon("weeks", SOUGHT_WEEKS, hours if hours < problem.profiles.sizes["time"] else 0))


def with_network(system: System, found: System) -> System:
    """The system with reactances, trips and units found over fewer hours, and its own limits of what may be built."""
    corridor = system.corridor.assign(assumed_circuits=found.corridor.assumed_circuits)
    network = {"corridor": corridor, "cycle": found.cycle, "contingency": found.contingency, "reference_flow": pd.DataFrame()}
    return replace(system, thermal=found.thermal, **network)


@dataclass(frozen=True)
class Rounding:
    """Corridors with fractions of circuits and whole ones (`solving.refine.Record`).

    Attributes
    ----------
    fraction, whole : Series
        New circuits by corridor that may be reinforced.
    lower_bound : float
        Cost that no plan of whole circuits can be below [MCNY].
    sought_h : int
        Hours over which rounds of power flow and N-1 have sought the fractions.
    """

    fraction: pd.Series
    whole: pd.Series
    lower_bound: float
    sought_h: int

    name = "circuits"

    @classmethod
    def up(cls, problem: Problem, primal: np.ndarray, limits: System, lower_bound: float, sought_h: int) -> Rounding:
        """Every fraction of a solution rounded up, never beyond what may be built.

        Parameters
        ----------
        problem : Problem
        primal : ndarray
        limits : System
            The first one, with the limits of new capacity.
        lower_bound : float
        sought_h : int
        """
        corridor = limits.corridor
        labels, ids = problem.lp.columns("capacity_corridor")
        capacity = pd.Series(primal[ids], [label[0] for label in labels]).reindex(corridor.index)
        grows = corridor.index[corridor.max_new > 0]
        size = corridor.new_circuit[grows]
        fraction = (capacity - corridor.existing)[grows].clip(lower=0.0) / size
        most = np.floor(corridor.max_new[grows] / size + 1e-6)
        return cls(fraction, np.minimum(np.ceil(fraction - NEGLIGIBLE), most), lower_bound, sought_h)

    def held(self, problem: Problem, primal: np.ndarray) -> System:
        """The system with these circuits alone, its reactances, and the trips of the problem with the factors of these circuits."""
        system = problem.system
        corridor = system.corridor.copy()
        new = (self.whole * corridor.new_circuit[self.whole.index]).reindex(corridor.index, fill_value=0.0)
        corridor["min_new"] = corridor["max_new"] = new
        corridor["may"] = "stay"
        if len(system.cycle):
            corridor["assumed_circuits"] = circuits(corridor, corridor.existing + new)
        cycle = cycle_table(corridor) if len(system.cycle) else system.cycle
        listed = list(system.contingency.index.droplevel("topology").unique())
        state = look_at(problem, primal, corridor.existing + new)
        table = contingency_table(state, listed, kept=True)
        return replace(system, corridor=corridor, cycle=cycle, contingency=table, reference_flow=pd.DataFrame())

    def said(self) -> str:
        """One line of the console."""
        before, after = float(self.fraction.sum()), int(self.whole.sum())
        return say(f"  whole circuits: {before:.1f} rounded up to {after}", f"  整回线路：{before:.1f} 回上取整为 {after} 回")

    def summary(self) -> dict:
        """Circuits before and after, the proven bound, and the hours over which they were sought."""
        return {
            "fraction_circuits": float(self.fraction.sum()),
            "new_circuits": float(self.whole.sum()),
            "lower_bound_mcny": self.lower_bound,
            "sought_h": self.sought_h,
        }

    def table(self) -> pd.DataFrame:
        """Corridors that may be reinforced, with fractions of circuits and whole ones."""
        return pd.DataFrame(
            {"corridor": self.whole.index.to_numpy(), "fraction_circuits": self.fraction.to_numpy(), "new_circuits": self.whole.to_numpy()}
        )
