"""Payments between parties that the objective does not know: tariffs, capacity price, ancillary services, certificates, fees and funds.

A transfer moves money from one party to another: over all parties they add up to zero and change no plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.contract import column_names
from energy_model.results.dust import without_idle
from energy_model.results.investments import Terms
from energy_model.results.power import electric_boiler_mw, energy_gwh, smelter_used_mw
from energy_model.study.system import System
from energy_model.units import MCNY_PER_CNY, MCNY_PER_GWH_FROM_CNY_PER_MWH

Flow = tuple[str, str, str, float]
"""Item, payer, payee, amount [MCNY]."""
ITEMS = (
    *("tariff", "subsidy", "price_subsidy", "capacity_price", "peak_shaving", "reserve", "certificates"),
    *("captive_fee", "funds", "bilateral"),
)


@dataclass(frozen=True)
class Payers:
    """What transfers are counted from.

    Attributes
    ----------
    data : Dataset
    system : System
    projects : DataFrame
        Of `projects.projects`, with ``party``.
    terms : Terms
    finance : Series
        Row of finance.csv.
    microgrids, settlement, subsidies : DataFrame
        Result tables of these names.
    """

    data: xr.Dataset
    system: System
    projects: pd.DataFrame
    terms: Terms
    finance: pd.Series
    microgrids: pd.DataFrame
    settlement: pd.DataFrame
    subsidies: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["beneficiary", "amount_mcny"]))


def transfers(p: Payers) -> pd.DataFrame:
    """All transfers [MCNY] that are something, each above zero; equal parties of an item are one row."""
    rules = (_tariffs, _price_subsidies, _capacity_price, _peak_shaving, _reserve, _certificates, _captive, _funds, _bilateral)
    flows = [flow for rule in rules for flow in rule(p)]
    table = pd.DataFrame(
        [(i, a, b, x) if x > 0 else (i, b, a, -x) for i, a, b, x in flows], columns=["item", "payer", "payee", "amount_mcny"]
    ).astype({"amount_mcny": float})
    table = table[table.payer != table.payee]
    table = table.groupby(["item", "payer", "payee"], sort=False, as_index=False).amount_mcny.sum()
    return without_idle(table, "amount_mcny")[column_names("transfers")]


def _sellers(p: Payers) -> pd.DataFrame:
    """Plants that sell to the grid at a tariff: of a kind that has one, outside microgrids."""
    return p.projects[p.projects.party.isin(p.terms.tariff.index)]


def _tariffs(p: Payers) -> Iterable[Flow]:
    """The grid pays the tariff on what plants send out in place of the price of their node, the budget what exceeds that of coal plants."""
    tariff = p.terms.tariff.on_grid_cny_per_mwh * MCNY_PER_GWH_FROM_CNY_PER_MWH / (1 + p.terms.vat)
    most = tariff.get("thermal", np.inf)
    for party, own in _sellers(p).groupby("party"):
        energy, value = float(own.energy_gwh.sum()), float((own.market_mcny - own.heat_mcny).sum())
        yield "tariff", "grid", str(party), energy * min(tariff[party], most) - value
        yield "subsidy", "budget", str(party), energy * max(0.0, tariff[party] - most)


def _price_subsidies(p: Payers) -> Iterable[Flow]:
    """The budget pays a subsidy on the electricity of eligible consumers."""
    for s in p.subsidies.itertuples():
        yield "price_subsidy", "budget", str(s.beneficiary), float(s.amount_mcny)


def _capacity_price(p: Payers) -> Iterable[Flow]:
    """Consumers of the grid pay for the capacity of plants whose kind has a capacity price."""
    for party, own in _sellers(p).groupby("party"):
        yield "capacity_price", "load", str(party), p.terms.capacity_mcny(str(party), float(own.capacity_mw.sum()))


def _peak_shaving(p: Payers) -> Iterable[Flow]:
    """Plants below the base load of what they have on-line are paid by wind, solar and plants above theirs, hour by hour by output."""
    price, base, data = float(p.finance.peak_shaving_cny_per_mwh), float(p.finance.peak_shaving_base_share), p.data
    if not price or not data.sizes.get("cluster", 0):
        return
    party = p.projects.party
    above = (data.thermal_mw - base * data.online_mw).transpose("cluster", "time").to_numpy()
    owner = party.reindex(data.cluster.to_numpy()).to_numpy()
    on_grid = np.isin(owner, ("thermal", "chp"))
    shaved = {k: np.clip(-above[on_grid & (owner == k)], 0, None).sum(axis=0) for k in ("thermal", "chp")}
    bears = {k: np.clip(above[on_grid & (owner == k)], 0, None).sum(axis=0) for k in ("thermal", "chp")}
    if data.sizes.get("resource", 0):
        made, whose = data.resource_mw.transpose("resource", "time").to_numpy(), party.reindex(data.resource.to_numpy()).to_numpy()
        bears |= {k: made[whose == k].sum(axis=0) for k in ("wind", "solar")}
    yield from _shared("peak_shaving", bears, shaved, data.weight.to_numpy() * price)


def _shared(item: str, bears: Mapping[str, np.ndarray], earns: Mapping[str, np.ndarray], price: np.ndarray) -> Iterable[Flow]:
    """What each party earns in an hour, borne by parties in proportion; the grid bears what nobody else does.

    Parameters
    ----------
    item : str
    bears : mapping of str to ndarray, shape (time,)
        Weights.
    earns : mapping of str to ndarray, shape (time,)
        Amounts [MW].
    price : ndarray, shape (time,)
        Price of an amount times what the hour stands for [CNY/MW].
    """
    total = sum(bears.values(), np.zeros(len(price)))
    for payee, amount in earns.items():
        for payer, weight in bears.items():
            share = np.divide(weight, total, out=np.zeros_like(total), where=total > 0)
            yield item, payer, payee, float((amount * share * price).sum()) * MCNY_PER_CNY
        yield item, "grid", payee, float((amount * price)[total <= 0].sum()) * MCNY_PER_CNY


def _reserve(p: Payers) -> Iterable[Flow]:
    """Reserve that is held at its price, from those whose load or output requires it to those who hold it; what is missing is not paid."""
    data, y = p.data, p.system
    if "reserve_price_cny_per_mwh" not in data:
        return
    for need in data.reserve_need.to_numpy():
        product, region = str(need).split("/", 1)
        price = (data.reserve_price_cny_per_mwh.sel(reserve_need=need) * data.weight).to_numpy()
        asked = data.reserve_asked_mw.sel(reserve_need=need).to_numpy()
        q = y.reserve.loc[(product, region)]
        inside = [n for n in data.node.to_numpy() if y.bus.region[n] == region]
        output = data.renewable_mw if y.reserve_product.basis[product] == "used" else data.available_mw
        bears = {k: _of_carrier(output, data, k, inside) * q[f"{k}_share"] for k in ("wind", "solar")}
        bears["smelter"] = _at(data, data.smelter_mw, "smelter", inside) * q.load_share if data.sizes.get("smelter", 0) else 0.0 * asked
        bears["load"] = asked - sum(bears.values())
        earns: dict[str, np.ndarray] = {}
        for holder, held in _held(data, product, region).items():
            room = _room(p, [n for n in data.node.to_numpy() if y.bus.region[n] == holder], product)
            total = sum(room.values(), np.zeros(len(asked)))
            for party, own in room.items():
                share = np.divide(own, total, out=np.zeros_like(total), where=total > 0)
                earns[party] = earns.get(party, 0.0) + held * share
        yield from _shared("reserve", bears, earns, price)


def _held(data: xr.Dataset, product: str, region: str) -> dict[str, np.ndarray]:
    """Reserve of a need by the region that holds it [MW]: what is received from others in proportion to what they give."""

    def of(name: str, r: str) -> np.ndarray:
        return data[f"reserve_{name}_mw"].sel(reserve_need=f"{product}/{r}").to_numpy()

    held = np.clip(of("asked", region) - of("missing", region), 0.0, None)
    received = np.minimum(of("received", region), held)
    regions = [str(n).split("/", 1)[1] for n in data.reserve_need.to_numpy() if str(n).split("/", 1)[0] == product]
    given = {r: of("given", r) for r in regions if r != region}
    total = sum(given.values(), np.zeros(len(held)))
    others = {r: received * np.divide(v, total, out=np.zeros_like(total), where=total > 0) for r, v in given.items()}
    return {region: held - sum(others.values(), np.zeros(len(held)))} | others


def _at(data: xr.Dataset, power: xr.DataArray, dim: str, nodes: list, kind: xr.DataArray | None = None) -> np.ndarray:
    """Hourly sum over the elements at some nodes, of one kind if `kind` tells which [MW]."""
    own = data[f"{dim}_node"].isin(nodes) if kind is None else data[f"{dim}_node"].isin(nodes) & kind
    return power.where(own, 0.0).sum(dim).to_numpy()


def _of_carrier(power: xr.DataArray, data: xr.Dataset, carrier: str, nodes: list) -> np.ndarray:
    return power.where((data.feed_carrier == carrier) & data.feed_bus.isin(nodes), 0.0).sum("feed").to_numpy()


def _room(p: Payers, nodes: list, product: str) -> dict[str, np.ndarray]:
    """Room of all that may hold a product at some nodes to give more (up) or less (down), by party [MW], as the rows of reserve have it."""
    data, y, found = p.data, p.system, {}
    up = y.reserve_product.direction[product] == "up"
    quick = y.thermal.start_time_h <= (-np.inf if y.reserve_product.spinning[product] else y.reserve_product.response_h[product])
    able = xr.DataArray(quick.reindex(data.cluster.to_numpy()).to_numpy(bool), dims="cluster")
    top = data.online_mw.where(~able, np.maximum(data.online_mw, data.thermal_capacity_mw * data.cluster_online_share))
    low = data.cluster_min_load_share * data.online_mw
    free = (top - data.thermal_mw if up else data.thermal_mw - low).clip(min=0.0)
    for kind in ("thermal", "chp"):
        found[kind] = _at(data, free, "cluster", nodes, data.cluster_kind == kind)
    if data.sizes.get("store", 0):
        net = data.discharge_mw - data.charge_mw
        spare = data.store_power_capacity_mw - net if up else data.store_power_capacity_mw + net
        found["storage"] = _at(data, spare.clip(min=0.0), "store", nodes, data.store_kind != "heat_store")
    for carrier in ("wind", "solar"):
        if not up or y.options.reserves.renewable_up:
            spare = data.available_mw - data.renewable_mw if up else data.renewable_mw
            found[carrier] = _of_carrier(spare.clip(min=0.0), data, carrier, nodes)
    if data.sizes.get("smelter", 0):
        share = 1 - y.smelter.modulation_down_share if up else 1 + y.smelter.modulation_up_share
        edge = data.smelter_rated_mw * xr.DataArray(share.reindex(data.smelter.to_numpy()).to_numpy(float), dims="smelter")
        spare = data.smelter_mw - edge if up else edge - data.smelter_mw
        found["smelter"] = _at(data, spare.clip(min=0.0), "smelter", nodes)
    if data.sizes.get("boiler", 0):
        drawn = electric_boiler_mw(data)
        most = data.boiler_capacity_mw / data.boiler_efficiency_share
        found["heat"] = _at(data, (drawn if up else most - drawn).clip(min=0.0), "boiler", nodes, data.boiler_kind == "electric_boiler")
    return found


def _certificates(p: Payers) -> Iterable[Flow]:
    """Consumers buy certificates of wind and solar energy in proportion to what they use."""
    price = float(p.finance.green_certificate_cny_per_mwh) * MCNY_PER_GWH_FROM_CNY_PER_MWH
    used = consumed_gwh(p.data, float(p.finance.distribution_loss_share))
    total = sum(used.values())
    plants = p.projects[p.projects.kind.isin(("wind", "solar"))]
    for payee, energy in plants.groupby("party").energy_gwh.sum().items():
        for payer, own in used.items():
            yield "certificates", payer, str(payee), price * float(energy) * (own / total if total else 0.0)


def consumed_gwh(data: xr.Dataset, distribution_loss_share: float, nodes: Iterable[str] | None = None) -> dict[str, float]:
    """Energy of consumers [GWh] at some nodes, at all by default: load served less losses of distribution, and potlines."""
    own = data.node.to_numpy() if nodes is None else list(nodes)
    served = float(energy_gwh(data, (data.load_mw - data.shed_mw).sel(node=own)).sum())
    smelter = (
        float(energy_gwh(data, smelter_used_mw(data)).where(data.smelter_node.isin(own)).sum()) if data.sizes.get("smelter", 0) else 0.0
    )
    return {"load": served * (1 - distribution_loss_share), "smelter": smelter}


def _captive(p: Payers) -> Iterable[Flow]:
    """On what microgrids use of their own generation: the grid's fee for standing by, and government funds."""
    own = float(np.minimum(p.microgrids.generation_gwh, p.microgrids.load_gwh).sum()) if len(p.microgrids) else 0.0
    funds = float(p.finance.government_funds_cny_per_mwh * p.finance.captive_funds_share)
    yield "captive_fee", "captive", "grid", own * float(p.finance.captive_reserve_cny_per_mwh) * MCNY_PER_GWH_FROM_CNY_PER_MWH
    yield "funds", "captive", "budget", own * funds * MCNY_PER_GWH_FROM_CNY_PER_MWH


