"""Settlement of bilateral contracts: payments, and the gain of each side against nodal prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.contract import column_names
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.indicators import energy_gwh, smelter_used_mw
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MCNY_PER_GWH_FROM_CNY_PER_MWH, MWH_PER_GWH

GRID = "grid"


def settlement(data: xr.Dataset, bilateral: pd.DataFrame) -> pd.DataFrame:
    """One row per contract [GWh, MCNY, CNY/MWh].

    A contract of volume :math:`q` stands beside the market at nodal prices: the seller gives up its node's price for the contract's, the
    buyer pays contract and wheeling instead of its node's price, and the grid earns wheeling instead of the difference of the two nodes.
    The three gains add up to zero: a contract moves money, it makes none.

    Parameters
    ----------
    data : Dataset
        A result; hourly ``sold_mw`` of physical contracts.
    bilateral : DataFrame
        Table bilateral.csv.
    """
    price, hours = data.dual_nodal_balance, data.weight
    rows = []
    for c in bilateral.itertuples():
        volume = contract_mw(data, c) * hours / MWH_PER_GWH  # GWh in each hour
        energy = float(volume.sum())
        at_seller, at_buyer = (float((volume * price.sel(bus=node)).sum()) for node in (c.seller_node, c.buyer_node))
        amounts = at_seller, at_buyer, c.price_cny_per_mwh * energy, c.wheeling_cny_per_mwh * energy
        sale, purchase, paid, wheeling = (amount * MCNY_PER_GWH_FROM_CNY_PER_MWH for amount in amounts)
        rows.append(
            {
                "bilateral": c.bilateral,
                "name_zh": c.name_zh,
                "name_en": c.name_en,
                "contract_kind": c.kind,
                "seller_node": c.seller_node,
                "buyer_node": c.buyer_node,
                "buyer": c.buyer,
                "agreed_gwh": c.energy_gwh_per_year,
                "settled_gwh": energy,
                "price_cny_per_mwh": c.price_cny_per_mwh,
                "seller_price_cny_per_mwh": ratio(sale * CNY_PER_MWH_FROM_MCNY_PER_GWH, energy, LEAST_GWH),
                "buyer_price_cny_per_mwh": ratio(purchase * CNY_PER_MWH_FROM_MCNY_PER_GWH, energy, LEAST_GWH),
                "paid_mcny": paid,
                "wheeling_mcny": wheeling,
                "seller_gain_mcny": paid - sale,
                "buyer_gain_mcny": purchase - paid - wheeling,
                "grid_gain_mcny": wheeling - (purchase - sale),
            }
        )
    return pd.DataFrame(rows, columns=column_names("settlement"))


def contract_mw(data: xr.Dataset, c) -> xr.DataArray:
    """Hourly volume of a contract [MW]: delivery if physical, else flat or in proportion to the buyer's use."""
    if c.kind == "physical":
        return data.sold_mw.sel(bilateral=c.bilateral)
    shape = xr.ones_like(data.weight) if c.profile == "flat" else _use_mw(data, c)
    total = float(energy_gwh(data, shape))
    return shape * np.nan_to_num(ratio(c.energy_gwh_per_year, total, 0.0))


def _use_mw(data: xr.Dataset, c) -> xr.DataArray:
    if c.buyer == "smelter":
        own = data.smelter_node == c.buyer_node
        return smelter_used_mw(data).where(own, 0.0).sum("smelter")
    return (data.load_mw - data.shed_mw).sel(node=c.buyer_node)


def payments(table: pd.DataFrame) -> pd.DataFrame:
    """Net position of every party over all contracts [MCNY]: receipts minus payments; they add up to zero."""
    flows = []
    for c in table.itertuples():
        seller, buyer = f"{c.seller_node}/plants", f"{c.buyer_node}/{c.buyer}"
        flows += [(seller, c.paid_mcny), (buyer, -c.paid_mcny), (buyer, -c.wheeling_mcny), (GRID, c.wheeling_mcny)]
    frame = pd.DataFrame(flows, columns=["party", "amount_mcny"])
    frame["received_mcny"], frame["spent_mcny"] = frame.amount_mcny.clip(lower=0), -frame.amount_mcny.clip(upper=0)
    found = frame.groupby("party", sort=True)[["received_mcny", "spent_mcny"]].sum().reset_index()
    return found.assign(net_mcny=found.received_mcny - found.spent_mcny)
