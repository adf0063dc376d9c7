"""Screening of all single-circuit trips over all hours; violated ones are added as rows of the model."""
# Over 300 lines: one method, from factors of trips to the rows that matter.

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from rich.console import Console

from energy_model.language import say
from energy_model.solving.build import Problem
from energy_model.solving.network import BUILT_GW, Network, Outages, circuits, outages
from energy_model.study.maintenance import topologies
from energy_model.study.system import System, no_contingency
from energy_model.units import MW_PER_GW, WAN_KW_PER_MW

VIOLATED_GW, AGREES_GW = 1e-4, 1e-3
"""More above its rating is a violation; rows of the model may differ by this much from the network that was built."""
LEAST_FILLED = 0.05
"""Circuits that a new corridor may fill at least, or one that carries nothing in one plan could never carry anything again."""
DIRECTIONS = {"forward": 1.0, "reverse": -1.0}
STAGES = ("change", "grow", "stay")
"""What capacities of corridors may do."""
MOST_ROUNDS = 50
"""With held capacities; screening ends long before, as each of its rounds adds rows that were not there."""


@dataclass(frozen=True)
class State:
    """A solution in the form needed by the screening.

    Attributes
    ----------
    line : DataFrame
        Corridors of the network (with reactance).
    capacity : ndarray, shape (corridors,)
        [GW]
    flow : ndarray, shape (corridors, hours)
        [GW]
    outage : ndarray, shape (corridors, topologies)
        Capacity in planned outage [GW].
    of_hour : ndarray of int, shape (hours,)
        Topology of every hour.
    number : ndarray, shape (corridors, topologies)
        Circuits in service.
    effect : list of Outages
        By topology.
    """

    line: pd.DataFrame
    capacity: np.ndarray
    flow: np.ndarray
    outage: np.ndarray
    of_hour: np.ndarray
    number: np.ndarray
    effect: list[Outages]

    def one_circuit(self, topology: int) -> np.ndarray:
        """Capacity of one circuit [GW], mean over existing and new ones; of less than a circuit, all of it."""
        return (self.capacity - self.outage[:, topology]) / np.maximum(self.number[:, topology], 1.0)


def network_of(line: pd.DataFrame, number: np.ndarray) -> Network:
    """Network of the corridors with reactance; `number` of circuits in service."""
    bus = {n: i for i, n in enumerate(sorted({*line.from_bus, *line.to_bus}))}
    return Network(
        line.index,
        line.from_bus.map(bus).to_numpy(dtype=int),
        line.to_bus.map(bus).to_numpy(dtype=int),
        1 / line.reactance.to_numpy(dtype=float),
        number,
        len(bus),
    )


def look_at(problem: Problem, primal: np.ndarray, built: pd.Series | None = None) -> State:
    """Capacities, flows and outage factors of a solution; with `built`, of a network of other capacities [GW] and the same flows."""
    corridor = problem.system.corridor
    line = corridor[corridor.reactance.notna()]
    capacity = _of(problem, primal, "capacity_corridor", line.index)[:, 0] if built is None else built[line.index].to_numpy(float)
    flow = _of(problem, primal, "flow_forward", line.index) - _of(problem, primal, "flow_backward", line.index)
    planned = problem.profiles.corridor_outage_gw
    out, of_hour = topologies(planned.to_numpy())
    outage = pd.DataFrame(out, index=planned.outaged.to_numpy()).reindex(line.index, fill_value=0.0).to_numpy()
    size = (line.existing / line.circuits).where(line.circuits > 0, 1.0).to_numpy()
    number = circuits(line, pd.Series(capacity, line.index)).to_numpy()[:, None] - outage / size[:, None]
    number[number < 1e-9] = 0.0
    effect = [outages(network_of(line, n)) for n in number.T]
    return State(line, capacity, flow, outage, of_hour[problem.plan.hour_index.ravel()], number, effect)


def _of(problem: Problem, primal: np.ndarray, family: str, names: pd.Index) -> np.ndarray:
    """Values of a column family by corridor (hours flattened); zero for corridors without such a column."""
    labels, ids = problem.lp.column_ids.get(family, ([], np.empty((0, 1), np.int64)))
    if not len(labels):
        return np.zeros((len(names), 1))
    values = np.where(ids >= 0, primal[ids], 0.0).reshape(len(labels), -1)
    place = pd.Index([label[0] for label in labels]).get_indexer(names)
    return np.where((place >= 0)[:, None], values[place], 0.0)


