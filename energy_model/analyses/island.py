"""Islanding tests: a microgrid loses every corridor across its border and must serve its load with the units online inside.

Each test starts from the plan's state in the hour before: units online and their output, store levels, potline power. The dispatch inside
is that of the model's own block, restricted to the microgrid; offline units do not start within their start time, output may fall at once
(units trip), capacity under maintenance stays out of service, reserve is used before load is shed, potlines before firm load.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from energy_model.analyses.worst_hours import unserved_at_least
from energy_model.formulation.microgrids import SUSTAINED_H
from energy_model.solving.build import matched_profiles
from energy_model.solving.dispatcher import Dispatcher, Outcome
from energy_model.solving.redispatch import Plan
from energy_model.solving.windows import Operation, operation, window_data
from energy_model.study.settings import IslandingSettings
from energy_model.study.system import System
from energy_model.units import MW_PER_GW

SPENT_RESERVE = 1e-2
"""In an island missing reserve costs this part of its price: it is spent before anything is shed."""
LEAST_MW = 1e-2
"""Shedding below this counts as none: the tolerance of the solver over a microgrid."""
VERIFIED = 48
"""Hours that `worst_hours` tests: those with the highest screening value."""


@dataclass(frozen=True)
class Island:
    """A microgrid prepared for tests of equal duration.

    Attributes
    ----------
    microgrid : str
    plan : Plan
    system : System
        What lies inside.
    op : Operation
    rules : IslandingSettings
    """

    microgrid: str
    plan: Plan
    system: System
    op: Operation
    rules: IslandingSettings


BOUGHT = ("fuel_user", "mine", "coal_user")
"""Tables of coal, which is paid for at the plan's prices and comes from outside."""


def island_system(system: System, microgrid: str) -> System:
    """The elements inside a microgrid; corridors across its border are open, and yearly limits at its border do not apply."""
    inside = system.bus.index[(system.bus.microgrid == microgrid) & ~system.bus.market]
    line, mg = system.corridor, system.microgrid.loc[[microgrid]].copy()
    mg["tie_limit_gwh_per_year"], mg["self_supply_share"] = np.nan, 0.0
    line = line[line.from_bus.isin(inside) & line.to_bus.isin(inside)].copy()
    line["tie_of"] = None
    return replace(
        system,
        **{name: table[table.node.isin(inside)] for name, table in system.tables().items() if "node" in table and name not in BOUGHT},
        bus=system.bus.loc[inside],
        feed=system.feed[system.feed.bus.isin(inside)],
        corridor=line,
        contract=system.contract.iloc[:0],
        microgrid=mg,
        bilateral=system.bilateral.iloc[:0],
    )


def make_island(plan: Plan, microgrid: str, duration: int, rules: IslandingSettings, *, allow_starts: bool = False) -> Island:
    """Compile the block of a microgrid for tests of `duration` hours, 1 to 24, with capacities as built.

    With `allow_starts` units may start from the first hour on.
    """
    system = island_system(plan.system, microgrid)
    plan = replace(plan, profiles=matched_profiles(system, plan.profiles))
    op = operation(system, duration, 1, plan.capacity, plan.price).without_rows("ramp_down")
    upper = op.upper.copy()
    _, started = op.places("started")
    if not allow_starts:
        upper[started[:, : rules.start_hours].ravel()] = 0.0
    accounts = op.accounts | {"reserve_shortfall": op.accounts["reserve_shortfall"] * SPENT_RESERVE}
    return Island(microgrid, plan, system, replace(op, upper=upper, accounts=accounts), rules)


