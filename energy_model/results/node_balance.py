"""Electricity balance of nodes and microgrids."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.components import uses
from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.indicators import at_limit, corridor_flow_mw, flow_backward_mw, quadratic_loss_mw
from energy_model.results.power import energy_gwh as energy_gwh
from energy_model.results.power import smelter_used_mw as smelter_used_mw


def energy_balance(data: xr.Dataset) -> pd.DataFrame:
    """Electricity balance by node [GWh]: generation, storage, exchange, load, shedding; each row adds up to zero in ``residual``."""
    nodes = data.node.to_numpy()
    zero = pd.Series(0.0, index=nodes)

    def by(values: xr.DataArray, owner: str) -> pd.Series:
        series = pd.Series(values.to_numpy(), index=data[owner].to_numpy()).groupby(level=0).sum()
        return series.reindex(nodes, fill_value=0.0)

    thermal = by(energy_gwh(data, "thermal_mw"), "cluster_node")
    carriers = {}
    for carrier in ("wind", "solar"):
        pick = data.feed_carrier == carrier
        carriers[carrier] = by(energy_gwh(data, "renewable_mw").where(pick, 0.0), "feed_bus") if data.sizes.get("feed", 0) else zero
    received, sent = _exchange_gwh(data)
    store = zero
    if data.sizes.get("store", 0):
        power = data.store_kind != "heat_store"
        store = by((energy_gwh(data, "discharge_mw") - energy_gwh(data, "charge_mw")).where(power, 0.0), "store_node")
    drawn = {f"{u.name}_gwh": by(energy_gwh(data, u.power_mw(data)), u.owner) if data.sizes.get(u.dim, 0) else zero for u in uses(data)}
    table = pd.DataFrame(
        {
            "thermal_gwh": thermal,
            "wind_gwh": carriers["wind"],
            "solar_gwh": carriers["solar"],
            "storage_net_gwh": store,
            "received_gwh": received.reindex(nodes, fill_value=0.0),
            "sent_gwh": sent.reindex(nodes, fill_value=0.0),
            **drawn,
            "unserved_gwh": energy_gwh(data, "shed_mw").to_series().reindex(nodes),
        }
    )
    t = table
    supplied = t.thermal_gwh + t.wind_gwh + t.solar_gwh + t.storage_net_gwh + t.received_gwh + t.unserved_gwh
    table["residual_gwh"] = supplied - t.sent_gwh - t[list(drawn)].sum(axis=1)
    table.index.name = "node"
    return table.reset_index()


def _exchange_gwh(data: xr.Dataset) -> tuple[pd.Series, pd.Series]:
    """Energy received and sent by a bus over corridors [GWh]."""
    start, end = data.corridor_from_bus.to_series(), data.corridor_to_bus.to_series()
    forward, backward = data.flow_forward_mw, flow_backward_mw(data)
    kept, half = 1 - data.corridor_loss_share, quadratic_loss_mw(data) / 2
    onward = forward >= backward  # a loss that is halved between the ends is lost on the way of the larger flow

    def yearly(power: xr.DataArray) -> pd.Series:
        return energy_gwh(data, power).to_series()

    sent = yearly(forward + half.where(onward, 0.0)).groupby(start).sum()
    sent = sent.add(yearly(backward + half.where(~onward, 0.0)).groupby(end).sum(), fill_value=0)
    received = yearly(forward * kept - half.where(onward, 0.0)).groupby(end).sum()
    received = received.add(yearly(backward * kept - half.where(~onward, 0.0)).groupby(start).sum(), fill_value=0)
    return received, sent


def tie_full(data: xr.Dataset, microgrid: str) -> np.ndarray:
    """Hours in which the exchange over a microgrid's tie-line is at the agreed limit, or at its corridors' capacity if that is less.

    Returns
    -------
    ndarray of bool, shape (time,)
    """
    tie = data.corridor_tie_of == microgrid
    if not tie.any():
        return np.zeros(data.sizes["time"], bool)
    exchange = corridor_flow_mw(data).where(tie, 0.0).sum("corridor")
    carried = (data.corridor_capacity_mw * data.corridor_usable).where(tie, 0.0).sum("corridor")
    agreed = data.microgrid_tie_limit_mw.sel(microgrid=microgrid, drop=True)
    return at_limit(exchange, np.minimum(carried, agreed.fillna(np.inf))).to_numpy()


def microgrids(data: xr.Dataset, balance: pd.DataFrame) -> pd.DataFrame:
    """Microgrids: own generation, load, net import [GWh], self-supply share, hours with the tie-line at its limit, shortfalls.

    ``balance`` is the `energy_balance` of the same dataset.
    """
    balance = balance.set_index("node")
    place = pd.Series(data.place_microgrid.to_numpy(), index=data.place.to_numpy())
    rows = []
    for name in data.microgrid.to_numpy():
        inside = balance.loc[[n for n in balance.index if place[n] == name]].sum()
        load = sum(inside[f"{u.name}_gwh"] for u in uses(data))
        own = inside.thermal_gwh + inside.wind_gwh + inside.solar_gwh
        short = {
            key: float(energy_gwh(data, data[f"{key}_mw"].sel(microgrid=name)))
            if f"{key}_mw" in data and name in data[f"{key}_mw"].dropna("microgrid", how="all").microgrid
            else 0.0
            for key in ("reserve_short", "reserve_down_short")
        }
        rows.append(
            {
                "microgrid": name,
                "name_zh": str(data.microgrid_name_zh.sel(microgrid=name).item()),
                "name_en": str(data.microgrid_name_en.sel(microgrid=name).item()),
                "generation_gwh": own,
                "load_gwh": load,
                "import_gwh": inside.received_gwh - inside.sent_gwh,
                "unserved_gwh": inside.unserved_gwh,
                "self_supply_share": ratio(own, load, LEAST_GWH),
                "hours_at_limit_h": float(data.weight.to_numpy() @ tie_full(data, str(name))),
                "reserve_short_gwh": short["reserve_short"],
                "reserve_down_short_gwh": short["reserve_down_short"],
            }
        )
    return pd.DataFrame(rows, columns=column_names("microgrids"))
