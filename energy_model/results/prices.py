"""Prices of exported energy that can stand in a negotiation: what a contract costs here, and what its receiver can pay at most.

All prices are without VAT, as all costs of the model are, unless the name says ``gross``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from energy_model.results.contract import column_names
from energy_model.results.delivery import gate_price, market_price
from energy_model.results.dust import LEAST_GWH, ratio
from energy_model.results.indicators import flow_backward_mw, quadratic_loss_mw
from energy_model.results.power import energy_gwh
from energy_model.results.variables import rows_without_room
from energy_model.study.capacities import FAMILIES
from energy_model.study.cycles import loss_at_full_load
from energy_model.units import CNY_PER_MWH_FROM_MCNY_PER_GWH, MCNY_PER_GWH_FROM_CNY_PER_MWH, MW_PER_GW, MWH_PER_GWH

PARTS = {
    "energy": (
        *("coal", "coal_drying", "coal_freight", "hourly_fuel", "co2", "co2_allowances", "thermal_variable", "starts", "deep_shaving"),
        *("renewable_variable", "storage_variable", "boiler_variable"),
    ),
    "capacity": tuple(f"{k}_{n}" for k in ("investment", "fixed") for n in FAMILIES if n != "corridor"),
    "corridor": ("investment_corridor", "fixed_corridor", "wheeling"),
}
"""Categories of yearly cost by the parts of an average price; what is in none of them (penalties, shortfalls, products that are sold)
is ``other``."""


ENVIRONMENT = ("desulphurisation_cny_per_mwh", "denitrification_cny_per_mwh", "dedusting_cny_per_mwh")
"""Additions for the environment that a benchmark tariff of coal power contains, VAT included."""


def part_of(category: str) -> str:
    """Part of the average price to which a category of cost belongs."""
    return next((part for part, names in PARTS.items() if category in names), "other")


def ceiling(benchmark_gross: float, vat: float, funds: float) -> float:
    """Highest price that a receiver can pay at its end, without VAT [CNY/MWh]: benchmark without VAT minus the funds levied on it."""
    return benchmark_gross / (1 + vat) - funds


def at_gate(landed: float, loss_share: float, wheeling: float) -> float:
    """Sending-end price corresponding to a landed price [CNY/MWh]: net of losses and of wheeling on the energy sent."""
    return landed * (1 - loss_share) - wheeling


def landed(gate: float, loss_share: float, wheeling: float) -> float:
    """Landed price corresponding to a price at the sending end [CNY/MWh]; the inverse of `at_gate`."""
    return (gate + wheeling) / (1 - loss_share)


def outlets(data: xr.Dataset) -> pd.DataFrame:
    """Loss share and wheeling charge [CNY per MWh sent] to each market: mean over the energy sent there, else over limits at full load."""
    rows = {}
    hours, share = data.weight.to_numpy(), data.corridor_loss_share.to_numpy()
    forward, backward, quadratic = (
        flow.transpose("corridor", "time").to_numpy() for flow in (data.flow_forward_mw, flow_backward_mw(data), quadratic_loss_mw(data))
    )
    limit, full = (data.corridor_existing_mw + data.corridor_max_new_mw).to_numpy(), loss_at_full_load(_corridors(data)).to_numpy()
    for market in dict.fromkeys(data.contract_market.to_numpy()):
        end, start = data.corridor_to_bus.to_numpy() == market, (data.corridor_from_bus.to_numpy() == market) & _reversible(data)
        toward, away = (flow * end[:, None] + other * start[:, None] for flow, other in ((forward, backward), (backward, forward)))
        # Flows with a quadratic loss are those in the middle of the line: half of the loss is sent besides.
        lost_there = np.where(toward > away, quadratic, 0.0) @ hours / MWH_PER_GWH
        sent = toward @ hours / MWH_PER_GWH
        used = sent.sum() >= LEAST_GWH
        weight = sent if used else limit * (end | start)
        if not weight.sum():
            rows[market] = (np.nan, np.nan)
            continue
        rows[market] = (
            float((sent @ share + lost_there.sum()) / (sent + lost_there / 2).sum()) if used else float(weight @ full / weight.sum()),
            float(weight @ data.corridor_wheeling.to_numpy() / weight.sum()) * CNY_PER_MWH_FROM_MCNY_PER_GWH,
        )
    return pd.DataFrame.from_dict(rows, orient="index", columns=["loss_share", "wheeling_cny_per_mwh"])


def _reversible(data: xr.Dataset) -> np.ndarray:
    return data.corridor_reversible.to_numpy().astype(bool)


def _corridors(data: xr.Dataset) -> pd.DataFrame:
    """Data that determine the loss of a corridor, in GW."""
    columns = ("loss_share", "resistance_per_gw", "usable", "circuits", "circuits_per_gw")
    existing = data.corridor_existing_mw.to_numpy() / MW_PER_GW
    return pd.DataFrame({c: data[f"corridor_{c}"].to_numpy() for c in columns} | {"existing": existing})


def contract_duals(data: xr.Dataset) -> pd.Series:
    """Marginal cost of each contract [CNY/MWh at the receiving end]: increase of the least cost by one more MWh a year.

    The sum of the duals of the rows that a contract's yearly energy stands in: its least and most energy, and export clauses of the plan.
    """
    total = pd.Series(0.0, index=data.contract.to_numpy())
    for name in ("dual_contract_minimum", "dual_contract_maximum"):
        if name in data:
            total = total.add(data[name].to_series(), fill_value=0.0)
    for name in ("dual_clause_at_least", "dual_clause_at_most"):
        if name not in data:
            continue
        for clause, dual in data[name].to_series().items():
            if data.clause_quantity.sel(clause=clause).item() == "export_gwh":
                scope = data.clause_scope.sel(clause=clause).item()
                total = total + np.where(scope == "", True, total.index == scope) * dual
    return total.reindex(data.contract.to_numpy())


def notes(data: xr.Dataset) -> list[str]:
    """Of each contract ``no_room`` where a floor of its yearly energy is all that can be delivered, so that one more MWh has no price."""
    full = {r.partition("/")[::2] for r in rows_without_room(data)}
    floors = {element for family, element in full if family == "contract_minimum"}
    for family, clause in full:
        if family == "clause_at_least" and data.clause_quantity.sel(clause=clause).item() == "export_gwh":
            scope = data.clause_scope.sel(clause=clause).item()
            floors |= {scope} if scope else set(data.contract.to_numpy())
    return ["no_room" if contract in floors else "" for contract in data.contract.to_numpy()]


def plant_tariff(tables: Mapping[str, pd.DataFrame], vintage: int, kind: str = "thermal") -> pd.Series | None:
    """Tariff at the plant of a kind and price level, VAT included; None where the inputs have none."""
    table = tables["plant_tariffs"]
    own = table[(table.vintage == vintage) & (table.kind == kind)]
    return own.iloc[0] if len(own) else None


def seller_prices(data: xr.Dataset, tariff: pd.Series | None, vat: float) -> pd.DataFrame:
    """Price below which a coal plant would rather sell at home, by contract [CNY/MWh, without VAT unless gross]; NaN without a tariff.

    Parameters
    ----------
    data : Dataset
    tariff : Series or None
        Of `plant_tariff`: ``on_grid_cny_per_mwh`` and ``capacity_cny_per_kw_year``, VAT included.
    vat : float

    Returns
    -------
    DataFrame
        ``seller_gross``: on-grid tariff, VAT included. ``seller_capacity``: capacity price of the contract's power per its energy, 0 where
        nothing is delivered. ``seller_gate``: both without VAT. ``seller``: the same at the receiving end, with losses and wheeling.
    """
    contracts, market = pd.Index(data.contract.to_numpy()), data.contract_market.to_numpy()
    names = ("seller_gross", "seller_capacity", "seller_gate", "seller")
    if tariff is None or not len(contracts):
        return pd.DataFrame(np.nan, index=contracts, columns=[f"{n}_cny_per_mwh" for n in names])
    gross = float(tariff.on_grid_cny_per_mwh)
    bound = ratio(data.contract_power_mw.to_numpy(), energy_gwh(data, "delivered_mw").to_numpy(), LEAST_GWH)  # MW/GWh = kW/MWh
    capacity = float(tariff.capacity_cny_per_kw_year) / (1 + vat) * np.nan_to_num(bound)
    gate = gross / (1 + vat) + capacity
    out = outlets(data).loc[market]
    there = landed(gate, out.loss_share.to_numpy(), out.wheeling_cny_per_mwh.to_numpy())
    return pd.DataFrame(dict(zip([f"{n}_cny_per_mwh" for n in names], (gross, capacity, gate, there), strict=True)), index=contracts)


def contract_prices(data: xr.Dataset, contracts: pd.DataFrame, finance: pd.Series, tariff: pd.Series | None = None) -> pd.DataFrame:
    """Cost of every contract's energy and the ceiling of its receiver [CNY/MWh, without VAT unless gross].

    Parameters
    ----------
    data : Dataset
    contracts : DataFrame
        Table ``contracts`` (``benchmark_cny_per_mwh`` VAT included, ``funds_borne_share``, ``shortfall_penalty_cny_per_mwh``).
    finance : Series
        ``vat_share``, ``government_funds_cny_per_mwh``, the additions of `ENVIRONMENT`.
    tariff : Series, optional
        Of `plant_tariff`: what the seller gets at home.

    Returns
    -------
    DataFrame
        ``marginal``: cost of one more MWh a year of the contract, below which the system loses (`contract_duals`); where nothing is
        delivered that is a bound and no price, so that ``marginal``, ``floor`` and ``room`` are NaN. ``nodal``: price of the node
        weighted by delivery, by hours where nothing is delivered: what the same MWh is worth then. ``gate``: the same at the sending end.
        ``ceiling`` and ``gate_ceiling``: the most the receiver can pay at its end and at the sending end. ``seller``: what
        a coal plant gets at home, carried to the receiver (`seller_prices`). ``floor``: the higher of marginal cost and ``seller``.
        ``room``: ceiling less floor; negative when the contract costs more than its receiver can pay. ``price_note``: as
        `notes`, the marginal cost is then the saving by one MWh less; or ``no_delivery``.
    """
    if not data.sizes.get("contract"):
        return pd.DataFrame(columns=column_names("contract_prices"))
    table = contracts.set_index("contract").loc[data.contract.to_numpy()]
    energy = data.delivered_mw.transpose("contract", "time").to_numpy() * data.weight.to_numpy()
    delivers = energy.sum(axis=1) / MWH_PER_GWH >= LEAST_GWH
    hours = np.where(delivers[:, None], energy, data.weight.to_numpy()[None, :])

    def mean(price: np.ndarray) -> np.ndarray:
        return (price * hours).sum(axis=1) / hours.sum(axis=1)

    out = outlets(data).loc[data.contract_market.to_numpy()].set_axis(table.index)
    vat, funds = float(finance.vat_share), table.funds_borne_share * float(finance.government_funds_cny_per_mwh)
    most = ceiling(table.benchmark_cny_per_mwh, vat, funds)
    frame = pd.DataFrame(
        {
            "name_zh": table.name_zh,
            "name_en": table.name_en,
            "market": table.market,
            "energy_gwh": energy.sum(axis=1) / MWH_PER_GWH,
            "marginal_cny_per_mwh": contract_duals(data).where(delivers).to_numpy(),
            "price_note": np.where(delivers, notes(data), "no_delivery"),
            "nodal_cny_per_mwh": mean(market_price(data)),
            "gate_cny_per_mwh": mean(gate_price(data)),
            "benchmark_gross_cny_per_mwh": table.benchmark_cny_per_mwh,
            **{name: float(finance[name]) for name in ENVIRONMENT},
            "vat_share": vat,
            "funds_cny_per_mwh": funds,
            "loss_share": out.loss_share,
            "wheeling_cny_per_mwh": out.wheeling_cny_per_mwh,
            "ceiling_cny_per_mwh": most,
            "gate_ceiling_cny_per_mwh": at_gate(most, out.loss_share, out.wheeling_cny_per_mwh),
            "penalty_cny_per_mwh": table.shortfall_penalty_cny_per_mwh,
            "take_or_pay_share": table.take_or_pay_share,
        }
    )
    frame = frame.join(seller_prices(data, tariff, vat))
    frame["floor_cny_per_mwh"] = frame[["marginal_cny_per_mwh", "seller_cny_per_mwh"]].max(axis=1).where(delivers)
    frame["room_cny_per_mwh"] = frame.ceiling_cny_per_mwh - frame.floor_cny_per_mwh
    frame.index.name = "contract"
    return frame.reset_index()[column_names("contract_prices")]


def with_ceiling(deliveries: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Deliveries by month and tariff period with the receiver's ceiling, and the margin of the node price below it [CNY/MWh]."""
    most = prices.set_index("contract").ceiling_cny_per_mwh
    ceilings = deliveries.contract.map(most).astype(float)
    return deliveries.assign(ceiling_cny_per_mwh=ceilings, below_ceiling_cny_per_mwh=ceilings - deliveries.nodal_cny_per_mwh.astype(float))