def open_border(island: Island, positions: Iterable[int]) -> pd.DataFrame:
    """Open the border at the beginning of each hour in turn; every test starts from the plan's state.

    Returns
    -------
    DataFrame
        One row per test: ``position``, ``hour`` (Beijing time), ``weight_h`` (hours of the year it represents); ``import_mw`` and
        ``response_mw`` at the opening and what of the step is not covered (``step_short_mw``, ``step_down_short_mw``), nor by potlines
        within their modulation band (``cut_mw``: left to under-frequency relays); energy shed by class [MWh] and ``served_share``;
        ``reserve_short_mw`` (largest) against the table's reserve and ``unit_short_mw`` against the largest unit online;
        ``potline_least_share``, ``potline_low_h`` (longest run below the freezing share), ``frozen_mw`` (rated power of smelters past
        their limit); ``survived``.
    """
    plan, op = island.plan, island.op
    dispatcher, step = Dispatcher(op), opening_step(island)
    time = plan.profiles.time.to_numpy()
    rows = []
    for position in positions:
        window = plan.following(position, op.hours)
        hours = plan.year_hour(window)
        lp = op.lp(window_data(plan.profiles, hours), plan.state_at(plan.before(position)), plan.held_at(window))
        found = dispatcher.solve(lp, f"{island.microgrid} {time[hours[0]]}")
        rows.append(
            {
                "position": position,
                "hour": time[hours[0]],
                "weight_h": float(plan.weight(np.array([position]))[0]),
                **{name: float(values[plan.before(position)]) for name, values in step.items()},
                **_shedding(island, found, hours),
                "residual_mw": found.residual * MW_PER_GW,
            }
        )
    return pd.DataFrame(rows)


def worst_hours(island: Island, count: int = VERIFIED) -> pd.DataFrame:
    """Test the hours with the largest lower bound on unserved energy; the worst of them comes first.

    The screening value needs no optimisation (`screening.unserved_at_least`); it ranks the hours, and the tests decide.
    """
    value = unserved_at_least(island.plan, island.system, island.op.hours)
    found = open_border(island, np.argsort(-value, kind="stable")[:count])
    return found.sort_values(["unserved_mwh", "step_short_mw", "reserve_short_mw"], ascending=False, ignore_index=True)


def opening_step(island: Island) -> dict[str, np.ndarray]:
    """Import lost at the end of each hour of the plan, and the response of online units inside [MW].

    Each unit gives what lies between its output and its online capacity, but no more than it ramps in the response time; a store what its
    converter has left and its level carries over that time.
    """
    plan, inside = island.plan, island.system
    share = np.minimum(inside.thermal.ramp_share_per_h * island.rules.response_minutes / 60, 1.0)
    hours, d = plan.hours.hour_index.size, plan.dispatch
    up, down = np.zeros(hours), np.zeros(hours)
    for g in inside.thermal.index:
        online, above = d["online", (g,)], d["above_minimum", (g,)]
        up += np.minimum(share[g] * online, (1 - inside.thermal.min_load_share[g]) * online - above)
        down += np.minimum(share[g] * online, above)
    for s in inside.store.index[inside.store.kind != "heat_store"]:
        power, flow = plan.capacity["capacity_store_power", (s,)], d["discharge", (s,)] - d["charge", (s,)]
        carried = d["level", (s,)] * inside.store.discharge_efficiency_share[s] / (island.rules.response_minutes / 60)
        up += np.maximum(np.minimum(power, carried) - flow, 0.0)
        down += np.maximum(d["discharge", (s,)], 0.0)
    for j in inside.feed.index:
        down += d["renewable_power", (j,)]
    step, pots = net_import(plan, island.microgrid), np.zeros(hours)
    for k, smelter in inside.smelter.iterrows():
        pots += np.maximum(d["smelter_power", (k,)] - d["potline_shed", (k,)] - (1 - smelter.modulation_down_share) * smelter.rated, 0.0)
    return {
        "import_mw": step * MW_PER_GW,
        "response_mw": up * MW_PER_GW,
        "potline_response_mw": pots * MW_PER_GW,
        "step_short_mw": np.maximum(step - up, 0.0) * MW_PER_GW,
        "cut_mw": np.maximum(step - up - pots, 0.0) * MW_PER_GW,
        "step_down_short_mw": np.maximum(-step - down, 0.0) * MW_PER_GW,
    }


def net_import(plan: Plan, microgrid: str) -> np.ndarray:
    """Power received over the border of a microgrid, net of power sent [GW], in every hour of the horizon."""
    line, total = plan.system.corridor, np.zeros(plan.hours.hour_index.size)
    inside = plan.system.bus.microgrid
    for c in line.index:
        ends = inside[line.from_bus[c]] == microgrid, inside[line.to_bus[c]] == microgrid
        if ends[0] == ends[1]:
            continue
        forward = plan.dispatch["flow_forward", (c,)]
        backward = plan.dispatch["flow_backward", (c,)] if line.reversible[c] else 0.0
        kept = 1 - line.loss_share[c]
        total += kept * forward - backward if ends[1] else kept * backward - forward
        total -= plan.dispatch.get(("loss", (c,)), 0.0) / 2
    return total


