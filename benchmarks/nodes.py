"""Studies of another size: a part of the shipped study, or several copies of it side by side.

Fewer nodes: the first ones found breadth first from the best connected node, with everything that stands at them.

More nodes: whole copies, of which the last is cut as above; every element of copy k has its label with ``~k``.  A corridor of
`JOIN_GW` without losses or fixed cost joins the best connected nodes of neighbouring copies.  Markets and weather series stay single.

The clauses of the study speak of a region of its own size, so they hold in no other; rules of microgrids and contracts stay.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.study.cycles import cycle_table
from energy_model.study.system import System

JOIN_GW = 1.0
TABLES = ("thermal", "resource", "store", "boiler", "smelter", "fuel_user")
"""Tables with a column ``node``."""


def resized(system: System, profiles: xr.Dataset, nodes: int) -> tuple[System, xr.Dataset]:
    """A study with so many nodes, and its profiles.

    Parameters
    ----------
    system : System
    profiles : Dataset
        Of the study, as `make_profiles` gives them.
    nodes : int
        Nodes without the receiving markets.

    Returns
    -------
    system : System
    profiles : Dataset
    """
    order = breadth_first(system)
    whole, rest = divmod(nodes, len(order))
    parts = [(system, profiles)] * whole + ([(subset(system, order[:rest]), profiles)] if rest else [])
    copies = [_renamed(s, p, f"~{k}") if k else (s, p) for k, (s, p) in enumerate(parts)]
    joined = _joined([s for s, _ in copies], order[0])
    return joined, _joined_profiles([p for _, p in copies])


def breadth_first(system: System) -> list[str]:
    """Nodes without markets, from the best connected one outwards."""
    inside = [str(n) for n in system.bus.index[~system.bus.market]]
    line = system.corridor[["from_bus", "to_bus"]]
    near: dict[str, list[str]] = {n: [] for n in inside}
    for start, end in line.itertuples(index=False):
        if start in near and end in near:
            near[start].append(end)
            near[end].append(start)
    found = [max(inside, key=lambda n: len(near[n]))]
    for node in found:
        found += [n for n in dict.fromkeys(near[node]) if n not in found]
    return found + [n for n in inside if n not in found]


def subset(system: System, nodes: list[str]) -> System:
    """What stands at some of the nodes, the corridors between them and to the markets that they reach."""
    line = system.corridor
    markets = set(system.bus.index[system.bus.market])
    line = line[line.from_bus.isin(nodes) & line.to_bus.isin([*nodes, *markets])]
    bus = system.bus[system.bus.index.isin([*nodes, *(markets & set(line.to_bus))])]
    cut = {name: (table := getattr(system, name))[table.node.isin(nodes)] for name in TABLES}
    area = system.heat_area[system.heat_area.node.isin(nodes)]
    users = system.supply.index.get_level_values("user")
    both = system.bilateral
    return replace(
        system,
        **cut,
        bus=bus,
        corridor=line,
        feed=system.feed[system.feed.bus.isin(nodes)],
        contract=system.contract[system.contract.market.isin(bus.index)],
        microgrid=system.microgrid[system.microgrid.index.isin(bus.microgrid)],
        heat_area=area,
        supply=system.supply[users.isin(cut["fuel_user"].index)],
        potential=system.potential[system.potential.index.get_level_values(0).isin(nodes)],
        target=system.target.iloc[:0],
        bilateral=both[both.seller_node.isin(nodes) & both.buyer_node.isin(nodes)],
        cycle=cycle_table(line),
    )


def _renamed(system: System, profiles: xr.Dataset, suffix: str) -> tuple[System, xr.Dataset]:
    own = [system.bus.index[~system.bus.market], system.supply.index.get_level_values("mine"), system.resource.feed.unique()]
    own += [getattr(system, name).index for name in ("thermal", "resource", "store", "boiler", "corridor", "smelter", "microgrid")]
    own += [
        system.heat_area.index,
        system.mine.index,
        system.coal_user.index,
        system.rail_line.index,
        system.feed.index,
        system.bilateral.index,
    ]
    names = {str(label): f"{label}{suffix}" for labels in own for label in labels}

    def table(frame: pd.DataFrame | pd.Series):
        frame = frame.copy()
        index = frame.index
        if isinstance(index, pd.MultiIndex):
            levels = [[names.get(v, v) for v in index.get_level_values(i)] for i in range(index.nlevels)]
            frame.index = pd.MultiIndex.from_arrays(levels, names=index.names)
        else:
            frame.index = pd.Index([names.get(v, v) for v in index], name=index.name)
        if isinstance(frame, pd.DataFrame):
            for column in frame.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]].drop("series", errors="ignore"):
                frame[column] = [names.get(v, v) if isinstance(v, str) else v for v in frame[column]]
        return frame

    places = (
        "bus",
        *TABLES,
        "feed",
        "corridor",
        "microgrid",
        "heat_area",
        "supply",
        "mine",
        "coal_user",
        "rail_line",
        "potential",
        "bilateral",
    )
    copied = {name: table(getattr(system, name)) for name in places}
    renamed = profiles[["load_mw", "heat_mw"]]
    renamed = renamed.assign_coords({d: [f"{v}{suffix}" for v in profiles[d].to_numpy().tolist()] for d in ("node", "heat_area")})
    return replace(system, **copied), renamed


def _joined(systems: list[System], hub: str) -> System:
    first = systems[0]
    if len(systems) == 1:
        return first
    inside = first.corridor[first.corridor.reversible & first.corridor.tie_of.isna() & first.corridor.dedicated_to.isna()]
    joins = pd.concat([inside.iloc[[0]]] * (len(systems) - 1))
    joins.index = pd.Index([f"join~{k}" for k in range(1, len(systems))], name=first.corridor.index.name)
    ends = [hub, *(f"{hub}~{k}" for k in range(1, len(systems)))]
    joins = joins.assign(from_bus=ends[:-1], to_bus=ends[1:], existing=JOIN_GW, max_new=0.0, loss_share=0.0, fom=0.0)
    parts = {}
    for name in ("bus", *TABLES, "feed", "microgrid", "heat_area", "supply", "mine", "coal_user", "rail_line", "potential", "bilateral"):
        table = pd.concat([getattr(s, name) for s in systems])
        parts[name] = table[~table.index.duplicated()]  # markets stand once
    line = pd.concat([*(s.corridor for s in systems), joins])
    return replace(first, **parts, corridor=line, cycle=cycle_table(line), target=first.target.iloc[:0])


def _joined_profiles(profiles: list[xr.Dataset]) -> xr.Dataset:
    if len(profiles) == 1:
        return profiles[0]
    first = profiles[0]
    parts = {}
    for name, dim in (("load_mw", "node"), ("heat_mw", "heat_area")):
        labels = [label for p in profiles for label in p[dim].to_numpy().tolist()]
        values = np.concatenate([p[name].to_numpy() for p in profiles])
        parts[name] = xr.DataArray(values, {dim: labels, "time": first.time.to_numpy()}, (dim, "time"))
    return xr.Dataset(parts | {"availability": first.availability}, attrs=first.attrs)
