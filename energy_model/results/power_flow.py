"""Reactances depend on what is built: the refinement behind power flow ``dc``, and its check.

A linear model takes the reactance of a corridor as given, but every new circuit lowers it: angle = impedance x flow / circuits.  So the
plan is solved several times.  The first two updates assume the circuits of the last solution, which sorts out what is built at all.  From
then on the angle is linear in flow and circuits about the last solution, so that the model prices what a circuit does to all flows, and
capacities may move by a share of themselves only: half at first, half as much again whenever the flows of the linear model and of the built
network disagree, for the error of the linear angle falls with the square of the step; twice as much when they agree and the step was too
short (sequential linear programming with a trust region).  Should flows still disagree at last, capacities are fixed and dispatch alone is
solved.

A corridor stands in one of three ways.  A candidate of which nothing stands is *free* at first: its flow is limited by its capacity alone,
the most it can be worth.  Once built, it *obeys* Kirchhoff's law with the circuits it has.  If it is then not wanted any more it is
*withdrawn*, for a line that is absent must not tie the voltages of its ends together, and one that is free again would be built again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.language import say
from energy_model.results.certificate import CertificateError
from energy_model.solving.build import Problem
from energy_model.study.cycles import circuits, cycle_basis, cycle_table
from energy_model.study.system import System
from energy_model.units import MW_PER_GW, WAN_KW_PER_MW


def column_values(problem: Problem, primal: np.ndarray, family: str, labels: pd.Index) -> np.ndarray:
    """Hourly values of a family of columns, shape (labels, hours); 0 for labels without that column."""
    hours = problem.plan.hour_index.size
    names, ids = problem.lp.column_ids.get(family, ([], np.empty((0, 0, 0), np.int64)))
    own = {label[0]: np.where(i >= 0, primal[i], 0.0).ravel() for label, i in zip(names, ids, strict=True)}
    return np.array([own.get(label, np.zeros(hours)) for label in labels]).reshape(len(labels), hours)


def capacities(problem: Problem, primal: np.ndarray) -> pd.Series:
    """Capacity of every corridor [GW]."""
    labels, ids = problem.lp.columns("capacity_corridor")
    return pd.Series(primal[ids], index=[label[0] for label in labels]).reindex(problem.system.corridor.index)


def circulating(corridor: pd.DataFrame, number: pd.Series, flow: np.ndarray) -> np.ndarray:
    """Circulating flows: the difference from flows that obey Kirchhoff's voltage law with the same injections.

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
    """The refinement that adapts reactances to what is built (`energy_model.solving.refine.Refinement`).

    Parameters
    ----------
    system : System
        The first one; its limits of new capacity hold throughout.
    console : Console
    sought : bool
        Flows need not agree: the rounds seek circuits, which are rounded up afterwards and have the reactances of what is built. Capacities
        are not fixed then, at which a hard clause might be out of reach.
    """

    name = "power_flow"
    ASSUMED = 2
    """Updates that assume the circuits of the last solution, before angles are linear in circuits."""
    FIRST_STEP = 0.5
    """Share of its capacity by which a corridor may change in the first linear solve."""
    WORTH = 5e-4
    """A step that saves less than this share of the cost is the last."""

    def __init__(self, system: System, console: Console, *, sought: bool = False) -> None:
        self.tolerance_mw = system.options.network.flow_tolerance_mw
        self.iterations = system.options.network.flow_iterations
        self.limits = self.given = system.corridor[["min_new", "max_new"]]
        self.console, self.sought = console, sought
        self.unsettled = 0
        self.step = np.inf
        self.rows: list[dict] = []

    def refine(self, problem: Problem, primal: np.ndarray) -> System | None:
        """Return None if flows agree with the network built, else the system with its reactances.

        Raises
        ------
        CertificateError
            When flows do not agree although capacities are fixed, which only a wrong solution can do.
        """
        corridor = problem.system.corridor
        capacity = capacities(problem, primal)
        number = circuits(corridor, capacity)
        forward, backward = (column_values(problem, primal, f"flow_{way}", corridor.index) for way in ("forward", "backward"))
        mismatch = np.abs(circulating(corridor, number, forward - backward)).max(axis=1, initial=0.0) * MW_PER_GW
        self._note(problem, primal, capacity, mismatch)
        agree = self.rows[-1]["mismatch_mw"] <= self.tolerance_mw
        if agree and (self.unsettled + 1 >= self.iterations or self._at_rest(problem.system, capacity)):
            return None
        if self.sought and self.unsettled + 1 >= self.iterations:
            return None
        if self.held:
            raise CertificateError(
                say(f"Flows break Kirchhoff's law and were not written: {self.rows[-1]}", f"潮流违反基尔霍夫定律，未写出：{self.rows[-1]}")
            )
        self.unsettled += 1
        linear = len(problem.system.reference_flow) > 0
        if self.held:
            self.step = 0.0
        elif linear:
            self.step = min(1.0, 2 * self.step) if agree else self.step / 2
        elif agree or self.unsettled > self.ASSUMED:
            self.step = self.FIRST_STEP
        return self._altered(problem.system, capacity, number, forward - backward)

    @property
    def held(self) -> bool:
        """Whether capacities are fixed."""
        return self.unsettled >= self.iterations

    def reopen(self, system: System) -> System:
        """Another refinement changed the system: let capacities move again from the present circuits, within its limits.

        A limit that differs from the one given here is the other's.  So is one that equals it, where the other says that capacities may
        only grow, or stay: taken for a step of this search it would be lifted, and the two would follow each other in a circle.
        """
        self.unsettled, self.step = 0, np.inf
        now = system.corridor[["min_new", "max_new"]]
        self.limits = self.limits.where(now == self.given, now)
        may = set(system.corridor.get("may", []))
        own = [side for side, stages in (("min_new", {"grow", "stay"}), ("max_new", {"stay"})) if may & stages]
        self.limits = self.limits.assign(**{side: now[side] for side in own})
        return replace(system, corridor=system.corridor.assign(**self.limits), reference_flow=pd.DataFrame())

    def _at_rest(self, system: System, capacity: pd.Series) -> bool:
        """Whether no unseen reinforcement could pay: none is possible, none reached its step limit, or steps hardly pay."""
        corridor = system.corridor
        if not len(system.reference_flow):
            return not self._bent(corridor, system.cycle).any()
        new = capacity - corridor.existing
        short = (new > corridor.max_new - 1e-6) & (corridor.max_new < self.limits.max_new)
        short |= (new < corridor.min_new + 1e-6) & (corridor.min_new > self.limits.min_new)
        before, now = (row["cost_mcny"] for row in self.rows[-2:])
        return not short[system.reference_flow.index].any() or abs(before - now) <= self.WORTH * abs(now)

    @staticmethod
    def _bent(corridor: pd.DataFrame, cycle: pd.DataFrame) -> pd.Series:
        """Corridors whose angle depends on what is built."""
        return corridor.index.isin(cycle.index.get_level_values(1)) & (corridor.max_new > corridor.min_new)

    def _altered(self, system: System, capacity: pd.Series, number: pd.Series, flow: np.ndarray) -> System:
        corridor = system.corridor
        law, obeyed = corridor.impedance_per_gw.notna(), corridor.index.isin(system.cycle.index.get_level_values(1))
        built, withdrawn = law & (number > 0), law & (number == 0) & (obeyed | (corridor.max_new == 0))
        low, high = self.limits.min_new, self.limits.max_new.where(~withdrawn, 0.0)
        if self.held:
            high = high.where(~law | built, 0.0)
        new = (capacity - corridor.existing).clip(lower=0.0)
        least, most = new - self.step * capacity, new + self.step * capacity
        corridor = corridor.assign(
            min_new=low.where(~built, np.maximum(low, least)), max_new=high.where(~built, np.minimum(high, most)), assumed_circuits=number
        )
        self.given = corridor[["min_new", "max_new"]]
        cycle = cycle_table(corridor)
        reference = pd.DataFrame(flow, corridor.index)[self._bent(corridor, cycle)] if self.step < np.inf else pd.DataFrame()
        return replace(system, corridor=corridor, cycle=cycle, reference_flow=reference)

    def _note(self, problem: Problem, primal: np.ndarray, capacity: pd.Series, mismatch: np.ndarray) -> None:
        system = problem.system
        self.rows.append(
            {
                "iteration": len(self.rows) + 1,
                "cost_mcny": float(problem.lp.cost @ primal) + problem.lp.offset,
                "mismatch_mw": float(mismatch.max(initial=0.0)),
                "worst_corridor": str(system.corridor.index[mismatch.argmax()]) if mismatch.max(initial=0.0) > 0 else "",
                "independent_cycles": system.cycle.index.get_level_values(0).nunique(),
                "new_corridor_mw": float((capacity - system.corridor.existing).clip(lower=0).sum()) * MW_PER_GW,
            }
        )
        self.console.print(
            say(
                "  power flow {iteration}: largest mismatch {mismatch_mw:,.2f} MW {worst_corridor}",
                "  潮流 {iteration}：最大偏差 {wan_kw:,.3f} 万千瓦 {worst_corridor}",
            ).format(**self.rows[-1], wan_kw=self.rows[-1]["mismatch_mw"] * WAN_KW_PER_MW)
        )

    def summary(self) -> dict:
        """Plain values for the manifest: solves, largest mismatch of the last one [MW], whether capacities were fixed."""
        return {"iterations": len(self.rows), "mismatch_mw": self.rows[-1]["mismatch_mw"], "capacities_held": self.held}

    def table(self) -> pd.DataFrame:
        """One row per solve: cost, largest mismatch and its corridor, Kirchhoff rows per hour, new capacity of all corridors."""
        return pd.DataFrame(self.rows)