def _shedding(island: Island, found: Outcome, hours: np.ndarray) -> dict[str, float | bool]:
    op, smelter, rules = island.op, island.system.smelter, island.rules

    def by_label(family: str) -> np.ndarray:
        return found.primal[op.places(family)[1]] * MW_PER_GW

    def largest(family: str) -> float:
        return float(by_label(family).sum(axis=0).max(initial=0.0)) if by_label(family).size else 0.0

    firm, pots, heat = (float(by_label(family).sum()) for family in ("shed", "potline_shed", "heat_shed"))
    served = by_label("smelter_power") - by_label("potline_shed")
    rated = smelter.rated.reindex([label[0] for label in op.places("smelter_power")[0]]).to_numpy() * MW_PER_GW
    share = served / rated[:, None] if len(rated) else np.ones((0, op.hours))
    low = np.array([longest_run(row < rules.freezing_share - 1e-6) for row in share])
    demand = float(window_load(island, hours).sum()) + float(rated.sum()) * op.hours
    return {
        "firm_shed_mwh": firm,
        "potline_shed_mwh": pots,
        "heat_shed_mwh": heat,
        "unserved_mwh": firm + pots,
        "served_share": 1 - (firm + pots) / demand if demand else 1.0,
        "reserve_short_mw": largest("reserve_short"),
        "unit_short_mw": max(0.0, largest_unit_mw(island, found) - float(headroom_mw(island, found).min())),
        "synchronous_short_mw": largest("synchronous_short"),
        "potline_least_share": float(share.min(initial=1.0)),
        "potline_low_h": float(low.max(initial=0.0)),
        "frozen_mw": float(rated[low > rules.freezing_hours].sum()) if len(low) else 0.0,
        "survived": bool(firm + pots <= LEAST_MW * op.hours),
    }


def headroom_mw(island: Island, found: Outcome) -> np.ndarray:
    """Additional output of online units and stores in each hour of the island [MW], limited for stores to their level for an hour."""
    op, inside = island.op, island.system

    def of(family: str) -> tuple[list[str], np.ndarray]:
        labels, ids = op.places(family)
        return [label[0] for label in labels], found.primal[ids].reshape(len(labels), op.hours)

    units, online = of("online")
    range_share = 1 - inside.thermal.min_load_share.reindex(units).to_numpy()
    room = (range_share[:, None] * online - of("above_minimum")[1]).sum(axis=0)
    level = found.primal[op.places("level")[1]][:, -op.hours :]  # without the level before the island
    for s, charge, discharge, stored in zip(of("charge")[0], of("charge")[1], of("discharge")[1], level, strict=True):
        if inside.store.kind[s] != "heat_store":
            power = island.plan.capacity["capacity_store_power", (s,)] - discharge + charge
            room = room + np.minimum(power, inside.store.discharge_efficiency_share[s] * stored / SUSTAINED_H)
    return room * MW_PER_GW


def largest_unit_mw(island: Island, found: Outcome) -> float:
    """Net output of the largest unit online at the opening [MW]; 0 if the study has no unit sizes."""
    labels, ids = island.op.places("online")
    running = [label[0] for label, own in zip(labels, ids, strict=True) if found.primal[own[0]] * MW_PER_GW > 1.0]
    units = island.system.thermal.loc[running]
    if "unit_gw" not in units or not len(units):
        return 0.0
    return float((units.unit_gw * units.net_share).max()) * MW_PER_GW


def window_load(island: Island, hours: np.ndarray) -> np.ndarray:
    """Firm load of the microgrid by hour [MW]."""
    return island.plan.profiles.load_mw.to_numpy()[:, hours].sum(axis=0)


def longest_run(flags: np.ndarray) -> int:
    """Length of the longest sequence of true values."""
    best = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best
