"""Reactances follow what is built: the refinement behind power flow ``dc``, and its check.

A linear model takes the reactance of a corridor as given, but every new circuit lowers it: angle = impedance x flow / circuits.  So the
plan is solved several times.  The first two times after the first, the circuits of the last solution are assumed.  From then on the angle
is linear in flow and circuits about the last solution, and capacities may move by half, a quarter, an eighth ... of what they are: the
error of the linear angle falls with the square of that, and what the model prices is the true effect of a circuit on all flows (sequential
linear programming with a shrinking trust region).  At last, should flows still disagree, capacities are held and dispatch alone is solved.

A corridor stands in one of three ways.  A candidate of which nothing stands is *free* at first: its flow is limited by its capacity alone,
the most it can be worth.  Once built, it *obeys* Kirchhoff's law with the circuits it has.  If it is then not wanted any more it is
*withdrawn*, for a line that is absent must not tie the voltages of its ends together, and one that is free again would be built again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.results.certificate import CertificateError
from energy_model.solving.build import Problem
from energy_model.study.cycles import circuits, cycle_basis, cycle_table
from energy_model.study.system import System

MW = 1e3  # MW per GW


def column_values(problem: Problem, primal: np.ndarray, family: str, labels: pd.Index) -> np.ndarray:
    """Hourly values of a family of columns, shape (labels, hours); 0 for labels without that column."""
    hours = problem.plan.hour_index.size
    names, ids = problem.lp.column_ids.get(family, ([], np.empty((0, 0, 0), np.int64)))
    own = {label[0]: np.where(i >= 0, primal[i], 0.0).ravel() for label, i in zip(names, ids, strict=True)}
    return np.array([own.get(label, np.zeros(hours)) for label in labels]).reshape(len(labels), hours)


def capacities(problem: Problem, primal: np.ndarray) -> pd.Series:
    """Capacity of every corridor [GW]."""
    labels, ids = problem.lp.column_ids["capacity_corridor"]
    return pd.Series(primal[ids], index=[label[0] for label in labels]).reindex(problem.system.corridor.index)


def circulating(corridor: pd.DataFrame, number: pd.Series, flow: np.ndarray) -> np.ndarray:
    """What to take off the flows so that they obey Kirchhoff's voltage law with the same power into every bus.

    Parameters
    ----------
    corridor : DataFrame
    number : Series
        Circuits of every corridor.
    flow : ndarray, shape (corridors, hours)
        Net flows [GW].

    Returns
    -------
    ndarray, shape (corridors, hours)
        :math:`C (C^T Z C)^{-1} C^T Z f` [GW], with the cycles :math:`C` and impedances :math:`Z` of what is built: the flow that runs in
        circles. Zero where no law holds.
    """
    off = np.zeros_like(flow)
    part = corridor.impedance_per_gw.notna() & (number > 0)
    for kind in corridor.kind[part].unique():
        at = np.flatnonzero(part & (corridor.kind == kind))
        basis = cycle_basis(list(zip(corridor.from_bus.iloc[at], corridor.to_bus.iloc[at], strict=True)))
        cycles = np.zeros((len(at), len(basis)))
        for k, cycle in enumerate(basis):
            cycles[list(cycle), k] = list(cycle.values())
        weighted = cycles * (corridor.impedance_per_gw.iloc[at] / number.iloc[at]).to_numpy()[:, None]
        if len(basis):
            off[at] = cycles @ np.linalg.solve(weighted.T @ cycles, weighted.T @ flow[at])
    return off


class PowerFlow:
    """The refinement: reactances follow what is built (`energy_model.solving.refine.Refinement`).

    Parameters
    ----------
    system : System
        The first one; its limits of new capacity hold throughout.
    console : Console
    """

    name = "power_flow"
    ASSUMED = 2
    """Solves in which the circuits of the last solution are assumed, before angles are linear in circuits."""

    def __init__(self, system: System, console: Console) -> None:
        self.tolerance_mw = system.options.network.flow_tolerance_mw
        self.iterations = system.options.network.flow_iterations
        self.limits = system.corridor[["min_new", "max_new"]]
        self.console = console
        self.unsettled = 0
        self.rows: list[dict] = []

    def refine(self, problem: Problem, primal: np.ndarray) -> System | None:
        """Return None when flows agree with the built network, else the system with its reactances.

        Raises
        ------
        CertificateError
            When flows do not agree although capacities are held, which only a wrong solution can do.
        """
        corridor = problem.system.corridor
        capacity = capacities(problem, primal)
        number = circuits(corridor, capacity)
        forward, backward = (column_values(problem, primal, f"flow_{way}", corridor.index) for way in ("forward", "backward"))
        mismatch = np.abs(circulating(corridor, number, forward - backward)).max(axis=1, initial=0.0) * MW
        self._note(problem, primal, capacity, mismatch)
        if mismatch.max(initial=0.0) <= self.tolerance_mw:
            return None
        if self.unsettled >= self.iterations:
            raise CertificateError(f"Flows break Kirchhoff's law and were not written 潮流违反基尔霍夫定律，未写出: {self.rows[-1]}")
        self.unsettled += 1
        return self._altered(problem.system, capacity, number, forward - backward)

    def reopen(self, system: System) -> System:
        """Another refinement altered the system: let capacities move again from the circuits at hand."""
        self.unsettled = 0
        return replace(system, corridor=system.corridor.assign(**self.limits), reference_flow=pd.DataFrame())

    def _altered(self, system: System, capacity: pd.Series, number: pd.Series, flow: np.ndarray) -> System:
        corridor = system.corridor
        law, obeyed = corridor.impedance_per_gw.notna(), corridor.index.isin(system.cycle.index.get_level_values(1))
        built, withdrawn = law & (number > 0), law & (number == 0) & (obeyed | (corridor.max_new == 0))
        # Later, capacity may move by this share of itself.
        share = np.inf if self.unsettled <= self.ASSUMED else 0.5 ** (self.unsettled - self.ASSUMED)
        low, high = self.limits.min_new, self.limits.max_new.where(~withdrawn, 0.0)
        if self.unsettled >= self.iterations:
            share, high = 0.0, high.where(~law | built, 0.0)
        new = (capacity - corridor.existing).clip(lower=0.0)
        least, most = new - share * capacity, new + share * capacity
        corridor = corridor.assign(
            min_new=low.where(~built, np.maximum(low, least)), max_new=high.where(~built, np.minimum(high, most)), assumed_circuits=number
        )
        cycle = cycle_table(corridor)
        bent = corridor.index.isin(cycle.index.get_level_values(1)) & (corridor.max_new > corridor.min_new) & (share < np.inf)
        return replace(system, corridor=corridor, cycle=cycle, reference_flow=pd.DataFrame(flow, corridor.index)[bent])

    def _note(self, problem: Problem, primal: np.ndarray, capacity: pd.Series, mismatch: np.ndarray) -> None:
        system = problem.system
        self.rows.append(
            {
                "iteration": len(self.rows) + 1,
                "cost_mcny": float(problem.lp.cost @ primal) + problem.lp.offset,
                "mismatch_mw": float(mismatch.max(initial=0.0)),
                "worst_corridor": str(system.corridor.index[mismatch.argmax()]) if mismatch.max(initial=0.0) > 0 else "",
                "cycles": system.cycle.index.get_level_values(0).nunique(),
                "new_corridor_mw": float((capacity - system.corridor.existing).clip(lower=0).sum()) * MW,
            }
        )
        self.console.print(
            "  power flow 潮流 {iteration}: largest mismatch 最大偏差 {mismatch_mw:,.2f} MW {worst_corridor}".format(**self.rows[-1])
        )

    def summary(self) -> dict:
        """Plain values for the manifest: solves, largest mismatch of the last one [MW], whether capacities had to be held."""
        held = self.unsettled >= self.iterations
        return {"iterations": len(self.rows), "mismatch_mw": self.rows[-1]["mismatch_mw"], "capacities_held": held}

    def table(self) -> pd.DataFrame:
        """One row per solve: cost, largest mismatch and where, rows of the law per hour, new capacity of all corridors."""
        return pd.DataFrame(self.rows)