def requirements(state: State, topology: int, kept: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients of every pair (monitored, outaged) in one topology.

    Returns
    -------
    factor, rating, lost : ndarray, shape (corridors, corridors)
        Of ``sign (f_l + factor f_k) <= rating X_l - lost``. On the diagonal stands what the trip leaves of the corridor itself. Where
        circuits stand (or what is built is `kept`) the rating lost is that of a circuit, exact for any capacity. Where none stands, a row
        that takes away a circuit would forbid to build nothing: there the usable share belongs to the size that the present flow needs.
    """
    line, effect = state.line, state.effect[topology]
    emergency, out = line.emergency.to_numpy(), state.outage[:, topology]
    corridors, own = len(line), effect.own
    diagonal = np.diag_indices(corridors)
    factor = effect.factor.copy()
    factor[diagonal] = 0.0
    rating = np.repeat(emergency[:, None], corridors, axis=1)
    lost = np.repeat((emergency * out)[:, None], corridors, axis=1)
    more = state.number[:, topology] > 1 + 1e-6  # less is lost whole, and nothing is left that could be overloaded
    stands = (line.existing.to_numpy() > 0) | kept
    circuit = state.one_circuit(topology)
    lost[diagonal] += np.where(more & stands, emergency * own * circuit, 0.0)
    carried = np.abs(state.flow).max(axis=1, initial=0.0) / np.maximum(emergency * circuit, 1e-9)  # circuits that the flow fills
    short = carried + own > state.number[:, topology]
    size = np.where(short, carried, np.maximum(carried, LEAST_FILLED)) + own
    rating[diagonal] *= np.where(more & ~stands, 1 - own / np.maximum(size, 1.0), 1.0)
    return factor, rating, lost


def excess(state: State) -> dict[str, np.ndarray]:
    """Flow after each trip above the rating, largest over the hours [GW], by direction: shape (monitored, outaged).

    -inf where the outaged corridor is not screened, not there, or a lone link whose trip splits the network.
    """
    found = {d: np.full((len(state.line), len(state.line)), -np.inf) for d in DIRECTIONS}
    for topology, effect in enumerate(state.effect):
        flow = state.flow[:, state.of_hour == topology]
        if not flow.shape[1]:
            continue
        left = 1 - effect.own / effect.number  # what may flow on all circuits for one of them to trip
        for k in np.flatnonzero(state.line.contingency.to_numpy() & (state.number[:, topology] > 0) & ~effect.splits):
            after = flow + effect.factor[:, [k]] * flow[k]
            rating = state.line.emergency.to_numpy() * (state.capacity - state.outage[:, topology])
            after[k] = flow[k] if effect.number[k] > 1 + 1e-6 else 0.0
            rating[k] *= left[k]
            back = np.where(state.line.reversible.to_numpy(), rating, 0.0)
            for direction, limit in (("forward", rating), ("reverse", back)):
                above = (DIRECTIONS[direction] * after).max(axis=1) - limit
                found[direction][:, k] = np.maximum(found[direction][:, k], above)
    return found


@dataclass
class Contingencies:
    """The refinement of security n-1: adds the contingencies that a solution violates, until none is left.

    Every circuit that is built changes the factors of all corridors, so a plan may answer rows that its own circuits have made wrong, and
    plans may follow each other in a circle. Then corridors may only grow, and when that does not end it either, their capacities are fixed:
    the factors are constant and the search is finite.

    Attributes
    ----------
    stage_rounds : int
        Most solves of a stage; a plan that comes back ends it sooner.
    console : Console
    rounds : list of dict
        What each look found.
    stage : int
        Place in `STAGES`.
    seen : list of ndarray
        Capacities of the plans of the stage.
    cost_before : float
        Of a plan without contingencies [MCNY]; that of the first round unless given.
    sought : bool
        Whether the search ends as soon as every violated pair is in the model, as where circuits are rounded up afterwards.
    """

    stage_rounds: int
    console: Console
    rounds: list[dict] = field(default_factory=list)
    stage: int = 0
    seen: list[np.ndarray] = field(default_factory=list)
    cost_before: float = float("nan")
    sought: bool = False
    name: str = "security"

    def refine(self, problem: Problem, primal: np.ndarray) -> System | None:
        """System with the contingencies that the solution violates, or None when it withstands all of them."""
        system = problem.system
        state = look_at(problem, primal)
        above = excess(state)
        names = state.line.index
        violated = [(names[i], names[k], d) for d, values in above.items() for i, k in zip(*np.nonzero(values > VIOLATED_GW), strict=True)]
        listed = list(system.contingency.index.droplevel("topology").unique())
        new = [pair for pair in violated if pair not in set(listed)]
        table = contingency_table(state, [*listed, *new], self.stage > 0)
        off = disagreement(state, system.contingency, table)
        worst = max(0.0, *(float(values.max(initial=0.0)) for values in above.values()))
        self.rounds.append(
            {
                "round": len(self.rounds) + 1,
                "contingencies": len(listed),
                "violated": len(violated),
                "largest_mw": worst * MW_PER_GW,
                "mismatch_mw": off * MW_PER_GW,
                "cost_mcny": float(problem.lp.cost @ primal) + problem.lp.offset,
                "corridors_may": STAGES[self.stage],
            }
        )
        self.console.print(
            say(
                f"  N-1: {len(violated)} violated, largest {worst * MW_PER_GW:,.1f} MW; {len(listed)} in the model, {len(new)} new",
                f"  N-1：越限 {len(violated)} 项，最大 {worst * MW_PER_GW * WAN_KW_PER_MW:,.2f} 万千瓦；"
                f"模型中 {len(listed)} 项，新增 {len(new)} 项",
            )
        )
        if not new and (self.sought or (off <= AGREES_GW and (worst <= AGREES_GW or self.held))):
            return None
        again = not new and any(np.abs(capacity - state.capacity).max() < VIOLATED_GW for capacity in self.seen)
        self.seen.append(state.capacity)
        if not self.held and (again or len(self.seen) >= self.stage_rounds):
            self.stage, self.seen = self.stage + 1, []
            table = contingency_table(state, [*listed, *new], self.stage > 0)
        elif len(self.seen) >= MOST_ROUNDS:
            return None
        corridor = _settled(system, state, listed) if self.stage == 0 else _bounded(problem, primal, self.held)
        return replace(system, contingency=table, corridor=corridor.assign(may=STAGES[self.stage]))

    def reopen(self, system: System) -> System:
        """Keep the contingencies found: those of another network count as well, and the next look drops nothing that binds."""
        return system

    def hold(self, cost_before: float) -> None:
        """From now on capacities of corridors stay as they are."""
        self.stage, self.seen, self.cost_before = STAGES.index("stay"), [], cost_before

    @property
    def held(self) -> bool:
        """Whether capacities of corridors stay as they are."""
        return STAGES[self.stage] == "stay"

    def summary(self) -> dict:
        """Rounds, contingencies, what the last look found; the cost before any contingency, which no secure plan can be below."""
        last = self.rounds[-1]
        return {
            "rounds": len(self.rounds),
            "contingencies": last["contingencies"],
            "violated": last["violated"],
            "mismatch_mw": last["mismatch_mw"],
            "cost_before_mcny": self.rounds[0]["cost_mcny"] if np.isnan(self.cost_before) else self.cost_before,
            "corridors_may": STAGES[self.stage],
        }

    def table(self) -> pd.DataFrame:
        """What every round found."""
        return pd.DataFrame(self.rounds)


def contingency_table(state: State, pairs: list[tuple[str, str, str]], kept: bool = False) -> pd.DataFrame:
    """The table of a `System` for the given (monitored, outaged, direction), by topology."""
    if not pairs:
        return no_contingency()
    place = {name: i for i, name in enumerate(state.line.index)}
    both = state.line.reversible.to_numpy()
    rows = {}
    for topology in range(len(state.effect)):
        factor, rating, lost = requirements(state, topology, kept)
        for c, k, direction in pairs:
            i, j = place[c], place[k]
            one_way = direction == "reverse" and not both[i]
            rows[c, k, direction, topology] = (factor[i, j], *((0.0, 0.0) if one_way else (rating[i, j], lost[i, j])))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["factor", "rating", "lost"]).set_axis(
        pd.MultiIndex.from_tuples(rows, names=no_contingency().index.names)
    )


def disagreement(state: State, used: pd.DataFrame, found: pd.DataFrame) -> float:
    """By how much the rows in the model are off the network that was built, where a row binds or would be broken [GW]."""
    worst = 0.0
    place = {name: i for i, name in enumerate(state.line.index)}
    for (c, k, direction, topology), row in used.iterrows():
        hours = state.of_hour == topology
        if not hours.any():
            continue
        i, j, now = place[c], place[k], found.loc[(c, k, direction, topology)]
        slack, slack_now = (
            r.rating * state.capacity[i] - r.lost - DIRECTIONS[direction] * (state.flow[i, hours] + r.factor * state.flow[j, hours])
            for r in (row, now)
        )
        matters = np.minimum(slack, slack_now) < AGREES_GW
        worst = max(worst, float(np.where(matters, np.abs(slack - slack_now), 0.0).max()))
    return worst


def _settled(system: System, state: State, listed: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Corridors, new ones limited to one circuit where a second one was tried and, with its own trip in the model, given up.

    Less than a circuit is lost whole and leaves nothing to overload, more must do without a circuit: a choice between two that no row of
    a linear programme expresses. Without a decision the rounds would go to and fro between them.
    """
    c = system.corridor.copy()
    tried = {k for i, k, _ in listed if i == k}
    for name, number in zip(state.line.index, state.number.max(axis=1), strict=True):
        if name in tried and c.existing[name] == 0 and number <= 1 + 1e-6:
            c.loc[name, "max_new"] = min(c.max_new[name], 1 / c.circuits_per_gw[name])
    return c


def _bounded(problem: Problem, primal: np.ndarray, held: bool) -> pd.DataFrame:
    """Corridors that may not shrink below a solution, or with its capacities as the only ones allowed."""
    c = problem.system.corridor.copy()
    capacity = _of(problem, primal, "capacity_corridor", c.index)[:, 0]
    new = np.where(capacity - c.existing < BUILT_GW, 0.0, capacity - c.existing)
    c["min_new"] = np.minimum(new, c.max_new)
    if held:
        c["max_new"] = c.min_new
    return c
