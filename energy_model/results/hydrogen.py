"""Hydrogen in the results: tables of electrolysers, stores and contracts, and the recount of balance, limits and income."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.component import Placed, Results, Use, largest
from energy_model.results.dust import LEAST_GWH, LEAST_MW, ratio
from energy_model.results.power import energy_gwh
from energy_model.units import KG_PER_T, MWH_PER_GWH, T_PER_KT

if TYPE_CHECKING:
    from energy_model.results.quantities import Quantities

LEAST_T = 1e-3
"""Less hydrogen is solver dust."""


def electrolysers(data: xr.Dataset) -> pd.DataFrame:
    """Electrolysers: power [MW], electricity [GWh], hydrogen [t], full-load hours, price of electricity as operated [CNY/MWh]."""
    energy, total = energy_gwh(data, "electrolyser_mw").to_series(), data.electrolyser_capacity_mw.to_series()
    standing = data.electrolyser_existing_mw.to_series()
    price = data.dual_nodal_balance.sel(bus=data.electrolyser_node.to_numpy()).rename(bus="electrolyser")
    paid = energy_gwh(data, data.electrolyser_mw * price.assign_coords(electrolyser=data.electrolyser)).to_series()
    return (
        _elements(data, "electrolyser")
        .assign(
            existing_mw=standing,
            new_mw=(total - standing).clip(lower=0.0),
            capacity_mw=total,
            energy_gwh=energy,
            hydrogen_t=energy / data.electrolyser_kwh_per_kg.to_series() * T_PER_KT,  # GWh/kt = kWh/kg
            full_load_h=ratio(energy * MWH_PER_GWH, total, LEAST_MW),
            paid_price_cny_per_mwh=ratio(paid, energy, LEAST_GWH),
        )
        .reset_index()
    )


def hydrogen_stores(data: xr.Dataset) -> pd.DataFrame:
    """Hydrogen stores: volume, highest and mean level [t]."""
    total, standing = data.hydrogen_store_capacity_t.to_series(), data.hydrogen_store_existing_t.to_series()
    return (
        _elements(data, "hydrogen_store")
        .assign(
            existing_t=standing,
            new_t=(total - standing).clip(lower=0.0),
            volume_t=total,
            highest_t=data.hydrogen_level_t.max("time").to_series(),
            mean_t=data.hydrogen_level_t.weighted(data.weight).mean("time").to_series(),
        )
        .reset_index()
    )


def hydrogen_contracts(data: xr.Dataset) -> pd.DataFrame:
    """Hydrogen contracts: agreed and delivered amounts [t], agreed price and marginal cost [CNY/kg], income [MCNY]."""
    taken = data.hydrogen_delivered_t_per_h * data.weight
    node = data.dual_hydrogen_balance.sel(hydrogen_node=data.hydrogen_contract_node.to_numpy()).rename(hydrogen_node="hydrogen_contract")
    worth = (taken * node.assign_coords(hydrogen_contract=data.hydrogen_contract)).sum("time").to_series()
    amount, price = taken.sum("time").to_series(), data.hydrogen_contract_price_cny_per_kg.to_series()
    return (
        _elements(data, "hydrogen_contract")
        .assign(
            min_t=data.hydrogen_contract_min_t.to_series(),
            max_t=data.hydrogen_contract_max_t.to_series(),
            delivered_t=amount,
            price_cny_per_kg=price,
            nodal_cny_per_kg=ratio(worth, amount, LEAST_T) / KG_PER_T,
            income_mcny=price * amount / T_PER_KT,  # MCNY/kt = CNY/kg
        )
        .reset_index()
    )


def _elements(data: xr.Dataset, dim: str) -> pd.DataFrame:
    """Names and nodes of elements."""
    index = pd.Index(data[dim].to_numpy(), name=dim)
    return pd.DataFrame({c: data[f"{dim}_{c}"].to_numpy() for c in ("name_zh", "name_en", "node")}, index=index)


def _net_electricity(q: Quantities) -> Placed:
    el = q.problem.system.electrolyser
    return el.node, -q.of("electrolyser_power", list(el.index))


def _balances(q: Quantities) -> dict[str, float]:
    """Balance of hydrogen and limits; amounts of hydrogen are expressed as the electricity that makes them."""
    y, plan = q.problem.system, q.problem.plan
    el, store, contract = y.electrolyser, y.hydrogen_store, y.hydrogen_contract
    if not len(el) + len(store) + len(contract):
        return {}
    power, taken = q.of("electrolyser_power", list(el.index)), q.of("hydrogen_delivered", list(contract.index))
    level = q.of("hydrogen_level", list(store.index)).reshape(len(store), len(plan.start), plan.hours)
    before = np.concatenate([level[:, plan.previous, -1:], level[:, :, :-1]], axis=2)
    kept = (1 - store.loss_share_per_h.to_numpy(float))[:, None, None] * before
    gained, per_kt = (level - kept).reshape(len(store), q.hours), float(el.intensity.max()) if len(el) else 1.0
    worst = 0.0
    for n in {*el.node, *store.node, *contract.node}:
        made = (power / el.intensity.to_numpy(float)[:, None])[(el.node == n).to_numpy()].sum(axis=0)
        used = gained[(store.node == n).to_numpy()].sum(axis=0) + taken[(contract.node == n).to_numpy()].sum(axis=0)
        worst = max(worst, float(np.abs(made - used).max()))
    built, volume = q.once("capacity_electrolyser", list(el.index)), q.once("capacity_hydrogen_store", list(store.index))
    least = el.min_load_share.to_numpy(float) * built
    energy, low, high = q.yearly(taken), contract.min_kt_per_year.to_numpy(float), contract.max_kt_per_year.to_numpy(float)
    return {
        "hydrogen_gw": worst * per_kt,
        "electrolyser_gw": max(largest(power - built[:, None]), largest(least[:, None] - power)),
        "hydrogen_level_gwh": largest(level.reshape(len(store), q.hours) - volume[:, None]) * per_kt,
        "hydrogen_contracts": max(largest((low - energy) / np.maximum(high, 1e-9)), largest((energy - high) / np.maximum(high, 1e-9))),
    }


def _costs(q: Quantities) -> dict[str, float]:
    contract = q.problem.system.hydrogen_contract
    income = float(contract.price.to_numpy(float) @ q.yearly(q.of("hydrogen_delivered", list(contract.index))))
    return {"hydrogen_sales": -income} if len(contract) else {}


RESULTS = Results(
    uses=(Use("electrolyser", "electrolyser", "electrolyser_node", lambda data: data.electrolyser_mw, always=False),),
    tables={
        "electrolysers": ("electrolyser_mw", electrolysers),
        "hydrogen_stores": ("hydrogen_level_t", hydrogen_stores),
        "hydrogen_contracts": ("hydrogen_delivered_t_per_h", hydrogen_contracts),
    },
    net_electricity=_net_electricity,
    balances=_balances,
    costs=_costs,
)