def aumann_shapley(curve: pd.DataFrame, by_contract: pd.DataFrame, volume_gwh: float) -> pd.DataFrame:
    """Average cost of every contract's energy along the path on which all contracts grow together from zero.

    A contract is charged the integral of its marginal cost along the path (Aumann and Shapley 1974, "Values of non-atomic games"), by
    the trapezoid rule between the solved volumes; the charges are then scaled together so that they recover exactly the cost that the
    exports add. Each is split into energy, capacity, corridors and losses as the added cost is.

    Parameters
    ----------
    curve : DataFrame
        Supply curve: ``export_gwh``, ``cost_mcny``, ``energy_mcny``, ``capacity_mcny``, ``corridor_mcny``, ``other_mcny``, ``loss_gwh``.
    by_contract : DataFrame
        ``export_gwh``, ``contract``, ``energy_gwh``, ``marginal_cny_per_mwh``.
    volume_gwh : float
        Volume of the path's end, one of the solved ones.

    Returns
    -------
    DataFrame
        ``contract``, ``energy_gwh`` at the end of the path, ``average_cny_per_mwh`` and its parts.
    """
    path = curve[curve.export_gwh <= volume_gwh * (1 + 1e-9)].sort_values("export_gwh")
    start, end = path.iloc[0], path.iloc[-1]
    added = end.cost_mcny - start.cost_mcny
    charge, energy = {}, {}
    for contract, rows in by_contract[by_contract.export_gwh.isin(path.export_gwh)].groupby("contract", sort=False):
        rows = rows.sort_values("export_gwh")
        step = np.diff(rows.energy_gwh.to_numpy())
        mean = (rows.marginal_cny_per_mwh.to_numpy()[1:] + rows.marginal_cny_per_mwh.to_numpy()[:-1]) / 2
        charge[contract], energy[contract] = float(step @ mean) * MCNY_PER_GWH_FROM_CNY_PER_MWH, float(rows.energy_gwh.iloc[-1])
    scale = np.nan_to_num(ratio(added, sum(charge.values()), 0.0))
    parts = split(start, end)
    rows_out = []
    for contract, cost in charge.items():
        if energy[contract] < LEAST_GWH:
            continue
        price = cost * scale * CNY_PER_MWH_FROM_MCNY_PER_GWH / energy[contract]
        share = {f"{name}_cny_per_mwh": price * value / added if added else 0.0 for name, value in parts.items()}
        rows_out.append({"contract": contract, "energy_gwh": energy[contract], "average_cny_per_mwh": price} | share)
    names = [f"{name}_cny_per_mwh" for name in parts]
    return pd.DataFrame(rows_out, columns=["contract", "energy_gwh", "average_cny_per_mwh", *names])


def split(start: pd.Series, end: pd.Series) -> dict[str, float]:
    """Additional cost of exports [MCNY] in parts; losses carry the energy and capacity cost of their generation."""
    d = {name: end[f"{name}_mcny"] - start[f"{name}_mcny"] for name in (*PARTS, "other")}
    lost, sold = end.loss_gwh - start.loss_gwh, end.export_gwh - start.export_gwh
    share = np.nan_to_num(ratio(lost, lost + sold, LEAST_GWH))
    made = d["energy"] + d["capacity"]
    return {
        "energy": d["energy"] * (1 - share),
        "capacity": d["capacity"] * (1 - share),
        "corridor": d["corridor"],
        "losses": made * share,
        "other": d["other"],
    }
