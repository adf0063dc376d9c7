"""Hourly series of outputs, by place: one power balance for the city, every node and every microgrid."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.components import USES
from energy_model.results.indicators import corridor_loss_mw, quadratic_loss_mw

CITY = "city"
SUPPLY = ("chp", "thermal", "wind", "solar", "discharge", "received", "unserved")
"""What feeds a place, in the order of a stack."""
NEEDED = tuple(u.name for u in USES)
"""What consumers of a place take."""
DEMAND = (*NEEDED, "charge", "sent", "export", "loss")
"""What a place needs; supply less demand is zero in every hour."""
OTHER = ("curtailed", "price", "level", "wind_available", "solar_available", "wind_curtailed", "solar_curtailed")
"""Curtailed wind and solar [MW], nodal price [CNY/MWh], stored electricity [MWh], wind and solar on offer and curtailed [MW]."""

SUMS = {
    "demand": dict.fromkeys(NEEDED, 1),
    "net_load": dict.fromkeys((*NEEDED, "export"), 1) | dict.fromkeys(("wind", "solar", "curtailed"), -1),
    "border": {"received": 1, "sent": -1},
}
"""Sums of series by their signs: demand of consumers, load and exports less wind and solar on offer, net flow over the border [MW]."""

Place = dict[str, np.ndarray]


def places(data: xr.Dataset) -> dict[str, Place]:
    """Hourly series by place.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    dict of str to dict of str to ndarray, shape (time,)
        Place (`CITY`, ``node:<node>``, ``microgrid:<microgrid>``) to the series of `SUPPLY`, `DEMAND` and `OTHER`
        [MW, CNY/MWh, MWh]. Prices of more than one node are weighted with their demand.
    """
    nodes = pd.Index(data.node.to_numpy())
    node = balances(data, lambda owner: nodes.get_indexer(data[owner].to_numpy()), len(nodes))
    node["exchange"] = exchange(data, nodes)
    node["price"] = data.dual_nodal_balance.sel(bus=nodes.to_numpy()).transpose("bus", "time").to_numpy()
    found = {CITY: city(data) | {"price": _mean_price(node, np.ones(len(nodes), bool))}}
    inside = pd.Series(data.place_microgrid.to_numpy(), index=data.place.to_numpy()).reindex(nodes).to_numpy()
    for i, name in enumerate(nodes):
        found[f"node:{name}"] = _together(node, np.arange(len(nodes)) == i)
    for grid in data.microgrid.to_numpy():
        if (inside == grid).any():
            found[f"microgrid:{grid}"] = _together(node, inside == grid)
    return found


def city(data: xr.Dataset) -> Place:
    """Balance of the whole city in every hour: `SUPPLY`, `DEMAND` and `OTHER` except the price [MW, MWh], each of shape (time,).

    Exchange between nodes cancels. Exports, to markets and net to neighbours, count at the receiving end; the losses of all corridors,
    outlets included, are a demand of their own.
    """
    place = {name: values[0] for name, values in balances(data, lambda owner: np.zeros(data.sizes[owner.split("_")[0]], int), 1).items()}
    zero = np.zeros(data.sizes["time"])
    export = data.delivered_mw.sum("contract").to_numpy() if data.sizes.get("contract", 0) else zero
    if "neighbour_received_mw" in data:
        export = export + data.neighbour_received_mw.sum("neighbour").to_numpy()
    loss = corridor_loss_mw(data).sum("corridor").to_numpy() if data.sizes.get("corridor", 0) else zero
    return place | {"received": zero, "sent": zero, "export": export, "loss": loss}


def balances(data: xr.Dataset, place_of: Callable[[str], np.ndarray], count: int) -> Place:
    """Series of places without the exchange between them, each of shape (place, time).

    Parameters
    ----------
    data : Dataset
    place_of : callable
        Number of the place of every element, -1 of those in none, by the coordinate that names their buses, such as ``cluster_node``.
    count : int
        How many places there are.
    """
    out: Place = {}

    def add(name: str, power: xr.DataArray | None, owner: str, pick: np.ndarray | None = None) -> None:
        """Sum the power of the selected elements of each place."""
        out[name] = np.zeros((count, data.sizes["time"]))
        if power is not None and power.size:
            values, at = power.transpose(..., "time").to_numpy(), place_of(owner)
            own = at >= 0 if pick is None else pick & (at >= 0)
            np.add.at(out[name], at[own], values[own])

    def of(name: str, dim: str) -> xr.DataArray | None:
        return data[name] if name in data and data.sizes.get(dim, 0) else None

    there = {dim: bool(data.sizes.get(dim, 0)) for dim in ("cluster", "feed", "store")}
    chp = data.cluster_kind.to_numpy() == "chp" if there["cluster"] else None
    for name, pick in (("thermal", None if chp is None else ~chp), ("chp", chp)):
        add(name, of("thermal_mw", "cluster"), "cluster_node", pick)
    for carrier in ("wind", "solar"):
        own = data.feed_carrier.to_numpy() == carrier if there["feed"] else None
        add(carrier, of("renewable_mw", "feed"), "feed_bus", own)
        add(f"{carrier}_available", of("available_mw", "feed"), "feed_bus", own)
        add(f"{carrier}_curtailed", of("curtailed_mw", "feed"), "feed_bus", own)
    out["curtailed"] = out["wind_curtailed"] + out["solar_curtailed"]
    electric = data.store_kind.to_numpy() != "heat_store" if there["store"] else None
    for name, variable in (("discharge", "discharge_mw"), ("charge", "charge_mw"), ("level", "level_mwh")):
        add(name, of(variable, "store"), "store_node", electric)
    add("unserved", of("shed_mw", "node"), "node")
    for use in USES:
        add(use.name, use.power_mw(data) if data.sizes.get(use.dim, 0) else None, use.owner)
    return out


def exchange(data: xr.Dataset, places: Iterable[str], pick: np.ndarray | None = None) -> np.ndarray:
    """Net power received by every place over corridors, all or selected ones [MW], shape (place, time)."""
    nodes = pd.Index(places)
    forward, backward = corridor_flows(data)
    kept = 1 - data.corridor_loss_share.to_numpy()[:, None]
    half = quadratic_loss_mw(data).transpose("corridor", "time").to_numpy() / 2  # drawn in halves at both ends
    net = np.zeros((len(nodes), data.sizes["time"]))
    for owner, brought in (
        ("corridor_to_bus", forward * kept - backward - half), ("corridor_from_bus", backward * kept - forward - half),
    ):  # fmt: skip
        at = nodes.get_indexer(data[owner].to_numpy())
        at = at if pick is None else np.where(pick, at, -1)
        np.add.at(net, at[at >= 0], brought[at >= 0])
    return net


def corridor_flows(data: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Power into each corridor at its start and at its end [MW], each of shape (corridor, time)."""
    forward = data.flow_forward_mw.transpose("corridor", "time").to_numpy()
    if "flow_backward_mw" not in data:
        return forward, np.zeros_like(forward)
    back = data.flow_backward_mw.reindex(corridor=data.corridor, fill_value=0.0).fillna(0.0)
    return forward, back.transpose("corridor", "time").to_numpy()


