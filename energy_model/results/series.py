"""Hourly series that outputs show, by place: one balance of power for the city, every node and every microgrid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.indicators import corridor_loss_mw, curtailed_mw, quadratic_loss_mw, smelter_used_mw, thermal_mw

CITY = "city"
SUPPLY = ("chp", "thermal", "wind", "solar", "discharge", "received", "unserved")
"""What feeds a place, in the order of a stack."""
DEMAND = ("load", "smelter", "electric_boiler", "charge", "sent", "export", "loss")
"""What a place needs; supply less demand is zero in every hour."""
OTHER = ("curtailed", "price", "level", "wind_available", "solar_available", "wind_curtailed", "solar_curtailed")
"""Curtailed wind and sun [MW], nodal price [CNY/MWh], stored electricity [MWh], wind and sun on offer and curtailed [MW]."""

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
    node = _balances(data, nodes.get_indexer, len(nodes))
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
    """Balance of the whole city in every hour: `SUPPLY`, `DEMAND` and `OTHER` but for the price [MW, MWh], each of shape (time,).

    Exchange between nodes cancels. Exports count at the receiving end; the losses of all corridors, outlets included, are a demand of
    their own.
    """
    nodes = pd.Index(data.node.to_numpy())
    place = {name: values[0] for name, values in _balances(data, lambda owner: np.minimum(nodes.get_indexer(owner), 0), 1).items()}
    zero = np.zeros(data.sizes["time"])
    export = data.delivered_mw.sum("contract").to_numpy() if data.sizes.get("contract", 0) else zero
    loss = corridor_loss_mw(data).sum("corridor").to_numpy() if data.sizes.get("corridor", 0) else zero
    del place["exchange"]
    return place | {"received": zero, "sent": zero, "export": export, "loss": loss}


def _balances(data: xr.Dataset, place_of: Callable[[np.ndarray], np.ndarray], count: int) -> Place:
    """Series of places, each of shape (place, time); ``exchange`` is what corridors bring, net.

    Parameters
    ----------
    data : Dataset
    place_of : callable
        Number of the place that each of some buses lies in, -1 for those in none.
    count : int
        How many places there are.
    """
    hours = data.sizes["time"]

    def gather(values: np.ndarray, owner: np.ndarray) -> np.ndarray:
        total = np.zeros((count, hours))
        at = place_of(owner)
        np.add.at(total, at[at >= 0], values[at >= 0])
        return total

    def of(name: str, dim: str, owner: str, pick: np.ndarray | None = None, factor: np.ndarray | None = None) -> np.ndarray:
        if name not in data or not data.sizes.get(dim, 0):
            return np.zeros((count, hours))
        values, owners = data[name].transpose(dim, "time").to_numpy(), data[owner].to_numpy()
        if factor is not None:
            values = values * factor[:, None]
        return gather(values, owners) if pick is None else gather(values[pick], owners[pick])

    out: Place = {}
    thermal = thermal_mw(data).to_numpy() if data.sizes.get("cluster", 0) else np.zeros((0, hours))
    kind = data.cluster_kind.to_numpy()
    for name in ("thermal", "chp"):
        out[name] = gather(thermal[kind == name], data.cluster_node.to_numpy()[kind == name])
    carrier, curtailed = data.feed_carrier.to_numpy(), curtailed_mw(data).transpose("feed", "time").to_numpy()
    for name in ("wind", "solar"):
        out[name] = of("renewable_mw", "feed", "feed_bus", carrier == name)
        out[f"{name}_available"] = of("available_mw", "feed", "feed_bus", carrier == name)
        out[f"{name}_curtailed"] = gather(curtailed[carrier == name], data.feed_bus.to_numpy()[carrier == name])
    out["curtailed"] = out["wind_curtailed"] + out["solar_curtailed"]
    electric = data.store_kind.to_numpy() != "heat_store" if data.sizes.get("store", 0) else None
    for name, variable in (("discharge", "discharge_mw"), ("charge", "charge_mw"), ("level", "level_mwh")):
        out[name] = of(variable, "store", "store_node", electric)
    out["unserved"] = of("shed_mw", "node", "node")
    out["load"] = of("load_mw", "node", "node")
    data = data.assign(smelter_used_mw=smelter_used_mw(data)) if data.sizes.get("smelter", 0) else data
    out["smelter"] = of("smelter_used_mw", "smelter", "smelter_node")
    if data.sizes.get("boiler", 0):
        boiler = data.boiler_kind.to_numpy() == "electric_boiler"
        out["electric_boiler"] = of("boiler_heat_mw", "boiler", "boiler_node", boiler, 1 / data.boiler_efficiency_share.to_numpy())
    else:
        out["electric_boiler"] = np.zeros((count, hours))
    forward, backward = corridor_flows(data)
    kept = 1 - data.corridor_loss_share.to_numpy()[:, None]
    start, end = data.corridor_from_bus.to_numpy(), data.corridor_to_bus.to_numpy()
    half = quadratic_loss_mw(data).transpose("corridor", "time").to_numpy() / 2  # drawn in halves at both ends
    out["exchange"] = gather(forward * kept - backward - half, end) + gather(backward * kept - forward - half, start)
    return out


def corridor_flows(data: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Power into each corridor at its start and at its end [MW], each of shape (corridor, time)."""
    forward = data.flow_forward_mw.transpose("corridor", "time").to_numpy()
    if "flow_backward_mw" not in data:
        return forward, np.zeros_like(forward)
    back = data.flow_backward_mw.reindex(corridor=data.corridor, fill_value=0.0).fillna(0.0)
    return forward, back.transpose("corridor", "time").to_numpy()


def tie_flows(data: xr.Dataset) -> dict[str, np.ndarray]:
    """Power that comes in over the tie of each microgrid, less what goes out [MW], shape (time,); microgrids without a tie are left out."""
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
    """Price of the chosen nodes, weighted with their demand where there is any [CNY/MWh], shape (time,)."""
    demand = needed(node)[pick]
    weight = np.where(demand.sum(axis=0) > 0, demand, 1.0)
    return (node["price"][pick] * weight).sum(axis=0) / weight.sum(axis=0)


def needed(place: Place) -> np.ndarray:
    """Demand of a place [MW]: loads, smelters and electric boilers."""
    return place["load"] + place["smelter"] + place["electric_boiler"]


def residual(place: Place) -> np.ndarray:
    """Supply less demand [MW]; zero but for rounding."""
    return sum((place[n] for n in SUPPLY), np.zeros(len(place["load"]))) - sum(place[n] for n in DEMAND)