def _funds(p: Payers) -> Iterable[Flow]:
    """Government funds on what consumers draw from the grid; microgrids draw what they buy."""
    price = float(p.finance.government_funds_cny_per_mwh) * MCNY_PER_GWH_FROM_CNY_PER_MWH
    grid = dict(zip(p.data.place.to_numpy(), p.data.place_microgrid.to_numpy(), strict=True))
    outside = [n for n in p.data.node.to_numpy() if not grid.get(n)]
    for payer, energy in consumed_gwh(p.data, float(p.finance.distribution_loss_share), outside).items():
        yield "funds", payer, "budget", energy * price
    bought = float(p.microgrids.import_gwh.clip(lower=0.0).sum()) if len(p.microgrids) else 0.0
    yield "funds", "captive", "budget", bought * price


def _bilateral(p: Payers) -> Iterable[Flow]:
    """The grid settles bilateral contracts: the seller gets the contract's price in place of tariff or node, the buyer pays it likewise."""
    for c in p.settlement.itertuples():
        there = p.projects[(p.projects.node == c.seller_node) & p.projects.kind.isin(("thermal", "chp", "wind", "solar"))]
        if there.empty:
            continue
        seller = str(there.groupby("party").energy_gwh.sum().idxmax())
        before = c.paid_mcny - c.seller_gain_mcny
        if seller in p.terms.tariff.index:
            price = p.terms.tariff.on_grid_cny_per_mwh[seller] / (1 + p.terms.vat)
            before = c.settled_gwh * price * MCNY_PER_GWH_FROM_CNY_PER_MWH
        yield "bilateral", "grid", seller, c.paid_mcny - before
        yield "bilateral", "grid", c.buyer, c.buyer_gain_mcny