def tie_flows(data: xr.Dataset) -> dict[str, np.ndarray]:
    """Net import over the tie-line of each microgrid [MW], shape (time,); microgrids without a tie-line are omitted."""
    forward, backward = corridor_flows(data)
    ties = data.corridor_tie_of.to_numpy()
    inside = pd.Series(data.place_microgrid.to_numpy(), index=data.place.to_numpy())
    ends = inside.reindex(data.corridor_to_bus.to_numpy()).to_numpy()
    found = {}
    for grid in data.microgrid.to_numpy():
        pick = ties == grid
        if pick.any():
            inwards = np.where(ends[pick] == grid, 1.0, -1.0)
            found[str(grid)] = (inwards[:, None] * (forward - backward)[pick]).sum(axis=0)
    return found


def _together(node: Place, pick: np.ndarray) -> Place:
    """Sum of the chosen nodes; exchange among them cancels."""
    place = {name: values[pick].sum(axis=0) for name, values in node.items() if name not in ("price", "exchange")}
    exchange = node["exchange"][pick].sum(axis=0)
    zero = np.zeros_like(exchange)
    return place | {
        "received": np.clip(exchange, 0, None),
        "sent": np.clip(-exchange, 0, None),
        "export": zero,
        "loss": zero,
        "price": _mean_price(node, pick),
    }


def _mean_price(node: Place, pick: np.ndarray) -> np.ndarray:
    """Price of the chosen nodes, weighted with their demand if there is any [CNY/MWh], shape (time,)."""
    demand = needed(node)[pick]
    weight = np.where(demand.sum(axis=0) > 0, demand, 1.0)
    return (node["price"][pick] * weight).sum(axis=0) / weight.sum(axis=0)


def total(place: Place, name: str) -> np.ndarray:
    """One of `SUMS` of a place [MW], of the shape of its series."""
    return np.sum([sign * place[part] for part, sign in SUMS[name].items()], axis=0)


def needed(place: Place) -> np.ndarray:
    """Demand of a place [MW]: all uses of electricity there."""
    return total(place, "demand")


def residual(place: Place) -> np.ndarray:
    """Supply minus demand [MW]; zero except for rounding."""
    return sum((place[n] for n in SUPPLY), np.zeros(len(place["load"]))) - sum(place[n] for n in DEMAND)
