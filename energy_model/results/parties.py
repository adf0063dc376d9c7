"""What each party pays and receives in a year: its cost in the objective, energy at the plan's prices, and transfers."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from energy_model.results.coal_dryers import dryer_mw
from energy_model.results.contract import column_names
from energy_model.results.converters import net_charge_mw
from energy_model.results.dust import without_idle
from energy_model.results.element_costs import NEIGHBOURS, SYSTEM, places
from energy_model.results.indicators import flow_backward_mw, quadratic_loss_mw
from energy_model.results.power import energy_gwh, smelter_used_mw
from energy_model.results.transfers import ITEMS
from energy_model.study.system import System
from energy_model.units import MCNY_PER_CNY, MCNY_PER_GWH_FROM_CNY_PER_MWH

PARTIES = (
    "thermal", "chp", "wind", "solar", "storage", "captive", "heat", "hydrogen", "converters", "coal_drying", "grid", "line_owner", "load",
    "smelter",
    "heat_users", "receivers", "budget", "neighbours", "system", "residual",
)  # fmt: skip
"""Producers outside microgrids by kind, plants and stores in microgrids, boilers and heat stores, equipment for hydrogen, dryers of
lignite, grid company with condensers, owners of dedicated lines, consumers, receiving markets, budget, neighbours, costs of nobody, and
what energy accounts do not add up to."""


def party_of(system: System) -> dict[str, str]:
    """Party that bears the cost of each element."""
    found: dict[str, str] = dict.fromkeys(system.bus.index, "load")
    for name, table in (("thermal", system.thermal), ("store", system.store)):
        own = table.kind if name == "thermal" else table.kind.where(table.kind == "heat_store", "storage").replace("heat_store", "heat")
        found |= own.where(table.microgrid.isna() | (own == "heat"), "captive").to_dict()
    captive = system.bus.microgrid.notna()
    resource, feed = system.resource, system.feed
    found |= resource.kind.where(~resource.node.map(captive), "captive").to_dict()
    found |= feed.carrier.where(~feed.bus.map(captive), "captive").to_dict()
    found |= {z: "captive" if captive[n] else "grid" for z, n in system.condenser.node.items()}
    owner = system.corridor.owner.map({"grid": "grid", "project": "line_owner"}) if "owner" in system.corridor else "grid"
    found |= pd.Series(owner, index=system.corridor.index).to_dict()
    for party, names in (
        ("heat", system.boiler.index), ("heat_users", system.heat_area.index), ("smelter", system.smelter.index),
        ("captive", system.microgrid.index), ("hydrogen", system.electrolyser.index), ("hydrogen", system.hydrogen_store.index),
        ("hydrogen", system.hydrogen_contract.index), ("coal_drying", system.coal_dryer.index),
        ("converters", system.converter.index), ("converters", system.reservoir.index),
    ):  # fmt: skip
        found |= dict.fromkeys(names, party)
    return found | {e: "neighbours" for e, place in places(system).items() if place == NEIGHBOURS} | {SYSTEM: "system"}


def energy_accounts(data: xr.Dataset, system: System, projects: pd.DataFrame) -> pd.DataFrame:
    """Electricity (``energy_mcny``) and heat (``heat_mcny``) at the plan's hourly prices by party: sales above zero, purchases below.

    The grid gets the difference of prices between the ends of its corridors. Both columns add up to zero with the row ``residual``.
    """
    plants = projects[projects.market_basis == "nodal"]
    lines = projects[projects.market_basis == "congestion"]
    power = plants.assign(power=plants.market_mcny - plants.heat_mcny).groupby("party").power.sum()
    power = power.add(lines.groupby("party").market_mcny.sum(), fill_value=0.0)
    heat = plants.groupby("party").heat_mcny.sum()
    price = data.dual_nodal_balance
    used = {"load": -_worth(data, data.load_mw - data.shed_mw, price.sel(bus=data.node.to_numpy()), "node")}
    users = (
        ("smelter", "smelter", smelter_used_mw),
        ("hydrogen", "electrolyser", lambda d: d.electrolyser_mw),
        ("coal_drying", "dryer", dryer_mw),
        ("converters", "port", lambda d: d.converter_drawn_mw),
        ("converters", "reservoir", net_charge_mw),
    )
    for party, dim, drawn in users:
        if data.sizes.get(dim, 0):
            used[party] = used.get(party, 0.0) - _worth(data, drawn(data), price.sel(bus=data[f"{dim}_node"].to_numpy()), dim)
    used["receivers"] = -_received(data)
    power = power.add(pd.Series(used), fill_value=0.0)
    if data.sizes.get("heat_area", 0):
        bought = _worth(data, data.heat_demand_mw - data.heat_shed_mw, data.dual_heat_balance, "heat_area")
        heat = heat.add(pd.Series({"heat_users": -bought}), fill_value=0.0)
    table = pd.DataFrame({"energy_mcny": power, "heat_mcny": heat}).reindex(list(PARTIES)).fillna(0.0)
    table.loc["residual"] = -table.sum()
    return table


def _worth(data: xr.Dataset, power: xr.DataArray, price: xr.DataArray, dim: str) -> float:
    """Energy of the year at hourly prices [MCNY]; both of shape (dim, time), `price` in the order of `power`."""
    values = power.transpose(dim, "time").to_numpy() * price.transpose(..., "time").to_numpy() * data.weight.to_numpy()
    return float(values.sum()) * MCNY_PER_CNY


def _received(data: xr.Dataset) -> float:
    """Energy that corridors bring to receivers outside the city, at their prices [MCNY]."""
    if not data.sizes.get("corridor", 0):
        return 0.0
    forward, backward, half = data.flow_forward_mw, flow_backward_mw(data), quadratic_loss_mw(data) / 2
    kept, nodes, total = 1 - data.corridor_loss_share, data.node.to_numpy(), 0.0
    for side, power in (("to", kept * forward - backward - half), ("from", kept * backward - forward - half)):
        bus = data[f"corridor_{side}_bus"]
        price = data.dual_nodal_balance.sel(bus=bus.to_numpy()).transpose("bus", "time").to_numpy()
        total += float((energy_gwh(data, power.transpose("corridor", "time") * price)).where(~bus.isin(nodes), 0.0).sum())
    return total * MCNY_PER_GWH_FROM_CNY_PER_MWH


def parties(costs: pd.DataFrame, accounts: pd.DataFrame, transfers: pd.DataFrame, party: dict[str, str]) -> pd.DataFrame:
    """Yearly account of every party [MCNY]; the nets add up to minus the objective.

    Parameters
    ----------
    costs : DataFrame
        Of `element_costs`.
    accounts : DataFrame
        Of `energy_accounts`.
    transfers : DataFrame
        Of `transfers.transfers`.
    party : dict of str to str
        Of `party_of`.

    Raises
    ------
    ValueError
        If an element with a cost has no party in `accounts`.
    """
    table = accounts.copy()
    if len(lost := costs[~costs.element.map(party).isin(table.index)]):
        raise ValueError(f"elements without a party: {', '.join(lost.element.unique())}")
    table["cost_mcny"] = costs.cost_mcny.groupby(costs.element.map(party)).sum().reindex(table.index).fillna(0.0)
    for item in ITEMS:
        own = transfers[transfers["item"] == item]
        moved = own.groupby("payee").amount_mcny.sum().sub(own.groupby("payer").amount_mcny.sum(), fill_value=0.0)
        table[f"{item}_mcny"] = moved.reindex(table.index).fillna(0.0)
    moved = table[["energy_mcny", "heat_mcny", *(f"{i}_mcny" for i in ITEMS)]].sum(axis=1)
    table["net_mcny"] = moved - table.cost_mcny
    table.index.name = "party"
    return without_idle(table.reset_index(), *table)[column_names("parties")]
